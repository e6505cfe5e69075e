"""How a layer makes its weights by its settings, with seeds of their own, and sets them to arrays."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar, cast

import numpy as np

from .._declared import registry
from .._graph.plan import evaluate
from .._graph.tensor import Tensor, Variable
from .._machine.arrays import as_array
from .._machine.config import floatx
from .._machine.random import Stream, draw_seed
from ..errors import SettingTypeError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..constraints import ConstraintLike
    from ..initializers import Filling, InitializerLike
    from ..regularizers import RegularizerLike
    from ..types import Array, DType, DTypeLike

P = ParamSpec("P")
Result = TypeVar("Result")
_AFTER_SHAPE = ("initializer", "name", "trainable", "regularizer", "constraint")


def accepts_shape_first(function: Callable[P, Result]) -> Callable[P, Result]:
    """Decorator: let `add_weight` take the shape first, as in Keras 1, and a name behind it, as in Keras 2."""
    unchecked: Callable[..., Result] = function

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Result:
        if isinstance(kwargs.get("shape"), (int, np.integer)):  # one axis
            return unchecked(*args, **{**kwargs, "shape": (kwargs["shape"],)})
        if len(args) < 2 or not isinstance(args[1], (tuple, list)):
            return function(*args, **kwargs)
        layer, shape, *rest = args
        named: dict[str, object] = {**kwargs, "shape": shape}
        if rest and isinstance(rest[0], str) and rest[0] not in registry.names("initializer"):
            named["name"] = rest.pop(0)
        return unchecked(layer, **{**dict(zip(_AFTER_SHAPE, rest, strict=False)), **named})

    return call


def new_weight(
    name: str,
    shape: tuple[int, ...],
    dtype: DTypeLike | None,
    initializer: InitializerLike,
    regularizer: RegularizerLike,
    constraint: ConstraintLike,
    *,
    trainable: bool,
) -> Variable:
    """A weight by the settings of `Layer.add_weight`; its whole name is that of files."""
    filling = seeded_initializer(registry.build("initializer", initializer or "glorot_uniform"), name)
    variable = Variable(shape, dtype, name, filling, trainable)
    variable.regularizer = registry.build("regularizer", regularizer)
    variable.constraint = registry.build("constraint", constraint)
    return variable


# What functions of Keras 1 are told beside the shape: the order of a kernel's axes, which is the same for both layouts here.
_KERAS1_ORDER = "tf"


def seeded_initializer(initializer: Filling, name: str = "") -> Callable[[tuple[int, ...], DType], Array]:
    """An initializer whose seed is drawn now, so that the values do not depend on which weight is used first."""
    seed = draw_seed() if getattr(initializer, "seed", 0) is None else None

    def values(shape: tuple[int, ...], dtype: DType) -> Array:
        if seed is None:
            return first_values(initializer, shape, dtype, name)
        return cast("Array", initializer(shape, dtype, rng=Stream(seed).generator))

    return values


def first_values(initializer: Filling, shape: tuple[int, ...], dtype: DType, name: str = "") -> Array:
    """What an initializer gives, as an array: a function of the user's own may give a variable or a tensor as well.

    It is told what it asks for: (shape) alone, (shape, dtype) as in Keras 2, or (shape, name=..., dim_ordering=...) as in
    Keras 1.
    """
    values_by_name = {"dtype": dtype, "name": name, "dim_ordering": _KERAS1_ORDER}
    values = cast("Callable[..., object]", initializer)(
        shape, *_further(initializer, values_by_name), **_asked_by_name(initializer, values_by_name)
    )
    if values is None:
        hint = "Its function gives back nothing: end it with `return`."
        raise SettingTypeError(
            where=f"initializer of weight '{name}'", expected=f"values of shape {shape}", actual="None", hint=hint
        )
    return evaluate([values])[0] if isinstance(values, Tensor) else as_array(values, f"initializer of weight '{name}'")


def _asked_by_name(initializer: Filling, values_by_name: Mapping[str, object]) -> dict[str, object]:
    return {name: values_by_name[name] for name in list(_parameters(initializer))[1:] if name in values_by_name}


def _further(initializer: Filling, values_by_name: Mapping[str, object]) -> tuple[object, ...]:
    """The number type, for a function whose second argument is needed and has a name of its own."""
    parameters = list(_parameters(initializer).values())
    second = parameters[1] if len(parameters) > 1 else None
    wants_dtype = (
        second is not None
        and second.name not in values_by_name
        and second.default is second.empty
        and second.kind in (second.POSITIONAL_ONLY, second.POSITIONAL_OR_KEYWORD)
    )
    return (values_by_name["dtype"],) if wants_dtype else ()


def _parameters(initializer: Filling) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(initializer).parameters
    except ValueError:  # one written in C, which is told the shape alone
        return {}


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
