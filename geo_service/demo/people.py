"""Residents, dwellings and what they answer: made up, scaled to figures that are known.

The city has 560,000 residents; district 12 with rode 157 has the 9,190 residents and 5,006
dwellings of the published count. Where they live inside a bydel is made up from hectares.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geo_service.demo.ground import Floats, Ground

MADE_UP: Final = "opdigtet i demoen"
PROGRAMME: Final = "Hotspot-rammeprogram for distrikt 12 og rode 157, opgjort 1. januar 2009"

CITY_RESIDENTS: Final = 560_000
RESIDENTS_BY_BYDEL: Final = {
    "indre by": 50_000,
    "østerbro": 73_500,
    "nørrebro": 77_500,
    "vesterbro/kgs eng": 60_000,
    "valby": 50_500,
    "vanløse": 38_500,
    "brønshøj-husum": 42_500,
    "bispebjerg": 52_000,
    "amager øst": 53_500,
    "amager vest": 62_000,
}
"""Rounded; a bydel that is not named here gets residents by its hectares."""
RESIDENTS_A_HECTARE: Final = 90.0
BUILT_UP_HA: Final = 45.0
"""Roder much larger than this are mostly parks, water and railway land."""

HOTSPOT_DISTRICT, HOTSPOT_RODE = "12", "157"
HOTSPOT_RESIDENTS, HOTSPOT_DWELLINGS, HOTSPOT_YOUNG = 9_190, 5_006, 2_096
DWELLINGS_A_RESIDENT: Final = 0.53
GROWTH: Final = 1.006
YEARS: Final = 3

UNSAFE_BY_BYDEL: Final = {
    "nørrebro": 0.27,
    "bispebjerg": 0.25,
    "brønshøj-husum": 0.21,
    "vesterbro/kgs eng": 0.17,
    "indre by": 0.16,
    "valby": 0.17,
    "amager vest": 0.15,
    "amager øst": 0.13,
    "vanløse": 0.11,
    "østerbro": 0.1,
}
UNSAFE_ELSEWHERE: Final = 0.16
UNSAFE_MORE: Final = {"12": 0.06, "11": 0.02, "15": 0.03, "18": 0.05, "27": 0.05, "24": 0.02}
QUESTIONS: Final = {"utryg_aften_nat": (1.0, 0.09), "utryg_nabolag": (0.42, 0.06)}
"""Per question: its share of the evening's insecurity, and how many answer neither-nor."""
ANSWERS: Final = ("utryg", "hverken_eller", "tryg")
FEW_ANSWERS_IN: Final = 4


def residents_by_rode(rng: np.random.Generator, ground: Ground) -> Floats:
    """Return residents per rode on 1 January of the last year, in the order of the ground."""
    hectares = shapely.area(ground.shapes) / 10_000
    raw = hectares * np.exp(-hectares / BUILT_UP_HA) * rng.lognormal(0.0, 0.25, len(hectares))
    raw = raw * RESIDENTS_A_HECTARE
    bydele = ground.roder["bydel"].astype(str).str.casefold().to_numpy()
    for bydel, residents in RESIDENTS_BY_BYDEL.items():
        there = bydele == bydel
        if there.any():
            raw[there] *= residents / raw[there].sum()
    hotspot = _in_hotspot(ground)
    rest = max(CITY_RESIDENTS - HOTSPOT_RESIDENTS, 0)
    raw[~hotspot] *= rest / raw[~hotspot].sum() if (~hotspot).any() else 1.0
    if hotspot.any():
        raw[hotspot] *= HOTSPOT_RESIDENTS / raw[hotspot].sum()
    return np.asarray(raw, dtype=np.float64)


