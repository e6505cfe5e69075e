"""One batch at a time: `train_on_batch`, `test_on_batch`, `predict_on_batch`, and metrics that count on between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._declared import keras1
from .._training.user_data import Arrays
from ..layers.node import single
from ..types import Array, ClassWeight, Data, SampleWeight
from .attributes import trainer_of

if TYPE_CHECKING:
    from typing_extensions import Unpack


class OnBatch:
    """The methods of a `Model` that take one batch."""

    @keras1.accepts_old("train_on_batch")
    def train_on_batch(
        self,
        x: Data,
        y: Data,
        sample_weight: SampleWeight | None = None,
        class_weight: ClassWeight | None = None,
        reset_metrics: bool = True,
        **old: Unpack[keras1.OldBatch],
    ) -> float | list[float]:
        """One update of the weights on one batch; the arguments are as in `fit`.

        Args:
            x: inputs.
            y: targets.
            sample_weight: a weight for each sample.
            class_weight: a weight for each class.
            reset_metrics: whether metrics that are objects (`Precision()`) give the value of this batch alone, the
                default; False lets them count on from the batches before.

        Returns:
            The loss, and metrics if any, as they were before the update.
        """
        return single(trainer_of(self).train_on_batch(Arrays(x, y, sample_weight, class_weight), reset_metrics))

    @keras1.accepts_old("test_on_batch")
    def test_on_batch(
        self, x: Data, y: Data, sample_weight: SampleWeight | None = None, reset_metrics: bool = True
    ) -> float | list[float]:
        """Loss, and metrics if any, on one batch, without training; the arguments are as in `train_on_batch`."""
        return single(trainer_of(self).test_on_batch(Arrays(x, y, sample_weight), reset_metrics))

    def predict_on_batch(self, x: Data) -> Array | list[Array]:
        """The outputs for one batch, with `x` as in `fit`: one array, or a list for several outputs."""
        return single(trainer_of(self).predict_on_batch(x))

    def reset_metrics(self) -> None:
        """Let metrics that count on from batch to batch begin anew (Keras 2.3); nothing before compile."""
        compiled = trainer_of(self).compiled
        if compiled is not None:
            compiled.reset_metrics()
