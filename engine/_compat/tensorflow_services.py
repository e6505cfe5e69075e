"""What `tensorflow` has beside arrays: files, checks, nested structures, tables, settings of machines that change nothing here."""

from __future__ import annotations

import glob
import inspect
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import numpy as np

from .._files import npz
from .._graph.tensor import Tensor, Variable
from ..errors import DataError
from ..types import Array
from .array_functions import of_numpy
from .tensorflow_ragged import SparseTensor, to_dense
from .values import TensorLike, TensorValue, constant, eager, value_of

__all__ = ["MODULES", "ROOT"]


FileName: TypeAlias = "str | bytes | os.PathLike[str] | TensorLike"
"""A file or folder, as a text or an array that holds one."""


def _path(name: FileName) -> str:
    text: Any = np.asarray(value_of(name), object)[()] if isinstance(name, (np.ndarray, Tensor)) else name
    return os.fsdecode(text)


def _none(*_: object, **__: object) -> None:
    """What changes nothing here."""


def _false(*_: object, **__: object) -> bool:
    return False


def _opened(name: FileName, mode: str = "r") -> Any:
    return Path(_path(name)).open(mode, encoding=None if "b" in mode else "utf-8")


def _remade(name: FileName) -> None:
    Path(_path(name)).mkdir(parents=True, exist_ok=True)


def _copied(src: FileName, dst: FileName, overwrite: bool = False) -> None:
    if Path(_path(dst)).exists() and not overwrite:
        raise DataError(where="tf.io.gfile.copy", expected="a new file, or overwrite=True", actual=_path(dst))
    shutil.copyfile(_path(src), _path(dst))


def _renamed(src: FileName, dst: FileName, overwrite: bool = False) -> None:
    if Path(_path(dst)).exists() and not overwrite:
        raise DataError(where="tf.io.gfile.rename", expected="a new name, or overwrite=True", actual=_path(dst))
    Path(_path(src)).replace(_path(dst))


def _found(pattern: Any) -> list[str]:
    patterns = pattern if isinstance(pattern, (list, tuple)) else [pattern]
    return sorted(name for one in patterns for name in glob.glob(_path(one)))


def _exists(path: FileName) -> bool:
    return Path(_path(path)).exists()


def _isdir(path: FileName) -> bool:
    return Path(_path(path)).is_dir()


def _join(path: FileName, *paths: FileName) -> str:
    return str(Path(_path(path), *map(_path, paths)))


def _listdir(path: FileName) -> list[str]:
    return sorted(one.name for one in Path(_path(path)).iterdir())


def _remove(path: FileName) -> None:
    Path(_path(path)).unlink()


def _rmtree(path: FileName) -> None:
    shutil.rmtree(_path(path))


def _walk(top: FileName, **_: object) -> Iterator[tuple[str, list[str], list[str]]]:
    return os.walk(_path(top))


GFILE: dict[str, object] = {
    "GFile": _opened,
    "copy": _copied,
    "exists": _exists,
    "glob": _found,
    "isdir": _isdir,
    "join": _join,
    "listdir": _listdir,
    "makedirs": _remade,
    "mkdir": _remade,
    "remove": _remove,
    "rename": _renamed,
    "rmtree": _rmtree,
    "walk": _walk,
}


def _asserted(holds: Callable[[Array, Array], Any], sign: str) -> Callable[..., None]:
    def call(x: Any, y: Any, message: str | None = None, *_: object, **__: object) -> None:
        a, b = np.asarray(value_of(x)), np.asarray(value_of(y))
        if not np.all(holds(a, b)):
            raise DataError(where=message or "tf.debugging", expected=f"x {sign} y", actual=f"{a!r} and {b!r}"[:200])

    call.__doc__ = f"Raises DataError unless x {sign} y everywhere."
    return call


def _checked(x: Any, message: str = "", name: str | None = None) -> Any:
    """x itself. Raises DataError where it holds infinities or no numbers."""
    if not np.all(np.isfinite(np.asarray(value_of(x)))):
        raise DataError(where=message or "tf.debugging.check_numerics", expected="finite numbers", actual="others")
    return x


def _assert_true(condition: Any, data: object = None, *_: object, **__: object) -> None:
    if not np.all(np.asarray(value_of(condition))):
        raise DataError(where="tf.debugging.Assert", expected="a condition that holds", actual=repr(data)[:200])


