"""The recurrent ops' memory: parts of a batch that threads share, nothing for backward where only forward runs."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest

from engine._graph.op import Work
from engine._machine.device import threads
from engine._ops.gru import Gru
from engine._ops.lstm import Lstm
from engine._ops.simple_rnn import SimpleRnn

rng = np.random.default_rng(0)
UNITS, CHANNELS, STEPS, SAMPLES = 160, 5, 3, 400
CASES = [(Lstm(), 4), (Gru(), 3), (Gru(reset_after=True), 3), (SimpleRnn(), 1)]
IDS = ["lstm", "gru", "gru, reset after", "simple rnn"]


class Run:
    """One op forward and, when asked, backward with a gradient of ones for y."""

    def __init__(self, op: Any, gates: int, x: np.ndarray) -> None:
        columns = gates * UNITS
        weights = [np.cos(np.arange(rows * columns).reshape(rows, columns)) / 40 for rows in (CHANNELS, UNITS)]
        bias = np.sin(np.arange(columns))
        if isinstance(op, Gru) and op.reset_after:
            bias = np.stack([bias, -bias])
        self.op, self.xs = op, [x, *weights, bias]
        shapes = tuple(array.shape for array in self.xs)
        self.work = Work(True, shapes, op.shape(*shapes))
        self.ys = tuple(np.empty(shape) for shape in op.shape(*shapes))
        op.forward(self.work, *self.xs, out=self.ys)

    def gradients(self) -> list[np.ndarray]:
        outs = tuple(np.empty_like(x) for x in self.xs)
        dys = (np.ones_like(self.ys[0]), *(None for _ in self.ys[1:]))
        self.op.backward(self.work, dys, *self.op.kept_inputs(tuple(self.xs), self.ys), outs=outs)
        return list(outs)


@pytest.mark.parametrize(("op", "gates"), CASES, ids=IDS)
def test_a_batch_in_parts_gives_what_its_pieces_give(op: Any, gates: int) -> None:
    x = rng.normal(size=(SAMPLES, STEPS, CHANNELS))
    whole = Run(op, gates, x)
    pieces = [Run(op, gates, x[start : start + 40]) for start in range(0, SAMPLES, 40)]
    assert len(pieces[0].work.record.parts) == 1
    assert len(whole.work.record.parts) == threads()
    for i, y in enumerate(whole.ys):
        np.testing.assert_allclose(y, np.concatenate([piece.ys[i] for piece in pieces]), atol=1e-12)
    (dx, *dweights), parts = whole.gradients(), [piece.gradients() for piece in pieces]
    np.testing.assert_allclose(dx, np.concatenate([part[0] for part in parts]), atol=1e-12)
    for i, gradient in enumerate(dweights, start=1):
        np.testing.assert_allclose(gradient, sum(part[i] for part in parts), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("op", "gates"), CASES, ids=IDS)
def test_no_two_arrays_of_a_call_share_memory(op: Any, gates: int) -> None:
    run = Run(op, gates, rng.normal(size=(SAMPLES, STEPS, CHANNELS)))
    run.gradients()
    record = run.work.record
    lasting = [array for part in record.parts for array in (part.inputs, part.gates, *part.states)]
    scratch = [part.products for part in record.parts]
    for back in record.backward:
        pairs = [array for pair in back.dinputs for array in pair]
        scratch += [back.dgates, *back.dstates, back.dkernel, back.drecurrent, back.flat, back.before, back.product]
        scratch += pairs
    assert not any(np.shares_memory(a, b) for a, b in combinations([*lasting, *scratch], 2))


def test_forward_alone_takes_no_memory_for_backward() -> None:
    run = Run(Lstm(), 4, rng.normal(size=(SAMPLES, STEPS, CHANNELS)))
    assert run.work.record.backward == []


def test_a_call_runs_again_in_the_same_memory() -> None:
    run = Run(Gru(reset_after=True), 3, rng.normal(size=(40, 20, CHANNELS)))
    record, first, gradients = run.work.record, [y.copy() for y in run.ys], run.gradients()
    run.op.forward(run.work, *run.xs, out=run.ys)
    assert run.work.record is record
    for before, after in [*zip(first, run.ys, strict=True), *zip(gradients, run.gradients(), strict=True)]:
        np.testing.assert_array_equal(before, after)
    spans = record.parts[0].spans
    assert spans[0].start == 0 and spans[-1].stop == 20
    assert all(a.stop == b.start for a, b in pairwise(spans))
