"""Times that are times, and still no times of incidents: wrong years, and spans of years."""

import pytest

from geo_service.errors import InvalidInput
from geo_service.importing.incidents import read_incidents
from tests import make
from tests.importing.test_import_incidents import SHIPPED, balanced, good, read, write


def between(begin: str, end: str) -> list[str]:
    row = good(1)
    row[2], row[3] = begin, end
    return row


@pytest.mark.parametrize(
    ("begin", "end", "remarked", "rejected"),
    [
        ("05-03-2026 10:00", "05-04-2026 11:00", False, False),  # 31 days by the clock
        ("05-03-2026 10:00", "05-04-2026 11:01", True, False),
        ("05-03-2025", "05-03-2026", True, False),  # both days whole: 366
        ("05-03-2025", "06-03-2026", False, True),
        ("05-03-2020 10:00", "05-03-2026 10:00", False, True),
        ("05-03-2026", "", False, False),
    ],
)
def test_a_long_span_is_remarked_on_and_one_of_years_refused(
    tmp_path, begin, end, remarked, rejected
):
    file = read(tmp_path, [between(begin, end), good(2)])
    assert balanced(file)
    assert any("Over 31 dage" in remark for remark in file.remarks) == remarked
    found = [(one.row, one.column, one.problem) for one in file.rejections]
    wrong = (2, "fra og til", "ligger over 366 dage fra hinanden")
    assert found == ([wrong] if rejected else [])
    assert len(file.incidents) == 2 - rejected


def test_long_spans_are_told_by_row_and_length(tmp_path):
    rows = [between("01-01-2026", "28-02-2026"), good(2)]
    (told,) = [remark for remark in read(tmp_path, rows).remarks if "Over 31" in remark]
    assert told.endswith("række 2 (59 dage).")


@pytest.mark.parametrize("year", ["1850", "0026", "2206"])
@pytest.mark.parametrize("column", [2, 3])
def test_a_year_that_cannot_be_is_refused_in_true_words(tmp_path, year, column):
    row = good(1)
    row[column] = f"05-03-{year} 22:00"
    (one,) = read(tmp_path, [row]).rejections
    assert str(one).endswith(
        f"'05-03-{year} 22:00' ligger uden for de år, der læses ind (ventet et årstal fra 1900 "
        "til 2099)"
    )
    assert "er ikke et tidspunkt" not in str(one)


def test_a_column_that_may_be_empty_is_not_called_missing(tmp_path):
    header = "id;type;fra;til;øst;nord"
    path = write(tmp_path, [good(1)[:6]], header=header)
    with pytest.raises(InvalidInput, match=r"har ikke kolonnen rum, som kan stå tom") as refused:
        read_incidents(path, SHIPPED, now=make.NOW)
    assert "mangler" not in str(refused.value)
    path = write(tmp_path, [good(1)[1:6]], header="type;fra;til;øst;nord")
    with pytest.raises(InvalidInput, match=r"mangler kolonnen id\. "):
        read_incidents(path, SHIPPED, now=make.NOW)
