"""Byrum and Område show what has to do with the hotspot area that is chosen, or everything."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.main import make_app
from geo_service.domain.access import Role
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import HOME, OTHER_HOTSPOT, OWN_HOTSPOT, VARIANTS

FAR = "SRID=25832;POINT(700000 6100000)"
NAME = next(house.name_of(one) for one in VARIANTS if one.mine and one.municipality == HOME)


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    database = own_database("tryghed_area_chosen")
    with database.working(people.EVERYWHERE) as session:
        plants.plant(session)
    house.plant_hotspots(database)
    return database


@pytest.fixture
def app(own: Database, settings: Settings) -> FastAPI:
    return make_app(settings, own)


@pytest.fixture
def chief(own: Database, app: FastAPI) -> TestClient:
    areas = [OWN_HOTSPOT, OTHER_HOTSPOT]
    return people.browser(app, people.token_of(own, Role.hotspot_chief, hotspot_areas=areas))


def change(own: Database, statement: str, **values: object) -> None:
    with own.as_owner() as owner:
        owner.execute(text(statement), values)
        owner.commit()


def codes(own: Database) -> list[str]:
    with own.as_owner() as owner:
        asked = "SELECT code FROM work.improvement_project WHERE municipality_code = :home"
        return list(owner.scalars(text(f"{asked} ORDER BY code"), {"home": HOME}))


def rows(page: str) -> int:
    return page.count('<tr>\n    <th scope="row">')


def link(page: str, words: str) -> str:
    found = re.search(rf'<a [^>]*?href="([^"]*)"[^>]*>{re.escape(words)}</a>', page)
    assert found is not None, words
    return unescape(found[1])


def test_projects_are_those_that_name_the_area_or_lie_in_it(
    own: Database, chief: TestClient
) -> None:
    first, second = codes(own)
    named, placed = (
        "UPDATE work.improvement_project SET hotspot_area_code = :hotspot WHERE code = :code",
        "UPDATE work.improvement_project SET geom = ST_Centroid(CAST(:ground AS geometry)) WHERE code = :code",  # noqa: E501
    )
    for code in (first, second):
        change(own, named, hotspot=OTHER_HOTSPOT, code=code)
        change(own, placed, ground=FAR, code=code)
    none = chief.get(f"/byrum?omraade={OWN_HOTSPOT}").text
    assert "Ingen projekter i området" in none
    assert rows(none) == 0
    assert rows(chief.get(link(none, "Vis alle")).text) == 2

    change(own, named, hotspot=OWN_HOTSPOT, code=first)
    one = chief.get(f"/byrum?omraade={OWN_HOTSPOT}").text
    assert rows(one) == 1
    assert f"Viser projekter, der ligger i {NAME} eller nævner det." in one

    inside = plants.square(next(one for one in VARIANTS if one.mine and one.municipality == HOME))
    change(own, placed, ground=inside, code=second)
    assert rows(chief.get(f"/byrum?omraade={OWN_HOTSPOT}").text) == 2
    every = chief.get(f"/byrum?omraade={OWN_HOTSPOT}&alle=1").text
    assert f"Viser alle projekter, ikke kun dem i {NAME}." in every
    assert "alle=" not in link(every, f"Vis kun {NAME}")


def test_the_area_page_shows_the_area_its_parts_and_what_it_lies_in(
    own: Database, chief: TestClient
) -> None:
    whole = chief.get("/omraade").text
    chosen = chief.get(f"/omraade?omraade={OWN_HOTSPOT}").text
    assert f"Viser {NAME}, dets dele og de områder, det ligger i." in chosen
    index = lambda page: page[: page.index('id="effektmaal"')].count('<th scope="row">')  # noqa: E731
    goals = lambda page: page[page.index('id="effektmaal"') :].count('<th scope="row">')  # noqa: E731
    assert 0 < index(chosen) < index(whole)
    assert 0 < goals(chosen) < goals(whole)
    again = chief.get(link(chosen, "Vis alle")).text
    assert (index(again), goals(again)) == (index(whole), goals(whole))

    change(own, "UPDATE work.membership SET valid_to = valid_from + 1")
    alone = chief.get(f"/omraade?omraade={OWN_HOTSPOT}").text
    assert goals(alone) == 0 if 'id="maal"' not in alone else goals(alone) < goals(chosen)


def test_an_area_that_is_none_narrows_nothing(chief: TestClient) -> None:
    page = chief.get("/byrum?omraade=nowhere").text
    assert rows(page) == 2
    assert "Vis alle" not in page


def test_another_area_in_the_top_bar_is_shown_though_all_were(chief: TestClient) -> None:
    page = chief.get("/byrum?alle=1").text
    choices = [unescape(one) for one in re.findall(r'name="naeste" value="(/byrum[^"]*)"', page)]
    assert choices
    assert not [one for one in choices if "alle=" in one]


def test_the_year_keeps_the_area(own: Database, chief: TestClient) -> None:
    change(
        own,
        "UPDATE work.published_index_result SET index_year = 2020 WHERE id ="
        " (SELECT min(id) FROM work.published_index_result WHERE municipality_code = :home)",
        home=HOME,
    )
    page = chief.get(f"/omraade?omraade={OWN_HOTSPOT}&alle=1").text
    years = [unescape(one) for one in re.findall(r'href="(/omraade[^"]*aar=\d+[^"]*)"', page)]
    assert years
    assert all(f"omraade={OWN_HOTSPOT}" in one for one in years)
