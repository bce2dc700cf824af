"""Maps from what there is: own data without surveys, plans or projects still give a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from geo_service.errors import NotFound
from geo_service.importing.mapping import load_mapping
from geo_service.storage import areas as store
from geo_service.workflows.draw_maps import DrawnFor, draw_maps
from geo_service.workflows.import_areas import import_areas
from geo_service.workflows.import_incidents import import_incidents
from tests import make
from tests.workflows.test_import_areas import CHOICES, named

WANTED = DrawnFor("0101", "ydre-norrebro", date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=UTC))


def with_own_data(session: Session, folder: Path) -> None:
    areas = make.area_file(folder / "roder.geojson", named(make.squares()))
    import_areas(session, areas, CHOICES, imported_by="os:test")
    rows = [make.incident_row(number, 100 + number * 10) for number in range(40)]
    import_incidents(
        session,
        make.incident_file(folder / "h.csv", rows),
        mapping=load_mapping(),
        municipality="0101",
        accept_partial=False,
        imported_by="os:test",
    )


def test_own_areas_and_incidents_give_the_residents_page(session: Session, tmp_path: Path) -> None:
    with_own_data(session, tmp_path)
    drawn = draw_maps(session, WANTED, tmp_path / "maps")
    assert [path.name for path in drawn.written] == ["beboere.html"]
    assert drawn.missing.keys() == {"aftenplan.html", "byrum.html"}
    assert "dækningsområder" in drawn.missing["aftenplan.html"]
    page = drawn.written[0].read_text(encoding="utf-8")
    assert "Distrikt 12" in page
    assert "opdigtede" not in page
    assert "for få svar" in page
    assert not (tmp_path / "public").exists()


def test_the_public_page_is_written_only_when_that_is_said(
    session: Session, tmp_path: Path
) -> None:
    with_own_data(session, tmp_path)
    draw_maps(session, WANTED, tmp_path / "maps", public_folder=tmp_path / "public")
    assert [path.name for path in (tmp_path / "public").iterdir()] == ["beboere.html"]


def test_areas_alone_without_groups_give_nothing_and_say_why(
    session: Session, tmp_path: Path
) -> None:
    make.stored_squares(session)
    drawn = draw_maps(session, WANTED, tmp_path / "maps")
    assert drawn.written == []
    assert "--within district=" in drawn.missing["beboere.html"]


def test_a_municipality_that_is_not_there(session: Session, tmp_path: Path) -> None:
    assert store.editions(session) == []
    with pytest.raises(NotFound, match="tryghed demo"):
        draw_maps(session, WANTED, tmp_path / "maps")
