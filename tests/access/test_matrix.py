"""Role x operation x ownership: every route of the application, asked by everybody.

The routes come from the application itself and what is expected from the declaration, so a new
route is in the matrix the moment it exists. Where it has a key in its path and nobody has said
here which row is meant, the matrix fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext

from api.access import Undeclared, declared_routes, policies_of, require_policies
from api.main import make_app
from geo_service.domain.access import RIGHTS, SIGNED_IN, Role
from geo_service.settings import Settings
from geo_service.storage.database import Database
from tests import people
from tests.access import house
from tests.access.owners import OWNERS, may_read
from tests.access.planted import HOME, VALID_FROM, VARIANTS, Planted, Variant

OPEN = {"open", "open_page"}
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}

OWN = OWNERS["own"]


@dataclass(frozen=True)
class Key:
    """What a parameter of a path is filled with: a row of somebody's, or always the same word."""

    kind: str | None
    """Of what the parameter names a row; None for a word."""
    value: Callable[[Planted, Variant], Any]


def row(kind: str) -> Key:
    """The number of a planted row."""
    return Key(kind, lambda planted, owner: planted.keys[kind][owner]["id"])


def place() -> Key:
    """The code of the municipality itself."""
    return Key("retention", lambda _planted, owner: owner.municipality)


def word(value: str) -> Key:
    """The same for everybody: what it stands for is not a row."""
    return Key(None, lambda _planted, _owner: value)


KEYS: Mapping[str, Mapping[str, Key]] = {
    "/static/{version}/{name:path}": {"version": word("x"), "name": word("app.css")},
    "/kort/{name}.html": {"name": word("aftenplan")},
    **{
        f"/administration/brugere/{{number}}{deed}": {"number": row("user")}
        for deed in ("", "/aabn", "/invitation", "/log-ud", "/rettigheder", "/spaer")
    },
    **{
        f"/administration/brugere/{{number}}/rettigheder/{{right_number}}/{deed}": {
            "number": row("user"),
            "right_number": row("right"),
        }
        for deed in ("afslut", "giv-igen")
    },
    **{
        f"/api/v1/users/{{user_id}}{deed}": {"user_id": row("user")}
        for deed in ("", "/disable", "/enable", "/invitation", "/rights", "/sign-out")
    },
    **{
        f"/aften/aftaler/{{plan_id}}{page}": {"plan_id": row("plan")}
        for page in (
            "",
            "/ark",
            "/ark.pdf",
            "/kort",
            "/moede",
            "/referat",
            "/tavle",
            "/tavle/tilsagn",
            "/tilsagn",
            "/trin",
        )
    },
    **{
        f"/aften/aftaler/{{plan_id}}/{deed}": {
            "plan_id": row("plan"),
            "line_id": row("commitment"),
        }
        for deed in (
            "tavle/fjern/{line_id}",
            "tavle/flyt/{line_id}",
            "tilsagn/{line_id}/fjern",
        )
    },
    "/aften/aftaler/{plan_id}/forslag": {"plan_id": row("plan")},
    **{
        f"/aften/aftaler/{{plan_id}}/forslag/arbejde/{{job_id}}{page}": {
            "plan_id": row("plan"),
            "job_id": word("no-such-job"),
        }
        for page in ("", "/forloeb", "/afbryd")
    },
    **{
        f"/aften/aftaler/{{plan_id}}/forslag/{{proposal_id}}/{deed}": {
            "plan_id": row("plan"),
            "proposal_id": row("proposal"),
        }
        for deed in ("tag", "drop")
    },
    "/api/v1/plans/{plan_id}": {"plan_id": row("proposal")},
    "/api/v1/plans/jobs/{job_id}": {"job_id": word("no-such-job")},
    "/api/v1/plans/jobs/{job_id}/cancel": {"job_id": word("no-such-job")},
    "/aften/aftaler/{plan_id}/holdt/{last_id}": {"plan_id": row("plan"), "last_id": row("plan")},
    "/aften/log/{note_id}/opfoelgning": {"note_id": row("log")},
    "/aften/steder/{area_id}/niveau": {"area_id": row("coverage")},
    **{
        f"/aften/omraader/{{area_id}}{deed}": {"area_id": row("coverage")}
        for deed in ("", "/genaabn", "/nedlaeg")
    },
    "/aften/vagter/{shift_id}/fjern": {"shift_id": row("shift")},
    "/aften/vagter/fravaer/{absence_id}/fjern": {"absence_id": row("absence")},
    "/aften/tilbud/{offer_id}": {"offer_id": row("offer")},
    "/aften/kalender/begivenhed/{activity_id}/fjern": {"activity_id": row("activity")},
    "/aften/kalender/ferie/{holiday_id}/fjern": {"holiday_id": row("school_holiday")},
    "/aften/bemanding/{staffed_id}": {"staffed_id": row("staffed")},
    "/aften/regler/tilstedevaerelse/{kind}": {"kind": word("patrol")},
    "/api/v1/users/{user_id}/rights/{right_id}/end": {
        "user_id": row("user"),
        "right_id": row("right"),
    },
    "/data/indlaesninger/{batch_id}": {"batch_id": row("import")},
    "/data/indlaesninger/arbejde/{job_id}": {"job_id": word("no-such-job")},
    "/data/indlaesninger/arbejde/{job_id}/forloeb": {"job_id": word("no-such-job")},
    "/data/indlaesninger/arbejde/{job_id}/afbryd": {"job_id": word("no-such-job")},
    "/api/v1/imports/jobs/{job_id}": {"job_id": word("no-such-job")},
    "/api/v1/imports/jobs/{job_id}/cancel": {"job_id": word("no-such-job")},
    "/invitation/{token}": {"token": word("no-such-token")},
    "/kalender/{token}.ics": {"token": word("no-such-token")},
    "/baggrundskort/{layer}/{z}/{x}/{y}": {
        "layer": word("skaermkort"),
        "z": word("12"),
        "x": word("2190"),
        "y": word("1281"),
    },
    "/api/v1/retention/{municipality}/{kind}": {
        "municipality": place(),
        "kind": word("incidents"),
    },
    "/data/omraader/{kind}/{valid_from}": {
        "kind": word("rode"),
        "valid_from": word(VALID_FROM.isoformat()),
    },
}
"""For each path with parameters: which row or word each of them is filled with."""
REMOVALS = {
    "/aften/vagter/{shift_id}/fjern": "/aften/vagter?gjort=var-fjernet",
    "/aften/vagter/fravaer/{absence_id}/fjern": "/aften/vagter?gjort=var-fjernet#fravaer",
    "/aften/kalender/begivenhed/{activity_id}/fjern": "/aften/kalender?gjort=var-fjernet",
    "/aften/kalender/ferie/{holiday_id}/fjern": "/aften/kalender?gjort=var-fjernet",
}
"""Where it leads to take away what is not there: removed, out of reach and nobody's alike."""
NOTHING_THERE = {
    "/kort/{name}.html",
    "/kort/offentlig/beboere.html",
    "/data/indlaesninger/arbejde/{job_id}",
    "/data/indlaesninger/arbejde/{job_id}/forloeb",
    "/api/v1/imports/jobs/{job_id}",
    "/aften/aftaler/{plan_id}/forslag/arbejde/{job_id}",
    "/aften/aftaler/{plan_id}/forslag/arbejde/{job_id}/forloeb",
    "/api/v1/plans/jobs/{job_id}",
    "/invitation/{token}",
    "/kalender/{token}.ics",
    "/oidc/start",
    "/oidc/retur",
    "/baggrundskort/{layer}/{z}/{x}/{y}",
}
"""Nothing is planted behind these, so that also those who may meet a 404."""


