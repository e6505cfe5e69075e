"""An experiment: model, data, training and seed as one plain dict, which is what its YAML holds.

    class_name: Sequential            the model in Keras 2's dialect; Keras ignores the keys below
    config: {...}
    layout: {node: [x, y]}            where the builder draws the layers
    data: {inputs: {layer: key}, targets: {layer: key}}
    training: {epochs: 10, ...}       how it trains: the settings that `TrainingSettings` declares

For programs around the engine: experiments as text, the runs that they ask for, and files read and written safely.
The notebook and `python -m engine train` both end in `run_experiment`, so equal seeds give equal numbers bit for bit.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

from ._code.neighbours import Neighbours, neighbours_of
from ._code.notes import CodeNote
from ._code.program import CodeModel, CodePlace, PythonProgram, read_python
from ._declared.fields import declared_fields
from ._declared.keras1_compile import compiled_as_training
from ._files import text
from ._files.files import open_regular, read_text, write_bytes
from ._files.hdf5 import BACKEND, KERAS_VERSION
from ._files.hdf5 import array_headers as hdf5_headers
from ._files.hdf5 import read_arrays as read_hdf5
from ._files.hdf5 import write_arrays as write_hdf5
from ._files.kinds import Kind, kind_of, kind_of_bytes, kind_of_text
from ._files.npz import headers as npz_headers
from ._files.npz import read as read_npz
from ._files.picture_text import read_picture, text_in_picture
from ._files.text import Places, json_able, read_json, read_yaml, write_json, write_yaml
from ._files.yaml_edit import edit_yaml
from ._machine import random
from ._machine.background import BackgroundThread, process_ends
from ._machine.devices import device
from ._machine.random import seeded
from ._machine.room import bytes_in_words, free_memory, memory_limit
from ._training.control import Control
from ._training.data import fits
from ._training.fit_call import FitCall
from ._training.named_arrays import chosen_arrays, own_validation
from ._training.settings import TrainingSettings
from .callbacks import Callback, History
from .errors import EngineError, SettingTypeError, UnknownName, shorten
from .events import Listener
from .models.adapting import learn_vocabularies
from .models.carrying import Carried, Difference, LayerPath, carried, carry_over
from .models.checkpoints import Checkpoints, restore_checkpoint
from .models.formats import MODELS
from .models.loading import model_from_config
from .models.model import Model
from .types import Array, Config, CustomObjects, Samples

__all__ = [
    "BACKEND",
    "CODE",
    "DEFAULTS",
    "KERAS_VERSION",
    "MODELS",
    "BackgroundThread",
    "Carried",
    "CodeModel",
    "CodeNote",
    "CodePlace",
    "Control",
    "Difference",
    "Experiment",
    "FitCall",
    "Kind",
    "LayerPath",
    "Neighbours",
    "Places",
    "Prepared",
    "PythonProgram",
    "TrainingSettings",
    "build_model",
    "bytes_in_words",
    "carried",
    "carry_over",
    "check_data",
    "chosen_arrays",
    "compiled_as_training",
    "edit_yaml",
    "fits",
    "free_memory",
    "hdf5_headers",
    "json_able",
    "kind_of",
    "kind_of_bytes",
    "kind_of_text",
    "memory_limit",
    "neighbours_of",
    "npz_headers",
    "open_regular",
    "own_validation",
    "prepare",
    "process_ends",
    "read_experiment",
    "read_hdf5",
    "read_json",
    "read_npz",
    "read_picture",
    "read_python",
    "read_text",
    "read_yaml",
    "run_experiment",
    "seeded",
    "text_in_picture",
    "training_of",
    "write_bytes",
    "write_experiment",
    "write_hdf5",
    "write_json",
    "write_yaml",
]

_SETTINGS = declared_fields(TrainingSettings)
CODE = ("python", "notebook")
"""Names of the kinds of text that `read_python` reads."""
DEFAULTS: Config = {name: setting.default for name, setting in _SETTINGS.items()}

Experiment: TypeAlias = Mapping[str, Any]
"""What the text of an experiment holds, as plain data."""


def read_experiment(source: str, where: str = "<text>") -> Config:
    """The experiment of a YAML or JSON text, or of a Python program or notebook, with training settings that are checked.

    Of a program, which is never run, it is that of the model that is trained last; `read_python` gives all of them.

    Args:
        source: the text.
        where: how messages name it, "<text>" by default.

    Returns:
        The experiment as plain data.

    Raises:
        FileError: it is no YAML or JSON, with the line where it goes wrong, or a program without a model.
        SettingError: a training setting has a value that it may not have.
        UnknownName: there is no training setting of a name.

    Example:
        >>> read_experiment('{"class_name": "Sequential", "training": {"epochs": 3}}')["training"]
        {'epochs': 3}
    """
    if kind_of_text(source).name in CODE:
        experiment = read_python(source, where).experiment
    else:
        experiment = compiled_as_training(text.read_any(source, where))
    training_of(experiment)
    return experiment


def write_experiment(experiment: Experiment) -> str:
    r"""An experiment as YAML; `read_experiment` reads it back.

    Args:
        experiment: the experiment.

    Returns:
        The text.

    Example:
        >>> write_experiment({"training": {"epochs": 3}})
        'training:\n  epochs: 3\n'
    """
    return text.write_yaml(dict(experiment))


def training_of(experiment: Experiment) -> Config:
    """The training settings of an experiment, checked and completed.

    Args:
        experiment: the experiment.

    Returns:
        A value for each of `DEFAULTS`.

    Raises:
        SettingTypeError: they are no mapping.
        SettingError: one has a value that it may not have.
        UnknownName: there is no setting of a name.

    Example:
        >>> training_of({"training": {"epochs": 3}})["batch_size"]
        32
    """
    written = experiment.get("training") or {}
    if not isinstance(written, Mapping):
        raise SettingTypeError(where="training", expected="a mapping of settings", actual=shorten(written))
    for name in written:
        if name not in _SETTINGS:
            raise UnknownName(name, _SETTINGS, kind="training setting", where="training", of_model=True)
    return {
        name: setting.rule.check(written.get(name, setting.default), f"training, {name}")
        for name, setting in _SETTINGS.items()
    }


def build_model(experiment: Experiment, custom_objects: CustomObjects | None = None) -> Model:
    """The compiled model of an experiment, with fresh weights; with a seed in the experiment these are always the same.

    Args:
        experiment: the experiment.
        custom_objects: classes and functions of your own that it names; None (the default): none.

    Returns:
        The model.

    Raises:
        EngineError: a layer, its settings or the training settings are wrong; the message says which and how to mend it.

    Example:
        >>> layer = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 4]}}
        >>> build_model({"class_name": "Sequential", "config": [layer]}).output_shape
        (None, 2)
    """
    settings = training_of(experiment)
    with _drawing_from(_stream(settings["seed"])):
        return _build(experiment, settings, custom_objects)


@dataclass(frozen=True)
class Prepared:
    """An experiment whose model is built and compiled and whose data fit it: all that can be refused is behind it.

    Args:
        model: the compiled model.
        x: the inputs by name.
        y: the targets by name.
        settings: the training settings, complete.
        stream: where building has drawn its seeds, and training goes on drawing; None for NumPy's global state.
        held_out: inputs and targets to measure after each epoch, in place of the settings' share; None: that share.
    """

    model: Model
    x: dict[str, Array]
    y: dict[str, Array]
    settings: Config
    stream: random.Stream | None
    held_out: tuple[dict[str, Array], dict[str, Array]] | None = None

    @property
    def batches(self) -> int:
        """How many batches an epoch has."""
        samples = len(next(iter(self.x.values())))
        share = self.settings["validation_split"] if self.held_out is None else 0.0
        trained = int(samples * (1.0 - share)) if share else samples
        return -(-trained // self.settings["batch_size"])

    def fit(
        self,
        *,
        listeners: Iterable[Listener] = (),
        control: Control | None = None,
        callbacks: Iterable[Callback] = (),
        verbose: int = 0,
        initial_epoch: int = 0,
        checkpoint: str | os.PathLike[str] | None = None,
        resume: bool = False,
    ) -> History:
        """Train, as `run_experiment` does. A seed repeats the numbers of the first call only.

        Args:
            listeners: functions that are called with every event of the run (`engine.events`).
            control: the means to stop or pause the run from another thread, as in `Model.fit`.
            callbacks: Keras's callbacks, as in `Model.fit`.
            verbose: 0 (the default) prints nothing, 1 a progress bar, 2 a line for each epoch.
            initial_epoch: the number of epochs that the model was trained for already.
            checkpoint: a file that keeps the training, written after epochs and each minute; None (the default): none.
            resume: whether to go on from that file; False by default.

        Returns:
            Losses and metrics of each epoch; `history.model` is the trained model.
        """
        settings = self.settings
        if checkpoint is not None:
            control = Control() if control is None else control
            listeners = (*listeners, Checkpoints(checkpoint, self.model, control))
            if resume:
                control.begin_at = restore_checkpoint(checkpoint, self.model)
        if settings["terminate_on_nan"]:
            control = Control() if control is None else control
            control.ends_on_nan = True
        with _drawing_from(self.stream), _computing_on(settings["device"]):
            return self.model.fit(
                self.x,
                self.y,
                batch_size=settings["batch_size"],
                epochs=settings["epochs"],
                verbose=verbose,
                callbacks=list(callbacks),
                validation_split=settings["validation_split"] if self.held_out is None else 0.0,
                validation_data=self.held_out,
                shuffle=settings["shuffle"],
                initial_epoch=initial_epoch,
                control=control,
                listeners=listeners,
                processes=settings["processes"],
                precision=settings["precision"],
            )


def prepare(
    experiment: Experiment,
    arrays: Mapping[str, Samples],
    *,
    held_out: Mapping[str, Samples] | None = None,
    model: Model | None = None,
    custom_objects: CustomObjects | None = None,
) -> Prepared:
    """Build and compile the model of an experiment, once, and see that the data fit it.

    Layers of texts without a vocabulary learn one from the data.

    Args:
        experiment: what to train, and how.
        arrays: the data, by the keys that the experiment's `data` names.
        held_out: data of the same keys to measure after each epoch; None (the default): the share of `arrays` that the training
            settings say.
        model: one to go on with; None (the default) builds a fresh one.
        custom_objects: classes and functions of your own that the experiment names; None (the default): none.

    Returns:
        What can be trained at once.

    Raises:
        EngineError: the model cannot be built.
        DataError: something is missing or does not fit.

    Example:
        >>> import numpy as np
        >>> layer = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 4], "name": "d"}}
        >>> experiment = {"class_name": "Sequential", "config": [layer], "data": {"inputs": {"d": "x"}, "targets": {"d": "y"}}}
        >>> prepared = prepare(experiment, {"x": np.zeros((8, 4)), "y": np.zeros((8, 2))})
        >>> len(prepared.fit().epoch)
        10
    """
    settings = training_of(experiment)
    stream = _stream(settings["seed"])
    with _drawing_from(stream), _computing_on(settings["device"]):
        if model is None:
            model = _build(experiment, settings, custom_objects)
        x, y = chosen_arrays(experiment, arrays, model)
        model.check_data(x, y)
        learn_vocabularies(model, x, 0.0 if held_out is not None else settings["validation_split"])
        if held_out is None:
            held_out = own_validation(experiment, arrays)
        measured = None if held_out is None else chosen_arrays(experiment, held_out, model)
    return Prepared(model, x, y, settings, stream, measured)


def run_experiment(
    experiment: Experiment,
    arrays: Mapping[str, Samples],
    *,
    held_out: Mapping[str, Samples] | None = None,
    model: Model | None = None,
    listeners: Iterable[Listener] = (),
    control: Control | None = None,
    callbacks: Iterable[Callback] = (),
    verbose: int = 0,
    initial_epoch: int = 0,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    custom_objects: CustomObjects | None = None,
) -> History:
    """Train and give the history; the model is `history.model`.

    With `terminate_on_nan` (the default) it ends after the first batch whose loss is NaN or infinite.

    Args:
        experiment: what to train, and how.
        arrays: the data, by the keys that the experiment's `data` names.
        held_out: data of the same keys to measure after each epoch; None (the default): the share of `arrays` that the training
            settings say.
        model: one to go on with; None (the default) builds a fresh one.
        listeners: functions that are called with every event of the run (`engine.events`).
        control: the means to stop or pause the run from another thread, as in `Model.fit`.
        callbacks: Keras's callbacks, as in `Model.fit`.
        verbose: 0 (the default) prints nothing, 1 a progress bar, 2 a line for each epoch.
        initial_epoch: the number of epochs that `model` was trained for already.
        checkpoint: a file that keeps the training (`engine.models.checkpoints`), written after epochs and each minute;
            None (the default) writes none.
        resume: whether to go on from that file, to the same end bit for bit; False by default.
        custom_objects: classes and functions of your own that the experiment names.

    Returns:
        Losses and metrics of each epoch; `history.model` is the trained model.

    Raises:
        DataError: something is missing or does not fit; nothing has been trained then.
        FileError: the checkpoint is none, or that of another model or of other callbacks.

    Example:
        >>> import numpy as np
        >>> layer = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 4], "name": "d"}}
        >>> experiment = {"class_name": "Sequential", "config": [layer], "training": {"epochs": 3}}
        >>> experiment["data"] = {"inputs": {"d": "x"}, "targets": {"d": "y"}}
        >>> run_experiment(experiment, {"x": np.zeros((8, 4)), "y": np.zeros((8, 2))}).epoch
        [0, 1, 2]
    """
    prepared = prepare(experiment, arrays, held_out=held_out, model=model, custom_objects=custom_objects)
    return prepared.fit(
        listeners=listeners,
        control=control,
        callbacks=callbacks,
        verbose=verbose,
        initial_epoch=initial_epoch,
        checkpoint=checkpoint,
        resume=resume,
    )


class Obstacle(TypedDict):
    """What keeps an experiment from training on some arrays: an error's parts, and the whole of it as a sentence."""

    sentence: str
    where: str
    expected: str
    actual: str
    hint: str | None


