"""The embedded cluster: made whole, crash-safe, stopped cleanly, and clear when it cannot."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_service.errors import NotReady
from geo_service.settings import PROJECT_ROOT
from geo_service.storage import cluster as cluster_module
from geo_service.storage import postgres_programs as pg
from geo_service.storage.cluster import open_cluster
from geo_service.storage.database import Database
from geo_service.storage.server_places import SOCKET_NAME, SOCKET_PATH_LIMIT


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's user can reach; clusters made in it are stopped and removed."""
    folder = Path(tempfile.mkdtemp(prefix="tryghed-test-"))
    folder.chmod(0o755)
    yield folder
    for note in folder.rglob("cluster.json"):
        cluster = open_cluster(note.parent)
        cluster.down()
        for place in (cluster.home, cluster.socket_folder):
            if folder not in place.parents:  # a private one, which would outlive the folder
                shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(folder)


def ask(cluster: cluster_module.Cluster, question: str) -> str:
    """Ask the server as the bootstrap user."""
    database = Database(address=cluster.url.set(database="postgres"), secrets=cluster.secrets)
    with database.as_administrator() as connection:
        return str(connection.scalar(text(question)))


def server_pid(cluster: cluster_module.Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().splitlines()[0])


def test_up_again_down_again(folder: Path) -> None:
    cluster = open_cluster(folder / "state")
    assert not cluster.is_running()
    assert cluster.up()
    assert cluster.is_running()
    assert not cluster.up()
    assert open_cluster(folder / "state").is_running()
    assert cluster.down()
    assert not cluster.is_running()
    assert not cluster.down()
    assert cluster.up()


def test_the_server_is_crash_safe_and_hears_nothing_but_its_socket(folder: Path) -> None:
    cluster = open_cluster(folder / "state")
    cluster.up()
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert ask(cluster, f"SHOW {setting}") == "on"
    assert ask(cluster, "SHOW listen_addresses") == ""
    assert ask(cluster, "SHOW password_encryption") == "scram-sha-256"
    rules = [
        line.split()
        for line in (cluster.data / "pg_hba.conf").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    assert rules == [["local", "all", "all", "scram-sha-256"]]
    assert cluster.socket_folder.stat().st_mode & 0o777 == 0o700
    owner = Path(f"/proc/{server_pid(cluster)}").stat().st_uid
    assert owner != 0


def test_a_killed_server_starts_again_with_everything_committed(folder: Path) -> None:
    cluster = open_cluster(folder / "state")
    cluster.up()
    database = Database(address=cluster.url.set(database="postgres"), secrets=cluster.secrets)
    with database.as_administrator() as connection:
        connection.execute(text("CREATE TABLE kept AS SELECT 42 AS answer"))
    pid = server_pid(cluster)
    children = children_of(pid)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone([pid, *children])
    assert not cluster.is_running()
    assert cluster.up()
    assert ask(cluster, "SELECT answer FROM kept") == "42"


def test_the_server_goes_on_when_the_process_that_started_it_is_killed(folder: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path;"
        "from geo_service.storage.cluster import open_cluster;"
        "open_cluster(Path(sys.argv[1])).up(); os.killpg(0, signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder / "state")],
        cwd=PROJECT_ROOT,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == -signal.SIGKILL
    cluster = open_cluster(folder / "state")
    assert cluster.is_running()
    assert ask(cluster, "SELECT 1") == "1"


def test_an_interrupted_making_leaves_nothing_that_is_believed(folder: Path) -> None:
    cluster = open_cluster(folder / "state")
    (cluster.home / "data.making").mkdir()
    (cluster.home / "data.making" / "PG_VERSION").write_text("15\n")
    assert cluster.up()
    assert not (cluster.home / "data.making").exists()
    assert not (cluster.home / ".bootstrap").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("14\n", r"by PostgreSQL 14, but this machine has \d+.*Install postgresql-14-postgis-3"),
        ("99\n", r"by PostgreSQL 99, but this machine has \d+.*--state NEW_FOLDER db restore"),
        ("9.6\n", r"by PostgreSQL 9, but"),
        ("", r"PG_VERSION does not say which PostgreSQL wrote the data.*db restore FILE"),
        ("\xff\x00", r"PG_VERSION does not say"),
    ],
)
def test_data_of_another_version_are_explained_and_not_touched(
    folder: Path, written: str, said: str
) -> None:
    cluster = open_cluster(folder / "state")
    cluster.data.mkdir()
    note = cluster.data / "PG_VERSION"
    note.write_text(written, encoding="latin-1")
    for use in (cluster.up, cluster.down, cluster.is_running):
        with pytest.raises(NotReady, match=said) as refused:
            use()
        assert "\n" not in str(refused.value)
    assert [path.name for path in cluster.data.iterdir()] == ["PG_VERSION"]
    assert note.read_text(encoding="latin-1") == written
    shutil.rmtree(cluster.data)


def test_no_postgis_on_the_machine_names_the_two_cures(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pg, "DEBIAN_PROGRAMS", folder / "nothing")
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(NotReady, match=r"apt-get install .*docker compose up -d db"):
        open_cluster(folder / "state").up()


def test_a_long_path_gets_a_short_private_socket_folder(folder: Path) -> None:
    deep = folder / ("k" * 80) / ("æ" * 30)
    cluster = open_cluster(deep / "state")
    path = os.fsencode(cluster.socket_folder / SOCKET_NAME)
    assert len(path) <= SOCKET_PATH_LIMIT
    cluster.up()
    assert ask(cluster, "SELECT 1") == "1"
    cluster.down()
    shutil.rmtree(cluster.socket_folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_a_state_folder_the_server_cannot_enter_gets_a_private_home(folder: Path) -> None:
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    cluster = open_cluster(closed / "state")
    assert closed not in cluster.home.parents
    cluster.up()
    assert ask(cluster, "SELECT 1") == "1"
    cluster.down()
    moved = folder / "moved"
    closed.rename(moved)
    assert open_cluster(moved / "state").home == cluster.home
    shutil.copytree(moved, folder / "copied")
    copied = open_cluster(folder / "copied" / "state")
    assert copied.home != cluster.home
    shutil.rmtree(folder / "copied")
    for place in {copied.home, copied.socket_folder}:
        if folder not in place.parents:
            shutil.rmtree(place, ignore_errors=True)
    shutil.rmtree(cluster.home)


def test_two_starts_at_once_make_one_database(folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from geo_service.settings import Settings;"
        "from geo_service.storage.bootstrap import prepare;"
        "from geo_service.storage.database import connect;"
        "prepare(connect(Settings(state=Path(sys.argv[1]))), renew_passwords=True)"
    )
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder / "state")],
            cwd=PROJECT_ROOT,
            stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]
    said = [one.communicate()[1].decode() for one in starts]
    assert [one.returncode for one in starts] == [0, 0, 0], said


def test_a_folder_that_cannot_be_written_is_one_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(NotReady, match=r"cannot be used: .*--state"):
        open_cluster(folder / "file" / "state")


def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    cluster = open_cluster(folder / "state")
    cluster.socket_folder.rmdir()
    cluster.socket_folder.symlink_to(folder)
    with pytest.raises(NotReady, match="not a folder of the user"):
        open_cluster(folder / "state")
    cluster.socket_folder.unlink()


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def wait_until_gone(pids: list[int]) -> None:
    """Wait for processes that have been told to end; they are not ours to wait for."""
    for pid in pids:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        ended = select.select([process], [], [], 30)[0]
        os.close(process)
        assert ended, "the process did not end"
