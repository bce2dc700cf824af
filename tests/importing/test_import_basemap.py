"""A base map from a GeoPackage: read apart, with one driver, and no way out."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geo_service.domain.basemap import area_rank, class_rank
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.errors import InvalidInput, NotFound
from geo_service.importing.basemap import Layer, read_basemap_file
from geo_service.importing.basemap_worker import KNOWN_LAYERS, NOT_A_GEOPACKAGE
from geo_service.settings import PROJECT_ROOT
from tests.maps.town import SOUTH, WEST

POLYGON = shapely.box(WEST, SOUTH, WEST + 400, SOUTH + 300)
LINE = shapely.LineString([(WEST, SOUTH), (WEST + 900, SOUTH + 100)])
BOW_TIE = shapely.Polygon(
    [(WEST, SOUTH), (WEST + 200, SOUTH + 200), (WEST + 200, SOUTH), (WEST, SOUTH + 200)]
)


def add_layer(path: Path, layer: str, shapes: list[object], **columns: object) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=DANISH_GRID)
    pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=path.exists())


def geopackage(path: Path, *, name: str = "Parken", names: str = "stednavn_flade") -> Path:
    """A small base map in the layers that Copenhagen uses."""
    add_layer(path, "vand_oversigtskort", [POLYGON], objekt_type=["Sø"])
    add_layer(path, "park_groent_omr_oversigtskort", [POLYGON], objekt_type=["Park"])
    add_layer(
        path,
        "vejklasser",
        [LINE, LINE],
        vejnavn=["Hovedgaden", None],
        vejklasse=["Regional vej", "Bydelsgade"],
    )
    add_layer(path, names, [POLYGON, POLYGON], navn=[name, "Skolen"], type=["Park", "Friskole"])
    add_layer(path, "andet", [POLYGON], navn=["læses ikke"])
    return path


def test_known_layers_are_read_with_their_names_and_ranks(tmp_path: Path) -> None:
    file = read_basemap_file(geopackage(tmp_path / "g.gpkg"))
    assert (file.rows, file.left_out) == (6, [])
    named = file.features.assign(name=file.features["name"].fillna(""))
    rows = set(zip(named["kind"], named["name"], named["rank"], strict=True))
    assert rows == {
        ("water", "", area_rank(POLYGON.area)),
        ("green", "", area_rank(POLYGON.area)),
        ("road", "Hovedgaden", 1),
        ("road", "", 3),
        ("name", "Parken", 2),
        ("name", "Skolen", 5),
    }
    assert str(file.features.crs) == DANISH_GRID
    names = file.features[file.features["kind"] == "name"].geometry
    assert (names.geom_type == "Point").all()
    assert names.within(POLYGON).all()


def test_layers_and_columns_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "g.gpkg"
    add_layer(path, "Søer", [POLYGON])
    add_layer(path, "veje", [LINE], kaldes=["Storegade"], klasse=["Motorvej"])
    file = read_basemap_file(
        path, [Layer("water", "Søer"), Layer("road", "veje", "kaldes", "klasse")]
    )
    assert file.features["kind"].tolist() == ["water", "road"]
    assert file.features["name"].fillna("").tolist() == ["", "Storegade"]
    assert file.features["rank"].tolist()[1] == 1
    with pytest.raises(InvalidInput, match="Lag i filen: Søer, veje"):
        read_basemap_file(path)


def test_degrees_are_converted_and_other_countries_left_out(tmp_path: Path) -> None:
    path = tmp_path / "g.gpkg"
    near = gpd.GeoSeries([POLYGON], crs=DANISH_GRID).to_crs(WEB)[0]
    frame = gpd.GeoDataFrame(geometry=[near, shapely.box(2.2, 48.8, 2.4, 48.9)], crs=WEB)
    pyogrio.write_dataframe(frame, path, layer="water", driver="GPKG")
    file = read_basemap_file(path)
    assert file.rows == 2
    assert file.left_out == ["1 udeladt, uden for Danmark."]
    assert shapely.hausdorff_distance(file.features.geometry[0], POLYGON) < 0.01


def test_what_cannot_be_drawn_is_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "g.gpkg"
    add_layer(path, "road", [LINE, POLYGON, None, shapely.LineString()])
    add_layer(path, "green", [BOW_TIE])
    add_layer(path, "name", [POLYGON, POLYGON], navn=["Her", " "])
    file = read_basemap_file(path)
    assert (file.rows, len(file.features)) == (7, 3)
    assert file.left_out == [
        "road: 3 udeladt, intet, der kan tegnes (den første er nr. 2).",
        "name: 1 udeladt, intet navn (den første er nr. 2).",
    ]
    assert file.features.geometry.is_valid.all()


def test_a_cpr_number_stops_the_file(tmp_path: Path) -> None:
    number = "010190" + "-1234"
    with pytest.raises(InvalidInput) as error:
        read_basemap_file(geopackage(tmp_path / "g.gpkg", name=f"Park {number}"))
    assert number not in str(error.value)


VRT = (
    '<OGRVRTDataSource><OGRVRTLayer name="water"><SrcDataSource>{}</SrcDataSource>'
    "</OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize(
    "content",
    [
        VRT.format("/etc/passwd").encode(),
        b'{"type":"FeatureCollection","features":[]}',
        b"SQLite format 3\x00" + bytes(4096),
        b"\x00" * 4096,
        b"PK\x03\x04" + bytes(200),
        b"WFS:http://127.0.0.1:1/",
    ],
)
def test_anything_but_a_geopackage_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "g.gpkg"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"ikke en GeoPackage|kunne ikke læses"):
        read_basemap_file(path)


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "g.gpkg")
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(InvalidInput):
        read_basemap_file(path)


@pytest.mark.parametrize("name", ["/vsicurl/http://127.0.0.1/x.gpkg", "http://127.0.0.1/x.gpkg"])
def test_only_files_of_this_machine(name: str) -> None:
    with pytest.raises((InvalidInput, NotFound)):
        read_basemap_file(Path(name))


def test_a_view_without_end_is_stopped(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "g.gpkg")
    with sqlite3.connect(path) as opened:
        opened.execute("PRAGMA trusted_schema = 1")
        opened.execute(
            "CREATE VIEW water AS WITH RECURSIVE c(fid) AS"
            " (SELECT 1 UNION ALL SELECT fid + 1 FROM c)"
            " SELECT fid, zeroblob(100000) AS geom FROM c"
        )
        opened.execute(
            "INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id)"
            " VALUES ('water', 'features', 'water', 25832)"
        )
        opened.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('water', 'geom', 'POLYGON', 25832, 0, 0)"
        )
    opened.close()
    with pytest.raises(InvalidInput, match="for stor"):
        read_basemap_file(path, [Layer("water", "water")])


def worker(content: bytes, code: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run the worker, or a piece of code as the worker starts."""
    command = [sys.executable, "-m", "geo_service.importing.basemap_worker", "20"]
    if code:
        command = [sys.executable, "-c", code]
    environment = {"PATH": os.defpath, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        command,
        input=b"[]\n" + content,
        capture_output=True,
        check=False,
        cwd=PROJECT_ROOT,
        env=environment,
    )


