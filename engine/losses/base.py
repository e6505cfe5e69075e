"""Losses as objects, as Keras 2.3 and tf.keras have them: settings, a reduction, weights for samples.

`compile(loss=BinaryCrossentropy(from_logits=True))` trains with the values of `call`, one for each sample, which the
reduction makes one number of:

    with a mask:     values * mask / mean(mask), so that what is masked counts as if it were not there; for a sum values * mask
    with weights:    values * weights
    then             the mean over all values, or their sum

So weights divide by the number of samples here, as in Keras 2.3 and tf.keras, and not by the number of those whose weight is
not 0, as for Keras 2.2.4's names and functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, overload

import numpy as np

from .. import _ops as ops
from .._declared import rules
from .._declared.fields import Declared, field
from .._declared.naming import snake_case
from .._graph.tensor import Tensor
from .._machine.arrays import as_array
from ..errors import SettingTypeError
from ..types import ArrayLike
from .matching import matched_weights, same_rank
from .result import Result

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .functions import LossFunction

__all__ = [
    "Loss",
    "Reduction",
]


class Reduction:
    """What becomes of the values of a batch: their names for `Loss(reduction=...)`.

    Example:
        >>> Reduction.SUM, Reduction.NONE
        ('sum', 'none')
    """

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them.

        Returns:
            Their names.
        """
        return cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE

    @classmethod
    def validate(cls, key: object) -> None:
        """Refuse what is no reduction.

        Args:
            key: what the user wrote.

        Raises:
            SettingError: it is none of them.
        """
        _reduction.check(key, "reduction")


_choice = rules.choice(*Reduction.all())
# Keras 3 has a second name for the mean over the batch.
_reduction = rules.Rule(
    _choice.test, _choice.sentence, _choice.bad, _choice.control, lambda v: "sum_over_batch_size" if v == "mean" else v
)


class Loss(Declared):
    """Base of losses as objects: a subclass writes `call(y_true, y_pred)`, which gives a value for each sample.

    Args:
        reduction: what becomes of these values: "sum_over_batch_size" (the default; also "auto", "mean") gives their mean,
            "sum" their sum, "none" the values themselves, of which `compile` takes the mean.
        name: under which it is told, the class's name in small letters by default.

    Example:
        >>> class Fourth(Loss):
        ...     def call(self, y_true, y_pred):
        ...         return ops.mean(ops.square(ops.square(y_pred - y_true)), axis=-1)
        >>> float(Fourth()(np.array([[0.0], [0.0]]), np.array([[1.0], [2.0]])))
        8.5
        >>> float(Fourth(reduction="sum")(np.zeros((2, 1)), np.ones((2, 1)), sample_weight=[1.0, 3.0]))
        4.0
    """

    # For type checkers, which cannot see that settings of subclasses come first: these are named.
    _: KW_ONLY
    reduction: str = field(_reduction, default="sum_over_batch_size", help="what becomes of the values of a batch")
    name: Any = field(rules.optional(rules.name), default=None, help="under which it is told")

    function: ClassVar[LossFunction | None] = None
    """The function of `engine.losses` that it computes, before its settings; None for one of the user's own."""

    def prepare(self) -> None:
        """Name it, where it has got no name."""
        if self.name is None:
            self.name = snake_case(type(self).__name__)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """A value for each sample, written in ops.

        Args:
            y_true: targets (N, ..., C).
            y_pred: outputs of the same shape.

        Returns:
            The values, (N, ...).
        """
        raise NotImplementedError(f"{type(self).__name__}.call")

    @overload
    def __call__(self, y_true: Tensor, y_pred: Tensor, sample_weight: object = None) -> Tensor: ...
    @overload
    def __call__(self, y_true: ArrayLike, y_pred: ArrayLike, sample_weight: object = None) -> Result: ...
    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of a batch, after the reduction.

        Args:
            y_true: targets (N, ..., C), tensors or arrays.
            y_pred: outputs of the same shape.
            sample_weight: a factor for each value of `call`, or for each sample; None (the default) counts all alike.

        Returns:
            A tensor for tensors, else a number (or, for the reduction "none", values) as an array with `numpy()`.
        """
        y_true, y_pred, sample_weight = (_taken(x) for x in (y_true, y_pred, sample_weight))
        values = self._checked(self.call(y_true, y_pred))
        if sample_weight is not None:
            values = ops.multiply(values, matched_weights(sample_weight, values))
        if self.reduction != Reduction.NONE:
            values = ops.sum(values) if self.reduction == Reduction.SUM else ops.mean(values)
        return values if isinstance(values, Tensor) else Result.of(values)

    def of_batch(self, y_true: Tensor, y_pred: Tensor, weights: Tensor | None, mask: Tensor | None) -> Tensor:
        """The loss of a batch as training takes it, by the module's formula.

        Args:
            y_true: the targets.
            y_pred: the output.
            weights: one for each sample (N,) or time step (N, T), or None.
            mask: (N, T), which time steps are there, or None.

        Returns:
            One number.
        """
        values = self._checked(self.call(y_true, y_pred))
        is_sum = self.reduction == Reduction.SUM
        if mask is not None:
            present = ops.cast(mask, values.dtype)
            share = ops.maximum(ops.mean_of_all(present), float(np.finfo(values.dtype.name).tiny))
            values = ops.multiply(values, matched_weights(present if is_sum else ops.divide(present, share), values))
        if weights is not None:
            values = ops.multiply(values, matched_weights(weights, values))
        return ops.sum(values) if is_sum else ops.mean(values)

    def _checked(self, values: Any) -> Any:
        if isinstance(values, Tensor):
            return values if values.dtype.kind == "f" else ops.cast(values, "float32")
        if values is None:
            raise SettingTypeError(
                where=f"{type(self).__name__}.call", expected="a value for each sample", actual="None"
            )
        return values


def _taken(values: Any) -> Any:
    """Lists and numbers as arrays; tensors as they are."""
    return values if values is None or isinstance(values, Tensor) else as_array(values, "loss")


class FunctionLoss(Loss):
    """A loss that computes a function of this package with settings of its own."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """A value for each sample."""
        function = type(self).function
        assert function is not None
        return function(*same_rank(y_true, y_pred), **self.settings())

    def settings(self) -> dict[str, Any]:
        """What the function is called with beside targets and outputs."""
        return {name: getattr(self, name) for name in type(self)._fields if name not in Loss._fields}