def check_data(experiment: Experiment, arrays: Mapping[str, Samples]) -> list[Obstacle]:
    """What would keep an experiment from training on some arrays.

    Args:
        experiment: what to train, and how.
        arrays: the data, by the keys that the experiment's `data` names.

    Returns:
        A list with what is wrong; an empty one where it can be trained.

    Example:
        >>> import numpy as np
        >>> layer = {"class_name": "Dense", "config": {"units": 2, "batch_input_shape": [None, 4], "name": "d"}}
        >>> experiment = {"class_name": "Sequential", "config": [layer], "data": {"inputs": {"d": "x"}}}
        >>> check_data(experiment, {"x": np.zeros((8, 4))})[0]["expected"]
        "an array for 'd'"
    """
    training_of(experiment)
    try:
        with random.seeded(0):
            prepare(experiment, arrays)
    except EngineError as error:
        obstacle = Obstacle(
            sentence=str(error), where=error.where, expected=error.expected, actual=error.actual, hint=error.hint
        )
        return [obstacle]
    return []


def _build(experiment: Experiment, settings: Config, custom_objects: CustomObjects | None) -> Model:
    model = model_from_config(experiment, custom_objects)
    model.compile(optimizer=settings["optimizer"], loss=settings["loss"], metrics=list(settings["metrics"]))
    return model


def _stream(seed: int | None) -> random.Stream | None:
    return None if seed is None else random.Stream(seed)


def _computing_on(name: str | None) -> AbstractContextManager[None]:
    return nullcontext() if name is None else device(name)


def _drawing_from(stream: random.Stream | None) -> AbstractContextManager[None]:
    return nullcontext() if stream is None else random.continued(stream)