def test_the_worker_has_one_driver_and_says_when_it_is_no_geopackage(tmp_path: Path) -> None:
    assert worker(b"nothing").returncode == NOT_A_GEOPACKAGE
    done = worker(geopackage(tmp_path / "g.gpkg").read_bytes())
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["rows"]) == 6
    code = (
        "import sys; sys.argv = ['x', '20']\n"
        "import os; os.environ['GDAL_SKIP'] = 'ESRI Shapefile'\n"
        "from geo_service.importing.basemap_worker import main; main()"
    )
    refused = worker(b"", code)
    assert refused.returncode == 1
    assert b"other drivers" in refused.stderr


def test_the_worker_may_write_no_file_and_reach_nobody(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.5)
        reached: list[object] = []

        def listen() -> None:
            try:
                reached.append(listening.accept())
            except TimeoutError:
                return

        ear = threading.Thread(target=listen)
        ear.start()
        port = listening.getsockname()[1]
        code = (
            "from geo_service.importing.basemap_worker import confine, leave_the_network\n"
            f"confine(20); print(leave_the_network())\n"
            "import socket\n"
            f"try: socket.create_connection(('127.0.0.1', {port}), 1); print('reached')\n"
            "except OSError: print('alone')\n"
            f"try: __import__('pathlib').Path({str(tmp_path / 'x')!r}).write_text('x')\n"
            "except OSError: print('nothing is kept')\n"
        )
        done = worker(b"", code)
        ear.join()
    said = done.stdout.decode().split("\n")
    if said[0] == "True":  # the system lets a process have a network of its own
        assert said[1] == "alone"
        assert reached == []
    assert said[2] == "nothing is kept"
    assert (tmp_path / "x").read_text() == ""


def test_ranks_follow_size_and_class() -> None:
    assert [area_rank(hectares * 10_000) for hectares in (12, 3, 1, 0.2, 0.01)] == [1, 2, 3, 4, 5]
    assert class_rank("road", " Regional VEJ ") == 1
    assert class_rank("road", "ukendt") == 3
    assert class_rank("name", "Bydel") == 1
    assert class_rank("name", "ukendt") == 5
    assert set(KNOWN_LAYERS.values()) == {"water", "green", "block", "road", "railway", "name"}


@pytest.fixture(autouse=True)
def _quiet() -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyogrio minds geometry types of its own writing
        yield
