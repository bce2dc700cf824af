"""Small believable frames for the map pages: a town of hexagons near (721 km, 6177 km).

Everything is computed from positions, so that the same frames come out every time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import shapely

from maps.facts import PageFacts
from tests.maps.town import SOUTH, WEST, bydele, joined, layer, roder, stations

ZONE = ZoneInfo("Europe/Copenhagen")
FIRST_EVENING = date(2026, 11, 23)
TODAY = date(2026, 11, 23)
PIECES = (("17–18", 17, 1), ("18–20", 18, 2), ("20–22", 20, 2), ("22–24", 22, 2), ("00–02", 24, 2))


def facts(**changes: Any) -> PageFacts:
    given: dict[str, Any] = {
        "municipality": "København",
        "place": "Ydre Nørrebro",
        "period": "uge 48 2026",
        "sources": ("Tryghedskorts demo", "Københavns Kommune"),
        "outline": "skematisk",
        "drawn_at": datetime(2026, 11, 23, 9, 12, tzinfo=UTC),
        "demo": True,
    }
    return PageFacts(**(given | changes))


def slots() -> pd.DataFrame:
    rows = []
    for day in range(7):
        evening = FIRST_EVENING + timedelta(days=day)
        for piece, (label, hour, length) in enumerate(PIECES):
            midnight = datetime(evening.year, evening.month, evening.day, tzinfo=ZONE)
            starts = (midnight + timedelta(hours=hour)).astimezone(UTC)
            rows.append(
                {
                    "slot_id": 5 * day + piece + 1,
                    "evening": evening,
                    "label": label,
                    "starts_at": starts,
                    "ends_at": starts + timedelta(hours=length),
                }
            )
    return pd.DataFrame(rows)


def coverage() -> gpd.GeoDataFrame:
    groups = {
        "Mjølnerparken": [10, 11],
        "Hothers Plads": [12, 13],
        "Haraldsgade": [18, 19],
        "Aldersrogade": [20, 21],
        "Nørrebrohallen": [26, 27],
    }
    kinds = ["gadeteam", "gadeteam", "politi", "politi", "gadeteam"]
    return layer(
        [{"code": f"A{i}", "name": n, "kind": kinds[i - 1]} for i, n in enumerate(groups, 1)],
        joined(groups),
    )


def need() -> pd.DataFrame:
    rows = []
    for slot in slots()["slot_id"]:
        day, piece = divmod(slot - 1, 5)
        for area in range(1, 6):
            weekend = 2.0 if day in {4, 5} else 1.0
            expected = weekend * (0.3, 0.9, 1.6, 1.2, 0.5)[piece] * (0.4 + 0.35 * area)
            rows.append(
                {
                    "area_code": f"A{area}",
                    "slot_id": slot,
                    "expected": expected,
                    "low": max(0.0, expected - 1.2 * expected**0.5),
                    "high": expected + 1.5 * expected**0.5,
                    "n": int(expected * 8),
                }
            )
    return pd.DataFrame(rows)


def plan() -> pd.DataFrame:
    columns = ["slot_id", "team", "agency", "area_code", "form", "joint", "reason"]
    why = "12 hændelser fredage kl. 20–22 de seneste 8 uger"
    rows: list[tuple[Any, ...]] = []
    for day in (0, 2, 4, 5):
        late = 5 * day + 3
        rows += [
            (late, "G1", "gadeteam", "A5", "gående", True, why),
            (late, "P1", "politi", "A5", "gående", True, why),
            (late, "G2", "gadeteam", "A4", "besøg i container", False, "Klubben lukker kl. 21"),
            (late + 1, "G1", "gadeteam", "A3", "gående", False, "Uro ved stationen i weekenden"),
        ]
    return pd.DataFrame(rows, columns=columns)


def density_values() -> pd.DataFrame:
    codes = roder()["code"]
    return pd.DataFrame(
        [
            {"code": code, "slot_id": slot, "expected": (1 + int(code) % 7) ** 1.5 * (1 + slot % 5)}
            for code in codes
            for slot in slots()["slot_id"]
        ]
    )


def offers() -> gpd.GeoDataFrame:
    rows = [
        {"name": "Klub 21", "kind": "klub", "operator": "BUF", "hours": "man–tor kl. 16–21"},
        {"name": "Containeren", "kind": "it-container", "operator": "klubberne", "hours": "tir"},
    ]
    points = [shapely.Point(WEST + 1800, SOUTH + 900), shapely.Point(WEST + 2300, SOUTH + 1500)]
    return layer(rows, points)


def evening(**changes: Any) -> dict[str, Any]:
    """Everything that `evening_page` takes."""
    given = {
        "slots": slots(),
        "density": roder(),
        "density_values": density_values(),
        "coverage": coverage(),
        "need": need(),
        "plan": plan(),
        "offers": offers(),
        "stations": stations(),
        "bydele": bydele(),
        "facts": facts(),
    }
    return given | changes


def projects() -> gpd.GeoDataFrame:
    kinds = ("belysning", "station", "oversigtsforhold", "renhold", "sti/passage", "plads")
    statuses = ("idé", "ansøgt", "bevilget", "projekteres", "udføres", "i drift", "opgivet")
    rows, shapes = [], []
    for i in range(12):
        rows.append(
            {
                "code": f"P{i:02d}",
                "name": f"Projekt {i}",
                "kind": kinds[i % 6],
                "status": statuses[i % 7],
                "place": f"Plads {i}",
                "aim": "Lysere og mere indbydende",
                "owner": "TMF" if i % 2 else "DSB",
                "case_no": f"2026-{1000 + i}",
                "baseline_dkk": 1_000_000.0 * (1 + i % 7),
                "forecast_dkk": None if i % 3 == 0 else 1_000_000.0 * (1 + i % 7) + 300_000,
                "baseline_end": date(2027, 6, 1),
                "forecast_end": None if i % 4 == 0 else date(2027, 6, 1) + timedelta(days=41),
                "updated_on": date(2026, 11, 12) if i % 5 else date(2026, 6, 1),
            }
        )
        x, y = WEST + 350 * i, SOUTH + 400 + 230 * (i % 6)
        shapes.append(
            (
                shapely.Point(x, y),
                shapely.LineString([(x, y), (x + 250, y + 120)]),
                shapely.box(x, y, x + 120, y + 90),
            )[i % 3]
        )
    return layer(rows, shapes)


def funding() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"project_code": "P01", "funder": "DSB", "granted_dkk": 7_000_000.0},
            {"project_code": "P01", "funder": "TMF", "granted_dkk": 1_000_000.0},
            {"project_code": "P04", "funder": "TMF", "granted_dkk": 450_000.0},
        ]
    )


def actions() -> pd.DataFrame:
    rows = [
        ("P01", "TMF", "Udbud af armaturer", date(2026, 11, 10), None),
        ("P01", "DSB", "Godkender skitse", date(2026, 12, 4), None),
        ("P02", "TMF", "Nabohøring", date(2026, 11, 20), None),
        ("P03", "Boligforeningen 3B", "Svar om adgang", date(2026, 12, 18), None),
        ("P04", "Banedanmark", "Afspærring", date(2026, 10, 1), date(2026, 9, 28)),
    ]
    return pd.DataFrame(rows, columns=["project_code", "actor", "what", "due", "done_on"])


def project_page(**changes: Any) -> dict[str, Any]:
    """Everything that `projects_page` takes."""
    given = {
        "projects": projects(),
        "funding": funding(),
        "actions": actions(),
        "stations": stations(),
        "bydele": bydele(),
        "facts": facts(period="november 2026"),
        "today": TODAY,
    }
    return given | changes


def districts() -> gpd.GeoDataFrame:
    """35 squares of 700 m, every ninth with too few answers."""
    rows, shapes = [], []
    for i in range(35):
        hidden = i % 9 == 4
        share = 6.0 + (i * 7) % 29
        rows.append(
            {
                "code": f"D{i + 1}",
                "name": f"Distrikt {i + 1}",
                "n_answers": 31 if hidden else 80 + 13 * i,
                "share_pct": None if hidden else share,
                "low_pct": None if hidden else share - 4.0,
                "high_pct": None if hidden else share + 4.5,
                "hidden": hidden,
                "previous_share_pct": None if hidden or i % 6 == 0 else share + 3.0,
                "change": None if hidden or i % 6 == 0 else ("faldet", "kan være tilfældig")[i % 2],
            }
        )
        x, y = WEST + 700 * (i % 7), SOUTH + 700 * (i // 7)
        shapes.append(shapely.box(x, y, x + 700, y + 700))
    return layer(rows, shapes)


def counts() -> pd.DataFrame:
    types = ("Vold og trusler om vold", "Indbrud", "Tyveri", "Narkotika", "Hærværk", "Chikane")
    rows = [
        {"area_code": f"D{i + 1}", "crime_type": kind, "count": 5 + (i * 11 + 17 * k) % 90}
        for i in range(35)
        for k, kind in enumerate(types)
    ]
    frame = pd.DataFrame(rows).astype({"count": "Int64"})
    frame.loc[frame.index % 10 == 3, "count"] = pd.NA
    return frame


def resident_page(**changes: Any) -> dict[str, Any]:
    """Everything that `residents_page` takes."""
    whole = districts()
    halves = {"Vestbyen": range(4), "Østbyen": range(4, 7)}
    given = {
        "areas": whole,
        "counts": counts(),
        "finding": "København, 2025: 19 % føler sig utrygge om aftenen (15–23 %, 612 svar).",
        "bydele": layer(
            [{"name": name} for name in halves],
            [
                whole.geometry[[i % 7 in part for i in range(35)]].union_all()
                for part in halves.values()
            ],
        ),
        "facts": facts(place="København", period="2025"),
    }
    return given | changes
