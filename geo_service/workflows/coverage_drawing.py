"""Drawing coverage areas: a list that was typed, checked against the rules, and stored.

The chief draws those of both agencies, the police their own. What stands in the list is added
or changed; what does not stand there stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import geopandas as gpd
import shapely
from sqlalchemy.exc import IntegrityError

from geo_service.domain.access import Role
from geo_service.domain.coverage_areas import CoverageArea
from geo_service.domain.findings import Finding, refuse
from geo_service.domain.log_guard import refuse_persons
from geo_service.domain.vocabulary import AREA_LEVELS
from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.importing.coverage_text import read_coverage_text
from geo_service.importing.report import Rejection
from geo_service.messages import _
from geo_service.planning.coverage_checks import check_coverage
from geo_service.storage import areas as area_store
from geo_service.storage import coverage_editing as store
from geo_service.storage.coverage_editing import Drawn
from geo_service.workflows.agreement_desk import Desk

FIRST_LEVEL: Final = "green"
SAME_M: Final = 0.05
"""Corners that have moved less than this have not: a list is written to the centimetre."""


@dataclass(frozen=True)
class Draft:
    """What a list says, compared with what is stored.

    Attributes
    ----------
    new
        Areas whose code is not in use.
    changed
        Areas that are stored otherwise.
    same
        How many stand there as they are stored.
    rejections
        What could not be read, by row.
    findings
        What the rules say of those that are new or changed.
    """

    new: list[CoverageArea] = field(default_factory=list)
    changed: list[CoverageArea] = field(default_factory=list)
    same: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def can_be_stored(self) -> bool:
        """Whether nothing in it blocks, and there is anything to store."""
        sound = not self.rejections and not any(one.blocks for one in self.findings)
        return sound and bool(self.new or self.changed)


def outline_of(desk: Desk, hotspot_area: str) -> gpd.GeoDataFrame:
    """Return the hotspot area as one row of areas (EPSG:25832); no row where none is stored."""
    areas = area_store.read_areas(desk.session, desk.municipality, "hotspot_area", desk.today)
    return areas[areas["code"] == hotspot_area].reset_index(drop=True)


def in_force(drawn: Sequence[Drawn], today: date) -> list[Drawn]:
    """Return those that hold today or will, by name."""
    return [one for one in drawn if one.valid_to is None or one.valid_to > today]


def may_draw(desk: Desk, agency: str) -> bool:
    """Tell whether the caller draws areas of an agency."""
    if desk.caller.role is Role.police:
        return agency == "police"
    return desk.caller.may("coverage.write")


def read_draft(desk: Desk, hotspot_area: str, text: str) -> Draft:
    """Return what a list says, with everything the rules find; nothing is stored.

    Raises
    ------
    InvalidInput
        If the list as a whole cannot be read, or may point at a person; in Danish.
    """
    said = read_coverage_text(text)
    drawn = store.read_drawn(desk.session, desk.municipality, hotspot_area)
    kept = {one.area.code: one for one in in_force(drawn, desk.today) if one.valid_to is None}
    draft = Draft(rejections=list(said.rejections))
    same = 0
    for area in said.as_areas():
        _refuse_persons(area, [one.area.name for one in drawn])
        before = kept.get(area.code)
        if before is None:
            draft.new.append(area)
        elif _is_same(before.area, area):
            same += 1
        else:
            draft.changed.append(area)
    touched = [*draft.new, *draft.changed]
    _require_own(desk, touched, kept)
    draft.findings.extend(_findings(desk, hotspot_area, touched, kept))
    return Draft(draft.new, draft.changed, same, draft.rejections, draft.findings)


def store_draft(
    desk: Desk,
    hotspot_area: str,
    draft: Draft,
    versions: Mapping[str, int],
    *,
    level: str | None = None,
) -> None:
    """Store what a list says.

    Parameters
    ----------
    versions
        Of each stored code, the version that was on the screen.
    level
        The level of all of them; None: as before, and the lowest for new ones.

    Raises
    ------
    InvalidInput
        If a rule blocks, a row could not be read, or the level is unknown; in Danish.
    AlreadyExists
        If a code was used up to today, so that a new area cannot begin today.
    Conflict
        If somebody else has changed one of them meanwhile.
    """
    if draft.rejections:
        raise InvalidInput(str(draft.rejections[0]))
    if level is not None and level not in AREA_LEVELS:
        raise InvalidInput(_("Vælg et niveau på listen."))
    refuse(draft.findings)
    drawn = store.read_drawn(desk.session, desk.municipality, hotspot_area)
    kept = {one.area.code: one for one in drawn if one.valid_to is None}
    for area in draft.changed:
        before = kept[area.code]
        _replace(
            desk, hotspot_area, before, area, versions.get(area.code, 0), level or before.level
        )
    for area in draft.new:
        _add(desk, hotspot_area, area, desk.today, level or FIRST_LEVEL)


def end_area(desk: Desk, hotspot_area: str, area_id: int, version: int) -> int:
    """Let an area hold no longer than today; return how many commitments still point at it.

    Raises
    ------
    NotFound
        If there is no such area, or it is not the caller's to change.
    Conflict
        If somebody else has changed it meanwhile.
    """
    one = _own(desk, hotspot_area, area_id)
    last = max(desk.today, one.valid_from + timedelta(days=1))
    _set_end(desk, area_id, version, last)
    return store.promised(desk.session, [area_id], desk.today)


def reopen_area(desk: Desk, hotspot_area: str, area_id: int, version: int) -> None:
    """Let an area that was ended hold on.

    Raises
    ------
    NotFound
        If there is no such area, it is not the caller's, or its code is in use again.
    Conflict
        If somebody else has changed it meanwhile.
    """
    one = _own(desk, hotspot_area, area_id)
    drawn = store.read_drawn(desk.session, desk.municipality, hotspot_area)
    if any(other.area.code == one.area.code and other.valid_to is None for other in drawn):
        raise NotFound("Koden er taget i brug igen.")
    _set_end(desk, area_id, version, None)


def _own(desk: Desk, hotspot_area: str, area_id: int) -> Drawn:
    drawn = store.read_drawn(desk.session, desk.municipality, hotspot_area)
    found = next((one for one in drawn if one.id == area_id), None)
    if found is None or not may_draw(desk, found.area.agency):
        raise NotFound("Dækningsområdet findes ikke.")
    return found


def _set_end(desk: Desk, area_id: int, version: int, day: date | None) -> int:
    return store.set_end(
        desk.session,
        area_id,
        version=version,
        valid_to=day,
        actor=desk.caller.actor,
        now=desk.now,
    )


def _replace(
    desk: Desk, hotspot_area: str, before: Drawn, area: CoverageArea, version: int, level: str
) -> None:
    """Store an outline in the place of another; one that held for no evening yet is changed."""
    is_fresh = before.valid_from >= desk.today
    if is_fresh and not store.promised(desk.session, [before.id], before.valid_from):
        store.save(
            desk.session,
            before.id,
            area,
            version=version,
            level=level,
            actor=desk.caller.actor,
            now=desk.now,
        )
        return
    first = max(desk.today, before.valid_from + timedelta(days=1))
    counted = _set_end(desk, before.id, version, first)
    _add(desk, hotspot_area, area, first, level, version=counted)


def _add(
    desk: Desk,
    hotspot_area: str,
    area: CoverageArea,
    first: date,
    level: str,
    *,
    version: int = 1,
) -> None:
    try:
        with desk.session.begin_nested():
            store.add(
                desk.session,
                desk.municipality,
                hotspot_area,
                area,
                level=level,
                valid_from=first,
                version=version,
                actor=desk.caller.actor,
                now=desk.now,
            )
    except IntegrityError as error:
        raise AlreadyExists(
            _(
                "Koden %(code)s er brugt i kommunen i forvejen. Giv området en anden kode.",
                code=area.code,
            )
        ) from error


def _is_same(one: CoverageArea, other: CoverageArea) -> bool:
    words = [(a.name, a.kind, a.agency, a.capacity, a.not_at_night) for a in (one, other)]
    moved = shapely.hausdorff_distance(one.outline, other.outline)
    return words[0] == words[1] and bool(moved < SAME_M)


def _require_own(desk: Desk, touched: Sequence[CoverageArea], kept: Mapping[str, Drawn]) -> None:
    for area in touched:
        before = kept.get(area.code)
        agencies = {area.agency, before.area.agency if before else area.agency}
        if not all(may_draw(desk, agency) for agency in agencies):
            raise InvalidInput(
                _(
                    "%(name)s: politiet tegner politiets egne dækningsområder; gadeteamets "
                    "ruter og runder tegnes af hotspotchefen.",
                    name=area.name,
                )
            )


def _refuse_persons(area: CoverageArea, places: Sequence[str]) -> None:
    refuse_persons(
        area.not_at_night or "", places=[*places, area.name], what=_("Grunden til ikke om natten")
    )


def _findings(
    desk: Desk, hotspot_area: str, touched: Sequence[CoverageArea], kept: Mapping[str, Drawn]
) -> list[Finding]:
    """Return what the rules say of some areas among all that are stored."""
    if not touched:
        return []
    whole = outline_of(desk, hotspot_area)
    if whole.empty:
        raise InvalidInput(
            _("Hotspotområdet har ikke noget omrids endnu. Indlæs det under Data, Indlæsninger.")
        )
    codes = {area.code for area in touched}
    others = [one.area for code, one in kept.items() if code not in codes]
    found = check_coverage([*touched, *others], whole.geometry.union_all())
    return [one for one in found if codes & set(one.about)]
