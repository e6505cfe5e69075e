"""Functions of `keras.ops`, most of them on arrays alone: matrices, segments, parts that are exchanged, patterns of axes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import _ops as ops
from .. import backend as K
from .._graph.gradient import gradients
from .._graph.plan import evaluate
from .._graph.tensor import Tensor, Variable
from ..errors import SettingError, SettingTypeError
from ..types import Array, DTypeLike
from .array_functions import of_numpy
from .functions import stack
from .values import TensorLike, TensorValue, eager, operand, value_of


def _array(x: Any) -> Array:
    """The values. Raises GraphError for a symbol, which has none."""
    return np.asarray(value_of(x))


def erfc(x: TensorLike) -> TensorValue:
    """1 - erf(x)."""
    return eager(ops.subtract(1.0, ops.erf(operand(x))))


def erfinv(x: TensorLike) -> TensorValue:
    """The number whose error function is x: a rational start (Giles, 2012), then two steps of Newton's."""
    y = np.asarray(_array(x), "float64")
    inside = np.clip(y, -1 + 1e-15, 1 - 1e-15)
    log_part = np.log1p(-inside * inside)
    half = 2 / (math.pi * 0.147) + log_part / 2
    root = np.sign(inside) * np.sqrt(np.sqrt(half * half - log_part / 0.147) - half)
    for _ in range(3):
        slope = 2 / math.sqrt(math.pi) * np.exp(-root * root)
        root = root - (np.vectorize(math.erf, otypes=[float])(root) - inside) / np.maximum(slope, 1e-300)
    return eager(
        np.where(np.abs(y) == 1, np.copysign(np.inf, y), np.where(np.abs(y) > 1, np.nan, root)).astype("float32")
    )


def logaddexp2(x1: TensorLike, x2: TensorLike) -> TensorValue:
    """log2(2^x1 + 2^x2)."""
    return eager(np.logaddexp2(_array(x1), _array(x2)))


def polar(abs_: TensorLike, angle: TensorLike) -> TensorValue:
    """Complex numbers of these lengths and angles."""
    return eager(_array(abs_) * np.exp(1j * _array(angle)))


def psnr(x1: TensorLike, x2: TensorLike, max_val: float) -> TensorValue:
    """How much the largest value exceeds the difference of two arrays, in decibels."""
    a, b = operand(x1), operand(x2)
    difference = ops.mean(ops.square(a - b))
    return eager(20 * math.log10(max_val) - ops.log(difference) * (10 / math.log(10)))


def trapezoid(y: TensorLike, x: TensorLike | None = None, dx: float = 1.0, axis: int = -1) -> TensorValue:
    """The area below a curve, between its points on straight lines."""
    heights = np.moveaxis(_array(y), axis, -1)
    widths = dx if x is None else np.diff(_array(x), axis=-1)
    return eager((widths * (heights[..., 1:] + heights[..., :-1]) / 2).sum(-1))


def cdist(x: TensorLike, y: TensorLike) -> TensorValue:
    """The distance of each row of x from each of y."""
    a, b = operand(x), operand(y)
    return eager(ops.sqrt(ops.sum(ops.square(ops.expand_dims(a, -2) - ops.expand_dims(b, -3)), axis=-1)))


def cholesky_inverse(x: TensorLike, upper: bool = False) -> TensorValue:
    """The inverse of a matrix whose Cholesky factor is x."""
    factor = _array(x)
    factor = np.swapaxes(factor, -1, -2) if upper else factor
    return eager(np.linalg.inv(factor @ np.swapaxes(factor, -1, -2)))


def eig(x: TensorLike) -> tuple[TensorValue, TensorValue]:
    """Eigenvalues and eigenvectors, as complex numbers."""
    numbers, vectors = np.linalg.eig(_array(x))
    return eager(numbers.astype("complex64")), eager(vectors.astype("complex64"))


def logdet(x: TensorLike) -> TensorValue:
    """The logarithm of the determinant."""
    return eager(np.linalg.slogdet(_array(x))[1])


