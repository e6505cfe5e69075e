"""The small `tensorflow` module: what notebooks for tf.keras use of it on arrays."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from .._graph.tensor import Tensor, Variable
from . import functions as f
from . import keras_random
from .dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from .tape import GradientTape
from .values import constant, eager, operand, value_of, variable

_TYPES = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def function(func: Callable[..., Any] | None = None, **_: object) -> Any:
    """Decorator: the function itself, which computes at once here.

    Args:
        func: the function.
        **_: accepted as in TensorFlow.
    """
    return func if func is not None else lambda inner: inner


def _printed(*values: Any, **_: object) -> None:
    print(*(np.asarray(value_of(x)) if isinstance(x, (Tensor, np.ndarray)) else x for x in values))


class _VariableMeta(type):
    """Lets `isinstance(x, tf.Variable)` tell the engine's variables, and `tf.Variable(value)` make one."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Variable)

    def __call__(cls, initial_value: Any = None, *args: Any, **kwargs: Any) -> Variable:
        return variable(initial_value, *args, **kwargs)


class TFVariable(metaclass=_VariableMeta):
    """`tf.Variable`."""


class _TensorMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, (Tensor, np.ndarray))


class TFTensor(metaclass=_TensorMeta):
    """`tf.Tensor`: arrays and tensors."""


def _resized(images: Any, size: Any, method: str = "bilinear", **_: object) -> Any:
    from ..layers import Resizing

    x = np.asarray(value_of(images))
    layer = Resizing(int(size[0]), int(size[1]), method, data_format="channels_last")
    return eager(layer(x if x.ndim == 4 else x[None])) if x.ndim == 4 else eager(layer(x[None])[0])


@cache
def modules() -> dict[str, dict[str, object]]:
    """The names of each module: "" for `tensorflow`, "nn" for `tensorflow.nn` and so on."""
    random = {
        name: getattr(keras_random, name) for name in ("normal", "set_seed", "shuffle", "truncated_normal", "uniform")
    }
    reduced = {f"reduce_{name}": made for name, made in f.REDUCED.items()} | {"reduce_variance": f.REDUCED["variance"]}
    math = {**f.ELEMENTWISE, **f.BINARY, **reduced, "argmax": f.SHAPES["argmax"], "cumsum": f.SHAPES["cumsum"]}
    data: dict[str, object] = {
        "Dataset": Dataset,
        "AUTOTUNE": AUTOTUNE,
        "INFINITE_CARDINALITY": INFINITE_CARDINALITY,
        "UNKNOWN_CARDINALITY": UNKNOWN_CARDINALITY,
        "experimental": SimpleNamespace(AUTOTUNE=AUTOTUNE, cardinality=lambda dataset: dataset.cardinality()),
    }
    config: dict[str, object] = {
        "list_physical_devices": lambda kind=None: [],
        "list_logical_devices": lambda kind=None: [],
        "run_functions_eagerly": lambda eagerly: None,
        "experimental": SimpleNamespace(
            list_physical_devices=lambda kind=None: [],
            set_memory_growth=lambda *_: None,
            enable_op_determinism=lambda: None,
        ),
    }
    root = {
        **{name: made for name, made in math.items() if name not in ("erf", "softplus")},
        **f.SHAPES,
        **{name: np.dtype(name).type for name in _TYPES},
        "bool": np.bool_,
        "string": np.str_,
        "newaxis": None,
        "__version__": "2.15.0",
        "constant": constant,
        "convert_to_tensor": constant,
        "concat": f.concat,
        "fill": f.fill,
        "range": f.range_,
        "gather": f.gather,
        "norm": f.norm,
        "clip_by_value": f.clip_by_value,
        "clip_by_global_norm": f.clip_by_global_norm,
        "identity": lambda x, **_: eager(operand(x)),
        "eye": lambda n, dtype="float32", **_: eager(np.eye(n, dtype=dtype)),
        "linspace": lambda start, stop, num, **_: eager(np.linspace(start, stop, num, dtype="float32")),
        "size": lambda x, **_: eager(np.int32(np.size(value_of(x)))),
        "rank": lambda x: eager(np.int32(len(operand(x).shape))),
        "unstack": lambda x, axis=0, **_: [eager(one) for one in np.moveaxis(np.asarray(value_of(x)), axis, 0)],
        "Variable": TFVariable,
        "Tensor": TFTensor,
        "GradientTape": GradientTape,
        "UnconnectedGradients": SimpleNamespace(ZERO="zero", NONE="none"),
        "function": function,
        "executing_eagerly": lambda: True,
        "device": lambda name: nullcontext(),
        "name_scope": lambda name: nullcontext(),
        "print": _printed,
        "is_tensor": lambda x: isinstance(x, (Tensor, np.ndarray)),
        "TensorShape": lambda dims: tuple(dims),
    }
    parts: dict[str, dict[str, object]] = {
        "math": math,
        "nn": {**f.NN},
        "random": random,
        "data": data,
        "config": config,
        "linalg": {"matmul": f.matmul, "norm": f.norm},
        "image": {"resize": _resized},
        "dtypes": {name: np.dtype(name).type for name in _TYPES},
    }
    lazy = {f"lazy:{name}": _importing(f"tensorflow.{name}") for name in (*parts, "keras")}
    return {"": {**root, **lazy}, **parts}


def _importing(name: str) -> Callable[[], object]:
    return lambda: importlib.import_module(name)
