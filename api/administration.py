"""What the pages and the API of the administration share."""

from __future__ import annotations

from datetime import UTC, datetime

from api.access import Visit
from geo_service.workflows.manage_users import Work


def work_of(visit: Visit) -> Work:
    """Return who administers in a visit, and when."""
    return Work(visit.session, visit.caller, datetime.now(UTC))
