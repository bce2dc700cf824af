"""What counts towards need: the public space, and never what a patrol found itself."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from geo_service.analysis.need_events import REASONS, need_events
from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.domain.vocabulary import CRIME_TYPES, PUBLIC_SPACE_TYPES, SETTINGS
from geo_service.errors import InvalidInput, WrongCRS

WHEN = pd.Timestamp("2026-10-09 21:00", tz="Europe/Copenhagen")


def incidents(*rows: tuple[str, str, str]) -> gpd.GeoDataFrame:
    """Return incidents from (type, setting, found by)."""
    return gpd.GeoDataFrame(
        {
            "crime_type": pd.Series([kind for kind, _, _ in rows], dtype=object),
            "setting": pd.Series([setting for _, setting, _ in rows], dtype=object),
            "found_by": pd.Series([found for _, _, found in rows], dtype=object),
            "occurred_from": pd.Series([WHEN] * len(rows), dtype="datetime64[us, UTC]"),
            "occurred_to": pd.Series([WHEN] * len(rows), dtype="datetime64[us, UTC]"),
        },
        geometry=gpd.GeoSeries([Point(0, 0)] * len(rows), crs=DANISH_GRID),
    )


def note(area: str, *, released: bool, kind: str = "uro") -> dict[str, object]:
    later = WHEN + pd.Timedelta(minutes=45)
    return {
        "area_code": area,
        "crime_type": kind,
        "occurred_from": WHEN,
        "occurred_to": later,
        "released": released,
    }


kinds = st.tuples(
    st.sampled_from(sorted(CRIME_TYPES)),
    st.sampled_from(sorted(SETTINGS)),
    st.sampled_from(["citizen", "patrol", "unknown"]),
)


@given(rows=st.lists(kinds, max_size=20), released=st.lists(st.booleans(), max_size=5))
def test_everything_is_either_in_or_counted_as_left_out(
    rows: list[tuple[str, str, str]], released: list[bool]
) -> None:
    notes = pd.DataFrame([note("a", released=one) for one in released])
    found = need_events(incidents(*rows), notes)
    assert len(found.events) + sum(found.left_out.values()) == len(rows) + len(released)
    assert set(found.left_out) == set(REASONS)
    assert set(found.events["crime_type"]) <= set(PUBLIC_SPACE_TYPES)
    assert found.left_out["patrol"] == sum(by == "patrol" for _, _, by in rows)
    assert found.left_out["not_released"] == released.count(False)
    sources = found.events["source"].value_counts()
    assert sources.get("evening_log", 0) == released.count(True)


def test_burglary_and_theft_count_only_where_they_are_chosen() -> None:
    seen = incidents(("indbrud", "public_space", "citizen"), ("uro", "unknown", "citizen"))
    assert need_events(seen).events["crime_type"].tolist() == ["uro"]
    chosen = need_events(seen, crime_types=["indbrud"])
    assert chosen.events["crime_type"].tolist() == ["indbrud"]
    assert chosen.left_out["type"] == 1


def test_more_of_what_patrols_find_changes_nothing() -> None:
    """Else presence would bring need, and need more presence, in the same place."""
    seen = incidents(("uro", "public_space", "citizen"))
    more = incidents(("uro", "public_space", "citizen"), *[("uro", "public_space", "patrol")] * 50)
    pd.testing.assert_frame_equal(need_events(seen).events, need_events(more).events)


def test_a_note_keeps_its_area_and_its_span() -> None:
    (row,) = need_events(
        incidents(), pd.DataFrame([note("nord", released=True)])
    ).events.itertuples()
    assert (row.area_code, row.source) == ("nord", "evening_log")
    assert row.occurred_to - row.occurred_from == pd.Timedelta(minutes=45)


def test_a_missing_time_is_counted_and_not_guessed() -> None:
    seen = incidents(("uro", "public_space", "citizen"), ("uro", "public_space", "citizen"))
    seen.loc[0, "occurred_to"] = pd.NaT
    found = need_events(seen)
    assert (len(found.events), found.left_out["no_time"]) == (1, 1)


def test_frames_without_what_is_optional_are_taken_as_they_are() -> None:
    seen = incidents(("uro", "indoor", "patrol")).drop(columns=["setting", "found_by"])
    assert len(need_events(seen).events) == 1
    assert need_events(seen).events.crs == DANISH_GRID


def test_unknown_types_and_degrees_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Unknown types larm"):
        need_events(incidents(), crime_types=["larm"])
    with pytest.raises(WrongCRS, match="`incidents`"):
        need_events(incidents().set_crs(WEB, allow_override=True))


def test_no_column_of_a_person_comes_through() -> None:
    seen = incidents(("uro", "public_space", "citizen")).assign(age=np.array([17]))
    assert set(need_events(seen).events.columns) == {
        "source",
        "crime_type",
        "occurred_from",
        "occurred_to",
        "area_code",
        "geometry",
    }
