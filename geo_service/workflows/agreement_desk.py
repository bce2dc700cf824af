"""Who works on an agreement: what they reach, what they may change, and how it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from geo_service.domain.access import Role
from geo_service.domain.agreements import State, is_settled
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import evening_of
from geo_service.domain.log_guard import refuse_persons
from geo_service.errors import InvalidInput
from geo_service.messages import _
from geo_service.storage import agreements as store
from geo_service.storage import coverage as coverage_store
from geo_service.storage.agreements import Agreement

OWN_AGENCY: Final = {Role.police: "police", Role.hotspot_chief: "street_team"}
"""Whose lines each side answers for."""
UNSIGNED: Final[Mapping[str, Any]] = {
    "state": State.draft.value,
    "sent_by": None,
    "sent_at": None,
    "agreed_police_by": None,
    "agreed_police_at": None,
    "agreed_chief_by": None,
    "agreed_chief_at": None,
}
"""What a draft is set to: nobody has said yes to what stands there now."""


@dataclass(frozen=True)
class Desk:
    """Who works on an agreement, when, and in which transaction."""

    session: Session
    caller: Caller
    now: datetime

    @property
    def municipality(self) -> str:
        """The caller's."""
        return self.caller.municipality or ""

    @property
    def today(self) -> date:
        """The evening that runs, or comes today: until six in the night that of the day before."""
        return evening_of(self.now)

    def agreement(self, plan_id: int) -> Agreement:
        """Return an agreement that the caller reaches.

        Raises
        ------
        NotFound
            If there is none.
        """
        return store.read_agreement(self.session, plan_id)

    def areas(self, agreement: Agreement) -> dict[str, coverage_store.KeptArea]:
        """Return the coverage areas in force on the first evening, by code."""
        return {
            one.area.code: one
            for one in coverage_store.read_coverage(
                self.session, self.municipality, agreement.hotspot_area, agreement.first_evening
            )
        }


def may_change(caller: Caller, agreement: Agreement, agency: str) -> bool:
    """Tell whether somebody may change lines of an agency now."""
    own = OWN_AGENCY.get(caller.role)
    if own is None or agreement.state is State.reviewed:
        return False
    if caller.role is Role.hotspot_chief and not is_settled(agreement.state):
        return True
    return own == agency


def save(desk: Desk, plan_id: int, version: int, **values: Any) -> None:
    """Change an agreement that still has `version`; raises Conflict if somebody was first."""
    store.save_agreement(
        desk.session, plan_id, version=version, actor=desk.caller.actor, now=desk.now, **values
    )


def amend(desk: Desk, agreement: Agreement, *, what: str, why: str) -> None:
    """Store that something agreed is changed, and why.

    Raises
    ------
    InvalidInput
        If no reason is given, or it may point at a person; in Danish.
    """
    if not why.strip():
        raise InvalidInput(_("Skriv, hvorfor aftalen ændres; begge parter kan se det."))
    refuse_persons_in(desk, agreement, why, _("Grunden"))
    store.add_amendment(
        desk.session,
        desk.municipality,
        agreement.id,
        what=what,
        why=why.strip(),
        actor=desk.caller.actor,
    )


def refuse_persons_in(desk: Desk, agreement: Agreement, text: str, what: str) -> None:
    """Raise InvalidInput if a text may point at a person; coverage areas are places."""
    places = [one.area.name for one in desk.areas(agreement).values()]
    refuse_persons(text, places=places, what=what)
