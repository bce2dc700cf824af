"""`/api/v1/audit`: the entries of the audit, searched as on the page, and the chain's state."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from api.access import Visit, needs
from api.audit_query import MOST, bounded, scope_of
from api.notes import NOTES, note_for
from geo_service.domain.deeds import Deed
from geo_service.errors import InvalidInput
from geo_service.storage import audit_search as store

router = APIRouter(tags=["audit"])

MOST_ENTRIES = 500
Text = Annotated[str | None, Field(max_length=MOST)]


class AuditAsked(BaseModel):
    """What is looked for."""

    person: Text = Field(None, description="Part of a login or name, or user:ID.")
    action: Deed | None = None
    kind: Text = None
    ref: Text = Field(None, description="The thing's number or address.")
    since: date | None = Field(None, description="First day.")
    until: date | None = Field(None, description="Last day, itself included.")
    text: Text = Field(None, description="Part of what is said of the deed.")
    before: int | None = Field(None, ge=0, lt=2**63, description="`next_before` of a page.")
    limit: int = Field(50, ge=1, le=MOST_ENTRIES)


class AuditEntryOut(BaseModel):
    """What somebody did."""

    id: int
    at: datetime
    actor: str
    name: str | None
    role: str | None
    action: str
    kind: str | None
    ref: str | None
    municipality: str | None
    purpose: str | None
    detail: Any
    position: int | None


class ChainOut(BaseModel):
    """How the chain stands."""

    position: int
    hash: str
    unsealed: int
    verified_at: datetime | None
    verified: dict[str, Any] | None


class AuditPage(BaseModel):
    """Entries, the newest first; `next_before` is where the next page goes on."""

    entries: list[AuditEntryOut]
    next_before: int | None
    chain: ChainOut
    notes: list[str] = Field(description=NOTES)


@router.get("/audit")
def read_audit(
    request: Request,
    visit: Annotated[Visit, needs("audit.read")],
    asked: Annotated[AuditAsked, Query()],
) -> AuditPage:
    """Return entries of the caller's municipality; the search is an entry itself."""
    before, limit = asked.before, asked.limit
    criterion = store.Criterion(
        municipality=scope_of(visit.caller),
        **asked.model_dump(exclude={"before", "limit"}),
    )
    found: list[store.Entry] = []
    more, notes = None, []
    try:
        criterion = bounded(criterion)
        found, more = store.search(visit.session, criterion, before=before, limit=limit)
    except InvalidInput as wrong:
        notes = [note_for(request, wrong)]
    visit.audit("search", asked=criterion.told, rows=len(found), before=before)
    state = store.chain_state(visit.session)
    return AuditPage(
        entries=[AuditEntryOut(**vars(one)) for one in found],
        next_before=more,
        chain=ChainOut(
            position=state.head.position,
            hash=state.head.hash,
            unsealed=state.unsealed,
            verified_at=state.verified_at,
            verified=state.verified,
        ),
        notes=notes,
    )
