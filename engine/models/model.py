"""`Model`: a network that can be compiled, trained, evaluated, asked, and kept in files.

The network is the base class; the rest are parts that the model has. Its methods give Keras's signatures to the trainer
(`training.trainer`) and to the functions of `persistence`, `summary` and `profile`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._declared import keras1
from .._graph.tensor import Tensor
from .._machine import console
from .._training.control import Control
from .._training.elsewhere import Elsewhere
from .._training.output_specs import CompileArguments, LossWeights, Metrics
from .._training.trainer import Trainer
from .._training.training_precision import training_in, within
from .._training.user_data import Arrays, Validation, Verbose, as_passed, loudness, to_measure, to_train
from ..callbacks import Callback, History
from ..events import Listener
from ..layers.node import single
from ..losses import LossLike
from ..optimizers import OptimizerLike
from ..types import (
    Array,
    Batches,
    ClassWeight,
    Config,
    Data,
    DividedData,
    InputBatches,
    JsonOptions,
    PerOutput,
    SampleWeight,
    SampleWeightMode,
    Shuffle,
    ValidationData,
    YamlOptions,
)
from . import attributes, by_generator, checkpoints, formats, looking, persistence, profile, stepping
from .network import ModelArguments, Network
from .summary import print_summary

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..distributed.cluster import Cluster
    from ..layers.node import Tensors


class Model(Network):
    """A graph of layers that learns: compile it, then fit, evaluate and predict (Keras 2.2.4's arguments).

    `history` holds the last training's values, `stopped` whether it was ended by `control.stop()` or an interrupt,
    `stop_training = True` in a callback ends it after the current batch.

    Args:
        inputs: the tensor, or the list of tensors, of `Input` that data go in at.
        outputs: the tensor, or the list of tensors, that layers gave for them.
        name: unique among models; by default "model_1" and so on.

    Example:
        >>> from engine.layers import Dense, Input
        >>> x = Input((4,))
        >>> Model(x, Dense(2)(x)).count_params()
        10
    """

    def __init__(
        self,
        inputs: Tensors | None = None,
        outputs: Tensors | None = None,
        name: str | None = None,
        **kwargs: Unpack[ModelArguments],
    ) -> None:
        super().__init__(inputs, outputs, name, **kwargs)
        self._trainer = Trainer(self)

    def __getstate__(self) -> Config:
        """What pickle and copy.deepcopy keep; see `persistence.state_of`."""
        return persistence.state_of(self)

    def __setstate__(self, state: Config) -> None:
        self.__dict__ = persistence.from_state(state).__dict__
        self._trainer.network = self

    # Compiling

    @keras1.accepts_old("compile")
    def compile(
        self,
        optimizer: OptimizerLike = "rmsprop",
        loss: PerOutput[LossLike] | None = None,
        metrics: Metrics | None = None,
        loss_weights: LossWeights | None = None,
        sample_weight_mode: PerOutput[SampleWeightMode] | None = None,
        weighted_metrics: Metrics | None = None,
        target_tensors: PerOutput[Tensor] | None = None,
    ) -> None:
        """Say how the model is trained. Layers' `trainable` counts as it is now, until the next compile.

        Args:
            optimizer: a name such as "adam", or an optimizer such as `Adam(lr=1e-3)`; "rmsprop" by default, as in tf.keras.
            loss: a name such as "mse", a function (y_true, y_pred) -> tensor, None for no training; or these by output.
            metrics: a list of names or functions, or a dict by output name; "accuracy" suits itself to the output.
            loss_weights: numbers by output, 1 by default; the total loss is their weighted sum.
            sample_weight_mode: "temporal" for a weight for each time step, None for one for each sample; or by output.
            weighted_metrics: as metrics, using the sample weights.
            target_tensors: tensors that stand for the targets, or by output: placeholders, which take the data's
                targets, or tensors with values (K.variable), for which y is left out.

        Raises:
            UnknownName: there is no optimizer, loss or metric of a name, or no output of a name in a dict.
            SettingError: an argument has a value that it may not have.
            SettingTypeError: an argument is of a kind that it may not be.
            NotCompiled: there is nothing to train.

        Example:
            >>> from engine.layers import Dense, Input
            >>> model = Model(x := Input((4,)), Dense(1)(x))
            >>> model.compile("sgd", loss="mse", metrics=["mae"])
            >>> model.metrics_names
            ['loss', 'mean_absolute_error']
        """
        empty: dict[str, LossLike] = {}
        arguments = CompileArguments(
            empty if loss is None else loss,
            metrics or [],
            loss_weights,
            sample_weight_mode,
            weighted_metrics,
            target_tensors,
        )
        self._trainer.compile(optimizer, arguments)

    # What compile was passed, and training left behind.

    optimizer = attributes.optimizer
    loss = attributes.loss
    metrics = stepping.metrics
    loss_weights = attributes.loss_weights
    sample_weight_mode = attributes.sample_weight_mode
    weighted_metrics = attributes.weighted_metrics
    history = attributes.history
    stop_training = attributes.stop_training
    stopped = attributes.stopped

    # Training, measuring, asking

    @keras1.accepts_old("fit")
    def fit(
        self,
        x: Data | Batches | DividedData | None = None,
        y: Data | None = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Verbose = 1,
        callbacks: Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: ValidationData | None = None,
        shuffle: Shuffle = True,
        class_weight: ClassWeight | None = None,
        sample_weight: SampleWeight | None = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
        *,
        control: Control | None = None,
        listeners: Iterable[Listener] = (),
        processes: int | Cluster = 1,
        average_every: int = 1,
        precision: str | None = None,
        **old: Unpack[keras1.OldFit],
    ) -> History:
        """Train for `epochs` epochs on arrays, or on what `fit_generator` takes.

        Args:
            x: an array, a list of arrays, or a dict by input name; a generator or Sequence of batches (x, y) or (x, y, weights);
                what `engine.data.open` gives, with its targets and validation rows; None where inputs are tensors with values.
            y: the targets likewise, by output name; None where they are tensors with values (target_tensors).
            batch_size: samples in one update of the weights, 32 by default.
            epochs: passes through the data, counted from epoch 0 whatever `initial_epoch` is.
            verbose: 0 silent, 1 or "auto" progress bar, 2 a line for each epoch.
            callbacks: told of epochs and batches.
            validation_split: this last share of the data is measured after each epoch and never trained on; 0.0 by default.
            validation_data: (x, y) or (x, y, sample_weight), a generator or a Sequence, in place of a split.
            shuffle: True, the default, False or "batch" (whole batches change places).
            class_weight: a dict of class and weight, by output where there are several.
            sample_weight: weights of the samples, (N,), or (N, T) in temporal mode, by output where there are several.
            initial_epoch: number of the first epoch, from 0.
            steps_per_epoch: batches in an epoch when it is not all data; needed for generators and where no array is fed.
            validation_steps: likewise for the validation data.
            validation_batch_size: samples that are measured at a time, of arrays; `batch_size` by default.
            validation_freq: n measures after every n-th epoch, 1 by default; a list after epochs of these numbers, from 1.
            control: stop, pause, step and rate from outside. Ctrl-C ends after the batch, a second one in 2 s by KeyboardInterrupt.
            listeners: functions that get each event of `engine.events`.
            processes: so many share each batch (docs/distributed.md), or an `engine.distributed.Cluster`; 1 by default.
            average_every: steps between two means of the processes' weights; 1, the default, adds up their gradients instead.
            precision: "float32", "tf32" or "mixed_float16" on a graphics card (docs/gpu.md); None, the default: as compiled.

        Returns:
            The History, kept as `model.history` too. After a stop its last epoch may be partial.

        Raises:
            NotCompiled: compile has not been called.
            DataError: the data do not fit the model; nothing has been trained then.

        Example:
            >>> import numpy as np
            >>> from engine.layers import Dense, Input
            >>> model = Model(x := Input((4,)), Dense(1)(x))
            >>> model.compile("sgd", "mse")
            >>> model.fit(np.ones((8, 4)), np.zeros(8), epochs=3, verbose=0).epoch
            [0, 1, 2]
        """
        x, y, validation_data = to_train(x, y, validation_data, validation_split)
        return within(training_in(self._trainer, precision), self._trainer.fit)(
            as_passed(x, y, sample_weight, class_weight, batch_size, shuffle, steps_per_epoch, "fit, steps_per_epoch"),
            Validation(validation_data, validation_steps, validation_split, validation_batch_size, validation_freq),
            epochs=epochs,
            initial_epoch=initial_epoch,
            verbose=loudness(verbose),
            callbacks=callbacks,
            control=control,
            listeners=listeners,
            average_every=average_every,
            elsewhere=self._elsewhere(processes, average_every),
        )

    def _elsewhere(self, processes: int | Cluster, average_every: int) -> Elsewhere | None:
        """What trains in other processes; None where this one does."""
        if processes == 1:
            return None
        from .in_processes import in_processes  # with it come sockets and the like, which most programs never need

        return in_processes(self, processes, average_every)

    @keras1.accepts_old("evaluate")
    def evaluate(
        self,
        x: Data | Batches | DividedData | None = None,
        y: Data | None = None,
        batch_size: int | None = None,
        verbose: Verbose = 1,
        sample_weight: SampleWeight | None = None,
        steps: int | None = None,
        return_dict: bool = False,
        **old: Unpack[keras1.OldAccuracy],
    ) -> float | list[float]:
        """Loss and metrics on data, as means over samples: one number, or a list in the order of `metrics_names`.

        Args:
            x: as in `fit`; of what `engine.data.open` gives the test rows are measured, or those for validation.
            y: as in `fit`.
            batch_size: samples that are measured at a time, 32 by default.
            verbose: 0 silent, 1 progress bar.
            sample_weight: as in `fit`.
            steps: batches that are measured when it is not all data; needed where no array is fed.
            return_dict: whether values are given by name, False by default.

        Raises:
            NotCompiled: compile has not been called.
            DataError: the data do not fit the model.
        """
        x, y = to_measure(x, y)
        data = as_passed(x, y, sample_weight, None, batch_size, False, steps, "evaluate, steps")
        return stepping.as_asked(self._trainer.evaluate(data, loudness(verbose)), return_dict)

    @keras1.accepts_old("predict")
    def predict(
        self, x: Data | InputBatches, batch_size: int | None = None, verbose: Verbose = 0, steps: int | None = None
    ) -> Array | list[Array]:
        """The outputs for `x`, computed batch by batch: one array, or a list for several outputs, or a dict as the model has it.

        Args:
            x: as in `fit`.
            batch_size: samples that are computed at a time, 32 by default.
            verbose: 0 silent, 1 progress bar.
            steps: batches that are computed when it is not all data; needed where no array is fed.

        Raises:
            DataError: the data do not fit the model.
        """
        data = as_passed(x, batch_size=batch_size, steps=steps, steps_name="predict, steps")
        made = self._trainer.predict(data, loudness(verbose))
        by_name: Any = dict(zip(self._output_keys, made, strict=True)) if self._output_keys else None
        return by_name or single(made)

    fit_generator = by_generator.fit_generator
    evaluate_generator = by_generator.evaluate_generator
    predict_generator = by_generator.predict_generator

    @keras1.accepts_old("train_on_batch")
    def train_on_batch(
        self,
        x: Data,
        y: Data | None = None,
        sample_weight: SampleWeight | None = None,
        class_weight: ClassWeight | None = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
        **old: Unpack[keras1.OldBatch],
    ) -> float | list[float]:
        """One update, as in `fit`; gives loss and metrics before it. `reset_metrics=False` lets `Precision()` count on."""
        return stepping.on_batch(self, "train", Arrays(x, y, sample_weight, class_weight), reset_metrics, return_dict)

    @keras1.accepts_old("test_on_batch")
    def test_on_batch(
        self,
        x: Data,
        y: Data | None = None,
        sample_weight: SampleWeight | None = None,
        reset_metrics: bool = True,
        return_dict: bool = False,
    ) -> float | list[float]:
        """Loss, and metrics if any, on one batch, without training; the arguments are as in `train_on_batch`."""
        return stepping.on_batch(self, "test", Arrays(x, y, sample_weight), reset_metrics, return_dict)

    def predict_on_batch(self, x: Data) -> Array | list[Array]:
        """The outputs for one batch, with `x` as in `fit`: one array, or a list for several outputs."""
        return single(self._trainer.predict_on_batch(x))

    _measuring_accuracy = attributes.measuring_accuracy

    # What a subclass with a step of its own calls (tf.keras)

    train_step, test_step, predict_step = stepping.train_step, stepping.test_step, stepping.predict_step
    compute_loss, compute_metrics = stepping.compute_loss, stepping.compute_metrics
    get_metrics_result, reset_metrics = stepping.get_metrics_result, stepping.reset_metrics

    compiled_loss, compiled_metrics = stepping.compiled_loss, stepping.compiled_metrics

    def check_data(self, x: Data | None, y: Data | None, sample_weight: SampleWeight | None = None) -> None:
        """Raise DataError where `fit` would refuse these arrays; nothing is trained."""
        self._trainer.feed(Arrays(x, y, sample_weight))

    def profile(
        self, x: Data, y: Data | None = None, sample_weight: SampleWeight | None = None, runs: int = 5
    ) -> profile.Profile:
        """Where the time of a step goes, by layer: print the result for a table (ms, MFLOP, GFLOP/s, KB of results).

        Weights, states, optimizer and random numbers stay as they are.

        Args:
            x: as in `fit`, one batch.
            y: targets, to measure a training step of a compiled model; None, the default, for a prediction.
            sample_weight: as in `fit`.
            runs: passes over the batch of which the medians are taken, 5 by default.

        Example:
            >>> import numpy as np
            >>> from engine import layers
            >>> model = Model(x := layers.Input((4,)), layers.Dense(2)(x))
            >>> model.profile(np.zeros((8, 4))).rows[0].flops
            144
        """
        return profile.measure(*self._trainer.step_on(Arrays(x, y, sample_weight)), runs)

    inspect = looking.inspect

    # What Keras's code reads of a compiled model

    metrics_names = attributes.metrics_names
    stateful_metric_names = attributes.stateful_metric_names
    total_loss = attributes.total_loss
    targets = attributes.targets
    sample_weights = attributes.sample_weights
    metrics_tensors = attributes.metrics_tensors
    loss_functions = attributes.loss_functions
    train_function = attributes.train_function
    test_function = attributes.test_function
    _collected_trainable_weights = attributes.collected_trainable_weights
    predict_function = attributes.predict_function

    _feed_inputs = Network.fed_inputs
    _feed_targets = attributes.targets
    _feed_sample_weights = attributes.sample_weights
    _standardize_user_data = attributes.standardize_user_data
    _feed_input_names = Network.fed_input_names

    _feed_output_names = attributes.trained_output_names

    def _check_trainable_weights_consistency(self) -> None:
        self._trainer.check_trainable_weights()

    def _make_train_function(self) -> None:
        """Prepare training now: weights move into flat memory and the optimizer gets its slots."""
        self._trainer.check_trainable_weights()
        self._trainer.ready().train_step()

    def _make_test_function(self) -> None:
        self._trainer.ready().test_step()

    def _make_predict_function(self) -> None:
        self._trainer.predictor()

    # Text and files

    def _cut_last(self) -> None:
        super()._cut_last()
        self._trainer.compiled = None  # it was made for outputs that are gone

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[[str], object] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        """Print a table of the layers: output shape, parameters and, for graphs, what each is connected to.

        It warns where `trainable` was changed after compile.

        Args:
            line_length: characters in a line, by default as many as fit the columns.
            positions: where columns end, as shares of the line or in characters.
            print_fn: called with each line, `print` by default.
            expand_nested: whether the layers of models inside are told too, False by default.
            show_trainable: whether a column says which layers are trained, False by default.
            layer_range: names, or regular expressions, of the first and the last layer that are told; all by default.
        """
        self._trainer.check_trainable_weights()
        print_summary(self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range)

    def export(self, filepath: str | Path) -> None:
        """Write the model for predictions, without optimizer and compile settings: HDF5, as `load_model` reads it.

        Args:
            filepath: the file; ".h5" is added where the name does not end so. TensorFlow's SavedModel is not written here.
        """
        path = Path(filepath)
        path = path if path.suffix in (".h5", ".hdf5") else path.with_name(f"{path.name}.h5")
        persistence.save_model(self, path, include_optimizer=False)
        console.say(f"Saved for predictions as {path} (HDF5).")

    def write_backup(self, filepath: str | Path, snapshot: Config) -> None:
        """Write the model and where its training stands; `BackupAndRestore` does so. Raises OSError.

        Args:
            filepath: the file, whole or not at all.
            snapshot: what `Control.snapshot` gives.
        """
        checkpoints.write_checkpoint(filepath, self, snapshot)

    def read_backup(self, filepath: str | Path) -> Config:
        """Take weights and slots of a backup; gives the snapshot, for `Control.begin_at`. Raises FileError.

        Args:
            filepath: the file.
        """
        return checkpoints.restore_checkpoint(filepath, self)

    def to_json(self, **kwargs: Unpack[JsonOptions]) -> str:
        """The architecture as JSON, on one line or indented; further arguments go to json.dumps."""
        return persistence.to_json(self, **kwargs)

    def to_yaml(self, **kwargs: Unpack[YamlOptions]) -> str:
        """The architecture as YAML of lists and plain values only; further arguments go to yaml.safe_dump."""
        return persistence.to_yaml(self, **kwargs)

    def save_weights(self, filepath: persistence.File, overwrite: bool = True) -> None:
        """Write the weights as a Keras 2 HDF5 file, whole or not at all; FileError where there is one and `overwrite` is False."""
        formats.save_weights(self, filepath, overwrite)

    def load_weights(
        self, filepath: persistence.File, by_name: bool = False, skip_mismatch: bool = False, reshape: bool = False
    ) -> None:
        """Read weights by order, or by layer name; all or nothing.

        Args:
            filepath: a path, an open h5py file or group, or a binary file object.
            by_name: whether weights go to the layers of the same names, False by default.
            skip_mismatch: whether weights of another shape are left out with a warning, False by default.
            reshape: whether weights of another shape but as many elements are reshaped, False by default.

        Raises:
            FileError: the file is broken or does not fit; the message names layer and shapes.
        """
        formats.load_weights(self, filepath, by_name, skip_mismatch, reshape)

    def save(
        self,
        filepath: persistence.File,
        overwrite: bool = True,
        include_optimizer: bool = True,
        save_format: str | None = None,
    ) -> None:
        """Write architecture, weights, compile settings and optimizer state; see `save_model`."""
        formats.save_model(self, filepath, overwrite, include_optimizer, save_format)
