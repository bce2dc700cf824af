"""The guard of the evening log: text that may point at one person is refused, in words.

A log tells of a place and a trend. The guard would rather refuse a harmless text than let a
person through: its writer is told what it took the text for and how to write it instead. It can
never know everything, so a person reads every note before it is released to the meeting.

The text itself is never part of a sentence; `span` says where in it the trouble is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from geo_service.domain.name_words import (
    ALSO_WORDS,
    FIRST_NAMES,
    INTRODUCES_A_NAME,
    ORDINARY,
    PLACE_WORD,
    SAINT,
)
from geo_service.domain.person_numbers import disguised_cpr
from geo_service.domain.person_patterns import (
    ADDRESS,
    EMAIL,
    HARMLESS,
    LINK,
    PHONE,
    PLACE_MARK,
    PLATE,
)
from geo_service.errors import InvalidInput
from geo_service.messages import _, sentences

OFFENCES_REMINDER: Final = "Lovovertrædelser: skriv det ikke her. Ring 114/112."
"""What stands beside every field of free text in the log."""
NO_PERSONS_REMINDER: Final = "Skriv om stedet og stemningen, aldrig om en enkelt person."
MOST_CHARACTERS: Final = 2_000
PUBLIC_PLACE: Final = ("address",)
"""What the name of a place that is open to the public may hold: where it is."""

REASONS: Final = {
    "cpr": _("ligner et CPR-nummer, og personnumre må aldrig stå her"),
    "phone": _("ligner et telefonnummer, og det peger på en person"),
    "email": _("ligner en mailadresse, og den peger på en person"),
    "link": _("ligner et link eller et brugernavn, og det kan pege på en persons profil"),
    "plate": _("ligner en nummerplade, og den peger på en bils ejer"),
    "address": _(
        "ligner en adresse med husnummer, og den peger på dem, der bor der. Skriv gaden eller "
        "dækningsområdet, og skriv klokkeslæt som 'kl. 20–22'"
    ),
    "name": _(
        "ligner navnet på en person. Skriv fx 'en gruppe unge'; er det et sted, så vælg det på "
        "listen over steder"
    ),
}
"""What the guard refuses, and why; Danish."""

_PATTERNS: Final = (
    ("email", EMAIL),
    ("link", LINK),
    ("phone", PHONE),
    ("plate", PLATE),
    ("address", ADDRESS),
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_PARTICLES: Final = frozenset({"af", "al", "el", "von", "de", "bin", "van", "da", "ibn"})
_ENDS_A_SENTENCE: Final = frozenset(".!?:;•\n")
_UNSEEN: Final = frozenset({"Cf", "Co", "Cs", "Cn"})
"""Categories of characters that show nothing, or that a font may show as anything."""
_LEAST_IN_A_NAME: Final = 2


@dataclass(frozen=True, order=True)
class Suspicion:
    """A piece of a text that may point at one person.

    Attributes
    ----------
    span
        Where it is in the text as it was given: first character, and the one after the last.
    kind
        A key of `REASONS`.
    """

    span: tuple[int, int]
    kind: str

    def __str__(self) -> str:
        return f"Noget i teksten {REASONS[self.kind]}."


@dataclass(frozen=True)
class _Word:
    """A word of the text, where it is, and whether it opens a sentence."""

    text: str
    start: int
    end: int
    opens: bool

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper() and not (self.text.isupper() and len(self.text) > 1)


def suspicions(text: str, *, places: Collection[str] = ()) -> list[Suspicion]:
    """Return what in a text may point at one person, in the order of the text.

    Parameters
    ----------
    text
        What somebody wrote.
    places
        Names of known places, such as the coverage areas: no persons, but a house number after
        one is an address.
    """
    plain, origin = _normalised(text)
    marked = _with_places_marked(plain, places)
    found = [("cpr", span) for span in disguised_cpr(plain)]
    digits = HARMLESS.sub(lambda clock: "," * len(clock[0]), marked)
    for kind, pattern in _PATTERNS:
        where = {"phone": digits, "plate": digits, "address": marked}.get(kind, plain)
        found += [(kind, match.span()) for match in pattern.finditer(where)]
    found = [
        (kind, _whole_address(marked, span) if kind == "address" else span) for kind, span in found
    ]
    found += [("name", span) for span in _name_spans(marked)]
    return sorted(
        {Suspicion((origin[start], origin[end - 1] + 1), kind) for kind, (start, end) in found}
    )


def refuse_persons(
    text: str,
    *,
    places: Collection[str] = (),
    what: str = _("Noten"),
    may_hold: Collection[str] = (),
) -> None:
    """Raise InvalidInput if a text may point at one person or is too long.

    Parameters
    ----------
    text, places
        As for `suspicions`.
    what
        What the text is, in Danish, at the beginning of a sentence.
    may_hold
        Kinds of `REASONS` that it may hold all the same: the address of a public place.

    Raises
    ------
    InvalidInput
        With one Danish sentence per kind of thing that was found; the text is not in it.
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(
            _(
                "%(what)s er på %(length)s tegn; skriv højst %(most_characters)s.",
                what=what,
                length=len(text),
                most_characters=MOST_CHARACTERS,
            )
        )
    found = (one.kind for one in suspicions(text, places=places))
    kinds = dict.fromkeys(kind for kind in found if kind not in may_hold)
    if kinds:
        reasons = sentences(
            [_("Noget i teksten %(reason)s.", reason=REASONS[kind]) for kind in kinds]
        )
        raise InvalidInput(_("%(what)s er ikke gemt. %(reasons)s", what=what, reasons=reasons))


