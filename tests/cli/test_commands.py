"""The command line as a user meets it: real processes, exit codes, what stands on which stream."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_service.settings import PROJECT_ROOT
from geo_service.storage import areas as store
from geo_service.storage.bootstrap import prepare
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.postgres_programs import server_user
from geo_service.storage.roles import LOGIN_ROLES
from tests import make, people
from tests.test_compose import SECRETS, SERVICES
from tests.workflows.test_import_areas import named


@pytest.fixture
def environment(cluster: Cluster, tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment with a database of this test's own on the test cluster."""
    url = cluster.url.set(drivername="postgresql", username="postgres", database="tryghed_cli")
    yield {
        **os.environ,
        "TRYGHED_DATABASE_URL": url.render_as_string(),
        "TRYGHED_SECRETS_DIR": str(cluster.secrets),
        "TRYGHED_STATE": str(tmp_path / "state"),
        "NO_COLOR": "1",
    }
    database = Database(address=cluster.url, secrets=cluster.secrets)
    with database.as_administrator("postgres") as server:
        server.execute(text("DROP DATABASE IF EXISTS tryghed_cli WITH (FORCE)"))


@pytest.fixture
def staff(environment: dict[str, str], cluster: Cluster) -> Iterator[dict[str, str]]:
    """The same, with police and Hotspot chief signed in; the chief acts unless --as says who."""
    address = cluster.url.set(database="tryghed_cli")
    database = Database(address=address, secrets=cluster.secrets)
    prepare(database)
    with database.working(people.EVERYWHERE) as session:
        store.ensure_municipality(session, "0101", "København")
    state = Path(environment["TRYGHED_STATE"])
    people.at_the_prompt(database, state, "police", login="politi")
    people.at_the_prompt(database, state, "hotspot_chief", login="chef")
    yield environment
    for role in LOGIN_ROLES:
        database.engine(role).dispose()


def tryghed(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "geo_service.cli", *arguments],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        number: int = some.getsockname()[1]
        return number


INCIDENTS = ("import", "incidents", "--municipality", "0101", "--as", "politi")
IMPORT = (
    *("--kind", "rode", "--municipality", "0101", "--code", "rode_nr", "--name", "rodenavn"),
    *("--within", "district=distrikt_nr", "--within", "bydel=bydel", "--valid-from", "2014-09-01"),
)


