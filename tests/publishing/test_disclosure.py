"""Small counts are hidden, and subtraction from a known total does not give them back."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from geo_service.errors import InvalidInput
from geo_service.publishing.disclosure import hide_small_counts, hide_small_samples

tables = st.tuples(st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: arrays(
        np.int64, shape, elements=st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 60))
    )
)


def long(table: np.ndarray) -> pd.DataFrame:
    """Return a table of areas × types as one row per cell."""
    rows, columns = table.shape
    return pd.DataFrame(
        [
            (f"{row}", f"type {column}", int(table[row, column]))
            for row, column in product(range(rows), range(columns))
        ],
        columns=["area_code", "crime_type", "count"],
    )


def shown(table: np.ndarray) -> np.ma.MaskedArray:
    """Return the table as it is published, hidden cells masked."""
    counts = hide_small_counts(long(table))["count"]
    hidden = counts.isna().to_numpy().reshape(table.shape)
    values = counts.fillna(0).to_numpy(dtype=np.int64).reshape(table.shape)
    return np.ma.MaskedArray(values, hidden)


def possible(
    table: np.ndarray, published: np.ma.MaskedArray, *, least: int
) -> list[tuple[int, int]]:
    """Return the least and greatest value of each hidden cell for who knows all totals.

    The attack by linear programming: any numbers of at least `least` that fill the gaps and
    give the totals. Rows and columns make a network, so the limits are whole numbers and can
    both be reached.
    """
    places = np.argwhere(published.mask)
    lines = np.vstack(
        [
            *(places[:, 0] == row for row in range(table.shape[0])),
            *(places[:, 1] == column for column in range(table.shape[1])),
        ]
    ).astype(float)
    open_cells = np.where(published.mask, table, 0)
    totals = np.concatenate([open_cells.sum(axis=1), open_cells.sum(axis=0)])
    found = []
    for number in range(len(places)):
        one = np.eye(len(places))[number]
        limits = [
            linprog(sign * one, A_eq=lines, b_eq=totals, bounds=(least, None)).fun * sign
            for sign in (1, -1)
        ]
        found.append((round(limits[0]), round(limits[1])))
    return found


def test_one_small_count_takes_the_next_smallest_with_it():
    """K18: total 30 = A 12 + B 15 + C 3; with C alone hidden it is 30 − 27."""
    table = np.array([[12, 15, 3]])
    assert shown(table).tolist() == [[None, 15, None]]
    assert shown(table.T).T.tolist() == [[None, 15, None]]


def test_counts_of_five_and_more_and_zeros_are_shown_as_they_are():
    table = np.array([[0, 5, 60], [7, 0, 0]])
    assert shown(table).tolist() == table.tolist()


@pytest.mark.parametrize("small", [1, 2, 3, 4])
def test_each_small_count_is_hidden(small):
    table = np.full((3, 3), 40)
    table[1, 1] = small
    assert shown(table).mask.tolist() == [
        [True, True, False],
        [True, True, False],
        [False, False, False],
    ]


@given(table=tables)
@example(table=np.array([[3]]))
@example(table=np.array([[3, 0, 0], [0, 0, 9]]))
def test_no_small_count_is_shown_and_no_line_has_a_single_gap(table):
    published = shown(table)
    hidden = np.ma.getmaskarray(published)
    assert not ((table > 0) & (table < 5) & ~hidden).any()
    assert not hidden[table == 0].any()  # zeros stay
    assert (published.data == table)[~hidden].all()  # nothing is rounded
    for gaps, values in [*zip(hidden, table, strict=True), *zip(hidden.T, table.T, strict=True)]:
        if gaps.sum() == 1:
            assert (values[~gaps] == 0).all()  # nothing else could be hidden


@given(table=tables)
def test_nothing_is_hidden_where_nothing_is_small(table):
    large = np.where((table > 0) & (table < 5), 5, table)
    assert not np.ma.getmaskarray(shown(large)).any()


@given(table=tables, seed=st.integers(0, 2**32 - 1))
def test_rows_keep_their_order_and_the_order_changes_nothing(table, seed):
    counts = long(table).assign(note="x")
    mixed = counts.sample(frac=1, random_state=seed)
    before = mixed.copy()
    result = hide_small_counts(mixed)
    pd.testing.assert_frame_equal(mixed, before)
    assert result["count"].dtype == "Int64"
    pd.testing.assert_frame_equal(result.sort_index(), hide_small_counts(counts))


def test_subtraction_alone_leaves_more_than_one_value_for_every_hidden_cell():
    """An attacker with all totals who does not know that 0 is never hidden."""
    table = np.array([[40, 3, 20], [12, 30, 2], [25, 18, 9]])
    limits = possible(table, shown(table), least=0)
    assert limits
    assert all(high - low >= 4 for low, high in limits)


@pytest.mark.parametrize(
    ("table", "least", "found"),
    [
        # two hidden ones that make 2, for whoever knows that zeros are shown
        ([[1, 1, 20], [9, 9, 20]], 1, 1),
        # two squares of gaps with one gap between them, which the first rows' totals give
        (
            [
                [2, 2, 90, 90],
                [2, 2, 3, 90],
                [90, 90, 2, 2],
                [90, 90, 2, 2],
            ],
            0,
            3,
        ),
    ],
    ids=["sum of two ones", "a lonely cell between two groups"],
)
def test_totals_would_give_some_cells_back_so_they_may_not_be_printed(table, least, found):
    """The honest limit of the rule, as the module says: it holds where no totals are shown."""
    table = np.array(table)
    published = shown(table)
    assert (found, found) in possible(table, published, least=least)


@pytest.mark.parametrize("dtype", [object, "int64", "Int64"])
def test_no_counts(dtype):
    none = pd.DataFrame({"area_code": [], "crime_type": [], "count": pd.Series([], dtype=dtype)})
    result = hide_small_counts(none)
    assert list(result.columns) == ["area_code", "crime_type", "count"]
    assert result.empty
    assert result["count"].dtype == "Int64"


@pytest.mark.parametrize(
    "count", [None, -1, 2.5, float("nan")], ids=["missing", "negative", "a half", "nan"]
)
def test_what_is_no_count_is_refused(count):
    """A missing count shown as 0 would say that nothing happened."""
    counts = long(np.full((2, 2), 9)).astype({"count": object})
    counts.loc[2, "count"] = count
    with pytest.raises(InvalidInput, match="whole count of every type"):
        hide_small_counts(counts)


def test_a_lacking_combination_is_refused():
    with pytest.raises(InvalidInput, match="whole count of every type"):
        hide_small_counts(long(np.full((2, 2), 9)).iloc[:-1])


def test_a_combination_that_stands_twice_is_refused():
    counts = long(np.full((2, 2), 9))
    with pytest.raises(InvalidInput, match="two counts of one type"):
        hide_small_counts(pd.concat([counts, counts.iloc[:1]]))


def answers(*numbers: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": [str(place) for place in range(len(numbers))],
            "n_answers": numbers,
            "share_pct": 9.0,
            "low_pct": 4.0,
            "high_pct": 19.0,
        }
    )


def test_a_share_is_shown_from_fifty_answers_on():
    result = hide_small_samples(answers(0, 49, 50, 3596))
    assert list(result["hidden"]) == [True, True, False, False]
    for column in ("share_pct", "low_pct", "high_pct"):
        assert list(result[column].notna()) == [False, False, True, True]
    assert list(result["n_answers"]) == [0, 49, 50, 3596]
    assert list(result["code"]) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("dtype", ["float64", "Int64"])
def test_an_unknown_number_of_answers_is_too_few(dtype):
    shares = answers(np.nan, 60).astype({"n_answers": dtype})
    result = hide_small_samples(shares)
    assert list(result["hidden"]) == [True, False]
    assert result["hidden"].dtype == bool
    assert list(result["share_pct"].notna()) == [False, True]


def test_no_shares():
    result = hide_small_samples(answers())
    assert result.empty
    assert result["hidden"].dtype == bool
