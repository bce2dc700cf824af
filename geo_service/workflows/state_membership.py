"""Say that an area lies, or lay, in a group: stored with its dates, and in the audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from sqlalchemy.orm import Session

from geo_service.errors import InvalidInput, NotFound
from geo_service.storage import memberships as membership_store
from geo_service.storage.audit import append

Named = tuple[str, str]
"""A kind of area and a code."""

MOST_NEAR = 3
NEAR = 0.5
"""Codes are short: 11 and 12 share one sign of two, and are near."""


@dataclass(frozen=True)
class Statement:
    """That an area lies in a group: in which municipality, and who says so.

    A membership may be older than any outline, so neither needs to be in force at the time;
    but some edition or membership must know both codes, unless `accept_unknown`.
    """

    municipality: str
    member: Named
    group: Named
    source: str
    stated_by: str
    accept_unknown: bool = False


def add_membership(
    session: Session, statement: Statement, *, valid_from: date, valid_to: date | None
) -> None:
    """State a membership for a period.

    Raises
    ------
    NotFound
        If a code is unknown; names those near it.
    InvalidInput
        If the period ends before it begins, or an area would lie in one of its own kind.
    AlreadyExists
        If it is known to lie in a group of that kind in a part of the period.
    """
    if valid_to is not None and valid_to <= valid_from:
        raise InvalidInput(
            f"The period would end on {valid_to}, before it begins ({valid_from}). --until is the "
            "first day on which the area no longer lies there."
        )
    _require_possible(session, statement)
    membership_store.add_membership(
        session,
        municipality=statement.municipality,
        member=statement.member,
        group=statement.group,
        valid_from=valid_from,
        valid_to=valid_to,
        source=statement.source,
    )
    _note(session, statement, {"from": valid_from, "to": valid_to})


def move_member(session: Session, statement: Statement, *, on: date) -> str:
    """Move an area to another group from a day on; return the group it left.

    Raises NotFound or InvalidInput where that makes no sense, as `add_membership` does.
    """
    if statement.group[0] == "hotspot_area":
        raise InvalidInput(
            "An area may lie in several hotspot areas at once, so it cannot be moved from one to "
            "another. State it with its period: tryghed areas member."
        )
    _require_possible(session, statement)
    left = membership_store.move_member(
        session,
        municipality=statement.municipality,
        member=statement.member,
        group=statement.group,
        on=on,
        source=statement.source,
    )
    _note(session, statement, {"from": on, "left": left})
    return left


def _require_possible(session: Session, statement: Statement) -> None:
    """Refuse a pair that cannot be: both of one kind, or a code that nothing knows."""
    named, municipality = (statement.member, statement.group), statement.municipality
    if statement.member[0] == statement.group[0]:
        raise InvalidInput(
            f"A {statement.member[0]} does not lie in another one: name a larger kind of area."
        )
    known = {kind: membership_store.known_codes(session, municipality, kind) for kind, _ in named}
    if not any(known.values()):
        raise NotFound(
            f"Municipality {municipality} has neither {' nor '.join(known)}. "
            "Load its areas first: tryghed areas import FILE …"
        )
    for kind, code in named:
        if code not in known[kind] and not statement.accept_unknown:
            raise NotFound(
                f"No edition and no membership of {municipality} knows {kind} {code}. "
                f"{_near(code, known[kind])}If the code is meant, add --accept-unknown."
            )


def _near(wanted: str, known: dict[str, str]) -> str:
    """Return "Near it: 157 (Heimdals). ", by code or by name; nothing where nothing is near."""
    by_text = {name.casefold(): code for code, name in known.items()}
    by_text |= {code.casefold(): code for code in known}
    texts = get_close_matches(wanted.casefold(), by_text, n=MOST_NEAR, cutoff=NEAR)
    codes = dict.fromkeys(by_text[text] for text in texts)
    named = [code if known[code] == code else f"{code} ({known[code]})" for code in codes]
    return f"Near it: {', '.join(named)}. " if named else ""


def _note(session: Session, statement: Statement, detail: dict[str, date | str | None]) -> None:
    append(
        session,
        actor=statement.stated_by,
        action="change",
        object_kind="membership",
        object_ref=":".join(statement.member),
        municipality=statement.municipality,
        detail={"group": ":".join(statement.group)}
        | {name: str(value) for name, value in detail.items() if value is not None},
    )
