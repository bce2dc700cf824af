"""School holidays from a CSV: exact days, one rejection per bad value."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.calendar import SchoolHoliday
from geo_service.errors import InvalidInput
from geo_service.importing.school_holidays import read_school_holidays

HEADER = "ferie;første dag;sidste dag"


def read(*lines: str, header: str = HEADER):
    content = "\r\n".join([header, *lines]).encode()
    return read_school_holidays(content, file="ferier.csv", municipality="0101")


def test_holidays_in_order():
    found = read("Juleferie;19-12-2026;03-01-2027", "Efterårsferie;10-10-2026;18-10-2026")
    assert found.rejections == []
    assert found.holidays == [
        SchoolHoliday("0101", "Efterårsferie", date(2026, 10, 10), date(2026, 10, 18)),
        SchoolHoliday("0101", "Juleferie", date(2026, 12, 19), date(2027, 1, 3)),
    ]


def test_every_bad_value_is_told():
    found = read(
        ";10-10-2026;18-10-2026",
        "Vinterferie;31-02-2026;18.02.2026",
        "Påske;10-04-2026;01-04-2026",
        "Sommer;27-06-2026;09-08-2027",
        "Efterårsferie;10-10-2026",
    )
    assert found.holidays == []
    assert {(one.row, one.column) for one in found.rejections} == {
        (2, "ferie"),
        (3, "første dag"),
        (3, "sidste dag"),
        (4, "sidste dag"),
        (5, "sidste dag"),
        (6, "hele rækken"),
    }


def test_holidays_that_share_days_are_told():
    found = read("Efterårsferie;10-10-2026;18-10-2026", "Ekstra;18-10-2026;20-10-2026")
    assert len(found.holidays) == 2
    assert "overlapper hinanden" in found.remarks[-1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "tom"),
        (b"navn;fra;til\nx;1;2", "mangler kolonnen ferie, første dag og sidste dag"),
        (HEADER.encode() + b"\nElev 010190-1234;10-10-2026;18-10-2026", "CPR-nummer"),
    ],
)
def test_a_file_that_is_none_is_refused(content, words):
    with pytest.raises(InvalidInput, match=words):
        read_school_holidays(content, file="f.csv", municipality="0101")


@given(
    st.lists(
        st.tuples(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 69)), min_size=1
    )
)
def test_written_holidays_come_back_as_they_went(spans):
    expected = [(first, first + timedelta(days=days)) for first, days in spans]
    found = read(*(f"Ferie;{first:%d-%m-%Y};{last:%d-%m-%Y}" for first, last in expected))
    assert found.rejections == []
    assert [(one.first, one.last) for one in found.holidays] == sorted(
        expected, key=lambda span: span[0]
    )
