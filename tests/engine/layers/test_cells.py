"""RNN with cells: the same numbers as the layers over whole sequences, cells of users, stacks, constants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import _ops as ops
from engine import backend as K
from engine import layers
from engine._declared.fields import declared_fields
from engine.layers import Input, Layer
from engine.layers.recurrent_units import DropoutMasks
from engine.models import Model, Sequential
from engine.utils import CustomObjectScope

rng = np.random.default_rng(0)
X = rng.normal(size=(4, 6, 3)).astype("float32")


def pair(kind: str, settings: dict[str, Any], around: dict[str, Any], masked: bool = False) -> tuple[Any, Any]:
    """A model of the layer and one of RNN with its cell, with the same weights."""

    def model(layer: Layer) -> Any:
        inputs = Input((None, 3))
        x = layers.Masking()(inputs) if masked else inputs
        return Model(inputs, layer(x))

    whole = model(getattr(layers, kind)(3, **settings, **around))
    stepped = model(layers.RNN(getattr(layers, f"{kind}Cell")(3, **settings), **around))
    stepped.set_weights(whole.get_weights())
    return whole, stepped


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(
    "around",
    [{}, {"return_sequences": True}, {"return_state": True}, {"go_backwards": True, "return_sequences": True}],
)
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("SimpleRNN", {}),
        ("LSTM", {"activation": "relu", "recurrent_activation": "sigmoid"}),
        ("GRU", {}),
        ("GRU", {"reset_after": True, "use_bias": False}),
    ],
)
def test_a_cell_gives_the_numbers_of_its_layer(kind: str, settings: dict, around: dict, masked: bool) -> None:
    whole, stepped = pair(kind, settings, around, masked)
    x = X.copy()
    x[0, :2] = x[1, 3] = x[2, 4:] = 0
    first, second = whole.predict(x), stepped.predict(x)
    for a, b in zip(*([y] if isinstance(y, np.ndarray) else y for y in (first, second)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    if not around.get("return_state"):
        for model in (whole, stepped):
            model.compile("sgd", "mse")
            model.train_on_batch(x, np.ones_like(first))
        for a, b in zip(whole.get_weights(), stepped.get_weights(), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_a_stack_is_layers_one_after_the_other() -> None:
    stack = Sequential([layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], input_shape=(6, 3))])
    chain = Sequential([layers.LSTM(3, return_sequences=True, input_shape=(6, 3)), layers.GRU(2)])
    chain.set_weights(stack.get_weights())
    np.testing.assert_allclose(stack.predict(X), chain.predict(X), rtol=1e-5, atol=1e-6)
    assert stack.layers[0].cell.state_size == (3, 3, 2)
    again = Sequential.from_config(stack.get_config())
    again.set_weights(stack.get_weights())
    np.testing.assert_array_equal(again.predict(X), stack.predict(X))


class Decay(Layer):
    """h' = h * rate + x W + constant: a cell as users write them."""

    def __init__(self, units: int, rate: float = 0.5, **kwargs: Any) -> None:
        self.units, self.state_size, self.rate = units, units, rate
        super().__init__(**kwargs)

    def build(self, input_shape: Any) -> None:
        shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        self.kernel = self.add_weight(shape=(shape[-1], self.units), initializer="uniform", name="kernel")
        self.built = True

    def call(self, inputs: Any, states: Any, constants: Any = None) -> Any:
        output = states[0] * self.rate + K.dot(inputs, self.kernel)
        if constants:
            output = output + constants[0]
        return output, [output]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "rate": self.rate}


def test_a_cell_of_ones_own_with_constants_and_states() -> None:
    x, start, shift = Input((None, 3)), Input((2,)), Input((2,))
    layer = layers.RNN(Decay(2), return_sequences=True)
    model = Model([x, start, shift], layer(x, initial_state=start, constants=shift))
    values = [X, rng.normal(size=(4, 2)), rng.normal(size=(4, 2))]
    (kernel,) = model.get_weights()
    h, expected = values[1], []
    for t in range(6):
        h = h * 0.5 + X[:, t] @ kernel + values[2]
        expected.append(h)
    np.testing.assert_allclose(model.predict(values), np.stack(expected, axis=1), rtol=1e-5, atol=1e-6)
    with CustomObjectScope({"Decay": Decay}):
        again = Model.from_config(model.get_config())
    again.set_weights([kernel])
    np.testing.assert_array_equal(again.predict(values), model.predict(values))
    model.compile("sgd", "mse")
    losses = [model.train_on_batch(values, np.zeros((4, 6, 2))) for _ in range(5)]
    assert losses[-1] < losses[0]


def test_states_are_kept_from_batch_to_batch() -> None:
    model = Sequential([layers.RNN(Decay(2), stateful=True, batch_input_shape=(4, 3, 3))])
    whole = Sequential([layers.RNN(Decay(2), input_shape=(6, 3))])
    whole.set_weights(model.get_weights())
    model.predict(X[:, :3], batch_size=4)
    np.testing.assert_allclose(model.predict(X[:, 3:], batch_size=4), whole.predict(X), rtol=1e-5, atol=1e-6)
    model.layers[0].reset_states(np.ones((4, 2)))
    with pytest.raises(ValueError, match="shape"):
        model.layers[0].reset_states(np.ones((4, 5)))


