"""Means and sums over the processes that train together; of a process alone, what it has itself.

A step's samples lie on several processes. Where a result needs all of them (how many samples count, the statistics of
a synchronised batch normalisation, what a metric has counted), each adds its part by these ops, which run between two
segments of a compiled plan. All processes run them in the same order.
"""

from __future__ import annotations

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Value
from .._machine import ranks
from ..types import Array, Shape
from .reduce import mean

__all__ = ["mean_of_all", "mean_over_ranks", "sum_over_ranks"]


class _OverRanks(Op):
    """y = sum of factor * x over the processes; the factor is each one's own."""

    linear = True

    def shape(self, x: Shape) -> Shape:
        """That of x."""
        return x

    def forward(self, work: Work, x: Array, *, out: Array) -> None:
        """y = sum of factor * x."""
        others = ranks.current()
        work.xp.multiply(x, self.factor(others), out=out, casting="unsafe")
        _add_up(others, out)

    def backward(self, work: Work, dy: Array, *, outs: Outs) -> None:
        """dx = factor * sum of dy: what a process has goes into the results of all."""
        (out,) = outs
        assert out is not None
        others = ranks.current()
        work.xp.copyto(out, dy)
        _add_up(others, out)
        work.xp.multiply(out, self.factor(others), out=out, casting="unsafe")

    def factor(self, others: ranks.Ranks) -> float:
        """What this process's numbers count."""
        raise NotImplementedError(f"{type(self).__name__}.factor")


class MeanOverRanks(_OverRanks):
    """y = sum of share * x, share being the part of the batch's samples that each process has."""

    def factor(self, others: ranks.Ranks) -> float:
        """The share."""
        return others.share


class SumOverRanks(_OverRanks):
    """y = sum of x over the processes that have samples of the batch."""

    def factor(self, others: ranks.Ranks) -> float:
        """1, or 0 for a process without a sample."""
        return float(others.share > 0)


def _add_up(others: ranks.Ranks, array: Array) -> None:
    if others.size > 1:
        if array.flags.c_contiguous:
            others.all_reduce(array)
        else:
            flat = array.copy()
            others.all_reduce(flat)
            array[...] = flat


def mean_over_ranks(x: Value) -> Value:
    """The mean of x over the processes that train together, each weighted by its part of the batch."""
    return apply(MeanOverRanks(), x)


def sum_over_ranks(x: Value) -> Value:
    """The sum of x over the processes that train together."""
    return apply(SumOverRanks(), x)


def mean_of_all(x: Value) -> Value:
    """The mean over the elements of x on all processes that train together; where there is one, `mean` alone is recorded."""
    return mean(x) if ranks.joined().size == 1 else mean_over_ranks(mean(x))
