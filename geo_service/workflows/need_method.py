"""Which way of expecting incidents is used here: the model where it is better, else a baseline.

Tried on the weeks of the hotspot area itself, as its Hotspot chief is shown them; where there are
too few weeks for a trial, the plainest method that has enough of them is used, and said so.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from geo_service.analysis.apportion import ground_shares
from geo_service.analysis.baselines import (
    BASELINE_WORDS,
    FEWEST_WEEKS,
    RECENT_WEEKS,
    WEEKS_A_YEAR,
    Baseline,
)
from geo_service.analysis.need import M2_A_KM2
from geo_service.analysis.rolling_origin import (
    FEWEST_FOLDS,
    MODEL,
    Backtest,
    rolling_origin,
    verdict,
)
from geo_service.analysis.slot_history import (
    DAYS_A_WEEK,
    Counts,
    area_of_each,
    slot_history,
    weekly_slot,
    weekly_slots,
)
from geo_service.analysis.weighted_need import WeightedNeed, weighted_need
from geo_service.domain.callers import Caller
from geo_service.domain.evenings import Slot, slots_of
from geo_service.domain.need_choice import NeedChoice
from geo_service.storage import areas as area_store
from geo_service.storage import choices, incident_precision, incidents_seen
from geo_service.storage import presence as presence_store
from geo_service.storage.database import seen_as
from geo_service.storage.incidents_needed import newest_import
from geo_service.workflows.agreement_need import chief_of
from geo_service.workflows.evening_need import SQUARE, KnownIncidents, every_square, known_incidents
from geo_service.workflows.hotspot_ground import hotspot_ground

TRIED_WEEKS: Final = 2 * WEEKS_A_YEAR
"""How far back is read: a year for the baselines that need one, and weeks to try them on."""
MOST_FOLDS: Final = 26
METHOD_WORDS: Final[dict[str, str]] = {
    MODEL: "behovsmodellen",
    **{str(baseline): words for baseline, words in BASELINE_WORDS.items()},
}
FEWEST_TRIED: Final = FEWEST_FOLDS + RECENT_WEEKS


@dataclass(frozen=True)
class NeedMethod:
    """What is used to expect incidents here, and how that was found."""

    chosen: str | None
    """Of `rolling_origin.METHODS`; None: too few weeks for any, and what was counted is used."""
    sentence: str
    """In Danish: whether the model is better here, and what is used."""
    test: Backtest | None
    """None where there are too few weeks to try anything."""
    weeks: int
    """Whole weeks of history that were read."""
    places: int
    """How many roder, squares or coverage areas it was tried on."""
    until: date
    """The first evening that was not counted."""
    choice: NeedChoice

    def used(self, ahead: int) -> str | None:
        """Return what is used so many weeks after the coming one.

        A year ahead there is no same slot last year yet: the best of the others is used.
        """
        if self.chosen != Baseline.same_slot_last_year or ahead < WEEKS_A_YEAR or not self.test:
            return self.chosen
        scores = self.test.table["log_score"].drop(self.chosen)
        return str(scores[self.test.table["enough"].drop(self.chosen).astype(bool)].idxmax())

    def sentence_until(self, evening: date) -> str:
        """Return in Danish what is used up to an evening."""
        far = self.used((evening - self.until).days // DAYS_A_WEEK)
        if far is None or far == self.chosen:
            return self.sentence
        return (
            f"{self.sentence} For aftener mere end et år efter det, der er talt, bruges i stedet "
            f"»{METHOD_WORDS[far]}«."
        )


def method_inputs(session: Session, caller: Caller, hotspot_area: str, day: date) -> Hashable:
    """Return what the choice of a method rests on: another value after any of it changes."""
    place = caller.municipality or ""
    with seen_as(session, chief_of(caller, hotspot_area)):
        return (
            place,
            hotspot_area,
            day,
            incidents_seen.read_days(session),
            newest_import(session, place),
            incident_precision.in_force(session, place).version,
            presence_store.coverage_state(session, place, hotspot_area, day),
            area_store.fingerprint(session, place, "rode", day),
            incidents_seen.roder_of(session, place, ("hotspot_area", hotspot_area)),
            choices.need_choice(session, place)[1].version,
        )


def method_here(
    session: Session, caller: Caller, hotspot_area: str, day: date
) -> NeedMethod | None:
    """Try the methods on a hotspot area; None where it has no coverage areas or no roder."""
    place = caller.municipality or ""
    with seen_as(session, chief_of(caller, hotspot_area)):
        coverage, roder = hotspot_ground(session, place, hotspot_area, day)
        if coverage.empty or roder.empty:
            return None
        precision = incident_precision.in_force(session, place).precision
        known = known_incidents(session, roder, before=day, precision=precision, weeks=TRIED_WEEKS)
        choice, _who = choices.need_choice(session, place)
    return need_method(known, coverage, choice)


def need_method(
    known: KnownIncidents, coverage: gpd.GeoDataFrame, choice: NeedChoice
) -> NeedMethod:
    """Try the model and the baselines on what is known, and say which is used.

    Parameters
    ----------
    known
        What a Hotspot chief is shown.
    coverage
        Coverage areas (code, EPSG:25832): what is tried, where incidents are shown as points.
    choice
        The half-life, and which types count; the trial counts incidents, without weights.
    """
    history = _History(known, coverage, choice)
    weeks = history.weeks
    if weeks < FEWEST_TRIED:
        chosen = Baseline.city_profile if weeks >= FEWEST_WEEKS else None
        used = f"»{BASELINE_WORDS[chosen]}«" if chosen else "det, der er talt, som det er"
        sentence = (
            f"Der er for lidt historie til at prøve modellen her: {weeks} hele uger, og det "
            f"kræver {FEWEST_TRIED}. Derfor bruges {used}; det er ikke prøvet her."
        )
        return NeedMethod(chosen, sentence, None, weeks, len(history.units), known.until, choice)
    counts = np.sum(list(history.counts().values()), axis=0)
    hours = [slot.hours[1] - slot.hours[0] for slot in history.weekly]
    km2 = history.units.geometry.area.to_numpy() / M2_A_KM2
    test = rolling_origin(
        counts,
        np.outer(km2, hours),
        folds=_folds(weeks),
        half_life_weeks=choice.half_life_weeks,
    )
    found = verdict(test)
    return NeedMethod(
        found.chosen, found.sentence, test, weeks, len(history.units), known.until, choice
    )


def planned_need(
    known: KnownIncidents,
    coverage: gpd.GeoDataFrame,
    slots: Sequence[Slot],
    method: NeedMethod,
) -> pd.DataFrame | None:
    """Return what the chosen method expects in coverage areas, with the user's weights.

    Returns
    -------
    pandas.DataFrame
        Area_code, slot_id, expected, low, high: weighted incidents; slot by slot, the areas in
        the order of `coverage`. None where what was counted is used.
    """
    if method.chosen is None:
        return None
    history = _History(known, coverage, method.choice)
    counts = history.counts()
    weights = {kind: method.choice.weights[kind] for kind in counts}
    shares = ground_shares(history.units, coverage) if known.units is not None else None
    by_week: dict[int, WeightedNeed] = {}
    parts = []
    for slot in slots:
        ahead = (slot.evening - known.until).days // DAYS_A_WEEK
        if ahead not in by_week:
            need = weighted_need(
                counts,
                weights,
                method=method.used(ahead) or method.chosen,
                half_life_weeks=method.choice.half_life_weeks,
                ahead=ahead,
            )
            by_week[ahead] = need if shares is None else need.shared(shares)
        column = history.weekly.index(weekly_slot(slot))
        low, high = by_week[ahead].limits
        parts.append(
            pd.DataFrame(
                {
                    "area_code": coverage["code"].to_numpy(),
                    "slot_id": slot.slot_id,
                    "expected": by_week[ahead].need[:, column],
                    "low": low[:, column],
                    "high": high[:, column],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


class _History:
    """The weeks that are known, by type, in the units that incidents are shown by."""

    def __init__(
        self, known: KnownIncidents, coverage: gpd.GeoDataFrame, choice: NeedChoice
    ) -> None:
        self._known = known
        self._types = choice.counted
        units = coverage if known.units is None else known.units
        in_squares = units["code"].str.startswith(SQUARE)
        if in_squares.any():
            # every square of the area, also where nothing was ever seen: which ones were is not
            # known before a week that is tried; a rode counts only where something is shown by it
            by_rode = units[~in_squares]
            squares = pd.concat([units[in_squares], every_square(by_rode)])
            squares = squares.drop_duplicates("code").sort_values("code")
            by_rode = by_rode[by_rode["code"].isin(known.events["area_code"])]
            units = pd.concat([by_rode, squares])
        self.units = units[["code", "geometry"]].reset_index(drop=True)
        self.weekly = weekly_slots(slots_of(known.until, DAYS_A_WEEK))
        self.weeks = 0 if known.is_empty else (known.until - known.since).days // DAYS_A_WEEK

    def counts(self) -> dict[str, Counts]:
        """Return the counts of each type that counts, shape (weeks, units, slots of the week)."""
        events = self._known.events
        return {
            kind: slot_history(
                of_kind,
                area_of_each(of_kind, self.units),
                self.weekly,
                areas=len(self.units),
                until=self._known.until,
                weeks=self.weeks,
            ).counts
            for kind in self._types
            for of_kind in [events[events["crime_type"] == kind]]
        }


def _folds(weeks: int) -> int:
    """Return how many weeks are tried: with a year before them, where that leaves enough."""
    before = WEEKS_A_YEAR if weeks >= WEEKS_A_YEAR + FEWEST_FOLDS else RECENT_WEEKS
    return min(MOST_FOLDS, weeks - before)
