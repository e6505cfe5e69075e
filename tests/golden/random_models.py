"""Models, weights, data and settings of training drawn by a seed: the same in the engine's process and in tf_keras's.

`case(seed)` gives a `Case`: a Keras-2 config with several inputs and outputs, merges, layers and models called twice,
nested models and frozen layers, and what it is compiled with. Weights and data are arrays of their names and the seed.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from random_layers import MAKERS, MASKED, Dice, Drawn, Maker, Shape, recurrent

BATCH = 5
VOCABULARY = 7
LARGEST = 220  # numbers of one sample in a tensor
LOSSES = {
    "softmax": ["categorical_crossentropy", "kullback_leibler_divergence", "sparse_categorical_crossentropy"],
    "sigmoid": ["binary_crossentropy", "mean_squared_error"],
    "softplus": ["poisson", "mean_squared_logarithmic_error"],
    "linear": ["mean_squared_error", "mean_absolute_error", "logcosh", "hinge", "squared_hinge", "categorical_hinge",
               "cosine_proximity", "mean_absolute_percentage_error"],
}  # fmt: skip
OPTIMIZERS = {
    "SGD": [{"lr": 0.05}, {"lr": 0.05, "momentum": 0.9}, {"lr": 0.05, "momentum": 0.9, "nesterov": True}],
    "RMSprop": [{"lr": 0.01, "rho": 0.8}],
    "Adagrad": [{"lr": 0.05}],
    "Adadelta": [{"lr": 1.0, "rho": 0.9}],
    "Adam": [{"lr": 0.01}, {"lr": 0.01, "amsgrad": True}],
    "Adamax": [{"lr": 0.01}],
    "Nadam": [{"lr": 0.01}],
}


@dataclass
class Value:
    """A tensor of the graph: where it comes from, its shape without the batch, whether it has a mask."""

    source: tuple[str, int, int]
    shape: Shape
    masked: bool = False
    vocabulary: int = 0
    uses: int = 0


@dataclass
class Target:
    """What an output is trained for."""

    name: str
    shape: Shape
    loss: str
    weight: float
    sample_weights: str | None = None


@dataclass
class Case:
    """A drawn model with what it is trained by.

    noisy: an update draws random numbers, so that it cannot be compared. volumes: TensorFlow pools these in float32 alone.
    """

    seed: int
    config: dict
    inputs: list[tuple[str, Shape, int]]
    targets: list[Target]
    optimizer: tuple[str, dict]
    frozen: list[str] = field(default_factory=list)
    noisy: bool = False
    volumes: bool = False


def array(seed: int, name: str, shape: Shape) -> np.ndarray:
    """Normal numbers that are the same for a seed and a name on every NumPy."""
    return np.random.RandomState(zlib.crc32(f"{seed} {name}".encode())).standard_normal(shape)


def weights_for(seed: int, name: str, weights: list[np.ndarray]) -> list[np.ndarray]:
    """Small kernels; vectors, among which are variances and scales, are positive."""
    drawn = [array(seed, f"{name} {i}", w.shape) * 0.4 for i, w in enumerate(weights)]
    return [np.abs(w) + 0.1 if w.ndim == 1 else w for w in drawn]


def feeds(case: Case, samples: int = BATCH) -> list[np.ndarray]:
    """The inputs' arrays: normal numbers of which some steps are 0, or word numbers of which some are."""
    arrays = []
    for name, shape, vocabulary in case.inputs:
        values = array(case.seed, name, (samples, *shape))
        if vocabulary:
            values = np.abs(values * 3).astype("int32") % vocabulary
            values[:, 0] = np.maximum(values[:, 0], 1)
        else:
            steps = np.abs(array(case.seed, f"{name} steps", (samples, *shape[:1]))) > 0.4
            steps[:, 0] = True  # where all steps of a sample are masked, the mean over them is NaN in Keras, 0 here
            values *= steps.reshape(samples, *shape[:1], *[1] * len(shape[1:]))
        arrays.append(values)
    return arrays


