"""What a call of `fit` asked for, for those who record it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..types import Data


@dataclass(frozen=True)
class FitCall:
    """The data and settings of a training that was begun in code.

    Args:
        x: the inputs; None where they come batch by batch.
        y: the targets; None likewise.
        batch_size: samples in a batch; None where the data decide it.
        batches: in an epoch; None where the data do not tell.
        epochs: number of the epoch after the last one.
        shuffle: whether samples come in another order each epoch, or "batch".
        validation_split: the share that is measured and not trained on.
        others: names of the arguments that were given besides, such as "class_weight".
        callbacks: those of the caller.
    """

    x: Data | None
    y: Data | None
    batch_size: int | None
    batches: int | None
    epochs: int
    shuffle: bool | str
    validation_split: float
    others: tuple[str, ...]
    callbacks: Sequence[object]
