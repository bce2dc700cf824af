"""What we hand out can be read by GDAL's programs, which QGIS and most others stand on."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import make_app
from geo_service.importing.places import DISTRICTS
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import make

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
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    with database.session("job") as session:
        make.stored_squares(session)
    try:
        with TestClient(make_app(settings, database), base_url="http://127.0.0.1") as client:
            answer = client.get("/api/v1/areas", params={"kind": "rode", "on": "2015-01-01"})
    finally:
        with database.session("job") as session:
            make.forget_squares(session)
    file = tmp_path / "areas.geojson"
    file.write_text(json.dumps(answer.json()), encoding="utf-8")
    words = described(file)
    assert "Feature Count: 4" in words
    assert "Geometry: Multi Polygon" in words
    assert "code: String" in words
