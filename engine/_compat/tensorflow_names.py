"""The small `tensorflow` module: what notebooks for tf.keras use of it on arrays."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

from .. import backend as K
from .. import initializers
from .._graph.tensor import Tensor, Variable
from . import (
    control_flow,
    keras_random,
    tensorflow_arrays,
    tensorflow_images,
    tensorflow_modules,
    tensorflow_numpy,
    tensorflow_ragged,
    tensorflow_records,
    tensorflow_saved_model,
    tensorflow_services,
    tensorflow_strings,
    tensorflow_summary,
)
from . import functions as f
from .array_functions import LINALG, ON_ARRAYS, add_n
from .assigned_variable import IndexedSlices, variable
from .dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset, TensorSpec
from .hashing import to_hash_bucket_fast, to_hash_bucket_strong
from .network_functions import NN_OF_TENSORFLOW
from .signal_functions import SIGNAL_OF_TENSORFLOW
from .tape import GradientTape
from .tensorflow_distribute import DISTRIBUTE, compute_average_loss, scale_regularization_loss
from .tensorflow_tables import CsvDataset, decode_csv
from .values import constant, eager, operand, value_of

_TYPES = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


_OF_MATH_ALONE = ("erf", "softplus", *tensorflow_arrays.MATH_OF_TENSORFLOW)


def function(func: Callable[..., Any] | None = None, *_: object, **__: object) -> Any:
    """Decorator: the function itself, which computes at once here; `get_concrete_function` gives it back.

    Args:
        func: the function.
        *_: accepted as in TensorFlow: input_signature.
        **__: likewise: jit_compile, reduce_retracing and the like.
    """
    return function if func is None else _as_traced(func)


def _gives(func: Callable[..., Any]) -> Callable[..., Any]:
    def concrete(*_: object, **__: object) -> Any:
        return func

    return concrete


def _as_traced(func: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the attributes that TensorFlow's have; other callables stay as they are."""
    if isinstance(func, FunctionType):
        func.__dict__.update(
            python_function=func,
            get_concrete_function=_gives(func),
            experimental_get_tracing_count=lambda: 1,
        )
    return func


def _printed(*values: object, **_: object) -> None:
    print(*(np.asarray(value_of(x)) if isinstance(x, (Tensor, np.ndarray)) else x for x in values))


class _VariableMeta(type):
    """Lets `isinstance(x, tf.Variable)` tell the engine's variables, and `tf.Variable(value)` make one."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Variable)

    def __call__(cls, initial_value: Any = None, *args: Any, **kwargs: Any) -> Variable:
        return variable(initial_value, *args, **kwargs)


class TFVariable(metaclass=_VariableMeta):
    """`tf.Variable`."""


class _KerasVariableMeta(_VariableMeta):
    """Makes a variable of an initializer, as Keras 3 does: an array, a function of a shape, or a name."""

    def __call__(
        cls,
        initializer: Any = None,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **_: object,
    ) -> Variable:
        if shape is not None:
            filling: Any = initializers.get(initializer if initializer is not None else "glorot_uniform")
            return Variable(tuple(int(n) for n in shape), dtype, name, filling, trainable)
        return variable(initializer, trainable, name, dtype)


class KerasVariable(metaclass=_KerasVariableMeta):
    """`keras.Variable`."""


class _TensorMeta(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, (Tensor, np.ndarray))


class TFTensor(metaclass=_TensorMeta):
    """`tf.Tensor`: arrays and tensors."""


def _none(*_: object, **__: object) -> None:
    """What changes nothing here: settings of devices."""


def _no_devices(device_type: str | None = None) -> list[object]:
    return []


def _cardinality(dataset: Dataset) -> Any:
    return dataset.cardinality()


def _identity(input: Any, name: str | None = None) -> Any:
    return eager(operand(input))


def _eye(num_rows: int, num_columns: int | None = None, dtype: Any = "float32", name: str | None = None) -> Any:
    return eager(np.eye(num_rows, num_columns, dtype=dtype))


def _linspace(start: float, stop: float, num: int, name: str | None = None) -> Any:
    return eager(np.linspace(start, stop, num, dtype="float32"))


def _size(input: Any, out_type: Any = "int32", name: str | None = None) -> Any:
    return eager(np.asarray(np.size(value_of(input)), out_type))


def _rank(input: Any, name: str | None = None) -> Any:
    return eager(np.int32(len(operand(input).shape)))


def _unstack(value: Any, num: int | None = None, axis: int = 0, name: str | None = None) -> list[Any]:
    return [eager(one) for one in np.moveaxis(np.asarray(value_of(value)), axis, 0)]


def _eagerly() -> bool:
    return True


def _same(func: Any) -> Any:
    return func


def scope(name: str) -> AbstractContextManager[None]:
    """A block that changes nothing: of a device, or of names."""
    return nullcontext()


def _py_function(
    func: Callable[..., Any] | None = None, inp: Iterable[Any] | None = None, Tout: Any = None, name: str | None = None
) -> Any:
    """What a function of Python's gives; as a decorator (without `inp`) the function."""
    if func is None or inp is None:
        return _same if func is None else func
    made = func(*inp)
    return (
        [eager(np.asarray(value_of(x))) for x in made]
        if isinstance(made, (list, tuple))
        else eager(np.asarray(value_of(made)))
    )


