"""Parts of a `fit`: what callbacks are told at its start, what measures after an epoch, what begins one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ..events import EpochBegin, Event, Listener, Logs, only_for
from .array_rows import ArrayData
from .callback import Callback, CallbackList, Params
from .compiled import Compiled
from .snapshot import Snapshots
from .sources import Source
from .trainable import Trainable
from .user_data import Validation


def shown_names(names: Sequence[str], measures: bool) -> list[str]:
    """Names of what an epoch comes to: of training, and of validation where there is one."""
    return [*names, *(f"val_{name}" for name in names)] if measures else list(names)


def told_at_the_start(source: Source, epochs: int, verbose: int, measures: bool, shown: list[str]) -> Params:
    """What `Callback.params` is; `shown` may grow while it trains."""
    return {
        "batch_size": source.batch_size,
        "epochs": epochs,
        "steps": source.steps,
        "samples": source.samples,
        "verbose": verbose,
        "do_validation": measures,
        "metrics": shown,
    }


def callbacks_of(
    network: Trainable, callbacks: Iterable[Callback], compiled: object, held_out: Source | None
) -> CallbackList:
    """Callbacks that know the model and its validation data."""
    called = CallbackList(callbacks)
    called.set_model(network)
    arrays = _shown_to_callbacks(network, compiled, held_out) if isinstance(compiled, Compiled) else None
    for callback in called:
        callback.validation_data = arrays
    return called


def _shown_to_callbacks(
    network: Trainable, compiled: Compiled, held_out: Source | None
) -> list[ArrayData | float] | None:
    """Validation data as Keras's callbacks know it: inputs, targets, weights, then the phase where it matters."""
    if held_out is None or held_out.checked is None:
        return None
    arrays = compiled.with_all_weights(held_out.checked)
    return [*arrays, 0.0] if network.uses_learning_phase else [*arrays]


def measuring(
    validate: Callable[[], Logs | None] | None, validation: Validation, snapshots: Snapshots, shown: list[str]
) -> Callable[[], Logs | None] | None:
    """What measures after an epoch where it is due; names that are new are added to `shown`. None: nothing is measured."""
    if validate is None:
        return None

    def measure() -> Logs | None:
        if not validation.is_due(snapshots.position.epoch):
            return {}
        logs = validate()
        measured = None if logs is None else {f"val_{name}": value for name, value in logs.items()}
        shown.extend(name for name in measured or () if name not in shown)
        return measured

    return measure


def at_each_epoch(begin: Callable[[], None]) -> Listener:
    """A listener that begins each epoch."""

    @only_for(EpochBegin)
    def begin_epoch(_: Event) -> None:
        begin()

    return begin_epoch
