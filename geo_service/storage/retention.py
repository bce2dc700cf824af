"""How long what is kept, and the deletion of what is older, with its proof.

`delete_older` deletes one kind of one municipality in the transaction it is called in, counts
what is left, writes the run down (`adm.retention_run`) and tells the audit of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Insert, Update, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from geo_service.domain.retention import KEPT, MOST_DAYS
from geo_service.errors import Conflict, InvalidInput, NotFound, NotReady
from geo_service.messages import _
from geo_service.storage import audit
from geo_service.storage.incidents import count_by_rode
from geo_service.storage.tables import Municipality, RetentionRule, RetentionRun


@dataclass(frozen=True)
class Rule:
    """How long a municipality keeps a kind; version 0 is our default, which nobody chose."""

    municipality: str
    kind: str
    keep_days: int
    version: int = 0
    changed_by: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Deleted:
    """What a run deleted, and that nothing older is left."""

    run_id: int
    municipality: str | None
    kind: str
    cut_off: datetime
    deleted: int
    parts: Mapping[str, int]


# in the order of who refers to whom; each statement knows :place and :day or :before
OLDER: Final[Mapping[str, Mapping[str, str]]] = {
    "incidents": {
        "raw.incident": "municipality_code = :place AND occurred_from < :before",
    },
    "observations": {
        "raw.evening_log": "municipality_code = :place AND evening < :day",
    },
    "plans": {
        "raw.plan_assignment": (
            "municipality_code = :place AND (evening < :day OR evening_plan_id IN"
            " (SELECT id FROM raw.evening_plan WHERE last_evening < :day))"
        ),
        "raw.commitment": (
            "municipality_code = :place AND (evening < :day OR evening_plan_id IN"
            " (SELECT id FROM raw.evening_plan WHERE last_evening < :day))"
        ),
        "raw.plan_amendment": (
            "municipality_code = :place AND evening_plan_id IN"
            " (SELECT id FROM raw.evening_plan WHERE last_evening < :day)"
        ),
        "raw.evening_plan": "municipality_code = :place AND last_evening < :day",
        "raw.plan_proposal": "municipality_code = :place AND last_evening < :day",
        "raw.suspension": "municipality_code = :place AND evening < :day",
        "raw.shift": "municipality_code = :place AND evening < :day",
        "raw.absence": "municipality_code = :place AND ends_at < :before",
    },
    "sign_ins": {
        # the newest under each right stays: it says when somebody signed in last
        "adm.web_session": (
            "least(expires_at, coalesce(ended_at, expires_at)) < :before AND EXISTS"
            " (SELECT FROM adm.web_session n WHERE n.user_id = web_session.user_id"
            " AND n.right_id IS NOT DISTINCT FROM web_session.right_id AND n.id > web_session.id)"
        ),
        "adm.invitation": "least(expires_at, coalesce(used_at, expires_at)) < :before",
        "adm.sign_in_state": "expires_at < :before",
        "adm.calendar_feed": "revoked_at < :before",
    },
}
"""Where each kind lies, and when a row of it is older than the cut-off."""

DELETE: Final = "DELETE FROM {table} WHERE {older}"
COUNT: Final = "SELECT count(*) FROM {table} WHERE {older}"
_REMARKS_OF_GONE_FILES: Final = text("""
  UPDATE work.import_batch b SET remarks = '[]'
  WHERE b.municipality_code = :place AND b.kind = 'incidents' AND b.imported_at < :before
    AND b.remarks <> '[]'
    AND NOT EXISTS (SELECT FROM raw.incident i WHERE i.import_batch_id = b.id)
""")


# --- rules --------------------------------------------------------------------------------------


def read_rules(session: Session, municipality: str) -> dict[str, Rule]:
    """Return the rule of every kind: what was chosen, else our default."""
    chosen = session.scalars(
        select(RetentionRule).where(RetentionRule.municipality_code == municipality)
    )
    rules = {kind: Rule(municipality, kind, kept.keep_days) for kind, kept in KEPT.items()}
    return rules | {
        row.kind: Rule(
            municipality, row.kind, row.keep_days, row.version, row.changed_by, row.changed_at
        )
        for row in chosen
    }


def municipalities(session: Session) -> dict[str, str]:
    """Return code and name of every municipality in the session's scope."""
    rows = session.execute(select(Municipality.code, Municipality.name).order_by(Municipality.code))
    return {row.code: row.name for row in rows}


def set_rule(session: Session, rule: Rule, *, changed_by: str, now: datetime) -> Rule:
    """Choose how long a kind is kept; `rule.version` is the version that was seen.

    Raises
    ------
    InvalidInput
        If there is no such kind, or the number of days is outside the limits.
    NotFound
        If there is no such municipality.
    Conflict
        If somebody else chose meanwhile.
    """
    if (kept := KEPT.get(rule.kind)) is None:
        raise InvalidInput(
            _(
                "Der er ingen frist for »%(kind)s«; vælg %(kept)s.",
                kind=rule.kind,
                kept=", ".join(KEPT),
            )
        )
    if not kept.least_days <= rule.keep_days <= MOST_DAYS:
        raise InvalidInput(
            _(
                "Fristen for %(kept)s skal være mellem %(least_days)s og %(most_days)s dage.",
                kept=_(kept.words),
                least_days=kept.least_days,
                most_days=MOST_DAYS,
            )
        )
    if session.get(Municipality, rule.municipality) is None:
        raise NotFound(f"Der er ingen kommune {rule.municipality}.")
    key = {"municipality_code": rule.municipality, "kind": rule.kind}
    told = {"keep_days": rule.keep_days, "changed_by": changed_by, "changed_at": now}
    change: Insert | Update
    if rule.version == 0:
        change = insert_or(RetentionRule).values(**key, **told).on_conflict_do_nothing()
    else:
        change = (
            update(RetentionRule)
            .filter_by(**key, version=rule.version)
            .values(**told, version=rule.version + 1)
        )
    done = session.execute(change.returning(RetentionRule.version)).scalar_one_or_none()
    if done is None:
        raise _conflict(session, rule, kept.words, now)
    return Rule(rule.municipality, rule.kind, rule.keep_days, done, changed_by, now)


