"""The duty calendar: an address that is shown once, gives times alone, and can be closed."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from icalendar import Calendar
from sqlalchemy import text

from geo_service.domain.evenings import evening_of
from geo_service.storage.database import Database
from geo_service.storage.sessions import sha256
from tests import people

HERE = "/aften/vagtkalender"


@pytest.fixture
def shift(own: Database) -> datetime:
    """Tomorrow's shift of each team; returns when it begins."""
    begins = datetime.now(UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    begins += timedelta(days=1)
    with own.as_owner() as owner:
        owner.execute(text("DELETE FROM raw.shift"))
        owner.execute(
            text(
                "INSERT INTO raw.shift (municipality_code, team_id, evening, starts_at, ends_at)"
                " SELECT municipality_code, id, :evening, CAST(:begins AS timestamptz)"
                " + make_interval(mins => CAST(id AS integer)), CAST(:ends AS timestamptz)"
                " FROM raw.team"
            ),
            {
                "evening": evening_of(begins),
                "begins": begins,
                "ends": begins + timedelta(hours=4),
            },
        )
        own_begin = owner.scalar(
            text("SELECT starts_at FROM raw.shift s JOIN raw.team t ON t.id = s.team_id"
                 " WHERE t.code = 'G1'")
        )  # fmt: skip
        owner.commit()
    return own_begin


def address(team: TestClient) -> str:
    page = team.post(HERE)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    found = re.search(r"https?://[^/]+(/kalender/[\w-]+\.ics)", page.text)
    assert found is not None
    return found[1]


def test_an_address_gives_the_own_teams_times_and_nothing_else(
    own: Database, app: FastAPI, team: TestClient, shift: datetime
) -> None:
    made = address(team)
    phone = people.browser(app)
    answer = phone.get(made)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert "set-cookie" not in answer.headers
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["SUMMARY"] == "Vagt"
    assert event.decoded("DTSTART") == shift
    assert not {"LOCATION", "DESCRIPTION", "ATTENDEE", "ORGANIZER"} & set(event)
    for word in (b"G1", b"Torvet", b"Hold", made.encode()):
        assert word not in answer.content


def test_it_is_shown_once_and_only_its_checksum_is_kept(own: Database, team: TestClient) -> None:
    made = address(team)
    token = made.removeprefix("/kalender/").removesuffix(".ics")
    page = team.get(HERE).text
    assert token not in page
    assert "Den kan ikke vises igen" in page
    with own.as_owner() as owner:
        kept = owner.scalars(
            text("SELECT token_hash FROM adm.calendar_feed WHERE revoked_at IS NULL")
        ).all()
    assert sha256(token) in [bytes(one) for one in kept]


def test_closed_replaced_and_unknown_addresses_answer_alike(
    app: FastAPI, team: TestClient, shift: datetime
) -> None:
    first = address(team)
    second = address(team)
    phone = people.browser(app)
    assert phone.get(second).status_code == 200
    assert team.post(f"{HERE}/luk").status_code == 303
    answers = [
        phone.get(path) for path in (first, second, "/kalender/x.ics", f"/kalender/{'y' * 300}.ics")
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert len({str(sorted(one.headers.items())) for one in answers}) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE adm.user_account SET disabled_at = now()",
        "UPDATE adm.user_right SET ended_at = now(), ended_by = 'os:test'",
        "UPDATE adm.user_right SET team_code = 'G2' WHERE team_code = 'G1'",
    ],
)
def test_an_address_gives_no_more_than_the_right_behind_it(
    own: Database, app: FastAPI, team: TestClient, shift: datetime, change: str
) -> None:
    made = address(team)
    with own.as_owner() as owner:
        owner.execute(text(change))
        owner.commit()
    assert people.browser(app).get(made).status_code == 404


def test_a_cookie_is_no_way_in_and_none_is_read(team: TestClient, shift: datetime) -> None:
    assert team.get("/kalender/whatever.ics").content == b"Kalenderen findes ikke.\n"


def test_guessing_is_slowed_down(app: FastAPI) -> None:
    phone = people.browser(app)
    answers = [phone.get(f"/kalender/guess{number}.ics").status_code for number in range(32)]
    assert answers[:30] == [404] * 30
    assert answers[-1] == 429


def test_reading_is_in_the_audit_and_the_token_in_no_log(
    own: Database,
    app: FastAPI,
    team: TestClient,
    shift: datetime,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    made = address(team)
    token = made.removeprefix("/kalender/").removesuffix(".ics")
    caplog.clear()
    phone = people.browser(app)
    assert phone.get(made).status_code == 200
    ours = [one for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert not [one for one in ours if token in one.getMessage()]
    with own.as_owner() as owner:
        rows = owner.execute(
            text("SELECT actor, action, object_ref, detail::text AS detail FROM adm.audit_entry"
                 " WHERE object_kind = 'duty_feed' ORDER BY id")
        ).all()  # fmt: skip
    assert [row.action for row in rows][-2:] == ["create", "read"]
    assert rows[-1].actor.startswith("user:")
    assert not [row for row in rows if token in f"{row.object_ref}{row.detail}"]


def test_only_a_team_has_one(chief: TestClient, police: TestClient) -> None:
    for client in (chief, police):
        assert client.get(HERE).status_code == 404
        assert client.post(HERE).status_code == 404
