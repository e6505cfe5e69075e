"""Checkpoints: whole model files that also say where a training stands, so that it goes on bit for bit.

`load_model` reads one like any model file. What is random goes on too: dropout, the order of samples; a generator of the
user's own begins anew, since nobody can ask it where it stood.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .._files import hdf5
from .._machine.random import Stream
from .._training.snapshot import pack, unpack
from ..errors import FileError, shorten
from ..events import BatchEnd, EpochEnd, Event, TrainBegin
from .attributes import trainer_of
from .network import Network
from .persistence import ModelCopy, assign, copied, write

if TYPE_CHECKING:
    from .._training.control import Control
    from ..types import Array, Config

_STATE = "state"
# The share of the training's time that writing may take.
SHARE = 0.02


class Checkpoints:
    """A listener that keeps a training in a file: after epochs, every `every` seconds within one, and when it stops.

    Writing takes at most `share` of the time: epochs much shorter than a write are not all kept. A disk that is full or
    gone ends nothing: a warning says so once, and the next epoch tries again.

    Args:
        path: the file; always a whole one, the last or the one before it.
        model: what is trained.
        control: of the training.
        every: seconds.
        clock: seconds that pass.
        share: of the training's time, 2 % by default.
    """

    hears = (TrainBegin, BatchEnd, EpochEnd)

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: Network,
        control: Control,
        every: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        share: float = SHARE,
    ) -> None:
        self.path, self.written = path, 0
        self._model, self._control, self._every, self._clock, self._share = model, control, every, clock, share
        self._last, self._cost, self._epochs, self._warned = clock(), 0.0, 0, False
        self._behind = False

    @property
    def next_batch(self) -> int:
        """The present batch where it is time to write within an epoch, else none."""
        return 0 if self._clock() - self._last >= self._every else sys.maxsize

    def __call__(self, event: Event) -> None:
        """Write where it is time."""
        if isinstance(event, TrainBegin):
            self._epochs = event.epochs
        elif isinstance(event, (BatchEnd, EpochEnd)):
            # The end of an epoch that was cut short is the place of its last batch.
            self._behind = self._behind or not (isinstance(event, EpochEnd) and event.partial)
            # Weights that are no numbers must not take the place of good ones.
            stops = self._control.stopped and self._control.reason != "nan"
            if self._behind and (stops or self._is_due(event)):
                self._write()

    def _is_due(self, event: BatchEnd | EpochEnd) -> bool:
        since = self._clock() - self._last
        if isinstance(event, BatchEnd):
            return since >= self._every
        return not event.partial and (event.epoch + 1 == self._epochs or since >= self._cost / self._share)

    def _write(self) -> None:
        assert self._control.snapshot is not None
        begun = self._clock()
        try:
            self._save(self._control.snapshot())
            self.written, self._behind = self.written + 1, False
        except OSError as error:
            if not self._warned:
                self._warned = True
                warnings.warn(f"The training goes on, but no checkpoint could be written: {error}", stacklevel=2)
        self._last = self._clock()
        self._cost = self._last - begun

    def _save(self, snapshot: Config) -> None:
        write_checkpoint(self.path, self._model, snapshot)


@dataclass(frozen=True)
class Checkpoint:
    """A training as it stood once: `epoch` epochs were done and `batch` batches of the next."""

    epoch: int
    batch: int
    snapshot: Config
    model: ModelCopy

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, whole or not at all; from any thread. Raises OSError."""
        self.model.write(path, _packed(self.snapshot))


