"""Which calls of a graph run in a phase, and in which order."""

from engine import _ops as ops
from engine._graph.gradient import gradients
from engine._graph.graph import concrete_shapes, order
from engine._graph.schedule import Schedule
from engine._graph.tensor import Placeholder, Variable
from engine.layers.dropping import dropped


def schedule(targets, x, training):
    calls = order(targets)
    return Schedule(targets, calls, concrete_shapes(targets, calls, [x], {x: (4, 3)}), training)


def test_every_call_comes_after_those_that_it_needs():
    x = Placeholder((None, 3))
    weight = Variable((3, 1), initializer=[[1.0], [2.0], [3.0]])
    loss = ops.mean(ops.square(ops.matmul(x, weight)))
    plan = schedule([loss, *gradients(loss, [weight])], x, True)
    known = set()
    for call in plan.calls:
        assert {tensor for tensor in plan.needs(call) if tensor.call is not None} <= known
        known.update(call.outputs)


def test_what_only_reshapes_is_a_view_and_is_not_computed():
    x = Placeholder((None, 3))
    flat = ops.reshape(x, (-1,))
    plan = schedule([flat * 2], x, False)
    assert plan.views == {flat: x}
    assert flat.call not in plan.computing


def test_dropout_is_a_view_outside_training_only():
    x = Placeholder((None, 3))
    y = dropped(x, 0.5, None, None, None)
    assert [len(schedule([y], x, training).computing) for training in (True, False)] == [1, 0]


def test_the_gradient_of_a_branch_that_is_not_taken_is_absent():
    x = Placeholder((None, 3))
    scale = Variable((3,), initializer=[2.0, 2.0, 2.0])
    loss = ops.sum(ops.in_train_phase(x * scale, x))
    (gradient,) = gradients(loss, [scale])
    assert gradient in schedule([loss, gradient], x, False).absent
    assert gradient not in schedule([loss, gradient], x, True).absent
