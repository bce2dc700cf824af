"""A team's own choices, read and written by the team itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from geo_service.errors import Conflict, NotFound
from geo_service.messages import _
from geo_service.storage.locking import save_version
from geo_service.storage.tables import Team, TeamSetting

WHAT = _("Holdets valg")


@dataclass(frozen=True)
class Chosen:
    """Whether a team checks in on the spot; version 0 where nobody has chosen."""

    checks_in: bool = False
    version: int = 0


def read_choice(session: Session, team_code: str | None) -> Chosen:
    """Return what a team that the caller reaches has chosen; off while nobody has."""
    row = session.execute(
        select(TeamSetting.checks_in, TeamSetting.version)
        .join(Team, Team.id == TeamSetting.team_id)
        .where(Team.code == team_code)
    ).one_or_none()
    return Chosen(**row._mapping) if row else Chosen()


def save_choice(
    session: Session, team_code: str, *, checks_in: bool, version: int, actor: str, now: datetime
) -> None:
    """Store what a team wants; `version` is what was on the screen.

    Raises
    ------
    NotFound
        If the caller reaches no such team.
    Conflict
        If somebody else of the team has chosen meanwhile.
    """
    team = session.execute(
        select(Team.id, Team.municipality_code).where(Team.code == team_code)
    ).one_or_none()
    if team is None:
        raise NotFound("Holdet findes ikke.")
    if version == 0:
        made = session.execute(
            insert(TeamSetting)
            .values(
                municipality_code=team.municipality_code,
                team_id=team.id,
                checks_in=checks_in,
                changed_by=actor,
                changed_at=now,
            )
            .on_conflict_do_nothing()
            .returning(TeamSetting.id)
        )
        if made.one_or_none() is not None:
            return
        first = session.execute(
            select(
                func.adm.actor_name(TeamSetting.changed_by).label("name"), TeamSetting.changed_at
            ).where(TeamSetting.team_id == team.id)
        ).one()
        raise Conflict(WHAT, changed_by=first.name or _("en anden"), changed_at=first.changed_at)
    save_version(
        session,
        TeamSetting,
        TeamSetting.team_id == team.id,
        version=version,
        what=WHAT,
        actor=actor,
        now=now,
        checks_in=checks_in,
    )
