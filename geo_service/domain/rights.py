"""What a right given to somebody must look like, and what can be wrong with it.

Pure: whether the municipality is known, or somebody holds the right already, is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from geo_service.domain.access import RIGHTS, SIGNED_IN, Limit, Role
from geo_service.errors import InvalidInput

OF_ORGANISATIONS: Final = frozenset({Role.partner, Role.agency})
OF_TEAMS: Final = frozenset({Role.street_team})
OF_HOTSPOTS: Final = frozenset(
    role
    for rights in RIGHTS.values()
    for role, right in rights.items()
    if right.limit is Limit.hotspot
)
"""Roles whose rights can be limited to hotspot areas."""

LONGEST_NAME, LONGEST_CODE = 120, 40
LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
OF_MUNICIPALITY: Final = re.compile(r"@([0-9]{4})\Z")
"""How a login ends that belongs to a municipality: @ and its code."""
LINE: Final = re.compile(rf"[^\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]{{1,{LONGEST_NAME}}}")

FAULTS: Final[Mapping[str, str]] = {
    "login_form": (
        "The login has 2 to 64 characters: small letters a-z, digits and . _ - @, and begins with "
        "a letter or a digit."
    ),
    "login_elsewhere": (
        "A login that ends with @ and the code of a municipality is for a right in that one."
    ),
    "login_taken": "The login is taken; choose another one.",
    "name_form": "The name is what stands on screens, 1 to 120 characters.",
    "language_unknown": "The language is da or en.",
    "role_unknown": "There is no such role.",
    "municipality_missing": "Say which municipality the right is for.",
    "service_unreached": "Say which municipality the right is for: you administer not them all.",
    "municipality_unknown": "The municipality is none that you administer.",
    "hotspot_unknown": "The hotspot areas must be those of the municipality, by their codes.",
    "hotspot_not_for_role": "The role cannot be limited to hotspot areas.",
    "organisation_missing": "Say which organisation, as projects and goals write it.",
    "organisation_not_for_role": "Only partners and agencies have an organisation.",
    "team_form": "The team is its code, at most 40 characters.",
    "team_not_for_role": "Only the street team has a team.",
    "right_held": "The user has the role there already; end it first to give it another reach.",
    "right_of_own": "Your own rights are given and ended by another administrator.",
    "account_of_own": "Your own account is switched off by another administrator.",
    "last_admin": "The last administrator of the whole service cannot be taken out of use.",
    "rights_elsewhere": (
        "The user has rights outside of your municipality: the account is changed by an "
        "administrator of the whole service."
    ),
}
"""By code: what is wrong and what is wanted; pages say it in their own words."""


DEPENDS: Final = frozenset(
    {
        "login_elsewhere",
        "login_taken",
        "municipality_unknown",
        "hotspot_unknown",
        "right_held",
        "right_of_own",
        "account_of_own",
        "last_admin",
        "rights_elsewhere",
        "service_unreached",
    }
)
"""Faults of what was well said, and would do at another time or by somebody else."""


@dataclass(frozen=True)
class Fault:
    """Something wrong with one field of what was asked for; field "" means all of it."""

    field: str
    code: str

    def __str__(self) -> str:
        return FAULTS[self.code]


class Unusable(InvalidInput):
    """What was asked for cannot be done; every fault names its field."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(" ".join(map(str, faults)))

    @property
    def depends(self) -> bool:
        """Whether each fault lies in what is stored or who asks, and none in the field alone."""
        return all(one.code in DEPENDS for one in self.faults)


@dataclass(frozen=True)
class Wanted:
    """A right that is asked for: the role and how far it reaches."""

    role: str
    municipality: str | None = None
    hotspot_areas: tuple[str, ...] | None = None
    organisation: str | None = None
    team: str | None = None


def own_login(login: str, municipality: str | None) -> str:
    """Return a login as it is stored, e.g. `anna@0101`; `municipality` None: as it is.

    What a municipality's administrator makes ends with @ and the code. So two municipalities may
    both have an `anna`, and "taken" never tells one of them of the other's.
    """
    ending = f"@{municipality}"
    return login if municipality is None or login.endswith(ending) else f"{login}{ending}"


def login_faults(login: str, municipality: str | None) -> list[Fault]:
    """Return what is wrong with a login, for a right in a municipality."""
    if not LOGIN.fullmatch(login):
        return [Fault("login", "login_form")]
    found = OF_MUNICIPALITY.search(login)
    return [Fault("login", "login_elsewhere")] if found and found[1] != municipality else []


def account_faults(*, name: str, language: str) -> list[Fault]:
    """Return what is wrong with what an account is called and the language it reads."""
    faults = []
    if not LINE.fullmatch(name):
        faults.append(Fault("name", "name_form"))
    if language not in ("da", "en"):
        faults.append(Fault("language", "language_unknown"))
    return faults


def right_faults(
    wanted: Wanted, *, municipalities: Sequence[str], hotspots: Sequence[str], everywhere: bool
) -> list[Fault]:
    """Return what is wrong with a right that is asked for.

    Parameters
    ----------
    municipalities
        Codes that may be named.
    hotspots
        Codes of the hotspot areas of the municipality that is named.
    everywhere
        Whether an administrator of the whole service may be made.
    """
    if wanted.role not in [role.value for role in SIGNED_IN]:
        return [Fault("role", "role_unknown")]
    role = Role(wanted.role)
    faults = []
    if wanted.municipality is None:
        if role is not Role.admin:
            faults.append(Fault("municipality", "municipality_missing"))
        elif not everywhere:
            faults.append(Fault("municipality", "service_unreached"))
    elif wanted.municipality not in municipalities:
        faults.append(Fault("municipality", "municipality_unknown"))
    elif wanted.hotspot_areas is not None:
        if role not in OF_HOTSPOTS:
            faults.append(Fault("hotspot_areas", "hotspot_not_for_role"))
        elif not wanted.hotspot_areas or set(wanted.hotspot_areas) - set(hotspots):
            faults.append(Fault("hotspot_areas", "hotspot_unknown"))
    return faults + _organisation_faults(role, wanted) + _team_faults(role, wanted)


def _organisation_faults(role: Role, wanted: Wanted) -> list[Fault]:
    if role in OF_ORGANISATIONS:
        good = wanted.organisation is not None and LINE.fullmatch(wanted.organisation)
        return [] if good else [Fault("organisation", "organisation_missing")]
    if wanted.organisation is not None:
        return [Fault("organisation", "organisation_not_for_role")]
    return []


def _team_faults(role: Role, wanted: Wanted) -> list[Fault]:
    if wanted.team is None:
        return []
    if role not in OF_TEAMS:
        return [Fault("team", "team_not_for_role")]
    good = len(wanted.team) <= LONGEST_CODE and LINE.fullmatch(wanted.team)
    return [] if good else [Fault("team", "team_form")]
