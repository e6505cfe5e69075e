"""What is made of an input's texts before a plan runs: plans compute numbers, and the length of what texts become is theirs to say.

A layer of texts gives a `Derived` placeholder, which knows what it is made of. Whoever feeds a plan asks for its array by
`derived_among` and `value_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, cast

import numpy as np

from ..errors import GraphError
from ..types import Array, DTypeLike, Shape
from .graph import sources
from .tensor import Constant, Placeholder, Tensor

TEXT = np.dtype(str)
"""The type of symbols that stand for texts."""

Make: TypeAlias = Callable[..., Array]
"""Gives an array from the arrays of what it is made of."""


def is_text(dtype: DTypeLike) -> bool:
    """Whether elements of a type are texts (bytes and objects count).

    >>> is_text(TEXT), is_text("int32")
    (True, False)
    """
    return np.dtype(dtype).kind in "USO"


def name_of_dtype(dtype: DTypeLike) -> str:
    """The name of a type as settings have it: "string" for texts.

    >>> name_of_dtype(TEXT), name_of_dtype(np.float32)
    ('string', 'float32')
    """
    return "string" if is_text(dtype) else np.dtype(dtype).name


class Derived(Placeholder):
    """A placeholder whose array is made from what others are fed, before each run.

    Args:
        shape: with None for axes that may vary.
        dtype: of its arrays.
        sources: placeholders and constants that it is made of.
        make: gives its array from theirs.
        name: shown in messages.
    """

    def __init__(self, shape: Shape, dtype: DTypeLike, sources: Sequence[Tensor], make: Make, name: str) -> None:
        super().__init__(shape, dtype, name)
        self.sources, self.make = tuple(sources), make


def derive(sources: Sequence[Tensor], make: Make, shape: Shape, dtype: DTypeLike, where: str) -> Tensor:
    """What a function makes of inputs' arrays: a constant where these are known, else a `Derived` placeholder.

    Raises:
        GraphError: one of the sources is computed by the graph, which is after everything is fed.
    """
    for x in sources:
        if not isinstance(x, (Constant, Placeholder)):
            raise GraphError(
                where=where,
                expected="an input of the model, or what another layer of texts gives",
                actual=f"what the graph computes: {x!r}",
                hint="Texts become numbers before the network runs: put this layer behind the Input.",
            )
    if all(isinstance(x, Constant) for x in sources):
        return Constant(make(*[x.array for x in sources if isinstance(x, Constant)]))
    return Derived(shape, dtype, sources, make, where)


def derived_among(tensors: Iterable[Tensor], fed_themselves: Iterable[Tensor] = ()) -> list[Derived]:
    """The derived placeholders of numbers that tensors depend on; those that are given arrays of their own do not count."""
    fed = set(fed_themselves)
    return [x for x in sources(tensors) if isinstance(x, Derived) and x not in fed and not is_text(x.dtype)]


def inputs_of(x: Derived) -> list[Placeholder]:
    """The placeholders that have to be fed for one that is derived."""
    placeholders: dict[Placeholder, None] = {}
    for source in x.sources:
        if isinstance(source, Derived):
            placeholders |= dict.fromkeys(inputs_of(source))
        elif isinstance(source, Placeholder):
            placeholders[source] = None
    return list(placeholders)


def value_of(x: Derived, fed: Mapping[Placeholder, Array]) -> Array:
    """The array of a derived placeholder, from those that others are fed."""

    def value(source: Tensor) -> Array:
        if isinstance(source, Constant):
            return source.array
        if isinstance(source, Derived) and source not in fed:
            return value_of(source, fed)
        return fed[cast("Placeholder", source)]

    return x.make(*[value(source) for source in x.sources])
