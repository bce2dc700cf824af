"""Taking an edition of areas out again, and putting back what it had ended.

Each function is one step; `workflows/withdraw_edition.py` has the order, in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from geo_service.domain.grid import DANISH_GRID
from geo_service.storage.tables import Area, ImportBatch, Incident


@dataclass(frozen=True)
class Held:
    """An edition: whose, of which kind of area, from which day."""

    municipality: str
    kind: str
    valid_from: date


@dataclass(frozen=True)
class Members:
    """What became of memberships: `ended` are gone, `later` begin later, `again` go on."""

    ended: int
    later: int
    again: int


def rows_of_edition(session: Session, held: Held) -> pd.DataFrame:
    """Return id, code, outline and import_batch_id of the areas of an edition."""
    query = select(Area.id, Area.code, Area.outline, Area.import_batch_id).where(*_of(held))
    rows = session.execute(query).mappings().all()
    return pd.DataFrame(rows, columns=["id", "code", "outline", "import_batch_id"])


def batches(session: Session, numbers: list[int]) -> list[ImportBatch]:
    """Return import batches by their numbers."""
    query = select(ImportBatch).where(ImportBatch.id.in_(numbers)).order_by(ImportBatch.id)
    return list(session.scalars(query))


def dissolved_with(session: Session, held: Held, numbers: list[int]) -> list[Held]:
    """Return the editions that these imports dissolved from the edition's areas."""
    query = (
        select(Area.kind)
        .where(
            Area.municipality_code == held.municipality,
            Area.kind != held.kind,
            Area.valid_from == held.valid_from,
            Area.outline != "official",
            Area.import_batch_id.in_(numbers),
        )
        .distinct()
        .order_by(Area.kind)
    )
    return [Held(held.municipality, kind, held.valid_from) for kind in session.scalars(query)]


def release_incidents(session: Session, area_ids: list[int]) -> gpd.GeoDataFrame:
    """Let incidents lie in no rode for now, and return them: id, occurred_from, geometry."""
    inside = Incident.rode_id.in_(area_ids)
    query = select(Incident.id, Incident.occurred_from, Incident.geom.label("geometry")).where(
        inside
    )
    found = gpd.read_postgis(query, session.connection(), geom_col="geometry", crs=DANISH_GRID)
    session.execute(update(Incident).where(inside).values(rode_id=None))
    return found


def assign_incidents(session: Session, assigned: pd.DataFrame, municipality: str) -> None:
    """Write down the `rode_id` of incidents by their `id`; those without one stay without."""
    known = assigned[assigned["rode_id"].notna()]
    session.execute(
        text("""
        UPDATE raw.incident i SET rode_id = n.rode_id
        FROM unnest(CAST(:ids AS bigint[]), CAST(:roder AS bigint[])) AS n (id, rode_id)
        WHERE i.municipality_code = :municipality AND i.id = n.id
    """),
        {
            "municipality": municipality,
            "ids": [int(one) for one in known["id"]],
            "roder": [int(one) for one in known["rode_id"]],
        },
    )


def remove_areas(session: Session, held: Held, numbers: list[int]) -> int:
    """Remove the areas of these imports, and let those that they ended go on; return how many.

    What ended goes on to the next edition, unless another import still has areas from that day.
    """
    session.execute(delete(Area).where(*_of(held), Area.import_batch_id.in_(numbers)))
    if session.scalar(select(Area.id).where(*_of(held)).limit(1)) is not None:
        return 0
    mine = Area.municipality_code == held.municipality, Area.kind == held.kind
    reopened = session.scalars(
        update(Area)
        .where(*mine, Area.valid_to == held.valid_from)
        .values(valid_to=next_start(session, held))
        .returning(Area.id)
    ).all()
    return len(reopened)


def next_start(session: Session, held: Held) -> date | None:
    """Return the day on which the next edition of the kind begins, None if there is none."""
    return session.scalar(
        select(func.min(Area.valid_from)).where(
            Area.municipality_code == held.municipality,
            Area.kind == held.kind,
            Area.valid_from > held.valid_from,
        )
    )


def remove_memberships(session: Session, held: Held, numbers: list[int]) -> Members:
    """Take back the memberships that these imports stated, and let those go on that they ended.

    The next edition was read upon them, and states again only what it changes: from its day on
    they hold. Asked before the areas are removed, so that the next edition is known.
    """
    values: dict[str, Any] = {
        "municipality": held.municipality,
        "kind": held.kind,
        "day": held.valid_from,
        "until": next_start(session, held),
        "numbers": numbers,
    }
    stated = session.execute(
        text("""
        SELECT id, member_code, group_kind, valid_to,
               CAST(:until AS date) IS NOT NULL AND (valid_to IS NULL OR valid_to > :until) AS later
        FROM work.membership
        WHERE municipality_code = :municipality AND member_kind = :kind
          AND valid_from = :day AND import_batch_id = ANY (:numbers)
    """),
        values,
    ).all()
    later = [row.id for row in stated if row.later]
    ended = [row.id for row in stated if not row.later]
    session.execute(
        text("""
        UPDATE work.membership SET valid_from = :until, import_batch_id = (
          SELECT max(import_batch_id) FROM work.area
          WHERE municipality_code = :municipality AND kind = :kind AND valid_from = :until)
        WHERE id = ANY (:later)
    """),
        values | {"later": later},
    )
    session.execute(text("DELETE FROM work.membership WHERE id = ANY (:ended)"), {"ended": ended})
    again = session.scalars(
        text("""
        UPDATE work.membership m SET valid_to = s.ends
        FROM unnest(CAST(:codes AS text[]), CAST(:groups AS text[]), CAST(:ends AS date[]))
             AS s (code, group_kind, ends)
        WHERE m.municipality_code = :municipality AND m.member_kind = :kind AND m.valid_to = :day
          AND m.member_code = s.code AND m.group_kind = s.group_kind
        RETURNING m.id
    """),
        values
        | {
            "codes": [row.member_code for row in stated],
            "groups": [row.group_kind for row in stated],
            "ends": [values["until"] if row.later else row.valid_to for row in stated],
        },
    ).all()
    return Members(len(ended), len(later), len(again))


def figures_of_nothing(session: Session, held: Held, codes: list[str]) -> int:
    """Count figures of areas with one of these codes that no edition of the kind has any more."""
    return int(
        session.execute(
            text("""
        SELECT count(*) FROM (
          SELECT municipality_code, area_kind, area_code FROM work.population
          UNION ALL SELECT municipality_code, area_kind, area_code FROM work.survey_result
          UNION ALL SELECT municipality_code, area_kind, area_code FROM work.published_index_result
          UNION ALL SELECT municipality_code, area_kind, area_code FROM work.index_score
        ) f
        WHERE f.municipality_code = :municipality AND f.area_kind = :kind
          AND f.area_code = ANY (:codes) AND NOT EXISTS (
            SELECT FROM work.area a WHERE a.municipality_code = f.municipality_code
              AND a.kind = f.area_kind AND a.code = f.area_code)
    """),
            {"municipality": held.municipality, "kind": held.kind, "codes": codes},
        ).scalar_one()
    )


def _of(held: Held) -> tuple[Any, Any, Any]:
    return (
        Area.municipality_code == held.municipality,
        Area.kind == held.kind,
        Area.valid_from == held.valid_from,
    )
