"""A model's config as tf.keras 2 writes it: Keras 2's form without settings that came later, attention with its shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._files.plain_model import LeftOut
from .._graph.tensor import Variable
from ..layers.base import Layer
from ..layers.multi_head import MultiHeadAttention
from ..types import Config
from .keras3_config import rate_of_no_keras
from .keras3_spelling import MASKED_SAID, bilinear_of_keras2, repeats_masked_steps
from .network import Network

_LACKING = (
    "ConvLSTM2DCell", "ConvRNN2D", "GroupQueryAttention", "Highway", "Lambda", "MaxoutDense", "Merge", "ParametricSoftplus",
    "SReLU", "ScaledAdd", "TimeDistributedDense",
)  # fmt: skip
_ON_IMAGES = (
    "CenterCrop", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation", "RandomTranslation",
    "RandomZoom", "Resizing",
)  # fmt: skip
# Settings that tf.keras 2.15 lacks, and the values that say nothing.
_WITHOUT: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    **{name: {"data_format": (None, "channels_last")} for name in _ON_IMAGES},
    "RandomContrast": {"data_format": (None, "channels_last"), "value_range": ([0.0, 255.0], (0.0, 255.0))},
    "UpSampling2D": {"half_pixel_centers": (None, True, False)},
    "Bidirectional": {"zero_output_for_mask": (None, True, False)},
    **{
        name: {"seed": (None,), "causal": (False,)} for name in ("MultiHeadAttention", "Attention", "AdditiveAttention")
    },
}
# Optimizers that tf.keras reads with the formulas of 2.11, and settings that came with these.
_SINCE_211 = ("AdamW", "Adafactor", "Ftrl", "Lion")
_SETTINGS_SINCE_211 = ("use_ema", "weight_decay")
# Of these HDF5 has the names alone: tf.keras finds them by custom_objects.
BY_CUSTOM_OBJECTS = ("Adafactor", "Lion")
_NEW_ACTIVATIONS = (
    "celu", "hard_shrink", "hard_sigmoid_of_keras_3", "hard_silu", "hard_swish", "hard_tanh", "log_sigmoid", "soft_shrink",
    "squareplus", "tanh_shrink",
)  # fmt: skip


def written_config(model: Network, config: Config, lost: list[LeftOut], frozen: bool = False) -> Config:
    """The config of a model, as `Network.get_config` gives it, in tf.keras's words.

    Args:
        model: the model.
        config: its config; it stays as it is.
        lost: gets what tf.keras cannot say, layer by layer.
        frozen: whether a model around it is frozen, which tf.keras asks each layer for.

    Returns:
        The config.
    """
    frozen = frozen or not model.trainable
    layers = {layer.name: layer for layer in model.layers}
    entries = []
    for entry in config["layers"]:
        layer = layers.get(entry.get("name", entry["config"].get("name")))
        entries.append(_entry(layer, entry, lost, frozen))
    return {**config, "layers": entries}


def _entry(layer: Layer | None, entry: Config, lost: list[LeftOut], frozen: bool) -> Config:
    if isinstance(layer, Network):
        return {**entry, "config": written_config(layer, entry["config"], lost, frozen)}
    class_name, config = str(entry["class_name"]), dict(entry["config"])
    name = str(config.get("name"))
    if class_name in _LACKING:
        why = "a function, whose code is in no file" if class_name == "Lambda" else "no layer of tf.keras"
        lost.append(LeftOut(name, f"{class_name} is {why}."))
    if bilinear_of_keras2(class_name, config):
        what = "bilinear takes other points in tf.keras; UpSampling2D(half_pixel_centers=True) has them."
        lost.append(LeftOut(name, what))
    if layer is not None and repeats_masked_steps(layer):
        lost.append(LeftOut(name, MASKED_SAID))
    new = next((value for value in config.values() if isinstance(value, str) and value in _NEW_ACTIVATIONS), None)
    if new is not None:
        lost.append(LeftOut(name, f"{new} is no activation of tf.keras."))
    if config.get("output_mode") == "tf_idf":
        lost.append(LeftOut(name, "how rare words are (tf_idf) has no place in tf.keras's HDF5; save as .keras."))
    arguments: Config = {}
    for key, silent in _WITHOUT.get(class_name, {}).items():
        value = config.pop(key, silent[0])
        if key == "causal" and value:
            arguments["use_causal_mask"] = True
        elif value not in silent and (key != "seed" or config.get("dropout")):
            lost.append(LeftOut(name, f"{key} is no setting of {class_name} in tf.keras."))
    if class_name == "TextVectorization" and isinstance(config.get("ngrams"), (list, tuple)):
        config["ngrams"] = {"class_name": "__tuple__", "items": list(config["ngrams"])}  # which takes no list
    if frozen and "trainable" in config:
        config["trainable"] = False
    written = {**entry, "config": config}
    if isinstance(layer, MultiHeadAttention):
        return _with_shapes(layer, written, arguments)
    if arguments:
        written["inbound_nodes"] = [
            [[*call[0][:3], {**call[0][3], **arguments}], *call[1:]] for call in entry["inbound_nodes"]
        ]
    return written


def _with_shapes(layer: MultiHeadAttention, entry: Config, arguments: Config) -> Config:
    """The shapes that tf.keras builds its attention by, and its further inputs as arguments by name."""
    tensors = layer.inbound_nodes[0].input_tensors
    query, value = tensors[0], tensors[min(1, len(tensors) - 1)]
    key = tensors[2] if len(tensors) > 2 else value
    config = dict(entry["config"])
    for what, tensor in (("query", query), ("value", value), ("key", key)):
        config[f"{what}_shape"] = list(tensor.shape)
    calls = []
    for call in entry.get("inbound_nodes", []):
        first, *others = call
        names = dict(zip(("value", "key", "attention_mask"), [one[:3] for one in others] or [first[:3]], strict=False))
        calls.append([[*first[:3], {**first[3], **arguments, **names}]])
    return {**entry, "config": config, **({"inbound_nodes": calls} if "inbound_nodes" in entry else {})}


def stored_there(layer: Layer) -> list[Variable]:
    """A layer's weights as tf.keras stores them: those of frozen layers of a model layer by layer, behind the others."""
    changed, fixed = _parts(layer, frozen=False)
    return list(dict.fromkeys([*changed, *fixed]))


