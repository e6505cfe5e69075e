"""Configs that name code, files and addresses, and settings of wrong values."""

from __future__ import annotations

import base64
import json
import marshal
from collections.abc import Iterator

from .case import Case, Json, hdf5_of, in_every_form, layer, stack
from .graphs import X, graph, node, source

CODE, FILES, VALUES, TRAINING = "code in a model file", "files outside", "wrong numbers", "training settings"
_BYTES = base64.b64encode(marshal.dumps(compile("__import__('os').mkdir('canary')", "x", "eval"))).decode()
_LAMBDA = {"function": [_BYTES, None, None], "function_type": "lambda", "output_shape": None}
NAMED_CODE = {
    "a Lambda of byte code": stack(layer("Lambda", **_LAMBDA)),
    "a Lambda of byte code that is safe, it says": {**stack(layer("Lambda", **_LAMBDA)), "safe_mode": False},
    "a Lambda of byte code as Keras 3 writes it": stack(
        layer(
            "Lambda",
            function={"class_name": "__lambda__", "config": {"code": _BYTES, "defaults": None, "closure": None}},
        )
    ),
    "a Lambda with a closure": stack(layer("Lambda", function=[_BYTES, [1], [_BYTES]], function_type="lambda")),
    "a Lambda of a function's name": stack(
        layer("Lambda", function="os.system", function_type="function", module="os")
    ),
    "a Lambda of eval": stack(layer("Lambda", function="eval", function_type="function", module="builtins")),
    "a Lambda of a raw text": stack(layer("Lambda", function="lambda x: x", function_type="raw")),
    "a Lambda whose shape is code": stack(
        layer(
            "Lambda",
            function="relu",
            function_type="function",
            output_shape=[_BYTES, None, None],
            output_shape_type="lambda",
        )
    ),
    "a class by its module": stack(
        {"class_name": "Dense", "module": "os", "registered_name": "system", "config": {"units": 1}}
    ),
    "a class that is a path": stack(layer("os.system", command="x")),
    "a class of the engine by its path": stack(layer("engine.layers.Dense", units=1)),
    "a class that is a builtin": stack(layer("eval", source="1")),
    "a class with underscores": stack(layer("__import__", name="os")),
    "a class that is private": stack(layer("_Constant")),
    "a class that is a model of code": {"class_name": "os.system", "config": {"layers": []}},
    "an activation by its path": stack(layer("Dense", units=1, activation="os.system")),
    "an activation that is a builtin": stack(layer("Dense", units=1, activation="eval")),
    "an activation with a module": stack(
        layer("Dense", units=1, activation={"class_name": "function", "config": "system", "module": "os"})
    ),
    "an initializer by its path": stack(layer("Dense", units=1, kernel_initializer="subprocess.call")),
    "an initializer of another class": stack(
        layer(
            "Dense",
            units=1,
            kernel_initializer={"class_name": "Popen", "module": "subprocess", "config": {"args": "x"}},
        )
    ),
    "a regularizer by its path": stack(layer("Dense", units=1, kernel_regularizer="os.system")),
    "a constraint by its path": stack(
        layer("Dense", units=1, kernel_constraint={"class_name": "os.system", "config": {}})
    ),
    "a wrapper around code": stack(layer("TimeDistributed", (3, 4), layer={"class_name": "Lambda", "config": _LAMBDA})),
    "a wrapper around a path": stack(layer("Bidirectional", (3, 4), layer={"class_name": "os.system", "config": {}})),
    "cells that are code": stack(layer("RNN", (3, 4), cell={"class_name": "eval", "config": {"source": "1"}})),
    "code inside a nested model": stack(stack(layer("Lambda", **_LAMBDA))),
    "code in a graph": graph([X, node("y", [source("x")], class_name="Lambda", **_LAMBDA)]),
    "a layer that is a callback": stack(layer("ModelCheckpoint", filepath="canary")),
    "a layer that is a function": stack(layer("load_model", filepath="/etc/passwd")),
    "a layer with a dunder": stack(layer("Dense", units=1, __class__="os")),
    "a layer with a method": stack(layer("Dense", units=1, call="os.system")),
}
NAMED_FILES = {
    "weights from a path": stack(layer("Dense", units=1, weights="/etc/passwd")),
    "an embedding from a path": stack(layer("Embedding", input_dim=3, output_dim=2, weights="/etc/passwd")),
    "an initializer from a path": stack(
        layer("Dense", units=1, kernel_initializer={"class_name": "Constant", "config": {"value": "/etc/passwd"}})
    ),
    "a vocabulary from a path": stack(layer("StringLookup", vocabulary="/etc/passwd")),
    "a vocabulary from an address": stack(layer("TextVectorization", vocabulary="http://localhost:1/x")),
    "a model from an address": stack(layer("Hub", handle="http://localhost:1/x")),
}
_NUMBERS: tuple[Json, ...] = (0, -1, 2.5, True, "4", None, [], {}, [1, 2, 3, 4], 1e300, -(10**30), "__import__('os')")
_FIELDS: dict[str, tuple[str, tuple[int, ...], dict[str, Json]]] = {
    "units": ("Dense", (4,), {}),
    "filters": ("Conv1D", (8, 3), {"kernel_size": 3}),
    "kernel_size": ("Conv2D", (8, 8, 3), {"filters": 2}),
    "n": ("RepeatVector", (4,), {}),
    "input_dim": ("Embedding", (4,), {"output_dim": 2, "dtype": "int32"}),
    "output_dim": ("Embedding", (4,), {"input_dim": 2, "dtype": "int32"}),
}
_OTHER_VALUES: dict[str, tuple[str, tuple[int, ...], dict[str, Json]]] = {
    "a rate of 2": ("Dropout", (4,), {"rate": 2}),
    "a rate of -1": ("Dropout", (4,), {"rate": -1}),
    "a rate that is a text": ("Dropout", (4,), {"rate": "half"}),
    "a padding that nobody knows": ("Conv2D", (8, 8, 3), {"filters": 2, "kernel_size": 3, "padding": "both"}),
    "a layout that nobody knows": ("Conv2D", (8, 8, 3), {"filters": 2, "kernel_size": 3, "data_format": "x"}),
    "a type that nobody knows": ("Dense", (4,), {"units": 1, "dtype": "object"}),
    "a type that is a record": ("Dense", (4,), {"units": 1, "dtype": [["a", "O"]]}),
    "an axis far away": ("BatchNormalization", (4,), {"axis": 10**12}),
    "an axis that is a text": ("BatchNormalization", (4,), {"axis": "last"}),
    "a shape of zero": ("Dense", (0,), {"units": 1}),
    "a shape below zero": ("Dense", (-4,), {"units": 1}),
    "a switch that is a text": ("Dense", (4,), {"units": 1, "use_bias": "yes"}),
    "a target that does not fit": ("Reshape", (4,), {"target_shape": [3]}),
    "a target of two unknowns": ("Reshape", (4,), {"target_shape": [-1, -1]}),
    "an order twice": ("Permute", (2, 3), {"dims": [1, 1]}),
    "an order beyond": ("Permute", (2, 3), {"dims": [1, 7]}),
    "a crop of all": ("Cropping1D", (4, 1), {"cropping": [9, 9]}),
    "a step of zero": ("MaxPooling2D", (8, 8, 3), {"strides": 0}),
    "a setting that nobody knows": ("Dense", (4,), {"units": 1, "colour": "red"}),
    "units that are missing": ("Dense", (4,), {}),
}
TRAINING_CONFIGS: dict[str, Json] = {
    "empty": {},
    "a list": [],
    "a text": "adam",
    "no optimizer": {"loss": "mse"},
    "an optimizer that is a number": {"optimizer_config": 3, "loss": "mse"},
    "an optimizer that is a path": {"optimizer_config": {"class_name": "os.system", "config": {}}, "loss": "mse"},
    "an optimizer without a class": {"optimizer_config": {"config": {}}, "loss": "mse"},
    "an optimizer with a wrong rate": {
        "optimizer_config": {"class_name": "SGD", "config": {"lr": "fast"}},
        "loss": "mse",
    },
    "a rate below zero": {"optimizer_config": {"class_name": "SGD", "config": {"lr": -1}}, "loss": "mse"},
    "a loss that nobody knows": {"optimizer_config": {"class_name": "SGD", "config": {}}, "loss": "os.system"},
    "a loss that is a number": {"optimizer_config": {"class_name": "SGD", "config": {}}, "loss": 3},
    "a loss of nobody": {"optimizer_config": {"class_name": "SGD", "config": {}}, "loss": {"nobody": "mse"}},
    "metrics that are a number": {"optimizer_config": {"class_name": "SGD", "config": {}}, "loss": "mse", "metrics": 3},
    "metrics that nobody knows": {
        "optimizer_config": {"class_name": "SGD", "config": {}},
        "loss": "mse",
        "metrics": ["eval"],
    },
    "weights that are a text": {
        "optimizer_config": {"class_name": "SGD", "config": {}},
        "loss": "mse",
        "loss_weights": "x",
    },
    "a mode that nobody knows": {
        "optimizer_config": {"class_name": "SGD", "config": {}},
        "loss": "mse",
        "sample_weight_mode": "x",
    },
}

