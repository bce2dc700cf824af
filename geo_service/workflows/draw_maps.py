"""Draw the three maps from the database into a folder; whole pages or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from geo_service.analysis.intervals import wilson_interval
from geo_service.domain import vocabulary as words
from geo_service.domain.evenings import COPENHAGEN
from geo_service.errors import NotFound, NotReady
from geo_service.importing.places import read_stations
from geo_service.publishing.disclosure import hide_small_counts, hide_small_samples
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as incident_store
from geo_service.storage import programme
from geo_service.storage.tables import Municipality
from geo_service.workflows.evening_map import PERIOD, draw_evening, evening_board
from maps.facts import PageFacts
from maps.projects import projects_page
from maps.residents import residents_page

RESIDENTS: Final = "beboere.html"
PAGES: Final = ("aftenplan.html", "byrum.html", RESIDENTS)
QUESTION: Final = "utryg_aften_nat"
ANSWER: Final = "utryg"
DEMO_SOURCE: Final = "opdigtede tal, lavet af et frø; ingen af dem beskriver virkeligheden"


@dataclass(frozen=True)
class DrawnFor:
    """Which maps: whose, of when, and when they were drawn (aware)."""

    municipality: str
    hotspot_area: str
    as_of: date
    drawn_at: datetime


@dataclass(frozen=True)
class Drawn:
    """The pages that were written, and why the others were not."""

    written: list[Path]
    missing: dict[str, str]


def draw_maps(
    session: Session, wanted: DrawnFor, folder: Path, *, public_folder: Path | None = None
) -> Drawn:
    """Draw the pages that there are data for, and write them.

    With `public_folder` the residents' page is written there as well, where the public
    site shows it: that is somebody's decision, never a side effect.

    Raises
    ------
    NotFound
        If there is no such municipality.
    """
    if session.get(Municipality, wanted.municipality) is None:
        raise NotFound(
            f"Der er ingen data for kommune {wanted.municipality} endnu. `tryghed demo` laver et "
            "opdigtet år; `tryghed areas import` indlæser jeres egne områder."
        )
    stations = read_stations()
    draw: dict[str, Callable[[], str]] = {
        "aftenplan.html": lambda: _evening(session, wanted, stations),
        "byrum.html": lambda: _projects(session, wanted, stations),
        "beboere.html": lambda: _residents(session, wanted),
    }
    pages: dict[str, str] = {}
    missing: dict[str, str] = {}
    for name in PAGES:
        try:
            pages[name] = draw[name]()
        except NotFound as error:
            missing[name] = str(error)
    if public_folder is not None and RESIDENTS in pages:
        _write(public_folder / RESIDENTS, pages[RESIDENTS], folder_mode=0o755, mode=0o644)
    return Drawn([_write(folder / name, html) for name, html in pages.items()], missing)


def _evening(session: Session, wanted: DrawnFor, stations: gpd.GeoDataFrame) -> str:
    board = evening_board(session, wanted.municipality, wanted.hotspot_area, wanted.as_of)
    first, last = board.slots[0].evening, board.slots[-1].evening
    named = area_store.read_areas(session, wanted.municipality, "hotspot_area", wanted.as_of)
    name = dict(zip(named["code"], named["name"], strict=True)).get(wanted.hotspot_area)
    facts = _facts(
        session,
        wanted,
        place=name or wanted.hotspot_area,
        period=f"{_danish(first)} – {_danish(last)}; behov talt over {PERIOD}",
        notes=(
            (
                f"{_thousands(board.incidents)} hændelser i det offentlige rum {PERIOD}: uro, "
                "vold og trusler, hærværk, narkotika, chikane. "
                "Det politiet selv har fundet, er ikke med."
            ),
            (
                "En første, enkel plan: hvert hold sendes hen, hvor mest behov er udækket. "
                "Det er ikke nødvendigvis den bedste plan."
            ),
        ),
    )
    return draw_evening(
        session, board, municipality=wanted.municipality, stations=stations, facts=facts
    )


def _projects(session: Session, wanted: DrawnFor, stations: gpd.GeoDataFrame) -> str:
    projects = programme.read_projects(session, wanted.municipality)
    if projects.empty:
        raise NotFound("Der er ingen byrumsprojekter endnu.")
    return projects_page(
        projects=projects.assign(
            kind=projects["kind"].map(words.PROJECT_KINDS),
            status=projects["status"].map(words.PROJECT_STATUSES),
        ),
        funding=programme.read_funding(session, wanted.municipality),
        actions=programme.read_actions(session, wanted.municipality),
        stations=stations,
        bydele=area_store.read_areas(session, wanted.municipality, "bydel", wanted.as_of)[
            ["name", "geometry"]
        ],
        facts=_facts(
            session,
            wanted,
            place=f"{len(projects)} byrumsprojekter",
            period=f"status {_danish(wanted.as_of)}",
        ),
        today=wanted.as_of,
    )


def _residents(session: Session, wanted: DrawnFor) -> str:
    areas = area_store.read_areas(session, wanted.municipality, "district", wanted.as_of)
    if areas.empty:
        raise NotFound("Der er ingen distrikter endnu: indlæs roder med --within district=KOLONNE.")
    years = programme.survey_years(session, wanted.municipality, QUESTION)
    shares = _shares(session, wanted, years[0] if years else wanted.as_of.year - 1)
    rows = areas[["code", "name", "geometry"]].merge(
        shares, left_on="code", right_on="area_code", how="left"
    )
    rows["n_answers"] = rows["n_answers"].fillna(0).astype(int)
    shown = hide_small_samples(rows)
    previous = _shares(session, wanted, years[1]) if len(years) > 1 else shares.iloc[:0]
    shown = _with_change(shown, hide_small_samples(previous))
    first, last = _half_year_before(wanted.as_of)
    counts = incident_store.counts_by_group(
        session, wanted.municipality, group_kind="district", first=first, last=last
    )
    year = years[0] if years else wanted.as_of.year - 1
    answered = f"svar fra {year}"
    reported = f"hændelser {_danish(first)} – {_danish(_month_end(last))}"
    return residents_page(
        areas=gpd.GeoDataFrame(shown, geometry="geometry", crs=areas.crs),
        counts=_safe_counts(counts, areas["code"]),
        finding=_finding(shown, year),
        bydele=area_store.read_areas(session, wanted.municipality, "bydel", wanted.as_of)[
            ["name", "geometry"]
        ],
        facts=_facts(
            session,
            wanted,
            place=f"{len(areas)} distrikter",
            period=f"{answered}; {reported}",
        ),
        periods=(answered, reported),
    )


def _shares(session: Session, wanted: DrawnFor, year: int) -> pd.DataFrame:
    """Return each district's share that feels unsafe in the evening, with Wilson's interval."""
    shares = programme.read_shares(
        session,
        wanted.municipality,
        question=QUESTION,
        answer=ANSWER,
        area_kind="district",
        year=year,
    )
    low, high = wilson_interval(
        shares["share_pct"] / 100,
        shares["answers"].clip(lower=1),
        design_effect=shares["design_effect"],
    )
    return pd.DataFrame(
        {
            "area_code": shares["area_code"],
            "n_answers": shares["answers"],
            "share_pct": shares["share_pct"],
            "low_pct": 100 * low,
            "high_pct": 100 * high,
        }
    )


def _with_change(shown: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """Add last year's share, and whether the intervals let one speak of a change."""
    before = previous[["area_code", "share_pct", "low_pct", "high_pct"]].rename(
        columns=lambda name: name if name == "area_code" else f"previous_{name}"
    )
    both = shown.merge(before, on="area_code", how="left")
    known = both["share_pct"].notna() & both["previous_share_pct"].notna()
    rose = known & (both["low_pct"] > both["previous_high_pct"])
    fell = known & (both["high_pct"] < both["previous_low_pct"])
    change = np.select([rose, fell, known], ["steget", "faldet", "kan være tilfældig"], default="")
    return both.assign(change=pd.Series(change).replace("", None)).drop(
        columns=["previous_low_pct", "previous_high_pct", "area_code"]
    )


