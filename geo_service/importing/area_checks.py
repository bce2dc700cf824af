"""What can be wrong with areas: place, outline, group, and ground shared with another.

Each check takes the areas of a file, puts what it finds into the findings, and takes
rejected outlines out of the later checks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from geo_service.importing.area_rows import OUTLINE_COLUMN, AreaRow, Findings
from geo_service.importing.memberships import (
    Fix,
    check_fixes,
    danish_kind,
    doubts_by_distance,
    doubts_by_division,
)
from geo_service.importing.outlines import (
    overlaps,
    position_faults,
    to_danish_grid,
    validity_faults,
)
from geo_service.importing.repair import RepairFailed, repair
from geo_service.importing.report import danish_number, echo, enumeration

MAX_REPAIRS = 100
"""Invalid outlines of one file that are tried; with more, the file itself is at fault."""


def place_in_denmark(areas: list[AreaRow], findings: Findings, crs: str) -> None:
    """Convert outlines to the Danish grid; reject those that are not in Denmark."""
    placed = [area for area in areas if area.outline is not None]
    outlines = np.array([area.outline for area in placed], dtype=object)
    converted = to_danish_grid(outlines, crs)
    faults = position_faults(outlines, converted)
    for area, outline, fault in zip(placed, converted, faults, strict=True):
        area.outline = outline
        if fault:
            findings.reject_outline(area, fault, cure="Se efter koordinatsystem og akser.")


def check_validity(
    areas: list[AreaRow],
    findings: Findings,
    *,
    repair_seconds: float | None,
    max_area_change: float,
) -> None:
    """Reject or repair outlines that are no valid area; without seconds none is repaired."""
    placed = [area for area in areas if area.outline is not None]
    faults = validity_faults(np.array([area.outline for area in placed], dtype=object))
    tried = 0
    for area, fault in zip(placed, faults, strict=True):
        if fault is None:
            continue
        if repair_seconds is None:
            cure = "Ret omridset i kilden, eller vælg --on-invalid repair."
            findings.reject_outline(area, fault, cure=cure)
            continue
        tried += 1
        try:
            if tried > MAX_REPAIRS:
                raise RepairFailed(f"filen har over {MAX_REPAIRS} ugyldige omrids")
            before = shapely.area(area.outline)
            area.outline = repair(
                area.outline, seconds=repair_seconds, max_area_change=max_area_change
            )
        except RepairFailed as error:
            cure = "Ret omridset i kilden."
            findings.reject_outline(area, f"{fault}, og {error}", cure=cure)
        else:
            area.repaired = True
            change = danish_number(float(shapely.area(area.outline) - before), decimals=1)
            findings.remarks.append(
                f"Repareret: {findings.called(area.code)}, der {fault} (areal {change} m² ændret)."
            )


def apply_fixes(
    areas: list[AreaRow], fixes: Sequence[Fix], findings: Findings, kinds: set[str]
) -> set[tuple[str, str]]:
    """Replace memberships by those of the fixes; return the pairs of code and kind."""
    check_fixes(fixes, codes={area.code for area in areas}, kinds=kinds)
    wanted = {(fix.code, fix.group_kind): fix.group_code for fix in fixes}
    for area in areas:
        for kind in area.groups:
            if (area.code, kind) in wanted:
                area.groups[kind] = wanted[area.code, kind]
    if fixes:
        named = [
            f"{findings.called(fix.code)} → {danish_kind(fix.group_kind)} "
            f"{fix.group_code or '(intet)'}"
            for fix in fixes
        ]
        findings.remarks.append(f"Rettet efter rettefilen: {enumeration(named)}.")
    return set(wanted)


def hold_back_doubts(
    areas: list[AreaRow],
    findings: Findings,
    within: Mapping[str, str],
    fixed: set[tuple[str, str]],
) -> None:
    """Hold back areas whose group cannot be right, once per kind of group."""
    groups: dict[str, list[str | None]] = {
        kind: [area.groups[kind] for area in areas] for kind in within
    }
    doubts = doubts_by_division(groups, findings.remarks)
    doubts += doubts_by_distance(groups, [area.outline for area in areas])
    held: set[tuple[int, str]] = set()
    for doubt in sorted(doubts, key=lambda doubt: doubt.position):
        area, kind = areas[doubt.position], doubt.group_kind
        if (area.code, kind) in fixed or (area.row, kind) in held:
            continue
        held.add((area.row, kind))
        findings.held_back.append(
            findings.fault(
                area,
                within[kind],
                echo(area.groups[kind], words=True),
                doubt.reason,
                expected=doubt.expected,
                cure="Måske nummeret på en anden slags gruppe. Skriv det rigtige i en rettefil "
                "(code;group_kind;group_code, tom group_code = intet) og angiv --fix FIL.",
            )
        )


def check_overlaps(areas: list[AreaRow], findings: Findings, *, accept: bool) -> None:
    """Reject areas that share ground, or name them where that is accepted.

    Where just one of two outlines was repaired, that one is at fault and alone rejected.
    """
    valid = [area for area in areas if area.outline is not None]
    slivers = []
    for first, second, shared, is_sliver in overlaps(
        np.array([area.outline for area in valid], dtype=object)
    ):
        pair = (valid[first], valid[second])
        size = f"{danish_number(shared, decimals=1 if is_sliver else 0)} m²"
        named = f"{findings.called(pair[0].code)} og {pair[1].code} ({size})"
        if is_sliver:
            slivers.append(named)
        elif accept:
            findings.remarks.append(f"Overlap, gemt efter valg: {named}.")
        else:
            repaired = [area for area in pair if area.repaired]
            for area in repaired if len(repaired) == 1 else pair:
                other = pair[1] if area is pair[0] else pair[0]
                findings.rejections.append(
                    findings.fault(
                        area,
                        OUTLINE_COLUMN,
                        "omridset",
                        f"overlapper {findings.called(other.code)} med {size}"
                        + (" efter reparationen" if area.repaired else ""),
                        expected="områder uden fælles grund",
                        cure="Ret omridset i kilden, eller vælg --on-overlap accept.",
                    )
                )
    if slivers:
        findings.remarks.append(f"Smalle overlap langs fælles grænser: {enumeration(slivers)}.")
