"""From an empty folder to own areas and incidents, by the people who may: as a newcomer does it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.roles import LOGIN_ROLES
from geo_service.storage.tables import UserAccount
from geo_service.workflows.own_account import take_up_invitation
from geo_service.workflows.sign_in import Entrance
from tests import doors, make
from tests.cli.test_commands import IMPORT, environment, tryghed
from tests.workflows.test_import_areas import named

__all__ = ["environment"]

Run = Callable[..., subprocess.CompletedProcess[str]]
LINK = re.compile(r"http://127\.0\.0\.1:8470/invitation/([\w-]{43})\n")


@pytest.fixture
def database(environment: dict[str, str], cluster: Cluster) -> Iterator[Database]:
    """The database that the commands make."""
    database = Database(address=cluster.url.set(database="tryghed_cli"), secrets=cluster.secrets)
    yield database
    for role in LOGIN_ROLES:
        database.engine(role).dispose()


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run a command, with the password at hand where one is asked for."""
    file = tmp_path / "kodeord"
    file.write_text(doors.PASSWORD, encoding="utf-8")
    file.chmod(0o600)
    told = {**environment, "TRYGHED_PASSWORD_FILE": str(file)}
    return lambda *arguments: tryghed(told, *arguments)


def good(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


def accept(database: Database, said: str) -> None:
    """Open the link of an invitation and choose a password, as the page does."""
    found = LINK.search(said)
    assert found, said
    entrance = Entrance(kind="web", now=datetime.now(UTC))
    take_up_invitation(database, found[1], password=doors.PASSWORD, entrance=entrance)


def test_from_nothing_to_own_data(run: Run, database: Database, tmp_path: Path) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    early = run("areas", "import", str(areas), *IMPORT)
    assert (early.returncode, early.stdout) == (1, "")
    assert "tryghed users first-admin" in early.stderr

    first = ("users", "first-admin", "admin", "--name", "Administrator", "--municipality", "0101")
    accept(database, good(run(*first)))
    again = run("users", "first-admin", "en-anden", "--name", "X")
    assert (again.returncode, again.stdout) == (1, "")
    assert "tryghed users invite" in again.stderr
    assert good(run("login", "admin")).startswith("admin is signed in")
    for login, role in (("chef", "hotspot_chief"), ("politi", "police")):
        invited = run(
            *("users", "invite", login, "--name", f"Prøve {login}"),
            *("--role", role, "--municipality", "0101", "--as", "admin"),
        )
        accept(database, good(invited))
        assert good(run("login", login))

    assert good(run("areas", "import", str(areas), *IMPORT, "--as", "chef"))
    rows = [make.incident_row(n) for n in range(3)]
    file = make.incident_file(tmp_path / "haendelser.csv", rows)
    incidents = ("import", "incidents", str(file), "--municipality", "0101")
    for wrong in ("chef", "admin"):
        refused = run(*incidents, "--as", wrong)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert f"{wrong} has no right to incident.import in 0101" in refused.stderr
    assert "3 rows = 3 stored" in good(run(*incidents))
    assert good(run("maps", "--as", "chef"))
    assert run("maps", "--public").returncode == 1, "the police draw nothing and publish nothing"
    assert good(run("maps", "--public", "--as", "chef"))

    actors = {login: f"user:{number}" for login, number in numbers(database).items()}
    entries = doors.entries(database)
    loaded = {one.detail["kind"]: one.actor for one in entries if one.action == "import"}
    assert loaded == {"areas:rode": actors["chef"], "incidents": actors["politi"]}
    by_whom = {(one.action, one.object_kind): one.actor for one in entries}
    assert by_whom["draw", "map"] == by_whom["disclose", "map"] == actors["chef"]
    assert by_whom["create", "municipality"].startswith("os:")


def numbers(database: Database) -> dict[str, int]:
    with database.session("web_auth") as session:
        return {
            row.login: row.id for row in session.execute(select(UserAccount.login, UserAccount.id))
        }


def test_an_administrator_gives_and_ends(run: Run, database: Database, tmp_path: Path) -> None:
    weak = tmp_path / "svag"
    weak.write_text("administrator", encoding="utf-8")
    first = ("users", "first-admin", "admin", "--name", "Administrator", "--password-file")
    refused = run(*first, str(weak))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert good(run(*first, str(tmp_path / "kodeord"))) == (
        "admin is administrator of the whole service.\n"
    )
    good(run("login", "admin"))
    unknown = run(
        *("users", "invite", "x1", "--name", "X"), *("--role", "tmf"), "--municipality", "1"
    )
    assert "is no municipality" in unknown.stderr
    invited = good(
        run(
            *("users", "invite", "partner", "--name", "Prøve partner", "--role", "partner"),
            *("--municipality", "0851", "--organisation", "DSB"),
        )
    )
    assert invited.startswith("partner is invited: partner (Samarbejdspartner) in 0851.\n")
    right = ("partner", "--role", "tmf", "--municipality", "0851")
    assert good(run("users", "grant", *right)).startswith("partner has: tmf ")
    twice = run("users", "grant", *right)
    assert (twice.returncode, twice.stdout) == (1, "")
    assert "has the role there already" in twice.stderr
    assert good(run("users", "end", *right)).startswith("partner has no longer: tmf ")
    assert run("users", "end", *right).returncode == 1
    assert good(run("users", "disable", "partner")) == "partner is switched off.\n"
    assert good(run("users", "list", "--search", "part")).splitlines() == [
        "disabled       partner              Prøve partner",
        "               partner (Samarbejdspartner) in 0851",
    ]
    assert good(run("users", "enable", "partner")) == "partner is open.\n"
    accept(database, good(run("users", "invite-again", "partner")))
    last = run("users", "disable", "admin")
    assert (last.returncode, last.stdout) == (1, "")
    nobody = run("users", "end", "ingen", "--role", "tmf")
    assert "no user ingen" in nobody.stderr
    good(run("login", "partner"))
    assert "has no right to user.read" in run("users", "list").stderr


def test_what_is_done_to_the_database_is_in_the_audit(
    run: Run, database: Database, tmp_path: Path
) -> None:
    good(run("db", "migrate"))
    good(run("users", "first-admin", "admin", "--name", "A", "--municipality", "0101"))
    backup = tmp_path / "x.dump"
    good(run("db", "backup", str(backup)))
    good(run("db", "restore", str(backup), "--replace"))
    entries = doors.entries(database, object_kind="database")
    assert [entry.action for entry in entries] == ["migrate", "export", "restore"]
    assert {entry.actor.partition(":")[0] for entry in entries} == {"os"}
    assert entries[1].detail == {"file": "x.dump", "what": "backup"}
    assert good(run("audit", "verify")).startswith("The chain is whole")
