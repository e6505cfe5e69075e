"""Every op with a gradient: that gradient has one of its own, right by finite differences, or is refused by name."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine import backend as K
from engine._graph.gradient import gradients
from engine._graph.op import Op, record
from engine._graph.plan import Plan
from engine._graph.tensor import Constant, Tensor, Variable
from engine._ops import multiply
from engine._ops import sum as sum_
from engine.errors import GraphError

from .every_op_samples import SAMPLES
from .test_every_op import differentiable

REFUSED = {"CtcLoss": "its gradient is computed with the loss, by sums over all alignments"}
PUT_IN_BY_PLANS = {"RectifiedLinear", "RectifiedConv", "ConvMax"}  # a recorded graph holds the ops that they stand for

CASES = [
    pytest.param(op, xs, id=f"{cls.__name__}-{i}")
    for cls, samples in SAMPLES.items()
    for i, (op, xs) in enumerate(samples)
    if op.differentiable and cls.__name__ not in REFUSED and cls.__name__ not in PUT_IN_BY_PLANS
]


@pytest.fixture(autouse=True)
def _double():
    before = K.floatx()
    K.set_floatx("float64")
    yield
    K.set_floatx(before)


class Gradients:
    """A sample of an op in a graph: `product` is its gradients, for random ones of the results, times random numbers."""

    def __init__(self, op: Op, xs: list, wanted: list[bool]) -> None:
        rng = np.random.default_rng(5)
        self.inputs: list = [
            None if x is None else Variable(x.shape, x.dtype, initializer=x) if w else Constant(x)
            for x, w in zip(xs, wanted, strict=True)
        ]
        results = record(op, tuple(self.inputs))
        results = list(results) if op.outputs > 1 else [results]
        self.dys = [Variable(y.shape, initializer=rng.normal(size=y.shape)) for y in results]
        self.variables = [x for x in self.inputs if isinstance(x, Variable)]
        first = gradients(_products(results, self.dys), self.variables)
        self.present = [dx for dx in first if dx is not None]
        factors = [Constant(rng.normal(size=dx.shape)) for dx in self.present]
        self.product = _products(self.present, factors)


def _products(xs: list, ys: list) -> Tensor:
    total, *others = [sum_(multiply(x, y)) for x, y in zip(xs, ys, strict=True)]
    for other in others:
        total = total + other
    return total


def check_by_differences(value: Tensor, variables: list[Variable], training: bool, rel: float = 1e-5) -> None:
    """The gradients of `value`, along random directions, against how much it changes."""
    slopes = gradients(value, variables)  # type: ignore[arg-type]
    plan = Plan([value, *[g for g in slopes if g is not None]], training=training)
    first_state = {stream: stream.get_state() for stream in plan.streams}
    results = iter([np.array(a) for a in plan.run()][1:])
    rng, eps = np.random.default_rng(3), 1e-6
    for i, (variable, slope) in enumerate(zip(variables, slopes, strict=True)):
        direction, start = rng.normal(size=variable.shape), variable.array.copy()
        ends = []
        for sign in (1, -1):
            variable.assign(start + sign * eps * direction)
            for stream, state in first_state.items():
                stream.set_state(state)  # the same masks again
            ends.append(float(plan.run()[0]))
        variable.assign(start)
        expected = (ends[0] - ends[1]) / (2 * eps)
        actual = 0.0 if slope is None else float((next(results) * direction).sum())
        scale = max(1.0, abs(ends[0]))
        assert actual == pytest.approx(expected, rel=rel, abs=1e-7 * scale), f"variable {i}"


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("op", "xs"), CASES)
def test_the_gradient_of_the_gradient_matches_finite_differences(op: Op, xs: list, training: bool) -> None:
    sample = Gradients(op, xs, differentiable(op, xs))
    check_by_differences(sample.product, [*sample.variables, *sample.dys], training)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_op_without_a_second_gradient_is_refused_by_name(name: str) -> None:
    op, xs = next((op, xs) for cls, samples in SAMPLES.items() if cls.__name__ == name for op, xs in samples)
    sample = Gradients(op, xs, differentiable(op, xs))
    with pytest.raises(GraphError, match=re.escape(name)):
        gradients(sample.product, list(sample.variables))
