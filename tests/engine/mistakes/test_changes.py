"""Changes of mends: carried out on configs and arrays, and written as Python that does the same."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import GraphError
from engine.layers import Add, Dense, Input
from engine.mistakes.changes import changed_array, changed_model, code_of
from engine.models import Model, Sequential
from engine.models.loading import model_from_config
from engine.utils import to_categorical

CHANGES: list[dict[str, Any]] = [
    {"first": 2},
    {"divide": 4},
    {"add": -1},
    {"add": 3, "divide": 2},
    {"most": 5},
    {"add_axis": -1},
    {"add_axis": 0},
    {"reshape": [2, 3]},
    {"fill_missing": 0},
    {"one_hot": 12},
]


@given(st.sampled_from(CHANGES), st.lists(st.integers(0, 11), min_size=18, max_size=18))
def test_the_line_of_python_does_to_an_array_what_the_change_does(change: dict[str, Any], numbers: list[int]) -> None:
    array = np.array(numbers).reshape(3, 6)
    done = changed_array(array, change)
    known: dict[str, Any] = {"x": array, "np": np, "to_categorical": to_categorical}
    exec(code_of([{"array": "x", **change}], {}), known)
    assert np.array_equal(known["x"], done)


def test_channels_are_moved_and_a_last_axis_is_dropped() -> None:
    assert changed_array(np.zeros((5, 3, 8, 9)), {"move_axis": [1, -1]}).shape == (5, 8, 9, 3)
    assert changed_array(np.zeros((5, 8, 1)), {"drop_axis": -1}).shape == (5, 8)


def stack() -> dict[str, Any]:
    model = Sequential([Dense(4, input_dim=6, name="one"), Dense(2, name="two")])
    return {"class_name": "Sequential", "config": model.get_config()}


def graph() -> dict[str, Any]:
    x = Input((6,), name="x")
    a, b = Dense(4, name="a")(x), Dense(4, name="b")(x)
    return {"class_name": "Model", "config": Model(x, Add(name="sum")([a, b])).get_config()}


@pytest.mark.parametrize("beside", ["one", "two"])
def test_a_layer_is_put_into_a_stack_before_any_of_its_layers(beside: str) -> None:
    model = model_from_config(
        changed_model(stack(), {"insert": "Dropout", "settings": {"rate": 0.1}, "before": beside})
    )
    names = [layer.name for layer in model.layers]
    assert names.index("dropout_1") == names.index(beside) - 1
    assert model.input_shape == (None, 6)


def test_a_layer_is_put_into_a_graph_before_an_input_of_a_layer_or_after_all_that_takes_another() -> None:
    before = model_from_config(changed_model(graph(), {"insert": "Dropout", "settings": {"rate": 0.1}, "before": "b"}))
    assert before.get_layer("b").input is before.get_layer("dropout_1").output
    assert before.get_layer("a").input is before.inputs[0]
    after = model_from_config(changed_model(graph(), {"insert": "BatchNormalization", "after": "x"}))
    normal = after.get_layer("batch_normalization_1")
    assert after.get_layer("a").input is after.get_layer("b").input is normal.output


def test_another_shape_of_an_input_and_another_setting_are_set() -> None:
    shaped = model_from_config(changed_model(stack(), {"set": {"layer": "one_input", "field": "shape", "value": [9]}}))
    assert shaped.input_shape == (None, 9)
    wider = model_from_config(changed_model(graph(), {"set": {"layer": "a", "field": "units", "value": 4}}))
    assert wider.get_layer("a").get_config()["units"] == 4


def test_the_config_stays_as_it_is_and_a_layer_that_is_not_there_is_named() -> None:
    model = stack()
    before = deepcopy(model)
    changed_model(model, {"set": {"layer": "two", "field": "units", "value": 7}})
    assert model == before
    with pytest.raises(GraphError, match="three"):
        changed_model(model, {"set": {"layer": "three", "field": "units", "value": 7}})


def test_a_layer_is_written_with_what_differs_from_its_defaults() -> None:
    layers = {layer["config"]["name"]: layer for layer in stack()["config"]["layers"]}
    changes = [{"set": {"layer": "two", "field": "units", "value": 5}}, {"set": {"loss": "mae", "output": "two"}}]
    assert (
        code_of(changes, layers)
        == "Dense(units=5, activation='linear')  # 'two'\nmodel.compile(model.optimizer, loss='mae')"
    )
    assert code_of(changes[1:], layers, compiled=False) == "model.compile('adam', loss='mae')"
