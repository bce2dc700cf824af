"""Who may do what with which rows and fields: declared once, here, as data.

Pages, API, commands, exports and the database's row-level security all read this declaration;
`docs/access.md` is written from it. A right is role x data scope: the municipality, and within
it hotspot areas where the right is limited to them. What is not named is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geo_service.domain.kinds import KINDS


class Role(StrEnum):
    """What somebody is signed in as; a person may hold several and acts as one at a time."""

    police = "police"
    hotspot_chief = "hotspot_chief"
    street_team = "street_team"
    tmf = "tmf"
    partner = "partner"
    agency = "agency"
    council = "council"
    public = "public"
    admin = "admin"


ROLE_WORDS: Final = {
    Role.police: "Politi",
    Role.hotspot_chief: "Hotspotchef og koordinator",
    Role.street_team: "Gadeteam",
    Role.tmf: "Teknik- og Miljøforvaltningen",
    Role.partner: "Samarbejdspartner",
    Role.agency: "Forvaltning, der måler effekt",
    Role.council: "Hotspotråd og lokaludvalg",
    Role.public: "Offentligheden",
    Role.admin: "Administrator",
}
SIGNED_IN: Final = tuple(role for role in Role if role is not Role.public)

POOL_OF: Final[Mapping[Role, str]] = {
    Role.police: "web_raw",
    Role.hotspot_chief: "web_raw",
    Role.street_team: "web_raw",
    Role.tmf: "web_work",
    Role.partner: "web_work",
    Role.agency: "web_work",
    Role.council: "web_work",
    Role.public: "web_pub",
    Role.admin: "web_auth",
}
"""The database role whose connections serve each role."""

POOLS_SIGNED_IN: Final = tuple(sorted({POOL_OF[role] for role in SIGNED_IN}))
"""What the process for those who are signed in opens; the public site is a process of its own."""


class Limit(StrEnum):
    """Which rows a right reaches, inside the caller's municipality."""

    municipality = "hele kommunen"
    district = "distrikter og roder"
    hotspot = "egne hotspotområder"
    own = "egne"
    released = "frigivet eller offentliggjort"
    everywhere = "alle kommuner"


@dataclass(frozen=True)
class Right:
    """What one role may do with one kind of thing.

    `fields` names what of it may be seen (or set); empty means everything that the kind has.
    """

    limit: Limit
    fields: tuple[str, ...] = ()
    note: str = ""


# --- rights, written as short as the table of docs/access.md ------------------------------------

_municipality = Right(Limit.municipality)
_hotspot = Right(Limit.hotspot)
_own = Right(Limit.own)
_released = Right(Limit.released)
_everywhere = Right(Limit.everywhere)

CHIEF_INCIDENT: Final = (
    "crime_type",
    "setting",
    "occurred_from",
    "occurred_to",
    "rode_id",
    "geom",
)
TEAM_INCIDENT: Final = ("crime_type", "occurred_from", "rode_id")
RELEASED_NOTE: Final = ("coverage_area_id", "evening", "trend", "seen")
TEAM_NOTE: Final = tuple(
    name for name in KINDS["log"].fields if name not in ("released_at", "follow_up")
)
PLAN_STEPS: Final = (
    *("state", "minutes", "version", "changed_by", "changed_at", "sent_by", "sent_at"),
    *("agreed_police_by", "agreed_police_at", "agreed_chief_by", "agreed_chief_at", "reviewed_at"),
)
"""What whoever agrees on a plan writes in it."""
LEVEL: Final = ("level", "version", "changed_by", "changed_at")
"""What whoever agrees on the weekly level of a coverage area writes in it."""


def _all_of(roles: Iterable[Role], right: Right) -> Mapping[Role, Right]:
    return dict.fromkeys(roles, right)


