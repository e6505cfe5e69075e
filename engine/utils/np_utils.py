"""Arrays of labels and vectors."""

from __future__ import annotations

import numpy as np

from .._declared.keras1 import accepts_old
from .._machine.arrays import as_array
from ..errors import DataError
from ..types import Array, ArrayLike, DTypeLike
from . import conv_utils
from .conv_utils import conv_input_length, conv_output_length

__all__ = [
    "categorical_probas_to_classes",
    "conv_input_length",
    "conv_output_length",
    "convert_kernel",
    "normalize",
    "probas_to_classes",
    "to_categorical",
]


@accepts_old("to_categorical")
def to_categorical(y: ArrayLike, num_classes: int | None = None, dtype: DTypeLike = "float32") -> Array:
    """Class numbers as rows with a single 1.

    Args:
        y: (N,) or (N, 1), whole numbers from 0.
        num_classes: the length of a row; None (the default): the largest number plus 1.
        dtype: the type of the rows, "float32" by default.

    Returns:
        (N, num_classes).

    Raises:
        DataError: numbers that are negative, too large or not whole.

    Example:
        >>> to_categorical([0, 2]).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    labels = as_array(y, "to_categorical")
    shape = labels.shape[:-1] if labels.ndim > 1 and labels.shape[-1] == 1 else labels.shape
    if labels.size and (labels.dtype.kind not in "biuf" or not np.array_equal(labels, np.floor(labels))):
        raise DataError(where="to_categorical", expected="whole numbers", actual=f"{labels.dtype} values")
    flat = labels.reshape(-1).astype(np.int64)
    classes = int(flat.max()) + 1 if num_classes is None and flat.size else int(num_classes or 0)
    if flat.size and (flat.min() < 0 or flat.max() >= classes):
        wrong = flat.min() if flat.min() < 0 else flat.max()
        raise DataError(where="to_categorical", expected=f"class numbers from 0 to {classes - 1}", actual=str(wrong))
    rows = np.zeros((flat.size, classes), dtype)
    rows[np.arange(flat.size), flat] = 1
    return rows.reshape((*shape, classes))


def normalize(x: ArrayLike, axis: int = -1, order: int = 2) -> Array:
    """Vectors divided by their norm; zero vectors stay zero.

    Args:
        x: an array.
        axis: the axis along which vectors lie, the last one by default.
        order: of the norm, 2 by default.

    Returns:
        An array in the shape of x.

    Example:
        >>> normalize([[3.0, 4.0]]).tolist()
        [[0.6, 0.8]]
    """
    array = as_array(x, "normalize")
    norms = np.atleast_1d(np.linalg.norm(array, order, axis))
    norms[norms == 0] = 1
    return array / np.expand_dims(norms, axis)


def probas_to_classes(y_pred: Array) -> Array:
    """Class numbers of probabilities: the largest of a row's, or whether a single one is above 0.5 (Keras 1).

    >>> probas_to_classes(np.array([[0.1, 0.9], [0.8, 0.2]])).tolist()
    [1, 0]
    """
    if y_pred.ndim > 1 and y_pred.shape[1] > 1:
        return categorical_probas_to_classes(y_pred)
    return np.array([1 if p > 0.5 else 0 for p in y_pred])


def categorical_probas_to_classes(p: Array) -> Array:
    """The class of the largest probability in each row (Keras 1).

    >>> categorical_probas_to_classes(np.array([[0.1, 0.9], [0.8, 0.2]])).tolist()
    [1, 0]
    """
    return np.argmax(p, axis=1)


def convert_kernel(kernel: ArrayLike, dim_ordering: str | None = None) -> Array:
    """A kernel with its spatial axes reversed: Theano's order to TensorFlow's. dim_ordering: "th" for (F, C, *sizes).

    >>> convert_kernel([[[1]], [[2]]]).ravel().tolist()
    [2, 1]
    """
    if dim_ordering != "th":
        return conv_utils.convert_kernel(kernel)
    array = np.asarray(kernel)
    return np.flip(array, tuple(range(2, array.ndim)))
