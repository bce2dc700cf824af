"""Which group each area belongs to, and which of those statements cannot be right.

A file may carry the number of one kind of group in the column of another. Two signs show
it without knowing the right numbers: the group's other members lie in another part of a
coarser division of the same file, or the outline is far from the rest of its group. Such
areas wait until a fix file says what they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely

from geo_service.domain.vocabulary import AREA_KINDS
from geo_service.errors import InvalidInput
from geo_service.importing.csv_records import sort_records, split_records
from geo_service.importing.report import danish_number
from geo_service.importing.sources import decode, read_source

FAR_M = 500.0
"""An area farther than this from all others of its group is not taken for one of them."""
_PURE_SHARE = 0.8  # of the groups must lie in one part only, or the divisions do not nest
_FIX_COLUMNS = ["code", "group_kind", "group_code"]
_Key = TypeVar("_Key", str, int)


@dataclass(frozen=True)
class Fix:
    """What an area belongs to in truth; `group_code` None says that it has no such group."""

    code: str
    group_kind: str
    group_code: str | None


@dataclass(frozen=True)
class Doubt:
    """A membership that cannot be right, and why in Danish."""

    position: int
    group_kind: str
    reason: str
    expected: str


def danish_kind(kind: str) -> str:
    """Return the Danish word for a kind of area or group."""
    return AREA_KINDS.get(kind, kind)


def read_fixes(path: Path) -> list[Fix]:
    """Read a fix file: CSV with the columns `code;group_kind;group_code`.

    An empty `group_code` says that the area has no group of that kind.

    Raises
    ------
    InvalidInput
        If a column is missing, a code or kind is empty, or a pair stands twice.
    """
    source = read_source(path)
    records = split_records(decode(source, []), separator=";", file=source.name)
    table = sort_records(records, file=source.name)
    if table.header != _FIX_COLUMNS:
        raise InvalidInput(f"{source.name} skal have kolonnerne {';'.join(_FIX_COLUMNS)}.")
    if table.rejections:
        raise InvalidInput(f"{source.name}: {table.rejections[0]}.")
    fixes: dict[tuple[str, str], Fix] = {}
    for row, record in zip(table.rows, table.records, strict=True):
        code, kind, group = (cell.strip() for cell in record)
        if not code or not kind:
            raise InvalidInput(f"{source.name}, {table.unit} {row}: code eller group_kind er tom.")
        if (code, kind) in fixes:
            raise InvalidInput(f"{source.name}, {table.unit} {row}: {code};{kind} står to gange.")
        fixes[code, kind] = Fix(code, kind, group or None)
    return list(fixes.values())


def check_fixes(fixes: Sequence[Fix], *, codes: set[str], kinds: set[str]) -> None:
    """Refuse fixes of areas or kinds of groups that the file does not have.

    Raises
    ------
    InvalidInput
        Naming the first one; a fix that hits nothing is most likely a typing error.
    """
    for fix in fixes:
        if fix.group_kind not in kinds:
            raise InvalidInput(
                f"Rettelsen {fix.code};{fix.group_kind} nævner en slags gruppe, som ikke er "
                f"angivet med --within ({', '.join(sorted(kinds)) or 'ingen'})."
            )
        if fix.code not in codes:
            raise InvalidInput(f"Rettelsen nævner koden {fix.code}, som ikke er i filen.")


def doubts_by_division(
    groups: Mapping[str, Sequence[str | None]], remarks: list[str]
) -> list[Doubt]:
    """Find members of a group that lie in another part of a coarser division than the rest.

    Parameters
    ----------
    groups
        Kind of group -> the group of each of n areas, None where it has none.
    remarks
        Gets a line when two divisions cross each other, so that nothing can be concluded.
    """
    doubts: list[Doubt] = []
    for fine, members in groups.items():
        for coarse, parts in groups.items():
            if _size(fine, groups) <= _size(coarse, groups):
                continue
            spread: defaultdict[str, Counter[str]] = defaultdict(Counter)
            for member, part in zip(members, parts, strict=True):
                if member is not None and part is not None:
                    spread[member][part] += 1
            if not spread:
                continue
            if sum(len(c) == 1 for c in spread.values()) < _PURE_SHARE * len(spread):
                remarks.append(
                    f"{danish_kind(fine).capitalize()} og {danish_kind(coarse)} går på tværs af "
                    "hinanden i filen, så det ene er ikke brugt til at kontrollere det andet."
                )
                continue
            doubts += _strays(fine, members, coarse, parts, spread)
    return doubts


def doubts_by_distance(
    groups: Mapping[str, Sequence[str | None]],
    outlines: Sequence[shapely.Geometry | None],
    *,
    far_m: float = FAR_M,
) -> list[Doubt]:
    """Find members whose outline (EPSG:25832) is farther than `far_m` from the rest of their group.

    Members that are near each other stand together; only the largest such cluster of a
    group is believed. Where two are equally large, none is.
    """
    with_outline = [i for i, outline in enumerate(outlines) if outline is not None]
    shapes = np.array([outlines[i] for i in with_outline], dtype=object)
    if not with_outline:
        return []
    pairs = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=far_m)
    doubts: list[Doubt] = []
    for kind, members in groups.items():
        labels = [members[i] for i in with_outline]
        near = [(a, b) for a, b in pairs.T.tolist() if labels[a] and labels[a] == labels[b]]
        clusters = _clusters(len(shapes), near)
        by_group: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for label, cluster in zip(labels, clusters, strict=True):
            if label is not None:
                by_group[label][cluster] += 1
        for here, (label, cluster) in enumerate(zip(labels, clusters, strict=True)):
            if label is None or cluster == _clear_winner(by_group[label]):
                continue
            rest = [o for o in range(len(shapes)) if labels[o] == label and clusters[o] != cluster]
            away = float(shapely.distance(shapes[here], shapes[rest]).min())
            doubts.append(
                Doubt(
                    with_outline[here],
                    kind,
                    f"kan ikke passe: omridset ligger {danish_number(away)} m fra "
                    f"resten af {danish_kind(kind)} {label}",
                    f"en gruppe inden for {danish_number(far_m)} m",
                )
            )
    return doubts


def _strays(
    fine: str,
    members: Sequence[str | None],
    coarse: str,
    parts: Sequence[str | None],
    spread: Mapping[str, Counter[str]],
) -> list[Doubt]:
    """Return a doubt for each member outside the part where most of its group lies."""
    doubts = []
    for position, (member, part) in enumerate(zip(members, parts, strict=True)):
        if member is None or part is None or len(spread[member]) == 1:
            continue
        home = _clear_winner(spread[member])
        if part == home:
            continue
        division = danish_kind(coarse)
        usual = f"ellers i {division} {home}" if home else f"i flere forskellige {division}"
        doubts.append(
            Doubt(
                position,
                fine,
                f"kan ikke passe: {danish_kind(fine)} {member} ligger {usual}, "
                f"men denne i {division} {part}",
                f"{danish_kind(fine)} i {division} {part}",
            )
        )
    return doubts


def _clear_winner(counts: Counter[_Key]) -> _Key | None:
    """Return the most frequent key, or None when two share the first place."""
    first, *others = counts.most_common(2)
    return None if others and others[0][1] == first[1] else first[0]


def _size(kind: str, groups: Mapping[str, Sequence[str | None]]) -> int:
    return len({group for group in groups[kind] if group is not None})


def _clusters(count: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Give each of `count` things the smallest one that it is connected with."""
    leader = list(range(count))

    def find(thing: int) -> int:
        while leader[thing] != thing:
            leader[thing] = thing = leader[leader[thing]]
        return thing

    for one, other in pairs:
        low, high = sorted((find(one), find(other)))
        leader[high] = low
    return [find(thing) for thing in range(count)]
