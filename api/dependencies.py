"""What a route may ask for: the settings, the database, a session that commits before answering."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

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


SettingsOf = Annotated[Settings, Depends(get_settings)]
DatabaseOf = Annotated[Database, Depends(get_database)]
