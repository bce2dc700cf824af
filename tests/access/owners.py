"""Whose rows a right reaches, written anew from the words of the declaration.

What decides is one thing of the row at a time: its municipality, its hotspot area, its
organisation, its team. The SQL that builds the walls is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from geo_service.domain.access import RIGHTS, Limit, Role
from tests.access.planted import (
    ALL_OTHERS,
    HOME,
    NEIGHBOURS,
    OWN_ORGANISATION,
    OWN_TEAM,
    VARIANTS,
    Variant,
)

OWNERS: Mapping[str, Variant] = {
    "own": VARIANTS[0],
    "another hotspot area": NEIGHBOURS[0],
    "another organisation": NEIGHBOURS[1],
    "another team": NEIGHBOURS[2],
    "another of all three": VARIANTS[1],
    "another municipality": VARIANTS[2],
}
BY_ORGANISATION = ("project", "funding", "action", "goal", "goal_value")
BY_TEAM = ("team", "shift", "absence", "team_setting", "plan", "assignment", "log", "commitment")
BY_AGENCY = ("team", "shift", "coverage", "commitment")
"""The police's own are those of their agency; everything that is planted is the street team's."""


def reached(
    kind: str, role: Role, limit: Limit, variant: Variant, hotspots: tuple[str, ...] | None
) -> bool:
    """Whether a row of a variant is within a limit of somebody of a role."""
    if limit is Limit.everywhere:
        return True
    if variant.municipality != HOME:
        return False
    in_hotspot = hotspots is None or variant.hotspot in hotspots
    within: Mapping[Limit, Callable[[], bool]] = {
        Limit.municipality: lambda: True,
        Limit.hotspot: lambda: in_hotspot,
        Limit.district: lambda: variant.others != ALL_OTHERS,  # its figures are of a hotspot area
        Limit.released: lambda: variant.mine,
        Limit.own: lambda: owns(kind, role, variant) and (kind != "commitment" or in_hotspot),
    }
    return within[limit]()


def owns(kind: str, role: Role, variant: Variant) -> bool:
    """Whether a row is somebody's own: by what of it is theirs, by the kind."""
    if role is Role.police and kind in BY_AGENCY:
        return False
    if kind in BY_ORGANISATION:
        return variant.organisation == OWN_ORGANISATION
    if kind in BY_TEAM:
        return variant.team == OWN_TEAM
    return variant.mine


def may_read(kind: str, role: Role, variant: Variant, hotspots: tuple[str, ...] | None) -> bool:
    """Whether somebody of a role may know of a row at all."""
    right = RIGHTS.get(f"{kind}.read", {}).get(role)
    return right is not None and reached(kind, role, right.limit, variant, hotspots)
