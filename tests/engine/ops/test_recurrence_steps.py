"""Recurrent ops written out as loops give the numbers of the fused ones, and their gradients."""

from __future__ import annotations

import numpy as np
import pytest

from engine._graph.gradient import gradients
from engine._graph.op import record
from engine._graph.plan import evaluate
from engine._graph.tensor import Constant, Variable
from engine._ops import multiply
from engine._ops import sum as sum_
from engine._ops.gru import Gru
from engine._ops.lstm import Lstm
from engine._ops.simple_rnn import SimpleRnn
from tests.promises.every_op_samples import SAMPLES

CASES = [
    pytest.param(op, xs, id=f"{cls.__name__}-{i}")
    for cls in (Lstm, Gru, SimpleRnn)
    for i, (op, xs) in enumerate(SAMPLES[cls])
]


@pytest.mark.parametrize(("op", "xs"), CASES)
def test_the_loop_gives_the_results_and_the_gradients_of_the_op(op: Lstm | Gru | SimpleRnn, xs: list) -> None:
    inputs = [
        None if x is None else Variable(x.shape, x.dtype, initializer=x) if x.dtype.kind == "f" else Constant(x)
        for x in xs
    ]
    wanted = [x for i, x in enumerate(inputs) if isinstance(x, Variable) and i not in op.constants]
    values = []
    for results in (record(op, tuple(inputs)), op.simpler(*inputs)):
        factors = [np.cos(np.arange(y.shape[-1])) for y in results]
        total, *others = [sum_(multiply(y, factor)) for y, factor in zip(results, factors, strict=True)]
        for other in others:
            total = total + other
        slopes = [g for g in gradients(total, list(wanted)) if g is not None]
        assert len(slopes) == len(wanted)
        values.append(evaluate([*results, *slopes]))
    for fused, written_out in zip(*values, strict=True):
        np.testing.assert_allclose(written_out, fused, rtol=1e-9, atol=1e-12)
