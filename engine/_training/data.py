"""What the user passes -> arrays that fit the model.

All checks happen before training starts and say which array, what was expected and found, and the cure.
Anything with shape, dtype, len and slicing serves as an array (HDF5 data sets, memory maps); it is read batch by batch, and
so are SciPy's sparse matrices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from typing import Literal, NamedTuple, TypeGuard

import numpy as np

from .._graph.derived import is_text
from .._graph.sparse import is_sparse
from .._machine.arrays import as_array, numbers_among_objects, of_tensor
from .._machine.config import follows_later_keras
from ..errors import DataError, ErrorMend, UnknownName, mend_of, shorten
from ..types import Array, Data, DTypeLike, Samples, Shape
from . import sentences
from .array_changes import as_mend, channels_come, is_of, to_shape
from .array_rows import ArrayData, Rows
from .entry import VaryingRows
from .read_rows import ReadRows
from .sparse_rows import SparseRows

Kind = Literal["input", "output"]


class ArraySpec(NamedTuple):
    """What is fed to an input or output: its name, its shape with None for the batch (None for any shape), its dtype.

    output: the shape of the output, where the loss takes numbers of classes in place of one number for each of them.
    """

    name: str
    shape: Shape | None
    dtype: DTypeLike
    kind: Kind = "input"
    output: Shape | None = None

    @property
    def where(self) -> str:
        """Name for messages."""
        return f"{self.kind} '{self.name}'"


class CheckedArrays(NamedTuple):
    """Checked arrays in the order inputs, targets, weights, and the names of the outputs that have weights."""

    arrays: list[ArrayData]
    weighted: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Number of samples; 1 where nothing is fed, so that all steps count alike."""
        return sample_count(self.arrays) or 1

    def split(self, share: float) -> tuple[CheckedArrays, CheckedArrays]:
        """All but the last `share` of the samples, and these.

        Raises:
            DataError: one side would be empty.
        """
        first, last = split(self.arrays, share)
        return self._replace(arrays=first), self._replace(arrays=last)


class Batch(NamedTuple):
    """Arrays, or rows of arrays, for one step.

    Args:
        arrays: in the order of the step's placeholders.
        size: number of samples.
        weighted: names of the outputs that have sample weights, which are the last arrays.
        share: the part of the samples that the arrays hold; less than 1 where other processes have the rest.
    """

    arrays: Sequence[ArrayData | Rows]
    size: int
    weighted: tuple[str, ...] = ()
    share: float = 1.0


def fit_to_specs(data: Data | None, specs: Sequence[ArraySpec]) -> list[ArrayData]:
    """Arrays in the order of `specs` from an array, a list of them or a dict by name; each checked.

    Arrays of rank 1 gain an axis where the spec has rank 2.

    Raises:
        DataError: an array is missing or does not fit.
        UnknownName: there is no input or output of a name.
    """
    arrays = zip(in_order(data, specs), specs, called(data, specs), strict=True)
    return [_fitted(array, spec, name) for array, spec, name in arrays]


def called(data: object, specs: Sequence[ArraySpec]) -> list[str]:
    """How a program calls what it gives for each spec: "x", "x[0]", "y['name']"."""
    names = ["x" if spec.kind == "input" else "y" for spec in specs]
    if isinstance(data, Mapping):
        return [f"{name}[{spec.name!r}]" for name, spec in zip(names, specs, strict=True)]
    if len(specs) == 1 and not (isinstance(data, (list, tuple)) and len(data) == 1 and hasattr(data[0], "shape")):
        return names
    return [f"{name}[{index}]" for index, name in enumerate(names)]


