"""The first page: for each role the doors that it has, and what stands behind each right now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Visit, needs
from api.administration import work_of
from api.dependencies import SettingsOf
from api.pages.drawn import boards, released_file
from api.web.page import render
from api.web.translations import Message, _, counted
from geo_service.domain.evenings import COPENHAGEN, evening_of
from geo_service.messages import sentences
from geo_service.settings import Settings
from geo_service.storage import incident_totals, overview, rights
from geo_service.storage.imports import stored_files
from geo_service.storage.retention import last_runs
from geo_service.storage.rights import State
from geo_service.workflows.retention import LATEST

router = APIRouter(include_in_schema=False)

EVENING_BEGINS: Final = 17
MORNING_ENDS: Final = 10


@dataclass(frozen=True)
class Door:
    """A workspace from outside: where it leads, the question it answers, and its state now."""

    key: str
    href: str
    name: Message
    question: Message
    state: Message | None


@router.get("/")
def start(
    request: Request, visit: Annotated[Visit, needs("account.own")], settings: SettingsOf
) -> HTMLResponse:
    """Return the caller's first page."""
    return render(
        request,
        "pages/start.html",
        title=_greeting(datetime.now(UTC).astimezone(COPENHAGEN).hour),
        doors=list(_doors(visit, settings)),
    )


@router.get("/favicon.ico", dependencies=[needs("open")])
def no_icon() -> Response:
    """Say that there is no icon, instead of a 404 in every browser's console."""
    return Response(status_code=204)


def _greeting(hour: int) -> Message:
    if hour < MORNING_ENDS:
        return _("Godmorgen")
    return _("Godaften") if hour >= EVENING_BEGINS else _("Goddag")


def _doors(visit: Visit, settings: Settings) -> Iterator[Door]:
    may = visit.caller.may
    if may("assignment.read"):
        yield Door(
            "aften", "/aften", _("Aften"),
            _("Hvem er hvor i aften og i den kommende uge, og hvorfor der?"),
            _evening_state(visit, settings),
        )  # fmt: skip
    if may("project.read"):
        yield Door(
            "byrum", "/byrum", _("Byrum"),
            _("Hvad er forsinket, hvem har bolden, og hvad koster det nu?"),
            _projects_state(visit),
        )  # fmt: skip
    if may("index.read") or may("goal.read"):
        yield Door(
            "omraade", "/omraade", _("Område"),
            _("Hvordan står det til i områderne, og når vi effektmålene?"),
            _goals_state(visit),
        )  # fmt: skip
    yield from _rest(visit, settings, may)


def _rest(visit: Visit, settings: Settings, may: Callable[[str], bool]) -> Iterator[Door]:
    if may("import.read") or may("incident_count.read"):
        yield Door(
            "data", "/data", _("Data"),
            _("Hvad er læst ind, hvornår, og hvad ligger der nu?"), _data_state(visit),
        )  # fmt: skip
    if may("release.read"):
        released = released_file(settings)
        yield Door(
            "beboere", "/beboere", _("Beboere"),
            _("Hvordan går det med trygheden der, hvor jeg bor?"),
            _released_state(released),
        )  # fmt: skip
    if may("user.read"):
        yield Door(
            "administration", "/administration", _("Administration"),
            _("Hvem har adgang til hvad, hvem har set hvad, og hvad bliver slettet hvornår?"),
            _users_state(visit),
        )  # fmt: skip


def _evening_state(visit: Visit, settings: Settings) -> Message | None:
    evening = evening_of(datetime.now(UTC))
    out = overview.shifts(visit.session, evening, evening)
    if out:
        return counted("%(num)s hold er ude i aften.", "%(num)s hold er ude i aften.", len(out))
    if visit.caller.sees("map.read", "aftenplan") and not list(boards(settings, visit)):
        return _("Aftenkortet er ikke tegnet endnu.")
    return _("Ingen vagter i aften.")


def _projects_state(visit: Visit) -> Message | None:
    lines = overview.projects(visit.session)
    late = sum(1 for line in lines if (line.slip_days or 0) > 0)
    if not lines:
        return _("Ingen projekter endnu.")
    return counted(
        "%(num)s af %(count)s projekter er forsinket.",
        "%(num)s af %(count)s projekter er forsinket.",
        late,
        count=len(lines),
    )


def _goals_state(visit: Visit) -> Message | None:
    if not visit.caller.may("goal.read"):
        return None
    year = datetime.now(UTC).astimezone(COPENHAGEN).year
    goals = overview.goals(visit.session)
    lacking = sum(1 for one in goals if one.latest_year is None or one.latest_year < year)
    if not goals:
        return _("Ingen effektmål endnu.")
    return counted(
        "%(num)s af %(count)s effektmål mangler en værdi for %(year)s.",
        "%(num)s af %(count)s effektmål mangler en værdi for %(year)s.",
        lacking,
        count=len(goals),
        year=year,
    )


def _data_state(visit: Visit) -> Message | None:
    if visit.caller.may("import.read"):
        newest = stored_files(visit.session, limit=1)
        if not newest:
            return _("Ingen filer endnu.")
        return _("Senest læst ind %(day)s.", day=_day(newest[0].batch.imported_at))
    known = incident_totals.months_counted(visit.session)
    if known is None:
        return _("Ingen tal endnu.")
    return _("Tal til og med måned %(month)s.", month=f"{known[1]:%m-%Y}")


def _released_state(released: Path | None) -> Message:
    if released is None:
        return _("Der er endnu ikke offentliggjort et kort.")
    shown_since = datetime.fromtimestamp(released.stat().st_mtime, tz=UTC)
    return _("Senest offentliggjort %(day)s.", day=_day(shown_since))


def _users_state(visit: Visit) -> Message:
    work = work_of(visit)
    counts = rights.count_by_state(visit.session, work.reach, now=work.now)
    runs = last_runs(visit.session, until=work.now.astimezone(COPENHAGEN).date()).values()
    oldest = min((run.as_of for run in runs), default=None)
    people = _(
        "%(invited)s inviteret, %(locked)s spærret for en tid.",
        invited=counts.get(State.invited, 0),
        locked=counts.get(State.locked, 0),
    )
    if oldest is None:
        return sentences([people, _("Sletningen har aldrig kørt.")])
    if work.now.astimezone(COPENHAGEN).date() - oldest > LATEST:
        late = _("Sletningen er forsinket: sidst kørt til %(day)s.", day=f"{oldest:%d-%m-%Y}")
        return sentences([people, late])
    return sentences([people, _("Sletningen er kørt til %(day)s.", day=f"{oldest:%d-%m-%Y}")])


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(COPENHAGEN):%d-%m-%Y}"
