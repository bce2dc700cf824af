"""What was agreed and what stands in the evening log, per agency and per place.

What nobody logged is not known: it is None here and "ikke logget" on screens, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from geo_service.analysis.dosage import dosage, planned_against_delivered
from geo_service.domain.frames import rows_of
from geo_service.domain.vocabulary import AGENCIES

KIND_OF: Final = {"police": "patrol", "street_team": "street_team"}
"""Whose rule of presence an agency's visits are held to."""


@dataclass(frozen=True)
class Account:
    """What one agency had promised, and what of it stands in the log.

    Attributes
    ----------
    planned_visits, planned_minutes
        Agreed commitments.
    found_visits
        Those of them for which the log has a visit of the same agency, place and evening.
    visits, minutes
        What stands in the log, also what was not planned; None: nothing is logged.
    longest_gap_minutes
        Longest time without a visit while one was promised, over the evenings that are logged
        at the place; None: no such evening.
    """

    agency: str
    planned_visits: int
    planned_minutes: float
    found_visits: int
    visits: int | None
    minutes: float | None
    longest_gap_minutes: float | None


@dataclass(frozen=True)
class PlaceAccount:
    """The account of one agency at one place."""

    area_code: str
    area_name: str
    account: Account


@dataclass(frozen=True)
class Ledger:
    """Accounts over some evenings: of each agency, and of each place with either side."""

    agencies: tuple[Account, ...]
    places: tuple[PlaceAccount, ...]
    untouched: tuple[str, ...]
    """Names of places that were neither promised nor logged."""


def presence_ledger(
    promised: pd.DataFrame,
    logged: pd.DataFrame,
    *,
    names: Mapping[str, str],
    evenings: Sequence[date],
) -> Ledger:
    """Hold what was agreed against what is logged.

    Parameters
    ----------
    promised, logged
        One row per visit: agency, area_code, evening, starts_at, ends_at (aware).
    names
        What the places are called, by code; rows of other places are left out.
    evenings
        Those that are counted.

    Returns
    -------
    Ledger
        Both agencies, in the order of the vocabulary; places by name.
    """
    planned, given = (_counted(frame, names, evenings) for frame in (promised, logged))
    gaps = _gaps(planned, given)
    places = tuple(
        PlaceAccount(code, names[code], account)
        for code in sorted(names, key=lambda one: (names[one], one))
        for account in _accounts(_at(planned, code), _at(given, code), _at(gaps, code), evenings)
        if account.planned_visits or account.visits
    )
    touched = {place.area_code for place in places}
    return Ledger(
        _accounts(planned, given, gaps, evenings),
        places,
        tuple(sorted(name for code, name in names.items() if code not in touched)),
    )


def _counted(
    frame: pd.DataFrame, names: Mapping[str, str], evenings: Sequence[date]
) -> pd.DataFrame:
    kept = frame[frame["area_code"].isin(list(names)) & frame["evening"].isin(list(evenings))]
    minutes = (kept["ends_at"] - kept["starts_at"]).dt.total_seconds() / 60
    return kept.assign(minutes=minutes, kind=kept["agency"].map(KIND_OF)).reset_index(drop=True)


def _at(frame: pd.DataFrame, code: str) -> pd.DataFrame:
    return frame[frame["area_code"] == code]


def _gaps(planned: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Return the promised visits at places and evenings that are logged, with their gaps."""
    keys = ["agency", "area_code", "evening"]
    known = planned.drop(columns="minutes").merge(given[keys].drop_duplicates(), on=keys)
    return dosage(given, known)


def _accounts(
    planned: pd.DataFrame, given: pd.DataFrame, gaps: pd.DataFrame, evenings: Sequence[date]
) -> tuple[Account, ...]:
    codes = sorted({*planned["area_code"], *given["area_code"]})
    compared = planned_against_delivered(planned, given, area_codes=codes, evenings=list(evenings))
    rows: dict[str, Any] = {row.agency: row for row in rows_of(compared)}
    return tuple(
        _account(agency, rows.get(agency), gaps[gaps["agency"] == agency]) for agency in AGENCIES
    )


def _account(agency: str, row: Any, gaps: pd.DataFrame) -> Account:
    if row is None:
        return Account(agency, 0, 0.0, 0, None, None, None)
    is_logged = row.delivered_visits > 0
    return Account(
        agency=agency,
        planned_visits=row.planned_visits,
        planned_minutes=row.planned_minutes,
        found_visits=row.planned_delivered,
        visits=row.delivered_visits if is_logged else None,
        minutes=row.delivered_minutes if is_logged else None,
        longest_gap_minutes=None if gaps.empty else float(gaps["longest_gap_minutes"].max()),
    )
