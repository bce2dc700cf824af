"""Area files: faults named by area, explicit choices, and nothing guessed in silence."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_service.domain.grid import require_crs
from geo_service.errors import InvalidInput
from geo_service.importing import features, repair_worker
from geo_service.importing.areas import read_areas
from geo_service.importing.memberships import Fix, read_fixes
from geo_service.importing.repair import RepairFailed, repair

METRES = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
WEST, SOUTH = 720_000, 6_170_000


def square(column, row=0, *, size=100):
    x, y = WEST + column * 100, SOUTH + row * 100
    return [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]


BOW_TIE = [[[WEST, SOUTH], [WEST + 100, SOUTH + 100], [WEST + 100, SOUTH], [WEST, SOUTH + 100],
            [WEST, SOUTH]]]  # fmt: skip
SPIKE = [[[WEST, SOUTH], [WEST + 100, SOUTH], [WEST + 100, SOUTH + 100], [WEST + 100, SOUTH + 300],
          [WEST + 100, SOUTH + 100], [WEST, SOUTH + 100], [WEST, SOUTH]]]  # fmt: skip


def feature(nr, coordinates, *, district=1, bydel="Valby", kind="Polygon"):
    named = f"Område {nr}" if isinstance(nr, int) else "Område"
    properties = {"nr": nr, "navn": named, "distrikt": district, "bydel": bydel}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write(folder: Path, items, *, crs=METRES) -> Path:
    path = folder / "roder.geojson"
    document = {"type": "FeatureCollection", "features": items}
    path.write_text(json.dumps(document | ({"crs": crs} if crs else {})), encoding="utf-8")
    return path


def read(path, **choices):
    plain = {
        "kind": "rode", "code": "nr", "name": "navn", "crs": None, "on_invalid": "reject",
        "within": {"district": "distrikt", "bydel": "bydel"},
    }  # fmt: skip
    return read_areas(path, **(plain | choices))


def read_items(folder, items, **choices):
    return read(write(folder, items), **choices)


def test_good_areas_arrive_whole(tmp_path):
    file = read_items(tmp_path, [feature(1, square(0)), feature("2", square(1), district=1.0)])
    require_crs(file.areas, "areas")
    assert list(file.areas["code"]) == ["1", "2"]
    assert list(file.areas["name"]) == ["Område 1", "Område"]
    assert list(file.areas["area_m2"]) == [10_000.0, 10_000.0]
    assert set(file.areas.geom_type) == {"MultiPolygon"}
    assert not file.areas["repaired"].any()
    assert file.memberships.to_numpy().tolist() == [
        ["1", "district", "1"], ["1", "bydel", "Valby"],
        ["2", "district", "1"], ["2", "bydel", "Valby"],
    ]  # fmt: skip
    assert (file.rows, file.crs_stated_by, file.rejections, file.held_back) == (2, "filen", [], [])


OPEN_RING = [[*square(0)[0][:-1], [WEST + 1, SOUTH + 50]]]


@pytest.mark.parametrize(
    ("coordinates", "kind", "message"),
    [
        (BOW_TIE, "Polygon", "krydser sig selv ved øst 720.050, nord 6.170.050"),
        (SPIKE, "Polygon", "krydser sig selv|rører sig selv"),
        (OPEN_RING, "Polygon", "ikke er lukket"),
        ([], "Polygon", "er tomt"),
        ([[]], "Polygon", "er tomt"),
        ([[[WEST, SOUTH]] * 3], "Polygon", "under fire punkter"),
        ([[[WEST, None]] * 4], "Polygon", "ikke er tal"),
        ([[["720000", "6170000"]] * 4], "Polygon", "ikke er tal"),
        ([[[float("nan"), SOUTH], *square(0)[0]]], "Polygon", "ikke er endelige tal"),
        ([[[float("inf"), SOUTH], *square(0)[0]]], "Polygon", "ikke er endelige tal"),
        ([WEST, SOUTH], "Point", "er ikke en flade"),
        (None, "GeometryCollection", "er ikke en flade"),
        ([[[y, x] for x, y in square(0)[0]]], "Polygon", "ombyttet?"),
        ([[[0, 0], [0, 1], [1, 1], [0, 0]]], "Polygon", "uden for Danmark"),
        ([[[12.5, 55.6], [12.6, 55.6], [12.6, 55.7], [12.5, 55.6]]], "Polygon", "ligner grader"),
    ],
)
def test_a_bad_outline_is_named_by_its_area(tmp_path, coordinates, kind, message):
    items = [feature(n, square(n)) for n in range(1, 5)]
    file = read_items(tmp_path, [*items, feature(196, coordinates, kind=kind)])
    (rejection,) = file.rejections
    assert (rejection.row, rejection.key, rejection.column) == (5, "rode 196", "geometri")
    assert any(part in str(rejection) for part in message.split("|"))
    assert len(file.areas) == 4


def test_a_missing_outline_and_a_missing_code_are_two_rejections(tmp_path):
    empty = feature(None, [])
    empty["geometry"] = None
    file = read_items(tmp_path, [feature(1, square(0)), empty])
    assert [(r.row, r.column) for r in file.rejections] == [(2, "nr"), (2, "geometri")]
    assert len(file.areas) == 1


def test_an_area_with_a_code_of_another_is_rejected_with_it(tmp_path):
    file = read_items(
        tmp_path, [feature(n, square(n)) for n in (1, 2, 3)] + [feature(2, square(4))]
    )
    assert [r.row for r in file.rejections] == [2, 4]
    assert "rode 2 (objekt 2), kolonne nr: '2' står 2 gange (objekt 2 og 4)" in str(
        file.rejections[0]
    )


@pytest.mark.parametrize("code", [True, 1.5, {"a": 1}, "x" * 81, "a\u0000b", "\ud800"])
def test_a_code_must_be_plain_text_or_a_whole_number(tmp_path, code):
    file = read_items(tmp_path, [feature(1, square(0)), feature(code, square(1))])
    assert [(r.row, r.column) for r in file.rejections] == [(2, "nr")]


def test_a_cpr_number_among_the_properties_stops_the_file(tmp_path):
    with pytest.raises(InvalidInput, match="CPR") as caught:
        read_items(tmp_path, [feature(1, square(0)), feature("010126-1234", square(1))])
    assert "1234" not in str(caught.value)


def test_missing_columns_are_named_with_those_that_exist(tmp_path):
    with pytest.raises(
        InvalidInput, match=r"mangler kolonnen rode_nr\. Filen har nr, navn, distrikt"
    ):
        read_items(tmp_path, [feature(1, square(0))], code="rode_nr")


def test_an_area_without_group_is_stored_without_it_and_said(tmp_path):
    items = [feature(1, square(0), district=None), feature(2, square(1))]
    file = read_items(tmp_path, items)
    assert len(file.areas) == 2
    assert ["1", "district"] not in file.memberships[
        ["member_code", "group_kind"]
    ].to_numpy().tolist()
    assert any("Uden distrikt" in remark and "rode 1" in remark for remark in file.remarks)


# --- choices -------------------------------------------------------------------------


def test_repair_is_done_on_request_and_marked(tmp_path):
    file = read_items(tmp_path, [feature(1, square(5)), feature(2, SPIKE)], on_invalid="repair")
    assert file.areas.set_index("code")["repaired"].to_dict() == {"1": False, "2": True}
    assert file.areas.is_valid.all()
    assert any("Repareret: rode 2" in remark for remark in file.remarks)


def test_a_repair_that_changes_the_area_is_a_rejection(tmp_path):
    file = read_items(tmp_path, [feature(1, square(5)), feature(2, BOW_TIE)], on_invalid="repair")
    (rejection,) = file.rejections
    assert "reparationen ændrer arealet" in str(rejection)


def star(points=4001):
    turn = np.arange(points) * (2 * np.pi * (points // 2) / points)
    return shapely.MultiPolygon(
        [shapely.Polygon(np.c_[WEST + 900 * np.cos(turn), SOUTH + 900 * np.sin(turn)])]
    )


def test_a_star_is_rejected_at_once_and_repaired_nowhere_near_us(tmp_path):
    ring = shapely.get_coordinates(star()).tolist()
    file = read_items(
        tmp_path, [feature(1, square(50)), feature(2, [ring])], on_invalid="repair",
        repair_seconds=1.0,
    )  # fmt: skip
    (rejection,) = file.rejections
    assert "reparationen" in str(rejection)


def test_a_repair_that_takes_too_long_is_stopped():
    with pytest.raises(RepairFailed, match="tog over"):
        repair(star(), seconds=0.01)


def test_the_worker_bounds_itself_before_it_reads():
    code = (
        "import resource as r; from geo_service.importing.repair_worker import confine; confine(7);"
        "print(*(r.getrlimit(l)[0] for l in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(repair_worker.__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.split() == [str(repair_worker.MEMORY_BYTES), "7", "0"]


def test_overlapping_areas_are_both_rejected_unless_accepted(tmp_path):
    items = [feature(392, square(0)), feature(394, square(0, size=50)), feature(1, square(1))]
    strict = read_items(tmp_path, items)
    assert [r.key for r in strict.rejections] == ["rode 392", "rode 394"]
    assert "overlapper rode 394 med 2.500 m²" in str(strict.rejections[0])
    assert list(strict.areas["code"]) == ["1"]
    lenient = read_items(tmp_path, items, on_overlap="accept")
    assert len(lenient.areas) == 3
    assert "Overlap, gemt efter valg: rode 392 og 394 (2.500 m²)." in lenient.remarks


def test_two_drawings_of_one_border_are_a_remark(tmp_path):
    items = [feature(1, square(0, size=100.1)), feature(2, square(1))]
    file = read_items(tmp_path, items)
    assert not file.rejections
    assert any("Smalle overlap" in r and "rode 1 og 2 (10,0 m²)" in r for r in file.remarks)


def mixed_up():
    """Two districts in Valby; one area of Husum carries the number of a district in Valby."""
    items = [feature(n, square(n), district=1) for n in range(3)]
    items += [feature(n, square(n), district=2) for n in range(3, 6)]
    items += [feature(n, square(n, 80), district=3, bydel="Husum") for n in range(6, 9)]
    items += [feature(n, square(n, 80), district=4, bydel="Husum") for n in range(9, 12)]
    items += [feature(n, square(n, 80), district=5, bydel="Husum") for n in range(12, 15)]
    return [*items, feature(99, square(15, 80), district=2, bydel="Husum")]


def test_a_group_that_lies_elsewhere_is_held_back_until_a_fix_says_what_is_right(tmp_path):
    items = mixed_up()
    file = read_items(tmp_path, items)
    (held,) = file.held_back
    assert (held.key, held.column, held.found) == ("rode 99", "distrikt", "'2'")
    assert "distrikt 2 ligger ellers i bydel Valby, men denne i bydel Husum" in str(held)
    assert "99" not in set(file.areas["code"]) | set(file.memberships["member_code"])
    assert file.rows == len(file.areas) + 1

    for group in ("5", "2", None):  # another one, the same confirmed, none at all
        fixed = read_items(tmp_path, items, fixes=[Fix("99", "district", group)])
        assert not fixed.held_back
        mine = fixed.memberships.query("member_code == '99' and group_kind == 'district'")
        assert mine["group_code"].tolist() == ([] if group is None else [group])


def test_distance_alone_shows_a_wrong_group(tmp_path):
    file = read_items(tmp_path, mixed_up(), within={"district": "distrikt"})
    (held,) = file.held_back
    assert held.key == "rode 99"
    assert "m fra resten af distrikt 2" in str(held)


def test_of_two_areas_far_apart_neither_is_believed(tmp_path):
    items = [feature(1, square(0)), feature(2, square(0, 80))]
    assert [h.key for h in read_items(tmp_path, items).held_back] == [
        "rode 1",
        "rode 1",
        "rode 2",
        "rode 2",
    ]


@pytest.mark.parametrize(
    ("fix", "message"),
    [
        (Fix("1", "distrikt", "3"), "ikke er angivet med --within"),
        (Fix("77", "district", "3"), "77, som ikke er i filen"),
    ],
)
def test_a_fix_that_hits_nothing_is_refused(tmp_path, fix, message):
    with pytest.raises(InvalidInput, match=message):
        read_items(tmp_path, [feature(1, square(0))], fixes=[fix])


def test_fix_files_are_read_and_checked(tmp_path):
    path = tmp_path / "ret.csv"
    path.write_text(
        "code;group_kind;group_code\n263;district;18\n324;district;\n", encoding="utf-8-sig"
    )
    assert read_fixes(path) == [Fix("263", "district", "18"), Fix("324", "district", None)]
    for text, message in (
        ("kode;slags;gruppe\n1;2;3\n", "skal have kolonnerne"),
        ("code;group_kind;group_code\n;district;1\n", "er tom"),
        ("code;group_kind;group_code\n1;district\n", "2 felter"),
        ("code;group_kind;group_code\n1;district;1\n1;district;2\n", "to gange"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInput, match=message):
            read_fixes(path)


# --- coordinate systems --------------------------------------------------------------

IN_DEGREES = [[[12.5, 55.6], [12.51, 55.6], [12.51, 55.61], [12.5, 55.61], [12.5, 55.6]]]
SWAPPED = [[[lat, lon] for lon, lat in IN_DEGREES[0]]]
OLD_FORM = {"type": "EPSG", "properties": {"code": "4326"}}


@pytest.mark.parametrize(
    ("coordinates", "member", "given", "stated_by"),
    [
        (IN_DEGREES, None, None, "RFC 7946"),
        (IN_DEGREES, None, "epsg:4326", "brugeren"),
        (IN_DEGREES, OLD_FORM, None, "filen"),
        (IN_DEGREES, OLD_FORM, "EPSG:4326", "filen"),
        (square(0), METRES, None, "filen"),
        (square(0), None, "EPSG:25832", "brugeren"),
    ],
)
def test_a_stated_system_is_used_and_attributed(tmp_path, coordinates, member, given, stated_by):
    file = read(write(tmp_path, [feature(1, coordinates)], crs=member), crs=given)
    assert file.crs_stated_by == stated_by
    assert any(f"oplyst af {stated_by}" in remark for remark in file.remarks)
    assert len(file.areas) == 1


@pytest.mark.parametrize(
    ("coordinates", "member", "given", "message"),
    [
        (square(0), None, None, "--crs EPSG:25832"),
        (IN_DEGREES, METRES, None, "tallene ligner grader"),
        (square(0), OLD_FORM, None, "tallene ligner meter"),
        (IN_DEGREES, OLD_FORM, "EPSG:25832", "men --crs siger EPSG:25832"),
        (SWAPPED, OLD_FORM, None, "ombyttet"),
        (IN_DEGREES, None, "EPSG:3857", "--crs kan være"),
        (IN_DEGREES, {"type": "link"}, None, "filens 'crs'"),
    ],
)
def test_a_system_that_cannot_be_is_contradicted(tmp_path, coordinates, member, given, message):
    with pytest.raises(InvalidInput, match=message):
        read(write(tmp_path, [feature(1, coordinates)], crs=member), crs=given)


# --- CSV with WKT --------------------------------------------------------------------


def wkt_csv(folder, *outlines, end="\r\n"):
    lines = ["nr,navn,distrikt,bydel,wkb_geometry"]
    lines += [f'{n},Område {n},1,Valby,"{wkt}"' for n, wkt in enumerate(outlines, start=1)]
    path = folder / "roder.csv"
    path.write_bytes((end.join(lines) + end).encode())
    return path


GOOD_WKT = shapely.Polygon(square(0)[0]).wkt


def test_a_csv_with_wkt_asks_for_its_system_and_is_read_with_it(tmp_path):
    path = wkt_csv(tmp_path, GOOD_WKT)
    with pytest.raises(InvalidInput, match=r"ligner meter .*--crs EPSG:4326 .*--crs EPSG:25832"):
        read(path)
    file = read(path, crs="EPSG:25832")
    assert (file.crs_stated_by, list(file.areas["code"])) == ("brugeren", ["1"])


@pytest.mark.parametrize(
    ("wkt", "message"),
    [
        ("", "mangler"),
        ("POINT (720000 6170000)", "ikke en flade"),
        ("GEOMETRYCOLLECTION (" * 100_000, "ikke en flade"),
        ("POLYGON EMPTY", "er tomt"),
        ("POLYGON ((1 2, 3 4", "kan ikke læses som WKT"),
        ("POLYGON ((720000 6170000, 720100 6170000, 720100 6170100, 720000 6170100))", "lukket"),
        ("POLYGON ((720000 6170000, nan 6170000, 720100 6170100, 720000 6170000))", "endelige"),
    ],
)
def test_bad_wkt_is_a_rejection_of_its_row(tmp_path, wkt, message):
    file = read(wkt_csv(tmp_path, GOOD_WKT, wkt), crs="EPSG:25832")
    (rejection,) = file.rejections
    assert (rejection.row, rejection.key) == (3, "rode 2")
    assert message in str(rejection)
    assert len(str(rejection)) < 200


def test_heights_are_left_out(tmp_path):
    file = read(
        wkt_csv(tmp_path, shapely.force_3d(shapely.from_wkt(GOOD_WKT), 5).wkt), crs="EPSG:25832"
    )
    assert not file.areas.has_z.any()


def test_outlines_with_too_many_points_are_refused_before_they_are_built(tmp_path, monkeypatch):
    monkeypatch.setattr(features, "MAX_POINTS", 4)
    (from_csv,) = read(wkt_csv(tmp_path, GOOD_WKT), crs="EPSG:25832").rejections
    (from_json,) = read_items(tmp_path, [feature(1, square(0))], crs="EPSG:25832").rejections
    assert "punkter" in str(from_csv)
    assert "punkter" in str(from_json)


# --- other content -------------------------------------------------------------------

VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/hosts</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize(
    "content",
    [
        VRT, f"\n  {VRT}", '{"type": "gdal_streamed_alg"}', '{"type": "Topology", "objects": {}}',
        "[1, 2]", "{", '{"type": "FeatureCollection"}', "[" * 100_000, '{"a": ' + "9" * 5_000 + "}",
        "GPKG", "WFS:http://localhost/",
    ],
)  # fmt: skip
def test_other_content_under_the_name_is_no_geojson(tmp_path, content):
    path = tmp_path / "roder.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match="ikke en GeoJSON"):
        read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"type": "FeatureCollection", "features": []}', "ingen områder"),
        ('{"type": "FeatureCollection", "features": [3]}', "objekt 1 er ikke en Feature"),
        ('{"type": "x", "type": "FeatureCollection", "features": []}', "to gange"),
        ("a;b\n1;2\n", "skal hedde wkb_geometry, wkt, geom"),
    ],
)
def test_files_without_areas_say_what_is_missing(tmp_path, content, message):
    path = tmp_path / "roder.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=message):
        read(path)


def test_nothing_that_could_open_other_files_is_loaded():
    code = (
        "import sys; import geo_service.importing.areas, geo_service.importing.incidents;"
        "print([m for m in ('pyogrio', 'fiona', 'osgeo') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(repair_worker.__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


outlines = st.sampled_from(
    [square(0), square(1), square(2), BOW_TIE, SPIKE, OPEN_RING, [], IN_DEGREES]
)
codes = st.one_of(st.integers(1, 6), st.none(), st.text(max_size=5))
groups = st.one_of(st.integers(1, 3), st.none())


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(st.lists(st.tuples(codes, outlines, groups), max_size=6))
def test_every_row_is_an_area_rejected_or_held_back(tmp_path, rows):
    items = [feature(0, square(30)), feature(-1, square(31)), feature(-2, square(32))]
    items += [feature(code, outline, district=group) for code, outline, group in rows]
    file = read_items(tmp_path, [*items, *(feature(n, square(n)) for n in range(40, 50))])
    out = {r.row for r in [*file.rejections, *file.held_back]}
    assert file.rows == len(file.areas) + len(out)
    assert file.areas.is_valid.all()
    assert file.areas["code"].is_unique
    assert set(file.memberships["member_code"]) <= set(file.areas["code"])
