"""Maps from what there is: own data without surveys, plans or projects still give a page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from geo_service.errors import NotFound
from geo_service.importing.mapping import load_mapping
from geo_service.storage import areas as store
from geo_service.storage.basemap import replace_basemap
from geo_service.workflows.draw_maps import DrawnFor, draw_maps
from geo_service.workflows.import_areas import import_areas
from geo_service.workflows.import_basemap import import_basemap
from geo_service.workflows.import_incidents import import_incidents
from tests import make
from tests.maps.panels import ground
from tests.workflows.test_import_areas import CHOICES, named

WANTED = DrawnFor("0101", date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=UTC))


def with_own_data(session: Session, folder: Path) -> None:
    areas = make.area_file(folder / "roder.geojson", named(make.squares()))
    import_areas(session, areas, CHOICES, imported_by="os:test", today=make.TODAY)
    rows = [make.incident_row(number, 100 + number * 10) for number in range(40)]
    import_incidents(
        session,
        make.incident_file(folder / "h.csv", rows),
        mapping=load_mapping(),
        municipality="0101",
        accept_partial=False,
        imported_by="os:test",
        now=make.NOW,
    )


def test_own_areas_and_incidents_give_the_residents_page(session: Session, tmp_path: Path) -> None:
    with_own_data(session, tmp_path)
    drawn = draw_maps(session, WANTED, tmp_path / "maps")
    assert [path.name for path in drawn.written] == ["beboere.html"]
    assert drawn.missing.keys() == {"byrum.html"}
    assert not set("æøåÆØÅ") & set("".join(drawn.missing.values()))
    page = drawn.written[0].read_text(encoding="utf-8")
    assert "Distrikt 12" in page
    assert "opdigtede" not in page
    assert not (tmp_path / "public").exists()


def test_without_a_survey_the_page_says_so_and_maps_the_reports(
    session: Session, tmp_path: Path
) -> None:
    with_own_data(session, tmp_path)
    (path,) = draw_maps(session, WANTED, tmp_path / "maps").written
    page = path.read_text(encoding="utf-8")
    assert "ikke indlæst nogen tryghedsundersøgelse" in page
    assert "kan endnu ikke indlæses" in page
    assert "svar fra 20" not in page
    assert "for få svar" not in page
    assert 'id="share-table"' not in page
    assert re.search(r'"name":"Uro","levels":\[2\],"labels":\["40"\]', page)
    assert "hændelser 1. januar 2026 – 30. juni 2026" in page


def test_without_incidents_too_nothing_is_counted_as_none(session: Session, tmp_path: Path) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    import_areas(session, areas, CHOICES, imported_by="os:test", today=make.TODAY)
    (path,) = draw_maps(session, WANTED, tmp_path / "maps").written
    page = path.read_text(encoding="utf-8")
    assert "hverken indlæst en tryghedsundersøgelse eller hændelser" in page
    assert "tryghed import incidents" in page
    assert 'id="count-table"' not in page
    assert "endnu ingen tal" in page


def test_the_public_page_is_written_only_when_that_is_said(
    session: Session, tmp_path: Path
) -> None:
    with_own_data(session, tmp_path)
    draw_maps(session, WANTED, tmp_path / "maps", public_folder=tmp_path / "public")
    assert [path.name for path in (tmp_path / "public").iterdir()] == ["beboere.html"]


def test_areas_alone_without_groups_give_nothing_and_say_why(
    session: Session, tmp_path: Path
) -> None:
    make.stored_squares(session)
    drawn = draw_maps(session, WANTED, tmp_path / "maps")
    assert drawn.written == []
    assert "--within district=" in drawn.missing["beboere.html"]


def test_a_municipality_that_is_not_there(session: Session, tmp_path: Path) -> None:
    assert store.editions(session) == []
    with pytest.raises(NotFound, match="tryghed demo"):
        draw_maps(session, WANTED, tmp_path / "maps")


def test_a_base_map_lies_beneath_and_is_credited(session: Session, tmp_path: Path) -> None:
    with_own_data(session, tmp_path)
    before = draw_maps(session, WANTED, tmp_path / "maps").written[0].read_text(encoding="utf-8")
    assert "geo_json_water" not in before
    assert "Grundkort" not in before
    replace_basemap(session, ground(), municipality="0101", source="Byens kort, 2014")
    page = draw_maps(session, WANTED, tmp_path / "maps").written[0].read_text(encoding="utf-8")
    assert (
        page.index("geo_json_green") < page.index("geo_json_areas") < page.index("geo_json_water")
    )
    assert "Grundkort: Byens kort, 2014" in page
    assert '"text":"Parken"' in page


@pytest.mark.shared_data
def test_maps_of_the_whole_city_stay_small_with_a_base_map(
    session: Session, tmp_path: Path, shared_data: Path
) -> None:
    areas = shared_data / "copenhagen" / "roder_2014.geojson"
    choices = replace(CHOICES, on_invalid="repair", on_overlap="accept")
    import_areas(session, areas, choices, imported_by="t", today=make.TODAY)
    file = shared_data / "copenhagen" / "basemap_2014.gpkg"
    import_basemap(session, file, municipality="0101", source="KK", imported_by="os:test")
    (page,) = draw_maps(session, WANTED, tmp_path / "maps").written
    assert page.stat().st_size < 5_000_000
    assert "geo_json_road_main" in page.read_text(encoding="utf-8")
