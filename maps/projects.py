"""The projects page: what is late, whose move it is, and what is where.

A project office. Who has the ball stands on top; the choice of status, kind and actor drives
map and table together; a chosen project tells its story in the panel.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from maps import base, danish, layers, page
from maps.checks import require_columns, require_known, require_layer, require_unique
from maps.facts import PageFacts
from maps.projects_story import PHASES, STATUSES, Project, holders, phase_of, read_projects

COLUMNS = (
    "code",
    "name",
    "kind",
    "status",
    "place",
    "aim",
    "owner",
    "case_no",
    "baseline_dkk",
    "forecast_dkk",
    "baseline_end",
    "forecast_end",
    "updated_on",
)
SPAN_M = 400.0
"""Room left around a single project."""


def projects_page(
    *,
    projects: gpd.GeoDataFrame,
    funding: pd.DataFrame,
    actions: pd.DataFrame,
    stations: gpd.GeoDataFrame,
    bydele: gpd.GeoDataFrame,
    facts: PageFacts,
    today: date,
    base_layers: gpd.GeoDataFrame | None = None,
) -> str:
    """Return the page of improvement projects as one HTML page.

    Parameters
    ----------
    projects
        `code`, `name`, `kind`, `status`, `place`, `aim`, `owner`, `case_no`, `baseline_dkk`,
        `forecast_dkk` (kroner or missing), `baseline_end`, `forecast_end` (dates or missing),
        `updated_on` (date), geometry (points, lines or polygons, EPSG:25832). Words as on
        screen; the statuses are `maps.projects_story.STATUSES`.
    funding
        `project_code`, `funder`, `granted_dkk`.
    actions
        `project_code`, `actor`, `what`, `due` (date), `done_on` (date or missing).
    stations, bydele
        `name`, geometry, EPSG:25832. The bydele are the ground of the map.
    facts
        What the page says about itself.
    today
        The day from which "late" is reckoned.
    base_layers
        The base map: `kind`, `name`, `rank`, geometry, EPSG:25832 (see `maps.ground`).

    Raises
    ------
    WrongCRS
        If a layer is not in EPSG:25832.
    InvalidInput
        If a column is missing, a code stands twice or an action belongs to no project.
    NotReady
        If Leaflet is not installed.
    """
    require_layer(projects, "projects", COLUMNS)
    require_unique(projects, "projects", "code")
    require_known(projects, "projects", "status", STATUSES)
    require_columns(funding, "funding", ["project_code", "funder", "granted_dkk"])
    require_columns(actions, "actions", ["project_code", "actor", "what", "due", "done_on"])
    for frame, name in ((funding, "funding"), (actions, "actions")):
        require_known(frame, name, "project_code", set(projects["code"]))

    read = read_projects(projects, funding, actions, today=today)
    extent = _extent(projects, bydele)
    made = base.new_map(extent)
    base.add_ground(made, bydele, base=base_layers)
    base.add_frame(made, bydele, bydele, base=base_layers)
    layers.add_shapes(
        made, "shapes", layers.simplified(projects, tolerance_m=1.0), css="work", interactive=True
    )
    base.add_bydel_names(made, bydele)
    bydel_names = [str(name) for name in bydele["name"]]
    base_names = base.add_base_names(made, base_layers, without=bydel_names)
    base.add_stations(made, stations)
    layers.add_points(made, "projects", layers.label_points(projects), css="project")
    order = sorted(range(len(read)), key=lambda i: _urgency(read[i]))
    kinds = list(dict.fromkeys(sorted(str(kind) for kind in projects["kind"])))
    data = {
        "bounds": layers.bounds(extent),
        "bydele": bydel_names,
        "base_names": base_names,
        "stations": [str(name) for name in stations["name"]],
        "projects": [_for_script(project) for project in read],
        "start": order[0] if order else None,
    }
    return page.render(
        "projects",
        facts=facts,
        drawn=base.fragments(made),
        data=data,
        finding=_finding(read),
        today=danish.long_day(today),
        holders=[
            {
                "name": holder.name,
                "open": danish.counted(holder.open, "åben", "åbne"),
                "overdue": holder.overdue,
                "next": danish.day(holder.next_due, year=holder.next_due.year != today.year),
            }
            for holder in holders(read)
        ],
        statuses=_counted([project.status for project in read], STATUSES),
        kinds=_counted([str(project.row["kind"]) for project in read], kinds),
        phases=[
            {"number": i, "word": word, "statuses": ", ".join(names)}
            for i, (word, names) in enumerate(PHASES)
        ],
        rows=[_table_row(i, read[i]) for i in order],
    )


def _extent(projects: gpd.GeoDataFrame, bydele: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what the map looks at first: all projects with some room, else the bydele."""
    if not len(projects):
        return bydele
    box = shapely.buffer(shapely.box(*projects.total_bounds), SPAN_M)
    return gpd.GeoDataFrame(geometry=[box], crs=projects.crs)


