"""Which passwords will do, and that what is kept of them is worth nothing to a thief."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain import passwords
from geo_service.domain.passwords import Fault, fault_of, hash_password, is_outdated, is_right


def fault(password: str) -> Fault | None:
    return fault_of(password, login="aase@kommune.example", name="Bo Nordlys")


@pytest.mark.parametrize(
    "password",
    ["fire hundrede blå heste", "kQ7#vv2LmZ9!x", "sommer i Gilleleje med regn", "bo i et gult hus",
     "vandrør-tang-kano", "847202916573", "你好世界再见朋友一二三四"],
)  # fmt: skip
def test_long_and_ones_own_is_good_enough(password: str) -> None:
    assert fault(password) is None


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("elleve tegn", Fault.short),
        ("x" * 257, Fault.long),
        ("abababababab", Fault.obvious),
        ("123456789012", Fault.obvious),
        ("098765432109", Fault.obvious),
        ("qwertyuiopå", Fault.short),
        ("qwertyuiopåa", Fault.obvious),
        ("1q2w3e4r5t6y", Fault.obvious),
        ("Adgangskode1", Fault.obvious),
        ("P@ssw0rd2026!", Fault.obvious),
        ("SommerVinter99", Fault.obvious),
        ("2026-Tryghed-2026", Fault.obvious),
        ("nordlys over alt", Fault.own_name),
        ("min AASE er bedst", Fault.own_name),
    ],
)
def test_what_everybody_tries_is_not(password: str, expected: Fault) -> None:
    assert fault(password) == expected


@given(st.text(min_size=12, max_size=40))
def test_any_text_is_judged_without_a_stumble(password: str) -> None:
    fault(password)


def test_only_the_same_password_is_right() -> None:
    stored = hash_password("fire blå heste i marken")
    assert stored.startswith("$argon2id$")
    assert "heste" not in stored
    assert hash_password("fire blå heste i marken") != stored
    assert is_right(stored, "fire blå heste i marken")
    assert is_right(stored, "fire bla\u030a heste i marken")
    for wrong in ("", "fire blå heste i marke", "fire blå heste i marken ", "\ud800", "x" * 9_999):
        assert not is_right(stored, wrong)
    assert not is_outdated(stored)


@pytest.mark.parametrize("stored", [None, "", "x", "$argon2id$v=19$broken"])
def test_without_a_hash_nothing_is_right(stored: str | None) -> None:
    assert not is_right(stored, "nobody has this password, since nothing compares with it")


def test_nobodys_hash_costs_what_a_real_one_does() -> None:
    assert not is_outdated(passwords._of_nobody())
