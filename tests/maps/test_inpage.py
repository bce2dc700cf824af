"""A map for a page: what is in its parts, what is refused, and how its rows are sorted."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import shapely

from geo_service.errors import InvalidInput, WrongCRS
from geo_service.settings import PROJECT_ROOT
from maps import base, ground, layers
from maps.inpage import Background, Download, Legend, Points, Row, panel
from tests.browser.map_app import environment
from tests.maps import frames, panels, town
from tests.maps.hostile import HOSTILE

COLOURS = re.compile(
    r"--(?:map-)?((?:on-)?k[1-5]|water|green|block|land|sea|rail): (#[0-9a-f]{6});"
)
MOST_BYTES = 200_000


def drawn(**given: object) -> str:
    page = environment().get_template("page")
    return page.render(maps=[panels.town_panel(**given)], nonce="n0nce")  # type: ignore[arg-type]


def test_a_panel_has_no_inline_style_no_address_and_one_script_with_a_nonce() -> None:
    text = drawn()
    inside = text[text.index("<section") : text.index("</section>")]
    assert not re.search(r"<[^>]+\sstyle=", inside)
    assert "<style" not in inside
    assert not re.search(r"\son[a-z]+=", inside)
    assert re.findall(r"https?://[^\s\"'<]+", inside) == []
    scripts = re.findall(r"<script([^>]*)>", inside)
    assert scripts == [
        ' type="application/json" class="map-data"',
        ' type="application/json" class="map-words"',
        ' nonce="n0nce"',
    ]
    assert len(inside.encode()) < MOST_BYTES


def test_the_script_holds_geometry_and_no_text() -> None:
    made = panels.town_panel(given=panels.rows([f"Navn{i}" for i in range(40)]))
    assert "Navn" not in made.script
    assert "Parken" not in made.script
    assert made.script.startswith('(window.mapQueue ??= []).push(["kort", (L, atlas) => {')
    assert made.script.rstrip().endswith("return map_kort;}]);")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_field(text: str) -> None:
    made = panels.town_panel(
        given=panels.rows([f"{text} {i}" for i in range(40)], text),
        base_map=panels.ground(text[:20], text[:20]),
        facts=frames.facts(period=text, sources=(text,), outline=text, notes=(text,)),
        title=text,
        bydele=(text, text),
        legend=Legend(text, [{"number": 1, "word": text, "limits": text}], text, text),
    )
    page = environment().get_template("page").render(maps=[made], nonce="n")
    blocks = re.findall(r"<script[^>]*json[^>]*>(.*?)</script>", page, flags=re.DOTALL)
    outside = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    shown = html.unescape(re.sub(r"<[^>]+>", "", outside))
    assert " ".join(text.split()) in " ".join(shown.split())
    for block in blocks:
        assert "<" not in block
        json.loads(block)
    assert text not in made.script
    assert len(re.findall("<script", page)) == 7
    assert "<img" not in page


def test_rows_are_sorted_as_the_address_asks_with_hidden_ones_last() -> None:
    titles = [row.title for _, row in panels.town_panel().rows]
    assert titles == [f"Rode {i}" for i in range(1, 41)]
    rising = panels.town_panel(query={"sorter": "antal"})
    falling = panels.town_panel(query={"sorter": "-antal"})
    counts = [row.cells[0].value for _, row in rising.rows]
    assert counts[:-1] == sorted(counts[:-1])
    assert [row.cells[0].value for _, row in falling.rows][:-1] == counts[:-1][::-1]
    assert rising.rows[-1][1].hidden
    assert falling.rows[-1][1].hidden
    assert {i for i, _ in falling.rows} == set(range(40))
    unknown = panels.town_panel(query={"sorter": "'; drop"})
    assert [row.title for _, row in unknown.rows] == titles


def test_addresses_keep_the_rest_of_the_query_and_turn_the_order_round() -> None:
    made = panels.town_panel(query={"uge": "48&x=1", "sorter": "antal"})
    by_name, by_count, _ = made.columns
    assert made.sort_state(by_count) == "ascending"
    assert made.sort_state(by_name) == "none"
    address = urlsplit(made.sort_address(by_count))
    assert address.fragment == "kort-tabel"
    assert parse_qs(address.query) == {"uge": ["48&x=1"], "sorter": ["-antal"], "vis": ["tabel"]}
    assert panels.town_panel(query={"vis": "tabel"}).table_open
    assert not made.table_open


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Kort 1"}, "small letters"),
        ({"given": [Row("én")]}, "0 cells for 2 columns"),
        ({"given": [replace(panels.rows()[0], level=6)]}, "class 6"),
        ({"given": [replace(panels.rows()[0], hidden=True)]}, "neither class nor mark"),
        ({"given": [replace(panels.rows()[0], href="https://a.dk")]}, "no address of this"),
        ({"given": [replace(panels.rows()[0], href="//a.dk")]}, "no address of this"),
        ({"given": [replace(panels.rows()[0], href="javascript:x")]}, "no address of this"),
        ({"points": Points("https://a.dk/p", "punkter")}, "no address of this"),
        ({"legend": Legend("", [{"number": i} for i in range(6)])}, "at most 5 classes"),
    ],
)
def test_what_cannot_be_shown_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        panels.town_panel(**change)  # type: ignore[arg-type]


def test_a_download_elsewhere_is_refused() -> None:
    made = base.new_map(town.roder(), name="kort")
    with pytest.raises(InvalidInput, match="no address of this"):
        panel(
            made,
            title="x",
            facts=frames.facts(),
            extent=town.roder(),
            downloads=[Download("CSV", "http://a.dk/x.csv")],
        )


@pytest.mark.parametrize("address", ["/\\a.dk/{z}", "//a.dk/{z}", "https://a.dk/{z}/{x}/{y}"])
def test_a_background_from_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="no address of this"):
        panels.town_panel().over([Background("a", address, "b")])


def test_an_empty_panel_says_so_and_has_no_table() -> None:
    text = drawn(given=[])
    assert "Der er ingenting at vise for de valg, der er gjort." in text
    assert "map-table" not in text
    assert "Vis som tabel" not in text


def test_only_layers_that_are_there_can_be_taken_away() -> None:
    made = panels.town_panel()
    assert [label for label, _ in made.toggles] == [
        "Vand",
        "Grønne områder",
        "Bebyggelse",
        "Veje og jernbane",
        "Stednavne",
    ]
    bare = panels.town_panel(base_map=panels.ground().iloc[:0])
    assert [label for label, _ in bare.toggles] == ["Stednavne"]


def test_ground_lies_beneath_and_water_roads_and_names_above_the_shading() -> None:
    script = panels.town_panel().script
    order = [
        script.index(f"var geo_json_{key} =")
        for key in (
            "sheet",
            "green",
            "block",
            "areas",
            "water",
            "railway",
            "road",
            "road_main",
            "veil",
            "bydele",
            "outline",
            "bydel_names",
            "base_names",
        )
    ]
    assert order == sorted(order)


def test_names_stand_once_and_those_of_roads_lie_along_them() -> None:
    beneath = panels.ground()
    made = base.new_map(town.roder())
    texts = base.add_base_names(made, beneath, without=["vestbyen"])
    assert [text["text"] for text in texts] == ["Parken", "Hovedgaden"]
    road = texts[1]
    # 300 m up over 5 km on the grid, which is turned about 3 degrees from north here
    assert -90 <= road["turn"] <= 90
    assert road["turn"] == pytest.approx(-np.degrees(np.arctan2(300, 5000)) + 2.9, abs=0.6)
    assert base.add_base_names(made, None) == []


def test_ground_in_degrees_or_without_columns_is_refused() -> None:
    made = base.new_map(town.roder())
    with pytest.raises(WrongCRS):
        ground.add_beneath(made, panels.ground().to_crs("EPSG:4326"))
    with pytest.raises(InvalidInput, match="rank"):
        ground.add_beneath(made, panels.ground().drop(columns="rank"))


def test_surroundings_hold_the_extent_and_fill_a_wide_frame() -> None:
    west, south, east, north = ground.surroundings(town.roder())
    inner = town.roder().total_bounds
    assert shapely.box(west, south, east, north).contains(shapely.box(*inner))
    assert (east - west) / (north - south) >= 1.0
    assert "block" in ground.kinds_for(town.roder())
    wide = town.roder().assign(geometry=lambda f: f.geometry.scale(20, 20, origin=(0, 0)))
    assert "block" not in ground.kinds_for(wide)
    assert ground.detail_for(wide) > ground.detail_for(town.roder()) >= 1.0


def test_maps_in_pages_and_maps_in_files_have_the_same_colours() -> None:
    ours = (PROJECT_ROOT / "api" / "static" / "map.css").read_text(encoding="utf-8")
    theirs = base.asset("page.css")
    assert COLOURS.findall(ours)
    assert sorted(set(COLOURS.findall(ours))) == sorted(set(COLOURS.findall(theirs)))


def test_outlines_keep_their_numbers_in_the_script() -> None:
    shapes = layers.in_degrees(layers.simplified(town.roder()))
    corner = shapely.get_coordinates(shapes[0])[0]
    assert f"[{corner[0]}, {corner[1]}]" in panels.town_panel().script
