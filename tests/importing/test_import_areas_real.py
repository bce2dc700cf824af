"""The two real editions of Copenhagen's roder, and the faults that they are known to have."""

import pytest

from geo_service.importing.areas import read_areas
from geo_service.importing.memberships import Fix
from geo_service.settings import get_settings

pytestmark = pytest.mark.shared_data
WITHIN = {"district": "distrikt_nr", "bydel": "bydel"}
HELD = ["263", "324", "392", "393", "394"]


def read(name, **choices):
    plain = {"crs": None, "on_invalid": "reject", "within": WITHIN}
    return read_areas(
        get_settings().shared_data / "copenhagen" / name,
        kind="rode", code="rode_nr", name="rodenavn", **(plain | choices),
    )  # fmt: skip


def faulty(rejections, word):
    return sorted(r.key.removeprefix("rode ") for r in rejections if word in str(r))


def test_2014_names_every_known_fault():
    file = read("roder_2014.geojson")
    assert file.rows == 396
    assert faulty(file.rejections, "sig selv") == ["196", "217", "330"]
    assert faulty(file.rejections, "overlapper") == ["392", "394"]
    assert len(file.rejections) == 5
    assert len(file.areas) == 391
    assert not file.held_back
    without = next(remark for remark in file.remarks if "Uden distrikt" in remark)
    assert all(f"rode {code}" in without for code in HELD)
    assert file.crs_stated_by == "filen"


def test_2014_is_complete_when_repair_and_overlap_are_chosen():
    file = read("roder_2014.geojson", on_invalid="repair", on_overlap="accept")
    assert not file.rejections
    assert sorted(file.areas["code"].astype(int)) == list(range(1, 397))
    assert set(file.areas.loc[file.areas["repaired"], "code"]) == {"196", "217", "330"}
    districts = file.memberships.query("group_kind == 'district'")
    assert (len(districts), districts["group_code"].nunique()) == (391, 35)
    assert file.memberships.query("group_kind == 'bydel'")["group_code"].nunique() == 10
    assert districts.set_index("member_code").loc["157", "group_code"] == "12"
    # One rode inside another counts its ground twice.
    inner = file.areas.set_index("code").loc["394", "area_m2"]
    assert (file.areas["area_m2"].sum() - inner) / 1e6 == pytest.approx(
        93.73 - inner / 1e6, abs=0.02
    )


def test_2014_blames_the_repaired_outline_for_ground_it_takes():
    file = read("roder_2014.geojson", on_invalid="repair")
    assert faulty(file.rejections, "overlapper") == ["196", "392", "394"]


def test_2018_holds_back_the_roder_with_the_number_of_their_bydel():
    file = read("roder_2018.csv", crs="EPSG:4326")
    assert file.rows == 396
    assert faulty(file.rejections, "sig selv") == ["262"]
    assert sorted(r.key.removeprefix("rode ") for r in file.held_back) == HELD
    assert len(file.areas) == 396 - 1 - 5


def test_2018_is_complete_when_the_fixes_are_given():
    fixes = [Fix(code, "district", None) for code in HELD]
    file = read("roder_2018.csv", crs="EPSG:4326", on_invalid="repair", fixes=fixes)
    assert not file.rejections
    assert not file.held_back
    assert len(file.areas) == 396
    assert len(file.memberships.query("group_kind == 'district'")) == 391


def test_2018_without_the_bydel_is_caught_by_distance():
    file = read("roder_2018.csv", crs="EPSG:4326", within={"district": "distrikt_nr"})
    assert sorted(r.key.removeprefix("rode ") for r in file.held_back) == HELD
