"""Signing in with the municipality's own login: against a real provider, and against liars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from joserfc.jwk import ECKey, RSAKey
from pydantic import ValidationError

from api.main import make_app
from api.security.identity import COOKIE, FORM_COOKIE
from geo_service.errors import NotReady
from geo_service.settings import Settings
from geo_service.storage.areas import ensure_municipality
from geo_service.storage.database import Database
from geo_service.storage.invitations import end_invitations
from tests import doors
from tests.issuers import CLIENT, SECRET, LyingIssuer, real_provider
from tests.people import EVERYWHERE, ORIGIN

USERS: dict[str, dict[str, object]] = {
    "linked": {"email": "linked@kommune.example", "email_verified": True},
    "invited": {"email": "Invited@kommune.example", "email_verified": True},
    "stranger": {"email": "stranger@elsewhere.example", "email_verified": True},
    "unverified": {"email": "prepared@kommune.example", "email_verified": False},
    "disabled": {"email": "disabled@kommune.example", "email_verified": True},
}


def app_with(town: Database, settings: Settings, issuer: str, folder: Path, **more: Any) -> FastAPI:
    """Return the application with a provider, its secrets in a folder of the test's own."""
    folder.mkdir(exist_ok=True)
    (folder / "oidc_client_secret").write_text(SECRET + "\n")
    chosen = {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT,
        "origin": ORIGIN,
        "secrets_dir": folder,
    }
    return make_app(settings.model_copy(update=chosen | more), town)


def start(client: TestClient, path: str = "/oidc/start") -> dict[str, str]:
    """Begin to sign in and return what the provider is asked."""
    answer = client.get(path)
    assert answer.status_code == 303
    return {"address": answer.headers["location"], **asked(answer)}


