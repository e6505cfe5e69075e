"""A first model for arrays that a person has: an experiment that trains at once and is meant to be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.describe.classes import snake_case
from engine.types import Config

from .document.draft import FIRST_SEED
from .messages import ArrayEntry, ArrayFacts
from .refused import Refused
from .words import builder as say

# A column with more different whole numbers than this is a quantity, not classes.
MOST_CLASSES = 1000
WIDTH = 64
SMALLEST_PICTURE = 6
RELU = {"activation": "relu"}


def pair_of(arrays: Sequence[ArrayEntry]) -> tuple[ArrayEntry, ArrayEntry]:
    """(input, target): the likeliest two arrays of equally many rows, by name (x, y) and by being a column.

    arrays: {key, shape, dtype}. Raises Refused where no two have as many rows.
    """
    inputs = sorted((a for a in arrays if a["shape"]), key=_as_input, reverse=True)
    for one in inputs:
        others = [a for a in inputs if a is not one and a["shape"][0] == one["shape"][0]]
        if others:
            return one, max(others, key=_as_target)
    raise Refused(
        say.NO_PAIR_OF_ARRAYS,
        say.MAKE_ARRAYS_IN_A_CELL,
    )


def experiment_for(source: Mapping[str, object] | None, x: ArrayEntry, y: ArrayEntry, target: ArrayFacts) -> Config:
    """The experiment: small convolutions for pictures, an LSTM for sequences, dense layers for the rest.

    target: facts of the target array; they tell classes from quantities.
    """
    units, activation, loss, metrics = _ending(y, target)
    shape = [int(size) for size in x["shape"][1:]] or [1]
    layers = [*_body(shape), _layer("Dense", units=units, activation=activation)]
    named = _named(layers)
    first = {"class_name": "InputLayer", "config": {"name": "input_1", "batch_input_shape": [None, *shape]}}
    data = {"source": dict(source)} if source else {}
    return {
        "class_name": "Sequential",
        "config": {"name": "model_1", "layers": [first, *named]},
        "data": {**data, "inputs": {"input_1": x["key"]}, "targets": {named[-1]["config"]["name"]: y["key"]}},
        "training": {"loss": loss, "metrics": metrics, "validation_split": 0.1, "seed": FIRST_SEED},
    }


def _as_input(array: ArrayEntry) -> tuple[bool, bool, bool]:
    name = str(array["key"]).lower()
    return "test" not in name, name.startswith(("x", "in", "image", "feature", "data")), not _is_column(array)


def _as_target(array: ArrayEntry) -> tuple[bool, bool, bool]:
    name = str(array["key"]).lower()
    return "test" not in name, name.startswith(("y", "label", "target", "out")), _is_column(array)


def _is_column(array: ArrayEntry) -> bool:
    shape = array["shape"]
    return len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)


def _ending(y: ArrayEntry, facts: ArrayFacts) -> tuple[int, str, str, list[str]]:
    """(units, activation, loss, metrics) of the last layer."""
    whole = np.dtype(y["dtype"]).kind in "iub"
    classes, least, most = facts["classes"], facts["minimum"], facts["maximum"]
    if _is_column(y):
        if least is not None and most is not None and least >= 0 and most <= 1 and classes is not None:
            return 1, "sigmoid", "binary_crossentropy", ["accuracy"]
        if whole and least is not None and most is not None and least >= 0 and most < MOST_CLASSES:
            return int(most) + 1, "softmax", "sparse_categorical_crossentropy", ["accuracy"]
        return 1, "linear", "mean_squared_error", []
    width = int(y["shape"][-1])
    if classes is not None:
        return width, "softmax", "categorical_crossentropy", ["accuracy"]
    return width, "linear", "mean_squared_error", []


def _body(shape: Sequence[int]) -> list[Config]:
    if len(shape) == 3 and min(shape[:2]) >= SMALLEST_PICTURE:
        conv = {"kernel_size": [3, 3], "padding": "same", **RELU}
        pictures = [_layer("Conv2D", filters=16, **conv), _layer("MaxPooling2D")]
        return [*pictures, _layer("Flatten"), _layer("Dense", units=WIDTH, **RELU)]
    if len(shape) == 2 and shape[1] < shape[0]:
        return [_layer("LSTM", units=32)]
    flat = [_layer("Flatten")] if len(shape) > 1 else []
    return [*flat, _layer("Dense", units=WIDTH, **RELU)]


def _layer(class_name: str, **config: object) -> Config:
    return {"class_name": class_name, "config": config}


def _named(layers: Sequence[Config]) -> list[Config]:
    """The layers under names as the builder gives them: dense_1, dense_2 ..."""
    counts: dict[str, int] = {}
    named: list[Config] = []
    for layer in layers:
        stem = snake_case(layer["class_name"])
        counts[stem] = counts.get(stem, 0) + 1
        named.append({**layer, "config": {"name": f"{stem}_{counts[stem]}", **layer["config"]}})
    return named
