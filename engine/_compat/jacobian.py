"""Derivatives of every element: what `tf.GradientTape.jacobian` and `batch_jacobian` give."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .._graph.gradient import gradients
from .._graph.plan import Plan, evaluate
from .._graph.taping import open_tape
from .._graph.tensor import Call, Constant, Placeholder, Tensor
from ..errors import GraphError, ShapeError
from ..types import Array
from .values import eager


def _target(target: Any, where: str) -> Tensor:
    """Raises GraphError for what was not recorded."""
    if isinstance(target, Tensor):
        return target
    hint = "Compute it inside of `with tf.GradientTape() as tape:`, from weights or from arrays after tape.watch(x)."
    raise GraphError(where=where, expected="a recorded target", actual=type(target).__name__, hint=hint)


def _sizes(x: Tensor) -> tuple[int, ...]:
    """The sizes of all axes; of a target whose shape is not known they are computed."""
    if None not in x.shape:
        return tuple(int(n) for n in x.shape if n is not None)
    return np.shape(evaluate([x])[0])


def _parts(total: Tensor, sources: Sequence[Tensor], without: Collection[Call], factors: list[Array]) -> list[Any]:
    """For each source the gradients of the sum of factor times target, one for each array of factors, stacked; None without any."""
    if open_tape() is not None:  # a tape around this one records each
        rows = [gradients(ops.sum(total * Constant(factor)), list(sources), without) for factor in factors]
        columns = list(zip(*rows, strict=True))
        return [None if one[0] is None else ops.stack(list(one), 0) for one in columns]
    factor = Placeholder(factors[0].shape, total.dtype)
    by_source = gradients(ops.sum(total * factor), list(sources), without)
    connected = [one for one in by_source if one is not None]
    if not connected:
        return [None] * len(sources)
    plan = Plan(connected, [factor])
    runs = [[np.array(array) for array in plan.run([one])] for one in factors]
    values = iter([np.stack(one) for one in zip(*runs, strict=True)])
    return [None if one is None else next(values) for one in by_source]


def derivatives_by_element(target: Any, sources: Sequence[Tensor | None], without: Collection[Call] = ()) -> list[Any]:
    """How each element of a target moves with each element of sources: the target's shape, and behind it the source's.

    Args:
        target: a recorded tensor.
        sources: tensors; None for what is not watched.
        without: calls that no gradient passes.

    Returns:
        An array for each source, a tensor inside of another tape; None where the target does not depend on it.

    Raises:
        GraphError: the target was not recorded.
    """
    y = _target(target, "GradientTape.jacobian")
    shape = _sizes(y)
    size = math.prod(shape)
    rows = np.eye(size, dtype=y.dtype).reshape(size, *shape)
    known = [x for x in sources if x is not None]
    derivatives = iter(_parts(y, known, without, list(rows)))
    return [None if x is None else _shaped(next(derivatives), (*shape, *_sizes(x))) for x in sources]


def derivatives_by_sample(target: Any, source: Tensor | None, without: Collection[Call] = ()) -> Any:
    """How each element of a sample's target moves with each element of the same sample's source.

    Args:
        target: a recorded tensor, (N, ...).
        source: a tensor, (N, ...); None for what is not watched.
        without: calls that no gradient passes.

    Returns:
        (N, the target's other axes, the source's other axes), a tensor inside of another tape; None where the target does not
        depend on the source.

    Raises:
        GraphError: the target was not recorded.
        ShapeError: the target and the source have not as many samples.
    """
    y = _target(target, "GradientTape.batch_jacobian")
    if source is None:
        return None
    shape, of_source = _sizes(y), _sizes(source)
    if not shape or not of_source or shape[0] != of_source[0]:
        actual = f"shapes {shape} and {of_source}"
        raise ShapeError(where="GradientTape.batch_jacobian", expected="as many samples of both", actual=actual)
    size = math.prod(shape[1:])
    ones = np.eye(size, dtype=y.dtype).reshape(size, 1, *shape[1:])
    factors = [np.array(np.broadcast_to(one, shape)) for one in ones]
    (found,) = _parts(y, [source], without, factors)
    if found is None:
        return None
    order = (1, 0, *range(2, len(of_source) + 1))
    turned = ops.transpose(found, order) if isinstance(found, Tensor) else np.transpose(found, order)
    return _shaped(turned, (*shape, *of_source[1:]))


def _shaped(found: Any, shape: tuple[int, ...]) -> Any:
    if found is None:
        return None
    return ops.reshape(found, shape) if isinstance(found, Tensor) else eager(np.ascontiguousarray(found).reshape(shape))
