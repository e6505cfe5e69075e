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
from .files import open_regular
from .guards import cut
from .json_text import read_json
from .keras3_config import plain_object
from .plain_model import LeftOut, PlainArray, PlainModel
from .protobuf_wire import Field, fields
from .tensor_bundle import TensorBundle

FORMAT = "SavedModel"
_MOST = 2**28
_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"
_VALUE = "VARIABLE_VALUE"


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
    objects = _Objects(TensorBundle(str(prefix)))
    weights = objects.listed("variables")
    slots = objects.optimizer()
    training = metadata.get("training_config")
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
        found = record_of_model(_read(records), str(records))
    else:
        graph = folder / "saved_model.pb"
        if not graph.exists():
            raise FileError(file=str(folder), expected="keras_metadata.pb or saved_model.pb", actual="neither")
        found = _of_graph(_read(graph), str(graph))
    if found is None:
        raise FileError(
            file=str(folder),
            expected="Keras's records of the layers (keras_metadata.pb)",
            actual="a SavedModel of TensorFlow's graph alone, as model.export() writes it",
            hint="Save the model itself where it was made: model.save('model.keras'), or model.save('model.h5').",
        )
    return found


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


def _training(training: object) -> Config | None:
    if not isinstance(training, Mapping) or not training.get("optimizer_config"):
        return None
    return {**plain_object(training), "optimizer_config": dict(training["optimizer_config"])}


class _Objects:
    """The tree of objects that a checkpoint was made of: children by name, and the keys of their arrays."""

    def __init__(self, bundle: TensorBundle) -> None:
        self.bundle = bundle
        if _OBJECTS not in bundle.entries:
            raise FileError(file=bundle.where, expected="the tree of the model's objects", actual="names alone")
        where = bundle.where
        self.children: list[dict[str, int]] = []
        self.arrays: list[str | None] = []
        for node in fields(bundle.text(_OBJECTS), where):
            if node.number == 1:
                children, key = _node(_texts(node), where)
                self.children.append(children)
                self.arrays.append(key)

    def _at(self, *names: str) -> int | None:
        at: int | None = 0
        for name in names:
            at = self.children[at].get(name) if at is not None and at < len(self.children) else None
        return at

    def _array(self, node: int | None) -> PlainArray | None:
        key = self.arrays[node] if node is not None and node < len(self.arrays) else None
        return self.bundle.array(key) if key is not None and key in self.bundle.entries else None

    def listed(self, *names: str) -> list[PlainArray]:
        """The arrays of a list of variables, in order."""
        node = self._at(*names)
        children = {} if node is None else self.children[node]
        numbers = sorted(int(name) for name in children if name.isdigit())
        arrays = [self._array(children[str(number)]) for number in numbers]
        return [array for array in arrays if array is not None]

    def optimizer(self) -> list[PlainArray]:
        """Step count and slots of an optimizer of tf.keras since 2.11; nothing of an earlier one."""
        count = self._array(self._at("optimizer", "_iterations"))
        slots = self.listed("optimizer", "_variables")
        if count is None or not slots:
            return []
        return [count, *(slots[1:] if slots[0].name == count.name else slots)]


def _node(data: bytes, where: str) -> tuple[dict[str, int], str | None]:
    """Children by name, and the key of the value."""
    children: dict[str, int] = {}
    key: str | None = None
    for field in fields(data, where):
        parts = {one.number: one.value for one in fields(_texts(field), where)} if field.number in (1, 2) else {}
        if field.number == 1 and isinstance(parts.get(2), bytes):
            children[bytes(parts[2]).decode("utf-8", "replace")] = int(parts.get(1, 0))  # pyright: ignore[reportArgumentType]
        elif field.number == 2 and parts.get(1) == _VALUE.encode() and isinstance(parts.get(3), bytes):
            key = bytes(parts[3]).decode("utf-8", "replace")
    return children, key
