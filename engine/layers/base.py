"""What every layer is: settings, weights, calls that record nodes, masks, losses and updates (Keras 2.2.4's semantics).

A layer called on tensors records what its `call` does through ops, and a `Node` that says which layers fed it. The
output's shape comes from the ops themselves: there is no second shape rule.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import Class, Declared, field
from .._graph.op import recording_for
from .._graph.plan import evaluate
from .._graph.sparse import dense
from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine.config import floatx
from .._machine.random import Stream, draw_seed, seeded
from ..errors import EngineError, SettingError, SettingTypeError, ShapeError
from ..types import Shape
from .naming import automatic_name
from .node import (
    Collected,
    InputSpec,
    Node,
    RecordedUpdate,
    as_list,
    call_in_progress,
    call_of,
    calls_in_progress,
    collecting,
    single,
)
from .uses import of_a_use, of_the_only_use

__all__ = ["InputSpec", "Layer", "Node"]


def layer_of(node: Node) -> Layer:
    """The layer that a node is a use of; nodes themselves know layers only by their name and nodes."""
    return cast(Layer, node.outbound_layer)


Custom = Mapping[str, Any] | None  # classes and functions of a user's by name


class Layer(Declared):
    """Base of all layers.

    Subclasses declare settings with `field(...)`, or write `__init__` in Keras's style and call
    `super().__init__(**kwargs)`; they write `build(input_shape)` (weights by `add_weight`), `call(inputs)` and, in
    Keras's style, `compute_output_shape(input_shape)`.

    >>> class Twice(Layer):
    ...     def call(self, inputs):
    ...         return inputs * 2
    >>> Twice()(np.ones((1, 3), "float32")).tolist()
    [[2.0, 2.0, 2.0]]
    """

    name: Any = field(rules.optional(rules.name), default=None, kw_only=True, help="name, unique in a model")
    trainable: bool = field(rules.switch, default=True, kw_only=True, help="whether training changes the weights")
    batch_input_shape: Any = field(
        rules.optional(rules.shape), default=None, kw_only=True, config="if_set", help="input shape with the batch"
    )
    dtype: str | None = field(
        rules.optional(rules.dtype), default=None, kw_only=True, config="if_set", help="number type of the input"
    )
    group: ClassVar[str] = "custom"
    supports_masking: ClassVar[bool] = False
    merges: ClassVar[bool] = False
    stateful: ClassVar[bool] = False

    @property
    def fed_dtype(self) -> str | None:
        """Number type of the input that is made for this layer where it begins a model; None: floatx."""
        return self.dtype

    def accept(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Keras's ways to give the input's shape (input_shape, input_dim, batch_size) and the first weights."""
        own = type(self)._fields
        kwargs = dict(kwargs)
        size = kwargs.pop("batch_size", None) if "batch_size" not in own else None
        shape = kwargs.pop("input_shape", None) if "input_shape" not in own else None
        if shape is None and "input_dim" in kwargs and "input_dim" not in own:
            shape = (kwargs.pop("input_dim"),)
        if shape is not None and kwargs.get("batch_input_shape") is None:
            kwargs["batch_input_shape"] = (size, *rules.shape.check(shape, f"{type(self).__name__}, input_shape"))
        if "input_dtype" in kwargs:
            kwargs["dtype"] = kwargs.pop("input_dtype")
        self._first_weights = kwargs.pop("weights", None)
        return kwargs

    def prepare(self) -> None:
        """State that every layer has, made when the settings are known."""
        if self.name is None:
            self.name = automatic_name(type(self).__name__)
        if self.batch_input_shape is not None and self.dtype is None:
            self.dtype = floatx()
        self.built = False
        self.input_spec: Any = None
        self.inbound_nodes: list[Node] = []
        self.outbound_nodes: list[Node] = []
        self._trainable_weights: list[Variable] = []
        self._non_trainable_weights: list[Variable] = []
        self._own_losses: list[Tensor] = []
        self._losses_of_inputs: list[tuple[list[Any], Any]] = []
        self._own_updates: list[tuple[Variable, Any]] = []
        self._own_metrics: list[tuple[str, Tensor]] = []
        self._updates_of_inputs: list[tuple[list[Any], Any]] = []
        self._penalties: dict[Variable, Tensor] = {}

    @property
    def where(self) -> str:
        """How messages name the layer: "layer 'dense_1' (Dense)"."""
        return f"layer '{self.name}' ({type(self).__name__})"

    # Uses

    input = of_the_only_use("input", "input_tensors")
    output = of_the_only_use("output", "output_tensors")
    input_mask = of_the_only_use("input_mask", "input_masks")
    output_mask = of_the_only_use("output_mask", "output_masks")
    input_shape = of_the_only_use("input_shape", "input_shapes")
    output_shape = of_the_only_use("output_shape", "output_shapes")
    get_input_at = of_a_use("input", "input_tensors")
    get_output_at = of_a_use("output", "output_tensors")
    get_input_mask_at = of_a_use("input_mask", "input_masks")
    get_output_mask_at = of_a_use("output_mask", "output_masks")
    get_input_shape_at = of_a_use("input_shape", "input_shapes")
    get_output_shape_at = of_a_use("output_shape", "output_shapes")

    @property
    def _inbound_nodes(self) -> list[Node]:
        return self.inbound_nodes

    @property
    def _outbound_nodes(self) -> list[Node]:
        return self.outbound_nodes

    # Weights

    def add_weight(
        self,
        name: Any = None,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool = True,
        constraint: Any = None,
    ) -> Variable:
        """A new weight `name` of the given shape; takes memory when first used.

        Keras 1's order (shape, initializer, name=...) is understood.
        """
        if isinstance(name, (tuple, list)):
            name, shape, initializer = (None, name, shape if initializer is None else initializer)
        number = len(self._trainable_weights) + len(self._non_trainable_weights)
        variable = Variable(
            tuple(shape),
            dtype,
            f"{self.name}/{name or f'weight_{number}'}:0",
            _seeded_initializer(registry.build("initializer", initializer or "glorot_uniform")),
            trainable,
        )
        variable.regularizer = registry.build("regularizer", regularizer)
        variable.constraint = registry.build("constraint", constraint)
        (self._trainable_weights if trainable else self._non_trainable_weights).append(variable)
        return variable

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes; none while `trainable` is False."""
        own = [*self._trainable_weights, *(w for layer in self.sublayers for w in layer.trainable_weights)]
        return own if self.trainable else []

    @trainable_weights.setter
    def trainable_weights(self, weights: list[Variable]) -> None:
        self._trainable_weights = list(weights)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training does not change."""
        fixed = [*self._non_trainable_weights, *(w for layer in self.sublayers for w in layer.non_trainable_weights)]
        if self.trainable:
            return fixed
        return [*self._trainable_weights, *(w for layer in self.sublayers for w in layer.trainable_weights), *fixed]

    @non_trainable_weights.setter
    def non_trainable_weights(self, weights: list[Variable]) -> None:
        self._non_trainable_weights = list(weights)

    @property
    def weights(self) -> list[Variable]:
        """All weights, trainable ones first; those of layers inside this one layer by layer."""
        if not self.sublayers:
            return [*self.trainable_weights, *self.non_trainable_weights]
        inside = (w for layer in self.sublayers for w in layer.weights)
        return [*self._trainable_weights, *self._non_trainable_weights, *inside]

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights' values, in the order of `weights`."""
        return [np.array(w.array) for w in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set all weights, or none when one does not fit. Raises ShapeError."""
        own = self.weights
        arrays = [np.asarray(w) for w in weights]
        if len(own) != len(arrays):
            raise ShapeError(where=self.where, expected=f"{len(own)} arrays of weights", found=str(len(arrays)))
        for variable, array in zip(own, arrays, strict=True):
            if variable.shape != array.shape:
                where = f"{self.where}, weight '{variable.name}'"
                raise ShapeError(where=where, expected=f"shape {variable.shape}", found=f"shape {array.shape}")
        for variable, array in zip(own, arrays, strict=True):
            variable.assign(array)

    def count_params(self) -> int:
        """Number of weights. Raises RuntimeError, as Keras does, while the layer is not built."""
        if not self.built:
            raise RuntimeError(
                f"{self.where}, count_params: expected a built layer, found one without input shape. "
                "Call it on an Input first."
            )
        return sum(w.size for w in self.weights)

    # Layers inside this one

    @property
    def sublayers(self) -> list[Layer]:
        """Layers inside this one, whose weights, losses and updates are its own too: those of wrappers, cells."""
        return []

    @classmethod
    def from_config(cls: type[Class], config: Mapping[str, Any], custom_objects: Custom = None) -> Class:
        """The layer of a config that `get_config` gave, with new layers inside."""
        with registry.custom_object_scope(custom_objects or {}):
            return super().from_config(config)

    # Building and calling

    def build(self, input_shape: Any) -> None:
        """Make the weights for inputs of this shape (a list of shapes for several inputs)."""
        self.built = True

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """Compute the outputs; written with ops (or K), so that it is recorded and differentiated."""
        return inputs

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the outputs. Raises TypeError when a mask comes in that the layer cannot handle."""
        if self.supports_masking:
            return mask
        if any(m is not None for m in as_list(mask)):
            raise TypeError(
                f"{self.where} does not support masking, but its input carries a mask from a layer before it. "
                "Put the layer before the mask is made, or leave mask_zero out."
            )
        return None

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Shape of the outputs for inputs of this shape, found by recording the layer once."""
        shapes = _list_of_shapes(input_shape)
        layer = self
        if not self.built:
            layer = self._unbuilt_copy()
        kinds = self._input_dtype()
        inputs = [Placeholder(shape, dtype=kinds) for shape in shapes]
        with seeded(0):
            outputs = layer._record(inputs if len(shapes) > 1 or self.merges else inputs[0], {})
        return single([y.shape for y in as_list(outputs)])

    def get_output_shape_for(self, input_shape: Any) -> Any:
        """`compute_output_shape`, by its name in Keras 1."""
        return self.compute_output_shape(input_shape)

    def _unbuilt_copy(self) -> Layer:
        # The copy takes the weights: a layer stays unbuilt until it is called.
        if self.sublayers:
            return type(self).from_config(self.get_config())
        twin = copy.copy(self)
        twin.prepare()
        return twin

    def _input_dtype(self) -> Any:
        return self.dtype

    def __call__(self, inputs: Any, **kwargs: Any) -> Any:
        """Apply the layer to tensors (recorded), or to arrays (computed at once). Several inputs go in a list."""
        given = as_list(inputs)
        if not any(isinstance(x, Tensor) for x in given):
            return self._compute(inputs, kwargs)
        for x in given:
            if not isinstance(x, Tensor):
                raise TypeError(
                    f"{self.where}: expected tensors only or arrays only, found {type(x).__name__} among tensors"
                )
        return self._connect(inputs, kwargs)

    def _compute(self, inputs: Any, kwargs: dict[str, Any]) -> Any:
        arrays = [np.asarray(dense(x)) for x in as_list(inputs)]
        feeds = {Placeholder((None, *a.shape[1:]), dtype=_stored_dtype(a)): a for a in arrays}
        symbols = list(feeds)
        output = self._record(symbols if isinstance(inputs, (list, tuple)) else symbols[0], kwargs)
        return single(evaluate(as_list(output), feeds))

    def _connect(self, inputs: Any, kwargs: dict[str, Any]) -> Any:
        """Record a call and the node that stands for it."""
        given = as_list(inputs)
        masks = [getattr(x, "_mask", None) for x in given]
        mask = masks if isinstance(inputs, (list, tuple)) else masks[0]
        arguments = dict(kwargs)
        if any(m is not None for m in masks) and "mask" not in kwargs and self._takes("mask"):
            kwargs = {**kwargs, "mask": mask}
        collected = Collected()
        outer = call_in_progress()
        with collecting(collected):
            output = self._record(inputs, kwargs)
            with recording_for(self.where):
                output_mask = self.compute_mask(inputs, kwargs.get("mask", mask))
        outputs = [ops.identity(y) if y in given or hasattr(y, "_keras_history") else y for y in as_list(output)]
        output_masks = as_list(output_mask) if output_mask is not None else [None] * len(outputs)
        for y, m in zip(outputs, output_masks, strict=False):
            y._mask = m  # pyright: ignore[reportAttributeAccessIssue] - tensors carry free attributes
        Node.connect(self, given, outputs, masks, output_masks, arguments, collected)
        with collecting(collected):
            self._penalise(outputs)
        if outer is not None:  # called within another layer's `call`
            outer.losses += collected.losses
            outer.metrics += collected.metrics
            outer.updates += collected.updates
        return single(outputs) if not isinstance(output, list) or len(outputs) > 1 else outputs

    def _penalise(self, outputs: list[Any]) -> None:
        """Add what the activity regularizer says of one call's outputs."""
        regularizer = getattr(self, "activity_regularizer", None)
        if regularizer is not None:
            self.add_loss([regularizer(y) for y in outputs])

    def _record(self, inputs: Any, kwargs: dict[str, Any]) -> Any:
        """Check, build if needed, and run `call`; errors say which layer."""
        try:
            with recording_for(self.where), call_of(self):
                self.check_inputs(inputs)
                if not self.built:
                    self._build_for(inputs)
                return self.call(inputs, **kwargs)
        except EngineError as error:
            self._sign(error)
            raise

    def _build_for(self, inputs: Any) -> None:
        shapes = [x.shape for x in as_list(inputs)]
        self.build(shapes if isinstance(inputs, (list, tuple)) else shapes[0])
        self.built = True
        if self._first_weights is not None:
            self.set_weights(self._first_weights)

    def _sign(self, error: EngineError) -> None:
        """Say in an error from an op which layer it happened in."""
        if not error.where:
            error.where = self.where
        fix = error.fix or {}
        if "insert" in fix and "before" not in fix:
            error.fix = {**fix, "before": self.name}
        if "field" in fix.get("set", ()):
            error.fix = {**fix, "set": {"layer": self.name, **fix["set"]}}

    def _takes(self, argument: str) -> bool:
        """Whether `call` has an argument of this name."""
        code = getattr(self.call, "__code__", None)
        if code is None:
            return argument in inspect.signature(self.call).parameters
        return argument in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]

    def assert_input_compatibility(self, inputs: Any) -> None:
        """Raise ShapeError where the inputs do not fit `input_spec` (Keras's name for `check_inputs`)."""
        self.check_inputs(inputs)

    def check_inputs(self, inputs: Any) -> None:
        """Raise ShapeError where the inputs do not fit `input_spec`."""
        specs = as_list(self.input_spec) if self.input_spec is not None else []
        if not specs:
            return
        given = as_list(inputs)
        if len(specs) != len(given):
            raise ShapeError(expected=f"{len(specs)} input{'s' * (len(specs) > 1)}", found=str(len(given)))
        for spec, x in zip(specs, given, strict=True):
            spec.check(x.shape)

    # Losses and updates

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Add scalars (tensors or numbers) to the loss of every model that holds the layer (or this call of it).

        `inputs`: outside a call, the tensors that the losses belong to; `get_losses_for` finds them by these.
        """
        collected = call_in_progress()
        given = [] if losses is None else as_list(losses)
        if collected is not None:
            collected.losses += given
        elif inputs is None:
            self._own_losses += given
        else:
            self._losses_of_inputs += [(as_list(inputs), loss) for loss in given]

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Show a tensor's mean beside the loss, in every model that holds the layer (or this call of it), from the next
        compile on (Keras 2.3).

        name: under which it is shown, the layer's own by default. aggregation: "mean" over the batches of an epoch.
        Raises SettingTypeError for anything but a tensor, SettingError for another aggregation.

        >>> class Watched(Layer):
        ...     def call(self, inputs):
        ...         self.add_metric(inputs, name="mean_input")
        ...         return inputs
        """
        if not isinstance(value, Tensor):
            hint = "Write it with K's functions on the layer's inputs or outputs."
            found = type(value).__name__
            raise SettingTypeError(where=f"{self.where}, add_metric", expected="a tensor", found=found, hint=hint)
        if aggregation not in (None, "mean"):
            raise SettingError(
                where=f"{self.where}, add_metric", expected="aggregation 'mean'", found=repr(aggregation)
            )
        collected = call_in_progress()
        (self._own_metrics if collected is None else collected.metrics).append((name or self.name, value))

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Assign tensors to weights after each training step: pairs (variable, tensor).

        `inputs`: outside a call, the tensors that the updates belong to; `get_updates_for` finds them by these.
        """
        pairs = list(updates) if isinstance(updates, list) else [updates]
        collected = call_in_progress()
        if collected is not None:
            layers = calls_in_progress() or (self,)
            collected.updates.extend(RecordedUpdate(pair, layers, self.stateful) for pair in pairs)
        elif inputs is None:
            self._own_updates += pairs
        else:
            self._updates_of_inputs += [(as_list(inputs), pair) for pair in pairs]

    def regularization_losses(self) -> list[Tensor]:
        """One scalar for each weight with a regularizer, recorded once."""
        for w in self._trainable_weights:
            if w.regularizer is not None and w not in self._penalties:
                self._penalties[w] = w.regularizer(w)
        return [x for x in self._penalties.values() if isinstance(x, Tensor)]

    @property
    def losses(self) -> list[Tensor]:
        """Penalties on weights and outputs, over all calls."""
        inside = [loss for layer in self.sublayers for loss in layer.losses]
        own = [*self.regularization_losses(), *self._own_losses, *(loss for _, loss in self._losses_of_inputs)]
        return [*inside, *own, *(loss for node in self.inbound_nodes for loss in node.losses)]

    @property
    def updates(self) -> list[tuple[Variable, Any]]:
        """Assignments after a training step, over all calls; none while the layer is frozen."""
        inside = [pair for layer in self.sublayers for pair in layer.updates]
        if not self.trainable and not self.stateful:
            return inside
        called = [update.pair for node in self.inbound_nodes for update in node.updates if update.is_made]
        return [*inside, *self._own_updates, *(pair for _, pair in self._updates_of_inputs), *called]

    def get_losses_for(self, inputs: Any) -> list[Tensor]:
        """Losses of the call on `inputs`, or, for None, those that depend on no input."""
        inside = [loss for layer in self.sublayers for loss in layer.get_losses_for(inputs)]
        if inputs is None:
            return [*inside, *self.regularization_losses(), *self._own_losses]
        wanted = as_list(inputs)
        called = [loss for n in self.inbound_nodes if n.input_tensors == wanted for loss in n.losses]
        return [*inside, *called, *(loss for of, loss in self._losses_of_inputs if of == wanted)]

    def get_updates_for(self, inputs: Any) -> list[tuple[Variable, Any]]:
        """Updates of the call on `inputs`, or, for None, those that depend on no input; none while the layer is frozen."""
        inside = [pair for layer in self.sublayers for pair in layer.get_updates_for(inputs)]
        if not self.trainable and not self.stateful:
            return inside
        if inputs is None:
            return [*inside, *self._own_updates]
        wanted = as_list(inputs)
        called = [
            update.pair
            for n in self.inbound_nodes
            if n.input_tensors == wanted
            for update in n.updates
            if update.is_made
        ]
        return [*inside, *called, *(pair for of, pair in self._updates_of_inputs if of == wanted)]


def _seeded_initializer(initializer: Any) -> Any:
    """An initializer whose seed is drawn now, so that the values do not depend on which weight is used first."""
    if getattr(initializer, "seed", 0) is not None:
        return initializer
    seed = draw_seed()
    return lambda shape, dtype: initializer(shape, dtype, rng=Stream(seed).generator)


def _stored_dtype(array: np.ndarray) -> Any:
    return floatx() if array.dtype.kind == "f" else array.dtype


def _list_of_shapes(shape: Any) -> list[Shape]:
    many = isinstance(shape, list) and all(isinstance(s, (tuple, list)) for s in shape)
    return [tuple(s) for s in shape] if many else [tuple(shape)]
