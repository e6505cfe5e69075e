"""Derivatives of recorded graphs of any order: of whatever is put together, and nothing where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import _ops as ops
from engine._graph.gradient import gradients, tangents_along
from engine._graph.plan import Plan, evaluate
from engine._graph.tensor import Constant, Tensor, Variable

ONE = [
    ops.tanh,
    ops.sigmoid,
    ops.softplus,
    ops.sin,
    ops.square,
    ops.softmax,
    ops.log_softmax,
    ops.negative,
    lambda x: ops.exp(x * 0.3),
    lambda x: ops.transpose(x),
    lambda x: ops.sqrt(ops.square(x) + 0.5),
    lambda x: ops.log(ops.square(x) + 0.5),
    lambda x: ops.mean(x, axis=1, keepdims=True) + x,
    lambda x: x - ops.max(x, axis=0),
    lambda x: ops.concatenate([x[:, 1:], x[:, :1]], axis=1),
    lambda x: ops.cumulative_sum(x, 1) * 0.3,
    lambda x: ops.var(x, axis=0) * x,
    lambda x: ops.relu(x) + ops.absolute(x) * 0.5,
    lambda x: x / (ops.logsumexp(x, axis=1, keepdims=True) + 9.0),
]
TWO = [
    lambda a, b: a + b,
    lambda a, b: a * b * 0.5,
    lambda a, b: ops.matmul(a, b) * 0.3,
    lambda a, b: a / (ops.square(b) + 1.0),
    lambda a, b: ops.maximum(a, b),
    lambda a, b: ops.where(ops.greater(a, b), a - b, ops.sin(a - b)),
    lambda a, b: ops.batch_dot(a, b, 1) * a,
    lambda a, b: ops.linear(a, b, a[0]) * 0.3,
]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Tensor, list[Variable]]:
    """A number computed from two variables by random ops, which may use any earlier result again."""
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    variables = [Variable((3, 3), "float64", initializer=rng.normal(size=(3, 3))) for _ in range(2)]
    values: list[Tensor] = list(variables)
    for _ in range(draw(st.integers(1, 6))):
        a, b = draw(st.sampled_from(values)), draw(st.sampled_from(values))
        values.append(draw(st.sampled_from(TWO))(a, b) if draw(st.booleans()) else draw(st.sampled_from(ONE))(a))
    return ops.sum(values[-1]) + 0.1 * ops.sum(ops.sin(values[len(values) // 2])), variables


def total(terms: list[Tensor]) -> Tensor:
    first, *others = terms
    for other in others:
        first = first + other
    return first


def check(value: Tensor, variables: list[Variable]) -> None:
    """Gradients along a random direction against how much the value changes."""
    slopes = gradients(value, list(variables))
    rng, plan, eps = np.random.default_rng(1), Plan([value]), 1e-6
    for variable, slope in zip(variables, slopes, strict=True):
        direction, start = rng.normal(size=variable.shape), variable.array.copy()
        ends = {}
        for steps in (2, 1, -1, -2):
            variable.assign(start + steps * eps * direction)
            ends[steps] = float(plan.run()[0])
        variable.assign(start)
        # Such functions may bend a lot: by Richardson's extrapolation, known as well as the two differences agree.
        near, far = ((ends[n] - ends[-n]) / (2 * n * eps) for n in (1, 2))
        actual = 0.0 if slope is None else float((evaluate([slope])[0] * direction).sum())
        known_to = 2e-7 * max(1.0, abs(ends[1])) + abs(near - far)
        assert actual == pytest.approx((4 * near - far) / 3, rel=2e-5, abs=known_to)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(graph=graphs())
def test_gradients_of_random_graphs_are_right_to_the_third_order(graph: tuple[Tensor, list[Variable]]) -> None:
    value, variables = graph
    rng = np.random.default_rng(2)
    for _ in range(3):
        check(value, variables)
        present = [g for g in gradients(value, list(variables)) if g is not None]
        if not present:
            return
        value = total([ops.sum(ops.tanh(g) * Constant(rng.normal(size=g.shape))) for g in present])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(graph=graphs())
def test_tangents_of_random_graphs_and_of_their_gradients_are_those_of_differences(
    graph: tuple[Tensor, list[Variable]],
) -> None:
    value, variables = graph
    results = [value, *[g for g in gradients(value, list(variables)) if g is not None]]
    rng, eps = np.random.default_rng(4), 1e-6
    directions = [rng.normal(size=(3, 3)) for _ in variables]
    moves = tangents_along(results, set(variables), dict(zip(variables, map(Constant, directions), strict=True)))
    ends, starts = [], [v.array.copy() for v in variables]
    for sign in (1, -1):
        for variable, start, direction in zip(variables, starts, directions, strict=True):
            variable.assign(start + sign * eps * direction)
        ends.append(evaluate(results))
    for variable, start in zip(variables, starts, strict=True):
        variable.assign(start)
    for move, up, down in zip(moves, *ends, strict=True):
        actual = np.zeros_like(up) if move is None else evaluate([move])[0]
        scale = max(1.0, float(np.abs(up).max()))
        np.testing.assert_allclose(actual, (up - down) / (2 * eps), rtol=1e-4, atol=1e-6 * scale)


def test_what_a_gradient_does_not_depend_on_has_none() -> None:
    x, w, other = (Variable((2, 2), "float64", initializer=np.ones((2, 2))) for _ in range(3))
    (slope,) = gradients(ops.sum(x * w), [x])
    assert slope is not None
    assert gradients(slope, [x, other]) == [None, None]
    (by_weight,) = gradients(slope, [w])
    assert by_weight is not None
    np.testing.assert_array_equal(evaluate([by_weight])[0], 1)


def test_a_row_number_and_a_condition_have_no_gradient() -> None:
    table, rows = Variable((4, 2), "float64"), Variable((3,), "float64", initializer=np.array([1.0, 2.0, 1.0]))
    assert gradients(ops.sum(ops.embedding(rows, table)), [rows]) == [None]
    assert gradients(ops.sum(ops.take(table, rows)), [rows]) == [None]
    assert gradients(ops.sum(ops.where(rows, 2.0, 1.0)), [rows]) == [None]
