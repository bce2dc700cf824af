"""What an evening plan is made of: slots, places, need, duties, promises and rules.

Everything is put in order when a problem is made, so that the order in which rows came changes
neither the plan nor the fingerprint of its inputs. Need is counted in whole thousandths of an
expected incident: sums of them are exact, and a plan can be compared with another to the last one.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.domain.evenings import HOURS_A_DAY, Slot
from geo_service.domain.frames import rows_of
from geo_service.domain.vocabulary import AGENCIES
from geo_service.errors import InvalidInput

UNIT: Final = 1_000
"""Need is counted in this part of an expected incident."""
METHOD: Final = "evening-cover-2"
"""Changes whenever the same inputs may give another plan."""
DAYS_A_WEEK: Final = 7
POLICE, STREET_TEAM = "police", "street_team"

Table = npt.NDArray[np.int64]


@dataclass(frozen=True, order=True)
class Place:
    """A coverage area as a plan sees it.

    `at` is the point that one walks to (EPSG:25832, metres); `due_a_week` how many visits its
    level is due. Of each agency at most one team is chosen for a place at a time.
    """

    code: str
    name: str = ""
    agency: str = STREET_TEAM
    """`police`: the police go there alone; the police may go anywhere."""
    not_at_night: bool = False
    """Whether nobody is sent there after midnight."""
    due_a_week: int = 0
    at: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, order=True)
class Duty:
    """One team that is on duty in one slot, rest and absence already taken off."""

    slot_id: int
    agency: str
    team: str


@dataclass(frozen=True, order=True)
class Promise:
    """A commitment that stands already: one team of an agency at a place in a slot."""

    slot_id: int
    agency: str
    place: str
    team: str = ""
    """The team, where the commitment names one."""
    form: str = "on_foot"


@dataclass(frozen=True)
class PlanRules:
    """What holds whatever the need is.

    Attributes
    ----------
    joint_visits
        Least number of joint visits: both agencies in one place in one slot, on purpose.
    joint_places
        Where joint presence is wanted; None: wherever both may go.
    forbid_overlap
        Whether both may be in one place at once only in the joint visits that are asked for.
    least_visits
        Least visits in each whole week, by place; a visit is a team in a slot.
    most_share
        Largest share of a week's teams and slots that one place may take.
    """

    joint_visits: int = 0
    joint_places: frozenset[str] | None = None
    forbid_overlap: bool = False
    least_visits: Mapping[str, int] = field(default_factory=dict)
    most_share: float = 1.0

    def __post_init__(self) -> None:
        if self.joint_visits < 0 or min(self.least_visits.values(), default=0) < 0:
            raise InvalidInput("Et antal besøg kan ikke være negativt.")
        if not 0 < self.most_share <= 1:
            raise InvalidInput("Den største andel for ét sted skal være over 0 og højst 1.")


@dataclass(frozen=True)
class PlanProblem:
    """Everything a plan depends on.

    Attributes
    ----------
    slots
        Of evenings in a row.
    places
        The coverage areas; at least one.
    need
        Columns area_code, slot_id, n, expected, low, high; what is missing is no need.
    duties
        Who is on duty when.
    promises
        What stands already; nothing of it is moved.
    rules
        What holds whatever the need is.
    reach
        The places whose need presence in a place covers; itself alone, where nothing is said.

    Raises
    ------
    InvalidInput
        If a place or slot is named that is none, a team is named twice, or need is negative.
    """

    slots: tuple[Slot, ...]
    places: tuple[Place, ...]
    need: pd.DataFrame
    duties: tuple[Duty, ...] = ()
    promises: tuple[Promise, ...] = ()
    rules: PlanRules = PlanRules()
    reach: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("slots", "places", "duties", "promises"):
            given = getattr(self, name)
            key = (lambda one: one.slot_id) if name == "slots" else None
            object.__setattr__(self, name, tuple(sorted(given, key=key)))
        if not self.slots or not self.places:
            raise InvalidInput("En plan skal have mindst én aften og ét dækningsområde.")
        codes = {place.code for place in self.places}
        slots = {slot.slot_id for slot in self.slots}
        if len(codes) < len(self.places) or len(slots) < len(self.slots):
            raise InvalidInput("Et dækningsområde eller et tidsrum står der to gange.")
        named = [
            *(one.place for one in self.promises),
            *self.reach,
            *(code for reached in self.reach.values() for code in reached),
            *(self.rules.joint_places or ()),
            *self.rules.least_visits,
        ]
        _require_known(named, codes, "dækningsområdet")
        out: list[Duty | Promise] = [*self.duties, *self.promises]
        _require_known([one.slot_id for one in out], slots, "tidsrummet")
        if {one.agency for one in out} - AGENCIES.keys():
            raise InvalidInput("Et hold hører til politiet eller gadeteamet.")
        if len(set(self.duties)) < len(self.duties):
            raise InvalidInput("Et hold er på vagt to gange i samme tidsrum.")
        if (self.need["expected"] < 0).any() or not np.isfinite(self.need["expected"]).all():
            raise InvalidInput("Et behov skal være et tal og mindst 0.")

    @cached_property
    def slot_at(self) -> Mapping[int, int]:
        """Row of each slot."""
        return {slot.slot_id: row for row, slot in enumerate(self.slots)}

    @cached_property
    def place_at(self) -> Mapping[str, int]:
        """Column of each place."""
        return {place.code: column for column, place in enumerate(self.places)}

    @cached_property
    def weight(self) -> Table:
        """Need in thousandths of an expected incident, shape (slots, places)."""
        table = np.zeros((len(self.slots), len(self.places)), dtype=np.int64)
        for row in rows_of(self.need):
            if row.slot_id in self.slot_at and row.area_code in self.place_at:
                at = self.slot_at[row.slot_id], self.place_at[row.area_code]
                table[at] = round(row.expected * UNIT)
        return table

    @cached_property
    def covers(self) -> npt.NDArray[np.bool_]:
        """Whether presence in a place (row) covers the need of a place (column)."""
        table = np.eye(len(self.places), dtype=bool)
        for code, reached in self.reach.items():
            table[self.place_at[code]] = [place.code in reached for place in self.places]
        return table

    def promised(self, agency: str) -> Table:
        """Return how many teams of an agency are promised, shape (slots, places)."""
        table = np.zeros((len(self.slots), len(self.places)), dtype=np.int64)
        for one in self.promises:
            if one.agency == agency:
                table[self.slot_at[one.slot_id], self.place_at[one.place]] += 1
        return table

    def teams(self, agency: str) -> Table:
        """Return how many teams of an agency can be out in each slot, promises kept.

        A team that is promised to several places of a slot, one after another, counts in each.
        """
        on_duty = Counter(one.slot_id for one in self.duties if one.agency == agency)
        counted = np.array([on_duty[slot.slot_id] for slot in self.slots], dtype=np.int64)
        counted += self.stays_after_the_first(agency)
        return np.asarray(np.maximum(counted, self.promised(agency).sum(axis=1)))

    def stays_after_the_first(self, agency: str) -> npt.NDArray[np.int64]:
        """Return for each slot how many promises are a team's second one there, or a later one."""
        named = [(one.slot_id, one.team) for one in self.promises
                 if one.agency == agency and one.team]  # fmt: skip
        later = Counter(slot_id for slot_id, _team in named)
        later.subtract(slot_id for slot_id, _team in set(named))
        return np.array([later[slot.slot_id] for slot in self.slots], dtype=np.int64)

    def may_go(self, agency: str) -> npt.NDArray[np.bool_]:
        """Return where a team of an agency may be sent, shape (slots, places)."""
        night = np.array([slot.hours[1] > HOURS_A_DAY for slot in self.slots])
        closed = np.array([place.not_at_night for place in self.places])
        theirs = np.array([agency in (POLICE, place.agency) for place in self.places])
        return np.asarray(theirs & ~(night[:, None] & closed))

    @property
    def joint_wanted(self) -> npt.NDArray[np.bool_]:
        """Return where both agencies may be on purpose, shape (slots, places)."""
        wanted = self.rules.joint_places
        there = np.array([wanted is None or place.code in wanted for place in self.places])
        both_promised = (self.promised(POLICE) > 0) & (self.promised(STREET_TEAM) > 0)
        return np.asarray(there[None, :] & np.ones(self.weight.shape, dtype=bool) | both_promised)

    @cached_property
    def week_of(self) -> npt.NDArray[np.int64]:
        """Week of each slot, counted from the first evening."""
        first = self.slots[0].evening
        return np.array([(slot.evening - first).days // DAYS_A_WEEK for slot in self.slots])

    @cached_property
    def evenings_of_week(self) -> tuple[int, ...]:
        """How many evenings each week has; the last may be short."""
        days = Counter(int(week) for week, _day in self._weeks_and_evenings)
        return tuple(days[week] for week in sorted(days))

    @property
    def _weeks_and_evenings(self) -> set[tuple[int, object]]:
        return {(week, slot.evening) for week, slot in zip(self.week_of, self.slots, strict=True)}

    def with_rules(self, **changed: object) -> PlanProblem:
        """Return the same problem under other rules."""
        return replace(self, rules=replace(self.rules, **changed))  # type: ignore[arg-type]

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything the plan depends on, and of the method."""
        rules = {one.name: getattr(self.rules, one.name) for one in fields(self.rules)}
        told = self._ground() | {
            "promises": [[getattr(one, part.name) for part in fields(one)]
                         for one in self.promises],
            "rules": rules | {"joint_places": sorted(self.rules.joint_places)
                              if self.rules.joint_places is not None else None,
                              "least_visits": sorted(self.rules.least_visits.items())},
            "reach": sorted((code, sorted(reached)) for code, reached in self.reach.items()),
        }  # fmt: skip
        return _hashed(told)

    @cached_property
    def ground_fingerprint(self) -> str:
        """SHA-256 of what the plan rests on that neither side chooses: places, need, duties."""
        return _hashed(self._ground())

    def _ground(self) -> dict[str, object]:
        return {
            "method": METHOD,
            "slots": [[one.slot_id, one.starts_at.isoformat(), one.ends_at.isoformat()]
                      for one in self.slots],
            "places": [[getattr(one, part.name) for part in fields(one)] for one in self.places],
            "need": self.weight.tolist(),
            "duties": [[one.slot_id, one.agency, one.team] for one in self.duties],
        }  # fmt: skip


def _hashed(told: object) -> str:
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _require_known(named: Iterable[object], known: Iterable[object], what: str) -> None:
    if unknown := sorted(set(named) - set(known), key=str):
        raise InvalidInput(f"Planen nævner {what} {unknown[0]}, som ikke er i den.")
