"""Checkpoints: whole model files that also say where a training stands, so that it goes on bit for bit.

`load_model` reads one like any model file. What is random goes on too: dropout, the order of samples; a generator of the
user's own begins anew, since nobody can ask it where it stood.
"""

from __future__ import annotations

import json
import os
import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from .._files import hdf5
from .._training.snapshot import pack, unpack
from ..errors import FileError, shorten
from ..events import BatchEnd, EpochEnd, Event, TrainBegin
from .attributes import trainer_of
from .persistence import assign, write

if TYPE_CHECKING:
    from .._training.control import Control
    from ..types import Array, Config
    from .model import Model

_STATE = "state"
# The share of the training's time that writing may take.
SHARE = 0.02


class Checkpoints:
    """A listener that keeps a training in a file: after epochs, every `every` seconds within one, and when it stops.

    Writing takes at most `SHARE` of the time: epochs much shorter than a write are not all kept. A disk that is full or
    gone ends nothing: a warning says so once, and the next epoch tries again.

    Args:
        path: the file; always a whole one, the last or the one before it.
        model: what is trained.
        control: of the training.
        every: seconds.
        clock: seconds that pass.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: Model,
        control: Control,
        every: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path, self.written = path, 0
        self._model, self._control, self._every, self._clock = model, control, every, clock
        self._last, self._cost, self._epochs, self._warned = clock(), 0.0, 0, False

    def __call__(self, event: Event) -> None:
        """Write where it is time."""
        since = self._clock() - self._last
        if isinstance(event, TrainBegin):
            self._epochs = event.epochs
            return
        if isinstance(event, BatchEnd):
            due = since >= self._every
        elif isinstance(event, EpochEnd) and not event.partial:
            due = event.epoch + 1 == self._epochs or since >= self._cost / SHARE
        else:
            return
        if due or self._control.stopped:
            self._write()

    def _write(self) -> None:
        assert self._control.snapshot is not None
        begun = self._clock()
        try:
            write_checkpoint(self.path, self._model, self._control.snapshot())
            self.written += 1
        except OSError as error:
            if not self._warned:
                self._warned = True
                warnings.warn(f"The training goes on, but no checkpoint could be written: {error}", stacklevel=2)
        self._last = self._clock()
        self._cost = self._last - begun


def write_checkpoint(path: str | os.PathLike[str], model: Model, snapshot: Config) -> None:
    """Write a model file with a snapshot (`Control.snapshot`) in it, whole or not at all. Raises OSError."""
    arrays: list[Array] = []
    text = json.dumps(pack(snapshot, arrays)).encode("utf-8")
    state = [(_STATE, np.frombuffer(text, np.uint8)), *((f"array_{i}", array) for i, array in enumerate(arrays))]
    write(model, path, training_state=state)


def restore_checkpoint(path: str | os.PathLike[str], model: Model) -> Config:
    """Give a compiled model the weights and slots of a checkpoint; gives its snapshot, for `Control.begin_at`.

    Raises:
        FileError: it is no checkpoint, or one of another model; the model is then as it was.
    """
    name = str(path)
    stored = hdf5.read_model(path)
    if not stored.training_state or stored.training_state[0][0] != _STATE:
        hint = "A model file without one holds weights to begin with: load_weights."
        raise FileError(
            file=name, expected="a checkpoint, which says where a training stands", actual="none", hint=hint
        )
    snapshot = _read_state(stored.training_state, name)
    trainer = trainer_of(model)
    compiled = trainer.ready()
    compiled.train_step()  # now the optimizer has slots
    before = model.get_weights()
    assign(model.layers, stored.layers, name)
    try:
        compiled.optimizer.set_weights([array for _, array in stored.optimizer_weights or []])
    except ValueError:
        model.set_weights(before)
        raise
    return snapshot


def _read_state(arrays: list[tuple[str, Array]], name: str) -> Config:
    try:
        state = unpack(json.loads(arrays[0][1].tobytes().decode("utf-8")), [array for _, array in arrays[1:]])
    except ValueError as error:
        raise FileError(file=name, expected="a readable state of the training", actual=shorten(str(error))) from error
    if not isinstance(state, dict) or not state.keys() >= _KEYS:
        raise FileError(file=name, expected=f"a state with {', '.join(sorted(_KEYS))}", actual=shorten(state))
    return state


_KEYS = {"position", "ended", "order", "streams", "variables", "learning_rate", "callbacks"}
