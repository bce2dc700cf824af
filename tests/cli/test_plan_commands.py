"""`tryghed plan` as a user meets it."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from geo_service.domain.evenings import at_hour
from geo_service.storage.bulk import insert_frame
from geo_service.storage.cluster import Cluster
from geo_service.storage.database import Database
from geo_service.storage.roles import LOGIN_ROLES
from geo_service.storage.tables import PoliceChoice, Shift, Team
from tests import agreed, make, people
from tests.cli.test_commands import IMPORT, environment, staff, tryghed
from tests.workflows.test_import_areas import named

__all__ = ["environment", "staff"]

EVENINGS = ("plan", "evenings", "--from", "2026-11-27", "--hotspot", "ydre-norrebro")


def test_what_is_missing_is_said_and_nothing_is_stored(
    staff: dict[str, str], tmp_path: Path
) -> None:
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    assert tryghed(staff, "areas", "import", str(areas), *IMPORT).returncode == 0
    early = tryghed(staff, *EVENINGS)
    assert (early.returncode, early.stdout) == (1, "")
    assert "ydre-norrebro har ingen dækningsområder" in early.stderr
    none = tryghed(staff, "plan", "show", "1", "--json")
    assert (none.returncode, none.stdout) == (1, "")
    assert "Forslaget findes ikke." in none.stderr
    wrong = tryghed(staff, *EVENINGS, "--days", "99")
    assert wrong.returncode == 1
    assert "1 til 31 aftener" in wrong.stderr
    for command in ("compare", "explain"):
        assert tryghed(staff, "plan", command, "1").returncode == 1
    kept = tmp_path / "plan.csv"
    assert tryghed(staff, "plan", "export", "1", str(kept)).returncode == 1
    assert not kept.exists()


FRIDAY = date(2026, 11, 27)
NIGHTS = 3


def on_duty(cluster: Cluster) -> None:
    """Store a small town in which a team and a patrol are out on some evenings."""
    database = Database(address=cluster.url.set(database="tryghed_cli"), secrets=cluster.secrets)
    agreed.town(database)
    agreed.known(database, FRIDAY - timedelta(days=5), weeks=30)  # all of it on Fridays
    rows = [
        {
            "team_code": team,
            "evening": evening,
            "starts_at": at_hour(evening, 18),
            "ends_at": at_hour(evening, 24),
        }
        for evening in (FRIDAY + timedelta(days=night) for night in range(NIGHTS))
        for team in ("G1", "P1")
    ]
    with database.working(people.EVERYWHERE) as session:
        session.add(
            PoliceChoice(municipality_code="0101", rosters=True, unit_names=False, set_by="os:test")
        )
        insert_frame(
            session,
            Shift,
            pd.DataFrame(rows),
            municipality="0101",
            references={"team_code": ("team_id", Team, "code")},
        )
    for role in LOGIN_ROLES:
        database.engine(role).dispose()


def test_a_plan_is_made_read_explained_compared_and_exported(
    staff: dict[str, str], cluster: Cluster, tmp_path: Path
) -> None:
    on_duty(cluster)
    by = ("--as", "politi")
    asked = ("--from", FRIDAY.isoformat(), "--days", str(NIGHTS), "--hotspot", agreed.HOTSPOT)
    rules = ("--joint", "1", "--most-share", "0.9", "--apart", "--json")
    made = tryghed(staff, "plan", "evenings", *asked, *rules, *by)
    assert made.returncode == 0, made.stderr
    plan = json.loads(made.stdout)
    assert plan["objective"] == plan["bound"] > 0
    assert plan["asked"]["most_share"] == 0.9
    assert {"forslaget", "grådig plan", "jævn fordeling"} <= {
        one["name"] for one in plan["baselines"]
    }
    assert plan["assignments"]
    assert all(1 <= len(one["reasons"]) <= 3 for one in plan["assignments"])
    assert isinstance(plan["gaps"], list)
    assert plan["counted"].keys() >= {"method", "half_life_weeks", "weights"}
    number = str(plan["id"])

    shown = tryghed(staff, "plan", "show", number, "--json", *by)
    assert json.loads(shown.stdout) == plan
    words = tryghed(staff, "plan", "show", number, *by)
    assert words.stdout.startswith(f"Forslag {number}: ")
    assert "Torvet, G1" in words.stdout
    explained = tryghed(staff, "plan", "explain", number, "--json", *by)
    told = json.loads(explained.stdout)
    assert told.keys() == {"lines", "gaps", "stages"}
    assert "bevist bedst" in tryghed(staff, "plan", "explain", number, *by).stdout
    compared = json.loads(tryghed(staff, "plan", "compare", number, "--json", *by).stdout)
    assert compared["baselines"] == plan["baselines"]
    assert "grådig plan: " in tryghed(staff, "plan", "compare", number, *by).stdout
    whole, table = tmp_path / "plan.json", tmp_path / "plan.csv"
    for file in (whole, table):
        done = tryghed(staff, "plan", "export", number, str(file), *by)
        assert done.returncode == 0, done.stderr
    assert {"id": plan["id"], **json.loads(whole.read_text())} == plan
    with table.open(encoding="utf-8-sig", newline="") as text:
        lines = list(csv.reader(text, delimiter=";"))
    assert len(lines) == 1 + len(plan["assignments"])
