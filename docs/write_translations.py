"""Bring `api/translations/*.po` up to date: `.venv/bin/python -m docs.write_translations`.

Adds the texts that are new in `api/` and `geo_service/`, with an empty translation to fill in,
drops those that nobody uses any more, and sorts the rest, so that two branches seldom meet on one
line.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from geo_service.analysis import change, emerging
from geo_service.domain import access, deeds, kinds, retention, vocabulary
from geo_service.importing.coordinates import Look
from geo_service.settings import PROJECT_ROOT

API: Final = PROJECT_ROOT / "api"
DOMAIN: Final = PROJECT_ROOT / "geo_service"
FILES: Final = sorted((API / "translations").glob("*.po"))
METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS: Final = {"templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS: Final[dict[str, tuple[int, ...] | None]] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "counted": (1, 2),
}

Text = str | tuple[str, ...]
"""A text as it is looked up: one form, or the forms for one and for many."""


def texts() -> dict[Text, str]:
    """Return every text of the pages, and a place where it stands."""
    found = [
        *extract_from_dir(API, METHODS, OPTIONS, keywords=KEYWORDS),
        *extract_from_dir(DOMAIN, METHODS, OPTIONS, keywords=KEYWORDS),
    ]
    spoken = dict.fromkeys(_words_of_the_field(), "geo_service/domain/vocabulary.py")
    return spoken | {message: f"{file}:{line}" for file, line, message, _, _ in found}


def _words_of_the_field() -> set[Text]:
    """Return the Danish words of every code: a template writes `_(words[code])`."""
    kept = [(one.words, one.counted_from, one.why) for one in retention.KEPT.values()]
    return {
        *deeds.DEED_WORDS.values(),
        *map(str, Look),
        *change.LEVEL_WORDS.values(),
        *emerging.EMERGING_WORDS.values(),
        *(kind.words for kind in kinds.KINDS.values()),
        *access.ROLE_WORDS.values(),
        *map(str, access.Limit),
        *_notes_of_rights(),
        *(word for words in kept for word in words),
    } | {
        word
        for name, table in vars(vocabulary).items()
        if name.isupper() and isinstance(table, dict) and name != "MUNICIPALITIES"
        for word in table.values()
        if isinstance(word, str)
    }


def _notes_of_rights() -> set[str]:
    rights = (right for given in access.RIGHTS.values() for right in given.values())
    return {right.note for right in rights if right.note}


def catalogue(path: Path) -> dict[Text, Message]:
    """Return what a file translates."""
    with path.open("rb") as opened:
        read = read_po(opened, locale=path.stem, abort_invalid=True)
    return {_key(message): message for message in read if message.id}


def _key(message: Message) -> Text:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def written(path: Path) -> bytes:
    """Return the file as it should be: every text of the pages and no other, sorted."""
    old = catalogue(path)
    new = Catalog(locale=path.stem, charset="utf-8", header_comment="#", fuzzy=False)
    for text in texts():
        new.add(text, old[text].string if text in old else None)
    out = BytesIO()
    write_po(out, new, width=96, omit_header=True, no_location=True, sort_output=True)
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    return head.encode() + out.getvalue().strip() + b"\n"


if __name__ == "__main__":
    for file in FILES:
        file.write_bytes(written(file))
