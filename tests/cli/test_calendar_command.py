"""`tryghed calendar import-holidays` as a user meets it."""

from __future__ import annotations

from pathlib import Path

from tests import make
from tests.cli.test_commands import IMPORT, environment, staff, tryghed
from tests.workflows.test_import_areas import named

__all__ = ["environment", "staff"]

HEAD = "ferie;første dag;sidste dag\n"
TO = ("--municipality", "0101")


def test_holidays_are_stored_once_and_a_wrong_row_stores_none(
    staff: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "ferier.csv"
    file.write_text(HEAD + "Jul;21-12-2026;03-01-2027\nVinter;15-02-2027;19-02-2027\n")
    command = ("calendar", "import-holidays", str(file), *TO)
    early = tryghed(staff, *command)
    assert (early.returncode, early.stdout) == (1, "")
    assert "tryghed areas import" in early.stderr
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    assert tryghed(staff, "areas", "import", str(areas), *IMPORT).returncode == 0
    done = tryghed(staff, *command)
    assert done.stdout == "ferier.csv: 2 rows = 2 stored + 0 known + 0 refused.\n", done.stderr
    again = tryghed(staff, *command)
    assert again.stdout == "ferier.csv: 2 rows = 0 stored + 2 known + 0 refused.\n"
    file.write_text(HEAD + "Påske;22-03-2027;29-03-2027\nSommer;28/6;06-08-2027\n")
    wrong = tryghed(staff, *command)
    assert wrong.returncode == 1
    assert wrong.stdout == "ferier.csv: 2 rows = 0 stored + 0 known + 2 refused.\n"
    assert "er ikke en dato" in wrong.stderr
