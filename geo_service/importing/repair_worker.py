"""A process of its own that repairs one invalid outline: WKB in, WKB out.

Repair can crash GEOS or run without end: a star polygon of 39 KB took a whole database
server down. Here it can only take down this process, which has bounds for memory, CPU
time and files, and no data but the one outline.

Started as `python -m geo_service.importing.repair_worker SECONDS`. Exit code 0 with the
repaired MultiPolygon on standard output, or 3 when the outcome is no area.
"""

from __future__ import annotations

import resource
import sys

MEMORY_BYTES = 1_000_000_000
MAX_POINTS_OUT = 2_000_000
NOT_AN_AREA = 3
_OPEN_FILES = 64


def confine(seconds: int, *, memory_bytes: int = MEMORY_BYTES) -> None:
    """Bound this process before it sees any data: memory, CPU time, files, no core dump."""
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bounded, bounded))


def main() -> int:
    """Repair the outline on standard input."""
    confine(int(sys.argv[1]))
    import shapely

    outline = shapely.from_wkb(sys.stdin.buffer.read())
    repaired = shapely.make_valid(outline, method="structure", keep_collapsed=False)
    polygons = [
        part
        for part in shapely.get_parts(shapely.get_parts(repaired))
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    result = shapely.MultiPolygon(polygons)
    if not polygons or not result.is_valid or shapely.get_num_coordinates(result) > MAX_POINTS_OUT:
        return NOT_AN_AREA
    sys.stdout.buffer.write(shapely.to_wkb(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
