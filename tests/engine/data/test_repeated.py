"""Rows that are equal to others, against a comparison of each with each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import equal_rows, repeated
from engine.errors import DataError


@given(st.lists(st.integers(0, 9), max_size=20), st.lists(st.integers(0, 9), max_size=20))
def test_the_rows_are_those_that_equal_another(one: list[int], other: list[int]) -> None:
    x, of = np.array(one, "float32").reshape(-1, 1), np.array(other, "int64").reshape(-1, 1)
    assert repeated(x, of).tolist() == [value in other for value in one]
    assert repeated(x).tolist() == [value in one[:place] for place, value in enumerate(one)]


def test_rows_of_several_arrays_are_equal_only_where_all_parts_are() -> None:
    a, b = np.arange(6.0).reshape(3, 2), np.array([1, 2, 3])
    assert repeated([a, b], [a[:2], np.array([1, 9])]).tolist() == [True, False, False]


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(DataError, match="shapes"):
        repeated(np.zeros((3, 2)), np.zeros((3, 3)))
    with pytest.raises(DataError, match="one length"):
        repeated([np.zeros(3), np.zeros(4)])


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.5, -2.0])), max_size=30))
def test_equal_rows_are_counted(rows: list[tuple[int, float]]) -> None:
    assert equal_rows(np.array(rows, "float64").reshape(-1, 2)) == len(rows) - len(set(rows))
    bytes_only = np.array([row[0] for row in rows], "uint8").reshape(-1, 1).repeat(3, 1)
    assert equal_rows(bytes_only) == len(rows) - len({row[0] for row in rows})


def test_rows_that_differ_in_one_bit_are_different() -> None:
    rng = np.random.default_rng(0)
    assert equal_rows(rng.normal(size=(200_000, 4)).astype("float32").astype("float64")) == 0
    assert equal_rows(np.arange(200_000, dtype="float32").reshape(-1, 2)) == 0
