"""Spelling after Keras 2.2.4: names and settings of Keras 2.3 and of tf.keras, in files and in calls.

Most of what came later says what was meant before anyway: `ragged: false`, `groups: 1`, `weight_decay: null`. Such a
setting is dropped; one that asks for something else is refused with the value that is known here.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ..errors import SettingError, SettingTypeError, shorten

Item = TypeVar("Item")

CLASSES = {
    "initializer": {
        "GlorotNormal": "glorot_normal",
        "GlorotUniform": "glorot_uniform",
        "HeNormal": "he_normal",
        "HeUniform": "he_uniform",
        "LecunNormal": "lecun_normal",
        "LecunUniform": "lecun_uniform",
        "OrthogonalInitializer": "orthogonal",
        "IdentityInitializer": "identity",
    },
    "layer": {
        "BatchNormalizationV1": "BatchNormalization",
        "BatchNormalizationV2": "BatchNormalization",
        "GroupedQueryAttention": "GroupQueryAttention",
    },
    "loss": {
        "BinaryCrossentropy": "binary_crossentropy",
        "CategoricalCrossentropy": "categorical_crossentropy",
        "CategoricalHinge": "categorical_hinge",
        "Hinge": "hinge",
        "KLDivergence": "kullback_leibler_divergence",
        "LogCosh": "logcosh",
        "MeanAbsoluteError": "mean_absolute_error",
        "MeanAbsolutePercentageError": "mean_absolute_percentage_error",
        "MeanSquaredError": "mean_squared_error",
        "MeanSquaredLogarithmicError": "mean_squared_logarithmic_error",
        "Poisson": "poisson",
        "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
        "SquaredHinge": "squared_hinge",
    },
    "metric": {
        "BinaryAccuracy": "binary_accuracy",
        "CategoricalAccuracy": "categorical_accuracy",
        "SparseCategoricalAccuracy": "sparse_categorical_accuracy",
        "TopKCategoricalAccuracy": "top_k_categorical_accuracy",
    },
    "regularizer": {"L1": "L1L2", "L2": "L1L2"},
}
CLASSES["loss"] |= {"kl_divergence": "kullback_leibler_divergence", "log_cosh": "logcosh"}
CLASSES["metric"].update(CLASSES["loss"])
# As a loss it has the sign of before; the metric of this name has the other one.
CLASSES["loss"] |= {"cosine_similarity": "cosine_proximity"}
# What Keras 2.2.4 calls a value that its metric is asked for by a short name, and what Keras 2.3 and tf.keras call it.
_VALUES = {
    "acc": "accuracy",
    "mean_squared_error": "mse",
    "mean_absolute_error": "mae",
    "mean_absolute_percentage_error": "mape",
    "mean_squared_logarithmic_error": "msle",
    "cosine_proximity": "cosine_similarity",
}
# The functions that the metric "accuracy" stands for, which give their own names to values when they are named themselves.
_ACCURACIES = ("binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")
_OTHER_VALUES = {
    **{name: (later,) for name, later in _VALUES.items()},
    **{later: (name,) for name, later in _VALUES.items()},
    "acc": ("accuracy", *_ACCURACIES),
    "accuracy": ("acc", *_ACCURACIES),
}
_NUMBER = re.compile(r"_\d+$")
# The registered names that tf.keras writes since 2.11 carry a package.
_PACKAGES = ("Custom>", "Addons>")


class _Anything:
    def __contains__(self, value: object) -> bool:
        return True


Meaningless: TypeAlias = Mapping[str, Container[object]]
_ANYTHING = _Anything()
_OFF = (False, None)
_NUMBERED: Meaningless = {"seed": _ANYTHING}
_RECURRENT: Meaningless = {"time_major": _OFF, "zero_output_for_mask": _OFF, **_NUMBERED}
_NOT_DILATED = (1, (1,), [1], (1, 1), [1, 1], (1, 1, 1), [1, 1, 1])

# Class or one that it derives from -> a setting that came later -> the values that say nothing new.
MEANINGLESS: dict[str, Meaningless] = {
    "InputLayer": {"ragged": _OFF, "optional": _OFF, "type_spec": (None,)},
    "RecurrentLayer": _RECURRENT,
    "ConvLSTM2D": _RECURRENT,
    **dict.fromkeys(("LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells"), _NUMBERED),
    **{
        f"Conv{n}DTranspose": {"groups": (1, None), "output_padding": (None,), "dilation_rate": _NOT_DILATED}
        for n in (1, 2, 3)
    },
    **{f"SeparableConv{n}D": {"groups": (1, None)} for n in (1, 2)},
    "DepthwiseConv2D": {"groups": (1, None), "dilation_rate": (1, (1, 1), [1, 1])},
    "BatchNormalization": {
        "renorm": _OFF,
        "renorm_clipping": (None, {}),
        "renorm_momentum": _ANYTHING,
        "synchronized": _OFF,
        "virtual_batch_size": (None,),
        "fused": _ANYTHING,
        "adjustment": (None,),
    },
    "Embedding": {"sparse": _OFF},
    **{f"{name}1D": {"data_format": (None, "channels_last")} for name in ("ZeroPadding", "Cropping", "UpSampling")},
    **{f"SpatialDropout{n}D": {"noise_shape": (None,), "seed": _ANYTHING} for n in (1, 2, 3)},
    **{f"LocallyConnected{n}D": {"implementation": _ANYTHING} for n in (1, 2)},
    "Heads": {
        **{f"{what}_shape": _ANYTHING for what in ("query", "key", "value")},
        "flash_attention": _ANYTHING,
        "sliding_window": (None,),
        "softmax_robust_masking": _OFF,
        "use_gate": _OFF,
    },
    "EinsumDense": {"lora_rank": (None,), "lora_alpha": _ANYTHING, "quantization_config": (None,)},
    "Resizing": {
        "pad_to_aspect_ratio": _OFF,
        "antialias": _OFF,
        "fill_mode": _ANYTHING,
        "fill_value": _ANYTHING,
    },
    "IntegerLookup": {
        "vocabulary_dtype": _ANYTHING,
        "vocabulary_size": _ANYTHING,
        "idf_weights": (None,),
        "pad_to_max_tokens": _OFF,
        "oov_method": ("floormod",),
        "salt": (None,),
    },
    "StringLookup": {"vocabulary_size": _ANYTHING, "oov_method": (None, "farmhash", "floormod"), "salt": (None,)},
    "TextVectorization": {"vocabulary_size": _ANYTHING},
    **{
        f"Random{what}": {"rng_type": _ANYTHING}
        for what in ("Brightness", "Contrast", "Crop", "Flip", "Rotation", "Translation", "Zoom")
    },
    "GaussianNoise": _NUMBERED,
    "GaussianDropout": _NUMBERED,
    "LayerNormalization": {"rms_scaling": _OFF},
    "Layer": {"autocast": _ANYTHING, "dynamic": _OFF, "quantization_config": (None,)},
    "Initializer": {"dtype": _ANYTHING, "input_axes": (None,), "output_axes": (None,)},
    "Loss": {"dtype": _ANYTHING, "ignore_class": (None,), "fn": _ANYTHING},
    "Metric": {"ignore_class": (None,), "fn": _ANYTHING, "sparse_y_true": _OFF, "sparse_y_pred": _OFF},
    "Optimizer": {
        "name": _ANYTHING,
        "loss_scale_factor": (None,),
        "jit_compile": _ANYTHING,
        "is_legacy_optimizer": _ANYTHING,
    },
    # tf.keras's rewritten Nadam has another schedule.
    "Nadam": {"is_legacy_optimizer": (True,)},
}
_OF_FUNCTIONS: dict[str, Meaningless] = {
    "initializer": {"dtype": _ANYTHING, "input_axes": (None,), "output_axes": (None,)},
    "loss": {
        "name": _ANYTHING,
        "reduction": ("auto", "sum_over_batch_size", None),
        "from_logits": _OFF,
        "label_smoothing": (0, None),
        "axis": (-1,),
        "ignore_class": (None,),
        "dtype": _ANYTHING,
    },
    "metric": {
        "name": _ANYTHING,
        "dtype": _ANYTHING,
        "from_logits": _OFF,
        "label_smoothing": (0, None),
        "axis": (-1,),
        "k": (5,),
        "threshold": (0.5,),
    },
}
# Method -> arguments that say how it runs, which is decided otherwise here.
_QUEUE = frozenset({"max_queue_size", "workers", "use_multiprocessing"})
METHODS: dict[str, frozenset[str]] = {
    "compile": frozenset({"jit_compile", "run_eagerly", "steps_per_execution", "auto_scale_loss"}),
    "fit": _QUEUE,
    "evaluate": _QUEUE,
    "predict": _QUEUE,
}
RENAMED: dict[str, dict[str, str]] = {
    "Optimizer": {"learning_rate": "lr"},
    "Nadam": {"decay": "schedule_decay"},
    "LeakyReLU": {"negative_slope": "alpha"},
    "InputLayer": {"batch_shape": "batch_input_shape"},
}


def old_class_name(kind: str, name: str) -> str:
    """The name before: `GlorotUniform` is `glorot_uniform`, `Custom>Adam` is `Adam`.

    >>> old_class_name("initializer", "HeNormal"), old_class_name("optimizer", "Custom>Adam")
    ('he_normal', 'Adam')
    """
    name = without_package(name)
    return CLASSES.get(kind, {}).get(name, name)


def without_package(name: str) -> str:
    """A registered name without the package that tf.keras writes before it.

    >>> without_package("Addons>F1Score")
    'F1Score'
    """
    for package in _PACKAGES:
        name = name.removeprefix(package)
    return name


# Remembered, since each epoch asks for `val_loss` whether there is one or not.
@lru_cache(maxsize=1024)
def _other_names(name: str) -> tuple[str, ...]:
    known = ((value, others) for value, others in _OTHER_VALUES.items() if f"_{name}".endswith(f"_{value}"))
    return tuple(name.removesuffix(value) + other for value, others in known for other in others)


@lru_cache(maxsize=1024)
def _without_number(name: str) -> str:
    return _NUMBER.sub("", name)


class ByName(dict[str, Item]):
    """Values by their names, found under the names of Keras 2.3 too: `val_accuracy` is `val_acc`, `mae` the absolute error.

    >>> logs = ByName(val_acc=0.5)
    >>> logs["val_accuracy"], logs.get("accuracy"), list(logs)
    (0.5, None, ['val_acc'])
    """

    def _known_as(self, key: object) -> str | None:
        if not isinstance(key, str):
            return None
        spelling = next((other for other in _other_names(key) if dict.__contains__(self, other)), None)
        return spelling if spelling is not None else self._of_another_number(key)

    def _of_another_number(self, key: str) -> str | None:
        """Metrics that are objects are numbered in later versions: `val_auc_1` is `val_auc` where that is the only one."""
        name = _without_number(key)
        alike = [known for known in self if _without_number(known) == name]
        return alike[0] if len(alike) == 1 else None

    def __missing__(self, key: str) -> Item:
        known = self._known_as(key)
        if known is None:
            raise KeyError(key)
        return self[known]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or self._known_as(key) is not None

    def __reduce__(self) -> tuple[type[dict[str, Item]], tuple[dict[str, Item]]]:
        """A plain dictionary in a pickle, which every program can read."""
        return dict, (dict(self),)

    if not TYPE_CHECKING:  # as a dictionary's to checkers

        def get(self, key, default=None):
            """The value of a name, or the default."""
            return super().get(key if super().__contains__(key) else self._known_as(key), default)


def translate(cls: type, kwargs: Mapping[str, object], known: Container[str]) -> dict[str, object]:
    """Keyword arguments of a constructor as Keras 2.2.4 spells them; what is not known then either stays.

    Raises:
        SettingError: a setting that came later asks for what there is not.
        SettingTypeError: a setting is given under both names.
    """
    classes = [base.__name__ for base in cls.__mro__]
    translated: dict[str, object] = {}
    for setting, value in kwargs.items():
        new = next((RENAMED[name][setting] for name in classes if setting in RENAMED.get(name, ())), setting)
        values = next((MEANINGLESS[name][setting] for name in classes if setting in MEANINGLESS.get(name, ())), None)
        if setting in known or (new == setting and values is None):
            translated[setting] = value
        elif new == setting:
            _check(f"{cls.__name__}, {setting}", value, values or ())
        elif new in kwargs:
            raise SettingTypeError(
                where=cls.__name__, expected=f"{new!r} once", actual=f"{new!r} and {setting!r}, which is the same"
            )
        else:
            translated[new] = value
    return translated


def of_function(kind: str, name: str, settings: Mapping[str, object]) -> dict[str, object]:
    """What a function is called with for the config of the class that it became later, such as a loss's.

    >>> of_function("loss", "BinaryCrossentropy", {"from_logits": False, "reduction": "auto"})
    {}
    """
    rest = dict(settings)
    for setting, values in _OF_FUNCTIONS.get(kind, {}).items():
        if setting in rest:
            _check(f"{kind} {name}, {setting}", rest.pop(setting), values)
    return rest


def _check(where: str, value: object, values: Container[object]) -> None:
    if value not in values:
        raise SettingError(
            where=where,
            expected=" or ".join(repr(one) for one in values) if isinstance(values, tuple) else "nothing",
            actual=shorten(value),
            hint="The setting came after Keras 2.2.4, which is what there is here.",
        )
