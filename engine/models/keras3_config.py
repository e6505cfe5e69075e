"""A model's config as Keras 3 writes it, and what it was compiled with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._declared import registry
from .._files.plain_model import LeftOut
from .._graph.derived import name_of_dtype
from .._graph.tensor import Tensor
from ..layers import Bidirectional
from ..layers.attention import AdditiveAttention, Attention
from ..layers.base import Layer
from ..layers.input import InputLayer
from ..layers.multi_head import Heads
from ..layers.naming import input_name
from ..layers.node import Node
from ..layers.recurrent_base import RecurrentLayer
from ..layers.wrappers import Wrapper
from ..types import Config
from .graph import source_of
from .keras3_spelling import MASKED_SAID, MEASURES, Speller, entry, repeats_masked_steps
from .network import Network

_HEADS = ("key", "attention_mask")


def written_model(model: Network, lost: list[LeftOut]) -> Config:
    """The entry of a model, as `_written` gives it; a frozen model says so of each of its layers, as Keras 3 asks each."""
    written = _written(model, lost)
    return written if model.trainable else _frozen(written)


def _frozen(written: Config) -> Config:
    config = dict(written["config"])
    if "layers" in config:
        config["layers"] = [_frozen(one) for one in config["layers"]]
    for key in ("layer", "cell"):
        if isinstance(config.get(key), dict):
            config[key] = _frozen(config[key])
    if isinstance(config.get("cells"), list):
        config["cells"] = [_frozen(one) for one in config["cells"]]
    if "trainable" in config:
        config["trainable"] = False
    return {**written, "config": config}


def _written(model: Network, lost: list[LeftOut]) -> Config:
    """The entry of a model, {module, class_name, config, registered_name}.

    Args:
        model: a model with a graph.
        lost: gets what Keras 3 cannot say, layer by layer.

    Returns:
        What config.json of a `.keras` file holds, without `compile_config`.
    """
    if model.model_kind == "stack":
        config = {"name": model.name, "trainable": model.trainable, "layers": _stack(model, lost)}
        return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None}
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": {"name": model.name, "trainable": model.trainable, **_Graph(model, lost).written()},
        "registered_name": "Functional",
    }


def _stack(model: Network, lost: list[LeftOut]) -> list[Config]:
    layers = [_layer(layer, lost) for layer in model.layers]
    if len(model.inputs) != 1:
        if model.inputs:
            lost.append(LeftOut(model.name, "A Sequential of several inputs is none of Keras 3."))
        return layers
    start = model.inputs[0]
    config = {"batch_shape": list(start.shape), "dtype": name_of_dtype(start.dtype), "sparse": False}
    first = source_of(start)[0]
    name = first.name if isinstance(first, InputLayer) else input_name(model.layers[0].name)
    return [entry("layer", "InputLayer", {**config, "name": name}), *layers]


def _layer(layer: Layer, lost: list[LeftOut]) -> Config:
    if isinstance(layer, Network):
        return written_model(layer, lost)
    class_name = registry.name_for("layer", type(layer))
    if registry.find_all("layer").get(class_name) is not type(layer):
        lost.append(LeftOut(layer.name, f"{class_name} is a class of your own: its code is in no file."))
    if repeats_masked_steps(layer):
        lost.append(LeftOut(layer.name, MASKED_SAID))
    written = Speller(lost).layer(layer.name, class_name, layer.get_config())
    written = written if layer.trainable else _frozen(written)
    if isinstance(layer, Wrapper) and isinstance(layer.layer, Network):
        written["config"]["layer"] = written_model(layer.layer, lost)
    return written


class _Graph:
    """Layers, calls and ends of a graph; calls of each layer are counted from 0, at the ends those of graphs from 1."""

    def __init__(self, model: Network, lost: list[LeftOut]) -> None:
        self.model, self.lost = model, lost
        of_graph = {id(node) for node in model.graph.nodes}
        self.nodes = {
            layer: [(i, node) for i, node in enumerate(layer.inbound_nodes) if id(node) in of_graph]
            for layer in model.graph.layers
        }
        self.calls = {
            (id(layer), index): call for layer, nodes in self.nodes.items() for call, (index, _) in enumerate(nodes)
        }

    def written(self) -> Config:
        """{layers, input_layers, output_layers}."""
        layers = []
        for layer, nodes in self.nodes.items():
            calls = [self._call(layer, node) for _, node in nodes if node.inbound_layers]
            layers.append({**_layer(layer, self.lost), "name": layer.name, "inbound_nodes": calls})
            if "/" in layer.name:
                self.lost.append(LeftOut(layer.name, "A name with a stroke is none of Keras 3."))
        return {
            "layers": layers,
            "input_layers": self._ends(self.model.inputs),
            "output_layers": self._ends(self.model.outputs),
        }

    def _reference(self, tensor: Tensor) -> list[Any]:
        layer, node, index = source_of(tensor)
        return [layer.name, self.calls[id(layer), node], index]

    def _ends(self, tensors: Sequence[Tensor]) -> list[Any]:
        ends = []
        for tensor in tensors:
            name, call, index = self._reference(tensor)
            layer = source_of(tensor)[0]
            is_graph = isinstance(layer, Network) and layer.model_kind != "stack"
            ends.append([name, call + int(is_graph), index])
        return ends[0] if len(ends) == 1 else ends

    def _tensor(self, tensor: Tensor) -> Config:
        config = {
            "shape": list(tensor.shape),
            "dtype": name_of_dtype(tensor.dtype),
            "keras_history": self._reference(tensor),
        }
        return {"class_name": "__keras_tensor__", "config": config}

    def _call(self, layer: Layer, node: Node) -> Config:
        tensors = [self._tensor(x) for x in node.input_tensors]
        arguments: Config = dict(node.arguments)
        if isinstance(layer, Heads):
            behind = dict(zip(_HEADS, tensors[2:], strict=False))
            return {
                "args": tensors[:2] if len(tensors) > 1 else tensors * 2,
                "kwargs": self._masked(layer, {**arguments, **behind}),
            }
        if isinstance(layer, (RecurrentLayer, Bidirectional)) and len(tensors) > 1:
            if getattr(layer, "num_constants", None) or getattr(layer, "_num_constants", None):
                self.lost.append(LeftOut(layer.name, "Keras 3's recurrent layers take no constants."))
            return {"args": tensors[:1], "kwargs": {**arguments, "initial_state": tensors[1:]}}
        whole = len(tensors) > 1 or layer.merges
        return {"args": [tensors] if whole else tensors, "kwargs": self._masked(layer, arguments)}

    @staticmethod
    def _masked(layer: Layer, arguments: Config) -> Config:
        causal = isinstance(layer, (Heads, Attention, AdditiveAttention)) and layer.causal
        return {**arguments, "use_causal_mask": True} if causal else arguments


def written_training(training: Mapping[str, Any], lost: list[LeftOut]) -> Config:
    """What a model was compiled with, as config.json has it under `compile_config`.

    Args:
        training: `optimizer_config`, `loss`, `metrics`, `loss_weights` as Keras 2's files have them.
        lost: gets what Keras 3 cannot say.

    Returns:
        The arguments of Keras 3's `compile`.
    """
    optimizer = training["optimizer_config"]
    if training.get("sample_weight_mode"):
        lost.append(LeftOut("", "sample_weight_mode is no argument of Keras 3's compile."))
    return {
        "optimizer": written_optimizer(str(optimizer["class_name"]), optimizer["config"]),
        "loss": _measures("loss", training.get("loss")),
        "loss_weights": training.get("loss_weights"),
        "metrics": _measures("metric", training.get("metrics")) or None,
        "weighted_metrics": None,
        "run_eagerly": False,
        "steps_per_execution": 1,
        "jit_compile": False,
    }


def _measures(kind: str, value: Any) -> Any:
    if isinstance(value, Mapping) and "class_name" in value:
        return entry(kind, str(value["class_name"]), value.get("config") or {})
    if isinstance(value, Mapping):
        return {key: _measures(kind, one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_measures(kind, one) for one in value]
    return MEASURES.get(value, str(value)) if isinstance(value, str) else value


def written_optimizer(class_name: str, config: Mapping[str, Any]) -> Config:
    """An optimizer as Keras 3 writes it: `learning_rate` in place of `lr`, a schedule for `decay`."""
    inner = config.get("inner_optimizer")
    if isinstance(inner, Mapping):
        within = written_optimizer(str(inner["class_name"]), inner["config"])
        return entry("optimizer", class_name, {**config, "inner_optimizer": within})
    engine_only = ("lr", "decay", "schedule_decay", "epsilon_in_root")
    settings = {key: value for key, value in config.items() if key not in engine_only}
    rate: Any = config.get("lr", 0.001)
    decay = float(config.get("decay") or 0.0)
    if rate_of_no_keras(config) is not None:
        rate = rate["config"]["initial_learning_rate"]
    elif isinstance(rate, Mapping):
        rate = entry("schedule", str(rate["class_name"]), rate.get("config") or {})
    elif decay:
        falling = {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay, "staircase": False}
        rate = entry("schedule", "InverseTimeDecay", falling)
    if config.get("clipnorm"):
        settings["global_clipnorm"] = settings.pop("clipnorm")  # that of Keras 2.2.4 is the length of all gradients
    if class_name == "Adagrad":
        settings.setdefault("initial_accumulator_value", 0.0)
    return entry("optimizer", class_name, {"learning_rate": rate, **settings})


def rate_of_no_keras(config: Mapping[str, Any]) -> str | None:
    """A sentence about a rate that follows what no Keras has; None for others."""
    rate = config.get("lr")
    settings = rate.get("config") or {} if isinstance(rate, Mapping) else {}
    if not isinstance(rate, Mapping) or rate["class_name"] != "InverseTimeDecay" or not settings.get("power"):
        return None
    return f"The rate stays {settings['initial_learning_rate']} there: no Keras has InverseTimeDecay(power=...)."


def trains_otherwise(optimizer: Mapping[str, Any]) -> list[str]:
    """Sentences about where further training in Keras 3 follows another formula than here."""
    name, config = str(optimizer["class_name"]), optimizer["config"]
    if isinstance(config.get("inner_optimizer"), Mapping):
        return trains_otherwise(config["inner_optimizer"])
    said = [sentence for sentence in [rate_of_no_keras(config)] if sentence is not None]
    if name in ("RMSprop", "Adagrad") and not config.get("epsilon_in_root"):
        said.append(f"{name} adds epsilon below the root there; {name}(epsilon_in_root=True) is the same here.")
    if name == "Nadam" and config.get("schedule_decay", 0.004) != 1.0:
        said.append("Nadam's momentum grows faster there; Nadam(schedule_decay=1.0) is the same here.")
    return said
