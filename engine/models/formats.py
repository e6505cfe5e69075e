"""Which reader or writer a file gets: by what it holds when it is read, by its name or `save_format` when it is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias, cast

from .._files.caffe import read_caffe
from .._files.checkpoint_objects import objects_at
from .._files.files import Path as FilePath
from .._files.kinds import Kind, kind_of, kind_of_bytes
from .._files.plain_model import PlainModel
from .._files.saved_model import read_saved_model
from .._files.storages import storage_of
from ..errors import FileError, SettingError, shorten
from ..types import CustomObjects
from . import keras3_files, persistence, tf_keras_files
from .network import Network
from .plain import model_of
from .stored_compile import compile_settings
from .tensor_checkpoints import assign_checkpoint

SaveFormat: TypeAlias = Literal["keras2", "tf.keras", "keras"]
"""How `save` writes a model: HDF5 as Keras 2.2.4 or as tf.keras 2, or Keras 3's `.keras`."""

_SPELLINGS: dict[str, SaveFormat] = {
    "keras2": "keras2", "h5": "keras2", "hdf5": "keras2", "tf.keras": "tf.keras", "tf_keras": "tf.keras", "keras": "keras",
    "keras3": "keras",
}  # fmt: skip
_START = 2**20
# Readers of formats that give a plain model, by the name of the kind of file.
READERS: dict[str, Callable[[FilePath], PlainModel]] = {
    "savedmodel": read_saved_model,
    "prototxt": read_caffe,
    "caffemodel": read_caffe,
}
MODELS = ("hdf5", "keras", *READERS)
"""Names of the kinds of files that hold a whole model; a prototxt says its layers alone."""


def load(filepath: persistence.File, custom_objects: CustomObjects | None = None, compile: bool = True) -> Any:
    """The model of a file of any format that is known; see `loading.load_model`."""
    storage = storage_of(filepath)
    kind = _kind(storage)
    if kind is not None and kind.name == "keras":
        return _load_keras3(cast("FilePath | BinaryIO", storage), custom_objects, compile)
    if kind is not None and kind.name in READERS and isinstance(storage, (str, os.PathLike)):
        return model_of(READERS[kind.name](storage), custom_objects, compile)
    return persistence.load(filepath, custom_objects, compile)


def _kind(storage: object) -> Kind | None:
    """What a path or a binary file object holds; None for an open HDF5 file."""
    if isinstance(storage, (str, os.PathLike)):
        return kind_of(storage) if os.path.exists(storage) else None
    if not hasattr(storage, "seek"):
        return None
    file = cast("BinaryIO", storage)
    at = file.tell()
    file.seek(0)
    start = file.read(_START)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2**16))
    end = file.read()
    file.seek(at)
    return kind_of_bytes(start, end)


def _load_keras3(storage: FilePath | BinaryIO, custom_objects: CustomObjects | None, compile: bool) -> Any:
    model, archive = keras3_files.read_keras3(storage, persistence.build, custom_objects)
    settings = keras3_files.training_of_keras3(archive.config) if compile else None
    if settings is not None:
        keras3_files.compiled_as(model, settings, compile_settings, archive.name, custom_objects)
        keras3_files.restore_optimizer(model, archive)
    return model


def load_weights(
    model: Network,
    filepath: persistence.File,
    by_name: bool = False,
    skip_mismatch: bool = False,
    reshape: bool = False,
) -> None:
    """Set a model's weights to those of a file; see `Model.load_weights`."""
    storage = storage_of(filepath)
    if isinstance(storage, (str, os.PathLike)) and not os.path.isfile(storage):
        objects = objects_at(os.fspath(storage))
        if objects is not None:
            assign_checkpoint(model, objects)
            return
    kind = _kind(storage)
    if kind is not None and kind.name == "keras":
        archive = keras3_files.read_archive(cast("FilePath | BinaryIO", storage))
        keras3_files.read_weights_into(model, archive.weights)
    elif (kind is None or kind.name == "hdf5") and keras3_files.is_of_keras3(storage):
        keras3_files.read_weights_into(model, storage)
    else:
        persistence.load_weights(model, filepath, by_name, skip_mismatch, reshape)


def save_weights(model: Network, filepath: persistence.File, overwrite: bool = True) -> None:
    """Write a model's weights: as Keras 3 where the name ends in `.weights.h5`, else as Keras 2."""
    if isinstance(filepath, (str, os.PathLike)) and os.fspath(filepath).endswith(".weights.h5"):
        refuse_to_overwrite(filepath, overwrite)
        keras3_files.write_weights(model, filepath)
    else:
        persistence.save_weights(model, filepath, overwrite)


def refuse_to_overwrite(filepath: object, overwrite: bool) -> None:
    """Raise FileError where a file is there that may not be replaced."""
    if not overwrite and isinstance(filepath, (str, os.PathLike)) and Path(filepath).exists():
        hint = "Pass overwrite=True."
        raise FileError(file=os.fspath(filepath), expected="a new file", actual="an existing one", hint=hint)


def save_model(
    model: Network,
    filepath: persistence.File,
    overwrite: bool = True,
    include_optimizer: bool = True,
    save_format: str | None = None,
) -> None:
    """Write architecture, weights, compile settings and optimizer state.

    Args:
        model: the model.
        filepath: a path (written whole or not at all), an open h5py file or group, or a binary file object.
        overwrite: whether a file that there is may be replaced, True by default.
        include_optimizer: whether compile settings and optimizer state are written too, True by default.
        save_format: "keras" for Keras 3's `.keras`, "keras2" (or "h5") for HDF5 as Keras 2.2.4 writes it, "tf.keras" for
            HDF5 as tf.keras 2 does; None, the default: "keras" where the path ends in `.keras`, else "keras2".

    Raises:
        FileError: the file exists and may not be replaced.
        SettingError: no such format, or one that cannot say what a layer does; the message lists the layers.

    Example:
        >>> import io
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential, load_model
        >>> file = io.BytesIO()
        >>> save_model(Sequential([Dense(2, input_dim=4)]), file, save_format="keras")
        >>> load_model(file).count_params()
        10
    """
    form = format_of(filepath, save_format)
    if form == "keras2":
        persistence.save_model(model, filepath, overwrite, include_optimizer)
        return
    storage = storage_of(filepath, writing=True)
    refuse_to_overwrite(filepath, overwrite)
    if form == "tf.keras":
        tf_keras_files.write_as_tf_keras(model, storage, include_optimizer)
        return
    if not isinstance(storage, (str, os.PathLike)) and not hasattr(storage, "write"):
        raise SettingError(
            where="save, save_format", expected="'keras2' or 'tf.keras' for an open HDF5 file", actual="'keras'"
        )
    training = persistence.training_config(model)
    keras3_files.write_keras3(model, cast("FilePath | BinaryIO", storage), training, include_optimizer)


def format_of(filepath: object, save_format: str | None) -> SaveFormat:
    """The format that a path or `save_format` asks for. Raises SettingError for another."""
    if save_format is None:
        named_keras = isinstance(filepath, (str, os.PathLike)) and os.fspath(filepath).endswith(".keras")
        return "keras" if named_keras else "keras2"
    if save_format not in _SPELLINGS:
        hint = (
            "TensorFlow's SavedModel is a program of TensorFlow's; it can be read here, not written."
            if save_format == "tf"
            else None
        )
        expected = "'keras', 'keras2' or 'tf.keras'"
        raise SettingError(where="save, save_format", expected=expected, actual=shorten(save_format), hint=hint)
    return _SPELLINGS[save_format]
