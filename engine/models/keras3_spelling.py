"""How Keras 3 writes the objects of a config: modules, names and settings that differ from Keras 2's, and what it does not have.

What differs was read off the signatures of Keras 3.15; `python -m tests.interop` holds it to the real one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._files.plain_model import LeftOut
from ..layers import Bidirectional
from ..layers.base import Layer
from ..types import Config

MODULES = {
    "layer": "keras.layers",
    "initializer": "keras.initializers",
    "regularizer": "keras.regularizers",
    "constraint": "keras.constraints",
    "optimizer": "keras.optimizers",
    "schedule": "keras.optimizers.schedules",
    "loss": "keras.losses",
    "metric": "keras.metrics",
}
# Layers that Keras 3 does not have.
_LACKING = (
    "ConvLSTM2DCell",
    "ConvRNN2D",
    "CuDNNGRU",
    "CuDNNLSTM",
    "Highway",
    "Lambda",
    "LocallyConnected1D",
    "LocallyConnected2D",
    "MaxoutDense",
    "Merge",
    "ParametricSoftplus",
    "SReLU",
    "ScaledAdd",
    "ThresholdedReLU",
    "TimeDistributedDense",
)
_RENAMED = {"LeakyReLU": {"alpha": "negative_slope"}, "InputLayer": {"batch_input_shape": "batch_shape"}}
# Settings that Keras 3 lacks, and the values that say nothing.
_WITHOUT: Mapping[str, Mapping[str, tuple[object, ...]]] = {
    "": {"batch_input_shape": (), "input_dtype": ()},
    "Embedding": {"input_length": ()},
    **{f"SpatialDropout{rank}D": {"trainable": ()} for rank in (1, 2, 3)},
    "Discretization": {"trainable": ()},
    "UpSampling2D": {"half_pixel_centers": ()},
    "Bidirectional": {"num_constants": (None, 0), "zero_output_for_mask": ()},
    "ConvLSTM2D": {"implementation": (), "unit_forget_bias_": ()},
    "RandomBrightness": {"data_format": ("channels_last",)},
    "RandomContrast": {"data_format": ("channels_last",)},
    **{
        name: {"causal": ()} for name in ("AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention")
    },
    **{name: {"num_constants": (None, 0)} for name in ("RNN", "LSTM", "GRU", "SimpleRNN")},
}
_OUR_SIGMOID, _THEIR_SIGMOID = "hard_sigmoid", "hard_sigmoid_of_keras_3"
_SIGMOID_SAID = "hard_sigmoid is 0.2 x + 0.5 here and x / 6 + 0.5 in Keras 3; choose sigmoid, or save as HDF5."
_BILINEAR_SAID = "bilinear takes other points in later Keras; UpSampling2D(half_pixel_centers=True) has them."
MEASURES = {
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
    "kullback_leibler_divergence": "kl_divergence",
    "kld": "kl_divergence",
    "KLD": "kl_divergence",
    "logcosh": "log_cosh",
    "acc": "accuracy",
}

Note = Callable[[str, str], None]
"""Says of a layer, by its name, what cannot be said in the other format."""


def entry(kind: str, class_name: str, config: Mapping[str, Any]) -> Config:
    """An object of Keras's own as Keras 3 writes it.

    Args:
        kind: "layer", "initializer" ...
        class_name: its class.
        config: its settings.

    Returns:
        {module, class_name, config, registered_name}.

    Example:
        >>> entry("regularizer", "L2", {"l2": 0.1})["module"]
        'keras.regularizers'
    """
    return {"module": MODULES[kind], "class_name": class_name, "config": dict(config), "registered_name": None}


def bilinear_of_keras2(class_name: str, config: Mapping[str, Any]) -> bool:
    """Whether a layer enlarges images as Keras 2.2.4 does and later Keras does not."""
    is_bilinear = class_name == "UpSampling2D" and config.get("interpolation") == "bilinear"
    return is_bilinear and not config.get("half_pixel_centers")


MASKED_SAID = "outputs of masked steps are 0 in later Keras; Bidirectional(zero_output_for_mask=True) has them."


def repeats_masked_steps(layer: Layer) -> bool:
    """Whether a layer in both directions gets a mask, and repeats the step before where later Keras gives zeros."""
    if not isinstance(layer, Bidirectional) or not layer.return_sequences or layer.zero_output_for_mask:
        return False
    return any(mask is not None for node in layer.inbound_nodes for mask in node.input_masks)


class Speller:
    """Settings of layers as Keras 3 writes them; what it cannot say is noted.

    Args:
        lost: gets what changes the numbers, layer by layer.

    Example:
        >>> lost = []
        >>> Speller(lost).layer("a", "LeakyReLU", {"alpha": 0.2})["config"]
        {'negative_slope': 0.2}
    """

    def __init__(self, lost: list[LeftOut]) -> None:
        self.lost = lost

    def note(self, layer: str, what: str) -> None:
        """Take down what a layer cannot say."""
        self.lost.append(LeftOut(layer, what))

    def layer(self, name: str, class_name: str, config: Mapping[str, Any]) -> Config:
        """The entry of a layer that is no model."""
        if class_name in _LACKING:
            why = "a function, whose code is in no file" if class_name == "Lambda" else "no layer of Keras 3"
            self.note(name, f"{class_name} is {why}.")
        if class_name == "RandomCrop":
            self.note(name, "RandomCrop fits larger images in predictions as tf.keras does, Keras 3 does so otherwise.")
        if bilinear_of_keras2(class_name, config):
            self.note(name, _BILINEAR_SAID)
        dropped = {**_WITHOUT[""], **_WITHOUT.get(class_name, {})}
        names = _RENAMED.get(class_name, {})
        written: Config = {}
        for key, value in config.items():
            new = names.get(key, key)
            if new == key and key in dropped:
                if dropped[key] and value not in dropped[key]:
                    self.note(name, f"{key} is no setting of {class_name} in Keras 3.")
                continue
            written[new] = self.setting(name, key, value)
        return entry("layer", class_name, written)

    def setting(self, name: str, key: str, value: Any) -> Any:
        """A setting's value: objects in it with their modules, functions under Keras 3's names."""
        if key.endswith("activation") and isinstance(value, str):
            if value == _OUR_SIGMOID:
                self.note(name, _SIGMOID_SAID)
            return {_THEIR_SIGMOID: _OUR_SIGMOID}.get(value, value)
        if isinstance(value, (list, tuple)):
            return [self.setting(name, key, one) for one in value]
        if not isinstance(value, Mapping) or "class_name" not in value:
            return value
        kind = next((kind for kind in ("initializer", "regularizer", "constraint") if key.endswith(kind)), None)
        if kind is not None:
            return entry(kind, str(value["class_name"]), value.get("config") or {})
        return self.inside(name, value)

    def inside(self, name: str, value: Mapping[str, Any]) -> Any:
        """A layer inside a layer."""
        config = value.get("config") or {}
        if "layers" in config:
            return value  # a model, which its own entry takes the place of
        written = self.layer(name, str(value["class_name"]), config)
        if value["class_name"] in ("LSTM", "GRU", "SimpleRNN") and config.get("go_backwards"):
            self.note(name, "A layer that goes backwards cannot be run in both directions in Keras 3.")
        return written
