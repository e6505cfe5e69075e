"""The value of a tensor, computed once: `eval`, as the tensors of TensorFlow and Theano have it."""

from __future__ import annotations

from collections.abc import Mapping

from .._graph.feeding import fed_in
from .._graph.plan import evaluate
from .._graph.tensor import Tensor
from ..types import Array, ArrayLike
from .control import is_phase

__all__ = ["value_of"]


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
