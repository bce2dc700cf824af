"""What the service holds and stands on, for people and for programs."""

from __future__ import annotations

from typing import Any

from geo_service.settings import Settings
from geo_service.storage.cluster import open_cluster
from geo_service.storage.database import Database
from geo_service.storage.status import read_status


def report_status(settings: Settings, database: Database) -> dict[str, Any]:
    """Return versions, schema head, demo flag, counts per table, editions, and where things are."""
    with database.as_administrator() as connection:
        report = read_status(connection)
    places = {"state": str(settings.state.resolve()), "maps": str(settings.maps_dir.resolve())}
    if settings.database_url is None:
        cluster = open_cluster(settings.state)
        places |= {"database": str(cluster.home), "socket": str(cluster.socket_folder)}
    return report | {"places": places}
