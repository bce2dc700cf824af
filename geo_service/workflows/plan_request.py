"""What somebody asks the optimiser for, as it travels to the process that searches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from geo_service.domain.agreements import EVENINGS, MOST_EVENINGS
from geo_service.errors import InvalidInput
from geo_service.messages import _

MOST_JOINT: Final = 200
MOST_FLOOR: Final = 14
MOST_SEED: Final = 2**31 - 1


@dataclass(frozen=True)
class Asked:
    """Which evenings of which hotspot area, and under which rules.

    Raises
    ------
    InvalidInput
        If a number is out of bounds; in Danish.
    """

    hotspot_area: str
    first_evening: date
    evenings: int = EVENINGS
    joint_visits: int = 0
    forbid_overlap: bool = False
    most_share: float = 1.0
    """Largest share of a week's teams and slots that one place may take."""
    least_visits: int = 0
    """Least visits to each place in a whole week."""
    gap: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.evenings <= MOST_EVENINGS:
            raise InvalidInput(
                _(
                    "Et forslag dækker 1 til %(most_evenings)s aftener i rækkefølge.",
                    most_evenings=MOST_EVENINGS,
                )
            )
        if not 0 <= self.joint_visits <= MOST_JOINT:
            raise InvalidInput(
                _("Antallet af fælles besøg er fra 0 til %(most_joint)s.", most_joint=MOST_JOINT)
            )
        if not 0 < self.most_share <= 1:
            raise InvalidInput(_("Loftet for ét sted er over 0 og højst 100 %."))
        if not 0 <= self.least_visits <= MOST_FLOOR:
            raise InvalidInput(
                _(
                    "Mindste antal besøg pr. sted om ugen er fra 0 til %(most_floor)s.",
                    most_floor=MOST_FLOOR,
                )
            )
        if not 0 <= self.gap <= 0.01 or not 0 <= self.seed <= MOST_SEED:  # noqa: PLR2004
            raise InvalidInput(_("Afstanden til beviset er højst 1 %, og frøet et helt tal fra 0."))

    @property
    def last_evening(self) -> date:
        """The last evening that is asked for."""
        return self.first_evening + timedelta(days=self.evenings - 1)

    def as_json(self) -> dict[str, Any]:
        """Return it with the day as text."""
        return asdict(self) | {"first_evening": self.first_evening.isoformat()}

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> Asked:
        """Read what `as_json` wrote."""
        return cls(**told | {"first_evening": date.fromisoformat(told["first_evening"])})
