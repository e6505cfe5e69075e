"""Tensors and variables: making them, reading and writing their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, TypeVar

import numpy as np

from .. import _ops as ops
from .._graph import backward
from .._graph.plan import evaluate
from .._graph.sparse import SparseMatrix, dense
from .._graph.tensor import Constant, Operand, Placeholder, Tensor, Value, Variable
from .._machine.arrays import as_array, of_tensor
from .._machine.config import floatx
from .._machine.random import Stream
from .._ops import cast
from .._training.counts import whole
from ..types import Array, ArrayLike, DTypeLike
from .shapeless import Shapeless

__all__ = [
    "backend",
    "batch_get_value",
    "batch_set_value",
    "cast_to_floatx",
    "constant",
    "eval",
    "eye",
    "get_value",
    "ones",
    "ones_like",
    "placeholder",
    "random_normal_variable",
    "random_uniform_variable",
    "set_value",
    "variable",
    "zeros",
    "zeros_like",
]


# A shape that may hold tensors from `shape`.
Sizes: TypeAlias = "int | Sequence[int | Tensor] | Tensor"
Size = TypeVar("Size")
# As in Keras; left out of the types, since every tensor but a placeholder of any shape has both.


def backend() -> str:
    """The backend's name in Keras's files.

    Returns:
        "tensorflow", whose order of weights the files have.

    Example:
        >>> backend()
        'tensorflow'
    """
    return "tensorflow"


def variable(
    value: ArrayLike | SparseMatrix,
    dtype: DTypeLike | None = None,
    name: str | None = None,
    constraint: Callable[[Tensor], Tensor] | None = None,
) -> Variable:
    """A variable with first values.

    Args:
        value: an array, a number, nested lists, or a sparse matrix of SciPy's.
        dtype: the type of its elements; None (the default) takes `floatx()`.
        name: for messages; None (the default): a name is made.
        constraint: takes the variable after each update of an optimizer and returns its value from then on.

    Returns:
        The variable, in the shape of the value.

    Example:
        >>> get_value(variable([1.0, 2.0])).tolist()
        [1.0, 2.0]
    """
    array = as_array(dense(value), "K.variable")
    made = Variable(array.shape, dtype, name, array)
    made.constraint = constraint
    return made


def constant(
    value: ArrayLike | SparseMatrix,
    dtype: DTypeLike | None = None,
    shape: Sequence[int] | None = None,
    name: str | None = None,
) -> Constant:
    """A fixed tensor.

    Args:
        value: an array, a number, nested lists, or a sparse matrix of SciPy's.
        dtype: the type of its elements; None (the default) takes `floatx()`.
        shape: the shape to which the value is broadcast; None (the default): that of the value.
        name: for messages; None (the default): a name is made.

    Returns:
        The tensor.

    Example:
        >>> eval(constant(2.0, shape=(1, 2))).tolist()
        [[2.0, 2.0]]
    """
    array = as_array(dense(value), "K.constant", dtype or floatx())
    return Constant(array if shape is None else np.broadcast_to(array, shape), name)


def placeholder(
    shape: int | Sequence[int | None] | None = None,
    ndim: int | None = None,
    dtype: DTypeLike | None = None,
    sparse: bool = False,
    name: str | None = None,
) -> Placeholder:
    """A tensor to be fed.

    Without shape and ndim it takes arrays of any shape, in a K.function that computes element by element or over all
    elements.

    Args:
        shape: its sizes with that of the batch, None where they may vary; None (the default): `ndim` says how many.
        ndim: the number of axes, all of any size, where there is no shape.
        dtype: the type of its elements; None (the default) takes `floatx()`.
        sparse: taken for Keras's sake: tensors are dense, and sparse matrices that are fed are made dense.
        name: for messages; None (the default): a name is made.

    Returns:
        The placeholder, an input for K.function.

    Example:
        >>> placeholder(ndim=2).shape, placeholder(shape=(None, 3)).shape
        ((None, None), (None, 3))
    """
    if shape is None and ndim is None:
        return Shapeless(dtype, name)
    if shape is None:
        return Placeholder((None,) * whole(ndim or 0, "K.placeholder, ndim", 0), dtype, name)
    return Placeholder(_sizes(shape), dtype, name)


def _sizes(shape: int | Iterable[Size]) -> tuple[int | Size, ...]:
    """The sizes of a shape, where a number alone is one axis."""
    return (shape,) if isinstance(shape, (int, np.integer)) else tuple(shape)


def zeros(shape: Sizes, dtype: DTypeLike | None = None, name: str | None = None) -> Tensor:
    """A variable of zeros; a tensor where the shape holds tensors.

    Args:
        shape: the sizes; they may be tensors, as K.shape(x)[0].
        dtype: the type of its elements; None (the default) takes `floatx()`.
        name: for messages; None (the default): a name is made.

    Returns:
        The variable or tensor.

    Example:
        >>> get_value(zeros((1, 2))).tolist()
        [[0.0, 0.0]]
    """
    sizes = _known_sizes(shape)
    if sizes is None:
        return ops.full(list(_sizes(shape)), 0, dtype or floatx())
    return Variable(sizes, dtype, name)


def ones(shape: Sizes, dtype: DTypeLike | None = None, name: str | None = None) -> Tensor:
    """A variable of ones; a tensor where the shape holds tensors.

    Args:
        shape: the sizes; they may be tensors, as K.shape(x)[0].
        dtype: the type of its elements; None (the default) takes `floatx()`.
        name: for messages; None (the default): a name is made.

    Returns:
        The variable or tensor.

    Example:
        >>> get_value(ones((1, 2))).tolist()
        [[1.0, 1.0]]
    """
    sizes = _known_sizes(shape)
    if sizes is None:
        return ops.full(list(_sizes(shape)), 1, dtype or floatx())
    return Variable(sizes, dtype, name, np.ones(sizes))


def _known_sizes(shape: Sizes) -> tuple[int, ...] | None:
    """The sizes as numbers; None where some are tensors."""
    if isinstance(shape, Tensor):
        return None
    every = _sizes(shape)
    sizes = tuple(n for n in every if not isinstance(n, Tensor))
    return sizes if len(sizes) == len(every) else None


def eye(size: int | Sequence[int], dtype: DTypeLike | None = None, name: str | None = None) -> Variable:
    """A variable with the identity matrix; two sizes make it longer or wider.

    Args:
        size: the number of rows and of columns.
        dtype: the type of its elements; None (the default) takes `floatx()`.
        name: for messages; None (the default): a name is made.

    Returns:
        The variable (size, size).

    Example:
        >>> get_value(eye(2)).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    rows, columns = (size, size) if isinstance(size, (int, np.integer)) else size
    return Variable((rows, columns), dtype, name, np.eye(rows, columns))