def asked(answer: Response) -> dict[str, str]:
    return {key: one for key, [one] in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def no_entrance(answer: Response, said: str, status: int = 400) -> None:
    assert (answer.status_code, doors.cookie(answer, COOKIE)) == (status, {})
    assert said in unescape(answer.text)


# --- a real provider ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider(USERS) as issuer:
        yield issuer


@pytest.fixture
def real(town: Database, settings: Settings, issuer: str, tmp_path: Path) -> FastAPI:
    return app_with(town, settings, issuer, tmp_path / "secrets")


def through(client: TestClient, address: str, **form: str) -> str:
    """Sign in at the provider and return where it sends the browser."""
    answer = httpx.post(address, data=form)
    assert answer.status_code == 302, answer.text
    location = answer.headers["location"]
    assert location.startswith(f"{ORIGIN}/oidc/retur?")
    return location.removeprefix(ORIGIN)


def test_somebody_linked_comes_in(town: Database, real: FastAPI, issuer: str) -> None:
    who = doors.somebody(town, password=None, oidc_issuer=issuer, oidc_subject="linked")
    client = doors.browser(real)
    page = client.get("/log-ind?naeste=/konto").text
    assert "Log ind med kommunens login" in page
    begun = start(client, "/oidc/start?naeste=/konto")
    assert begun["code_challenge_method"] == "S256"
    assert (begun["response_type"], begun["client_id"]) == ("code", CLIENT)
    answer = client.get(through(client, begun["address"], sub="linked"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/konto")
    assert doors.is_in(client)
    [entry] = doors.entries(town, actor=who.actor, action="sign_in")
    assert entry.detail["by"] == "oidc"


def test_an_answer_is_taken_once(town: Database, real: FastAPI, issuer: str) -> None:
    doors.somebody(town, password=None, oidc_issuer=issuer, oidc_subject="once")
    client = doors.browser(real)
    back = through(client, start(client)["address"], sub="once")
    assert client.get(back).status_code == 303
    client.cookies.delete(COOKIE)
    no_entrance(client.get(back), "Begynd forfra")


def test_an_answer_is_taken_only_by_the_browser_that_began(
    town: Database, real: FastAPI, issuer: str
) -> None:
    """Otherwise the victim would be signed in as the attacker."""
    doors.somebody(town, password=None, oidc_issuer=issuer, oidc_subject="attacker")
    attacker, victim = doors.browser(real), doors.browser(real)
    back = through(attacker, start(attacker)["address"], sub="attacker")
    no_entrance(victim.get(back), "Begynd forfra")
    victim.get("/log-ind")
    no_entrance(victim.get(back), "Begynd forfra")
    assert attacker.get(back).status_code == 303


def test_a_state_that_is_wrong_missing_or_old_is_not_taken(
    town: Database, real: FastAPI, issuer: str
) -> None:
    client = doors.browser(real)
    for state in ("", "x", "x" * 9_000):
        start(client)
        no_entrance(
            client.get("/oidc/retur", params={"code": "c", "state": state}), "Begynd forfra"
        )
    back = through(client, start(client)["address"], sub="linked")
    with town.as_owner() as owner:
        owner.exec_driver_sql("UPDATE adm.sign_in_state SET expires_at = now() - interval '1 s'")
        owner.commit()
    no_entrance(client.get(back), "Begynd forfra")


def test_what_is_remembered_is_no_use_to_who_reads_it(town: Database, real: FastAPI) -> None:
    client = doors.browser(real)
    begun = start(client)
    with town.session("web_auth") as session:
        kept = session.connection().exec_driver_sql("SELECT s::text FROM adm.sign_in_state s")
        rows = "".join(row for (row,) in kept)
    assert begun["state"] not in rows
    assert client.cookies[FORM_COOKIE] not in rows


def test_pkce_the_code_alone_is_worth_nothing(town: Database, real: FastAPI, issuer: str) -> None:
    """A code that was overheard, put into the attacker's own sign-in."""
    doors.somebody(town, password=None, oidc_issuer=issuer, oidc_subject="overheard")
    victim, attacker = doors.browser(real), doors.browser(real)
    back = through(victim, start(victim)["address"], sub="overheard")
    code = parse_qs(urlsplit(back).query)["code"][0]
    own = start(attacker)
    got = attacker.get("/oidc/retur", params={"code": code, "state": own["state"]})
    no_entrance(got, "Begynd forfra")


def test_who_turns_back_is_told_that_nothing_happened(town: Database, real: FastAPI) -> None:
    client = doors.browser(real)
    begun = start(client, "/oidc/start?naeste=/konto")
    answer = client.get(
        through(client, begun["address"], action="deny") + f"&state={begun['state']}"
    )
    no_entrance(answer, "Du afbrød")
    assert 'name="naeste" value="/konto"' in answer.text


def test_at_first_use_an_invited_account_is_linked_by_its_verified_e_mail(
    town: Database, real: FastAPI, issuer: str
) -> None:
    who = doors.somebody(town, login="invited@kommune.example", password=None)
    link = doors.invite(town, who)
    client = doors.browser(real)
    assert client.get(through(client, start(client)["address"], sub="invited")).status_code == 303
    stored = doors.read(town, who)
    assert (stored.oidc_issuer, stored.oidc_subject) == (issuer, "invited")
    assert client.get(f"/invitation/{link}").status_code == 404  # used up
    again = doors.browser(real)
    assert again.get(through(again, start(again)["address"], sub="invited")).status_code == 303


@pytest.mark.parametrize("subject", ["stranger", "unverified", "disabled", "unknown"])
def test_nobody_registers_themselves(
    town: Database, real: FastAPI, issuer: str, subject: str
) -> None:
    before = doors.entries(town, action="sign_in_failed")
    client = doors.browser(real)
    answer = client.get(through(client, start(client)["address"], sub=subject))
    no_entrance(answer, "Du har ikke adgang endnu", 403)
    assert len(doors.entries(town, action="sign_in_failed")) == len(before) + 1
    with town.session("web_auth") as session:
        found = session.connection().exec_driver_sql(
            f"SELECT count(*) FROM adm.user_account WHERE oidc_subject = '{subject}'"  # noqa: S608
        )
        assert found.scalar() == 0


def test_an_account_without_an_invitation_is_not_taken_over(
    town: Database, real: FastAPI, issuer: str
) -> None:
    """It belongs to whoever has its password, whatever e-mail a provider vouches for."""
    late = datetime.now(UTC) - timedelta(days=30)
    plain = doors.somebody(town, login="stranger@elsewhere.example")
    client = doors.browser(real)
    no_entrance(
        client.get(through(client, start(client)["address"], sub="stranger")),
        "stranger@elsewhere.example",
        403,
    )
    doors.invite(town, plain, now=late)
    no_entrance(
        client.get(through(client, start(client)["address"], sub="stranger")), "adgang", 403
    )
    unverified = doors.somebody(town, login="prepared@kommune.example", password=None)
    doors.invite(town, unverified)
    no_entrance(
        client.get(through(client, start(client)["address"], sub="unverified")), "adgang", 403
    )
    assert doors.read(town, plain).oidc_subject is None
    assert doors.read(town, unverified).oidc_subject is None


def test_a_linked_account_that_is_switched_off_stays_out(
    town: Database, real: FastAPI, issuer: str
) -> None:
    doors.somebody(
        town, password=None, oidc_issuer=issuer, oidc_subject="off", disabled_at=datetime.now(UTC)
    )
    client = doors.browser(real)
    no_entrance(client.get(through(client, start(client)["address"], sub="off")), "adgang", 403)


# --- liars --------------------------------------------------------------------------------------


@pytest.fixture
def liar() -> Iterator[LyingIssuer]:
    with LyingIssuer().serving() as liar:
        yield liar


@pytest.fixture
def deceived(town: Database, settings: Settings, liar: LyingIssuer, tmp_path: Path) -> FastAPI:
    doors.somebody(town, password=None, oidc_issuer=liar.issuer, oidc_subject="subject-1")
    return app_with(town, settings, liar.issuer, tmp_path / "secrets")


def come_back(client: TestClient, liar: LyingIssuer, **more: str) -> Response:
    begun = start(client)
    liar.nonce = begun["nonce"]
    return client.get("/oidc/retur", params={"code": "c", "state": begun["state"], **more})


def test_an_honest_token_comes_in(deceived: FastAPI, liar: LyingIssuer) -> None:
    client = doors.browser(deceived)
    begun = start(client)
    liar.nonce = begun["nonce"]
    answer = client.get("/oidc/retur", params={"code": "c", "state": begun["state"]})
    assert answer.status_code == 303
    [redeemed] = liar.redeemed
    assert create_s256_code_challenge(redeemed["code_verifier"]) == begun["code_challenge"]


NOW = int(datetime.now(UTC).timestamp())
LIES: dict[str, dict[str, Any]] = {
    "wrong nonce": {"nonce": "of another sign-in"},
    "no nonce": {"nonce": None},
    "wrong audience": {"aud": "another service"},
    "audience among others, for another": {"aud": [CLIENT, "other"], "azp": "other"},
    "audience among others, for nobody": {"aud": [CLIENT, "other"]},
    "no audience": {"aud": None},
    "wrong issuer": {"iss": "https://evil.example"},
    "issuer with a slash": {"iss": "SLASH"},
    "no issuer": {"iss": None},
    "too old": {"exp": NOW - 3600},
    "no end": {"exp": None},
    "end is text": {"exp": "tomorrow"},
    "made later": {"iat": NOW + 7200},
    "not before": {"nbf": NOW + 7200},
    "no subject": {"sub": None},
    "subject is empty": {"sub": ""},
    "subject is a list": {"sub": ["subject-1"]},
    "subject is a number": {"sub": 1},
    "another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    deceived: FastAPI, liar: LyingIssuer, lie: str
) -> None:
    said = {key: liar.issuer + "/" if one == "SLASH" else one for key, one in LIES[lie].items()}
    liar.claims = said
    no_entrance(come_back(doors.browser(deceived), liar), "Begynd forfra")


def test_a_municipalitys_own_account_is_linked_and_of_two_none_is_guessed(
    town: Database, deceived: FastAPI, liar: LyingIssuer
) -> None:
    email = f"{liar.issuer[-5:]}-twice@kommune.example"
    liar.claims = {"sub": "twice", "email": email, "email_verified": True}
    with town.working(EVERYWHERE) as session:
        ensure_municipality(session, "0147", "Frederiksberg")
    here = doors.somebody(town, login=f"{email}@0101", password=None)
    there = doors.somebody(town, login=f"{email}@0147", password=None, municipality="0147")
    doors.invite(town, here)
    doors.invite(town, there)
    assert come_back(doors.browser(deceived), liar).status_code == 403
    with town.session("web_auth") as session:
        end_invitations(session, there.id, now=datetime.now(UTC))
    assert come_back(doors.browser(deceived), liar).status_code == 303
    assert doors.read(town, here).oidc_subject == "twice"
    assert doors.read(town, there).oidc_subject is None


def test_a_signature_of_somebody_else_is_refused(deceived: FastAPI, liar: LyingIssuer) -> None:
    honest = liar.key
    for key in (RSAKey.generate_key(2048), ECKey.generate_key("P-256")):
        liar.key, liar.shown = key, [honest]
        no_entrance(come_back(doors.browser(deceived), liar), "Begynd forfra")


def test_the_public_key_is_no_secret_to_sign_with(deceived: FastAPI, liar: LyingIssuer) -> None:
    """Confusion of algorithms: HS256 with what everybody can read."""
    for secret in (liar.key.as_pem(private=False), SECRET.encode(), b""):
        liar.hmac_secret = secret
        no_entrance(come_back(doors.browser(deceived), liar), "Begynd forfra")


def test_a_token_without_a_signature_is_refused(deceived: FastAPI, liar: LyingIssuer) -> None:
    client = doors.browser(deceived)
    head, body, _ = liar.token().split(".")
    none = "eyJhbGciOiJub25lIn0"
    for token in (f"{none}.{body}.", f"{head}.{body}.", f"{head}.{body}", "x", "", 7, None):
        liar.answer = {"access_token": "a", "id_token": token}
        no_entrance(come_back(client, liar), "Begynd forfra")
    liar.answer = {"access_token": "a"}
    no_entrance(come_back(client, liar), "Begynd forfra")


def test_new_keys_are_found_and_not_asked_for_without_end(
    deceived: FastAPI, liar: LyingIssuer
) -> None:
    client = doors.browser(deceived)
    assert come_back(client, liar).status_code == 303
    assert liar.keys_fetched == 1
    client.cookies.delete(COOKIE)
    deceived.state.provider._keys.at -= 60  # a minute has gone by
    liar.key = RSAKey.generate_key(2048)
    assert come_back(client, liar).status_code == 303
    assert liar.keys_fetched == 2
    honest = liar.key
    liar.key, liar.shown = RSAKey.generate_key(2048), [honest]
    for _ in range(3):
        no_entrance(come_back(doors.browser(deceived), liar), "Begynd forfra")
    assert liar.keys_fetched == 2


def test_a_code_from_another_issuer_is_not_redeemed(deceived: FastAPI, liar: LyingIssuer) -> None:
    """Mix-up (RFC 9207)."""
    client = doors.browser(deceived)
    no_entrance(come_back(client, liar, iss="https://evil.example"), "Begynd forfra")
    assert liar.redeemed == []
    assert come_back(client, liar, iss=liar.issuer).status_code == 303


def test_a_provider_that_names_itself_has_to(
    town: Database, settings: Settings, liar: LyingIssuer, tmp_path: Path
) -> None:
    liar.metadata = {"authorization_response_iss_parameter_supported": True}
    client = doors.browser(app_with(town, settings, liar.issuer, tmp_path / "secrets"))
    no_entrance(come_back(client, liar), "Begynd forfra")
    assert liar.redeemed == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(
    town: Database, settings: Settings, liar: LyingIssuer, tmp_path: Path, metadata: dict[str, Any]
) -> None:
    liar.metadata = metadata
    client = doors.browser(app_with(town, settings, liar.issuer, tmp_path / "secrets"))
    no_entrance(client.get("/oidc/start"), "svarer ikke", 503)


def test_a_provider_that_fails_refuses_or_rambles_is_told_apart(
    deceived: FastAPI, liar: LyingIssuer
) -> None:
    client = doors.browser(deceived)
    for status, said, expected in ((500, "svarer ikke", 503), (400, "Begynd forfra", 400)):
        liar.status = status
        no_entrance(come_back(client, liar), said, expected)
    liar.status, liar.answer = 200, {"id_token": "x" * 300_000}
    no_entrance(come_back(client, liar), "svarer ikke", 503)
    liar.answer = None
    assert come_back(client, liar).status_code == 303


def test_a_provider_that_is_gone_is_one_sentence(
    town: Database, settings: Settings, tmp_path: Path
) -> None:
    client = doors.browser(app_with(town, settings, "http://127.0.0.1:9", tmp_path / "secrets"))
    no_entrance(client.get("/oidc/start?naeste=/konto"), "svarer ikke", 503)


def test_another_claim_may_be_the_login(
    town: Database, settings: Settings, liar: LyingIssuer, tmp_path: Path
) -> None:
    who = doors.somebody(town, login="b12345", password=None)
    doors.invite(town, who)
    app = app_with(town, settings, liar.issuer, tmp_path / "secrets", oidc_login_claim="upn")
    liar.claims = {"sub": "by-upn", "upn": "B12345", "email": "x@elsewhere.example"}
    assert come_back(doors.browser(app), liar).status_code == 303
    assert doors.read(town, who).oidc_subject == "by-upn"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"sub": "by-me", "email": "me@kommune.example", "email_verified": True}, 303),
        ({"sub": "by-me", "email": "me@kommune.example", "email_verified": "true"}, 403),
        ({"sub": "by-me", "email": "me@kommune.example"}, 403),
        ({"sub": "by-me"}, 403),
        ({"sub": "another", "email": "me@kommune.example", "email_verified": True}, 400),
        ({"email": "me@kommune.example", "email_verified": True}, 400),
    ],
    ids=str,
)
def test_the_e_mail_may_come_by_a_second_question(
    town: Database, settings: Settings, liar: LyingIssuer, tmp_path: Path,
    said: dict[str, Any], status: int,
) -> None:  # fmt: skip
    """Providers that keep to the letter put no e-mail into the token of a code."""
    who = doors.somebody(town, login=f"{liar.issuer[-5:]}-me@kommune.example", password=None)
    doors.invite(town, who)
    liar.claims = {"sub": "by-me"}
    liar.userinfo = said | ({"email": who.login} if "email" in said else {})
    app = app_with(town, settings, liar.issuer, tmp_path / "secrets")
    assert come_back(doors.browser(app), liar).status_code == status
    assert (doors.read(town, who).oidc_subject == "by-me") is (status == 303)


