"""Computations between layers as layers, for programs of tf.keras: `x + y`, `x[:, -1]`, `tf.nn.relu(x)` in a model's graph.

Keras 2.2 refuses them, and so does the engine unless `engine.compat` is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from .._graph.feeding import recorded_on
from .._graph.tensor import Tensor
from ..errors import GraphError
from .base import Layer
from .node import Node, as_list

if TYPE_CHECKING:
    from ..types import Config
    from .node import Mask, Masks, Tensors

_wrapping: list[bool] = [False]


def wrap_computations(on: bool) -> None:
    """Take computations between layers as layers from now on, or refuse them as Keras 2.2 does."""
    _wrapping[:] = [on]


class Computation(Layer):
    """What a program computes between two layers, from what the layers in front of it give.

    Args:
        result: what it gives.
        sources: the tensors of layers that this is computed from.
    """

    def __init__(self, result: Tensor, sources: list[Tensor]) -> None:
        super().__init__()
        self._result, self._sources = result, sources
        self.built = True

    def call(self, inputs: Tensors) -> Tensor:
        """The same on other tensors."""
        return recorded_on([self._result], dict(zip(self._sources, as_list(inputs), strict=True)))[0]

    def compute_mask(self, inputs: Tensors, mask: Masks = None) -> Mask:
        """That of the first input, where there are as many steps behind it."""
        first, shape = as_list(mask)[0], as_list(inputs)[0].shape
        return first if first is not None and shape[:2] == self._result.shape[:2] else None

    def get_config(self) -> Config:
        """Refused: the computation is code of the program.

        Raises:
            GraphError: always.
        """
        raise GraphError(
            where=self.where,
            expected="layers with settings, for a config or a file",
            actual=f"what the program computes between layers: {self._result!r}",
            hint="Write it as a Lambda or as a layer of your own, or keep the weights alone with save_weights.",
        )


def as_layer(tensor: Tensor) -> bool:
    """Make what a tensor is computed by a layer, where that is asked for. Gives whether it is one now."""
    if hasattr(tensor, "_keras_history"):
        return True
    sources = _of_layers(tensor) if _wrapping[0] else []
    if not sources:
        return False
    layer = Computation(tensor, sources)
    masks = [getattr(x, "_mask", None) for x in sources]
    Node.connect(layer, sources, [tensor], masks, [layer.compute_mask(sources, masks)])
    return True


def connect(node: Node, index: int) -> bool:
    """Let a node's input that no layer gave come from a layer, as `as_layer` says. Gives whether it does now."""
    tensor = node.input_tensors[index]
    if not as_layer(tensor):
        return False
    layer, use, output = vars(tensor)["_keras_history"]
    node.inbound_layers[index], node.node_indices[index], node.tensor_indices[index] = layer, use, output
    cast(Layer, layer).outbound_nodes.append(node)
    return True


def _of_layers(tensor: Tensor) -> list[Tensor]:
    """The tensors that layers gave among those that a tensor is computed from, the nearest ones."""
    nearest: dict[Tensor, None] = {}
    seen: set[Tensor] = set()
    waiting = [tensor]
    while waiting:
        x = waiting.pop()
        if x in seen:
            continue
        seen.add(x)
        if hasattr(x, "_keras_history"):
            nearest[x] = None
        elif x.call is not None:
            waiting += [y for y in reversed(x.call.inputs) if y is not None]
    return list(nearest)