def in_order(data: Data | None, specs: Sequence[ArraySpec]) -> list[Data]:
    """What was given for each spec: by name, or by position in a list. Raises DataError, UnknownName."""
    names = [spec.name for spec in specs]
    kind = f"{specs[0].kind}s" if specs else "data"
    if isinstance(data, Mapping):
        missing = [name for name in names if name not in data]
        # What the model does not ask for is left alone, as Keras does: generators hand on texts and the like for callbacks.
        unknown = [name for name in data if name not in names]
        if missing and unknown:
            raise UnknownName(unknown[0], names, kind=specs[0].kind, where=kind, of_model=True)
        if missing:
            raise DataError(
                where=kind, expected=f"an array for each of {', '.join(names)}", actual=f"none for {missing}"
            )
        return [data[name] for name in names]
    if data is None:
        if not specs:
            return []
        raise DataError(where=kind, expected=_count(len(specs)), actual="None")
    if not specs and not (isinstance(data, Sized) and not len(data)):
        raise DataError(
            where="data", expected="None, as the tensors have values of their own", actual=type(data).__name__
        )
    if isinstance(data, (list, tuple)):
        return _listed(data, specs, kind)
    if len(specs) != 1:
        raise DataError(where=kind, expected=f"a list of {_count(len(specs))}", actual=f"one {type(data).__name__}")
    return [data]


def _listed(data: Sequence[Samples], specs: Sequence[ArraySpec], kind: str) -> list[Data]:
    """A list is one array for each spec, or, for a single spec, the samples themselves."""
    if len(specs) != 1:
        if len(data) != len(specs):
            raise DataError(where=kind, expected=_count(len(specs)), actual=f"a list of {len(data)}")
        return list(data)
    shapes = [tuple(getattr(x, "shape", ())) for x in data]
    if not all(shapes) or not shapes:
        return [data]
    if len(data) == 1:
        return [data[0]]
    rank = None if specs[0].shape is None else len(specs[0].shape)
    if len(set(shapes)) > 1 or (rank is not None and len(shapes[0]) >= rank):
        raise DataError(where=kind, expected="1 array", actual=f"a list of {len(data)} arrays")
    return [data]


def _count(n: int) -> str:
    return f"{n} array" if n == 1 else f"{n} arrays"


def _fitted(samples: Data, spec: ArraySpec, name: str) -> ArrayData:
    array = samples if type(samples) is np.ndarray else _as_array(samples, spec)
    if array.dtype == object and isinstance(array, np.ndarray):
        array = numbers_among_objects(array)
    if is_text(spec.dtype):
        check_texts(array, spec.where)
    elif np.dtype(array.dtype).kind not in "biuf":
        hint = "Pad lists of unequal length (pad_sequences) and turn text or categories into numbers first."
        if is_text(array.dtype):
            hint += " A model that begins with Input(dtype='string') and TextVectorization or StringLookup takes texts."
        raise DataError(where=spec.where, expected="numbers", actual=f"dtype {array.dtype}", hint=hint)
    expected, written = spec.shape, tuple(array.shape)
    if isinstance(array, np.ndarray) and _lacks_last_axis(array.shape, expected, spec.kind):
        array = array[..., None]
    elif expected is not None and spec.kind != "output" and isinstance(array, np.ndarray) and follows_later_keras():
        array = _with_axes_of_one(array, expected)
    if expected is not None and not is_of(array.shape, expected):
        raise _other_shape(written, expected, spec, name)
    return array


def _with_axes_of_one(array: Array, expected: Shape) -> Array:
    """An array whose last axis of size 1 is missing or too many, as later Keras takes it: with or without that axis."""
    if array.ndim + 1 == len(expected) and expected[-1] == 1:
        return array[..., None]
    return array[..., 0] if array.ndim == len(expected) + 1 and array.shape[-1] == 1 else array


def check_texts(array: ArrayData, where: str) -> None:
    """Raise DataError where something in an array is no text; bytes are texts."""
    if not is_text(array.dtype):
        hint = "This input was made with dtype='string'."
        raise DataError(where=where, expected="texts", actual=f"numbers (dtype {array.dtype})", hint=hint)
    if not isinstance(array, np.ndarray) or array.dtype.kind != "O":
        return
    for place, value in enumerate(array.flat):
        if not isinstance(value, (str, bytes)):
            hint = "Fill what is missing: frame.fillna('')." if value is None or value != value else None
            actual = f"{shorten(value)} at place {place}"
            raise DataError(where=where, expected="texts everywhere", actual=actual, hint=hint)


