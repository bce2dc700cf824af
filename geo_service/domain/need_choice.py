"""What a user chooses of the need that plans are made for: how fast it ages, what weighs more.

The weights are the user's own judgement of severity, and stand beside every figure made with
them; ours are all 1. They are of types of incident, never of anything about a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Final

from geo_service.domain.vocabulary import CRIME_TYPES, PUBLIC_SPACE_TYPES
from geo_service.errors import InvalidInput
from geo_service.messages import _

HALF_LIFE_WEEKS: Final = 26.0
LONGEST_HALF_LIFE_WEEKS: Final = 520.0
MOST_WEIGHT: Final = 100.0


@dataclass(frozen=True)
class NeedChoice:
    """How fast incidents age, and what one of each type weighs.

    Attributes
    ----------
    half_life_weeks
        After how many weeks an incident counts half in the need model.
    weights
        A weight per type of `vocabulary.PUBLIC_SPACE_TYPES`; 0 leaves a type out.

    Raises
    ------
    InvalidInput
        If a number is out of bounds, or nothing has any weight; in Danish.
    """

    half_life_weeks: float = HALF_LIFE_WEEKS
    weights: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(PUBLIC_SPACE_TYPES, 1.0)
    )

    def __post_init__(self) -> None:
        if not 1 <= self.half_life_weeks <= LONGEST_HALF_LIFE_WEEKS:
            raise InvalidInput(
                _(
                    "Halveringstiden er fra 1 til %(longest_half_life_weeks)s uger.",
                    longest_half_life_weeks=round(LONGEST_HALF_LIFE_WEEKS),
                )
            )
        if set(self.weights) != set(PUBLIC_SPACE_TYPES):
            raise InvalidInput(_("Der skal være en vægt for hver type."))
        for kind, weight in self.weights.items():
            if not isfinite(weight) or not 0 <= weight <= MOST_WEIGHT:
                raise InvalidInput(
                    _(
                        "Vægten af »%(kind)s« er fra 0 til %(most_weight)s.",
                        kind=_(CRIME_TYPES[kind]),
                        most_weight=round(MOST_WEIGHT),
                    )
                )
        if not max(self.weights.values()):
            raise InvalidInput(_("Mindst én type skal have en vægt over 0."))

    @property
    def counted(self) -> tuple[str, ...]:
        """The types that have a weight."""
        return tuple(kind for kind in PUBLIC_SPACE_TYPES if self.weights[kind])

    @property
    def is_even(self) -> bool:
        """Whether every type weighs 1, so that need is plainly a number of incidents."""
        return set(self.weights.values()) == {1.0}

    @property
    def sentence(self) -> str:
        """The weights in Danish."""
        said = ", ".join(
            f"{CRIME_TYPES[kind].lower()} {weight:g}".replace(".", ",")
            for kind, weight in self.weights.items()
        )
        return f"Behovet er vægtet: {said}. Vægtene er valgt af brugeren."
