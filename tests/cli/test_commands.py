"""The command line as a user meets it: real processes, exit codes, what stands on which stream."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_service.settings import PROJECT_ROOT
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests import make
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


IMPORT = (
    *("--kind", "rode", "--municipality", "0101", "--code", "rode_nr", "--name", "rodenavn"),
    *("--within", "district=distrikt_nr", "--within", "bydel=bydel", "--valid-from", "2014-09-01"),
)


def test_areas_then_incidents_then_status(environment: dict[str, str], tmp_path: Path) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    done = tryghed(environment, "areas", "import", str(areas), *IMPORT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("roder.geojson: 4 rows = 4 stored")
    moved = tryghed(environment, "areas", "move", "rode:1", "district:11", "--on", "2020-01-01")
    assert moved.stdout == "rode:1 lies in district 12 until 2020-01-01, then in district 11.\n"
    listed = tryghed(environment, "areas", "list")
    assert [line.split()[1] for line in listed.stdout.splitlines()] == ["bydel", "district", "rode"]
    rows = [make.incident_row(n) for n in range(3)]
    file = make.incident_file(tmp_path / "haendelser.csv", rows)
    stored = tryghed(environment, "import", "incidents", str(file), "--municipality", "0101")
    assert stored.returncode == 0, stored.stderr
    assert "3 rows = 3 stored + 0 duplicates + 0 rejected; 0 outside" in stored.stdout
    again = tryghed(environment, "import", "incidents", str(file), "--municipality", "0101")
    assert (again.returncode, again.stdout) == (1, "")
    assert "was imported already" in again.stderr
    status = json.loads(tryghed(environment, "status", "--json").stdout)
    assert status["schema"]["head"] == status["schema"]["needed"]
    assert status["tables"]["raw.incident"] == 3
    assert status["tables"]["work.area"] == 6
    assert status["demo"] is False
    assert {edition["kind"] for edition in status["editions"]} == {"rode", "district", "bydel"}
    assert status["database"]["postgis"][0] == "3"


def test_a_bad_row_is_on_stderr_and_the_exit_code_says_no(
    environment: dict[str, str], tmp_path: Path
) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    tryghed(environment, "areas", "import", str(areas), *IMPORT)
    bad = make.incident_row(2)
    bad[4] = "725369.15"
    file = make.incident_file(tmp_path / "h.csv", [make.incident_row(1), bad])
    done = tryghed(environment, "import", "incidents", str(file), "--municipality", "0101")
    assert (done.returncode, done.stdout) == (1, "")
    assert "række 3, kolonne øst" in done.stderr
    assert "intet er gemt" in done.stderr
    assert "Traceback" not in done.stderr


MISTAKES = [
    (("areas", "import", "no.geojson", *IMPORT), 1, "no.geojson"),
    (("areas", "move", "rode157", "district:12", "--on", "2020-01-01"), 2, "as rode:157"),
    (("areas", "move", "rode:157", "district:12", "--on", "1/1 2020"), 2, "write 2026-11-23"),
    (("areas", "move", "grund:1", "district:12", "--on", "2020-01-01"), 2, "no kind of area"),
    (("areas", "move", "rode:157", "district:12", "--on", "2020-01-01"), 1, "is in no district"),
    (("maps",), 1, "tryghed demo"),
    (("serve", "--host", "0.0.0.0"), 1, "no sign-in yet"),  # noqa: S104 - it is refused
    (("db", "backup", "/no/such/folder/x"), 1, "no folder"),
    (("db", "restore", "nothing.backup"), 1, "no backup"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), MISTAKES)
def test_a_mistake_is_one_sentence_with_a_cure(
    environment: dict[str, str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = tryghed(environment, *arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr.replace("\n", " ").replace("│ ", "")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_taken_port_is_named(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = tryghed(environment, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken" in done.stderr
    assert "--port" in done.stderr


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
