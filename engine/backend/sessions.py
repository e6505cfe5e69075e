"""What Keras's code does with TensorFlow's sessions and names, on a library that has neither."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast, overload

import numpy as np

from .. import _ops as ops
from .._graph.tensor import Initialisation, Tensor, Value
from ..types import Array, ArrayLike
from .running import Assignment, Function

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
    """Computes tensors as TensorFlow's sessions do. Nothing has to be initialised.

    Example:
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
        """Compute tensors.

        Args:
            fetches: a tensor, an assignment such as `K.update` gives, or a list of these; assignments are made
                after the values are computed, and a weight's `initializer` gives it its first values again.
            feed_dict: an array for each placeholder that they depend on, or for any tensor that they are computed from,
                and 0 or 1 for K.learning_phase(); None (the default): they depend on none.

        Returns:
            An array (a NumPy number where it has no axes), or a list of them, of an assignment the new value; None for
            what is no tensor, such as an initialiser.

        Raises:
            GraphError: a placeholder is not fed.
        """
        listed = isinstance(fetches, Sequence) and not isinstance(fetches, (Assignment, Initialisation))
        several: list[Any] = list(cast("Sequence[object]", fetches)) if listed else [fetches]
        tensors = [x for x in several if isinstance(x, Tensor)]
        values = dict(zip(tensors, Function([], tensors, fetches=several, feed_dict=feed_dict)([]), strict=True))
        for x in several:
            if isinstance(x, Initialisation):
                x.run()
        results = [
            np.array(x.variable.host())[()]
            if isinstance(x, Assignment)
            else values.get(x)
            if isinstance(x, Tensor)
            else None
            for x in several
        ]
        return results if listed else results[0]

    def close(self) -> None:
        """End the session, which holds nothing open."""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def get_session() -> Session:
    """A session; any is as good as another.

    Returns:
        A new `Session`.

    Example:
        >>> type(get_session()).__name__
        'Session'
    """
    return Session()


def set_session(session: object) -> None:
    """Kept for Keras's code; warns, since settings of a TensorFlow session have no effect here.

    Args:
        session: anything.

    Example:
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

    Args:
        value: True or False; neither has an effect.

    Raises:
        TypeError: another value.

    Example:
        >>> manual_variable_initialization(True)
    """
    if not isinstance(value, bool):
        raise TypeError(f"K.manual_variable_initialization: expected True or False, found {value!r}")


def get_uid(prefix: str = "") -> int:
    """The next number for a prefix.

    Args:
        prefix: any text, "" by default.

    Returns:
        1 at the first call with this prefix, then 2 and so on.

    Example:
        >>> reset_uids()
        >>> get_uid("dense"), get_uid("dense")
        (1, 2)
    """
    _numbers[prefix] += 1
    return _numbers[prefix]


def reset_uids() -> None:
    """Have `get_uid` count from 1 again.

    Example:
        >>> reset_uids()
        >>> get_uid("dense")
        1
    """
    _numbers.clear()


@contextmanager
def name_scope(name: str) -> Generator[str]:
    """Kept for Keras's code: names of tensors have no scopes here.

    Args:
        name: the name, which the block gets.

    Returns:
        A context for a `with` block.

    Example:
        >>> with name_scope("block") as name:
        ...     name
        'block'
    """
    yield name


def print_tensor(x: Value, message: str = "") -> Value:
    """x, whose values are printed whenever they are computed.

    Args:
        x: a tensor or an array.
        message: what is printed before the values, nothing by default.

    Returns:
        A tensor or an array with the values of x; it prints only where something depends on it.

    Example:
        >>> import numpy as np
        >>> print_tensor(np.array([1.0]), "x is ").tolist()
        x is [1.]
        [1.0]
    """
    return ops.print_values(x, message)