def _assert_shapes(shapes: Any, *_: object, **__: object) -> None:
    pairs = shapes.items() if isinstance(shapes, Mapping) else shapes
    sizes: dict[object, int] = {}
    for x, wanted in pairs:
        for size, name in zip(np.shape(x), wanted, strict=True):
            if sizes.setdefault(name, size) != size or (isinstance(name, int) and name != size):
                raise DataError(where="tf.debugging.assert_shapes", expected=str(wanted), actual=str(np.shape(x)))


def _is_numeric(x: object) -> bool:
    return isinstance(x, (Tensor, np.ndarray)) and x.dtype.kind in "biufc"


_COMPARED: dict[str, tuple[Callable[[Array, Array], Any], str]] = {
    "assert_equal": (np.equal, "=="),
    "assert_greater": (np.greater, ">"),
    "assert_greater_equal": (np.greater_equal, ">="),
    "assert_less": (np.less, "<"),
    "assert_less_equal": (np.less_equal, "<="),
    "assert_near": (lambda a, b: np.isclose(a, b, 1e-5, 1e-6), "about"),
    "assert_none_equal": (np.not_equal, "!="),
}
DEBUGGING: dict[str, object] = {
    **{name: _asserted(*about) for name, about in _COMPARED.items()},
    "Assert": _assert_true,
    "assert_shapes": _assert_shapes,
    "check_numerics": _checked,
    "disable_check_numerics": _none,
    "enable_check_numerics": _none,
    "is_numeric_tensor": _is_numeric,
    "set_log_device_placement": _none,
}


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """What lists, tuples and dicts hold, one after the other; dicts in the order of their names."""
    if isinstance(structure, Mapping):
        return [leaf for key in sorted(structure) for leaf in flatten(structure[key])]
    if isinstance(structure, (list, tuple)):
        return [leaf for one in structure for leaf in flatten(one)]
    return [structure]


def pack_sequence_as(structure: Any, flat_sequence: Any, *_: object, **__: object) -> Any:
    """A structure as another one, with what `flatten` gave of it or others."""
    leaves = iter(flat_sequence)

    def packed(one: Any) -> Any:
        if isinstance(one, Mapping):
            made = {key: packed(one[key]) for key in sorted(one)}
            return {key: made[key] for key in one}
        if isinstance(one, (list, tuple)):
            parts = [packed(part) for part in one]
            return type(one)(*parts) if hasattr(one, "_fields") else type(one)(parts)
        return next(leaves)

    return packed(structure)


def map_structure(func: Callable[..., Any], *structure: Any, **_: object) -> Any:
    """What a function gives for each leaf of structures that are alike."""
    rows = zip(*map(flatten, structure), strict=True)
    return pack_sequence_as(structure[0], [func(*row) for row in rows])


def assert_same_structure(nest1: Any, nest2: Any, *_: object, **__: object) -> None:
    """Raises DataError where two structures differ."""
    marked = [map_structure(_none, one) for one in (nest1, nest2)]
    if marked[0] != marked[1]:
        raise DataError(where="tf.nest.assert_same_structure", expected=repr(marked[0]), actual=repr(marked[1]))


def _is_nested(structure: object) -> bool:
    return isinstance(structure, (list, tuple, Mapping))


NEST: dict[str, object] = {
    "assert_same_structure": assert_same_structure,
    "flatten": flatten,
    "is_nested": _is_nested,
    "map_structure": map_structure,
    "pack_sequence_as": pack_sequence_as,
}


class KeyValueTensorInitializer:
    """Keys and values of a table.

    Args:
        keys: the keys.
        values: as many values.
        key_dtype: accepted as in TensorFlow.
        value_dtype: likewise.
    """

    def __init__(self, keys: Any, values: Any, key_dtype: object = None, value_dtype: object = None) -> None:
        self.keys, self.values = np.asarray(constant(keys)), np.asarray(constant(values))


def _key(x: Any) -> Any:
    return x.decode("utf-8", "replace") if isinstance(x, bytes) else x.item() if isinstance(x, np.generic) else x


