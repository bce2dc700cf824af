"""A file that lacks areas in force ends none of them unless that is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
from sqlalchemy.orm import Session

from geo_service.errors import InvalidInput
from geo_service.storage import areas as store
from geo_service.workflows.import_areas import AreaChoices, AreaReport, import_areas
from geo_service.workflows.missing_areas import MissingAreas
from tests import make
from tests.workflows.test_import_areas import CHOICES, named

NEW_DAY = date(2020, 1, 1)
LATER = replace(CHOICES, valid_from=NEW_DAY)


def load(session: Session, path: Path, areas: gpd.GeoDataFrame, choices: AreaChoices) -> AreaReport:
    file = make.area_file(path, areas)
    return import_areas(session, file, choices, imported_by="os:test", today=make.TODAY)


@pytest.fixture
def first(session: Session, tmp_path: Path) -> Path:
    """Four roder in one district from 2014, and where to write the next file."""
    load(session, tmp_path / "roder.geojson", named(make.squares()), CHOICES)
    return tmp_path / "ny.geojson"


def corrected(offset_m: float = 40.0) -> gpd.GeoDataFrame:
    """Return rode 4 alone, its outline moved north."""
    one = named(make.squares()).iloc[[3]]
    return one.set_geometry(one.geometry.translate(0, offset_m))


def in_force(session: Session, kind: str, on: date) -> list[str]:
    return store.read_areas(session, "0101", kind, on)["code"].tolist()


def test_a_file_of_one_rode_does_not_end_the_others(session: Session, first: Path) -> None:
    with pytest.raises(MissingAreas) as refused:
        load(session, first, corrected(), LATER)
    words = str(refused.value)
    assert "3 af de 4 områder (rode)" in words
    assert "1 (Rode 1), 2 (Rode 2) og 3 (Rode 3)" in words
    assert "--on-missing keep" in words
    assert "--on-missing end" in words
    assert in_force(session, "rode", NEW_DAY) == ["1", "2", "3", "4"]
    assert {row["valid_from"] for row in store.editions(session)} == {CHOICES.valid_from}


def test_the_first_few_of_many_are_named(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path / "a.geojson", named(make.squares(9)), CHOICES)
    with pytest.raises(MissingAreas, match=r"8 af de 9 .* 5 \(Rode 5\) og 3 til"):
        load(session, tmp_path / "b.geojson", named(make.squares(9)).iloc[[8]], LATER)


def test_those_that_are_kept_go_on_as_they_were(session: Session, first: Path) -> None:
    before = store.read_areas(session, "0101", "rode", CHOICES.valid_from).set_index("code")
    report = load(session, first, corrected(), replace(LATER, on_missing="keep", source="Ny"))
    assert (report.rows, report.stored) == (1, 1)
    assert any("Gælder videre" in remark and "3 (1 (" in remark for remark in report.remarks)
    now = store.read_edition(session, "0101", "rode", NEW_DAY).set_index("code")
    assert now.index.tolist() == ["1", "2", "3", "4"]
    same = now.geometry.geom_equals(before.geometry)
    assert same.to_dict() == {"1": True, "2": True, "3": True, "4": False}
    shown = store.read_areas(session, "0101", "rode", NEW_DAY).set_index("code")["source"]
    assert shown.tolist() == ["roder.geojson"] * 3 + ["Ny"]
    assert store.read_areas(session, "0101", "rode", date(2019, 12, 31)).shape[0] == 4


def test_groups_are_made_of_what_was_kept_too(session: Session, first: Path) -> None:
    load(session, first, corrected(), replace(LATER, on_missing="keep"))
    district = store.read_areas(session, "0101", "district", NEW_DAY)
    assert district["name"].tolist() == ["Distrikt 12"]
    assert district.geometry.area.iloc[0] == pytest.approx(1_000_000, rel=1e-4)


def test_groups_are_made_anew_of_a_file_that_names_none(session: Session, first: Path) -> None:
    """The borders of a rode are those of its district, whether the file says so or not."""
    load(session, first, corrected(), replace(LATER, within={}, on_missing="keep"))
    district = store.read_areas(session, "0101", "district", NEW_DAY).iloc[0]
    assert district.valid_from == NEW_DAY
    assert district.geometry.bounds[3] == pytest.approx(make.SOUTH + make.SIDE + 40, abs=0.1)


def test_an_official_district_is_not_made_anew(session: Session, first: Path) -> None:
    load(session, first, named(make.squares()), replace(LATER, within={}))
    official = make.squares(1).assign(code="12", name="Distriktet")
    day = date(2021, 1, 1)
    store.store_areas(session, official, make.edition("district", day))
    choices = replace(CHOICES, within={}, on_missing="keep", valid_from=date(2022, 1, 1))
    report = load(session, first, corrected(), choices)
    assert report.groups == {"bydel": 1}
    assert store.read_areas(session, "0101", "district", date(2022, 1, 1))["name"][0] == (
        "Distriktet"
    )


def test_the_name_of_a_group_goes_on(session: Session, tmp_path: Path) -> None:
    known = replace(CHOICES, group_names={("district", "12"): "Ydre Nørrebro"})
    load(session, tmp_path / "a.geojson", named(make.squares()), known)
    load(session, tmp_path / "b.geojson", corrected(), replace(LATER, on_missing="keep"))
    assert store.read_areas(session, "0101", "district", NEW_DAY)["name"][0] == "Ydre Nørrebro"


def test_what_is_made_of_schematic_outlines_too_says_so(session: Session, tmp_path: Path) -> None:
    schematic = replace(CHOICES, outline="schematic", source="A")
    load(session, tmp_path / "a.geojson", named(make.squares()), schematic)
    keep = replace(LATER, on_missing="keep", source="B")
    load(session, tmp_path / "b.geojson", corrected(), keep)
    newest = [row for row in store.editions(session) if row["valid_from"] == NEW_DAY]
    assert {row["outline"] for row in newest} == {"schematic"}
    assert {row["kind"]: row["source"] for row in newest}["rode"] == "A; B"


def test_those_that_are_ended_end(session: Session, first: Path) -> None:
    report = load(session, first, corrected(), replace(LATER, on_missing="end"))
    assert any("Ophører 01-01-2020" in remark and "3 (1 (" in remark for remark in report.remarks)
    assert in_force(session, "rode", NEW_DAY) == ["4"]
    assert in_force(session, "rode", date(2019, 12, 31)) == ["1", "2", "3", "4"]


def test_an_edition_before_a_later_one_is_asked_too(session: Session, first: Path) -> None:
    load(session, first, named(make.squares()), LATER)
    between = replace(CHOICES, valid_from=date(2016, 1, 1))
    with pytest.raises(MissingAreas):
        load(session, first, corrected(), between)
    load(session, first, corrected(), replace(between, on_missing="keep"))
    periods = {
        (row["valid_from"], row["valid_to"], row["areas"])
        for row in store.editions(session)
        if row["kind"] == "rode"
    }
    assert periods == {
        (date(2014, 9, 1), date(2016, 1, 1), 4),
        (date(2016, 1, 1), NEW_DAY, 4),
        (NEW_DAY, None, 4),
    }


def test_the_same_file_again_asks_nothing(session: Session, first: Path) -> None:
    load(session, first, corrected(), replace(LATER, on_missing="keep"))
    again = load(session, first, corrected(), LATER)
    assert (again.stored, again.known) == (0, 1)


def test_ground_shared_with_a_neighbour_that_goes_on_is_refused(
    session: Session, first: Path
) -> None:
    wide = named(make.squares()).iloc[[3]]
    wide = wide.set_geometry(wide.geometry.translate(-100, 0))
    keep = replace(LATER, on_missing="keep")
    with pytest.raises(InvalidInput, match=r"4 og 3 \(50\.0\d\d m²\).*--on-overlap accept"):
        load(session, first, wide, keep)
    report = load(session, first, wide, replace(keep, on_overlap="accept"))
    assert any("4 og 3" in remark for remark in report.remarks)


@pytest.mark.parametrize("day", [date(2999, 1, 1), date(1899, 12, 31), date(2029, 1, 1)])
def test_a_day_that_must_be_a_typing_error_is_refused(
    session: Session, tmp_path: Path, day: date
) -> None:
    with pytest.raises(InvalidInput, match=r"tidligst 01-01-1900 og senest 31-12-2028"):
        load(session, tmp_path / "a", named(make.squares()), replace(CHOICES, valid_from=day))
    assert store.editions(session) == []


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2028, 12, 31)])
def test_the_first_and_the_last_day_are_taken(session: Session, tmp_path: Path, day: date) -> None:
    load(session, tmp_path / "a", named(make.squares()), replace(CHOICES, valid_from=day))
    assert {row["valid_from"] for row in store.editions(session)} == {day}
