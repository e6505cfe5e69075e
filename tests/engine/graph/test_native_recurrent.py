"""Recurrent layers as part of one call of the library in C: the numbers of the ops in Python."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable
from engine._machine import device
from engine._native.library import turned_off
from engine._ops.gru import gru
from engine._ops.lstm import lstm
from engine._ops.simple_rnn import simple_rnn
from engine.backend import floatx
from engine.layers import GRU, LSTM, Bidirectional, Dense, Embedding, Flatten, Masking, RepeatVector, SimpleRNN
from engine.models import Sequential
from engine.optimizers import SGD

from ..native.programs import both_floats as both_floats
from ..native.programs import needs_library, within

pytestmark = needs_library

FUNCTIONS = ("linear", "relu", "tanh", "sigmoid", "hard_sigmoid", "softsign")
KINDS = {"lstm": (lstm, 4, 2), "gru": (gru, 3, 1), "gru reset after": (gru, 3, 1), "simple": (simple_rnn, 1, 1)}


def _outputs(kind, arrays, sizes, options):
    """What a recurrent op gives, and the gradients of all that it takes."""
    op, gates, states = KINDS[kind]
    _, _, channels, units = sizes
    rng = np.random.default_rng(0)
    weights = [
        Variable(shape, initializer=rng.normal(size=shape) / shape[0] ** 0.5)
        for shape in ((channels, gates * units), (units, gates * units), _shape_of_bias(kind, gates * units))
    ]
    x, *rest = inputs = [Placeholder((None, *a.shape[1:]), a.dtype) for a in arrays]
    first = [rest.pop(0) if options["first"] else None for _ in range(states)]
    masks = [rest.pop(0) if options[name] else None for name in ("mask", "drop", "drop")]
    kernel, recurrent_kernel, bias = weights
    results = op(
        x,
        (kernel, recurrent_kernel, bias if options["bias"] else None),
        first,
        tuple(masks),
        **_settings(kind, options),
    )
    asked = results if options["states"] else results[:1]
    loss = sum((ops.mean(ops.square(y)) for y in asked[1:]), ops.mean(ops.square(asked[0])))
    wanted = [x, *weights[: 3 if options["bias"] else 2], *(state for state in first if state is not None)]
    return inputs, [*results, *gradients(loss, wanted)]


def _shape_of_bias(kind, columns):
    return (2, columns) if "after" in kind else (columns,)


def _settings(kind, options):
    """Those that an op has."""
    if kind == "simple":
        return {name: value for name, value in options["op"].items() if name != "recurrent_activation"}
    return {**options["op"], **({"reset_after": True} if "after" in kind else {})}


def _arrays(kind, sizes, options):
    samples, times, channels, units = sizes
    rng = np.random.default_rng(1)
    arrays = [rng.normal(size=(samples, times, channels))]
    if options["first"]:
        arrays += [rng.normal(size=(samples, units)) for _ in range(KINDS[kind][2])]
    if options["mask"]:
        arrays.append(rng.random((samples, times)) > 0.4)
    if options["drop"]:
        arrays += [rng.integers(0, 2, (samples, n)) * 2.0 for n in (channels, units)]
    return [a if a.dtype == bool else a.astype(floatx()) for a in arrays]


def _compare(kind, sizes, options):
    arrays = _arrays(kind, sizes, options)
    inputs, outputs = _outputs(kind, arrays, sizes, options)
    feeds = {x: a.shape for x, a in zip(inputs, arrays, strict=True)}
    native = Plan(outputs, inputs, feeds, training=True)
    assert native.is_native, native.how
    with turned_off():
        python = Plan(outputs, inputs, feeds, training=True)
    for _ in range(2):
        for mine, expected in zip(native.run(arrays), python.run(arrays), strict=True):
            np.testing.assert_allclose(
                mine, expected, rtol=within(1e-3), atol=within(1e-5) * max(1.0, np.abs(expected).max())
            )


OPTIONS = st.fixed_dictionaries(
    {
        **{name: st.booleans() for name in ("first", "mask", "drop", "bias", "states")},
        "op": st.fixed_dictionaries(
            {
                "activation": st.sampled_from(FUNCTIONS),
                "recurrent_activation": st.sampled_from(FUNCTIONS[3:5]),
                "go_backwards": st.booleans(),
                "return_sequences": st.booleans(),
            }
        ),
    }
)


# The same examples everywhere: at the kink of an activation rounding decides which slope a gradient has.
@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    sizes=st.tuples(st.integers(1, 40), st.integers(1, 7), st.integers(1, 20), st.integers(1, 40)),
    options=OPTIONS,
)
@pytest.mark.parametrize("kind", KINDS)
def test_steps_forward_and_back_are_those_of_python(kind, sizes, options):
    _compare(kind, sizes, options)


@pytest.mark.parametrize("kind", KINDS)
def test_two_gradients_of_one_layer_are_those_of_python(kind):
    op, gates, _ = KINDS[kind]
    rng = np.random.default_rng(2)
    shapes = ((3, gates * 5), (5, gates * 5), _shape_of_bias(kind, gates * 5))
    weights = [Variable(shape, initializer=rng.normal(size=shape) * 0.3) for shape in shapes]
    x = Placeholder((None, 4, 3))
    y, *last = op(x, tuple(weights), **_settings(kind, {"op": {"return_sequences": True}}))
    losses = ops.mean(ops.square(y)), ops.mean(ops.tanh(last[0]))
    outputs = [g for loss in losses for g in gradients(loss, [x, *weights])]
    native = Plan(outputs, [x], {x: (6, 4, 3)}, training=True)
    with turned_off():
        python = Plan(outputs, [x], {x: (6, 4, 3)}, training=True)
    assert native.is_native
    value = rng.normal(size=(6, 4, 3)).astype(floatx())
    for mine, expected in zip(native.run([value]), python.run([value]), strict=True):
        np.testing.assert_allclose(mine, expected, rtol=within(1e-3), atol=within(1e-6))


LAYERS = {
    "masked steps": lambda: [Embedding(9, 5, input_length=6), Masking(0.2), LSTM(4, return_sequences=True), GRU(3)],
    "masked words": lambda: [Embedding(9, 5, mask_zero=True, input_length=6), LSTM(4, return_sequences=True), GRU(3)],
    "dropout": lambda: [Embedding(9, 5, input_length=6), LSTM(4, dropout=0.3, recurrent_dropout=0.4)],
    "dropout of states": lambda: [Embedding(9, 5, input_length=6), GRU(4, recurrent_dropout=0.4, reset_after=True)],
    "both ways": lambda: [
        Embedding(9, 5, input_length=6),
        Bidirectional(SimpleRNN(4, return_sequences=True)),
        Bidirectional(LSTM(3), merge_mode="sum"),
    ],
    "decoded": lambda: [
        Embedding(9, 5, input_length=6),
        GRU(4),
        RepeatVector(3),
        LSTM(3, return_sequences=True),
        Flatten(),
    ],
    "stateful": lambda: [Embedding(9, 5, batch_input_shape=(8, 6)), LSTM(4, stateful=True)],
}


def _trained(make, native):
    rng = np.random.default_rng(0)
    with nullcontext() if native else turned_off():
        np.random.seed(3)
        model = Sequential([*make(), Dense(2, activation="softmax")])
        model.set_weights([rng.normal(size=w.shape) * 0.4 for w in model.get_weights()])
        model.compile(SGD(0.1), "categorical_crossentropy", metrics=["accuracy"])
        x, y = rng.integers(0, 9, (40, 6)), np.eye(2)[rng.integers(0, 2, 40)]
        history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0).history
        how = model.profile(x[:8], y[:8]).how
        return how, [*history.values(), *model.get_weights(), model.predict(x, batch_size=8)]


@pytest.mark.parametrize("name", LAYERS)
def test_models_with_recurrent_layers_train_as_by_numpy(name):
    how, results = _trained(LAYERS[name], True)
    assert how.startswith("runs as one compiled call")
    _, expected = _trained(LAYERS[name], False)
    for mine, theirs in zip(results, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=within(1e-3), atol=within(1e-5))


def test_bits_do_not_depend_on_the_number_of_threads():
    def losses(threads):
        with device.spread_over(threads):
            return _trained(
                lambda: [Embedding(9, 70, input_length=6), LSTM(130, return_sequences=True), GRU(90)], True
            )[1]

    one, several = losses(1), losses(3)
    assert all(np.array_equal(a, b) for a, b in zip(one, several, strict=True))