def targets_for(case: Case, target: Target, samples: int = BATCH) -> np.ndarray:
    """Numbers that suit the loss."""
    values = array(case.seed, f"y {target.name}", (samples, *target.shape))
    positive, classes = np.abs(values) + 0.1, np.eye(target.shape[-1])[values.argmax(-1)]
    return {
        "categorical_crossentropy": classes,
        "categorical_hinge": classes,
        "sparse_categorical_crossentropy": values.argmax(-1)[..., None],
        "kullback_leibler_divergence": positive / positive.sum(-1, keepdims=True),
        "binary_crossentropy": (values > 0) * 1.0,
        "poisson": positive,
        "mean_squared_logarithmic_error": positive,
        "mean_absolute_percentage_error": values + np.sign(values),
        "hinge": np.where(values > 0, 1.0, -1.0),
        "squared_hinge": np.where(values > 0, 1.0, -1.0),
    }.get(target.loss, values)


def sample_weights_for(case: Case, target: Target, samples: int = BATCH) -> np.ndarray | None:
    """Weights of samples or of steps, some of them 0."""
    if target.sample_weights is None:
        return None
    shape = (samples, target.shape[0]) if target.sample_weights == "temporal" else (samples,)
    values = np.abs(array(case.seed, f"w {target.name}", shape))
    return np.where(values > 0.2, values, 0.0)


class Drawing:
    """What all graphs of one case share: the dice, names that no other layer has, what was met."""

    def __init__(self, seed: int) -> None:
        self.dice, self.count, self.noisy, self.volumes = Dice(seed), 0, False, False
        self.freezable: list[str] = []
        self.normalizing: set[str] = set()

    def name(self, class_name: str) -> str:
        """A new name, which says the class."""
        self.count += 1
        return f"{class_name.lower()}_{self.count}"


