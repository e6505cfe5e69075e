"""How a layer makes its weights by its settings, with seeds of their own, and sets them to arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from .._machine.config import floatx
from .._machine.random import Stream, draw_seed
from ..errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._graph.tensor import Variable
    from ..initializers import Filling
    from ..types import Array, DType, DTypeLike


def seeded_initializer(initializer: Filling) -> Callable[..., Array]:
    """An initializer with a seed that is drawn now, so that values do not depend on which weight is used first."""
    draw = cast("Callable[..., Array]", initializer)  # without a name an initializer returns an array
    if getattr(initializer, "seed", 0) is not None:
        return draw
    seed = draw_seed()

    def values(shape: tuple[int, ...], dtype: DType) -> Array:
        return draw(shape, dtype, rng=Stream(seed).generator)

    return values


class TakesWeights(Protocol):
    """What is asked of a layer to give it weights."""

    @property
    def add_weight(self) -> Callable[..., Variable]:
        """Make a weight, as in Keras."""
        ...


def add_by_settings(layer: TakesWeights, prefix: str, shape: tuple[int, ...], name: str | None = None) -> Variable:
    """A weight by a layer's settings `{prefix}_initializer`, `{prefix}_regularizer` and `{prefix}_constraint`.

    Args:
        layer: the layer.
        prefix: what its settings begin with.
        shape: sizes of all axes.
        name: that of the weight, the prefix by default.
    """
    settings = {what: getattr(layer, f"{prefix}_{what}") for what in ("initializer", "regularizer", "constraint")}
    return layer.add_weight(name or prefix, shape, **settings)


def assign_weights(where: str, variables: list[Variable], arrays: list[Array]) -> None:
    """Set all variables, or none, with a ShapeError, when an array does not fit."""
    if len(variables) != len(arrays):
        raise ShapeError(where=where, expected=f"{len(variables)} arrays of weights", actual=str(len(arrays)))
    for variable, array in zip(variables, arrays, strict=True):
        if variable.shape != array.shape:
            at = f"{where}, weight '{variable.name}'"
            raise ShapeError(where=at, expected=f"shape {variable.shape}", actual=f"shape {array.shape}")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def stored_dtype(array: Array) -> DTypeLike:
    """The type in which a layer computes an array: floatx() for real numbers."""
    return floatx() if array.dtype.kind == "f" else array.dtype
