"""Drawn maps that are kept: drawn once, and the one asked for longest ago goes first."""

from __future__ import annotations

from api.kept import Kept
from maps.sheet import Sheet


def sheet(name: str) -> Sheet:
    return Sheet(name, "<div></div>", "", frozenset(), [[55.0, 12.0], [56.0, 13.0]])


def test_the_sheet_asked_for_longest_ago_goes_first() -> None:
    sheets: Kept[Sheet] = Kept(most=2)
    drawn: list[str] = []

    def ask(name: str) -> str:
        def draw() -> Sheet:
            drawn.append(name)
            return sheet(name)

        return sheets.get(name, draw).name

    assert [ask(name) for name in ("a", "b", "a", "c", "a", "b")] == list("abacab")
    assert drawn == ["a", "b", "c", "b"]
