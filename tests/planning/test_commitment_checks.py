"""Commitments: parts of an evening, the rules of a promise, and what is told about it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.commitments import (
    PARTS_OF_EVENING,
    Commitment,
    PoliceDetail,
    part_of_evening,
)
from geo_service.domain.coverage_areas import CoverageArea
from geo_service.domain.evenings import COPENHAGEN, at_hour
from geo_service.domain.opening_hours import WeeklyHours
from geo_service.domain.staffing import StaffedPresence
from geo_service.errors import InvalidInput
from geo_service.planning.commitment_checks import check_commitments

FRIDAY = date(2026, 11, 27)
SQUARE = shapely.box(722_000, 6_178_000, 722_100, 6_178_100)
AREAS = {
    "park": CoverageArea("park", "Parken", "area", "street_team", SQUARE, 1, "Ingen lys."),
    "vej": CoverageArea("vej", "Vejen", "area", "police", SQUARE),
}


def promise(area: str = "vej", part: str = "20–22", form: str = "on_foot", **other) -> Commitment:
    evening = other.pop("evening", FRIDAY)
    period = part_of_evening(evening, part)
    return Commitment(*period, area, evening, form, **other)


def checked(*commitments: Commitment, **other):
    return check_commitments(
        commitments,
        areas=AREAS,
        first_evening=FRIDAY,
        last_evening=FRIDAY + timedelta(days=13),
        **other,
    )


@pytest.mark.parametrize(
    ("text", "starts", "ends"),
    [
        ("20–24", (27, 20, 0), (28, 0, 0)),
        ("20-22", (27, 20, 0), (27, 22, 0)),
        ("kl. 22.30–02.00", (27, 22, 30), (28, 2, 0)),
        ("22:30 - 2", (27, 22, 30), (28, 2, 0)),
        ("00–02", (28, 0, 0), (28, 2, 0)),
        ("22–06", (27, 22, 0), (28, 6, 0)),
        ("Hele  aftenen", (27, 17, 0), (28, 2, 0)),
        ("sen aften", (27, 22, 0), (28, 2, 0)),
    ],
)
def test_parts_of_an_evening(text, starts, ends):
    assert part_of_evening(FRIDAY, text) == tuple(
        datetime(2026, 11, day, hour, minute, tzinfo=COPENHAGEN)
        for day, hour, minute in (starts, ends)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20",
        "aftenen",
        "22–20",
        "20–20",
        "25–26",
        "20–24.30",
        "20.60–22",
        "22–06.30",
        "20–22 og lidt",
    ],
)
def test_what_is_no_part_of_an_evening_is_refused(text):
    with pytest.raises(InvalidInput, match="»hele aftenen«, »tidlig aften«, »aften«, »sen aften«"):
        part_of_evening(FRIDAY, text)


def test_a_time_the_clock_jumps_over_is_refused_in_words():
    with pytest.raises(InvalidInput, match="findes ikke"):
        part_of_evening(date(2026, 3, 28), "22–02.30")
    with pytest.raises(InvalidInput, match="kommer to gange"):
        part_of_evening(date(2026, 10, 24), "22–02.30")


@given(first=st.integers(6 * 60, 30 * 60 - 1), length=st.integers(1, 24 * 60))
def test_a_written_part_comes_back_as_it_went(first, length):
    last = min(first + length, 30 * 60)
    text = "–".join(f"{mark // 60 % 24:02d}.{mark % 60:02d}" for mark in (first, last))
    period = part_of_evening(FRIDAY, text)
    start = at_hour(FRIDAY, 0).astimezone(UTC)
    assert period.starts_at == start + timedelta(minutes=first)
    assert period.ends_at == start + timedelta(minutes=last)


@given(st.text(alphabet="0123456789.:-– kl", max_size=14))
def test_any_text_is_a_part_of_the_evening_or_a_refusal(text):
    try:
        period = part_of_evening(FRIDAY, text)
    except InvalidInput:
        return
    assert at_hour(FRIDAY, 6) <= period.starts_at < period.ends_at <= at_hour(FRIDAY, 30)


def test_every_named_part_lies_within_the_whole_evening():
    whole = part_of_evening(FRIDAY, "hele aftenen")
    for name in PARTS_OF_EVENING:
        part = part_of_evening(FRIDAY, name)
        assert whole.starts_at <= part.starts_at < part.ends_at <= whole.ends_at


def test_a_promise_of_friday_may_lie_after_midnight():
    late = promise(part="00–02")
    assert late.evening == FRIDAY
    assert late.words == "politi, gående, fre 27. nov kl. 00.00–02.00"
    assert late.gives_presence
    assert not promise(form="on_call").gives_presence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": "flying"}, "gående, kørende, besøg i container eller til rådighed"),
        ({"agency": "army"}, "politi eller gadeteam"),
        ({"ends_at": at_hour(FRIDAY, 20)}, "slutte efter"),
        ({"evening": FRIDAY + timedelta(days=1)}, "ligger ikke på aftenen lør 28. nov"),
        ({"ends_at": at_hour(FRIDAY, 31)}, "ligger ikke på aftenen"),
    ],
)
def test_a_promise_that_is_none_is_refused(change, words):
    fields = {
        "starts_at": at_hour(FRIDAY, 20),
        "ends_at": at_hour(FRIDAY, 22),
        "area_code": "vej",
        "evening": FRIDAY,
        "form": "on_foot",
    }
    with pytest.raises(InvalidInput, match=words):
        Commitment(**(fields | change))


def test_a_plain_promise_gives_nothing_to_tell():
    assert checked(promise(), promise("park", "22–24"), promise("vej", "22–24")) == []


def test_twice_the_same_place_and_time_is_refused():
    (finding,) = checked(promise(), promise(part="21–23", form="driving"))
    assert finding.rule == "double_commitment"
    assert finding.blocks
    # the street team may be there too: that is joint presence
    assert checked(promise("park"), promise("park", agency="street_team")) == []


def test_units_are_named_only_where_the_police_have_said_so():
    named = promise(unit="P1"), promise(unit="P2")
    rules = {finding.rule for finding in checked(*named)}
    assert rules == {"unit_names_off", "double_commitment"}
    assert checked(*named, detail=PoliceDetail(unit_names=True)) == []


def test_places_and_evenings_outside_the_agreement_are_refused():
    nowhere, early = promise("havn"), promise(evening=FRIDAY - timedelta(days=1))
    assert [(one.rule, one.blocks) for one in checked(nowhere, early)] == [
        ("outside_period", True),
        ("unknown_area", True),
    ]


def test_the_dark_park_after_midnight_is_told_with_its_reason():
    (finding,) = checked(promise("park", "22–02"))
    assert finding.rule == "not_at_night"
    assert not finding.blocks
    assert "Parken dækkes ikke efter midnat: Ingen lys. Slut" in finding.text
    assert checked(promise("park", "22–24")) == []
    assert checked(promise("park", "22–02", form="on_call")) == []


def test_the_street_team_is_told_where_the_police_are_alone():
    (finding,) = checked(promise("vej", agency="street_team"))
    assert finding.rule == "wrong_agency"


def test_a_visit_to_a_container_needs_somebody_in_it():
    container = StaffedPresence(
        "container", "c", "Containeren", "park", (WeeklyHours(5, time(18), time(22)),)
    )
    visit = promise("park", "21–23", form="container_visit")
    assert checked(visit, staffed=[container]) == []
    (late,) = checked(promise("park", "22–23", form="container_visit"), staffed=[container])
    assert "fre 27. nov kl. 18.00–22.00" in late.text
    (none,) = checked(visit)
    assert "ikke bemandet den aften" in none.text


def test_a_promise_across_the_clock_change_stands_and_is_told():
    evening = date(2026, 10, 24)
    (finding,) = check_commitments(
        [promise(part="22–04", evening=evening)],
        areas=AREAS,
        first_evening=evening,
        last_evening=evening,
    )
    assert finding.rule == "clock_change"
    assert "varer 7 timer, ikke 6 timer" in finding.text
