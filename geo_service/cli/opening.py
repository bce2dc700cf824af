"""The database that a command works on: started, and with the schema this program needs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from geo_service.storage.database import Database

_opened: Final[list[Database]] = []


def open_database() -> Database:
    """Return the database of the settings; raises NotReady with the cure if there is none."""
    from geo_service.settings import get_settings
    from geo_service.storage.bootstrap import prepare
    from geo_service.storage.database import connect

    database = connect(get_settings())
    prepare(database)
    _opened.append(database)
    return database


def seal_what_was_done() -> None:
    """Chain what the command wrote into the audit; if that cannot be done now, the next one does.

    The command's own answer is not changed by it.
    """
    if not _opened:
        return
    from geo_service.errors import TryghedError
    from geo_service.storage.audit_chain import seal

    database = _opened[-1]
    _opened.clear()
    with suppress(TryghedError):
        seal(database, role="job")
