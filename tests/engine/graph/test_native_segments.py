"""Plans of compiled segments with calls in Python between them: the numbers and random streams of plans in Python."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine import backend as K
from engine._graph.gradient import gradients
from engine._graph.memory import Memory
from engine._graph.plan import Plan
from engine._graph.tensor import Placeholder, Variable
from engine._machine.random import Stream
from engine._native.library import turned_off
from engine.errors import DataError
from engine.layers import Activation, Conv2D, Dense, Dropout, Flatten, GaussianNoise, Lambda
from engine.models import Sequential

from ..native.programs import needs_library

pytestmark = needs_library

# Each takes two values and gives one of the same shape; sine, cosine and float64 have no form in the library.
STEPS = {
    "add": ops.add,
    "relu": lambda a, b: ops.relu(a),
    "tanh": lambda a, b: ops.tanh(b),
    "dropout": lambda a, b: ops.dropout(a, 0.4),
    "reshape": lambda a, b: ops.reshape(ops.relu(ops.reshape(a, (-1, 2, 3))), (-1, 6)),
    "linear": lambda a, b: ops.relu(ops.linear(b, np.eye(6)[::-1] * 0.7, np.full(6, -0.1))),
    "mean": lambda a, b: ops.subtract(a, ops.mean(ops.multiply(b, b))),
    "sine": lambda a, b: ops.sin(b),
    "noise": lambda a, b: ops.gaussian_noise(a, 0.3),
    "uniform": lambda a, b: ops.multiply(a, ops.random_uniform(b)),
    "wide noise": lambda a, b: ops.cast(ops.gaussian_noise(ops.cast(a, "float64"), 0.3), "float32"),
    "centred": lambda a, b: ops.subtract(a, ops.mean(b, axis=0, keepdims=True)),
    "cosine": lambda a, b: ops.multiply(a, ops.cos(a)),
}
GRAPHS = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=14
)


@given(GRAPHS, st.sampled_from([1, 5, 40]), st.sets(st.integers(0, 15), min_size=1, max_size=3))
@settings(max_examples=120, deadline=None)
def test_any_graph_gives_what_it_gives_in_python(graph, batch, asked):
    rng = np.random.default_rng(0)
    x, weight = Placeholder((None, 6)), Variable((6, 6), initializer=rng.normal(size=(6, 6)) * 0.5)
    values = [x, ops.linear(x, weight)]
    for name, i, j in graph:
        values.append(STEPS[name](values[-1 - i % len(values)], values[-1 - j % len(values)]))
    loss = ops.sum(ops.square(values[-1]))
    wanted = [g for g in gradients(loss, [x, weight]) if g is not None]
    targets = [*(values[i % len(values)] for i in asked), *wanted]

    def results():
        plan = Plan(targets, [x], {x: (batch, 6)}, training=True, random=Stream(3))
        return [np.array(y) for number in range(2) for y in plan.run([rng_of(number).normal(size=(batch, 6))])]

    def rng_of(number):
        return np.random.default_rng(number)

    mine = results()
    with turned_off():
        expected = results()
    for a, b in zip(mine, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4 * max(1.0, np.abs(b).max()))


def _own_loss(y_true, y_pred):
    return K.mean(K.sin(K.square(y_pred - y_true)), axis=-1)


def _trained(compiled):
    """Numbers of a net with calls in Python at its beginning, in its middle and behind its end; how a step runs."""
    rng = np.random.default_rng(1)
    with nullcontext() if compiled else turned_off():
        np.random.seed(5)
        model = Sequential(
            [
                Lambda(lambda x: x + K.cos(x), input_shape=(8, 8, 2), name="swing"),
                GaussianNoise(0.1),
                Conv2D(16, 3, activation="relu"),
                Dropout(0.3),
                Lambda(lambda x: K.sin(x), name="wave"),
                Conv2D(16, 3, activation="relu"),
                Flatten(),
                Dropout(0.3),
                Dense(3),
                Activation("tanh"),
            ]
        )
        model.set_weights([rng.normal(size=w.shape) * 0.2 for w in model.get_weights()])
        model.compile("adam", _own_loss, metrics=[_own_loss, "mae"])
        x, y = rng.normal(size=(50, 8, 8, 2)), rng.normal(size=(50, 3))
        history = model.fit(x, y, batch_size=16, epochs=3, shuffle=False, verbose=0).history
        measured = model.evaluate(x, y, verbose=0)
        how = model.profile(x, y).how
        return [*history.values(), measured, model.predict(x), *model.get_weights()], how


def test_calls_in_python_cost_only_themselves_and_are_named():
    mine, how = _trained(True)
    expected, _ = _trained(False)
    for a, b in zip(mine, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-2, atol=1e-3)
    compiled, _, rest = how.partition(" in Python: ")
    assert compiled.startswith("runs as")
    named = rest.partition(" are not compiled")[0].split("; ")
    assert "Cos() of layer 'swing' (Lambda)" in named
    assert "Sin() of layer 'wave' (Lambda)" in named
    assert any(text.startswith("Sin() of the loss") for text in named)
    assert not any("Conv" in text or "Dense" in text or "Dropout" in text or "Noise" in text for text in named)


def test_a_call_in_python_is_timed_and_the_rest_shares_what_is_left():
    x = Placeholder((None, 400))
    plan = Plan([ops.tanh(ops.sin(ops.relu(x)))], [x], {x: (300, 400)})
    costs = {cost.name: cost.seconds for cost in plan.profile([np.zeros((300, 400))])}
    assert costs["Sin()"] > 0
    assert all(seconds >= 0 for seconds in costs.values())
    assert [repr(call) for call in plan.calls_in_python] == ["Sin()"]


def test_a_gradient_without_a_form_takes_its_forward_call_along():
    x = Placeholder((None, 5))
    # Compiled alone; its gradient is not, where the targets ask for one.
    y = ops.categorical_crossentropy(x, np.full((4, 5), 0.2, "float32"))
    assert Plan([y], [x], {x: (4, 5)}).is_native
    plan = Plan([y, *gradients(ops.sum(y), [x])], [x], {x: (4, 5)}, training=True)
    assert [call.is_backward for call in plan.calls_in_python] == [False, True]


def test_an_error_behind_a_segment_leaves_the_weights():
    model = Sequential([Dense(4, input_dim=4), Lambda(lambda x: K.sin(x)), Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.train_on_batch(np.ones((5, 4)), np.zeros((5, 1)))
    before = model.get_weights()
    with pytest.raises(DataError, match=r"knows classes 0 to 2, but y holds 3\."):
        model.train_on_batch(np.ones((5, 4)), np.full((5, 1), 3))
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_values_that_phases_have_left_behind_share_memory():
    def taken(depth):
        x = y = Placeholder((None, 1000))
        for _ in range(depth):
            y = ops.relu(ops.sin(y))
        memory = Memory()
        Plan([y], [x], {x: (100, 1000)}, memory=memory)
        return memory.nbytes

    assert taken(20) == taken(4)
