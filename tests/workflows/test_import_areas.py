"""Files of areas into the database: the two real editions, and files with faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID
from geo_service.errors import AlreadyExists, InvalidInput
from geo_service.storage import areas as store
from geo_service.storage import memberships as membership_store
from geo_service.storage.tables import AuditEntry, ImportBatch
from geo_service.workflows.import_areas import AreaChoices, FaultyAreas, import_areas
from tests import make

CHOICES = AreaChoices(
    municipality="0101",
    kind="rode",
    code="rode_nr",
    name="rodenavn",
    within={"district": "distrikt_nr", "bydel": "bydel"},
    valid_from=date(2014, 9, 1),
)
NEWER = replace(CHOICES, valid_from=date(2018, 9, 1), crs="EPSG:4326")
BOTH = {"on_invalid": "repair", "on_overlap": "accept"}
FIX = "code;group_kind;group_code\n" + "".join(
    f"{code};district;\n" for code in (263, 324, 392, 393, 394)
)
G1_RODER_PER_DISTRICT = [
    *(29, 25, 10, 13, 16, 8, 10, 15, 14, 11, 8, 6, 12, 11, 11, 11, 9, 5),
    *(7, 8, 9, 14, 11, 7, 12, 14, 17, 10, 9, 6, 9, 8, 7, 11, 8),
]


def named(squares: gpd.GeoDataFrame, **columns: object) -> gpd.GeoDataFrame:
    """Return squares with the columns of Copenhagen's file."""
    return squares.rename(columns={"code": "rode_nr", "name": "rodenavn"}).assign(
        distrikt_nr=12, bydel="Nørrebro", **columns
    )


def test_a_clean_file_is_stored_with_its_groups(session: Session, tmp_path: Path) -> None:
    path = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    report = import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    assert (report.rows, report.stored, report.memberships) == (4, 4, 8)
    assert report.groups == {"bydel": 1, "district": 1}
    district = store.read_areas(session, "0101", "district", date(2020, 1, 1))
    assert district["name"].tolist() == ["Distrikt 12"]
    assert district.geometry.area.iloc[0] == pytest.approx(1_000_000, rel=1e-4)
    batch = session.scalars(select(ImportBatch)).one()
    assert (batch.rows_in_file, batch.rows_stored, batch.imported_by) == (4, 4, "os:test")


def test_the_deed_is_in_the_audit(session: Session, tmp_path: Path) -> None:
    """The importing role appends and may not read, so the check is that it may append."""
    path = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    assert AuditEntry.__table__.schema == "adm"


def test_the_same_file_again_stores_nothing(session: Session, tmp_path: Path) -> None:
    path = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    again = import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    assert (again.stored, again.known, again.memberships) == (0, 4, 0)


def test_a_fault_without_a_choice_stores_nothing(session: Session, tmp_path: Path) -> None:
    faulty = named(make.squares())
    bow_tie = (
        "POLYGON((721000 6175000,721500 6175500,721500 6175000,721000 6175500,721000 6175000))"
    )
    faulty.loc[2, "geometry"] = shapely.from_wkt(bow_tie)
    path = make.area_file(tmp_path / "roder.geojson", faulty)
    with pytest.raises(FaultyAreas, match=r"--on-invalid repair .*--on-invalid reject") as refused:
        import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    assert "rode 3" in str(refused.value.rejections[0])
    assert store.editions(session) == []


def test_a_rejected_area_can_be_repaired_into_the_same_edition(
    session: Session, tmp_path: Path
) -> None:
    faulty = named(make.squares())
    # a spike that shapely calls invalid and that costs no area when it is cut off
    spiked = (
        "POLYGON((721000 6175000,721500 6175000,721500 6175500,721250 6175500,721250 6175600,"
        "721250 6175500,721000 6175500,721000 6175000))"
    )
    faulty.loc[2, "geometry"] = shapely.from_wkt(spiked)
    path = make.area_file(tmp_path / "roder.geojson", faulty)
    left_out = import_areas(
        session,
        path,
        replace(CHOICES, on_invalid="reject"),
        imported_by="os:test",
        today=make.TODAY,
    )
    assert (left_out.stored, len(left_out.rejections)) == (3, 1)
    mended = import_areas(
        session,
        path,
        replace(CHOICES, on_invalid="repair"),
        imported_by="os:test",
        today=make.TODAY,
    )
    assert (mended.stored, mended.known) == (1, 3)
    district = store.read_areas(session, "0101", "district", date(2020, 1, 1))
    assert district.geometry.area.iloc[0] == pytest.approx(1_000_000, rel=1e-4)


def test_another_outline_for_the_same_edition_is_refused(session: Session, tmp_path: Path) -> None:
    first = make.area_file(tmp_path / "a.geojson", named(make.squares()))
    import_areas(session, first, CHOICES, imported_by="os:test", today=make.TODAY)
    moved = named(make.squares())
    moved.geometry = moved.geometry.translate(0, 40)
    second = make.area_file(tmp_path / "b.geojson", moved)
    with pytest.raises(AlreadyExists, match="with another outline"):
        import_areas(session, second, CHOICES, imported_by="os:test", today=make.TODAY)


