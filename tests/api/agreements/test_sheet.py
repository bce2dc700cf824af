"""The sheet of the agreement: what stands on it, and that it is one page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.pages.agreement_sheet import Since
from api.papers import laid_out
from geo_service.domain.agreements import State
from geo_service.domain.vocabulary import AGENCIES, PRESENCE_FORMS
from geo_service.storage.agreements import Agreement, Line
from geo_service.storage.database import Database
from tests import agreed
from tests.api.agreements.deeds import agreement, moved_back, started, today
from tests.planning.plans import LONGEST_BRIEF


def test_the_sheet_is_one_page_of_paper(chief: TestClient, police: TestClient) -> None:
    plan = agreement(chief, police)
    sheet = chief.get(f"{plan}/ark").text
    for said in ("Aftalt af politiet", "Lokalpolitiet", "Chefen", "Del B", "må ikke deles"):
        assert said in sheet
    paper = chief.get(f"{plan}/ark.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["cache-control"] == "no-store"
    assert paper.content.startswith(b"%PDF-")


def test_it_begins_with_how_the_last_one_was_kept_and_what_has_changed(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    agreed.known(own, today(), latest=12)
    try:
        first = agreement(chief, police)
        assert "Sidste aftale" not in chief.get(f"{first}/ark").text
        moved_back(own, 14)
        with own.as_owner() as owner:
            owner.execute(text("UPDATE raw.commitment SET kept = 'held' WHERE agency = 'police'"))
            owner.commit()
        sheet = " ".join(chief.get(f"{started(chief)}/ark").text.split())
        assert "1 holdt, 1 ikke gennemgået. Siden da: mere end plejer: Torvet." in sheet
    finally:
        with own.as_owner() as owner:
            owner.execute(text("TRUNCATE raw.incident, raw.incident_precision CASCADE"))
            owner.commit()


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (28, "Flest hændelser denne ugedag de seneste otte uger, og beboerne har bedt om det"),
        (42, LONGEST_BRIEF),
    ],
)
def test_two_weeks_of_two_or_three_places_an_evening_fit_on_one_page(
    count: int, reason: str
) -> None:
    first = date(2026, 11, 23)
    night = datetime(2026, 11, 23, 19, tzinfo=UTC)
    lines = [
        Line(number, "street_team", "x", "Nørrebrohallen", "G1", None, day, night, night, "on_foot",
             reason, None)
        for number in range(count)
        for day in [first + timedelta(days=number * 14 // count)]
    ]  # fmt: skip
    nobody = dict.fromkeys(
        ("sent_by", "sent_at", "agreed_police_by", "agreed_police_at", "agreed_chief_by")
    )
    plan = Agreement(
        id=1, hotspot_area="yn", first_evening=first, last_evening=first + timedelta(days=13),
        state=State.draft, version=1, minutes="", copied_from_id=None, agreed_chief_at=None,
        reviewed_at=None, **nobody,
    )  # fmt: skip
    paper = laid_out(
        "sheet.html", title="Aftaleark", agreement=plan, area_name="Ydre Nørrebro", lines=lines,
        amendments=[], forms=PRESENCE_FORMS, agencies=AGENCIES, state_word="Kladde",
        made_at=night, is_demo=True, since=Since(
            plan, (("holdt", 20), ("delvis", 4), ("ikke", 3)), ("Torvet", "Nørrebrohallen"),
            ("Mjølnerparken",), can_say=True,
        ),
    )  # fmt: skip
    assert len(paper.pages) == 1
