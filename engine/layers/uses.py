"""Tensors, masks and shapes of a layer's calls, under the names by which Keras's code reads them.

Each call of a layer made a node; the first use of a model is its own graph. The functions here make the attributes of
`Layer` that read them: one of the only call, such as `output`, and a method for a call by its index, such as `get_output_at`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from .._graph.tensor import Tensor
from .node import single

if TYPE_CHECKING:
    from ..types import Shape
    from .node import Mask

Item = TypeVar("Item")
Read = TypeVar("Read", covariant=True)


class Use(Protocol):
    """What went into one use of a layer and what came out, as a node has it."""

    input_tensors: list[Tensor]
    output_tensors: list[Tensor]
    input_masks: list[Mask]
    output_masks: list[Mask]
    input_shapes: list[Shape]
    output_shapes: list[Shape]


@dataclass
class OwnGraph:
    """A model's own graph as its first use: Keras counts the calls of a model behind it."""

    input_tensors: list[Tensor]
    output_tensors: list[Tensor]
    input_masks: list[Mask] = field(init=False)
    output_masks: list[Mask] = field(init=False)
    input_shapes: list[Shape] = field(init=False)
    output_shapes: list[Shape] = field(init=False)

    def __post_init__(self) -> None:
        self.input_masks, self.output_masks = [None] * len(self.input_tensors), [None] * len(self.output_tensors)
        self.input_shapes = [x.shape for x in self.input_tensors]
        self.output_shapes = [y.shape for y in self.output_tensors]


class Called(Protocol):
    """What is read of a layer that has been called."""

    @property
    def all_uses(self) -> Sequence[Use]:
        """The uses of a layer in order."""
        ...

    @property
    def where(self) -> str:
        """How messages name the layer."""
        ...


class Attribute(Protocol[Read]):
    """A property as type checkers see it."""

    def __get__(self, instance: object, owner: type | None = None) -> Read:
        """The value for a layer."""
        ...


def uses(
    what: str, items: Callable[[Use], list[Item]]
) -> tuple[Attribute[Item | list[Item]], Callable[[Called, int], Item | list[Item]]]:
    """A property that reads `items` of a layer's only node, and a method that reads those of any node by its index.

    Args:
        what: the property's name, which its errors name too.
        items: reads the items of a node.
    """

    def get(layer: Called) -> Item | list[Item]:
        use, uses = _use(layer, 0, what), layer.all_uses
        seen = {str(items(n)) if "shape" in what else id(n) for n in uses}
        if len(seen) > 1:
            raise AttributeError(f"{layer.where} is used {len(uses)} times: ask get_{what}_at(index)")
        return single(items(use))

    def get_at(self: Called, node_index: int) -> Item | list[Item]:
        return single(items(_use(self, node_index, what)))

    words = what.replace("_", " ")
    condition = "when all uses of the layer agree" if "shape" in what else "of a layer that is used once"
    get_at.__name__, get_at.__qualname__ = f"get_{what}_at", f"Layer.get_{what}_at"
    get_at.__doc__ = f"The {words} of use number `node_index`: one, or a list of several."
    only = property(get, doc=f"The {words} {condition}: one, or a list of several.")
    return cast("Attribute[Item | list[Item]]", only), get_at  # a `property` does not say what it returns


def _use(layer: Called, index: int, what: str) -> Use:
    uses = layer.all_uses
    if not uses:
        raise AttributeError(f"{layer.where} has no {what}: it has never been called")
    if not -len(uses) <= index < len(uses):
        raise ValueError(f"{layer.where}: expected a node index below {len(uses)}, found {index}")
    return uses[index]