def test_a_group_known_in_another_spelling_keeps_its_code(session: Session, tmp_path: Path) -> None:
    first = make.area_file(tmp_path / "a.geojson", named(make.squares()))
    import_areas(session, first, CHOICES, imported_by="os:test", today=make.TODAY)
    second = make.area_file(tmp_path / "b.geojson", named(make.squares()).assign(bydel="NØRREBRO"))
    report = import_areas(
        session,
        second,
        replace(CHOICES, valid_from=date(2020, 1, 1)),
        imported_by="os:test",
        today=make.TODAY,
    )
    assert report.memberships == 0
    assert any("'NØRREBRO' er den kendte 'Nørrebro'" in remark for remark in report.remarks)


@pytest.mark.shared_data
def test_the_2014_edition(session: Session, shared_data: Path) -> None:
    """G1: 396 roder, 391 of them in 35 districts, 93.727 km²; 394 lies inside 392."""
    path = shared_data / "copenhagen" / "roder_2014.geojson"
    with pytest.raises(FaultyAreas) as refused:
        import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    faults = "\n".join(str(rejection) for rejection in refused.value.rejections)
    for code in (196, 217, 330, 392, 394):
        assert f"rode {code}" in faults
    report = import_areas(
        session, path, replace(CHOICES, **BOTH), imported_by="os:test", today=make.TODAY
    )
    assert (report.stored, report.memberships) == (396, 787)
    assert report.groups == {"bydel": 10, "district": 35}
    held = membership_store.read_memberships(session, "0101", on=date(2014, 9, 1))
    districts = held[held["group_kind"] == "district"]["group_code"].astype(int)
    assert districts.value_counts().sort_index().tolist() == G1_RODER_PER_DISTRICT
    without = set(map(str, range(1, 397))) - set(
        held.loc[held["group_kind"] == "district", "member_code"]
    )
    assert without == {"263", "324", "392", "393", "394"}
    roder = store.read_areas(session, "0101", "rode", date(2014, 9, 1))
    assert roder.crs == DANISH_GRID
    assert roder.geometry.area.sum() / 1e6 == pytest.approx(93.727, abs=0.01)


@pytest.mark.shared_data
def test_the_2018_edition_after_the_2014_one(
    session: Session, shared_data: Path, tmp_path: Path
) -> None:
    older = shared_data / "copenhagen" / "roder_2014.geojson"
    newer = shared_data / "copenhagen" / "roder_2018.csv"
    import_areas(session, older, replace(CHOICES, **BOTH), imported_by="os:test", today=make.TODAY)
    with pytest.raises(InvalidInput, match=r"--crs EPSG:4326"):
        import_areas(
            session,
            newer,
            replace(NEWER, crs=None, **BOTH),
            imported_by="os:test",
            today=make.TODAY,
        )
    with pytest.raises(FaultyAreas) as refused:
        import_areas(session, newer, NEWER, imported_by="os:test", today=make.TODAY)
    assert "rode 262" in str(refused.value.rejections[0])
    first = import_areas(
        session, newer, replace(NEWER, **BOTH), imported_by="os:test", today=make.TODAY
    )
    held_back = {str(rejection.key) for rejection in first.held_back}
    assert held_back == {"rode 263", "rode 324", "rode 392", "rode 393", "rode 394"}
    assert (first.stored, first.groups) == (391, {})
    fix = tmp_path / "ret.csv"
    fix.write_text(FIX, encoding="utf-8")
    second = import_areas(
        session, newer, replace(NEWER, fix=fix, **BOTH), imported_by="os:test", today=make.TODAY
    )
    assert (second.stored, second.known, second.held_back) == (5, 391, [])
    assert second.groups == {"bydel": 10, "district": 35}
    assert len(store.read_areas(session, "0101", "rode", date(2018, 8, 31))) == 396
    assert len(store.read_areas(session, "0101", "rode", date(2018, 9, 1))) == 396


def test_two_spellings_in_a_file_are_one_group_and_said(session: Session, tmp_path: Path) -> None:
    spelt = ["Indre By", "indre by", "Indre-By", "Indre By"]
    path = make.area_file(tmp_path / "a.geojson", named(make.squares()).assign(bydel=spelt))
    report = import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    assert report.groups == {"bydel": 1, "district": 1}
    (told,) = [remark for remark in report.remarks if remark.startswith("Stavet forskelligt")]
    assert "bydel: 'indre by' som 'Indre By' og 'Indre-By' som 'Indre By'" in told
    assert report.held_back == []


def test_names_one_letter_apart_stay_two_and_are_remarked_on(
    session: Session, tmp_path: Path
) -> None:
    spelt = ["Østerbro", "Østerbo", "Amager Øst", "Amager Vest"]
    areas = named(make.squares()).assign(bydel=spelt, distrikt_nr=[1, 2, 3, 4])
    path = make.area_file(tmp_path / "a.geojson", areas)
    report = import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    assert report.groups["bydel"] == 4
    (told,) = [remark for remark in report.remarks if "skrivefejl" in remark]
    assert told.startswith("Bydel 'Østerbo' og 'Østerbro' er to")
    assert "Amager" not in told
