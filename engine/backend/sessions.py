"""What Keras's code does with TensorFlow's sessions and names, on a library that has neither."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import overload

from .. import _ops as ops
from .._graph.feeding import fed_in
from .._graph.plan import evaluate
from .._graph.tensor import Tensor, Value
from ..types import Array, ArrayLike

__all__ = [
    "Session",
    "get_session",
    "get_uid",
    "manual_variable_initialization",
    "name_scope",
    "print_tensor",
    "reset_uids",
    "set_session",
]

_numbers: Counter[str] = Counter()


class Session:
    """Computes tensors: `run(fetches, feed_dict)` gives arrays. Nothing has to be initialised.

    >>> from engine import backend as K
    >>> with Session() as session:
    ...     session.run(K.constant([1.0, 2.0]) * 2).tolist()
    [2.0, 4.0]
    """

    @overload
    def run(self, fetches: Tensor, feed_dict: Mapping[Tensor, ArrayLike] | None = None) -> Array: ...
    @overload
    def run(self, fetches: Sequence[Tensor], feed_dict: Mapping[Tensor, ArrayLike] | None = None) -> list[Array]: ...
    @overload
    def run(
        self, fetches: object, feed_dict: Mapping[Tensor, ArrayLike] | None = None
    ) -> Array | Sequence[Array | None] | None: ...
    def run(
        self, fetches: object, feed_dict: Mapping[Tensor, ArrayLike] | None = None
    ) -> Array | Sequence[Array | None] | None:
        """The value of a tensor, or of each in a list; None for what is no tensor."""
        several = list(fetches) if isinstance(fetches, Sequence) else [fetches]
        tensors = [x for x in several if isinstance(x, Tensor)]
        feed = dict(feed_dict or {})
        computed, inputs = fed_in(tensors, list(feed))
        arrays = evaluate(computed, dict(zip(inputs, feed.values(), strict=True))) if tensors else []
        values = {x: array[()] for x, array in zip(tensors, arrays, strict=True)}
        results = [values.get(x) if isinstance(x, Tensor) else None for x in several]
        return results if isinstance(fetches, Sequence) else results[0]

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def get_session() -> Session:
    """A session; any is as good as another.

    >>> type(get_session()).__name__
    'Session'
    """
    return Session()


def set_session(session: object) -> None:
    """Kept for Keras's code; warns, since settings of a TensorFlow session have no effect here.

    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as messages:
    ...     warnings.simplefilter("always")
    ...     set_session(None)
    >>> len(messages)
    1
    """
    warnings.warn("K.set_session: there are no sessions here; its settings have no effect.", UserWarning, stacklevel=2)


def manual_variable_initialization(value: object) -> None:
    """Kept for Keras's code: variables have their first values from the start.

    >>> manual_variable_initialization(True)
    """
    if not isinstance(value, bool):
        raise TypeError(f"K.manual_variable_initialization: expected True or False, found {value!r}")


def get_uid(prefix: str = "") -> int:
    """The next number for a prefix, from 1.

    >>> reset_uids()
    >>> get_uid("dense"), get_uid("dense")
    (1, 2)
    """
    _numbers[prefix] += 1
    return _numbers[prefix]


def reset_uids() -> None:
    """Count from 1 again.

    >>> reset_uids()
    >>> get_uid("dense")
    1
    """
    _numbers.clear()


@contextmanager
def name_scope(name: str) -> Generator[str]:
    """Kept for Keras's code: names of tensors have no scopes here.

    >>> with name_scope("block") as name:
    ...     name
    'block'
    """
    yield name


def print_tensor(x: Value, message: str = "") -> Value:
    """x; its values are printed behind the message whenever they are computed.

    >>> import numpy as np
    >>> print_tensor(np.array([1.0]), "x is ").tolist()
    x is [1.]
    [1.0]
    """
    return ops.print_values(x, message)
