"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.access import needs
from api.dependencies import DatabaseOf
from geo_service.errors import TryghedError
from geo_service.storage.bootstrap import newest_version, schema_version

router = APIRouter(tags=["health"])


class Live(BaseModel):
    """The process answers."""

    status: str = "ok"


class Ready(BaseModel):
    """What has to be there before work can be done."""

    status: str
    database: bool
    schema_head: str | None
    schema_needed: str


@router.get("/livez", dependencies=[needs("open")])
async def livez() -> Live:
    """Say that the process answers; asks nothing else, and waits for no thread."""
    return Live()


@router.get("/readyz", dependencies=[needs("open")], responses={503: {"model": Ready}})
def readyz(request: Request, response: Response, database: DatabaseOf) -> Ready:
    """Say whether the database answers and has the schema this program needs."""
    needed = newest_version()
    public = bool(request.app.state.public)
    found: str | None = None
    try:
        with database.session("web_pub" if public else "web_work") as session:
            found = needed if public and _answers(session) else schema_version(session.connection())
        reached = True
    except TryghedError:
        reached = False
    ready = reached and found == needed
    response.status_code = 200 if ready else 503
    return Ready(
        status="ok" if ready else "not ready",
        database=reached,
        schema_head=found,
        schema_needed=needed,
    )


def _answers(session: Session) -> bool:
    """Whether the public role can read releases, which is all that it may read."""
    return session.scalar(text("SELECT count(*) FROM pub.release")) is not None
