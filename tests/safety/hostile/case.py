"""One file to be judged, and the ways in which a model's config comes into a reader."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import h5py
import numpy as np

Json = object


@dataclass(frozen=True)
class Case:
    """expected: "refused", "read", or "either" where only time, memory and events count. kind: whose promise it tries."""

    name: str
    kind: str
    reader: str
    content: bytes
    expected: str = "refused"


def stack(*layers: Mapping[str, Json]) -> dict[str, Json]:
    """The config of a Sequential."""
    return {"class_name": "Sequential", "config": {"name": "stack", "layers": list(layers)}}


def layer(class_name: str, shape: Sequence[int | None] | None = (4,), **settings: Json) -> dict[str, Json]:
    """A layer of a stack; shape: of a sample, for the first one."""
    first = {} if shape is None else {"batch_input_shape": [None, *shape]}
    return {"class_name": class_name, "config": {**first, **settings}}


def in_every_form(
    name: str, kind: str, config: Mapping[str, Json], expected: str = "refused", builder: str | None = None
) -> Iterator[Case]:
    """A model's config as JSON, YAML, experiment and HDF5 file; builder: what the builder's canvas does with it, if asked."""
    written = as_bytes(config)
    yield Case(name, kind, "model.json", written, expected)
    yield Case(name, kind, "model.yaml", written, expected)
    trained = {**config, "training": {"loss": "mse"}}
    yield Case(name, kind, "experiment.yaml", as_bytes(trained), expected)
    # Without the weights an honest model's file is not whole.
    yield Case(name, kind, "model.h5", hdf5_of(written), expected if expected == "refused" else "either")
    if builder is not None:
        yield Case(name, kind, "builder.yaml", written, builder)


def as_bytes(config: Json) -> bytes:
    """JSON, which is YAML too where no character is written as two halves."""
    try:
        return json.dumps(config, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(config).encode()


def hdf5_of(config: bytes, training: bytes | None = None, weights: Sequence[tuple[int, ...]] = ()) -> bytes:
    """A model file of these texts; weights: shapes of those of its one layer."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.attrs["model_config"] = config
        if training is not None:
            file.attrs["training_config"] = training
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"one"] if weights else []
        names = [f"one/weight_{number}:0".encode() for number, _ in enumerate(weights)]
        if weights:
            group.create_group("one").attrs["weight_names"] = names
        for name, shape in zip(names, weights, strict=True):
            group["one"].create_dataset(name, data=np.zeros(shape, "f4"))
    return buffer.getvalue()
