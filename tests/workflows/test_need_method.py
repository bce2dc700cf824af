"""Which method is used far ahead, and which squares a trial is made on."""

from __future__ import annotations

from datetime import date, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.analysis.baselines import Baseline
from geo_service.analysis.rolling_origin import MODEL, Backtest
from geo_service.domain.evenings import slots_of
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.need_choice import NeedChoice
from geo_service.workflows.evening_need import SQUARE, KnownIncidents, every_square
from geo_service.workflows.need_method import NeedMethod, need_method, planned_need

UNTIL = date(2026, 11, 23)
WEEKS = 104


def roder() -> gpd.GeoDataFrame:
    """Return one rode of 600 by 400 m whose west side lies on the grid of squares."""
    box = shapely.box(722_000, 6_178_000, 722_600, 6_178_400)
    return gpd.GeoDataFrame({"code": ["1"]}, geometry=[box], crs=DANISH_GRID)


def known(*, squares: tuple[str, ...]) -> KnownIncidents:
    """Return an incident every week in each of some squares, at eight in the evening."""
    shown = every_square(roder())
    at = [
        pd.Timestamp(UNTIL - timedelta(days=7 * week + 3), tz="Europe/Copenhagen")
        + pd.Timedelta(hours=20, minutes=30)
        for week in range(WEEKS)
    ]
    rows = [(moment, code) for moment in at for code in squares]
    moments = pd.Series([moment for moment, _ in rows]).dt.tz_convert("UTC")
    events = gpd.GeoDataFrame(
        {
            "area_code": [code for _, code in rows],
            "crime_type": "uro",
            "occurred_from": moments,
            "occurred_to": moments,
            "weight": 1.0,
        },
        geometry=[shapely.Point(722_010, 6_178_010)] * len(rows),
        crs=DANISH_GRID,
    )
    kept = shown[shown["code"].isin(squares)]
    units = pd.concat([roder(), kept], ignore_index=True)
    since = UNTIL - timedelta(weeks=WEEKS)
    none = events.iloc[:0]
    return KnownIncidents(
        events, events.assign(area_code="1"), units, since, UNTIL, False, none, none, roder()
    )


def method(chosen: str, scores: dict[str, float]) -> NeedMethod:
    table = pd.DataFrame(
        {"enough": [True] * len(scores), "log_score": list(scores.values())}, index=list(scores)
    )
    return NeedMethod(chosen, "Sætning.", Backtest({}, table, 12), WEEKS, 1, UNTIL, NeedChoice())


def test_every_square_is_tried_also_where_nothing_was_seen() -> None:
    names = list(every_square(roder())["code"])
    assert len(names) == 6
    assert all(name.startswith(SQUARE) for name in names)
    coverage = gpd.GeoDataFrame(
        {"code": ["quiet"]},
        geometry=[shapely.box(722_300, 6_178_300, 722_340, 6_178_340)],
        crs=DANISH_GRID,
    )
    seen = known(squares=(names[0],))
    found = need_method(seen, coverage, NeedChoice())
    assert found.places == len(names)
    need = planned_need(seen, coverage, slots_of(UNTIL, 1), found)
    assert need is not None
    assert (need["high"] > 0).all()  # it lies in a square in which nothing was seen


def test_a_year_ahead_the_best_of_the_others_is_used_and_said() -> None:
    last_year = str(Baseline.same_slot_last_year)
    scores = {last_year: -1.0, MODEL: -3.0, str(Baseline.last_8_weeks): -2.0}
    found = method(last_year, scores)
    assert found.used(51) == last_year
    assert found.used(52) == str(Baseline.last_8_weeks)
    near, far = UNTIL + timedelta(days=300), UNTIL + timedelta(days=365)
    assert found.sentence_until(near) == "Sætning."
    assert "»samme tidsrum, seneste 8 uger«" in found.sentence_until(far)
    names = tuple(every_square(roder())["code"])
    need = planned_need(known(squares=names), roder(), slots_of(far, 1), found)
    assert need is not None
    assert np.isfinite(need["expected"]).all()
