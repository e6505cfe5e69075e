"""Functions of `tf`, `tf.math`, `tf.linalg` and `tf.random` on arrays, beyond those that Keras 3 has too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .. import initializers
from .._graph.tensor import Tensor
from .._machine.random import draw_seed
from ..errors import DataError, SettingError
from ..types import Array, DTypeLike
from .array_functions import of_numpy
from .control_flow import map_fn
from .functions import BINARY, NN, matmul, stack
from .more_array_functions import MORE, gather_nd, scatter_update, slice_, unstack
from .tensorflow_ragged import SparseTensor, to_dense
from .values import TensorLike, TensorValue, eager, operand, value_of

__all__ = ["LINALG_OF_TENSORFLOW", "MATH_OF_TENSORFLOW", "RANDOM_OF_TENSORFLOW", "ROOT"]


def _array(x: Any) -> Array:
    return np.asarray(value_of(x))


def _whole(x: Any) -> list[int]:
    return [int(n) for n in np.ravel(value_of(x))]


def boolean_mask(tensor: TensorLike, mask: TensorLike, axis: int | None = None, name: str | None = None) -> TensorValue:
    """The elements where a mask holds."""
    chosen, x = _array(mask).astype(bool), operand(tensor)
    if isinstance(x, Tensor):
        places: Any = np.flatnonzero(chosen)
        return ops.take(x, places, axis or 0)
    lead = (slice(None),) * (axis or 0)
    return eager(x[(*lead, chosen)])


def dynamic_partition(
    data: TensorLike, partitions: TensorLike, num_partitions: int, name: str | None = None
) -> list[TensorValue]:
    """The elements of each part, by the number of the part of each."""
    x, parts = _array(data), _array(partitions)
    return [eager(x[parts == i]) for i in range(int(num_partitions))]


def dynamic_stitch(indices: Sequence[TensorLike], data: Sequence[TensorLike], name: str | None = None) -> TensorValue:
    """Elements put to their numbers."""
    places = [_array(one).astype(int) for one in indices]
    parts = [_array(one) for one in data]
    size = max((int(one.max(initial=-1)) for one in places), default=-1) + 1
    made = np.zeros((size, *parts[0].shape[places[0].ndim :]), parts[0].dtype)
    for place, part in zip(places, parts, strict=True):
        made[place] = part
    return eager(made)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Any:
    """x itself. Raises DataError where its shape is another."""
    wanted = tuple(shape)
    sizes = tuple(np.shape(x))
    fits = len(sizes) == len(wanted) and all(
        m is None or n is None or n == m for n, m in zip(sizes, wanted, strict=True)
    )
    if not fits:
        raise DataError(where="tf.ensure_shape", expected=f"shape {wanted}", actual=f"shape {sizes}")
    return eager(operand(x))


def _folded(backwards: bool) -> Callable[..., Any]:
    def call(fn: Callable[[Any, Any], Any], elems: Any, initializer: Any = None, **_: object) -> Any:
        parts = unstack(elems)
        parts = parts[::-1] if backwards else parts
        carried = parts.pop(0) if initializer is None else initializer
        for part in parts:
            carried = fn(carried, part)
        return carried

    call.__doc__ = "What is carried along after a function has been applied to it with each part along the first axis."
    return call


def scan(
    fn: Callable[[Any, Any], Any],
    elems: TensorLike,
    initializer: TensorLike | None = None,
    reverse: bool = False,
    **_: object,
) -> TensorValue:
    """What is carried along at each part along the first axis, stacked."""
    parts = unstack(elems)
    parts = parts[::-1] if reverse else parts
    made = [parts.pop(0)] if initializer is None else []
    carried = made[0] if made else initializer
    for part in parts:
        carried = fn(carried, part)
        made.append(carried)
    return stack(made[::-1] if reverse else made)


def histogram_fixed_width(
    values: TensorLike, value_range: TensorLike, nbins: int = 100, dtype: DTypeLike = "int32", name: str | None = None
) -> TensorValue:
    """How many numbers lie in each of so many parts of a range; those beyond it count for the first or last one."""
    low, high = (float(x) for x in np.ravel(value_of(value_range)))
    counts, _ = np.histogram(np.clip(_array(values), low, high), int(nbins), (low, high))
    return eager(counts.astype(dtype))


def reverse_sequence(
    input: TensorLike, seq_lengths: TensorLike, seq_axis: int = 1, batch_axis: int = 0, name: str | None = None
) -> TensorValue:
    """Each sample with its first steps in the opposite order."""
    x = np.moveaxis(np.array(_array(input)), (batch_axis, seq_axis), (0, 1))
    for row, length in zip(x, _whole(seq_lengths), strict=True):
        row[:length] = row[:length][::-1].copy()
    return eager(np.moveaxis(x, (0, 1), (batch_axis, seq_axis)))


def scatter_nd(indices: TensorLike, updates: TensorLike, shape: TensorLike, name: str | None = None) -> TensorValue:
    """An array of zeros to which values are added at places."""
    return MORE["scatter"](indices, updates, shape)


def tensor_scatter_nd_update(
    tensor: TensorLike, indices: TensorLike, updates: TensorLike, name: str | None = None
) -> TensorValue:
    """An array with values at places exchanged."""
    return scatter_update(tensor, indices, updates)


def _scattered(reduction: str) -> Callable[..., Any]:
    def call(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
        return scatter_update(tensor, indices, updates, reduction)

    call.__doc__ = f"An array with values at places joined by {reduction!r} with what is there."
    return call


def sequence_mask(
    lengths: TensorLike, maxlen: TensorLike | None = None, dtype: DTypeLike = "bool", name: str | None = None
) -> TensorValue:
    """True for the first elements of each row."""
    counts = _array(lengths)
    most = int(counts.max(initial=0)) if maxlen is None else int(value_of(maxlen))
    return eager((np.arange(most) < counts[..., None]).astype(dtype))


def squared_difference(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorValue:
    """(x - y)^2."""
    return eager(ops.square(operand(x) - operand(y)))


def strided_slice(
    input_: TensorLike, begin: TensorLike, end: TensorLike, strides: TensorLike | None = None, **_: object
) -> TensorValue:
    """A part of x from a place to another one."""
    starts, ends = _whole(begin), _whole(end)
    steps = [1] * len(starts) if strides is None else _whole(strides)
    key = tuple(slice(a, b, s) for a, b, s in zip(starts, ends, steps, strict=True))
    x = operand(input_)
    return ops.getitem(x, key) if isinstance(x, Tensor) else eager(x[key])


def slice_of(input_: TensorLike, begin: TensorLike, size: TensorLike, name: str | None = None) -> TensorValue:
    """A part of x that begins at a place and has a size; -1 for all that follows."""
    return slice_(input_, begin, size)


def unique_with_counts(
    x: TensorLike, out_idx: DTypeLike = "int32", name: str | None = None
) -> tuple[TensorValue, TensorValue, TensorValue]:
    """The different elements in their first order, which of them each one is, and how often each is there."""
    values, first, inverse, counts = np.unique(_array(x), return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    rank = np.argsort(order, kind="stable")
    return eager(values[order]), eager(rank[inverse].astype(out_idx)), eager(counts[order].astype(out_idx))


def case(pred_fn_pairs: Any, default: Callable[[], Any] | None = None, **_: object) -> Any:
    """What the function of the first condition that holds gives, or that of `default`."""
    pairs = pred_fn_pairs.items() if hasattr(pred_fn_pairs, "items") else pred_fn_pairs
    for condition, function in pairs:
        if bool(np.asarray(value_of(condition))):
            return function()
    if default is None:
        raise SettingError(where="tf.case", expected="a condition that holds, or a default", actual="none")
    return default()


def switch_case(branch_index: Any, branch_fns: Any, default: Callable[[], Any] | None = None, name: Any = None) -> Any:
    """What the function of a number gives; the last one's, or that of `default`, for other numbers."""
    functions = dict(branch_fns) if not callable(next(iter(branch_fns), None)) else dict(enumerate(branch_fns))
    chosen = functions.get(int(value_of(branch_index)), default or functions[max(functions)])
    return chosen()


