"""Tonight on a phone without a network: what it keeps, the empty page, and the worker.

The page's data stand in the page itself; a script keeps them in the browser and erases them
12 hours after each slot. What is fetched here holds nothing of anybody: it is the same for all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import geopandas as gpd
import shapely
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from api.access import needs
from api.dependencies import get_settings
from api.pages.incident_words import say
from api.security.headers import permissions
from api.web.formats import FILTERS
from api.web.frame import frame_of
from api.web.page import render
from api.web.statics import fingerprint, static_path, statics, theme_of
from api.web.translations import _
from geo_service.domain import vocabulary as words
from geo_service.domain.grid import DANISH_GRID
from geo_service.domain.presence_rules import PresenceRule
from geo_service.planning.presence_ledger import KIND_OF
from geo_service.storage.agreements import Line
from geo_service.storage.coverage import KeptArea
from maps import layers

router = APIRouter(include_in_schema=False)

PAGE: Final = "/aften/i-aften"
SHELL: Final = f"{PAGE}/uden-net"
WORKER: Final = f"{PAGE}/arbejder.js"
FILES: Final = (
    "pico.min.css",
    "app.css",
    "parts.css",
    "rooms.css",
    "print.css",
    "evening.css",
    "mark.svg",
    "htmx.min.js",
    "app.js",
    "tonight-store.js",
    "tonight-plan.js",
    "tonight.js",
)
"""Styles and scripts of ours that the page without a network needs."""
NEAREST_M: Final = 10
"""Places are told to this many metres: enough to say which is nearer."""
WORDS: Final = {
    "confidential": _("Fortroligt: må ikke deles."),
    "offline": _("Uden net. Gemt på telefonen kl. {time}; det kan være ændret siden."),
    "erased": _("Gemt på telefonen. Slettes senest kl. {time}, og straks når du logger ud."),
    "suspended": _("Urolig aften: SSP-beredskabsplanen gælder. Aftenens plan er sat ud af kraft."),
    "meanwhile": _("Samtidig:"),
    "contacts": _("Ring"),
    "plan": _("Ny plan herfra"),
    "who": _("For hvem"),
    "where": _("Hvor står I nu?"),
    "left": _("Steder, I mangler"),
    "suggest": _("Foreslå en rækkefølge"),
    "nothing": _("Der er ikke tid til {minutes} minutter et sted mere i aften."),
    "missed": _("Nås ikke: {names}."),
    "joint": _("(aftalt sammen med {who}: ring først)"),
    "rule": _(
        "Mest behov først (rød, gul, grøn), så det nærmeste; {minutes} minutter hvert sted, og "
        "gangtid efter afstanden."
    ),
    "only": _("Kun et forslag på denne telefon. Aftalen er ikke ændret, og ingen andre ser det."),
    "checkIn": _("Tjek ind på stedet"),
    "privacy": _(
        "Jeres hold har slået det til. Telefonen finder dækningsområdet; positionen bliver på "
        "telefonen, sendes ikke og gemmes ikke."
    ),
    "here": _("Vi er her"),
    "outside": _("I er ikke i et af dækningsområderne."),
    "noPosition": _("Telefonen gav ingen position. Skriv stedet i loggen efter vagten."),
    "at": _("I er i {name}, kl. {time}. Det er ikke gemt nogen steder."),
    "log": _("Skriv log for {name} fra kl. {time}"),
}  # fmt: skip
ALWAYS_RING: Final = ((_("Fare for liv"), "112"), (_("Politi"), "114"))


def contacts_of(request: Request) -> list[tuple[Any, str]]:
    """Return whom to ring in the evening: 112, 114, and the numbers of the settings."""
    own = (one.rpartition(":") for one in get_settings(request).evening_contacts.split(";"))
    return [
        *ALWAYS_RING,
        *((label.strip(), number.strip()) for label, _mark, number in own if label),
    ]


def data_of(
    request: Request,
    stops: Iterable[tuple[Line, tuple[Line, ...]]],
    areas: list[KeptArea],
    *,
    checks_in: bool,
    rules: Mapping[str, tuple[PresenceRule, Any]],
    evening: date,
    area_name: str | None,
    is_suspended: bool,
) -> dict[str, Any]:
    """Return what the phone keeps of tonight: the caller's own places, and no one's name."""
    language = frame_of(request, workspace="aften").language
    filters = FILTERS[language]
    levels = {one.area.code: one.level for one in areas}
    return {
        "evening": filters["weekday"](evening),
        "area": area_name or "",
        "suspended": is_suspended,
        "stops": [
            {
                "code": line.area_code,
                "name": line.area_name,
                "starts": _milliseconds(line.starts_at),
                "ends": _milliseconds(line.ends_at),
                "who": _who(line, language),
                "group": f"{line.agency}:{line.team or ''}",
                "form": say(_(words.PRESENCE_FORMS[line.form]), language),
                "reason": f"{line.reason}." if line.reason else "",
                "stay": round(rules[KIND_OF[line.agency]][0].least_minutes),
                "level": levels.get(line.area_code, "green"),
                "others": ", ".join(
                    f"{_who(one, language)} {filters['hours'](one.starts_at, one.ends_at)}"
                    for one in others
                ),
            }
            for line, others in stops
        ],
        "places": [_place(one) for one in areas],
        "outlines": _outlines(areas) if checks_in else None,
        "contacts": [
            {"label": say(label, language) if number in ("112", "114") else label, "number": number}
            for label, number in contacts_of(request)
        ],
        "words": {key: say(text, language) for key, text in WORDS.items()},
    }


def _who(line: Line, language: str) -> str:
    return line.team or say(_(words.AGENCIES[line.agency]), language)


def _milliseconds(moment: datetime) -> int:
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _place(kept: KeptArea) -> dict[str, Any]:
    middle = kept.area.outline.representative_point()
    x, y = (round(one / NEAREST_M) * NEAREST_M for one in (middle.x, middle.y))
    return {"code": kept.area.code, "name": kept.area.name, "x": x, "y": y}


def _outlines(areas: list[KeptArea]) -> list[dict[str, Any]]:
    """Return the rings of each place in degrees, for the phone to find itself in."""
    frame = gpd.GeoDataFrame(geometry=[one.area.outline for one in areas], crs=DANISH_GRID)
    degrees = list(layers.in_degrees(layers.simplified(frame))) if areas else []
    return [
        {
            "code": kept.area.code,
            "name": kept.area.name,
            "rings": [
                shapely.get_coordinates(ring).tolist()
                for part in shapely.get_parts(shape)
                for ring in (part.exterior, *part.interiors)
            ],
        }
        for kept, shape in zip(areas, degrees, strict=True)
    ]


@router.get(SHELL, dependencies=[needs("open")])
def shell(request: Request) -> HTMLResponse:
    """Return the page without a network: empty, the same for everybody."""
    page = render(
        request,
        "pages/tonight_offline.html",
        title=_("I aften, uden net"),
        workspace=None,
        page=PAGE,
        worker=WORKER,
    )
    page.headers["Permissions-Policy"] = permissions(geolocation=True)
    return page


@router.get(WORKER, dependencies=[needs("open")])
def worker(request: Request) -> Response:
    """Return the script that answers for tonight's page, and for no other."""
    theme = theme_of(request)
    files = [static_path(name, theme) for name in FILES]
    if theme:
        files.append(static_path("theme.css", theme))
    setup = {
        "version": fingerprint(theme),
        "page": PAGE,
        "shell": SHELL,
        "store": static_path("tonight-store.js", theme),
        "files": files,
    }
    body = f"const SETUP = {json.dumps(setup)};\n".encode()
    return Response(
        body + statics(theme)["tonight-worker.js"].body,
        media_type="text/javascript; charset=utf-8",
        headers={"Service-Worker-Allowed": PAGE, "Cache-Control": "no-cache"},
    )
