"""TensorFlow's SavedModel, as far as Keras's own records in it go: the config, and the weights under `variables/`.

The graph of TensorFlow's operations is not read. tf.keras 2.5 and later keeps its records in keras_metadata.pb, earlier ones in
saved_model.pb. Facts from TensorFlow's .proto files.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import FileError
from ..types import Config
from .checkpoint_objects import CheckpointObjects
from .files import open_regular
from .guards import cut
from .json_text import read_json
from .keras3_config import plain_object
from .plain_model import LeftOut, PlainModel
from .protobuf_wire import Field, fields
from .tensor_bundle import TensorBundle

FORMAT = "SavedModel"
_MOST = 2**28


def read_saved_model(folder: str | os.PathLike[str]) -> PlainModel:
    """The model of a folder that `model.save(path, save_format="tf")` of tf.keras wrote.

    Args:
        folder: the folder, or its file saved_model.pb.

    Returns:
        Config, weights, compile settings and the optimizer's arrays.

    Raises:
        FileError: there is no record of Keras's in it, or it is broken.

    Example:
        >>> read_saved_model("saved").config["class_name"]  # doctest: +SKIP
        'Functional'
    """
    path = Path(folder)
    path = path if path.is_dir() else path.parent
    metadata = _metadata(path)
    config = _config(metadata, path)
    prefix = path / "variables" / "variables"
    if not prefix.with_name("variables.index").exists():
        raise FileError(file=str(path), expected="weights under variables/", actual="no variables.index there")
    objects = CheckpointObjects(TensorBundle(str(prefix)))
    weights = objects.listed("variables")
    training = metadata.get("training_config")
    slots = objects.optimizer(_class_of_optimizer(training))
    left_out = (
        []
        if slots or not training
        else [LeftOut("", "The optimizer's state is not in the file; training begins anew.")]
    )
    return PlainModel(
        source=str(path),
        format=FORMAT,
        config=config,
        flat=weights,
        training=_training(training),
        slots=slots or None,
        slots_by_weight=True,
        left_out=left_out,
    )


def _read(path: Path) -> bytes:
    with open_regular(path) as file:
        data = file.read(_MOST + 1)
    if len(data) > _MOST:
        raise FileError(file=str(path), expected=f"at most {_MOST} bytes", actual="more")
    return data


def _metadata(folder: Path) -> Config:
    """What Keras recorded of the model itself."""
    records = folder / "keras_metadata.pb"
    if records.exists():
        record = record_of_model(_read(records), str(records))
    else:
        graph = folder / "saved_model.pb"
        if not graph.exists():
            raise FileError(file=str(folder), expected="keras_metadata.pb or saved_model.pb", actual="neither")
        record = _of_graph(_read(graph), str(graph))
    if record is None:
        raise FileError(
            file=str(folder),
            expected="Keras's records of the layers (keras_metadata.pb)",
            actual="a SavedModel of TensorFlow's graph alone, as model.export() writes it",
            hint="Save the model itself where it was made: model.save('model.keras'), or model.save('model.h5'). "
            "Its weights alone are read by load_weights of a model that is built here.",
        )
    return record


def _texts(field: Field) -> bytes:
    return field.value if isinstance(field.value, bytes) else b""


def record_of_model(data: bytes, where: str) -> Config | None:
    """What keras_metadata.pb says of the model itself: SavedMetadata.nodes with node_path "root"; None where it says nothing."""
    for node in fields(data, where):
        if node.number != 1:
            continue
        parts = {field.number: field.value for field in fields(_texts(node), where)}
        if parts.get(3) == b"root" and isinstance(parts.get(5), bytes):
            return _json(parts[5], where)
    return None


def _of_graph(data: bytes, where: str) -> Config | None:
    """The same before tf.keras 2.5: meta_graphs.object_graph_def.nodes[0].user_object.metadata."""
    for number in (2, 7, 1, 4, 3):
        inside = next((_texts(field) for field in fields(data, where) if field.number == number), None)
        if inside is None:
            return None
        data = inside
    return _json(data, where) if data.lstrip().startswith(b"{") else None


def _json(data: object, where: str) -> Config:
    try:
        text = bytes(data).decode("utf-8") if isinstance(data, bytes) else ""
    except UnicodeDecodeError:
        raise FileError(file=where, expected="records in UTF-8", actual="other bytes") from None
    return read_json(text, where)


def _config(metadata: Mapping[str, Any], folder: Path) -> Config:
    model = metadata.get("model_config")
    if not isinstance(model, Mapping):
        model = {"class_name": metadata.get("class_name"), "config": metadata.get("config")}
    if not isinstance(model.get("class_name"), str) or not isinstance(model.get("config"), (Mapping, list)):
        name = cut(str(metadata.get("class_name")))
        raise FileError(
            file=str(folder),
            expected="the config of a Sequential or a functional model",
            actual=f"a model of a class of its own ({name}), whose layers stand in its program",
            hint="Build the model here and give it the weights: model.load_weights of an HDF5 file.",
        )
    version = str(metadata.get("keras_version") or "2.4.0")
    return {"class_name": model["class_name"], "config": plain_object(model["config"]), "keras_version": version}


def _class_of_optimizer(training: object) -> str:
    """The class whose slots a file has: that of the optimizer within, where a LossScaleOptimizer is around it."""
    config = training.get("optimizer_config") if isinstance(training, Mapping) else None
    for _ in range(2):
        settings = config.get("config") if isinstance(config, Mapping) else None
        inner = settings.get("inner_optimizer") if isinstance(settings, Mapping) else None
        config = inner if isinstance(inner, Mapping) else config
    return str(config.get("class_name")).rpartition(">")[2] if isinstance(config, Mapping) else ""


def _training(training: object) -> Config | None:
    if not isinstance(training, Mapping) or not training.get("optimizer_config"):
        return None
    return {**plain_object(training), "optimizer_config": dict(training["optimizer_config"])}
