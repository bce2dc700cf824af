"""What a route may ask for: the settings, the database, a session that commits before answering."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from geo_service.settings import Settings
from geo_service.storage.database import Database


def get_settings(request: Request) -> Settings:
    """Return the settings the application was made with."""
    found: Settings = request.app.state.settings
    return found


def get_database(request: Request) -> Database:
    """Return the database the application was made with."""
    found: Database = request.app.state.database
    return found


def get_session(database: Annotated[Database, Depends(get_database)]) -> Iterator[Session]:
    """Open a session of the role that may read areas and nothing raw."""
    with database.session("web_work") as session:
        yield session


# scope="function": the commit comes before the answer, so a failed commit is no 200
DB = Annotated[Session, Depends(get_session, scope="function")]
SettingsOf = Annotated[Settings, Depends(get_settings)]
DatabaseOf = Annotated[Database, Depends(get_database)]
