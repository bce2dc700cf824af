"""What presence is meant to be, per kind: a setting, with the defaults that sources give.

Patrols work by short visits that cannot be foreseen; the street team by known faces at known
places and hours, so nothing of it is ever left to chance. Neither rule promises an effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from geo_service.domain.evenings import Period, as_utc, evening_of
from geo_service.domain.vocabulary import PRESENCE_KINDS
from geo_service.errors import InvalidInput
from geo_service.messages import _


@dataclass(frozen=True)
class PresenceRule:
    """What one kind of presence is meant to be.

    Attributes
    ----------
    kind
        A key of `vocabulary.PRESENCE_KINDS`.
    least_minutes, most_minutes
        How long a visit is meant to be; no upper bound where None. A longer visit is no fault,
        it only gives no more.
    longest_gap_minutes
        Longest time without such a visit while the place is to be covered; None: no bound.
    varied_order
        Whether the order of places is to differ from evening to evening.
    regular_days
        Whether a place is to be visited on the same weekdays every week.
    fixed_hours
        Whether it keeps announced hours.

    Raises
    ------
    InvalidInput
        If the kind is unknown, the minutes are not positive and in order, or order is to be
        varied where regular days are wanted; in Danish.
    """

    kind: str
    least_minutes: float
    most_minutes: float | None = None
    longest_gap_minutes: float | None = None
    varied_order: bool = False
    regular_days: bool = False
    fixed_hours: bool = False

    def __post_init__(self) -> None:
        if self.kind not in PRESENCE_KINDS:
            raise InvalidInput(_("Reglen gælder patruljer, gadeteam eller containere."))
        if (
            self.least_minutes <= 0
            or (self.most_minutes or self.least_minutes) < self.least_minutes
        ):
            raise InvalidInput(_("Et besøg skal vare mindst et minut, og højst mere end mindst."))
        if self.longest_gap_minutes is not None and self.longest_gap_minutes <= 0:
            raise InvalidInput(_("Tiden mellem to besøg skal være over 0 minutter."))
        if self.varied_order and (self.regular_days or self.fixed_hours):
            raise InvalidInput(
                _("Faste dage og tider går ikke sammen med skiftende rækkefølge. Vælg det ene.")
            )


PRESENCE_RULES: Final[Mapping[str, PresenceRule]] = {
    rule.kind: rule
    for rule in (
        PresenceRule("patrol", 10, 16, longest_gap_minutes=120, varied_order=True),
        PresenceRule("street_team", 45, regular_days=True),
        PresenceRule("container", 60, fixed_hours=True),
    )
}
"""Defaults, by kind.

References
----------
Patrols: Koper, C. S. (1995). Just enough police presence. Justice Quarterly 12, 649-672: stops of
10 to 16 minutes, about every two hours, in an order that cannot be foreseen. The source of the
street team (method 2.4.2) wants continuous contact and fixed, visible hours; 45 minutes a place
and an hour a container are the project's own setting.
"""

VISITS_A_WEEK: Final[Mapping[str, int]] = {"green": 1, "yellow": 3, "red": 5}
"""Visits due a week at each level, where nobody has chosen otherwise."""
MOST_VISITS_A_WEEK: Final = 35


def require_visits(due: Mapping[str, int]) -> None:
    """Refuse visits due a week that are none, or fewer at a higher level.

    Raises
    ------
    InvalidInput
        In Danish.
    """
    green, yellow, red = (due[level] for level in VISITS_A_WEEK)
    if not 1 <= green <= yellow <= red <= MOST_VISITS_A_WEEK:
        raise InvalidInput(
            _(
                "Besøg om ugen er fra 1 til %(most)s, og rød har mindst så mange som gul, og gul "
                "mindst så mange som grøn.",
                most=MOST_VISITS_A_WEEK,
            )
        )


@dataclass(frozen=True, order=True)
class Visit:
    """Presence at one place, planned or delivered.

    Attributes
    ----------
    starts_at, ends_at
        Aware; kept in UTC.
    area_code
        The coverage area.
    kind
        A key of `vocabulary.PRESENCE_KINDS`.

    Raises
    ------
    InvalidInput
        If the kind is unknown, or it does not end after it begins; in Danish.
    """

    starts_at: datetime
    ends_at: datetime
    area_code: str
    kind: str = "patrol"

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts_at", as_utc(self.starts_at))
        object.__setattr__(self, "ends_at", as_utc(self.ends_at))
        if self.kind not in PRESENCE_KINDS:
            raise InvalidInput(_("Et besøg er en patruljes, gadeteamets eller i en container."))
        if self.starts_at >= self.ends_at:
            raise InvalidInput(_("Et besøg skal slutte efter, at det begynder."))

    @property
    def evening(self) -> date:
        """The evening it belongs to."""
        return evening_of(self.starts_at)

    @property
    def period(self) -> Period:
        """From when to when."""
        return Period(self.starts_at, self.ends_at)
