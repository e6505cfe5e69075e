"""Models to text and files and back: JSON, YAML, Keras 2's HDF5. Loading reads and checks all, then assigns."""

from __future__ import annotations

import io
import json
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .. import optimizers
from .._declared import registry
from .._files import hdf5, text
from .._files.hdf5 import BACKEND, KERAS_VERSION
from ..errors import FileError, SettingError, ShapeError, shorten
from ..layers.base import Layer
from .network import Network
from .stored_weights import in_own_layout, stored_weights

File = Any  # a path, an open h5py file or group, a binary file object


def architecture(model: Network) -> dict[str, Any]:
    """{class_name, config, keras_version, backend}."""
    name = "Sequential" if model.model_kind == "stack" else "Model"
    return {"class_name": name, "config": model.get_config(), "keras_version": KERAS_VERSION, "backend": BACKEND}


def to_json(model: Network, indent: int | None = None, **kwargs: Any) -> str:
    """The architecture as JSON, on one line or indented; further arguments go to json.dumps."""
    written = text.write_json(architecture(model), indent)
    return json.dumps(json.loads(written), indent=indent, **kwargs) if kwargs else written


def to_yaml(model: Network, **kwargs: Any) -> str:
    """The architecture as YAML: lists and plain values only; further arguments go to yaml.safe_dump."""
    written = text.write_yaml(architecture(model))
    if not kwargs:
        return written
    import yaml

    settings: dict[str, Any] = {"sort_keys": False, **kwargs}
    return yaml.safe_dump(yaml.safe_load(written), **settings)


