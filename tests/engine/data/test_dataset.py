"""From a table to a network's arrays and back, by what the training rows tell alone."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import engine
from engine.data import Dataset, Preparation, Split
from engine.errors import DataError, EngineError, FileError, SettingError, UnknownName
from engine.layers import Dense
from engine.models import Sequential

from .tables import TOWNS, houses


def opened(**how: Any) -> Dataset:
    return engine.data.open(houses(), target="rent", **how)


def network(data: Dataset, units: int = 1, activation: str | None = None, loss: str = "mse") -> Sequential:
    model = Sequential(
        [Dense(16, activation="relu", input_shape=data.input_shape), Dense(units, activation=activation)]
    )
    model.compile("adam", loss)
    return model


def test_a_table_is_trained_on_and_a_new_row_is_predicted_in_its_own_unit() -> None:
    data = opened(split={"validation": 0.1, "test": 0.1})
    assert data.features == [
        "size", "size missing", *(f"town = {town}" for town in TOWNS),
        "seen year", "seen month", "seen day", "seen weekday", "balcony",
    ]  # fmt: skip
    assert data.x.shape == (162, 10) and data.x.dtype == np.float32 and data.y.shape == (162, 1)
    assert abs(data.x[:, 0].mean()) < 0.1 and abs(data.y.std() - 1) < 1e-3
    with_seed = engine.experiment.seeded(1)
    with with_seed:
        model = network(data)
        model.fit(data.x, data.y, validation_data=data.validation, epochs=150, verbose=0)
    assert data.test is not None
    rows = data.parts.test
    predicted = data.preparation.undo(model.predict(data.test.x))
    known = ~data.columns["size"].missing[rows]
    assert np.abs(predicted - data.columns["rent"].values[rows])[known].mean() < 150
    town = {"size": 100, "town": "Köln", "seen": np.datetime64("2021-03-01"), "balcony": True}
    assert abs(data.predict(model, town)[0] - 1100) < 200
    assert data.predict(model, [{**town, "size": None}, {**town, "town": "Mainz"}]).shape == (2,)


def test_classes_are_numbered_and_come_back_by_name() -> None:
    table = {"x": [0.0, 1.0] * 30, "kind": ["cat", "dog"] * 30}
    data = engine.data.open(table, target="kind")
    assert data.classes == ["cat", "dog"] and data.y.dtype == np.int64 and set(data.y.ravel().tolist()) == {0, 1}
    model = network(data, 2, "softmax", "sparse_categorical_crossentropy")
    model.fit(data.x, data.y, epochs=200, verbose=0)
    assert data.predict(model, [{"x": 0.0}, {"x": 1.0}]).tolist() == ["cat", "dog"]
    assert data.preparation.undo(np.array([[0.2], [0.8]])).tolist() == ["cat", "dog"]


def test_a_target_that_is_spread_over_columns_has_one_for_each_class() -> None:
    steps = [{"step": "one_hot", "columns": ["kind"]}]
    data = engine.data.open({"x": [0.0, 1.0] * 30, "kind": ["cat", "dog"] * 30}, target="kind", steps=steps)
    assert data.y.shape == (54, 2) and (data.y.sum(1) == 1).all()
    assert data.features == ["x"]
    assert data.preparation.undo(np.array([[0.9, 0.1], [0.2, 0.8]])).tolist() == ["cat", "dog"]


def _poisoned(rows: np.ndarray, table: dict[str, list[Any]]) -> dict[str, list[Any]]:
    bad: dict[str, Any] = {"size": math.inf, "town": "nowhere", "seen": None, "balcony": None, "rent": 1e30}
    return {
        name: [bad[name] if i in set(rows.tolist()) else one for i, one in enumerate(column)]
        for name, column in table.items()
    }


@pytest.mark.parametrize("split", [Split(validation=0.2, test=0.2, seed=4), Split(by="order", test=0.1)])
def test_no_step_learns_from_rows_that_measure(split: Split) -> None:
    clean = opened(split=split)
    others = np.concatenate([clean.parts.validation, clean.parts.test])
    poisoned = engine.data.open(_poisoned(others, houses()), target="rent", split=split, steps=clean.steps)
    assert (poisoned.parts.train == clean.parts.train).all()
    assert poisoned.preparation.to_config() == clean.preparation.to_config()
    np.testing.assert_array_equal(poisoned.x, clean.x)


FITTED: list[dict[str, Any]] = [
    {"step": "fill", "columns": ["size"], "by": "mean", "marker": True},
    {"step": "one_hot", "columns": ["town"]},
    {"step": "ordinal", "columns": ["town"]},
    {"step": "scale", "columns": ["size"], "by": "robust"},
    {"step": "layer", "columns": ["size"], "layer": {"class_name": "Normalization", "config": {}}},
    {"step": "layer", "columns": ["size"], "layer": {"class_name": "Discretization", "config": {"num_bins": 5}}},
    {"step": "tokens", "columns": ["town"], "most": 9},
    {"step": "tokens", "columns": ["town"], "most": 9, "by": "subwords"},
    {"step": "balance", "columns": ["town"]},
    {"step": "balance", "columns": ["town"], "by": "fewer"},
    {"step": "leave_out", "columns": ["town"], "values": ["Ulm", "nowhere"]},
]


@pytest.mark.parametrize("step", FITTED, ids=str)
def test_no_step_by_itself_learns_from_rows_that_measure(step: dict[str, Any]) -> None:
    split = Split(validation=0.2, test=0.2, seed=4)
    steps = [step, {"step": "scale", "columns": ["rent"]}]
    clean = engine.data.open(houses(), inputs=["size", "town"], target="rent", split=split, steps=steps)
    whole = clean.split.rows(len(clean), clean.columns)
    others = np.concatenate([whole.validation, whole.test])
    poisoned = engine.data.open(
        _poisoned(others, houses()), inputs=["size", "town"], target="rent", split=split, steps=steps
    )
    np.testing.assert_array_equal(poisoned.parts.train, clean.parts.train)
    assert poisoned.preparation.to_config() == clean.preparation.to_config()


def test_a_preparation_outlives_its_process_as_text() -> None:
    data = opened()
    again = Preparation.from_config(json.loads(json.dumps(data.preparation.to_config())))
    rows = data.sample(8)
    np.testing.assert_array_equal(again.rows(rows), data.preparation.rows(rows))
    values = np.linspace(-1, 1, 5)[:, None]
    np.testing.assert_array_equal(again.undo(values), data.preparation.undo(values))


def test_the_same_roles_steps_and_split_give_the_same_arrays() -> None:
    data = opened(split=Split(seed=7))
    config = json.loads(json.dumps(data.get_config()))
    again = engine.data.open(houses(), config["inputs"], config["target"], steps=config["steps"], split=config["split"])
    for name, part in data.arrays().items():
        np.testing.assert_array_equal(part.x, again.arrays()[name].x)
        np.testing.assert_array_equal(part.y, again.arrays()[name].y)


def test_pictures_and_columns_go_to_inputs_of_their_own() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (40, 8, 8))
    data = engine.data.open({"picture": pictures, "age": list(range(0, 80, 2)), "y": [0, 1] * 20}, target="y")
    assert {name: x.shape for name, x in data.x.items()} == {"picture": (36, 8, 8), "features": (36, 1)}
    with pytest.raises(DataError, match="expected one input, found 2: picture, features"):
        _ = data.input_shape


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: engine.data.open(houses(), target="rant"), UnknownName, "found 'rant'. Did you mean 'rent'"),
        (lambda: opened(inputs=["size", "rent"]), SettingError, "columns other than the target, found 'rent'"),
        (lambda: opened(inputs=[]), SettingError, "at least one column"),
        (lambda: opened(steps=[]).x, DataError, "column 'size': expected a value in each row.*Add the step fill or drop"),
        (lambda: opened(inputs=["town"], steps=[]).x, DataError, "'town': expected numbers behind the steps, found texts.*one_hot"),
        (lambda: opened(inputs=["seen"], steps=[]).x, DataError, "found dates. Add the step date_parts"),
        (
            lambda: engine.data.open({"x": [1.0] * 30 + [math.inf]}, steps=[], split={"validation": 0.0}).x,
            DataError,
            "finite numbers, found infinite ones in 1 of 31 rows, first in row 30",
        ),
        (
            lambda: engine.data.open(
                {"x": [*range(30)], "y": ["a", "b"] * 14 + ["b", "c"]}, target="y", split={"by": "order"}
            ).validation,
            DataError,
            "one of the 2 classes of the training rows",
        ),
        (lambda: opened().preparation.rows({"size": 3}), UnknownName, "found 'town'"),
        (
            lambda: opened().preparation.rows({**opened().sample(1)[0], "size": "big"}),
            DataError,
            "numbers, as in training, found texts, such as 'big'",
        ),
        (lambda: Preparation.from_config({"inputs": 3}), FileError, "inputs, target and steps"),
        (
            lambda: Preparation.from_config({"inputs": {}, "target": None, "steps": [{"step": "scale"}]}),
            FileError,
            "its key 'fitted'",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words(make: Callable[[], object], error: type[EngineError], says: str) -> None:
    with pytest.raises(error, match=says):
        make()


def test_fit_and_evaluate_take_the_data_set_itself() -> None:
    data = opened(split={"validation": 0.1, "test": 0.1})
    with engine.experiment.seeded(1):
        whole = network(data)
        history = whole.fit(data, epochs=3, verbose=0).history
    with engine.experiment.seeded(1):
        parts = network(data)
        assert parts.fit(data.x, data.y, validation_data=data.validation, epochs=3, verbose=0).history == history
    assert data.test is not None
    assert whole.evaluate(data, verbose=0) == whole.evaluate(*data.test, verbose=0)
    # A split of one's own, and a frame whose columns have such names, stay what they were.
    assert "val_loss" not in whole.fit(opened(split={"validation": 0.0}), epochs=1, verbose=0).history
    frame = pd.DataFrame(np.ones((8, 3)), columns=["train", "validation", "test"])
    model = Sequential([Dense(1, input_shape=(3,))])
    model.compile("sgd", "mse")
    model.fit(frame, np.zeros(8), epochs=1, verbose=0)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda model, data: model.fit(data, data.y), "y: expected None, as the Dataset holds it"),
        (lambda model, data: model.predict(data), r"Dataset, which has several parts. .*data.predict\(model, rows\)"),
        (
            lambda model, data: model.evaluate(opened(split={"validation": 0.0})),
            "a test or validation part, found none",
        ),
        (
            lambda model, data: model.fit(engine.data.open(houses(), ["size"])),
            "y: expected data with a target, found none",
        ),
    ],
)
def test_a_data_set_in_the_wrong_place_is_refused_in_words(
    call: Callable[[Sequential, Dataset], object], says: str
) -> None:
    data = opened()
    with pytest.raises(DataError, match=says):
        call(network(data), data)