class Graph:
    """A functional model while it is drawn."""

    def __init__(self, drawing: Drawing, depth: int, each_step: bool = False) -> None:
        self.drawing, self.dice, self.depth, self.each_step = drawing, drawing.dice, depth, each_step
        self.layers: dict[str, dict] = {}
        self.values: list[Value] = []
        self.shareable: list[tuple[str, Shape, Drawn]] = []
        self.inputs: list[Value] = []

    def input(self, shape: Shape, vocabulary: int = 0) -> Value:
        """A new input."""
        name = self.drawing.name("input")
        config = {"name": name, "batch_input_shape": [None, *shape], "sparse": False,
                  **({"dtype": "int32"} if vocabulary else {})}  # fmt: skip
        self.layers[name] = {"name": name, "class_name": "InputLayer", "config": config, "inbound_nodes": []}
        value = Value((name, 0, 0), shape, vocabulary=vocabulary)
        self.inputs.append(value)
        self.values.append(value)
        return value

    def call(self, name: str, sources: list[Value], drawn: Drawn) -> Value:
        """A node of the layer of this name on tensors; its first output."""
        nodes = self.layers[name]["inbound_nodes"]
        nodes.append([[*value.source, {}] for value in sources])
        for value in sources:
            value.uses += 1
        masked = drawn.new_mask or (drawn.masks and all(value.masked for value in sources))
        outputs = [Value((name, len(nodes) - 1, 0), drawn.shape, masked)]
        outputs += [Value((name, len(nodes) - 1, 1 + i), drawn.shape[-1:]) for i in range(drawn.states)]
        self.values += outputs
        return outputs[0]

    def add(self, drawn: Drawn, sources: list[Value]) -> Value:
        """A new layer on tensors."""
        name = self.drawing.name(drawn.class_name)
        self.drawing.noisy |= drawn.noisy
        self.drawing.volumes |= "Pooling3D" in str([drawn.class_name, drawn.config])
        self.layers[name] = {
            "name": name, "class_name": drawn.class_name, "config": {"name": name, **drawn.config}, "inbound_nodes": [],
        }  # fmt: skip
        if drawn.weighted and len(sources) == 1 and drawn.class_name != "Embedding":
            self.shareable.append((name, sources[0].shape, drawn))
        if drawn.weighted and "BatchNormalization" not in str(drawn.config) + drawn.class_name:
            self.drawing.freezable.append(name)
        return self.call(name, sources, drawn)

    def pick(self) -> Value:
        """A tensor to go on from, rather one that is not used yet."""
        unused = [value for value in self.values if not value.uses and not value.vocabulary]
        others = [value for value in self.values if not value.vocabulary]
        return self.dice.choice(unused if unused and self.dice.chance(0.8) else others or unused)

    def grow(self) -> None:
        """One more layer, merge, shared call or nested model."""
        dice = self.dice
        for value in self.values:
            if value.vocabulary and not value.uses:
                config = {"input_dim": VOCABULARY, "output_dim": dice.integer(1, 4), "mask_zero": dice.chance(0.5),
                          "input_length": None}  # fmt: skip
                shape = (*value.shape, config["output_dim"])
                self.add(Drawn("Embedding", config, shape, weighted=True, new_mask=config["mask_zero"]), [value])
                return
        value = self.pick()
        if dice.chance(0.2) and self.merge(value):
            return
        shared = [entry for entry in self.shareable if entry[1] == value.shape and not value.masked]
        if shared and dice.chance(0.3):
            name, _, drawn = dice.choice(shared)
            normalizes = "BatchNormalization" in str(self.layers[name])
            if not normalizes or (value.source[0] == name and len(self.layers[name]["inbound_nodes"]) < 2):
                self.call(name, [value], drawn)
        elif dice.chance(0.15) and self.depth < 2 and not value.masked:
            self.nest(value)
        elif value.masked and dice.chance(0.3):
            self.add(Drawn("GlobalAveragePooling1D", {}, value.shape[-1:]), [value])
        else:
            self.grow_by(MASKED if value.masked else MAKERS[len(value.shape)], value)

    def grow_by(self, makers: list[Maker], value: Value) -> None:
        """A layer of one of the makers, if it is not too large; a recurrent one sometimes with given states."""
        maker = self.dice.choice(makers)
        drawn = maker(self.dice, value.shape)
        if self.each_step:
            if drawn.class_name in ("BatchNormalization", "ActivityRegularization"):
                return
            drawn.config.update({"activity_regularizer": None} if "activity_regularizer" in drawn.config else {})
        if value.masked and (drawn.class_name == "Softmax" or (drawn.class_name == "Bidirectional" and drawn.masks)):
            return
        if drawn.new_mask and (self.depth or value not in self.inputs):
            return  # elsewhere all steps of a sample may be masked
        if min(drawn.shape) < 1 or np.prod(drawn.shape) > LARGEST or len(drawn.shape) > 4:
            return
        if maker is recurrent and not value.masked and self.dice.chance(0.3):
            width, n = drawn.config["units"], 2 if drawn.class_name == "LSTM" else 1
            states = [v for v in self.values if v.shape == (width,) and not v.vocabulary]
            if states:
                drawn = Drawn(drawn.class_name, drawn.config, drawn.shape, masks=drawn.masks, states=drawn.states)
                self.add(drawn, [value, *[self.dice.choice(states) for _ in range(n)]])
                return
        self.add(drawn, [value])

    def merge(self, value: Value) -> bool:
        """Join the tensor with others that fit; False where none does."""
        dice = self.dice
        alike = [v for v in self.values if v.shape == value.shape and v is not value and v.masked == value.masked
                 and not v.vocabulary]  # fmt: skip
        rank = len(value.shape)
        if alike:
            other = dice.choice(alike)
            name = dice.choice(["Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract", "Concatenate", "Dot"])
            if name == "Dot" and rank <= 2 and not value.masked:
                axes = dice.integer(1, rank)
                shape = (1,) if rank == 1 else (value.shape[2 - axes],) * 2
                self.add(Drawn("Dot", {"axes": axes, "normalize": dice.chance(0.4)}, shape), [value, other])
                return True
            if name == "Concatenate":
                axis = -1 if value.masked else dice.choice([-1, dice.integer(1, rank)])
                index = axis - 1 if axis > 0 else rank - 1
                shape = tuple(n * 2 if i == index else n for i, n in enumerate(value.shape))
                if np.prod(shape) <= LARGEST:
                    self.add(Drawn("Concatenate", {"axis": axis}, shape, masks=True), [value, other])
                return True
            name = "Add" if name == "Dot" else name
            others = [other] if name == "Subtract" or dice.chance(0.7) else [other, dice.choice(alike)]
            self.add(Drawn(name, {}, value.shape, masks=True), [value, *others])
            return True
        if value.masked or rank == 1:
            return False
        partners = [v for v in self.values if len(v.shape) == rank and not v.masked and not v.vocabulary
                    and all(1 in (a, b) or a == b for a, b in zip(v.shape, value.shape, strict=True))
                    and v is not value]  # fmt: skip
        if not partners:
            return False
        other = dice.choice(partners)
        shape = tuple(max(pair) for pair in zip(value.shape, other.shape, strict=True))
        self.add(Drawn(dice.choice(["Add", "Multiply", "Maximum"]), {}, shape), [value, other])
        return True

    def nest(self, value: Value) -> None:
        """A model as a layer: a Sequential or a functional one, called once or twice, or on each step."""
        dice, drawing = self.dice, self.drawing
        each_step = len(value.shape) in (2, 3) and dice.chance(0.25)
        shape = value.shape[1:] if each_step else value.shape
        inner = Graph(drawing, self.depth + 1, self.each_step or each_step)
        last = inner.input(shape)
        sequential = dice.chance(0.5)
        for _ in range(dice.integer(1, 3)):
            if sequential:
                inner.grow_by(MAKERS[len(last.shape)], last)
                last = inner.values[-1] if not inner.values[-1].source[2] and not inner.values[-1].masked else last
            else:
                inner.grow()
        ends = [v for v in inner.values if not v.uses and not v.masked and v is not inner.inputs[0]]
        chain = [layer for layer in inner.layers.values() if layer["class_name"] != "InputLayer"]
        if sequential and not inner.is_chain(chain):
            sequential = False
        if not ends:
            return
        end = dice.choice(ends)
        config = inner.sequential_config(chain) if sequential else inner.config([end])
        new = (value.shape[0], *end.shape) if each_step else end.shape
        if np.prod(new) > LARGEST or len(new) > 4:
            return
        class_name = "Sequential" if sequential else "Model"
        if each_step:
            self.add(Drawn("TimeDistributed", {"layer": {"class_name": class_name, "config": config}}, new), [value])
            return
        name = config["name"]
        self.layers[name] = {"name": name, "class_name": class_name, "config": config, "inbound_nodes": []}
        drawn = Drawn(class_name, config, new, weighted=True)
        if "BatchNormalization" not in str(config):
            drawing.freezable.append(name)
        self.shareable.append((name, value.shape, drawn))
        self.call(name, [value], drawn)

    def is_chain(self, chain: list[dict]) -> bool:
        """Whether each of the layers has one call, on what the one before it gives, and one output."""
        feeders = [self.inputs[0].source[0], *(layer["name"] for layer in chain)]
        wires = [[[[feeder, 0, 0, {}]]] for feeder in feeders[:-1]]
        return bool(chain) and len(self.values) == len(feeders) and wires == [one["inbound_nodes"] for one in chain]

    def sequential_config(self, chain: list[dict]) -> dict:
        """The layers one after the other, as Keras keeps a Sequential."""
        shape = self.layers[self.inputs[0].source[0]]["config"]["batch_input_shape"]
        layers = [{"class_name": one["class_name"], "config": one["config"]} for one in chain]
        layers[0]["config"] = {**layers[0]["config"], "batch_input_shape": shape}
        return {"name": self.drawing.name("sequential"), "layers": layers}

    def config(self, outputs: list[Value]) -> dict:
        """The graph as Keras keeps a model: the calls that lead to the outputs, and the inputs.

        The calls of a nested model are counted from 1, as Keras counts its own graph as the first.
        """
        needed, waiting = set(), [value.source[:2] for value in outputs]
        while waiting:
            name, index = waiting.pop()
            if (name, index) not in needed and self.layers[name]["inbound_nodes"]:
                needed.add((name, index))
                waiting += [tuple(source[:2]) for source in self.layers[name]["inbound_nodes"][index]]
        numbers = {}
        for name, layer in self.layers.items():
            calls = [index for index in range(len(layer["inbound_nodes"])) if (name, index) in needed]
            first = int(layer["class_name"] in ("Model", "Sequential"))
            numbers.update({(name, index): first + i for i, index in enumerate(calls)})

        def reference(source: tuple | list) -> list:
            return [source[0], numbers.get((source[0], source[1]), 0), *source[2:]]

        layers = []
        for name, layer in self.layers.items():
            nodes = [
                [reference(source) for source in node]
                for index, node in enumerate(layer["inbound_nodes"])
                if (name, index) in needed
            ]
            if nodes or layer["class_name"] == "InputLayer":
                layers.append({**layer, "inbound_nodes": nodes})
        return {
            "name": self.drawing.name("model"),
            "layers": layers,
            "input_layers": [list(value.source) for value in self.inputs],
            "output_layers": [reference(value.source) for value in outputs],
        }


