"""Commands that read do it as their user, in the user's own pool: they reach what the pages do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geo_service.cli.main import app
from geo_service.domain.access import SIGNED_IN, Role
from geo_service.settings import get_settings
from geo_service.storage.database import Database
from geo_service.workflows.cli_sign_in import NotAllowed
from geo_service.workflows.drawn_scope import read_scopes
from tests import doors, people
from tests.access import house
from tests.access import planted as plants
from tests.access.planted import AWAY, EVENING, HOME, OTHER_HOTSPOT, OWN_HOTSPOT, Planted

DRAW = ("maps", "--municipality", HOME, "--as-of", EVENING.isoformat())


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    return own_database("tryghed_maps_command")


@pytest.fixture(scope="module")
def planted(own: Database, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    with own.working(people.EVERYWHERE) as session:
        made = plants.plant(session)
    house.plant_hotspots(own)
    house.draw_maps(own, tmp_path_factory.mktemp("maps"))  # and the hotspot areas' names
    return made


@pytest.fixture
def state(
    own: Database, planted: Planted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A state folder; no command that reads may ask for the role `job`."""
    monkeypatch.setenv("TRYGHED_STATE", str(tmp_path))
    monkeypatch.setattr("geo_service.cli.opening.open_database", lambda: own)
    monkeypatch.setattr(Database, "working", lambda *_: pytest.fail("a session of the role job"))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("hotspots", [None, (OWN_HOTSPOT,), (OTHER_HOTSPOT,)])
def test_a_chief_draws_the_areas_of_the_own_scope(
    own: Database, planted: Planted, state: Path, hotspots: tuple[str, ...] | None
) -> None:
    login = f"chef-{hotspots[0] if hotspots else 'alle'}"
    people.at_the_prompt(
        own, state, Role.hotspot_chief, login=login, hotspot_areas=hotspots and list(hotspots)
    )
    said = run(*DRAW)
    drawn = {one.hotspot_area for one in read_scopes(state / "maps").values() if one.hotspot_area}
    assert drawn == set(hotspots or (OWN_HOTSPOT, OTHER_HOTSPOT))
    for path in (state / "maps").glob("*.html"):
        assert str(path) in said
        html = path.read_text(encoding="utf-8")
        for canary in planted.canaries:
            if canary.text in html:
                assert house.may_see(canary, Role.hotspot_chief, hotspots), f"{canary} in {path}"
    entries = doors.entries(own, action="draw")
    assert {entry.role for entry in entries} == {"hotspot_chief"}


def test_an_area_outside_the_scope_is_refused(own: Database, state: Path) -> None:
    people.at_the_prompt(
        own, state, Role.hotspot_chief, login="kun-egen", hotspot_areas=[OWN_HOTSPOT]
    )
    for asked in (
        (*DRAW, "--hotspot", OTHER_HOTSPOT),
        ("maps", "--municipality", AWAY),
    ):
        with pytest.raises(NotAllowed):
            run(*asked)
    assert not (state / "maps").exists()


@pytest.mark.parametrize("role", [role for role in SIGNED_IN if role is not Role.hotspot_chief])
def test_nobody_else_draws(own: Database, state: Path, role: Role) -> None:
    people.at_the_prompt(own, state, role, login=f"tegner-{role}".replace("_", "-"))
    with pytest.raises(NotAllowed, match=r"map\.draw"):
        run(*DRAW)
    assert not (state / "maps").exists()


def test_editions_are_those_of_ones_own_municipality(own: Database, state: Path) -> None:
    people.at_the_prompt(own, state, Role.council, login="raad")
    said = run("areas", "list")
    assert f"{HOME}  rode" in said
    assert AWAY not in said
