"""From a path to checked text: local files only, and the encoding is never a guess in silence.

GDAL, which obeys the content of a file and not its name, is not used here at all: a
`.geojson` that holds an OGR-VRT would make it open other files and call other hosts.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from geo_service.errors import InvalidInput, NotFound

MAX_FILE_BYTES = 200_000_000
"""More than any edition of areas or year of incidents of one municipality needs."""

_NOT_A_LOCAL_PATH = re.compile(r"/+vsi|[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_DOUBLY_ENCODED = re.compile("Ã[¦¸¥†˜…]")  # æøåÆØÅ in UTF-8 that was read as cp1252


@dataclass(frozen=True)
class Source:
    """The bytes of one file and what identifies them."""

    name: str
    content: bytes
    sha256: str


def read_source(path: Path) -> Source:
    """Read a local file whole.

    Raises
    ------
    InvalidInput
        If the path is an address or one of GDAL's virtual paths, is no plain file, or the
        file is empty or larger than `MAX_FILE_BYTES`.
    NotFound
        If there is no such file, or it may not be read.
    """
    if _NOT_A_LOCAL_PATH.match(str(path)):
        raise InvalidInput(
            "Kun filer på denne maskine kan læses, ikke adresser eller virtuelle stier. "
            "Hent filen først, og angiv den ved navn."
        )
    try:
        if not path.is_file():
            problem = "er en mappe eller en enhed" if path.exists() else "findes ikke"
            raise NotFound(f"Filen {path.name!r} {problem}. Angiv en almindelig fil.")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise InvalidInput(
                f"{path.name} fylder {size // 1_000_000} MB; grænsen er "
                f"{MAX_FILE_BYTES // 1_000_000} MB. Del filen op."
            )
        content = path.read_bytes()
    except OSError as error:
        raise NotFound(f"Filen {path.name!r} kan ikke læses: {error.strerror}.") from error
    if not content.strip():
        raise InvalidInput(f"{path.name} er tom.")
    return Source(path.name, content, hashlib.sha256(content).hexdigest())


def decode(source: Source, remarks: list[str]) -> str:
    """Return the text of a file in UTF-8 (with or without BOM) or, with a remark, cp1252.

    Raises
    ------
    InvalidInput
        If it is UTF-16, binary, or its Danish letters were lost on the way.
    """
    content = source.content
    if b"\x00" in content or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput(
            f"{source.name} er ikke en tekstfil i UTF-8. Gem den igen som 'CSV UTF-8'."
        )
    try:
        text = content.decode("utf-8-sig")
        bom = " med BOM" if content.startswith(b"\xef\xbb\xbf") else ""
        remarks.append(f"Tegnsæt: UTF-8{bom}.")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise InvalidInput(
                f"{source.name} er hverken UTF-8 eller cp1252 (linje {line}). "
                "Gem den igen som 'CSV UTF-8'."
            ) from error
        remarks.append(
            "Tegnsæt: filen er ikke UTF-8 og er læst som cp1252 (Windows). "
            "Se efter, at æ, ø og å står rigtigt."
        )
    spoilt = _DOUBLY_ENCODED.search(text)
    if spoilt or "\ufffd" in text:
        line = text.count("\n", 0, spoilt.start() if spoilt else text.index("\ufffd")) + 1
        raise InvalidInput(
            f"{source.name}, linje {line}: æ, ø og å er gået i stykker, før filen kom hertil. "
            "Eksportér den igen fra kilden som UTF-8."
        )
    return text
