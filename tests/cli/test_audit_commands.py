"""`tryghed audit` and `tryghed retention` as somebody who runs the service meets them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from geo_service.cli import retention as commands
from geo_service.domain.callers import Job
from geo_service.settings import PROJECT_ROOT
from geo_service.storage.audit import append
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from tests.access.planted import plant
from tests.cli.test_commands import tryghed
from tests.people import at_the_prompt, token_of

Environment = dict[str, str]


@pytest.fixture(scope="module")
def own(own_database: Callable[[str], Database]) -> Database:
    """A database of this module's own, with rows of two municipalities."""
    database = own_database("tryghed_audit_cli")
    with database.working(Job("os:test", None)) as session:
        plant(session)
    return database


@pytest.fixture
def environment(own: Database, cluster: Cluster, tmp_path: Path) -> Environment:
    url = cluster.url.set(
        drivername="postgresql", username="postgres", database="tryghed_audit_cli"
    )
    return {
        **os.environ,
        "TRYGHED_DATABASE_URL": url.render_as_string(),
        "TRYGHED_SECRETS_DIR": str(cluster.secrets),
        "TRYGHED_STATE": str(tmp_path / "state"),
        "NO_COLOR": "1",
    }


@pytest.fixture
def office(own: Database, environment: Environment) -> Environment:
    """The same, with an administrator of the whole service signed in."""
    login = f"kontor-{datetime.now(UTC).timestamp():.6f}"
    state = Path(environment["TRYGHED_STATE"])
    at_the_prompt(own, state, "admin", login=login, municipality=None)
    return environment


def deed(database: Database, actor: str = "user:1", *, ref: str = "7", **detail: object) -> None:
    with database.session("web_auth") as session:
        append(
            session,
            actor=actor,
            role="police",
            action="read",
            object_kind="import",
            object_ref=ref,
            municipality="0101",
            detail=detail,
        )


def test_verify_prints_a_head_that_can_be_kept_elsewhere(
    own: Database, environment: Environment
) -> None:
    deed(own)
    first = tryghed(environment, "audit", "verify")
    assert first.returncode == 0, first.stderr
    head = first.stdout.splitlines()[-1].removeprefix("head ")
    kept = Path(environment["TRYGHED_STATE"], "audit-heads.tsv")
    assert kept.read_text(encoding="utf-8").rstrip().endswith(f"\t{head}")
    assert kept.stat().st_mode & 0o777 == 0o600
    deed(own)
    again = tryghed(environment, "audit", "verify", "--expect", head, "--json")
    found = json.loads(again.stdout)
    assert (found["whole"], found["compared"], found["fault"]) == (True, 2, None)
    assert found["position"] > int(head.split(":")[0])


def test_verify_names_the_first_bad_row(own: Database, environment: Environment) -> None:
    deed(own, ref="to be changed")
    assert tryghed(environment, "audit", "seal").stdout.startswith("1 entries sealed; head ")
    change = "UPDATE adm.audit_entry SET object_ref = :to WHERE object_ref = :was RETURNING id"

    def changed(was: str, to: str) -> int:
        with own.as_owner() as connection:
            found = connection.scalar(text(change), {"was": was, "to": to})
            connection.commit()
        return int(found)

    entry = changed("to be changed", "changed")
    bad = tryghed(environment, "audit", "verify")
    changed("changed", "to be changed")
    assert bad.returncode == 1
    assert f"an entry was changed at position" in bad.stderr  # noqa: F541
    assert f"(entry {entry})" in bad.stderr
    assert bad.stdout == ""
    assert tryghed(environment, "audit", "verify").returncode == 0


def test_a_chain_that_was_cut_is_found_by_the_head_kept_beside_it(
    own_database: Callable[[str], Database], environment: Environment
) -> None:
    own = own_database("tryghed_audit_cut")
    environment["TRYGHED_DATABASE_URL"] = environment["TRYGHED_DATABASE_URL"].replace(
        "tryghed_audit_cli", "tryghed_audit_cut"
    )
    for number in range(3):
        deed(own, ref=str(number))
    assert tryghed(environment, "audit", "verify").returncode == 0
    with own.as_owner() as connection:
        connection.execute(text("DELETE FROM adm.audit_entry WHERE id >= 2"))
        connection.execute(text("DELETE FROM adm.audit_seal WHERE position >= 2"))
        connection.commit()
    cut = tryghed(environment, "audit", "verify")
    assert cut.returncode == 1
    assert "lacks the expected head" in cut.stderr
    restored = tryghed(environment, "audit", "verify", "--restored")
    assert restored.returncode == 0, restored.stderr
    folder = Path(environment["TRYGHED_STATE"])
    assert len(list(folder.glob("audit-heads-before-*.tsv"))) == 1
    assert tryghed(environment, "audit", "verify").returncode == 0


