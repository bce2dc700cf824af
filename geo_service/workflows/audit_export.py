"""Files of the audit: what a search found, and what is told to the person it concerns.

The second names no colleague: who else acted is a number, the same throughout one file, and a
role. Whoever has a right to know that they were looked up has none to know by whom.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from geo_service.domain.access import ROLE_WORDS, Role
from geo_service.domain.deeds import DEED_WORDS, LEFT_OUT, Deed
from geo_service.domain.evenings import COPENHAGEN
from geo_service.domain.kinds import KINDS
from geo_service.domain.spreadsheets import csv_text
from geo_service.errors import InvalidInput
from geo_service.messages import _
from geo_service.storage.audit_search import Entry, of_account, of_object

FORMATS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
HEADER: Final = (
    "nummer", "tidspunkt", "hvem", "rolle", "handling", "slags", "genstand", "kommune", "formål",
    "oplysninger", "plads i kæden",
)  # fmt: skip
SUBJECT_HEADER: Final = HEADER[1:-1]
YOU: Final = "dig"
_TOLD: Final = (
    "after area as_of asked asked_in at before box bbox by cancelled criterion cut_off "
    "deleted demo fault faults fields first form format from_hour group hotspot_areas hours "
    "is_cut keep_days kind limit matched method municipality names now outcome policy "
    "precision refused remaining_older restored right right_id role rows rows_stored sessions "
    "sha256 since slags slot started state tables team to to_hour type types until was "
    "weekday weekdays"
)
TOLD: Final = frozenset(_TOLD.split())
"""Keys of a detail that are told: their values are codes, days, counts and names of fields. What
is not among them may be a text that somebody typed, and a text can name anybody."""
_ACTOR: Final = re.compile(r"user:[0-9]+|os:.+|nobody|service")
_ACCOUNT_IN_PATH: Final = re.compile(r"(/(?:brugere|users)/)([0-9]+)")


@dataclass(frozen=True)
class Subject:
    """Whom an export is for: an account, or a thing."""

    account: int | None = None
    kind: str | None = None
    ref: str | None = None

    def __str__(self) -> str:
        return f"user:{self.account}" if self.account is not None else f"{self.kind}:{self.ref}"


def subject_of(account: str | None, thing: str | None) -> Subject:
    """Read `7`, `user:7` or `import:12`; exactly one of the two must be given.

    Raises
    ------
    InvalidInput
        If neither or both are given, or one cannot be read.
    """
    if bool(account) == bool(thing):
        raise InvalidInput(_("Vælg enten en konto eller en genstand."))
    if account:
        number = account.removeprefix("user:")
        if not (number.isascii() and number.isdigit()) or len(number) > 18:  # noqa: PLR2004
            raise InvalidInput(_("En konto vælges ved sit nummer, fx 7."))
        return Subject(account=int(number))
    kind, _mark, ref = (thing or "").partition(":")
    if kind not in KINDS or not ref:
        raise InvalidInput(_("En genstand skrives som slags og nummer, fx import:12."))
    return Subject(kind=kind, ref=ref)


def listed(entries: Iterable[Entry], form: str) -> str:
    """Return what a search found as a file in one of `FORMATS`."""
    rows = [
        (
            entry.id, _moment(entry), entry.name or entry.actor, _role(entry.role),
            _deed(entry.action), _kind(entry.kind), entry.ref, entry.municipality, entry.purpose,
            _said(entry.detail), entry.position,
        )
        for entry in entries
    ]  # fmt: skip
    return _file(HEADER, rows, form)


def told_to_subject(session: Session, subject: Subject, *, municipality: str) -> list[list[Any]]:
    """Return what is told to a subject: rows of `SUBJECT_HEADER`, oldest first."""
    if subject.account is not None:
        entries = of_account(session, subject.account, municipality=municipality)
    else:
        entries = of_object(
            session, subject.kind or "", subject.ref or "", municipality=municipality
        )
    hide = _Hidden(subject.account)
    return [
        [
            _moment(entry), hide.actor(entry.actor), _role(entry.role), _deed(entry.action),
            _kind(entry.kind), hide.ref(entry), entry.municipality,
            LEFT_OUT if entry.purpose else None, _said(hide.detail(entry.detail)),
        ]
        for entry in entries
    ]  # fmt: skip


def subject_file(rows: Sequence[Sequence[Any]], form: str) -> str:
    """Return the rows of `told_to_subject` as a file in one of `FORMATS`."""
    return _file(SUBJECT_HEADER, rows, form)


# --- colleagues ---------------------------------------------------------------------------------


class _Hidden:
    """Replaces everybody but the subject by a number that stays theirs throughout the file.

    By the account's number alone, where the entry itself has one: never by looking for names in
    texts, since a login can be a word like any other. A text that somebody typed is left out.
    """

    def __init__(self, account: int | None) -> None:
        self._you = None if account is None else f"user:{account}"
        self._numbers: dict[str, int] = {}

    def actor(self, actor: str) -> str:
        if actor == self._you:
            return YOU
        if actor == "nobody":
            return "ikke logget ind"
        if actor == "service":
            return "tjenesten selv"
        number = self._numbers.setdefault(actor, len(self._numbers) + 1)
        return f"Medarbejder {number}" if actor.startswith("user:") else f"Drift {number}"

    def ref(self, entry: Entry) -> str | None:
        ref = entry.ref or ""
        if _ACTOR.fullmatch(ref):
            return self.actor(ref)
        return _ACCOUNT_IN_PATH.sub(
            lambda found: f"{found[1]}{self.actor(f'user:{found[2]}')}", ref
        )

    def detail(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            told = {key: self.detail(one) for key, one in value.items() if key in TOLD}
            return told | ({LEFT_OUT: len(value) - len(told)} if len(told) < len(value) else {})
        if isinstance(value, list):
            return [self.detail(one) for one in value]
        if isinstance(value, str) and _ACTOR.fullmatch(value):
            return self.actor(value)
        return value


# --- how it is written --------------------------------------------------------------------------


def _file(header: Sequence[str], rows: Sequence[Sequence[Any]], form: str) -> str:
    write: Mapping[str, Callable[[], str]] = {
        "csv": lambda: csv_text(header, rows),
        "json": lambda: (
            json.dumps(
                [dict(zip(header, row, strict=True)) for row in rows], ensure_ascii=False, indent=1
            )
            + "\n"
        ),
    }
    if form not in write:
        raise InvalidInput(_("Vælg %(formats)s.", formats=" eller ".join(FORMATS)))
    return write[form]()


def _moment(entry: Entry) -> str:
    return entry.at.astimezone(COPENHAGEN).isoformat(sep=" ", timespec="seconds")


def _role(code: str | None) -> str | None:
    return ROLE_WORDS[Role(code)] if code in set(Role) else code


def _deed(code: str) -> str:
    return DEED_WORDS[Deed(code)] if code in set(Deed) else code


def _kind(code: str | None) -> str | None:
    return KINDS[code].words if code is not None and code in KINDS else code


def _said(detail: Any) -> str:
    return "" if detail in ({}, None) else json.dumps(detail, ensure_ascii=False, sort_keys=True)
