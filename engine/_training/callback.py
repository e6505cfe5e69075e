"""The base of all callbacks, and the listener that turns the loop's events into their calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias, TypedDict

from .._declared.later import ByName
from ..errors import SettingError, shorten
from ..events import BatchBegin, BatchEnd, EpochBegin, EpochEnd, Event, Listener, RankTold, TrainBegin, TrainEnd
from ..types import Config, Logs
from .array_rows import ArrayData
from .control import Control

BatchHook: TypeAlias = Callable[[int, Logs], None]
"""What a callback does before or after a batch: its number and the logs."""


class Params(TypedDict, total=False):
    """What callbacks know of a training; None where the data do not tell.

    `metrics` are the names in the logs of epochs; `partial`, set at the end of each epoch, says whether it was cut
    short.
    """

    batch_size: int | None
    epochs: int
    steps: int | None
    samples: int | None
    verbose: int
    do_validation: bool
    metrics: list[str]
    partial: bool


class Callback:
    """Base of all callbacks: override the hooks you need.

    `model` is the model in training, `params` what is known of the training; `validation_data` are the arrays of the
    validation data, if any: inputs, targets, weights, then the learning phase where it matters.

    Example:
        >>> class Epochs(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         print(f"epoch {epoch}: {logs['loss']:.1f}")
        >>> Epochs().on_epoch_end(0, {"loss": 0.5})
        epoch 0: 0.5
    """

    def __init__(self) -> None:
        self.validation_data: list[ArrayData | float] | None = None
        self.model: Any = None  # a Model; Any, since callbacks of users may set further attributes on it
        self.params: Params = {}

    def set_params(self, params: Params) -> None:
        """Called before training with `params`."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Called before training with the model."""
        self.model = model

    def make_listener(self, control: Control) -> Listener | None:
        """A function that gets each event once all callbacks have, for the training that begins; none by default.

        Args:
            control: of this training; it takes snapshots.
        """
        return None

    def before_training(self, control: Control) -> None:
        """Called when the data are known and nothing has begun; may say where the training begins. Nothing by default.

        Args:
            control: of this training.
        """

    def get_state(self) -> Config:
        """What it has counted and noted so far, as plain data and arrays, for a checkpoint; nothing by default."""
        return {}

    def set_state(self, state: Config) -> None:
        """Go on from what `get_state` gave; called after `on_train_begin` of a training that is resumed."""

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before epoch number `epoch` (from 0)."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch; `logs` holds its means and `val_` values."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before batch number `batch` (from 0); `logs` holds batch and size."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch; `logs` holds batch, size and the batch's values."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """`on_batch_begin`, by its name since Keras 2.3."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """`on_batch_end`, by its name since Keras 2.3."""
        self.on_batch_end(batch, logs)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch, also when training stops or fails."""


class CallbackList:
    """Several callbacks called as one; as a listener it turns events into their calls.

    Args:
        callbacks: the callbacks, in the order in which they are called, or a single one; none by default.
        queue_length: has no effect; accepted as in Keras.

    Example:
        >>> callbacks = CallbackList([Callback()], queue_length=10)
        >>> callbacks.append(Callback())
        >>> len(list(callbacks))
        2
    """

    def __init__(self, callbacks: Iterable[Callback] | Callback | None = None, queue_length: int = 10) -> None:
        self.callbacks = listed(callbacks)
        self.params: Params = {}
        self.model: Any = None
        self._at_batch: dict[str, list[BatchHook]] = {}

    def append(self, callback: Callback) -> None:
        """Add a callback at the end."""
        self.callbacks.append(callback)
        self._at_batch.clear()

    def set_params(self, params: Params) -> None:
        """Give all callbacks the same `params`."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Give all callbacks the model."""
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch."""
        for callback in self.callbacks:
            callback.on_epoch_begin(epoch, logs if logs is not None else {})

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch."""
        for callback in self.callbacks:
            callback.on_epoch_end(epoch, logs if logs is not None else {})

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch."""
        for begin in self._hooks_at("on_batch_begin"):
            begin(batch, logs if logs is not None else {})

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch."""
        for end in self._hooks_at("on_batch_end"):
            end(batch, logs if logs is not None else {})

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before training."""
        for callback in self.callbacks:
            callback.on_train_begin(logs if logs is not None else {})

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After training."""
        for callback in self.callbacks:
            callback.on_train_end(logs if logs is not None else {})

    def before_training(self, control: Control) -> None:
        """Ask those callbacks that have something to say before the training."""
        for callback in self.callbacks:
            prepare = getattr(callback, "before_training", None)
            if prepare is not None:
                prepare(control)

    def make_listeners(self, control: Control) -> list[Listener]:
        """The functions of those callbacks that have one."""
        # What only looks like a callback has the hooks that Keras knows.
        makers = (getattr(callback, "make_listener", None) for callback in self.callbacks)
        made = (make(control) for make in makers if make is not None)
        return [listener for listener in made if listener is not None]

    def _hooks_at(self, hook: str) -> list[BatchHook]:
        """The batch's hooks of the callbacks that have something to do there; the others cost nothing.

        A callback's hook is the one of Keras 2.3's name, which calls the older one, where its class has either.
        """
        hooks = self._at_batch.get(hook)
        if hooks is None:
            names = (hook.replace("on_batch", "on_train_batch"), hook)
            hooks = self._at_batch[hook] = []
            for callback in self.callbacks:
                hooks_of_its_own = [name for name in names if self._overrides(callback, name)]
                if hooks_of_its_own:
                    hooks.append(getattr(callback, hooks_of_its_own[0]))
        return hooks

    @staticmethod
    def _overrides(callback: Callback, hook: str) -> bool:
        empty = getattr(Callback, hook)
        return hook in vars(callback) or getattr(type(callback), hook, empty) is not empty

    @property
    def hears(self) -> tuple[type[Event], ...]:
        """The events to be called for: those of batches only where a callback has something to do there."""
        of_batches = ((BatchBegin, "on_batch_begin"), (BatchEnd, "on_batch_end"))
        heard = (kind for kind, hook in of_batches if self._hooks_at(hook))
        return (TrainBegin, EpochBegin, EpochEnd, TrainEnd, *heard)

    def __call__(self, event: Event) -> None:
        """Pass an event on to the callbacks."""
        match event:
            case BatchBegin():
                if self._hooks_at("on_batch_begin"):
                    self.on_batch_begin(event.batch, {"batch": event.batch, "size": event.size})
            case BatchEnd():
                if self._hooks_at("on_batch_end"):
                    logs = ByName({"batch": event.batch, "size": event.size, **event.logs})
                    self.on_batch_end(event.batch, logs)
            case EpochBegin():
                self.on_epoch_begin(event.epoch)
                # A callback may have got its hooks just now.
                self._at_batch.clear()
            case EpochEnd():
                self.params["partial"] = event.partial
                self.on_epoch_end(event.epoch, event.logs)
            case TrainBegin():
                self.on_train_begin()
            case TrainEnd():
                self.on_train_end()
            case RankTold():
                pass  # Keras's callbacks have no hook for it

    def __iter__(self) -> Iterator[Callback]:
        return iter(self.callbacks)


def listed(callbacks: Iterable[Callback] | Callback | None) -> list[Callback]:
    """A list of callbacks, or of what has their methods. Raises SettingError."""
    if isinstance(callbacks, (str, bytes, type)):
        raise _no_callback(callbacks)
    made = list(callbacks) if isinstance(callbacks, Iterable) else [] if callbacks is None else [callbacks]
    for callback in made:
        if isinstance(callback, type) or not hasattr(callback, "set_model"):
            raise _no_callback(callback)
    return made


def _no_callback(value: object) -> SettingError:
    name = value.__name__ if isinstance(value, type) else "LambdaCallback"
    hint = f"Write {name}(...), which makes a callback." if callable(value) else None
    return SettingError(where="callbacks", expected="callbacks", actual=shorten(value), hint=hint)