def _parts(layer: Layer, *, frozen: bool) -> tuple[list[Variable], list[Variable]]:
    """The weights that training changes, and the others."""
    frozen = frozen or not layer.trainable
    if isinstance(layer, Network):
        parts = [_parts(one, frozen=frozen) for one in layer.layers]
        return [w for changed, _ in parts for w in changed], [w for _, fixed in parts for w in fixed]
    return ([], layer.weights) if frozen else (layer.trainable_weights, layer.non_trainable_weights)


def optimizer_of_tf_keras(optimizer: Mapping[str, Any]) -> Config:
    """An optimizer's config as tf.keras writes it: one of those that it calls legacy, which have Keras 2's formulas."""
    settings = dict(optimizer["config"])
    if isinstance(settings.get("inner_optimizer"), Mapping):
        within = optimizer_of_tf_keras(settings["inner_optimizer"])
        is_legacy = within["config"].get("is_legacy_optimizer", True)
        name = "LossScaleOptimizer" if is_legacy else "LossScaleOptimizerV3"
        return {"class_name": name, "config": {**settings, "dynamic": True, "inner_optimizer": within}}
    if rate_of_no_keras(settings) is not None:
        settings["lr"] = settings["lr"]["config"]["initial_learning_rate"]
    settings.pop("gradient_accumulation_steps", None)
    if settings.get("clipnorm"):
        settings["global_clipnorm"] = settings.pop("clipnorm")  # that of Keras 2.2.4 is the length of all gradients
    modern = bool(settings.pop("epsilon_in_root", False)) or optimizer["class_name"] in _SINCE_211
    if modern or (optimizer["class_name"] != "Nadam" and any(settings.get(name) for name in _SETTINGS_SINCE_211)):
        settings["is_legacy_optimizer"] = False
        decay = float(settings.pop("decay", 0.0) or 0.0)
        if decay:
            falling = {
                "initial_learning_rate": settings["lr"],
                "decay_steps": 1,
                "decay_rate": decay,
                "staircase": False,
            }
            settings["lr"] = {"class_name": "InverseTimeDecay", "config": falling}
    if "lr" in settings:
        settings["learning_rate"] = settings.pop("lr")
    if optimizer["class_name"] == "Adagrad":
        settings.setdefault("initial_accumulator_value", 0.0)
    return {**optimizer, "config": settings}