def _text_lines(filenames: object, *_: object, **__: object) -> Dataset:
    names = [x.decode() if isinstance(x, bytes) else str(x) for x in np.ravel(np.asarray(value_of(filenames), object))]

    def lines() -> Iterator[Any]:
        for name in names:
            with Path(name).open("rb") as file:
                yield from (eager(np.asarray(line.rstrip(b"\r\n"), object)) for line in file)

    return Dataset(lines)


def _counter(start: int = 0, step: int = 1, dtype: Any = "int64") -> Dataset:
    return Dataset(lambda: (eager(np.asarray(i, dtype)) for i in itertools.count(start, step)), None, True)


class _Errors(Exception):
    """An error of TensorFlow's, which nothing here raises; named so that programs can catch it."""


def _sizes(dims: Iterable[int | None]) -> tuple[int | None, ...]:
    return tuple(dims)


def _math() -> dict[str, object]:
    """`tensorflow.math`, most of which `tensorflow` has too."""
    reduced = {f"reduce_{name}": made for name, made in f.REDUCED.items()} | {"reduce_variance": f.REDUCED["variance"]}
    more = (
        "ceil",
        "cumprod",
        "divide_no_nan",
        "expm1",
        "log1p",
        "reciprocal",
        "rsqrt",
        "top_k",
        "bincount",
        "mod",
        "floor_divide",
    )
    renamed = {"isnan": "is_nan", "isinf": "is_inf", "isfinite": "is_finite"}
    return {
        **{name: ON_ARRAYS[name] for name in more},
        **{later: ON_ARRAYS[name] for name, later in renamed.items()},
        "floormod": ON_ARRAYS["mod"],
        "add_n": add_n,
        "l2_normalize": f.l2_normalize,
        **f.ELEMENTWISE,
        **f.BINARY,
        **reduced,
        **tensorflow_arrays.MATH_OF_TENSORFLOW,
        "argmax": f.SHAPES["argmax"],
        "cumsum": f.SHAPES["cumsum"],
        "argmin": f.argmin,
    }


def _data() -> dict[str, object]:
    """`tensorflow.data`."""
    return {
        "Dataset": Dataset,
        "AUTOTUNE": AUTOTUNE,
        "INFINITE_CARDINALITY": INFINITE_CARDINALITY,
        "UNKNOWN_CARDINALITY": UNKNOWN_CARDINALITY,
        "TextLineDataset": _text_lines,
        "TFRecordDataset": tensorflow_records.TFRecordDataset,
        "Options": tensorflow_services.Options,
        "experimental": SimpleNamespace(
            AUTOTUNE=AUTOTUNE,
            cardinality=_cardinality,
            Counter=_counter,
            sample_from_datasets=Dataset.sample_from_datasets,
            get_single_element=Dataset.get_single_element,
            CsvDataset=CsvDataset,
            **tensorflow_services.DATA_EXPERIMENTAL,
        ),
    }


def _config() -> dict[str, object]:
    """`tensorflow.config`: there is no other device, and nothing to set."""
    return {
        "list_physical_devices": _no_devices,
        "list_logical_devices": _no_devices,
        "set_logical_device_configuration": _none,
        "set_visible_devices": _none,
        "get_visible_devices": _no_devices,
        "run_functions_eagerly": _none,
        **tensorflow_services.CONFIG,
        "experimental": SimpleNamespace(
            list_physical_devices=_no_devices,
            set_memory_growth=_none,
            enable_op_determinism=_none,
            set_virtual_device_configuration=_none,
            VirtualDeviceConfiguration=_none,
        ),
    }


