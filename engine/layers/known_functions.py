"""Functions that many public models have in a Lambda, by name: code in a file is not run, but what it does can be named.

`load_model(path, custom_objects={"lambda_1": "l2_normalize"})` gives the layer `lambda_1` one of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from .. import _ops as ops
from .._graph.tensor import Tensor
from .image_sizes import resized_images

Function: TypeAlias = Callable[..., Any]
_SIZE = re.compile(r"resize_(\d{1,5})x(\d{1,5})\Z")


def divide_by_255(x: Tensor) -> Tensor:
    """x / 255."""
    return x / 255.0


def divide_by_255_minus_half(x: Tensor) -> Tensor:
    """x / 255 - 0.5."""
    return x / 255.0 - 0.5


def divide_by_127_5_minus_1(x: Tensor) -> Tensor:
    """x / 127.5 - 1."""
    return x / 127.5 - 1.0


def l2_normalize(x: Tensor) -> Tensor:
    """x divided by its length along the last axis, which is 1e-6 at least."""
    squares = ops.sum(ops.square(x), -1, keepdims=True)
    return x / ops.sqrt(ops.maximum(squares, 1e-12))


def absolute_difference(inputs: Sequence[Tensor]) -> Tensor:
    """|a - b| of two inputs."""
    return ops.absolute(inputs[0] - inputs[1])


def first_step(x: Tensor) -> Tensor:
    """x[:, 0]."""
    return ops.getitem(x, (slice(None), 0))


def last_step(x: Tensor) -> Tensor:
    """x[:, -1]."""
    return ops.getitem(x, (slice(None), -1))


def mean_of_steps(x: Tensor) -> Tensor:
    """The mean along axis 1."""
    return ops.mean(x, 1)


def sum_of_steps(x: Tensor) -> Tensor:
    """The sum along axis 1."""
    return ops.sum(x, 1)


def expand_last_axis(x: Tensor) -> Tensor:
    """x with a further axis of size 1 at the end."""
    return ops.expand_dims(x, -1)


KNOWN: dict[str, Function] = {
    function.__name__: function
    for function in (
        absolute_difference,
        divide_by_127_5_minus_1,
        divide_by_255,
        divide_by_255_minus_half,
        expand_last_axis,
        first_step,
        l2_normalize,
        last_step,
        mean_of_steps,
        sum_of_steps,
    )
}


def known_function(name: str) -> Function | None:
    """The function of a name; `resize_64x48` enlarges or shrinks images to 64 rows and 48 columns.

    Args:
        name: the name.

    Returns:
        The function; None where there is none of this name.

    Example:
        >>> import numpy as np
        >>> known_function("divide_by_255")(np.array([51.0])).tolist()
        [0.2]
    """
    match = _SIZE.match(name)
    if match is None:
        return KNOWN.get(name)
    rows, columns = int(match[1]), int(match[2])
    if not rows or not columns:
        return None

    def resize(x: Tensor) -> Tensor:
        return resized_images(x, rows, columns, "bilinear")

    resize.__name__ = name
    return resize
