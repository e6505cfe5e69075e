"""`Node`: one use of a layer, and what came up in it; `InputSpec`: what inputs a layer takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol, TypeAlias, TypeVar, cast

import numpy as np

from .._graph.tensor import Tensor
from .._machine.context import bound
from ..errors import Arriving, ShapeError

if TYPE_CHECKING:
    from .._graph.tensor import Variable
    from ..types import Config, DTypeLike, Shape

    Tensors: TypeAlias = Tensor | list[Tensor] | tuple[Tensor, ...]
    """One tensor, or several."""
    Mask: TypeAlias = Tensor | None
    """The steps of a tensor that are present, (N, T); None: all of them."""
    Masks: TypeAlias = Mask | list[Mask]
    """The mask of one tensor, or those of several."""
    Update: TypeAlias = tuple[Variable, Tensor | float]
    """A weight and the value that it gets after a training step."""
    Hint: TypeAlias = tuple[str, Config | None]
    """What to do about an input, in words, and as a fix that a program can apply."""

Item = TypeVar("Item")


class CalledLayer(Protocol):
    """What a node knows of a layer."""

    name: str
    inbound_nodes: list[Node]
    outbound_nodes: list[Node]

    @property
    def all_uses(self) -> Sequence[object]:
        """What went in and out, use by use; of a model its own graph first."""
        ...

    @property
    def trainable(self) -> bool:
        """Whether training changes its weights."""
        ...


def as_list(value: Item | list[Item] | tuple[Item, ...]) -> list[Item]:
    """A list or tuple as a list; anything else as a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def call_inputs(inputs: object) -> list[object]:
    """The inputs that a layer is called on, tensors or arrays, as a list."""
    return as_list(inputs)


def arriving_at(inputs: object) -> list[Arriving]:
    """What a layer is called on, for the sentence of an error: shapes, and the layers that they come from."""
    tensors = [x for x in as_list(inputs) if isinstance(x, Tensor)]
    layers = [getattr(x, "_keras_history", (None,))[0] for x in tensors]
    return [Arriving(tuple(x.shape), getattr(layer, "name", None)) for x, layer in zip(tensors, layers, strict=True)]