def _normalised(text: str) -> tuple[str, list[int]]:
    """Return the text in compatibility form, and for each character where it came from.

    Full-width and other digits become ASCII, letters and their marks one character; what cannot
    be seen is dropped, and every kind of space is a space.
    """
    plain: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        for piece in unicodedata.normalize("NFKC", character):
            category = unicodedata.category(piece)
            if category in _UNSEEN:
                continue
            if category.startswith("M") and plain:
                whole = unicodedata.normalize("NFC", plain[-1] + piece)
                plain[-1] = whole if len(whole) == 1 else plain[-1]
                continue
            digit = unicodedata.digit(piece, None) if category == "Nd" else None
            is_space = piece.isspace() and piece != "\n"
            plain.append(" " if is_space else piece if digit is None else str(digit))
            origin.append(position)
    return "".join(plain).replace("‐", "-").replace("‑", "-").replace("−", "-"), origin


def _with_places_marked(plain: str, places: Collection[str]) -> str:
    """Return the text with each character of a known place replaced by a mark."""
    names = sorted({_normalised(name)[0].strip() for name in places} - {""}, key=len, reverse=True)
    if not names:
        return plain
    known = re.compile(
        rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in names)})(?:s|')?(?!\w)", re.IGNORECASE
    )
    return known.sub(lambda name: PLACE_MARK * len(name[0]), plain)


def _whole_address(marked: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return the span with the whole word that it begins in."""
    start, end = span
    while start and (marked[start - 1].isalnum() or marked[start - 1] == PLACE_MARK):
        start -= 1
    return start, end


def _name_spans(marked: str) -> Iterator[tuple[int, int]]:
    """Yield where something looks like the name of a person."""
    words = list(_words(marked))
    yield from _introduced(words, marked)
    for run in _runs(words, marked):
        yield from _names_in_run(run)
    for word in words:
        if not word.is_capital and _is_first_name(word.text.capitalize(), also_words=False):
            yield word.start, word.end


def _words(marked: str) -> Iterator[_Word]:
    for found in _WORD.finditer(marked):
        before = marked[: found.start()].rstrip(" \"'”“«»*-–(")
        opens = not before or before[-1] in _ENDS_A_SENTENCE
        yield _Word(found[0], found.start(), found.end(), opens)


def _runs(words: list[_Word], marked: str) -> Iterator[list[_Word]]:
    """Yield capitalised words in a row; initials and particles between them hold them together."""
    run: list[_Word] = []
    for position, word in enumerate(words):
        between = marked[run[-1].end : word.start] if run else ""
        together = not between.strip(" .") and (
            "." not in between or len(run[-1].text) == 1 if run else True
        )
        if run and not together:
            yield run
            run = []
        following = words[position + 1] if position + 1 < len(words) else None
        holds = word.text in _PARTICLES and run and following and following.is_capital
        if (word.is_capital and word.text not in ORDINARY) or holds:
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _names_in_run(run: list[_Word]) -> Iterator[tuple[int, int]]:
    """Yield what is left of capitalised words in a row when its places are taken out."""
    left: list[_Word] = []
    after_saint = False
    for word in run:
        if after_saint or word.text in SAINT:
            after_saint = word.text in SAINT
        elif not PLACE_WORD.fullmatch(word.text):
            left.append(word)
        else:
            if not _makes_a_place(left):
                yield from _name(left)
            left = []
    yield from _name(left)


def _makes_a_place(before: list[_Word]) -> bool:
    """Tell whether the words before a place word belong to it: `Carl Jacobsens` before `Vej`."""
    if not before:
        return True
    owner = before[-1].text
    if owner.endswith(("s", "'", "’")) and owner not in FIRST_NAMES:
        return True
    return len(before) == 1 and not _is_first_name(owner, also_words=True)


def _name(words: list[_Word]) -> Iterator[tuple[int, int]]:
    if len(words) >= _LEAST_IN_A_NAME or (
        words and _is_first_name(words[0].text, also_words=not words[0].opens)
    ):
        yield words[0].start, words[-1].end


def _is_first_name(text: str, *, also_words: bool) -> bool:
    """Tell whether a word is a common first name, also in the genitive."""
    for name in (text, text.removesuffix("s"), text.rstrip("'’")):
        if name in FIRST_NAMES and (also_words or name not in ALSO_WORDS):
            return True
        if "-" in name and name.split("-")[0] in FIRST_NAMES - ALSO_WORDS:
            return True
    return False


def _introduced(words: list[_Word], marked: str) -> Iterator[tuple[int, int]]:
    """Yield what follows `hr.`, `kaldet` and the like, if it is capitalised."""
    for word, following in pairwise(words):
        between = marked[word.end : following.start].strip(" .:\"'”“«»")
        if (
            word.text.casefold() in INTRODUCES_A_NAME
            and not between
            and following.text[0].isupper()
            and not PLACE_WORD.fullmatch(following.text)
        ):
            yield following.start, following.end
