"""Samples of every op: settings and inputs small enough for finite differences, chosen to reach each branch."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine._graph.op import compute
from engine._graph.tensor import Placeholder
from engine._ops import (
    activation,
    arithmetic,
    casting,
    compare,
    control,
    cross_entropy,
    elementwise,
    normalize,
    pool,
    positions,
    probabilities,
    random,
    rearrange,
    reduce,
    rounding,
    views,
)
from engine._ops.across_ranks import MeanOverRanks, SumOverRanks
from engine._ops.conv import Conv
from engine._ops.conv_depthwise import DepthwiseConv
from engine._ops.conv_fused import ConvMax
from engine._ops.conv_transposed import ConvTransposed
from engine._ops.ctc import CtcLoss
from engine._ops.cumulative import CumulativeProduct, CumulativeSum, LinearRecurrence
from engine._ops.embedding import Embedding, Take
from engine._ops.error_function import Erf
from engine._ops.gru import Gru
from engine._ops.loop import Loop
from engine._ops.lstm import Lstm
from engine._ops.matmul import Linear, Matmul
from engine._ops.normalised import NormalisedConv, NormalisedDepthwiseConv
from engine._ops.patches import ExtractPatches
from engine._ops.rectified import RectifiedConv, RectifiedLinear
from engine._ops.resize import Interpolate, Upsample
from engine._ops.simple_rnn import SimpleRnn
from engine._ops.sizes import Full, Range, ReshapeTo, ShapeOf, Sizes, TileTo, shape_of
from engine._ops.unstack import Unstack
from engine._ops.warp import Warp

rng = np.random.default_rng(7)


def normal(*shape: int) -> np.ndarray:
    """Values away from 0, where rectifiers have a corner."""
    x = rng.normal(size=shape)
    return x + 0.05 * np.sign(x)


_like = Placeholder((None, None), int)
SIZES_TO_COME = Sizes([shape_of(_like)[0], shape_of(_like)[1]])  # those of the op's last input
BOUNDS_TO_COME = Sizes([1, shape_of(_like)[1] * 2, 2])


def positive(*shape: int) -> np.ndarray:
    """Values in 0.2 ... 1.2."""
    return rng.uniform(0.2, 1.2, size=shape)


def shares(*shape: int) -> np.ndarray:
    """Values whose last axis sums to 1."""
    x = positive(*shape)
    return x / x.sum(axis=-1, keepdims=True)


def whole(high: int, *shape: int) -> np.ndarray:
    """Whole numbers 0 ... high - 1."""
    return rng.integers(0, high, size=shape)


def recurrent_inputs(
    gates: int, n: int, t: int, c: int, u: int, *, states: int, mask: bool = False, drop: bool = False
) -> list:
    """x, kernel, recurrent kernel, bias, mask, the two dropout masks and the first states."""
    g = gates * u
    inputs: list[Any] = [normal(n, t, c), normal(c, g) * 0.4, normal(u, g) * 0.4, normal(g) * 0.4]
    inputs.append(rng.random((n, t)) > 0.4 if mask else None)
    inputs += [whole(2, n, c) * 2.0, whole(2, n, u) * 2.0] if drop else [None, None]
    return inputs + ([normal(n, u) for _ in range(states)] if states > 0 else [None] * -states)


def lstm_inputs(*sizes: int, states: bool = True, **masks: bool) -> list:
    """Of LSTM: N, T, C, U; with or without first states."""
    return recurrent_inputs(4, *sizes, states=2 if states else -2, **masks)


def gru_inputs(*sizes: int, biases: int = 1, states: bool = True, **masks: bool) -> list:
    """Of GRU, with one bias, with both of `reset_after` or none."""
    inputs = recurrent_inputs(3, *sizes, states=1 if states else -1, **masks)
    inputs[3] = (None, inputs[3], normal(2, 3 * sizes[3]) * 0.4)[biases]
    return inputs


def simple_inputs(*sizes: int, **masks: bool) -> list:
    """Of the simple recurrent network."""
    return recurrent_inputs(1, *sizes, states=1, **masks)


BROADCAST = [[(2, 3), (2, 3)], [(4, 3), (3,)], [(2, 1, 3), (4, 1)], [(2, 3), ()]]
IMAGE = normal(2, 7, 6, 3)


def picking(op: pool.MaxPool) -> list:
    """Values to pick from, an image and its largest elements."""
    return [normal(*IMAGE.shape), IMAGE, compute(op, (IMAGE,))]


def pairs(op: Any, make: Any = normal) -> list:
    """One sample for each broadcast."""
    return [(op, [make(*a), make(*b)]) for a, b in BROADCAST]


def ones(op: Any, make: Any = normal) -> list:
    """Two samples of an op with one input."""
    return [(op, [make(3, 4)]), (op, [make(2, 3, 2)])]


def reductions(cls: Any, make: Any = normal) -> list:
    """All ways to reduce three axes."""
    return [(cls(axis, keep), [make(2, 3, 4)]) for axis in (None, 0, -1, (0, 2)) for keep in (False, True)]


SAMPLES: dict[type, list] = {
    arithmetic.Add: pairs(arithmetic.Add()),
    arithmetic.Subtract: pairs(arithmetic.Subtract()),
    arithmetic.Multiply: pairs(arithmetic.Multiply()),
    arithmetic.Divide: pairs(arithmetic.Divide(), positive),
    arithmetic.Power: pairs(arithmetic.Power(), positive),
    arithmetic.Maximum: pairs(arithmetic.Maximum()),
    arithmetic.Minimum: pairs(arithmetic.Minimum()),
    arithmetic.FloorDivide: pairs(arithmetic.FloorDivide(), positive),
    arithmetic.Remainder: pairs(arithmetic.Remainder(), positive),
    elementwise.Negative: ones(elementwise.Negative()),
    elementwise.Absolute: ones(elementwise.Absolute()),
    elementwise.Square: ones(elementwise.Square()),
    elementwise.Sqrt: ones(elementwise.Sqrt(), positive),
    elementwise.Exp: ones(elementwise.Exp()),
    elementwise.Log: ones(elementwise.Log(), positive),
    Erf: ones(Erf()),
    elementwise.Sin: ones(elementwise.Sin()),
    elementwise.Cos: ones(elementwise.Cos()),
    elementwise.Clip: ones(elementwise.Clip(-0.5, 0.7)),
    rounding.Sign: ones(rounding.Sign()),
    rounding.Floor: ones(rounding.Floor()),
    rounding.Round: ones(rounding.Round()),
    casting.Cast: ones(casting.Cast("float64")),
    compare.Comparison: [(compare.Comparison(r), [normal(2, 3), normal(3)]) for r in ("equal", "less", "logical_or")],
    compare.LogicalNot: ones(compare.LogicalNot()),
    compare.Where: [
        (compare.Where(), [whole(2, 3, 4) > 0, normal(3, 4), normal(4)]),
        (compare.Where(), [whole(2, 3, 1) * 1.0, normal(3, 4), normal(3, 4)]),
    ],
    activation.Relu: ones(activation.Relu()),
    activation.LeakyRelu: ones(activation.LeakyRelu(0.3)) + ones(activation.LeakyRelu(-0.2)),
    activation.LimitedRelu: ones(activation.LimitedRelu(0.2, 0.9, -0.3)) + ones(activation.LimitedRelu(0.0, None, 0.4)),
    activation.Elu: ones(activation.Elu(0.7)),
    activation.FallingElu: ones(activation.FallingElu(-0.4)),
    activation.Softplus: ones(activation.Softplus()),
    activation.Softsign: ones(activation.Softsign()),
    activation.Tanh: ones(activation.Tanh()),
    activation.Sigmoid: ones(activation.Sigmoid()),
    activation.HardSigmoid: ones(activation.HardSigmoid()) + [(activation.HardSigmoid(), [normal(3, 4) * 4])],
    probabilities.Softmax: ones(probabilities.Softmax()) + ones(probabilities.Softmax(0)),
    probabilities.LogSoftmax: ones(probabilities.LogSoftmax()) + ones(probabilities.LogSoftmax(1)),
    reduce.Sum: reductions(reduce.Sum),
    reduce.Mean: reductions(reduce.Mean),
    reduce.Max: reductions(reduce.Max),
    reduce.Min: reductions(reduce.Min),
    reduce.Prod: reductions(reduce.Prod),
    reduce.Var: reductions(reduce.Var),
    reduce.LogSumExp: reductions(reduce.LogSumExp),
    reduce.AnyTrue: reductions(reduce.AnyTrue),
    reduce.AllTrue: reductions(reduce.AllTrue),
    positions.ArgMax: [(positions.ArgMax(axis), [normal(3, 4)]) for axis in (0, -1)],
    positions.ArgMin: [(positions.ArgMin(axis), [normal(3, 4)]) for axis in (0, -1)],
    views.Reshape: [(views.Reshape(t), [normal(2, 3, 4)]) for t in ((2, 12), (-1, 4), (None, -1, 2))],
    views.ExpandDims: [(views.ExpandDims(axis), [normal(2, 3)]) for axis in (0, 1, -1)],
    views.Squeeze: [(views.Squeeze(1), [normal(2, 1, 3)])],
    views.Flatten: [(views.Flatten(), [normal(2, 3, 4)]), (views.Flatten(2), [normal(2, 3, 4)])],
    rearrange.Transpose: [(rearrange.Transpose(axes), [normal(2, 3, 4)]) for axes in (None, (0, 2, 1), (1, 2, 0))],
    rearrange.Concatenate: [
        (rearrange.Concatenate(), [normal(2, 3), normal(2, 1), normal(2, 2)]),
        (rearrange.Concatenate(1), [normal(2, 3, 2), normal(2, 1, 2)]),
    ],
    rearrange.GetItem: [
        (rearrange.GetItem(key), [normal(3, 4, 5)])
        for key in ((0,), (slice(None), -1), (Ellipsis, slice(1, None, 2)), (None, slice(None, None, -1)))
    ],
    rearrange.Repeat: [(rearrange.Repeat(3, axis), [normal(2, 3, 2)]) for axis in (0, 1, -1)],
    CtcLoss: [
        (
            CtcLoss(),
            [
                np.array([[0, 1, 1], [2, 0, 0]]),
                rng.dirichlet(np.ones(4), (2, 7)),
                np.array([[7], [5]]),
                np.array([[3], [1]]),
            ],
        ),
    ],
    CumulativeSum: [(CumulativeSum(a), [normal(2, 3, 4)]) for a in (0, 1, -1)],
    CumulativeProduct: [
        (CumulativeProduct(1), [normal(2, 3, 4)]),
        (CumulativeProduct(0), [normal(4, 2) * np.array([[1.0, 0.0]])]),
    ],
    LinearRecurrence: [
        (LinearRecurrence(0), [normal(4, 3), normal(4, 3)]),
        (LinearRecurrence(-1), [normal(2, 5), normal(2, 5)]),
    ],
    ConvTransposed: [
        (ConvTransposed((2, 1), "valid", (1, 1)), [normal(2, 3, 4, 2), normal(3, 2, 3, 2), normal(3)]),
        (ConvTransposed((2, 3), "same", (1, 1)), [normal(2, 3, 2, 2), normal(3, 4, 3, 2), None]),
        (ConvTransposed((2,), "same", (1,), output_padding=(1,)), [normal(2, 3, 2), normal(3, 1, 2), normal(1)]),
        (
            ConvTransposed((1, 1), "valid", (2, 1), channels_first=True),
            [normal(2, 2, 3, 3), normal(2, 2, 3, 2), normal(3)],
        ),
        (ConvTransposed((1, 2, 1), "valid", (1, 1, 1)), [normal(1, 2, 2, 3, 2), normal(2, 1, 2, 1, 2), normal(1)]),
    ],
    DepthwiseConv: [
        (DepthwiseConv((1, 1), "valid", (1, 1)), [normal(3, 5, 4, 2), normal(3, 2, 2, 1)]),
        (DepthwiseConv((2, 2), "same", (1, 1)), [normal(2, 5, 4, 2), normal(3, 3, 2, 3)]),
        (DepthwiseConv((1, 1), "same", (2, 1)), [normal(2, 4, 4, 1), normal(2, 2, 1, 2)]),
        (DepthwiseConv((2,), "causal", (1,)), [normal(2, 6, 2), normal(3, 2, 2)]),
    ],
    ConvMax: [
        (ConvMax(conv(strides, padding, dilation)), [normal(3, 9, 4), normal(3, 4, 5), normal(5)])
        for strides, padding, dilation in (((1,), "valid", (1,)), ((2,), "same", (1,)), ((1,), "causal", (2,)))
        for conv in (Conv, RectifiedConv)
    ]
    + [(ConvMax(Conv((1,), "valid", (1,))), [normal(2, 7, 3), normal(2, 3, 9), None])],
    ExtractPatches: [
        (ExtractPatches((2, 3), (1, 2)), [normal(2, 4, 5, 2)]),
        (ExtractPatches((2,), (1,)), [normal(2, 4, 1)]),
    ],
    ShapeOf: [(ShapeOf(), [normal(2, 3)])],
    ReshapeTo: [(ReshapeTo(SIZES_TO_COME), [normal(2, 3, 4), np.zeros((4, 6), int)])],
    TileTo: [(TileTo(SIZES_TO_COME), [normal(2, 3), np.zeros((4, 6), int)])],
    Full: [(Full(SIZES_TO_COME, 2.0, "float64"), [np.zeros((4, 6), int)])],
    Range: [(Range(BOUNDS_TO_COME), [np.zeros((4, 6), int)])],
    rearrange.Tile: [(rearrange.Tile((2, 1, 3)), [normal(2, 3, 2)])],
    rearrange.Pad: [(rearrange.Pad(((0, 0), (1, 2)), 0.5), [normal(2, 3)])],
    rearrange.Reverse: [(rearrange.Reverse(axes), [normal(2, 3, 2)]) for axes in (1, (0, 2))],
    rearrange.OneHot: [(rearrange.OneHot(4), [whole(4, 2, 3)])],
    RectifiedConv: [
        (RectifiedConv((1, 2), "same", (1, 1)), [normal(2, 5, 6, 3), normal(3, 2, 3, 4), normal(4)]),
        (RectifiedConv((2, 1), "valid", (1, 1), True), [normal(2, 3, 6, 5), normal(3, 3, 3, 4), None]),
    ],
    RectifiedLinear: [(RectifiedLinear(), [normal(2, 3, 4), normal(4, 5), normal(5)])],
    Linear: [
        (Linear(), [normal(3, 4), normal(4, 2), normal(2)]),
        (Linear(), [normal(2, 3, 4), normal(4, 2), None]),
    ],
    Matmul: [
        (Matmul(), [normal(3, 4), normal(4, 2)]),
        (Matmul(), [normal(2, 3, 4), normal(2, 4, 2)]),
        (Matmul(), [normal(2, 3, 4), normal(4, 2)]),
    ],
    MeanOverRanks: [(MeanOverRanks(), [normal(2, 3)])],
    SumOverRanks: [(SumOverRanks(), [normal(2, 3)])],
    control.Identity: ones(control.Identity()),
    control.StopGradient: ones(control.StopGradient()),
    control.InTrainPhase: [(control.InTrainPhase(), [normal(2, 3), normal(2, 3)])],
    control.LearningPhase: [(control.LearningPhase(), [normal(2), normal(2)])],
    random.Dropout: [
        (random.Dropout(rate=0.4, seed=1), [normal(3, 4)]),
        (random.Dropout(rate=0.4, noise_shape=(None, 1, 4), seed=1), [normal(2, 3, 4)]),
    ],
    random.GaussianNoise: ones(random.GaussianNoise(stddev=0.5, seed=1)),
    random.RandomNormal: ones(random.RandomNormal(seed=1)),
    random.TruncatedNormal: ones(random.TruncatedNormal(seed=1)),
    control.PrintValues: [(control.PrintValues("x"), [normal(2, 3)])],
    random.RandomUniform: ones(random.RandomUniform(seed=1)),
    cross_entropy.CategoricalCrossentropy: [
        (cross_entropy.CategoricalCrossentropy(), [shares(3, 4), positive(3, 4)]),
        (cross_entropy.CategoricalCrossentropy(), [shares(2, 3, 4), shares(2, 3, 4)]),
        (cross_entropy.CategoricalCrossentropy(True), [shares(3, 4), normal(3, 4)]),
    ],
    cross_entropy.SparseCategoricalCrossentropy: [
        (cross_entropy.SparseCategoricalCrossentropy(), [whole(4, 3, 1), shares(3, 4)]),
        (cross_entropy.SparseCategoricalCrossentropy(), [whole(4, 2, 3) * 1.0, shares(2, 3, 4)]),
        (cross_entropy.SparseCategoricalCrossentropy(True), [whole(4, 3), normal(3, 4)]),
    ],
    cross_entropy.BinaryCrossentropy: [
        (cross_entropy.BinaryCrossentropy(), [shares(3, 4), shares(3, 4)]),
        (cross_entropy.BinaryCrossentropy(True), [shares(3, 4), normal(3, 4) * 3]),
    ],
    Conv: [
        (Conv(strides, padding, dilation), [IMAGE, normal(3, 2, 3, 2), normal(2)])
        for strides in ((1, 1), (2, 2), (1, 3))
        for padding in ("valid", "same")
        for dilation in ((1, 1), (2, 1), (2, 3))
    ]
    + [
        (Conv((1, 1)), [IMAGE, normal(1, 1, 3, 2), None]),
        (Conv((2, 1), "same", (1, 1), True), [normal(2, 3, 6, 5), normal(3, 3, 3, 4), normal(4)]),
        (Conv((1, 1)), [normal(2, 5, 5, 9), normal(3, 3, 9, 2), normal(2)]),
        (Conv((2,), "causal", (2,)), [normal(2, 9, 3), normal(3, 3, 2), normal(2)]),
        (Conv((1, 2, 1), "same", (1, 1, 1)), [normal(1, 4, 5, 3, 2), normal(2, 3, 2, 2, 2), normal(2)]),
    ],
    pool.MaxPool: [
        (pool.MaxPool(size, strides, padding), [IMAGE])
        for size, strides in (((2, 2), (2, 2)), ((3, 2), (1, 2)), ((2, 2), (3, 3)))
        for padding in ("valid", "same")
    ]
    + [
        (pool.MaxPool((2, 2), (2, 2), "same", True), [normal(2, 3, 5, 4)]),
        (pool.MaxPool((2,), (2,)), [normal(2, 5, 3)]),
        (pool.MaxPool((3, 2), (2, 2), "ceil", False, (1, 0)), [IMAGE]),
        (pool.MaxPool((3, 2), (2, 2), "floor", True, (1, 1)), [normal(2, 3, 5, 4)]),
    ],
    pool.PickLargest: [
        (pool.PickLargest(size, strides, padding), picking(pool.MaxPool(size, strides, padding)))
        for size, strides in (((2, 2), (2, 2)), ((3, 2), (1, 2)))
        for padding in ("valid", "same")
    ],
    pool.AveragePool: [
        (pool.AveragePool(size, strides, padding), [IMAGE])
        for size, strides in (((2, 2), (2, 2)), ((3, 2), (1, 2)), ((2, 2), (3, 3)))
        for padding in ("valid", "same")
    ]
    + [
        (pool.AveragePool((2, 2), (2, 2), "same", True), [normal(2, 3, 5, 4)]),
        (pool.AveragePool((3, 2), (2, 3), "ceil"), [IMAGE]),
    ],
    Upsample: [
        (Upsample((2, 3)), [IMAGE]),
        (Upsample((2, 1), True), [normal(2, 3, 2, 4)]),
        (Upsample((3,)), [normal(1, 1, 2)]),
    ],
    Interpolate: [(Interpolate(times, axis), [normal(2, 3, 4)]) for times, axis in ((2, 1), (3, 2))]
    + [(Interpolate(2, 1), [normal(2, 1, 4)])],
    NormalisedConv: [
        (NormalisedConv(Conv((1, 2), "same"), 0.01, rectified), [normal(2, 5, 6, 3), normal(3, 2, 3, 4), *bias, *more])
        for rectified, bias, more in (
            (False, [None], [normal(4), normal(4), normal(4), positive(4)]),
            (True, [normal(4)], [None, None, normal(4), positive(4)]),
            (False, [], [normal(4), None, normal(4), positive(4)]),
        )
    ],
    NormalisedDepthwiseConv: [
        (
            NormalisedDepthwiseConv(DepthwiseConv((1, 2), "same"), 0.01, rectified),
            [normal(2, 5, 6, 3), normal(3, 2, 3, times), *more],
        )
        for rectified, times, more in (
            (False, 1, [normal(3), normal(3), normal(3), positive(3)]),
            (True, 2, [None, None, normal(6), positive(6)]),
        )
    ],
    Unstack: [(Unstack(3), [normal(2, 3, 4)]), (Unstack(1), [normal(2, 1)])],
    normalize.BatchNorm: [
        (normalize.BatchNorm(), [normal(6, 3), normal(3), normal(3), normal(3), positive(3)]),
        (normalize.BatchNorm(), [normal(2, 3, 4, 2), normal(2), normal(2), normal(2), positive(2)]),
        (normalize.BatchNorm(1), [normal(3, 2, 4), normal(2), normal(2), normal(2), positive(2)]),
        (normalize.BatchNorm(), [normal(6, 3), None, None, normal(3), positive(3)]),
    ],
    Embedding: [
        (Embedding(), [whole(5, 2, 3), normal(5, 4)]),
        (Embedding(), [whole(5, 6) * 1.0, normal(5, 1)]),
    ],
    Warp: [
        (Warp(4, 3, "bilinear", fill), [normal(2, 3, 4, 2), normal(2, 6) * 0.7 + [1, 0, 0.3, 0, 1, 0.2]])
        for fill in ("constant", "reflect", "wrap", "nearest")
    ]
    + [(Warp(2, 2, "nearest", "constant"), [normal(2, 3, 4, 2), normal(2, 6) + [1, 0, 0.3, 0, 1, 0.2]])],
    Take: [
        (Take(), [normal(5, 3), whole(5, 2, 4)]),
        (Take(1), [normal(2, 5, 3), whole(5, 4) - 5]),
    ],
    Gru: [
        (Gru(), gru_inputs(3, 4, 2, 3)),
        (Gru("tanh", False, True, "sigmoid"), gru_inputs(3, 11, 2, 3, mask=True)),
        (Gru("softsign", True, True, "sigmoid"), gru_inputs(2, 4, 3, 2, drop=True, mask=True)),
        (Gru("sigmoid", True, False, "sigmoid"), gru_inputs(2, 3, 2, 2, states=False, drop=True)),
        (Gru("tanh", False, True, "sigmoid", True), gru_inputs(2, 9, 2, 3, biases=2, mask=True)),
        (Gru("sigmoid", True, False, "sigmoid", True), gru_inputs(2, 4, 2, 2, biases=2, drop=True)),
        (Gru("tanh", False, False, "sigmoid", True), gru_inputs(2, 4, 2, 2, biases=0)),
    ],
    Loop: [],  # its step is recorded in one float type: tests/engine/ops/test_loop.py holds it to the same
    SimpleRnn: [
        (SimpleRnn(), simple_inputs(3, 4, 2, 3)),
        (SimpleRnn("sigmoid", True, True), simple_inputs(3, 11, 2, 3, mask=True, drop=True)),
    ],
    Lstm: [
        (Lstm(), lstm_inputs(3, 4, 2, 3)),
        (Lstm("tanh", False, True, "sigmoid"), lstm_inputs(3, 4, 2, 3, mask=True)),
        (Lstm("relu", True, True, "sigmoid"), lstm_inputs(2, 4, 3, 2, drop=True, mask=True)),
        (Lstm("linear", True, False, "sigmoid"), lstm_inputs(2, 3, 2, 2, states=False, drop=True)),
        (Lstm("softsign"), lstm_inputs(2, 3, 2, 2)),
        (Lstm("tanh", False, True), lstm_inputs(2, 11, 2, 3, mask=True)),
    ],
}
