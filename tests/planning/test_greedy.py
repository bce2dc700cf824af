"""The first plan: commitments stand, nobody is in two places, and ties have one answer."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.evenings import Slot, slots_of
from geo_service.errors import InvalidInput
from geo_service.planning.greedy import WORTH_GOING, Presence, greedy_plan, with_joint_visits

SLOTS = slots_of(date(2026, 5, 1), 1)  # a Friday
AREAS = ["a", "b", "c", "d"]
EVERYWHERE = dict.fromkeys(AREAS, 1)
COLUMNS = ["slot_id", "team", "agency", "area_code", "form", "reason", "joint"]


def need_of(*slots: dict[str, float]) -> pd.DataFrame:
    """Return need figures, one mapping of area to expected incidents per slot."""
    rows = [
        (area, slot_id, round(expected * 52), expected, 0.0, 2 * expected + 1)
        for slot_id, figures in enumerate(slots)
        for area, expected in figures.items()
    ]
    return pd.DataFrame(rows, columns=["area_code", "slot_id", "n", "expected", "low", "high"])


def free(team: str, slot_id: int = 0) -> Presence:
    return Presence(slot_id, team, "street_team", "on_foot")


def committed(team: str, area: str, slot_id: int = 0, agency: str = "police") -> Presence:
    return Presence(slot_id, team, agency, "driving", area)


def planned(need: pd.DataFrame, presences: list[Presence], **capacity: int) -> pd.DataFrame:
    return greedy_plan(
        need, presences, SLOTS, capacity=capacity or EVERYWHERE, period="det seneste år"
    )


def where(plan: pd.DataFrame) -> dict[str, str]:
    return dict(zip(plan["team"], plan["area_code"], strict=True))


def test_free_teams_go_where_most_need_is_uncovered():
    need = need_of({"a": 0.2, "b": 0.9, "c": 0.5})
    plan = planned(need, [free("G1"), free("G2"), committed("P1", "b")])
    assert where(plan) == {"P1": "b", "G1": "c", "G2": "a"}
    assert not plan["joint"].any()


def test_a_commitment_stands_where_there_is_no_need_at_all():
    plan = planned(need_of({"a": 0.0, "b": 0.9}), [committed("P1", "a")])
    assert plan[["team", "area_code", "form"]].to_numpy().tolist() == [["P1", "a", "driving"]]


def test_both_agencies_are_joint_only_when_both_are_there():
    need = need_of({"a": 0.2, "b": 0.9}, {"a": 0.2, "b": 0.9})
    plan = planned(
        need,
        [
            committed("P1", "b"),
            committed("T1", "b", agency="street_team"),
            committed("P2", "a"),
            committed("P3", "a"),
            committed("P1", "b", slot_id=1),
        ],
    )
    joint = plan[plan["joint"]]
    assert set(zip(joint["slot_id"], joint["area_code"], strict=True)) == {(0, "b")}
    assert len(joint) == 2


def test_two_teams_are_not_sent_to_one_area_and_the_last_stays_free():
    need = need_of({"a": 0.9, "b": 0.1})
    plan = planned(need, [free("G1"), free("G2"), free("G3")], a=2, b=1)
    assert where(plan) == {"G1": "a", "G2": "b"}


def test_closed_areas_and_areas_without_capacity_are_not_chosen():
    need = need_of({"a": 0.9, "b": 0.5, "c": 0.3})
    assert where(planned(need, [free("G1")], a=0, c=1, unheard_of=1)) == {"G1": "c"}


def test_a_team_is_not_sent_where_next_to_nothing_happens():
    below, enough = need_of({"a": 0.99 * WORTH_GOING}), need_of({"a": WORTH_GOING})
    assert planned(below, [free("G1")]).empty
    assert where(planned(enough, [free("G1")])) == {"G1": "a"}


def test_unknown_need_is_not_a_reason_to_go():
    need = need_of({"a": 0.0, "b": 0.3}).assign(expected=[float("nan"), 0.3])
    assert where(planned(need, [free("G1"), free("G2")])) == {"G1": "b"}


def test_a_team_with_two_shifts_in_a_slot_is_placed_once():
    need = need_of({"a": 0.9, "b": 0.5})
    assert where(planned(need, [free("G1"), free("G1"), free("G2")])) == {"G1": "a", "G2": "b"}


def test_a_committed_team_is_not_sent_somewhere_else_too():
    need = need_of({"a": 0.9, "b": 0.5})
    plan = planned(need, [free("G1"), committed("G1", "b", agency="street_team")])
    assert where(plan) == {"G1": "b"}


def test_teams_of_two_agencies_may_have_the_same_name():
    need = need_of({"a": 0.9, "b": 0.5})
    plan = planned(need, [free("1"), committed("1", "a")])
    rows = list(zip(plan["agency"], plan["area_code"], strict=True))
    assert rows == [("police", "a"), ("street_team", "b")]


def test_a_team_cannot_be_committed_to_two_areas_at_once():
    need = need_of({"a": 0.9, "b": 0.5}, {"a": 0.9, "b": 0.5})
    with pytest.raises(InvalidInput, match="P1 is committed to a and to b"):
        planned(need, [committed("P1", "b"), committed("P1", "a")])
    assert len(planned(need, [committed("P1", "b"), committed("P1", "a", slot_id=1)])) == 2
    assert len(planned(need, [committed("P1", "b"), committed("P1", "b")])) == 1


@pytest.mark.parametrize("need", [need_of({"a": 0.9}), need_of({"a": 0.9}).iloc[:0]])
def test_a_commitment_to_an_unknown_area_is_refused(need):
    with pytest.raises(InvalidInput, match="coverage area nowhere"):
        planned(need, [committed("P1", "nowhere")])


def test_a_slot_that_is_not_planned_is_refused():
    with pytest.raises(InvalidInput, match="slot 99"):
        planned(need_of({"a": 0.9}), [free("G1", slot_id=99)])


def test_equal_needs_go_to_the_lower_code_whatever_the_order_of_the_rows():
    need = need_of({"c": 0.5, "a": 0.5, "b": 0.5})
    for rows in (need, need.iloc[::-1]):
        assert where(planned(rows, [free("G2"), free("G1")])) == {"G1": "a", "G2": "b"}


def test_nobody_out_or_no_need_is_an_empty_plan():
    need = need_of({"a": 0.9})
    for plan in (planned(need, []), planned(need.iloc[:0], [free("G1")])):
        assert plan.empty
        assert list(plan.columns) == COLUMNS
        assert plan["joint"].dtype == bool


def test_the_reasons_say_in_danish_what_they_rest_on():
    need = need_of(*({"a": 3 / 52, "b": 1 / 52} for _ in SLOTS))
    last = SLOTS[-1].slot_id
    plan = planned(
        need,
        [
            free("G1", slot_id=last),
            committed("P1", "b", slot_id=last),
            committed("T1", "b", slot_id=2, agency="street_team"),
        ],
    )
    assert dict(zip(plan["team"], plan["reason"], strict=True)) == {
        "T1": "Tilsagn fra gadeteamet. 1 hændelse kan være sket fredage kl. 20–22 det seneste år.",
        "P1": "Tilsagn fra politiet. 1 hændelse kan være sket fredage kl. 00–02 det seneste år.",
        "G1": "Størst behov, som ingen dækker: "
        "3 hændelser kan være sket fredage kl. 00–02 det seneste år.",
    }


def test_greedy_falls_into_the_trap_when_areas_overlap():
    """K15: sets G = {2,3,4,5}, L = {1,2,3}, R = {4,5,6}, choose two: best 6, greedy 5.

    This plan is greedy and does no better; it is why the page says that the plan is a first
    one. (Need from `expected_need` counts an incident in one area only, and is spared this.)
    """
    covers = {"G": {2, 3, 4, 5}, "L": {1, 2, 3}, "R": {4, 5, 6}}
    need = need_of({area: float(len(points)) for area, points in covers.items()})
    plan = planned(need, [free("G1"), free("G2")], G=1, L=1, R=1)
    assert len(set.union(*(covers[area] for area in plan["area_code"]))) == 5
    assert len(covers["L"] | covers["R"]) == 6


slot_ids = st.integers(0, len(SLOTS) - 1)
needs = st.lists(
    st.fixed_dictionaries(dict.fromkeys(AREAS, st.sampled_from([0.0, 0.04, 0.05, 0.5, 2.0]))),
    min_size=len(SLOTS),
    max_size=len(SLOTS),
).map(lambda figures: need_of(*figures))
police = st.lists(
    st.builds(committed, st.sampled_from(["P1", "P2", "P3"]), st.sampled_from(AREAS), slot_ids),
    max_size=8,
    unique_by=lambda one: (one.slot_id, one.team),
)
street = st.lists(st.builds(free, st.sampled_from(["G1", "G2", "G3"]), slot_ids), max_size=10)


@given(need=needs, given_ones=police, free_ones=street, data=st.data())
def test_every_plan_keeps_the_rules(need, given_ones, free_ones, data):
    capacity = data.draw(st.fixed_dictionaries(dict.fromkeys(AREAS, st.integers(0, 2))))
    plan = planned(need, given_ones + free_ones, **capacity)
    kept = plan[plan["agency"] == "police"]
    found = set(zip(kept["slot_id"], kept["team"], kept["area_code"], kept["form"], strict=True))
    assert found == {(one.slot_id, one.team, one.area_code, one.form) for one in given_ones}
    assert len(kept) == len(given_ones)
    assert not plan.duplicated(["slot_id", "agency", "team"]).any()
    sent = plan[plan["agency"] == "street_team"]
    assert {(one.slot_id, one.team) for one in free_ones} >= set(
        zip(sent["slot_id"], sent["team"], strict=True)
    )
    assert all(capacity[area] >= 1 for area in sent["area_code"])
    assert not sent.duplicated(["slot_id", "area_code"]).any()
    assert not plan["joint"].any()  # a team is only sent where nobody is
    figures = need.set_index(["slot_id", "area_code"])["expected"]
    for slot_id in {one.slot_id for one in free_ones}:
        here = plan[plan["slot_id"] == slot_id]["area_code"]
        gone = [figures[slot_id, area] for area in sent[sent["slot_id"] == slot_id]["area_code"]]
        left = [
            figures[slot_id, area]
            for area in AREAS
            if capacity[area] and area not in set(here) and figures[slot_id, area] >= WORTH_GOING
        ]
        idle = len({one.team for one in free_ones if one.slot_id == slot_id}) - len(gone)
        assert min(gone, default=9) >= max(left, default=0)  # nothing greater is left uncovered
        assert not (idle and left)  # nobody stays at home while something is uncovered
    order = data.draw(st.permutations(given_ones + free_ones))
    again = planned(need.sample(frac=1, random_state=1), order, **capacity)
    pd.testing.assert_frame_equal(plan, again)


def _joint_case() -> tuple[pd.DataFrame, list[Slot]]:
    """Two areas over one evening; the street area S has most need at the third slot."""
    slots = slots_of(date(2026, 11, 27), 1)
    rows = [
        (area, slot.slot_id, 5, 2.0 if slot.slot_id == 2 else 1.0, 0.5, 3.0)
        for slot in slots
        for area in ("S", "P")
    ]
    columns = ["area_code", "slot_id", "n", "expected", "low", "high"]
    return pd.DataFrame(rows, columns=columns), slots


def test_one_free_street_team_an_evening_joins_the_police_where_most_need_is() -> None:
    need, slots = _joint_case()
    out = [
        *(Presence(slot.slot_id, "P1", "police", "on_foot", "S") for slot in slots),
        *(Presence(slot.slot_id, "G1", "street_team", "on_foot") for slot in slots),
        *(Presence(slot.slot_id, "G2", "street_team", "on_foot") for slot in slots),
    ]
    joined = with_joint_visits(out, need, slots, may_join={"S"})
    assert len(joined) == len(out)
    (visit,) = [one for one in joined if one.is_joint_visit]
    assert (visit.slot_id, visit.team, visit.area_code) == (2, "G1", "S")
    plan = greedy_plan(need, joined, slots, capacity={"S": 1}, period="det seneste år")
    assert plan.loc[plan["joint"], "slot_id"].unique().tolist() == [2]
    assert plan.loc[plan["joint"] & (plan["team"] == "G1"), "reason"].str.startswith("Fælles").all()


@pytest.mark.parametrize("missing", ["police", "street_team", "area"])
def test_nobody_is_joined_where_that_is_not_possible(missing: str) -> None:
    need, slots = _joint_case()
    out = [
        Presence(2, "P1", "police", "on_foot", "S"),
        Presence(2, "G1", "street_team", "on_foot"),
    ]
    there = [one for one in out if one.agency != missing]
    may_join = {"P"} if missing == "area" else {"S"}
    assert with_joint_visits(there, need, slots, may_join=may_join) == there