@pytest.mark.parametrize("head", ["abc", "x" * 64, "-1:" + "a" * 64, "1:2:" + "a" * 64])
def test_a_head_that_cannot_be_read_is_said(environment: Environment, head: str) -> None:
    done = tryghed(environment, "audit", "verify", f"--expect={head}")
    assert done.returncode == 1
    assert "is no head of the audit's chain" in done.stderr


def test_an_export_names_no_colleague(own: Database, office: Environment, tmp_path: Path) -> None:
    token_of(own, "police", login="kollega.et")
    token_of(own, "admin", login="kollega.to")
    with own.session("web_auth") as session:
        one, two = session.scalars(
            text("SELECT id FROM adm.user_account WHERE login LIKE 'kollega%' ORDER BY login")
        ).all()
    thing = "4711"
    deed(own, f"user:{one}", ref=thing, asked={"q": "=1+1"}, login="kollega.to")
    deed(own, f"user:{two}", ref=f"/data/indlaesninger/{thing}", to=f"user:{one}", rows=3)
    deed(own, f"user:{one}", ref=thing, note="Kollega.To bad om det")
    deed(own, "os:somebody", ref=thing)
    out = tmp_path / "indsigt.json"
    done = tryghed(office, "audit", "export", "--object", f"import:{thing}", "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert out.stat().st_mode & 0o777 == 0o600
    written = out.read_text(encoding="utf-8")
    rows = json.loads(written)
    assert [row["hvem"] for row in rows] == [
        "Medarbejder 1",
        "Medarbejder 2",
        "Medarbejder 1",
        "Drift 3",
    ]
    for name in ("kollega", f"user:{one}", f"user:{two}", "somebody", "Prøve"):
        assert name.lower() not in written.lower()
    told = [json.loads(row["oplysninger"]) for row in rows[:3]]
    assert told[0] == {"asked": {"[udeladt]": 1}, "[udeladt]": 1}
    assert told[1] == {"to": "Medarbejder 1", "rows": 3}
    assert told[2] == {"[udeladt]": 1}
    assert tryghed(
        office, "audit", "export", "--object", f"import:{thing}", "--out", str(out)
    ).stderr.startswith(f"{out} exists already")
    table = tmp_path / "indsigt.csv"
    done = tryghed(office, "audit", "export", "--account", str(one), "--out", str(table))
    assert done.returncode == 0, done.stderr
    assert table.read_bytes().startswith("\ufefftidspunkt;hvem;".encode())
    assert ";dig;Politi;læst;" in table.read_text(encoding="utf-8")
    with own.session("web_auth") as session:
        told = session.scalars(
            text("SELECT object_ref FROM adm.audit_entry WHERE action = 'disclose' ORDER BY id")
        ).all()
    assert told == [f"import:{thing}", f"user:{one}"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--out", "x.csv"),
        ("--account", "7", "--object", "import:1", "--out", "x.csv"),
        ("--account", "sally", "--out", "x.csv"),
        ("--object", "import", "--out", "x.csv"),
        ("--object", "person:1", "--out", "x.csv"),
        ("--account", "7", "--out", "x.xlsx"),
    ],
)
def test_an_export_that_cannot_be_made_is_said(
    office: Environment, arguments: tuple[str, ...]
) -> None:
    done = tryghed(office, "audit", "export", *arguments)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 2