def fits(shape: Sequence[int], expected: Sequence[int | None], kind: str = "input") -> bool:
    """Whether an array of this shape may be fed where `expected`, with None for any size, is the shape of what goes in.

    The last axis may be missing where it has size 1: for one number a sample, and for labels.

    Example:
        >>> fits((60, 28, 28), (None, 28, 28)), fits((60,), (None, 1)), fits((60, 7), (None, 7, 1))
        (True, True, False)
        >>> fits((60, 7), (None, 7, 1), "output")
        True
    """
    return is_of(tuple(shape) + (1,) * _lacks_last_axis(shape, expected, kind), expected)


def _lacks_last_axis(shape: Sequence[int], expected: Sequence[int | None] | None, kind: str) -> bool:
    """Whether an array gains a last axis of size 1: numbers in place of rows, or labels with one for each step."""
    if len(shape) == 1 and (expected is None or len(expected) == 2):
        return True
    return kind == "output" and bool(expected) and expected[-1] == 1 and len(shape) + 1 == len(expected)


def _as_array(samples: Data, spec: ArraySpec) -> ArrayData:
    """Lists and frames as an array; what can be read by slices stays as it is."""
    if is_sparse(samples):
        return SparseRows(samples)
    if isinstance(samples, np.ma.MaskedArray):
        return as_array(samples, spec.where)
    samples = of_tensor(samples)
    if _is_array(samples):
        return samples
    if _gives_batches(samples) or (isinstance(samples, (list, tuple)) and any(map(_gives_batches, samples))):
        raise DataError(
            where=spec.where,
            expected="an array",
            actual=f"what gives batches ({type(samples).__name__})",
            hint="A generator or Sequence stands alone, in the place of x, and its batches hold inputs and targets.",
        )
    try:
        return as_array(samples, spec.where)
    except ValueError as error:
        raise DataError(where=spec.where, expected="numbers", actual=f"a list of unequal lengths ({error})") from None


def _gives_batches(samples: object) -> bool:
    """Whether it is a generator or a Sequence, whose end NumPy might wait for in vain."""
    if isinstance(samples, (np.ndarray, list, tuple, range, str, bytes, memoryview, int, float)):
        return False
    if hasattr(samples, "__next__") or callable(samples):
        return True
    as_array = any(hasattr(samples, name) for name in ("__array__", "__array_interface__", "shape", "iloc"))
    by_number = hasattr(samples, "__getitem__") and not isinstance(samples, Sequence)
    return not as_array and (by_number or (hasattr(samples, "__iter__") and not hasattr(samples, "__len__")))


def _is_array(samples: object) -> TypeGuard[ArrayData]:
    """Whether it can be read by slices; frames, which have `iloc`, take other indices."""
    is_frame = not isinstance(samples, np.ndarray) and hasattr(samples, "iloc")
    return not is_frame and all(hasattr(samples, name) for name in ("shape", "dtype", "__len__"))


def _other_shape(shape: tuple[int, ...], expected: Shape, spec: ArraySpec, name: str) -> DataError:
    """The error for an array whose shape, as the user has it, does not fit, with what to do."""
    mends: list[ErrorMend] = []
    hint = None
    if spec.kind == "output":
        classes = spec.output is not None
        sentence = sentences.gives(spec.name, spec.output or expected, name, shape, class_numbers=classes)
    else:
        sentence = sentences.takes(spec.name, expected, name, shape, channels_come(shape, expected))
        mends += to_shape(name, shape, expected)
        hint = f"{mends[0]['label']}: {mends[0]['code']}" if mends else None
        if len(shape) > len(expected) == 2:
            begin = f"begin the model with input_shape={shape[1:]} and Flatten."
            hint = f"{hint}, or {begin}" if hint else f"{begin[0].upper()}{begin[1:]}"
        if len(shape) > 1:
            mends.append(mend_of({"set": {"layer": spec.name, "field": "shape", "value": list(shape[1:])}}))
    return DataError(
        sentence=sentence,
        where=spec.where,
        expected=f"shape {expected}",
        actual=f"shape {shape}",
        hint=hint,
        mends=mends,
    )


def sample_count(arrays: Sequence[ArrayData]) -> int | None:
    """The number of samples; None where nothing is fed."""
    return len(arrays[0]) if arrays else None


