"""`Network`: layers as a graph, from input tensors to output tensors; callable like a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict, cast

from .._declared import keras1, registry
from .._graph.taping import is_at_once
from .._graph.tensor import Placeholder, Tensor, Variable, is_tensor
from .._machine.device_base import Device
from .._training.step import Update
from ..errors import GraphError, ShapeError
from ..layers.additions import losses_at_once
from ..layers.attributes import is_own
from ..layers.base import Layer, layer_of
from ..layers.dropping import in_phase
from ..layers.input import InputLayer
from ..layers.naming import automatic_name
from ..layers.node import Collected, Node, RecordedUpdate, as_list, collecting, single
from ..layers.uses import OwnGraph, Use
from ..types import Config, CustomObjects, Data, Shape
from .graph import Graph, check_ends, ends_without_last, find_graph, numbered, source_of
from .graph_config import build_graph, write_graph
from .layer_list import LayerList, find_layer
from .subclassed import OwnWeights, columns_of_texts, inputs_for, inputs_of_shapes, keyed, layers_of, shape_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..layers.dropping import Phase
    from ..layers.node import Mask, Masks, Tensors

ModelKind = Literal["graph", "stack", "subclass"]


class ModelArguments(TypedDict, total=False):
    """What a model takes besides inputs, outputs and name: what every layer takes, and Keras 1's `input` and `output`."""

    trainable: bool
    dtype: str | None
    input: Tensors
    output: Tensors