# Losses and metrics that are objects: sizes that no machine holds, names of code, numbers that are none.
_LOSSES: dict[str, tuple[str, Json]] = {
    "a loss of an axis that is not there": ("CategoricalCrossentropy", {"axis": 99}),
    "a loss with a delta below zero": ("Huber", {"delta": -1}),
    "a loss that smooths beyond all": ("BinaryCrossentropy", {"label_smoothing": 1e308}),
    "a loss with a reduction that is a list": ("BinaryCrossentropy", {"reduction": ["sum"]}),
    "a loss that is the base of all": ("Loss", {}),
}
_METRICS: dict[str, tuple[str, Json]] = {
    "a metric of 10^12 thresholds": ("AUC", {"num_thresholds": 10**12}),
    "a metric of 10^12 labels": ("AUC", {"multi_label": True, "num_labels": 10**12}),
    "a metric of 10^9 classes": ("MeanIoU", {"num_classes": 10**9}),
    "a metric of the 10^9 largest": ("Precision", {"top_k": 10**9}),
    "a metric with thresholds that are lists": ("Precision", {"thresholds": [[[]]]}),
    "a metric with a name of 10^5 letters": ("Sum", {"name": "x" * 10**5}),
    "a metric of a function by its path": ("MeanMetricWrapper", {"fn": "os.system"}),
    "a metric of a metric of nothing": ("MeanMetricWrapper", {"fn": {"class_name": "MeanMetricWrapper", "config": {}}}),
    "a metric that is the base of all": ("Metric", {}),
}
for _name, (_class, _settings) in _LOSSES.items():
    TRAINING_CONFIGS[_name] = {
        "optimizer_config": {"class_name": "SGD", "config": {}},
        "loss": {"class_name": _class, "config": _settings},
    }
