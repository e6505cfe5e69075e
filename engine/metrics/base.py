"""Metrics as objects that count on from batch to batch: `update_state`, `result`, `reset_states` (Keras 2.3, tf.keras).

`compile(metrics=[Precision()])` records `update_state` and `result` of each into the graph of training and measuring: what
`assign_add` gets is assigned after each batch, and the value that is shown is `result` with the values after it. So the last
value of an epoch is that of the whole set, not a mean over batches. Called by users, on arrays, both happen at once.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import Declared, field
from .._declared.naming import snake_case
from .._graph.assignments import with_values
from .._graph.tensor import Constant, Tensor, Variable
from .._machine.arrays import as_array
from .._machine.config import floatx
from .._machine.ranks import joined
from ..errors import SettingTypeError
from ..losses import Result
from ..types import Array, ArrayLike, DTypeLike

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from typing_extensions import Self

    from ..initializers import InitializerLike

__all__ = ["Metric"]

Pending: TypeAlias = "dict[Variable, Tensor]"
"""What is assigned after a batch, while it is recorded."""

Recorded: TypeAlias = "tuple[Tensor | dict[str, Tensor], list[tuple[Variable, Tensor]]]"

_pending: ContextVar[Pending | None] = ContextVar("engine_metric_pending", default=None)
_inside: ContextVar[bool] = ContextVar("engine_metric_inside", default=False)


@contextmanager
def _working(pending: Pending | None = None) -> Generator[None]:
    """Within methods of a metric, which may call those of its base; with `pending`, to record them."""
    tokens = _inside.set(True), _pending.set(pending)
    try:
        yield
    finally:
        _inside.reset(tokens[0])
        _pending.reset(tokens[1])


class State(Variable):
    """A number, or an array of them, that a metric counts on: assigned at once, or recorded while a graph is made."""

    def assign(self, value: Any) -> None:
        """Set it.

        Args:
            value: an array; or a tensor, which is recorded while a graph is made and else computed.
        """
        pending = _pending.get()
        if pending is None:
            super().assign(_computed(value))
        else:
            value = value if isinstance(value, Tensor) else Constant(np.asarray(value, self.dtype.name))
            pending[self] = ops.cast(with_values(value, pending), self.dtype)

    def assign_add(self, value: Any) -> None:
        """Add to it.

        Args:
            value: as of `assign`.
        """
        self.assign(ops.add(self._now(value), value))

    def assign_sub(self, value: Any) -> None:
        """Take from it.

        Args:
            value: as of `assign`.
        """
        self.assign(ops.subtract(self._now(value), value))

    def _now(self, value: object) -> Any:
        """The value to go on from: an array where nothing is recorded, so that nothing need be either."""
        return self if _pending.get() is not None or isinstance(value, Tensor) else self.host()


def _computed(value: Any) -> Any:
    return np.asarray(ops.known_value(value)) if isinstance(value, Tensor) else value


class Metric(Declared):
    """Base of metrics as objects: a subclass makes states with `add_weight`, and writes `update_state` and `result`.

    Args:
        name: under which it is shown, the class's name in small letters by default.
        dtype: number type of states, floatx() by default.

    Example:
        >>> class Positives(Metric):
        ...     def __init__(self, name="positives", **kwargs):
        ...         super().__init__(name=name, **kwargs)
        ...         self.count = self.add_weight("count")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.count.assign_add(ops.sum(ops.cast(ops.greater(y_pred, 0.5), "float32")))
        ...     def result(self):
        ...         return self.count
        >>> metric = Positives()
        >>> metric.update_state([1, 0], [0.9, 0.8])
        >>> metric.update_state([0], [0.7])
        >>> float(metric.result())
        3.0
    """

    # For type checkers, which cannot see that settings of subclasses come first: these are named.
    _: KW_ONLY
    name: Any = field(rules.optional(rules.name), default=None, help="under which it is shown")
    dtype: Any = field(rules.optional(rules.dtype), default=None, config="if_set", help="number type of states")

    stateful = True

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        for name, wrapped in (("update_state", _updating), ("result", _resulting)):
            if name in cls.__dict__:
                setattr(cls, name, wrapped(cls.__dict__[name]))

    def prepare(self) -> None:
        """What every metric has, made when the settings are known."""
        self._states: list[State] = []
        if self.name is None:
            self.name = snake_case(type(self).__name__)

    def add_weight(
        self,
        name: str | None = None,
        shape: Sequence[int] = (),
        initializer: InitializerLike = "zeros",
        dtype: DTypeLike | None = None,
        **kwargs: object,
    ) -> State:
        """A new state.

        Args:
            name: a name for messages; "state_0" and so on by default.
            shape: sizes of all axes, one number by default.
            initializer: what it begins with and `reset_states` sets it to, "zeros" by default.
            dtype: number type, that of the metric by default.
            **kwargs: `aggregation` and `synchronization` of tf.keras, which have no meaning here.

        Returns:
            The state; `assign`, `assign_add` and `assign_sub` change it.

        Raises:
            SettingTypeError: another keyword argument.
        """
        unknown = next((key for key in kwargs if key not in ("aggregation", "synchronization", "trainable")), None)
        if unknown is not None:
            raise SettingTypeError(
                where=f"{type(self).__name__}.add_weight", expected="a known argument", actual=unknown
            )
        filling = registry.build("initializer", initializer or "zeros")
        full_name = f"{self.name}/{name or f'state_{len(self._states)}'}"
        state = State(tuple(shape), dtype or self.dtype or floatx(), full_name, filling, False)
        self._states.append(state)
        return state

    def exact_state(self, name: str, shape: Sequence[int] = ()) -> State:
        """A state of 64 bits, so that counts and sums stay exact for any number of samples."""
        return self.add_weight(name, shape, dtype="float64")

    @property
    def weights(self) -> list[State]:
        """The states, in the order in which they were made."""
        return list(self._states)

    variables = weights

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch into account.

        Args:
            *args: y_true and y_pred, or the values of a `Mean` and `Sum`.
            **kwargs: `sample_weight`, a factor for each sample.
        """
        raise NotImplementedError(f"{type(self).__name__}.update_state")

    def result(self) -> Any:
        """The value over all batches since the last `reset_states`.

        Returns:
            A number (or numbers) with `numpy()`; within a graph, a tensor.
        """
        raise NotImplementedError(f"{type(self).__name__}.result")

    def reset_state(self) -> None:
        """Begin anew: every state is what its initializer gives."""
        for state in self._states:
            Variable.assign(state, state.first_values())

    def reset_states(self) -> None:
        """As `reset_state`, by its name in Keras 2.3; training and measuring call it before each epoch."""
        self.reset_state()

    def merge_state(self, metrics: Iterable[Metric]) -> None:
        """Add what other metrics of the same kind have counted.

        Args:
            metrics: objects with states of the same shapes.
        """
        for other in metrics:
            for state, more in zip(self._states, other.weights, strict=True):
                state.assign_add(more.host())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take a batch into account and give the value: for arrays at once, of tensors as a tensor.

        Args:
            *args: as of `update_state`.
            **kwargs: as of `update_state`.

        Returns:
            What `result` gives. A tensor is the value of its batch alone, as nothing assigns the states.
        """
        if any(isinstance(x, Tensor) and not isinstance(x, (Variable, Constant)) for x in (*args, *kwargs.values())):
            return self.recorded(*args, **kwargs)[0]
        self.update_state(*args, **kwargs)
        return self.result()

    def recorded(self, *args: Tensor, sample_weight: Tensor | None = None) -> Recorded:
        """The value over all batches and this one, as a graph, and what is assigned after it.

        Args:
            *args: targets and outputs.
            sample_weight: one for each sample or time step; None counts all alike.

        Returns:
            The value, or values by name, and pairs of a state and its new value.
        """
        pending: Pending = {}
        weighted = sample_weight is not None and _takes_weights(type(self).update_state)
        with _working(pending):
            self.update_state(*args, **({"sample_weight": sample_weight} if weighted else {}))
            if joined().size > 1:
                pending.update({state: _of_all(state, new) for state, new in pending.items()})
            value = self.result()
        if isinstance(value, dict):
            return {name: _new(part, pending) for name, part in value.items()}, list(pending.items())
        return _new(value, pending), list(pending.items())

    def copied(self) -> Self:
        """Another metric with these settings, which counts on its own."""
        return type(self).from_config(self.get_config())


def _of_all(state: Variable, new: Tensor) -> Tensor:
    """A state with what all processes add to it that train together."""
    return ops.add(state, ops.sum_over_ranks(ops.subtract(new, state)))


def _new(value: Any, pending: Pending) -> Tensor:
    """A value of states after a batch."""
    return with_values(value, pending) if isinstance(value, Tensor) else Constant(np.asarray(value))


def _takes_weights(method: Callable[..., object]) -> bool:
    parameters = inspect.signature(method).parameters.values()
    return any(p.name == "sample_weight" or p.kind is p.VAR_KEYWORD for p in parameters)


def _updating(method: Callable[..., Any]) -> Callable[..., Any]:
    """`update_state` that takes lists and computed tensors, and assigns what it gives (pairs of `K.update_add`)."""

    @functools.wraps(method)
    def update_state(self: Metric, *args: Any, **kwargs: Any) -> None:
        if _inside.get():
            _assign(method(self, *args, **kwargs))
            return
        args = tuple(_array(x) for x in args)
        kwargs = {name: _array(x) for name, x in kwargs.items()}
        with _working():
            _assign(method(self, *args, **kwargs))

    return update_state


def _assign(updates: Any) -> None:
    """Assign the pairs that an `update_state` of Keras 2.3 returns."""
    if isinstance(updates, tuple) and len(updates) == 2 and isinstance(updates[0], Variable):
        updates = [updates]
    for pair in updates if isinstance(updates, (list, tuple)) else ():
        if isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], Variable):
            pair[0].assign(pair[1])


def _resulting(method: Callable[..., Any]) -> Callable[..., Any]:
    """`result` that gives users numbers."""

    @functools.wraps(method)
    def result(self: Metric, *args: Any, **kwargs: Any) -> Any:
        if _inside.get():
            return method(self, *args, **kwargs)
        with _working():
            value = method(self, *args, **kwargs)
        if isinstance(value, dict):
            return {name: Result.of(_computed(part)) for name, part in value.items()}
        return Result.of(_computed(value))

    return result


def _array(value: ArrayLike | Tensor | None) -> Array | None:
    """Lists and numbers as arrays, tensors computed; None as it is."""
    return None if value is None else as_array(_computed(value), "metric")


def ratio(above: Any, below: Any) -> Any:
    """above / below, and 0 where below is 0."""
    empty = ops.equal(below, 0.0)
    return ops.where(
        empty,
        ops.multiply(above, 0.0),
        ops.divide(above, ops.where(empty, ops.add(ops.multiply(below, 0.0), 1.0), below)),
    )


def wide(x: Any) -> Any:
    """x as numbers of 64 bits, in which counts and sums of a batch are exact."""
    return ops.cast(x, "float64")
