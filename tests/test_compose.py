"""docker-compose.yml, checked without a container engine.

What can be checked by reading is: names, secrets, ports, order of start. The loop of the
nightly backup and the command that makes the secrets are run by a real shell.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
import yaml

from geo_service.settings import PROJECT_ROOT, Settings
from geo_service.storage.roles import BOOTSTRAP, LOGIN_ROLES
from tests.dockerfile_steps import environment, read_steps, said

COMPOSE = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
STEPS = read_steps((PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8"))
OURS = sorted(SERVICES.keys() - {"db"})
ROLES = {BOOTSTRAP, *LOGIN_ROLES}
SECRETS = {
    "db": {"postgres"},
    "migrate": ROLES,
    "api": {"web_raw", "web_work", "web_auth"},
    "public": {"web_pub"},
    "retention": {"job"},
    "backup": {"postgres"},
}
PORT = Settings.model_fields["port"].default
STATE = environment(STEPS)["TRYGHED_STATE"]
BACKUPS = "/var/backups/tryghed"


def backup_script() -> str:
    script: str = SERVICES["backup"]["command"][0]
    return script.replace("$$", "$")


def commands() -> list[tuple[str, list[str]]]:
    """Return every command line given to `tryghed`, with the service that gives it."""
    (default,) = said(STEPS, "CMD")
    found = [("Dockerfile", json.loads(default))]
    found += [(name, SERVICES[name]["command"]) for name in OURS if name != "backup"]
    found += [
        ("backup", line.split())
        for line in re.findall(r"python -m geo_service\.cli ([a-z ]+)", backup_script())
    ]
    return found


def test_there_are_the_services_we_promise() -> None:
    assert SERVICES.keys() == SECRETS.keys()
    assert {SERVICES[name]["build"] for name in OURS} == {"."}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_with_a_value_it_takes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [known for known in os.environ if known.startswith("TRYGHED_")]:
        monkeypatch.delenv(variable)
    given = environment(STEPS) | SERVICES[name]["environment"]
    ours = {key: value for key, value in given.items() if key.startswith("TRYGHED_")}
    for variable, value in ours.items():
        monkeypatch.setenv(variable, value)

    settings = Settings(_env_file=None)

    assert {key.removeprefix("TRYGHED_").lower() for key in ours} == settings.model_fields_set
    assert settings.secrets == Path("/run/secrets")
    assert settings.port == PORT


@pytest.mark.parametrize(("service", "words"), commands(), ids=str)
def test_every_command_exists(service: str, words: list[str]) -> None:
    from geo_service.cli.main import app

    command: Any = typer.main.get_command(app)
    for word in [word for word in words if not word.startswith("-")]:
        assert word in getattr(command, "commands", {}), f"{service}: {' '.join(words)}"
        command = command.commands[word]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    assert {word for word in words if word.startswith("-")} <= known
    if "--help" not in words:
        assert not hasattr(command, "commands"), f"{service}: {' '.join(words)} is only a group"


def test_secrets_are_files_named_after_the_roles() -> None:
    assert COMPOSE["secrets"] == {role: {"file": f"./secrets/{role}"} for role in ROLES}


def test_every_service_gets_its_own_secrets_and_no_others() -> None:
    assert {name: set(service.get("secrets", [])) for name, service in SERVICES.items()} == SECRETS


def test_who_may_delete_is_in_no_web_process_and_the_guide_says_what_follows() -> None:
    web = [name for name in OURS if SERVICES[name]["command"][0] == "serve"]
    assert sorted(web) == ["api", "public"]
    assert not [name for name in web if "job" in SECRETS[name]]
    guide = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert "In compose files are read in by that command alone" in guide


@pytest.mark.parametrize("name", SERVICES)
def test_no_password_stands_in_the_file(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert not [key for key in environment if "PASSWORD" in key and not key.endswith("_FILE")]
    if url := environment.get("TRYGHED_DATABASE_URL"):
        parts = urlsplit(url)
        assert (parts.hostname, parts.password) == ("db", None)
        # the administrator is named only where the administrator's secret is
        assert (parts.username == BOOTSTRAP) == (BOOTSTRAP in SECRETS[name])
        assert parts.username in {None, BOOTSTRAP}


def test_nothing_is_reachable_from_another_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert sorted(ports) == [
        "127.0.0.1:5432:5432",
        f"127.0.0.1:8470:{PORT}",
        f"127.0.0.1:8471:{PORT}",
    ]
    for service in SERVICES.values():
        assert not service.keys() & {"network_mode", "privileged", "cap_add", "pid", "ipc"}


def test_the_public_site_shares_nothing_but_the_database() -> None:
    public = SERVICES["public"]
    assert public["volumes"] == [f"released:{STATE}/public:ro"]
    assert "released" not in str(SERVICES["api"]["volumes"])
    neighbours = {
        name for name in SERVICES if set(SERVICES[name]["networks"]) & set(public["networks"])
    }
    assert neighbours == {"public", "db"}


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_do_little(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_database_is_pinned_checked_and_never_trusts() -> None:
    db = SERVICES["db"]
    name, _, tag = db["image"].rpartition(":")
    server, postgis = tag.split("-")
    assert (name, server) == ("postgis/postgis", "15")
    assert re.fullmatch(r"\d+\.\d+", postgis)
    assert f"postgresql-client-{server}" in " ".join(said(STEPS, "RUN"))
    assert db["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "--auth=scram-sha-256" in db["environment"]["POSTGRES_INITDB_ARGS"]
    assert db["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres"
    assert [volume.split(":")[0] for volume in db["volumes"]] == ["database"]


def test_the_order_of_start() -> None:
    healthy, done = "service_healthy", "service_completed_successfully"
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": healthy}}
    for name in OURS:
        if name != "migrate":
            expected = {"db": {"condition": healthy}, "migrate": {"condition": done}}
            assert SERVICES[name]["depends_on"] == expected
    # it ends by itself: not to be started again, nor asked for a web page
    assert [name for name in OURS if SERVICES[name]["restart"] == "no"] == ["migrate"]
    disabled = [name for name in OURS if SERVICES[name].get("healthcheck") == {"disable": True}]
    assert disabled == ["migrate"]


def test_volumes_and_networks_are_declared() -> None:
    everywhere = SERVICES.values()
    volumes = {name.split(":")[0] for one in everywhere for name in one.get("volumes", [])}
    networks = {name for one in everywhere for name in one["networks"]}
    assert (volumes, networks) == (COMPOSE["volumes"].keys(), COMPOSE["networks"].keys())


def test_files_that_are_written_have_a_volume_the_image_owns() -> None:
    (made,) = [text for text in said(STEPS, "RUN") if "useradd" in text]
    mounted = {
        volume.split(":")[1] for name in OURS for volume in SERVICES[name].get("volumes", [])
    }
    assert mounted == {STATE, f"{STATE}/public", BACKUPS}
    for folder in mounted:
        assert folder in made


# --- the nightly backup -------------------------------------------------------------------------


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder whose `bin` has a clock that stands, naps that take no time, and our program."""
    (tmp_path / "backups").mkdir()
    programs = {
        "date": 'case "$2" in +%F) echo 2026-11-23 ;; +%s) echo "$NOW" ;; esac',
        # the shell gives up, by its -e, after as many naps as the test wants
        "sleep": f'echo "$1" >>{tmp_path}/naps; [ "$(wc -l <{tmp_path}/naps)" -lt "$NAPS" ]',
        "python": f'echo "$@" >>{tmp_path}/calls\n[ "$WORKS" = yes ] && echo dump >"$5"',
    }
    (tmp_path / "bin").mkdir()
    for name, script in programs.items():
        path = tmp_path / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    return tmp_path


