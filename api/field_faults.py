"""What is wrong with the fields of a request, in words for people and in codes for programs.

The codes are those of pydantic; the words are ours, so that they can be said in two languages.
Neither holds what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from geo_service.messages import Message, _, sentences

WORDS: Final[Mapping[str, Message]] = {
    "missing": _("%(at)s mangler."),
    "extra_forbidden": _("%(at)s er ikke et felt her."),
    "int": _("%(at)s skal være et helt tal."),
    "float": _("%(at)s skal være et tal."),
    "bool": _("%(at)s skal være sand eller falsk."),
    "string": _("%(at)s skal være en tekst."),
    "date": _("%(at)s skal være en dag som 2026-11-23."),
    "greater_than_equal": _("%(at)s skal være mindst %(ge)s."),
    "greater_than": _("%(at)s skal være over %(gt)s."),
    "less_than_equal": _("%(at)s må højst være %(le)s."),
    "less_than": _("%(at)s skal være under %(lt)s."),
    "string_too_short": _("%(at)s er for kort."),
    "string_too_long": _("%(at)s er for lang; højst %(max_length)s tegn."),
    "string_pattern_mismatch": _("%(at)s er ikke skrevet, som det skal."),
    "literal_error": _("%(at)s er ikke en af de værdier, der kan vælges."),
    "enum": _("%(at)s er ikke en af de værdier, der kan vælges."),
    "union_tag_invalid": _("%(at)s har en rolle, der ikke findes."),
    "json_invalid": _("Det sendte er ikke gyldig JSON."),
}
"""By the code of a fault or the first word of it: what is said of it."""
UNUSABLE: Final = _("%(at)s kan ikke bruges sådan.")


def said_of(faults: Sequence[Any]) -> Message:
    """Return in words what is wrong with the fields, for the reader's language."""
    return sentences([_said(one) for one in faults] or [UNUSABLE])


def codes_of(faults: Sequence[Any]) -> list[dict[str, str]]:
    """Return of each fault where it is and its code, which is the same in every language."""
    return [{"at": _place(one), "code": str(one["type"])} for one in faults]


def _said(fault: Mapping[str, Any]) -> Message:
    kind = str(fault["type"])
    words = WORDS.get(kind) or WORDS.get(kind.partition("_")[0]) or UNUSABLE
    return _(words, at=_place(fault), **fault.get("ctx", {}))


def _place(fault: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in fault["loc"])