def ones_like(x: Value, dtype: DTypeLike | None = None, name: str | None = None) -> Value:
    """Ones in the shape of x.

    Args:
        x: a tensor or an array.
        dtype: the type of the result; None (the default): that of x.
        name: taken for Keras's sake.

    Returns:
        A tensor or an array.

    Example:
        >>> ones_like(np.array([3.0, 4.0])).tolist()
        [1.0, 1.0]
    """
    y = backward.ones_like(x)
    return y if dtype is None else cast(y, dtype)


def zeros_like(x: Value, dtype: DTypeLike | None = None, name: str | None = None) -> Value:
    """Zeros in the shape of x.

    Args:
        x: a tensor or an array.
        dtype: the type of the result; None (the default): that of x.
        name: taken for Keras's sake.

    Returns:
        A tensor or an array.

    Example:
        >>> zeros_like(np.array([3.0, 4.0])).tolist()
        [0.0, 0.0]
    """
    y = backward.zeros_like(x)
    return y if dtype is None else cast(y, dtype)


def random_normal_variable(
    shape: Sequence[int],
    mean: float,
    scale: float,
    dtype: DTypeLike | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> Variable:
    """A variable with normal random first values.

    Args:
        shape: the sizes.
        mean: of the first values.
        scale: their standard deviation.
        dtype: the type of its elements; None (the default) takes `floatx()`.
        name: for messages; None (the default): a name is made.
        seed: of the random numbers; None (the default) takes a new one.

    Returns:
        The variable.

    Example:
        >>> random_normal_variable((2, 3), 0.0, 1.0).shape
        (2, 3)
    """
    return Variable(_sizes(shape), dtype, name, Stream(seed).generator.normal(mean, scale, _sizes(shape)))


def random_uniform_variable(
    shape: Sequence[int],
    low: float,
    high: float,
    dtype: DTypeLike | None = None,
    name: str | None = None,
    seed: int | None = None,
) -> Variable:
    """A variable with first values that are equally likely everywhere in a range.

    Args:
        shape: the sizes.
        low: the lower end.
        high: the upper end.
        dtype: the type of its elements; None (the default) takes `floatx()`.
        name: for messages; None (the default): a name is made.
        seed: of the random numbers; None (the default) takes a new one.

    Returns:
        The variable.

    Example:
        >>> random_uniform_variable((2, 3), 0.0, 1.0).shape
        (2, 3)
    """
    return Variable(_sizes(shape), dtype, name, Stream(seed).generator.uniform(low, high, _sizes(shape)))


def eval(x: Operand) -> Array:
    """The value of a tensor that needs no feeding; a NumPy number where it has no axes.

    Args:
        x: a tensor, or an array.

    Returns:
        An array.

    Raises:
        GraphError: the tensor depends on a placeholder.

    Example:
        >>> eval(constant([1.0, 2.0]) + 1).tolist()
        [2.0, 3.0]
    """
    return (evaluate([x])[0] if isinstance(x, Tensor) else as_array(x, "K.eval"))[()]


def get_value(x: Operand) -> Array:
    """The value of a variable, or of what is computed from variables.

    Args:
        x: a variable or a constant, a tensor that needs no feeding, or an array.

    Returns:
        A copy as an array.

    Raises:
        GraphError: the tensor depends on a placeholder.

    Example:
        >>> get_value(zeros((2,))).tolist()
        [0.0, 0.0]
    """
    if isinstance(x, Tensor) and not isinstance(x, (Variable, Constant)):
        return eval(x)
    return np.array(x.host() if isinstance(x, Variable) else x.array if isinstance(x, Constant) else of_tensor(x))[()]


def batch_get_value(ops: Sequence[Operand]) -> list[Array]:
    """The values of several variables, or of what is computed from variables.

    Args:
        ops: variables, constants, tensors that need no feeding, or arrays.

    Returns:
        A list with a copy of each as an array.

    Example:
        >>> [value.tolist() for value in batch_get_value([zeros((1,)), ones((1,))])]
        [[0.0], [1.0]]
    """
    computed = [x for x in ops if isinstance(x, Tensor) and not isinstance(x, (Variable, Constant))]
    values = dict(zip(computed, evaluate(computed), strict=True)) if computed else {}
    return [values[x][()] if isinstance(x, Tensor) and x in values else get_value(x) for x in ops]


def set_value(x: Variable, value: ArrayLike) -> None:
    """Give a variable another value.

    Args:
        x: the variable.
        value: an array, a number or nested lists, in the variable's shape.

    Raises:
        ShapeError: the value has another shape.

    Example:
        >>> x = zeros((2,))
        >>> set_value(x, [1.0, 2.0])
        >>> get_value(x).tolist()
        [1.0, 2.0]
    """
    x.assign(value)


def batch_set_value(tuples: Sequence[tuple[Variable, ArrayLike]]) -> None:
    """Give several variables other values.

    Args:
        tuples: pairs of a variable and its value, an array, a number or nested lists.

    Raises:
        ShapeError: a value has another shape than its variable.

    Example:
        >>> x, y = zeros((1,)), zeros((1,))
        >>> batch_set_value([(x, [1.0]), (y, [2.0])])
        >>> [value.tolist() for value in batch_get_value([x, y])]
        [[1.0], [2.0]]
    """
    for x, value in tuples:
        x.assign(value)


def cast_to_floatx(x: ArrayLike) -> Array:
    """An array of the float type in use.

    Args:
        x: an array, a number or nested lists.

    Returns:
        An array of type `floatx()`.

    Example:
        >>> cast_to_floatx([1, 2]).dtype.name
        'float32'
    """
    return as_array(x, "K.cast_to_floatx", floatx())
