"""What programs send and get about users; what is not named here cannot be set."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from geo_service.domain.rights import LOGIN, LONGEST_CODE, LONGEST_NAME, Wanted
from geo_service.storage.rights import HeldRight, State, User

LARGEST: Final = 2**31 - 1
_MARK: Final = r"[^\x00-\x1f\x7f\u2028\u2029]"
PRINTED: Final = rf"^{_MARK}*[^\x00-\x1f\x7f\u2028\u2029\s]{_MARK}*$"
"""One line that shows something: a line of spaces says nothing."""

Number = Annotated[int, Field(ge=1, le=LARGEST)]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=PRINTED)]
Code = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE, pattern=r"^[\w.-]+$")]
Municipality = Annotated[str, Field(pattern="^[0-9]{4}$")]
HotspotAreas = Annotated[list[Code], Field(min_length=1, max_length=50)]
RoleName = Literal[
    "police", "hotspot_chief", "street_team", "tmf", "partner", "agency", "council", "admin"
]
Language = Literal["da", "en"]


class Strict(BaseModel):
    """What comes from outside: a field that is not declared is an error."""

    model_config = ConfigDict(extra="forbid")


class Reach(Strict):
    """A right that is asked for; each role has the fields that narrow it, and null for others."""

    role: RoleName
    municipality: Municipality | None
    hotspot_areas: HotspotAreas | None = None
    organisation: Line | None = None
    team: Code | None = None

    def wanted(self) -> Wanted:
        """Return it as the use cases know it."""
        areas = self.hotspot_areas
        return Wanted(
            role=self.role,
            municipality=self.municipality,
            hotspot_areas=None if areas is None else tuple(areas),
            organisation=self.organisation,
            team=self.team,
        )


class WithinMunicipality(Reach):
    """The whole of a municipality."""

    role: Literal["tmf", "council"]
    municipality: Municipality
    hotspot_areas: None = None
    organisation: None = None
    team: None = None


class WithinHotspots(Reach):
    """Some hotspot areas of a municipality; null: all of them."""

    role: Literal["police", "hotspot_chief"]
    municipality: Municipality
    organisation: None = None
    team: None = None


class OfTeam(Reach):
    """A team of the street team, in some hotspot areas of a municipality or all of them."""

    role: Literal["street_team"]
    municipality: Municipality
    organisation: None = None


class OfOrganisation(Reach):
    """An organisation, as projects and goals write it."""

    role: Literal["partner", "agency"]
    municipality: Municipality
    organisation: Line
    hotspot_areas: None = None
    team: None = None


class Administrator(Reach):
    """A municipality's administrator; null: the whole service's, which only such a one can make."""

    role: Literal["admin"]
    municipality: Municipality | None = None
    hotspot_areas: None = None
    organisation: None = None
    team: None = None


RightIn = Annotated[
    WithinMunicipality | WithinHotspots | OfTeam | OfOrganisation | Administrator,
    Field(discriminator="role"),
]


class UserIn(Strict):
    """A user to invite, with one right."""

    login: Annotated[str, Field(pattern=f"^{LOGIN.pattern}$")]
    name: Line
    language: Language = "da"
    right: RightIn


class VersionIn(Strict):
    """The version of the user that was seen; another one in force is a conflict."""

    version: Number


class ChangeIn(VersionIn):
    """What a user is called, and which language the pages are in."""

    name: Line
    language: Language


class GrantWithinMunicipality(WithinMunicipality, VersionIn):
    """A further right, given to the user as it was seen."""


class GrantWithinHotspots(WithinHotspots, VersionIn):
    """A further right, given to the user as it was seen."""


class GrantOfTeam(OfTeam, VersionIn):
    """A further right, given to the user as it was seen."""


class GrantOfOrganisation(OfOrganisation, VersionIn):
    """A further right, given to the user as it was seen."""


class GrantAdministrator(Administrator, VersionIn):
    """A further right, given to the user as it was seen."""


GrantIn = Annotated[
    GrantWithinMunicipality
    | GrantWithinHotspots
    | GrantOfTeam
    | GrantOfOrganisation
    | GrantAdministrator,
    Field(discriminator="role"),
]


class RightOut(BaseModel):
    """A right, in force while `ended_at` is null."""

    id: int
    role: RoleName
    municipality: str | None
    hotspot_areas: list[str] | None
    organisation: str | None
    team: str | None
    granted_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, right: HeldRight) -> RightOut:
        """Return a right as programs get it."""
        areas = right.hotspot_areas
        return cls(
            id=right.id,
            role=right.role.value,
            municipality=right.municipality,
            hotspot_areas=None if areas is None else list(areas),
            organisation=right.organisation,
            team=right.team,
            granted_at=right.granted_at,
            ended_at=right.ended_at,
        )


class UserOut(BaseModel):
    """A user, with the rights within the administrator's reach."""

    id: int
    login: str
    name: str
    language: Language
    state: State
    version: int
    last_sign_in: datetime | None
    rights: list[RightOut]

    @classmethod
    def facts(cls, user: User) -> dict[str, Any]:
        """Return what programs get of a user."""
        return {
            "id": user.id,
            "login": user.login,
            "name": user.name,
            "language": user.language,
            "state": user.state,
            "version": user.version,
            "last_sign_in": user.last_sign_in,
            "rights": [RightOut.of(right) for right in user.rights],
        }

    @classmethod
    def of(cls, user: User) -> UserOut:
        """Return a user as programs get it."""
        return cls(**cls.facts(user))


class InvitedOut(UserOut):
    """A user, and the path of the link to choose a password by; it is shown this once."""

    invitation: str


class UsersOut(BaseModel):
    """A part of the users, and how many there are."""

    total: int
    users: list[UserOut]
