"""Who asks too often or too much is told to wait, quickly, and the others notice nothing."""

from __future__ import annotations

import threading

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from api.main import make_app
from api.security import rates as module
from api.security.addresses import address_of, shared_by
from api.security.rates import Rates
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import doors, people

FEW = {"sign_in": "3/minute", "invitation": "3/minute", "oidc": "3/minute"}


@pytest.fixture
def strict(town: Database, settings: Settings) -> FastAPI:
    rates = Rates(requests_per_minute=20, per_address=FEW)
    return make_app(
        settings.model_copy(update={"trusted_proxies": "10.0.0.0/8"}), town, rates=rates
    )


def from_address(app: FastAPI, address: str) -> TestClient:
    """Return a browser behind our proxy, at an address."""
    client = doors.browser(app, client=("10.0.0.1", 1234))
    client.headers["X-Forwarded-For"] = address
    return client


def test_failed_sign_ins_of_an_address_are_counted_over_all_accounts(
    town: Database, strict: FastAPI
) -> None:
    client = from_address(strict, "192.0.2.1")
    for number in range(3):
        assert doors.sign_in(client, f"nobody-{number}", "x").status_code == 422
    who = doors.somebody(town)
    answer = doors.sign_in(client, who.login)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert "Vent" in answer.text
    assert doors.read(town, who).failed_sign_ins == 0  # not even looked at
    assert doors.sign_in(from_address(strict, "192.0.2.2"), who.login).status_code == 303


def test_those_who_come_in_use_nothing_up(town: Database, strict: FastAPI) -> None:
    """A whole shift may come in from behind one address."""
    who = doors.somebody(town)
    for _ in range(5):
        client = from_address(strict, "192.0.2.3")
        assert doors.sign_in(client, who.login).status_code == 303


def test_guessing_at_links_is_slow(strict: FastAPI) -> None:
    client = from_address(strict, "192.0.2.4")
    answers = [client.get(f"/invitation/{number}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].headers["content-type"].startswith("text/html")


def test_a_session_may_not_ask_without_end(town: Database, strict: FastAPI) -> None:
    one, other = people.token_of(town, "police"), people.token_of(town, "police")
    with people.browser(strict, one) as client:
        statuses = [client.get("/api/v1/status").status_code for _ in range(25)]
        assert statuses == [200] * 20 + [429] * 5
        refused = client.get("/api/v1/status")
        assert list(refused.json()) == ["detail", "code"]
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert client.get("/livez").status_code == 200
    with people.browser(strict, other) as client:
        assert client.get("/api/v1/status").status_code == 200


def test_the_settings_say_how_much(town: Database, settings: Settings) -> None:
    app = make_app(settings.model_copy(update={"requests_per_minute": 2}), town)
    with people.browser(app, people.token_of(town, "police")) as client:
        assert [client.get("/api/v1/status").status_code for _ in range(3)] == [200, 200, 429]


def test_only_a_proxy_we_know_says_where_a_request_comes_from(strict: FastAPI) -> None:
    def seen(peer: str, forwarded: str) -> str:
        headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
        scope = {"type": "http", "app": strict, "client": (peer, 1), "headers": headers}
        return address_of(Request(scope))

    assert seen("192.0.2.9", "1.2.3.4") == "192.0.2.9"  # a stranger says it
    assert seen("10.0.0.1", "") == "10.0.0.1"
    assert seen("10.0.0.1", "1.2.3.4") == "1.2.3.4"
    assert seen("10.0.0.1", "6.6.6.6, 1.2.3.4") == "1.2.3.4"  # the first was written by a stranger
    assert seen("10.0.0.1", "1.2.3.4, 10.0.0.7") == "1.2.3.4"  # two proxies of ours
    assert seen("10.0.0.1", "nonsense") == "10.0.0.1"
    assert seen("::ffff:10.0.0.1", "1.2.3.4") == "1.2.3.4"
    assert seen("nonsense", "1.2.3.4") == "local"
    assert shared_by("2001:db8:1:2:3::9") == shared_by("2001:db8:1:2::1")
    assert shared_by("2001:db8:1:3::1") != shared_by("2001:db8:1:2::1")


def test_a_queue_of_passwords_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check takes memory and a processor: two at a time, and then a 429, not a long wait."""
    monkeypatch.setattr(module, "WAIT_FOR_CHECK_S", 0.05)
    going_on, may_end = threading.Semaphore(0), threading.Event()

    def slow(_stored: str | None, _password: str) -> bool:
        going_on.release()
        return may_end.wait(20)

    monkeypatch.setattr(module, "is_right", slow)
    rates = Rates(requests_per_minute=1)
    threads = [threading.Thread(target=rates.is_right, args=(None, "x")) for _ in range(2)]
    for thread in threads:
        thread.start()
        going_on.acquire(timeout=20)
    with pytest.raises(module.TooMany):
        rates.is_right(None, "x")
    may_end.set()
    for thread in threads:
        thread.join()
    assert rates.is_right(None, "x")
