"""Where a training stands, so that it can go on from there bit for bit.

A snapshot holds position, means, order of samples, random streams and what callbacks have counted. The weights and the
optimizer's slots are not in it: a checkpoint keeps them beside it, as a model file does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from .._graph.tensor import Variable
from .._machine.random import Stream
from ..errors import FileError, shorten
from ..events import EpochBegin, EpochEnd, Event, TrainBegin, only_for
from ..types import Array, Config
from .callback import CallbackList
from .control import Control
from .history import ProgbarLogger
from .sources import Source

_ARRAY, _NUMBER = "array", "number"


@dataclass
class Position:
    """How far a training has come.

    Args:
        epoch: number of the epoch, from 0.
        batch: how many of its batches are done.
        totals: the sums that the means of the epoch are made of.
        samples: how many samples they are taken over.
    """

    epoch: int = 0
    batch: int = 0
    totals: list[float] = field(default_factory=list[float])
    samples: int = 0


class Resumable(Protocol):
    """What a snapshot asks of a compiled model."""

    @property
    def state_variables(self) -> Sequence[Variable]:
        """What steps assign beside the trained weights: moving averages, states of layers and metrics."""
        ...

    @property
    def own_streams(self) -> Sequence[Stream]:
        """The streams of layers that have a seed of their own."""
        ...

    @property
    def learning_rate(self) -> float:
        """The optimizer's rate now."""
        ...

    @learning_rate.setter
    def learning_rate(self, value: float) -> None: ...

    @property
    def loss_scale(self) -> list[float] | None:
        """What mixed precision has come to, where the optimizer does not keep it."""
        ...

    @loss_scale.setter
    def loss_scale(self, kept: Sequence[float] | None) -> None: ...