_figures: Final = {
    Role.police: _municipality,
    Role.hotspot_chief: _municipality,
    Role.street_team: _hotspot,
    Role.tmf: Right(Limit.district),
}
_projects: Final = {
    Role.police: _municipality,
    Role.hotspot_chief: _municipality,
    Role.street_team: _municipality,
    Role.tmf: _municipality,
    Role.partner: _own,
}
_makers: Final[Mapping[Role, Right]] = {
    Role.hotspot_chief: _municipality,
    Role.tmf: _municipality,
}
_offers: Final[Mapping[Role, Right]] = {
    role: right for role, right in _projects.items() if role is not Role.partner
}
_goals: Final[Mapping[Role, Right]] = {**_makers, Role.agency: _own}
_sides: Final[Mapping[Role, Right]] = {
    Role.police: _municipality,
    Role.hotspot_chief: _hotspot,
}
_evenings: Final[Mapping[Role, Right]] = {**_sides, Role.street_team: _hotspot}
_both: Final[Mapping[Role, Right]] = {
    Role.police: _municipality,
    Role.hotspot_chief: _municipality,
}
_rosters: Final = {
    Role.police: _municipality,
    Role.hotspot_chief: _municipality,
    Role.street_team: _own,
}
_geography: Final = _all_of((role for role in SIGNED_IN if role is not Role.admin), _municipality)

