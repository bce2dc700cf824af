"""Editions and dated memberships: nothing is overwritten, and every day has its answer."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from geo_service.errors import AlreadyExists, InvalidInput, NotFound, WrongCRS
from geo_service.storage import areas as store
from geo_service.storage import memberships as membership_store
from tests import make

NEW_DAY = date(2018, 9, 1)


def in_district(codes: list[str], district: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "member_kind": "rode",
            "member_code": codes,
            "group_kind": "district",
            "group_code": district,
        }
    )


def district_of(session: Session, code: str, on: date) -> str | None:
    held = membership_store.read_memberships(session, "0101", on=on)
    mine = held[(held["member_code"] == code) & (held["group_kind"] == "district")]
    assert len(mine) <= 1
    return None if mine.empty else str(mine["group_code"].iloc[0])


def test_areas_come_back_as_they_were_stored(session: Session) -> None:
    held = make.stored_squares(session)
    assert held["code"].tolist() == ["1", "2", "3", "4"]
    assert held.crs.to_epsg() == 25832
    assert held.geometry.area.round().tolist() == [250_000] * 4


def test_a_new_edition_closes_the_old_one_and_both_can_be_read(session: Session) -> None:
    make.stored_squares(session, 4)
    store.store_areas(session, make.squares(3), make.edition(valid_from=NEW_DAY))
    assert len(store.read_areas(session, "0101", "rode", date(2018, 8, 31))) == 4
    assert len(store.read_areas(session, "0101", "rode", NEW_DAY)) == 3
    assert len(store.read_areas(session, "0101", "rode", date(2001, 1, 1))) == 4
    periods = [(row["valid_from"], row["valid_to"]) for row in store.editions(session)]
    assert periods == [(make.FIRST_DAY, NEW_DAY), (NEW_DAY, None)]


def test_an_edition_of_which_one_area_goes_on_has_no_end(session: Session) -> None:
    make.stored_squares(session, 4)
    session.execute(text("UPDATE work.area SET valid_to = '2015-01-01' WHERE code <> '4'"))
    (edition,) = store.editions(session)
    assert (edition["areas"], edition["valid_to"]) == (4, None)
    session.execute(text("UPDATE work.area SET valid_to = '2016-01-01' WHERE code = '4'"))
    (edition,) = store.editions(session)
    assert edition["valid_to"] == date(2016, 1, 1)


def test_an_older_edition_loaded_late_ends_where_the_next_begins(session: Session) -> None:
    make.stored_squares(session, 4)
    store.store_areas(session, make.squares(2), make.edition(valid_from=date(2009, 1, 1)))
    assert len(store.read_areas(session, "0101", "rode", date(2010, 1, 1))) == 2
    assert len(store.read_areas(session, "0101", "rode", make.FIRST_DAY)) == 4


def test_the_same_outlines_again_store_nothing(session: Session) -> None:
    make.stored_squares(session)
    assert store.store_areas(session, make.squares(), make.edition()) == 0


def test_another_outline_in_the_same_edition_is_refused(session: Session) -> None:
    make.stored_squares(session)
    moved = make.squares()
    moved.geometry = moved.geometry.translate(10, 0)
    with pytest.raises(AlreadyExists, match="An edition is never changed"):
        store.store_areas(session, moved, make.edition())


def test_areas_in_degrees_are_refused(session: Session) -> None:
    with pytest.raises(WrongCRS):
        store.store_areas(session, make.squares().to_crs("EPSG:4326"), make.edition())


def test_a_rode_lies_in_one_district_until_a_day_and_then_in_another(session: Session) -> None:
    """Rode 157 (Heimdals): in district 11 in 2010-11, in district 12 in the 2014 edition."""
    make.stored_squares(session)
    membership_store.store_memberships(
        session,
        in_district(["157"], "11"),
        municipality="0101",
        valid_from=date(2009, 1, 1),
        source="test",
    )
    left = membership_store.move_member(
        session,
        municipality="0101",
        member=("rode", "157"),
        group=("district", "12"),
        on=date(2012, 1, 1),
        source="test",
    )
    assert left == "11"
    assert district_of(session, "157", date(2008, 12, 31)) is None
    assert district_of(session, "157", date(2009, 1, 1)) == "11"
    assert district_of(session, "157", date(2011, 12, 31)) == "11"
    assert district_of(session, "157", date(2012, 1, 1)) == "12"
    assert district_of(session, "157", date(2026, 1, 1)) == "12"


def test_a_move_keeps_what_follows_it(session: Session) -> None:
    make.stored_squares(session)
    for day, district in ((date(2009, 1, 1), "11"), (date(2020, 1, 1), "13")):
        membership_store.store_memberships(
            session,
            in_district(["157"], district),
            municipality="0101",
            valid_from=day,
            source="test",
        )
    membership_store.move_member(
        session,
        municipality="0101",
        member=("rode", "157"),
        group=("district", "12"),
        on=date(2012, 1, 1),
        source="test",
    )
    days = [date(2010, 1, 1), date(2015, 1, 1), date(2021, 1, 1)]
    assert [district_of(session, "157", day) for day in days] == ["11", "12", "13"]


def test_moves_that_make_no_sense_say_why(session: Session) -> None:
    make.stored_squares(session)
    membership_store.store_memberships(
        session,
        in_district(["1"], "11"),
        municipality="0101",
        valid_from=make.FIRST_DAY,
        source="test",
    )

    def move(code: str, district: str, on: date) -> None:
        membership_store.move_member(
            session,
            municipality="0101",
            member=("rode", code),
            group=("district", district),
            on=on,
            source="test",
        )

    with pytest.raises(NotFound, match="is in no district"):
        move("9", "12", date(2020, 1, 1))
    with pytest.raises(NotFound):
        move("1", "12", date(2010, 1, 1))
    with pytest.raises(InvalidInput, match="already"):
        move("1", "11", date(2020, 1, 1))
    with pytest.raises(InvalidInput, match="that very day"):
        move("1", "12", make.FIRST_DAY)


def test_a_membership_stated_again_goes_on_and_another_one_ends_it(session: Session) -> None:
    make.stored_squares(session)
    first = in_district(["1", "2"], "11")
    common = {"municipality": "0101", "source": "test"}
    assert (
        membership_store.store_memberships(session, first, valid_from=make.FIRST_DAY, **common) == 2
    )
    assert membership_store.store_memberships(session, first, valid_from=NEW_DAY, **common) == 0
    changed = in_district(["2"], "12")
    assert membership_store.store_memberships(session, changed, valid_from=NEW_DAY, **common) == 1
    assert district_of(session, "2", date(2018, 8, 31)) == "11"
    assert district_of(session, "2", NEW_DAY) == "12"
    with pytest.raises(AlreadyExists, match="name a later day"):
        membership_store.store_memberships(session, first, valid_from=make.FIRST_DAY, **common)


def test_a_past_membership_may_not_overlap_a_known_one(session: Session) -> None:
    make.stored_squares(session)
    common = {"municipality": "0101", "member": ("rode", "1"), "source": "test"}
    membership_store.add_membership(
        session,
        group=("district", "11"),
        valid_from=date(2009, 1, 1),
        valid_to=date(2012, 1, 1),
        **common,
    )
    with pytest.raises(AlreadyExists, match="must not overlap"):
        membership_store.add_membership(
            session,
            group=("district", "12"),
            valid_from=date(2011, 1, 1),
            valid_to=None,
            **common,
        )
    membership_store.add_membership(
        session, group=("district", "12"), valid_from=date(2012, 1, 1), valid_to=None, **common
    )
    assert district_of(session, "1", date(2012, 1, 1)) == "12"


BAD_SHAPES = {
    "bow-tie": "MULTIPOLYGON(((720000 6175000,720500 6175500,720500 6175000,720000 6175500,"
    "720000 6175000)))",
    "degrees": "MULTIPOLYGON(((12 55,12.1 55,12.1 55.1,12 55)))",
    "swapped": "MULTIPOLYGON(((6175000 720000,6175500 720000,6175500 720500,6175000 720000)))",
    "nan": "MULTIPOLYGON(((720000 6175000,NaN NaN,720500 6175000,720000 6175000)))",
    "empty": "MULTIPOLYGON EMPTY",
}


@pytest.mark.parametrize("shape", BAD_SHAPES)
def test_the_database_refuses_bad_outlines(session: Session, shape: str) -> None:
    make.stored_squares(session)
    with pytest.raises(IntegrityError, match="geom_is_valid_and_in_denmark"):
        session.execute(
            text("""
            INSERT INTO work.area (municipality_code, kind, code, name, valid_from, outline,
                                   source, geom)
            VALUES ('0101', 'rode', '9', 'x', '2014-09-01', 'official', 'test',
                    ST_GeomFromText(:wkt, 25832))
        """),
            {"wkt": BAD_SHAPES[shape]},
        )


@pytest.mark.parametrize("point", ["NaN NaN", "Infinity 6175000", "0 0", "12.5 55.6"])
def test_the_database_refuses_bad_points(session: Session, point: str) -> None:
    """`ST_IsValid(POINT(NaN NaN))` is true in PostGIS, so the box must catch it."""
    make.stored_squares(session)
    with pytest.raises(IntegrityError, match="geom_is_valid_and_in_denmark"):
        session.execute(
            text("""
            INSERT INTO raw.incident (municipality_code, source_system, source_ref, crime_type,
                                      occurred_from, occurred_to, geom)
            VALUES ('0101', 'test', 'x', 'uro', now(), now(),
                    ST_SetSRID(ST_MakePoint(CAST(:x AS float8), CAST(:y AS float8)), 25832))
        """),
            dict(zip("xy", point.split(), strict=True)),
        )


def test_two_editions_of_one_area_cannot_be_in_force_at_once(session: Session) -> None:
    make.stored_squares(session)
    with pytest.raises(IntegrityError, match="ex_area_one_edition_at_a_time"):
        session.execute(
            text("""
            INSERT INTO work.area (municipality_code, kind, code, name, valid_from, outline,
                                   source, geom)
            SELECT municipality_code, kind, code, name, '2015-01-01', outline, source, geom
            FROM work.area WHERE code = '1' AND kind = 'rode'
        """)
        )
