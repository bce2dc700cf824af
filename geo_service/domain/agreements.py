"""The agreement (aftale): its states, who may take which step, and how the next one begins.

Draft, sent by one agency, agreed by both, in force, reviewed. Whoever sends it has agreed to what
was sent, so a change after that makes it a draft again. Once both have agreed, a change is a
visible amendment with a reason. Times lie on evenings of the agreement and move by whole weeks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from geo_service.domain.access import Role
from geo_service.domain.danish_time import day_figures
from geo_service.domain.evenings import COPENHAGEN, as_utc

EVENINGS: Final = 14
"""From one meeting to the next; a setting of each agreement."""
MOST_EVENINGS: Final = 31
WEEK: Final = timedelta(days=7)


class State(StrEnum):
    """How far an agreement has come; the words are in `vocabulary.PLAN_SEEN`."""

    draft = "draft"
    sent = "sent"
    agreed = "agreed"
    in_force = "in_force"
    reviewed = "reviewed"


class Step(StrEnum):
    """What somebody may do with an agreement as a whole."""

    send = "send"
    take_back = "take_back"
    agree = "agree"
    review = "review"


SIDE_OF: Final = {Role.police: "police", Role.hotspot_chief: "chief"}
"""The two sides of the agreement, by role."""


@dataclass(frozen=True)
class Signatures:
    """Which side has said yes to what stands there now."""

    police: bool = False
    chief: bool = False

    @property
    def both(self) -> bool:
        """Whether both have."""
        return self.police and self.chief


ENDED: Final = "ended"
"""How an agreement is seen whose last evening is over, and which nobody has reviewed."""


def state_on(state: State, first: date, last: date, today: date) -> str:
    """Return the state as it is seen on a day: what is agreed is in force on its evenings.

    After the last evening it is `ENDED` until it is reviewed: it still has to be.
    """
    if state is not State.agreed or today < first:
        return state
    return State.in_force if today <= last else ENDED


def steps_for(
    state: State, role: Role, *, signed: Signatures, last: date, today: date
) -> tuple[Step, ...]:
    """Return the steps that somebody may take now; none for whoever has no side in it.

    Parameters
    ----------
    state
        As stored.
    role
        Whose step it would be.
    signed
        Who has said yes.
    last
        Last evening of the agreement.
    today
        The day, in Copenhagen.
    """
    side = SIDE_OF.get(role)
    if side is None:
        return ()
    if state is State.draft:
        return (Step.send,)
    if state is State.sent:
        return (Step.take_back,) if getattr(signed, side) else (Step.agree, Step.take_back)
    if state in (State.agreed, State.in_force) and last < today:
        return (Step.review,)
    return ()


def is_settled(state: State) -> bool:
    """Tell whether a change is an amendment: both have agreed."""
    return state in (State.agreed, State.in_force)


def moved(moment: datetime, by: timedelta) -> datetime:
    """Return a time some whole days later, at the same time by the clock (aware, UTC).

    Across a change of the clock the evening keeps its hours, not its distance.
    """
    local = as_utc(moment).astimezone(COPENHAGEN)
    later = local.replace(tzinfo=None) + by
    return later.replace(tzinfo=COPENHAGEN).astimezone(as_utc(moment).tzinfo)


def next_first_evening(last_evening: date | None, today: date) -> date:
    """Return when the next agreement begins: after the last one, or today if none is left."""
    return today if last_evening is None else max(last_evening + timedelta(days=1), today)


def copied_evening(evening: date, *, old: tuple[date, date], new: tuple[date, date]) -> date | None:
    """Return where an evening of the last agreement lies in the next; None if nowhere.

    `old` and `new` are first and last evening. Weekdays stay weekdays, and two evenings never
    become one: everything moves by the same whole weeks, and what would fall before the first
    evening comes at the end, after as many whole weeks as the agreement is long.
    """
    weeks = (new[0] - old[0]) // WEEK
    length = -((new[0] - new[1] - timedelta(days=1)) // WEEK) * WEEK
    later = evening + weeks * WEEK
    if later < new[0]:
        later += length
    return later if new[0] <= later <= new[1] else None


def evenings_of(first: date, last: date) -> list[date]:
    """Return every evening of an agreement, both ends included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def kept_share(kept: Iterable[str | None]) -> tuple[int, int]:
    """Return how many of some commitments were held, a half for each held in part, of how many.

    Returned in halves: 2 per commitment, so that no fraction is lost. What nobody has spoken of
    does not count.
    """
    said = [one for one in kept if one is not None]
    halves = sum({"held": 2, "partly": 1}.get(one, 0) for one in said)
    return halves, 2 * len(said)


FIGURES: Final = re.compile(r"\bnr\. \d+ af \d+ steder\.$")
"""What a proposal ends a reason with: figures of the weeks before its agreement."""


def copied_reason(reason: str, first_evening: date) -> str:
    """Return a reason as it stands in a copy: figures in it are said to be older.

    `first_evening` is that of the agreement copied from; a reason that says so already is kept.
    """
    if not FIGURES.search(reason):
        return reason
    return f"{reason} (Talt før {day_figures(first_evening)}.)"
