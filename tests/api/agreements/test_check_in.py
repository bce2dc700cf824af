"""Checking in on the spot: off until the team itself wants it, and no position anywhere."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_service.storage.database import Database

HERE = "/aften/i-aften"


def version(page: str) -> str:
    found = re.search(r'tjek-ind">.*?name="version" value="(\d+)"', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_it_is_off_until_the_team_switches_it_on(team: TestClient) -> None:
    before = team.get(HERE)
    assert "Det er slået fra" in before.text
    assert '"outlines":null' in before.text
    assert "geolocation=()" in before.headers["permissions-policy"]
    fields = {"version": version(before.text), "valg": "til"}
    assert team.post(f"{HERE}/tjek-ind", data=fields).status_code == 303
    after = team.get(HERE)
    assert "Det er slået til" in after.text
    assert "sendes ikke og gemmes ikke" in after.text
    assert '"outlines":[{"code":"parken"' in after.text
    assert "geolocation=(self)" in after.headers["permissions-policy"]
    assert "geolocation=()" in team.get("/aften/log").headers["permissions-policy"]
    fields = {"version": version(after.text), "valg": "fra"}
    assert team.post(f"{HERE}/tjek-ind", data=fields).status_code == 303
    assert '"outlines":null' in team.get(HERE).text


def test_the_second_of_two_is_told_and_nothing_is_lost(team: TestClient, own: Database) -> None:
    seen = version(team.get(HERE).text)
    assert seen == "0"
    assert team.post(f"{HERE}/tjek-ind", data={"version": seen, "valg": "til"}).status_code == 303
    for stale in ("0", "7"):
        late = team.post(f"{HERE}/tjek-ind", data={"version": stale, "valg": "fra"})
        assert late.status_code == 409
    with own.as_owner() as owner:
        assert owner.scalars(text("SELECT checks_in FROM raw.team_setting")).all() == [True]


def test_nobody_else_can_switch_it(chief: TestClient, police: TestClient) -> None:
    for client in (chief, police):
        assert "tjek-ind" not in client.get(HERE).text
        fields = {"version": "0", "valg": "til"}
        assert client.post(f"{HERE}/tjek-ind", data=fields).status_code == 404
