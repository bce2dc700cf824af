"""The base map in the database: replaced whole, read for a piece of ground, audited."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID
from geo_service.errors import InvalidInput, NotFound
from geo_service.importing.basemap import Layer
from geo_service.storage.areas import ensure_municipality, store_areas
from geo_service.storage.basemap import basemap_source, read_basemap, replace_basemap
from geo_service.storage.database import Database
from geo_service.storage.tables import Area, AuditEntry, BasemapFeature, ImportBatch, Municipality
from geo_service.workflows.base_layers import ground_of
from geo_service.workflows.import_basemap import import_basemap
from tests import make, people
from tests.importing.test_import_basemap import geopackage
from tests.maps.panels import ground
from tests.maps.town import SOUTH, WEST, roder

WHOLE = (WEST - 1000, SOUTH - 1000, WEST + 6000, SOUTH + 3000)


@pytest.fixture
def town(session: Session) -> Session:
    make.stored_squares(session)
    replace_basemap(session, ground(), municipality="0101", source="prøve")
    return session


def test_what_is_stored_is_read_clipped_with_the_most_important_first(town: Session) -> None:
    found = read_basemap(town, "0101", WHOLE)
    assert len(found) == len(ground())
    assert found["rank"].is_monotonic_increasing
    assert basemap_source(town, "0101") == "prøve"
    half = (WEST, SOUTH, WEST + 2000, SOUTH + 1500)
    part = read_basemap(town, "0101", half)
    box = shapely.box(*half).buffer(0.001)
    assert all(box.covers(shape) for shape in part.geometry)
    assert set(part["kind"]) == {"water", "green", "road", "name"}
    assert set(read_basemap(town, "0101", half, kinds=["road"], most_rank=1)["kind"]) == {"road"}


def test_what_is_too_small_to_see_is_left_out(town: Session) -> None:
    coarse = read_basemap(town, "0101", WHOLE, detail_m=100)
    assert "block" not in set(coarse["kind"])  # 300 by 200 metres
    assert {"water", "green", "road", "name"} <= set(coarse["kind"])


def test_nothing_is_read_of_another_municipality_or_place(town: Session) -> None:
    assert read_basemap(town, "0147", WHOLE).empty
    assert read_basemap(town, "0101", (500_000, 6_200_000, 501_000, 6_201_000)).empty
    assert basemap_source(town, "0147") is None
    assert ground_of(town, "0147", roder()).empty
    assert len(ground_of(town, "0101", roder())) == len(ground())


def test_a_new_base_map_takes_the_place_of_the_old_one_of_its_municipality(town: Session) -> None:
    ensure_municipality(town, "0147", "Frederiksberg")
    replace_basemap(town, ground(), municipality="0147", source="anden")
    replace_basemap(town, ground().iloc[:1], municipality="0101", source="ny")
    count = select(func.count()).select_from(BasemapFeature)
    assert town.scalar(count.where(BasemapFeature.municipality_code == "0101")) == 1
    assert town.scalar(count.where(BasemapFeature.municipality_code == "0147")) == len(ground())


def test_an_import_is_one_batch_and_one_audit_entry(session: Session, tmp_path: Path) -> None:
    file = geopackage(tmp_path / "grund.gpkg")
    given = {"municipality": "0101", "source": "prøve", "imported_by": "os:test"}
    with pytest.raises(NotFound, match="areas import"):
        import_basemap(session, file, **given)
    make.stored_squares(session)
    report = import_basemap(session, file, **given)
    assert report.rows == report.stored == 6
    assert report.by_kind == {"water": 1, "green": 1, "road": 2, "name": 2}
    batch = session.scalars(select(ImportBatch).where(ImportBatch.kind == "basemap")).one()
    assert (batch.rows_in_file, batch.rows_stored, batch.rows_rejected) == (6, 6, 0)
    import_basemap(session, file, **given)
    assert session.scalar(select(func.count()).select_from(BasemapFeature)) == 6


def test_a_file_that_cannot_be_used_leaves_the_old_map(town: Session, tmp_path: Path) -> None:
    bad = tmp_path / "x.gpkg"
    bad.write_text("<OGRVRTDataSource/>")
    given = {"municipality": "0101", "source": "prøve", "imported_by": "os:test"}
    with pytest.raises(InvalidInput, match="ikke en GeoPackage"):
        import_basemap(town, bad, **given)
    with pytest.raises(InvalidInput, match="intet lag 'soer'"):
        import_basemap(
            town, geopackage(tmp_path / "y.gpkg"), layers=[Layer("water", "soer")], **given
        )
    assert len(read_basemap(town, "0101", WHOLE)) == len(ground())


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kind": "sti"}, "kind_is_known"),
        ({"rank": 6}, "rank_in_range"),
        ({"geometry": shapely.Point(float("nan"), 1.0)}, "in_denmark"),
        ({"geometry": shapely.Point(12.5, 55.7)}, "in_denmark"),
    ],
)
def test_the_database_refuses_what_is_no_base_map(
    session: Session, change: dict[str, object], rule: str
) -> None:
    ensure_municipality(session, "0101", "København")
    row = {"kind": "name", "name": "x", "rank": 1, "geometry": shapely.Point(WEST, SOUTH)}
    frame = gpd.GeoDataFrame([row | change], geometry="geometry", crs=DANISH_GRID)
    with pytest.raises(IntegrityError, match=rule):
        replace_basemap(session, frame, municipality="0101", source="prøve")


@pytest.mark.parametrize("role", ["web_raw", "web_work"])
def test_pages_may_read_it_and_not_change_it(database: Database, role: str) -> None:
    with database.engine(role).connect() as connection:
        connection.execute(text("SELECT count(*) FROM work.basemap_feature"))
        may = connection.scalar(
            text("SELECT has_table_privilege('work.basemap_feature', 'INSERT, UPDATE, DELETE')")
        )
    assert may is False


def test_the_public_site_does_not_see_it(database: Database) -> None:
    with database.engine("web_pub").connect() as connection:
        assert connection.scalar(text("SELECT has_schema_privilege('work', 'USAGE')")) is False


def test_a_load_stands_in_the_audit(database: Database, tmp_path: Path) -> None:
    with database.working(people.EVERYWHERE) as session:
        ensure_municipality(session, "0901", "Prøve")
        store_areas(session, make.squares(1), replace(make.edition(), municipality="0901"))
        import_basemap(
            session,
            geopackage(tmp_path / "grund.gpkg"),
            municipality="0901",
            source="prøve",
            imported_by="os:test",
        )
    try:
        with database.session("web_auth") as session:
            entry = session.scalars(
                select(AuditEntry).where(AuditEntry.municipality_code == "0901")
            ).one()
            assert (entry.actor, entry.action, entry.object_kind) == (
                "os:test",
                "import",
                "import",
            )
            assert entry.detail["kind"] == "basemap"
            assert entry.detail["rows_stored"] == 6
    finally:
        with database.working(people.EVERYWHERE) as session:
            for table in (BasemapFeature, ImportBatch):
                session.execute(delete(table).where(table.municipality_code == "0901"))
            session.execute(delete(Area).where(Area.municipality_code == "0901"))
            session.execute(delete(Municipality).where(Municipality.code == "0901"))


@pytest.mark.shared_data
def test_the_whole_city_is_loaded_and_read_for_a_quarter(
    session: Session, shared_data: Path
) -> None:
    make.stored_squares(session)
    file = shared_data / "copenhagen" / "basemap_2014.gpkg"
    report = import_basemap(
        session, file, municipality="0101", source="Københavns Kommune", imported_by="os:test"
    )
    assert report.rows == report.stored == 7619
    assert report.by_kind == {"block": 4886, "green": 1404, "name": 682, "road": 372, "water": 275}
    city = (716_000.0, 6_168_000.0, 732_000.0, 6_182_500.0)
    coarse = read_basemap(session, "0101", city, detail_m=12, kinds=["water", "green", "road"])
    fine = read_basemap(session, "0101", city, detail_m=1, kinds=["water", "green", "road"])
    points = [frame.geometry.count_coordinates().sum() for frame in (coarse, fine)]
    assert points[0] < points[1] / 2
    names = set(read_basemap(session, "0101", city, kinds=["name"], most_rank=1)["name"])
    assert {"Nørrebro", "Amager Øst", "Indre By"} <= names
