"""Rules of presence per kind: length, order, regular days, fixed hours, visits due in a week."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.analysis.dosage import visit_frame
from geo_service.domain.evenings import at_hour
from geo_service.domain.presence_rules import PRESENCE_RULES, PresenceRule, Visit
from geo_service.errors import InvalidInput
from geo_service.planning.presence_checks import (
    check_visits,
    irregular_days,
    long_gaps,
    repeated_orders,
)
from geo_service.planning.weekly_visits import weekly_visits

MONDAY = date(2026, 11, 23)
NAMES = {"a": "Hothers Plads", "b": "Superkilen", "c": "Mimersparken"}


def visit(area: str, day: int, hour: float, minutes: float = 12, kind: str = "patrol") -> Visit:
    start = at_hour(MONDAY + timedelta(days=day), 0).astimezone(UTC) + timedelta(hours=hour)
    return Visit(start, start + timedelta(minutes=minutes), area, kind)


def test_the_default_rules_are_those_of_the_sources():
    patrol, street, container = (
        PRESENCE_RULES[kind] for kind in ("patrol", "street_team", "container")
    )
    assert (patrol.least_minutes, patrol.most_minutes, patrol.longest_gap_minutes) == (10, 16, 120)
    assert patrol.varied_order
    assert street.least_minutes == 45
    assert street.regular_days
    assert not street.varied_order
    assert container.fixed_hours


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (9, "9 minutter; reglen er mindst 10 minutter."),
        (10, None),
        (16, None),
        (17, "over 16 minutter giver ikke mere"),
    ],
)
def test_the_length_of_a_patrols_visit(minutes, words):
    findings = check_visits([visit("a", 4, 20, minutes)], names=NAMES)
    assert [words in one.text for one in findings] == ([True] if words else [])
    if words:
        assert findings[0].text.startswith("Hothers Plads, fre 27. nov kl. 20.00–20.")
        assert not findings[0].blocks


def test_the_street_team_stays_45_minutes_and_as_long_as_it_likes():
    assert not check_visits([visit("a", 4, 20, 180, "street_team")], names=NAMES)
    assert check_visits([visit("a", 4, 20, 44, "street_team")], names=NAMES)


def test_a_gap_of_over_two_hours_is_told():
    """Koper: at least every two hours."""
    window = [visit("a", 4, 18, 300), visit("a", 4, 18, 300, "street_team")]
    kept = [visit("a", 4, hour) for hour in (19, 21)]
    assert long_gaps(kept, window, names=NAMES) == []
    (finding,) = long_gaps([*kept[:1], visit("a", 4, 21, 5)], window, names=NAMES)
    assert str(finding) == (
        "For længe uden tilstedeværelse: Hothers Plads, fre 27. nov kl. 18.00–23.00: 3 timer og "
        "48 minutter uden et besøg på mindst 10 minutter; reglen er højst 2 timer."
    )


def rounds(*orders: str) -> list[Visit]:
    return [
        visit(area, day, 18 + position)
        for day, order in enumerate(orders)
        for position, area in enumerate(order)
    ]


def test_the_same_round_two_evenings_running_is_told():
    (finding,) = check_visits(rounds("abc", "abc", "bca"), names=NAMES)
    assert finding.rule == "order_repeats"
    assert finding.evening == MONDAY + timedelta(days=1)
    assert "tir 24. nov tager de 3 fælles steder i samme rækkefølge som man 23. nov" in finding.text


def test_the_order_of_common_places_is_what_counts():
    assert repeated_orders(rounds("abcd", "xabyc"))
    assert not repeated_orders(rounds("ab", "ab"))  # too few to say
    assert not repeated_orders(rounds("abca", "acba"))


@given(st.permutations("abcd"), st.permutations("abcd"))
def test_an_order_is_found_repeated_exactly_when_it_is(first, second):
    assert bool(repeated_orders(rounds("".join(first), "".join(second)))) == (first == second)


def test_the_street_teams_regular_days():
    def weeks(*weekdays: tuple[int, ...]) -> list[Visit]:
        return [
            visit("a", 7 * week + day, 20, 60, "street_team")
            for week, days in enumerate(weekdays)
            for day in days
        ]

    assert not irregular_days(weeks((0, 3), (0, 3), (0, 3)), NAMES)
    assert not irregular_days(weeks((0, 3)), NAMES)
    assert not irregular_days(weeks((0, 3), (0, 3, 4)), NAMES)
    (finding,) = check_visits(weeks((0, 3), (1, 4), (2, 5)), names=NAMES)
    assert finding.rule == "irregular_days"
    assert finding.text.startswith("Hothers Plads besøges på skiftende ugedage")
    # a patrol is never asked for regular days
    patrols = [visit("a", 7 * week + week, 20) for week in range(3)]
    assert not check_visits(patrols, names=NAMES)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "drone"},
        {"least_minutes": 0},
        {"most_minutes": 9},
        {"longest_gap_minutes": 0},
        {"regular_days": True},
        {"fixed_hours": True},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(fields):
    whole = {"kind": "patrol", "least_minutes": 10, "varied_order": True} | fields
    with pytest.raises(InvalidInput):
        PresenceRule(**whole)


def test_a_visit_that_is_none_is_refused():
    with pytest.raises(InvalidInput, match="slutte efter"):
        visit("a", 0, 20, 0)
    with pytest.raises(InvalidInput, match="patruljes"):
        visit("a", 0, 20, 10, "drone")


LEVELS = {"a": "red", "b": "yellow", "c": "green", "d": "green"}
THURSDAY_NOON = at_hour(MONDAY + timedelta(days=3), 12)


def week(visits: list[Visit], now: datetime = THURSDAY_NOON, **other):
    return weekly_visits(LEVELS, visit_frame(visits), monday=MONDAY, now=now, **other)


def test_visits_due_by_level_and_the_overdue_first():
    table = week(
        [
            visit("a", 0, 20),
            visit("a", 1, 20),  # 40 hours ago: five a week are one every 33.6 hours
            visit("b", 2, 20),
            visit("c", -8, 20),  # nine days and more
        ]
    )
    assert table["area_code"].tolist() == ["a", "d", "c", "b"]
    assert table["overdue"].tolist() == [True, True, True, False]
    assert table.set_index("area_code")["missing"].to_dict() == {"a": 3, "b": 2, "c": 1, "d": 1}
    assert table.set_index("area_code")["text"].to_dict() == {
        "a": "2 af 5 besøg i denne uge; sidst for 39 timer siden.",
        "b": "1 af 3 besøg i denne uge; sidst for 15 timer siden.",
        "c": "0 af 1 besøg i denne uge; sidst for 10 dage siden.",
        "d": "0 af 1 besøg i denne uge; ingen har været her.",
    }


def test_a_week_that_has_had_its_visits_is_never_overdue():
    table = week([visit("a", 0, 18 + n) for n in range(5)], now=at_hour(MONDAY, 24 * 6))
    assert not table.set_index("area_code").loc["a", "overdue"]


def test_a_visit_after_midnight_on_monday_is_last_weeks():
    table = week([visit("c", -1, 24.5), visit("d", 6, 24.5)], now=at_hour(MONDAY, 24 * 8))
    assert table.set_index("area_code")["done"].to_dict() == {"a": 0, "b": 0, "c": 0, "d": 1}


def test_short_and_future_visits_do_not_count():
    table = week([visit("c", 1, 20, 9), visit("c", 5, 20, 12)])
    assert table.set_index("area_code").loc["c", "done"] == 0


@given(
    days=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-10, 3)), max_size=20),
    hour=st.integers(0, 7 * 24),
)
def test_done_and_missing_add_up_and_no_area_is_lost(days, hour):
    table = week([visit(area, day, 20) for area, day in days], now=at_hour(MONDAY, hour))
    assert sorted(table["area_code"]) == sorted(LEVELS)
    assert (table["missing"] == (table["due"] - table["done"]).clip(lower=0)).all()
    assert not (table["overdue"] & (table["missing"] == 0)).any()
    assert table["overdue"].is_monotonic_decreasing


@pytest.mark.parametrize(
    "other",
    [{"monday": MONDAY + timedelta(days=1)}, {"due": {"red": 5}}, {"levels": {"a": "blue"}}],
)
def test_weeks_that_make_no_sense_are_refused(other):
    given_ = {"levels": LEVELS, "monday": MONDAY, "now": THURSDAY_NOON} | other
    with pytest.raises(InvalidInput):
        weekly_visits(given_.pop("levels"), visit_frame([]), **given_)
