"""The privacy page: who sees what is what is declared, and the rest is what the program does."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from fastapi.testclient import TestClient

from api.pages import who_sees
from api.security.identity import COOKIE, FORM_COOKIE
from geo_service.domain.access import RIGHTS, ROLE_WORDS, Limit, Right, Role
from geo_service.domain.kinds import KINDS
from geo_service.domain.retention import KEPT
from tests.web.house import make_house

DOING = {
    *("write", "own", "compute", "import", "release", "agree", "draw", "publish"),
    *("propose", "approve", "withdraw"),
}


def page() -> str:
    return unescape(TestClient(make_house()).get("/privatliv").text)


def told(role: Role) -> dict[str, list[str]]:
    """What the page says a role sees, by limit."""
    block = re.search(
        rf"<summary>{re.escape(ROLE_WORDS[role])}</summary>(.*?)</details>", page(), re.DOTALL
    )
    assert block is not None
    parts = re.findall(r'<p class="under">(.*?)</p>\s*<ul>(.*?)</ul>', block[1], re.DOTALL)
    return {limit: re.findall(r"<li>(.*?)</li>", kinds) for limit, kinds in parts}


def test_every_policy_either_lets_see_or_lets_do() -> None:
    named = {policy.partition(".")[2] for policy in RIGHTS if "." in policy}
    assert named == who_sees.SEEING | DOING
    assert not who_sees.SEEING & DOING


@pytest.mark.parametrize("role", Role)
def test_a_role_is_told_to_see_what_it_may_and_nothing_else(role: Role) -> None:
    expected: dict[str, set[str]] = {}
    for policy, rights in RIGHTS.items():
        kind, _, deed = policy.partition(".")
        if deed in who_sees.SEEING and policy not in who_sees.OPEN_TO_ALL and role in rights:
            expected.setdefault(rights[role].limit.value, set()).add(KINDS[kind].words)
    seen = {
        limit: {re.split(r" \(|: ", one)[0] for one in kinds} for limit, kinds in told(role).items()
    }
    assert seen == expected


def test_what_a_right_leaves_out_is_said() -> None:
    assert f"aftenlog ({RIGHTS['log.read'][Role.police].note})" in told(Role.police)[Limit.released]
    assert "tegnede kort: byrum" in told(Role.tmf)[Limit.municipality]


def test_a_right_that_is_given_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {**RIGHTS["absence.read"], Role.council: Right(Limit.municipality)}
    monkeypatch.setitem(RIGHTS, "absence.read", given)  # type: ignore[arg-type]
    assert "fravær" in told(Role.council)[Limit.municipality]


def test_what_is_stored_about_employees_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = page()
    for words in ("medlemskode", "fravær", "fritekst", "tjekker ind", "Vagtkalenderens adresse"):
        assert words in said, words
    assert "IP-adresse" in said
    assert f"revisionsspor med IP-adresser {KEPT['audit'].keep_days} dage" in said
    assert COOKIE in said
    assert FORM_COOKIE in said
    assert "12 timer efter hvert tidsrum" in said
    assert "Administratorer læser hele loggen" in said
    monkeypatch.setitem(KEPT, "audit", replace(KEPT["audit"], keep_days=77))
    assert "IP-adresser 77 dage" in page()
