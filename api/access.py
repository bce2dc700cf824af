"""Every route names its policy; who may not, meets what is not there.

    visit: Annotated[Visit, needs("incident.read")]

opens a session of the pool that serves the caller's role, in the caller's scope, and closes it
with the commit before the answer is sent. What was read is in the audit by then. What was changed
is there only if the route says so by `visit.audit`: else a form counts as refused. The
application refuses to start with a route that names no policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from anyio import CancelScope
from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from sqlalchemy.orm import Session

from api.security.clean import require_clean_form
from api.security.csrf import comes_from_our_page
from api.security.identity import Identity, identify
from api.security.rates import rates_of
from geo_service.domain.access import RIGHTS, UNRECORDED
from geo_service.domain.callers import Caller
from geo_service.errors import (
    InvalidInput,
    NotFound,
    NotReady,
    NotSignedIn,
    StaleForm,
    TryghedError,
)
from geo_service.messages import _
from geo_service.storage import audit
from geo_service.storage.database import Database

UNKNOWN_PARAMETER: Final = _("Adressen har en parameter, som ikke står i beskrivelsen.")
NOT_THERE: Final = "Siden findes ikke."
"""Said of what does not exist and of what the caller may not know of, alike."""


@dataclass
class Visit:
    """One request of somebody who may: who, under which policy, and a session in their scope."""

    identity: Identity
    policy: str
    session: Session
    recorded: bool = field(default=False, init=False)

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.identity.signed_in.caller

    def audit(self, action: str, *, ref: str = "", **detail: Any) -> None:
        """Write down what is done: criteria, counts and names of fields, never the values."""
        self.recorded = True
        audit.append(
            self.session,
            actor=self.caller.actor,
            role=self.caller.role.value,
            action=action,
            object_kind=self.policy.split(".")[0],
            object_ref=ref,
            municipality=self.caller.municipality,
            detail=detail,
        )

    def refuse(self, *, ref: str = "", **detail: Any) -> None:
        """Write down that what was asked for was not done: nothing is another than before."""
        self.audit("refuse", ref=ref, outcome="refused", **detail)


class Refused(NotFound):
    """The caller may not; reads like any page that does not exist."""

    def __init__(self) -> None:
        super().__init__(NOT_THERE)


class Policy:
    """The dependency behind `needs`: identity, right, session, audit."""

    def __init__(self, *names: str) -> None:
        for name in names:
            if name not in RIGHTS:
                raise KeyError(f"no policy {name!r} is declared in geo_service/domain/access.py")
        self.names = names

    def granted(self, caller: Caller) -> str | None:
        """Return the first of the policies that lets the caller in."""
        return next((name for name in self.names if caller.may(name)), None)

    async def __call__(self, request: Request) -> AsyncIterator[Visit | None]:
        """Open the visit, and close it with a commit; files that were sent are let go of."""
        try:
            async with self._visited(request) as visit:
                yield visit
        finally:
            await request.close()

    @asynccontextmanager
    async def _visited(self, request: Request) -> AsyncIterator[Visit | None]:
        database: Database = request.app.state.database
        request.state.identity = None
        if self.names == ("open",):  # health and files: asks nothing of the database
            yield None
            return
        is_open = self.names == ("open_page",)
        rates_of(request).count_request(request)
        identity = await run_in_threadpool(_identity, request, database, is_open=is_open)
        request.state.identity = identity
        if is_open:
            yield None
            return
        if identity is None:
            raise NotSignedIn("Log ind for at se siden.")
        policy = self.granted(identity.signed_in.caller)
        if policy is None or not await comes_from_our_page(request):
            await run_in_threadpool(_record_refusal, request, database, identity, self.names[0])
            raise StaleForm("The form was not sent by a page of ours.") if policy else Refused
        await require_clean_form(request)
        _require_known_parameters(request)
        visit = _visit(request, database, identity, policy)
        # shielded: a request that is cancelled must give its connection back all the same
        with CancelScope(shield=True):
            entered = await run_in_threadpool(visit.__enter__)
        try:
            yield entered
        except BaseException as error:
            with CancelScope(shield=True):
                await run_in_threadpool(visit.__exit__, type(error), error, error.__traceback__)
            raise
        with CancelScope(shield=True):
            await run_in_threadpool(visit.__exit__, None, None, None)


def needs(*policies: str) -> Any:
    """Return the dependency of a route that callers with one of the policies may use."""
    # scope="function": the commit comes before the answer, so a failed commit is no 200
    return Depends(Policy(*policies), scope="function")


@contextmanager
def _visit(
    request: Request, database: Database, identity: Identity, policy: str
) -> Iterator[Visit]:
    with database.acting(identity.signed_in.caller) as session:
        visit = Visit(identity, policy, session)
        yield visit
        if not visit.recorded and policy not in UNRECORDED:
            _record_unsaid(request, visit)


def _record_unsaid(request: Request, visit: Visit) -> None:
    """Write down a request of which the route said nothing: never that something was changed."""
    asked = {name: request.query_params.getlist(name) for name in request.query_params}
    if request.method in ("GET", "HEAD"):
        visit.audit("read", ref=request.url.path, asked=asked)
    else:
        visit.refuse(ref=request.url.path, method=request.method, asked=asked)


def _require_known_parameters(request: Request) -> None:
    """Refuse a program's question with a parameter that is not described: it means something by it.

    Only whoever may ask at all is told, so that this tells nobody which paths there are.
    """
    route = request.scope.get("route")
    if not request.url.path.startswith("/api/") or not isinstance(route, APIRoute):
        return
    if request.query_params.keys() - set(parameters_of(route.dependant)):
        raise InvalidInput(UNKNOWN_PARAMETER)


def parameters_of(dependant: Dependant) -> Iterator[str]:
    """Yield the parameters in the address that a route or what it depends on reads."""
    for one in dependant.query_params:
        fields = getattr(one.field_info.annotation, "model_fields", None)
        yield from [one.alias] if fields is None else fields
    for part in dependant.dependencies:
        yield from parameters_of(part)


def _identity(request: Request, database: Database, *, is_open: bool) -> Identity | None:
    """Return who asks; on a page open to all, a database that is gone means nobody."""
    if request.app.state.public:
        return None
    try:
        return identify(request, database)
    except NotReady:
        if is_open:
            return None
        raise


def _record_refusal(request: Request, database: Database, identity: Identity, policy: str) -> None:
    caller = identity.signed_in.caller
    with database.session("web_auth") as session:
        audit.append(
            session,
            actor=caller.actor,
            role=caller.role.value,
            action="refuse",
            object_kind=policy.split(".", maxsplit=1)[0],
            object_ref=request.url.path,
            municipality=caller.municipality,
            detail={"policy": policy, "method": request.method},
        )


# --- at start -----------------------------------------------------------------------------------


class Undeclared(TryghedError):
    """A route names no policy: a fault in the program, and nothing is served."""


def require_policies(app: FastAPI) -> None:
    """Refuse an application in which a route names no policy, or stands behind another one.

    Raises
    ------
    Undeclared
        Names every such route.
    """
    met = Counter(
        f"{method} {route.path}" for route in declared_routes(app) for method in route.methods or ()
    )
    if twice := sorted(one for one, count in met.items() if count > 1):
        raise Undeclared(f"Two routes answer {', '.join(twice)}. Give one of them another path.")
    bare = sorted(str(route.path) for route in declared_routes(app) if not policies_of(route))
    if bare:
        raise Undeclared(
            f"No policy is named by {', '.join(bare)}. Add needs(…) from api/access.py."
        )


def declared_routes(app: FastAPI) -> list[RouteContext]:
    """Return every route of the application, those of included routers with their whole path."""
    return list(iter_route_contexts(app.routes))


def policies_of(route: RouteContext) -> tuple[str, ...]:
    """Return the policies that a route names; only a route of FastAPI's own can name any."""
    if not isinstance(route.original_route, APIRoute):
        return ()
    return tuple(_named(route.dependant))


def _named(dependant: Dependant) -> Iterator[str]:
    for part in dependant.dependencies:
        if isinstance(part.call, Policy):
            yield from part.call.names
        yield from _named(part)
