"""The frame around a page: who is here, where they may go, which language they read."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from api.security.identity import Identity
from api.web.errors import TELLS_MORE, WORDS
from api.web.frame import OPENED_BY, ROLES, WORKSPACES, Frame, frame_of
from geo_service.domain.access import SIGNED_IN, Role
from tests.web.house import make_house, somebody


def frame(
    path: str = "/data", query: str = "", identity: Identity | None = None, *, bare: bool = False
) -> Frame:
    scope = {
        "type": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [],
        "server": ("127.0.0.1", 80),
        "scheme": "http",
        "app": FastAPI(version="9.9.9"),
        "state": {"identity": identity},
    }
    return frame_of(Request(scope), workspace="data", bare=bare)


def test_nobody_signed_in_has_a_frame_too() -> None:
    found = frame()
    assert (found.user, found.role, found.csrf, found.workspaces) == (None, None, "", ())
    assert (found.language, found.version) == ("da", "9.9.9")
    assert found.signs_in


def test_who_is_signed_in_fills_the_frame() -> None:
    found = frame(identity=somebody())
    assert (found.user, found.role, found.municipality) == (
        "Hotspotchefen",
        "Hotspotchef",
        "København",
    )
    assert [(w.label, w.current) for w in found.workspaces] == [
        ("Aften", False),
        ("Byrum", False),
        ("Område", False),
        ("Beboere", False),
        ("Data", True),
    ]
    assert found.csrf == somebody().csrf
    assert len(found.banners) == 1
    assert frame(identity=somebody(is_demo=False)).banners == ()


@pytest.mark.parametrize("role", SIGNED_IN)
def test_every_role_is_named_and_led_to_what_a_policy_opens(role: Role) -> None:
    identity = somebody(role=role)
    found = frame(identity=identity)
    assert found.role == ROLES[role]
    opened = {
        key
        for key, policies in OPENED_BY.items()
        if any(identity.signed_in.caller.may(policy) for policy in policies)
    }
    assert {one.key for one in found.workspaces} == opened
    assert opened
    assert [one.href for one in found.workspaces] == [f"/{k}" for k in WORKSPACES if k in opened]


def test_who_never_sees_what() -> None:
    seen = {role: {one.key for one in frame(identity=somebody(role=role)).workspaces}
            for role in SIGNED_IN}  # fmt: skip
    assert not seen[Role.admin] & {"aften", "byrum", "omraade", "data"}
    for role in (Role.tmf, Role.partner, Role.agency, Role.council):
        assert "aften" not in seen[role]
    assert [role for role in SIGNED_IN if "administration" in seen[role]] == [Role.admin]


def test_the_area_is_in_the_address_and_the_rest_of_it_is_kept() -> None:
    found = frame(query="omraade=va&type=uro", identity=somebody())
    assert found.area is not None
    assert found.area.label == "Valby"
    assert found.areas[0].href == "/data?omraade=yn&type=uro"
    assert frame(query="omraade=nowhere", identity=somebody()).area is None


def test_whoever_has_one_area_need_not_choose() -> None:
    found = frame(identity=somebody(areas=(("va", "Valby"),)))
    assert found.area is not None
    assert found.area.key == "va"


def test_whoever_comes_back_finds_the_same_area() -> None:
    found = frame(identity=somebody(chosen_hotspot="va"))
    assert found.area is not None
    assert found.area.key == "va"


@pytest.mark.parametrize(
    ("account", "query", "language", "carried"),
    [
        ("da", "", "da", None),
        ("en", "", "en", None),
        ("da", "sprog=en", "en", "en"),
        ("en", "sprog=da", "da", "da"),
        ("en", "sprog=en", "en", None),
        ("da", "sprog=xx", "da", None),
        ("da", "sprog=", "da", None),
        ("../..", "sprog=../../x", "da", None),
    ],
)
def test_the_language_is_asked_for_or_the_accounts(
    account: str, query: str, language: str, carried: str | None
) -> None:
    found = frame(query=query, identity=somebody(language=account))
    assert (found.language, found.carried_language) == (language, carried)


def test_links_carry_a_language_that_is_stored_nowhere() -> None:
    assert frame(query="sprog=en").link("/privatliv#log") == "/privatliv?sprog=en#log"
    assert frame(query="sprog=en").link("/stil?a=1") == "/stil?a=1&sprog=en"
    assert frame().link("/privatliv") == "/privatliv"


def test_a_bare_frame_does_not_depend_on_the_address() -> None:
    here = frame("/data/omraader/1", "omraade=va&x=<b>", somebody(), bare=True)
    assert here == frame("/somewhere", "", somebody(), bare=True)


@pytest.mark.parametrize("identity", [None, somebody()], ids=["street", "house"])
@pytest.mark.parametrize("status", sorted(WORDS))
def test_an_error_page_is_the_same_bytes_wherever_it_is_met(
    status: int, identity: Identity | None
) -> None:
    client = TestClient(make_house(identity))
    first = client.get(f"/fejl/{status}")
    second = client.get(f"/fejl/{status}?omraade=yn&secret=plan")
    assert first.status_code == second.status_code == status
    assert first.content == second.content
    assert first.headers == second.headers
    assert first.headers["retry-after"] == "60"
    assert first.headers["cache-control"] == "no-store"
    assert "secret" not in second.text
    assert ("Række 3" in first.text) == (status in TELLS_MORE)
    assert "Hvad nu?" in first.text


@pytest.mark.parametrize(("status", "words"), [(405, 404), (418, 404), (502, 500)])
def test_a_status_without_words_borrows_some(status: int, words: int) -> None:
    answer = TestClient(make_house()).get(f"/fejl/{status}")
    assert answer.status_code == status
    assert f"<h1>{WORDS[words][0]}</h1>" in answer.text