def _matrices(function: Callable[[Array], Array], what: str) -> Callable[..., Any]:
    def call(input: Any, *_: object, **__: object) -> Any:
        return eager(function(_array(input)))

    call.__doc__ = what
    return call


def band_part(input: TensorLike, num_lower: int, num_upper: int, name: str | None = None) -> TensorValue:
    """Matrices with 0 beyond so many diagonals below and above the middle; -1 keeps all."""
    x = operand(input)
    rows, columns = (int(n) for n in x.shape[-2:])
    distance = np.arange(columns)[None] - np.arange(rows)[:, None]
    low, high = int(value_of(num_lower)), int(value_of(num_upper))
    within = ((low < 0) | (-distance <= low)) & ((high < 0) | (distance <= high))
    return eager(x * within.astype(x.dtype))


def matvec(a: Any, b: Any, transpose_a: bool = False, **_: object) -> Any:
    """The product of matrices with vectors."""
    product: Any = matmul(a, ops.expand_dims(operand(b), -1), transpose_a)
    return eager(ops.squeeze(product, -1))


def set_diag(input: TensorLike, diagonal: TensorLike, **_: object) -> TensorValue:
    """Matrices with another diagonal."""
    x = np.array(_array(input))
    places = np.arange(min(x.shape[-2:]))
    x[..., places, places] = _array(diagonal)
    return eager(x)


