"""Keras 1 spelling: tables of old names and the one place that translates them.

Constructors (fields.py) call `translate`, training methods wear `accepts_old`, the registry asks `new_class_name`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, ParamSpec, TypeVar

from .._machine.config import follows_later_keras
from ..errors import SettingError, SettingTypeError, shorten
from . import later
from .keras1_signatures import OldAccuracy as OldAccuracy
from .keras1_signatures import OldBatch as OldBatch
from .keras1_signatures import OldFit as OldFit
from .keras1_signatures import OldFitGenerator as OldFitGenerator
from .keras1_signatures import OldQueue as OldQueue
from .keras1_transposed import output_padding
from .told import warn

P = ParamSpec("P")
Result = TypeVar("Result")

CLASSES = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    **{f"MaxPool{n}D": f"MaxPooling{n}D" for n in (1, 2, 3)},
    **{f"AvgPool{n}D": f"AveragePooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalMaxPool{n}D": f"GlobalMaxPooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalAvgPool{n}D": f"GlobalAveragePooling{n}D" for n in (1, 2, 3)},
    "Functional": "Model",
}

_WEIGHTS = {
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
}
_IMAGES = {"border_mode": "padding", "subsample": "strides", "dim_ordering": "data_format"}
_RECURRENT = {
    **_WEIGHTS,
    "output_dim": "units",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "consume_less": "implementation",
}
_FORGETTING = {"forget_bias_init": "unit_forget_bias"}
_POOL = {"border_mode": "padding", "dim_ordering": "data_format"}

# class -> {name in Keras 1: name now, several with spaces between, none for what is gone}
ARGUMENTS: dict[str, dict[str, str]] = {
    "Dense": {**_WEIGHTS, "output_dim": "units"},
    "TimeDistributedDense": {**_WEIGHTS, "output_dim": "units"},
    "Dropout": {"p": "rate"},
    "SpatialDropout1D": {"p": "rate"},
    "SpatialDropout2D": {"p": "rate", "dim_ordering": "data_format"},
    "SpatialDropout3D": {"p": "rate", "dim_ordering": "data_format"},
    "GaussianDropout": {"p": "rate"},
    "GaussianNoise": {"sigma": "stddev"},
    "Embedding": {
        "init": "embeddings_initializer",
        "W_regularizer": "embeddings_regularizer",
        "W_constraint": "embeddings_constraint",
        "dropout": "",
    },
    "Conv1D": {
        **_WEIGHTS,
        "border_mode": "padding",
        "nb_filter": "filters",
        "filter_length": "kernel_size",
        "subsample_length": "strides",
        "atrous_rate": "dilation_rate",
    },
    "Conv2D": {**_WEIGHTS, **_IMAGES, "nb_filter": "filters", "atrous_rate": "dilation_rate"},
    "MaxPooling1D": {"pool_length": "pool_size", "stride": "strides", "border_mode": "padding"},
    "AveragePooling1D": {"pool_length": "pool_size", "stride": "strides", "border_mode": "padding"},
    "Conv3D": {**_WEIGHTS, **_IMAGES, "nb_filter": "filters"},
    "Conv2DTranspose": {**_WEIGHTS, **_IMAGES, "nb_filter": "filters", "output_shape": ""},
    "Conv3DTranspose": {**_WEIGHTS, **_IMAGES, "nb_filter": "filters", "output_shape": ""},
    "SeparableConv2D": {
        **_IMAGES,
        "nb_filter": "filters",
        "init": "depthwise_initializer pointwise_initializer",
        "depthwise_init": "depthwise_initializer",
        "pointwise_init": "pointwise_initializer",
        "b_regularizer": "bias_regularizer",
        "b_constraint": "bias_constraint",
        "bias": "use_bias",
    },
    "LocallyConnected1D": {
        **_WEIGHTS,
        "border_mode": "padding",
        "nb_filter": "filters",
        "filter_length": "kernel_size",
        "subsample_length": "strides",
    },
    "LocallyConnected2D": {**_WEIGHTS, **_IMAGES, "nb_filter": "filters"},
    **{f"{kind}Pooling{n}D": _POOL for kind in ("Max", "Average") for n in (2, 3)},
    **{f"Global{kind}Pooling{n}D": {"dim_ordering": "data_format"} for kind in ("Max", "Average") for n in (2, 3)},
    "UpSampling1D": {"length": "size"},
    **{
        f"{kind}{n}D": {"dim_ordering": "data_format"}
        for kind in ("Cropping", "UpSampling", "ZeroPadding")
        for n in (2, 3)
    },
    "BatchNormalization": {
        "beta_init": "beta_initializer",
        "gamma_init": "gamma_initializer",
        "mode": "",
    },
    "PReLU": {"init": "alpha_initializer"},
    "LSTM": {**_RECURRENT, **_FORGETTING},
    "GRU": _RECURRENT,
    "SimpleRNN": {
        **{old: new for old, new in _RECURRENT.items() if old != "inner_activation"},
        "consume_less": "",
        "implementation": "",
    },
    "ConvLSTM2D": {
        **{old: new for old, new in _RECURRENT.items() if old not in ("output_dim", "consume_less")},
        **_FORGETTING,
        **_IMAGES,
        "nb_filter": "filters",
    },
    "Model": {"input": "inputs", "output": "outputs"},
    "Input": {"input_dtype": "dtype"},
    "ReduceLROnPlateau": {"epsilon": "min_delta"},
    "MaxNorm": {"m": "max_value"},
    "MinMaxNorm": {"low": "min_value", "high": "max_value"},
}

VALUES: dict[str, Mapping[object, object]] = {
    "data_format": {"tf": "channels_last", "th": "channels_first", "default": None},
    "implementation": {"cpu": 0, "mem": 1, "gpu": 2},
    "unit_forget_bias": {"one": True, "ones": True},
}

_REGULARIZERS: dict[str, str] = dict.fromkeys(("WeightRegularizer", "ActivityRegularizer", "L1L2Regularizer"), "L1L2")

# Where Keras 1 named the two sizes of a kernel apart, Keras 2 takes one tuple.
KERNEL_PARTS = {
    "Conv2D": ("nb_row", "nb_col"),
    "SeparableConv2D": ("nb_row", "nb_col"),
    "ConvLSTM2D": ("nb_row", "nb_col"),
    "LocallyConnected2D": ("nb_row", "nb_col"),
    "Conv2DTranspose": ("nb_row", "nb_col"),
    "Conv3DTranspose": ("kernel_dim1", "kernel_dim2", "kernel_dim3"),
    "Conv3D": ("kernel_dim1", "kernel_dim2", "kernel_dim3"),
}
# Keras 1 had two arguments for the input shape (input_length, input_dim).
_STEPS_AND_WIDTH = {"LSTM", "GRU", "SimpleRNN", "Conv1D", "LocallyConnected1D", "TimeDistributedDense"}

_QUEUE: dict[str, str | None] = {
    "max_q_size": "max_queue_size",
    "nb_worker": "workers",
    "pickle_safe": "use_multiprocessing",
}
_FORMAT: dict[str, str | None] = {"dim_ordering": "data_format"}
_RESIZING = ("resize_images", "resize_volumes", "spatial_2d_padding", "spatial_3d_padding")
# Shapes were for Theano, which could not see them.
_BACKEND_IMAGES: dict[str, str | None] = {
    "border_mode": "padding",
    "dim_ordering": "data_format",
    "filter_dilation": "dilation_rate",
    "filter_shape": None,
    "image_shape": None,
    "volume_shape": None,
}
# How Keras 0.x asked a call for the accuracy beside the loss.
_ACCURACY = ("show_accuracy", "accuracy")
METHODS: dict[str, dict[str, str | None]] = {
    "compile": {"class_mode": None, "mode": None, "theano_mode": None},
    "fit": {"nb_epoch": "epochs", "show_accuracy": None},
    "evaluate": {"show_accuracy": None},
    "train_on_batch": {"accuracy": None},
    "test_on_batch": {"accuracy": None},
    "fit_generator": {
        "samples_per_epoch": "steps_per_epoch",
        "nb_epoch": "epochs",
        "nb_val_samples": "validation_steps",
        "show_accuracy": None,
        **_QUEUE,
    },
    "Tokenizer": {"nb_words": "num_words"},
    "get_test_data": {"nb_train": "num_train", "nb_test": "num_test", "nb_class": "num_classes"},
    **dict.fromkeys(("ImageDataGenerator", "array_to_img", "img_to_array", "preprocess_input"), _FORMAT),
    "K.expand_dims": {"dim": "axis"},
    "K.random_normal": {"std": "stddev"},
    "K.random_uniform": {"low": "minval", "high": "maxval"},
    **dict.fromkeys(("K.conv2d", "K.conv2d_transpose", "K.conv3d", "K.separable_conv2d"), _BACKEND_IMAGES),
    "K.conv1d": {**_BACKEND_IMAGES, "stride": "strides"},
    **{name: {**_POOL} for name in ("K.pool2d", "K.pool3d")},
    **dict.fromkeys((f"K.{name}" for name in _RESIZING), _FORMAT),
    "load_data": {"nb_words": "num_words"},
    "to_categorical": {"nb_classes": "num_classes"},
    "evaluate_generator": {"val_samples": "steps", "show_accuracy": None, **_QUEUE},
    "predict_generator": {"val_samples": "steps", **_QUEUE},
}


def as_config(kind: str, config: Mapping[str, object]) -> Mapping[str, object]:
    """A config {class_name, config}; Keras 1 wrote regularizers and constraints as {name, settings ...}.

    >>> as_config("regularizer", {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.1})
    {'class_name': 'L1L2', 'config': {'l1': 0.0, 'l2': 0.1}}
    """
    name = config.get("name")
    if "class_name" in config or not isinstance(name, str) or kind not in ("regularizer", "constraint"):
        return config
    settings = {setting: value for setting, value in config.items() if setting != "name"}
    return {"class_name": _REGULARIZERS.get(name, name), "config": settings}


def new_class_name(name: str) -> str:
    """The present name of a class: `Convolution2D` is `Conv2D`.

    >>> new_class_name("Convolution2D"), new_class_name("Dense")
    ('Conv2D', 'Dense')
    """
    return CLASSES.get(name, name)


def old_class_names(name: str) -> list[str]:
    """The names that a class had before.

    Args:
        name: its present name.

    Returns:
        A list of names.

    Example:
        >>> old_class_names("Conv2D")
        ['Convolution2D', 'AtrousConvolution2D']
    """
    return [old for old, new in CLASSES.items() if new == name]


def old_names(class_name: str) -> dict[str, list[str]]:
    """The names that the settings of a class had in Keras 1.

    Args:
        class_name: the class's present name.

    Returns:
        For each setting that was renamed, its old names.

    Example:
        >>> old_names("Dense")["units"]
        ['output_dim']
    """
    old_by_new: dict[str, list[str]] = {}
    for old, new in ARGUMENTS.get(class_name, {}).items():
        for present in new.split():
            old_by_new.setdefault(present, []).append(old)
    return old_by_new


def translate(
    cls: type, args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[tuple[object, ...], dict[str, object]]:
    """Arguments of a constructor in present spelling; a UserWarning shows what to write when something was old.

    Args:
        cls: the class.
        args: the arguments by position.
        kwargs: the arguments by name.

    Returns:
        The arguments by position and by name.

    Raises:
        TypeError: a setting is there in both spellings.

    Example:
        >>> from engine.layers import Dense
        >>> translate(Dense, (3,), {"activation": "relu"})
        ((3,), {'activation': 'relu'})
    """
    name = next((c.__name__ for c in cls.__mro__ if c.__name__ in ARGUMENTS or c.__name__ in KERNEL_PARTS), "")
    if not name:
        return args, kwargs
    changes: list[str] = []
    new_kwargs = dict(kwargs)
    args = _join_kernel(name, args, new_kwargs, changes)
    asked = new_kwargs.get("output_shape")
    for old, new in ARGUMENTS.get(name, {}).items():
        if old in new_kwargs:
            if name == "BatchNormalization" and old == "mode" and new_kwargs[old] in (1, 2):
                continue  # no setting of Keras 2 does the same, so the layer still takes these modes
            value = new_kwargs.pop(old)
            if not new or (old == "forget_bias_init" and value not in VALUES["unit_forget_bias"]):
                _drop(name, old, value, changes)
                continue
            for present in new.split():
                _put(name, new_kwargs, old, present, value, changes)
    for setting, table in VALUES.items():
        if setting in new_kwargs and isinstance(new_kwargs[setting], str) and new_kwargs[setting] in table:
            new_kwargs[setting] = table[new_kwargs[setting]]
            changes.append(f"{setting}={new_kwargs[setting]!r}")
    if name in _STEPS_AND_WIDTH and "input_length" in new_kwargs and "input_dim" not in new_kwargs:
        new_kwargs.pop("input_length")  # it says nothing without the width: the input tells both
        changes.append("without input_length")
    if name in _STEPS_AND_WIDTH and "input_dim" in new_kwargs:
        shape = (new_kwargs.pop("input_length", None), new_kwargs.pop("input_dim"))
        _put(name, new_kwargs, "input_dim", "input_shape", shape, changes)
    if "without output_shape" in changes and (extra := output_padding(args, {**new_kwargs, "output_shape": asked})):
        _put(name, new_kwargs, "output_shape", "output_padding", extra, changes)
    if changes:
        warn(f"{name}: Keras 1 spelling; write {name}({', '.join(changes)}).")
    return args, new_kwargs


def _join_kernel(
    name: str, args: tuple[object, ...], kwargs: dict[str, object], changes: list[str]
) -> tuple[object, ...]:
    """`Conv2D(32, 3, 3)` and nb_row=, nb_col= as `Conv2D(32, (3, 3))`; likewise for volumes."""
    parts = KERNEL_PARTS.get(name)
    if parts is None or (len(args) > 1 and not isinstance(args[1], int)):
        return args
    named = [part for part in parts if part in kwargs]
    positional = args[1 : 1 + len(parts) - len(named)]
    size = (*positional, *(kwargs[part] for part in named))
    whole = (
        len(size) == len(parts) and all(isinstance(n, int) for n in size) and named == list(parts[len(positional) :])
    )
    if not whole or (not named and "strides" in kwargs):
        return args
    present = {"padding", "data_format"} & set(kwargs)
    if present and follows_later_keras():  # Conv2D(32, 3, 1, padding="same"): the second number is the strides
        return args
    if present:
        raise SettingError(
            where=name,
            expected="one spelling",
            actual=f"single numbers for the sizes, as Keras 1 has them, and {', '.join(sorted(present))} of Keras 2",
            hint=f"Write {name}(..., {size}, ...).",
        )
    for part in named:
        del kwargs[part]
    rest = args[1 + len(positional) :]
    if rest and "output_shape" in ARGUMENTS[name]:
        kwargs["output_shape"], rest = rest[0], rest[1:]
    if not args:
        _put(name, kwargs, parts[0], "kernel_size", size, changes)
        return args
    changes.append(f"{args[0]}, {size}")
    return (args[0], size, *rest)


def _put(name: str, kwargs: dict[str, object], old: str, new: str, value: object, changes: list[str]) -> None:
    if new in kwargs:
        actual, hint = f"{new!r} given twice, also as {old!r} (Keras 1)", f"Keep {new}= only."
        raise SettingTypeError(where=name, expected=f"{new!r} once", actual=actual, hint=hint)
    if new in VALUES and isinstance(value, str):
        value = VALUES[new].get(value, value)
    kwargs[new] = value
    changes.append(f"{new}={value!r}")


def _drop(name: str, old: str, value: object, changes: list[str]) -> None:
    if name == "BatchNormalization" and value not in (0, None):
        where, expected = "BatchNormalization, mode", "0, or Keras 1's modes 1 and 2"
        raise SettingTypeError(where=where, expected=expected, actual=shorten(value), hint="Leave mode out.")
    changes.append(f"without {old}")


def accepts_old(method: str) -> Callable[[Callable[P, Result]], Callable[P, Result]]:
    """Decorator: let a method take Keras 1's argument names too.

    >>> @accepts_old("fit")
    ... def fit(epochs=1):
    ...     return epochs
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     fit(nb_epoch=3)
    3
    """

    def decorate(function: Callable[P, Result]) -> Callable[P, Result]:
        unchecked: Callable[..., Result] = function
        signature = inspect.signature(function)
        # `**old` stands in a signature for type checkers only: it names Keras 1's arguments and their types.
        parameters = [parameter for parameter in signature.parameters.values() if parameter.name != "old"]
        known = {parameter.name for parameter in parameters} if len(parameters) < len(signature.parameters) else None

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> Result:
            named: Mapping[str, object] = renamed(method, kwargs) if kwargs else kwargs
            if kwargs and later.METHODS.get(method, frozenset()).intersection(named):
                named = {name: value for name, value in named.items() if name not in later.METHODS[method]}
            wants_accuracy = named is not kwargs and any(kwargs.get(name) for name in _ACCURACY)
            if kwargs and known is not None and not known.issuperset(named):
                unknown = next(key for key in named if key not in known)
                raise TypeError(f"{method}() got an unexpected keyword argument {unknown!r}")
            if wants_accuracy:
                with _measuring(args[0]):
                    return unchecked(*args, **named)
            return unchecked(*args, **named)

        call.__dict__["__signature__"] = signature.replace(parameters=parameters)
        return call

    return decorate


def accepts_old_updates(function: Callable[P, Result]) -> Callable[P, Result]:
    """Decorator: let an optimizer's `get_updates` take Keras 1's (params, constraints, loss) too."""
    unchecked: Callable[..., Result] = function

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Result:
        if len(args) + ("loss" in kwargs) == 4:  # the optimizer and three arguments
            optimizer, params = args[:2]
            loss = kwargs["loss"] if "loss" in kwargs else args[3]
            warn(
                "get_updates: Keras 1 spelling; write get_updates(loss, params). Constraints are those of the weights."
            )
            return unchecked(optimizer, loss, params)
        return function(*args, **kwargs)

    return call


def _measuring(model: Any) -> AbstractContextManager[None]:
    """The block in which a model measures accuracy."""
    measuring: AbstractContextManager[None] = model._measuring_accuracy()
    return measuring


def renamed(method: str, kwargs: Mapping[str, object]) -> Mapping[str, object]:
    """Arguments of a method under their present names, as one that wears `accepts_old` takes them."""
    table = METHODS.get(method, {})
    old = [key for key in kwargs if key in table]
    return _rename(method, kwargs, old, table) if old else kwargs


def _rename(
    method: str, kwargs: Mapping[str, object], old: list[str], table: Mapping[str, str | None]
) -> dict[str, object]:
    present = dict(kwargs)
    changes: list[str] = []
    for name in old:
        value, new = present.pop(name), table[name]
        if new is None:
            changes.append(f"without {name}")
        elif name == "samples_per_epoch":
            # Keras 1 counted samples, Keras 2 counts batches; only the generator knows how large these are.
            generator = kwargs.get("generator")
            size: int | None = getattr(generator, "batch_size", None)
            batches = value // size if size and isinstance(value, int) else value
            _put(method, present, name, new, batches, changes)
        else:
            _put(method, present, name, new, value, changes)
    measured = " compile(metrics=['accuracy']) measures it." if any(kwargs.get(name) for name in _ACCURACY) else ""
    warn(f"{method}: Keras 1 spelling; write {method}({', '.join(changes)}).{measured}")
    return present
