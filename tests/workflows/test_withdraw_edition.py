"""An edition that was loaded by mistake goes, and everything is as it would be without it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.domain.evenings import COPENHAGEN
from geo_service.errors import InvalidInput, NotFound
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as incident_store
from geo_service.storage import memberships as membership_store
from geo_service.storage.tables import (
    Area,
    ImportBatch,
    Incident,
    IncidentCount,
    Membership,
    SurveyResult,
)
from geo_service.storage.withdrawing import Held
from geo_service.workflows.import_areas import import_areas
from geo_service.workflows.import_incidents import with_rode
from geo_service.workflows.withdraw_edition import Unconfirmed, Withdrawal, withdraw_edition
from tests import make
from tests.workflows.test_import_areas import CHOICES, named

FIRST, SECOND, THIRD = CHOICES.valid_from, date(2018, 9, 1), date(2022, 1, 1)
Rows = list[tuple[object, ...]]


def load(session: Session, folder: Path, areas: gpd.GeoDataFrame, day: date) -> None:
    file = make.area_file(folder / f"roder-{day}.geojson", areas)
    choices = replace(CHOICES, valid_from=day, on_missing="end")
    import_areas(session, file, choices, imported_by="os:test", today=make.TODAY)


def withdraw(
    session: Session, day: date, *, kind: str = "rode", confirmed: bool = True
) -> Withdrawal:
    return withdraw_edition(
        session,
        Held("0101", kind, day),
        withdrawn_by="os:test",
        today=make.TODAY,
        confirmed=confirmed,
    )


def incidents(session: Session) -> None:
    """Store an incident a year from 2012 to 2024, all at one place in rode 2."""
    moments = pd.to_datetime(
        [datetime(year, 6, 1, 20, tzinfo=COPENHAGEN) for year in range(2012, 2025)], utc=True
    )
    found = make.incidents(
        [(750.0, 250.0)] * len(moments), occurred_from=moments, occurred_to=moments
    )
    assigned = with_rode(session, found, "0101")
    incident_store.store_incidents(session, assigned, municipality="0101", batch_id=None)
    incident_store.count_by_rode(session, "0101")


def state(session: Session) -> dict[str, Rows]:
    """Return everything that an edition touches, without numbers of rows and imports."""
    lies_in = (
        select(Incident.source_ref, Area.kind, Area.code, Area.valid_from)
        .outerjoin(Area, Area.id == Incident.rode_id)
        .order_by(Incident.source_ref)
    )
    queries = {
        "areas": select(Area.kind, Area.code, Area.name, Area.valid_from, Area.valid_to).order_by(
            Area.kind, Area.code, Area.valid_from
        ),
        "memberships": select(
            Membership.member_code,
            Membership.group_kind,
            Membership.group_code,
            Membership.valid_from,
            Membership.valid_to,
        ).order_by(Membership.member_code, Membership.group_kind, Membership.valid_from),
        "incidents": lies_in,
        "counts": select(
            IncidentCount.rode_code, IncidentCount.month, IncidentCount.incidents
        ).order_by(IncidentCount.rode_code, IncidentCount.month),
    }
    return {name: [tuple(row) for row in session.execute(q)] for name, q in queries.items()}


def shifted(districts: list[int]) -> gpd.GeoDataFrame:
    """Return roder 1 to 4 half a rode to the west, so that other points lie in them."""
    squares = make.squares()
    squares = squares.set_geometry(squares.geometry.translate(-300, 0))
    return named(squares).assign(distrikt_nr=districts)


def test_the_newest_edition_goes_as_if_it_had_never_come(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    incidents(session)
    before = state(session)
    load(session, tmp_path, shifted([11, 11, 12, 12])[:3], SECOND)
    area_store.read_areas(session, "0101", "rode", SECOND)
    assert state(session)["areas"] != before["areas"]
    done = withdraw(session, SECOND)
    assert state(session) == before
    assert (done.areas, done.dissolved, done.reopened) == (3, {"bydel": 1, "district": 2}, 4)
    assert (done.members.ended, done.members.later, done.members.again) == (2, 0, 2)


def test_incidents_get_the_rode_of_the_edition_that_is_left(
    session: Session, tmp_path: Path
) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    load(session, tmp_path, shifted([12] * 4), SECOND)
    incidents(session)
    by_code = {row[2] for row in state(session)["incidents"]}
    assert by_code == {"2", "3"}  # half of them in the wrong edition
    done = withdraw(session, SECOND)
    assert (done.incidents, done.outside) == (6, 0)
    rows = state(session)["incidents"]
    assert {row[2:] for row in rows} == {("2", FIRST)}
    counted = state(session)["counts"]
    assert {row[0] for row in counted} == {"2"}
    assert sum(int(str(row[2])) for row in counted) == 13


def test_an_edition_between_two_others_goes(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()).assign(distrikt_nr=11), FIRST)
    load(session, tmp_path, shifted([12, 12, 11, 11]), SECOND)
    load(session, tmp_path, named(make.squares()).assign(distrikt_nr=[12, 13, 11, 11]), THIRD)
    incidents(session)
    done = withdraw(session, SECOND)
    assert done.until == THIRD
    # rode 1 lay in 12 from the second on, and the third did not need to say so again
    assert (done.members.ended, done.members.later, done.members.again) == (1, 1, 2)
    found = [
        row for row in state(session)["memberships"] if row[1] == "district" and row[0] in "12"
    ]
    assert found == [
        ("1", "district", "11", FIRST, THIRD),
        ("1", "district", "12", THIRD, None),
        ("2", "district", "11", FIRST, THIRD),
        ("2", "district", "13", THIRD, None),
    ]
    rode = [row for row in state(session)["areas"] if row[0] == "rode" and row[1] == "1"]
    assert [row[3:] for row in rode] == [(FIRST, THIRD), (THIRD, None)]
    assert {row[2:] for row in state(session)["incidents"]} == {("2", FIRST), ("2", THIRD)}


def test_the_first_edition_goes_and_the_next_takes_its_incidents(
    session: Session, tmp_path: Path
) -> None:
    load(session, tmp_path, shifted([12] * 4), FIRST)
    load(session, tmp_path, named(make.squares()), SECOND)
    incidents(session)
    done = withdraw(session, FIRST)
    assert (done.reopened, done.members.later) == (0, 8)
    assert {row[2:] for row in state(session)["incidents"]} == {("2", SECOND)}
    held = membership_store.read_memberships(session, "0101", on=SECOND)
    assert len(held) == 8


def test_a_later_move_stays(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()).assign(distrikt_nr=11), FIRST)
    load(session, tmp_path, shifted([12] * 4), SECOND)
    membership_store.move_member(
        session,
        municipality="0101",
        member=("rode", "1"),
        group=("district", "13"),
        on=THIRD,
        source="test",
    )
    withdraw(session, SECOND)
    mine = [row for row in state(session)["memberships"] if row[:2] == ("1", "district")]
    assert [row[2:] for row in mine] == [("11", FIRST, THIRD), ("13", THIRD, None)]


def test_without_a_yes_it_is_told_and_nothing_is_done(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    incidents(session)
    load(session, tmp_path, named(make.squares()), SECOND)
    before = state(session)
    with pytest.raises(Unconfirmed, match="--yes") as told, session.begin_nested():
        withdraw(session, SECOND, confirmed=False)
    assert state(session) == before
    assert told.value.withdrawal.lines()[0].startswith("4 rode of 2018-09-01 are withdrawn")


def test_the_import_stays_in_the_list_and_the_file_may_come_again(
    session: Session, tmp_path: Path
) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    load(session, tmp_path, named(make.squares()), SECOND)
    withdraw(session, SECOND)
    first, second = session.scalars(select(ImportBatch).order_by(ImportBatch.id))
    assert (first.status, second.status, second.rows_stored) == ("stored", "undone", 4)
    assert second.remarks[-1] == "Trukket tilbage 23-11-2026."
    load(session, tmp_path, named(make.squares()), SECOND)
    assert len(area_store.read_edition(session, "0101", "rode", SECOND)) == 4


def test_a_correction_of_one_rode_goes_with_what_was_kept(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    before = state(session)
    file = make.area_file(tmp_path / "en.geojson", shifted([12] * 4)[:1])
    choices = replace(CHOICES, valid_from=SECOND, on_missing="keep")
    import_areas(session, file, choices, imported_by="os:test", today=make.TODAY)
    assert withdraw(session, SECOND).areas == 4
    assert state(session) == before
    stored = session.scalars(select(ImportBatch.status).order_by(ImportBatch.id)).all()
    assert stored == ["stored", "undone"]


def test_the_only_edition_stays_while_incidents_lie_in_it(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    incidents(session)
    with (
        pytest.raises(InvalidInput, match=r"13 incidents .* Load the right one first"),
        session.begin_nested(),
    ):
        withdraw(session, FIRST)
    load(session, tmp_path, named(make.squares()), date(2014, 8, 31))
    withdraw(session, FIRST)
    assert {row[3] for row in state(session)["incidents"]} == {date(2014, 8, 31)}


def test_the_only_edition_goes_while_nothing_lies_in_it(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    withdraw(session, FIRST)
    assert area_store.editions(session) == []
    assert state(session)["memberships"] == []


def test_what_is_made_of_others_and_what_is_not_there_is_refused(
    session: Session, tmp_path: Path
) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    with pytest.raises(InvalidInput, match=r"made of rode. Withdraw those: --kind rode"):
        withdraw(session, FIRST, kind="district")
    with pytest.raises(NotFound, match=r"from 2018-09-01. Its editions begin on 2014-09-01"):
        withdraw(session, SECOND)
    with pytest.raises(NotFound, match="It has none"):
        withdraw(session, FIRST, kind="quarter")
    make.stored_squares(session)  # of no file: the edition holds them already
    store_day = date(2010, 1, 1)
    area_store.store_areas(session, make.squares(), make.edition(valid_from=store_day))
    with pytest.raises(InvalidInput, match="came from no file"):
        withdraw(session, store_day)


def test_figures_that_lose_their_area_are_told(session: Session, tmp_path: Path) -> None:
    load(session, tmp_path, named(make.squares()), FIRST)
    load(session, tmp_path, named(make.squares()).assign(distrikt_nr=99), SECOND)
    for district in ("12", "99"):
        session.add(
            SurveyResult(
                municipality_code="0101",
                area_kind="district",
                area_code=district,
                year=2020,
                series="tryghed",
                question="aften",
                answer="utryg",
                share_pct=10,
                answers=100,
                source="test",
            )
        )
    session.flush()
    done = withdraw(session, SECOND)
    assert done.figures == 1
    assert "1 figures are of areas that no edition has" in done.lines()[-1]
