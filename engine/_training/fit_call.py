"""What a call of `fit` asked for, for those who record it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import GraphError
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


def refuse_own_step(network: object, name: str, method: str) -> None:
    """Say that a step which a subclass of Model writes as in tf.keras is not run, rather than train in another way.

    Raises:
        GraphError: the class has a method of this name.
    """
    if callable(getattr(type(network), name, None)):
        raise GraphError(
            where=method,
            expected="a model whose batches the engine trains and measures itself",
            actual=f"{type(network).__name__} with a {name} of its own, which {method} does not call",
            hint=f"Call it in a loop, for batch in data: model.{name}(batch), or leave it out and use add_loss.",
        )
