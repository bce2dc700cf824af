"""The answer of one slot in a few words: how much is expected, who is where, where nobody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maps import danish

if TYPE_CHECKING:
    from maps.evening_board import Board

HALF = 0.5
"""Fewer expected incidents than this round to none."""
NAMED = 3
"""More gaps than this are counted, not named."""


def finding(board: Board, slot: int) -> str:
    """Return `fre 27. nov kl. 20.00–22.00: 4 hændelser ventet. G2: Hothers Plads. 1 hul: …`."""
    words = {one.id: one.words for one in board.slots}[slot]
    return (
        f"{words}: {incidents(board.total(slot))} ventet. {_who(board, slot)} {_gaps(board, slot)}"
    )


def _who(board: Board, slot: int) -> str:
    """Say who is where, the area with the greatest need first."""
    rows = board.plan.get(slot, [])
    if not rows:
        return "Ingen er sat på."
    names = {code: name for code, name, _ in board.areas}
    codes = dict.fromkeys(str(row["area_code"]) for row in rows)
    said = []
    for code in sorted(codes, key=lambda code: -board.needed(slot, code).expected):
        here = [row for row in rows if str(row["area_code"]) == code]
        teams = " og ".join(dict.fromkeys(str(row["team"]) for row in here))
        joint = ", fælles" if any(bool(row["joint"]) for row in here) else ""
        said.append(f"{teams}: {names[code]}{joint}.")
    return " ".join(said)


def _gaps(board: Board, slot: int) -> str:
    gaps = [board.areas[i][1] for i in board.gaps(slot)]
    if not gaps:
        return "Ingen huller."
    rest = f" og {len(gaps) - NAMED} til" if len(gaps) > NAMED else ""
    return f"▲ {holes(len(gaps))}: {', '.join(gaps[:NAMED])}{rest}."


def incidents(count: float) -> str:
    """Return `4 hændelser`."""
    if 0 < count < HALF:
        return "under 1 hændelse"
    return f"{danish.number(count)} {'hændelse' if round(count) == 1 else 'hændelser'}"


def holes(count: int) -> str:
    """Return `1 hul`, `2 huller`."""
    return f"{count} {'hul' if count == 1 else 'huller'}"