def confusion_matrix(
    labels: TensorLike,
    predictions: TensorLike,
    num_classes: int | None = None,
    weights: TensorLike | None = None,
    dtype: DTypeLike = "int32",
    name: str | None = None,
) -> TensorValue:
    """How often each class (row) was taken for each (column)."""
    true, predicted = _array(labels).ravel().astype(int), _array(predictions).ravel().astype(int)
    count = int(max(true.max(initial=-1), predicted.max(initial=-1)) + 1 if num_classes is None else num_classes)
    made = np.zeros((count, count), dtype)
    np.add.at(made, (true, predicted), 1 if weights is None else _array(weights).ravel().astype(dtype))
    return eager(made)


def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> Any:
    """The root of the sum of squares over axes."""
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    return eager(ops.sqrt(ops.sum(ops.square(operand(input_tensor)), axis=axes, keepdims=keepdims)))


def zero_fraction(value: TensorLike, name: str | None = None) -> TensorValue:
    """The share of elements that are 0."""
    return eager(np.float32(np.mean(_array(value) == 0)))


def polyval(coeffs: Sequence[TensorLike], x: TensorLike, name: str | None = None) -> TensorValue:
    """A polynomial of x, its highest power first."""
    total: Any = operand(coeffs[0])
    for one in coeffs[1:]:
        total = total * operand(x) + operand(one)
    return eager(total)


def _product_without(zero: float, above: Callable[[Any], Any]) -> Callable[..., Any]:
    def call(x: Any, y: Any, name: str | None = None) -> Any:
        a, b = _array(x), _array(y)
        with np.errstate(all="ignore"):
            return eager(np.where(a == 0, np.asarray(zero, b.dtype), a * above(b)))

    call.__doc__ = "x times a function of y, and 0 where x is 0."
    return call


def multiply_no_nan(x: TensorLike, y: TensorLike, name: str | None = None) -> TensorValue:
    """x * y, and 0 where y is 0, whatever x is."""
    a, b = _array(x), _array(y)
    with np.errstate(invalid="ignore"):
        return eager(np.where(b == 0, np.zeros((), b.dtype), a * b))


def _unsorted(name: str) -> Callable[..., Any]:
    def call(data: Any, segment_ids: Any, num_segments: Any = None, name_: str | None = None) -> Any:
        count = None if num_segments is None else int(value_of(num_segments))
        if name != "mean":
            return MORE[f"segment_{name}"](data, segment_ids, count)
        sums = np.asarray(MORE["segment_sum"](data, segment_ids, count))
        numbers = np.bincount(_array(segment_ids).astype(int), minlength=len(sums)).reshape(-1, *[1] * (sums.ndim - 1))
        return eager(sums / np.maximum(numbers, 1).astype(sums.dtype))

    call.__doc__ = f"The {name} of the rows of each segment."
    return call