class StaticHashTable:
    """Finds the value of each key.

    Args:
        initializer: keys and values.
        default_value: the value of other keys.
        name: accepted as in TensorFlow.

    Example:
        >>> table = StaticHashTable(KeyValueTensorInitializer(["a", "b"], [1, 2]), -1)
        >>> table.lookup(np.array(["b", "c"])).tolist()
        [2, -1]
    """

    def __init__(self, initializer: KeyValueTensorInitializer, default_value: Any, name: str | None = None) -> None:
        keys = [_key(x) for x in np.ravel(initializer.keys)]
        self._values = dict(zip(keys, np.ravel(initializer.values), strict=True))
        self._default, self._dtype = default_value, initializer.values.dtype

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys, in their shape."""
        asked = np.asarray(value_of(keys), object)
        values = [self._values.get(_key(x), self._default) for x in asked.ravel()]
        kind = object if self._dtype.kind in "OUS" else self._dtype
        return eager(np.array([*values, None], object)[:-1].reshape(asked.shape).astype(kind))

    __getitem__ = lookup

    def size(self, name: str | None = None) -> Any:
        """How many keys there are."""
        return eager(np.int64(len(self._values)))


class ExponentialMovingAverage:
    """Running means of variables: mean = decay * mean + (1 - decay) * value.

    Args:
        decay: how much of the mean stays, from 0 to 1.
        num_updates: how many updates there were, by which decay is at most (1 + n) / (10 + n); None, the default, for no limit.
        **_: accepted as in TensorFlow.
    """

    def __init__(self, decay: float, num_updates: Any = None, **_: object) -> None:
        self._decay, self._count = float(decay), num_updates
        self._means: dict[Variable, Variable] = {}

    def apply(self, var_list: Any) -> None:
        """Bring the means of variables up to date; the first time they are the values."""
        count = None if self._count is None else float(np.asarray(value_of(self._count)))
        decay = self._decay if count is None else min(self._decay, (1 + count) / (10 + count))
        for one in var_list:
            array = np.array(one.host())
            if one not in self._means:
                self._means[one] = Variable(array.shape, array.dtype, "mean", array, False)
            else:
                mean = self._means[one]
                mean.assign(decay * np.array(mean.host()) + (1 - decay) * array)

    def average(self, var: Variable) -> Variable | None:
        """The mean of a variable; None before the first `apply`."""
        return self._means.get(var)


def load_checkpoint(ckpt_dir_or_file: FileName) -> SimpleNamespace:
    """The arrays of a checkpoint that `tf.train.Checkpoint` wrote here, by name."""
    arrays = npz.read(f"{_path(ckpt_dir_or_file)}.npz")

    def has_tensor(name: str) -> bool:
        return name in arrays

    return SimpleNamespace(
        get_tensor=arrays.__getitem__,
        get_variable_to_shape_map=lambda: {name: list(array.shape) for name, array in arrays.items()},
        get_variable_to_dtype_map=lambda: {name: array.dtype for name, array in arrays.items()},
        has_tensor=has_tensor,
    )


def list_variables(ckpt_dir_or_file: FileName) -> list[tuple[str, list[int]]]:
    """Name and shape of each array of a checkpoint that `tf.train.Checkpoint` wrote here."""
    shapes = load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map()
    return sorted((name, list(shape)) for name, shape in shapes.items())


def load_variable(ckpt_dir_or_file: FileName, name: str) -> Array:
    """An array of a checkpoint that `tf.train.Checkpoint` wrote here."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name)


def _source(function: Any, *_: object, **__: object) -> str:
    """The program of a function, which is not translated here."""
    program = getattr(function, "python_function", function)
    try:
        return inspect.getsource(program)
    except OSError:  # of a cell that Python has no file of
        return f"# The source of {getattr(program, '__name__', program)} is not at hand."


def _itself(function: Any = None, *_: object, **__: object) -> Any:
    """Decorator: the function as it is."""
    return function if callable(function) else _itself


def _bytes(text: object, encoding: str = "utf-8") -> bytes:
    return text if isinstance(text, bytes) else str(text).encode(encoding)


def _text(text: object, encoding: str = "utf-8") -> str:
    return text.decode(encoding) if isinstance(text, bytes) else str(text)


@contextmanager
def _unchanged(*_: object, **__: object) -> Generator[None]:
    """A block that changes nothing."""
    yield


def _sets(join: Callable[[set[Any], set[Any]], set[Any]], what: str) -> Callable[..., Any]:
    def call(a: Any, b: Any, *_: object, **__: object) -> Any:
        rows = [[set(row) for row in np.atleast_2d(_dense(x))] for x in (a, b)]
        joined = [sorted(join(x, y)) for x, y in zip(*rows, strict=True)]
        places = [[i, j] for i, row in enumerate(joined) for j in range(len(row))]
        values = [x for row in joined for x in row]
        return SparseTensor(places, values, (len(joined), max(map(len, joined), default=0)))

    call.__doc__ = f"{what} of the rows of two arrays, sparse."
    return call


