"""`/api/v1/retention`: how long a municipality keeps what, and when it was last carried out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.access import Refused, Visit, needs
from api.described import Whole
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.retention import KEPT, MOST_DAYS
from geo_service.storage import retention as store

router = APIRouter(tags=["retention"])

REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such municipality or kind, or not yours"},
    409: {"description": "Somebody else chose meanwhile"},
}


class RuleOut(BaseModel):
    """How long a kind is kept; version 0 is a default that nobody chose."""

    municipality: str
    kind: str
    keep_days: int
    version: int
    last_as_of: date | None
    last_ran_at: datetime | None
    last_deleted: int | None


class RuleIn(BaseModel):
    """A choice, and the version that was seen when it was made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    keep_days: Whole = Field(ge=1, le=MOST_DAYS)
    version: Whole = Field(ge=0, lt=2**31)


@router.get("/retention")
def read_retention(visit: Annotated[Visit, needs("retention.read")]) -> list[RuleOut]:
    """Return the rules of the caller's municipality, or of all for the service's administrator."""
    own = visit.caller.municipality
    places = store.municipalities(visit.session) if own is None else [own]
    return [one for place in places for one in _rules(visit, place)]


@router.put("/retention/{municipality}/{kind}", responses=REFUSALS)
def choose_retention(
    municipality: Annotated[str, Path(pattern=r"^[0-9]{4}$")],
    kind: Annotated[str, Path(max_length=40)],
    chosen: RuleIn,
    visit: Annotated[Visit, needs("retention.write")],
) -> RuleOut:
    """Choose how long a kind is kept, if it still has the version that was seen."""
    own = visit.caller.municipality
    places = store.municipalities(visit.session) if own is None else (own,)
    if municipality not in places or kind not in KEPT:
        raise Refused
    was = store.read_rules(visit.session, municipality)[kind].keep_days
    store.set_rule(
        visit.session,
        store.Rule(municipality, kind, chosen.keep_days, chosen.version),
        changed_by=visit.caller.actor,
        now=datetime.now(UTC),
    )
    visit.audit(
        "change",
        ref=f"{municipality}:{kind}",
        fields=["keep_days"],
        was=was,
        now=chosen.keep_days,
    )
    return next(one for one in _rules(visit, municipality) if one.kind == kind)


def _rules(visit: Visit, place: str) -> list[RuleOut]:
    today = datetime.now(UTC).astimezone(COPENHAGEN).date()
    runs = store.last_runs(visit.session, until=today)
    return [
        RuleOut(
            municipality=place,
            kind=kind,
            keep_days=rule.keep_days,
            version=rule.version,
            last_as_of=last.as_of if (last := runs.get((place, kind))) else None,
            last_ran_at=last.ran_at if last else None,
            last_deleted=last.deleted if last else None,
        )
        for kind, rule in store.read_rules(visit.session, place).items()
    ]
