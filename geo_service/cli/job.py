"""One import in a process of its own, for the web service: an order in, lines of JSON out.

    python -m geo_service.cli.job < order.json

The web process never holds a connection of the role `job`; this one does, for one transaction.
The file comes as an open descriptor of anonymous memory, and this process may write no file: not
a byte of what was not checked lies on a disk. Ending it, in whatever way, stores nothing or all.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import make_url
from sqlalchemy.orm import Session

from geo_service.domain.callers import Job
from geo_service.domain.evenings import COPENHAGEN
from geo_service.errors import AlreadyExists, NotReady, TryghedError
from geo_service.importing.mapping import load_mapping
from geo_service.importing.report import Rejection, cures
from geo_service.importing.sent import SentFile
from geo_service.storage import audit
from geo_service.storage.database import Database
from geo_service.workflows import import_areas, import_incidents
from geo_service.workflows.missing_areas import MissingAreas
from geo_service.workflows.progress import MOST_TOLD

Told = dict[str, Any]
NOT_READY: Final = "Databasen kan ikke bruges lige nu. Intet er gemt. Prøv igen om lidt."


def main() -> int:
    """Carry out the order on stdin; exit code 0 when something was stored."""
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):  # no files, and no core either
        resource.setrlimit(limit, (0, 0))
    order = json.load(sys.stdin)
    file = SentFile.of(order["descriptor"], order["file_name"])
    database = Database(make_url(order["address"]), Path(order["secrets"]), may_prepare=False)
    job = Job(order["actor"], municipalities=(order["municipality"],))
    try:
        with database.working(job) as session:
            report = {"incidents": _incidents, "areas": _areas}[order["kind"]](session, file, order)
            _tell("storing", batch=report["batch"])
            # too late to be cancelled: whoever ends us now has to wait for what is stored
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
    except NotReady:  # says more of the database than whoever sends a file should read
        _tell("failed", reason="not_ready", text=NOT_READY)
        return 1
    except TryghedError as error:
        refusal = _refusal(error)
        with database.working(job) as session:
            _write_down(session, order, refusal)
        _tell("failed", **refusal)
        return 1
    _tell("done", **report)
    return 0


def _incidents(session: Session, file: Path, order: Told) -> Told:
    found = import_incidents.import_incidents(
        session,
        file,
        mapping=load_mapping(),
        municipality=order["municipality"],
        accept_partial=bool(order["choices"].get("accept_partial")),
        imported_by=order["actor"],
        now=datetime.now(UTC),
        progress=_say,
    )
    changes = [str(one) for one in found.changes[:MOST_TOLD]]
    return {
        "batch": found.batch_id,
        "rows": found.rows,
        "stored": found.stored,
        "duplicates": found.duplicates,
        "rejected": found.rejected_rows,
        "remarks": [*found.remarks, *changes],
        **_rejected(found.rejections),
    }


def _areas(session: Session, file: Path, order: Told) -> Told:
    chosen = order["choices"] | {"valid_from": date.fromisoformat(order["choices"]["valid_from"])}
    found = import_areas.import_areas(
        session,
        file,
        import_areas.AreaChoices(municipality=order["municipality"], **chosen),
        imported_by=order["actor"],
        today=datetime.now(UTC).astimezone(COPENHAGEN).date(),
        progress=_say,
    )
    return {
        "batch": found.batch_id,
        "rows": found.rows,
        "stored": found.stored,
        "duplicates": found.known,
        "rejected": found.rows - found.stored - found.known,
        "remarks": found.remarks,
        **_rejected([*found.rejections, *found.held_back]),
    }


def _refusal(error: TryghedError) -> Told:
    """Return why nothing is stored, and how many rows and faults it was about."""
    refusal: Told = {"reason": "unusable", "text": str(error)}
    if isinstance(error, AlreadyExists):
        return refusal | {"reason": "known"}
    if isinstance(error, import_incidents.NoRoder):
        return refusal | {"reason": "no_roder"}
    if isinstance(error, MissingAreas):
        return refusal | {"reason": "missing"}
    if isinstance(error, (import_incidents.FaultyRows, import_areas.FaultyAreas)):
        faulty = len({one.row for one in error.rejections})
        refusal |= {"reason": "faulty", "rows": error.rows, "rejected": faulty}
        refusal |= _rejected(error.rejections)
    return refusal


def _write_down(session: Session, order: Told, refusal: Told) -> None:
    """Write the refusal of a file in the audit: counts, and nothing of what was in it."""
    told = len(refusal.get("rejections", [])) + refusal.get("more_rejections", 0)
    audit.append(
        session,
        actor=order["actor"],
        role=order["role"],
        action="import",
        object_kind="import",
        object_ref=order["id"],
        municipality=order["municipality"],
        detail={
            "kind": order["kind"],
            "refused": refusal["reason"],
            "rows": refusal.get("rows"),
            "faults": told,
            "rows_stored": 0,
        },
    )


def _rejected(rejections: list[Rejection]) -> Told:
    told = rejections[:MOST_TOLD]
    return {
        "rejections": [asdict(one) | {"place": one.place} for one in told],
        "more_rejections": len(rejections) - len(told),
        "cures": cures(rejections),
    }


def _say(text: str, done: int, total: int) -> None:
    _tell("progress", text=text, done=done, total=total)


def _tell(event: str, **said: Any) -> None:
    print(json.dumps({"event": event, **said}, default=str), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
