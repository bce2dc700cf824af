"""Published facts of the demo: effect goals, their values, and index categories of 2010.

Nothing here is made up; each row names its source. What a source does not state (a baseline,
a deadline, who measures) stays empty.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from geo_service.demo.hotspots import NORREBRO, SJAELOR

COPENHAGEN_CODE, AALBORG_CODE = "0101", "0851"
FRAMEWORK: Final = "Hotspot-rammeprogram for distrikt 12 og rode 157 (Ydre Nørrebro)"
AALBORG: Final = "Delaftale om kriminalpræventiv indsats i Aalborg Øst"
VALBY: Final = "Hotspot Valby, metode 1.3"
INDEX_2010: Final = "Tryghedsindeks 2010, Københavns Kommune"
HOTSPOT_PAGE: Final = "Københavns Kommune, Om Hotspot (kk.dk/indhold/om-hotspot)"

BIF: Final = "Beskæftigelses- og Integrationsforvaltningen"
SOF: Final = "Socialforvaltningen"
BUF: Final = "Børne- og Ungdomsforvaltningen"
OKF: Final = "Økonomiforvaltningen"
POLICE: Final = "Københavns Politi"

Direction = tuple[str, str, str | None, str]
DIRECTIONS: Final[tuple[Direction, ...]] = (
    ("yn-vaabenlov", "Anmeldelser efter våbenloven", POLICE, "fall"),
    ("yn-sigtede-14-17", "Andel 14–17-årige sigtet for personfarlig kriminalitet", SOF, "fall"),
    ("yn-sigtede-18-25", "Andel 18–25-årige sigtet for personfarlig kriminalitet", SOF, "fall"),
    ("yn-under-18-uden", "Andel under 18 år uden uddannelse eller arbejde", BUF, "fall"),
    ("yn-klub", "Andel unge i klub", BUF, "rise"),
    ("yn-fravaer", "Bekymrende fravær i skolen", BUF, "fall"),
    ("yn-18-25-uden", "Andel 18–25-årige uden arbejde eller uddannelse", BIF, "fall"),
    ("yn-tillid", "Unges tillid til myndighederne", BIF, "rise"),
    ("yn-diskrimination", "Oplevet diskrimination blandt unge", BIF, "fall"),
    ("yn-samarbejde", "Samarbejde og vidensdeling (årlig måling før handleplanen)", None, "rise"),
)
"""Goals of the framework programme that only say which way: code, indicator, agency."""

INDEX_CATEGORIES: Final = (
    ("11", "vold", "markant"),
    ("11", "indbrud", "intensiveret"),
    ("11", "tyveri", "markant"),
    ("11", "haervaerk", "intensiveret"),
    ("12", "vold", "intensiveret"),
    ("12", "indbrud", "intensiveret"),
    ("12", "tyveri", "markant"),
    ("12", "haervaerk", "intensiveret"),
)
INDEX_YEAR: Final = 2010

CHARGED_SHARE, CHARGES = "aa-sigtede-10-17", "aa-sigtelser"
YEARS_OF_CHARGES: Final = (2013, 2014, 2015, 2016)
CHARGES_PER_1000: Final = {
    "Himmerland": ("89.2", "108.8", "76.6", "65.1"),
    "Alabu/Lejerbo": ("101.7", "128.6", "55.5", "63.8"),
    "Aalborg Kommune": ("25.8", "29.3", "27.0", "23.0"),
}
CHARGED_2015: Final = {"Aalborg Øst": "4.2", "Aalborg Kommune": "0.8"}
PER_1000: Final = "sigtelser pr. 1.000 beboere"
PER_CENT: Final = "procent"


def effect_goals() -> pd.DataFrame:
    """Return the effect goals, columns of `work.effect_goal` with municipality_code.

    In a goal of kind `percentage_fall`, target_value is the fall in per cent of the baseline.
    """
    goals = [
        _goal(
            "yn-tryghedsindeks",
            "Tryghedsindeks for distrikt 12 og rode 157",
            BIF,
            kind="target",
            direction="reach",
            target_category="ordinaert",
            deadline=date(2015, 12, 31),
        ),
        *(
            _goal(code, indicator, agency, direction=direction)
            for code, indicator, agency, direction in DIRECTIONS
        ),
        _goal(
            "yn-efter-dom",
            "Andel i arbejde eller uddannelse inden for 2 år blandt unge tilbudt hjælp efter dom",
            BIF,
            kind="target",
            direction="reach",
            target_value=Decimal(60),
            unit=PER_CENT,
        ),
        _goal(
            "yn-exit",
            "Andel ikke dømt på ny inden for 2 år efter exitprogrammet",
            SOF,
            kind="target",
            direction="reach",
            target_value=Decimal(60),
            unit=PER_CENT,
        ),
        _goal(
            "yn-lukninger",
            "Institutioner og tilbud, der lukker ved uro eller kriser",
            OKF,
            kind="target",
            direction="reach",
            target_value=Decimal(0),
            unit="lukninger",
        ),
        _goal(
            "aks-ssp",
            "SSP-sager om børn",
            None,
            kind="convergence",
            direction="fall",
            comparison="gennemsnittet for Valby",
            area_code=SJAELOR,
            source=VALBY,
        ),
        *_aalborg_goals(),
    ]
    return pd.DataFrame(goals, dtype=object)


def effect_goal_values() -> pd.DataFrame:
    """Return the published values: goal_code, year, area_label, value, municipality_code."""
    charged = [
        (CHARGED_SHARE, 2015, label, Decimal(value)) for label, value in CHARGED_2015.items()
    ]
    charges = [
        (CHARGES, year, label, Decimal(value))
        for label, values in CHARGES_PER_1000.items()
        for year, value in zip(YEARS_OF_CHARGES, values, strict=True)
    ]
    columns = ["goal_code", "year", "area_label", "value"]
    frame = pd.DataFrame([*charged, *charges], columns=columns, dtype=object)
    return frame.assign(municipality_code=AALBORG_CODE, source=AALBORG)


def published_index_results() -> pd.DataFrame:
    """Return the published categories of 2010, columns of `work.published_index_result`."""
    rows = [
        ("district", district, crime_type, category, INDEX_2010)
        for district, crime_type, category in INDEX_CATEGORIES
    ]
    rows.append(("hotspot_area", NORREBRO, "all", "intensiveret", HOTSPOT_PAGE))
    columns = ["area_kind", "area_code", "crime_type", "category", "source"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    return frame.assign(index_year=INDEX_YEAR, part="total", value=None)


def _aalborg_goals() -> list[dict[str, Any]]:
    there: dict[str, Any] = {
        "area_kind": "quarter",
        "area_code": "aalborg-oest",
        "municipality_code": AALBORG_CODE,
        "source": AALBORG,
    }
    return [
        _goal(
            CHARGED_SHARE,
            "Andel 10–17-årige sigtet mindst én gang",
            None,
            kind="percentage_fall",
            target_value=Decimal(25),
            unit=PER_CENT,
            baseline_value=Decimal("4.2"),
            baseline_year=2015,
            deadline=date(2020, 12, 31),
            comparison="Aalborg Kommune",
            **there,
        ),
        _goal(CHARGES, "Sigtelser", None, unit=PER_1000, comparison="Aalborg Kommune", **there),
        _goal(
            "aa-ssp-niveau-1-2",
            "SSP-sager på niveau 1–2 (nulpunkt tidligst fra februar 2017)",
            None,
            kind="percentage_fall",
            target_value=Decimal(20),
            unit="sager",
            deadline=date(2020, 12, 31),
            **there,
        ),
        _goal(
            "aa-samarbejdsmodel",
            "Samarbejdsmodel er udarbejdet",
            None,
            kind="milestone",
            direction="reach",
            deadline=date(2018, 12, 31),
            **there,
        ),
    ]


def _goal(code: str, indicator: str, measured_by: str | None, **stated: Any) -> dict[str, Any]:
    return {
        "municipality_code": COPENHAGEN_CODE,
        "code": code,
        "area_kind": "hotspot_area",
        "area_code": NORREBRO,
        "indicator": indicator,
        "measured_by": measured_by,
        "kind": "direction",
        "direction": "fall",
        "target_value": None,
        "target_category": None,
        "unit": None,
        "baseline_value": None,
        "baseline_year": None,
        "deadline": None,
        "comparison": None,
        "source": FRAMEWORK,
        **stated,
    }
