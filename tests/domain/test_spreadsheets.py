"""Text stays text in a spreadsheet, and every value comes back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.domain.spreadsheets import BOM, cell, csv_text
from geo_service.settings import PROJECT_ROOT

FORMULAS = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r1", "\n1", "  =1", "\u00a0=1", "＝1", "－1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert [cell(one) for one in (-1, 2.5, None, True, "a")] == [-1, 2.5, "", "True", "a"]


def test_every_table_that_is_handed_out_is_written_here() -> None:
    for folder in ("api", "geo_service"):
        for path in (PROJECT_ROOT / folder).rglob("*.py"):
            if "csv.writer" in path.read_text(encoding="utf-8"):
                assert path.name == "spreadsheets.py", (
                    f"{path}: use csv_text, which quotes formulas"
                )


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    rows = [[one.encode("utf-8", "replace").decode() for one in row] for row in rows]
    written = csv_text(["a", "b"], rows)
    assert written.startswith(f"{BOM}a;b\r\n")
    read = list(csv.reader(io.StringIO(written.removeprefix(BOM), newline=""), delimiter=";"))
    assert read[1:] == [[str(cell(one)) for one in row] for row in rows]
