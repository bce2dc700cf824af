"""The shape of a CPR number: ten digits whose first six are a date.

There is no modulus-11 test, since valid numbers without it have been given out since 2007.
Imports stop at one; the audit blacks it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

# `\d` takes digits of every script, full-width ones included. Digits on either side would
# make it a part of something longer, such as a coordinate.
_CPR_SHAPE: Final = re.compile(
    r"(?<!\d)(\d\d)(\d\d)\d\d[ \u00a0\u2007\u202f\u200b\u00ad\u2010-\u2015\u2212-]?\d{4}(?!\d)"
)
# In what somebody searched for, more is blacked out than an import refuses: any separator,
# also percent-encoded, between any of the parts, and a year of four digits.
_MOMENT: Final = (
    r"(?<!\d)\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d(?::\d\d)?)?)?(?!\d)"
)
_BETWEEN: Final = r"(?:%[0-9A-Fa-f]{2}|&[a-z]+;|[^\w]){0,3}"
_DISGUISED: Final = re.compile(
    rf"{_MOMENT}|(?<!\d)(\d\d){_BETWEEN}(\d\d){_BETWEEN}(?:\d\d)?\d\d{_BETWEEN}\d\d{_BETWEEN}\d\d(?!\d)"
)
_CHECKSUM: Final = re.compile(r"[0-9a-f]{40,128}")
_LEAP_YEAR: Final = 2000  # 29 February is a birthday in some year
BLACKED_OUT: Final = "[cpr]"


def looks_like_cpr(text: str) -> bool:
    """Tell whether some part of `text` has the shape of a CPR number."""
    return any(_is_birthday(*found.groups()) for found in _CPR_SHAPE.finditer(text))


def black_out(text: str) -> str:
    """Return `text` without what has the shape of a CPR number, however it is separated."""
    if _CHECKSUM.fullmatch(text):
        return text
    kept, after = [], 0
    for start, end in disguised_cpr(text):
        kept += [text[after:start], BLACKED_OUT]
        after = end
    return "".join([*kept, text[after:]])


def disguised_cpr(text: str) -> Iterator[tuple[int, int]]:
    """Yield where `text` has the shape of a CPR number, however it is separated.

    Digits before it, such as a time of day, cannot hide it: where ten digits begin with no day,
    the search goes on after the first of them.
    """
    found = _DISGUISED.search(text)
    while found:
        is_number = found[1] is not None and _is_birthday(found[1], found[2])
        if is_number:
            yield found.span()
        is_moment = found[1] is None
        found = _DISGUISED.search(
            text, found.end() if is_number or is_moment else found.start() + 1
        )


def _is_birthday(day: str, month: str) -> bool:
    """Tell whether there is such a day in some year."""
    try:
        date(_LEAP_YEAR, int(month), int(day))
    except ValueError:
        return False
    return True
