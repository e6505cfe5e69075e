"""Layers that prepare numbers as steps: as the layer by itself does it, adapted to training rows, kept as plain data."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.data import Preparation, PreparingLayer
from engine.errors import DataError, EngineError, SettingError
from engine.layers import CategoryEncoding, Dense, Discretization, IntegerLookup, Normalization, Rescaling

TABLE: dict[str, list[Any]] = {
    "size": [float(n * n % 37) for n in range(40)],
    "rooms": [None if n % 9 == 4 else n % 5 for n in range(40)],
    "rent": [float(3 + n % 37) for n in range(40)],
}


def opened(inputs: list[str], *steps: Any) -> Any:
    return engine.data.open(TABLE, inputs=inputs, target="rent", steps=steps)


@pytest.mark.parametrize(
    "layer",
    [
        Normalization(),
        Normalization(axis=None),
        Normalization(mean=3.0, variance=4.0),
        Rescaling(0.5, offset=1.0),
        Discretization(num_bins=4),
        Discretization([5.0, 20.0], output_mode="one_hot"),
    ],
)
def test_it_does_what_the_layer_does_that_is_adapted_to_the_training_rows(layer: Any) -> None:
    data = opened(["size"], PreparingLayer(["size"], layer=layer))
    x = np.array(TABLE["size"])[:, None]
    alone = type(layer).from_config(layer.get_config())
    if (
        hasattr(alone, "adapt")
        and getattr(alone, "mean", None) is None
        and getattr(alone, "bin_boundaries", None) is None
    ):
        alone.adapt(x[data.parts.train])
    made = np.asarray(alone(x), np.float32).reshape(len(x), -1)
    np.testing.assert_allclose(data.x, made[data.parts.train], atol=1e-5)
    np.testing.assert_allclose(data.validation.x, made[data.parts.validation], atol=1e-5)


def test_whole_numbers_are_looked_up_and_unseen_ones_have_a_place() -> None:
    table = {"kind": [7, 7, 9] * 10, "y": [1.0, 2.0, 3.0] * 10}
    steps: list[Any] = [PreparingLayer(["kind"], layer=IntegerLookup(output_mode="one_hot"))]
    data = engine.data.open(table, target="y", steps=steps)
    assert data.x.shape[1] == 3 and data.preparation.rows({"kind": 8}).tolist() == [[1, 0, 0]]
    encoded: list[Any] = [PreparingLayer(["kind"], layer=CategoryEncoding(10, output_mode="one_hot"))]
    assert engine.data.open(table, target="y", steps=encoded).x.sum(1).tolist() == [1.0] * 27


def test_a_row_that_misses_a_value_misses_what_is_made_of_it() -> None:
    step = PreparingLayer(["size", "rooms"], layer=Normalization())
    with pytest.raises(DataError, match="column 'size': expected a value in each row"):
        _ = opened(["size", "rooms"], step).x
    filled = opened(["size", "rooms"], {"step": "fill", "columns": ["rooms"]}, step)
    assert np.abs(filled.x.mean(0)).max() < 1e-6 and filled.features == ["size", "rooms"]


def test_it_is_kept_as_plain_data_and_a_target_comes_back() -> None:
    for layer in (Normalization(), Rescaling(0.01, offset=2.0)):
        step = PreparingLayer(["rent"], layer=layer)
        data = engine.data.open({"x": TABLE["size"], "rent": TABLE["rent"]}, target="rent", steps=[step])
        text = json.dumps(data.preparation.to_config())
        kept = Preparation.from_config(json.loads(text))
        np.testing.assert_allclose(kept.undo(data.y), np.array(TABLE["rent"])[data.parts.train], rtol=1e-5)
        again = engine.data.open({"x": TABLE["size"], "rent": TABLE["rent"]}, **data.get_config())
        np.testing.assert_array_equal(again.y, data.y)


def test_a_layer_with_weights_to_train_is_refused_and_so_is_one_step_for_input_and_target() -> None:
    with pytest.raises(SettingError, match="found Dense"):
        PreparingLayer(["size"], layer=Dense(3))
    step = PreparingLayer(["size", "rent"], layer=Normalization())
    with pytest.raises(DataError, match="Give the target and the inputs a step each"):
        _ = opened(["size"], step).x


def test_layers_of_models_keep_the_names_that_they_would_have() -> None:
    before = Rescaling(1.0).name
    data = opened(
        ["size"],
        {
            "step": "layer",
            "columns": ["size"],
            "layer": {"class_name": "Rescaling", "config": {"scale": 2.0, "name": "a"}},
        },
    )
    assert data.x.shape == (36, 1) and data.validation.x.shape == (4, 1)
    number = int(before.rpartition("_")[2]) if before.rpartition("_")[2].isdigit() else 0
    assert Rescaling(1.0).name == f"rescaling_{number + 1}"


@pytest.mark.parametrize(
    "fitted",
    [{}, {"layer": 3, "columns": ["size"]}, {"layer": {"class_name": "Dense", "config": {}}, "columns": ["size"]}],
)
def test_what_is_no_adapted_layer_is_refused(fitted: object) -> None:
    step = {
        "step": "layer",
        "columns": ["size"],
        "layer": {"class_name": "Rescaling", "config": {"scale": 2.0}},
        "fitted": fitted,
    }
    kept = Preparation.from_config({"inputs": {"size": "number"}, "target": None, "steps": [step]})
    with pytest.raises(EngineError):
        kept.rows({"size": 1.0})
