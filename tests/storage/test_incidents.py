"""Incidents in bulk: stored once, as they came, and counted per group and month."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from geoalchemy2.shape import to_shape
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geo_service.errors import WrongCRS
from geo_service.storage import incidents
from geo_service.storage import memberships as membership_store
from geo_service.storage.tables import Incident
from tests import make

JANUARY = date(2026, 1, 1)


def test_incidents_are_stored_once_by_their_own_reference(session: Session) -> None:
    held = make.stored_squares(session)
    frame = make.incidents([(100, 100), (600, 100)], rode_id=held["id"].iloc[:2].tolist())
    assert incidents.store_incidents(session, frame, municipality="0101", batch_id=None).new == 2
    again = incidents.store_incidents(session, frame, municipality="0101", batch_id=None)
    assert (again.new, again.changed) == (0, {})
    other = frame.assign(source_system="another")
    assert incidents.store_incidents(session, other, municipality="0101", batch_id=None).new == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("crime_type", "indbrud"),
        ("setting", "indoor"),
        ("occurred_from", pd.Timestamp("2026-01-16 19:29", tz="UTC")),
        ("occurred_to", pd.Timestamp("2026-01-16 19:31", tz="UTC")),
    ],
)
def test_what_says_something_else_is_told_and_not_stored(
    session: Session, column: str, value: object
) -> None:
    make.stored_squares(session)
    frame = make.incidents([(100, 100), (600, 100)])
    incidents.store_incidents(session, frame, municipality="0101", batch_id=None)
    other = frame.copy()
    other.loc[1, column] = value
    found = incidents.store_incidents(session, other, municipality="0101", batch_id=None)
    assert (found.new, found.changed) == (0, {1: [column]})
    again = incidents.store_incidents(session, frame, municipality="0101", batch_id=None)
    assert again.changed == {}


def test_a_moved_point_is_told_and_a_rounded_one_is_not(session: Session) -> None:
    held = make.stored_squares(session)
    frame = make.incidents([(100, 100), (600, 100)])
    incidents.store_incidents(session, frame, municipality="0101", batch_id=None)
    moved = make.incidents([(100.001, 100), (600, 100.5)], rode_id=held["id"].iloc[:2].tolist())
    found = incidents.store_incidents(session, moved, municipality="0101", batch_id=None)
    assert found.changed == {1: ["north"]}


def test_what_comes_back_is_what_went_in(session: Session) -> None:
    held = make.stored_squares(session)
    frame = make.incidents(
        [(100.25, 99.75)],
        rode_id=[held["id"].iloc[0]],
        occurred_from=pd.Timestamp("2026-01-16 19:30", tz="UTC"),
        occurred_to=pd.Timestamp("2026-01-16 23:30", tz="UTC"),
    )
    incidents.store_incidents(session, frame, municipality="0101", batch_id=None)
    back = session.scalars(select(Incident)).all()
    assert len(back) == 1
    row = back[0]
    assert row.occurred_from == pd.Timestamp("2026-01-16 19:30", tz="UTC")
    assert row.occurred_to == pd.Timestamp("2026-01-16 23:30", tz="UTC")
    point = to_shape(row.geom)
    assert (point.x, point.y) == (make.WEST + 100.25, make.SOUTH + 99.75)
    assert row.rode_id == held["id"].iloc[0]


def test_counts_follow_copenhagens_months_and_dated_districts(session: Session) -> None:
    held = make.stored_squares(session)
    for district, first, last in (("11", date(2025, 1, 1), JANUARY), ("12", JANUARY, None)):
        membership_store.add_membership(
            session,
            municipality="0101",
            member=("rode", "1"),
            group=("district", district),
            valid_from=first,
            valid_to=last,
            source="test",
        )
    # 23:30 UTC on New Year's Eve is 00:30 on 1 January in Copenhagen
    frame = make.incidents(
        [(100, 100)] * 3,
        rode_id=[held["id"].iloc[0]] * 3,
        occurred_from=pd.to_datetime(
            ["2025-12-31 22:30", "2025-12-31 23:30", "2026-01-10 12:00"], utc=True
        ),
        occurred_to=pd.Timestamp("2026-02-02", tz="UTC"),
    )
    incidents.store_incidents(session, frame, municipality="0101", batch_id=None)
    incidents.count_by_rode(session, "0101")
    incidents.count_by_rode(session, "0101")
    counts = incidents.counts_by_group(
        session, "0101", group_kind="district", first=date(2025, 12, 1), last=JANUARY
    )
    assert dict(zip(counts["area_code"], counts["incidents"], strict=True)) == {"11": 1, "12": 2}


def test_incidents_in_degrees_are_refused(session: Session) -> None:
    frame = make.incidents([(1, 1)]).to_crs("EPSG:4326")
    with pytest.raises(WrongCRS):
        incidents.store_incidents(session, frame, municipality="0101", batch_id=None)


def test_the_staging_table_is_gone_afterwards(session: Session) -> None:
    make.stored_squares(session)
    incidents.store_incidents(session, make.incidents([(1, 1)]), municipality="0101", batch_id=None)
    assert session.scalar(text("SELECT to_regclass('pg_temp.staged')")) is None