# --- settings -----------------------------------------------------------------------------------


def test_without_a_provider_the_paths_are_not_there(client: TestClient) -> None:
    missing = client.get("/x")
    for path in ("/oidc/start", "/oidc/retur"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (404, missing.text)
    assert "kommunens login" not in client.get("/log-ind").text


def test_a_secret_that_is_missing_is_said_at_the_start(
    town: Database, settings: Settings, tmp_path: Path
) -> None:
    chosen = {"oidc_issuer": "https://login.example", "oidc_client_id": CLIENT, "origin": ORIGIN}
    bare = settings.model_copy(update=chosen | {"secrets_dir": tmp_path})
    with pytest.raises(NotReady, match="oidc_client_secret"):
        make_app(bare, town)


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://login.example", "oidc_client_id": "x", "origin": ORIGIN},
        {"oidc_issuer": "https://login.example", "origin": ORIGIN},
        {"oidc_issuer": "https://login.example", "oidc_client_id": "x"},
        {"origin": "http://tryghed.example"},
        {"origin": "https://tryghed.example/path"},
        {"origin": "https://user@tryghed.example"},
        {"origin": "tryghed.example"},
        {"trusted_proxies": "proxy.example"},
        {"trusted_proxies": "10.0.0.1/8"},
        {"requests_per_minute": 0},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)
