"""Setting the rules of the evening work, as they were typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from geo_service.domain.need_choice import NeedChoice
from geo_service.domain.presence_rules import MOST_VISITS_A_WEEK, PresenceRule, require_visits
from geo_service.domain.staffing import StreetTeamRules
from geo_service.domain.vocabulary import AREA_LEVELS, CRIME_TYPES, TYPES_BY_RODE
from geo_service.errors import InvalidInput
from geo_service.importing.danish import parse_number
from geo_service.messages import _
from geo_service.storage import choices, tables
from geo_service.workflows.agreement_desk import Desk

MOST_MINUTES = 24 * 60
MOST_MEMBERS = 99


@dataclass(frozen=True)
class RuleForm:
    """The rule of one kind of presence, as it was typed; empty: no bound."""

    kind: str
    least: str
    most: str
    gap: str
    varied_order: bool
    regular_days: bool
    fixed_hours: bool


@dataclass(frozen=True)
class SizeForm:
    """The street team's size and rest, as it was typed."""

    members: str
    together: str
    rest_hours: str
    least_minutes: str


def set_rule(desk: Desk, typed: RuleForm, *, version: int) -> None:
    """Set the rule of one kind of presence.

    Raises
    ------
    InvalidInput
        If it is no rule; in Danish.
    Conflict
        If somebody else has set it meanwhile.
    """
    rule = PresenceRule(
        typed.kind,
        _whole(typed.least, _("Mindste antal minutter"), 1, MOST_MINUTES),
        _perhaps(typed.most, _("Højeste antal minutter")),
        _perhaps(typed.gap, _("Tiden mellem to besøg")),
        typed.varied_order,
        typed.regular_days,
        typed.fixed_hours,
    )
    choices.choose(
        desk.session,
        tables.PresenceRule,
        desk.municipality,
        vars(rule),
        version=version,
        actor=desk.caller.actor,
        what=_("Reglen"),
    )


def set_size(desk: Desk, typed: SizeForm, *, version: int) -> None:
    """Set how large the street team is, how many go together, and how they rest.

    Raises
    ------
    InvalidInput
        If a number is none, or they do not go together; in Danish.
    Conflict
        If somebody else has set it meanwhile.
    """
    rest = parse_number(typed.rest_hours)
    if rest is None:
        raise InvalidInput(_("Hviletiden er et antal timer, fx 11."))
    rules = StreetTeamRules(
        _whole(typed.members, _("Antallet af medlemmer"), 1, MOST_MEMBERS),
        _whole(typed.together, _("Antallet, der går sammen,"), 1, MOST_MEMBERS),
        rest,
        _whole(typed.least_minutes, _("Antallet af minutter"), 1, MOST_MINUTES),
    )
    choices.choose(
        desk.session,
        tables.StreetTeamChoice,
        desk.municipality,
        {
            "members": rules.members,
            "least_together": rules.least_together,
            "rest_minutes": round(rules.rest_hours * choices.MINUTES_AN_HOUR),
            "least_minutes": int(rules.least_minutes),
        },
        version=version,
        actor=desk.caller.actor,
        what=_("Gadeteamets størrelse"),
    )


def set_need(desk: Desk, half_life: str, weights: Mapping[str, str], *, version: int) -> None:
    """Set how incidents age and weigh in the need that plans are made for, as it was typed.

    Raises
    ------
    InvalidInput
        If a number is none, or out of bounds; in Danish.
    Conflict
        If somebody else has set it meanwhile.
    """
    weeks = parse_number(half_life)
    if weeks is None:
        raise InvalidInput(_("Halveringstiden er et antal uger, fx 26."))
    typed = {kind: parse_number(text) for kind, text in weights.items()}
    for kind, weight in typed.items():
        if weight is None:
            raise InvalidInput(
                _("Vægten af »%(kind)s« er et tal, fx 1 eller 2,5.", kind=_(CRIME_TYPES[kind]))
            )
    choice = NeedChoice(weeks, {kind: weight or 0.0 for kind, weight in typed.items()})
    choices.choose(
        desk.session,
        tables.NeedChoice,
        desk.municipality,
        {"half_life_weeks": choice.half_life_weeks}
        | {f"weight_{kind}": weight for kind, weight in choice.weights.items()},
        version=version,
        actor=desk.caller.actor,
        what=_("Halveringstid og vægte"),
    )


def set_levels(desk: Desk, typed: Mapping[str, str], *, version: int) -> None:
    """Set how many visits a week a place is due at each level, as it was typed.

    Raises
    ------
    InvalidInput
        If a number is none, or a higher level is due fewer; in Danish.
    Conflict
        If somebody else has set it meanwhile.
    """
    due = {
        level: _whole(
            typed[level], _("Besøg om ugen ved %(level)s", level=_(words)), 1, MOST_VISITS_A_WEEK
        )
        for level, words in AREA_LEVELS.items()
    }
    require_visits(due)
    choices.choose(
        desk.session,
        tables.LevelChoice,
        desk.municipality,
        due,
        version=version,
        actor=desk.caller.actor,
        what=_("Besøg om ugen"),
    )


def set_police(
    desk: Desk, *, unit_names: bool, rosters: bool, types_in_need: Collection[str], version: int
) -> None:
    """Set what the police show beyond their commitments, and which of their types count in need.

    Raises
    ------
    Conflict
        If somebody else of the police has set it meanwhile.
    """
    choices.choose(
        desk.session,
        tables.PoliceChoice,
        desk.municipality,
        {"unit_names": unit_names, "rosters": rosters}
        | {f"{kind}_in_need": kind in types_in_need for kind in TYPES_BY_RODE},
        version=version,
        actor=desk.caller.actor,
        what=_("Politiets valg"),
    )


def _perhaps(text: str, what: str) -> int | None:
    return _whole(text, what, 1, MOST_MINUTES) if text.strip() else None


def _whole(text: str, what: str, least: int, most: int) -> int:
    said = text.strip()
    number = int(said) if said.isascii() and said.isdigit() else -1
    if not least <= number <= most:
        raise InvalidInput(
            _(
                "%(what)s skal være et helt tal fra %(least)s til %(most)s.",
                what=what,
                least=least,
                most=most,
            )
        )
    return number
