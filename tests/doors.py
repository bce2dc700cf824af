"""Accounts with passwords, and browsers that fill in the forms of sign-in as people do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select, update

from geo_service.domain.passwords import hash_password
from geo_service.storage.database import Database
from geo_service.storage.invitations import make_invitation
from geo_service.storage.tables import AuditEntry, UserAccount, UserRight
from tests.people import ORIGIN

PASSWORD = "fire hundrede blå heste"
ANOTHER = "tolv stille grønne cykler"


@dataclass(frozen=True)
class Somebody:
    """An account and its rights, in the order they were given."""

    id: int
    login: str
    rights: tuple[int, ...]

    @property
    def actor(self) -> str:
        return f"user:{self.id}"


@cache
def hashed(password: str) -> str:
    return hash_password(password)


def somebody(
    database: Database,
    *roles: str,
    login: str | None = None,
    password: str | None = PASSWORD,
    municipality: str | None = "0101",
    hotspots: list[str] | None = None,
    **account: Any,
) -> Somebody:
    """Make an account with rights and, unless it is None, a password."""
    login = login or f"person-{datetime.now(UTC).timestamp():.6f}"
    with database.session("web_auth") as session:
        made = UserAccount(
            login=login,
            created_by="os:test",
            changed_by="os:test",
            **{
                "name": "Prøve Bruger",
                "password_hash": hashed(password) if password else None,
                **account,
            },
        )
        session.add(made)
        session.flush()
        rights = [
            UserRight(
                user_id=made.id,
                role=role,
                municipality_code=municipality,
                hotspot_areas=hotspots,
                organisation="DSB" if role in ("partner", "agency") else None,
                granted_by="os:test",
            )
            for role in roles or ("hotspot_chief",)
        ]
        session.add_all(rights)
        session.flush()
        return Somebody(made.id, login, tuple(right.id for right in rights))


def invite(database: Database, who: Somebody, **options: Any) -> str:
    """Return the token of an invitation for an account."""
    with database.session("web_auth") as session:
        return make_invitation(
            session, who.id, by="os:test", now=options.pop("now", datetime.now(UTC)), **options
        )


def change(database: Database, who: Somebody, **values: Any) -> None:
    """Change an account, as an administrator would."""
    with database.session("web_auth") as session:
        session.execute(update(UserAccount).where(UserAccount.id == who.id).values(**values))


def end_right(database: Database, right_id: int) -> None:
    """End a right, as an administrator would."""
    with database.session("web_auth") as session:
        session.execute(
            update(UserRight)
            .where(UserRight.id == right_id)
            .values(ended_at=datetime.now(UTC), ended_by="os:test")
        )


def read(database: Database, who: Somebody) -> UserAccount:
    """Return an account as it is stored."""
    with database.session("web_auth") as session:
        account = session.get_one(UserAccount, who.id)
        session.expunge(account)
        return account


def entries(database: Database, **wanted: str) -> list[AuditEntry]:
    """Return what the audit holds of an actor, an action or an object."""
    with database.session("web_auth") as session:
        found = session.scalars(
            select(AuditEntry).filter_by(**wanted).order_by(AuditEntry.id)
        ).all()
        session.expunge_all()
        return list(found)


def browser(app: FastAPI, **options: Any) -> TestClient:
    """Return a browser that is signed in nowhere and does not follow by itself."""
    return TestClient(app, base_url=ORIGIN, follow_redirects=False, **options)


def token_in(page: Response | str) -> str:
    """Return the token of a page's forms."""
    found = re.search(
        r'name="_token" value="([^"]+)"', page if isinstance(page, str) else page.text
    )
    assert found, "the page has no form"
    return found.group(1)


def send(client: TestClient, path: str, *, page: str | None = None, **fields: Any) -> Response:
    """Fill in the form of a page (`page`, else the path itself) and send it to `path`."""
    token = token_in(client.get(page or path))
    return client.post(path, data={"_token": token, **fields})


def sign_in(client: TestClient, login: str, password: str = PASSWORD, **fields: Any) -> Response:
    """Sign in as people do."""
    return send(client, "/log-ind", login=login, password=password, **fields)


def is_in(client: TestClient) -> bool:
    """Tell whether the browser is signed in."""
    return client.get("/konto").status_code == 200


def cookie(response: Response, name: str) -> dict[str, str]:
    """Return the attributes of a cookie that an answer sets, with `value`."""
    for header in response.headers.get_list("set-cookie"):
        parts: Iterable[str] = header.split("; ")
        (key, _, value), *rest = (part.partition("=") for part in parts)
        if key == name:
            return {"value": value, **{one.lower(): more for one, _, more in rest}}
    return {}
