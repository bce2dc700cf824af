"""Dosage (tilstedeværelse): visits and minutes that places were given, planned and delivered.

Visits that touch or overlap at one place make one stay, whoever made them: two patrols at once
are no more minutes of presence than one. Times are counted as they pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo_service.domain.evenings import as_utc
from geo_service.domain.presence_rules import PRESENCE_RULES, PresenceRule, Visit
from geo_service.errors import InvalidInput

Moments = npt.NDArray[np.int64]
"""Microseconds since 1970, UTC."""
MINUTE: Final = 60_000_000
VISIT_COLUMNS: Final = ("area_code", "kind", "evening", "starts_at", "ends_at")
_MEASURED: Final = {
    "visits": "int64",
    "long_visits": "int64",
    "minutes": "float64",
    "longest_gap_minutes": "float64",
    "longest_gap_long_minutes": "float64",
    "verdict": "U6",
}
MOMENT: Final = pd.DatetimeTZDtype("us", "UTC")


def visit_frame(visits: Iterable[Visit]) -> pd.DataFrame:
    """Return visits as a frame: area_code, kind, evening, starts_at and ends_at (UTC)."""
    rows = [(one.area_code, one.kind, one.evening, one.starts_at, one.ends_at) for one in visits]
    frame = pd.DataFrame(rows, columns=list(VISIT_COLUMNS))
    return frame.astype({"starts_at": MOMENT, "ends_at": MOMENT})


def dosage(
    visits: pd.DataFrame,
    windows: pd.DataFrame,
    *,
    rules: Mapping[str, PresenceRule] = PRESENCE_RULES,
) -> pd.DataFrame:
    """Return what each place was given while it was to be covered.

    Parameters
    ----------
    visits
        n rows: area_code, kind, starts_at, ends_at (aware).
    windows
        m rows: area_code, kind, starts_at, ends_at (aware): when presence was due; other
        columns are kept.
    rules
        The rule of each kind.

    Returns
    -------
    DataFrame
        `windows` with columns visits (stays that reach into the window), long_visits (those of
        at least the rule's minutes, also where a part lies outside), minutes (of presence
        inside), longest_gap_minutes (without presence), longest_gap_long_minutes (without a
        long visit), and verdict, a key of `vocabulary.DOSAGES`: "full" with a long visit and
        no longer gap between them than the rule allows, "none" without any presence, else
        "partly".

    Raises
    ------
    InvalidInput
        If a kind has no rule, or a visit or window does not end after it begins.
    """
    for kind in {*visits["kind"], *windows["kind"]} - rules.keys():
        raise InvalidInput(f"There is no presence rule for {kind!r}.")
    stays = _stays(visits)
    starts, ends = _moments(windows, "starts_at"), _moments(windows, "ends_at")
    _require_order(starts, ends)
    nothing: Moments = np.empty((0, 2), dtype=np.int64)
    whose = pd.DataFrame({key: windows[key].to_numpy() for key in ("area_code", "kind")})
    found = {column: np.zeros(len(windows), dtype=kind) for column, kind in _MEASURED.items()}
    for (area, kind), own in whose.groupby(["area_code", "kind"]):
        at = own.index.to_numpy()
        there = stays.get((str(area), str(kind)), nothing)
        given = _given(there, starts[at], ends[at], rules[str(kind)])
        for column, values in given.items():
            found[column][at] = values
    return windows.join(pd.DataFrame(found, index=windows.index).astype({"verdict": "str"}))


def hours_since_presence(
    visits: pd.DataFrame, area_codes: Sequence[str], *, now: datetime
) -> pd.DataFrame:
    """Return how long ago somebody was last in each area.

    Parameters
    ----------
    visits
        Rows area_code, starts_at, ends_at (aware); those that begin after `now` do not count.
    area_codes
        The areas wanted.
    now
        Aware.

    Returns
    -------
    DataFrame
        One row per area: area_code, last_at (UTC), hours; 0 where somebody is there now, NaT
        and NaN where nobody has ever been.
    """
    moment = pd.Timestamp(as_utc(now))
    begun = visits[visits["starts_at"] <= moment]
    latest = begun.groupby("area_code")["ends_at"].max().reindex(list(area_codes))
    last = pd.to_datetime(latest, utc=True).astype(MOMENT)
    last = last.where(last.isna() | (last < moment), moment)
    hours = (moment - last).dt.total_seconds() / 3600
    return pd.DataFrame(
        {"area_code": list(area_codes), "last_at": last.array, "hours": hours.to_numpy()}
    )


def planned_against_delivered(
    planned: pd.DataFrame,
    delivered: pd.DataFrame,
    *,
    area_codes: Sequence[str],
    evenings: Sequence[date],
) -> pd.DataFrame:
    """Return per agency what was planned and what was delivered (planlagt og gennemført).

    Parameters
    ----------
    planned, delivered
        One row per visit: agency, area_code, evening, minutes. A planned visit is delivered
        by a visit of the same agency to the same place on the same evening, one each; the log
        is written after the shift, so the hour is not held against it.
    area_codes, evenings
        The places and evenings that are counted; others are left out.

    Returns
    -------
    DataFrame
        One row per agency: agency, planned_visits, delivered_visits, planned_delivered,
        share_delivered (NaN where nothing was planned), unplanned_visits, planned_minutes,
        delivered_minutes, place_evenings, treated_place_evenings and share_treated (of all
        place-evenings, those with a delivered visit).
    """
    places = len(set(area_codes)) * len(set(evenings))
    counted = [
        frame[frame["area_code"].isin(area_codes) & frame["evening"].isin(evenings)]
        for frame in (planned, delivered)
    ]
    keys = ["agency", "area_code", "evening"]
    visits = pd.DataFrame(
        {name: frame.groupby(keys).size() for name, frame in zip("pd", counted, strict=True)}
    )
    visits = visits.fillna(0).astype(int)
    minutes = [frame.groupby("agency")["minutes"].sum() for frame in counted]
    rows = []
    for agency, own in visits.groupby(level="agency"):
        kept = int(own.min(axis=1).sum())
        planned_visits, done = int(own["p"].sum()), int(own["d"].sum())
        treated = int((own["d"] > 0).sum())
        rows.append(
            {
                "agency": agency,
                "planned_visits": planned_visits,
                "delivered_visits": done,
                "planned_delivered": kept,
                "share_delivered": kept / planned_visits if planned_visits else np.nan,
                "unplanned_visits": done - kept,
                "planned_minutes": float(minutes[0].get(agency, 0)),
                "delivered_minutes": float(minutes[1].get(agency, 0)),
                "place_evenings": places,
                "treated_place_evenings": treated,
                "share_treated": treated / places,
            }
        )
    return pd.DataFrame(rows, columns=_COMPARED)


_COMPARED: Final = [
    "agency",
    "planned_visits",
    "delivered_visits",
    "planned_delivered",
    "share_delivered",
    "unplanned_visits",
    "planned_minutes",
    "delivered_minutes",
    "place_evenings",
    "treated_place_evenings",
    "share_treated",
]


def _stays(visits: pd.DataFrame) -> dict[tuple[str, str], Moments]:
    """Return per area and kind its stays in order, as rows of start and end."""
    starts, ends = _moments(visits, "starts_at"), _moments(visits, "ends_at")
    _require_order(starts, ends)
    table = pd.DataFrame(
        {
            "area": visits["area_code"].to_numpy(),
            "kind": visits["kind"].to_numpy(),
            "start": starts,
            "end": ends,
        }
    ).sort_values(["area", "kind", "start"], kind="stable")
    stays: dict[tuple[str, str], Moments] = {}
    for (area, kind), own in table.groupby(["area", "kind"]):
        begins, until = own["start"].to_numpy(), np.maximum.accumulate(own["end"].to_numpy())
        is_new = np.append(True, begins[1:] > until[:-1])
        last = np.append(np.flatnonzero(is_new)[1:] - 1, len(begins) - 1)
        stays[str(area), str(kind)] = np.column_stack([begins[is_new], until[last]])
    return stays


def _given(
    stays: Moments, starts: Moments, ends: Moments, rule: PresenceRule
) -> dict[str, npt.NDArray[Any]]:
    """Return the measures of m windows of one place; stays are in order and do not touch."""
    first = np.searchsorted(stays[:, 1], starts, side="right")
    visits = np.maximum(np.searchsorted(stays[:, 0], ends, side="left") - first, 0)
    # one row for every stay in every window, in order: which window, and which stay
    window = np.repeat(np.arange(len(starts)), visits)
    number = np.arange(len(window)) - np.repeat(np.cumsum(visits) - visits, visits)
    stay = stays[np.repeat(first, visits) + number]
    is_long = stay[:, 1] - stay[:, 0] >= rule.least_minutes * MINUTE
    inside = np.column_stack(
        [np.maximum(stay[:, 0], starts[window]), np.minimum(stay[:, 1], ends[window])]
    )
    minutes = np.bincount(window, inside[:, 1] - inside[:, 0], minlength=len(starts)) / MINUTE
    long_visits = np.bincount(window[is_long], minlength=len(starts))
    gap_long = _longest_gaps(inside[is_long], window[is_long], starts, ends)
    keeps_gap = (
        gap_long <= rule.longest_gap_minutes
        if rule.longest_gap_minutes is not None
        else np.full(len(starts), fill_value=True)
    )
    verdict = np.where((long_visits > 0) & keeps_gap, "full", "partly")
    return {
        "visits": visits,
        "long_visits": long_visits,
        "minutes": minutes,
        "longest_gap_minutes": _longest_gaps(inside, window, starts, ends),
        "longest_gap_long_minutes": gap_long,
        "verdict": np.where(visits == 0, "none", verdict),
    }


def _longest_gaps(
    inside: Moments, window: npt.NDArray[np.int64], starts: Moments, ends: Moments
) -> npt.NDArray[np.float64]:
    """Return the longest time between stays, and before the first and after the last."""
    before = starts[window]
    follows = np.flatnonzero(window[1:] == window[:-1]) + 1
    before[follows] = inside[follows - 1, 1]
    longest = np.zeros(len(starts), dtype=np.int64)
    np.maximum.at(longest, window, inside[:, 0] - before)
    until = starts.copy()
    np.maximum.at(until, window, inside[:, 1])
    minutes: npt.NDArray[np.float64] = np.maximum(longest, ends - until) / MINUTE
    return minutes


def _moments(frame: pd.DataFrame, column: str) -> Moments:
    utc = pd.to_datetime(frame[column], utc=True).astype(MOMENT)
    return utc.to_numpy(dtype="datetime64[us]").astype(np.int64)


def _require_order(starts: Moments, ends: Moments) -> None:
    if (starts >= ends).any():
        raise InvalidInput("Every visit and window must end after it begins.")
