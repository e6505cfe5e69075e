"""How the weights of a layer get their values: seeds of their own at first, arrays later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._machine.random import Stream, draw_seed
from ..errors import ShapeError

if TYPE_CHECKING:
    from .._graph.tensor import Variable
    from ..initializers import Filling
    from ..types import Array, DType


def seeded_initializer(initializer: Filling) -> Filling:
    """An initializer whose seed is drawn now, so that the values do not depend on which weight is used first."""
    if getattr(initializer, "seed", 0) is not None:
        return initializer
    seed = draw_seed()

    def values(shape: tuple[int, ...], dtype: DType) -> Array | Variable:
        return initializer(shape, dtype, rng=Stream(seed).generator)

    return values


def assign_weights(where: str, variables: list[Variable], arrays: list[Array]) -> None:
    """Set all variables, or none, with a ShapeError, when an array does not fit."""
    if len(variables) != len(arrays):
        raise ShapeError(where=where, expected=f"{len(variables)} arrays of weights", found=str(len(arrays)))
    for variable, array in zip(variables, arrays, strict=True):
        if variable.shape != array.shape:
            at = f"{where}, weight '{variable.name}'"
            raise ShapeError(where=at, expected=f"shape {variable.shape}", found=f"shape {array.shape}")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
