"""Sums and means over all batches, of values and of functions of targets and outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from .. import _ops as ops
from .._declared import registry
from .._declared.fields import Class
from ..errors import DataError, SettingTypeError, shorten
from ..losses.matching import matched_weights, same_rank
from ..types import Config
from .base import Metric, State, ratio, wide

__all__ = ["Mean", "MeanMetricWrapper", "MeanTensor", "Sum"]


def weighed(values: Any, sample_weight: Any) -> tuple[Any, Any]:
    """Values, and a weight for each of them; where weights have fewer axes, the values' means over the others."""
    values = wide(values)
    ones = ops.add(ops.multiply(values, 0.0), 1.0)
    if sample_weight is None:
        return values, ones
    return values, ops.multiply(wide(matched_weights(sample_weight, values)), ones)


@registry.register_later("metric")
class Sum(Metric):
    """Sum of values over all batches.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> metric = Sum()
        >>> metric.update_state([1.0, 3.0])
        >>> metric.update_state([5.0], sample_weight=2.0)
        >>> float(metric.result())
        14.0
    """

    def prepare(self) -> None:
        """Make the state."""
        super().prepare()
        self.total = self.exact_state("total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values, each times its weight."""
        values, weights = weighed(values, sample_weight)
        self.total.assign_add(ops.sum(ops.multiply(values, weights)))

    def result(self) -> Any:
        """The sum."""
        return self.total


@registry.register_later("metric")
class Mean(Metric):
    """Mean of values over all batches, each times its weight, divided by the sum of weights.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> metric = Mean()
        >>> metric.update_state([1.0, 3.0])
        >>> metric.update_state([5.0], sample_weight=2.0)
        >>> float(metric.result())
        3.5
    """

    def prepare(self) -> None:
        """Make the states."""
        super().prepare()
        self.total, self.count = self.exact_state("total"), self.exact_state("count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take values into the mean."""
        values, weights = weighed(values, sample_weight)
        self.total.assign_add(ops.sum(ops.multiply(values, weights)))
        self.count.assign_add(ops.sum(weights))

    def result(self) -> Any:
        """The mean; 0 before the first batch."""
        return ratio(self.total, self.count)


@registry.register_later("metric")
class MeanTensor(Metric):
    """Mean over all batches of each element of an array.

    Args:
        name: as in `Metric`.
        dtype: as in `Metric`.

    Example:
        >>> metric = MeanTensor()
        >>> metric.update_state([0.0, 1.0])
        >>> metric.update_state([4.0, 1.0])
        >>> metric.result().tolist()
        [2.0, 1.0]
    """

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take the elements of an array into their means; its shape is that of the first one."""
        values, weights = weighed(values, sample_weight)
        if not self._states:
            shape = known_shape(self, values.shape)
            self.total, self.count = self.exact_state("total", shape), self.exact_state("count", shape)
        self.total.assign_add(ops.multiply(values, weights))
        self.count.assign_add(weights)

    def result(self) -> Any:
        """The means."""
        return ratio(*begun(self))


def begun(metric: Metric, least: int = 1) -> list[State]:
    """The states of a metric that makes them for its first batch.

    Raises:
        DataError: there has been none.
    """
    states = metric.weights
    if len(states) < least:
        where = f"{type(metric).__name__}.result"
        raise DataError(where=where, expected="update_state before it", actual="no batch yet")
    return states


def known_shape(metric: Metric, shape: tuple[int | None, ...]) -> tuple[int, ...]:
    """A shape without open axes. Raises SettingTypeError."""
    if any(size is None for size in shape):
        raise SettingTypeError(where=type(metric).__name__, expected="a shape without open axes", actual=str(shape))
    return tuple(size for size in shape if size is not None)


class FunctionMetric(Mean):
    """The mean over all samples of a function of targets and outputs, with settings of its own."""

    function: ClassVar[Callable[..., Any]]
    by_rank: ClassVar[bool] = True
    """Whether a last axis of one that only targets or outputs have goes away."""

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch into the mean."""
        values = type(self).function(*of_one_rank(y_true, y_pred, self.by_rank), **self.settings())
        super().update_state(values, sample_weight)

    def settings(self) -> dict[str, Any]:
        """What the function is called with beside targets and outputs."""
        return {name: getattr(self, name) for name in type(self)._fields if name not in Metric._fields}


def of_one_rank(y_true: Any, y_pred: Any, by_rank: bool = True) -> tuple[Any, Any]:
    """Targets and outputs with the same axes, at least two of them, so that each sample has a value of its own."""
    if by_rank:
        y_true, y_pred = same_rank(y_true, y_pred)
    if len(y_true.shape) == len(y_pred.shape) == 1:
        return ops.expand_dims(y_true, -1), ops.expand_dims(y_pred, -1)
    return y_true, y_pred


class MeanMetricWrapper(Mean):
    """Mean over all samples of a function of one's own.

    Args:
        fn: a function (y_true, y_pred, ...) -> a value for each sample, written in ops.
        name: as in `Metric`.
        dtype: as in `Metric`.
        **kwargs: further arguments of the function.

    Example:
        >>> metric = MeanMetricWrapper(lambda y_true, y_pred, factor: ops.multiply(y_pred, factor), factor=2.0)
        >>> metric.update_state([[0.0]], [[3.0]])
        >>> float(metric.result())
        6.0
    """

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        if not callable(fn):
            raise SettingTypeError(where="MeanMetricWrapper, fn", expected="a function", actual=shorten(fn))
        super().__init__(name=name or getattr(fn, "__name__", None), dtype=dtype)
        self.fn, self._arguments = fn, kwargs

    def update_state(self, y_true: object, y_pred: object, sample_weight: object = None) -> None:
        """Take a batch into the mean."""
        super().update_state(self.fn(*of_one_rank(y_true, y_pred), **self._arguments), sample_weight)

    def get_config(self) -> Config:
        """The settings, with the function by its name."""
        return {**super().get_config(), "fn": registry.serialize("metric", self.fn), **self._arguments}

    @classmethod
    def from_config(cls: type[Class], config: Mapping[str, object]) -> Class:
        """The metric of a config; its function is found by its name."""
        return cls(**{**config, "fn": registry.build("metric", config.get("fn"), where="MeanMetricWrapper, fn")})
