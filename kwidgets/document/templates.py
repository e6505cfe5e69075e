"""Starting points: small, complete experiments that a person can start at once and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import positions, settings
from .draft import INPUT, Draft, Part, Source, node_id
from .refused import Refused

Config = dict[str, Any]


@dataclass(frozen=True)
class Template:
    name: str
    title: str
    help: str
    make: Callable[[], Draft]


def build(name: str) -> Draft:
    """A fresh draft of a template; Refused for a name that is none."""
    if name not in TEMPLATES:
        raise Refused(f"There is no template {name!r}.", f"There are: {', '.join(TEMPLATES)}.")
    draft = TEMPLATES[name].make()
    draft.name = name
    draft.layout = positions.arranged(draft)
    return draft


class _Maker:
    """Puts layers together by name; every method returns the node it made."""

    def __init__(self, kind: str, loss: str | dict[str, str], optimizer: str = "Adam", **training: Any) -> None:
        self.draft = Draft(kind=kind)
        self.draft.training |= {"loss": loss, "optimizer": {"class_name": optimizer, "config": {}}, **training}

    def input(self, name: str, *shape: int | None, dtype: str = "float32") -> str:
        config = settings.canonical_input({"batch_input_shape": [None, *shape], "dtype": dtype})
        self.draft.layers[name] = Part(INPUT, config)
        return node_id(name, 0)

    def layer(self, class_name: str, *before: str, name: str | None = None, **config: Any) -> str:
        name = name or self.draft.free_name(class_name)
        checked = settings.canonical(class_name, name, config)
        self.draft.layers[name] = Part(class_name, checked, (_sources(before),))
        return node_id(name, 0)

    def again(self, node: str, *before: str) -> str:
        name = node.rpartition("@")[0]
        part = self.draft.layers[name]
        self.draft.layers[name] = Part(part.class_name, part.config, (*part.calls, _sources(before)))
        return node_id(name, len(part.calls))

    def stack(self, node: str, *layers: tuple[str, Config]) -> str:
        for class_name, config in layers:
            node = self.layer(class_name, node, **config)
        return node

    def done(self, *outputs: str) -> Draft:
        self.draft.outputs = list(outputs)
        return self.draft


def _sources(nodes: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(Source(layer, int(call)) for layer, _, call in (node.rpartition("@") for node in nodes))


def _linear_regression() -> Draft:
    make = _Maker("Sequential", "mean_squared_error", "SGD", epochs=50)
    return make.done(make.layer("Dense", make.input("input_1", 1), units=1))


def _classifier(*shape: int) -> Draft:
    make = _Maker("Sequential", "categorical_crossentropy", metrics=["accuracy"], validation_split=0.1)
    node = make.input("input_1", *shape)
    if len(shape) > 1:
        node = make.layer("Flatten", node)
    node = make.stack(node, ("Dense", {"units": 64, "activation": "relu"}), ("Dropout", {"rate": 0.2}))
    return make.done(make.layer("Dense", node, units=10, activation="softmax"))


def _cnn() -> Draft:
    make = _Maker("Sequential", "categorical_crossentropy", metrics=["accuracy"], validation_split=0.1)
    conv = {"kernel_size": (3, 3), "padding": "same", "activation": "relu"}
    end = make.stack(
        make.input("input_1", 8, 8, 1),
        ("Conv2D", {"filters": 16, **conv}),
        ("Conv2D", {"filters": 32, **conv}),
        ("MaxPooling2D", {"pool_size": (2, 2)}),
        ("Dropout", {"rate": 0.25}),
        ("Flatten", {}),
        ("Dense", {"units": 64, "activation": "relu"}),
        ("Dense", {"units": 10, "activation": "softmax"}),
    )
    return make.done(end)


def _lstm_text() -> Draft:
    make = _Maker("Sequential", "binary_crossentropy", metrics=["accuracy"], epochs=5, validation_split=0.1)
    end = make.stack(
        make.input("input_1", 80),
        ("Embedding", {"input_dim": 10000, "output_dim": 32}),
        ("LSTM", {"units": 32}),
        ("Dense", {"units": 1, "activation": "sigmoid"}),
    )
    return make.done(end)


def _news() -> Draft:
    """The two-input, two-output model of Keras's guide: headlines, with an early output that helps the LSTM learn."""
    make = _Maker("Model", "binary_crossentropy", "RMSprop", epochs=50)
    headline = make.input("main_input", 100, dtype="int32")
    other = make.input("aux_input", 5)
    words = make.layer("Embedding", headline, input_dim=10000, output_dim=64)
    memory = make.layer("LSTM", words, units=32)
    early = make.layer("Dense", memory, name="aux_output", units=1, activation="sigmoid")
    both = make.layer("Concatenate", memory, other)
    relu = {"units": 64, "activation": "relu"}
    deep = make.stack(both, ("Dense", relu), ("Dense", relu), ("Dense", relu))
    return make.done(make.layer("Dense", deep, name="main_output", units=1, activation="sigmoid"), early)


