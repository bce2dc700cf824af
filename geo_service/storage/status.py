"""What the database holds: counts per table, versions, editions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from geo_service.storage.bootstrap import newest_version, schema_version
from geo_service.storage.tables import Base


def read_status(connection: Connection) -> dict[str, Any]:
    """Return versions, the demo flag, counts per table and editions; needs rights on all."""
    server, postgis = connection.execute(
        text("SELECT current_setting('server_version'), postgis_lib_version()")
    ).one()
    found = schema_version(connection)
    report: dict[str, Any] = {
        "database": {"postgresql": server.split()[0], "postgis": postgis},
        "schema": {"head": found, "needed": newest_version()},
        "demo": False,
        "tables": {},
        "editions": [],
    }
    if found is None:
        return report
    report["demo"] = bool(
        connection.scalar(text("SELECT coalesce(bool_or(is_demo), false) FROM work.municipality"))
    )
    for table in Base.metadata.sorted_tables:
        name = f"{table.schema}.{table.name}"
        # identifiers of our own tables, no outside text
        report["tables"][name] = connection.scalar(text(f"SELECT count(*) FROM {name}"))  # noqa: S608
    report["tables"] = dict(sorted(report["tables"].items()))
    report["editions"] = [
        dict(row)
        for row in connection.execute(
            text("""
            SELECT municipality_code AS municipality, kind, valid_from::text AS valid_from,
                   max(valid_to)::text AS valid_to, count(*) AS areas, max(outline) AS outline
            FROM work.area GROUP BY municipality_code, kind, area.valid_from ORDER BY 1, 2, 3
        """)
        ).mappings()
    ]
    return report
