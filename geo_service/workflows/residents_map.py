"""The residents' map: what was answered and what was reported, by district, from the database.

Without a survey the map shows the reports alone, and says that no survey is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from geo_service.analysis.intervals import wilson_interval
from geo_service.domain import vocabulary as words
from geo_service.errors import NotFound
from geo_service.publishing.disclosure import hide_small_counts, hide_small_samples
from geo_service.storage import areas as area_store
from geo_service.storage import incidents as incident_store
from geo_service.storage import programme
from geo_service.workflows.base_layers import ground_of
from maps import danish
from maps.facts import PageFacts
from maps.residents import residents_page

QUESTION: Final = "utryg_aften_nat"
ANSWER: Final = "utryg"
SHARES: Final = ("area_code", "n_answers", "share_pct", "low_pct", "high_pct")
NO_SURVEY: Final = (
    "Der er ikke indlæst nogen tryghedsundersøgelse endnu. Kortet viser, hvad der er anmeldt."
)
NOTHING: Final = "Der er hverken indlæst en tryghedsundersøgelse eller hændelser fra perioden."


@dataclass(frozen=True)
class ResidentsBoard:
    """Everything the residents' page shows, as frames; small numbers are hidden already."""

    areas: gpd.GeoDataFrame
    """As `maps.residents.residents_page` takes them, with outline, source and valid_from."""
    counts: pd.DataFrame
    bydele: gpd.GeoDataFrame
    finding: str
    answered: str | None
    """The period of the answers in words; None: no survey is loaded."""
    reported: str | None
    """The period of the counts in words; None: no incidents are loaded."""

    @property
    def period(self) -> str:
        """When the figures that there are are from, in words."""
        return "; ".join(filter(None, (self.answered, self.reported))) or "endnu ingen tal"


def residents_board(session: Session, municipality: str, as_of: date) -> ResidentsBoard:
    """Gather answers and counts by district as they may be shown.

    Raises
    ------
    NotFound
        If there are no districts.
    """
    areas = area_store.read_areas(session, municipality, "district", as_of)
    if areas.empty:
        raise NotFound("There are no districts yet: load roder with --within district=COLUMN.")
    years = programme.survey_years(session, municipality, QUESTION)
    none = pd.DataFrame(columns=list(SHARES)).astype({"area_code": str})
    shares, previous = (
        _shares(session, municipality, years[i]) if len(years) > i else none for i in (0, 1)
    )
    rows = areas.drop(columns="id").merge(shares, left_on="code", right_on="area_code", how="left")
    rows["n_answers"] = rows["n_answers"].fillna(0).astype(int)
    shown = _with_change(hide_small_samples(rows), hide_small_samples(previous))
    first, last = _half_year_before(as_of)
    counts = incident_store.counts_by_group(
        session, municipality, group_kind="district", first=first, last=last
    )
    reported = f"hændelser {danish.long_day(first)} – {danish.long_day(_month_end(last))}"
    loaded = not counts.empty  # no incident at all is a file that nobody has loaded, not a finding
    return ResidentsBoard(
        areas=gpd.GeoDataFrame(shown, geometry="geometry", crs=areas.crs),
        counts=_safe_counts(counts, areas["code"] if loaded else areas["code"].iloc[:0]),
        bydele=area_store.read_areas(session, municipality, "bydel", as_of),
        finding=_finding(shown, years[0]) if years else NO_SURVEY if loaded else NOTHING,
        answered=f"svar fra {years[0]}" if years else None,
        reported=reported if loaded else None,
    )


def draw_residents(
    session: Session, board: ResidentsBoard, *, municipality: str, facts: PageFacts
) -> str:
    """Return the residents' map as an HTML page."""
    return residents_page(
        areas=board.areas,
        counts=board.counts,
        finding=board.finding,
        bydele=board.bydele[["name", "geometry"]],
        facts=facts,
        periods=(board.answered, board.reported or ""),
        base_layers=ground_of(session, municipality, board.areas),
    )


def _shares(session: Session, municipality: str, year: int) -> pd.DataFrame:
    """Return each district's share that feels unsafe in the evening, with Wilson's interval."""
    shares = programme.read_shares(
        session,
        municipality,
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
    where = danish.counted(len(answered), "distrikt", "distrikter")
    text = (
        f"I {year} følte {danish.percent(share)} sig utrygge om aftenen eller natten "
        f"({danish.number(answers)} svar i {where})."
    )
    moved = int(answered["change"].isin(["steget", "faldet"]).sum())
    if moved:
        found = "et" if moved == 1 else danish.number(moved)
        return f"{text} I {found} af dem er forskellen fra året før større end tilfældigheder."
    return f"{text} Forskelle fra året før kan være tilfældige."


def _half_year_before(day: date) -> tuple[date, date]:
    """Return the first days of the first and last month of the last whole half-year."""
    if day.month > 6:  # noqa: PLR2004
        return date(day.year, 1, 1), date(day.year, 6, 1)
    return date(day.year - 1, 7, 1), date(day.year - 1, 12, 1)


def _month_end(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
