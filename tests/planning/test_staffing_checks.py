"""Shifts and absences: two places at once, rest in nights of 23 and 25 hours, who is left."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.evenings import COPENHAGEN, Period, at_hour, overlap_minutes
from geo_service.domain.findings import Finding, refuse
from geo_service.domain.opening_hours import DatedHours, WeeklyHours
from geo_service.domain.staffing import (
    Absence,
    Shift,
    StaffedPresence,
    StreetTeamRules,
    crew_of,
    teams_in,
)
from geo_service.errors import InvalidInput
from geo_service.planning.staffing_checks import (
    check_staffing,
    clock_change_sentence,
    overlapping_shifts,
    short_rests,
)

FRIDAY = date(2026, 11, 27)
RULES = StreetTeamRules()


def shift(member: str, day: date, first: float, last: float) -> Shift:
    """A shift by hours counted from the midnight before `day`."""
    return Shift(clock(day, first), clock(day, last), member)


def clock(day: date, hour: float) -> datetime:
    return at_hour(day, int(hour)).astimezone(UTC) + timedelta(minutes=round(hour % 1 * 60))


def rules_of(findings: list[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def test_a_member_in_two_places_is_refused_by_name_of_the_rule():
    shifts = [
        shift("G1", FRIDAY, 18, 23),
        shift("G1", FRIDAY, 21.5, 26),
        shift("G2", FRIDAY, 18, 23),
    ]
    (finding,) = overlapping_shifts(shifts)
    assert str(finding) == (
        "Overlappende vagter: G1 har to vagter på én gang: fre 27. nov kl. 18.00–23.00 og "
        "fre 27. nov kl. 21.30–02.00 (1 time og 30 minutter). Ret eller slet den ene."
    )
    with pytest.raises(InvalidInput, match="Overlappende vagter"):
        refuse(check_staffing(shifts, rules=RULES))
    refuse(check_staffing(shifts[1:], rules=RULES))


def test_shifts_that_touch_do_not_overlap():
    assert not overlapping_shifts([shift("G1", FRIDAY, 14, 18), shift("G1", FRIDAY, 18, 23)])


@pytest.mark.parametrize(
    ("evening", "ends", "begins", "found"),
    [
        (date(2026, 11, 27), 23, 24 + 10, None),
        (date(2026, 11, 27), 24, 24 + 10, "10 timer fra"),
        # by the clock eleven hours lie between them, but the clock is put forward
        (date(2026, 3, 28), 23, 24 + 10, "10 timer fra"),
        # and here by the clock only ten, but it is put back
        (date(2026, 10, 24), 24, 24 + 10, None),
    ],
)
def test_eleven_hours_of_rest_are_eleven_true_hours(evening, ends, begins, found):
    """Directive 2003/88/EC, article 3."""
    shifts = [shift("G1", evening, 18, ends), shift("G1", evening, begins, begins + 4)]
    findings = short_rests(shifts, RULES)
    assert bool(findings) == bool(found)
    if found:
        assert found in findings[0].text
        assert "kravet er 11 timer" in findings[0].text


def test_the_sentence_of_a_short_rest_names_the_clock():
    evening = date(2026, 3, 28)
    (finding,) = short_rests([shift("G1", evening, 18, 23), shift("G1", evening, 34, 38)], RULES)
    assert finding.text == (
        "G1 har 10 timer fra vagten slutter lør 28. mar kl. 23.00, til den næste begynder "
        "søn 29. mar kl. 10.00 (uret stilles frem imens); kravet er 11 timer. Flyt den ene vagt."
    )


def test_a_split_evening_is_no_fault_where_the_rest_follows():
    split = [shift("G1", FRIDAY, 14, 17), shift("G1", FRIDAY, 19, 23), shift("G1", FRIDAY, 38, 42)]
    assert not short_rests(split, RULES)
    tired = [*split[:2], shift("G1", FRIDAY, 33, 37)]
    (finding,) = short_rests(tired, RULES)
    assert "10 timer" in finding.text


def test_a_shift_that_leaves_too_little_of_the_day_is_found():
    (finding,) = short_rests([shift("G1", FRIDAY, 10, 24.5)], RULES)
    assert "9 timer og 30 minutter tilbage af døgnet" in finding.text


def test_rest_is_a_setting():
    shifts = [shift("G1", FRIDAY, 18, 26), shift("G1", FRIDAY, 34, 38)]
    assert short_rests(shifts, RULES)
    assert not short_rests(shifts, StreetTeamRules(rest_hours=8))


hours = st.integers(0, 24 * 6)
spans = st.lists(st.tuples(hours, st.integers(1, 12)), min_size=1, max_size=6)


@given(spans=spans, day=st.sampled_from([FRIDAY, date(2026, 3, 27), date(2026, 10, 23)]))
def test_rest_is_found_missing_exactly_where_no_window_of_rest_exists(spans, day):
    """Brute force in steps of an hour: does some stretch of 11 free hours lie in the 24?"""
    start = at_hour(day, 6).astimezone(UTC)
    shifts = [
        Shift(start + timedelta(hours=first), start + timedelta(hours=first + length), "G1")
        for first, length in spans
    ]
    busy = {hour for first, length in spans for hour in range(first, first + length)}
    tired = any(
        not any(
            all(hour not in busy for hour in range(begins, begins + 11))
            for begins in range(first, first + 24 - 11 + 1)
        )
        for first, _ in spans
    )
    assert bool(short_rests(shifts, RULES)) == tired


@given(spans=spans)
def test_an_overlap_is_found_exactly_where_minutes_are_shared(spans):
    start = at_hour(FRIDAY, 6).astimezone(UTC)
    shifts = [
        Shift(start + timedelta(hours=first), start + timedelta(hours=first + length), "G1")
        for first, length in spans
    ]
    pairs = [(a, b) for n, a in enumerate(shifts) for b in shifts[n + 1 :]]
    shared = sum(overlap_minutes(a.period, b.period) > 0 for a, b in pairs)
    assert len(overlapping_shifts(shifts)) == shared


def test_a_shift_across_the_clock_change_is_told_with_its_true_length():
    (finding,) = [
        one
        for one in check_staffing([shift("G1", date(2026, 10, 24), 20, 29)], rules=RULES)
        if one.rule == "clock_change"
    ]
    assert not finding.blocks
    assert finding.text == (
        "G1: Uret stilles tilbage i nat, så lør 24. okt kl. 20.00–05.00 varer 10 timer, "
        "ikke 9 timer."
    )
    forward = clock_change_sentence(clock(date(2026, 3, 28), 20), clock(date(2026, 3, 28), 29))
    assert "varer 8 timer, ikke 9 timer" in forward
    assert clock_change_sentence(clock(FRIDAY, 20), clock(FRIDAY, 29)) == ""


def absence(member: str, day: date, first: float, last: float, reported: datetime) -> Absence:
    return Absence(member, clock(day, first), clock(day, last), reported)


def test_an_absence_after_the_agreement_says_who_is_left():
    agreed = clock(FRIDAY - timedelta(days=4), 10)
    shifts = [shift(member, FRIDAY, 18, 23) for member in ("G1", "G2", "G3")]
    before = absence("G3", FRIDAY, 0, 48, agreed - timedelta(days=1))
    after = absence("G1", FRIDAY, 0, 48, agreed + timedelta(days=1))
    findings = check_staffing(shifts, [before, after], rules=RULES, agreed_at=agreed)
    (late,) = [one for one in findings if one.rule == "absence_after_agreement"]
    assert late.about == ("G1",)
    assert not late.blocks
    assert late.text == (
        "G1 er meldt fraværende fre 27. nov kl. 18.00–23.00, efter at aftalen blev lavet. Kun 1 er "
        "tilbage, og man går mindst 2 sammen. Lav en ændring af aftalen, eller find en afløser."
    )
    assert "understaffed" in rules_of(findings)
    without = check_staffing(shifts, [before], rules=RULES, agreed_at=agreed)
    assert rules_of(without) == []


def test_an_absence_elsewhere_in_the_week_is_not_about_the_shift():
    agreed = clock(FRIDAY, 0)
    shifts = [shift(member, FRIDAY, 18, 23) for member in ("G1", "G2")]
    away = absence("G1", FRIDAY, 23, 48, agreed + timedelta(hours=1))
    assert not check_staffing(shifts, [away], rules=RULES, agreed_at=agreed)


def test_members_that_nobody_knows_are_refused():
    shifts = [shift("G1", FRIDAY, 18, 23), shift("G9", FRIDAY, 18, 23)]
    (finding,) = check_staffing(shifts, rules=RULES, members={"G1"})
    assert finding.rule == "unknown_member"
    assert finding.blocks


def test_teams_are_counted_from_those_on_duty():
    shifts = [shift(member, FRIDAY, 18, 23) for member in ("G1", "G2", "G3")]
    shifts.append(shift("G4", FRIDAY, 20, 26))
    early, late = (
        Period(clock(FRIDAY, 18), clock(FRIDAY, 20)),
        Period(clock(FRIDAY, 20), clock(FRIDAY, 22)),
    )
    assert teams_in(early, shifts, rules=RULES) == 1
    assert teams_in(late, shifts, rules=RULES) == 2
    away = absence("G2", FRIDAY, 20, 22, clock(FRIDAY, 0))
    assert teams_in(late, shifts, [away], rules=RULES) == 1
    assert crew_of(late, shifts, [away], least_minutes=30) == ["G1", "G3", "G4"]
    assert teams_in(late, shifts, rules=StreetTeamRules(least_together=1)) == 4


def test_minutes_on_duty_add_up_and_count_once():
    slot = Period(clock(FRIDAY, 20), clock(FRIDAY, 22))
    pieces = [
        shift("G1", FRIDAY, 19, 20.25),
        shift("G1", FRIDAY, 20, 20.25),
        shift("G1", FRIDAY, 21.75, 23),
    ]
    assert crew_of(slot, pieces, [], least_minutes=30) == ["G1"]
    assert crew_of(slot, pieces, [], least_minutes=31) == []


@pytest.mark.parametrize("name", ["Jonas", "Jonas Hansen", "g1", "JH", "G1 ", "", "G1234", "GADE1"])
def test_a_name_is_no_member_and_is_not_echoed(name):
    with pytest.raises(InvalidInput) as refused:
        shift(name, FRIDAY, 18, 23)
    assert name.strip() not in str(refused.value).split() or name == ""


@pytest.mark.parametrize(("first", "last"), [(18, 18), (20, 18), (6, 23)])
def test_a_shift_that_is_none_is_refused(first, last):
    with pytest.raises(InvalidInput, match="højst vare 16 timer"):
        shift("G1", FRIDAY, first, last)


@pytest.mark.parametrize(
    "settings",
    [
        {"members": 1},
        {"least_together": 0},
        {"least_together": 5},
        {"rest_hours": 24},
        {"rest_hours": -1},
    ],
)
def test_team_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(InvalidInput):
        StreetTeamRules(**settings)


def test_a_container_is_there_at_its_hours_and_on_other_days_at_others():
    closed_at_christmas = DatedHours(date(2026, 12, 23), date(2027, 1, 1))
    container = StaffedPresence(
        "container",
        "it-container",
        "IT-containeren",
        "sj-boulevard",
        (WeeklyHours(5, time(18), time(0, 30)), WeeklyHours(6, time(0, 45), time(2))),
        (closed_at_christmas,),
    )
    late = [period.minutes for period in container.periods(FRIDAY)]
    assert late == [390, 75]  # the hours after midnight are Friday evening's
    assert container.periods(FRIDAY + timedelta(days=1)) == []
    assert container.periods(date(2026, 12, 25)) == []
    with pytest.raises(InvalidInput, match="bemandet container eller"):
        StaffedPresence("kiosk", "k", "Kiosk", "a")


def test_times_are_kept_in_utc_so_that_the_doubled_hour_is_in_order():
    first = datetime(2026, 10, 25, 2, 45, tzinfo=COPENHAGEN)
    second = datetime(2026, 10, 25, 2, 15, tzinfo=COPENHAGEN, fold=1)  # half an hour later
    assert Shift(first, second, "G1").period.minutes == 30