def end_of(graph: Graph, value: Value) -> tuple[Value, str]:
    """The tensor with an output layer behind it, and a loss that suits."""
    dice = graph.dice
    kind = dice.choice(["softmax", "sigmoid", "softplus", "linear", "linear"])
    loss = dice.choice(LOSSES[kind])
    if kind == "linear" and dice.chance(0.3):
        return value, dice.choice(["mean_squared_error", "mean_absolute_error"])
    units = dice.integer(2, 4)
    config = {"units": units, "activation": kind, "use_bias": dice.chance(0.9)}
    return graph.add(Drawn("Dense", config, (*value.shape[:-1], units), masks=True), [value]), loss


INPUTS: list[tuple[Shape, int]] = [
    ((4,), 0), ((3,), 0), ((5, 3), 0), ((4, 2), 0), ((6, 5, 2), 0), ((4, 4, 3), 0), ((3, 4, 3, 2), 0),
    ((5,), VOCABULARY), ((4,), VOCABULARY),
]  # fmt: skip


def case(seed: int) -> Case:
    """The model of this seed."""
    drawing = Drawing(seed)
    dice, graph = drawing.dice, Graph(drawing, 0)
    for _ in range(dice.choice([1, 1, 1, 2, 2, 3])):
        graph.input(*dice.choice(INPUTS))
    for _ in range(dice.integer(2, 9)):
        graph.grow()
    while any(not value.uses and value.vocabulary for value in graph.values):
        graph.grow()
    ends = [value for value in graph.values if not value.uses]
    dice_count = dice.choice([1, 1, 2, 3])
    while len(ends) > dice_count:
        flat = [graph.add(Drawn("GlobalAveragePooling1D", {}, v.shape[-1:]), [v]) if v.masked
                else v if len(v.shape) == 1 else graph.add(Drawn("Flatten", {}, (int(np.prod(v.shape)),)), [v])
                for v in ends[:2]]  # fmt: skip
        width = sum(v.shape[0] for v in flat)
        ends = [*ends[2:], graph.add(Drawn("Concatenate", {"axis": -1}, (width,)), flat)]
    outputs, targets = [], []
    for value in ends:
        output, loss = end_of(graph, value)
        modes = [None, None, "samples"] + (["temporal"] if len(output.shape) == 2 else [])
        outputs.append(output)
        weight = dice.choice([1.0, 1.0, 0.4, 2.5])
        targets.append(Target(output.source[0], output.shape, loss, weight, dice.choice(modes)))
    # In float32, which volumes need, the others make more of a rounding error than can be told from a fault.
    optimizer = "SGD" if drawing.volumes else dice.choice(sorted(OPTIMIZERS))
    settings = dict(dice.choice(OPTIMIZERS[optimizer]))
    if dice.chance(0.25):
        settings.update(dice.choice([{"clipnorm": 0.1}, {"clipvalue": 0.05}]))
    config = graph.config(outputs)
    inputs = [(v.source[0], v.shape, v.vocabulary) for v in graph.inputs]
    frozen = [name for name in drawing.freezable if dice.chance(0.12)]
    model = {"class_name": "Model", "config": config, "keras_version": "2.2.4", "backend": "tensorflow"}
    return Case(seed, model, inputs, targets, (optimizer, settings), frozen, drawing.noisy, drawing.volumes)


def weighted_layers(model):
    """Every layer with its name, those of nested models and of models on each step in their place."""
    for layer in model.layers:
        inner = getattr(layer, "layer", None)
        if hasattr(layer, "layers"):
            yield from weighted_layers(layer)
        elif hasattr(inner, "layers"):
            yield from weighted_layers(inner)
        else:
            yield layer.name, layer


def every_layer(model):
    """Every layer and nested model."""
    for layer in model.layers:
        yield layer
        for inner in (layer, getattr(layer, "layer", None)):
            if hasattr(inner, "layers"):
                yield from every_layer(inner)


def prepared(model, case: Case):
    """The model with the case's weights and frozen layers."""
    for name, layer in weighted_layers(model):
        layer.set_weights(weights_for(case.seed, name, layer.get_weights()))
    for layer in every_layer(model):
        if layer.name in case.frozen:
            layer.trainable = False
    return model
