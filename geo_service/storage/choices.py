"""What is chosen for the evening work: the newest row is in force, and none is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, text
from sqlalchemy.orm import Session

from geo_service.domain.commitments import PoliceDetail
from geo_service.domain.need_choice import NeedChoice as Need
from geo_service.domain.presence_rules import PRESENCE_RULES, VISITS_A_WEEK
from geo_service.domain.presence_rules import PresenceRule as Rule
from geo_service.domain.staffing import StreetTeamRules
from geo_service.domain.vocabulary import PUBLIC_SPACE_TYPES, TYPES_BY_RODE
from geo_service.errors import Conflict, InvalidInput
from geo_service.messages import _
from geo_service.storage.locking import SOMEBODY, word_for
from geo_service.storage.tables import (
    LevelChoice,
    NeedChoice,
    PoliceChoice,
    PresenceRule,
    StreetTeamChoice,
)

MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Chosen:
    """Which row is in force; `version` 0: nobody has chosen, and our default holds."""

    version: int = 0
    set_by: str | None = None
    set_at: datetime | None = None


def presence_rules(session: Session, municipality: str) -> dict[str, tuple[Rule, Chosen]]:
    """Return the rule of every kind of presence, and who chose it."""
    return {kind: _rule(session, municipality, kind) for kind in PRESENCE_RULES}


def _rule(session: Session, municipality: str, kind: str) -> tuple[Rule, Chosen]:
    row, chosen = _newest(session, PresenceRule, municipality, PresenceRule.kind == kind)
    if row is None:
        return PRESENCE_RULES[kind], chosen
    rule = Rule(
        kind,
        row.least_minutes,
        row.most_minutes,
        row.longest_gap_minutes,
        row.varied_order,
        row.regular_days,
        row.fixed_hours,
    )
    return rule, chosen


def street_team_rules(session: Session, municipality: str) -> tuple[StreetTeamRules, Chosen]:
    """Return how large the street team is and how it rests, and who chose it."""
    row, chosen = _newest(session, StreetTeamChoice, municipality)
    if row is None:
        return StreetTeamRules(), chosen
    rules = StreetTeamRules(
        row.members, row.least_together, row.rest_minutes / MINUTES_AN_HOUR, row.least_minutes
    )
    return rules, chosen


def police_detail(session: Session, municipality: str) -> tuple[PoliceDetail, Chosen]:
    """Return what the police show beyond commitments, and who chose it."""
    row, chosen = _newest(session, PoliceChoice, municipality)
    if row is None:
        return PoliceDetail(), chosen
    in_need = tuple(kind for kind in TYPES_BY_RODE if getattr(row, f"{kind}_in_need"))
    return PoliceDetail(row.unit_names, row.rosters, types_in_need=in_need), chosen


def need_choice(session: Session, municipality: str) -> tuple[Need, Chosen]:
    """Return how incidents age and weigh in the need of plans, and who chose it."""
    row, chosen = _newest(session, NeedChoice, municipality)
    if row is None:
        return Need(), chosen
    weights = {kind: getattr(row, f"weight_{kind}") for kind in PUBLIC_SPACE_TYPES}
    return Need(row.half_life_weeks, weights), chosen


def visits_due(session: Session, municipality: str) -> tuple[dict[str, int], Chosen]:
    """Return how many visits a week each level is due, and who chose it."""
    row, chosen = _newest(session, LevelChoice, municipality)
    if row is None:
        return dict(VISITS_A_WEEK), chosen
    return {level: getattr(row, level) for level in VISITS_A_WEEK}, chosen


def choose(
    session: Session,
    table: type[PresenceRule | StreetTeamChoice | PoliceChoice | NeedChoice | LevelChoice],
    municipality: str,
    values: Mapping[str, Any],
    *,
    version: int,
    actor: str,
    what: str,
) -> None:
    """Add a choice, if the one in force is still `version`.

    Raises
    ------
    Conflict
        If somebody else has chosen meanwhile: says who, and when.
    InvalidInput
        If there has never been such a version.
    """
    kind = str(values.get("kind", ""))
    # two who save at once: the second waits here, and then sees the first one's row
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtext(:table), hashtext(:place))"),
        {"table": f"{table.__tablename__} {kind}", "place": municipality},
    )
    of_kind = [PresenceRule.kind == kind] if table is PresenceRule else []
    _row, now = _newest(session, table, municipality, *of_kind)
    if now.version != version:
        if now.set_at is None:
            raise InvalidInput(_("Den udgave findes ikke. Hent siden igen."))
        raise Conflict(what, changed_by=now.set_by or SOMEBODY, changed_at=now.set_at)
    session.execute(
        insert(table).inline().values(municipality_code=municipality, set_by=actor, **values)
    )


def _newest(
    session: Session, table: Any, municipality: str, *more: ColumnElement[bool]
) -> tuple[Any, Chosen]:
    query = (
        select(table, func.adm.actor_name(table.set_by))
        .where(table.municipality_code == municipality, *more)
        .order_by(table.id.desc())
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None, Chosen()
    row, who = found
    return row, Chosen(row.id, who or word_for(row.set_by), row.set_at)
