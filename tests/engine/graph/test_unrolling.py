"""Loops as the calls of all their steps: the numbers of loops in Python, compiled as a whole, and where they stay loops."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import backend as K
from engine import layers, models, optimizers
from engine._machine import device
from engine._native.library import turned_off
from engine.backend import floatx
from engine.types import Array

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

CELLS: dict[str, Callable[[], Any]] = {
    "lstm": lambda: layers.LSTMCell(5),
    "gru": lambda: layers.GRUCell(4, reset_after=True),
    "gru, before": lambda: layers.GRUCell(4),
    "simple": lambda: layers.SimpleRNNCell(6, use_bias=False),
    "dropped": lambda: layers.LSTMCell(3, dropout=0.3, recurrent_dropout=0.2),
    "stacked": lambda: [layers.GRUCell(4), layers.SimpleRNNCell(3), layers.LSTMCell(2)],
}


def _trained(compiled: bool, make: Callable[[], Any], x: Array) -> tuple[list[Array], list[str]]:
    """Losses, weights and predictions behind some steps, and how a training step and a prediction run."""
    with nullcontext() if compiled else turned_off():
        np.random.seed(3)
        model = make()
        model.compile(optimizers.SGD(0.1, momentum=0.9), "mse")
        y = np.random.default_rng(1).normal(size=(len(x), *model.output_shape[1:]))
        history = model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
        how = [model.profile(x[:8], y[:8]).how, model.profile(x[:8]).how]
        return [np.array(history), *model.get_weights(), model.predict(x)], how


def _compare(make: Callable[[], Any], x: Array, whole: bool = True) -> None:
    mine, how = _trained(True, make, x)
    expected, _ = _trained(False, make, x)
    assert all(text.startswith("runs as one compiled call") for text in how) == whole, how
    for a, b in zip(mine, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=within(1e-4), atol=within(1e-5))


def _sequences(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape).astype(floatx())


@given(
    st.sampled_from(sorted(CELLS)),
    st.integers(1, 7),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([1, 8, 19]),
)
@settings(max_examples=20, deadline=None)
def test_cells_in_any_setting(
    cell: str, steps: int, sequences: bool, backwards: bool, masked: bool, samples: int
) -> None:
    x = _sequences(samples, steps, 3)
    if masked:
        x[::2, -1] = 0
        x[1::3, 0] = 0

    def make() -> models.Model:
        inputs = layers.Input((steps, 3))
        hidden = layers.Masking()(inputs) if masked else layers.Dense(3)(inputs)
        rnn = layers.RNN(CELLS[cell](), return_sequences=sequences, go_backwards=backwards)
        return models.Model(inputs, layers.Dense(2)(rnn(hidden)))

    _compare(make, x)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("samples", [3, 16])
def test_recurrent_convolutions(data_format: Literal["channels_last", "channels_first"], samples: int) -> None:
    x = _sequences(samples, 4, 7, 6, 2) if data_format == "channels_last" else _sequences(samples, 4, 2, 7, 6)

    def make() -> models.Model:
        first = layers.ConvLSTM2D(
            3, 3, padding="same", return_sequences=True, recurrent_dropout=0.2, data_format=data_format,
            input_shape=x.shape[1:],
        )  # fmt: skip
        return models.Sequential([first, layers.ConvLSTM2D(4, (2, 3), data_format=data_format)])

    _compare(make, x)


def test_states_go_in_and_out_and_are_trained_through() -> None:
    def make() -> models.Model:
        inputs = layers.Input((5, 3))
        _, h, c = layers.RNN(layers.LSTMCell(4), return_state=True)(inputs)
        return models.Model(inputs, layers.RNN(layers.LSTMCell(4))(inputs, initial_state=[h, c]))

    _compare(make, _sequences(10, 5, 3))


def test_a_layer_that_is_used_twice() -> None:
    def make() -> models.Model:
        inputs = layers.Input((5, 3))
        shared = layers.RNN(layers.GRUCell(3), return_sequences=True)
        return models.Model(inputs, shared(shared(inputs)))

    _compare(make, _sequences(10, 5, 3))


class OwnCell(layers.Layer):
    """A cell in Keras's style: f(x W + h U), as the Keras documentation writes it."""

    def __init__(self, units: int, function: Callable[[Any], Any], **kwargs: Any) -> None:
        self.units = self.state_size = units
        self.function = function
        super().__init__(**kwargs)

    def build(self, input_shape: Any) -> None:
        """Make both kernels."""
        self.kernel = self.add_weight("kernel", shape=(input_shape[-1], self.units), initializer="uniform")
        self.recurrent_kernel = self.add_weight("recurrent", shape=(self.units, self.units), initializer="uniform")
        self.built = True

    def call(self, inputs: Any, states: Any) -> Any:
        """One step."""
        output = self.function(K.dot(inputs, self.kernel) + K.dot(states[0], self.recurrent_kernel))
        return output, [output]


def test_a_cell_of_ones_own() -> None:
    _compare(lambda: models.Sequential([layers.RNN(OwnCell(4, K.tanh), input_shape=(6, 3))]), _sequences(10, 6, 3))


def test_what_cannot_be_compiled_or_is_too_long_stays_a_loop() -> None:
    x = _sequences(8, 6, 3)
    _compare(lambda: models.Sequential([layers.RNN(OwnCell(4, K.sin), input_shape=(6, 3))]), x, whole=False)
    long = _sequences(8, 400, 3)
    _compare(lambda: models.Sequential([layers.RNN(layers.LSTMCell(4), input_shape=(400, 3))]), long, whole=False)


def test_where_the_number_of_steps_may_vary_a_loop_takes_any() -> None:
    model = models.Sequential([layers.RNN(layers.GRUCell(3), input_shape=(None, 2))])
    assert "Loop" in model.profile(_sequences(5, 4, 2)).how
    for steps in (1, 4, 2):
        x = _sequences(5, steps, 2)
        with turned_off():
            expected = models.Model(model.inputs, model.outputs).predict(x)
        np.testing.assert_allclose(model.predict(x), expected, rtol=within(1e-5), atol=within(1e-6))


def test_bits_do_not_depend_on_the_number_of_threads() -> None:
    def results() -> list[Array]:
        make = lambda: models.Sequential([layers.ConvLSTM2D(3, 3, input_shape=(3, 7, 7, 2))])
        return _trained(True, make, _sequences(20, 3, 7, 7, 2))[0]

    found: list[list[Array]] = []
    for threads in (1, 2, 5):
        with device.spread_over(threads):
            found.append(results())
    assert all(np.array_equal(a, b) for other in found[1:] for a, b in zip(found[0], other, strict=True))
