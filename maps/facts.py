"""What a page says about itself: of where, of when, from whom, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from geo_service.errors import InvalidInput


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
    """`skematisk`, or the edition: "roder 2014, Københavns Kommune"."""
    drawn_at: datetime
    """When the page was made; with a time zone."""
    demo: bool
    """True where incidents are made up."""
    notes: tuple[str, ...] = ()
    """Further reservations, one sentence each."""

    def __post_init__(self) -> None:
        if self.drawn_at.tzinfo is None:
            raise InvalidInput("`drawn_at` needs a time zone; a print must say when it was made.")
        if not self.sources:
            raise InvalidInput("A map page needs at least one source in `sources`.")

    @property
    def schematic(self) -> bool:
        """Whether the outlines are drawn, not measured."""
        return self.outline.strip().casefold() in {"skematisk", "skematiske", "skematiske roder"}

    @property
    def banner(self) -> str | None:
        """The warning across the page, or None where everything is real."""
        said = ["opdigtede hændelser, svar, planer og projekter"] if self.demo else []
        if self.schematic:
            said.append("skematiske roder")
        if not said:
            return None
        return ("demo: " if self.demo else "obs: ") + ", ".join(said)

    @property
    def outline_words(self) -> str:
        """Which outlines are drawn; said on every page, demo or not."""
        return "Omrids: " + ("skematiske" if self.schematic else self.outline)
