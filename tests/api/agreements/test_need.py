"""How well the need hits: told to both sides alike, and what it finds is what proposals use."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from geo_service.domain.access import Role
from geo_service.domain.callers import Caller
from geo_service.storage.database import Database
from geo_service.workflows.plan_inputs import gather
from geo_service.workflows.plan_request import Asked
from tests import agreed, people
from tests.api.agreements.deeds import today

PAGE = "/aften/behov"
EVEN = {"halvering": "26", "vold": "1", "narkotika": "1", "haervaerk": "1", "chikane": "1",
        "uro": "1"}  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_known(own: Database) -> Iterator[None]:
    yield
    with own.as_owner() as owner:
        owner.execute(text("TRUNCATE raw.incident, raw.incident_precision, raw.need_choice"))
        owner.commit()


def lead(client: TestClient) -> str:
    found = re.search(r'<strong lang="da">(.*?)</strong>', client.get(PAGE).text)
    assert found is not None
    return found[1]


def version(client: TestClient) -> str:
    found = re.search(r'name="version" value="(\d+)"', client.get(PAGE).text)
    assert found is not None
    return found[1]


def inputs(own: Database) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return what a proposal for the next evenings expects per place, and what it says of it."""
    caller = Caller(actor="os:test", role=Role.police, municipality="0101")
    gathered = gather(own, caller, Asked(agreed.HOTSPOT, today(), 7))
    frame = gathered.problem.need
    assert (frame["low"] <= frame["expected"]).all()
    assert (frame["expected"] <= frame["high"]).all()
    return frame.groupby("area_code")["expected"].sum().to_dict(), gathered.remarks


def test_both_sides_read_the_same_trial_and_a_proposal_uses_what_it_finds(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    agreed.known(own, today(), weeks=40)
    said = lead(chief)
    assert said == lead(police)
    assert said.startswith("Modellen er")
    page = chief.get(PAGE).text
    assert page.count('<tr><th scope="row">') == 6
    assert page.count("ikke nok data: kræver et år før de prøvede uger") == 2
    assert len(re.findall(r"bruges</span>", page)) == 1
    expected, remarks = inputs(own)
    assert said in remarks
    assert expected["torvet"] == pytest.approx(2, rel=0.2)  # two a week, all on Torvet
    assert expected["parken"] == pytest.approx(0, abs=0.05)


def test_too_few_weeks_are_said_and_the_profile_or_the_counts_are_used(
    own: Database, chief: TestClient
) -> None:
    agreed.known(own, today(), weeks=12)
    assert "for lidt historie til at prøve modellen her: 11 hele uger" in lead(chief)
    assert "»byens profil gange områdets sum«" in lead(chief)
    assert inputs(own)[0]["torvet"] == pytest.approx(2, rel=0.2)
    agreed.known(own, today(), weeks=3)
    assert "det, der er talt, som det er" in lead(chief)
    assert inputs(own)[0]["torvet"] > 1


def test_no_incidents_at_all_is_no_trial_and_still_a_legal_problem(
    own: Database, chief: TestClient
) -> None:
    assert "0 hele uger" in lead(chief)
    assert set(inputs(own)[0].values()) == {0}


def test_weights_are_shown_and_move_what_a_proposal_expects(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    agreed.known(own, today(), weeks=40)
    before, remarks = inputs(own)
    assert not any("vægtet" in one for one in remarks)
    kinds = {"vold": "3", "narkotika": "3", "haervaerk": "3", "chikane": "3", "uro": "3"}
    done = chief.post(PAGE, data=EVEN | kinds | {"version": version(chief)})
    assert done.status_code == 303, done.text
    after, remarks = inputs(own)
    assert after["torvet"] == pytest.approx(3 * before["torvet"], rel=1e-6)
    assert any(one.startswith("Behovet er vægtet: ") for one in remarks)
    assert 'value="3"' in police.get(PAGE).text


def test_a_type_without_weight_is_not_counted_either(own: Database, chief: TestClient) -> None:
    agreed.known(own, today(), weeks=40)
    done = chief.post(PAGE, data=EVEN | {"uro": "0", "version": version(chief)})
    assert done.status_code == 303, done.text
    caller = Caller(actor="os:test", role=Role.police, municipality="0101")
    gathered = gather(own, caller, Asked(agreed.HOTSPOT, today(), 7))
    assert gathered.problem.need["n"].sum() == 0
    assert gathered.counted["incidents"] == 0


def test_two_who_set_it_at_once_and_numbers_that_are_none(
    own: Database, chief: TestClient, police: TestClient
) -> None:
    was = version(police)
    assert chief.post(PAGE, data=EVEN | {"version": was, "uro": "2,5"}).status_code == 303
    late = police.post(PAGE, data=EVEN | {"version": was})
    assert late.status_code == 409
    assert "Chefen" in late.text
    for field, typed in (("uro", "meget"), ("halvering", "0"), ("vold", "-1"), ("uro", "")):
        refused = chief.post(PAGE, data=EVEN | {"version": version(chief), field: typed})
        assert refused.status_code == 422, (field, typed)
        assert f'value="{typed}"' in refused.text or not typed


def test_nobody_else_reads_it(own: Database, app: FastAPI) -> None:
    for role in (Role.tmf, Role.partner, Role.agency, Role.council, Role.admin, Role.street_team):
        client = people.browser(app, people.token_of(own, role, name=role.value))
        assert client.get(PAGE).status_code in {403, 404}, role
