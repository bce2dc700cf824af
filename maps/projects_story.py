"""What the projects page says of each project: whose move, how late, how far off the money."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from geo_service.domain.vocabulary import PROJECT_STATUSES
from maps import danish
from maps.checks import given

STALE_DAYS = 60
"""From this age on a project says that it has not been updated."""

STATUSES = tuple(PROJECT_STATUSES.values())
"""In the order a project passes them."""

PHASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tanke", ("idé", "undersøges")),
    ("penge", ("ansøgt", "bevilget")),
    ("forberedes", ("projekteres", "i udbud")),
    ("udføres", ("udføres", "genåbnet")),
    ("færdig", ("afleveret", "efterset", "i drift")),
    ("opgivet", ("opgivet",)),
)
"""Six signs on the map: a disc that fills as the project comes along, and a cross."""

FINISHED = frozenset({"afleveret", "efterset", "i drift", "opgivet"})


def phase_of(status: str) -> int:
    """Return the number of the phase (0 to 5) that a status belongs to; unknown ones are 0."""
    return next((i for i, (_, names) in enumerate(PHASES) if status in names), 0)


@dataclass(frozen=True)
class Action:
    """One thing one actor has promised by a date."""

    actor: str
    what: str
    due: date
    done_on: date | None

    def overdue(self, today: date) -> bool:
        """Tell whether it should have been done by now."""
        return self.done_on is None and self.due < today

    def words(self, today: date) -> str:
        """`Projektforslag, 27. nov`, and how late."""
        if self.done_on is not None:
            return f"{self.what}, gjort {danish.day(self.done_on, year=True)}"
        late = (today - self.due).days
        text = f"{self.what}, senest {danish.day(self.due, year=self.due.year != today.year)}"
        return f"{text} ▲ {danish.days(late).lstrip('+')} over tiden" if late > 0 else text


@dataclass(frozen=True)
class Project:
    """One project with its actions and funding, and what they add up to."""

    row: dict[str, Any]
    actions: tuple[Action, ...]
    funding: tuple[tuple[str, float], ...]
    today: date

    @property
    def status(self) -> str:
        """The status as given."""
        return str(self.row["status"])

    @property
    def finished(self) -> bool:
        """Whether nothing more is to be built."""
        return self.status in FINISHED

    @property
    def next_action(self) -> Action | None:
        """The open action that is due first."""
        waiting = [action for action in self.actions if action.done_on is None]
        return min(waiting, key=lambda action: action.due, default=None)

    @property
    def slip_days(self) -> int:
        """Days from the first end date to the one now expected; today, if that has passed."""
        baseline, forecast = _day(self.row["baseline_end"]), _day(self.row["forecast_end"])
        if baseline is None:
            return 0
        end = forecast or baseline
        if not self.finished:
            end = max(end, self.today) if end < self.today else end
        return (end - baseline).days

    @property
    def slip_dkk(self) -> float:
        """Kroner from the first budget to the one now expected."""
        baseline, forecast = self.row["baseline_dkk"], self.row["forecast_dkk"]
        return float(forecast) - float(baseline) if given(baseline) and given(forecast) else 0.0

    @property
    def overdue(self) -> list[Action]:
        """Open actions whose date has passed."""
        return [action for action in self.actions if action.overdue(self.today)]

    @property
    def late(self) -> bool:
        """Whether the end has slipped or somebody has not kept a date."""
        return self.status != "opgivet" and (self.slip_days > 0 or bool(self.overdue))

    @property
    def slip_words(self) -> str:
        """`▲ +41 dage, +0,3 mio. kr.`, or nothing."""
        parts = [danish.days(self.slip_days)] if self.slip_days else []
        if self.slip_dkk:
            parts.append(danish.kroner(self.slip_dkk, signed=True))
        worse = self.slip_days > 0 or self.slip_dkk > 0
        return ("▲ " if worse else "") + ", ".join(parts) if parts else ""

    @property
    def stale(self) -> bool:
        """Whether nobody has looked at it for a while."""
        updated = _day(self.row["updated_on"])
        return (
            not self.finished and updated is not None and (self.today - updated).days > STALE_DAYS
        )

    @property
    def updated_words(self) -> str:
        """`◷ ikke opdateret siden 2. aug 2026`, or the date."""
        updated = _day(self.row["updated_on"])
        if updated is None:
            return "ikke oplyst"
        text = danish.day(updated, year=True)
        return f"◷ ikke opdateret siden {text}" if self.stale else f"opdateret {text}"

    @property
    def time_words(self) -> str:
        """`Oprindelig 1. jun 2026 → nu 12. jul 2026`."""
        return _from_to(self.row["baseline_end"], self.row["forecast_end"], _year_day)

    @property
    def money_words(self) -> str:
        """`Oprindeligt 7 mio. kr. → nu 7,3 mio. kr.`."""
        return _from_to(self.row["baseline_dkk"], self.row["forecast_dkk"], danish.kroner)

    @property
    def funding_words(self) -> list[str]:
        """One line per funder."""
        return [f"{funder}: {danish.kroner(dkk)} bevilget" for funder, dkk in self.funding]


def _day(value: Any) -> date | None:
    return pd.Timestamp(value).date() if given(value) else None


def _year_day(value: Any) -> str:
    return danish.day(pd.Timestamp(value).date(), year=True)


def _from_to(first: Any, now: Any, write: Any) -> str:
    if not given(first) and not given(now):
        return "ikke fastlagt"
    if not given(now) or (given(first) and first == now):
        return str(write(first))
    return f"{write(first) if given(first) else 'ikke fastlagt'} → {write(now)}"


def read_projects(
    projects: gpd.GeoDataFrame, funding: pd.DataFrame, actions: pd.DataFrame, *, today: date
) -> list[Project]:
    """Gather the frames of `maps.projects.projects_page`; the row order is that of `projects`."""
    promised: dict[str, list[Action]] = defaultdict(list)
    for row in actions.sort_values("due", kind="stable").to_dict("records"):
        due = _day(row["due"])
        if due is not None:
            done = _day(row["done_on"])
            action = Action(str(row["actor"]), str(row["what"]), due, done)
            promised[str(row["project_code"])].append(action)
    granted: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in funding.to_dict("records"):
        if given(row["granted_dkk"]):
            granted[str(row["project_code"])].append(
                (str(row["funder"]), float(row["granted_dkk"]))
            )
    plain = pd.DataFrame(projects.drop(columns=projects.geometry.name))
    return [
        Project(
            row={str(key): value for key, value in row.items()},
            actions=tuple(promised[str(row["code"])]),
            funding=tuple(granted[str(row["code"])]),
            today=today,
        )
        for row in plain.to_dict("records")
    ]


@dataclass(frozen=True)
class Holder:
    """An actor who has the ball: what is open, what is overdue, what comes next."""

    name: str
    open: int
    overdue: int
    next_due: date


def holders(projects: list[Project]) -> list[Holder]:
    """Return everybody with open actions, those who are late first."""
    waiting: dict[str, list[tuple[Action, bool]]] = defaultdict(list)
    for project in projects:
        if project.status == "opgivet":
            continue
        for action in project.actions:
            if action.done_on is None:
                waiting[action.actor].append((action, action.overdue(project.today)))
    found = [
        Holder(
            name=actor,
            open=len(items),
            overdue=sum(late for _, late in items),
            next_due=min(action.due for action, _ in items),
        )
        for actor, items in waiting.items()
    ]
    return sorted(found, key=lambda holder: (-holder.overdue, -holder.open, holder.name))
