"""Compiling a model, and training, measuring and asking it with arrays. Each method delegates in a few lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np

from .. import keras1, optimizers
from ..callbacks import Callback, CallbackList, History, ProgbarLogger
from ..core.errors import NotCompiled, SettingError
from ..core.random import Stream
from ..layers.node import single
from ..training import data
from ..training.compiled import Compiled, Fed, check_batch_size, floats
from ..training.control import Control
from ..training.data import Batch, Batches, Place, make_batches
from ..training.events import EpochBegin, Event, Listener, Logs
from ..training.goals import make_goals
from ..training.interrupts import Uninterrupted
from ..training.loop import Training, run_evaluation, run_prediction, run_training
from ..training.progress import Progbar
from ..training.step import Step
from .arguments import validation_tuple
from .compiled_view import CompiledView
from .subclassed import inputs_for

Array = Any


class OnArrays(CompiledView):
    """The methods of `Model` that take arrays, and what those that take generators share with them."""

    optimizer: Any = None
    loss: Any = None
    metrics: Any = None
    loss_weights: Any = None
    sample_weight_mode: Any = None
    weighted_metrics: Any = None
    _target_tensors: Any = None
    history: History | None = None
    stop_training: bool = False
    stopped: bool = False
    _random_stream: Stream | None = None
    _predict_inputs: Sequence[Any] = ()
    _predict_places: Sequence[Place] = ()

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs, outputs, name, **kwargs)

    @keras1.accepts_old("compile")
    def compile(
        self,
        optimizer: Any,
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        sample_weight_mode: Any = None,
        weighted_metrics: Any = None,
        target_tensors: Any = None,
    ) -> None:
        """Settle how the model is trained.

        Args:
            optimizer: name or optimizer. loss: name, function (y_true, y_pred) -> tensor, or a list or dict of them
            by output; an output with loss None is not trained.
            metrics: list of names or functions, or a dict by output name; "accuracy" suits itself to the output.
            loss_weights: list or dict of numbers by output. sample_weight_mode: None or "temporal", or by output.
            weighted_metrics: as metrics, using the sample weights.
            target_tensors: tensors that stand for the targets, one, or a list or dict by output: placeholders, which
            take the data's targets, or tensors with values (K.variable), for which y is left out.

        Layers' `trainable` counts as it is now: a later change takes effect at the next compile.
        Raises UnknownName, SettingError, SettingTypeError; NotCompiled when there is nothing to train.
        """
        self.optimizer = optimizers.get(optimizer)
        self.loss = loss if loss is not None else {}
        self.metrics = metrics or []
        self.loss_weights = loss_weights
        self.sample_weight_mode = sample_weight_mode
        self.weighted_metrics = weighted_metrics
        self._target_tensors = target_tensors
        self._compiled = None
        if self.inputs:
            self._compiled = self._compile_graph()

    def _compile_graph(self) -> Compiled:
        goals = make_goals(
            self.outputs,
            self.output_names,
            loss=self.loss if self.loss != {} else None,
            metrics=self.metrics,
            weighted_metrics=self.weighted_metrics,
            loss_weights=self.loss_weights,
            sample_weight_mode=self.sample_weight_mode,
            target_tensors=self._target_tensors,
        )
        return Compiled(
            self.fed_inputs,
            self._feed_input_names,
            goals,
            self.optimizer,
            variables=self.trainable_weights,
            updates=self.updates,
            state_updates=self.state_updates,
            penalties=self.losses,
            added_metrics=self.added_metrics,
            random=self._stream,
        )

    def _stream(self) -> Stream:
        """The stream of dropout and noise, one for all phases and batch sizes."""
        if self._random_stream is None:
            self._random_stream = Stream()
        return self._random_stream

    def _ready(self, x: Any = None) -> Compiled:
        """What compile settled; a Sequential without input shape takes it from the data."""
        if self.optimizer is None:
            raise NotCompiled(
                where="training", expected="a compiled model", found="none", hint="Call model.compile first."
            )
        if not self.inputs and x is not None:
            self._build_from(x)
        outputs = [goal.output for goal in self._compiled.goals] if self._compiled is not None else None
        if self._compiled is None or outputs != self.outputs:
            self._compiled = self._compile_graph()
        self._stream()
        return self._compiled

    def _build_from(self, x: Any) -> None:
        if self.is_subclassed:
            self._record_own_call(inputs_for(x))
            return
        first = next(iter(x.values())) if isinstance(x, dict) else x[0] if isinstance(x, (list, tuple)) else x
        self.build((None, *np.shape(first)[1:]))

    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` and `train_on_batch` give, "loss" first."""
        return list(self._compiled.names) if self._compiled is not None else ["loss"]

    @keras1.accepts_old("fit")
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int = 1,
        callbacks: Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        *,
        control: Control | None = None,
        listeners: Iterable[Listener] = (),
    ) -> History:
        """Train for `epochs` epochs on arrays.

        Args:
            x, y: an array, a list of arrays, or a dict by input and output name; None where inputs are tensors with values
            (Input(tensor=...)), targets likewise (target_tensors): the samples then keep their order, whatever `shuffle`
            says; without any array, give steps_per_epoch.
            batch_size: 32 by default.
            verbose: 0 silent, 1 progress bar, 2 a line for each epoch.
            validation_split: this last share of the data is measured after each epoch and never trained on.
            validation_data: (x, y) or (x, y, sample_weight), in place of a split.
            shuffle: True, False or "batch" (whole batches change places). class_weight: dict of class and weight.
            sample_weight: weights of the samples, (N,), or (N, T) in temporal mode. initial_epoch: number of the first.
            steps_per_epoch: batches in an epoch when it is not all data; validation_steps likewise.
            control: stop, pause, step and learning rate from outside. listeners: functions that get each event.

        Returns History; also kept as `model.history`. After a stop its last epoch may be partial.
        An interrupt (Ctrl-C) ends after the current batch, a second within two seconds raises KeyboardInterrupt.
        Raises DataError before anything is trained when the data do not fit the model.
        """
        compiled = self._ready(x)
        self._check_trainable_weights_consistency()
        fed = compiled.feed(x, y, sample_weight, class_weight)
        train, held = fed.arrays, None
        if validation_data is not None:
            held = compiled.feed(*validation_tuple(validation_data))
        elif validation_split:
            if not 0.0 < validation_split < 1.0:
                expected = "a share between 0 and 1"
                raise SettingError(where="fit, validation_split", expected=expected, found=repr(validation_split))
            train, rest = data.split(fed.arrays, validation_split)
            if class_weight is not None:
                plain = compiled.feed(x, y, sample_weight)
                held = plain._replace(arrays=data.split(plain.arrays, validation_split)[1])
            else:
                held = fed._replace(arrays=rest)
        size = check_batch_size(batch_size, data.sample_count(train), self.stateful)
        control = control or Control()
        validate = None
        if held is not None:
            held_size = check_batch_size(size, data.sample_count(held.arrays), self.stateful)
            source = make_batches(held.arrays, held_size, steps=validation_steps, where="fit, validation_steps")
            validate = self._validation(compiled, held.weighted, source, control)
            if verbose == 1 and train and held.arrays:
                print(f"Train on {len(train[0])} samples, validate on {len(held.arrays[0])} samples")
        step = compiled.train_step(fed.weighted)
        if not compiled.all_fed or len(self.fed_inputs) < len(self.inputs):
            shuffle = False  # what is fed has to stay beside what is not
        return self._train(
            lambda batch: floats(step.run(batch.arrays)),
            make_batches(train, size, shuffle, steps_per_epoch, where="fit, steps_per_epoch"),
            epochs=epochs, initial_epoch=initial_epoch, verbose=verbose, callbacks=callbacks, validate=validate,
            count_mode="steps" if steps_per_epoch else "samples", control=control, listeners=listeners,
            validation_arrays=self._told_to_callbacks(compiled, held),
        )  # fmt: skip

    def _told_to_callbacks(self, compiled: Compiled, held: Fed | None) -> list[Array] | None:
        """Validation data as Keras's callbacks know it: inputs, targets, weights, then the phase where it matters."""
        if held is None:
            return None
        arrays = compiled.with_all_weights(held)
        return [*arrays, 0.0] if self.uses_learning_phase else arrays

    def _validation(
        self, compiled: Compiled, weighted: tuple[str, ...], batches: Batches, control: Control
    ) -> Callable[[], Logs | None]:
        step = compiled.test_step(weighted)

        def validate() -> Logs | None:
            with step.lock:
                compiled.reset_metrics()
                logs = run_evaluation(
                    lambda b: floats(step.run(b.arrays)),
                    batches,
                    compiled.names,
                    control,
                    latest=compiled.stateful_names,
                )
            return None if logs is None else {f"val_{name}": value for name, value in logs.items()}

        return validate

    def _train(
        self, step: Callable[[Batch], list[float]], batches: Batches, *, epochs: int, initial_epoch: int, verbose: int,
        callbacks: Sequence[Callback] | None, validate: Callable[[], Logs | None] | None,
        count_mode: Literal["samples", "steps"],
        control: Control, listeners: Iterable[Listener], validation_arrays: list[Array] | None = None,
    ) -> History:  # fmt: skip
        """Set up callbacks and run the loop."""
        names = self.metrics_names
        self.history = History()
        self.stop_training = self.stopped = False
        bar = [ProgbarLogger(count_mode, self.stateful_metric_names)] if verbose else []
        called = CallbackList([*bar, *(callbacks or ()), self.history])
        called.set_model(self)
        shown = [*names, *(f"val_{name}" for name in names)] if validate is not None else names
        called.set_params({
            "batch_size": batches.batch_size, "epochs": epochs, "steps": batches.steps, "samples": batches.samples,
            "verbose": verbose, "do_validation": validate is not None, "metrics": shown,
        })  # fmt: skip
        for callback in called:
            callback.validation_data = validation_arrays

        def notice_stop() -> None:
            if self.stop_training:
                control.stop("early")

        called.after_event = notice_stop
        optimizer = self.optimizer

        def set_learning_rate(rate: float) -> None:
            optimizer.learning_rate = rate

        def begin_epoch(event: Event) -> None:
            if isinstance(event, EpochBegin):
                self._reset_metrics()

        training = Training(
            step, batches, names, epochs, initial_epoch, control, [begin_epoch, called, *listeners], validate,
            set_learning_rate, self.stateful_metric_names,
        )  # fmt: skip
        reason = run_training(training)
        self.stopped = reason in ("stopped", "interrupted", "nan")
        return self.history

    def _reset_metrics(self) -> None:
        if self._compiled is not None:
            self._compiled.reset_metrics()

    def check_data(self, x: Any, y: Any, sample_weight: Any = None) -> None:
        """Raise DataError where `fit` would refuse these arrays; nothing is trained."""
        self._ready(x).feed(x, y, sample_weight)

    @keras1.accepts_old("evaluate")
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int = 1,
        sample_weight: Any = None,
        steps: int | None = None,
    ) -> float | list[float]:
        """Loss and metrics on data, as means over samples: one number, or a list in the order of `metrics_names`."""
        compiled = self._ready(x)
        fed = compiled.feed(x, y, sample_weight)
        size = check_batch_size(batch_size, data.sample_count(fed.arrays), self.stateful)
        batches = make_batches(fed.arrays, size, steps=steps, where="evaluate, steps")
        return self._evaluate(compiled, fed.weighted, batches, verbose)

    def _evaluate(self, compiled: Compiled, weighted: tuple[str, ...], batches: Batches, verbose: int) -> Any:
        step = compiled.test_step(weighted)
        bar = Progbar(batches.samples or batches.steps, verbose=verbose)

        def show(number: int, samples: int) -> None:
            bar.update(number + 1 if batches.samples is None else samples)

        with step.lock:
            compiled.reset_metrics()
            logs = run_evaluation(
                lambda b: floats(step.run(b.arrays)),
                batches,
                compiled.names,
                after_batch=show if verbose else None,
                latest=compiled.stateful_names,
            )
        assert logs is not None
        return single(list(logs.values()))

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: int = 0, steps: int | None = None
    ) -> np.ndarray | list[np.ndarray]:
        """The outputs for `x`, computed batch by batch: one array, or a list for several outputs."""
        step, arrays = self._predict_on(x)
        n = data.sample_count(arrays)
        if n is not None and n <= (batch_size or 32) and steps is None and not verbose:
            with step.lock:  # one batch: a page that asks for one sample waits for the arithmetic only
                return single([np.array(y, ndmin=1) for y in step.run([a[:] for a in arrays])])
        size = check_batch_size(batch_size, n, self.stateful)
        batches = make_batches(arrays, size, steps=steps, where="predict, steps")
        bar = Progbar(n if steps is None else steps, verbose=verbose)
        with step.lock:
            return single(run_prediction(step.run, batches, n if steps is None else None, bar.update))

    def _predict_on(self, x: Any) -> tuple[Step, list[Array]]:
        """The step that predicts, and the checked inputs."""
        step = self._predict_function(x)
        arrays = data.fit_to_places(x, self._predict_places)
        data.count_samples(arrays, self._predict_places)
        return step, arrays

    def _predict_function(self, x: Any = None) -> Step:
        if not self.inputs and x is not None:
            self._build_from(x)
        step = self._predict_step
        if step is None or step.outputs != self.outputs or self._predict_inputs != self.inputs:
            fed = self.fed_inputs
            step = Step(fed, self.outputs, updates=self.state_updates, random=self._stream)
            self._predict_step, self._predict_inputs = step, list(self.inputs)
            names = self._feed_input_names
            self._predict_places = [Place(n, t.shape, t.dtype) for n, t in zip(names, fed, strict=True)]
        return step

    @keras1.accepts_old("train_on_batch")
    def train_on_batch(
        self, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None
    ) -> float | list[float]:
        """One update on one batch; gives the loss, and metrics if any, as they were before the update."""
        compiled = self._ready(x)
        self._check_trainable_weights_consistency()
        fed = compiled.feed(x, y, sample_weight, class_weight)
        step = compiled.train_step(fed.weighted)
        with step.lock, Uninterrupted():
            return single(floats(step.run(fed.arrays)))

    @keras1.accepts_old("test_on_batch")
    def test_on_batch(self, x: Any, y: Any, sample_weight: Any = None) -> float | list[float]:
        """Loss, and metrics if any, on one batch, without training."""
        compiled = self._ready(x)
        fed = compiled.feed(x, y, sample_weight)
        step = compiled.test_step(fed.weighted)
        with step.lock:
            return single(floats(step.run(fed.arrays)))

    def predict_on_batch(self, x: Any) -> np.ndarray | list[np.ndarray]:
        """The outputs for one batch."""
        step, arrays = self._predict_on(x)
        with step.lock:
            return single([np.array(output) for output in step.run(arrays)])
