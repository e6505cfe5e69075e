"""`Model`: a network that can be compiled, trained, evaluated, asked, and kept in files.

The network is the base class; the rest are parts that the model has. Its methods give Keras's signatures to the trainer
(`training.trainer`) and to the functions of `persistence`, `summary` and `profile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from .._declared import keras1
from .._training.control import Control
from .._training.trainer import Trainer
from .._training.user_data import Arrays, Generated, Validation
from ..callbacks import Callback, History
from ..events import Listener
from ..layers.node import single
from . import persistence, profile
from .network import Network
from .summary import print_summary


def _of_trainer(name: str, doc: str) -> property:
    """An attribute that the trainer keeps."""
    return property(
        lambda model: getattr(model._trainer, name), lambda model, value: setattr(model._trainer, name, value), doc=doc
    )


def _of_compiled(name: str, absent: Any, doc: str) -> property:
    """What Keras's code reads of a compiled model; `absent` before compile, a list of its own each time."""

    def get(model: Model) -> Any:
        compiled = model._trainer.compiled
        value = absent if compiled is None else getattr(compiled, name)
        return list(value) if isinstance(absent, list) else value

    return property(get, doc=doc)


class Model(Network):
    """A graph of layers that learns: `compile`, then `fit`, `evaluate`, `predict` (Keras 2.2.4's arguments).

    `history` holds the last training's values, `stopped` whether it was ended by `control.stop()` or an interrupt,
    `stop_training = True` in a callback ends it after the current batch.
    """

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs, outputs, name, **kwargs)
        self._trainer = Trainer(self)

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
        self._trainer.network = self

    # Compiling

    optimizer = _of_trainer("optimizer", "The optimizer that compile was given; None before.")
    loss = _of_trainer("loss", "The loss that compile was given.")
    metrics = _of_trainer("metrics", "The metrics that compile was given.")
    loss_weights = _of_trainer("loss_weights", "The weights of the losses that compile was given.")
    sample_weight_mode = _of_trainer("sample_weight_mode", "None or 'temporal', or by output, as compile was given it.")
    weighted_metrics = _of_trainer("weighted_metrics", "The weighted metrics that compile was given.")
    history = _of_trainer("history", "History of the last training; None before.")
    stop_training = _of_trainer("stop_training", "Set to True in a callback: training ends after the current batch.")
    stopped = _of_trainer("stopped", "Whether the last training was ended by `control.stop()` or an interrupt.")

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
        self._trainer.compile(
            optimizer, loss, metrics, loss_weights, sample_weight_mode, weighted_metrics, target_tensors
        )

    # Training, measuring, asking

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
            validation_data: (x, y) or (x, y, sample_weight), a generator or a Sequence, in place of a split.
            shuffle: True, False or "batch" (whole batches change places). class_weight: dict of class and weight.
            sample_weight: weights of the samples, (N,), or (N, T) in temporal mode. initial_epoch: number of the first.
            steps_per_epoch: batches in an epoch when it is not all data; validation_steps likewise.
            control: stop, pause, step and learning rate from outside. listeners: functions that get each event.

        Returns History; also kept as `model.history`. After a stop its last epoch may be partial.
        An interrupt (Ctrl-C) ends after the current batch, a second within two seconds raises KeyboardInterrupt.
        Raises DataError before anything is trained when the data do not fit the model.
        """
        return self._trainer.fit(
            Arrays(x, y, sample_weight, class_weight, batch_size, shuffle, steps_per_epoch, "fit, steps_per_epoch"),
            Validation(validation_data, validation_steps, validation_split),
            epochs=epochs,
            initial_epoch=initial_epoch,
            verbose=verbose,
            callbacks=callbacks,
            control=control,
            listeners=listeners,
        )

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
        return self._trainer.fit(
            Generated(generator, steps_per_epoch, class_weight, shuffle, workers, max_queue_size, "steps_per_epoch"),
            Validation(validation_data, validation_steps),
            epochs=epochs,
            initial_epoch=initial_epoch,
            verbose=verbose,
            callbacks=callbacks,
            control=control,
            listeners=listeners,
        )

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
        arrays = Arrays(x, y, sample_weight, None, batch_size, False, steps, "evaluate, steps")
        return single(self._trainer.evaluate(arrays, verbose))

    @keras1.accepts_old("evaluate_generator")
    def evaluate_generator(
        self,
        generator: Any,
        steps: int | None = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int = 0,
    ) -> float | list[float]:
        """As `evaluate`, on batches from a generator (`steps` of them) or a Sequence."""
        generated = Generated(generator, steps, workers=workers, queue=max_queue_size)
        return single(self._trainer.evaluate(generated, verbose))

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: int = 0, steps: int | None = None
    ) -> np.ndarray | list[np.ndarray]:
        """The outputs for `x`, computed batch by batch: one array, or a list for several outputs."""
        arrays = Arrays(x, None, None, None, batch_size, False, steps, "predict, steps")
        return single(self._trainer.predict(arrays, verbose))

    @keras1.accepts_old("predict_generator")
    def predict_generator(
        self,
        generator: Any,
        steps: int | None = None,
        max_queue_size: int = 10,
        workers: int = 1,
        use_multiprocessing: bool = False,
        verbose: int = 0,
    ) -> np.ndarray | list[np.ndarray]:
        """As `predict`, on batches x, (x, y) or (x, y, sample_weight) from a generator (`steps`) or a Sequence."""
        generated = Generated(generator, steps, workers=workers, queue=max_queue_size)
        return single(self._trainer.predict(generated, verbose))

    @keras1.accepts_old("train_on_batch")
    def train_on_batch(
        self, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None
    ) -> float | list[float]:
        """One update on one batch; gives the loss, and metrics if any, as they were before the update."""
        return single(self._trainer.train_on_batch(Arrays(x, y, sample_weight, class_weight)))

    @keras1.accepts_old("test_on_batch")
    def test_on_batch(self, x: Any, y: Any, sample_weight: Any = None) -> float | list[float]:
        """Loss, and metrics if any, on one batch, without training."""
        return single(self._trainer.test_on_batch(Arrays(x, y, sample_weight)))

    def predict_on_batch(self, x: Any) -> np.ndarray | list[np.ndarray]:
        """The outputs for one batch."""
        return single(self._trainer.predict_on_batch(x))

    def check_data(self, x: Any, y: Any, sample_weight: Any = None) -> None:
        """Raise DataError where `fit` would refuse these arrays; nothing is trained."""
        self._trainer.feed(Arrays(x, y, sample_weight))

    def profile(self, x: Any, y: Any = None, sample_weight: Any = None, runs: int = 5) -> profile.Profile:
        """Where the time of a step goes, by layer: print the result for a table (ms, MFLOP, GFLOP/s, KB of results).

        With targets a training step is measured (the model must be compiled), without them a prediction; medians of
        `runs` passes over this one batch. Weights, states, optimizer and random numbers stay as they are.

        >>> from engine import layers
        >>> model = Model(x := layers.Input((4,)), layers.Dense(2)(x))
        >>> model.profile(np.zeros((8, 4))).rows[0].flops
        144
        """
        return profile.measure(*self._trainer.step_on(Arrays(x, y, sample_weight)), runs)

    # What Keras's code reads of a compiled model

    metrics_names = _of_compiled("names", ["loss"], "What `evaluate` and `train_on_batch` give, 'loss' first.")
    stateful_metric_names = _of_compiled("stateful_names", [], "Metrics that count on from batch to batch.")
    total_loss = _of_compiled("total_loss", None, "The tensor that training makes smaller; None before compile.")
    targets = _of_compiled("targets", [], "The targets, one for each trained output.")
    sample_weights = _of_compiled("sample_weights", [], "Where sample weights are fed, one for each trained output.")
    metrics_tensors = _of_compiled("metrics_tensors", [], "Tensors in the order of `metrics_names[1:]`.")
    loss_functions = _of_compiled("loss_functions", [], "The loss of each output, None where it is not trained.")
    train_function = _of_compiled("train_function", None, "One update from a list of arrays; None until it is made.")
    test_function = _of_compiled("test_function", None, "Loss and metrics from a list of arrays; None until made.")
    predict_function = _of_trainer("predict_function", "Outputs from a list of inputs; None until it is first made.")
    _collected_trainable_weights = _of_compiled("variables", [], "The weights that training changes since compile.")

    @property
    def _feed_inputs(self) -> list[Any]:
        return self.fed_inputs

    @property
    def _feed_input_names(self) -> list[str]:
        return self.fed_input_names

    @property
    def _feed_output_names(self) -> list[str]:
        compiled = self._trainer.compiled
        return list(compiled.trained_names) if compiled is not None else self.output_names

    def _check_trainable_weights_consistency(self) -> None:
        self._trainer.check_trainable_weights()

    def _make_train_function(self) -> None:
        """Prepare training now: weights move into flat memory and the optimizer gets its accumulators."""
        self._trainer.check_trainable_weights()
        self._trainer.ready().train_step()

    def _make_test_function(self) -> None:
        self._trainer.ready().test_step()

    def _make_predict_function(self) -> None:
        self._trainer.predictor()

    # Text and files

    def summary(self, line_length: int | None = None, positions: Any = None, print_fn: Any = None) -> None:
        """Print a table of the layers: output shape, parameters and, for graphs, what each is connected to.

        Warns where `trainable` was changed after compile.
        """
        self._trainer.check_trainable_weights()
        print_summary(self, line_length, positions, print_fn)

    def to_json(self, indent: int | None = None, **kwargs: Any) -> str:
        """The architecture as JSON, on one line or indented; further arguments go to json.dumps."""
        return persistence.to_json(self, indent, **kwargs)

    def to_yaml(self, **kwargs: Any) -> str:
        """The architecture as YAML: lists and plain values only, so that any safe loader reads it.

        Further arguments go to yaml.safe_dump.
        """
        return persistence.to_yaml(self, **kwargs)

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Write the weights as a Keras 2 HDF5 file, whole or not at all."""
        persistence.save_weights(self, filepath, overwrite)

    def load_weights(
        self, filepath: Any, by_name: bool = False, skip_mismatch: bool = False, reshape: bool = False
    ) -> None:
        """Read weights by order, or by layer name; all or nothing. Raises FileError naming layer and shapes."""
        persistence.load_weights(self, filepath, by_name, skip_mismatch, reshape)

    def save(self, filepath: Any, overwrite: bool = True, include_optimizer: bool = True) -> None:
        """Write architecture, weights, compile settings and optimizer state as a Keras 2 HDF5 file."""
        persistence.save_model(self, filepath, overwrite, include_optimizer)
