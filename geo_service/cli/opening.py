"""The database that a command works on: started, and with the schema this program needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_service.storage.database import Database


def open_database() -> Database:
    """Return the database of the settings; raises NotReady with the cure if there is none."""
    from geo_service.settings import get_settings
    from geo_service.storage.bootstrap import prepare
    from geo_service.storage.database import connect

    database = connect(get_settings())
    prepare(database)
    return database
