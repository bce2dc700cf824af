"""Names of groups: `indre by` and `Indre By` are one bydel, and it is said.

Capitals, spaces and hyphens do not tell names apart. Names one letter apart stay two, and are
remarked on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from itertools import combinations
from typing import Final

from geo_service.importing.area_rows import AreaRow, Findings
from geo_service.importing.memberships import danish_kind
from geo_service.importing.report import enumeration

SHORTEST: Final = 5
"""Shorter names are one letter apart by chance."""


def sign_of(code: str) -> str:
    """Return what tells a group from others; a code with digits is taken as it stands."""
    folded = code.casefold()
    if any(letter.isdigit() for letter in folded):
        return folded
    return "".join(letter for letter in folded if letter.isalpha()) or folded


def settle_spelling(areas: list[AreaRow], findings: Findings) -> None:
    """Give each group of a file the spelling that most of its rows have."""
    for kind in {kind: None for area in areas for kind in area.groups}:
        times = Counter(code for area in areas if (code := area.groups[kind]) is not None)
        usual: dict[str, str] = {}
        for code, _times in times.most_common():
            usual.setdefault(sign_of(code), code)
        for area in areas:
            if (code := area.groups[kind]) is not None:
                area.groups[kind] = usual[sign_of(code)]
        changed = [
            f"'{code}' som '{new}'" for code in times if (new := usual[sign_of(code)]) != code
        ]
        if changed:
            findings.remarks.append(
                f"Stavet forskelligt i filen, {danish_kind(kind)}: {enumeration(changed)}, som "
                "flest rækker har."
            )


def near_names(kind: str, names: Collection[str], others: Collection[str]) -> list[str]:
    """Return remarks on names, of a file, that are one letter from each other or from others."""
    near = [
        f"'{one}' og '{other}'"
        for one, other in combinations(sorted({*names, *others}), 2)
        if (one in names or other in names) and _one_letter_apart(sign_of(one), sign_of(other))
    ]
    if not near:
        return []
    return [f"{danish_kind(kind).capitalize()} {enumeration(near)} er to; er det en skrivefejl?"]


def _one_letter_apart(one: str, other: str) -> bool:
    """Tell whether a letter was changed, left out or added."""
    if min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    if one == other or not (one.isalpha() and other.isalpha()):
        return False
    same = 0
    while same < min(len(one), len(other)) and one[same] == other[same]:
        same += 1
    rest, others = one[same:], other[same:]
    return rest[1:] == others[1:] or rest == others[1:] or rest[1:] == others
