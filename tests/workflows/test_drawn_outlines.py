"""What a map says of its outlines is read off the areas that are drawn on it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
from sqlalchemy.orm import Session

from geo_service.storage import areas as store
from geo_service.workflows.draw_maps import draw_maps
from geo_service.workflows.drawn_outlines import outlines_of
from maps.facts import PageFacts
from tests import make
from tests.workflows.test_draw_maps import WANTED, with_own_data


def drawn(outline: str, source: str, year: int = 2014) -> gpd.GeoDataFrame:
    return make.squares().assign(outline=outline, source=source, valid_from=date(year, 9, 1))


def test_areas_of_one_file_are_named_once() -> None:
    said = outlines_of({"roder": drawn("official", "KK"), "bydele": drawn("derived", "KK")})
    assert said.words == "officielle roder og bydele, udgave 2014 (KK)"
    assert said.sources == ("Områder: KK",)
    assert said.schematic == ()


def test_each_source_of_what_is_drawn_is_named_with_its_areas() -> None:
    said = outlines_of(
        {"roder": drawn("official", "KK", 2018), "bydele": drawn("schematic", "tegnet")}
    )
    assert said.words == "skematiske bydele; officielle roder, udgave 2018 (KK)"
    assert said.sources == ("Roder: KK", "Bydele: tegnet")
    assert said.schematic == ("bydele",)


def test_one_schematic_outline_is_enough() -> None:
    some = drawn("official", "KK")
    some.loc[some.index[-1], ["outline", "source"]] = ["schematic", "tegnet"]
    said = outlines_of({"roder": some, "bydele": drawn("derived", "KK").iloc[:0]})
    assert said.schematic == ("roder",)
    assert said.sources == ("Roder: KK", "Roder: tegnet")


def test_a_map_without_areas_says_none() -> None:
    assert outlines_of({"bydele": drawn("official", "KK").iloc[:0]}).words == "ingen"


def test_the_banner_names_the_part_that_is_schematic() -> None:
    facts = PageFacts(
        municipality="København",
        place="35 distrikter",
        period="2026",
        sources=("KK",),
        outline="skematiske bydele; officielle roder, udgave 2018 (KK)",
        schematic_parts=("bydele",),
        drawn_at=datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Copenhagen")),
        demo=False,
    )
    assert facts.banner == "obs: skematiske bydele"
    assert facts.outline_words == f"Omrids: {facts.outline}"


def test_a_map_shows_the_source_of_what_it_draws_and_not_of_the_roder(
    session: Session, tmp_path: Path
) -> None:
    with_own_data(session, tmp_path)
    edition = store.Edition("0101", "bydel", date(2016, 1, 1), "schematic", "tegnet i hånden")
    store.store_areas(session, make.squares(1).assign(name="Vest"), edition)
    (path,) = draw_maps(session, WANTED, tmp_path / "maps").written
    page = path.read_text(encoding="utf-8")
    assert "obs: skematiske bydele</p>" in page
    top = page.partition("<main>")[0]
    assert "distrikter samlet af officielle områder, udgave 2014 (roder.geojson)" in top
    assert "Distrikter: roder.geojson; Bydele: tegnet i hånden; egne indlæste data" in page
