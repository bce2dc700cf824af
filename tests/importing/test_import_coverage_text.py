"""Coverage areas as a list with coordinates: read exactly, told by line, written back the same."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.coverage_areas import CoverageArea, coverage_text
from geo_service.domain.vocabulary import COVERAGE_KINDS
from geo_service.errors import InvalidInput
from geo_service.importing.coverage_text import MOST_AREAS, read_coverage_text

EAST, NORTH = 722_400, 6_178_400
CORNERS = f"{EAST} {NORTH}\n{EAST + 100} {NORTH}\n{EAST + 100} {NORTH + 100}\n"
BOW_TIE = "a; A; rute; gadeteam\n" + "\n".join(
    f"{EAST + east} {NORTH + north}" for east, north in ((0, 0), (100, 100), (100, 0), (0, 100))
)
HALL = f"yn-hallen; Nørrebrohallen; runde; gadeteam; 2; Hallen er lukket\n{CORNERS}"


def test_a_list_with_corners():
    found = read_coverage_text(
        f"# to områder\n\n{HALL}\nyn-vej; Vejen; Dækningsområde; Politi\n{CORNERS}"
    )
    assert found.rejections == []
    hall, road = found.as_areas()
    assert (hall.code, hall.name, hall.kind, hall.agency) == (
        "yn-hallen",
        "Nørrebrohallen",
        "round",
        "street_team",
    )
    assert (hall.capacity, hall.not_at_night) == (2, "Hallen er lukket")
    assert hall.outline.area == 5_000
    assert (road.kind, road.agency, road.capacity, road.not_at_night) == ("area", "police", 1, None)
    assert found.areas["row"].tolist() == [3, 8]
    assert found.areas.crs.to_epsg() == 25832


def test_parts_holes_and_danish_decimals():
    text = (
        "a; A; rute; gadeteam; 1\n"
        "722.400,5 6.178.400\n722500,5 6178400\n722500,5 6178500\n722400,5 6178500\n"
        "hul\n722420 6178420\n722440 6178420\n722440 6178440\n"
        "del\n722600 6178400\n722700 6178400\n722700 6178500\n"
    )
    (area,) = read_coverage_text(text).as_areas()
    assert area.outline.area == 100 * 100 - 200 + 5_000
    assert len(area.outline.geoms) == 2
    assert read_coverage_text(coverage_text([area])).as_areas() == [area]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"A 1; A; rute; gadeteam\n{CORNERS}",
            "række 1, kolonne kode: tekst på 3 tegn er ikke en kode",
        ),
        (f"a; A; sti; gadeteam\n{CORNERS}", "kolonne art: 'sti' kendes ikke"),
        (f"a; A; rute; hær\n{CORNERS}", "kolonne hvem: 'hær' kendes ikke"),
        (f"a; A\n{CORNERS}", "2 felter er ikke det rigtige antal"),
        (f"a; A; rute; gadeteam; mange\n{CORNERS}", "1 til 20 hold"),
        (f"a; A; rute; politi\n{CORNERS}", "rute eller runde er gadeteamets"),
        (f"a; ; rute; gadeteam\n{CORNERS}", "navnet skal have"),
        ("a; A; rute; gadeteam\n", "kolonne hjørner: ingen mangler"),
        ("a; A; rute; gadeteam\n722400 6178400\n722500 6178400\n", "2 er for få"),
        (
            "a; A; rute; gadeteam\n722400,0 6178400.5\n",
            "række 2), kolonne hjørner: '722400,0 6178400.5' er ikke et hjørne",
        ),
        ("a; A; rute; gadeteam\n722400\n", "'722400' er ikke et hjørne"),
        ("a; A; rute; gadeteam\n6178400 722400\n", "(ombyttet?)"),
        ("a; A; rute; gadeteam\n12,55 55,69\n", "ligner grader (længde, bredde)"),
        (
            BOW_TIE,
            "omridset krydser sig selv ved øst",
        ),
        (f"a; A; rute; gadeteam\nhul\n{CORNERS}", "et hul ligger ikke i noget"),
    ],
)
def test_every_bad_value_is_told_by_line(text, said):
    found = read_coverage_text(text)
    assert said in "\n".join(map(str, found.rejections))
    assert found.areas.empty
    assert found.in_file == 1


def test_a_sound_area_beside_a_bad_one_is_read_and_a_code_is_used_once():
    found = read_coverage_text(f"{HALL}\n{HALL}\nb; B; sti; gadeteam\n{CORNERS}")
    assert found.areas["code"].tolist() == ["yn-hallen"]
    assert [one.row for one in found.rejections] == [6, 11]
    assert "står allerede i række 1" in str(found.rejections[0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (CORNERS, "række 1: et dækningsområde begynder med en linje"),
        (f"a; 010190-1234; rute; gadeteam\n{CORNERS}", "CPR-nummer"),
        (HALL * (MOST_AREAS + 1), "over 500"),
        ("#" * 2_000_001, "for lang"),
    ],
)
def test_a_text_that_is_none_is_refused(text, words):
    with pytest.raises(InvalidInput, match=words) as refused:
        read_coverage_text(text)
    assert "1234" not in str(refused.value)


words = st.text(
    st.characters(blacklist_characters=";", blacklist_categories=("C", "Z")),
    min_size=1,
    max_size=12,
)
centimetres = st.integers(0, 100_000).map(lambda value: value / 100)


@given(
    code=st.from_regex(r"[a-zæøå][a-zæøå0-9-]{0,20}", fullmatch=True),
    name=st.lists(words, min_size=1, max_size=3).map(" ".join),
    kind=st.sampled_from(list(COVERAGE_KINDS)),
    capacity=st.integers(1, 20),
    reason=st.none() | words,
    corner=st.tuples(centimetres, centimetres),
    size=st.tuples(st.integers(100, 100_000), st.integers(100, 100_000)),
)
def test_what_is_written_is_read_back_the_same(code, name, kind, capacity, reason, corner, size):
    east, north = EAST + corner[0], NORTH + corner[1]
    outline = shapely.box(east, north, east + size[0] / 100, north + size[1] / 100)
    outline = shapely.set_precision(outline, 0.01)
    area = CoverageArea(code, name, kind, "street_team", outline, capacity, reason)
    found = read_coverage_text(coverage_text([area]))
    if found.rejections:
        pytest.fail(str(found.rejections[0]))
    (back,) = found.as_areas()
    assert (back.code, back.name, back.kind, back.capacity, back.not_at_night) == (
        code,
        name,
        kind,
        capacity,
        reason,
    )
    assert shapely.equals_exact(
        shapely.normalize(back.outline), shapely.normalize(area.outline), tolerance=0.006
    )
    assert coverage_text([back]) == coverage_text([area])


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        found = read_coverage_text(text)
    except InvalidInput:
        return
    assert len(found.areas) <= found.in_file
    assert len(found.areas) == found.in_file or found.rejections
