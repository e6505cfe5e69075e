"""The value of a tensor, computed once: `eval`, as the tensors of TensorFlow and Theano have it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .._graph.feeding import fed_in
from .._graph.plan import evaluate
from .._graph.taping import is_at_once
from .._graph.tensor import Constant, Tensor, Variable
from ..errors import GraphError
from ..types import Array, ArrayLike, DTypeLike
from .control import is_phase
from .rearrange import GetItem
from .sizes import ShapeOf

__all__ = ["array_of", "as_number", "formatted", "known_value", "truth", "value_of", "whole_number"]


def value_of(x: Tensor, feed_dict: Mapping[Tensor, ArrayLike] | None = None, session: object = None) -> Array:
    """Compute a tensor once; a NumPy number where it has no axes.

    Args:
        x: the tensor.
        feed_dict: arrays for the placeholders, or any other tensors, that it is computed from, and 0 or 1 for the
            learning phase; None (the default): it depends on none.
        session: has no effect; accepted as TensorFlow does.

    Raises:
        GraphError: a placeholder is not fed.
    """
    feeds = feed_dict or {}
    fed = {tensor: array for tensor, array in feeds.items() if not is_phase(tensor)}
    training = any(bool(value) for tensor, value in feeds.items() if is_phase(tensor))
    (computed,), inputs = fed_in([x], list(fed))
    return evaluate([computed], dict(zip(inputs, fed.values(), strict=True)), training)[0][()]


def known_value(x: Tensor) -> Array:
    """The value of a tensor that depends on no data to come: a weight's present one, else computed, or known from a tape.

    Args:
        x: the tensor.

    Raises:
        GraphError: it depends on a placeholder.

    Example:
        >>> import numpy as np
        >>> from engine._graph.tensor import Constant
        >>> known_value(Constant(np.ones(2)) * 3.0).tolist()
        [3.0, 3.0]
    """
    if isinstance(x, (Constant, Variable)):
        return np.array(x.host() if isinstance(x, Variable) else x.array)[()]
    known: Array | None = vars(x).get("_value")
    if known is not None:
        return known[()]
    nearest = _known_before(x)
    return value_of(x, {y: vars(y)["_value"] for y in nearest})


def _known_before(x: Tensor) -> list[Tensor]:
    """The nearest tensors that a tensor is computed from and whose values a tape has kept, which were those of its time."""
    known: dict[Tensor, None] = {}
    seen = {x}
    waiting = [x]
    while waiting:
        call = waiting.pop().call
        for y in (y for y in (call.operands if call is not None else ()) if y is not None and y not in seen):
            seen.add(y)
            if "_value" in vars(y):
                known[y] = None
            else:
                waiting.append(y)
    return list(known)


def as_number(x: Tensor) -> float:
    """The value of a tensor without axes, for `float()`.

    Args:
        x: the tensor.

    Raises:
        TypeError: it depends on data to come.

    Example:
        >>> import numpy as np
        >>> from engine._graph.tensor import Constant
        >>> as_number(Constant(np.asarray(2.0)) * 3.0)
        6.0
    """
    try:
        return float(known_value(x))
    except GraphError as error:
        raise TypeError(f"{x!r} is a symbol without a value: {error}") from None


def whole_number(x: Tensor) -> int:
    """The value of a tensor without axes, for `int()`.

    Args:
        x: the tensor.

    Raises:
        TypeError: it depends on data to come.

    Example:
        >>> from engine._graph.tensor import Constant
        >>> whole_number(Constant(np.asarray(2.5)))
        2
    """
    size = _known_size(x)
    return int(as_number(x)) if size is None else size


def _known_size(x: Tensor) -> int | None:
    """What `shape_of(y)[i]` gives where that size of y is known already."""
    call = x.call
    if call is None or not isinstance(call.op, GetItem) or len(call.op.key) != 1:
        return None
    sizes, (place,) = call.inputs[0], call.op.key
    if sizes is None or sizes.call is None or not isinstance(sizes.call.op, ShapeOf) or not isinstance(place, int):
        return None
    of = sizes.call.inputs[0]
    size = None if of is None else of.shape[place]
    return None if size is None else int(size)


def truth(x: Tensor) -> bool:
    """Whether a tensor without axes is not 0, for `if`: of what a step or a tape has computed, a symbol of a model has no value.

    Args:
        x: the tensor.

    Raises:
        TypeError: it is no value yet.

    Example:
        >>> from engine._graph.tensor import Constant
        >>> from engine._graph.taping import stepping
        >>> with stepping():
        ...     truth(Constant(np.asarray(2.0)) > 1.0)
        True
    """
    if not is_at_once():
        raise TypeError(f"{x!r} is a symbol without a value: use K.switch instead of if, or K.eval to compute it")
    return bool(as_number(x))


def array_of(x: Tensor, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
    """The value of a tensor for `numpy.asarray`, as functions that draw ask for it.

    Args:
        x: the tensor.
        dtype: number type of the array, its own by default.
        copy: has no effect: it is always an array of its own.

    Raises:
        TypeError: it depends on data to come.

    Example:
        >>> from engine._graph.tensor import Constant
        >>> np.asarray(Constant(np.ones(2)) * 3.0).tolist()
        [3.0, 3.0]
    """
    try:
        return np.asarray(known_value(x), dtype)
    except GraphError as error:
        raise TypeError(f"{x!r} is a symbol without a value: {error}") from None


def formatted(x: Tensor, spec: str) -> str:
    """A tensor in an f-string: its number where a format is given, else as `repr` shows it.

    Args:
        x: the tensor.
        spec: the format, such as ".3f".

    Raises:
        TypeError: a format is given and it depends on data to come.

    Example:
        >>> from engine._graph.tensor import Constant
        >>> f"{Constant(np.asarray(2.0)) * 3.0:.1f}"
        '6.0'
    """
    return format(as_number(x), spec) if spec else repr(x)
