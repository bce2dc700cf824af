"""Who acts, as which role and within which data: what every request, command and job carries."""

from __future__ import annotations

from dataclasses import dataclass

from geo_service.domain.access import POOL_OF, Role, fields_of, right_of


@dataclass(frozen=True)
class Caller:
    """Who acts, as which role and within which data: what every request and command carries.

    `municipality` is None for an administrator of the whole service; `hotspot_areas` is None
    where the right is not limited to any.
    """

    actor: str
    """`user:ID`, or `os:NAME` for the operating-system owner: what the audit writes down."""
    role: Role
    municipality: str | None
    hotspot_areas: tuple[str, ...] | None = None
    organisation: str | None = None
    """What partners and agencies are matched by."""
    team: str | None = None
    """Code of the team a street worker belongs to."""
    user_id: int | None = None
    login: str = ""
    name: str = ""
    language: str = "da"

    def may(self, policy: str) -> bool:
        """Tell whether the caller's role may do this at all, to some rows."""
        return right_of(self.role, policy) is not None

    def sees(self, policy: str, field: str) -> bool:
        """Tell whether a field of the kind is among those the role sees."""
        return field in fields_of(self.role, policy)

    @property
    def pool(self) -> str:
        """The database role that serves this caller."""
        return POOL_OF[self.role]

    @property
    def context(self) -> dict[str, str]:
        """What the database is told of the caller at the begin of each transaction."""
        return {
            "actor": self.actor,
            "role": self.role.value,
            "municipality": self.municipality or "",
            "hotspot_areas": "*" if self.hotspot_areas is None else ",".join(self.hotspot_areas),
            "organisation": self.organisation or "",
            "team": self.team or "",
            "municipalities": "",
        }


@dataclass(frozen=True)
class Job:
    """Work of the service itself (imports, drawing, counting), limited to municipalities.

    None means every municipality: what the operating-system owner does by `db`, `demo` and
    `status`, and nothing that came over the web.
    """

    actor: str
    municipalities: tuple[str, ...] | None

    @property
    def context(self) -> dict[str, str]:
        """What the database is told of the job at the begin of each transaction."""
        places = self.municipalities
        return {
            "actor": self.actor,
            "role": "job",
            "municipality": "",
            "hotspot_areas": "",
            "organisation": "",
            "team": "",
            "municipalities": "*" if places is None else ",".join(places),
        }