def population(ground: Ground, residents: Floats, *, as_of: date) -> pd.DataFrame:
    """Return residents and dwellings per rode and district for three years, and the published.

    Columns are those of `work.population`; the years are the last three 1 Januaries.
    """
    hotspot = _in_hotspot(ground)
    per_head = np.where(hotspot, HOTSPOT_DWELLINGS / HOTSPOT_RESIDENTS, DWELLINGS_A_RESIDENT)
    rows: list[dict[str, Any]] = []
    for age in range(YEARS - 1, -1, -1):
        year = as_of.year - age
        counts = pd.DataFrame(
            {
                "code": ground.codes,
                "district": ground.roder["district"].to_numpy(),
                "residents": np.round(residents / GROWTH**age).astype(int),
                "dwellings": np.round(residents * per_head / GROWTH**age).astype(int),
            }
        )
        districts = counts.dropna(subset=["district"]).groupby("district", as_index=False)
        summed = districts[["residents", "dwellings"]].sum()
        for kind, frame, code in (
            ("rode", counts, "code"),
            ("district", summed.sort_values("district", key=_by_number), "district"),
        ):
            for row in frame.to_dict("records"):
                figures = (int(row["residents"]), int(row["dwellings"]))
                rows.append(_group(kind, str(row[code]), year, figures, MADE_UP))
    published = (HOTSPOT_RESIDENTS, HOTSPOT_DWELLINGS)
    rows.append(_group("hotspot_area", "ydre-norrebro", 2009, published, PROGRAMME))
    young = _group("hotspot_area", "ydre-norrebro", 2009, (HOTSPOT_YOUNG, None), PROGRAMME)
    rows.append({**young, "age_from": 12, "age_to": 24})
    return pd.DataFrame(rows, dtype=object)


def survey_results(
    rng: np.random.Generator, ground: Ground, residents: Floats, *, as_of: date
) -> pd.DataFrame:
    """Return shares of answers per district, question and year, like a real survey's.

    Each share is rounded by itself to a whole per cent, so the three need not sum to 100;
    the smallest districts have fewer than 50 answers.
    """
    frame = ground.roder.assign(residents=residents).dropna(subset=["district"])
    of_district = frame.groupby("district").agg(
        residents=("residents", "sum"), bydel=("bydel", "first")
    )
    of_district = of_district.sort_index(key=_by_number)
    # never the hotspot's own: it is what the demo is about, and surveys ask more there
    elsewhere = of_district["residents"].drop(["11", "12"], errors="ignore")
    few = set(elsewhere.nsmallest(FEW_ANSWERS_IN).index)
    rows: list[dict[str, Any]] = []
    for district, bydel in of_district["bydel"].items():
        level = UNSAFE_BY_BYDEL.get(str(bydel).casefold(), UNSAFE_ELSEWHERE)
        level += UNSAFE_MORE.get(str(district), 0.0) + rng.normal(0, 0.015)
        for year in range(as_of.year - YEARS, as_of.year):
            this_year = level - 0.008 * (year - as_of.year + YEARS) + rng.normal(0, 0.012)
            answers = int(rng.integers(26, 48) if district in few else rng.integers(60, 141))
            invited = round(answers / rng.uniform(0.27, 0.36))
            design_effect = round(float(rng.uniform(1.3, 1.6)), 2)
            for question, (factor, neither) in QUESTIONS.items():
                unsafe = float(np.clip(this_year * factor, 0.02, 0.6))
                counts = rng.multinomial(answers, (unsafe, neither, 1 - unsafe - neither))
                for answer, count in zip(ANSWERS, counts, strict=True):
                    rows.append(
                        {
                            "area_kind": "district",
                            "area_code": district,
                            "year": year,
                            "series": "demo",
                            "question": question,
                            "answer": answer,
                            "share_pct": float(round(100 * int(count) / answers)),
                            "answers": answers,
                            "invited": invited,
                            "design_effect": design_effect,
                            "source": MADE_UP,
                        }
                    )
    return pd.DataFrame(rows, dtype=object)


def _in_hotspot(ground: Ground) -> np.ndarray[Any, np.dtype[np.bool_]]:
    district = ground.roder["district"].astype(str).to_numpy() == HOTSPOT_DISTRICT
    return np.asarray(district | (np.array(ground.codes) == HOTSPOT_RODE))


def _by_number(codes: pd.Series) -> pd.Series:
    return codes.astype(str).str.zfill(8)


def _group(
    kind: str, code: str, year: int, figures: tuple[int, int | None], source: str
) -> dict[str, Any]:
    return {
        "area_kind": kind,
        "area_code": code,
        "year": year,
        "sex": "all",
        "age_from": 0,
        "age_to": None,
        "residents": figures[0],
        "dwellings": figures[1],
        "source": source,
    }
