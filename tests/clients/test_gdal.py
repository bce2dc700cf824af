"""What we hand out can be read by GDAL's programs, which QGIS and most others stand on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from api.main import make_app
from geo_service.importing.places import DISTRICTS
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import make, people

pytestmark = pytest.mark.clients


def described(file: Path) -> str:
    """Return GDAL's summary of a file's only layer."""
    done = subprocess.run(
        ["ogrinfo", "-ro", "-al", "-so", str(file)], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_gdal_reads_the_schematic_roder() -> None:
    words = described(DISTRICTS / "roder_schematic.geojson")
    assert "Feature Count: 396" in words
    assert 'ID["EPSG",4326]' in words
    assert "rode_nr: Integer" in words


def test_gdal_reads_the_areas_of_the_api(
    own_database: Callable[[str], Database], settings: Settings, tmp_path: Path
) -> None:
    database = own_database("tryghed_gdal")
    with database.working(people.EVERYWHERE) as session:
        make.stored_squares(session)
    token = people.token_of(database, "tmf", kind="token")
    with people.program(make_app(settings, database), token) as client:
        answer = client.get("/api/v1/areas", params={"kind": "rode", "on": "2015-01-01"})
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps(answer.json()), encoding="utf-8")
    words = described(file)
    assert "Feature Count: 4" in words
    assert "Geometry: Multi Polygon" in words
    assert "code: String" in words