def _sizes(a: Any) -> Array:
    """How many elements each row of a sparse array has."""
    rows = np.asarray(a.indices).reshape(-1, len(np.ravel(a.dense_shape)))[:, 0]
    return np.bincount(rows, minlength=int(np.ravel(a.dense_shape)[0])).astype("int32")


def _set_sizes(a: Any, **_: object) -> Any:
    return eager(_sizes(a))


def _dense(x: SparseTensor | TensorLike) -> Array:
    return np.asarray(value_of(to_dense(x) if isinstance(x, SparseTensor) else x))


def _input(input: Any, name: str | None = None) -> Any:
    return input


def _timestamp(name: str | None = None) -> TensorValue:
    return eager(np.float64(time.time()))


def _to_device(device: object, buffer_size: object = None) -> Callable[..., object]:
    return _itself


class Options:
    """Settings of a pipeline, which runs as it is here."""

    def __init__(self) -> None:
        names = (
            "autotune",
            "experimental_distribute",
            "experimental_optimization",
            "experimental_threading",
            "threading",
        )
        self.deterministic: bool | None = None
        for name in names:
            setattr(self, name, SimpleNamespace())


_SHARDING = SimpleNamespace(OFF="OFF", AUTO="AUTO", FILE="FILE", DATA="DATA", HINT="HINT")
_BUILD = {"is_cuda_build": False, "is_rocm_build": False, "is_tensorrt_build": False}
MODULES: dict[str, Mapping[str, object]] = {
    "autograph": {
        "experimental": SimpleNamespace(do_not_convert=_itself, set_loop_options=_none),
        "set_verbosity": _none,
        "to_code": _source,
        "to_graph": _itself,
        "trace": _none,
    },
    "bitwise": {
        name: of_numpy(name) for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift")
    },
    "compat": {"as_bytes": _bytes, "as_str": _text, "as_text": _text, "as_str_any": str},
    "debugging": DEBUGGING,
    "lookup": {"KeyValueTensorInitializer": KeyValueTensorInitializer, "StaticHashTable": StaticHashTable},
    "nest": NEST,
    "profiler": {
        "experimental": SimpleNamespace(
            Profile=_unchanged, Trace=_unchanged, start=_none, stop=_none, ProfilerOptions=SimpleNamespace
        )
    },
    "sets": {
        "difference": _sets(lambda a, b: a - b, "The difference"),
        "intersection": _sets(lambda a, b: a & b, "What is common"),
        "union": _sets(lambda a, b: a | b, "All elements"),
        "size": _set_sizes,
    },
    "sysconfig": {"get_build_info": lambda: dict(_BUILD)},
    "test": {
        "gpu_device_name": lambda: "",
        "is_built_with_cuda": _false,
        "is_built_with_gpu_support": _false,
        "is_gpu_available": _false,
    },
}
ROOT: dict[str, Any] = {
    "as_dtype": np.dtype,
    "control_dependencies": _unchanged,
    "get_logger": lambda: SimpleNamespace(setLevel=_none, info=_none, warning=_none, error=_none),
    "group": _none,
    "guarantee_const": _input,
    "init_scope": nullcontext,
    "no_op": _none,
    "timestamp": _timestamp,
    "variable_creator_scope": _unchanged,
}
DATA_EXPERIMENTAL: dict[str, object] = {
    "AutoShardPolicy": _SHARDING,
    "DistributeOptions": SimpleNamespace,
    "prefetch_to_device": _to_device,
}
CONFIG: dict[str, object] = {
    "functions_run_eagerly": lambda: True,
    "get_soft_device_placement": _false,
    "set_soft_device_placement": _none,
    "optimizer": SimpleNamespace(set_jit=_none, set_experimental_options=_none, get_jit=_false),
    "threading": SimpleNamespace(
        set_inter_op_parallelism_threads=_none,
        set_intra_op_parallelism_threads=_none,
        get_inter_op_parallelism_threads=lambda: 0,
        get_intra_op_parallelism_threads=lambda: 0,
    ),
    "LogicalDeviceConfiguration": SimpleNamespace,
    "experimental_connect_to_cluster": _none,
}
TRAIN: dict[str, object] = {
    "ExponentialMovingAverage": ExponentialMovingAverage,
    "list_variables": list_variables,
    "load_checkpoint": load_checkpoint,
    "load_variable": load_variable,
}
