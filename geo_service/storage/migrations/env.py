"""Runs the migrations on the connection it is given, or on the database of the settings."""

from __future__ import annotations

from typing import Any

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, text
from sqlalchemy.schema import SchemaItem

from geo_service.settings import get_settings
from geo_service.storage.database import connect
from geo_service.storage.roles import SCHEMAS
from geo_service.storage.tables import Base


def include_name(name: str | None, type_: str, _parents: object) -> bool:
    """Compare our four schemas only; PostGIS keeps its own tables in `public`."""
    return type_ != "schema" or name in SCHEMAS


def include_object(
    thing: SchemaItem, name: str | None, type_: str, reflected: bool, compare_to: object
) -> bool:
    """Leave out Alembic's own table and what PostGIS makes."""
    if type_ == "table" and name == "alembic_version":
        return False
    helper: Any = alembic_helpers.include_object  # the helper has no types
    return bool(helper(thing, name, type_, reflected, compare_to))


def run(connection: Connection) -> None:
    """Run the migrations in one transaction."""
    connection.execute(text("CREATE SCHEMA IF NOT EXISTS adm"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_schemas=True,
        include_name=include_name,
        include_object=include_object,
        render_item=alembic_helpers.render_item,
        version_table_schema="adm",
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with connect(get_settings()).as_owner() as own:
        run(own)
        own.commit()