for _name, (_class, _settings) in _METRICS.items():
    TRAINING_CONFIGS[_name] = {
        "optimizer_config": {"class_name": "SGD", "config": {}},
        "loss": "mse",
        "metrics": [{"class_name": _class, "config": _settings}],
    }


def cases() -> Iterator[Case]:
    """Every config in every form."""
    for name, config in NAMED_CODE.items():
        # A class by a module is the class of the engine's own table; the module is nobody's business.
        expected = "read" if name == "a class by its module" else "refused"
        yield from in_every_form(name, CODE, config, expected, builder="either")
    for name, config in NAMED_FILES.items():
        yield from in_every_form(name, FILES, config, builder="either")
    for field, (class_name, shape, settings) in _FIELDS.items():
        for value in _NUMBERS:
            if field == "kernel_size" and value == "4":
                continue  # a text of whole numbers is understood, as in the builder's form
            config = stack(layer(class_name, shape, **{**settings, field: value}))
            yield Case(f"{field} {value!r}", VALUES, "model.json", json.dumps(config).encode())
            yield Case(f"{field} {value!r}", VALUES, "builder.yaml", json.dumps(config).encode(), "either")
    for name, (class_name, shape, settings) in _OTHER_VALUES.items():
        yield from in_every_form(name, VALUES, stack(layer(class_name, shape, **settings)), builder="either")
    config = json.dumps(stack(layer("Dense", units=2))).encode()
    for name, training in TRAINING_CONFIGS.items():
        yield Case(name, TRAINING, "model.h5", _with_training(config, training))
        yield Case(name, TRAINING, "builder.h5", _with_training(config, training))


def _with_training(config: bytes, training: Json) -> bytes:
    return hdf5_of(config, json.dumps(training).encode(), weights=((4, 2), (2,)))
