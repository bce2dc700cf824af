"""Memberships stated by hand: known codes, possible periods, and a trace in the audit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo_service.errors import AlreadyExists, InvalidInput, NotFound
from geo_service.storage.memberships import known_codes, read_memberships
from geo_service.storage.tables import Membership
from geo_service.workflows.import_areas import import_areas
from geo_service.workflows.state_membership import Named, Statement, add_membership, move_member
from tests import make
from tests.workflows.test_import_areas import CHOICES, named

BEFORE, MOVED = date(2009, 1, 1), date(2012, 1, 1)


@pytest.fixture
def town(session: Session, tmp_path: Path) -> Session:
    """Roder 1 to 4 from 2014 on: 1 and 2 in district 11, 3 and 4 in district 12."""
    squares = named(make.squares()).assign(distrikt_nr=[11, 11, 12, 12])
    path = make.area_file(tmp_path / "roder.geojson", squares)
    import_areas(session, path, CHOICES, imported_by="os:test", today=make.TODAY)
    return session


def said(
    member: Named, group: Named, *, municipality: str = "0101", accept_unknown: bool = False
) -> Statement:
    return Statement(municipality, member, group, "test", "os:test", accept_unknown)


def state(
    session: Session,
    statement: Statement,
    *,
    start: date = BEFORE,
    end: date | None = make.FIRST_DAY,
) -> None:
    add_membership(session, statement, valid_from=start, valid_to=end)


def test_a_membership_may_be_older_than_any_outline(town: Session) -> None:
    state(town, said(("rode", "3"), ("district", "11")))
    assert move_member(town, said(("rode", "3"), ("district", "12")), on=MOVED) == "11"
    held = read_memberships(town, "0101", on=MOVED)
    assert held.loc[held["member_code"] == "3", "group_code"].tolist() == ["12"]


UNKNOWN = [
    (("rode", "03"), ("district", "11"), r"knows rode 03\. Near it: 3 \(Rode 3\)\. If"),
    (("rode", "Rode 3"), ("district", "11"), r"knows rode Rode 3\. Near it: 3 \(Rode 3\)"),
    (("rode", "3"), ("district", "1"), r"knows district 1\. Near it: 1[12] \(Distrikt 1[12]\)"),
    (("rode", "3"), ("district", "x9"), r"knows district x9\. If the code is meant"),
    (("rode", "3"), ("lokaludvalg", "Nørrebro"), r"knows lokaludvalg Nørrebro\. If"),
]


@pytest.mark.parametrize(("member", "group", "answer"), UNKNOWN)
def test_an_unknown_code_is_refused_unless_it_is_meant(
    town: Session, member: Named, group: Named, answer: str
) -> None:
    with pytest.raises(NotFound, match=answer):
        state(town, said(member, group))
    with pytest.raises(NotFound, match=answer):
        move_member(town, said(member, group), on=MOVED)
    before = len(read_memberships(town, "0101"))
    state(town, said(member, group, accept_unknown=True))
    assert len(read_memberships(town, "0101")) == before + 1
    state(town, said(member, group), start=date(2008, 1, 1), end=BEFORE)  # now something knows it


def test_a_code_that_only_a_membership_knows_is_known(town: Session) -> None:
    state(town, said(("rode", "400"), ("district", "99"), accept_unknown=True))
    assert known_codes(town, "0101", "district") == {
        "11": "Distrikt 11",
        "12": "Distrikt 12",
        "99": "99",
    }
    assert known_codes(town, "0101", "rode")["400"] == "400"


def test_a_municipality_without_areas_is_told_to_load_them(town: Session) -> None:
    elsewhere = said(("rode", "3"), ("district", "11"), municipality="0751", accept_unknown=True)
    with pytest.raises(NotFound, match="Municipality 0751 has neither rode nor district"):
        state(town, elsewhere)


def test_what_cannot_be_is_said_in_words(town: Session) -> None:
    with pytest.raises(InvalidInput, match="before it begins"):
        state(town, said(("rode", "3"), ("district", "11")), start=MOVED, end=BEFORE)
    with pytest.raises(InvalidInput, match="does not lie in another"):
        state(town, said(("rode", "3"), ("rode", "4")))
    with pytest.raises(InvalidInput, match="areas member"):
        move_member(town, said(("rode", "3"), ("hotspot_area", "ydre")), on=MOVED)


def test_hotspot_areas_may_share_a_rode_but_not_hold_it_twice(town: Session) -> None:
    state(town, said(("rode", "3"), ("hotspot_area", "ydre"), accept_unknown=True))
    state(town, said(("rode", "3"), ("hotspot_area", "indre"), accept_unknown=True))
    with pytest.raises(AlreadyExists, match="lies in hotspot_area ydre"):
        state(town, said(("rode", "3"), ("hotspot_area", "ydre")), start=MOVED)
    groups = town.scalars(
        select(Membership.group_code).where(Membership.group_kind == "hotspot_area")
    )
    assert sorted(groups) == ["indre", "ydre"]