def _conflict(session: Session, rule: Rule, words: str, now: datetime) -> Conflict:
    found = read_rules(session, rule.municipality)[rule.kind]
    return Conflict(
        _("Fristen for %(what)s", what=_(words)),
        changed_by=found.changed_by or _("systemet"),
        changed_at=found.changed_at or now,
    )


# --- deleting -----------------------------------------------------------------------------------


def delete_older(
    session: Session,
    kind: str,
    *,
    municipality: str | None,
    cut_off: datetime,
    as_of: date,
    actor: str,
) -> Deleted:
    """Delete what is older than the cut-off; `municipality` None: what belongs to none.

    Raises
    ------
    NotReady
        If something older is left all the same; the caller's transaction must not commit then.
    """
    known = {"place": municipality, "before": cut_off, "day": cut_off.date()}
    if kind == "audit":
        run = session.execute(
            text("SELECT * FROM adm.forget_audit(:place, :before, :as_of, :actor)"),
            {"place": municipality, "before": cut_off, "as_of": as_of, "actor": actor},
        ).one()
        run_id, parts, remaining = run.run_id, {"adm.audit_entry": run.deleted}, run.remaining
    else:
        parts = {
            table: int(_over(session, DELETE, table, older, known).rowcount)
            for table, older in OLDER[kind].items()
        }
        if kind == "incidents" and municipality is not None:
            count_by_rode(session, municipality)
            session.execute(_REMARKS_OF_GONE_FILES, {"place": municipality, "before": cut_off})
        remaining = count_older(session, kind, municipality=municipality, cut_off=cut_off)
        run_id = session.execute(
            insert(RetentionRun)
            .values(
                municipality_code=municipality, kind=kind, as_of=as_of, cut_off=cut_off,
                deleted=sum(parts.values()), remaining_older=remaining, actor=actor,
            )
            .returning(RetentionRun.id)
        ).scalar_one()  # fmt: skip
    if remaining:
        raise NotReady(
            f"{remaining} rows of {kind} older than {cut_off:%Y-%m-%d} are still there after the "
            "deletion: they came in meanwhile. Nothing was deleted; run it again."
        )
    deleted = sum(parts.values())
    audit.append(
        session,
        actor=actor,
        action="retain",
        object_kind="retention",
        object_ref=f"run:{run_id}",
        municipality=municipality,
        detail={
            "kind": kind, "as_of": as_of, "cut_off": in_utc(cut_off), "deleted": deleted,
            "remaining_older": remaining, "tables": parts,
        },
    )  # fmt: skip
    return Deleted(run_id, municipality, kind, cut_off, deleted, parts)


def count_due(session: Session, kind: str, *, municipality: str, cut_off: datetime) -> int:
    """Count what a choice would delete, for the administration, who may not see the rows.

    The same number as `count_older`, which needs the role `job`.
    """
    due = func.adm.due_for_deletion(kind, municipality, cut_off)
    return int(session.scalar(select(due)) or 0)


def count_older(session: Session, kind: str, *, municipality: str | None, cut_off: datetime) -> int:
    """Count what is older than the cut-off."""
    known = {"place": municipality, "before": cut_off, "day": cut_off.date()}
    if kind == "audit":
        return int(
            session.execute(
                text(
                    "SELECT count(*) FROM adm.audit_entry WHERE at < :before AND action <> 'retain'"
                    " AND municipality_code IS NOT DISTINCT FROM :place"
                ),
                known,
            ).scalar_one()
        )
    return sum(
        int(_over(session, COUNT, table, older, known).scalar_one())
        for table, older in OLDER[kind].items()
    )


def _over(
    session: Session, statement: str, table: str, older: str, known: Mapping[str, Any]
) -> Any:
    """Run a statement over one of `OLDER`."""
    used = {name: value for name, value in known.items() if f":{name}" in older}
    return session.execute(text(statement.format(table=table, older=older)), used)


def in_utc(moment: datetime) -> str:
    """Return a moment as the chain of the audit writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"


# --- what has run -------------------------------------------------------------------------------


def last_runs(session: Session, *, until: date) -> dict[tuple[str | None, str], RetentionRun]:
    """Return the newest run of each municipality and kind that was for no later day."""
    rows = session.scalars(
        select(RetentionRun)
        .where(RetentionRun.as_of <= until)
        .order_by(
            RetentionRun.municipality_code,
            RetentionRun.kind,
            RetentionRun.as_of.desc(),
            RetentionRun.id.desc(),
        )
        .ext(distinct_on(RetentionRun.municipality_code, RetentionRun.kind))
    )
    return {(row.municipality_code, row.kind): row for row in rows}