def test_areas_then_incidents_then_status(staff: dict[str, str], tmp_path: Path) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    done = tryghed(staff, "areas", "import", str(areas), *IMPORT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("roder.geojson: 4 rows = 4 stored")
    moved = tryghed(staff, "areas", "move", "rode:1", "district:11", "--on", "2020-01-01")
    assert (moved.returncode, moved.stdout) == (1, "")
    assert "knows district 11. Near it: 12 (Distrikt 12). If the code is meant" in moved.stderr
    meant = ("district:11", "--on", "2020-01-01", "--accept-unknown")
    moved = tryghed(staff, "areas", "move", "rode:1", *meant)
    assert moved.stdout == "rode:1 lies in district 12 until 2020-01-01, then in district 11.\n"
    listed = tryghed(staff, "areas", "list")
    assert [line.split()[1] for line in listed.stdout.splitlines()] == ["bydel", "district", "rode"]
    rows = [make.incident_row(n) for n in range(3)]
    file = make.incident_file(tmp_path / "haendelser.csv", rows)
    stored = tryghed(staff, *INCIDENTS, str(file))
    assert stored.returncode == 0, stored.stderr
    assert "3 rows = 3 stored + 0 duplicates + 0 rejected; 0 outside" in stored.stdout
    again = tryghed(staff, *INCIDENTS, str(file))
    assert (again.returncode, again.stdout) == (1, "")
    assert "was imported already" in again.stderr
    rows[1][1] = "indbrud"
    file = make.incident_file(tmp_path / "nyere.csv", [*rows, make.incident_row(4)])
    newer = tryghed(staff, *INCIDENTS, str(file))
    assert newer.returncode == 0, newer.stderr
    assert "4 rows = 1 stored + 3 duplicates (1 of them changed since) + 0 rej" in newer.stdout
    assert "række 3: ændret, siden den blev gemt, i type" in newer.stderr
    status = json.loads(tryghed(staff, "status", "--json").stdout)
    assert status["schema"]["head"] == status["schema"]["needed"]
    assert status["tables"]["raw.incident"] == 4
    assert status["tables"]["work.area"] == 6
    assert status["demo"] is False
    assert {edition["kind"] for edition in status["editions"]} == {"rode", "district", "bydel"}
    assert status["database"]["postgis"][0] == "3"


def test_an_edition_loaded_by_mistake_is_withdrawn(staff: dict[str, str], tmp_path: Path) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    assert tryghed(staff, "areas", "import", str(areas), *IMPORT).returncode == 0
    one = make.area_file(tmp_path / "en.geojson", named(make.squares(1)))
    later = (*IMPORT[:-1], "2020-01-01")
    refused = tryghed(staff, "areas", "import", str(one), *later)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "3 af de 4 områder (rode)" in refused.stderr
    assert (
        tryghed(staff, "areas", "import", str(one), *later, "--on-missing", "end").returncode == 0
    )
    wrong = ("areas", "withdraw", "--kind", "rode", "--municipality", "0101", "--valid-from")
    asked = tryghed(staff, *wrong, "2020-01-01")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "1 rode of 2020-01-01 are withdrawn, 1 bydel, 1 district." in asked.stderr
    assert "Nothing has been withdrawn" in asked.stderr
    assert "2020-01-01" in tryghed(staff, "areas", "list").stdout
    done = tryghed(staff, *wrong, "2020-01-01", "--yes")
    assert done.returncode == 0, done.stderr
    assert "4 rode of before are in force again, until …." in done.stdout
    assert "2020-01-01" not in tryghed(staff, "areas", "list").stdout
    again = tryghed(staff, *wrong, "2020-01-01", "--yes")
    assert again.returncode == 1
    assert "Its editions begin on 2014-09-01" in again.stderr
    assert tryghed(staff, *wrong, "2014-09-01", "--yes", "--as", "politi").returncode == 1


def test_a_bad_row_is_on_stderr_and_the_exit_code_says_no(
    staff: dict[str, str], tmp_path: Path
) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    tryghed(staff, "areas", "import", str(areas), *IMPORT)
    bad = make.incident_row(2)
    bad[4] = "725369.15"
    file = make.incident_file(tmp_path / "h.csv", [make.incident_row(1), bad])
    done = tryghed(staff, *INCIDENTS, str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert "række 3, kolonne øst" in done.stderr
    assert "intet er gemt" in done.stderr
    assert "Traceback" not in done.stderr


MISTAKES = [
    (("areas", "import", "no.geojson", *IMPORT), 1, "no.geojson"),
    (("areas", "move", "rode157", "district:12", "--on", "2020-01-01"), 2, "as rode:157"),
    (("areas", "move", "rode:157", "district:12", "--on", "1/1 2020"), 2, "write 2026-11-23"),
    (("areas", "move", "grund:1", "district:12", "--on", "2020-01-01"), 2, "no kind of area"),
    (("areas", "move", "rode:157", "district:12", "--on", "2020-01-01"), 1, "has neither rode nor"),
    (("maps",), 1, "tryghed demo"),
    (("serve", "--host", "0.0.0.0"), 1, "speaks plain HTTP"),  # noqa: S104 - it is refused
    (("db", "backup", "/no/such/folder/x"), 1, "no folder"),
    (("db", "restore", "nothing.backup"), 1, "no backup"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), MISTAKES)
def test_a_mistake_is_one_sentence_with_a_cure(
    staff: dict[str, str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = tryghed(staff, *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr.replace("\n", " ").replace("│ ", "")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's user can reach, unlike `tmp_path` of root."""
    with tempfile.TemporaryDirectory(prefix="tryghed-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("command", ["status", "up"])
def test_data_of_another_postgresql_are_one_sentence(open_folder: Path, command: str) -> None:
    data = open_folder / "state" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("99\n")
    if (user := server_user()) is not None:
        shutil.chown(data.parent, user.pw_name)
    done = tryghed({**os.environ, "TRYGHED_STATE": str(open_folder / "state")}, "db", command)
    assert done.returncode == 1
    assert "written by PostgreSQL 99, but this machine has" in done.stderr
    assert "Install postgresql-99-postgis-3" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_is_named_before_any_work(environment: dict[str, str], command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = tryghed(environment, command, "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
    assert "--port" in done.stderr
    assert "Starting the database" not in done.stderr


@pytest.mark.parametrize(
    "group", ["areas", "audit", "basemap", "db", "import", "retention", "users"]
)
def test_no_command_is_explained_by_half_a_sentence(
    environment: dict[str, str], group: str
) -> None:
    page = tryghed({**environment, "COLUMNS": "60"}, group, "--help").stdout
    _, commands = page.split("Commands:")
    assert "..." not in commands


@pytest.mark.parametrize("service", ["api", "public"])
def test_serving_needs_the_secrets_of_its_container_and_no_others(
    staff: dict[str, str], tmp_path: Path, service: str
) -> None:
    given = tmp_path / "secrets"
    given.mkdir()
    for role in SECRETS[service]:
        shutil.copy(Path(staff["TRYGHED_SECRETS_DIR"]) / role, given / role)
    command = [*SERVICES[service]["command"], "--port", str(free_port())]
    of_nobody = staff["TRYGHED_DATABASE_URL"].replace("postgres@", "")
    with subprocess.Popen(
        [sys.executable, "-m", "geo_service.cli", *command],
        cwd=PROJECT_ROOT,
        env=staff | {"TRYGHED_SECRETS_DIR": str(given), "TRYGHED_DATABASE_URL": of_nobody},
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stderr
        first = serving.stderr.readline()
        serving.terminate()
        assert first.startswith("Tryghedskort is at "), first + serving.stderr.read()


def test_a_database_that_does_not_answer_is_one_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    gone = {**environment, "TRYGHED_DATABASE_URL": f"postgresql:///x?host={tmp_path}"}
    done = tryghed(gone, "status")
    assert done.returncode == 1
    assert "The database cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "http"), ("DATABASE_URL", "mysql://x/y"), ("DATABASE_URL", "//"), ("PORT", "0")],
)
def test_a_setting_that_cannot_be_used_is_named(
    environment: dict[str, str], name: str, value: str
) -> None:
    done = tryghed({**environment, f"TRYGHED_{name}": value}, "status")
    assert done.returncode == 1
    assert f"The setting TRYGHED_{name} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_is_a_page_that_a_newcomer_understands(environment: dict[str, str]) -> None:
    page = tryghed(environment, "--help")
    assert page.returncode == 0
    words = page.stdout.replace("\n", " ")
    for word in ("Usage: tryghed", "./tryghed demo", "areas import", "status", "--state"):
        assert word in words
    assert len(page.stdout.splitlines()) < 50
