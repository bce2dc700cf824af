"""What the audit writes down: a small vocabulary of deeds, and what may be said of one.

A deed is described by criteria, counts and names of fields, never by what was read. Whatever
comes in is bounded, CPR numbers are blacked out, and secrets are left out by their name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final

from geo_service.domain.person_numbers import black_out

MOST_CHARACTERS: Final = 300
MOST_IN_A_LIST: Final = 50
MOST_KEYS: Final = 40
MOST_LEVELS: Final = 4
LARGEST: Final = 2**63
MOST_IN_ALL: Final = 6_000
"""Characters that all texts of one deed may have together."""
LEFT_OUT: Final = "[udeladt]"
SECRETS: Final = re.compile(
    r"pass(word|phrase)?|kodeord|adgangskode|secret|token|cookie|csrf|nonce|verifier|_token|authorization",
    re.IGNORECASE,
)
"""Names of what must never be written down, wherever it turns up."""
# Postgres takes neither NUL nor half a surrogate; control characters forge lines in an export.
_UNWRITABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\u2028\u2029]")


class Deed(StrEnum):
    """What somebody did."""

    read = "read"
    search = "search"
    create = "create"
    change = "change"
    grant = "grant"
    end = "end"
    invite = "invite"
    disable = "disable"
    enable = "enable"
    import_ = "import"
    withdraw = "withdraw"
    propose = "propose"
    approve = "approve"
    agree = "agree"
    release = "release"
    compute = "compute"
    export = "export"
    disclose = "disclose"
    draw = "draw"
    publish = "publish"
    sign_in = "sign_in"
    sign_in_failed = "sign_in_failed"
    sign_out = "sign_out"
    refuse = "refuse"
    retain = "retain"
    verify = "verify"
    migrate = "migrate"
    restore = "restore"


DEED_WORDS: Final[Mapping[Deed, str]] = {
    Deed.read: "læst",
    Deed.search: "søgt",
    Deed.create: "oprettet",
    Deed.change: "ændret",
    Deed.grant: "givet ret",
    Deed.end: "ret taget",
    Deed.invite: "inviteret",
    Deed.disable: "lukket",
    Deed.enable: "åbnet igen",
    Deed.import_: "indlæst",
    Deed.withdraw: "trukket tilbage",
    Deed.propose: "foreslået",
    Deed.approve: "godkendt",
    Deed.agree: "aftalt",
    Deed.release: "frigivet",
    Deed.compute: "beregnet",
    Deed.export: "hentet ud",
    Deed.disclose: "udleveret",
    Deed.draw: "tegnet",
    Deed.publish: "offentliggjort",
    Deed.sign_in: "logget ind",
    Deed.sign_in_failed: "forgæves forsøgt at logge ind",
    Deed.sign_out: "logget ud",
    Deed.refuse: "afvist",
    Deed.retain: "slettet efter frist",
    Deed.verify: "kontrolleret",
    Deed.migrate: "bragt op til nyeste udgave",
    Deed.restore: "genskabt fra sikkerhedskopi",
}
OF_OPERATIONS: Final = {
    "write": Deed.change,
    "set": Deed.change,
    "own": Deed.read,
    "name": Deed.read,
    "words": Deed.read,
}
"""What the operation of a policy is called, where it has another name than the deed."""


def deed_of(name: str) -> Deed:
    """Return the deed of a name or of the operation of a policy.

    Raises
    ------
    ValueError
        If there is no such deed: the vocabulary grows here and nowhere else.
    """
    return OF_OPERATIONS.get(name) or Deed(name)


def said(text: str, *, most: int = MOST_CHARACTERS) -> str:
    """Return `text` as it may be written down: bounded, on one line, without CPR numbers."""
    text = black_out(_UNWRITABLE.sub(" ", text[: 4 * most]))
    return text if len(text) <= most else text[: most - 1] + "…"


def described(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a deed, bounded in every direction.

    Mappings, lists, texts, numbers, days and None may be said; anything else is said as text.
    What is too long ends in `…`; what is too much or too deep is left out and says so.
    """
    left = [MOST_IN_ALL]
    found = _bounded(detail, MOST_LEVELS, left)
    assert isinstance(found, dict)  # noqa: S101 - a mapping stays one
    return found


def _bounded(value: Any, levels: int, left: list[int]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) < LARGEST:  # no NaN is
        return value
    if isinstance(value, int) or levels == 0 or left[0] <= 0:
        return LEFT_OUT
    if isinstance(value, Mapping):
        return _bounded_mapping(value, levels - 1, left)
    if isinstance(value, list | tuple | set | frozenset):
        listed = sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)
        kept = [_bounded(one, levels - 1, left) for one in listed[:MOST_IN_A_LIST]]
        return kept if len(listed) <= MOST_IN_A_LIST else [*kept, "…"]
    text = said(value.isoformat() if isinstance(value, date) else str(value))
    left[0] -= len(text)
    return text


def _bounded_mapping(value: Mapping[Any, Any], levels: int, left: list[int]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, one in list(value.items())[:MOST_KEYS]:
        name = said(str(key), most=60)
        left[0] -= len(name)
        kept[name] = LEFT_OUT if SECRETS.fullmatch(name) else _bounded(one, levels, left)
    if len(value) > MOST_KEYS:
        kept["…"] = LEFT_OUT
    return kept
