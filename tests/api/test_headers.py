"""What every answer tells the browser, and that a forbidden thing answers like a missing one."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from api.access import needs
from api.main import make_app
from api.web.page import nonce_of
from geo_service.settings import Settings
from geo_service.storage.database import Database
from geo_service.workflows.drawn_scope import DrawnScope, write_map
from tests import doors, people

HERE = ("/log-ind", "/livez", "/api/v1/areas", "/no/such/page", "/konto", "/?x=%00", "/kort/x.html")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def drawn(folder: Path, name: str) -> None:
    hotspot = "1" if name.startswith("aftenplan") else None
    scope = DrawnScope("0101", "2026-11-25", hotspot, hotspot and "rode")
    write_map(folder, Path(name).stem, "<!doctype html><title>kort</title>", scope)


@pytest.mark.parametrize("path", HERE)
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers
    assert "server" not in headers


def test_a_foreign_host_and_a_fault_carry_them_too(town: Database, settings: Settings) -> None:
    app = make_app(settings, town)

    @app.get("/fault", dependencies=[needs("open")])
    def fault() -> None:
        raise RuntimeError(f"SELECT secret at {settings.state}")

    client = doors.browser(app, raise_server_exceptions=False)
    for path, headers, status in (("/", {"Host": "evil.example"}, 400), ("/fault", {}, 500)):
        answer = client.get(path, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-security-policy"] == POLICY
        assert "SELECT" not in answer.text
        assert str(settings.state) not in answer.text


def test_a_page_with_a_script_of_its_own_has_a_nonce_that_is_never_the_same(
    town: Database, settings: Settings
) -> None:
    app = make_app(settings, town)

    @app.get("/with-script", dependencies=[needs("open")])
    def with_script(request: Request) -> HTMLResponse:
        return HTMLResponse(nonce_of(request))

    client, seen = doors.browser(app), set()
    for _ in range(20):
        answer = client.get("/with-script")
        assert (
            f"script-src 'self' 'nonce-{answer.text}';" in answer.headers["content-security-policy"]
        )
        seen.add(answer.text)
    assert len(seen) == 20


def test_a_drawn_map_may_be_framed_by_us_and_nobody_else(
    town: Database, settings: Settings
) -> None:
    drawn(settings.maps_dir, "byrum.html")
    token = people.token_of(town, "tmf")
    with people.browser(make_app(settings, town), token) as client:
        headers = client.get("/kort/byrum.html").headers
        assert headers["content-security-policy"] == "frame-ancestors 'self'"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["cache-control"] == "no-store"


def test_over_tls_the_browser_is_told_to_stay_there(town: Database, settings: Settings) -> None:
    public = settings.model_copy(update={"origin": "https://tryghed.example"})
    client = doors.browser(make_app(public, town))
    answer = client.get("/log-ind", headers={"Host": "tryghed.example"})
    assert answer.status_code == 200
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("/log-ind", headers={"Host": "www.tryghed.example"}).status_code == 400
    for host in ("tryghed.example.evil.example", "evil.example", "", "tryghed.example\x00"):
        assert client.get("/log-ind", headers={"Host": host}).status_code == 400


def test_the_public_site_sets_no_cookie_and_has_no_form(town: Database, settings: Settings) -> None:
    with TestClient(make_app(settings, town, public=True), base_url="http://127.0.0.1") as public:
        for path in ("/", "/log-ind", "/konto", "/oidc/start", "/invitation/x", "/livez", "/x"):
            answer = public.get(path, follow_redirects=False)
            assert "set-cookie" not in answer.headers
            assert "<form" not in answer.text
            assert path == "/livez" or answer.status_code in (307, 404)


# --- forbidden and missing ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["tmf", "partner", "council", "admin", "police"])
def test_forbidden_and_missing_are_the_same_bytes(
    town: Database, settings: Settings, role: str
) -> None:
    app = make_app(settings, town)
    for name in ("aftenplan.html", "beboere.html"):
        drawn(settings.maps_dir, name)

    @app.get("/hemmeligt/{number}")
    def secret(
        number: int, _: object = needs("plan.read" if role == "admin" else "user.read")
    ) -> None:
        raise AssertionError

    with people.browser(app, people.token_of(town, role)) as client:
        for forbidden, missing in (
            ("/hemmeligt/1", "/hemmeligt-findes-ikke/1"),
            ("/hemmeligt/ikke-et-tal", "/x"),
            ("/kort/beboere.html" if role != "hotspot_chief" else "/kort/x", "/kort/findes-ikke"),
        ):
            one, other = client.get(forbidden), client.get(missing)
            assert (one.status_code, one.content) == (404, other.content)
            assert dict(one.headers) == dict(other.headers)
            for method in ("POST", "DELETE"):
                assert (
                    client.request(method, forbidden).content
                    == client.request(method, missing).content
                )


def test_a_program_gets_the_same_sentence_too(town: Database, app: FastAPI) -> None:
    with people.program(app, people.token_of(town, "tmf", kind="token")) as program:
        answers = [program.get(f"/api/v1/{path}") for path in ("nothing", "areas?kind=x")]
        nothing = {"detail": "Der er ikke noget her.", "code": "not_found"}
        assert answers[0].json() == nothing
        assert list(answers[1].json()) == ["detail", "code", "fields"]


# --- a browser's other tricks -------------------------------------------------------------------


def test_two_thousand_ranges_are_answered_quickly(town: Database, settings: Settings) -> None:
    drawn(settings.maps_dir, "byrum.html")
    (settings.maps_dir / "byrum.html").write_bytes(b"x" * 200_000)
    flood = "bytes=" + ",".join(f"{n}-" for n in range(2_000))
    with people.browser(make_app(settings, town), people.token_of(town, "tmf")) as client:
        answer = client.get("/kort/byrum.html", headers={"Range": flood})
        assert answer.status_code in (200, 206, 416)
        assert len(answer.content) <= 210_000


def test_an_address_of_the_sixth_version_is_this_machine_too(client: TestClient) -> None:
    assert client.get("/livez", headers={"Host": "[::1]:8470"}).status_code == 200
