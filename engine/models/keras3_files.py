"""Models as Keras 3's files: `.keras` archives with architecture, weights and optimizer, and `.weights.h5`.

Reading looks at the whole file first and changes a model only when all of it fits.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, TypeAlias

from .._declared import registry
from .._files import hdf5
from .._files.files import Path, write_bytes
from .._files.guarded_hdf5 import Source, Storage
from .._files.keras3_archive import KerasArchive, read_archive, write_archive
from .._files.keras3_config import of_keras2, plain_object
from .._files.plain_model import LeftOut
from .._graph.tensor import Variable
from ..errors import EngineError, FileError, ShapeError, shorten
from ..types import Array, Config, CustomObjects
from .attributes import trainer_of
from .keras3_config import trains_otherwise, written_model, written_training
from .keras3_optimizer import restore_slots, written_slots
from .keras3_paths import (
    RARITY,
    Place,
    in_present_form,
    places,
    rarities,
    refuse_left_over,
    spellings,
    with_vocabularies,
)
from .network import Network
from .persistence import refuse_lost

_MOST_UNKNOWN = 65536  # places for unknown words that a vocabulary may have in front
KERAS_3 = "3.0.0"
"""The version that written files name: the first of the format."""
_GROUP = "optimizer/vars"
_STATE = (
    "seed_generator",
    "random_generator",
    "_random_generator",
    "_metrics",
    "metrics",
    "loss_tracker",
    "_loss_tracker",
)
Arrays: TypeAlias = "list[tuple[str, Array]]"


def training_of_keras3(config: Config) -> Config | None:
    """What a model was compiled with, in the form of Keras 2's files; None where it was not."""
    stored = config.get("compile_config")
    if not isinstance(stored, Mapping) or not stored.get("optimizer"):
        return None
    plain, optimizer = plain_object(stored), stored["optimizer"]
    if isinstance(optimizer, str):
        optimizer = {"module": "keras.optimizers", "class_name": optimizer, "config": {}}
    return {
        "optimizer_config": optimizer,
        "loss": plain.get("loss"),
        "metrics": plain.get("metrics") or [],
        "loss_weights": plain.get("loss_weights"),
        "sample_weight_mode": None,
    }


def read_keras3(storage: Path | BinaryIO, build: Any, custom_objects: CustomObjects | None) -> tuple[Any, KerasArchive]:
    """The model of a `.keras` file with its weights, not compiled.

    Args:
        storage: a path or a binary file object.
        build: makes a model of a config {class_name, config}.
        custom_objects: classes and functions of your own that the file names.

    Returns:
        The model, and the parts of the file.

    Raises:
        FileError: the file is broken, or its weights are not the model's.
    """
    archive = read_archive(storage)
    config = _complete(archive)
    model = build(of_keras2(config, archive.metadata.get("keras_version")), custom_objects)
    with Source(archive.weights) as source:
        source.name = archive.name
        _assign(model, source, layer_order(archive.config))
    return model, archive


def _is_row(shape: tuple[int, ...] | None, most: int) -> bool:
    """Whether an array has one axis, and no more elements than a vocabulary can need."""
    return shape is not None and len(shape) == 1 and shape[0] <= most


def _complete(archive: KerasArchive) -> Config:
    """The config of an archive with the vocabularies beside it. Raises FileError for one that is no text."""
    try:
        if not archive.assets:
            return archive.config
        with Source(archive.weights) as source:
            most = _MOST_UNKNOWN + sum(one.count(b"\n") + 1 for one in archive.assets.values())
            weighing = [
                path
                for path, array in source.arrays().items()
                if path.rpartition("/")[2] == RARITY and _is_row(array.shape, most) and array.dtype.kind in "fiu"
            ]
            return with_vocabularies(archive.config, archive.assets, source.read(weighing))
    except ValueError as error:
        expected = "vocabularies as UTF-8, whole numbers for IntegerLookup"
        raise FileError(file=archive.name, expected=expected, actual=shorten(str(error))) from None


def layer_order(config: Mapping[str, Any]) -> list[str] | None:
    """The names of a model's layers in the order of its file; those of models inside have the model's own."""
    settings = config.get("config")
    layers = settings.get("layers") if isinstance(settings, Mapping) else None
    if not isinstance(layers, list):
        return None
    entries = [one for one in layers if isinstance(one, Mapping)]
    names = [one.get("name", (one.get("config") or {}).get("name")) for one in entries]
    return [name for name in names if isinstance(name, str)]


def read_weights_into(model: Network, storage: Storage) -> None:
    """Set a model's weights to those of a `.weights.h5` file of Keras 3; all or nothing.

    Raises:
        FileError: the file is broken, or its weights are not the model's.
    """
    with Source(storage) as source:
        _assign(model, source, None)


def is_of_keras3(storage: Storage) -> bool:
    """Whether an HDF5 file keeps its weights as Keras 3 does: under `layers/.../vars`."""
    with Source(storage) as source:
        names = source.names()
        if source.text_attribute("model_config") is not None or "model_weights" in names:
            return False
        root = source.weights_group()
        return (
            "layer_names" not in root.attrs
            and "layer_names0" not in root.attrs
            and any(name in names for name in ("layers", "_layer_checkpoint_dependencies", "vars", "optimizer"))
        )


