"""`Node`: one use of a layer, and what came up in it; `InputSpec`: what inputs a layer takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, NamedTuple, NoReturn, Protocol

from .._graph.tensor import Tensor, Variable
from .._machine.context import bound
from ..errors import ShapeError
from ..types import Shape


class CalledLayer(Protocol):
    """A layer as its nodes know it."""

    name: str
    inbound_nodes: list[Node]
    outbound_nodes: list[Node]

    @property
    def trainable(self) -> bool:
        """Whether training changes its weights."""
        ...


def as_list(value: Any) -> list[Any]:
    """A list or tuple as a list; anything else as a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def single(values: list[Any]) -> Any:
    """The only item, or the list when there are several."""
    return values[0] if len(values) == 1 else values


class RecordedUpdate(NamedTuple):
    """An assignment that a layer added in a call.

    Attributes:
        pair: the weight and its new value.
        layers: the layers that the call ran through, the outermost first, the one that added it last.
        keeps_state: whether it carries the state of a stateful layer on; such ones are made in every phase.
    """

    pair: tuple[Variable, Any]
    layers: tuple[CalledLayer, ...]
    keeps_state: bool

    @property
    def is_made(self) -> bool:
        """Whether a training step makes it: state goes on always, the rest unless its layer or one around it is frozen."""
        return self.keeps_state or all(layer.trainable for layer in self.layers)


class Collected:
    """Losses, updates and metrics that layers add while one call is recorded."""

    def __init__(self) -> None:
        self.losses: list[Tensor] = []
        self.metrics: list[tuple[str, Tensor]] = []
        self.updates: list[RecordedUpdate] = []


_collecting: ContextVar[Collected | None] = ContextVar("engine_collecting", default=None)


def collecting(collected: Collected) -> AbstractContextManager[None]:
    """Let layers add their losses and updates to `collected`."""
    return bound(_collecting, collected)


def call_in_progress() -> Collected | None:
    """What collects for the call that is being recorded; None outside of a call."""
    return _collecting.get()


_calls: ContextVar[tuple[CalledLayer, ...]] = ContextVar("engine_calls", default=())


def call_of(layer: CalledLayer) -> AbstractContextManager[None]:
    """Let what is added inside know that it was added in a call of `layer`."""
    return bound(_calls, (*_calls.get(), layer))


def calls_in_progress() -> tuple[CalledLayer, ...]:
    """The layers whose calls are being recorded, one inside the other, the outermost first."""
    return _calls.get()


class Node:
    """One use of a layer: which tensors of which nodes of which layers came in, and which went out.

    Attributes (Keras): outbound_layer; inbound_layers, node_indices, tensor_indices, input_tensors, input_masks,
    input_shapes: one item an input; output_tensors, output_masks, output_shapes: one an output; arguments of the call;
    losses, updates and metrics that the call added. Where a graph begins, the input tensors are the outputs and no layer is
    inbound. A new node tells the layers on both sides of it.
    """

    def __init__(
        self,
        outbound_layer: CalledLayer,
        inbound_layers: list[CalledLayer | None],
        node_indices: list[int],
        tensor_indices: list[int],
        input_tensors: list[Tensor],
        output_tensors: list[Tensor],
        input_masks: list[Any],
        output_masks: list[Any],
        input_shapes: list[Shape],
        output_shapes: list[Shape],
        arguments: dict[str, Any] | None = None,
        *,
        collected: Collected | None = None,
    ) -> None:
        self.outbound_layer = outbound_layer
        self.inbound_layers = inbound_layers
        self.node_indices, self.tensor_indices = node_indices, tensor_indices
        self.input_tensors, self.output_tensors = input_tensors, output_tensors
        self.input_masks, self.output_masks = input_masks, output_masks
        self.input_shapes, self.output_shapes = input_shapes, output_shapes
        self.arguments = arguments or {}
        self.losses: list[Any] = collected.losses if collected is not None else []
        self.updates: list[RecordedUpdate] = collected.updates if collected is not None else []
        self.metrics: list[Any] = collected.metrics if collected is not None else []
        for source in dict.fromkeys(inbound_layers):
            if source is not None:
                source.outbound_nodes.append(self)
        outbound_layer.inbound_nodes.append(self)

    @classmethod
    def connect(
        cls,
        layer: CalledLayer,
        inputs: list[Tensor],
        outputs: list[Tensor],
        input_masks: list[Any],
        output_masks: list[Any],
        arguments: dict[str, Any] | None = None,
        collected: Collected | None = None,
    ) -> Node:
        """The node of a call that made `outputs` of `inputs`; the outputs learn where they come from."""
        histories = [getattr(x, "_keras_history", (None, 0, 0)) for x in inputs if x not in outputs]
        for i, y in enumerate(outputs):
            y._keras_history = (layer, len(layer.inbound_nodes), i)  # pyright: ignore[reportAttributeAccessIssue]
            y._keras_shape = y.shape  # pyright: ignore[reportAttributeAccessIssue]
        return cls(
            layer, [h[0] for h in histories], [h[1] for h in histories], [h[2] for h in histories], inputs, outputs,
            input_masks, output_masks, [x.shape for x in inputs], [y.shape for y in outputs], arguments,
            collected=collected,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        """The node by names and indices."""
        return {
            "outbound_layer": self.outbound_layer.name,
            "inbound_layers": [layer.name if layer is not None else None for layer in self.inbound_layers],
            "node_indices": self.node_indices,
            "tensor_indices": self.tensor_indices,
        }


Hint = tuple[str, dict[str, Any] | None]


class InputSpec:
    """What an input must look like: dtype, shape, rank (ndim, min_ndim, max_ndim), sizes of single axes.

    `hints` gives (hint, fix) for the message, or None, when the rank of a shape is wrong.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Shape | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        hints: Callable[[Shape], Hint | None] | None = None,
    ) -> None:
        self.dtype = dtype
        self.shape = shape
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = dict(axes or {})
        self.hints = hints

    def check(self, shape: Shape) -> None:
        """Raise ShapeError when a shape does not fit."""
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim:
            self._refuse(f"an input of rank {self.ndim}", shape)
        if self.min_ndim is not None and rank < self.min_ndim:
            self._refuse(f"an input of rank {self.min_ndim} or more", shape)
        if self.max_ndim is not None and rank > self.max_ndim:
            self._refuse(f"an input of rank {self.max_ndim} or less", shape)
        for axis, size in self.axes.items():
            found = shape[axis]
            if size is not None and found is not None and found != size:
                self._refuse(f"size {size} on axis {axis}, as when it was built", shape)
        for expected, found in zip(self.shape or (), shape, strict=False):
            if expected is not None and found is not None and expected != found:
                self._refuse(f"an input of shape {self.shape}", shape)

    def _refuse(self, expected: str, shape: Shape) -> NoReturn:
        wanted = self.ndim if self.ndim is not None else self.min_ndim
        hints = self.hints if len(shape) != wanted else None
        hint, fix = (hints(shape) if hints is not None else None) or (None, None)
        raise ShapeError(expected=expected, found=str(shape), hint=hint, fix=fix)
