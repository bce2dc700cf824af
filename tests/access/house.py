"""The whole application over planted data, and somebody of every role at its door."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from pypdf import PdfReader
from sqlalchemy import select

from geo_service.domain.access import RIGHTS, SIGNED_IN, Limit, Role
from geo_service.domain.callers import Caller
from geo_service.storage.database import Database
from geo_service.storage.sessions import sha256
from geo_service.storage.tables import Area, ImportBatch, WebSession
from geo_service.storage.walls import ONLY_BY_FUNCTION
from geo_service.workflows.draw_evenings import draw_evenings
from geo_service.workflows.draw_maps import DrawnFor
from geo_service.workflows.draw_maps import draw_maps as draw_maps_of_place
from tests import people
from tests.access.owners import reached
from tests.access.planted import (
    AWAY,
    EVENING,
    HOME,
    NOW,
    OTHER_HOTSPOT,
    OWN_HOTSPOT,
    OWN_ORGANISATION,
    OWN_TEAM,
    VALID_FROM,
    VARIANTS,
    Canary,
    Planted,
    Variant,
    square,
)

EVENING_MAPS = {
    (HOME, OWN_HOTSPOT): "aftenplan",
    (HOME, OTHER_HOTSPOT): f"aftenplan-{HOME}-{OTHER_HOTSPOT}",
    (AWAY, OTHER_HOTSPOT): f"aftenplan-{AWAY}-{OTHER_HOTSPOT}",
    (AWAY, OWN_HOTSPOT): f"aftenplan-{AWAY}-{OWN_HOTSPOT}",
}


@dataclass(frozen=True)
class Somebody:
    """A caller at the door: whose browser, in which role and scope."""

    role: Role
    hotspots: tuple[str, ...] | None
    token: str


def rights_of(role: Role, hotspots: tuple[str, ...] | None) -> dict[str, Any]:
    """Return what an account of the role is given beside its municipality."""
    given: dict[str, Any] = {"hotspot_areas": None if hotspots is None else list(hotspots)}
    if role is Role.street_team:
        given["team_code"] = OWN_TEAM
    if role in (Role.partner, Role.agency):
        given["organisation"] = OWN_ORGANISATION
    return given


def sign_in(database: Database, role: Role) -> str:
    """Sign in somebody of a role, limited to the own hotspot area where the role can be."""
    return people.token_of(database, role, **rights_of(role, scope_of(role)))


def scope_of(role: Role) -> tuple[str, ...] | None:
    """Return the hotspot areas that somebody of a role is limited to here."""
    return (OWN_HOTSPOT,) if role in (Role.hotspot_chief, Role.street_team) else None


def everybody(database: Database) -> list[Somebody]:
    """Sign in every role."""
    return [Somebody(role, scope_of(role), sign_in(database, role)) for role in SIGNED_IN]


def give_imports(database: Database, planted: Planted, somebody: Somebody) -> None:
    """Let the imports that are planted as the caller's own have been sent by somebody."""
    with database.session("web_auth") as session:
        number = session.scalar(
            select(WebSession.user_id).where(WebSession.token_sha256 == sha256(somebody.token))
        )
    mine = [row["id"] for owner, row in planted.keys["import"].items() if owner.mine]
    with database.working(people.EVERYWHERE) as session:
        for batch in session.scalars(select(ImportBatch).where(ImportBatch.id.in_(mine))):
            batch.imported_by = f"user:{number}"


def may_see(canary: Canary, role: Role, hotspots: tuple[str, ...] | None) -> bool:
    """Tell by the words of the declaration whether a canary may reach a role."""
    right = RIGHTS.get(f"{canary.kind}.read", {}).get(role)
    if right is None or (right.fields and canary.column not in right.fields):
        return False
    if (canary.kind, role) in ONLY_BY_FUNCTION and right.limit is not Limit.hotspot:
        return False
    return reached(canary.kind, role, right.limit, canary.variant, hotspots)


LINK = re.compile(r"""(?:href|src|action|data-[a-z]+)=["'](/[^"'#]*)["'#]""")


