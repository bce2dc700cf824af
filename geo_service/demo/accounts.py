"""The demo's accounts: one per role, named after a function, entered without a password.

They hold rights in the demo's municipality only; the sign-in page offers them as long as all
data are made up.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from geo_service.demo.load import COPENHAGEN_CODE
from geo_service.demo.programme import BIF
from geo_service.demo.project_facts import DSB
from geo_service.domain.access import Role
from geo_service.domain.rights import Wanted
from geo_service.storage import grants
from geo_service.storage.audit import append

HOTSPOT_AREA: Final = "ydre-norrebro"
STREET_TEAM: Final = "G1"

ACCOUNTS: Final = {
    "politi": ("Demo: politi", Wanted(Role.police, COPENHAGEN_CODE)),
    "hotspotchef": (
        "Demo: hotspotchef",
        Wanted(Role.hotspot_chief, COPENHAGEN_CODE, hotspot_areas=(HOTSPOT_AREA,)),
    ),
    "gadeteam": (
        "Demo: gadeteam",
        Wanted(Role.street_team, COPENHAGEN_CODE, hotspot_areas=(HOTSPOT_AREA,), team=STREET_TEAM),
    ),
    "tmf": ("Demo: TMF", Wanted(Role.tmf, COPENHAGEN_CODE)),
    "dsb": ("Demo: DSB", Wanted(Role.partner, COPENHAGEN_CODE, organisation=DSB)),
    "bif": ("Demo: BIF", Wanted(Role.agency, COPENHAGEN_CODE, organisation=BIF)),
    "hotspotraad": ("Demo: hotspotråd", Wanted(Role.council, COPENHAGEN_CODE)),
    "admin": ("Demo: administrator", Wanted(Role.admin, COPENHAGEN_CODE)),
}
"""Name and right by login."""


def ensure_accounts(session: Session, *, actor: str) -> list[str]:
    """Make the accounts that are missing, and return their logins; what is there stays."""
    made = []
    for login, (name, right) in ACCOUNTS.items():
        number = grants.add_account(session, login=login, name=name, actor=actor, is_demo=True)
        if number is None:
            continue
        grants.add_right(session, number, right, actor=actor)
        append(
            session,
            actor=actor,
            action="create",
            object_kind="user",
            object_ref=f"user:{number}",
            municipality=COPENHAGEN_CODE,
            detail={"demo": True, "role": str(right.role)},
        )
        made.append(login)
    return made
