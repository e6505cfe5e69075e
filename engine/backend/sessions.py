"""What Keras's code does with TensorFlow's sessions and names, on a library that has neither."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .. import _ops as ops
from .._graph.plan import evaluate
from .._graph.tensor import Placeholder, Tensor

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

    def run(self, fetches: Any, feed_dict: Mapping[Placeholder, Any] | None = None) -> Any:
        """The value of a tensor, or of each in a list; None for what is no tensor."""
        many = isinstance(fetches, Sequence)
        tensors = [x for x in (fetches if many else [fetches]) if isinstance(x, Tensor)]
        values = dict(zip(tensors, evaluate(tensors, feed_dict), strict=True)) if tensors else {}
        return [values.get(x) for x in fetches] if many else values.get(fetches)

    def close(self) -> None:
        """Nothing is held open."""

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def get_session() -> Session:
    """A session; any is as good as another."""
    return Session()


def set_session(session: Any) -> None:
    """Kept for Keras's code; warns, since settings of a TensorFlow session have no effect here."""
    warnings.warn("K.set_session: there are no sessions here; its settings have no effect.", UserWarning, stacklevel=2)


def manual_variable_initialization(value: bool) -> None:
    """Kept for Keras's code: variables have their first values from the start."""
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
    """Count from 1 again."""
    _numbers.clear()


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Kept for Keras's code: names of tensors have no scopes here."""
    yield name


def print_tensor(x: Any, message: str = "") -> Any:
    """x; its values are printed behind the message whenever they are computed."""
    return ops.print_values(x, message)