def crawl(client: TestClient, start: list[str], *, most: int) -> Iterator[tuple[str, bytes]]:
    """Get pages from `start` on and everything they link to here, each once; yield their bytes.

    The bytes of a PDF are packed: what is written on its pages follows them.
    """
    waiting, seen = list(dict.fromkeys(start)), set(start)
    while waiting and len(seen) <= most:
        path = waiting.pop(0)
        answer = client.get(path)
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        yield path, head.encode() + b"\n\n" + answer.content + words_on_paper(answer.content)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for found in LINK.findall(answer.text):
            link = found.replace("&amp;", "&")
            if link not in seen and not link.startswith("/static/"):
                seen.add(link)
                waiting.append(link)


def words_on_paper(content: bytes) -> bytes:
    """Return the text of a PDF, as it is read out and without spaces; nothing of anything else."""
    if not content.startswith(b"%PDF-"):
        return b""
    paper = PdfReader(io.BytesIO(content))
    read = "\n".join([*(page.extract_text() for page in paper.pages), str(paper.metadata)])
    return f"\n{read}\n{''.join(read.split())}".encode()


def told(planted: Planted) -> Mapping[bytes, Canary]:
    """Return the canaries by what would stand among the bytes of an answer."""
    return {canary.text.encode(): canary for canary in planted.canaries}


def plant_accounts(database: Database, planted: Planted) -> None:
    """Plant an account with a right in each municipality; their numbers are among the keys."""
    held = {}
    for municipality in (HOME, AWAY):
        token = people.token_of(database, Role.tmf, municipality=municipality)
        with database.session("web_auth") as session:
            held[municipality] = session.execute(
                select(WebSession.user_id, WebSession.right_id).where(
                    WebSession.token_sha256 == sha256(token)
                )
            ).one()
    for kind in ("user", "right"):
        planted.keys[kind] = {
            variant: {"id": getattr(held[variant.municipality], f"{kind}_id")}
            for variant in planted.variants()
        }


def account_canaries(database: Database) -> dict[str, str]:
    """Plant accounts whose names nobody but their administrator may meet; return name -> place."""
    planted = {}
    for place in (HOME, AWAY):
        for number, role in enumerate((Role.police, Role.tmf)):
            name = f"KANARIENAVN{place}{number}"
            people.token_of(database, role, municipality=place, name=name)
            planted[name] = place
    return planted


def refused_like_missing(client: TestClient, path: str) -> bytes:
    """Return what a path that does not exist answers, in the shape of `path`."""
    nowhere = "/api/v1/no-such-thing" if path.startswith("/api/") else "/no-such-thing"
    return client.get(nowhere).content


def plant_hotspots(database: Database) -> None:
    """Plant the hotspot areas themselves: until one can be chosen, most pages are empty."""
    with database.working(people.EVERYWHERE) as session:
        session.add_all(
            Area(
                municipality_code=variant.municipality,
                kind=kind,
                code=variant.hotspot,
                name=name_of(variant, kind),
                valid_from=VALID_FROM,
                outline="derived",
                source="test",
                geom=square(variant),
            )
            for variant in VARIANTS
            for kind in ("hotspot_area", "district")
        )


def name_of(variant: Variant, kind: str = "hotspot_area") -> str:
    """Return what the hotspot area (or the district) of a variant is called."""
    what = "Området" if kind == "hotspot_area" else "Distriktet"
    return f"{what} {variant.hotspot} i {variant.municipality}"


def draw_maps(
    database: Database,
    folder: Path,
    evenings: Iterable[tuple[str, str]] = tuple(EVENING_MAPS),
) -> None:
    """Draw every map that there can be, as the chiefs who draw it: of both municipalities.

    The evening maps are named as in `EVENING_MAPS`, by municipality and hotspot area, which have
    to be there (`plant_hotspots`).
    """
    for place, hotspot in evenings:
        chief = Caller("os:test", Role.hotspot_chief, place, (hotspot,))
        draw_evenings(database, chief, DrawnFor(place, EVENING, NOW), folder)
    with database.acting(Caller("os:test", Role.hotspot_chief, HOME)) as session:
        draw_maps_of_place(session, DrawnFor(HOME, EVENING, NOW), folder)


def application(database: Database, settings: Any) -> FastAPI:
    """Return the application that is held against the declaration."""
    from api.main import make_app

    return make_app(settings, database)