def test_retention_tells_counts_deletes_and_then_is_quiet(
    own: Database, environment: Environment
) -> None:
    before = tryghed(environment, "retention", "status")
    assert before.returncode == 0, before.stderr
    assert "plans        kept 730 days (default)" in before.stdout
    ahead = (date.today() + timedelta(days=4_000)).isoformat()  # noqa: DTZ011
    refused = tryghed(environment, "retention", "run", "--as-of", ahead)
    assert refused.returncode == 1
    assert "--early" in refused.stderr
    run = ("retention", "run", "--as-of", ahead, "--early")
    dry = tryghed(environment, *run, "--dry-run", "--municipality", "0101")
    assert dry.returncode == 0, dry.stderr
    assert "would go" in dry.stdout
    done = tryghed(environment, *run)
    assert done.returncode == 0, done.stderr
    assert "deleted, 0 older left" in done.stdout
    for table in ("raw.incident", "raw.evening_log", "raw.evening_plan", "work.incident_count"):
        with own.as_owner() as connection:
            count = text("SELECT count(*) FROM TABLE".replace("TABLE", table))
            assert connection.scalar(count) == 0
    assert tryghed(environment, "audit", "verify").returncode == 0


def test_an_overdue_deletion_is_exit_code_3(own: Database, environment: Environment) -> None:
    old = datetime.now(UTC) - timedelta(days=3_000)
    with own.working(Job("os:test", None)) as session:
        session.execute(
            text(
                "INSERT INTO raw.incident (municipality_code, source_system, source_ref,"
                " crime_type, setting, found_by, occurred_from, occurred_to, geom) VALUES ('0101',"
                " 'x', 'old', 'vold', 'unknown', 'unknown', :old, :old,"
                " ST_SetSRID(ST_MakePoint(725000, 6175000), 25832))"
            ),
            {"old": old},
        )
    late = tryghed(environment, "retention", "status", "--municipality", "0101")
    assert late.returncode == 3, late.stderr
    assert "due       1" in late.stdout
    assert "OVERDUE" in late.stdout
    states = json.loads(tryghed(environment, "retention", "status", "--json").stdout)
    assert [one["kind"] for one in states if one["overdue"]] == ["incidents"]
    assert tryghed(environment, "retention", "run").returncode == 0
    assert tryghed(environment, "retention", "status").returncode == 0


def test_the_daily_run_ends_when_it_is_told_to(environment: Environment) -> None:
    command = [sys.executable, "-W", "error", "-m", "geo_service.cli", "retention", "daily"]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


BESIDE = """
import os, sys
from pathlib import Path
from geo_service.cli.retention import daily_beside
def children():
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
with daily_beside(Path(sys.argv[1])):
    print(children())
print(children())
"""


@pytest.mark.parametrize(("has_password", "said"), [(True, "1 0"), (False, "0 0")])
def test_it_runs_beside_the_service_where_it_may(
    environment: Environment, cluster: Cluster, tmp_path: Path, has_password: bool, said: str
) -> None:
    secrets = cluster.secrets if has_password else tmp_path
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BESIDE, str(secrets)],
        cwd=PROJECT_ROOT,
        env={**environment, "PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == said.split()
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 25, 1, 15, tzinfo=UTC), 1),
        (datetime(2026, 11, 25, 2, 15, tzinfo=UTC), 24),
        (datetime(2026, 10, 24, 1, 15, tzinfo=UTC), 25),  # the clock goes back in that night
        (datetime(2026, 3, 28, 2, 15, tzinfo=UTC), 23),
    ],
)
def test_the_next_run_is_the_next_0315(now: datetime, hours: int) -> None:
    assert commands._until_next(now) == hours * 3_600


def test_a_login_that_is_a_word_like_any_other_changes_nothing_in_an_export(
    own: Database, office: Environment, tmp_path: Path
) -> None:
    """Somebody is called as a role, a kind and a field are: those stay what they are."""
    for login in ("tmf", "rows", "import", "incidents"):
        token_of(own, "tmf", login=login, name=login)
    with own.session("web_auth") as session:
        tmf = session.scalars(text("SELECT id FROM adm.user_account WHERE login = 'tmf'")).one()
    deed(own, f"user:{tmf}", ref="5150", kind="incidents", rows=2, right={"role": "tmf"})
    deed(own, f"user:{tmf}", ref="5150", asked={"q": ["tmf"], "type": ["uro"]}, user_id=tmf)
    out = tmp_path / "indsigt.json"
    done = tryghed(office, "audit", "export", "--object", "import:5150", "--out", str(out))
    assert done.returncode == 0, done.stderr
    told = [json.loads(row["oplysninger"]) for row in json.loads(out.read_text(encoding="utf-8"))]
    assert told[0] == {"kind": "incidents", "rows": 2, "right": {"role": "tmf"}}
    assert told[1] == {"asked": {"type": ["uro"], "[udeladt]": 1}, "[udeladt]": 1}
