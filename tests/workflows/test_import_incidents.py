"""Files of incidents into the database: whole or not at all, each with its rode."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo_service.errors import AlreadyExists, InvalidInput
from geo_service.importing.mapping import load_mapping
from geo_service.storage import areas as store
from geo_service.storage.tables import ImportBatch, Incident, IncidentCount
from geo_service.workflows.import_incidents import FaultyRows, IncidentReport, import_incidents
from tests import make


def run(session: Session, path: Path, *, accept_partial: bool = False) -> IncidentReport:
    return import_incidents(
        session,
        path,
        mapping=load_mapping(),
        municipality="0101",
        accept_partial=accept_partial,
        imported_by="os:test",
        now=make.NOW,
    )


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Incident)) or 0


def test_a_file_is_stored_and_every_incident_has_its_rode(session: Session, tmp_path: Path) -> None:
    held = make.stored_squares(session)
    rows = [make.incident_row(1, 250), make.incident_row(2, 750), make.incident_row(3, 9_000)]
    report = run(session, make.incident_file(tmp_path / "a.csv", rows))
    assert (report.rows, report.stored, report.outside) == (3, 3, 1)
    query = select(Incident.source_ref, Incident.rode_id).order_by(Incident.source_ref)
    assert [row[1] for row in session.execute(query)] == [*held["id"].iloc[:2], None]
    counts = session.scalars(select(IncidentCount.incidents)).all()
    assert counts == [1, 1]


def test_a_point_on_a_border_is_counted_once(session: Session, tmp_path: Path) -> None:
    make.stored_squares(session)
    rows = [make.incident_row(1, 500.0), make.incident_row(2, 500.0, 0.0)]
    report = run(session, make.incident_file(tmp_path / "a.csv", rows))
    assert (report.stored, report.outside) == (2, 0)
    assert session.scalars(select(IncidentCount.incidents)).all() == [2]
    assert session.scalars(select(IncidentCount.rode_code)).all() == ["1"]


def test_the_same_file_twice_imports_nothing(session: Session, tmp_path: Path) -> None:
    make.stored_squares(session)
    path = make.incident_file(tmp_path / "a.csv", [make.incident_row(1)])
    run(session, path)
    with pytest.raises(AlreadyExists, match=r"a.csv was imported already: batch \d+"):
        run(session, path)
    assert stored(session) == 1


def test_overlapping_files_store_each_incident_once(session: Session, tmp_path: Path) -> None:
    make.stored_squares(session)
    run(session, make.incident_file(tmp_path / "a.csv", [make.incident_row(n) for n in range(5)]))
    second = [make.incident_row(n) for n in range(3, 8)]
    report = run(session, make.incident_file(tmp_path / "b.csv", second))
    assert (report.rows, report.stored, report.duplicates) == (5, 3, 2)
    assert stored(session) == 8


def test_a_changed_incident_is_named_by_row_and_left_as_it_is(
    session: Session, tmp_path: Path
) -> None:
    make.stored_squares(session)
    run(session, make.incident_file(tmp_path / "a.csv", [make.incident_row(n) for n in range(4)]))
    kept, moved, later, new = (make.incident_row(n) for n in (0, 1, 2, 9))
    moved[1], moved[4] = "indbrud", make.incident_row(1, 251.0)[4]
    later[3] = "16-01-2026 22:00"
    bad = make.incident_row(3)
    bad[6] = "månen"
    second = make.incident_file(tmp_path / "b.csv", [kept, later, new, moved, bad])
    report = run(session, second, accept_partial=True)
    assert (report.rows, report.stored, report.duplicates, report.rejected_rows) == (5, 1, 3, 1)
    assert [str(change) for change in report.changes] == [
        "række 3: ændret, siden den blev gemt, i til; det gemte er ikke rørt",
        "række 5: ændret, siden den blev gemt, i type og øst; det gemte er ikke rørt",
    ]
    incident = session.scalars(select(Incident).where(Incident.source_ref == "A-1")).one()
    assert incident.crime_type == "uro"
    batch = session.scalars(select(ImportBatch).where(ImportBatch.file_name == "b.csv")).one()
    assert any("række 3 og 5" in remark for remark in batch.remarks)


def test_one_bad_row_in_60000_is_named_and_nothing_is_stored(
    session: Session, tmp_path: Path
) -> None:
    make.stored_squares(session)
    rows = [make.incident_row(n) for n in range(60_000)]
    rows[41_233][2] = "32-13-2026 10:00"
    path = make.incident_file(tmp_path / "a.csv", rows)
    with pytest.raises(FaultyRows, match=r"1 af 60000 .*--accept-partial") as refused:
        run(session, path)
    assert len(refused.value.rejections) == 1
    assert refused.value.rejections[0].row == 41_235
    assert refused.value.rejections[0].column == "fra"
    assert stored(session) == 0
    assert session.scalar(select(func.count()).select_from(ImportBatch)) == 0
    report = run(session, path, accept_partial=True)
    assert (report.rows, report.stored, report.rejected_rows) == (60_000, 59_999, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_give_the_same_incidents(session: Session, tmp_path: Path, encoding: str) -> None:
    make.stored_squares(session)
    row = make.incident_row(1)
    row[1], row[6] = "hærværk", "indendørs"
    report = run(session, make.incident_file(tmp_path / "a.csv", [row], encoding=encoding))
    incident = session.scalars(select(Incident)).one()
    assert (incident.crime_type, incident.setting) == ("haervaerk", "indoor")
    assert any("cp1252" in remark for remark in report.remarks) == (encoding == "cp1252")


def test_each_incident_gets_the_rode_of_the_edition_of_its_day(
    session: Session, tmp_path: Path
) -> None:
    make.stored_squares(session)
    wide = make.squares(2)
    wide.geometry = wide.geometry.scale(xfact=1.0, yfact=2.0)
    store.store_areas(session, wide, make.edition(valid_from=date(2026, 1, 1)))
    early, late = make.incident_row(1), make.incident_row(2)
    early[2] = early[3] = "31-12-2025 23:59"
    late[2] = late[3] = "01-01-2026 00:00"
    run(session, make.incident_file(tmp_path / "a.csv", [early, late]))
    editions = [
        store.read_edition(session, "0101", "rode", day)
        for day in (make.FIRST_DAY, date(2026, 1, 1))
    ]
    query = select(Incident.rode_id).order_by(Incident.source_ref)
    assert session.scalars(query).all() == [frame["id"].iloc[0] for frame in editions]


def test_without_roder_there_is_nowhere_to_put_them(session: Session, tmp_path: Path) -> None:
    store.ensure_municipality(session, "0101", "København")
    path = make.incident_file(tmp_path / "a.csv", [make.incident_row(1)])
    with pytest.raises(InvalidInput, match="areas import"):
        run(session, path)
