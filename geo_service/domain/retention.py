"""How long what is kept: kinds, defaults with their reasons, and when something is due.

A municipality may choose otherwise within the limits. Everything is counted from the day of
the run: what is from before midnight, `keep_days` ago in Copenhagen, goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from geo_service.domain.evenings import COPENHAGEN

LEAST_AUDIT_DAYS: Final = 30
"""What the audit always keeps, whatever is asked: somebody must have time to look."""
MOST_DAYS: Final = 36_500


@dataclass(frozen=True)
class Kept:
    """A kind of data that is deleted by age."""

    words: str
    counted_from: str
    keep_days: int
    why: str
    least_days: int = 1


KEPT: Final[dict[str, Kept]] = {
    "incidents": Kept(
        "hændelser",
        "hændelsens begyndelse",
        5 * 365 + 1,
        "Et år måles mod de foregående, og en indsats mod årene før den: tre år før og to efter.",
    ),
    "observations": Kept(
        "iagttagelser (aftenlog)",
        "aftenen, de er fra",
        365,
        "De bruges til næste møde og til at se tilbage på samme tid sidste år.",
    ),
    "plans": Kept(
        "aftenplaner, tilsagn og vagter",
        "aftenen, de gælder",
        2 * 365,
        "To vintre kan sammenlignes; ældre viser kun, hvor medarbejdere har været.",
    ),
    "audit": Kept(
        "revisionsspor",
        "den dag, det skete",
        2 * 365,
        "Et misbrug, der ses ved den årlige kontrol, kan følges et år tilbage.",
        LEAST_AUDIT_DAYS,
    ),
}
"""By kind, in the order in which they are deleted: the audit comes last."""

SIGN_INS: Final = "sign_ins"
FIXED: Final[dict[str, Kept]] = {
    SIGN_INS: Kept(
        "sessioner, invitationer, påbegyndte logins og lukkede kalenderadresser",
        "den dag, de udløb, sluttede eller blev lukket",
        30,
        "De bruges ikke mere; i 30 dage kan man se, hvorfor nogen ikke kom ind.",
        least_days=30,
    ),
}
"""Kinds that belong to no municipality, so that nobody chooses for them."""


def cut_off(as_of: date, keep_days: int) -> datetime:
    """Return the moment before which everything goes: midnight in Copenhagen."""
    return datetime.combine(as_of - timedelta(days=keep_days), time(), COPENHAGEN)
