"""What is searched for in the audit, as it stands in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from api.web.translations import Message, _
from geo_service.domain.callers import Caller
from geo_service.domain.deeds import Deed
from geo_service.domain.kinds import KINDS
from geo_service.errors import InvalidInput
from geo_service.storage.audit_search import EVERYWHERE, Criterion

FIELDS: Final = ("person", "handling", "slags", "reference", "fra", "til", "tekst")
MOST: Final = 100
"""Characters of a field."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
BACKWARDS: Final = _("Perioden slutter, før den begynder.")
WEEK: Final = timedelta(days=6)


@dataclass(frozen=True)
class Asked:
    """A search as it was written, what it means, and what cannot be read of it."""

    written: Mapping[str, str]
    criterion: Criterion
    errors: Mapping[str, Message]
    before: int | None

    @property
    def query(self) -> str:
        """Return the search as the end of an address."""
        return urlencode({name: value for name, value in self.written.items() if value})

    def page(self, before: int) -> str:
        """Return the end of the address of the page that goes on there."""
        return f"{self.query}&foer={before}" if self.query else f"foer={before}"


def scope_of(caller: Caller) -> str:
    """Return whose entries a caller sees: the municipality's, or everybody's for the service's."""
    return EVERYWHERE if caller.municipality is None else caller.municipality


def read_asked(params: Mapping[str, str], *, caller: Caller, today: date) -> Asked:
    """Read a search from an address; where nothing at all is asked, the last week is meant."""
    written = {name: plain(params.get(name, "")) for name in FIELDS}
    if not any(name in params for name in FIELDS):
        written |= {"fra": (today - WEEK).isoformat(), "til": today.isoformat()}
    errors: dict[str, Message] = {}
    if written["handling"] and written["handling"] not in set(Deed):
        errors["handling"] = _("Vælg en handling på listen.")
    if written["slags"] and written["slags"] not in KINDS:
        errors["slags"] = _("Vælg en slags på listen.")
    days = {name: _day(written[name]) for name in ("fra", "til")}
    for name, day in days.items():
        if written[name] and day is None:
            errors[name] = _("Skriv en dag som 2026-11-23.")
    since, until = days["fra"], days["til"]
    if since and until and until < since:
        errors["til"] = BACKWARDS
    criterion = Criterion(
        municipality=scope_of(caller),
        person=written["person"] or None,
        action=written["handling"] or None,
        kind=written["slags"] or None,
        ref=written["reference"] or None,
        since=since,
        until=until,
        text=written["tekst"] or None,
    )
    return Asked(written, criterion, errors, _number(params.get("foer", "")))


def bounded(criterion: Criterion) -> Criterion:
    """Return a criterion that came in through the API, with texts that can be looked for.

    A day outside of our calendar becomes its first or last: no entry lies beyond them.

    Raises
    ------
    InvalidInput
        If the period ends before it begins.
    """
    since, until = criterion.since, criterion.until
    if since and until and until < since:
        raise InvalidInput(BACKWARDS)
    return replace(
        criterion,
        since=since and min(max(since, FIRST_DAY), LAST_DAY),
        until=until and min(max(until, FIRST_DAY), LAST_DAY),
        person=plain(criterion.person or "") or None,
        kind=plain(criterion.kind or "") or None,
        ref=plain(criterion.ref or "") or None,
        text=plain(criterion.text or "") or None,
    )


def plain(text: str) -> str:
    """Return a text without what no entry can hold, and not longer than `MOST`."""
    kept = "".join(one for one in text if one.isprintable() and not "\ud800" <= one <= "\udfff")
    return kept.strip()[:MOST]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004
