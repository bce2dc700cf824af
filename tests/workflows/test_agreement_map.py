"""Who stands where on the map of an agreement, slot by slot."""

from __future__ import annotations

from datetime import date
from typing import Any

from geo_service.domain.commitments import part_of_evening
from geo_service.domain.evenings import slots_of
from geo_service.storage.agreements import Line
from geo_service.workflows.agreement_map import NO_REASON, promised

FRIDAY = date(2026, 11, 27)


def line(number: int, part: str, **more: Any) -> Line:
    starts_at, ends_at = part_of_evening(FRIDAY, part)
    given: dict[str, Any] = {
        "agency": "street_team",
        "area_code": "torvet",
        "area_name": "Torvet",
        "team": "G1",
        "unit": None,
        "evening": FRIDAY,
        "form": "on_foot",
        "reason": "",
        "kept": None,
    }
    return Line(id=number, starts_at=starts_at, ends_at=ends_at, **(given | more))


def rows(*lines: Line) -> list[tuple[Any, ...]]:
    plan = promised(lines, slots_of(FRIDAY, 1), least_minutes=30)
    return list(plan[["slot_id", "team", "reason", "joint"]].itertuples(index=False, name=None))


def test_a_promise_stands_in_the_slots_it_covers_for_long_enough() -> None:
    assert rows(line(1, "19.45–22.30")) == [
        (2, "G1", NO_REASON, False),
        (3, "G1", NO_REASON, False),
    ]
    assert rows(line(1, "20–22", form="on_call")) == []


def test_police_are_numbered_and_only_a_reason_makes_it_joint() -> None:
    police = {"agency": "police", "team": None}
    by_chance = rows(line(1, "20–22"), line(2, "20–22", **police))
    assert [(team, joint) for _, team, _, joint in by_chance] == [("G1", False), ("P1", False)]
    joint = rows(line(1, "20–22", reason="Fælles"), line(2, "20–22", **police))
    assert [one[3] for one in joint] == [True, True]


def test_nobody_promised_is_an_empty_plan() -> None:
    assert rows() == []