def check_labels(target: object, spec: ArraySpec, output_shape: Shape, loss_name: str, name: str = "y") -> None:
    """Raise DataError, with what to do, for labels that cannot fit their loss.

    The targets are as the user wrote them, before their shape is compared with the output's; one without a shape
    passes. name: how a program calls them.
    """
    target_shape = getattr(target, "shape", None)
    if target_shape is None:
        return
    shape, classes = tuple(target_shape), output_shape[-1]
    has_class_axis = len(shape) == len(output_shape) and shape[-1] != 1
    sentence = sentences.gives(
        spec.name, output_shape, name, shape, class_numbers=loss_name == "sparse_categorical_crossentropy"
    )
    if loss_name == "categorical_crossentropy" and not has_class_axis:
        if classes == 1:
            raise DataError(
                sentence=sentence,
                where=spec.where,
                expected="labels with a column for each of at least two classes",
                actual=f"shape {shape}",
                hint="For an output of one value use the loss binary_crossentropy.",
                fix={"set": {"loss": "binary_crossentropy"}},
            )
        raise DataError(
            sentence=sentence,
            where=spec.where,
            expected=f"one-hot labels of shape {output_shape}",
            actual=f"shape {shape}",
            hint="Use to_categorical(y), or the loss sparse_categorical_crossentropy.",
            fix={"set": {"loss": "sparse_categorical_crossentropy"}},
            mends=[] if classes is None else [_one_hot_rows(name, classes)],
        )
    if loss_name == "sparse_categorical_crossentropy":
        if has_class_axis and shape[-1] == classes:
            raise DataError(
                sentence=sentence,
                where=spec.where,
                expected=f"whole-number labels of shape {(*output_shape[:-1], 1)}",
                actual=f"shape {shape}",
                hint="One-hot labels go with the loss categorical_crossentropy.",
                fix={"set": {"loss": "categorical_crossentropy"}},
            )
        if isinstance(target, np.ndarray) and target.size and target.dtype.kind in "iuf" and classes is not None:
            low, high = target.min(), target.max()
            if low < 0 or high >= classes:
                raise DataError(
                    sentence=sentences.knows_classes(spec.name, classes, name, low, high),
                    where=spec.where,
                    expected=f"labels 0 to {classes - 1} (the output has {classes} values)",
                    actual=f"labels {low} to {high}",
                    mends=_counted_from_0(name, int(low), int(high), classes),
                )


def _one_hot_rows(name: str, classes: int) -> ErrorMend:
    return as_mend(f"Make one-hot rows of {name}", {"array": name, "one_hot": classes})


def _counted_from_0(name: str, low: int, high: int, classes: int) -> list[ErrorMend]:
    """Numbers of classes that begin at another number and are few enough."""
    if low == 0 or high - low >= classes:
        return []
    return [as_mend(f"Count from 0: {'subtract' if low > 0 else 'add'} {abs(low)}", {"array": name, "add": -low})]


def count_samples(arrays: Sequence[ArrayData], specs: Sequence[ArraySpec], names: Sequence[str]) -> int:
    """The number of samples, which all arrays must have. names: how a program calls them.

    Raises:
        DataError: it differs, or is 0.
    """
    counts = [len(a) for a in arrays]
    for count, spec in zip(counts, specs, strict=True):
        if count != counts[0]:
            expected = f"{counts[0]} samples, as in {specs[0].where}"
            sentence = sentences.differ(dict(zip(names, counts, strict=True)))
            raise DataError(sentence=sentence, where=spec.where, expected=expected, actual=f"{count} samples")
        if count == 0:
            raise DataError(where=spec.where, expected="at least one sample", actual="an empty array")
    return counts[0] if counts else 0


def split(arrays: Sequence[ArrayData], share: float) -> tuple[list[ArrayData], list[ArrayData]]:
    """Cut off the last `share` (0 < share < 1) of the samples; raises DataError when one side would be empty."""
    n = sample_count(arrays) or 0
    at = int(n * (1.0 - share))
    if not 0 < at < n:
        raise DataError(
            where="validation_split",
            expected="samples left on both sides",
            actual=f"{share} of {n} samples",
            hint="Give more samples or another share.",
        )
    return [_between(a, 0, at) for a in arrays], [_between(a, at, n) for a in arrays]


def _between(array: ArrayData, first: int, last: int) -> ArrayData:
    return array.part(first, last) if isinstance(array, (ReadRows, VaryingRows)) else array[first:last]
