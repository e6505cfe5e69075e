"""Rows that are trained on and stand in another set, too, against a comparison of every row with every other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets import Builder
from kwidgets.session.data_sources import DataSources
from kwidgets.session.shared_rows import MOST_NAMED, shared_rows, split_of

from ..wire import Wire

RNG = np.random.default_rng(0)
CELL = "import engine\nkeep = ~engine.data.repeated(x_test, of=x_train)\nx_test, y_test = x_test[keep], y_test[keep]"

OF_SHARE = "import engine\nkeep = ~engine.data.repeated(x_train)\nx_train, y_train = x_train[keep], y_train[keep]"


@given(
    st.lists(st.integers(0, 40), min_size=4, max_size=30), st.integers(1, 30), st.lists(st.integers(0, 60), max_size=20)
)
def test_the_rows_told_are_those_that_equal_one_that_is_trained_on(numbers, trained, tested):
    trained = min(trained, len(numbers))
    x, test = np.array(numbers, "float32")[:, None], np.array(tested, "float32")[:, None]
    found = {one["of"]: one for one in shared_rows([x], trained, [test])}
    learnt = numbers[:trained]
    if len(set(learnt)) < 0.9 * trained:
        assert found == {}
        return
    validation = [row for row, value in enumerate(numbers) if row >= trained and value in learnt]
    scored = [row for row, value in enumerate(tested) if value in learnt]
    for of, rows in (("validation", validation), ("test", scored)):
        told = found.get(of, {"rows": 0, "first": []})
        assert (told["rows"], told["first"]) == (len(rows), rows[:MOST_NAMED])


def test_a_row_of_several_inputs_is_shared_only_where_all_of_them_are():
    a, b = RNG.normal(size=(20, 3)), RNG.normal(size=(20, 2, 2))
    same = shared_rows([a, b], 20, [a[4:6].copy(), b[4:6].copy()])
    assert same == [{"of": "test", "rows": 2, "first": [0, 1], "cell": None}]
    assert shared_rows([a, b], 20, [a[4:6].copy(), b[7:9].copy()]) == []
    # Other types and shapes cannot be compared.
    assert shared_rows([a, b], 20, [a[4:6].astype("float32"), b[4:6].copy()]) == []


def test_the_test_set_and_what_it_shares_are_told_for_arrays_of_a_notebook():
    x = RNG.normal(size=(100, 4))
    there = {
        "x_train": x,
        "y_train": np.arange(100),
        "x_test": np.concatenate([x[7:9], x[:3] + 1]),
        "y_test": np.arange(5),
    }
    sources = DataSources(lambda: there)
    rows = {key: len(array) for key, array in there.items()}
    split = split_of(sources, None, ["x_train"], rows, 0.1, targets=["y_train"])
    assert split == {
        "test": {"key": "x_test", "rows": 5},
        "own": None,
        "validates": None,
        "shared": [{"of": "test", "rows": 2, "first": [0, 1], "cell": CELL}],
    }
    # What is too large to be looked into is not read.
    sources = DataSources(lambda: there, most_read=100)
    assert split_of(sources, None, ["x_train"], rows, 0.1) == {
        "test": {"key": "x_test", "rows": 5},
        "own": None,
        "validates": None,
        "shared": [],
    }
    assert split_of(sources, None, [], rows, 0.1) == {"test": None, "own": None, "validates": None, "shared": []}


@pytest.mark.usefixtures("small_bundle")
@pytest.mark.parametrize(
    ("share", "shared"), [(0.2, [{"of": "validation", "rows": 3, "first": [97, 98, 99], "cell": OF_SHARE}]), (0.0, [])]
)
def test_the_builder_answers_with_the_rows_that_validate_and_are_trained_on(share, shared):
    x = RNG.normal(size=(100, 8, 8, 1)).astype("float32")
    x[97:] = x[:3]
    builder = Builder(template="digits_cnn", arrays={"x_train": x, "y_train": np.arange(100) % 10})
    builder.set_data(source="notebook", validation_split=share)
    answer = Wire(builder.view).say("split", arrays=["x_train"])
    assert (answer["test"], answer["shared"]) == (None, shared)
    builder.close()


def test_arrays_of_their_own_validate_in_place_of_a_share():
    x = RNG.normal(size=(100, 4))
    there = {
        "x_train": x,
        "y_train": np.arange(100),
        "x_val": np.concatenate([x[7:9] + 1, x[:3]]),
        "y_val": np.arange(5),
    }
    rows = {key: len(array) for key, array in there.items()}
    own = {"x_train": "x_val", "y_train": "y_val"}
    assert split_of(
        DataSources(lambda: there), None, ["x_train"], rows, 0.1, validation_of=own, targets=["y_train"]
    ) == {
        "test": None,
        "own": {"key": "x_val", "rows": 5},
        "validates": 0,
        "shared": [{"of": "validation", "rows": 3, "first": [2, 3, 4], "cell": CELL.replace("test", "val")}],
    }


def test_the_cell_takes_the_rows_out():
    x = RNG.normal(size=(50, 4))
    there = {
        "x_train": x,
        "y_train": np.arange(50),
        "x_test": np.concatenate([x[:5], x[5:9] + 1]),
        "y_test": np.arange(9),
    }
    exec(CELL, there)
    assert len(there["x_test"]) == 4 and there["y_test"].tolist() == [5, 6, 7, 8]
    there["x_train"][40:] = there["x_train"][:10]
    exec(OF_SHARE, there)
    assert there["y_train"].tolist() == list(range(40))
