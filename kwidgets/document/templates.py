"""Starting points: small, complete experiments that a person can start at once and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log2, prod

from engine import applications
from engine.types import Config, Json

from .. import messages
from ..refused import Refused
from ..words import common
from ..words import templates as say
from . import settings
from .checks import Checker
from .draft import INPUT, Draft, Part, Source, node_id, order
from .reading import read_document

# Number of layers, and the rows of a sketch.
Size = tuple[int, list[list[float]]]
MOST_ROWS = 8


@dataclass(frozen=True)
class Template:
    """size: told for a template whose draft takes long to make, so that the palette need not make it."""

    name: str
    title: str
    help: str
    make: Callable[[], Draft]
    size: Size | None = None


def build(name: str) -> Draft:
    """A fresh draft of a template; Refused for a name that is none."""
    if name not in TEMPLATES:
        raise Refused(say.no_template(name), common.there_are(", ".join(TEMPLATES)))
    draft = TEMPLATES[name].make()
    draft.name = name
    return draft


def entry(template: Template) -> messages.TemplateEntry:
    """As the palette shows it: how many layers, and a sketch of their widths row by row."""
    layers, sketch = template.size or _measured(template.make())
    return {
        "name": template.name,
        "title": template.title,
        "help": template.help,
        "layers": layers,
        "sketch": sketch,
    }


def _measured(draft: Draft) -> Size:
    """The number of layers without inputs, and the widths: nodes of one depth beside each other, wide for large results."""
    depth: dict[str, int] = {}
    for node in order(draft, calls_in_order=False):
        depth[node] = 1 + max((depth[source.node] for source in draft.sources(node)), default=-1)
    nodes = Checker().check(draft).nodes
    rows: dict[int, list[float]] = {}
    for node, row in depth.items():
        shape = nodes[node].shape or ()
        values = prod(size for size in shape[1:] if size is not None)
        rows.setdefault(row, []).append(round(min(1.0, 0.15 + log2(1 + values) / 13), 2))
    step = max(1, ceil(len(rows) / MOST_ROWS))
    sketch = [row[:2] for index, row in sorted(rows.items()) if index % step == 0 or index == len(rows) - 1]
    return sum(not draft.is_input(node) for node in depth), sketch


class _Maker:
    """Puts layers together by name; every method returns the node it made."""

    def __init__(self, kind: str, loss: str | dict[str, str], optimizer: str = "Adam", **training: Json) -> None:
        self.draft = Draft(kind=kind)
        self.draft.training |= {"loss": loss, "optimizer": {"class_name": optimizer, "config": {}}, **training}

    def input(self, name: str, *shape: int | None, dtype: str = "float32") -> str:
        """Add an input layer; shape: that of one sample."""
        config = settings.canonical_input({"batch_input_shape": [None, *shape], "dtype": dtype})
        self.draft.layers[name] = Part(INPUT, config)
        return node_id(name, 0)

    def layer(self, class_name: str, *before: str, name: str | None = None, **config: object) -> str:
        """A layer on what comes out of `before`."""
        name = name or self.draft.free_name(class_name)
        checked = settings.canonical(class_name, name, config)
        self.draft.layers[name] = Part(class_name, checked, (_sources(before),))
        return node_id(name, 0)

    def again(self, node: str, *before: str) -> str:
        """One more call of a layer, on what comes out of `before`."""
        name = node.rpartition("@")[0]
        part = self.draft.layers[name]
        self.draft.layers[name] = Part(part.class_name, part.config, (*part.calls, _sources(before)))
        return node_id(name, len(part.calls))

    def stack(self, node: str, *layers: tuple[str, Config]) -> str:
        """Layers one after the other, the first on what comes out of `node`."""
        for class_name, config in layers:
            node = self.layer(class_name, node, **config)
        return node

    def done(self, *outputs: str) -> Draft:
        """The draft, with these nodes as outputs."""
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
    conv: Config = {"filters": 16, "kernel_size": (3, 3), "padding": "same"}
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


def _lenet() -> Draft:
    """LeNet-5 with the tanh and average pooling of 1998."""
    make = _Maker("Sequential", "categorical_crossentropy", metrics=["accuracy"], validation_split=0.1)
    end = make.stack(
        make.input("input_1", 28, 28, 1),
        ("Conv2D", {"filters": 6, "kernel_size": (5, 5), "padding": "same", "activation": "tanh"}),
        ("AveragePooling2D", {}),
        ("Conv2D", {"filters": 16, "kernel_size": (5, 5), "activation": "tanh"}),
        ("AveragePooling2D", {}),
        ("Flatten", {}),
        ("Dense", {"units": 120, "activation": "tanh"}),
        ("Dense", {"units": 84, "activation": "tanh"}),
        ("Dense", {"units": 10, "activation": "softmax"}),
    )
    return make.done(end)


def _vgg_block() -> Draft:
    """Two blocks of VGG on small pictures."""
    make = _Maker("Sequential", "categorical_crossentropy", metrics=["accuracy"], validation_split=0.1)
    node = make.input("input_1", 32, 32, 3)
    for block, filters in enumerate((32, 64), 1):
        conv = {"filters": filters, "kernel_size": (3, 3), "padding": "same", "activation": "relu"}
        for number in (1, 2):
            node = make.layer("Conv2D", node, name=f"block{block}_conv{number}", **conv)
        node = make.layer("MaxPooling2D", node, name=f"block{block}_pool")
    node = make.stack(
        node, ("Flatten", {}), ("Dense", {"units": 128, "activation": "relu"}), ("Dropout", {"rate": 0.5})
    )
    return make.done(make.layer("Dense", node, units=10, activation="softmax"))


def _unet() -> Draft:
    """Two steps down, two up, with the pictures of the way down beside those of the way up: one mask a picture."""
    make = _Maker("Model", "binary_crossentropy", metrics=["accuracy"], validation_split=0.1)

    def twice(node: str, filters: int) -> str:
        conv = {"filters": filters, "kernel_size": (3, 3), "padding": "same", "activation": "relu"}
        return make.stack(node, ("Conv2D", conv), ("Conv2D", conv))

    node, before = make.input("picture", 32, 32, 1), list[str]()
    for filters in (8, 16):
        before.append(twice(node, filters))
        node = make.layer("MaxPooling2D", before[-1])
    node = twice(node, 32)
    for filters in (16, 8):
        up = make.layer("UpSampling2D", node)
        node = twice(make.layer("Concatenate", up, before.pop()), filters)
    return make.done(make.layer("Conv2D", node, name="mask", filters=1, kernel_size=(1, 1), activation="sigmoid"))


def _residual_net() -> Draft:
    """Three stages of residual blocks; where the size changes, a 1x1 convolution goes round."""
    make = _Maker("Model", "categorical_crossentropy", metrics=["accuracy"], validation_split=0.1)
    conv: Config = {"kernel_size": (3, 3), "padding": "same"}
    node = make.layer("Conv2D", make.input("input_1", 32, 32, 3), filters=16, activation="relu", **conv)
    for stage, filters in enumerate((16, 32, 64)):
        strides = (2, 2) if stage else (1, 1)
        inner = make.stack(
            make.layer("Conv2D", node, filters=filters, strides=strides, **conv),
            ("BatchNormalization", {}),
            ("Activation", {"activation": "relu"}),
            ("Conv2D", {"filters": filters, **conv}),
            ("BatchNormalization", {}),
        )
        round_it = make.layer("Conv2D", node, filters=filters, kernel_size=(1, 1), strides=strides) if stage else node
        node = make.layer("Activation", make.layer("Add", inner, round_it), activation="relu")
    pooled = make.layer("GlobalAveragePooling2D", node)
    return make.done(make.layer("Dense", pooled, units=10, activation="softmax"))


def _application(name: str) -> Callable[[], Draft]:
    """A well-known net, its layers read from the engine's; it is made when chosen, without weights."""

    def make() -> Draft:
        model = getattr(applications, name)(weights=None)
        draft = read_document({"class_name": "Model", "config": model.get_config()}, Draft(name=name.lower()))
        draft.training = {**draft.training, "loss": "categorical_crossentropy", "metrics": ["accuracy"]}
        return draft

    return make


