"""Passwords: which are good enough, and how they are kept.

The rules are few: long, not your own name, not what everybody tries first. There are no rules
about kinds of characters, which make passwords shorter and alike. Kept is an argon2id hash.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST: Final = 12
MOST: Final = 256
FEWEST_DIFFERENT: Final = 5
SHORTEST_NAME: Final = 4
"""Parts of a name shorter than this may stand in a password: "Bo", "Ida"."""

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=46 * 1024, parallelism=1)
"""Twice the least that OWASP advises; raise it here, and hashes are renewed at sign-in."""

_TRIED_FIRST: Final = (
    "adgang adgangskode kode kodeord login password passord pass secret hemmelig hemmeligt "
    "velkommen welcome tryghed tryghedskort hotspot kommune kommunen politi politiet admin "
    "administrator bruger test demo danmark denmark koebenhavn københavn kobenhavn copenhagen "
    "noerrebro nørrebro aarhus århus odense aalborg ålborg sommer vinter efterår efteraar "
    "forår foraar januar februar marts april maj juni juli august september oktober november "
    "december mandag tirsdag onsdag torsdag fredag lørdag søndag fodbold brøndby brondby skat "
    "skatter iloveyou letmein monkey dragon football superman qwerty "
)
OBVIOUS: Final = frozenset(_TRIED_FIRST.split())
ROWS: Final = (
    "0123456789" * 3,
    "9876543210" * 3,
    "abcdefghijklmnopqrstuvwxyzæøå",
    "qwertyuiopåasdfghjklæøzxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
)


class Fault(StrEnum):
    """Why a password is not good enough."""

    short = "short"
    long = "long"
    own_name = "own_name"
    obvious = "obvious"


def fault_of(password: str, *, login: str, name: str) -> Fault | None:
    """Return what is wrong with a new password, None if it is good enough."""
    tidy = _tidy(password)
    if len(tidy) < LEAST:
        return Fault.short
    if len(tidy) > MOST:
        return Fault.long
    low = tidy.casefold()
    if any(part in low for part in _parts_of(login, name)):
        return Fault.own_name
    return Fault.obvious if _is_obvious(low) else None


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return HASHER.hash(_bytes(password))


def is_right(stored: str | None, password: str) -> bool:
    """Tell whether a password is the stored one; takes as long when there is none."""
    try:
        HASHER.verify(stored or _of_nobody(), _bytes(password[: MOST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(stored)


@cache
def _of_nobody() -> str:
    """Return a hash to try the passwords of unknown accounts against."""
    return HASHER.hash("nobody has this password, since nothing compares with it")


def _tidy(password: str) -> str:
    """Return one spelling: å may be typed as one character or as two."""
    return unicodedata.normalize("NFC", password)


def _bytes(password: str) -> bytes:
    return _tidy(password).encode("utf-8", "surrogatepass")


def _parts_of(login: str, name: str) -> list[str]:
    words = re.split(r"[\W_]+", f"{login} {name}".casefold())
    return [word for word in words if len(word) >= SHORTEST_NAME]


def _is_obvious(low: str) -> bool:
    """Whether it is a word that everybody tries, with ornaments, or a row of the keyboard."""
    if len(set(low)) < FEWEST_DIFFERENT or any(low in row for row in ROWS):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", low)
    spelled = core.translate(str.maketrans("013457@$!", "oieastasi"))
    return any(_only_words(re.sub(r"[\W\d_]+", "", one)) for one in (core, spelled))


def _only_words(letters: str) -> bool:
    """Whether letters are nothing but obvious words, one after the other (or none at all)."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in OBVIOUS for start in reached):
            reached.add(end)
    return bool(letters) and len(letters) in reached
