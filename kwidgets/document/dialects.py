"""Keras in its four spellings: the packages, what each calls by another name, begins with otherwise or does not have.

`engine` and `keras2` (2.0 to 2.2.4) are one language under two names. `tf.keras` is that of TensorFlow 2, `keras3` that of
Keras 3. What differs was read off the signatures of tf_keras 2.21 and Keras 3.15, and is held to both by
`python -m tests.long dialects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.describe import classes
from engine.types import Config

from ..messages import Dialect as DialectName
from ..refused import Refused
from ..words import texts as say

_GATED = ("LSTM", "LSTMCell", "GRU", "GRUCell", "ConvLSTM2D", "ConvLSTM2DCell")
# Short names of initializers and constraints that went with Keras 2.
_PRESENT = {
    "normal": "random_normal",
    "uniform": "random_uniform",
    "zero": "zeros",
    "one": "ones",
    "nonneg": "non_neg",
    "unitnorm": "unit_norm",
    "maxnorm": "max_norm",
}
_OWN = (
    "Absolute",
    "LocalResponseNormalization",
    "Log",
    "PaddedAveragePooling2D",
    "PaddedMaxPooling2D",
    "Power",
    "Scale",
    "ScaledAdd",
    "Slice",
)
_OF_KERAS1 = ("Merge", "TimeDistributedDense", "MaxoutDense", "Highway", "ParametricSoftplus", "SReLU")
_MEASURES_OF_KERAS1 = ("fbeta_score", "fmeasure", "matthews_correlation", "precision", "recall")
# Losses and metrics of later Keras that Keras 2 has under no name.
_MEASURES_AFTER_KERAS2 = tuple(name for kind in ("loss", "metric") for name in classes.later_names(kind))
_ATTENTION = ("AdditiveAttention", "Attention")
_HEADS = ("GroupQueryAttention", "MultiHeadAttention")
# Layers that take no `seed`, `data_format` or `value_range` in tf.keras 2.15, which Keras 3 gave them.
_ON_IMAGES = ("CenterCrop", "RandomBrightness", "RandomContrast", "RandomCrop", "RandomFlip", "Resizing")
_WARPED = ("RandomRotation", "RandomTranslation", "RandomZoom")
_AFTER_KERAS2 = (
    *_ATTENTION,
    *_HEADS,
    *_ON_IMAGES,
    *_WARPED,
    "CategoryEncoding",
    "Conv1DTranspose",
    "Discretization",
    "EinsumDense",
    "GroupNormalization",
    "Hashing",
    "Identity",
    "IntegerLookup",
    "LayerNormalization",
    "Normalization",
    "Rescaling",
    "SpectralNormalization",
    "StringLookup",
    "TextVectorization",
    "UnitNormalization",
)
# Settings of ours that later Keras takes where the layer is called.
_IN_CALL = {name: {"causal": "use_causal_mask"} for name in (*_ATTENTION, *_HEADS)}
# tf.keras 2.15 has those of the second line, Keras 3 all.
_NEW_ACTIVATIONS = (
    "celu",
    "hard_shrink",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "log_sigmoid",
    "soft_shrink",
    "squareplus",
    "tanh_shrink",
)
_NEWER_ACTIVATIONS = ("gelu", "leaky_relu", "log_softmax", "mish", "relu6", "silu", "swish")
_LAST = ("channels_last",)
_PIXELS = ([0.0, 255.0],)
# Optimizers that came with tf.keras, and what all had then.
LOSS_SCALE = "LossScaleOptimizer"
NEW_OPTIMIZERS = ("Adafactor", "AdamW", "Ftrl", "Lion", LOSS_SCALE)
_NEW_SETTINGS = (
    "ema_momentum",
    "ema_overwrite_frequency",
    "global_clipnorm",
    "gradient_accumulation_steps",
    "use_ema",
    "weight_decay",
)
# What RMSprop and Adagrad can be told since; the last one is the only way that later Keras has.
_SETTINGS_OF_LATER = ("centered", "epsilon_in_root", "initial_accumulator_value", "momentum")
_RATES = {"Adagrad": 0.01, "Adadelta": 1.0, "Adamax": 0.002, "Nadam": 0.002}


@dataclass(frozen=True)
class Dialect:
    """One spelling of Keras.

    Args:
        title: how a person calls it.
        package: what stands in the imports.
        is_modern: whether shapes stand in an `Input` alone, and optimizers have a `learning_rate`.
        lacks: classes of layers that it does not have, with what to do.
        starts: settings that begin with another value there, so that ours is written, by class.
        renamed: settings by another name, by class.
        without: settings that it does not have, by class ("" of all), with the values that say nothing.
        measures: losses and metrics by another name.
        no_measures: those that it does not have.
        in_call: settings that are written where the layer is called, under another name, by class.
        both_ways: whether a layer that goes backwards can be run in both directions.
        no_activations: those that it does not have.
        own_hard_sigmoid: whether its hard_sigmoid is another line than that of Keras 2.
    """

    title: str
    package: str
    is_modern: bool = False
    lacks: Mapping[str, str] = field(default_factory=dict[str, str])
    starts: Mapping[str, Config] = field(default_factory=dict[str, Config])
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    without: Mapping[str, Mapping[str, tuple[object, ...]]] = field(
        default_factory=dict[str, Mapping[str, "tuple[object, ...]"]]
    )
    measures: Mapping[str, str] = field(default_factory=dict[str, str])
    no_measures: tuple[str, ...] = ()
    no_activations: tuple[str, ...] = ()
    in_call: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, "Mapping[str, str]"])
    both_ways: bool = True
    own_hard_sigmoid: bool = False

    def settings(self, class_name: str, config: Config) -> tuple[Config, list[str]]:
        """Settings of a layer as they are written here, and the names of those that have no place."""
        config = {**self.starts.get(class_name, {}), **config}
        config = {key: value for key, value in config.items() if key not in self.in_call.get(class_name, {})}
        lost: list[str] = []
        for key, silent in {**self.without.get("", {}), **self.without.get(class_name, {})}.items():
            if key in config and config.pop(key) not in silent:
                lost.append(key)
        names = self.renamed.get(class_name, {})
        written = {names.get(key, key): value for key, value in config.items()}
        if self.is_modern:
            written = {key: _present(key, value) for key, value in written.items()}
        return written, lost

    def call_arguments(self, class_name: str, config: Config) -> Config:
        """What is written where a layer is called, of its settings that differ from their defaults."""
        names = self.in_call.get(class_name, {})
        return {names[key]: value for key, value in config.items() if key in names and value}


def _present(key: str, value: object) -> object:
    """The name that later Keras has for an initializer or a constraint."""
    is_short = key.endswith(("initializer", "constraint"))
    return _PRESENT.get(value, value) if is_short and isinstance(value, str) else value


_GATES: dict[str, Config] = {
    name: {"recurrent_activation": "hard_sigmoid", **({"reset_after": False} if name.startswith("GRU") else {})}
    for name in _GATED
}
_LACKING = {
    **dict.fromkeys(_OF_KERAS1, say.IS_OF_KERAS_1),
    **dict.fromkeys(_OWN, say.IS_OF_THIS_LIBRARY),
    **dict.fromkeys(("CuDNNLSTM", "CuDNNGRU"), say.IS_FAST_ANYWAY),
    **dict.fromkeys(("ConvLSTM2DCell", "ConvRNN2D"), say.IS_INSIDE_CONVLSTM2D),
}
_MODERN_MEASURES = {"cosine_proximity": "cosine_similarity", "cosine": "cosine_similarity"}

DIALECTS: Mapping[DialectName, Dialect] = {
    "engine": Dialect("engine", "engine"),
    "keras2": Dialect(
        say.KERAS_2,
        "keras",
        lacks={
            **dict.fromkeys(_OF_KERAS1, say.IS_OF_KERAS_1),
            **dict.fromkeys(_OWN, say.IS_OF_THIS_LIBRARY),
            **dict.fromkeys(_AFTER_KERAS2, say.IS_OF_LATER_KERAS),
        },
        without={
            **{f"Conv{n}D": {"groups": (1,)} for n in (1, 2, 3)},
            **{f"Global{kind}Pooling{n}D": {"keepdims": (False,)} for kind in ("Average", "Max") for n in (1, 2, 3)},
        },
        no_measures=(*_MEASURES_OF_KERAS1, *_MEASURES_AFTER_KERAS2),
        no_activations=(*_NEW_ACTIVATIONS, *_NEWER_ACTIVATIONS),
    ),
    "tf.keras": Dialect(
        "tf.keras",
        "tensorflow.keras",
        is_modern=True,
        lacks={**_LACKING, "GroupQueryAttention": say.IS_OF_KERAS_3},
        starts=_GATES,
        without={
            **{name: {"seed": (None,)} for name in (*_ATTENTION, "MultiHeadAttention")},
            **{name: {"data_format": _LAST} for name in (*_ON_IMAGES, *_WARPED)},
            "RandomContrast": {"data_format": _LAST, "value_range": _PIXELS},
        },
        in_call=_IN_CALL,
        measures=_MODERN_MEASURES,
        no_measures=(*_MEASURES_OF_KERAS1[:3], "CTC", "Dice", "Tversky", "ctc", "dice", "tversky"),
        no_activations=_NEW_ACTIVATIONS,
    ),
    "keras3": Dialect(
        say.KERAS_3,
        "keras",
        is_modern=True,
        lacks={
            **_LACKING,
            **dict.fromkeys(("LocallyConnected1D", "LocallyConnected2D"), say.WENT_WITH_KERAS_3),
            "ThresholdedReLU": say.IS_A_RELU_WITH_A_THRESHOLD,
        },
        starts={
            **_GATES,
            "AveragePooling1D": {"pool_size": 2},
            "AveragePooling2D": {"pool_size": [2, 2]},
            "AveragePooling3D": {"pool_size": [2, 2, 2]},
        },
        renamed={"LeakyReLU": {"alpha": "negative_slope"}},
        without={
            "Embedding": {"input_length": (None,)},
            "ConvLSTM2D": {"implementation": (0, 1, 2)},
            **{name: {"data_format": _LAST} for name in ("RandomBrightness", "RandomContrast")},
        },
        in_call=_IN_CALL,
        measures={
            **_MODERN_MEASURES,
            "kullback_leibler_divergence": "kl_divergence",
            "kld": "kl_divergence",
            "KLD": "kl_divergence",
            "logcosh": "log_cosh",
        },
        no_measures=(*_MEASURES_OF_KERAS1[:3], "MeanRelativeError", "MeanTensor"),
        both_ways=False,
        own_hard_sigmoid=True,
    ),
}


def dialect_named(name: object) -> DialectName | None:
    """The dialect of a name, None for none. Raises Refused for another name."""
    for dialect in DIALECTS:
        if dialect == name:
            return dialect
    if name is not None:
        raise Refused(say.no_such_dialect(name, ", ".join(DIALECTS)))
    return None


def optimizer_settings(dialect: Dialect, class_name: str, config: Config) -> tuple[Config, float, list[str]]:
    """Settings of an optimizer, the decay that a schedule must stand for (0: none), and those that have no place."""
    if not dialect.is_modern:
        new = (*_NEW_SETTINGS, *(_SETTINGS_OF_LATER if class_name in ("RMSprop", "Adagrad") else ()))
        lost = [key for key in new if key in config and dialect.package == "keras"]
        return {key: value for key, value in config.items() if key not in lost}, 0.0, lost
    config = dict(config)
    if class_name == "Lion":
        config.setdefault("lr", 0.001)
    decay = float(config.pop("decay", 0.0) or 0.0)
    absent = ("schedule_decay", *(("gradient_accumulation_steps",) if dialect.package != "keras" else ()))
    lost = [key for key in absent if config.pop(key, None) is not None]
    config.pop("epsilon_in_root", None)  # which is the only way there
    rate = config.pop("lr", _RATES.get(class_name))
    if decay:
        rate = 0.001 if rate is None and class_name != "SGD" else 0.01 if rate is None else rate
    if class_name == "Adagrad":
        config.setdefault("initial_accumulator_value", 0.0)
    return ({} if rate is None else {"learning_rate": rate}) | config, decay, lost
