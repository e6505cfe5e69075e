"""Any graph gives in a plan, with all the memory that it shares, what its calls give one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.memory import Memory
from engine._graph.native_memory import Lifetime, Order, OwnMemory
from engine._graph.native_phases import Between, Cut
from engine._graph.placement import Placement
from engine._graph.plan import Plan
from engine._graph.schedule import Schedule
from engine._graph.tensor import Placeholder, Variable
from engine.describe.trial import held_by
from engine.layers import Activation, BatchNormalization, Conv2D, Dense, Flatten, Input, add
from engine.models import Model
from engine.models.attributes import trainer_of

from ..native.programs import needs_library

SHAPE = (3, 4)

# Each takes two values and gives one of the same shape: ops that write over an input, views, phases, reductions.
STEPS = {
    "add": ops.add,
    "multiply": lambda a, b: ops.multiply(a, ops.tanh(b)),
    "maximum": ops.maximum,
    "relu": lambda a, b: ops.relu(a),
    "tanh": lambda a, b: ops.tanh(b),
    "square": lambda a, b: ops.square(ops.tanh(a)),
    "identity": lambda a, b: ops.identity(b),
    "there and back": lambda a, b: ops.reshape(ops.reshape(a, (4, 3)), SHAPE),
    "transposed": lambda a, b: ops.transpose(ops.transpose(a, (1, 0)), (1, 0)),
    "phase": ops.in_train_phase,
    "stopped": lambda a, b: ops.add(ops.stop_gradient(a), b),
    "mean": lambda a, b: ops.subtract(a, ops.mean(b, axis=0, keepdims=True)),
    "rectified": lambda a, b: ops.relu(ops.linear(a, np.eye(4), np.full(4, -0.1))),
}
GRAPHS = st.lists(
    st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=14
)


def recorded(graph: list[tuple[str, int, int]], sources: list[Any]) -> list[Any]:
    values = list(sources)
    for name, i, j in graph:
        values.append(STEPS[name](values[-1 - i % len(values)], values[-1 - j % len(values)]))
    return values


def sources() -> tuple[list[Any], list[np.ndarray]]:
    rng = np.random.default_rng(0)
    x = Placeholder(SHAPE, "float64")
    weight = Variable(SHAPE, "float64", initializer=rng.normal(size=SHAPE))
    return [x, weight], [rng.normal(size=SHAPE)]


@given(graph=GRAPHS, training=st.booleans(), asked=st.sets(st.integers(0, 15), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_values_and_gradients_do_not_depend_on_what_shares_memory(graph, training, asked):
    inputs, arrays = sources()
    values = recorded(graph, inputs)
    loss = ops.sum(values[-1] * values[-1])
    wanted = [g for g in gradients(loss, inputs) if g is not None]
    targets = [values[i % len(values)] for i in asked] + wanted
    together = Plan(targets, inputs[:1], training=training)
    # Twice: a run must not depend on what the one before left in the buffers.
    together.run([array + 1 for array in arrays])
    results = [np.array(y) for y in together.run(arrays)]
    # All values are asked for at once, so that nothing is written over and nothing is fused.
    apart = Plan([*values, *targets], inputs[:1], training=training)
    expected = [np.array(y) for y in apart.run(arrays)][len(values) :]
    for y, target in zip(results, expected, strict=True):
        np.testing.assert_allclose(y, target, rtol=1e-12, atol=1e-12)


@given(graph=GRAPHS.filter(lambda graph: all(name != "stopped" for name, _, _ in graph)))
@settings(max_examples=60, deadline=None)
def test_gradients_are_those_of_finite_differences(graph):
    inputs, arrays = sources()
    values = recorded(graph, inputs)
    rng = np.random.default_rng(1)
    loss = ops.sum(ops.tanh(values[-1] * 0.1))
    (gradient,) = gradients(loss, inputs[1:])
    if gradient is None:
        return
    plan = Plan([loss, gradient], inputs[:1], training=True)
    _, slope = (np.array(y) for y in plan.run(arrays))
    weight, step, along = inputs[1], 1e-6, rng.normal(size=SHAPE)
    base = weight.array.copy()
    losses = []
    for sign in (1, -1):
        weight.assign(base + sign * step * along)
        losses.append(float(plan.run(arrays)[0]))
    weight.assign(base)
    assert abs((losses[0] - losses[1]) / (2 * step) - (slope * along).sum()) <= 1e-4 * max(
        1.0, abs((slope * along).sum())
    )


def _residual_net() -> Model:
    inputs = y = Input((16, 16, 8))
    for _ in range(5):
        inner = Activation("relu")(BatchNormalization()(Conv2D(8, 3, padding="same")(y)))
        y = Activation("relu")(add([y, BatchNormalization()(Conv2D(8, 3, padding="same")(inner))]))
    model = Model(inputs, Dense(3, activation="softmax")(Flatten()(y)))
    model.compile("adam", "categorical_crossentropy")
    return model


@needs_library
def test_a_compiled_residual_net_holds_little_beside_what_it_needs():
    model = _residual_net()
    model.train_on_batch(np.zeros((32, 16, 16, 8)), np.eye(3)[np.zeros(32, int)])
    held, steps = held_by(model), trainer_of(model).ready().steps
    assert held.lasting + held.buffers < 1.25 * (held.lasting + sum(step.held for step in steps))


def test_values_between_instructions_lie_where_other_phases_have_theirs():
    early, late, both = Between((100,)), Between((100,)), Between((100,))
    lifetimes = {early: Lifetime(0, 1), late: Lifetime(2, 3), both: Lifetime(1, 2)}
    order = Order([], [], Cut([], []), None, lifetimes, OwnMemory({}))
    placement = Placement(Schedule([], [], {}, True), {}, [], {}, Memory().lease(), order)
    first, second, third = (placement.between(x) for x in (early, late, both))
    assert np.shares_memory(first, second) and not np.shares_memory(first, third)