def parted(output: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The tensors of what a call gave, lists among them taken apart (a cell's states), and what puts others in their place."""
    items = as_list(output)
    if not any(isinstance(one, (list, tuple)) for one in items):
        return items, single

    def together(tensors: list[Any]) -> Any:
        remaining = iter(tensors)
        return [[next(remaining) for _ in one] if isinstance(one, (list, tuple)) else next(remaining) for one in items]

    return [tensor for one in items for tensor in as_list(one)], together


def as_one(inputs: Any, specs: object) -> Any:
    """A list of equal arrays as one array of a layer that takes a single input, as tf.keras has it."""
    several = isinstance(inputs, (list, tuple)) and len(inputs) > 1 and len(as_list(specs)) == 1 and specs is not None
    if not several or any(isinstance(x, Tensor) or np.shape(x) != np.shape(next(iter(inputs))) for x in inputs):
        return inputs
    return np.stack([np.asarray(x) for x in inputs])


def single(values: list[Item]) -> Item | list[Item]:
    """The only item, or the list when there are several."""
    return values[0] if len(values) == 1 else values


def takes_argument(function: Callable[..., object], name: str) -> bool:
    """Whether a function or method has an argument of this name."""
    code = getattr(function, "__code__", None)
    if code is None:
        return name in inspect.signature(function).parameters
    return name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def list_of_shapes(shape: Sequence[int | None] | list[Shape]) -> list[Shape]:
    """One shape, or a list of them, as a list of tuples."""
    many = isinstance(shape, list) and all(isinstance(s, (tuple, list)) for s in shape)
    return [tuple(s) for s in cast("list[Shape]", shape)] if many else [tuple(cast("Shape", shape))]


class RecordedUpdate(NamedTuple):
    """An assignment that a layer added in a call.

    Attributes:
        pair: the weight and its new value.
        layers: the layers that the call ran through, the outermost first, the one that added it last.
        keeps_state: whether it carries the state of a stateful layer on; such ones are made in every phase.
    """

    pair: Update
    layers: tuple[CalledLayer, ...]
    keeps_state: bool

    @property
    def is_made(self) -> bool:
        """Whether a training step makes it: always where it keeps state, else unless one of its layers is frozen."""
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
    """Where the call that is being recorded collects losses, updates and metrics; None outside of a call."""
    return _collecting.get()


_calls: ContextVar[tuple[CalledLayer, ...]] = ContextVar("engine_calls", default=())


def call_of(layer: CalledLayer) -> AbstractContextManager[None]:
    """Inside the block, updates that are added belong to a call of `layer`."""
    return bound(_calls, (*_calls.get(), layer))


def calls_in_progress() -> tuple[CalledLayer, ...]:
    """The layers whose calls are being recorded, one inside the other, the outermost first."""
    return _calls.get()


@dataclass(frozen=True, eq=False)
class CallNote:
    """One recorded call of a layer, also of one inside another layer, which has no node; `calls_that_gave` finds it by its outputs.

    Attributes:
        layers: the layers that the call ran through, the outermost first, the one that was called last.
        inputs: what it was called on.
        arguments: further arguments, by name.
        outputs: what it gave.
    """

    layers: tuple[CalledLayer, ...]
    inputs: tuple[Tensor, ...]
    arguments: Config
    outputs: tuple[Tensor, ...]


def note_call(inputs: object, arguments: Config, outputs: object) -> None:
    """Write into what the innermost call in progress gives that it gave it."""
    layers = _calls.get()
    tensors = tuple(x for x in as_list(inputs) if isinstance(x, Tensor))
    made = tuple(y for y in parted(outputs)[0] if isinstance(y, Tensor))
    call = CallNote(layers, tensors, arguments, made)
    for y in made:
        vars(y).setdefault("_called", []).append(call)


def calls_that_gave(tensor: Tensor) -> list[CallNote]:
    """The calls of layers that gave a tensor: several where a layer hands on what the one inside it gives."""
    return vars(tensor).get("_called", [])


class Node:
    """One call of a layer in a graph: the tensors that went in and came out, and the layers that gave them.

    A new node adds itself to the nodes of the layers on both sides of it. Where a graph begins, `inbound_layers` is
    empty and the input tensors are the outputs. Names are Keras's.

    Args:
        outbound_layer: the layer that was called.
        inbound_layers: for each input, the layer that gave it.
        node_indices: for each input, which call of that layer gave it.
        tensor_indices: for each input, which output of that call it is.
        input_tensors: the inputs.
        output_tensors: the outputs.
        input_masks: the mask of each input, or None.
        output_masks: the mask of each output, or None.
        input_shapes: the shape of each input.
        output_shapes: the shape of each output.
        arguments: further arguments of the call, by name.
        collected: losses, updates and metrics that the call added.

    Example:
        >>> from engine.layers import Dense, Input
        >>> layer = Dense(2)
        >>> y = layer(Input((3,)))
        >>> [node.output_shapes for node in layer.inbound_nodes]
        [[(None, 2)]]
    """

    def __init__(
        self,
        outbound_layer: CalledLayer,
        inbound_layers: list[CalledLayer | None],
        node_indices: list[int],
        tensor_indices: list[int],
        input_tensors: list[Tensor],
        output_tensors: list[Tensor],
        input_masks: list[Mask],
        output_masks: list[Mask],
        input_shapes: list[Shape],
        output_shapes: list[Shape],
        arguments: Config | None = None,
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
        collected = Collected() if collected is None else collected
        self.losses, self.updates, self.metrics = collected.losses, collected.updates, collected.metrics
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
        input_masks: list[Mask],
        output_masks: list[Mask],
        arguments: Config | None = None,
        collected: Collected | None = None,
    ) -> Node:
        """Make the node of a call, and write into the outputs which node gave them."""
        sources = [getattr(x, "_keras_history", (None, 0, 0)) for x in inputs if x not in outputs]
        for i, y in enumerate(outputs):
            use = len(layer.inbound_nodes)
            vars(y).update(_keras_history=(layer, use, i), _keras_shape=y.shape)
            if (
                y.name is None and y.call is not None
            ):  # as TensorFlow names them, by the scope and the kind of operation
                y.name = f"{layer.name}{f'_{use}' if use else ''}/{type(y.call.op).__name__}:{y.index}"
        return cls(
            layer,
            [source[0] for source in sources],
            [source[1] for source in sources],
            [source[2] for source in sources],
            inputs,
            outputs,
            input_masks,
            output_masks,
            [x.shape for x in inputs],
            [y.shape for y in outputs],
            arguments,
            collected=collected,
        )

    def get_config(self) -> Config:
        """The node by names and indices."""
        return {
            "outbound_layer": self.outbound_layer.name,
            "inbound_layers": [layer.name if layer is not None else None for layer in self.inbound_layers],
            "node_indices": self.node_indices,
            "tensor_indices": self.tensor_indices,
        }


def features_hint(shape: Shape) -> Hint | None:
    """What to do about inputs without features."""
    return "An input has a batch axis and at least one more: Input(shape=(n,)).", None


class InputSpec:
    """What an input must look like.

    Args:
        dtype: its number type; accepted as in Keras, not checked.
        shape: the whole shape, None where a size may vary.
        ndim: its rank, the batch included.
        max_ndim: its largest rank, the batch included.
        min_ndim: its smallest rank, the batch included.
        axes: sizes of single axes, by index.
        hints: gives (hint, fix) for the message, or None, when the rank of a shape is wrong.

    Example:
        >>> InputSpec(ndim=3).check((None, 5))
        Traceback (most recent call last):
        ...
        engine.errors.ShapeError: expected an input of rank 3, found (None, 5).
    """

    def __init__(
        self,
        dtype: DTypeLike | None = None,
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
            if size is not None and shape[axis] not in (None, size):
                self._refuse(f"size {size} on axis {axis}, as when it was built", shape)
        for expected, size in zip(self.shape or (), shape, strict=False):
            if expected is not None and size not in (None, expected):
                self._refuse(f"an input of shape {self.shape}", shape)

    def _refuse(self, expected: str, shape: Shape) -> NoReturn:
        wanted = self.ndim if self.ndim is not None else self.min_ndim
        # What has no axis at all, not even that of the samples, is not made fit by a layer before it.
        hints = self.hints if shape and len(shape) != wanted else None
        hint, fix = (hints(shape) if hints is not None else None) or (None, None)
        raise ShapeError(expected=expected, actual=str(shape), hint=hint, fix=fix)


def check_specs(specs: list[InputSpec], inputs: list[Tensor]) -> None:
    """Raise ShapeError where inputs do not fit their specs; no specs fit everything."""
    if specs and len(specs) != len(inputs):
        raise ShapeError(expected=f"{len(specs)} input{'s' * (len(specs) > 1)}", actual=str(len(inputs)))
    for spec, x in zip(specs, inputs, strict=False):
        spec.check(x.shape)