def address_of(path: str, planted: Planted, owner: Variant = OWN, **other: Any) -> str:
    """Return a path with its parameters filled in with somebody's rows, some by `other` values."""
    names = re.findall(r"{(\w+)(?::\w+)?}", path)
    if not names:
        return path
    filled = {name: str(KEYS[path][name].value(planted, owner)) for name in names} | other
    return re.sub(r"{(\w+)(?::\w+)?}", lambda found: str(filled[found[1]]), path)


@pytest.fixture(scope="module")
def callers(own: Database, planted: Planted) -> dict[Role, house.Somebody]:
    found = {one.role: one for one in house.everybody(own)}
    house.give_imports(own, planted, found[Role.police])
    return found


def routes(app: FastAPI) -> list[tuple[RouteContext, str]]:
    return [(route, one) for route in declared_routes(app) for one in sorted(route.methods or ())]


def admitted(route: RouteContext, role: Role) -> bool:
    return any(role in RIGHTS[policy] for policy in policies_of(route))


def test_every_route_names_a_policy_and_every_key_is_known(app: FastAPI) -> None:
    require_policies(app)
    with_keys = {str(route.path) for route, _ in routes(app) if "{" in str(route.path)}
    assert with_keys == set(KEYS), "say in KEYS which rows the new path is asked with"


def test_a_route_without_a_policy_is_not_started(app: FastAPI) -> None:
    @app.get("/bare")
    def bare() -> None: ...

    with pytest.raises(Undeclared, match="/bare"):
        require_policies(app)


def test_a_route_behind_another_one_is_not_started(app: FastAPI) -> None:
    @app.get("/livez")
    def again() -> None: ...

    with pytest.raises(Undeclared, match="GET /livez"):
        require_policies(app)


@pytest.mark.parametrize("role", SIGNED_IN)
def test_each_role_reaches_what_is_declared_and_nothing_else(
    own: Database,
    app: FastAPI,
    planted: Planted,
    callers: dict[Role, house.Somebody],
    role: Role,
) -> None:
    client = people.browser(app, callers[role].token, follow_redirects=False)
    for route, method, owner in asked_for(app):
        path = address_of(str(route.path), planted, OWNERS[owner])
        if method in CHANGING:  # may end its own session
            token = house.sign_in(own, role)
            answer = people.browser(app, token, follow_redirects=False).request(method, path)
        else:
            answer = client.request(method, path)
        what = f"{method} {path}, {owner}, as {role}: {answer.status_code}"
        if not admitted(route, role):
            assert answer.status_code == 404, what
            if method == "GET" or path.startswith("/api/"):
                assert answer.content == house.refused_like_missing(client, path), what
            continue
        assert answer.status_code < 500, what
        if hidden(str(route.path), role, OWNERS[owner]):
            if str(route.path) in REMOVALS and answer.status_code == 303:
                assert answer.headers["location"] == REMOVALS[str(route.path)], what
            else:
                assert answer.status_code in {404, 422}, what
            if method == "GET":
                assert answer.content == house.refused_like_missing(client, path), what
        elif method == "GET" and str(route.path) not in NOTHING_THERE:
            assert answer.status_code in {200, 202, 204, 303, 307, 422}, what


