"""Somebody of each role to test with: accounts, rights and sessions, named by function."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.security.identity import COOKIE, csrf_of
from geo_service.cli.tokens import read_tokens
from geo_service.domain.access import Role
from geo_service.domain.callers import Job
from geo_service.storage.database import Database
from geo_service.storage.sessions import open_session
from geo_service.storage.tables import UserAccount, UserRight

EVERYWHERE = Job("os:test", municipalities=None)
ORIGIN = "https://127.0.0.1"
"""Session cookies are Secure: the tests speak as a browser behind TLS does."""


def token_of(
    database: Database,
    role: Role | str,
    *,
    municipality: str | None = "0101",
    kind: str = "web",
    login: str | None = None,
    name: str | None = None,
    **right: Any,
) -> str:
    """Make an account with one right, sign it in, and return the token."""
    now = datetime.now(UTC)
    role = Role(role)
    if role in (Role.partner, Role.agency):
        right.setdefault("organisation", "DSB" if role is Role.partner else "BIF")
    with database.session("web_auth") as session:
        account = UserAccount(
            login=login or f"{role}-{now.timestamp():.6f}",
            name=name or f"Prøve {role}",
            created_by="os:test",
            changed_by="os:test",
        )
        session.add(account)
        session.flush()
        held = UserRight(
            user_id=account.id,
            role=role,
            municipality_code=municipality,
            granted_by="os:test",
            **right,
        )
        session.add(held)
        session.flush()
        return open_session(session, user_id=account.id, right_id=held.id, kind=kind, now=now)


def at_the_prompt(
    database: Database, state: Path, role: Role | str, *, login: str, **options: Any
) -> None:
    """Sign somebody in on the command line: an account, a right, and the file of tokens."""
    token = token_of(database, role, kind="token", login=login, **options)
    read_tokens(state).keep(login, token)


def browser(app: FastAPI, token: str | None = None, **options: Any) -> TestClient:
    """Return a client that is signed in by a cookie and sends the token of forms."""
    client = TestClient(app, base_url=ORIGIN, **options)
    if token is not None:
        client.cookies.set(COOKIE, token)
        client.headers["X-CSRF-Token"] = csrf_of(token)
    return client


def program(app: FastAPI, token: str, **options: Any) -> TestClient:
    """Return a client that is signed in by a bearer token."""
    client = TestClient(app, base_url=ORIGIN, **options)
    client.headers["Authorization"] = f"Bearer {token}"
    return client