def _autoencoder() -> Draft:
    make = _Maker("Sequential", "binary_crossentropy", epochs=50, batch_size=256)
    end = make.stack(
        make.input("input_1", 784),
        ("Dense", {"units": 128, "activation": "relu"}),
        ("Dense", {"units": 32, "activation": "relu"}),
        ("Dense", {"units": 128, "activation": "relu"}),
        ("Dense", {"units": 784, "activation": "sigmoid"}),
    )
    return make.done(end)


def _residual() -> Draft:
    make = _Maker("Model", "categorical_crossentropy", metrics=["accuracy"], validation_split=0.1)
    conv: dict[str, Any] = {"filters": 16, "kernel_size": (3, 3), "padding": "same"}
    start = make.layer("Conv2D", make.input("input_1", 8, 8, 1), **conv, activation="relu")
    inner = make.stack(
        start,
        ("Conv2D", conv),
        ("BatchNormalization", {}),
        ("Activation", {"activation": "relu"}),
        ("Conv2D", conv),
        ("BatchNormalization", {}),
    )
    joined = make.layer("Activation", make.layer("Add", inner, start), activation="relu")
    pooled = make.layer("GlobalAveragePooling2D", joined)
    return make.done(make.layer("Dense", pooled, units=10, activation="softmax"))


def _siamese() -> Draft:
    make = _Maker("Model", "binary_crossentropy", metrics=["accuracy"], validation_split=0.1)
    left, right = make.input("left", 28, 28), make.input("right", 28, 28)
    rows = make.layer("LSTM", left, name="encoder", units=64)
    joined = make.layer("Concatenate", rows, make.again(rows, right))
    return make.done(make.layer("Dense", joined, units=1, activation="sigmoid"))


TEMPLATES = {
    template.name: template
    for template in (
        Template(
            "linear_regression", "Linear regression", "One unit on one number: a straight line.", _linear_regression
        ),
        Template(
            "digits_perceptron", "Perceptron for digits", "8x8 images, two dense layers.", lambda: _classifier(8, 8, 1)
        ),
        Template(
            "mnist_perceptron", "Perceptron for MNIST", "784 numbers, two dense layers.", lambda: _classifier(784)
        ),
        Template("digits_cnn", "Small convolutional net", "8x8 images, two convolutions.", _cnn),
        Template("text_lstm", "LSTM for text", "80 word numbers to one yes or no.", _lstm_text),
        Template("news", "Two inputs, two outputs", "Headlines and extra data, an early and a late output.", _news),
        Template("autoencoder", "Autoencoder", "784 numbers through 32 and back.", _autoencoder),
        Template("residual", "Residual block", "A convolutional block with a way round it.", _residual),
        Template("siamese", "Shared layer", "One LSTM reads two images and says if they belong together.", _siamese),
    )
}