class CheckpointCopies(Checkpoints):
    """As `Checkpoints`, but each one is handed to `take` as a copy, for another thread to write.

    The first is from before the first batch of a training that begins. The training waits for the copying alone.

    Args:
        take: gets each checkpoint; what it costs besides, it says by `add_cost`.
        model: what is trained.
        control: of the training.
        every: seconds.
        clock: seconds that pass.
        share: of the training's time.
    """

    def __init__(
        self,
        take: Callable[[Checkpoint], None],
        model: Network,
        control: Control,
        every: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
        share: float = SHARE,
    ) -> None:
        super().__init__("", model, control, every, clock, share)
        self._take = take
        self._config: Config | None = None

    def __call__(self, event: Event) -> None:
        """Hand over a copy where it is time."""
        super().__call__(event)
        if isinstance(event, TrainBegin) and self._control.begin_at is None:
            self._write()

    def add_cost(self, seconds: float) -> None:
        """Say what writing the last one took, beside the copying; called from any thread."""
        self._cost += seconds

    def _save(self, snapshot: Config) -> None:
        model = copied(self._model, self._config)
        self._config = model.config
        position = snapshot["position"]
        self._take(Checkpoint(position["epoch"], position["batch"], snapshot, model))


def write_checkpoint(path: str | os.PathLike[str], model: Network, snapshot: Config) -> None:
    """Write a model file with a snapshot (`Control.snapshot`) in it, whole or not at all. Raises OSError."""
    write(model, path, training_state=_packed(snapshot))


def _packed(snapshot: Config) -> list[tuple[str, Array]]:
    arrays: list[Array] = []
    text = json.dumps(pack(snapshot, arrays)).encode("utf-8")
    return [(_STATE, np.frombuffer(text, np.uint8)), *((f"array_{i}", array) for i, array in enumerate(arrays))]


def restore_checkpoint(path: str | os.PathLike[str], model: Network) -> Config:
    """Set a compiled model to the weights and slots of a checkpoint; returns its snapshot, for `Control.begin_at`.

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
    assign(model.kept_layers, stored.layers, name)
    try:
        compiled.optimizer.set_weights([array for _, array in stored.optimizer_weights or []])
    except ValueError:
        model.set_weights(before)
        raise
    return snapshot


def _read_state(arrays: list[tuple[str, Array]], name: str) -> Config:
    try:
        state = unpack(json.loads(arrays[0][1].tobytes().decode("utf-8")), [array for _, array in arrays[1:]])
    except (ValueError, TypeError, RecursionError) as error:
        raise FileError(file=name, expected="a readable state of the training", actual=shorten(str(error))) from error
    if not isinstance(state, dict) or not state.keys() >= _KEYS:
        raise FileError(file=name, expected=f"a state with {', '.join(sorted(_KEYS))}", actual=shorten(state))
    for key, (is_right, expected) in _FORMS.items():
        if not is_right(state[key]):
            where = f"{name}: state of the training, {key}"
            raise FileError(file=name, where=where, expected=expected, actual=shorten(state[key]))
    return state


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def _is_position(value: object) -> bool:
    if not isinstance(value, dict) or value.keys() != {"epoch", "batch", "totals", "samples"}:
        return False
    totals = value["totals"]
    counts = all(_is_count(value[key]) for key in ("epoch", "batch", "samples"))
    return counts and isinstance(totals, list) and all(map(_is_number, totals))


def _is_stream(state: object) -> bool:
    if not isinstance(state, dict):
        return False
    try:
        Stream(0).set_state(state)
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError, IndexError):
        return False
    return True


def _is_callback(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("class_name"), str) and "state" in entry


_FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "position": (_is_position, "epoch, batch and samples as whole numbers, totals as a list of numbers"),
    "ended": (lambda value: isinstance(value, bool), "True or False"),
    "order": (lambda value: value is None or _is_count(value), "a whole number, or None"),
    "streams": (lambda value: isinstance(value, list) and all(map(_is_stream, value)), "states of random streams"),
    "variables": (
        lambda value: isinstance(value, list) and all(isinstance(one, np.ndarray) for one in value),
        "a list of arrays",
    ),
    "learning_rate": (_is_number, "a number"),
    "callbacks": (
        lambda value: isinstance(value, list) and all(map(_is_callback, value)),
        "a list of {class_name, state}",
    ),
}
_KEYS = set(_FORMS)
