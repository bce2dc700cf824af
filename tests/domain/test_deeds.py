"""What may be said of a deed: bounded, on one line, no CPR numbers, no secrets."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.access import RIGHTS
from geo_service.domain.deeds import (
    DEED_WORDS,
    LEFT_OUT,
    MOST_CHARACTERS,
    MOST_IN_ALL,
    Deed,
    deed_of,
    described,
    said,
)
from geo_service.domain.person_numbers import black_out, looks_like_cpr

SEPARATORS = ["", "-", "–", "/", ".", " ", "\u00a0", "\u200b", "\n", "%2D", "&nbsp;", " - "]
DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩"]


def test_every_operation_of_a_policy_is_a_deed() -> None:
    for policy in RIGHTS:
        _, _, operation = policy.partition(".")
        if operation:
            assert deed_of(operation) in Deed
    with pytest.raises(ValueError, match="peek"):
        deed_of("peek")
    assert set(DEED_WORDS) == set(Deed)


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize(
    "shape", ["{}{}", "0101{0}90{0}{1}", "01{0}01{0}90{0}{1}", "01{0}01{0}1990{0}{1}"]
)
def test_a_cpr_number_is_blacked_out_however_it_is_separated(
    separator: str, digits: str, shape: str
) -> None:
    plain = f"010190{separator}1234" if shape == "{}{}" else shape.format(separator, "1234")
    written = plain if "%" in plain else plain.translate(str.maketrans("0123456789", digits))
    for around in ("{}", "cpr:{}", "søg {} nu", "x{}y"):
        assert said(around.format(written)) == said(around.format("[cpr]"))


@pytest.mark.parametrize(
    "text",
    [
        "725369.15,6175000.25",
        "bbox=720000,6175000,721000,6176000",
        "2026-11-25 04:30:12.123456+00",
        "2026-01-01..2026-12-31",
        "4501901234",  # no such month
        "12345678901",
        "a1" * 32,
        "fra 01-01-2026 til 31-12-2026",
    ],
)
def test_what_is_no_cpr_number_stays(text: str) -> None:
    assert black_out(text) == text


@given(st.text())
def test_nothing_that_an_import_would_refuse_is_written_down(text: str) -> None:
    assert not looks_like_cpr(black_out(text))


@pytest.mark.parametrize("before", ["21.30 ", "kl. 20 00 ", "99-", "2026-11-27 ", "40 "])
def test_digits_before_a_number_do_not_hide_it(before: str) -> None:
    written = black_out(f"{before}010190-1234 til slut")
    assert written.endswith("[cpr] til slut")
    assert "0190" not in written


def test_secrets_are_left_out_by_their_name() -> None:
    found = described(
        {"password": "x", "asked": {"_token": ["y"], "Kodeord": "z", "tokens": 3, "q": "ro"}}
    )
    assert found == {
        "password": LEFT_OUT,
        "asked": {"_token": LEFT_OUT, "Kodeord": LEFT_OUT, "tokens": 3, "q": "ro"},
    }


def test_what_is_too_long_deep_or_strange_is_bounded() -> None:
    deep: dict[str, object] = {}
    for _ in range(50):
        deep = {"x": deep}
    found = described(
        {
            "long": "æ" * 10_000,
            "list": list(range(1_000)),
            "deep": deep,
            "nan": math.nan,
            "inf": math.inf,
            "huge": 10**400,
            "day": date(2026, 11, 25),
            "moment": datetime(2026, 11, 25, 4, 30, tzinfo=UTC),
            "odd": "a\x00b\ud800c\u2028d\r\nSet-Cookie: x",
            "set": {"b", "a"},
            "010190-1234": "in a key",
            "flag": True,
            "none": None,
        }
    )
    assert len(found["long"]) == MOST_CHARACTERS
    assert found["long"].endswith("…")
    assert (len(found["list"]), found["list"][-1]) == (51, "…")
    assert (found["nan"], found["inf"]) == ("nan", "inf")
    assert found["odd"] == "a b c d  Set-Cookie: x"
    assert found["set"] == ["a", "b"]
    assert (found["day"], found["flag"], found["none"]) == ("2026-11-25", True, None)
    assert found["moment"] == "2026-11-25T04:30:00+00:00"
    assert found["[cpr]"] == "in a key"
    json.dumps(found, allow_nan=False).encode()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=200,
)


@given(st.dictionaries(st.text(), values))
def test_anything_becomes_something_that_can_be_stored(detail: dict[str, object]) -> None:
    stored = json.dumps(described(detail), ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in stored
    stored.encode()  # no half surrogates
    assert len(stored) < 40 * MOST_IN_ALL
    assert described(described(detail)) == described(described(described(detail)))