def _urgency(project: Project) -> tuple[bool, bool, int, float, str]:
    """Sort what is late first, then what is alive, by how late it is."""
    return (
        not project.late,
        project.finished,
        -len(project.overdue),
        -float(project.slip_days),
        str(project.row["name"]),
    )


def _counted(found: list[str], words: tuple[str, ...] | list[str]) -> list[dict[str, Any]]:
    return [{"word": word, "count": found.count(word)} for word in words if word in found]


def _finding(projects: list[Project]) -> str:
    if not projects:
        return "Der er ingen projekter endnu. Opret det første, og tegn siden igen."
    alive = [project for project in projects if not project.finished]
    late = [project for project in alive if project.late]
    overdue = sum(len(project.overdue) for project in projects if project.status != "opgivet")
    text = f"{danish.counted(len(alive), 'projekt', 'projekter')} er i gang, "
    text += f"{len(late)} er {'forsinket' if len(late) == 1 else 'forsinkede'}."
    if not overdue:
        return text + " Alle frister er holdt."
    return text + f" {danish.counted(overdue, 'aftale', 'aftaler')} er over tiden."


def _next_lines(project: Project) -> tuple[str, ...]:
    action = project.next_action
    if action is None:
        return ("–",) if project.finished else ("Ingen har bolden: aftal næste skridt",)
    return action.actor, action.words(project.today)


def _table_row(i: int, project: Project) -> dict[str, Any]:
    row = project.row
    slip = [danish.days(project.slip_days)] if project.slip_days else []
    dearer = [danish.kroner(project.slip_dkk, signed=True)] if project.slip_dkk else []
    return page.row(
        i,
        page.cell(row["name"], _where(row)),
        page.cell(row["kind"]),
        page.cell(project.status),
        page.cell(row["owner"]),
        page.cell(*_next_lines(project), css="late-next" if project.overdue else ""),
        page.cell(project.time_words, *_marked(slip, worse=project.slip_days > 0)),
        page.cell(project.money_words, *_marked(dearer, worse=project.slip_dkk > 0)),
        page.cell(*(project.funding_words or ["ingen endnu"])),
        page.cell(project.updated_words),
        css="is-late" if project.late else "",
    )


def _marked(texts: list[str], *, worse: bool) -> list[str]:
    return [f"▲ {text}" if worse else text for text in texts]


def _for_script(project: Project) -> dict[str, Any]:
    row = project.row
    nearest = project.next_action
    return {
        "name": str(row["name"]),
        "kind": str(row["kind"]),
        "status": project.status,
        "phase": phase_of(project.status),
        "place": str(row["place"]),
        "aim": str(row["aim"]),
        "owner": str(row["owner"]),
        "case": "" if pd.isna(row["case_no"]) else str(row["case_no"]),
        "late": project.late,
        "actors": sorted({a.actor for a in project.actions if a.done_on is None}),
        "next": None if nearest is None else [nearest.actor, nearest.words(project.today)],
        "nextLate": nearest is not None and nearest.overdue(project.today),
        "time": project.time_words,
        "money": project.money_words,
        "slip": project.slip_words,
        "funding": project.funding_words,
        "actions": [[a.actor, a.words(project.today)] for a in project.actions],
        "updated": project.updated_words,
        "stale": project.stale,
        "finished": project.finished,
    }


def _where(row: dict[str, Any]) -> str:
    """Say place, code and, where the owner's own system has one, the case."""
    said = [str(row["place"]), str(row["code"])]
    if not pd.isna(row["case_no"]):
        said.append(f"sag {row['case_no']}")
    return " · ".join(said)