class Snapshots:
    """Takes snapshots of one training, and puts the training where one was taken: a listener behind the callbacks.

    position: the place to begin at, which the loop moves on.

    What `on_train_begin` and `on_epoch_begin` of callbacks set anew is put back after them.
    """

    hears = (TrainBegin, EpochBegin)

    def __init__(
        self,
        compiled: Resumable,
        source: Source,
        stream: Stream,
        callbacks: CallbackList,
        epochs: range,
        control: Control,
    ) -> None:
        snapshot = control.begin_at
        self._compiled, self._source, self._control = compiled, source, control
        # A progress bar only shows: a training may be resumed with or without one.
        self._callbacks = [callback for callback in callbacks if not isinstance(callback, ProgbarLogger)]
        if snapshot is not None and not snapshot["callbacks"]:
            self._callbacks = []  # one of a training whose callbacks are in another process
        self._streams = [stream, *compiled.own_streams]
        self._from = snapshot
        self._cut: Config | None = None
        self.position = Position(epochs.start)
        if snapshot is not None:
            self._check(snapshot)
            self._restore(snapshot)
            self.position = Position(epochs.stop) if snapshot["ended"] else Position(**snapshot["position"])
        control.snapshot = self.take

    def take(self) -> Config:
        """Everything but weights and slots, as plain data and arrays; called by a listener, between two batches.

        Once an epoch was cut short, it is what stood before callbacks were told that it is over.
        """
        if self._cut is not None:
            return self._cut
        position = self.position
        return {
            "position": {
                "epoch": position.epoch,
                "batch": position.batch,
                "totals": [float(total) for total in position.totals],
                "samples": position.samples,
            },
            # Stopped by hand it goes on; what a callback ended is over.
            "ended": self._control.reason in ("early", "nan"),
            "order": self._source.seed,
            "streams": [stream.get_state() for stream in self._streams],
            "variables": [np.array(variable.host()) for variable in self._compiled.state_variables],
            "learning_rate": self._compiled.learning_rate,
            "loss_scale": self._compiled.loss_scale,
            "callbacks": [
                {"class_name": type(callback).__name__, "state": callback.get_state()} for callback in self._callbacks
            ],
        }

    def take_over(self, snapshot: Config) -> None:
        """Stand where other processes have taken a training, with the callbacks as they are here."""
        for name, value in snapshot["position"].items():
            setattr(self.position, name, value)
        for stream, state in zip(self._streams, snapshot["streams"], strict=True):
            stream.set_state(state)
        for variable, array in zip(self._compiled.state_variables, snapshot["variables"], strict=True):
            variable.assign(array)
        self._cut = None

    @only_for(EpochEnd)
    def before_callbacks(self, event: Event) -> None:
        """Remember an epoch that is cut short as it stands, since callbacks count its end: a listener in front of them."""
        if isinstance(event, EpochEnd):
            self._cut = self.take() if event.partial else None

    def __call__(self, event: Event) -> None:
        """Put back what the callbacks set anew at the beginning."""
        if self._from is not None and isinstance(event, (TrainBegin, EpochBegin)):
            self._restore(self._from)
            if isinstance(event, EpochBegin) or not self.position.batch:
                self._from = None

    def _restore(self, snapshot: Config) -> None:
        self._source.seed = snapshot["order"]
        for stream, state in zip(self._streams, snapshot["streams"], strict=True):
            stream.set_state(state)
        for variable, array in zip(self._compiled.state_variables, snapshot["variables"], strict=True):
            variable.assign(array)
        self._compiled.learning_rate = snapshot["learning_rate"]
        if snapshot.get("loss_scale") is not None:  # files of earlier versions say nothing of it
            self._compiled.loss_scale = snapshot["loss_scale"]
        for callback, entry in zip(self._callbacks, snapshot["callbacks"], strict=True):
            try:
                callback.set_state(entry["state"])
            except (TypeError, KeyError, ValueError, AttributeError, IndexError) as error:
                where, expected = f"checkpoint, {type(callback).__name__}", "what the callback kept of itself"
                raise FileError(where=where, expected=expected, actual=shorten(str(error))) from error

    def _check(self, snapshot: Config) -> None:
        """Refuse a snapshot of another model or of other callbacks before anything is changed."""
        shapes = [variable.shape for variable in self._compiled.state_variables]
        for what, expected, actual in (
            ("layers with a seed", len(self._streams) - 1, len(snapshot["streams"]) - 1),
            ("states of layers and metrics", shapes, [array.shape for array in snapshot["variables"]]),
            (
                "callbacks",
                [type(callback).__name__ for callback in self._callbacks],
                [entry["class_name"] for entry in snapshot["callbacks"]],
            ),
        ):
            if expected != actual:
                raise FileError(
                    where=f"checkpoint, {what}",
                    expected=shorten(expected),
                    actual=shorten(actual),
                    hint="Resume with the model, metrics and callbacks that the training had.",
                )


def pack(value: object, arrays: list[Array]) -> object:
    """Plain data as JSON can carry it; arrays and numbers that are none in JSON are put into `arrays` or named.

    Example:
        >>> arrays = []
        >>> pack({"best": float("inf"), "weights": [np.zeros(2)]}, arrays)
        {'best': {'number': 'inf'}, 'weights': [{'array': 0}]}
    """
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {_ARRAY: len(arrays) - 1}
    if isinstance(value, np.generic):
        return pack(value.item(), arrays)
    if isinstance(value, float) and not math.isfinite(value):
        return {_NUMBER: str(value)}
    if isinstance(value, Mapping):
        return {str(key): pack(one, arrays) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [pack(one, arrays) for one in value]
    return value


def unpack(value: object, arrays: Sequence[Array]) -> object:
    """What `pack` was given.

    Example:
        >>> unpack({"best": {"number": "inf"}, "weights": [{"array": 0}]}, [np.zeros(2)])
        {'best': inf, 'weights': [array([0., 0.])]}
    """
    if isinstance(value, Mapping):
        if set(value) == {_ARRAY}:
            return _array_at(value[_ARRAY], arrays)
        if set(value) == {_NUMBER}:
            return float(value[_NUMBER])
        return {key: unpack(one, arrays) for key, one in value.items()}
    return [unpack(one, arrays) for one in value] if isinstance(value, list) else value


def _array_at(index: object, arrays: Sequence[Array]) -> Array:
    if not isinstance(index, int) or not 0 <= index < len(arrays):
        raise FileError(where="checkpoint", expected=f"one of {len(arrays)} arrays", actual=shorten(index))
    return arrays[index]
