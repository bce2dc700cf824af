"""How precisely others than the police see its incidents: set by the police, never overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from geo_service.domain.vocabulary import PRECISIONS
from geo_service.errors import Conflict, InvalidInput
from geo_service.messages import _
from geo_service.storage.tables import IncidentPrecision

UNSET: Final = "rode"
"""In force until the police set something else."""


@dataclass(frozen=True)
class Setting:
    """A precision in force, or that was; `version` 0 is the one that nobody has set."""

    precision: str
    version: int = 0
    set_by: str | None = None
    set_at: datetime | None = None


def history(session: Session, municipality: str) -> list[Setting]:
    """Return every setting of a municipality, the one in force first; the default is the last."""
    query = (
        select(IncidentPrecision)
        .where(IncidentPrecision.municipality_code == municipality)
        .order_by(IncidentPrecision.id.desc())
    )
    return [
        *(Setting(row.precision, row.id, row.set_by, row.set_at) for row in session.scalars(query)),
        Setting(UNSET),
    ]


def in_force(session: Session, municipality: str) -> Setting:
    """Return the setting in force."""
    return history(session, municipality)[0]


def set_precision(
    session: Session, municipality: str, precision: str, *, set_by: str, version: int
) -> Setting:
    """Set the precision, if the setting in force is still `version`; return the new one.

    Raises
    ------
    Conflict
        If somebody else has set it meanwhile.
    InvalidInput
        If there is no such precision.
    """
    if precision not in PRECISIONS:
        raise InvalidInput(
            _("Nøjagtigheden skal være en af %(precisions)s.", precisions=", ".join(PRECISIONS))
        )
    # two who save at once: the second waits here, and then sees the first one's row
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtext('incident_precision'), hashtext(:place))"),
        {"place": municipality},
    )
    now = in_force(session, municipality)
    if now.version != version:
        if now.set_at is None:
            raise InvalidInput(_("Den udgave af nøjagtigheden findes ikke."))
        raise Conflict(_("Nøjagtigheden"), changed_by=_("politiet"), changed_at=now.set_at)
    made = session.execute(
        insert(IncidentPrecision)
        .values(municipality_code=municipality, precision=precision, set_by=set_by)
        .returning(IncidentPrecision.id, IncidentPrecision.set_at)
    ).one()
    return Setting(precision, made.id, set_by, made.set_at)
