"""What a page says about itself: of where, of when, from whom, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from geo_service.errors import InvalidInput
from maps import danish


@dataclass(frozen=True)
class PageFacts:
    """The facts that stand on every map page, so that a print can be understood years later.

    Raises
    ------
    InvalidInput
        If `drawn_at` has no time zone, or a page would stand without a source.
    """

    municipality: str
    """Name of the municipality, as on screen."""
    place: str
    """The part of it that the page is about."""
    period: str
    """The period in words: "uge 48–49 2026"."""
    sources: tuple[str, ...]
    """Whose data it is, one source each."""
    outline: str
    """`skematisk`, or which: "officielle roder, udgave 2014 (Københavns Kommune)"."""
    drawn_at: datetime
    """When the page was made; with a time zone."""
    demo: bool
    """True where incidents are made up."""
    notes: tuple[str, ...] = ()
    """Further reservations, one sentence each."""
    schematic_parts: tuple[str, ...] = ()
    """Which of the outlines are schematic, in the plural, where `outline` tells of several."""

    def __post_init__(self) -> None:
        if self.drawn_at.tzinfo is None:
            raise InvalidInput("`drawn_at` needs a time zone; a print must say when it was made.")
        if not self.sources:
            raise InvalidInput("A map page needs at least one source in `sources`.")

    @property
    def schematic(self) -> bool:
        """Whether any outline is drawn, not measured."""
        said = self.outline.strip().casefold()
        return bool(self.schematic_parts) or said in {"skematisk", "skematiske", "skematiske roder"}

    @property
    def banner(self) -> str | None:
        """The warning across the page, or None where everything is real."""
        said = ["opdigtede hændelser, svar, planer og projekter"] if self.demo else []
        if self.schematic:
            said.append(f"skematiske {danish.listed(self.schematic_parts or ['roder'])}")
        if not said:
            return None
        return ("demo: " if self.demo else "obs: ") + ", ".join(said)

    @property
    def outline_words(self) -> str:
        """Which outlines are drawn; said on every page, demo or not."""
        bare = self.schematic and not self.schematic_parts
        return "Omrids: " + ("skematiske" if bare else self.outline)