def test_dropout_of_a_cell_is_the_same_at_all_steps() -> None:
    inputs = Input((6, 3))
    cell = layers.SimpleRNNCell(3, dropout=0.5, activation=None, kernel_initializer="identity")
    layer = layers.RNN(cell, return_sequences=True)
    y = layer(inputs, training=True)
    layer.set_weights([np.eye(3), np.zeros((3, 3)), np.zeros(3)])
    (result,) = K.function([inputs], [y])([np.ones((50, 6, 3))])
    assert set(np.unique(result)) == {0.0, 2.0}
    assert np.array_equal(result, np.repeat(result[:, :1], 6, axis=1))


def test_what_is_no_cell_is_refused_with_help() -> None:
    with pytest.raises(ValueError, match="LSTMCell"):
        layers.RNN(layers.Dense(3))
    with pytest.raises(ValueError, match="cell"):
        layers.RNN([])
    with pytest.raises(TypeError, match="constants"):
        layers.LSTM(3)(Input((5, 2)), constants=Input((2,)))


class Doubled(layers.SimpleRNNCell):
    """A cell of ours changed by a user, whose `call` is Keras's: it has no argument for masks."""

    def call(self, inputs: Any, states: Any, training: Any = None) -> Any:
        output, new = super().call(inputs, states, training=training)
        return output * 2.0, new


class Chain(layers.StackedRNNCells):
    """A stack whose `call` is Keras's."""

    def call(self, inputs: Any, states: Any, constants: Any = None, training: Any = None) -> Any:
        return super().call(inputs, states, constants, training)


class OneMask(Layer):
    """A cell in Keras's style: it makes its dropout mask at the first call and keeps it."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        self.units = self.state_size = units
        self.mask: Any = None
        super().__init__(**kwargs)

    def call(self, inputs: Any, states: Any, training: Any = None) -> Any:
        if self.mask is None:
            self.mask = K.random_binomial((50, self.units), p=0.5)
        return inputs * self.mask, [states[0]]


CELLS = {
    "ours": lambda **settings: layers.SimpleRNNCell(3, **settings),
    "changed": lambda **settings: Doubled(3, **settings),
    "stack": lambda **settings: [Doubled(3, **settings), layers.SimpleRNNCell(3, **settings)],
    "changed stack": lambda **settings: Chain([layers.SimpleRNNCell(3, **settings), Doubled(3, **settings)]),
    "a user's own": lambda **settings: OneMask(3),
}


def zeros_of(cell: Any, states: int = 0) -> np.ndarray:
    """Where the outputs (50, 6, 3) of a layer of linear cells are 0 for ones as inputs, or as first states."""
    inputs = Input((6, 3))
    first = [np.ones((50, 3))] * states or None
    y = layers.RNN(cell, return_sequences=True)(inputs, initial_state=first, training=True)
    return K.function([inputs], [y])([np.ones((50, 6, 3))])[0] == 0


@pytest.mark.parametrize("kind", CELLS)
def test_inputs_are_dropped_by_one_mask_for_all_steps(kind: str) -> None:
    linear = {"activation": None, "kernel_initializer": "identity", "recurrent_initializer": "zeros"}
    zeros = zeros_of(CELLS[kind](dropout=0.5, **linear))
    assert np.array_equal(zeros, np.repeat(zeros[:, :1], 6, axis=1))
    assert 0.2 < zeros.mean() < 0.9


@pytest.mark.parametrize("kind", ["ours", "changed"])
def test_states_are_dropped_by_one_mask_for_all_steps(kind: str) -> None:
    linear = {"activation": None, "kernel_initializer": "zeros", "recurrent_initializer": "identity"}
    zeros = zeros_of(CELLS[kind](recurrent_dropout=0.5, **linear), states=1)
    assert np.array_equal(zeros, np.repeat(zeros[:, :1], 6, axis=1))
    assert 0.2 < zeros.mean() < 0.8


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_is_as_it_was_after_a_layer_has_run_it(kind: str) -> None:
    cell = CELLS[kind](dropout=0.5, recurrent_dropout=0.5)
    layer = layers.RNN(cell)
    inside = getattr(layer.cell, "cells", [layer.cell])
    names = [set(vars(one)) for one in inside]
    layer.build((None, 6, 3))
    built = [set(vars(one)) for one in inside]
    layer(Input((6, 3)), training=True)
    assert [set(vars(one)) for one in inside] == built
    assert all(before <= after for before, after in zip(names, built, strict=True))


def test_masks_are_an_argument_of_a_cells_call() -> None:
    x, h, c = (rng.normal(size=(4, 3)).astype("float32") for _ in range(3))
    inputs = [Input((3,)) for _ in range(3)]
    cell = layers.LSTMCell(3, dropout=0.5, recurrent_dropout=0.5)
    cell.build((None, 3))
    factors = [rng.integers(0, 2, (4, 3)).astype("float32") * 2 for _ in range(2)]
    masks = DropoutMasks(*(ops.add(ops.multiply(inputs[0], 0.0), mask) for mask in factors))
    dropped, _ = cell.call(inputs[0], inputs[1:], masks=masks)
    plain, _ = cell.call(inputs[0], inputs[1:], masks=DropoutMasks())
    (result,) = K.function(inputs, [dropped])([x, h, c])
    (expected,) = K.function(inputs, [plain])([x * factors[0], h * factors[1], c])
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM", "ConvLSTM2D"])
def test_a_layer_has_every_setting_of_its_cell(kind: str) -> None:
    layer, cell = (declared_fields(getattr(layers, name)) for name in (kind, f"{kind}Cell"))
    assert cell.keys() < layer.keys()
    for name, setting in cell.items():
        facts = [(f.rule.sentence, f.default, f.help, f.kw_only) for f in (setting, layer[name])]
        assert facts[0] == facts[1], name
    order = [name for name in layer if name in cell]
    assert order == list(cell)
