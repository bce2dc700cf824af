"""Incidents as the caller of the session may see them: one by one, counted, in squares, by hour.

Everything here goes through the functions of `functions/incident_*.sql`, which apply the
caller's scope and the precision that the police set. No number of questions, however small
their boxes, tells more about a place than what is shown of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer
from pyproj.enums import TransformDirection
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID, WEB
from geo_service.domain.incident_question import HOURS_A_WEEK, Box, Question
from geo_service.errors import InvalidInput, NotFound
from geo_service.messages import _

POINTS_AN_EDGE: Final = 9
"""A straight edge in degrees is bent on the grid; so many points follow it to a metre."""
_TO_GRID: Final = Transformer.from_crs(WEB, DANISH_GRID, always_xy=True)
LONGEST_NUMBER: Final = 8
PLACE: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?[+-][0-9]{2}:[0-9]{2}"
    r"~[0-9]{1,8}$"
)
"""How a place is written; a made-up one may look like it all the same."""
OF_ANOTHER: Final = _("`after` hører til et andet spørgsmål.")
SMALLEST_STEP: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """Where in an ordered list of incidents a page begins.

    The time of the incident before, and how many of that very time were told already: nothing
    that is not in the list itself.
    """

    at: datetime
    told: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.told}"


def place_of(cursor: str, *, within: Question | None = None) -> Place:
    """Read what a page before this one named as the next.

    Raises
    ------
    InvalidInput
        If it was made up, or is of another question than `within`.
    """
    moment, mark, told = cursor.partition("~")
    is_number = told.isascii() and told.isdigit() and len(told) <= LONGEST_NUMBER
    try:
        at = datetime.fromisoformat(moment) if mark and is_number else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidInput(_("`after` skal være det `next`, som siden før gav."))
    if within is not None and not within.begin() <= at < within.before:
        raise InvalidInput(OF_ANOTHER)
    return Place(at, int(told))


def read_page(
    session: Session,
    question: Question,
    *,
    roder: Sequence[int] | None,
    most: int,
    newest_first: bool = False,
    after: Place | None = None,
    skip: int = 0,
) -> tuple[list[dict[str, Any]], Place | None]:
    """Return one page of incidents in order of time, and where the next begins.

    Each row: id, source_system, source_ref, crime_type, setting, found_by, occurred_from,
    occurred_to, rode, rode_name, seen_as, longitude, latitude (degrees), east and north
    (EPSG:25832); None where the caller is not shown it. `roder` limits to some roder, None
    does not.
    """
    since, before = question.begin(), question.before
    if after is not None:
        if not since <= after.at < before:
            raise InvalidInput(OF_ANOTHER)
        since, before = (since, after.at + SMALLEST_STEP) if newest_first else (after.at, before)
        skip = after.told
    query = text(f"""
        SELECT s.id, s.source_system, s.source_ref, s.crime_type, s.setting, s.found_by,
               s.occurred_from, s.occurred_to, a.code AS rode, a.name AS rode_name, s.seen_as,
               ST_X(ST_Transform(s.geom, 4326)) AS longitude,
               ST_Y(ST_Transform(s.geom, 4326)) AS latitude,
               ST_X(s.geom) AS east, ST_Y(s.geom) AS north
        FROM raw.incident_seen({CRITERION}, CAST(:hours AS int[]),
               :newest_first, :skip, :most) WITH ORDINALITY AS s
        LEFT JOIN work.area a ON a.id = s.rode_id
        ORDER BY s.ordinality
    """)  # noqa: S608 - a constant
    asked = asked_of(question, roder) | {
        "since": since,
        "until": before,
        "newest_first": newest_first,
        "skip": skip,
        "most": most + 1,
    }
    rows = [dict(row) for row in session.execute(query, asked).mappings()]
    if len(rows) <= most:
        return rows, None
    last = rows[most - 1]["occurred_from"]
    told = sum(row["occurred_from"] == last for row in rows[:most])
    if after is not None and last == after.at:
        told += after.told
    return rows[:most], Place(last, told)


def read_counts(
    session: Session, question: Question, *, roder: Sequence[int] | None, earlier: int = 0
) -> pd.DataFrame:
    """Count incidents by type, rode and period.

    Returns
    -------
    DataFrame
        Columns crime_type, rode (code), rode_name, rode_id, period (0 = the question's, 1 = the
        one of the same length before it … `earlier`) and incidents. Incidents outside all roder
        have None for a rode.
    """
    query = text(f"""
        SELECT c.crime_type, a.code AS rode, a.name AS rode_name, c.rode_id, c.period, c.incidents
        FROM raw.incident_counts({CRITERION}, CAST(:hours AS int[]), :last_day, :days) c
        LEFT JOIN work.area a ON a.id = c.rode_id
        ORDER BY c.period, c.crime_type, a.code
    """)  # noqa: S608
    asked = asked_of(question, roder) | periods_of(question, earlier)
    columns = ["crime_type", "rode", "rode_name", "rode_id", "period", "incidents"]
    rows = [tuple(row) for row in session.execute(query, asked)]  # pandas is slow with rows of SQL
    return pd.DataFrame(rows, columns=columns).astype({"incidents": int, "period": int})


def periods_of(question: Question, earlier: int) -> dict[str, Any]:
    """Return the parameters that `raw.incident_counts` takes besides `CRITERION`."""
    return {
        "since": question.begin(earlier=earlier),
        "last_day": question.until,
        "days": question.days,
    }


def read_cells(
    session: Session, question: Question, *, roder: Sequence[int] | None, side_m: int
) -> pd.DataFrame:
    """Count incidents in squares of the grid: west, south (metres), side_m, incidents.

    `side_m` is made larger where the caller sees fields only; who sees roder gets no squares.
    """
    query = text(f"""
        SELECT * FROM raw.incident_cells({CRITERION}, CAST(:hours AS int[]), :side)
        ORDER BY west, south
    """)  # noqa: S608
    asked = asked_of(question, roder) | {"side": side_m}
    rows = [tuple(row) for row in session.execute(query, asked)]
    return pd.DataFrame(rows, columns=["west", "south", "side_m", "incidents"]).astype(int)


def read_hours(
    session: Session, question: Question, *, roder: Sequence[int] | None
) -> tuple[npt.NDArray[np.float64], int]:
    """Return the aoristic weight of each hour of the week (168), and how many incidents that is.

    The hours asked for are left aside: the whole week is what they are seen against.
    """
    query = text(f"SELECT hour, weight FROM raw.incident_hours({CRITERION})")  # noqa: S608
    found = {row.hour: row.weight for row in session.execute(query, asked_of(question, roder))}
    weights = np.array([found.get(hour, 0.0) for hour in range(HOURS_A_WEEK)])
    return weights, int(found.get(HOURS_A_WEEK, 0))


def read_days(session: Session) -> tuple[date, date] | None:
    """Return the first and the last day of the municipality's incidents, None without any."""
    row = session.execute(text("SELECT first_day, last_day FROM raw.incident_days()")).one()
    return None if row.first_day is None else (row.first_day, row.last_day)


