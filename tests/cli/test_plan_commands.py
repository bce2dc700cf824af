"""`tryghed plan` as a user meets it."""

from __future__ import annotations

from pathlib import Path

from tests import make
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