def slogdet(x: TensorLike) -> tuple[TensorValue, TensorValue]:
    """Sign of the determinant, and the logarithm of its absolute value."""
    sign, log = np.linalg.slogdet(_array(x))
    return eager(sign), eager(log)


def lstsq(a: TensorLike, b: TensorLike, rcond: float | None = None) -> TensorValue:
    """x for which |a x - b| is least."""
    return eager(np.linalg.lstsq(_array(a), _array(b), rcond)[0])


def lu_factor(x: TensorLike) -> tuple[TensorValue, TensorValue]:
    """Lower and upper factor in one matrix, and the rows that were exchanged."""
    matrices = np.array(_array(x), "float64")
    n = matrices.shape[-1]
    flat = matrices.reshape(-1, n, n)
    pivots = np.zeros((len(flat), n), "int32")
    for matrix, exchanged in zip(flat, pivots, strict=True):
        for k in range(n):
            row = k + int(np.argmax(np.abs(matrix[k:, k])))
            exchanged[k] = row
            matrix[[k, row]] = matrix[[row, k]]
            matrix[k + 1 :, k] /= matrix[k, k]
            matrix[k + 1 :, k + 1 :] -= np.outer(matrix[k + 1 :, k], matrix[k, k + 1 :])
    return eager(flat.reshape(matrices.shape).astype(_array(x).dtype)), eager(pivots.reshape(matrices.shape[:-1]))


def matrix_rank(x: Any, tol: Any = None) -> Any:
    """How many rows of a matrix do not depend on each other."""
    return eager(np.asarray(np.linalg.matrix_rank(_array(x), tol), "int32"))


def solve_triangular(a: TensorLike, b: TensorLike, lower: bool = False) -> TensorValue:
    """x of a x = b, of the upper or lower triangle of a."""
    matrix = np.tril(_array(a)) if lower else np.triu(_array(a))
    right = _array(b)
    vector = right.ndim == matrix.ndim - 1
    solved = np.linalg.solve(matrix, right[..., None] if vector else right)
    return eager(solved[..., 0] if vector else solved)


