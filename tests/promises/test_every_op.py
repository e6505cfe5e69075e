"""Every op: a true shape rule, a right gradient, `out=` honoured, inputs unchanged, any memory order, both float types."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import numpy as np
import pytest

import engine._ops
from engine._graph.op import Op, Work

from .every_op_samples import SAMPLES

CASES = [
    pytest.param(op, xs, id=f"{cls.__name__}-{i}")
    for cls, samples in SAMPLES.items()
    for i, (op, xs) in enumerate(samples)
]


def all_ops() -> set[type]:
    modules = [importlib.import_module(f"engine._ops.{m.name}") for m in pkgutil.iter_modules(engine._ops.__path__)]
    found = {c for m in modules for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, Op)}
    return {c for c in found if c.__module__.startswith("engine._ops") and not c.__subclasses__()}


def test_every_op_has_samples() -> None:
    assert {c.__name__ for c in all_ops()} - {c.__name__ for c in SAMPLES} == set()


class Run:
    """One forward call with its own work, and backward after it."""

    def __init__(self, op: Op, xs: list, training: bool = True, out: Any = None) -> None:
        self.op, self.xs = op, xs
        if getattr(op, "seed", None) is not None:
            op = self.op = type(op)(**{name: getattr(op, name) for name in op._settings})
        shapes = tuple(None if x is None else x.shape for x in xs)
        shape = op.shape(*shapes)
        self.work = Work(training, shapes, shape)
        dtype = op.dtype(*[None if x is None else x.dtype for x in xs])
        many = op.outputs > 1
        fresh = tuple(np.full(s, 77).astype(dtype) for s in (shape if many else (shape,)))
        self.ys = fresh if out is None else out
        op.forward(self.work, *xs, out=self.ys if many else self.ys[0])

    def backward(self, dys: tuple, wanted: list[bool]) -> list:
        outs = tuple(np.full(x.shape, 77.0, x.dtype) if w else None for x, w in zip(self.xs, wanted, strict=True))
        kept = self.op.kept_inputs(tuple(self.xs), self.ys)
        self.op.backward(self.work, dys if self.op.outputs > 1 else dys[0], *kept, outs=outs)
        return list(outs)


def to_float(xs: list, dtype: str) -> list:
    return [x.astype(dtype) if x is not None and x.dtype.kind == "f" else x for x in xs]


def differentiable(op: Op, xs: list) -> list[bool]:
    """Which inputs have a gradient: floats, except masks, labels and numbers of rows."""
    return [x is not None and x.dtype.kind == "f" and i not in op.constants for i, x in enumerate(xs)]


@pytest.mark.parametrize(("op", "xs"), CASES)
def test_the_shape_rule_and_dtype_are_true(op: Op, xs: list) -> None:
    for dtype in ("float32", "float64"):
        run = Run(op, to_float(xs, dtype))
        assert all(np.isfinite(y).all() for y in run.ys)
        first, *others = [None if x is None else x.shape for x in xs]
        assert first is not None
        unknown = op.shape((None, *first[1:]), *others)
        symbolic = unknown if op.outputs > 1 else (unknown,)
        for y, shape in zip(run.ys, symbolic, strict=True):
            assert len(shape) == y.ndim
            assert all(n is None or n == m for n, m in zip(shape, y.shape, strict=True))
        assert op.flops(*[None if x is None else x.shape for x in xs]) >= 0


@pytest.mark.parametrize(("op", "xs"), CASES)
def test_inputs_stay_as_they_are_and_repeated_runs_agree(op: Op, xs: list) -> None:
    before = [None if x is None else x.copy() for x in xs]
    first = Run(op, xs)
    again = Run(op, xs)
    for x, old in zip(xs, before, strict=True):
        assert x is None or np.array_equal(x, old)
    assert all(np.array_equal(a, b) for a, b in zip(first.ys, again.ys, strict=True))


@pytest.mark.parametrize(("op", "xs"), CASES)
def test_other_memory_orders_give_the_same(op: Op, xs: list) -> None:
    strided = [x if x is None or not x.ndim else np.repeat(np.asfortranarray(x), 2, axis=-1)[..., ::2] for x in xs]
    for a, b in zip(Run(op, xs).ys, Run(op, strided).ys, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


@pytest.mark.parametrize(("op", "xs"), CASES)
def test_an_op_that_says_so_may_write_over_its_input(op: Op, xs: list) -> None:
    expected = Run(op, xs)
    if not op.overwrites or expected.ys[0].shape != xs[0].shape or expected.ys[0].dtype != xs[0].dtype:
        return
    copies = [None if x is None else x.copy() for x in xs]
    over = Run(op, copies, out=(copies[0],))
    np.testing.assert_array_equal(over.ys[0], expected.ys[0])
    if op.differentiable:
        dy = np.cos(np.arange(expected.ys[0].size)).reshape(expected.ys[0].shape)
        wanted = [True] + [False] * (len(xs) - 1)
        dx = expected.backward((dy,), wanted)[0]
        kept = expected.op.kept_inputs(tuple(xs), expected.ys)
        expected.op.backward(expected.work, dy, *kept, outs=(dy, *[None] * (len(xs) - 1)))
        np.testing.assert_array_equal(dy, dx)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("op", "xs"), CASES)
def test_the_gradient_matches_finite_differences(op: Op, xs: list, training: bool) -> None:
    if not op.differentiable or (not training and op.view_of(False) == 0):
        return
    rng = np.random.default_rng(3)
    run = Run(op, xs, training)
    dys = tuple(rng.normal(size=y.shape) for y in run.ys)
    wanted = differentiable(op, xs)
    for i, dx in enumerate(run.backward(dys, wanted)):
        if dx is None:
            continue
        v, eps = rng.normal(size=xs[i].shape), 1e-6
        up, down = (Run(op, [*xs[:i], xs[i] + s * eps * v, *xs[i + 1 :]], training).ys for s in (1, -1))
        slope = sum(((u - d) * dy).sum() for u, d, dy in zip(up, down, dys, strict=True)) / (2 * eps)
        assert (dx * v).sum() == pytest.approx(slope, rel=1e-5, abs=1e-7), f"input {i}"


@pytest.mark.parametrize(("op", "xs"), CASES)
def test_each_gradient_alone_is_the_same(op: Op, xs: list) -> None:
    if not op.differentiable:
        return
    run = Run(op, xs)
    dys = tuple(np.sin(np.arange(y.size)).reshape(y.shape) for y in run.ys)
    wanted = differentiable(op, xs)
    together = run.backward(dys, wanted)
    for i, w in enumerate(wanted):
        if w:
            alone = run.backward(dys, [j == i for j in range(len(xs))])[i]
            np.testing.assert_allclose(alone, together[i], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("op", "xs"), CASES)
def test_float32_gradients_are_near_those_of_float64(op: Op, xs: list) -> None:
    if not op.differentiable:
        return
    wanted = differentiable(op, xs)
    results = []
    for dtype in ("float64", "float32"):
        run = Run(op, to_float(xs, dtype))
        dys = tuple(np.sin(np.arange(y.size)).reshape(y.shape).astype(y.dtype) for y in run.ys)
        results.append(run.backward(dys, wanted))
    for exact, short in zip(*results, strict=True):
        if exact is not None and type(op).__name__ != "Dropout":
            np.testing.assert_allclose(short, exact, rtol=2e-3, atol=2e-4)
