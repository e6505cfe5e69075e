"""What layers cost, against figures worked out by hand and those that papers give."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from engine._declared import registry
from engine.applications.mobilenet import MobileNet
from engine.applications.resnet50 import ResNet50
from engine.applications.vgg16 import VGG16
from engine.describe import Cost, cost, cost_by_op
from engine.errors import EngineError
from engine.layers import (
    LSTM,
    Activation,
    Add,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Input,
    Layer,
    Reshape,
    TimeDistributed,
)
from engine.layers.core import Masking
from engine.models import Sequential

from .random_layers import MADE


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd settings may warn
        yield


def called(layer: Layer, *shape: int | None, training: bool = True) -> Cost:
    x = Input(batch_shape=(None, *shape))
    return cost([x], [layer(x)], training)


@pytest.mark.parametrize(
    ("layer", "shape", "flops", "floats"),
    [
        (Dense(4, use_bias=False), (3,), 2 * 3 * 4, 4),
        (Dense(4, activation="relu"), (3,), 2 * 3 * 4 + 4, 4),
        (Conv2D(8, 3, padding="same", use_bias=False), (6, 5, 2), 2 * 6 * 5 * 8 * 3 * 3 * 2, 6 * 5 * 8),
        (TimeDistributed(Dense(4, use_bias=False)), (5, 3), 5 * 2 * 3 * 4, 5 * 4),
        (LSTM(4), (5, 3), 5 * (2 * 3 * 16 + 2 * 4 * 16 + 14 * 4), None),
    ],
)
def test_a_layer_costs_what_its_formula_says(
    layer: Layer, shape: tuple[int, ...], flops: int, floats: int | None
) -> None:
    found = called(layer, *shape)
    assert found.flops == flops
    assert floats is None or found.nbytes == 4 * floats


@pytest.mark.parametrize("layer", [Flatten(), Reshape((6,)), Dropout(0.0)])
def test_views_are_free(layer: Layer) -> None:
    assert called(layer, 2, 3) == Cost(0, 0)


def test_dropout_costs_only_in_training() -> None:
    assert called(Dropout(0.5), 10, training=False) == Cost(0, 0)
    assert called(Dropout(0.5), 10).nbytes == 40


def test_what_nobody_keeps_does_not_last() -> None:
    x = Input((10,))
    y = Activation("tanh")(Dense(20)(x))
    assert [part.kept for part in cost_by_op([x], [y])] == [0, 80]
    normalized = BatchNormalization()(Dense(20)(x))
    assert [part.kept for part in cost_by_op([x], [normalized])] == [80, 80]


def test_free_steps_count_as_one_even_under_a_window() -> None:
    assert called(Conv1D(4, 5, use_bias=False), None, 3) == Cost(2 * 5 * 3 * 4, 16)
    assert called(LSTM(4), None, 3).flops == called(LSTM(4), 1, 3).flops
    assert called(LSTM(4, activation="selu"), None, 3).flops > 0  # a loop over recorded steps


def test_only_what_lies_between_is_counted() -> None:
    x = Input((10,))
    first = Dense(20, use_bias=False)(x)
    second = Dense(30, use_bias=False)(first)
    assert cost([first], [second]).flops == 2 * 20 * 30
    assert cost([x], [second]) == cost([x], [first]) + cost([first], [second])
    assert cost([x], [x]) == Cost()


def test_a_mask_is_its_own_work_and_not_the_layers() -> None:
    x = Input((5, 3))
    masked = Masking()(x)
    y = LSTM(4)(masked)
    plain = Input((5, 3))
    assert cost([masked, masked._mask], [y]).flops == cost([plain], [LSTM(4)(plain)]).flops


def test_a_nested_model_costs_what_its_layers_cost() -> None:
    inner = Sequential([Dense(8, input_shape=(4,)), Dense(2)])
    x = Input((4,))
    assert cost([x], [inner(x)]).flops == 2 * 4 * 8 + 8 + 2 * 8 * 2 + 2


def test_several_inputs_are_added_and_embeddings_cost_no_operation() -> None:
    a, b = Input((5,)), Input((5,))
    assert cost([a, b], [Add()([a, b])]) == Cost(5, 20)
    words = Input((7,), dtype="int32")
    assert cost([words], [Embedding(100, 8)(words)]) == Cost(0, 7 * 8 * 4)


@pytest.mark.parametrize(
    ("build", "gflop"),
    [
        (VGG16, (30.9, 31.1)),  # Simonyan & Zisserman (2014): 15.5 G multiplications
        (ResNet50, (7.7, 8.2)),  # He et al. (2015): 3.8 to 4.1 G
        (MobileNet, (1.13, 1.25)),  # Howard et al. (2017): 569 M
    ],
)
def test_totals_are_the_published_ones(build: Callable[..., Any], gflop: tuple[float, float]) -> None:
    model = build(weights=None)
    assert gflop[0] <= cost(model.inputs, model.outputs, training=False).flops / 1e9 <= gflop[1]


@pytest.mark.parametrize("name", sorted(MADE))
def test_every_layer_costs_for_a_free_batch_what_one_sample_costs(name: str) -> None:
    rng, found = Random(f"costs of {name}"), 0
    for _ in range(20):
        settings, shapes = MADE[name](rng)
        costs = []
        for batch in (None, 1):
            inputs = [Input(batch_shape=(batch, *(n or 3 for n in shape[1:]))) for shape in shapes]
            try:
                result = registry.find("layer", name)(**settings)(inputs if len(inputs) > 1 else inputs[0])
            except EngineError:  # a window larger than the input, too much cropped
                break
            costs.append(cost(inputs, result if isinstance(result, list) else [result]))
        if len(costs) == 2:
            assert costs[0].flops == costs[1].flops, (settings, shapes)
            # Zeros to start from are recorded for a free batch, and a constant for a known one.
            assert costs[0].nbytes == costs[1].nbytes or name == "RNN", (settings, shapes)
            found += 1
    assert found >= 4
