"""Accuracy for one call: `fit(show_accuracy=True)`, as Keras 0.x and early Keras 1 asked for it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .trainer import Trainer


@contextmanager
def measuring_accuracy(trainer: Trainer) -> Generator[None]:
    """Let what a model was compiled for measure accuracy too, as long as the block lasts.

    The optimizer's slots go on, and losses stay as they are. Nothing changes where accuracy is measured already, and before the
    model knows its inputs.
    """
    compiled = trainer.ready() if trainer.network.inputs else None
    if compiled is None or any(name == "acc" or name.endswith("_acc") for name in compiled.names):
        yield
        return
    if compiled.with_accuracy is None:
        listed = trainer.arguments.metrics or []
        metrics = listed if isinstance(listed, (list, tuple)) else []
        arguments = replace(trainer.arguments, metrics=[*metrics, "accuracy"])
        compiled.with_accuracy = trainer.compiled_for(compiled.optimizer, arguments)
        compiled.with_accuracy.share_updater(compiled)
    trainer.compiled = compiled.with_accuracy
    try:
        yield
    finally:
        if trainer.compiled is compiled.with_accuracy:
            trainer.compiled = compiled
