"""Withdraw an edition of areas that was loaded by mistake: what it ended goes on.

The imports that made it stay in the list of files, marked as withdrawn; the audit says who did
it, and what followed. Incidents are given the rode they would have had without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from geo_service.domain.danish_time import day_figures
from geo_service.errors import InvalidInput, NotFound
from geo_service.importing.report import enumeration
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as incident_store
from geo_service.storage import withdrawing as store
from geo_service.storage.audit import append
from geo_service.storage.tables import ImportBatch
from geo_service.storage.withdrawing import Held, Members
from geo_service.workflows.import_incidents import with_rode

UNDONE = "undone"


@dataclass(frozen=True)
class Withdrawal:
    """What withdrawing an edition did, or would do."""

    edition: Held
    areas: int
    dissolved: dict[str, int]
    reopened: int
    until: date | None
    members: Members
    incidents: int
    outside: int
    figures: int
    files: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return it in words, a sentence a line."""
        kind, until = self.edition.kind, self.until or "…"
        made = "".join(f", {count} {name}" for name, count in sorted(self.dissolved.items()))
        members = self.members
        said = [f"{self.areas} {kind} of {self.edition.valid_from} are withdrawn{made}."]
        if self.reopened:
            said.append(f"{self.reopened} {kind} of before are in force again, until {until}.")
        if members != Members(0, 0, 0):
            said.append(
                f"Memberships: {members.ended} end, {members.later} hold from {until} on, "
                f"{members.again} of before go on."
            )
        if self.incidents:
            said.append(
                f"{self.incidents} incidents get the {kind} they would have had without it; "
                f"{self.outside} lie outside all of them."
            )
        said.append(f"Marked as withdrawn in the list of imports: {', '.join(self.files)}.")
        if self.figures:
            said.append(f"{self.figures} figures are of areas that no edition has; they stay.")
        return said


class Unconfirmed(InvalidInput):
    """Nothing has been withdrawn: `withdrawal` is what would follow."""

    def __init__(self, withdrawal: Withdrawal) -> None:
        self.withdrawal = withdrawal
        super().__init__(
            "Nothing has been withdrawn; this is what would follow. Say it with --yes."
        )


def withdraw_edition(
    session: Session, edition: Held, *, withdrawn_by: str, today: date, confirmed: bool
) -> Withdrawal:
    """Withdraw an edition in the session's transaction.

    Raises
    ------
    NotFound
        If there is no such edition; names those that there are.
    InvalidInput
        If its areas are made of others, came from no file, or incidents would be left without
        any rode.
    Unconfirmed
        If it was not `confirmed`; the transaction has to be undone.
    """
    rows = store.rows_of_edition(session, edition)
    if rows.empty:
        raise NotFound(_no_such_edition(session, edition))
    numbers = sorted({int(one) for one in rows["import_batch_id"].dropna()})
    imports = store.batches(session, numbers)
    _require_own_files(edition, imports, all_from_files=bool(rows["import_batch_id"].notna().all()))
    until = store.next_start(session, edition)
    members = store.remove_memberships(session, edition, numbers)
    dissolved: dict[str, int] = {}
    figures = 0
    for group in store.dissolved_with(session, edition, numbers):
        groups = store.rows_of_edition(session, group)
        mine = groups[groups["import_batch_id"].isin(numbers)]
        store.remove_areas(session, group, numbers)
        figures += store.figures_of_nothing(session, group, mine["code"].tolist())
        dissolved[group.kind] = len(mine)
    incidents = store.release_incidents(session, [int(one) for one in rows["id"]])
    reopened = store.remove_areas(session, edition, numbers)
    figures += store.figures_of_nothing(session, edition, rows["code"].tolist())
    outside = 0
    if not incidents.empty:
        _require_other_roder(session, edition, len(incidents))
        assigned = with_rode(session, incidents, edition.municipality)
        outside = int(assigned["rode_id"].isna().sum())
        store.assign_incidents(session, assigned, edition.municipality)
        incident_store.count_by_rode(session, edition.municipality)
    for one in imports:
        one.status = UNDONE
        one.remarks = [*one.remarks, f"Trukket tilbage {day_figures(today)}."]
    session.flush()
    done = Withdrawal(
        edition=edition,
        areas=len(rows),
        dissolved=dissolved,
        reopened=reopened,
        until=until,
        members=members,
        incidents=len(incidents),
        outside=outside,
        figures=figures,
        files=[f"{one.file_name} ({one.id})" for one in imports],
    )
    if not confirmed:
        raise Unconfirmed(done)
    _note(session, done, imports, withdrawn_by)
    return done


def _no_such_edition(session: Session, edition: Held) -> str:
    starts = [
        str(row["valid_from"])
        for row in area_store.editions(session)
        if (row["municipality"], row["kind"]) == (edition.municipality, edition.kind)
    ]
    there = f"Its editions begin on {enumeration(starts)}." if starts else "It has none."
    return (
        f"Municipality {edition.municipality} has no edition of {edition.kind} from "
        f"{edition.valid_from}. {there}"
    )


def _require_own_files(edition: Held, imports: list[ImportBatch], *, all_from_files: bool) -> None:
    """Refuse areas that are made of others, or that no file brought."""
    others = sorted({one.kind.removeprefix("areas:") for one in imports} - {edition.kind})
    if others:
        raise InvalidInput(
            f"The {edition.kind} areas of {edition.valid_from} are made of {' and '.join(others)}. "
            f"Withdraw those: --kind {others[0]}."
        )
    if not all_from_files:
        raise InvalidInput(
            f"The {edition.kind} areas of {edition.valid_from} came from no file, so there is "
            "nothing to withdraw."
        )


def _require_other_roder(session: Session, edition: Held, incidents: int) -> None:
    left = {
        row["kind"]
        for row in area_store.editions(session)
        if row["municipality"] == edition.municipality
    }
    if edition.kind not in left:
        raise InvalidInput(
            f"{incidents} incidents lie in the {edition.kind} of {edition.valid_from}, and there "
            "is no other edition they could lie in. Nothing has been withdrawn. Load the right "
            "one first, with a --valid-from of its own, even a day before; then withdraw this one."
        )


def _note(session: Session, done: Withdrawal, imports: list[ImportBatch], actor: str) -> None:
    append(
        session,
        actor=actor,
        action="withdraw",
        object_kind="area",
        object_ref=f"{done.edition.kind}:{done.edition.valid_from}",
        municipality=done.edition.municipality,
        detail={
            "imports": [one.id for one in imports],
            "sha256": [one.sha256 for one in imports],
            "areas": done.areas,
            "dissolved": done.dissolved,
            "areas_in_force_again": done.reopened,
            "memberships_ended": done.members.ended,
            "memberships_later": done.members.later,
            "memberships_again": done.members.again,
            "incidents": done.incidents,
            "figures": done.figures,
        },
    )