class Network(Layer):
    """Layers wired from inputs to outputs, tensors or lists of them.

    A subclass may instead keep layers as attributes and write `call(inputs)`: it is recorded once, when the shape of
    the data is known. Such a model has weights that can be saved, but no config.

    Args:
        inputs: the tensor, or the list of tensors, of `Input` that data go in at.
        outputs: the tensor, or the list of tensors, that layers gave for them.
        name: unique among models; by default "network_1" and so on.
        **kwargs: what every layer takes.

    Raises:
        GraphError: an output does not come from the inputs, or a name is used twice.

    Example:
        >>> from engine.layers import Dense, Input
        >>> x = Input((4,))
        >>> Network(x, Dense(2)(x)).output_shape
        (None, 2)
    """

    _names_layers_inside: ClassVar[bool] = True

    group = "models"
    supports_masking = True
    shared_by: Sequence[Device] = ()
    """The devices that share its batches; none where one device has all of them."""

    def __init__(
        self, inputs: Tensors | None = None, outputs: Tensors | None = None, name: str | None = None, **kwargs: Any
    ) -> None:
        _, kwargs = keras1.translate(type(self), (), kwargs)
        inputs = kwargs.pop("inputs", inputs)
        outputs = kwargs.pop("outputs", outputs)
        kind = "Network" if type(self) is Network else "Model"
        kwargs["name"] = automatic_name(kind) if name is None else name
        super().__init__(**kwargs)
        self._graph: Graph | None = None
        self._recorded = Collected()
        self.inputs: list[Tensor] = []
        self.outputs: list[Tensor] = []
        self._input_keys, inputs = keyed(inputs)
        self._output_keys, outputs = keyed(outputs)
        if inputs is not None or outputs is not None:
            # Where one of them is None, an error says so, as for anything else that is no tensor.
            self._connect_graph(as_list(cast("Tensors", inputs)), as_list(cast("Tensors", outputs)))

    @property
    def model_kind(self) -> ModelKind:
        """Whether the model is a "graph" of layers, a "stack" (Sequential), or a "subclass" with a `call` of its own."""
        if self._graph is not None:
            return "graph"
        # A program's class without a `call` may still hold layers that its `train_step` calls.
        is_written = type(self).call is not Network.call or (not is_own(type(self)) and bool(layers_of(self)))
        return "subclass" if is_written else "graph"

    def _connect_graph(self, inputs: list[Tensor], outputs: list[Tensor]) -> None:
        check_ends(inputs, outputs, f"{type(self).__name__} '{self.name}'")
        self.inputs, self.outputs = inputs, outputs
        self._graph = self._find_graph()
        self.built = True

    # The graph

    def _find_graph(self) -> Graph:
        return find_graph(self.inputs, self.outputs, f"{type(self).__name__} '{self.name}'")

    @property
    def graph(self) -> Graph:
        """The nodes and layers; raises GraphError while there are none."""
        if self.model_kind == "subclass":
            raise NotImplementedError(
                f"{type(self).__name__} '{self.name}' is written as a subclass: it has code in place of a graph of layers, "
                "so no config or picture. Keep its weights with save_weights."
            )
        if self._graph is None:
            raise GraphError(
                where=f"{type(self).__name__} '{self.name}'",
                expected="a model with a known input shape",
                actual="none yet",
                hint="Give the first layer input_shape=..., or call build or fit.",
            )
        return self._graph

    @property
    def layers(self) -> list[Layer]:
        """All layers, by depth, the farthest from the outputs first; `layers.pop()` takes the last one off the model."""
        if self._graph is None:
            return layers_of(self) if self.model_kind == "subclass" else []
        return LayerList(self._graph.layers, self._cut_last, self)

    def _cut_last(self) -> None:
        """Take the last layer off: the model ends with its inputs and its other outputs; GraphError where none is left."""
        self.outputs = ends_without_last(self.graph, self.outputs, f"{type(self).__name__} '{self.name}', layers.pop")
        self._graph = self._find_graph()

    @property
    def input_layers(self) -> list[Layer]:
        """The layers that the inputs come from."""
        return [source_of(x)[0] for x in self.inputs]

    @property
    def output_layers(self) -> list[Layer]:
        """The layers that give the outputs."""
        return [source_of(y)[0] for y in self.outputs]

    _input_layers, _output_layers = input_layers, output_layers

    @property
    def _nodes_by_depth(self) -> dict[int, list[Node]]:
        return self.graph.nodes_by_depth()

    @property
    def _layers_by_depth(self) -> dict[int, list[Layer]]:
        return self.graph.layers_by_depth()

    nodes_by_depth, layers_by_depth = _nodes_by_depth, _layers_by_depth  # their names until Keras 2.0

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name, or at an index of `layers`.

        Args:
            name: the layer's name.
            index: its index, which counts where both are given; negative ones count from the end.

        Returns:
            The layer.

        Raises:
            ValueError: neither is given, or there is no such layer.
        """
        return find_layer(self.layers, name, index, f"model '{self.name}'")

    @property
    def input_names(self) -> list[str]:
        """Names of the inputs' layers, or the keys of a dict that the model was made with."""
        if len(self._input_keys) == len(self.inputs) > 0:
            return list(self._input_keys)
        return [layer.name for layer in self._input_layers]

    @property
    def fed_inputs(self) -> list[Placeholder]:
        """The inputs that take data: all but tensors with values of their own, given as Input(tensor=...)."""
        return [cast(Placeholder, x) for x in self.inputs if isinstance(x, Placeholder) or not _has_values(x)]

    @property
    def fed_input_names(self) -> list[str]:
        """Names of the inputs that take data."""
        fed: set[Tensor] = set(self.fed_inputs)
        return [name for name, x in zip(self.input_names, self.inputs, strict=True) if x in fed]

    @property
    def output_names(self) -> list[str]:
        """Names of the layers that give the outputs; a number is added where one gives several. Of a dict of outputs its keys."""
        if len(self._output_keys) == len(self.outputs) > 0:
            return list(self._output_keys)
        if self.model_kind == "subclass":
            return [f"output_{position}" for position in range(1, len(self.outputs) + 1)]
        return numbered([layer.name for layer in self._output_layers])

    # Weights, losses, updates

    @property
    def trainable_weights(self) -> list[Variable]:
        """Weights of all layers that training changes."""
        if not self.trainable:
            return []
        return _unique([*self._own_weights(True), *(w for layer in self.layers for w in layer.trainable_weights)])

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """Weights of all layers that training does not change."""
        fixed = _unique([*self._own_weights(False), *(w for layer in self.layers for w in layer.non_trainable_weights)])
        if self.trainable:
            return fixed
        frozen = (w for layer in self.layers for w in layer.trainable_weights)
        return _unique([*self._own_weights(True), *frozen, *fixed])

    @property
    def weights(self) -> list[Variable]:
        """All weights, layer by layer."""
        own_weights = [*self._own_weights(True), *self._own_weights(False)]
        return _unique([*own_weights, *(w for layer in self.layers for w in layer.weights)])

    def _inside(self) -> Sequence[Layer]:
        return self.layers

    @property
    def preparing(self) -> list[Callable[[], None]]:
        """What layers do before each training step, outside of the graph: those that have a method `before_step`."""
        waiting, preparations = list(self.layers), dict[Layer, Callable[[], None]]()
        while waiting:
            layer = waiting.pop()
            prepare = getattr(type(layer), "before_step", None)
            if prepare is not None:
                preparations[layer] = partial(prepare, layer)
            waiting += layer.layers if isinstance(layer, Network) else layer.sublayers
        return list(preparations.values())

    @property
    def kept_layers(self) -> list[Layer]:
        """What files keep weights of: the layers, and behind them the weights that the model has itself."""
        own_weights = self._own_weights(True), self._own_weights(False)
        return [*self.layers, OwnWeights(*own_weights)] if any(own_weights) else self.layers

    @property
    def losses(self) -> list[Tensor]:
        """Penalties of the layers and of the calls that the outputs depend on; at once, those of the last call."""
        if is_at_once():
            return losses_at_once(self._additions, self.regularization_losses(), self.layers)
        recordings = self._recordings()
        if not recordings:
            return []
        penalties = [loss for layer in self.layers for loss in layer.get_losses_for(None)]
        losses = [*self._additions.losses, *penalties, *(loss for recording in recordings for loss in recording.losses)]
        # The weights of a layer in several inner models are penalised once.
        return [*dict.fromkeys(x for x in losses if is_tensor(x)), *(x for x in losses if not is_tensor(x))]

    @property
    def added_metrics(self) -> list[tuple[str, Tensor]]:
        """Name and tensor of each metric that the layers and the model added by `add_metric`."""
        of_layers = [pair for layer in self.layers for pair in layer._additions.metrics]
        of_calls = [pair for recording in self._recordings() for pair in recording.metrics]
        return [*of_layers, *of_calls, *self._additions.metrics]

    def get_losses_for(self, inputs: Tensors | None) -> list[Tensor]:
        """Losses of the call on `inputs`, as for a layer; None gives the penalties on weights."""
        if inputs is None:
            return [*self._additions.losses, *(loss for layer in self.layers for loss in layer.get_losses_for(None))]
        return super().get_losses_for(inputs)

    def _recordings(self) -> Sequence[Node | Collected]:
        """What holds the losses, metrics and updates of the calls: the graph's nodes, or a subclass's one recording."""
        if self.model_kind == "subclass":
            return [self._recorded]
        return self._graph.nodes if self._graph is not None else []

    def _updates(self) -> list[RecordedUpdate]:
        return [update for recording in self._recordings() for update in recording.updates]

    @property
    def updates(self) -> list[Update]:
        """Assignments after a training step, but for those of layers that are frozen, or in a model that is."""
        if not self.trainable:
            return self.state_updates
        pairs = [update.pair for update in self._updates() if update.is_made and not update.keeps_state]
        return [*self._additions.updates, *pairs, *self.state_updates]

    @property
    def state_updates(self) -> list[Update]:
        """Assignments that keep the state of stateful layers; made in every phase."""
        return [update.pair for update in self._updates() if update.keeps_state]

    @property
    def stateful(self) -> bool:  # type: ignore[override] - a plain attribute or setting of other layers
        """Whether a layer keeps its state from batch to batch."""
        return any(layer.stateful for layer in self.layers)

    def reset_states(self) -> None:
        """Set the state of all stateful layers to zero."""
        for layer in self.layers:
            reset = getattr(layer, "reset_states", None)
            if layer.stateful and callable(reset):
                reset()

    @property
    def uses_learning_phase(self) -> bool:
        """Whether training and test give other outputs."""
        return any(y.call is not None and y.call.phased for y in self.outputs)

    def count_params(self) -> int:
        """Number of weights."""
        return sum(w.size for w in self.weights)

    # As a layer

    @property
    def all_uses(self) -> Sequence[Use]:
        """The model's own graph, and the calls of the model."""
        graphs = [] if self.model_kind == "subclass" or not self.inputs else [OwnGraph(self.inputs, self.outputs)]
        return [*graphs, *self.inbound_nodes]

    @property
    def input(self) -> Tensor | list[Tensor]:
        """The input tensor, or the list of them."""
        return single(self.inputs)

    @property
    def output(self) -> Tensor | list[Tensor]:
        """The output tensor, or the list of them."""
        return single(self.outputs)

    @property
    def input_shape(self) -> Shape | list[Shape]:
        """Shape of the input, or the list of them."""
        return single([x.shape for x in self.inputs])

    @property
    def output_shape(self) -> Shape | list[Shape]:
        """Shape of the output, or the list of them."""
        return single([y.shape for y in self.outputs])

    def _unbuilt_copy(self) -> Self:
        return self if self.model_kind == "subclass" else type(self).from_config(self.get_config())

    def build(self, input_shape: Shape | list[Shape] | None = None) -> None:
        """Record a subclass's `call` for inputs of this shape, batch included (a list of shapes for several)."""
        if self.model_kind != "subclass":
            self.built = True
        elif not self.inputs and input_shape is not None:
            self._record_own_call(inputs_of_shapes(input_shape))

    def build_from_data(self, x: Data) -> None:
        """Build for the shape of these arrays, where the first layer did not say what goes in."""
        if self.model_kind == "subclass":
            self._input_keys = list(x) if isinstance(x, Mapping) else []
            self._record_own_call(inputs_for(x))
        else:
            first = next(iter(x.values())) if isinstance(x, dict) else x[0] if isinstance(x, (list, tuple)) else x
            self.build((None, *shape_of(first)[1:]))

    def _build_for(self, inputs: Tensors) -> None:
        if self.model_kind == "subclass":
            self.built = True  # the layers build themselves as `call` uses them
        else:
            super()._build_for(inputs)

    def _record_own_call(self, inputs: list[Tensor]) -> None:
        """Record a subclass's `call` once, with the losses and updates that come up in it."""
        collected = Collected()
        single_input = len(inputs) == 1 and not self._input_keys
        with collecting(collected):
            made: Any = self._record(inputs[0] if single_input else list(inputs), {})
        self.outputs = as_list(made)
        self.inputs, self._recorded = inputs, collected

    def _apply(self, inputs: Any, kwargs: Config) -> Any:
        """A call; inputs by name, and outputs where the model was made with a dict of them, are dicts."""
        if isinstance(inputs, Mapping):
            if self.model_kind == "subclass":
                self._input_keys = list(inputs)
            inputs = [inputs[name] for name in self._input_keys or self.input_names]
            inputs = inputs[0] if len(inputs) == 1 and self.model_kind != "subclass" else inputs
        made = super()._apply(columns_of_texts(inputs, self.inputs), kwargs)
        if self._output_keys:
            return dict(zip(self._output_keys, as_list(made), strict=True))
        return made

    def _record(self, inputs: Any, kwargs: Config) -> Any:
        made = super()._record(inputs, kwargs)
        if isinstance(made, Mapping):  # of a program's `call`
            self._output_keys, made = keyed(made)
        return made

    def _as_called(self, inputs: Any) -> Any:
        if self._input_keys and self.model_kind == "subclass" and isinstance(inputs, list):
            return dict(zip(self._input_keys, inputs, strict=True))
        return inputs

    def check_inputs(self, inputs: Tensors) -> None:
        """Raise ShapeError for another number of inputs, or one whose shape does not fit."""
        tensors = as_list(inputs)
        if self._graph is not None and len(tensors) != len(self.inputs):
            raise ShapeError(expected=f"{len(self.inputs)} inputs", actual=str(len(tensors)))
        for x, entry in zip(tensors, self.inputs, strict=False):
            if len(x.shape) != len(entry.shape) or any(
                None not in pair and pair[0] != pair[1] for pair in zip(x.shape[1:], entry.shape[1:], strict=True)
            ):
                raise ShapeError(expected=f"an input of shape {entry.shape}", actual=str(x.shape))

    def call(self, inputs: Tensors, mask: Masks = None, training: Phase = None) -> Tensor | list[Tensor]:
        """Run the graph on other tensors; `training` True or False: all its layers do so in every run, as tf.keras has it."""
        masks: list[Mask] = as_list(mask) if mask is not None else [None] * len(self.inputs)
        with in_phase(training):
            return single([y for y, _ in self._run(as_list(inputs), masks)])

    def compute_mask(self, inputs: Tensors, mask: Masks = None) -> Masks:
        """Masks of the outputs for other tensors."""
        masks: list[Mask] = as_list(mask) if mask is not None else [None] * len(self.inputs)
        if all(m is None for m in masks) and all(getattr(y, "_mask", None) is None for y in self.outputs):
            return single([None for _ in self.outputs])
        with collecting(Collected()):  # `call` has added the losses and updates already
            return single([m for _, m in self._run(as_list(inputs), masks)])

    def run_internal_graph(self, inputs: Tensors, masks: Masks = None) -> tuple[list[Tensor], list[Mask], list[Shape]]:
        """Outputs, masks and shapes for other tensors, a list of each (Keras's name)."""
        tensors = as_list(inputs)
        results = self._run(tensors, as_list(masks) if masks is not None else [None] * len(tensors))
        return [y for y, _ in results], [m for _, m in results], [y.shape for y, _ in results]

    def _run(self, inputs: list[Tensor], masks: list[Mask]) -> list[tuple[Tensor, Mask]]:
        """The outputs for other tensors, each with its mask."""
        values = dict(zip(self.inputs, zip(inputs, masks, strict=True), strict=True))
        for node in self.graph.nodes:
            if all(y in values for y in node.output_tensors):
                continue
            layer = layer_of(node)
            pairs = [values[x] for x in node.input_tensors]
            several = len(pairs) > 1 or layer.merges
            xs = [x for x, _ in pairs] if several else pairs[0][0]
            ms = [m for _, m in pairs] if several else pairs[0][1]
            arguments = dict(node.arguments)
            if any(m is not None for _, m in pairs) and "mask" not in arguments and layer._takes("mask"):
                arguments["mask"] = ms
            outputs = as_list(layer._record(xs, arguments))
            layer._penalise(outputs)
            new_masks = layer.compute_mask(xs, ms)
            output_masks = as_list(new_masks) if new_masks is not None else [None] * len(outputs)
            for y, value, m in zip(node.output_tensors, outputs, output_masks, strict=False):
                values[y] = (value, m)
        return [values[y] for y in self.outputs]

    def get_config(self) -> Config:
        """Keras's config of a graph: name, layers with inbound_nodes, input_layers, output_layers."""
        return {**write_graph(self.name, self.graph, self.inputs, self.outputs), **self._frozen_config()}

    @classmethod
    def from_config(cls, config: Mapping[str, object], custom_objects: CustomObjects | None = None) -> Self:
        """The network of a config that `get_config` gave, with fresh weights.

        Raises:
            GraphError: the config has another form, or the layers do not fit together.
            UnknownName: there is no class of a name; the message has the nearest one.
        """
        with registry.custom_object_scope(custom_objects or {}):
            inputs, outputs, name = build_graph(config)
        network = cls(inputs=inputs, outputs=outputs, name=name)
        network._freeze_as(config)
        return network

    def _frozen_config(self) -> dict[str, bool]:
        """What a config says of a model that is frozen as a whole; Keras 2.2.4 writes nothing of it."""
        return {} if self.trainable else {"trainable": False}

    def _freeze_as(self, config: Mapping[str, Any]) -> None:
        if config.get("trainable") is False:
            self.trainable = False


def _has_values(x: Tensor) -> bool:
    layer = source_of(x)[0]
    return isinstance(layer, InputLayer) and layer.input_tensor is not None


def _unique(weights: Iterable[Variable]) -> list[Variable]:
    return list(dict.fromkeys(weights))


__all__ = ["Graph", "Network"]
