"""`Model`: a network that can be compiled, trained, evaluated and asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from .. import keras1
from ..callbacks import Callback, History
from ..core.errors import DataError
from ..layers.node import single
from ..training import prefetch
from ..training.compiled import floats
from ..training.control import Control
from ..training.data import ArrayBatches, Batch, Batches
from ..training.events import Listener, Logs
from ..training.loop import run_evaluation, run_prediction
from ..training.progress import Progbar
from . import persistence
from .arguments import count_steps, is_source, validation_tuple
from .on_arrays import OnArrays
from .profile import Profile, measure

Array = Any


class Model(OnArrays):
    """A graph of layers that learns: `compile`, then `fit`, `evaluate`, `predict` (Keras 2.2.4's arguments).

    `history` holds the last training's values, `stopped` whether it was ended by `control.stop()` or an interrupt,
    `stop_training = True` in a callback ends it after the current batch.
    """

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs, outputs, name, **kwargs)

    def __getstate__(self) -> dict[str, Any]:
        """What pickle and copy.deepcopy keep: the HDF5 file of the model, or its config while it has no weights."""
        if not self.built:
            return {"config": persistence.architecture(self)}
        return {"file": persistence.to_bytes(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "file" in state:
            model = persistence.from_bytes(state["file"])
        else:
            model = persistence.model_from_config(state["config"])
        self.__dict__ = model.__dict__

    def profile(self, x: Any, y: Any = None, sample_weight: Any = None, runs: int = 5) -> Profile:
        """Where the time of a step goes, by layer: print the result for a table (ms, MFLOP, GFLOP/s, KB of results).

        With targets a training step is measured (the model must be compiled), without them a prediction; medians of
        `runs` passes over this one batch. Weights, states, optimizer and random numbers stay as they are.

        >>> from engine import layers
        >>> model = Model(x := layers.Input((4,)), layers.Dense(2)(x))
        >>> model.profile(np.zeros((8, 4))).rows[0].flops
        144
        """
        if y is None:
            step, arrays = self._predict_on(x)
            return measure(step, arrays, None, runs)
        compiled = self._ready(x)
        fed = compiled.feed(x, y, sample_weight)
        step = compiled.train_step(fed.weighted)
        return measure(step, fed.arrays, step.updater, runs)

    @keras1.accepts_old("fit_generator")
    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: int = 1,
        callbacks: Sequence[Callback] | None = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        class_weight: Any = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        shuffle: bool = True,
        initial_epoch: int = 0,
        *,
        control: Control | None = None,
        listeners: Iterable[Listener] = (),
    ) -> History:
        """Train on batches (x, y) or (x, y, sample_weight) from a generator or a Sequence.

        `steps_per_epoch` is needed for a generator and goes on through it; a Sequence is read whole and, with
        `shuffle`, in another order each epoch. `workers` threads make up to `max_queue_size` batches ahead, 0 makes them
        here; `use_multiprocessing` is accepted and threads are used. `validation_data`: arrays, generator or Sequence.
        The rest as in `fit`. An error in the generator passes through unchanged.
        """
        control = control or Control()
        self._check_trainable_weights_consistency()
        steps = count_steps(generator, steps_per_epoch, "steps_per_epoch")
        convert = self._converter(class_weight)
        waits: dict[str, Any] = {
            "workers": workers,
            "queue": max_queue_size,
            "keep_waiting": lambda: not control.stopped,
        }
        sources: list[prefetch.GeneratorBatches] = []
        validate, arrays = None, None
        try:
            self._stream()
            if validation_data is not None and is_source(validation_data):
                held = prefetch.GeneratorBatches(
                    validation_data,
                    count_steps(validation_data, validation_steps, "validation_steps"),
                    self._converter(),
                    **waits,
                )
                sources.append(held)
                validate = self._validation_of_batches(held, control)
            elif validation_data is not None:
                compiled = self._ready(validation_data[0])
                fed = compiled.feed(*validation_tuple(validation_data))
                arrays = self._told_to_callbacks(compiled, fed)
                validate = self._validation(compiled, fed.weighted, ArrayBatches(fed.arrays, 32), control)
            batches = prefetch.GeneratorBatches(generator, steps, convert, shuffle=shuffle, **waits)
            sources.append(batches)
            return self._train(
                self._train_fed, batches, epochs=epochs, initial_epoch=initial_epoch, verbose=verbose, callbacks=callbacks,
                validate=validate, count_mode="steps", control=control, listeners=listeners, validation_arrays=arrays,
            )  # fmt: skip
        finally:
            for source in sources:
                source.close()

    def _converter(self, class_weight: Any = None) -> Callable[[Any], Batch]:
        """A function that makes a Batch of what a generator gives; its last item names the weighted outputs."""

        def convert(item: Any) -> Batch:
            if not isinstance(item, (tuple, list)) or len(item) not in (2, 3):
                found = f"{len(item)} items" if isinstance(item, (tuple, list)) else type(item).__name__
                raise DataError(where="generator", expected="(x, y) or (x, y, sample_weight)", found=found)
            x, y, weight = (*item, None) if len(item) == 2 else item
            fed = self._ready(x).feed(x, y, weight, class_weight)
            return Batch([*fed.arrays, fed.weighted], fed.size)

        return convert

    def _train_fed(self, batch: Batch) -> list[float]:
        *arrays, weighted = batch.arrays
        return floats(self._ready().train_step(weighted).run(arrays))

    def _test_fed(self, batch: Batch) -> list[float]:
        *arrays, weighted = batch.arrays
        step = self._ready().test_step(weighted)
        with step.lock:
            return floats(step.run(arrays))

    def _validation_of_batches(self, batches: Batches, control: Control) -> Callable[[], Logs | None]:
        def validate() -> Logs | None:
            self._reset_metrics()
            logs = run_evaluation(
                self._test_fed, batches, self.metrics_names, control, latest=self.stateful_metric_names
            )
            return None if logs is None else {f"val_{name}": value for name, value in logs.items()}

        return validate

    @keras1.accepts_old("evaluate_generator")
    def evaluate_generator(
        self, generator: Any, steps: int | None = None, max_queue_size: int = 10, workers: int = 1,
        use_multiprocessing: bool = False, verbose: int = 0,
    ) -> float | list[float]:  # fmt: skip
        """As `evaluate`, on batches from a generator (`steps` of them) or a Sequence."""
        count = count_steps(generator, steps, "steps")
        batches = prefetch.GeneratorBatches(generator, count, self._converter(), workers=workers, queue=max_queue_size)
        bar = Progbar(count, verbose=verbose)
        try:
            self._reset_metrics()
            logs = run_evaluation(
                self._test_fed,
                batches,
                self.metrics_names,
                after_batch=lambda n, _: bar.update(n + 1),
                latest=self.stateful_metric_names,
            )
        finally:
            batches.close()
        assert logs is not None
        return single([logs[name] for name in self.metrics_names])

    @keras1.accepts_old("predict_generator")
    def predict_generator(
        self, generator: Any, steps: int | None = None, max_queue_size: int = 10, workers: int = 1,
        use_multiprocessing: bool = False, verbose: int = 0,
    ) -> np.ndarray | list[np.ndarray]:  # fmt: skip
        """As `predict`, on batches x, (x, y) or (x, y, sample_weight) from a generator (`steps`) or a Sequence."""

        def convert(item: Any) -> Batch:
            x = item[0] if isinstance(item, tuple) else item
            arrays = self._predict_on(x)[1]
            return Batch(arrays, len(arrays[0]))

        count = count_steps(generator, steps, "steps")
        batches = prefetch.GeneratorBatches(generator, count, convert, workers=workers, queue=max_queue_size)
        bar = Progbar(count, verbose=verbose)

        def run(arrays: Sequence[Array]) -> list[Array]:
            return self._predict_function().run(arrays)

        try:
            return single(run_prediction(run, batches, None, bar.update))
        finally:
            batches.close()
