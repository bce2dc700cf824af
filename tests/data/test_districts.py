"""The schematic roder keep what their source note promises."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

FOLDER = Path(__file__).resolve().parents[2] / "data" / "districts"
OUTLINES = FOLDER / "roder_schematic.geojson"
SCRIPT = FOLDER / "build_schematic.py"
RODER_PER_DISTRICT = [
    *(29, 25, 10, 13, 16, 8, 10, 15, 14, 11, 8, 6, 12, 11, 11, 11, 9, 5),
    *(7, 8, 9, 14, 11, 7, 12, 14, 17, 10, 9, 6, 9, 8, 7, 11, 8),
]
WITHOUT_DISTRICT = [263, 324, 392, 393, 394]


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


@pytest.fixture(scope="module")
def cells() -> gpd.GeoDataFrame:
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    frame = gpd.GeoDataFrame.from_features(features, crs="EPSG:4326")
    return frame.to_crs("EPSG:25832").set_index("rode_nr", drop=False)


@pytest.fixture(scope="module")
def hectares() -> pd.Series:
    facts = table("roder_facts.csv")
    return pd.Series({int(f["rode_nr"]): float(f["area_ha"].replace(",", ".")) for f in facts})


def outside_tolerance(cells: gpd.GeoDataFrame, hectares: pd.Series) -> list[int]:
    ratio = cells.area / 1e4 / hectares
    return sorted(ratio.index[(ratio - 1).abs() > 0.3])


def test_there_is_one_valid_outline_per_rode(cells):
    assert list(cells["rode_nr"]) == list(range(1, 397))
    assert cells.is_valid.all()
    assert (cells.area > 0).all()
    assert set(cells.geom_type) <= {"Polygon", "MultiPolygon"}


def test_no_two_cells_overlap_and_nothing_is_left_between_them(cells):
    whole = shapely.union_all(cells.geometry.to_numpy())
    assert cells.area.sum() - whole.area == pytest.approx(0, abs=1.0)
    holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    assert len(holes) == 1  # Frederiksberg
    assert 7.5e6 < shapely.Polygon(holes[0]).area < 9.5e6


def test_neighbours_share_identical_edges_in_the_file():
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    as_written = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    assert shapely.coverage_is_valid(as_written)


def test_cells_have_about_their_hectares(cells, hectares):
    assert len(outside_tolerance(cells, hectares)) <= 0.05 * len(cells)
    assert cells.area.sum() / 1e4 == pytest.approx(hectares.sum(), rel=0.05)


def test_the_source_note_lists_exactly_the_cells_outside_tolerance(cells, hectares):
    note = (FOLDER / "SOURCE.md").read_text(encoding="utf-8")
    (listed,) = re.findall(
        r"^Cells outside ±30 % of their hectares: ([\d, ]+)\.$", note, re.MULTILINE
    )
    assert [int(number) for number in listed.split(",")] == outside_tolerance(cells, hectares)
    assert f"{cells.area.sum() / 1e6:.2f} km²" in note


def test_cells_lie_where_the_facts_say(cells):
    for fact in table("roder_facts.csv"):
        low = int(fact["west_m"]), int(fact["south_m"])
        high = int(fact["east_edge_m"]), int(fact["north_edge_m"])
        reach = shapely.box(*low, *high).buffer(150, join_style="mitre")
        assert reach.covers(cells.geometry[int(fact["rode_nr"])]), fact["rode_nr"]


def test_frederiksberg_is_not_covered(cells):
    square_kilometre = shapely.Point(721600, 6175900).buffer(565)
    assert not cells.intersects(square_kilometre).any()


def test_the_facts_travel_with_the_cells(cells):
    for fact in table("roder_facts.csv"):
        cell = cells.loc[int(fact["rode_nr"])]
        assert (cell["rodenavn"], cell["bydel"]) == (fact["rodenavn"], fact["bydel"])
        assert cell["hektar"] == float(fact["area_ha"].replace(",", "."))
        district = "" if pd.isna(cell["distrikt_nr"]) else str(int(cell["distrikt_nr"]))
        assert district == fact["distrikt_nr"]


def test_districts_hold_the_known_number_of_roder(cells):
    counted = cells["distrikt_nr"].value_counts()
    assert [counted[district] for district in range(1, 36)] == RODER_PER_DISTRICT
    assert list(cells.index[cells["distrikt_nr"].isna()]) == WITHOUT_DISTRICT


def test_districts_are_mostly_one_piece(cells):
    districts = cells.dissolve("distrikt_nr").geometry
    in_one_piece = sum(len(shapely.get_parts(outline)) == 1 for outline in districts)
    assert in_one_piece >= 33


def test_districts_have_names_or_say_that_they_have_none():
    names = {int(row["distrikt_nr"]): row["name"] for row in table("distrikter.csv")}
    assert list(names) == list(range(1, 36))
    assert len(set(names.values())) == 35
    unknown = [number for number, name in names.items() if name == f"Distrikt {number}"]
    assert unknown == [31, 32, 33, 34, 35]


def test_rode_157_changes_district_on_the_stated_date():
    rows = table("memberships.csv")
    assert [list(row.values())[:4] for row in rows] == [
        ["157", "11", "2009-01-01", "2012-01-01"],
        ["157", "12", "2012-01-01", ""],
    ]
    assert all(row["note"] for row in rows)


def test_every_station_lies_in_a_cell(cells):
    stations = table("stationer.csv")
    assert len({row["name"] for row in stations}) == len(stations) >= 30
    spots = {row["name"]: (int(row["easting"]), int(row["northing"])) for row in stations}
    rode_of = {
        name: list(cells.index[cells.contains(shapely.Point(spot))]) for name, spot in spots.items()
    }
    assert all(len(roder) == 1 for roder in rode_of.values()), rode_of
    assert rode_of["Sjælør"] == [201]
    assert cells.loc[201, "distrikt_nr"] == 25


def test_the_file_is_small_and_has_no_longer_decimals_than_promised():
    text = OUTLINES.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_000_000
    assert re.search(r"\d\.\d{7}", text) is None


def run_script(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", str(SCRIPT), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_file_is_what_the_script_builds():
    run = run_script("--check")
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_check_names_a_rode_that_was_moved(tmp_path):
    collection = json.loads(OUTLINES.read_text(encoding="utf-8"))
    moved, renamed = collection["features"][0], collection["features"][41]
    moved["geometry"]["coordinates"] = [
        [[x + 0.001, y] for x, y in ring] for ring in moved["geometry"]["coordinates"]
    ]
    renamed["properties"]["rodenavn"] = "Et andet navn"
    changed = tmp_path / "changed.geojson"
    changed.write_text(json.dumps(collection), encoding="utf-8")
    run = run_script("--check", "--output", str(changed))
    assert run.returncode == 1
    assert "Rode 1: the outline differs." in run.stdout
    assert "Rode 42: the facts differ." in run.stdout
    assert "2 differences" in run.stdout
