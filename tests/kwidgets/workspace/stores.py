"""Stores and runs to try things on."""

from __future__ import annotations

from typing import Any

import numpy as np

from kwidgets.workspace.records import Epochs, NewRun, Points, Progress, StoredState
from kwidgets.workspace.run_store import RunStore
from kwidgets.workspace.run_writer import RunWriter

LAYER = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 4], "name": "d"}}
EXPERIMENT: dict[str, Any] = {
    "class_name": "Sequential",
    "config": [LAYER],
    "data": {"inputs": {"d": "x"}, "targets": {"d": "y"}},
    "training": {"epochs": 3, "seed": 1},
}


def begun(store: RunStore, document: str | None = "digits", **facts: Any) -> RunWriter:
    """A run that goes on."""
    return store.begin(NewRun(document=document, experiment=EXPERIMENT, planned=3, **facts))


def curve(start: int, stop: int, name: str = "loss") -> Points:
    """A hundred points an epoch."""
    xs = np.arange(start, stop, dtype=np.float32) / 100
    return Points(name, "batch", xs, 1 / (1 + xs))


def progress(epochs: int, partial: bool = False) -> Progress:
    """How far a run has come whose loss falls by half each epoch."""
    losses = [0.5**epoch for epoch in range(epochs)]
    history = Epochs(epoch=list(range(epochs)), history={"loss": losses}, partial=partial)
    values = {"loss": losses[-1]} if losses else {}
    return {
        "epochs": epochs,
        "planned": 3,
        "seconds": 2.0 * epochs,
        "values": values,
        "best": values,
        "history": history,
    }


def trained(
    store: RunStore, document: str | None = "digits", epochs: int = 3, state: StoredState = "finished"
) -> RunWriter:
    """A run that has come to its end, with a checkpoint of 1000 bytes for each epoch."""
    writer = begun(store, document)
    for epoch in range(1, epochs + 1):
        writer.write([curve(100 * (epoch - 1), 100 * epoch)], progress(epoch), [f"epoch {epoch}"])
        with_checkpoint(writer, epoch)
    writer.end(state, "its last epoch")
    return writer


def with_checkpoint(writer: RunWriter, epoch: int, batch: int = 0, best: bool = False, size: int = 1000) -> None:
    """Put a file where the checkpoint belongs."""
    path = writer.checkpoint_path(epoch, batch)
    assert path is not None
    path.write_bytes(bytes(size))
    writer.checkpoint_written(epoch, batch, best)
