"""Gradients as calls: what is recorded, which of it a phase has, and sums of several."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine._graph.backward import ones_like, zeros_like
from engine._graph.gradient import gradients
from engine._graph.plan import Plan, evaluate
from engine._graph.tensor import Tensor, Variable


def names_of(tensors: list[Tensor | None]) -> list[str]:
    """What a plan calls for the tensors, by the ops' names."""
    return [repr(call).partition("(")[0] for call in Plan([x for x in tensors if x is not None]).calls]


def test_constants_of_a_shape_need_no_values() -> None:
    assert ones_like(np.zeros((2, 3))).tolist() == [[1, 1, 1], [1, 1, 1]]
    assert zeros_like(np.full(2, np.nan)).tolist() == [0, 0]


def test_the_pass_forward_and_its_gradient_are_recorded_as_before_where_no_second_one_is_asked() -> None:
    x, kernel = Variable((2, 3)), Variable((3, 4))
    slopes = gradients(ops.sum(ops.tanh(ops.linear(x, kernel))), [x, kernel])
    names = [repr(call).partition("(")[0] for call in Plan([g for g in slopes if g is not None]).calls]
    assert names == ["Linear", "Tanh", "Sum", "FilledLike", "Backward", "Backward", "Backward"]


def test_what_is_linear_in_pieces_is_its_own_tangent() -> None:
    x = Variable((2, 3), "float64", initializer=np.array([[-1.0, 2.0, -3.0], [4.0, -5.0, 6.0]]))
    weight = Variable((2, 3), "float64", initializer=np.full((2, 3), 2.0))
    (slope,) = gradients(ops.sum(ops.relu(x) * weight), [x])
    assert slope is not None
    (by_weight,) = gradients(slope, [weight])
    assert by_weight is not None
    assert "Comparison" not in names_of([by_weight])
    np.testing.assert_array_equal(evaluate([by_weight])[0], x.array > 0)


@pytest.mark.parametrize("training", [True, False])
def test_a_branch_that_a_phase_does_not_take_has_no_part_in_second_gradients(training: bool) -> None:
    x = Variable((3,), "float64", initializer=np.array([1.0, 2.0, 3.0]))
    y = ops.in_train_phase(ops.square(x) * x, ops.sin(x))
    (slope,) = gradients(y, [x])
    assert slope is not None
    (curve,) = gradients(slope, [x])
    assert curve is not None
    (found,) = evaluate([curve], training=training)
    np.testing.assert_allclose(found, 6 * x.array if training else -np.sin(x.array))


def test_a_plan_makes_no_op_of_two_that_are_gone_back_through_twice() -> None:
    x = Variable((4, 3), "float64", initializer=np.random.default_rng(0).normal(size=(4, 3)))
    kernel = Variable((3, 5), "float64", initializer=np.random.default_rng(1).normal(size=(3, 5)))
    y = ops.relu(ops.linear(x, kernel))
    first, second = (gradients(ops.sum(y * factor), [kernel])[0] for factor in (2.0, 3.0))
    assert first is not None and second is not None
    assert "RectifiedLinear" in names_of([first])
    assert "RectifiedLinear" not in names_of([first, second])
    alone, together = evaluate([first]), evaluate([first, second])
    np.testing.assert_array_equal(alone[0], together[0])
    np.testing.assert_allclose(together[1], alone[0] * 1.5)
