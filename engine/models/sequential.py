"""`Sequential`: a model that grows layer by layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from .._declared import registry
from .._graph.derived import name_of_dtype
from .._graph.tensor import Tensor
from ..errors import EngineError, GraphError, SettingTypeError, shorten
from ..layers.base import Layer
from ..layers.input import InputLayer, entry_of
from ..layers.naming import automatic_name, input_name
from ..layers.node import Collected, Node, as_list, collecting
from ..types import Array, Config, CustomObjects, Data, Shape
from .graph_config import build_layer
from .layer_list import LayerList
from .model import Model
from .network import Graph, ModelKind, Network
from .room import Room

if TYPE_CHECKING:
    from typing_extensions import Self


@registry.register("layer")
class Sequential(Model):
    """A stack of layers, each fed by the one before.

    The first layer gets the input's shape (input_shape=..., input_dim=...), or the model is built at the first fit.

    Args:
        layers: the layers from the first to the last; `add` puts more on top.
        name: unique among models; by default "sequential_1" and so on.

    Raises:
        SettingTypeError: one of them is no layer.
        ShapeError: a layer does not fit on the one below.

    Example:
        >>> from engine.layers import Dense
        >>> model = Sequential([Dense(4, input_shape=(3,)), Dense(1)])
        >>> model.output_shape, model.count_params()
        ((None, 1), 21)
    """

    def __init__(self, layers: Sequence[Layer | Tensor] | None = None, name: str | None = None) -> None:
        super().__init__(name=name or automatic_name("Sequential"))
        self._stack: list[Layer] = []
        self._named: dict[str, Layer] = {}  # by the names that layers had when they were added
        self._tensors: list[Tensor] = []
        for layer in layers or ():
            self.add(layer)

    @property
    def model_kind(self) -> ModelKind:
        """Always "stack", also for a subclass of Sequential."""
        return "stack"

    def add(self, layer: Layer | Tensor) -> None:
        """Put a layer on top.

        Args:
            layer: any layer with one output, a model too; an Input, or its layer, only as the first.

        Raises:
            SettingTypeError: it is no layer.
            ShapeError: it does not fit on the one below.
            GraphError: it has the name of another one, several outputs, or is an input that is not the first.
        """
        layer = _checked_layer(layer, f"Sequential '{self.name}', add")
        if self._has_name(layer.name):
            raise GraphError(
                where=f"Sequential '{self.name}', add",
                expected="a name of its own for each layer",
                actual=f"{layer.name!r} twice",
            )
        if isinstance(layer, InputLayer):
            if self._stack or self.inputs:
                raise GraphError(
                    where=f"Sequential '{self.name}', add",
                    expected="an input as the first layer only",
                    actual=layer.where,
                )
            self._start(layer.inbound_nodes[0].output_tensors[0])
            return
        if not self.inputs and not self._stack:
            self._start_from(layer)
        if self.inputs:
            start = self.inputs if len(self.inputs) > 1 else self.inputs[0]
            outputs = as_list(layer(self._tensors[-1] if self._tensors else start))
            if len(outputs) != 1:
                raise GraphError(
                    where=layer.where, expected="one output in a stack", actual=str(len(outputs)), hint="Use Model."
                )
            self._tensors.append(outputs[0])
        self._stack.append(layer)
        self._named[layer.name] = layer
        self._settle()

    def _has_name(self, name: str) -> bool:
        """Whether a layer of the stack has this name; one that was taken out or renamed since does not count."""
        other = self._named.get(name)
        return other is not None and other.name == name and any(one is other for one in self._stack)

    def _start(self, tensor: Tensor) -> None:
        self.inputs, self.outputs = [tensor], [tensor]

    def _start_from(self, layer: Layer) -> None:
        first = layer
        entries = getattr(layer, "entries", None)
        if callable(entries):  # Keras 1's Merge of several models
            self.inputs = list(cast(Callable[[], Iterable[Tensor]], entries)())
            self.outputs = self.inputs
            return
        while isinstance(first, Sequential) and first._stack and first.batch_input_shape is None and not first.inputs:
            first = first._stack[0]
        tensor = entry_of(first)
        if tensor is None and isinstance(first, Network) and first.inputs:
            inside = first.inputs[0]
            entry = InputLayer(
                batch_input_shape=inside.shape, dtype=name_of_dtype(inside.dtype), name=input_name(first.name)
            )
            tensor = entry.inbound_nodes[0].output_tensors[0]
        if tensor is not None:
            self._start(tensor)

    def _settle(self) -> None:
        """Take the last tensor as the output; the graph is worked out when it is asked for."""
        self._graph = None
        self.built = bool(self._tensors)
        if self._tensors:
            self.outputs = [self._tensors[-1]]

    @property
    def graph(self) -> Graph:
        """The nodes and layers of the stack."""
        if self._graph is None and self._tensors:
            self._graph = self._find_graph()
        return super().graph

    def _recordings(self) -> Sequence[Node | Collected]:
        return self.graph.nodes if self._tensors else []

    @property
    def layers(self) -> list[Layer]:
        """The layers of the stack, without the input; `layers.pop()` is `pop()`."""
        return LayerList(self._stack, self.pop, self)

    def pop(self) -> None:
        """Take the last layer off.

        Raises:
            TypeError: there is none.
        """
        if not self._stack:
            raise TypeError(f"Sequential '{self.name}', pop: expected a model with layers, found none")
        layer = self._stack.pop()
        if self._tensors:
            self._tensors.pop()
            node = layer.inbound_nodes.pop()
            for source in node.inbound_layers:
                if source is not None:
                    source.outbound_nodes = [n for n in source.outbound_nodes if n is not node]
        self._settle()
        if not self._stack:
            self.inputs, self.outputs = [], []
        self._trainer.compiled = None

    def build(self, input_shape: Shape | list[Shape] | None = None) -> None:
        """Build for inputs of a shape, when the first layer did not give it.

        Args:
            input_shape: sizes of a batch, None for the batch and where a size may vary.
        """
        if self._tensors or input_shape is None:
            return
        stack, self._stack = self._stack, []
        dtype = stack[0].fed_dtype if stack else None
        entry = InputLayer(batch_input_shape=tuple(cast(Shape, input_shape)), dtype=dtype, name=input_name(self.name))
        self._start(entry.inbound_nodes[0].output_tensors[0])
        with collecting(Collected()):  # a call that builds it has losses and updates of its own
            for layer in stack:
                self.add(layer)

    @property
    def model(self) -> Sequential:
        """The model itself (Keras 1 and 2.0 kept another inside)."""
        return self

    def predict_proba(self, x: Data, batch_size: int = 32, verbose: int = 0) -> Array | list[Array]:
        """`predict`, by its name for a model that gives probabilities.

        Args:
            x: as in `fit`.
            batch_size: samples that are computed at a time, 32 by default.
            verbose: 0 silent, 1 progress bar.

        Returns:
            The outputs, an array (N, ...).
        """
        return self.predict(x, batch_size, verbose)

    def predict_classes(self, x: Data, batch_size: int = 32, verbose: int = 0) -> Array:
        """The most probable class of each sample, or 0 and 1 for a single output.

        Args:
            x: as in `fit`.
            batch_size: samples that are computed at a time, 32 by default.
            verbose: 0 silent, 1 progress bar.

        Returns:
            Whole numbers, (N,), or (N, 1) for a single output, 1 above 0.5.
        """
        values = np.asarray(self.predict(x, batch_size, verbose))
        return values.argmax(axis=-1) if values.shape[-1] > 1 else (values > 0.5).astype("int32")

    def get_config(self) -> Config:
        """{name, layers: [{class_name, config}]}, the input's shape in the first layer's config."""
        layers: list[Config] = [
            {"class_name": registry.name_for("layer", type(layer)), "config": layer.get_config()}
            for layer in self._stack
        ]
        if layers and self.inputs and not isinstance(self._stack[0], Model):
            first = layers[0]["config"]
            entry = self.inputs[0]
            first.setdefault("batch_input_shape", list(entry.shape))
            first.setdefault("dtype", name_of_dtype(entry.dtype))
        return {"name": self.name, "layers": layers, **self._frozen_config()}

    @classmethod
    def from_config(cls, config: object, custom_objects: CustomObjects | None = None) -> Self:
        """The model of a config; Keras 1's bare list of layers is read too.

        Args:
            config: what `get_config` returned.
            custom_objects: classes and functions of your own that the config names.

        Returns:
            A new model with fresh weights.

        Raises:
            GraphError: the config has another form, or the layers do not fit on each other.
            UnknownName: there is no class of a name; the message has the nearest one.
        """
        if not isinstance(config, (Mapping, list, tuple)):
            raise GraphError(where="config of a Sequential", expected="a mapping or a list", actual=shorten(config))
        entries = config if isinstance(config, (list, tuple)) else config.get("layers")
        name = None if isinstance(config, (list, tuple)) else config.get("name")
        where = f"config of Sequential {shorten(name)}"
        if not isinstance(entries, (list, tuple)):
            raise GraphError(where=where, expected="a list of layers", actual=shorten(entries))
        model, room = cls(name=name), Room()
        with registry.custom_object_scope(custom_objects or {}):
            for index, entry in enumerate(entries):
                layer = build_layer(entry, f"{where}, layers[{index}]")
                at = f"{where}, layers[{index}] ({layer.name!r:.82})"
                try:
                    model.add(layer)
                except EngineError as error:
                    error.where = error.where or at
                    raise
                room.add(layer, at)
        if not model.inputs and isinstance(config, Mapping) and config.get("build_input_shape"):
            model.build(config["build_input_shape"])
        if isinstance(config, Mapping):
            model._freeze_as(config)
        return model


def _checked_layer(value: object, where: str) -> Layer:
    """The layer that a user adds; that of the tensor where it is an `Input(...)`. Raises SettingTypeError for anything else."""
    if isinstance(value, Tensor):
        made_by = getattr(value, "_keras_history", (value,))[0]
        value = made_by if isinstance(made_by, InputLayer) else value
    if not isinstance(value, Layer):
        raise SettingTypeError(where=where, expected="a layer", actual=shorten(value))
    return value