def _segments(function: np.ufunc, first: Callable[[Any], Any], what: str) -> Callable[..., Any]:
    def call(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
        x, ids = _array(data), _array(segment_ids).astype(int)
        count = int(num_segments) if num_segments is not None else int(ids.max(initial=-1)) + 1
        made = np.full((count, *x.shape[1:]), first(x.dtype), x.dtype)
        inside = (ids >= 0) & (ids < count)
        function.at(made, ids[inside], x[inside])
        return eager(made)

    call.__doc__ = f"The {what} of the rows of each segment, on arrays."
    return call


def _least(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _most(dtype: Any) -> Any:
    return np.inf if dtype.kind == "f" else np.iinfo(dtype).max


def slice_(inputs: TensorLike, start_indices: TensorLike, shape: TensorLike) -> TensorValue:
    """A part of x that begins at a place and has a shape."""
    starts = [int(n) for n in np.ravel(value_of(start_indices))]
    sizes = [int(n) for n in np.ravel(value_of(shape))]
    key = tuple(slice(a, None if n == -1 else a + n) for a, n in zip(starts, sizes, strict=True))
    x = operand(inputs)
    return ops.getitem(x, key) if isinstance(x, Tensor) else eager(x[key])


def slice_update(inputs: TensorLike, start_indices: TensorLike, updates: TensorLike) -> TensorValue:
    """x with a part exchanged that begins at a place, on arrays."""
    x, new = np.array(_array(inputs)), _array(updates)
    starts = [int(n) for n in np.ravel(value_of(start_indices))]
    x[tuple(slice(a, a + n) for a, n in zip(starts, new.shape, strict=True))] = new
    return eager(x)


def _places(indices: Any) -> tuple[Array, ...]:
    """Rows of numbers as an index of NumPy's."""
    return tuple(np.moveaxis(_array(indices).astype(int), -1, 0))


def scatter(indices: TensorLike, values: TensorLike, shape: TensorLike) -> TensorValue:
    """An array of zeros to which values are added at places."""
    added = _array(values)
    made = np.zeros([int(n) for n in np.ravel(value_of(shape))], added.dtype)
    np.add.at(made, _places(indices), added)
    return eager(made)


_REDUCTIONS: dict[str, np.ufunc] = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}


def scatter_update(
    inputs: TensorLike, indices: TensorLike, updates: TensorLike, reduction: str | None = None
) -> TensorValue:
    """x with values at places exchanged, or joined with what is there: "add", "max", "min", "mul"."""
    made = np.array(_array(inputs))
    if reduction is None:
        made[_places(indices)] = _array(updates)
    else:
        _REDUCTIONS[reduction].at(made, _places(indices), _array(updates))
    return eager(made)


def gather_nd(params: TensorLike, indices: TensorLike, batch_dims: int = 0, name: str | None = None) -> TensorValue:
    """The parts of x at places, each a row of numbers, on arrays."""
    x, places = _array(params), _array(indices).astype(int)
    if batch_dims == 0:
        return eager(x[tuple(np.moveaxis(places, -1, 0))])
    rows = [np.asarray(gather_nd(a, b, batch_dims - 1)) for a, b in zip(x, places, strict=True)]
    return eager(np.stack(rows))


def unstack(x: TensorLike, num: int | None = None, axis: int = 0) -> list[TensorValue]:
    """The parts of x along an axis."""
    tensor = operand(x)
    lead = (slice(None),) * (axis % len(tensor.shape))
    return [eager(ops.getitem(tensor, (*lead, i))) for i in range(int(tensor.shape[axis]))]


def multi_hot(
    inputs: Any, num_classes: int | None = None, axis: int = -1, dtype: Any = None, sparse: bool = False, **kwargs: Any
) -> Any:
    """1 at each of a sample's classes, 0 elsewhere."""
    classes = num_classes if num_classes is not None else kwargs.get("num_tokens")
    if classes is None:
        raise SettingTypeError(where="multi_hot", expected="num_classes", actual="None")
    x = operand(inputs)
    hot = ops.one_hot(x, int(classes))
    return eager(ops.max(hot, axis=-2) if len(x.shape) > 1 else hot)


def saturate_cast(x: Any, dtype: Any) -> Any:
    """x in another number type, limited to what it can hold."""
    kind, x = np.dtype(dtype), operand(x)
    if kind.kind in "iu":
        limits = np.iinfo(kind)
        x = (
            ops.clip(x, float(limits.min), float(limits.max))
            if isinstance(x, Tensor)
            else np.clip(x, limits.min, limits.max)
        )
    return eager(ops.cast(x, kind.name))


def dtype_of(x: TensorLike) -> str:
    """The name of the number type."""
    return np.dtype(operand(x).dtype).name


def view(x: TensorLike, dtype: DTypeLike | None = None) -> TensorValue:
    """The same bytes as another number type."""
    return eager(_array(x) if dtype is None else _array(x).view(np.dtype(dtype)))


def view_as_complex(x: TensorLike) -> TensorValue:
    """Pairs along the last axis as complex numbers."""
    pairs = _array(x)
    return eager(pairs[..., 0] + 1j * pairs[..., 1])


def view_as_real(x: TensorLike) -> TensorValue:
    """Real and imaginary parts along a new last axis."""
    numbers = _array(x)
    return eager(np.stack([np.real(numbers), np.imag(numbers)], -1))


def _windows(kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> tuple[tuple[int, int], ...]:
    pairs = [
        np.broadcast_to(np.asarray(value_of(n), int), 2).tolist() for n in (kernel_size, dilation, padding, stride)
    ]
    return tuple((int(a), int(b)) for a, b in pairs)


def _window_places(height: int, width: int, windows: tuple[tuple[int, int], ...]) -> tuple[Array, Array]:
    """Row and column of each element of each window, (elements of a window, windows)."""
    (kernel_rows, kernel_columns), dilation, _, stride = windows
    across = [
        np.arange(k)[:, None] * d + np.arange(0, n - (k - 1) * d, s)[None]
        for k, d, s, n in zip((kernel_rows, kernel_columns), dilation, stride, (height, width), strict=True)
    ]
    rows = across[0][:, None, :, None] + 0 * across[1][None, :, None, :]
    columns = across[1][None, :, None, :] + 0 * across[0][:, None, :, None]
    shape = (kernel_rows * kernel_columns, -1)
    return rows.reshape(shape), columns.reshape(shape)


def unfold(
    x: TensorLike, kernel_size: TensorLike, dilation: TensorLike = 1, padding: TensorLike = 0, stride: TensorLike = 1
) -> TensorValue:
    """The windows of images (N, C, H, W) as columns, (N, C * elements of a window, windows)."""
    windows = _windows(kernel_size, dilation, padding, stride)
    (top, left), images = windows[2], _array(x)
    padded = np.pad(images, ((0, 0), (0, 0), (top, top), (left, left)))
    rows, columns = _window_places(padded.shape[2], padded.shape[3], windows)
    windowed = padded[:, :, rows, columns]
    return eager(windowed.reshape(len(images), -1, windowed.shape[-1]))


def fold(
    x: TensorLike,
    output_size: TensorLike,
    kernel_size: TensorLike,
    dilation: TensorLike = 1,
    padding: TensorLike = 0,
    stride: TensorLike = 1,
) -> TensorValue:
    """Columns of windows added up to images (N, C, H, W), which `unfold` takes apart."""
    windows = _windows(kernel_size, dilation, padding, stride)
    (top, left), columns_of = windows[2], _array(x)
    height, width = (int(n) for n in np.broadcast_to(np.asarray(value_of(output_size), int), 2))
    rows, columns = _window_places(height + 2 * top, width + 2 * left, windows)
    parts = columns_of.reshape(len(columns_of), -1, *rows.shape)
    images = np.zeros((*parts.shape[:2], height + 2 * top, width + 2 * left), parts.dtype)
    places: Any = (slice(None), slice(None), rows, columns)
    np.add.at(images, places, parts)
    return eager(images[:, :, top : top + height, left : left + width])


def rearrange(tensor: TensorLike, pattern: str, **axes_lengths: int) -> TensorValue:
    """Axes in another order, joined or taken apart, as a pattern says: "b h w c -> b (h w) c".

    Raises:
        SettingError: the pattern does not fit the axes.
    """
    x = operand(tensor)
    before, arrow, after = pattern.partition("->")
    groups = [re.findall(r"\w+", one) for one in re.findall(r"\([^)]*\)|\w+", before)]
    if not arrow or len(groups) != len(x.shape):
        raise SettingError(where="rearrange", expected=f"a pattern of {len(x.shape)} axes", actual=repr(pattern))
    sizes: dict[str, int] = dict(axes_lengths)
    for group, size in zip(groups, x.shape, strict=True):
        known = math.prod(sizes[name] for name in group if name in sizes)
        unknown = [name for name in group if name not in sizes]
        if len(unknown) > 1 or size is None:
            raise SettingError(where="rearrange", expected=f"the sizes of {', '.join(group)}", actual=repr(pattern))
        if unknown:
            sizes[unknown[0]] = int(size) // known
    names = [name for group in groups for name in group]
    wanted = [re.findall(r"\w+", one) for one in re.findall(r"\([^)]*\)|\w+", after)]
    order = [names.index(name) for group in wanted for name in group]
    apart = ops.reshape(x, [sizes[name] for name in names])
    turned = ops.transpose(apart, tuple(order))
    return eager(ops.reshape(turned, [math.prod(sizes[name] for name in group) for group in wanted]))


def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """What a function of two parts comes to, for the first part, the first two, the first three ... along an axis."""
    if isinstance(elems, (tuple, list)):
        members = [unstack(one, axis=axis) for one in elems]
        parts: list[Any] = [type(elems)(row) for row in zip(*members, strict=True)]
    else:
        parts = unstack(elems, axis=axis)
    parts = parts[::-1] if reverse else parts
    made = parts[:1]
    for part in parts[1:]:
        made.append(f(made[-1], part))
    made = made[::-1] if reverse else made
    if isinstance(elems, (tuple, list)):
        return type(elems)(stack([one[i] for one in made], axis) for i in range(len(elems)))
    return stack(made, axis)


def jvp(
    fun: Callable[..., Any], primals: Sequence[TensorLike], tangents: Sequence[TensorLike], has_aux: bool = False
) -> tuple[Any, ...]:
    """What a function gives, and how that moves as its arguments move along tangents.

    f'(x) t is the gradient with respect to u of t times the gradient of u f(x), which is linear in u.
    """
    points = [np.asarray(_array(x), "float32") for x in primals]
    arguments = [Variable(x.shape, x.dtype, "point", np.array(x), False) for x in points]
    made = fun(*arguments)
    y, beside = made if has_aux else (made, None)
    along = Variable(tuple(int(n) for n in y.shape), y.dtype, "along", None, False)
    backward = gradients(ops.sum(y * along), list(arguments))
    pairs = [(g, _array(t)) for g, t in zip(backward, tangents, strict=True) if g is not None]
    if not pairs:
        results: list[Any] = [*evaluate([y]), np.zeros(along.shape, along.dtype)]
    else:
        total: Any = sum((ops.sum(g * t.astype(g.dtype)) for g, t in pairs[1:]), ops.sum(pairs[0][0] * pairs[0][1]))
        (moved,) = gradients(total, [along])
        results = evaluate([y] if moved is None else [y, moved])
        results += [] if moved is not None else [np.zeros(along.shape, along.dtype)]
    value, tangent = (eager(one) for one in results)
    return (value, tangent, beside) if has_aux else (value, tangent)


def switch(index: TensorLike, branches: Sequence[Callable[..., Any]], *operands: TensorLike) -> TensorValue:
    """What the function of a number gives, of several; the first or last one for a number beyond them."""
    return branches[min(max(int(value_of(index)), 0), len(branches) - 1)](*operands)


def vectorize(pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None) -> Callable[..., Any]:
    """A function of single numbers as one of arrays."""
    applied = np.vectorize(pyfunc, excluded=excluded, signature=signature)
    return lambda *args: eager(np.asarray(applied(*map(_array, args))))


def in_top_k(targets: TensorLike, predictions: TensorLike, k: int, name: str | None = None) -> TensorValue:
    """Whether the target is among the k largest predictions."""
    return eager(K.in_top_k(operand(predictions), operand(targets), int(k)))


MORE: dict[str, Any] = {
    **{
        f.__name__: f
        for f in (
            associative_scan,
            cdist,
            cholesky_inverse,
            eig,
            erfc,
            erfinv,
            fold,
            in_top_k,
            jvp,
            logaddexp2,
            logdet,
            lstsq,
            lu_factor,
            matrix_rank,
            multi_hot,
            polar,
            psnr,
            rearrange,
            saturate_cast,
            scatter,
            scatter_update,
            slice_update,
            slogdet,
            solve_triangular,
            switch,
            trapezoid,
            unfold,
            unstack,
            vectorize,
            view,
            view_as_complex,
            view_as_real,
        )
    },
    "dtype": dtype_of,
    "nancumprod": of_numpy("nancumprod"),
    "nanpercentile": of_numpy("nanpercentile"),
    "segment_max": _segments(np.maximum, _least, "largest"),
    "segment_min": _segments(np.minimum, _most, "smallest"),
    "segment_prod": _segments(np.multiply, lambda _: 1, "product"),
    "segment_sum": _segments(np.add, lambda _: 0, "sum"),
    "slice": slice_,
}