def weighted_cross_entropy_with_logits(
    labels: TensorLike, logits: TensorLike, pos_weight: TensorLike, name: str | None = None
) -> TensorValue:
    """The cross entropy of logits, what should be 1 weighing `pos_weight`."""
    x, z = operand(logits), operand(labels)
    factor = 1.0 + (operand(pos_weight) - 1.0) * z
    return eager((1.0 - z) * x + factor * (ops.softplus(-ops.absolute(x)) + ops.relu(-x)))


def top_k_places(targets: TensorLike, predictions: TensorLike, k: int, name: str | None = None) -> TensorValue:
    """Whether the target is among the k largest predictions."""
    return MORE["in_top_k"](targets, predictions, k)


def split_seed(seed: TensorLike, num: int = 2, alg: str = "auto_select") -> TensorValue:
    """Seeds (num, 2) that follow from one."""
    drawn = np.random.default_rng([int(n) & 0xFFFFFFFF for n in np.ravel(value_of(seed))])
    return eager(drawn.integers(0, 2**31, (int(num), 2)).astype("int32"))


def gamma(
    shape: TensorLike,
    alpha: TensorLike,
    beta: TensorLike | None = None,
    dtype: DTypeLike = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> TensorValue:
    """Numbers from gamma distributions."""
    drawn = np.random.default_rng(draw_seed() if seed is None else seed)
    powers, rates = _array(alpha), 1.0 if beta is None else _array(beta)
    sizes = (*_whole(shape), *np.broadcast_shapes(powers.shape, np.shape(rates)))
    return eager((drawn.gamma(powers, size=sizes) / rates).astype(dtype))


def poisson(
    shape: TensorLike, lam: TensorLike, dtype: DTypeLike = "float32", seed: int | None = None, name: str | None = None
) -> TensorValue:
    """Numbers from Poisson distributions."""
    drawn = np.random.default_rng(draw_seed() if seed is None else seed)
    means = _array(lam)
    return eager(drawn.poisson(means, (*_whole(shape), *means.shape)).astype(dtype))


def order_of_order(x: TensorLike, name: str | None = None) -> TensorValue:
    """Where each number of an order stands in it."""
    return eager(np.argsort(_array(x)).astype("int32"))


def identity_n(input: Sequence[TensorLike], name: str | None = None) -> list[TensorValue]:
    """Arrays as they are."""
    return [eager(operand(x)) for x in input]


def vectorized_map(fn: Callable[[Any], Any], elems: TensorLike, *_: object, **__: object) -> TensorValue:
    """What a function gives for each part along the first axis, stacked."""
    return map_fn(fn, elems)


def edit_distance(
    hypothesis: TensorLike, truth: TensorLike, normalize: bool = True, name: str | None = None
) -> TensorValue:
    """How many letters of a row have to be added, removed or exchanged (of arrays, sparse ones by their values)."""
    pairs = zip(_rows(hypothesis), _rows(truth), strict=True)
    return eager(np.asarray([_edits(a, b) / (len(b) or 1 if normalize else 1) for a, b in pairs], "float32"))


def _rows(x: Any) -> list[list[Any]]:
    table = to_dense(x) if isinstance(x, SparseTensor) else x
    return [list(row) for row in np.atleast_2d(_array(table))]


def _edits(first: list[Any], second: list[Any]) -> int:
    costs = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, costs[0] = costs[0], i
        for j, b in enumerate(second, 1):
            before, costs[j] = costs[j], min(costs[j] + 1, costs[j - 1] + 1, before + (a != b))
    return costs[-1]


def cumulative_logsumexp(x: TensorLike, axis: int = 0, **_: object) -> TensorValue:
    """The logarithm of the sum of e^x of all elements so far along an axis."""
    return eager(np.logaddexp.accumulate(_array(x), axis))


def log_sigmoid(x: TensorLike, name: str | None = None) -> TensorValue:
    """The logarithm of the sigmoid."""
    return eager(-ops.softplus(-operand(x)))


def rint(x: TensorLike, name: str | None = None) -> TensorValue:
    """The nearest whole number, the even one of two."""
    return eager(np.rint(_array(x)))


def least_squares(matrix: TensorLike, rhs: TensorLike, *_: object, **__: object) -> TensorValue:
    """x for which |matrix x - rhs| is least."""
    return MORE["lstsq"](matrix, rhs)


def triangular_solve(matrix: TensorLike, rhs: TensorLike, lower: bool = True, **_: object) -> TensorValue:
    """x of matrix x = rhs, of the lower or upper triangle."""
    return MORE["solve_triangular"](matrix, rhs, lower)


def complex_of(real: TensorLike, imag: TensorLike, name: str | None = None) -> TensorValue:
    """Complex numbers of their parts."""
    return eager((_array(real) + 1j * _array(imag)).astype("complex64"))


def _diagonals(matrices: Array) -> Array:
    return np.array(np.diagonal(matrices, axis1=-2, axis2=-1))


MATH_OF_TENSORFLOW: dict[str, Any] = {
    **{name: of_numpy(name) for name in ("angle", "conj", "count_nonzero", "imag", "nextafter", "real")},
    "bessel_i0": of_numpy("i0"),
    "confusion_matrix": confusion_matrix,
    "cumulative_logsumexp": cumulative_logsumexp,
    "erfinv": MORE["erfinv"],
    "in_top_k": top_k_places,
    "invert_permutation": order_of_order,
    "log_sigmoid": log_sigmoid,
    "multiply_no_nan": multiply_no_nan,
    "polyval": polyval,
    "reduce_euclidean_norm": reduce_euclidean_norm,
    "rint": rint,
    "softmax": NN["softmax"],
    "squared_difference": squared_difference,
    "xlogy": _product_without(0.0, np.log),
    "xlog1py": _product_without(0.0, np.log1p),
    "zero_fraction": zero_fraction,
    **{f"segment_{name}": _unsorted(name) for name in ("sum", "mean", "max", "min", "prod")},
    **{f"unsorted_segment_{name}": _unsorted(name) for name in ("sum", "mean", "max", "min", "prod")},
}
LINALG_OF_TENSORFLOW: dict[str, Any] = {
    "band_part": band_part,
    "cross": of_numpy("cross"),
    "diag_part": _matrices(_diagonals, "The diagonals of matrices."),
    "lstsq": least_squares,
    "logdet": MORE["logdet"],
    "matrix_rank": MORE["matrix_rank"],
    "matvec": matvec,
    "set_diag": set_diag,
    "slogdet": MORE["slogdet"],
    "tensor_diag": of_numpy("diag"),
    "triangular_solve": triangular_solve,
}
RANDOM_OF_TENSORFLOW: dict[str, Any] = {"gamma": gamma, "poisson": poisson, "split": split_seed}
ROOT: dict[str, Any] = {
    "boolean_mask": boolean_mask,
    "case": case,
    "complex": complex_of,
    "dynamic_partition": dynamic_partition,
    "dynamic_stitch": dynamic_stitch,
    "edit_distance": edit_distance,
    "ensure_shape": ensure_shape,
    "foldl": _folded(False),
    "foldr": _folded(True),
    "gather_nd": gather_nd,
    "histogram_fixed_width": histogram_fixed_width,
    "identity_n": identity_n,
    "realdiv": BINARY["divide"],
    "reverse_sequence": reverse_sequence,
    "scan": scan,
    "scatter_nd": scatter_nd,
    "sequence_mask": sequence_mask,
    "slice": slice_of,
    "squared_difference": squared_difference,
    "strided_slice": strided_slice,
    "switch_case": switch_case,
    "tensor_scatter_nd_add": _scattered("add"),
    "tensor_scatter_nd_max": _scattered("max"),
    "tensor_scatter_nd_min": _scattered("min"),
    "tensor_scatter_nd_update": tensor_scatter_nd_update,
    "unique_with_counts": unique_with_counts,
    "unravel_index": of_numpy("unravel_index"),
    "vectorized_map": vectorized_map,
    "constant_initializer": initializers.Constant,
    "ones_initializer": initializers.Ones,
    "random_normal_initializer": initializers.RandomNormal,
    "random_uniform_initializer": initializers.RandomUniform,
    "zeros_initializer": initializers.Zeros,
}
