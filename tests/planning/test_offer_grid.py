"""Offers: overlap and holes by age, day and part, and what a school holiday lacks."""

from datetime import date, time, timedelta

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.calendar import SchoolHoliday
from geo_service.domain.evenings import slots_of
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.offers import AgeGroup, Offer
from geo_service.domain.opening_hours import DatedHours, WeeklyHours
from geo_service.errors import InvalidInput, WrongCRS
from geo_service.planning.holiday_plan import holiday_plan, holiday_plans_due
from geo_service.planning.offer_grid import Holidays, offer_grid, open_in_slots, serving

MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
AUTUMN = SchoolHoliday("0101", "Efterårsferie", date(2026, 10, 10), date(2026, 10, 18))
NO_HOLIDAYS = Holidays("0101")
YOUNG, MIDDLE, OLD = AgeGroup(10, 13), AgeGroup(14, 17), AgeGroup(18, 25)


def hours(weekdays: str, opens: int, closes: int) -> tuple[WeeklyHours, ...]:
    return tuple(WeeklyHours(int(day), time(opens), time(closes)) for day in weekdays)


def offer(code: str, ages: tuple[int, int], *weekly: WeeklyHours, **other) -> Offer:
    operator = other.pop("operator", "Klubberne")
    return Offer(
        code, f"Tilbud {code}", "club", operator, AgeGroup(*ages), hours=tuple(weekly), **other
    )


CLUB = offer("klub", (14, 17), *hours("1234", 18, 22))
HALL = offer("hal", (13, 25), *hours("24", 19, 22), *hours("5", 21, 1))


def cells(offers, days=WEEK, **other):
    table = offer_grid(offers, days, holidays=other.pop("holidays", NO_HOLIDAYS), **other)
    return {(row.age_group, row.day.isoweekday()): row for row in table.itertuples()}


def test_the_grid_of_overlap_and_holes():
    grid = cells([CLUB, HALL])
    assert grid["14–17 år", 1].cover == "open"
    assert grid["14–17 år", 2].cover == "overlap"
    assert grid["14–17 år", 2].double_minutes == 180
    assert grid["14–17 år", 2].text == (
        "Åbent: Tilbud klub, Tilbud hal. 3 timer er der mindst to på én gang."
    )
    assert grid["14–17 år", 5].cover == "open"  # until one in the night
    assert grid["14–17 år", 5].minutes == 240
    assert grid["14–17 år", 6].cover == "gap"
    assert grid["18–25 år", 1].cover == "gap"
    assert grid["10–13 år", 2].cover == "partial_gap"
    assert grid["10–13 år", 2].ages_without == (10, 11, 12)
    assert grid["10–13 år", 2].text == "Åbent: Tilbud hal. Intet for 10, 11, 12 år."


def test_offers_for_different_ages_do_not_overlap():
    grid = cells(
        [offer("a", (14, 15), *hours("1", 18, 22)), offer("b", (16, 17), *hours("1", 18, 22))]
    )
    assert grid["14–17 år", 1].cover == "open"
    assert grid["14–17 år", 1].double_minutes == 0


def test_a_handover_is_no_overlap():
    grid = cells(
        [offer("a", (14, 17), *hours("1", 16, 19)), offer("b", (14, 17), *hours("1", 18, 22))]
    )
    assert grid["14–17 år", 1].cover == "overlap"  # an hour
    later = (WeeklyHours(1, time(18, 30), time(22)),)
    grid = cells([offer("a", (14, 17), *hours("1", 16, 19)), offer("b", (14, 17), *later)])
    assert grid["14–17 år", 1].cover == "open"


def test_only_the_hours_that_count_count():
    grid = cells([offer("a", (14, 17), *hours("1", 8, 14))])
    assert grid["14–17 år", 1].cover == "gap"
    short = (WeeklyHours(1, time(18), time(18, 59)),)
    assert cells([offer("a", (14, 17), *short)])["14–17 år", 1].cover == "gap"


def test_parts_have_their_own_holes():
    table = offer_grid(
        [CLUB, HALL],
        WEEK,
        holidays=NO_HOLIDAYS,
        parts={"nord": ["klub"], "syd": ["hal"], "vest": []},
        age_groups=[MIDDLE],
    )
    holes = table[table["cover"] == "gap"].groupby("part_code").size().to_dict()
    assert holes == {"nord": 3, "syd": 4, "vest": 7}


def test_an_offer_serves_the_parts_it_is_near():
    east, north = 722_000, 6_178_000
    parts = gpd.GeoDataFrame(
        {"code": ["a", "b"]},
        geometry=[
            shapely.box(east, north, east + 100, north + 100),
            shapely.box(east + 400, north, east + 500, north + 100),
        ],
        crs=DANISH_GRID,
    )
    near = offer("n", (14, 17), at=shapely.Point(east + 200, north + 50))
    anywhere = offer("bus", (14, 17))
    assert serving([near, anywhere], parts) == {"a": ["n", "bus"], "b": ["n", "bus"]}
    assert serving([near, anywhere], parts, reach_m=150) == {"a": ["n", "bus"], "b": ["bus"]}
    with pytest.raises(WrongCRS):
        serving([near], parts.to_crs("EPSG:4326"))
    with pytest.raises(InvalidInput, match="negative"):
        serving([near], parts, reach_m=-1)


spans = st.lists(
    st.tuples(st.integers(1, 7), st.integers(6, 23), st.integers(1, 8), st.integers(8, 25)),
    min_size=1,
    max_size=5,
)


