"""A plan as plain data, to be stored, shown, compared and exported: figures, words and no keys."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from geo_service.planning.optimise import STAGES, Assignment, Plan
from geo_service.planning.plan_baselines import Compared
from geo_service.planning.plan_figures import covered_share, gaps
from geo_service.planning.plan_prices import Price
from geo_service.planning.plan_problem import METHOD, UNIT, PlanProblem


def told(
    problem: PlanProblem,
    plan: Plan,
    reasons: Mapping[Assignment, tuple[str, ...]],
    briefs: Mapping[Assignment, str],
    *,
    baselines: list[Compared],
    prices: list[Price],
    next_team: Mapping[str, int],
) -> dict[str, Any]:
    """Return everything that is said of a plan; need in expected incidents, times in ISO 8601."""
    names = {place.code: place.name or place.code for place in problem.places}
    slots = {slot.slot_id: slot for slot in problem.slots}
    cover = plan.stage("cover")
    forms = {(one.slot_id, one.agency, one.place): one.form for one in problem.promises}

    def when(slot_id: int) -> dict[str, str]:
        slot = slots[slot_id]
        return {
            "evening": slot.evening.isoformat(),
            "starts_at": slot.starts_at.isoformat(),
            "ends_at": slot.ends_at.isoformat(),
        }

    return {
        "method": METHOD,
        "inputs_hash": plan.fingerprint,
        "seed": plan.seed,
        "cut": plan.cut,
        "objective": cover.value / UNIT,
        "bound": cover.bound / UNIT,
        "need": int(problem.weight.sum()) / UNIT,
        "share": covered_share(problem, cover.value),
        "joint_visits": problem.rules.joint_visits,
        "stages": [
            {
                "name": one.name,
                "what": STAGES[one.name],
                "value": one.value / (UNIT if one.name in ("cover", "joint") else 1),
                "bound": one.bound / (UNIT if one.name in ("cover", "joint") else 1),
                "state": one.state,
                "says": one.words,
            }
            for one in plan.stages
        ],
        "assignments": [
            {
                **when(one.slot_id),
                "agency": one.agency,
                "team": one.team,
                "place": one.place,
                "place_name": names[one.place],
                "form": forms.get((one.slot_id, one.agency, one.place), "on_foot"),
                "joint": one.joint,
                "promised": one.promised,
                "reasons": list(reasons[one]),
                "brief": briefs[one],
            }
            for one in plan.assignments
        ],
        "gaps": [
            {
                **when(one.slot_id),
                "place": one.place,
                "place_name": names[one.place],
                "expected": one.expected,
            }
            for one in gaps(problem, plan.assignments)
        ],
        "next_team": {agency: more / UNIT for agency, more in next_team.items()},
        "joint_prices": [
            {"joint_visits": one.joint_visits, "covered": one.covered / UNIT, "share": one.share}
            for one in prices
        ],
        "baselines": [
            {
                "name": one.name,
                "covered": one.covered / UNIT,
                "share": one.share,
                "joint_visits": one.joint_visits,
            }
            for one in baselines
        ],
    }


def is_weighted(result: Mapping[str, Any]) -> bool:
    """Tell whether types weighed differently in a told plan: its need is no number of incidents."""
    weights = result.get("counted", {}).get("weights", {})
    return any(weight != 1 for weight in weights.values())


def lines_of(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the new commitments of a told plan: slots in a row at one place are one line.

    What stands in the agreement already is none of them, and what is joint is a line of its own,
    as in `plan_reasons.stretches`: the reasons are those of the whole line. In order of time,
    place and agency; each has the keys of an assignment, and `number`.
    """

    def who(one: Mapping[str, Any]) -> tuple[str, ...]:
        return one["evening"], one["agency"], one["team"], one["place"]

    def goes_on(last: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
        return (*who(last), last["ends_at"], last["joint"]) == (
            *who(one), one["starts_at"], one["joint"])  # fmt: skip

    new = sorted(
        (one for one in result["assignments"] if not one["promised"]),
        key=lambda one: (*who(one), one["starts_at"]),
    )
    lines: list[dict[str, Any]] = []
    for _who, group in groupby(new, key=who):
        for one in group:
            if lines and goes_on(lines[-1], one):
                lines[-1]["ends_at"] = one["ends_at"]
            else:
                lines.append(dict(one))
    lines.sort(key=lambda one: (one["evening"], one["starts_at"], one["place"], one["agency"]))
    return [line | {"number": number} for number, line in enumerate(lines)]