def _template(name: str, make: Callable[[], Draft], size: Size | None = None) -> Template:
    title, help_line = say.TEMPLATES[name]
    return Template(name, title, help_line, make, size)


def _net(name: str, layers: int, sketch: list[list[float]] | None = None) -> Template:
    return _template(name.lower(), _application(name), (layers, sketch or _FUNNEL))


_FUNNEL = [[0.3], [1.0], [0.9], [0.75], [0.6], [0.5], [0.4], [0.55]]
_BRANCHES = [[0.3], [1.0], [0.45, 0.45], [0.7], [0.4, 0.4], [0.6], [0.35, 0.35], [0.55]]

TEMPLATES = {
    template.name: template
    for template in (
        _template("linear_regression", _linear_regression),
        _template("digits_perceptron", lambda: _classifier(8, 8, 1)),
        _template("mnist_perceptron", lambda: _classifier(784)),
        _template("lenet", _lenet),
        _template("digits_cnn", _cnn),
        _template("vgg_block", _vgg_block),
        _template("residual_net", _residual_net),
        _template("unet", _unet),
        _template("text_lstm", _lstm_text),
        _template("news", _news),
        _template("autoencoder", _autoencoder),
        _template("residual", _residual),
        _template("siamese", _siamese),
        _net("VGG16", 22),
        _net("VGG19", 25),
        _net("ResNet50", 176, _BRANCHES),
        _net("InceptionV3", 312, _BRANCHES),
        _net("Xception", 133, _BRANCHES),
        _net("MobileNet", 92),
        _net("MobileNetV2", 156, _BRANCHES),
        _net("DenseNet121", 428, _BRANCHES),
        _net("NASNetMobile", 770, _BRANCHES),
    )
}