@given(spans=spans, more=spans)
def test_one_more_offer_never_makes_a_hole(spans, more):
    def made(given_, name):
        return [
            offer(
                f"{name}{n}",
                (age, age + 3),
                WeeklyHours(day, time(first), time((first + length) % 24)),
            )
            for n, (day, first, length, age) in enumerate(given_)
        ]

    before, after = cells(made(spans, "a")), cells(made(spans, "a") + made(more, "b"))
    for key, cell in before.items():
        assert set(after[key].ages_without) <= set(cell.ages_without)
        assert after[key].minutes >= cell.minutes
        assert after[key].double_minutes >= cell.double_minutes
        assert (cell.cover == "gap") == (cell.minutes == 0 and not cell.open)


def test_open_offers_are_presence_in_the_slots():
    friday = WEEK[4]
    table = open_in_slots([CLUB, HALL], slots_of(friday, 1), holidays=NO_HOLIDAYS)
    assert table.to_numpy().tolist() == [[2, "hal", 60], [3, "hal", 120], [4, "hal", 60]]


# The autumn holiday of 2026: Saturday 10 to Sunday 18 October.


def test_weekly_hours_do_not_hold_in_a_holiday_until_somebody_says_so():
    plan = holiday_plan([CLUB], AUTUMN, age_groups=[MIDDLE])
    assert not plan.is_complete
    assert set(plan.grid["cover"]) == {"not_told"}
    (sentence,) = plan.missing
    assert sentence == (
        "14–17 år: intet åbent tilbud for hele gruppen lør 10. okt – søn 18. okt "
        "(9 af 9 dage i Efterårsferie)."
    )
    assert plan.ask == [
        "Spørg Klubberne, hvornår der er åbent lør 10. okt – søn 18. okt: Tilbud klub."
    ]


def test_the_holiday_plan_names_the_days_that_lack_an_offer():
    told = DatedHours(AUTUMN.first, AUTUMN.last, hours("1245", 14, 20))
    plan = holiday_plan([offer("k", (14, 17), dated=(told,))], AUTUMN, age_groups=[MIDDLE])
    (sentence,) = plan.missing
    assert sentence == (
        "14–17 år: intet åbent tilbud for hele gruppen lør 10. okt – søn 11. okt, ons 14. okt, "
        "lør 17. okt – søn 18. okt (5 af 9 dage i Efterårsferie)."
    )
    assert plan.ask == []  # it is told: closed


def test_a_holiday_plan_that_lacks_nothing():
    every_day = DatedHours(AUTUMN.first, AUTUMN.last, hours("1234567", 14, 20))
    plan = holiday_plan([offer("k", (10, 25), dated=(every_day,))], AUTUMN)
    assert plan.is_complete
    assert not plan.ask
    as_usual = offer("u", (10, 25), *hours("1234567", 14, 20), same_in_holidays=True)
    assert holiday_plan([as_usual], AUTUMN).is_complete


def test_the_plan_can_be_made_by_part():
    told = DatedHours(AUTUMN.first, AUTUMN.last, hours("1234567", 14, 20))
    plan = holiday_plan(
        [offer("k", (10, 25), dated=(told,))],
        AUTUMN,
        parts={"nord": ["k"], "syd": []},
        part_names={"syd": "Syd for banen"},
        age_groups=[MIDDLE],
    )
    (sentence,) = plan.missing
    assert sentence.startswith("Syd for banen, 14–17 år")


def test_a_single_day_says_more_than_the_holiday_it_lies_in():
    holiday = DatedHours(AUTUMN.first, AUTUMN.last, hours("1234567", 14, 20))
    closed = DatedHours(date(2026, 10, 14), date(2026, 10, 14))
    club = offer("k", (14, 17), dated=(holiday, closed))
    plan = holiday_plan([club], AUTUMN, age_groups=[MIDDLE])
    assert "ons 14. okt (1 af 9 dage" in plan.missing[0]


def test_a_public_holiday_is_no_ordinary_weekday():
    ascension = date(2026, 5, 14)  # a Thursday
    assert cells([CLUB], [ascension])["14–17 år", 4].cover == "not_told"
    assert cells([CLUB], [ascension + timedelta(days=7)])["14–17 år", 4].cover == "open"


def test_a_public_holidays_hours_after_midnight_belong_to_the_evening_before():
    told = DatedHours(date(2026, 5, 13), date(2026, 5, 13), (WeeklyHours(3, time(22), time(2)),))
    night = offer("n", (14, 17), dated=(told,))
    assert cells([night], [date(2026, 5, 13)])["14–17 år", 3].minutes == 240


def test_plans_are_due_before_the_holiday_and_until_it_is_over():
    winter = SchoolHoliday("0101", "Vinterferie", date(2027, 2, 13), date(2027, 2, 21))
    elsewhere = SchoolHoliday("0851", "Efterårsferie", AUTUMN.first, AUTUMN.last)

    def due(today: date):
        return holiday_plans_due([winter, AUTUMN, elsewhere], municipality="0101", today=today)

    assert due(AUTUMN.first - timedelta(days=43)) == []
    assert due(AUTUMN.first - timedelta(days=42)) == [AUTUMN]
    assert due(AUTUMN.last) == [AUTUMN]
    assert due(AUTUMN.last + timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: AgeGroup(17, 14), "aldersgruppe"),
        (lambda: WeeklyHours(0, time(18), time(20)), "ugedag"),
        (lambda: DatedHours(AUTUMN.last, AUTUMN.first), "slutter, før den begynder"),
        (lambda: Offer("a", "A", "bar", "B", MIDDLE), "klub, it-container eller aktivitet"),
        (lambda: Offer("a", " ", "club", "B", MIDDLE), "navn"),
    ],
)
def test_what_is_no_offer_is_refused(make, words):
    with pytest.raises(InvalidInput, match=words):
        make()
