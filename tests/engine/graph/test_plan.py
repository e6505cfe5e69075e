"""What a plan promises: right numbers, nothing run in vain, no large array in steady state."""

import tracemalloc

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.memory import Memory
from engine._graph.plan import Plan, evaluate
from engine._graph.tensor import Placeholder, Variable
from engine.errors import GraphError, ShapeError


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def two_layers(rng, width=6):
    x = Placeholder((None, 4), name="x")
    first = Variable((4, width), initializer=rng.normal(size=(4, width)), name="first")
    second = Variable((width, 2), initializer=rng.normal(size=(width, 2)), name="second")
    hidden = ops.relu(ops.linear(x, first))
    return x, first, second, ops.linear(hidden, second)


def test_a_plan_gives_what_numpy_gives(rng):
    x, first, second, y = two_layers(rng)
    a = rng.normal(size=(5, 4)).astype("float32")
    (result,) = Plan([y], [x], {x: (5, 4)}).run([a])
    np.testing.assert_allclose(result, np.maximum(a @ first.array, 0) @ second.array, rtol=1e-5)


def test_gradients_land_in_the_given_arrays(rng):
    x, first, second, y = two_layers(rng)
    loss = ops.sum(ops.square(y))
    wrt = [first, second]
    flat = np.full(first.size + second.size, np.nan, np.float32)
    views = [flat[: first.size].reshape(first.shape), flat[first.size :].reshape(second.shape)]
    recorded = gradients(loss, wrt)
    into = {g: view for g, view in zip(recorded, views, strict=True) if g is not None}
    a = rng.normal(size=(5, 4)).astype("float32")
    Plan([loss], [x], {x: (5, 4)}, training=True, into=into).run([a])
    step = 1e-3
    for variable, gradient in zip(wrt, views, strict=True):
        direction = rng.normal(size=variable.shape).astype("float32")
        start = variable.array.copy()
        sides = []
        for sign in (1, -1):
            variable.assign(start + sign * step * direction)
            sides.append(float(evaluate([loss], {x: a})[0]))
        variable.assign(start)
        assert (sides[0] - sides[1]) / (2 * step) == pytest.approx((gradient * direction).sum(), rel=2e-2)


def test_a_weight_used_twice_gets_the_sum_of_both_gradients(rng):
    w = Variable((3, 3), initializer=rng.normal(size=(3, 3)), dtype="float64")
    x = Placeholder((None, 3), dtype="float64")
    loss = ops.sum(ops.linear(ops.linear(x, w), w))
    a = rng.normal(size=(2, 3))
    (gradient,) = evaluate(gradients(loss, [w]), {x: a})
    ones = np.ones((2, 3))
    np.testing.assert_allclose(gradient, (a @ w.array).T @ ones + a.T @ (ones @ w.array.T))


def test_the_branch_that_the_phase_does_not_take_costs_nothing(rng):
    x = Placeholder((None, 3))
    w = Variable((3, 3), initializer=np.eye(3))
    y = ops.in_train_phase(ops.linear(x, w), x)
    gradient = gradients(ops.sum(y), [w])[0]
    a = rng.normal(size=(2, 3)).astype("float32")
    into = np.full((3, 3), np.nan, np.float32)
    test = Plan([y], [x], {x: (2, 3)}, into={gradient: into})
    np.testing.assert_array_equal(test.run([a])[0], a)
    assert [cost.name for cost in test.profile([a])] == []
    np.testing.assert_array_equal(into, 0)
    Plan([y], [x], {x: (2, 3)}, training=True, into={gradient: into}).run([a])
    np.testing.assert_allclose(into, a.sum(0)[:, None].repeat(3, 1), rtol=1e-5)


def test_dropout_is_a_view_outside_training(rng):
    x = Placeholder((None, 8))
    y = ops.dropout(x, 0.5)
    a = rng.normal(size=(4, 8)).astype("float32")
    plan = Plan([y], [x], {x: (4, 8)})
    assert np.shares_memory(plan.run([a])[0], plan.input_arrays[0])


def test_a_chain_of_elementwise_ops_needs_a_buffer_beside_what_is_given_and_asked_for(rng):
    x = Placeholder((None, 1000))
    y = x
    for _ in range(20):
        y = ops.tanh(y)
    memory = Memory()
    Plan([y], [x], {x: (10, 1000)}, memory=memory).run([rng.normal(size=(10, 1000))])
    assert memory.nbytes <= 3 * 4 * 10 * 1000 + 1000


def test_no_large_array_is_allocated_in_steady_state(rng):
    x, first, second, y = two_layers(rng, width=512)
    loss = ops.mean(ops.square(y))
    recorded = [g for g in gradients(loss, [first, second]) if g is not None]
    plan = Plan([loss, *recorded], [x], {x: (256, 4)}, training=True)
    batch = rng.normal(size=(256, 4)).astype("float32")
    plan.run([batch])
    tracemalloc.start()
    try:
        for _ in range(5):
            plan.run([batch])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 64 * 1024, f"{peak} bytes; one hidden activation is {256 * 512 * 4}"


def test_a_weight_that_moved_into_a_flat_buffer_is_followed(rng):
    x, first, _, y = two_layers(rng)
    a = rng.normal(size=(2, 4)).astype("float32")
    plan = Plan([y], [x], {x: (2, 4)})
    before = plan.run([a])[0].copy()
    flat = np.empty(first.size, np.float32)
    first.bind(flat.reshape(first.shape))
    np.testing.assert_array_equal(plan.run([a])[0], before)
    flat.fill(0)
    np.testing.assert_array_equal(plan.run([a])[0], 0)


def test_updates_are_assigned_after_the_last_step(rng):
    x = Placeholder((None,))
    mean = Variable((), initializer=np.float32(1))
    y = x * mean
    plan = Plan([y], [x], {x: (2,)}, updates=[(mean, ops.mean(y))])
    np.testing.assert_allclose(plan.run([[2, 4]])[0], [2, 4])
    np.testing.assert_allclose(plan.run([[2, 4]])[0], [6, 12])


def test_plans_may_share_memory_when_they_take_turns(rng):
    x, _, _, y = two_layers(rng, width=64)
    memory = Memory()
    large = Plan([y], [x], {x: (32, 4)}, memory=memory)
    small = Plan([y], [x], {x: (5, 4)}, memory=memory)
    a = rng.normal(size=(32, 4)).astype("float32")
    expected = large.run([a])[0].copy()
    np.testing.assert_allclose(small.run([a[:5]])[0], expected[:5], rtol=1e-5)
    np.testing.assert_array_equal(large.run([a])[0], expected)


def test_a_placeholder_that_is_not_fed_is_named():
    x, other = Placeholder((None, 2), name="x"), Placeholder((None, 2), name="other")
    with pytest.raises(GraphError, match="other"):
        Plan([x + other], [x], {x: (1, 2)})
    with pytest.raises(ShapeError, match="'x'"):
        Plan([x], [x])


def test_deep_graphs_need_no_recursion():
    y = x = Placeholder((None, 2), dtype="float64")
    for _ in range(5000):
        y = y + 1.0
    (result, gradient) = evaluate([y, gradients(ops.sum(y), [x])[0]], {x: np.zeros((1, 2))})
    np.testing.assert_array_equal(result, 5000)
    np.testing.assert_array_equal(gradient, 1)


def test_a_loss_without_a_path_has_no_gradient():
    x, y = Placeholder((None, 2)), Placeholder((None, 2))
    assert gradients(ops.sum(x), [y]) == [None]
