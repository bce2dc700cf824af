"""Danish first, English beside it: gettext, with the Danish text itself as the key.

A text in a template stands in `_("…")`. A text in Python is marked with `_`
(`geo_service/messages.py`); it is looked up when it is shown, in the language of the page.
`translations/en.po` is compiled in memory: nothing is built, and no compiled file can be older
than its source.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from api.web.formats import FILTERS
from geo_service.domain.danish_time import Clock, Day
from geo_service.messages import Message, Opening, _, counted, opened
from maps.text import clean

__all__ = ("DANISH", "LANGUAGES", "Message", "_", "chosen_language", "counted", "in_language")

DANISH: Final = "da"
_WEIGHT: Final = re.compile(r"0(\.\d{1,3})?|1(\.0{1,3})?")
LANGUAGES: Final = {"da": "Dansk", "en": "English"}


def in_language(text: str, language: str) -> str:
    """Return a text in `language`, with its arguments in their places; a plain one as it is."""
    if not isinstance(text, Message):
        return text
    known, one = translations(language), str.__str__(text)
    many = text.many
    said = known.gettext(one) if many is None else known.ngettext(one, many, text.number)
    values = {key: shown(value, language) for key, value in text.arguments.items()}
    return said % values if values else said


def shown(value: object, language: str) -> object:
    """Return a value as a page of `language` shows it: looked up, and fit to be read."""
    if isinstance(value, Message):
        value = in_language(value, language)
    elif isinstance(value, Day):
        value = FILTERS[language]["weekday"](value.day)
    elif isinstance(value, Opening):
        value = opened(in_language(value.word, language))
    elif isinstance(value, Clock):
        value = FILTERS[language]["clock"](value.at)
    return clean(value) if type(value) is str else value


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of `language`; Danish needs none, its texts are the keys."""
    if language == DANISH:
        return gettext.NullTranslations()
    source = files("api") / "translations" / f"{language}.po"
    compiled = BytesIO()
    with source.open("rb") as opened:
        write_mo(compiled, read_po(opened, locale=language, abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def texts_of(language: str) -> dict[str, Callable[..., Markup]]:
    """Return `gettext` and `ngettext` for templates; every text is escaped, and so is each value.

    As with `_`, a per cent sign is doubled only in a text that takes values.
    """
    catalogue = translations(language)

    def placed(text: str, values: Mapping[str, object]) -> Markup:
        # a `{% trans %}` block doubles its per cent signs itself
        if not values and "%%" not in text:
            return escape(text)
        return escape(text) % {key: shown(value, language) for key, value in values.items()}

    def one(text: str, /, **values: object) -> Markup:
        return placed(catalogue.gettext(text), values)

    def one_or_many(text: str, texts: str, number: int, /, **values: object) -> Markup:
        return placed(catalogue.ngettext(text, texts, number), {"num": number, **values})

    return {"gettext": one, "ngettext": one_or_many}


def accepted_language(header: str) -> str:
    """Return the language of an `Accept-Language` that we speak and it likes best, else Danish."""
    liked: dict[str, float] = {}
    for part in header.split(","):
        tag, _semicolon, weight = part.strip().lower().partition(";q=")
        spoken = tag.partition("-")[0]
        if spoken in LANGUAGES and _WEIGHT.fullmatch(weight or "1"):
            liked[spoken] = max(liked.get(spoken, 0.0), float(weight or "1"))
    best = max(liked, key=lambda one: (liked[one], one == DANISH), default=DANISH)
    return best if liked.get(best) else DANISH


def chosen_language(*asked: str | None) -> str:
    """Return the first of `asked` that we speak, else Danish."""
    return next((one for one in asked if one in LANGUAGES), DANISH)
