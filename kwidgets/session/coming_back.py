"""A run of the store at one of its checkpoints: model, place in the data, history and curves up to there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from engine import experiment as experiments
from engine.callbacks import Callback, History
from engine.errors import EngineError
from engine.events import Listener
from engine.experiment import Control, Experiment, Prepared
from engine.models import Model, load_model
from engine.models.checkpoints import restore_checkpoint
from engine.types import Config, CustomObjects

from ..messages import Mark
from ..refused import Refused
from ..words import coming_back as say
from ..words import workspace as say_in_code
from ..words.carrying import MODEL_CHANGED
from ..workspace.epochs import by_epoch, first
from ..workspace.records import GOING_ON, Checkpoint, Intervention, Points, RunSummary
from ..workspace.run_store import RunStore
from . import continuing
from .best import BestEpoch, leading
from .carrying import paths_before
from .points import Piece
from .request import Request
from .stream import EpochHistory, Past

_HISTORY = History.__name__
_MARKED: dict[str, Literal["rate", "change", "stop"]] = {"rate": "rate", "stop": "stop", "edit": "change"}


@dataclass(frozen=True)
class CameBack:
    """A run that can go on.

    recorded: what it has trained. experiment: as it is trained from now on. snapshot: None where only the weights go on.

    best: the best epoch whose weights are kept, if any. said: lines for the log.
    """

    run: RunSummary
    recorded: Experiment
    experiment: Experiment
    prepared: Prepared
    epoch: int
    snapshot: Config | None
    past: Past
    best: BestEpoch | None = None
    said: list[str] = field(default_factory=list[str])

    @property
    def rate(self) -> float | None:
        """The learning rate that the experiment names, where it is not the one that the run had then."""
        asked, had = continuing.rate_of(self.experiment), continuing.rate_of(self.recorded)
        return None if asked == had else asked

    def work(self, control: Control, listeners: Sequence[Listener], callbacks: Sequence[Callback]) -> object:
        """Train (`request.Work`)."""
        control.begin_at = None if self.snapshot is None else with_callbacks(self.snapshot, callbacks)
        return self.prepared.fit(listeners=listeners, control=control, callbacks=callbacks, initial_epoch=self.epoch)

    @property
    def at(self) -> float:
        """Epochs done."""
        return self.epoch + (self.past.batch / self.prepared.batches if self.past.batch else 0.0)


def recorded_experiment(store: RunStore, run: RunSummary, at: tuple[int, int] | None = None) -> Config:
    """What a run has trained, last or after so many epochs and batches. Raises Refused for a model that was made in code."""
    experiment = store.experiment(run.id, at)
    if experiment is None:
        raise Refused(f"{say.was_made_in_code(run.number)} {say.ITS_MODEL_WAS_MADE_IN_CODE}", say.MAKE_IT_IN_CODE)
    return experiment


def come_back(store: RunStore, run: RunSummary, request: Request, other_data: bool = False) -> CameBack:
    """A run at its last checkpoint that can be read. Raises Refused where it goes on, had other data, or has none.

    request: its experiment, and its data as they are now. other_data: take them although they are others.
    """
    if run.state in GOING_ON:
        raise Refused(say.goes_on_elsewhere(run.number))
    if not other_data:
        _refuse_other_data(store, run, request)
    there = store.checkpoints(run.id)
    if not there and not run.epochs and run.state == "interrupted":
        return _anew(store, run, request)
    if not there:
        raise Refused(say.no_checkpoint_is_left(run.number), say.REPEAT_IT)
    said: list[str] = []
    for checkpoint in reversed(there):
        epochs = continuing.counted_on(request.experiment, checkpoint.epoch, run.planned)
        try:
            came = _at(store, run, request, epochs, checkpoint)
        except EngineError as error:
            said.append(say.checkpoint_is_passed_over(checkpoint.epoch, str(error)))
            continue
        came.said.extend([*said, say.comes_back(run.number, checkpoint.epoch, checkpoint.batch)])
        return came
    raise Refused(" ".join(said), say.REPEAT_IT)


def with_callbacks(snapshot: Config, ours: Iterable[Callback], theirs: Sequence[str] = ()) -> Config:
    """A snapshot for a training with these callbacks of ours, which keep nothing, in the place of those that looked then.

    theirs: classes of the callbacks that are given again, which go on with what they had counted.
    """
    entries = snapshot["callbacks"]
    looking = [{"class_name": type(one).__name__, "state": {}} for one in ours]
    counted = [entry for entry in entries if entry["class_name"] in theirs]
    return {**snapshot, "callbacks": [*looking, *counted, *(one for one in entries if one["class_name"] == _HISTORY)]}


@dataclass(frozen=True)
class FitCameBack:
    """A `fit` in code at its last checkpoint that can be read. fit: how it was called. at: epochs done."""

    model: Model
    snapshot: Config
    epoch: int
    past: Past
    fit: Config
    at: float


def fit_come_back(store: RunStore, run: RunSummary, custom_objects: CustomObjects | None) -> FitCameBack:
    """A fit in code, which has no experiment: its model is read from the checkpoint itself. Raises Refused."""
    fit = store.fit(run.id)
    if fit is None:
        raise Refused(say_in_code.was_made_in_code(run.number), say_in_code.FIT_IT_THERE_AGAIN)
    if run.state in GOING_ON:
        raise Refused(say.goes_on_elsewhere(run.number))
    said: list[str] = []
    for checkpoint in reversed(store.checkpoints(run.id)):
        try:
            model = load_model(checkpoint.path, custom_objects=custom_objects)
            snapshot = restore_checkpoint(checkpoint.path, model)
        except (EngineError, OSError) as error:
            said.append(say.checkpoint_is_passed_over(checkpoint.epoch, str(error)))
            continue
        batches = fit.get("batches")
        past = _past(store, run, checkpoint, batches if isinstance(batches, int) and batches > 0 else 1)
        at = checkpoint.epoch + (checkpoint.batch / batches if checkpoint.batch and isinstance(batches, int) else 0.0)
        return FitCameBack(model, snapshot, checkpoint.epoch, past, fit, at)
    raise Refused(" ".join([say.no_checkpoint_is_left(run.number), *said]), say_in_code.FIT_IT_THERE_AGAIN)


def branch_off(store: RunStore, run: RunSummary, epoch: int, request: Request) -> CameBack:
    """A run after one of its epochs, to be gone on with as another run: `request` may have other settings and data."""
    checkpoint = checkpoint_of(store, run, epoch)
    experiment = continuing.counted_on(request.experiment, epoch)
    try:
        came = _at(store, run, request, experiment, checkpoint)
    except EngineError as error:
        raise Refused(say.checkpoint_is_passed_over(epoch, str(error)), say.CHOOSE_ANOTHER_EPOCH) from error
    came.said.append(say.branches(run.number, epoch))
    # What was said of the other run stays with it.
    return replace(came, past=replace(came.past, log=[]))


def model_at(store: RunStore, run: RunSummary, epoch: int, experiment: Experiment) -> Model:
    """A model of `experiment` with the weights and slots that a run had after an epoch. Raises Refused."""
    checkpoint = checkpoint_of(store, run, epoch)
    model = experiments.build_model(dict(experiment))
    try:
        restore_checkpoint(checkpoint.path, model)
    except EngineError as error:
        raise Refused(say.checkpoint_is_passed_over(epoch, str(error)), say.CHOOSE_ANOTHER_EPOCH) from error
    return model


def _anew(store: RunStore, run: RunSummary, request: Request) -> CameBack:
    """A run that was cut off before its first checkpoint: it begins once more."""
    recorded = recorded_experiment(store, run)
    experiment = continuing.counted_on(request.experiment, 0, run.planned)
    prepared = experiments.prepare(dict(request.divided(experiment)), dict(request.arrays))
    past = Past(EpochHistory(), 0, [], store.log(run.id), [], 0.0)
    return CameBack(run, recorded, experiment, prepared, 0, None, past, said=[say.begins_anew(run.number)])


def checkpoint_of(store: RunStore, run: RunSummary, epoch: int) -> Checkpoint:
    """The checkpoint after so many epochs. Raises Refused where there is none."""
    for checkpoint in store.checkpoints(run.id):
        if (checkpoint.epoch, checkpoint.batch) == (epoch, 0):
            return checkpoint
    raise Refused(say.no_checkpoint_of_epoch(run.number, epoch), say.CHOOSE_ANOTHER_EPOCH)


def _refuse_other_data(store: RunStore, run: RunSummary, request: Request) -> None:
    """Arrays are compared place by place, as they may have other names now."""
    known = request.fingerprints.by_name() or {}
    before, now = (_keys(one) for one in (recorded_experiment(store, run), request.experiment))
    names = {key: now.get(place, key) for place, key in before.items()}
    changed = [name for name, fingerprint in run.data.items() if known.get(names.get(name, name)) != fingerprint]
    if changed:
        raise Refused(say.other_data(run.number, changed), say.CHOOSE_THE_DATA_IT_HAD)


def _keys(experiment: Experiment) -> dict[tuple[str, str], str]:
    """The names of arrays by their places: inputs or targets, and the layer."""
    data = experiment.get("data") or {}
    parts = {part: data.get(part) or {} for part in ("inputs", "targets")}
    return {(part, layer): key for part, keys in parts.items() for layer, key in keys.items()}


def _at(store: RunStore, run: RunSummary, request: Request, experiment: Experiment, checkpoint: Checkpoint) -> CameBack:
    recorded = recorded_experiment(store, run, (checkpoint.epoch, checkpoint.batch))
    changed = not continuing.same_graph(recorded, experiment)
    if not changed and continuing.same_training(recorded, experiment):
        prepared = experiments.prepare(dict(request.divided(experiment)), dict(request.arrays))
        snapshot = restore_checkpoint(checkpoint.path, prepared.model)
    else:
        # With another optimizer, loss or metric there are other slots and states: the weights alone go on.
        model = experiments.build_model(dict(experiment))
        source = experiments.build_model(recorded)
        restore_checkpoint(checkpoint.path, source)
        if changed and continuing.same_graph(recorded_experiment(store, run), experiment):
            # The run itself went on with another graph, and was cut off before the first checkpoint of that.
            before, now = store.layers(run.id, (checkpoint.epoch, checkpoint.batch)), store.layers(run.id)
            experiments.carry_over(source, model, paths_before(before, now) if before and now else None)
        else:
            model.set_weights(source.get_weights())
        divided = dict(request.divided(experiment))
        prepared, snapshot = experiments.prepare(divided, dict(request.arrays), model=model), None
    past = _past(store, run, checkpoint, prepared.batches)
    best = _best(store, run, past.history, recorded)
    return CameBack(run, recorded, experiment, prepared, checkpoint.epoch, snapshot, past, best)


def _past(store: RunStore, run: RunSummary, checkpoint: Checkpoint, batches: int) -> Past:
    at = checkpoint.epoch + checkpoint.batch / batches
    recorded = store.history(run.id)
    before = first(recorded, sum(epoch < checkpoint.epoch for epoch in recorded["epoch"]))
    columns, absent, cut = before["history"], before.get("absent", {}), before.get("cut", [])
    history = EpochHistory(before["epoch"], columns, absent=absent, cut=cut)
    pieces = [_until(series, at, checkpoint.epoch) for series in store.points(run.id)]
    marks = [_mark(one) for one in store.interventions(run.id) if one.kind in _MARKED and one.at <= at]
    curves = [piece for piece in pieces if len(piece.xs)]
    return Past(history, checkpoint.batch, curves, store.log(run.id), marks, run.seconds)


def _until(series: Points, at: float, epochs: int) -> Piece:
    """A series up to a checkpoint: batches before it, values after whole epochs."""
    there = series.xs <= (np.float32(at) if series.phase == "batch" else epochs)
    return Piece(series.name, series.phase, 0, series.xs[there], series.ys[there])


def _mark(one: Intervention) -> Mark:
    text = MODEL_CHANGED if one.kind == "edit" else one.text
    return Mark(kind=_MARKED[one.kind], x=one.at, text=text, says=one.text)


def _best(store: RunStore, run: RunSummary, history: EpochHistory, experiment: Experiment) -> BestEpoch | None:
    """Weights of the best epoch, if it is in the history and its checkpoint can be read."""
    name = leading(history.history)
    best = next((one for one in store.checkpoints(run.id) if one.best and not one.batch), None)
    if name is None or best is None or best.epoch - 1 not in history.epoch:
        return None
    model = experiments.build_model(dict(experiment))
    try:
        restore_checkpoint(best.path, model)
    except EngineError:
        return None
    value = by_epoch(history.recorded())[history.epoch.index(best.epoch - 1)].get(name)
    return None if value is None else BestEpoch(best.epoch, {name: value}, model.get_weights())