def _safe_counts(counts: pd.DataFrame, districts: pd.Series) -> pd.DataFrame:
    """Return counts for every district and type, small ones hidden, types in Danish."""
    every = pd.MultiIndex.from_product(
        [districts, list(words.CRIME_TYPES)], names=["area_code", "crime_type"]
    )
    full = (
        counts.set_index(["area_code", "crime_type"])["incidents"]
        .reindex(every, fill_value=0)
        .rename("count")
        .reset_index()
    )
    hidden = hide_small_counts(full)
    return hidden.assign(crime_type=hidden["crime_type"].map(words.CRIME_TYPES))


def _finding(shown: pd.DataFrame, year: int) -> str:
    """Say in one sentence what the map shows, without ranking anybody."""
    answered = shown[~shown["hidden"]]
    if answered.empty:
        return f"For {year} er der for få svar til at vise noget."
    answers = int(answered["n_answers"].sum())
    share = float((answered["share_pct"] * answered["n_answers"]).sum() / answers)
    text = (
        f"I {year} følte {_number(share)} % sig utrygge om aftenen eller natten "
        f"({_thousands(answers)} svar i {len(answered)} distrikter)."
    )
    moved = answered["change"].isin(["steget", "faldet"]).sum()
    if moved:
        return f"{text} I {moved} af dem er forskellen fra året før større end tilfældigheder."
    return f"{text} Forskelle fra året før kan være tilfældige."


def _facts(
    session: Session,
    wanted: DrawnFor,
    *,
    place: str,
    period: str,
    notes: tuple[str, ...] = (),
) -> PageFacts:
    municipality = session.get_one(Municipality, wanted.municipality)
    roder = area_store.read_areas(session, wanted.municipality, "rode", wanted.as_of)
    schematic = roder.empty or (roder["outline"] == "schematic").all()
    source = "" if roder.empty else str(roder["source"].iloc[0])
    sources = [f"Områder: {source}"] if source else []
    sources.append(DEMO_SOURCE if municipality.is_demo else "egne indlæste data")
    return PageFacts(
        municipality=municipality.name,
        place=place,
        period=period,
        sources=tuple(sources),
        outline="skematisk" if schematic else source,
        drawn_at=wanted.drawn_at.astimezone(COPENHAGEN),
        demo=municipality.is_demo,
        notes=notes,
    )


def _half_year_before(day: date) -> tuple[date, date]:
    """Return the first days of the first and last month of the last whole half-year."""
    if day.month > 6:  # noqa: PLR2004
        return date(day.year, 1, 1), date(day.year, 6, 1)
    return date(day.year - 1, 7, 1), date(day.year - 1, 12, 1)


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _danish(day: date) -> str:
    from babel.dates import format_date

    return format_date(day, "d. MMMM y", locale="da_DK")


def _number(value: float) -> str:
    return f"{value:.0f}"


def _thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _write(path: Path, html: str, *, folder_mode: int = 0o700, mode: int = 0o600) -> Path:
    """Write beside the name and rename, so that nobody ever opens half a page.

    The evening board is a plan: only its owner may read what is not public.
    """
    making = path.with_name(f".{path.name}.making")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(folder_mode)
        making.write_text(html, encoding="utf-8")
        making.chmod(mode)
        making.replace(path)
    except OSError as error:
        making.unlink(missing_ok=True)
        raise NotReady(f"{path} could not be written: {error.strerror}.") from error
    return path
