"""What the owner of the operating-system account does to the database, in the audit.

Migrations, backups and restores run as the administrator of the database, perhaps with no other
password at hand and on a schema older than this program: so the entry is written by the owner,
and only with columns that the audit has had from its beginning.
"""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import text

from geo_service.errors import NotReady
from geo_service.storage.database import Database

APPEND: Final = text("""
    INSERT INTO adm.audit_entry (actor, action, object_kind, object_ref, detail)
    VALUES (:actor, :action, 'database', :name, CAST(:detail AS jsonb))
""")


def note(database: Database, actor: str, action: str, **detail: Any) -> bool:
    """Append one entry, if there is a database with an audit; tell whether there is."""
    try:
        return _append(database, actor, action, detail)
    except NotReady:
        return False  # no database, or one that is not ours yet: whoever goes on will be told


def _append(database: Database, actor: str, action: str, detail: dict[str, Any]) -> bool:
    with database.as_owner() as connection:
        if connection.scalar(text("SELECT to_regclass('adm.audit_entry')")) is None:
            return False
        connection.execute(
            APPEND,
            {
                "actor": actor,
                "action": action,
                "name": database.address.database,
                "detail": json.dumps(detail),
            },
        )
        connection.commit()
        return True