def roder_of(
    session: Session, municipality: str, area: tuple[str, str] | None
) -> tuple[int, ...] | None:
    """Return the roder (every edition) of an area as it is put together today; None for all.

    Raises
    ------
    NotFound
        If there is no such area in the municipality.
    """
    if area is None:
        return None
    kind, code = area
    query = text("""
        WITH now_in AS (
          SELECT member_kind, member_code, group_kind, group_code FROM work.membership
          WHERE municipality_code = :place AND valid_from <= current_date
            AND (valid_to IS NULL OR valid_to > current_date)
        ), members AS (
          SELECT CAST(:kind AS text) AS kind, CAST(:code AS text) AS code
          UNION
          SELECT member_kind, member_code FROM now_in
          WHERE group_kind = :kind AND group_code = :code
        ), codes AS (
          SELECT code FROM members WHERE kind = 'rode'
          UNION
          SELECT n.member_code FROM now_in n JOIN members m
            ON n.group_kind = m.kind AND n.group_code = m.code
          WHERE n.member_kind = 'rode'
        )
        SELECT id FROM work.area
        WHERE municipality_code = :place AND kind = 'rode' AND code IN (SELECT code FROM codes)
        ORDER BY id
    """)
    found = session.scalars(query, {"place": municipality, "kind": kind, "code": code}).all()
    if not found:
        raise NotFound("Området findes ikke, eller det har ingen roder.")
    return tuple(found)