RIGHTS: Final[Mapping[str, Mapping[Role, Right]]] = {
    # open to everybody: files and health; pages that know who is signed in, if anybody is
    "open": _all_of(Role, _everywhere),
    "open_page": _all_of(Role, _everywhere),
    # one's own account, and the start page
    "account.own": _all_of(SIGNED_IN, _own),
    # geography
    "municipality.read": _all_of(SIGNED_IN, _everywhere),
    "area.read": _geography,
    "area.name": {
        Role.admin: Right(
            Limit.municipality,
            ("id", "municipality_code", "kind", "code", "name", "valid_from", "valid_to"),
            "til at afgrænse rettigheder; intet omrids",
        ),
    },
    "membership.read": _geography,
    "area.write": {Role.hotspot_chief: _municipality},
    "basemap.read": _geography,
    # index, rates, hot spots
    "population.read": _figures,
    "published_index.read": _figures,
    "index.read": _figures,
    "index.compute": {Role.hotspot_chief: _municipality},
    "survey.read": {Role.hotspot_chief: _municipality},
    # incidents
    "incident.read": {
        Role.police: _municipality,
        Role.hotspot_chief: Right(
            Limit.hotspot,
            CHIEF_INCIDENT,
            "typer i det offentlige rum, med den nøjagtighed politiet har sat; "
            "indbrud og det indendørs kun talt pr. rode; vælger politiet det, tæller indbrud og "
            "tyveri med i aftenens behov, fra roden",
        ),
    },
    "incident.words": {
        Role.street_team: Right(
            Limit.hotspot,
            TEAM_INCIDENT,
            "som ord og område: type i det offentlige rum, rode og dag; intet punkt, "
            "intet klokkeslæt",
        ),
    },
    "incident_count.read": {
        Role.police: _municipality,
        Role.hotspot_chief: _municipality,
        Role.tmf: _municipality,
    },
    "incident.import": {Role.police: _municipality},
    "precision.read": {Role.police: _municipality, Role.hotspot_chief: _municipality},
    "precision.write": {Role.police: _municipality},
    "import.read": {Role.police: _own, Role.hotspot_chief: _municipality},
    # the street team's observations
    "log.read": {
        Role.police: Right(Limit.released, RELEASED_NOTE, "kun det, koordinatoren har frigivet"),
        Role.hotspot_chief: _hotspot,
        Role.street_team: _own,
    },
    "log.write": {
        Role.hotspot_chief: _hotspot,
        Role.street_team: Right(Limit.own, TEAM_NOTE, "indtil koordinatoren har frigivet det"),
    },
    "log.release": {Role.hotspot_chief: _hotspot},
    "presence.read": {
        Role.police: Right(Limit.released, note="kun besøg, koordinatoren har frigivet"),
        Role.hotspot_chief: _hotspot,
    },
    # the evening plan
    "plan.read": {
        Role.police: _municipality,
        Role.hotspot_chief: _hotspot,
        Role.street_team: _own,
    },
    "plan.write": {Role.hotspot_chief: _hotspot},
    "plan.agree": {
        Role.police: Right(Limit.municipality, PLAN_STEPS),
        Role.hotspot_chief: Right(Limit.hotspot, PLAN_STEPS),
    },
    "assignment.read": {
        Role.police: _municipality,
        Role.hotspot_chief: _hotspot,
        Role.street_team: _own,
    },
    "assignment.write": {Role.hotspot_chief: _hotspot},
    "amendment.read": _sides,
    "amendment.write": _sides,
    "commitment.read": {
        Role.police: _municipality,
        Role.hotspot_chief: _hotspot,
        Role.street_team: Right(Limit.own, note="og i aften, hvor politiet er med på et besøg"),
    },
    "commitment.write": {
        Role.police: Right(Limit.own, note="politiets egne"),
        Role.hotspot_chief: Right(Limit.hotspot, note="foreslår begge parters"),
    },
    "proposal.read": _sides,
    "proposal.write": _sides,
    "suspension.read": _evenings,
    "suspension.write": _sides,
    "activity.read": _evenings,
    "activity.write": {Role.hotspot_chief: _municipality},
    "staffed.read": _evenings,
    "staffed.write": {Role.hotspot_chief: _hotspot},
    "staffed_hours.read": _evenings,
    "staffed_hours.write": {Role.hotspot_chief: _hotspot},
    "team.read": _rosters,
    "team.write": {
        Role.police: Right(Limit.own, note="politiets egne enheder, når de selv viser vagter"),
        Role.hotspot_chief: _municipality,
    },
    "team_setting.read": {Role.street_team: _own},
    "team_setting.write": {Role.street_team: Right(Limit.own, note="holdet selv, og kun det")},
    "shift.read": _rosters,
    "shift.write": {
        Role.police: Right(Limit.own, note="patruljernes, når politiet selv viser vagter"),
        Role.hotspot_chief: _municipality,
    },
    "duty_feed.read": {Role.street_team: _own},
    "duty_feed.write": {Role.street_team: _own},
    "absence.read": _rosters,
    "absence.write": {Role.hotspot_chief: _municipality, Role.street_team: _own},
    "coverage.read": _evenings,
    "coverage.agree": {
        Role.police: Right(Limit.municipality, LEVEL, "ugens niveau"),
        Role.hotspot_chief: Right(Limit.hotspot, LEVEL, "ugens niveau"),
    },
    "coverage.write": {
        Role.police: Right(Limit.own, note="politiets egne"),
        Role.hotspot_chief: _hotspot,
    },
    "presence_rule.read": {**_both, Role.street_team: _municipality},
    "presence_rule.write": _both,
    "street_team_choice.read": {**_both, Role.street_team: _municipality},
    "street_team_choice.write": {Role.hotspot_chief: _municipality},
    "police_choice.read": _both,
    "police_choice.write": {Role.police: _municipality},
    "need_choice.read": _both,
    "need_choice.write": _both,
    "level_choice.read": _both,
    "level_choice.write": _both,
    # projects, and the programme they belong to
    "project.read": _projects,
    "project.write": _makers,
    "funding.read": _projects,
    "funding.write": _makers,
    "action.read": _projects,
    "action.write": _makers,
    "offer.read": _offers,
    "offer.write": {Role.hotspot_chief: _municipality},
    "offer_hours.read": _offers,
    "offer_hours.write": {Role.hotspot_chief: _municipality},
    "offer_dated.read": _offers,
    "offer_dated.write": {Role.hotspot_chief: _municipality},
    "school_holiday.read": _offers,
    "school_holiday.write": {Role.hotspot_chief: _municipality},
    "goal.read": _goals,
    "goal.write": {Role.hotspot_chief: _municipality},
    "goal_value.read": _goals,
    "goal_value.write": {Role.hotspot_chief: _municipality, Role.agency: _own},
    # drawn maps: a field is a page
    "map.read": {
        Role.police: Right(Limit.hotspot, ("aftenplan", "byrum")),
        Role.hotspot_chief: _hotspot,
        Role.street_team: Right(Limit.municipality, ("byrum",)),
        Role.tmf: Right(Limit.municipality, ("byrum",)),
    },
    "map.draw": {Role.hotspot_chief: _hotspot},
    "map.publish": {Role.hotspot_chief: _municipality},
    # public releases
    "release.read": _all_of((role for role in Role if role is not Role.admin), _released),
    "release.propose": {Role.tmf: _municipality},
    "release.approve": {
        Role.police: Right(Limit.municipality, note="dem med politiets tal"),
        Role.hotspot_chief: _municipality,
    },
    "release.withdraw": {Role.hotspot_chief: _municipality},
    "comment.write": {Role.council: Right(Limit.released)},
    "unsafe_place.write": {
        Role.council: Right(Limit.municipality, note="et område, aldrig et punkt"),
    },
    # administration
    "user.read": {Role.admin: _municipality},
    "user.write": {Role.admin: _municipality},
    "audit.read": {Role.admin: _municipality},
    "retention.read": {Role.admin: _municipality},
    "retention.write": {Role.admin: _municipality},
}

