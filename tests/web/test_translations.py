"""Every text of the pages has its English, and no English has lost its text."""

from __future__ import annotations

import re

import pytest

from api.web.translations import Message, _, counted, in_language, texts_of
from docs.write_translations import FILES, catalogue, texts, written

PLACES = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_is_what_the_pages_need(path) -> None:
    assert path.read_bytes() == written(path), (
        f"{path.name} has fallen behind. Bring it up to date, and fill in what is new: "
        ".venv/bin/python -m docs.write_translations"
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_text_is_translated_with_its_places(path) -> None:
    for text, message in catalogue(path).items():
        originals = [text] if isinstance(text, str) else list(text)
        said = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(said), f"{path.name} lacks: {text}"
        for one in said:
            assert set(PLACES.findall(one)) == set(PLACES.findall(originals[-1])), text
            assert one.strip() == one


def test_texts_are_found_at_all() -> None:
    found = texts()
    assert "Log ud" in found
    assert "Siden findes ikke" in found
    assert ("Der er %(num)s ting at rette", "Der er %(num)s ting at rette") in found
    assert len(found) > 200


def test_a_text_waits_for_the_language_of_its_page() -> None:
    text = _("Gemt af %(who)s", who="A & B")
    assert isinstance(text, Message)
    assert in_language(text, "da") == "Gemt af A & B"
    assert in_language(text, "en") == "Saved by A & B"
    assert in_language(_("Log ud"), "en") == "Sign out"
    assert in_language(_("Gemt af %(who)s", who=_("Politi")), "en") == "Saved by Police"
    assert texts_of("en")["gettext"]("Gemt af %(who)s", who=_("Politi")) == "Saved by Police"


@pytest.mark.parametrize(("number", "said"), [(1, "1 team is out"), (2, "2 teams are out")])
def test_a_text_that_counts_has_the_form_of_its_number(number: int, said: str) -> None:
    hold = "%(num)s hold er ude i aften."
    text = counted(hold, hold, number)
    assert in_language(text, "en") == f"{said} tonight."
    assert in_language(text, "da") == f"{number} hold er ude i aften."


def test_texts_and_values_are_escaped_and_per_cent_signs_kept() -> None:
    one, many = texts_of("da")["gettext"], texts_of("en")["ngettext"]
    assert one("100 % <b>") == "100 % &lt;b&gt;"
    assert one("%(a)s er 100 %%", a="<b>") == "&lt;b&gt; er 100 %"
    ting = "Der er %(num)s ting at rette"
    assert many(ting, ting, 1) == "There is 1 thing to put right"
    assert many(ting, ting, 2) == "There are 2 things to put right"
