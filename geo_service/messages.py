"""Words for people that wait for the language they will be read in; Danish is the key.

    raise AlreadyExists(_("Koden %(code)s er i brug. Vælg en anden.", code=typed.code))

`str` of a message is the Danish sentence, which the commands print. A page and the API look it
up in `api/translations` (`api.web.translations.in_language`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class Message(str):
    """A Danish text, and what belongs in its places; a value is Danish where it is text."""

    __slots__ = ("arguments", "many", "number")
    arguments: dict[str, object]
    many: str | None
    """The form for any number but one, where the text counts something."""
    number: int

    def __str__(self) -> str:
        """Return the Danish sentence."""
        one = str.__str__(self)
        text = one if self.many is None or self.number == 1 else self.many
        values = {name: str(value) for name, value in self.arguments.items()}
        return text % values if values else text

    def __format__(self, form: str) -> str:
        return format(str(self), form)


@dataclass(frozen=True)
class Opening:
    """A word in a message that begins its sentence: with a capital letter."""

    word: str

    def __str__(self) -> str:
        return opened(str(self.word))


def opened(text: str) -> str:
    """Return a text with a capital first letter."""
    return f"{text[:1].upper()}{text[1:]}"


def sentences(said: Sequence[str]) -> Message:
    """Return several messages as one, each in the language of the reader."""
    first = said[0]
    whole = first if isinstance(first, Message) else _("%(one)s", one=first)
    for one in said[1:]:
        whole = _("%(one)s %(next)s", one=whole, next=one)
    return whole


def _(text: str, /, **arguments: object) -> Message:
    """Mark `text` for translation: `_("Der er %(count)s områder", count=3)`.

    With arguments a literal per cent sign is written `%%`, without them `%`.
    """
    message = Message(text)
    message.arguments, message.many, message.number = arguments, None, 0
    return message


def counted(one: str, many: str, number: int, /, **arguments: object) -> Message:
    """Mark a text that counts: `counted("%(num)s hold", "%(num)s hold", 2)`."""
    message = _(one, num=number, **arguments)
    message.many, message.number = many, number
    return message