BESIDE_THE_TABLE: Final[Mapping[str, str]] = {
    "municipality": "names of municipalities, for everybody's top bar; public",
    "area": "outlines and names of areas: public geography, without which no figure has a place; "
    "an administrator limits rights by their names alone",
    "membership": "which area lies in which: public geography",
    "basemap": "water, green, roads and names under every map: public geography",
    "population": "the denominator of every rate: read as index and rates are",
    "import": "who sent which file: the police their own, the chief those of the programme's areas",
    "duty_feed": "the address at which a worker's own phone reads the worker's own shifts, as "
    "times alone",
    "team_setting": "what a team wants for itself, such as to check in on the spot: its own choice "
    "and nobody else's, since it touches how its members are seen",
    "presence": "the presence ledger is the two sides' who agree on it: when and how long somebody "
    "was at a place, never who, nor what was noted",
    "coverage": "the parts of the area that a plan speaks of: read by who reads the plan; the "
    "police draw their own, the chief all of the hotspot area",
    "presence_rule": "what both agree that a visit is meant to be: no plan, set by either; the "
    "street team's phone plans its own stays by it",
    "street_team_choice": "how many the street team are and how they rest: what shifts are checked "
    "by, so whoever reads shifts reads it",
    "need_choice": "what both agree that weighs in the need of their plans: types of "
    "incident and weeks, and no plan",
    "level_choice": "what both agree that a level means in visits a week: no plan, set by either",
    "police_choice": "what the police show beyond commitments is for them to say, and the chief "
    "must know what to expect",
    "offer": "places and hours that young people are told of: harmless to publish, part of the "
    "evening plan as fixed presence, so whoever meets there in the evening reads them; written as "
    "the programme is, by the chief alone",
    "offer_hours": "as the offers they belong to",
    "offer_dated": "as the offers they belong to",
    "school_holiday": "what every parent is told; offers and evenings are planned by it",
    "activity": "what is announced to the public, with place and time; an evening is planned by it",
    "map": "pages drawn of what the role may read; until releases have pages of their own, the "
    "chief, who approves, puts the residents' page on the public site",
}
"""Kinds that the table of roles in the design does not name, and why somebody has them all the
same. Rights are otherwise exactly those of the table; what is released (index, projects) reaches
agencies, councils and the public as a release and by nothing else."""


TAKEN_AWAY: Final = frozenset(
    {
        *("shift", "absence", "staffed_hours"),
        *("offer_hours", "offer_dated", "school_holiday", "activity"),
    }
)
"""Kinds that are hours and dates of what is to come: whoever may write a row may take it away.

Rows of every other kind are ended, withdrawn or deleted by age, and never deleted from a page."""

UNRECORDED: Final = frozenset(
    {
        "open",
        "open_page",
        "account.own",
        "municipality.read",
        "area.read",
        "membership.read",
        "basemap.read",
        "release.read",
    }
)
"""Policies under which reading is not written down: nothing in them is protected."""


def right_of(role: Role, policy: str) -> Right | None:
    """Return what a role may do under a policy, None if nothing.

    Raises
    ------
    KeyError
        If no such policy is declared: a name that is mistyped must not mean "nobody".
    """
    return RIGHTS[policy].get(role)


def fields_of(role: Role, policy: str) -> tuple[str, ...]:
    """Return the fields of the kind that a role sees (or sets) under a policy.

    Raises
    ------
    KeyError
        If no such policy is declared.
    """
    right = right_of(role, policy)
    if right is None:
        return ()
    kind = KINDS.get(policy.split(".", maxsplit=1)[0])
    return right.fields or (kind.fields if kind else ())