CRITERION: Final = (
    "ST_GeomFromWKB(CAST(:box AS bytea), 25832), CAST(:since AS timestamptz),"
    " CAST(:until AS timestamptz), CAST(:types AS text[]), CAST(:roder AS bigint[])"
)


def asked_of(question: Question, roder: Sequence[int] | None) -> dict[str, Any]:
    """Return the parameters of `CRITERION`, and `hours`."""
    return {
        "box": None if question.box is None else _on_the_grid(question.box),
        "since": question.begin(),
        "until": question.before,
        "types": list(question.crime_types),
        "roder": None if roder is None else list(roder),
        "hours": None if question.hours is None else list(question.hours),
    }


def _on_the_grid(box: Box) -> bytes:
    """Return a box of degrees as WKB in EPSG:25832; its edges follow the parallels."""
    west, south, east, north = box
    x, y = np.linspace(west, east, POINTS_AN_EDGE), np.linspace(south, north, POINTS_AN_EDGE)
    longitude = np.concatenate([x, np.full_like(y, east), x[::-1], np.full_like(y, west)])
    latitude = np.concatenate([np.full_like(x, south), y, np.full_like(x, north), y[::-1]])
    outline = np.column_stack(_TO_GRID.transform(longitude, latitude))
    polygon: bytes = shapely.to_wkb(shapely.Polygon(outline))
    return polygon


def read_names_at(session: Session, cells: pd.DataFrame) -> list[str | None]:
    """Return the name of the rode at the middle of each square, None outside all roder."""
    query = text("""
        SELECT (SELECT a.name FROM work.area a
                WHERE a.kind = 'rode'
                  AND a.municipality_code = current_setting('tryghed.municipality', true)
                  AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(c.x, c.y), 25832))
                ORDER BY a.valid_from DESC, a.id LIMIT 1)
        FROM unnest(CAST(:x AS float8[]), CAST(:y AS float8[])) WITH ORDINALITY AS c (x, y, number)
        ORDER BY c.number
    """)
    half = cells["side_m"] / 2
    middles = {"x": (cells["west"] + half).tolist(), "y": (cells["south"] + half).tolist()}
    return list(session.scalars(query, middles))


def codes_of(session: Session, roder: Sequence[int]) -> list[str]:
    """Return the codes of roder by their ids."""
    query = text("SELECT DISTINCT code FROM work.area WHERE id = ANY (CAST(:roder AS bigint[]))")
    return list(session.scalars(query, {"roder": list(roder)}))


def read_outlines(session: Session, roder: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the outlines of roder as GeoJSON geometry in degrees, fit for a map, by id."""
    query = text("""
        SELECT id, ST_AsGeoJSON(ST_Transform(
                 ST_SimplifyPreserveTopology(geom, 4), 4326), 5) AS outline
        FROM work.area WHERE id = ANY (CAST(:roder AS bigint[]))
    """)
    rows = session.execute(query, {"roder": list(roder)})
    return {row.id: json.loads(row.outline) for row in rows}


def squares(cells: pd.DataFrame, *, decimals: int = 6) -> list[list[list[float]]]:
    """Return the outlines of counted squares as closed rings of degrees, anticlockwise."""
    if cells.empty:
        return []
    west, south, side = (cells[name].to_numpy(float) for name in ("west", "south", "side_m"))
    x = np.column_stack([west, west + side, west + side, west, west])
    y = np.column_stack([south, south, south + side, south + side, south])
    longitude, latitude = _TO_GRID.transform(x, y, direction=TransformDirection.INVERSE)
    degrees = np.stack([longitude, latitude], axis=-1).round(decimals)
    rings: list[list[list[float]]] = degrees.tolist()
    return rings