def model_from_config(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model of a config {class_name, config}, with fresh weights.

    Raises GraphError, UnknownName, SettingError naming layer and place.
    """
    if not isinstance(config, Mapping) or not isinstance(config.get("class_name"), str):
        raise SettingError(where="model config", expected="a mapping with class_name and config", found=shorten(config))
    found = registry.find("layer", config["class_name"], custom_objects, "model config")
    if not (isinstance(found, type) and issubclass(found, Network)):
        raise SettingError(where="model config", expected="class_name Sequential or Model", found=config["class_name"])
    settings: Any = config.get("config")
    with registry.custom_object_scope(custom_objects or {}):
        return found.from_config(settings)


def model_from_json(json_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model of a JSON text, with fresh weights."""
    return model_from_config(text.read_json(json_string), custom_objects)


def model_from_yaml(yaml_string: str, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model of a YAML text, with fresh weights; further top-level keys (layout, data, training) are ignored."""
    return model_from_config(text.read_yaml(yaml_string), custom_objects)


def weights_of(layers: Sequence[Layer]) -> list[tuple[str, list[tuple[str, np.ndarray]]]]:
    """(layer name, [(weight name, array)]) in order."""
    return [(layer.name, [(str(w.name), w.array) for w in stored_weights(layer)]) for layer in layers]


def _tell_skipped(layer: Layer, expected: str, found: str) -> None:
    warnings.warn(f"{layer.where} keeps its weights: expected {expected}, found {found} in the file.", stacklevel=4)


def save_weights(model: Network, filepath: File, overwrite: bool = True) -> None:
    """Write the weights as a Keras 2 HDF5 file, whole or not at all."""
    filepath = _decoded(filepath)
    _check_overwrite(filepath, overwrite)
    hdf5.write_weights(filepath, weights_of(model.layers))


def load_weights(
    model: Network, filepath: File, by_name: bool = False, skip_mismatch: bool = False, reshape: bool = False
) -> None:
    """Read weights into the layers, by order or by name; all or nothing. Raises FileError naming layer and shapes."""
    filepath = _decoded(filepath)
    assign(model.layers, hdf5.read_weights(filepath), _told(filepath), by_name, skip_mismatch, reshape)


def assign(
    layers: Sequence[Layer],
    loaded: hdf5.Loaded,
    where: str,
    by_name: bool = False,
    skip_mismatch: bool = False,
    reshape: bool = False,
) -> None:
    """Check that loaded weights fit the layers, then set them."""
    pairs = _paired(layers, loaded, where, by_name)
    chosen: list[tuple[Any, np.ndarray]] = []
    for layer, arrays in pairs:
        own = stored_weights(layer)
        arrays = in_own_layout(layer, arrays, loaded.keras_version, loaded.backend)
        if len(own) != len(arrays):
            if skip_mismatch:
                _tell_skipped(layer, f"{len(own)} weights", str(len(arrays)))
                continue
            raise FileError(file=where, expected=f"{len(own)} weights for {layer.where}", found=str(len(arrays)))
        for variable, (name, array) in zip(own, arrays, strict=True):
            if variable.shape != array.shape and reshape and variable.size == array.size:
                array = array.reshape(variable.shape)
            if variable.shape != array.shape:
                if skip_mismatch:
                    _tell_skipped(layer, f"shape {variable.shape} for {name}", f"shape {array.shape}")
                    continue
                raise FileError(
                    file=where,
                    expected=f"shape {variable.shape} for weight {shorten(name)} of {layer.where}",
                    found=f"shape {array.shape}",
                )
            chosen.append((variable, array))
    for variable, array in chosen:
        variable.assign(array)


def _paired(
    layers: Sequence[Layer], loaded: hdf5.Loaded, where: str, by_name: bool
) -> list[tuple[Layer, list[tuple[str, np.ndarray]]]]:
    if by_name:
        table = dict(loaded)
        return [(layer, table[layer.name]) for layer in layers if layer.name in table]
    ours = [layer for layer in layers if layer.weights]
    theirs = [arrays for _, arrays in loaded if arrays]
    if len(ours) != len(theirs):
        raise FileError(
            file=where,
            expected=f"{len(ours)} layers with weights",
            found=str(len(theirs)),
            hint="Use by_name=True to load the layers that have the same name.",
        )
    return list(zip(ours, theirs, strict=True))


def save_model(model: Any, filepath: File, overwrite: bool = True, include_optimizer: bool = True) -> None:
    """Write architecture, weights, compile settings and optimizer state as a Keras 2 HDF5 file.

    filepath: a path (written whole or not at all), an open h5py file or group, or a binary file object.
    """
    filepath = _decoded(filepath)
    _check_overwrite(filepath, overwrite)
    training, slots = None, None
    if include_optimizer and model.optimizer is not None:
        training = {
            "optimizer_config": registry.serialize("optimizer", model.optimizer),
            "loss": _plain(model.loss),
            "metrics": _plain(model.metrics),
            "sample_weight_mode": model.sample_weight_mode,
            "loss_weights": model.loss_weights,
        }
        values = model.optimizer.get_weights() if model.optimizer.started else []
        name = type(model.optimizer).__name__
        slots = [(f"training/{name}/Variable_{i}:0", np.asarray(v)) for i, v in enumerate(values)] or None
    hdf5.write_model(filepath, architecture(model), training, weights_of(model.layers), slots)


def to_bytes(model: Any) -> bytes:
    """The file that `save_model` writes, in memory."""
    buffer = io.BytesIO()
    save_model(model, buffer)
    return buffer.getvalue()


def from_bytes(content: bytes, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The model of such a file: read with all checks that other files get."""
    return load_model(io.BytesIO(content), custom_objects)


def load_model(filepath: File, custom_objects: Mapping[str, Any] | None = None, compile: bool = True) -> Any:
    """The model of a file that `save_model` or Keras 2 wrote, compiled as it was; `filepath` as for `save_model`."""
    filepath = _decoded(filepath)
    stored = hdf5.read_model(filepath)
    model = model_from_config(stored.config, custom_objects)
    assign(model.layers, stored.layers, _told(filepath))
    settings = stored.training_config
    if compile and settings is not None:
        with registry.custom_object_scope(custom_objects or {}):
            model.compile(
                optimizer=optimizers.deserialize(settings["optimizer_config"]),
                loss=settings.get("loss"),
                metrics=settings.get("metrics"),
                loss_weights=settings.get("loss_weights"),
                sample_weight_mode=settings.get("sample_weight_mode"),
            )
        if stored.optimizer_weights:
            _restore_optimizer(model, [array for _, array in stored.optimizer_weights], _told(filepath))
    return model


def _restore_optimizer(model: Any, arrays: list[np.ndarray], file: str) -> None:
    """Give the optimizer its state back; one that does not fit (other frozen layers, other Keras) begins anew."""
    model._make_train_function()
    try:
        model.optimizer.set_weights(arrays)
    except ShapeError as error:
        warnings.warn(
            f"{file}: the optimizer's state does not fit the model, so training goes on with a fresh one: {error} "
            "Layers frozen or set free after compile, and other versions of Keras, leave such files; "
            "compile=False reads the model alone.",
            stacklevel=3,
        )


def _plain(value: Any) -> Any:
    """Names in place of functions, configs in place of objects that have one."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "get_config") and not isinstance(value, type):
        return {"class_name": type(value).__name__, "config": value.get_config()}
    return value.__name__ if callable(value) and hasattr(value, "__name__") else value


def _decoded(filepath: File) -> File:
    """A path of bytes, as the system keeps it, as text; anything else as it is."""
    return os.fsdecode(filepath) if isinstance(filepath, bytes) else filepath


def _told(filepath: File) -> str:
    """How messages name a file."""
    return str(getattr(filepath, "filename", None) or getattr(filepath, "name", None) or filepath)


def _check_overwrite(filepath: File, overwrite: bool) -> None:
    if not overwrite and isinstance(filepath, (str, os.PathLike)) and Path(filepath).exists():
        raise FileError(file=str(filepath), expected="a new file", found="an existing one", hint="Pass overwrite=True.")
