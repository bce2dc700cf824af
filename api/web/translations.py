"""Danish first, English beside it: gettext, with the Danish text itself as the key.

A text in a template stands in `_("…")`. A text in Python is marked with the `_` of this module;
it is looked up when it is shown, in the language of the page. `translations/en.po` is compiled
in memory: nothing is built, and no compiled file can be older than its source.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from maps.text import clean

DANISH: Final = "da"
LANGUAGES: Final = {"da": "Dansk", "en": "English"}


class Message(str):
    """A Danish text that waits for the language of the page it will stand on."""

    __slots__ = ("arguments", "many", "number")
    arguments: dict[str, object]
    many: str | None
    """The form for any number but one, where the text counts something."""
    number: int

    def in_language(self, language: str) -> str:
        """Return the text in `language`, with its arguments in their places."""
        known, one = translations(language), str.__str__(self)
        many = self.many
        text = known.gettext(one) if many is None else known.ngettext(one, many, self.number)
        values = {key: shown(value, language) for key, value in self.arguments.items()}
        return text % values if values else text


def _(text: str, **arguments: object) -> Message:
    """Mark `text` for translation: `_("Der er %(count)s områder", count=3)`.

    With arguments a literal per cent sign is written `%%`, without them `%`.
    """
    message = Message(text)
    message.arguments, message.many, message.number = arguments, None, 0
    return message


def counted(one: str, many: str, number: int, **arguments: object) -> Message:
    """Mark a text that counts: `counted("%(num)s hold", "%(num)s hold", 2)`."""
    message = _(one, num=number, **arguments)
    message.many, message.number = many, number
    return message


def shown(value: object, language: str) -> object:
    """Return a value as a page of `language` shows it: looked up, and fit to be read."""
    if isinstance(value, Message):
        value = value.in_language(language)
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


def chosen_language(*asked: str | None) -> str:
    """Return the first of `asked` that we speak, else Danish."""
    return next((one for one in asked if one in LANGUAGES), DANISH)
