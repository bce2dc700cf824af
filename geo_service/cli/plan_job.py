"""One proposal in a process of its own: an order in, lines of JSON out.

    python -m geo_service.cli.plan_job < order.json

The search may take long and holds the processor; here it can be ended without harm to anything
else. Ending it, in whatever way, stores nothing or all.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.errors import NotReady, TryghedError
from geo_service.planning.optimise import NoPlan
from geo_service.storage.database import Database
from geo_service.workflows.plan_request import Asked
from geo_service.workflows.propose_plan import propose

NOT_READY = "Databasen kan ikke bruges lige nu. Intet er gemt. Prøv igen om lidt."


def main() -> int:
    """Carry out the order on stdin; exit code 0 when a proposal was stored."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    order = json.load(sys.stdin)
    database = Database(make_url(order["address"]), Path(order["secrets"]), may_prepare=False)
    who = order["caller"]
    areas = who["hotspot_areas"]
    caller = Caller(
        **who
        | {"role": Role(who["role"]), "hotspot_areas": None if areas is None else tuple(areas)}
    )
    try:
        made = propose(
            database,
            caller,
            Asked.of_json(order["asked"]),
            say=lambda text, done, total: _tell("progress", text=text, done=done, total=total),
            storing=_storing,
        )
    except NoPlan as refusal:
        _tell("failed", reason="impossible", text=str(refusal))
        return 1
    except NotReady:  # says more of the database than whoever asks should read
        _tell("failed", reason="not_ready", text=NOT_READY)
        return 1
    except TryghedError as error:
        _tell("failed", reason="unusable", text=str(error))
        return 1
    _tell("done", batch=made.number, share=made.result["share"])
    return 0


def _storing(number: int) -> None:
    _tell("storing", batch=number)
    # too late to be cancelled: whoever ends us now has to wait for what is stored
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _tell(event: str, **said: Any) -> None:
    print(json.dumps({"event": event, **said}), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
