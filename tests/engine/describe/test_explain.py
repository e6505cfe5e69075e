"""Why a shape is what it is: the arithmetic that is shown comes to what the engine gives, for every layer."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from engine import _ops as ops
from engine._declared import registry
from engine.describe import Explanation, explain
from engine.describe.explain import by_itself, rule_of
from engine.errors import EngineError
from engine.layers import LSTM, Add, Conv2D, Dense, Flatten, Input, Lambda, Layer, TimeDistributed
from engine.layers.naming import reset_names
from engine.models import Model, Sequential
from tests.promises.every_layer_samples import OF_TEXTS, SAMPLES

from .evaluate import evaluated
from .random_layers import MADE

# Cells are called by RNN and stand in no model; these have no rule that random settings could reach.
CELLS = {"SimpleRNNCell", "LSTMCell", "GRUCell", "StackedRNNCells", "ConvLSTM2DCell"}
ELSEWHERE = {"InputLayer", "Lambda", "Model", "Sequential"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd settings may warn
        yield


def called(layer: Layer, shapes: list[Any], dtype: str = "float32") -> tuple[Explanation, list[Any]]:
    inputs = [Input(batch_shape=shape, dtype=dtype) for shape in shapes]
    result = layer(inputs if len(inputs) > 1 else inputs[0])
    outputs = [tuple(y.shape) for y in (result if isinstance(result, list) else [result])]
    return explain(layer, [x.shape for x in inputs], outputs if isinstance(result, list) else outputs[0]), outputs


def shown(found: Explanation) -> list[list[int | None]]:
    return [[None if x is None else evaluated(x.text) for x in dims] for dims in (found.dims, *found.more)]


def layers_of_the_engine() -> set[str]:
    return {cls.__name__ for cls in registry.find_all("layer").values() if cls.__module__.startswith("engine.")}


def test_every_layer_with_random_settings_has_a_rule() -> None:
    assert set(MADE) | CELLS | ELSEWHERE <= layers_of_the_engine()
    assert [name for name in (*MADE, *ELSEWHERE) if rule_of(registry.find("layer", name)) is by_itself] == []


@pytest.mark.parametrize("name", sorted(layers_of_the_engine() - set(MADE) - CELLS - ELSEWHERE) or ["Dense"])
def test_a_layer_without_random_settings_is_explained_by_its_sample(name: str) -> None:
    settings, shapes, _ = SAMPLES[name]
    dtype = "string" if name in OF_TEXTS else "float32"
    found, outputs = called(registry.build("layer", {"class_name": name, "config": settings}), shapes, dtype)
    assert shown(found) == [list(shape) for shape in outputs]


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_arithmetic_comes_to_the_real_shape(name: str) -> None:
    rng, tried = Random(f"shapes of {name}"), 0
    cls = registry.find("layer", name)
    for _ in range(200):
        settings, shapes = MADE[name](rng)
        try:
            layer = cls(**settings)
            found, outputs = called(layer, shapes, "int32" if name == "Embedding" else "float32")
        except EngineError:  # a window larger than the input, too much cropped
            continue
        tried += 1
        assert shown(found) == [list(shape) for shape in outputs], (settings, shapes)
        assert not any("a class of its own" in line for line in found.lines), (settings, shapes, outputs)
        for x in found.dims:
            if x is not None and not x.text.isdigit():
                assert any(x.text in line for line in found.lines), (x.text, found.lines)
    assert tried >= 80


@pytest.mark.parametrize(
    ("layer", "shape", "line"),
    [
        (
            Conv2D(32, 3, padding="same"),
            (8, 8, 1),
            "padding is `same`, strides 1: height ceil(8 / 1) = 8, width the same",
        ),
        (Conv2D(32, 3, padding="same"), (8, 8, 1), "channels = filters = 32"),
        (
            Conv2D(4, 3),
            (28, 20, 1),
            "padding is `valid`, kernel 3, strides 1: height floor((28 - 3) / 1) + 1 = 26, "
            "width floor((20 - 3) / 1) + 1 = 18",
        ),
        (Conv2D(4, 3, dilation_rate=2), (28, 28, 1), "dilation 2: the kernel 3 spans 1 + (3 - 1) * 2 = 5"),
        (Flatten(), (8, 8, 32), "all axes but the batch become one: 8 * 8 * 32 = 2048"),
        (Dense(64), (10, 5), "last axis = units = 64"),
        (LSTM(5), (7, 3), "return_sequences is off: the last step alone gives its output, the steps are gone"),
        (TimeDistributed(Dense(4)), (6, 3), "Dense is applied to each of the 6 steps:"),
    ],
)
def test_sentences_have_this_graphs_numbers(layer: Layer, shape: tuple[int, ...], line: str) -> None:
    assert line in called(layer, [(None, *shape)])[0].lines


def test_a_window_that_does_not_fit_is_explained_as_none() -> None:
    found = explain(Conv2D(4, 5), [(None, 3, 3, 1)], (None, 0, 0, 4))
    assert "height max(floor((3 - 5) / 1) + 1, 0) = 0, width the same" in found.lines[0]


def test_a_nested_model_is_explained_by_its_last_layer() -> None:
    inner = Sequential([Dense(4, input_shape=(3,)), Dense(2, name="last")])
    found, outputs = called(inner, [(None, 3)])
    assert found.lines == ["the output of its last layer 'last' (Dense): (None, 2)", "last axis = units = 2"]
    assert shown(found) == [list(outputs[0])]


def test_a_nested_model_of_two_outputs_explains_both() -> None:
    x = Input((3,))
    inner = Model(x, [Dense(4)(x), Flatten()(x)])
    found, outputs = called(inner, [(None, 3)])
    assert shown(found) == [list(shape) for shape in outputs]
    assert sum("last layer" in line for line in found.lines) == 2


def test_functions_and_own_classes_are_named_as_what_decides() -> None:
    class Halved(Dense):
        def call(self, inputs: Any) -> Any:
            return super().call(inputs)[:, : self.units // 2]

        def compute_output_shape(self, input_shape: Any) -> Any:
            return (*input_shape[:-1], self.units // 2)

    assert called(Halved(6), [(None, 4)])[0].lines == [
        "`Halved` is a class of its own, its `compute_output_shape` gives (None, 3)"
    ]
    assert called(Lambda(ops.negative), [(None, 4)])[0].lines == ["its function `negative` gives (None, 4)"]
    assert called(Lambda(lambda x: x * 2), [(None, 4)])[0].lines == ["its function gives (None, 4)"]


def test_a_subclass_that_does_otherwise_is_not_explained_by_its_bases_rule() -> None:
    class Twice(Dense):
        def call(self, inputs: Any) -> Any:
            return ops.concatenate([super().call(inputs)] * 2, axis=-1)

    found, outputs = called(Twice(3), [(None, 4)])
    assert outputs == [(None, 6)]
    assert found.lines == ["`Twice` is a class of its own, its `call` gives (None, 6)"]


def test_explaining_makes_no_layer_and_uses_up_no_name() -> None:
    reset_names()
    for mode in ("concat", "dot", "sum"):
        explain(registry.find("layer", "Merge")(mode=mode, name="m"), [(None, 4), (None, 4)], (None, 4))
    assert Add().name == "add_1"


def test_the_input_says_what_was_given() -> None:
    x = Input((28, 28, 1))
    layer = x._keras_history[0]
    assert "(None, 28, 28, 1)" in explain(layer, [x.shape], x.shape).lines[0]