def _root() -> dict[str, object]:
    """`tensorflow` itself."""
    return {
        **{name: made for name, made in _math().items() if name not in _OF_MATH_ALONE},
        **tensorflow_arrays.ROOT,
        **tensorflow_services.ROOT,
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
        "identity": _identity,
        "eye": _eye,
        "linspace": _linspace,
        "size": _size,
        "rank": _rank,
        "unstack": _unstack,
        "Variable": TFVariable,
        "IndexedSlices": IndexedSlices,
        "Tensor": TFTensor,
        "GradientTape": GradientTape,
        "UnconnectedGradients": SimpleNamespace(ZERO="zero", NONE="none"),
        "function": function,
        "executing_eagerly": _eagerly,
        "device": scope,
        "name_scope": scope,
        "print": _printed,
        "is_tensor": f.is_tensor,
        "TensorShape": _sizes,
        "TensorSpec": TensorSpec,
        "Module": tensorflow_modules.Module,
        "py_function": _py_function,
        "numpy_function": _py_function,
        "add_n": add_n,
        "cond": control_flow.cond,
        "custom_gradient": control_flow.custom_gradient,
        "TensorArray": control_flow.TensorArray,
        "RaggedTensor": tensorflow_ragged.RaggedTensor,
        "SparseTensor": tensorflow_ragged.SparseTensor,
        "clip_by_norm": f.clip_by_norm,
        "map_fn": control_flow.map_fn,
        "while_loop": control_flow.while_loop,
        "broadcast_to": f.broadcast_to,
        "einsum": ON_ARRAYS["einsum"],
        "repeat": f.of_arrays(K.repeat_elements),
        **{
            name: ON_ARRAYS[name]
            for name in ("argsort", "meshgrid", "roll", "searchsorted", "sort", "tensordot", "unique")
        },
        **{f"a{name}": ON_ARRAYS[f"arc{name}"] for name in ("cos", "cosh", "sin", "sinh", "tan", "tanh")},
        **{name: ON_ARRAYS[name] for name in ("cosh", "sinh", "tan")},
        "reverse": ON_ARRAYS["flip"],
    }


@cache
def modules() -> Mapping[str, Mapping[str, object]]:
    """The names of each module: "" for `tensorflow`, "nn" for `tensorflow.nn` and so on."""
    random = {
        name: getattr(keras_random, name) for name in ("normal", "set_seed", "shuffle", "truncated_normal", "uniform")
    }
    parts: dict[str, Mapping[str, object]] = {
        "math": _math(),
        "nn": {
            **f.NN,
            **NN_OF_TENSORFLOW,
            "compute_average_loss": compute_average_loss,
            "in_top_k": tensorflow_arrays.top_k_places,
            "scale_regularization_loss": scale_regularization_loss,
            "top_k": ON_ARRAYS["top_k"],
            "weighted_cross_entropy_with_logits": tensorflow_arrays.weighted_cross_entropy_with_logits,
        },
        "distribute": DISTRIBUTE,
        "saved_model": tensorflow_saved_model.SAVED_MODEL,
        "experimental": {"lazy:numpy": _importing("tensorflow.experimental.numpy")},
        "experimental.numpy": tensorflow_numpy.names(),
        "signal": SIGNAL_OF_TENSORFLOW,
        "summary": tensorflow_summary.SUMMARY,
        **tensorflow_services.MODULES,
        "random": {**random, **tensorflow_modules.RANDOM, **tensorflow_arrays.RANDOM_OF_TENSORFLOW},
        "data": _data(),
        "config": _config(),
        "linalg": {
            **LINALG,
            **tensorflow_arrays.LINALG_OF_TENSORFLOW,
            "matmul": f.matmul,
            "norm": f.norm,
            "normalize": f.l2_normalize,
        },
        "image": tensorflow_images.IMAGE,
        "io": {
            **tensorflow_images.IO,
            **tensorflow_records.IO,
            "decode_csv": decode_csv,
            "gfile": SimpleNamespace(**tensorflow_services.GFILE),
        },
        "train": {**tensorflow_modules.TRAIN, **tensorflow_records.TRAIN, **tensorflow_services.TRAIN},
        "ragged": tensorflow_ragged.RAGGED,
        "sparse": tensorflow_ragged.SPARSE,
        "errors": dict.fromkeys(
            ("InvalidArgumentError", "NotFoundError", "OutOfRangeError", "ResourceExhaustedError"), _Errors
        ),
        "version": {"VERSION": "2.15.0"},
        "strings": {
            **tensorflow_strings.SHOWN,
            "to_hash_bucket_fast": to_hash_bucket_fast,
            "to_hash_bucket_strong": to_hash_bucket_strong,
        },
        "dtypes": {**{name: np.dtype(name).type for name in _TYPES}, "as_dtype": np.dtype},
    }
    lazy = {f"lazy:{name}": _importing(f"tensorflow.{name}") for name in (*parts, "keras")}
    lazy |= {
        f"lazy:{name}": _importing(f"tensorflow.keras.{name}")
        for name in ("initializers", "losses", "metrics", "optimizers")
    }
    return {"": {**_root(), **lazy}, **parts}


def _importing(name: str) -> Callable[[], object]:
    return lambda: importlib.import_module(name)
