"""Initializers called as Keras 1's functions of a shape: `normal((3, 2), scale=0.01, name="w")` gives a variable."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, cast

import numpy as np

from ..errors import SettingError
from ..types import Array
from .tensor import Variable

Function = TypeVar("Function", bound=Callable[..., object])
# What makes an initializer of settings; and what an initializer is, as far as it matters here.
Maker = Callable[..., Callable[[Sequence[int]], Array]]


class HasSettings(Protocol):
    """An initializer, which can be made again with other settings."""

    # The settings that Keras 1's `scale` is today, with their factors.
    of_scale: ClassVar[Mapping[str, float]]

    def get_config(self) -> dict[str, object]:
        """The settings."""
        ...


class Again:
    """Makes an initializer like another one, with Keras 1's scale in its settings."""

    def __init__(self, original: HasSettings) -> None:
        self.original = original
        self.of_scale = original.of_scale
        self.__name__ = type(original).__name__

    def __call__(self, **changed: float) -> Callable[[Sequence[int]], Array]:
        make = cast("Maker", type(self.original))
        return make(**{**self.original.get_config(), **changed})


def filled_variable(
    make: Maker,
    shape: Sequence[int],
    scale: float | None = None,
    dim_ordering: str | None = None,
    name: str | None = None,
) -> Variable:
    """A variable as Keras 1's function gave it.

    Args:
        make: the class of the initializer, or what makes one of the settings of its scale.
        shape: sizes of all axes.
        scale: deviation, limit or factor, Keras 1's default where there is none.
        dim_ordering: "th" for a kernel whose filters come first; by default they come last, as in kernels today.
        name: of the variable.

    Raises:
        SettingError: the initializer has no scale.
    """
    of_scale: Mapping[str, float] = getattr(make, "of_scale", {})
    scale = getattr(make, "keras1_scale", None) if scale is None else scale
    if scale is not None and not of_scale:
        where = f"{getattr(make, '__name__', 'initializer')}, scale"
        raise SettingError(where=where, expected="no scale, as this initializer has none", actual=repr(scale))
    initializer = make(**{setting: factor * scale for setting, factor in of_scale.items() if scale is not None})
    sizes = tuple(int(n) for n in shape)
    if dim_ordering != "th" or len(sizes) < 3:
        return Variable(sizes, None, name, initializer(sizes))
    # As many inputs and outputs as the kernel has in today's order of axes.
    values = initializer((*sizes[2:], sizes[1], sizes[0]))
    return Variable(sizes, None, name, np.transpose(values, (len(sizes) - 1, len(sizes) - 2, *range(len(sizes) - 2))))


class FilledByShape:
    """An initializer whose class, called with a shape, gives a variable."""

    # The settings that Keras 1's `scale` is today, with their factors, and its default.
    of_scale: ClassVar[Mapping[str, float]] = {}
    keras1_scale: ClassVar[float | None] = None
    takes_shapes: ClassVar[bool] = True

    if not TYPE_CHECKING:  # checkers read the settings

        def __new__(cls, *args: object, **kwargs: object) -> object:
            if "shape" in kwargs or (args and cls.takes_shapes and isinstance(args[0], (tuple, list))):
                return filled_variable(cls, *args, **kwargs)
            return super().__new__(cls)


def of_shapes(function: Function) -> Function:
    """Decorator: let a function (seed) that makes an initializer take a shape in its place, as Keras 1's did."""
    make = cast("Maker", function)

    @functools.wraps(function)
    def call(seed: int | Sequence[int] | None = None, **settings: object) -> object:
        first = settings.pop("shape", seed)
        if isinstance(first, (tuple, list)):
            return filled_variable(make, first, **cast("dict[str, Any]", settings))
        return make(first, **settings)

    return cast("Function", call)