def asked_for(app: FastAPI) -> Iterator[tuple[RouteContext, str, str]]:
    """Yield every route and method, with rows of every owner where it has a key."""
    for route, method in routes(app):
        has_key = "{" in str(route.path) and bool(rows_named(str(route.path)))
        for owner in OWNERS if has_key else ("own",):
            yield route, method, owner


def rows_named(path: str) -> dict[str, str]:
    """Return the parameters of a path that name rows of somebody's, with the kind of each."""
    return {name: key.kind for name, key in KEYS[path].items() if key.kind is not None}


def hidden(path: str, role: Role, owner: Variant) -> bool:
    """Whether a path names a row that somebody of the role may not know of."""
    kinds = rows_named(path).values() if "{" in path else ()
    return not all(
        may_read(KIND_READ.get(one, one), role, owner, house.scope_of(role)) for one in kinds
    )


KIND_READ = {"right": "user"}
"""Kinds that are read with another one."""


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


@pytest.mark.parametrize("role", [Role.council, Role.admin, None])
def test_no_method_and_no_slash_tells_which_paths_there_are(
    app: FastAPI, planted: Planted, callers: dict[Role, house.Somebody], role: Role | None
) -> None:
    """Asked in a way that a path does not have, it answers as a path does that is not there."""
    token = None if role is None else callers[role].token
    client = people.browser(app, token, follow_redirects=False)
    missing: dict[tuple[str, bool], tuple[Any, ...]] = {}

    def answered(method: str, path: str) -> tuple[Any, ...]:
        answer = client.request(method, path)
        return answer.status_code, sorted(answer.headers.items()), answer.content

    has: dict[str, set[str]] = {}
    for route, method in routes(app):
        has.setdefault(address_of(str(route.path), planted), set()).add(method)
    for path, methods in has.items():
        is_api = path.startswith("/api/")
        ways = [(method, path) for method in METHODS if method not in methods]
        ways += [("GET", f"{path}/")] if path != "/" and "/static/" not in path else []
        for method, asked in ways:
            nowhere = "/api/v1/no-such-thing" if is_api else "/no-such-thing"
            if (method, is_api) not in missing:
                missing[method, is_api] = answered(method, nowhere)
            found = answered(method, asked)
            assert found[0] == 404, (method, asked, found[0])
            if not path.startswith(("/livez", "/readyz")):  # programs ask these, and get JSON
                assert found == missing[method, is_api], (method, asked)


def test_nobody_reaches_anything_but_what_is_open(app: FastAPI, planted: Planted) -> None:
    client = people.browser(app, follow_redirects=False)
    for route, method in routes(app):
        path = address_of(str(route.path), planted)
        answer = client.request(method, path)
        what = f"{method} {path}: {answer.status_code}"
        if OPEN & set(policies_of(route)):
            assert answer.status_code < 500, what
        elif path.startswith("/api/"):
            assert answer.status_code == 401, what
        else:
            assert answer.status_code in {303, 404}, what
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/log-ind"), what


def test_a_changing_request_without_our_token_is_refused(
    app: FastAPI, planted: Planted, callers: dict[Role, house.Somebody]
) -> None:
    """A page elsewhere can send a form with the cookie, but not with the token of forms."""
    for route, method in routes(app):
        if method not in CHANGING or OPEN & set(policies_of(route)):
            continue
        role = next(role for role in SIGNED_IN if admitted(route, role))
        client = people.browser(app, callers[role].token, follow_redirects=False)
        del client.headers["X-CSRF-Token"]
        answer = client.request(method, address_of(str(route.path), planted))
        assert answer.status_code in {403, 404}, f"{method} {route.path}: {answer.status_code}"


def test_the_public_site_has_no_form_no_cookie_and_open_routes_only(
    own: Database, settings: Settings
) -> None:
    app = make_app(settings, own, public=True)
    for route, method in routes(app):
        assert method in {"GET", "HEAD"}, route.path
        assert set(policies_of(route)) <= OPEN, route.path
    client = people.browser(app, follow_redirects=False)
    for route, _ in routes(app):
        if "{" in str(route.path):
            continue
        answer = client.get(str(route.path))
        assert "set-cookie" not in answer.headers, route.path
        assert b"<form" not in answer.content, route.path


def test_the_matrix_is_not_empty(app: FastAPI) -> None:
    assert len(routes(app)) > 20
    assert VARIANTS[0].municipality == HOME
