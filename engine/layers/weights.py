"""How a layer makes its weights by its settings, with seeds of their own, and sets them to arrays."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar, cast

from .._declared import registry
from .._graph.plan import evaluate
from .._graph.tensor import Tensor
from .._machine.config import floatx
from .._machine.random import Stream, draw_seed
from ..errors import ShapeError
from ..initializers import Initializer
from .node import takes_argument

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._graph.tensor import Variable
    from ..initializers import Filling
    from ..types import Array, ArrayLike, DType, DTypeLike

P = ParamSpec("P")
Result = TypeVar("Result")
_AFTER_SHAPE = ("initializer", "name", "trainable", "regularizer", "constraint")


def accepts_shape_first(function: Callable[P, Result]) -> Callable[P, Result]:
    """Decorator: let `add_weight` take the shape first, as in Keras 1, and a name behind it, as in Keras 2."""
    unchecked: Callable[..., Result] = function

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Result:
        if len(args) < 2 or not isinstance(args[1], (tuple, list)):
            return function(*args, **kwargs)
        layer, shape, *rest = args
        named: dict[str, object] = {**kwargs, "shape": shape}
        if rest and isinstance(rest[0], str) and rest[0] not in registry.names("initializer"):
            named["name"] = rest.pop(0)
        return unchecked(layer, **{**dict(zip(_AFTER_SHAPE, rest, strict=False)), **named})

    return call


def seeded_initializer(initializer: Filling) -> Callable[..., ArrayLike]:
    """An initializer whose seed is drawn now, so that the values do not depend on which weight is used first.

    A function of the user's own is called as Keras does, with the shape, and may give a tensor or a variable of K.
    """
    draw = cast("Callable[..., ArrayLike]", initializer)  # called without a name it gives an array
    if not isinstance(initializer, Initializer):
        return functools.partial(initial_values, draw)
    if getattr(initializer, "seed", 0) is not None:
        return draw
    seed = draw_seed()

    def values(shape: tuple[int, ...], dtype: DType) -> ArrayLike:
        return draw(shape, dtype, rng=Stream(seed).generator)

    return values


def initial_values(draw: Callable[..., ArrayLike | Tensor], shape: tuple[int, ...], dtype: DType) -> ArrayLike:
    """What an initializer or a user's function of a shape, and perhaps a dtype, gives, as an array."""
    try:
        named: dict[str, object] = {"dtype": dtype} if takes_argument(draw, "dtype") else {}
        if takes_argument(draw, "name"):  # Keras 1 gave the weight's name
            named["name"] = None
    except ValueError:  # NumPy's compiled functions do not tell their arguments
        named = {"dtype": dtype}
    value = draw(shape, **named)
    return evaluate([value])[0] if isinstance(value, Tensor) else value


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
