"""Who can be out: teams and their members by code, shifts and absences, in the caller's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from geo_service.messages import _
from geo_service.storage.locking import save_version
from geo_service.storage.removing import remove_row
from geo_service.storage.tables import Absence, Shift, Team

WHAT = _("Holdet")


@dataclass(frozen=True)
class KeptTeam:
    """A team: its key, what it is called, and its members by code."""

    id: int
    code: str
    name: str
    agency: str
    members: int
    member_codes: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class KeptShift:
    """A shift as it is stored; `member` None: the team goes as one."""

    id: int
    team: str
    agency: str
    member: str | None
    evening: date
    starts_at: datetime
    ends_at: datetime

    @property
    def who(self) -> str:
        """The member, or the team that goes as one."""
        return self.member or self.team


@dataclass(frozen=True)
class KeptAbsence:
    """An absence as it is stored; `member` None: the whole team."""

    id: int
    team: str
    member: str | None
    starts_at: datetime
    ends_at: datetime
    reported_at: datetime

    @property
    def who(self) -> str:
        """The member, or the whole team."""
        return self.member or self.team


@dataclass(frozen=True)
class NewShift:
    """A shift to store."""

    team_id: int
    member: str | None
    evening: date
    starts_at: datetime
    ends_at: datetime


def read_teams(session: Session, *, agency: str = "street_team") -> list[KeptTeam]:
    """Return the teams of an agency that the caller reaches, by code."""
    query = select(Team).where(Team.agency == agency).order_by(Team.code)
    return [
        KeptTeam(
            row.id,
            row.code,
            row.name,
            row.agency,
            row.members,
            tuple(row.member_codes),
            row.version,
        )
        for row in session.scalars(query)
    ]


def save_team(  # noqa: PLR0913 - all that is known of it, and who says so
    session: Session,
    municipality: str,
    code: str,
    name: str,
    member_codes: Sequence[str],
    *,
    agency: str,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Make a team of an agency, or change its name and members.

    `version` is what was on the screen, 0 where there was no such team; raises Conflict if
    somebody has made or changed it meanwhile.
    """
    values = {"name": name, "member_codes": list(member_codes)}
    if version == 0:
        made = session.scalar(
            insert_or(Team)
            .values(
                municipality_code=municipality,
                code=code,
                agency=agency,
                members=max(len(member_codes), 1),
                changed_by=actor,
                changed_at=now,
                **values,
            )
            .on_conflict_do_nothing()
            .returning(Team.id)
        )
        if made is not None:
            return
    counted = {"members": len(member_codes)} if member_codes else {}
    save_version(
        session,
        Team,
        and_(Team.municipality_code == municipality, Team.code == code, Team.agency == agency),
        version=version,
        what=WHAT,
        actor=actor,
        now=now,
        **values,
        **counted,
    )


def read_shifts(
    session: Session, first: date, last: date, *, agencies: Sequence[str]
) -> list[KeptShift]:
    """Return the shifts of some agencies that begin on evenings [first, last], in order."""
    query = (
        select(Shift, Team.code, Team.agency)
        .join(Team, Team.id == Shift.team_id)
        .where(Shift.evening.between(first, last), Team.agency.in_(list(agencies)))
        .order_by(Shift.starts_at, Team.code, Shift.member)
    )
    return [
        KeptShift(row.id, team, agency, row.member, row.evening, row.starts_at, row.ends_at)
        for row, team, agency in session.execute(query)
    ]


def add_shifts(session: Session, municipality: str, shifts: Sequence[NewShift]) -> int:
    """Store shifts, and return how many were not there before."""
    if not shifts:
        return 0
    rows = [{"municipality_code": municipality, **vars(one)} for one in shifts]
    statement = insert_or(Shift).values(rows).on_conflict_do_nothing().returning(Shift.id)
    return len(session.scalars(statement).all())


def remove_shift(session: Session, shift_id: int, *, agency: str) -> bool:
    """Take a shift of an agency away; False if there is none (`removing`)."""
    own = select(Team.id).where(Team.agency == agency)
    return remove_row(session, Shift, shift_id, Shift.team_id.in_(own), what="Vagten")


def read_absences(session: Session, since: datetime, until: datetime) -> list[KeptAbsence]:
    """Return the absences that meet [since, until), in order."""
    query = (
        select(Absence, Team.code)
        .join(Team, Team.id == Absence.team_id)
        .where(Absence.starts_at < until, Absence.ends_at > since)
        .order_by(Absence.starts_at, Team.code, Absence.member)
    )
    return [
        KeptAbsence(row.id, team, row.member, row.starts_at, row.ends_at, row.reported_at)
        for row, team in session.execute(query)
    ]


def add_absence(
    session: Session,
    municipality: str,
    *,
    team_id: int,
    member: str | None,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Store that a member, or the whole team, is not there; when it was told is now."""
    session.execute(
        insert(Absence)
        .inline()
        .values(
            municipality_code=municipality,
            team_id=team_id,
            member=member,
            starts_at=starts_at,
            ends_at=ends_at,
        )
    )


def remove_absence(session: Session, absence_id: int) -> bool:
    """Take an absence away; False if there is none (`removing`)."""
    return remove_row(session, Absence, absence_id, what="Fraværet")
