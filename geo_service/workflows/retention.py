"""Delete what has become too old, per municipality and kind, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from geo_service.domain.callers import Job
from geo_service.domain.retention import FIXED, KEPT, LEAST_AUDIT_DAYS, cut_off
from geo_service.errors import InvalidInput, NotFound, TryghedError
from geo_service.storage import retention as store
from geo_service.storage.database import Database, message_of
from geo_service.workflows.drawn_scope import read_scopes

LATEST: Final = timedelta(days=1)
"""A run is due every day; a day later it is overdue."""
ON_MAPS: Final = ("incidents", "observations", "plans")


@dataclass(frozen=True)
class Asked:
    """What a run is for."""

    as_of: date
    today: date
    actor: str
    municipality: str | None = None
    """None: all of them, and what belongs to none."""
    dry_run: bool = False
    early: bool = False
    """Also for a day that has not come: deletes what is not due yet."""


@dataclass
class Ran:
    """What a run did."""

    deleted: list[store.Deleted] = field(default_factory=list)
    failed: dict[tuple[str | None, str], str] = field(default_factory=dict)
    maps_removed: list[Path] = field(default_factory=list)
    maps_to_redraw: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class State:
    """Where one kind of one municipality stands."""

    municipality: str | None
    kind: str
    keep_days: int
    is_default: bool
    cut_off: datetime
    due: int
    """Rows older than the cut-off of today."""
    last_as_of: date | None
    last_ran_at: datetime | None
    last_deleted: int | None
    overdue: bool


def run_retention(database: Database, asked: Asked, *, maps: Path | None = None) -> Ran:
    """Delete what is older than each rule says.

    One that fails does not stop the others. With `dry_run` everything is done and undone, so
    the counts are those of a run. `maps` is the folder of drawn maps: those drawn before the
    cut-off are removed.

    Raises
    ------
    InvalidInput
        If the day has not come and `early` was not said.
    NotFound
        If there is no such municipality.
    """
    if asked.as_of > asked.today and not asked.early:
        raise InvalidInput(
            f"{asked.as_of} has not come yet: that would delete what is not due. "
            "Say --early if you mean it."
        )
    ran = Ran()
    for place, kind, keep_days in list(_rules(database, asked.municipality)):
        try:
            ran.deleted.append(_delete(database, asked, place, kind, keep_days))
        except TryghedError as error:
            ran.failed[place, kind] = str(error)
        except DBAPIError as error:
            ran.failed[place, kind] = message_of(error)
    if maps is not None:
        _clear_maps(maps, ran, dry_run=asked.dry_run)
    return ran


def retention_state(
    database: Database, *, today: date, municipality: str | None = None
) -> list[State]:
    """Return where every kind of every municipality stands."""
    states = []
    with database.working(Job("service", None)) as session:
        runs = store.last_runs(session, until=today)
        for place, kind, keep_days, is_default in _kept(session, municipality):
            last = runs.get((place, kind))
            before = cut_off(today, keep_days)
            due = store.count_older(session, kind, municipality=place, cut_off=before)
            states.append(
                State(
                    municipality=place,
                    kind=kind,
                    keep_days=keep_days,
                    is_default=is_default,
                    cut_off=before,
                    due=due,
                    last_as_of=last.as_of if last else None,
                    last_ran_at=last.ran_at if last else None,
                    last_deleted=last.deleted if last else None,
                    overdue=due > 0 and (last is None or today - last.as_of > LATEST),
                )
            )
    return states


def _rules(database: Database, municipality: str | None) -> Iterator[tuple[str | None, str, int]]:
    with database.working(Job("service", None)) as session:
        for place, kind, keep_days, _ in _kept(session, municipality):
            yield place, kind, keep_days


def _kept(
    session: Session, municipality: str | None
) -> Iterator[tuple[str | None, str, int, bool]]:
    """Yield place, kind, days and whether they are our default; last what belongs to no place."""
    places = store.municipalities(session)
    if municipality is not None and municipality not in places:
        raise NotFound(f"There is no municipality {municipality}; `tryghed status` lists them.")
    longest = 0
    for place in [municipality] if municipality else places:
        rules = store.read_rules(session, place)
        longest = max(longest, rules["audit"].keep_days)
        for kind in KEPT:
            yield place, kind, rules[kind].keep_days, rules[kind].version == 0
    if municipality is None:  # nobody can choose for them
        for kind, kept in FIXED.items():
            yield None, kind, kept.keep_days, True
        # as long as anybody keeps theirs
        yield None, "audit", longest or KEPT["audit"].keep_days, True


def _delete(
    database: Database, asked: Asked, place: str | None, kind: str, keep_days: int
) -> store.Deleted:
    before = cut_off(asked.as_of, keep_days)
    if kind == "audit":  # an early run does not reach what is always kept
        before = min(before, cut_off(asked.today, LEAST_AUDIT_DAYS))
    if kind in FIXED:  # nor what is still in use
        before = min(before, cut_off(asked.today, keep_days))
    job = Job(asked.actor, None if place is None else (place,))
    with database.working(job) as session:
        done = store.delete_older(
            session,
            kind,
            municipality=place,
            cut_off=before,
            as_of=asked.as_of,
            actor=asked.actor,
        )
        if asked.dry_run:
            session.rollback()
    return done


def _clear_maps(folder: Path, ran: Ran, *, dry_run: bool) -> None:
    """Remove maps drawn before a cut-off; name those that may show what was deleted now."""
    scopes = read_scopes(folder)
    for path in sorted(folder.rglob("*.html")):
        whose = scopes.get(path.stem)
        shown = [
            done
            for done in ran.deleted
            if done.kind in ON_MAPS and (whose is None or done.municipality == whose.municipality)
        ]
        if not shown:
            continue
        drawn = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if drawn < max(done.cut_off for done in shown):
            ran.maps_removed.append(path)
            if not dry_run:
                path.unlink(missing_ok=True)
        elif any(done.deleted for done in shown):
            ran.maps_to_redraw.append(path)
