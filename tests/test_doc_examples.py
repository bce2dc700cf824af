"""The files that docs/data-formats.md shows, read by the importers they are meant for."""

from __future__ import annotations

import re
from pathlib import Path

from geo_service.importing.areas import read_areas
from geo_service.importing.incidents import read_incidents
from geo_service.importing.mapping import load_mapping
from geo_service.importing.memberships import read_fixes
from geo_service.settings import PROJECT_ROOT
from tests import make


def examples(language: str) -> list[str]:
    text = (PROJECT_ROOT / "docs" / "data-formats.md").read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found, language
    return found


def test_the_incidents_shown_can_be_loaded(tmp_path: Path) -> None:
    for number, text in enumerate(examples("csv")):
        file = tmp_path / f"{number}.csv"
        file.write_text(text, encoding="utf-8")
        read = read_incidents(file, load_mapping(), now=make.NOW)
        assert (read.rejections, read.duplicates) == ([], 0)
        assert len(read.incidents) == len(text.splitlines()) - 1


def test_the_mapping_shown_can_be_used(tmp_path: Path) -> None:
    for text in examples("toml"):
        mapping, data = tmp_path / "kilde.toml", tmp_path / "kilde.csv"
        mapping.write_text(text, encoding="utf-8")
        data.write_text(
            "sagsnr,kategori,tidspunkt,lon,lat,navn\n"
            'K-1,Gadeuorden,2026-11-06 21:15,"12,55","55,70",x\n',
            encoding="utf-8",
        )
        read = read_incidents(data, load_mapping(mapping), now=make.NOW)
        assert read.rejections == []
        assert list(read.incidents["crime_type"]) == ["uro"]


def test_the_areas_and_the_fixes_shown_can_be_read(tmp_path: Path) -> None:
    for text in examples("geojson"):
        file = tmp_path / "roder.geojson"
        file.write_text(text, encoding="utf-8")
        read = read_areas(
            file,
            kind="rode",
            code="rode_nr",
            name="rodenavn",
            within={"district": "distrikt_nr", "bydel": "bydel"},
            crs=None,
            on_invalid="reject",
        )
        assert (read.rejections, read.held_back) == ([], [])
        assert list(read.areas["code"]) == ["157"]
    for text in examples("fix"):
        file = tmp_path / "fix.csv"
        file.write_text(text, encoding="utf-8")
        assert [fix.code for fix in read_fixes(file)] == ["263", "324", "392", "393", "394"]
