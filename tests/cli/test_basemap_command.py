"""`tryghed basemap import` as a user meets it."""

from __future__ import annotations

from pathlib import Path

from tests import make
from tests.cli.test_commands import IMPORT, environment, staff, tryghed
from tests.importing.test_import_basemap import geopackage
from tests.workflows.test_import_areas import named

__all__ = ["environment", "staff"]


def test_a_base_map_is_loaded_and_loaded_again(staff: dict[str, str], tmp_path: Path) -> None:
    file = geopackage(tmp_path / "grund.gpkg")
    early = tryghed(staff, "basemap", "import", str(file), "--municipality", "0101")
    assert (early.returncode, early.stdout) == (1, "")
    assert "tryghed areas import" in early.stderr
    areas = make.area_file(tmp_path / "roder.geojson", named(make.squares()))
    assert tryghed(staff, "areas", "import", str(areas), *IMPORT).returncode == 0
    for _ in range(2):
        done = tryghed(staff, "basemap", "import", str(file), "--municipality", "0101")
        assert done.returncode == 0, done.stderr
        assert done.stdout == (
            "grund.gpkg: 6 rows = 6 stored + 0 left out; 1 green, 2 name, 2 road, 1 water.\n"
        )
    some = tryghed(
        staff,
        *("basemap", "import", str(file), "--municipality", "0101"),
        *("--layer", "water=vand_oversigtskort", "--layer", "road=vejklasser:vejnavn:vejklasse"),
    )
    assert some.stdout.endswith("3 stored + 0 left out; 2 road, 1 water.\n")


def test_a_mistake_says_what_to_write(staff: dict[str, str], tmp_path: Path) -> None:
    file = geopackage(tmp_path / "grund.gpkg")
    wrong = tryghed(
        staff,
        *("basemap", "import", str(file), "--municipality", "0101", "--layer", "soe=vand"),
    )
    assert wrong.returncode == 2
    assert "as water=soer" in " ".join(wrong.stderr.split())
