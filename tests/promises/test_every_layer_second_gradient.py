"""Every layer: the gradient of its gradient, with respect to weights and inputs, is right by finite differences."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine import backend as K
from engine._declared import registry
from engine._graph.gradient import gradients
from engine._graph.plan import Plan
from engine._graph.tensor import Tensor
from engine._machine.random import set_seed
from engine.layers import Input

from .every_layer_samples import OF_TEXTS
from .test_every_layer import CALLED, arrays, make, one_or_list

# Layers that give whole numbers, or ones at their places: these have no gradient.
OF_CATEGORIES = {"CategoryEncoding", "Discretization", "IntegerLookup", *OF_TEXTS}
WITH_GRADIENT = [name for name in CALLED if name not in OF_CATEGORIES]


@pytest.fixture(autouse=True)
def _double():
    before = K.floatx()
    K.set_floatx("float64")
    set_seed(5)
    with registry.custom_object_scope({"negative": ops.negative}):
        yield
    K.set_floatx(before)


class SecondGradient:
    """A layer on its sample; `product` is the gradients of a loss over its outputs times random numbers."""

    def __init__(self, name: str) -> None:
        rng = np.random.default_rng(7)
        self.data = [a.astype("float64") if a.dtype.kind == "f" else a for a in arrays(name)]
        self.inputs = [Input(batch_shape=a.shape, dtype=a.dtype.name) for a in self.data]
        layer = make(name)
        outputs = layer(one_or_list(self.inputs))
        self.weights = [w for w in layer.trainable_weights if w.dtype.kind == "f"]
        for weight in self.weights:
            weight.assign(weight.array + 0.1 * rng.normal(size=weight.shape))
        self.sources: list = [*self.weights, *(x for x in self.inputs if x.dtype.kind == "f")]
        loss = _total([ops.sum(ops.sin(y)) for y in (outputs if isinstance(outputs, list) else [outputs])])
        first = [g for g in gradients(loss, self.sources) if g is not None]
        self.product = _total([ops.sum(g * rng.normal(size=tuple(n or 0 for n in g.shape))) for g in first])

    def check(self, training: bool) -> None:
        """The gradients of `product` against how much it changes."""
        slopes = gradients(self.product, self.sources)
        plan = Plan([self.product, *[g for g in slopes if g is not None]], self.inputs, training=training)
        plan.run(self.data)  # after which the plan has its streams
        state = {stream: stream.get_state() for stream in plan.streams}
        results = iter([np.array(a) for a in plan.run(self.data)][1:])
        rng, eps = np.random.default_rng(3), 1e-6
        floats = [a for a in self.data if a.dtype.kind == "f"]
        values = [*(w.array for w in self.weights), *floats]
        for value, slope in zip(values, slopes, strict=True):
            direction, start, ends = rng.normal(size=value.shape), value.copy(), []
            for sign in (1, -1):
                value[...] = start + sign * eps * direction
                for stream, before in state.items():
                    stream.set_state(before)  # the same masks again
                ends.append(float(plan.run(self.data)[0]))
            value[...] = start
            expected = (ends[0] - ends[1]) / (2 * eps)
            actual = 0.0 if slope is None else float((next(results) * direction).sum())
            assert actual == pytest.approx(expected, rel=1e-5, abs=1e-7 * max(1.0, abs(ends[0])))


def _total(terms: list[Tensor]) -> Tensor:
    total, *others = terms
    for other in others:
        total = total + other
    return total


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", WITH_GRADIENT)
def test_second_gradients_match_finite_differences(name: str, training: bool) -> None:
    SecondGradient(name).check(training)