def sleep_through(night: Path, *, now: int, naps: int = 1, works: bool = True) -> str:
    """Run the loop until its last nap; return what it complained about."""
    done = subprocess.run(
        [
            *SERVICES["backup"]["entrypoint"],
            backup_script().replace(BACKUPS, str(night / "backups")),
        ],
        env={
            "PATH": f"{night / 'bin'}:{os.environ['PATH']}",
            "KEEP_DAYS": SERVICES["backup"]["environment"]["KEEP_DAYS"],
            "NOW": str(now),
            "NAPS": str(naps),
            "WORKS": "yes" if works else "no",
        },
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr


def naps(night: Path) -> list[str]:
    return (night / "naps").read_text(encoding="ascii").split()


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [("00:00:00", 9000), ("02:29:59", 1), ("02:30:00", 86400), ("12:00:00", 52200)],
)
def test_the_backup_sleeps_until_half_past_two(night: Path, clock: str, seconds: int) -> None:
    hours, minutes, rest = map(int, clock.split(":"))
    midnight = 20_780 * 86_400
    sleep_through(night, now=midnight + hours * 3600 + minutes * 60 + rest)
    assert naps(night) == [str(seconds)]


def test_a_backup_is_written_and_only_old_ones_go(night: Path) -> None:
    folder = night / "backups"
    for name in ("tryghed-1970-01-01.dump", "tryghed-2026-11-22.dump", "mine.dump"):
        (folder / name).write_text("dump", encoding="ascii")
    os.utime(folder / "tryghed-1970-01-01.dump", (0, 0))
    os.utime(folder / "mine.dump", (0, 0))
    (folder / "tryghed-2026-11-23.dump.making").write_text("cut off", encoding="ascii")

    assert sleep_through(night, now=0) == ""

    expected = ["mine.dump", "tryghed-2026-11-22.dump", "tryghed-2026-11-23.dump"]
    assert sorted(path.name for path in folder.iterdir()) == expected
    calls = (night / "calls").read_text(encoding="utf-8")
    assert calls == f"-m geo_service.cli db backup {folder}/tryghed-2026-11-23.dump\n"


def test_a_failed_backup_is_said_tried_again_and_costs_no_old_one(night: Path) -> None:
    old = night / "backups" / "tryghed-1970-01-01.dump"
    old.write_text("dump", encoding="ascii")
    os.utime(old, (0, 0))
    assert "no backup was written" in sleep_through(night, now=0, naps=2, works=False)
    assert naps(night) == ["3600", "3600"]
    assert list((night / "backups").iterdir()) == [old]


def test_there_is_one_backup_a_day(night: Path) -> None:
    (night / "backups" / "tryghed-2026-11-23.dump").write_text("dump", encoding="ascii")
    sleep_through(night, now=0)
    assert not (night / "calls").exists()


# --- the secrets --------------------------------------------------------------------------------


def test_the_documented_command_makes_the_secrets_and_keeps_them(tmp_path: Path) -> None:
    guide = (PROJECT_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (script,) = [
        block for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL) if "urandom" in block
    ]

    def make() -> dict[str, str]:
        subprocess.run(["sh", "-euc", script], cwd=tmp_path, check=True)
        files = sorted((tmp_path / "secrets").iterdir())
        return {path.name: path.read_text(encoding="ascii") for path in files}

    made = make()
    assert made.keys() == ROLES
    assert len(set(made.values())) == len(ROLES)
    for password in made.values():
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", password)
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert make() == made
