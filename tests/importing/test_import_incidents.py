"""Incident files: every bad value by row and column, and no row lost."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from geo_service.domain.grid import require_crs
from geo_service.domain.vocabulary import CRIME_TYPES
from geo_service.errors import InvalidInput, NotFound
from geo_service.importing.incidents import read_incidents
from geo_service.importing.mapping import SHIPPED_MAPPING, load_mapping
from geo_service.importing.report import cures
from tests import make

HEADER = "id;type;fra;til;øst;nord;rum"
GOOD = "K{n};Hærværk;05-03-2026 21:00;05-03-2026 22:30;725.369,15;6174606,05;udendørs"
SHIPPED = load_mapping()
reuse_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)


def good(n):
    return GOOD.format(n=n).split(";")


def write(folder: Path, rows, *, header=HEADER, encoding="utf-8", end="\r\n") -> Path:
    lines = [header, *(row if isinstance(row, str) else ";".join(row) for row in rows)]
    path = folder / "hændelser.csv"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return path


def read(folder, rows, **kwargs):
    return read_incidents(write(folder, rows, **kwargs), SHIPPED, now=make.NOW)


def balanced(file) -> bool:
    bad = {rejection.row for rejection in file.rejections}
    return file.rows == len(file.incidents) + file.duplicates + len(bad)


def test_a_good_row_arrives_whole(tmp_path):
    file = read(tmp_path, [good(1)])
    (incident,) = file.incidents.itertuples()
    require_crs(file.incidents, "incidents")
    assert (incident.geometry.x, incident.geometry.y) == (725369.15, 6174606.05)
    assert incident.occurred_from == datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
    assert incident.occurred_to == datetime(2026, 3, 5, 21, 30, tzinfo=UTC)
    assert (incident.source_ref, incident.crime_type, incident.setting, incident.row) == (
        "K1", "haervaerk", "public_space", 2
    )  # fmt: skip
    assert incident.source_system == "dansk-csv"
    assert len(file.sha256) == 64
    assert not file.rejections


# column, bad text, what the message must say
BAD = [
    ("fra", "32-13-2026 10:00", "'32-13-2026 10:00' er ikke et tidspunkt (ventet dd-mm-åååå tt:mm"),
    ("fra", "", "tomt felt er ikke et tidspunkt"),
    ("fra", "29-03-2026 02:30", "findes ikke: uret blev stillet frem"),
    ("til", "05-03-2027 22:30", "'05-03-2027 22:30' ligger i fremtiden"),
    ("til", "05-03-2026 20:59", "ligger før tidspunktet i fra"),
    ("til", "i går aftes ved tolvtiden", "tekst på 25 tegn er ikke et tidspunkt"),
    ("øst", "725369.15", "'725369.15' er ikke et dansk tal"),
    ("øst", "NaN", "'NaN' er ikke et dansk tal"),
    ("nord", "1e999", "er ikke et dansk tal"),
    ("nord", "", "tomt felt er ikke et dansk tal"),
    ("type", "graffiti", "'graffiti' er ikke et kendt ord (ventet et af vold"),
    ("type", "", "tomt felt er ikke et kendt ord"),
    ("rum", "månen", "'månen' er ikke et kendt ord"),
    ("id", "", "tomt felt kan ikke være et nummer"),
    ("id", "x" * 101, "tekst på 101 tegn kan ikke være et nummer"),
]


@reuse_folder
@given(data=st.data(), count=st.integers(1, 3_000), bad=st.sampled_from(BAD))
@example(data=None, count=3_000, bad=BAD[0])
def test_one_bad_value_is_reported_at_its_row_and_no_other(tmp_path, data, count, bad):
    column, text, message = bad
    at = count - 1 if data is None else data.draw(st.integers(0, count - 1))
    rows = [good(n) for n in range(count)]
    rows[at][HEADER.split(";").index(column)] = text
    file = read(tmp_path, rows)
    (rejection,) = file.rejections
    assert (rejection.row, rejection.column) == (at + 2, column)
    assert str(rejection).startswith(f"række {at + 2}, kolonne {column}: ")
    assert message in str(rejection)
    assert len(file.incidents) == count - 1
    assert balanced(file)


cells = st.sampled_from(["", "vold", "uro", "05-03-2026 21:00", "05-03-2026", "725369,15",
                         "6174606", "-1", "0", "æ", "K1", "K2", '"', "1;2", "ude"])  # fmt: skip


@reuse_folder
@given(st.lists(st.one_of(
    st.lists(cells, min_size=5, max_size=8),
    st.integers(1, 4).map(good),
    st.just([""]),
), max_size=25))  # fmt: skip
def test_every_row_is_stored_rejected_or_a_duplicate(tmp_path, rows):
    path = write(tmp_path, rows)
    nothing = not any("".join(row).replace(";", "").strip() for row in rows)
    if nothing or '"' in path.read_text(encoding="utf-8"):
        # Quotation marks that do not pair up stop the file; where they do, it is read.
        with suppress(InvalidInput):
            assert balanced(read_incidents(path, SHIPPED, now=make.NOW))
        return
    file = read_incidents(path, SHIPPED, now=make.NOW)
    assert balanced(file)
    assert file.rows == sum(bool("".join(row).replace(";", "").strip()) for row in rows)
    assert (file.incidents["occurred_from"] <= file.incidents["occurred_to"]).all()
    assert file.incidents["crime_type"].isin(list(CRIME_TYPES)).all()
    assert file.incidents["source_ref"].is_unique


def test_the_encoding_does_not_change_what_is_read(tmp_path):
    rows = [good(1), good(2)]
    plain, bom, windows = (
        read(tmp_path, rows, encoding=encoding) for encoding in ("utf-8", "utf-8-sig", "cp1252")
    )
    assert plain.incidents.equals(bom.incidents)
    assert plain.incidents.equals(windows.incidents)
    assert "cp1252" in windows.remarks[0]
    assert "cp1252" not in " ".join(plain.remarks + bom.remarks)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "er tom"),
        (b"  \n ", "er tom"),
        ("id;type".encode("utf-16"), "UTF-8"),
        (b"id;\x81", "hverken UTF-8 eller cp1252"),
        ("id;type\n1;hærværk".encode().decode("cp1252").encode("utf-8"), "linje 2"),
        (HEADER.encode(), "ingen rækker"),
        (
            HEADER.replace("øst", "x").encode() + b"\n1;2",
            "mangler kolonnen øst. Filen har id, type",
        ),
        (HEADER.replace(";", ",").encode() + b"\n1", "adskilt af et andet tegn"),
        (f"{HEADER};id\n1".encode(), "'id' står to gange"),
        (f'{HEADER}\n"K1;2\n3;4'.encode(), "anførselstegnene"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_whole(tmp_path, content, message):
    path = tmp_path / "fil.csv"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=message):
        read_incidents(path, SHIPPED, now=make.NOW)


def test_stray_quotes_cannot_hide_rows(tmp_path):
    rows = [[*good(n), "note"] for n in range(9)]
    rows[2][-1], rows[5][-1] = '"stjålet', 'cykel"'
    with pytest.raises(InvalidInput, match="post 4"):
        read(tmp_path, rows, header=f"{HEADER};note")


def test_records_over_several_lines_keep_their_numbers(tmp_path):
    rows = [[*good(1), '"to\r\nlinjer"'], [*good(2), ""], [*good(3), ""]]
    rows[2][2] = "i går"
    (rejection,) = read(tmp_path, rows, header=f"{HEADER};note").rejections
    assert str(rejection).startswith("post 4, kolonne fra")


def test_blank_lines_count_as_a_spreadsheet_counts_them(tmp_path):
    bad = good(2)
    bad[4] = "x y"
    file = read(tmp_path, [good(1), "", ";;;;;;", bad, "", ""])
    assert [rejection.row for rejection in file.rejections] == [5]
    assert file.rows == 2
    assert "Tomme linjer sprunget over: 2." in file.remarks


@pytest.mark.parametrize("wrong", [GOOD + ";mere", GOOD.rpartition(";")[0]])
def test_a_row_with_other_fields_than_the_header_is_one_rejection(tmp_path, wrong):
    file = read(tmp_path, [good(1), wrong, good(3)])
    (rejection,) = file.rejections
    assert (rejection.row, rejection.expected) == (3, "7 felter som i overskriften")
    assert len(file.incidents) == 2


@pytest.mark.parametrize(
    ("east", "north", "message"),
    [
        ("6174606,05", "725369,15", "ombyttet?"),
        ("12,5683", "55,6761", "ligner grader (længde, bredde)"),
        ("55,6761", "12,5683", "ombyttet?"),
        ("0", "0", "ligner 0,0"),
        ("725", "6174", "uden for Danmark"),
    ],
)
def test_a_point_in_the_wrong_place_is_named(tmp_path, east, north, message):
    row = good(1)
    row[4:6] = east, north
    (rejection,) = read(tmp_path, [row]).rejections
    assert rejection.column == "øst og nord"
    assert message in str(rejection)


def test_degrees_are_read_where_the_mapping_says_so(tmp_path):
    mapping = SHIPPED.model_copy(update={"crs": "EPSG:4326"})
    row = good(1)
    row[4:6] = "9", "56"  # on the central meridian of zone 32
    (point,) = read_incidents(write(tmp_path, [row]), mapping, now=make.NOW).incidents.geometry
    # There the northing is the arc of the meridian (GRS80), times the scale of UTM.
    squared_eccentricity = 0.00669438002290
    latitude = np.radians(np.linspace(0, 56, 20_001))
    curvature = (1 - squared_eccentricity * np.sin(latitude) ** 2) ** -1.5
    arc = 6_378_137 * (1 - squared_eccentricity) * np.trapezoid(curvature, latitude)
    assert point.x == pytest.approx(500_000, abs=0.001)
    assert point.y == pytest.approx(0.9996 * arc, abs=0.01)


def test_equal_rows_count_once_and_contradicting_rows_not_at_all(tmp_path):
    other = good(2)
    other[1] = "uro"
    file = read(tmp_path, [good(1), good(1), good(1), good(2), other])
    assert file.duplicates == 2
    assert list(file.incidents["source_ref"]) == ["K1"]
    assert [rejection.row for rejection in file.rejections] == [5, 6]
    assert "forskelligt indhold" in str(file.rejections[0])


def test_the_hour_that_comes_twice_is_an_interval_and_said(tmp_path):
    row = good(1)
    row[2:4] = "25-10-2026 02:30", ""
    file = read(tmp_path, [good(0), row])
    incident = file.incidents.iloc[1]
    assert incident["occurred_to"] - incident["occurred_from"] == timedelta(hours=1)
    assert any("oktober" in remark and "række 3" in remark for remark in file.remarks)


CPR = [
    "010126-1234",
    "0101261234",
    "010126 1234",
    "cpr:0101261234x",
    "０１０１２６１２３４",
    "290200–1234",
]


@pytest.mark.parametrize("cpr", CPR)
@pytest.mark.parametrize("column", [0, 1, 2, 6, 7])
def test_a_cpr_number_stops_the_file_and_is_not_repeated(tmp_path, cpr, column):
    row = [*good(2), "ukendt"]
    row[column] = cpr
    with pytest.raises(InvalidInput, match="række 3") as caught:
        read(tmp_path, [[*good(1), ""], row], header=f"{HEADER};note")
    assert cpr not in str(caught.value)
    assert f"{HEADER};note".split(";")[column] in str(caught.value)


def test_a_cpr_number_in_the_header_is_not_repeated(tmp_path):
    with pytest.raises(InvalidInput, match=r"række 1, kolonne nr\. 2") as caught:
        read(tmp_path, [good(1)], header="K1;0101261234;x")
    assert "0101261234" not in str(caught.value)


@pytest.mark.parametrize("harmless", ["3201261234", "0113261234", "12345678901", "sag 010126/12"])
def test_what_only_resembles_a_cpr_number_passes(tmp_path, harmless):
    row = good(1)
    row[0] = harmless
    assert len(read(tmp_path, [row]).incidents) == 1


def test_columns_without_a_use_are_dropped_and_named(tmp_path):
    file = read(tmp_path, [[*good(1), "Fru X"]], header=f"{HEADER};Forurettet")
    assert any("Forurettet" in remark for remark in file.remarks)
    assert "Fru X" not in file.incidents.to_string()


def test_cures_are_given_once(tmp_path):
    rows = [good(n) for n in range(5)]
    for row in rows:
        row[4] = "725369.15"
    assert len(cures(read(tmp_path, rows).rejections)) == 1


@pytest.mark.parametrize("path", ["/vsicurl/http://localhost/x.csv", "http://localhost/x", "PG:x"])
def test_addresses_are_no_files(path):
    with pytest.raises(InvalidInput, match="Kun filer"):
        read_incidents(Path(path), SHIPPED, now=make.NOW)


def test_a_missing_file_and_a_folder_are_said_in_words(tmp_path):
    with pytest.raises(NotFound, match="findes ikke"):
        read_incidents(tmp_path / "intet.csv", SHIPPED, now=make.NOW)
    with pytest.raises(NotFound, match="mappe"):
        read_incidents(tmp_path, SHIPPED, now=make.NOW)


def test_the_shipped_mapping_reaches_every_type():
    assert set(SHIPPED.crime_types.values()) == set(CRIME_TYPES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"uro" = "uro"', '"uro" = "larm"', "'larm'; brug en af vold"),
        ('east = "øst"', 'est = "øst"', "columns.east: mangler; columns.est: kendes ikke"),
        ("Europe/Copenhagen", "Europe/Kobenhavn", "tidszonen"),
        ("%d-%m-%Y %H:%M", "%d/%m/%y", "Formatet"),
        ('separator = ";"', "separator = ;", "TOML"),
    ],
)
def test_a_faulty_mapping_is_refused_when_it_is_loaded(tmp_path, old, new, message):
    text = SHIPPED_MAPPING.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "kilde.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput, match=message):
        load_mapping(path)


@pytest.mark.parametrize(
    ("moment", "accepted"),
    [
        ("23-11-2026 13:00", True),  # the moment of the import, in Danish time
        ("23-11-2026 13:15", True),  # as far as clocks may differ
        ("23-11-2026 13:16", False),
        ("23-11-2026", True),  # some time today
        ("24-11-2026", False),
    ],
)
@pytest.mark.parametrize("column", ["fra", "til"])
def test_nothing_lies_after_the_moment_of_the_import(tmp_path, moment, accepted, column):
    row = good(1)
    row[2] = moment if column == "fra" else "05-03-2026 21:00"
    row[3] = moment if column == "til" else ""
    file = read(tmp_path, [row, good(2)])
    assert balanced(file)
    found = [(rejection.row, rejection.column) for rejection in file.rejections]
    assert found == ([] if accepted else [(2, column)])
    assert len(file.incidents) == (2 if accepted else 1)