def _assign(model: Network, source: Source, order: Sequence[str] | None) -> None:
    arrays = source.arrays()
    present = in_present_form(arrays)
    pairs: list[tuple[Place, str]] = []
    for place in places(model, order):
        path = next((present[one] for one in spellings(place.path) if one in present), None)
        if path is None:
            expected = f"a weight of shape {place.variable.shape} for {place.layer.where}"
            raise FileError(file=source.name, expected=expected, actual=f"none at {place.path}")
        shape = tuple(arrays[path].shape or ())
        if shape != place.variable.shape:
            expected = f"shape {place.variable.shape} for weight {shorten(place.variable.name)} of {place.layer.where}"
            raise FileError(file=source.name, expected=expected, actual=f"shape {shape}")
        pairs.append((place, path))
    used = {path for _, path in pairs}
    left = [path for shown, path in sorted(present.items()) if path not in used and _is_weight(shown)]
    refuse_left_over(left, source.name)
    values = source.read([path for _, path in pairs])
    for place, path in pairs:
        place.variable.assign(values[path].astype(place.variable.dtype, copy=False))


def _is_weight(path: str) -> bool:
    """Whether an array is a layer's: not the optimizer's, the state of random numbers or of a metric."""
    parts = path.split("/")
    return (
        parts[0] != "optimizer"
        and parts[-1] != RARITY
        and not any(part in _STATE or part.startswith("seed_generator") for part in parts)
    )


def restore_optimizer(model: Network, archive: KerasArchive) -> None:
    """Give a compiled model the optimizer's arrays of a file; one that does not fit begins anew, with a warning."""
    with Source(archive.weights) as source:
        source.name = archive.name
        paths = [
            path for path in source.arrays() if path.rpartition("/")[0] == _GROUP and path.rpartition("/")[2].isdigit()
        ]
        paths.sort(key=lambda path: int(path.rpartition("/")[2]))
        stored = source.read(paths)
    if not paths:
        return
    compiled = trainer_of(model).ready()
    compiled.train_step()  # this makes the optimizer's slots
    try:
        order = _trainable(model, layer_order(archive.config))
        restore_slots(compiled, [stored[path] for path in paths], order)
    except ShapeError as error:
        warnings.warn(
            f"{archive.name}: the optimizer's state does not fit the model, so training goes on with a fresh one: {error} "
            "Layers frozen or set free after compile, and other settings of the optimizer, leave such files; "
            "compile=False reads the model alone.",
            stacklevel=3,
        )


def _trainable(model: Network, order: Sequence[str] | None) -> list[Variable]:
    """The trainable weights in the order of a file."""
    trainable = set(model.trainable_weights)
    return [place.variable for place in places(model, order) if place.variable in trainable]


def write_keras3(
    model: Network, storage: Path | BinaryIO, training: Config | None, include_optimizer: bool = True
) -> None:
    """Write a `.keras` file, whole or not at all.

    Args:
        model: a model with a graph.
        storage: a path or a binary file object.
        training: what it was compiled with, in the form of Keras 2's files; None for a model that was not.
        include_optimizer: whether that is written, with the optimizer's arrays.

    Raises:
        SettingError: Keras 3 cannot say what a layer does; the message lists the layers.
    """
    lost: list[LeftOut] = []
    config = written_model(model, lost)
    if training is not None and include_optimizer:
        config["compile_config"] = written_training(training, lost)
    refuse_lost(lost, "Keras 3 (.keras)")
    if training is not None and include_optimizer:
        for difference in trains_otherwise(training["optimizer_config"]):
            warnings.warn(f"save as Keras 3: {difference}", stacklevel=4)
    metadata = {"keras_version": KERAS_3, "date_saved": "1980-01-01@00:00:00"}
    write_archive(storage, config, metadata, weights_bytes(model, include_optimizer))


def weights_bytes(model: Network, include_optimizer: bool) -> bytes:
    """The HDF5 file with the weights of a model, as Keras 3 keeps them, and the optimizer's arrays."""
    import h5py

    arrays: list[tuple[str, Array, str | None]] = [
        (place.path, place.variable.host(), place.layer.name) for place in places(model)
    ]
    arrays += [(path, array, None) for path, array in rarities(model)]
    if include_optimizer:
        slots = _slots(model)
        arrays += [(f"{_GROUP}/{number}", array, None) for number, array in enumerate(slots or [])]
    buffer = io.BytesIO()
    with hdf5.in_hdf5, h5py.File(buffer, "w") as file:
        for path, array, name in arrays:
            group, _, key = path.rpartition("/")
            h5_group = file.require_group(group)
            h5_group.create_dataset(key, data=array, track_times=False)
            if name is not None and group.count("/") == 2:
                h5_group.attrs["name"] = name
    return buffer.getvalue()


def _slots(model: Network) -> list[Array] | None:
    optimizer = trainer_of(model).optimizer
    if optimizer is None or not optimizer.started or optimizer.records_updates:
        return None
    compiled = trainer_of(model).ready()
    updater = compiled.updater()
    known = set(updater.variables)
    return written_slots(optimizer, updater, [w for w in _trainable(model, None) if w in known])


def write_weights(model: Network, storage: Path | BinaryIO) -> None:
    """Write a `.weights.h5` file as Keras 3 does, whole or not at all."""
    content = weights_bytes(model, include_optimizer=True)
    if isinstance(storage, (str, os.PathLike)):
        write_bytes(storage, content)
    else:
        storage.write(content)


def compiled_as(
    model: Any, settings: Config, compile_settings: Any, where: str, custom_objects: CustomObjects | None
) -> None:
    """Compile a model as its file says; errors say where in the file."""
    try:
        with registry.custom_object_scope(custom_objects or {}):
            model.compile(**compile_settings(settings, model.output_names))
    except EngineError as error:
        error.where = f"{where}: compile_config, {error.where}" if error.where else f"{where}: compile_config"
        hint = "load_model(..., compile=False) reads the model alone."
        error.hint = f"{error.hint} {hint}" if error.hint else hint
        raise
