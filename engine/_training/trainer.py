"""Training, measuring and asking a network: one path for all data, whatever source their batches come from."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import TypeAlias, TypeVar, cast

import numpy as np

from .. import optimizers
from .._graph.tensor import Tensor
from .._machine.config import follows_later_keras
from .._machine.console import say
from .._machine.random import Stream
from .._machine.ranks import joined
from ..errors import NotCompiled
from ..events import Listener, Logs
from ..optimizers import Optimizer, OptimizerLike
from ..types import Array, ArrayLike, ClassWeight, Data, InputBatch, LabelledBatch
from . import own_steps, prefetch
from .array_rows import ArrayData
from .callback import Callback, listed
from .common import all_ready, shared
from .compiled import Compiled, Predictor, check_batch_size, floats
from .control import Control
from .counts import share, whole
from .data import Batch, CheckedArrays, sample_count
from .elsewhere import Elsewhere
from .entry import read_now
from .fit_parts import at_each_epoch, callbacks_of, measuring, shown_names, told_at_the_start
from .handed_over import endless, is_loader
from .history import History, ProgbarLogger
from .interrupts import Uninterrupted
from .loop import Training, run_evaluation, run_prediction, run_training
from .output_specs import CompileArguments, make_output_specs
from .progress import Progbar
from .snapshot import Snapshots
from .sources import Source, make_batches, whole_pass
from .step import Step
from .trainable import Trainable
from .updater import Updater
from .user_data import (
    Arrays,
    Generated,
    Validation,
    count_steps,
    fit_call,
    labelled,
    measured_like,
    to_validate,
    with_first,
)

Item = TypeVar("Item")
_Compiled: TypeAlias = "Compiled | own_steps.OwnSteps"
_Parts: TypeAlias = (
    "tuple[_Compiled, Source, Source | None, Callable[[Batch], Sequence[float]], Callable[[], Logs | None] | None]"
)


class Trainer:
    """How one network is trained since `compile`, and the methods that train, measure and ask it.

    `optimizer` is the object that `compile` was passed or named, `arguments` the rest; `compiled` is made of them when
    the network has inputs. `history` holds the last training's values, `stopped` whether it was ended from outside;
    `stop_training` ends it after the batch.
    """

    def __init__(self, network: Trainable) -> None:
        self.network = network
        self.optimizer: Optimizer | None = None
        self.arguments = CompileArguments()
        self.compiled: Compiled | None = None
        self.history: History | None = None
        self._stop_training = self.stopped = False
        self._control = Control()  # of the training that goes on
        self._random: Stream | None = None
        self._predictor: Predictor | None = None
        self._predictor_inputs: list[Tensor] = []

    # Compiling

    def compile(self, optimizer: OptimizerLike, arguments: CompileArguments) -> None:
        """Prepare the network for training; see `Model.compile`."""
        chosen = optimizers.get(optimizer)
        # A step of the program's own may need no loss; later Keras asks for one where training begins.
        waits = own_steps.has_own(self.network, "train_step") or (follows_later_keras() and not arguments.loss)
        compiled = self.compiled_for(chosen, arguments) if self.network.inputs and not waits else None
        self.optimizer, self.arguments, self.compiled = chosen, arguments, compiled

    def compiled_for(self, optimizer: Optimizer, arguments: CompileArguments) -> Compiled:
        """What the network comes to with an optimizer and the arguments of compile."""
        network = self.network
        compiled = Compiled(
            network.fed_inputs,
            network.fed_input_names,
            make_output_specs(network.outputs, network.output_names, arguments),
            optimizer,
            variables=network.trainable_weights,
            updates=network.updates,
            state_updates=network.state_updates,
            penalties=network.losses,
            added_metrics=network.added_metrics,
            random=self._stream,
            devices=network.shared_by,
        )
        compiled.preparing = network.preparing
        return compiled

    def _stream(self) -> Stream:
        """The stream of dropout and noise, one for all phases and batch sizes."""
        if self._random is None:
            self._random = Stream()
        return self._random

    @property
    def random(self) -> Stream | None:
        """The stream of dropout and noise; None before anything has asked for one."""
        return self._random

    def still(self) -> AbstractContextManager[None]:
        """A block in which a training that goes on changes no weight; from any thread."""
        return self._control.still()

    def ready_optimizer(self) -> Optimizer:
        """The optimizer. Raises NotCompiled where there is none yet."""
        if self.optimizer is None:
            raise NotCompiled(
                where="training", expected="a compiled model", actual="none", hint="Call model.compile first."
            )
        return self.optimizer

    def ready(self, x: Data | None = None) -> Compiled:
        """What compile made, for the network as it is; one without input shape takes it from the data."""
        optimizer = self.ready_optimizer()
        if not self.network.inputs and x is not None:
            self.network.build_from_data(x)
        compiled = self.compiled
        if compiled is None or compiled.outputs != self.network.outputs or compiled.ranks is not joined():
            compiled = self.compiled = self.compiled_for(optimizer, self.arguments)
        self._stream()
        return compiled

    def predictor(self, x: Data | None = None) -> Predictor:
        """The function that predicts, for the network as it is; one without input shape takes it from the data."""
        network = self.network
        if not network.inputs and x is not None:
            network.build_from_data(x)
        predictor = self._predictor
        if predictor is None or predictor.step.outputs != network.outputs or self._predictor_inputs != network.inputs:
            predictor = self._predictor = Predictor(
                network.fed_inputs,
                network.fed_input_names,
                network.outputs,
                state_updates=network.state_updates,
                random=self._stream,
                devices=network.shared_by,
            )
            self._predictor_inputs = list(network.inputs)
        return predictor

    @property
    def predict_function(self) -> Callable[[Sequence[ArrayLike]], list[Array]] | None:
        """Outputs from a list of inputs; None until it is first made."""
        return None if self._predictor is None else self.predictor().run

    def check_trainable_weights(self, depth: int = 6) -> None:
        """Warn where `trainable` was changed after compile; `depth`: calls from here to the program's line."""
        if self.compiled is not None and len(self.network.trainable_weights) != len(self.compiled.variables):
            warnings.warn(
                "Discrepancy between trainable weights and collected trainable weights: `trainable` was changed after "
                f"model '{self.network.name}' was compiled. Call compile again for the change to take effect.",
                stacklevel=depth,
            )

    # Data -> sources of batches

    def feed(self, data: Arrays) -> CheckedArrays:
        """Checked arrays for training and measuring; raises DataError naming the array and the cure."""
        return self._checked(data)[1]

    def _checked(self, data: Arrays) -> tuple[Compiled, CheckedArrays]:
        compiled = self.ready(data.x)
        return compiled, compiled.feed(data.x, data.y, data.sample_weight, data.class_weight)

    def _source(self, data: Arrays | Generated, control: Control | None = None) -> Source:
        if isinstance(data, Arrays):
            return self._batches(self.feed(data), data)
        return self._generated(data, partial(self._labelled, class_weight=data.class_weight), control)

    def _batches(self, checked: CheckedArrays, data: Arrays) -> Source:
        network = self.network
        size = check_batch_size(data.batch_size, sample_count(checked.arrays), network.stateful, network.inputs)
        return make_batches(checked, size, data.shuffle, data.steps, data.steps_name)

    def _generated(
        self, data: Generated, convert: Callable[[Item], Batch], control: Control | None = None
    ) -> prefetch.GeneratorBatches[Item] | own_steps.LoaderBatches:
        if own_steps.passes_through(data):
            if not self.network.inputs:
                convert(with_first(endless(cast("Iterable[Item]", data.generator)))[0])
            return own_steps.LoaderBatches(data.generator, convert)
        steps = count_steps(data.generator, data.steps, data.steps_name)
        generator = endless(data.generator) if is_loader(data.generator) else data.generator
        if not self.network.inputs:
            first, generator = with_first(generator)
            convert(first)  # it builds the network, whose outputs are needed below
        return prefetch.GeneratorBatches(
            generator,
            steps,
            convert,
            workers=whole(data.workers, "workers"),
            queue=whole(data.queue, "max_queue_size"),
            shuffle=data.shuffle,
            keep_waiting=lambda: control is None or not control.stopped,
        )

    def _labelled(self, item: LabelledBatch, class_weight: ClassWeight | None) -> Batch:
        """The batch that a generator's item (x, y) or (x, y, sample_weight) makes."""
        checked = self.feed(labelled(item, "generator", class_weight))
        return Batch(read_now(checked.arrays), checked.size, checked.weighted)

    def _inputs_only(self, item: InputBatch) -> Batch:
        """The batch that a generator's item x, (x, y) or (x, y, sample_weight) makes for predicting."""
        x = item[0] if isinstance(item, tuple) else item
        arrays = read_now(self.predictor(x).feed(x))
        return Batch(arrays, len(arrays[0]))

    def _sources(
        self, data: Arrays | Generated, validation: Validation, control: Control
    ) -> tuple[Source, Source | None]:
        """Where the batches for training and for validation come from."""
        if isinstance(data, Generated):
            return self._source(data, control), self._validation_source(data, validation, control)
        compiled, checked = self._checked(data)
        if not compiled.all_targets_fed or len(compiled.input_specs) < len(self.network.inputs):
            data = data._replace(shuffle=False)  # tensors with values of their own are not shuffled with the rest
        train, rest = self._divided(data, checked, validation)
        held_out = self._validation_source(data, validation, control, rest)
        compiled.train_step(train.weighted)  # an error in the loss is raised before anything begins
        return self._batches(train, data), held_out

    def _divided(
        self, data: Arrays, checked: CheckedArrays, validation: Validation
    ) -> tuple[CheckedArrays, CheckedArrays | None]:
        """What is trained on, and the share that is cut off for validation."""
        if validation.data is not None or not validation.share:
            return checked, None
        held_out = share(validation.share, "fit, validation_split")
        train, rest = checked.split(held_out)
        if data.class_weight is not None:  # class weights count in training only
            rest = self.feed(data._replace(class_weight=None)).split(held_out)[1]
        return train, rest

    def _validation_source(
        self, data: Arrays | Generated, validation: Validation, control: Control, rest: CheckedArrays | None = None
    ) -> Source | None:
        """The source of the validation data: those that were passed as such, or `rest`, cut off from the training's."""
        if validation.data is not None:
            return self._source(to_validate(data, validation), control)
        return None if rest is None else self._batches(rest, measured_like(Arrays(None), data, validation))

    # Training, measuring, asking

    @property
    def stop_training(self) -> bool:
        """Set to True it ends the training that goes on after the present batch."""
        return self._stop_training

    @stop_training.setter
    def stop_training(self, value: bool) -> None:
        self._stop_training = value
        self._control.ends_early = value

    def fit(
        self,
        data: Arrays | Generated,
        validation: Validation,
        *,
        epochs: int = 1,
        initial_epoch: int = 0,
        verbose: int = 1,
        callbacks: Iterable[Callback] | None = None,
        control: Control | None = None,
        listeners: Iterable[Listener] = (),
        average_every: int = 1,
        elsewhere: Elsewhere | None = None,
    ) -> History:
        """Train; see `Model.fit`. elsewhere: runs it in other processes."""
        control = control or Control()
        epochs, initial_epoch = whole(epochs, "epochs", 0), whole(initial_epoch, "initial_epoch", 0)
        if joined().rank:
            callbacks, listeners, verbose = None, (), 0  # rank 0's reach the others by what it sends them
        with all_ready("fit"):
            if own_steps.has_own(self.network, "train_step", "test_step"):
                compiled, source, held_out, step, validate = self._own_parts(data, validation, control)
            else:
                compiled, source, held_out, step, validate = self._parts(data, validation, control)
        stream = self._stream()
        common = None
        if joined().size > 1:
            weights = [variable.array for variable in self.network.weights]
            common = shared(compiled, source, held_out, control, stream, weights, average_every)
            step, validate = common.step(step), None if validate is None else common.measure
        if verbose and source.samples and held_out is not None and held_out.samples:
            say(f"Train on {source.samples} samples, validate on {held_out.samples} samples")
        self.history = history = History()
        unit = "steps" if isinstance(data, Generated) or data.steps else "samples"
        bar = [ProgbarLogger(unit, compiled.stateful_names)] if verbose else []
        self.stop_training = self.stopped = False
        called = callbacks_of(self.network, [*bar, *listed(callbacks), history], compiled, held_out)
        names = compiled.names
        shown = shown_names(names, held_out is not None)
        called.set_params(told_at_the_start(source, epochs, verbose, held_out is not None, shown))
        control.call = fit_call(
            data, validation, (source.batch_size, source.steps, epochs), called.callbacks[len(bar) : -1]
        )
        called.before_training(control)
        snapshots = Snapshots(compiled, source, stream, called, range(initial_epoch, epochs), control)
        begin_epoch = at_each_epoch(compiled.reset_metrics)
        hearing = [begin_epoch, snapshots.before_callbacks, called, snapshots, *listeners]
        last = [] if common is None else [common]
        if common is not None:
            hearing.insert(0, common.before_callbacks)
        # A callback may train the same model meanwhile.
        outer, self._control, control.ends_early = self._control, control, self.stop_training
        try:
            training = Training(
                step,
                source,
                names,
                epochs,
                snapshots.position,
                control,
                [*hearing, *called.make_listeners(control), *last],
                measuring(validate, validation, snapshots, shown),
                partial(setattr, compiled, "learning_rate"),
                compiled.stateful_names,
            )
            run = run_training if elsewhere is None else partial(elsewhere, held_out, validation.every, snapshots)
            reason = run(training)
        finally:
            self._control = outer
            if common is not None:
                common.leave()
            source.close()
            if held_out is not None:
                held_out.close()
        compiled.end_fit()
        if common is not None:
            common.close()
        self.stopped = reason in ("stopped", "interrupted", "nan")
        return history

    def _parts(self, data: Arrays | Generated, validation: Validation, control: Control) -> _Parts:
        """What a training is made of: what was compiled, the batches, one step, and what measures after an epoch."""
        if isinstance(data, Arrays):
            self.ready(data.x)
        self._stream()
        self.check_trainable_weights(7)
        source, held_out = self._sources(data, validation, control)
        compiled = self.ready()

        def step(batch: Batch) -> Sequence[float]:
            for prepare in compiled.preparing:
                prepare()
            return compiled.train_step(batch.weighted).run_for_later(batch.arrays)

        validate = None if held_out is None else partial(self._measure, compiled, held_out, control)
        return compiled, source, held_out, step, validate

    def _own_parts(self, data: Arrays | Generated, validation: Validation, control: Control) -> _Parts:
        """The same where the model's class writes its step for training, for measuring, or both."""
        network, stepping = self.network, cast("own_steps.Stepping", self.network)
        self.ready_optimizer()
        given, rest = own_steps.divided(data, validation)
        held_out: Source | None = None
        validate: Callable[[], Logs | None] | None = None
        if rest is not None and own_steps.has_own(network, "test_step"):
            held_out = own_steps.source_of(rest)
            validate = partial(own_steps.measure, stepping, rest)
        elif rest is not None:
            held_out = self._source(rest, control)
            validate = partial(self._measure, self.ready(), held_out, control)
        if not own_steps.has_own(network, "train_step"):
            compiled, source, _, step, _ = self._parts(given, Validation(), control)
            return compiled, source, held_out, step, validate
        compiled = own_steps.OwnSteps(stepping, "train_step", self.optimizer)
        return compiled, own_steps.source_of(given), held_out, compiled.run, validate

    def _measure(
        self,
        compiled: Compiled,
        source: Source,
        control: Control | None = None,
        after_batch: Callable[[int, int], None] | None = None,
    ) -> Logs | None:
        """Means of loss and metrics over one pass; None when the control stops it half-way."""

        def step(batch: Batch) -> list[float]:
            test = compiled.test_step(batch.weighted)
            with test.lock:
                return floats(test.run(batch.arrays))

        with whole_pass(source, lambda checked: compiled.test_step(checked.weighted)):
            compiled.reset_metrics()
            return run_evaluation(step, source, compiled.names, control, after_batch, compiled.stateful_names)

    def evaluate(self, data: Arrays | Generated, verbose: int = 1) -> Logs:
        """Loss and metrics by name, as means over samples; see `Model.evaluate`."""
        if own_steps.has_own(self.network, "test_step"):
            return own_steps.measure(cast("own_steps.Stepping", self.network), data, verbose)
        source = self._source(data)
        bar = Progbar(source.samples or source.steps, verbose=verbose)

        def show(index: int, samples: int) -> None:
            bar.update(index + 1 if source.samples is None else samples)

        try:
            logs = self._measure(self.ready(), source, after_batch=show if verbose else None)
        finally:
            source.close()
        assert logs is not None
        return logs

    def predict(self, data: Arrays | Generated, verbose: int = 0) -> list[Array]:
        """The outputs for all samples; see `Model.predict`."""
        if own_steps.has_own(self.network, "predict_step"):
            return own_steps.predict(self.network, data, verbose)
        if isinstance(data, Generated):
            source, samples = self._generated(data, self._inputs_only), None
            step = self.predictor().step
        else:
            predictor = self.predictor(data.x)
            arrays, step = predictor.feed(data.x), predictor.step
            samples = sample_count(arrays) if data.steps is None else None
            if samples is not None and samples <= (data.batch_size or predictor.batch_size) and not verbose:
                with step.lock:  # one batch needs no source, which saves time for a single sample
                    fed = [a if isinstance(a, np.ndarray) else a[:] for a in arrays]
                    return [np.array(y, ndmin=1) for y in step.run(fed)]
            source = self._batches(CheckedArrays(arrays), data)
        bar = Progbar(samples or source.steps, verbose=verbose)
        try:
            with whole_pass(source, lambda _: step):
                return run_prediction(step.run, source, samples, bar.update, step.lock)
        finally:
            source.close()

    def step_on(self, data: Arrays) -> tuple[Step, list[ArrayData], Updater | None]:
        """The step that trains on data with targets or predicts from data without, their arrays, and what it updates."""
        if data.y is None:
            predictor = self.predictor(data.x)
            return predictor.step, read_now(predictor.feed(data.x)), None
        compiled, checked = self._checked(data)
        step = compiled.train_step(checked.weighted)
        return step, read_now(checked.arrays), step.updater

    def train_on_batch(self, data: Arrays, anew: bool = True) -> list[float]:
        """One update; gives the loss, and metrics if any, as they were before it; `anew` is as in `reset_metrics`."""
        compiled, checked = self._checked(data)
        self.check_trainable_weights()
        step = compiled.train_step(checked.weighted)
        with step.lock, Uninterrupted():
            compiled.begin_batch(anew)
            for prepare in compiled.preparing:
                prepare()
            return floats(step.run(read_now(checked.arrays)))

    def test_on_batch(self, data: Arrays, anew: bool = True) -> list[float]:
        """Loss, and metrics if any, on one batch."""
        compiled, checked = self._checked(data)
        step = compiled.test_step(checked.weighted)
        with step.lock:
            compiled.begin_batch(anew)
            return floats(step.run(read_now(checked.arrays)))

    def predict_on_batch(self, x: Data) -> list[Array]:
        """The outputs for one batch."""
        predictor = self.predictor(x)
        arrays = read_now(predictor.feed(x))
        with predictor.step.lock:
            return [np.array(output) for output in predictor.step.run(arrays)]


def trainer_of(model: object) -> Trainer:
    """The trainer of a model, `_trainer`; the underscore leaves the name without it to subclasses."""
    trainer: Trainer = vars(model)["_trainer"]
    return trainer
