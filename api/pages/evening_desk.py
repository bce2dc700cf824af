"""What the pages of the evening share: the desk of whoever asks, and the fields of forms."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Form

from api.access import Visit
from api.web.frame import chosen_area
from geo_service.workflows.agreement_desk import Desk

MOST: Final = 2**31 - 1
"""The largest number of a row."""
Version = Annotated[int, Form(ge=0, le=MOST)]
Text = Annotated[str, Form(max_length=2_000)]


def desk_of(visit: Visit) -> Desk:
    """Return where the caller works on agreements."""
    return Desk(visit.session, visit.caller, datetime.now(UTC))


def hotspot_of(visit: Visit) -> tuple[str, str] | None:
    """Return code and name of the hotspot area that is chosen; None while none is, of several."""
    choices = dict(visit.identity.hotspot_choices)
    code = chosen_area(visit.identity, None)
    return (code, choices[code]) if code in choices else None
