"""What every layer is: settings, weights, calls that record nodes, masks, losses and updates (Keras 2.2.4's semantics).

A layer called on tensors records what its `call` does through ops, and a `Node` that says which layers fed it. The
output's shape comes from the ops themselves: there is no second shape rule.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from .._declared import keras1_attributes, registry, rules
from .._declared.fields import Class, Declared, argument, dataclass_transform, field
from .._graph.op import recording_for
from .._graph.taping import is_at_once
from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine.arrays import as_array
from .._machine.config import floatx, follows_later_keras
from .._machine.random import seeded
from ..errors import EngineError, shorten
from ..types import Array, ArrayLike, Config, CustomObjects, DType, DTypeLike, Shape
from . import settings
from .additions import Additions, activity_penalties, losses_at_once
from .attributes import is_own, objects_of, replace_in, variables_of
from .calling import Call
from .dropping import in_phase
from .naming import automatic_name
from .node import (
    InputSpec,
    Node,
    arriving_at,
    as_list,
    call_of,
    check_specs,
    list_of_shapes,
    note_call,
    parted,
    takes_argument,
)
from .spreading import NOT_GIVEN, SPREAD, gathered, taken_apart
from .uses import Use, uses
from .weights import accepts_shape_first, assign_weights, new_weight

if TYPE_CHECKING:
    from typing_extensions import Self

    from .._declared.fields import Setting
    from ..constraints import ConstraintLike
    from ..initializers import InitializerLike
    from ..regularizers import RegularizerLike
    from .calling import Inputs
    from .node import Masks, Tensors, Update
    from .settings import ShapeSetting

__all__ = ["InputSpec", "Layer", "Node"]


def layer_of(node: Node) -> Layer:
    """The layer that a node is a use of; nodes themselves know layers only by their name and nodes."""
    return cast(Layer, node.outbound_layer)


@dataclass_transform(
    field_specifiers=(
        field,
        argument,
        settings.activation_field,
        settings.data_format_field,
        settings.dropout_field,
        settings.initializer_field,
        settings.limit_field,
        settings.noise_shape_field,
        settings.num_constants_field,
        settings.padding_field,
        settings.penalty_field,
        settings.seed_field,
        settings.sizes_field,
        settings.switch_field,
        settings.unused_field,
    )
)
class Layer(Declared):
    """Base of all layers.

    Subclasses declare settings with `field(...)`, or write `__init__` in Keras's style and call
    `super().__init__(**kwargs)`; they write `build(input_shape)` (weights by `add_weight`), `call(inputs)` and, in
    Keras's style, `compute_output_shape(input_shape)`.

    Args:
        name: unique in a model; "dense_1" and so on by default.
        trainable: whether training changes the weights, True by default.
        batch_input_shape: for the first layer of a Sequential, the input's shape with the batch; None for open sizes.
        dtype: number type of the input, floatx() by default.
        input_shape: for the first layer of a Sequential, the shape of a sample.
        input_dim: the only size of a sample, in place of input_shape.
        batch_size: number of samples in each batch, where it is fixed.
        weights: first values of all weights, arrays in the order of the attribute `weights`.

    Example:
        >>> class Twice(Layer):
        ...     def call(self, inputs):
        ...         return inputs * 2
        >>> Twice()(np.ones((1, 3), "float32")).tolist()
        [[2.0, 2.0, 2.0]]
    """

    if TYPE_CHECKING:  # for type checkers: a layer has a name, also where its constructor got none
        name: str = argument(init=False)
        _user_name: str | None = argument(alias="name", default=None, kw_only=True)
    else:
        name = field(rules.optional(rules.name), default=None, kw_only=True, help="name, unique in a model")
    trainable: bool = field(rules.switch, default=True, kw_only=True, help="whether training changes the weights")
    batch_input_shape: ShapeSetting = field(
        rules.optional(rules.shape), default=None, kw_only=True, config="if_set", help="input shape with the batch"
    )
    dtype: Setting[str | type | DType | None, str | None] = field(
        rules.optional(rules.input_dtype), default=None, kw_only=True, config="if_set", help="number type of the input"
    )
    if TYPE_CHECKING:  # for type checkers: arguments that `accept` takes
        _input_shape: int | Sequence[int | None] | None = argument(alias="input_shape", default=None, kw_only=True)
        _input_dim: int | None = argument(alias="input_dim", default=None, kw_only=True)
        _batch_size: int | None = argument(alias="batch_size", default=None, kw_only=True)
        _weights: Sequence[Array] | None = argument(alias="weights", default=None, kw_only=True)
    _names_layers_inside: ClassVar[bool] = False  # whether people know the layers inside by their names
    # Names of the inputs of a layer that is called on them one by one, `layer(query, value)`; else on one, or on a list.
    called_with: ClassVar[tuple[str, ...]] = ()
    group: ClassVar[str] = "custom"  # under which heading the builder's palette shows it
    # A subclass sets these in its body or, in Keras's style, in its constructor.
    supports_masking = False
    merges = False
    stateful = False

    if not TYPE_CHECKING:  # an attribute that is not there stays an error to checkers

        def __getattr__(self, name: str) -> Any:
            """An attribute by its name in Keras 1: `layer.W`, `layer.output_dim`."""
            with suppress(AttributeError):
                return keras1_attributes.attribute(self, name)
            return object.__getattribute__(self, name)  # raises again, with the message of a property that failed

    @property
    def fed_dtype(self) -> str | None:
        """Number type of the input that is made for this layer where it begins a model; None: floatx."""
        return self.dtype

    def accept(self, kwargs: Config) -> Config:
        """Keras's ways to give the input's shape (input_shape, input_dim, batch_size) and the first weights."""
        kwargs = settings.with_input_settings(kwargs, type(self)._fields, type(self).__name__)
        if kwargs.get("name") == "" and follows_later_keras():
            kwargs["name"] = None
        self._first_weights: Sequence[ArrayLike] | None = kwargs.pop("weights", None)
        return kwargs

    def prepare(self) -> None:
        """State that every layer has, made when the settings are known."""
        if vars(self).get("name") is None:
            self.name = automatic_name(type(self).__name__)
        if self.batch_input_shape is not None and self.dtype is None:
            self.dtype = floatx()
        self.built = False
        self.input_spec: InputSpec | list[InputSpec] | None = None
        self.inbound_nodes: list[Node] = []
        self.outbound_nodes: list[Node] = []
        self._trainable_weights: list[Variable] = []
        self._non_trainable_weights: list[Variable] = []
        self._additions = Additions()

    @property
    def where(self) -> str:
        """How messages name the layer: "layer 'dense_1' (Dense)"."""
        return f"layer '{self.name}' ({type(self).__name__})"

    @classmethod
    def named(cls, where: str, name: object) -> str:
        """As `where` names the layer, if it got a name: "layer 'dense_1' (Dense), units" for "Dense, units"."""
        if not isinstance(name, str) or not where.startswith(cls.__name__):
            return where
        return f"layer {shorten(name)} ({cls.__name__}){where.removeprefix(cls.__name__)}"

    # Uses

    input, get_input_at = uses("input", lambda node: node.input_tensors)
    input_mask, get_input_mask_at = uses("input_mask", lambda node: node.input_masks)
    input_shape, get_input_shape_at = uses("input_shape", lambda node: node.input_shapes)
    output, get_output_at = uses("output", lambda node: node.output_tensors)
    output_mask, get_output_mask_at = uses("output_mask", lambda node: node.output_masks)
    output_shape, get_output_shape_at = uses("output_shape", lambda node: node.output_shapes)

    @property
    def all_uses(self) -> Sequence[Use]:
        """What went in and out, use by use: the layer's nodes."""
        return self.inbound_nodes

    _inbound_nodes = property(lambda self: self.inbound_nodes)
    _outbound_nodes = property(lambda self: self.outbound_nodes)

    # Weights

    @accepts_shape_first
    def add_weight(
        self,
        name: str | Sequence[int] | None = None,
        shape: Sequence[int] | InitializerLike = None,
        dtype: DTypeLike | None = None,
        initializer: InitializerLike = None,
        regularizer: RegularizerLike = None,
        trainable: bool = True,
        constraint: ConstraintLike = None,
    ) -> Variable:
        """A new weight, which takes memory when it is first used. Keras 1's order (shape, initializer) is understood.

        Args:
            name: under which files keep it, behind the layer's name; "weight_0" and so on by default.
            shape: sizes of all axes.
            dtype: type of the numbers, floatx() by default.
            initializer: first values, "glorot_uniform" by default.
            regularizer: penalty on it that is added to the loss, None by default.
            trainable: whether training changes it, True by default.
            constraint: limit on it, applied after each update, None by default.
        """
        index = len(self._trainable_weights) + len(self._non_trainable_weights)
        sizes, full_name = tuple(cast("Sequence[int]", shape)), f"{self.name}/{name or f'weight_{index}'}:0"
        variable = new_weight(full_name, sizes, dtype, initializer, regularizer, constraint, trainable=trainable)
        (self._trainable_weights if trainable else self._non_trainable_weights).append(variable)
        return variable

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes; none while `trainable` is False."""
        if not self.trainable:
            return []
        inside = self.sublayers
        if not inside:
            return self._own_weights(True)
        # A program may have put weights of a layer inside into its own list, as Keras 2 asked for.
        return list(dict.fromkeys([*self._own_weights(True), *(w for one in inside for w in one.trainable_weights)]))

    def _own_weights(self, trainable: bool) -> list[Variable]:
        """The weights that are no layer's inside."""
        made = self._trainable_weights if trainable else self._non_trainable_weights
        if is_own(type(self)):
            return list(made)
        more = variables_of(self, {*self._trainable_weights, *self._non_trainable_weights})
        return [*made, *(w for w in more if w.trainable is trainable)]

    @trainable_weights.setter
    def trainable_weights(self, weights: list[Variable]) -> None:
        self._trainable_weights = list(weights)

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training does not change."""
        fixed = [*self._own_weights(False), *(w for layer in self.sublayers for w in layer.non_trainable_weights)]
        if self.trainable:
            return list(dict.fromkeys(fixed))
        frozen = [*self._own_weights(True), *(w for layer in self.sublayers for w in layer.trainable_weights)]
        return list(dict.fromkeys([*frozen, *fixed]))

    @non_trainable_weights.setter
    def non_trainable_weights(self, weights: list[Variable]) -> None:
        self._non_trainable_weights = list(weights)

    @property
    def weights(self) -> list[Variable]:
        """All weights, trainable ones first; those of layers inside this one layer by layer."""
        if not self.sublayers:
            return [*self.trainable_weights, *self.non_trainable_weights]
        inside = (w for layer in self.sublayers for w in layer.weights)
        return list(dict.fromkeys([*self._own_weights(True), *self._own_weights(False), *inside]))

    @property
    def submodules(self) -> tuple[Layer, ...]:
        """All layers inside, with those inside of them, by tf.keras's name."""
        return tuple(dict.fromkeys(y for x in self._inside() for y in (x, *x.submodules)))

    def _inside(self) -> Sequence[Layer]:
        """The layers inside."""
        return self.sublayers

    # tf.keras's names
    trainable_variables = property(lambda self: self.trainable_weights, doc="As trainable_weights.")
    non_trainable_variables = property(lambda self: self.non_trainable_weights, doc="As non_trainable_weights.")
    variables = property(lambda self: self.weights, doc="As weights.")

    def get_weights(self) -> list[Array]:
        """Copies of the weights' values, in the order of `weights`."""
        return [np.array(w.host()) for w in self.weights]

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Set all weights, arrays in the order of `weights`; or none, with a ShapeError, when one does not fit."""
        assign_weights(self.where, self.weights, [as_array(w, self.where) for w in weights])

    def count_params(self) -> int:
        """Number of weights. Raises RuntimeError, as Keras does, while the layer is not built."""
        if not self.built:
            problem = "expected a built layer, found one without input shape. Call it on an Input first."
            raise RuntimeError(f"{self.where}, count_params: {problem}")
        return sum(w.size for w in self.weights)

    @property
    def sublayers(self) -> list[Layer]:
        """Layers inside this one, whose weights, losses and updates are its own too: of wrappers, cells, and in attributes."""
        if is_own(type(self)):
            return []
        return [layer for layer in objects_of(self, Layer) if layer is not self]

    @classmethod
    def from_config(
        cls: type[Class], config: Mapping[str, object], custom_objects: CustomObjects | None = None
    ) -> Class:
        """The layer of a config that `get_config` gave, with new layers inside."""
        with registry.custom_object_scope(custom_objects or {}):
            return super().from_config(config)

    # Building and calling

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Make the weights for inputs of this shape (a list of shapes for several inputs)."""
        self.built = True

    def call(self, inputs: Any, **kwargs: Any) -> Any:
        """Compute the outputs; written with ops (or K), so that it is recorded and differentiated."""
        return inputs

    def compute_mask(self, inputs: Tensors, mask: Masks = None) -> Masks:
        """The mask of the outputs. Raises TypeError when a mask comes in that the layer cannot handle."""
        if self.supports_masking:
            return mask
        if any(m is not None for m in as_list(mask)) and not follows_later_keras():
            raise TypeError(
                f"{self.where} does not support masking, but its input carries a mask from a layer before it. "
                "Put the layer before the mask is made, or leave mask_zero out."
            )
        return None

    def compute_output_shape(self, input_shape: Sequence[int | None] | list[Shape]) -> Shape | list[Shape]:
        """Shape of the outputs for inputs of this shape, by recording the layer once; lists for several of them."""
        shapes = list_of_shapes(input_shape)
        layer = self if self.built else self._unbuilt_copy()
        inputs: list[Tensor] = [Placeholder(shape, self.dtype) for shape in shapes]
        with seeded(0):
            outputs, together = parted(layer._record(inputs if len(shapes) > 1 or self.merges else inputs[0], {}))
        return together([y.shape for y in outputs])

    def get_output_shape_for(self, input_shape: Sequence[int | None] | list[Shape]) -> Shape | list[Shape]:
        """`compute_output_shape`, by its name in Keras 1."""
        return self.compute_output_shape(input_shape)

    def _unbuilt_copy(self) -> Self:
        # The weights are made in a copy, since a layer stays unbuilt until it is called.
        inside = self.sublayers
        if inside and is_own(type(self)):
            return type(self).from_config(self.get_config())
        twin = copy.copy(self)
        twin.prepare()
        twins = {layer: layer if layer.built else layer._unbuilt_copy() for layer in inside}
        replace_in(twin, twins)
        return twin

    def __call__(self, inputs: Inputs = NOT_GIVEN, *args: Any, **kwargs: Any) -> Any:
        """Apply the layer to tensors (recorded), or to arrays (computed at once).

        Args:
            inputs: a tensor or an array, or a list of them for several inputs.
            *args: further arguments of `call`, of a layer of one's own; tensors among them are inputs too.
            **kwargs: further arguments of `call`, such as `training` or `mask`.
        """
        if args or inputs is NOT_GIVEN or (kwargs and not is_own(type(self))):
            inputs, kwargs = gathered(self.call, inputs, args, kwargs)
        if "training" in kwargs and follows_later_keras():  # layers that are called within this call go by it too
            phase = kwargs["training"] if self._takes("training") else kwargs.pop("training")
            with in_phase(phase):
                return self._apply(inputs, kwargs)
        return self._apply(inputs, kwargs)

    def _apply(self, inputs: Inputs, kwargs: Config) -> Any:
        return Call(self, self._record, self._penalise, self._takes, self._additions).apply(inputs, kwargs)

    def _penalise(self, outputs: list[Tensor]) -> None:
        """Add what the activity regularizer says of one call's outputs."""
        regularizer = getattr(self, "activity_regularizer", None)
        if regularizer is not None:
            self.add_loss(activity_penalties(regularizer, outputs))

    def _record(self, inputs: Tensors, kwargs: Config) -> Tensors:
        """Check, build if needed, and run `call`; errors say which layer."""
        try:
            with recording_for(self.where), call_of(self):
                self.check_inputs(inputs)
                called, rest = taken_apart(inputs, kwargs) if SPREAD in kwargs else (None, kwargs)
                first = self._as_called(inputs) if called is None else called.first
                if not self.built:
                    self._build_for(first)
                result = self.call(first, **rest) if called is None else self.call(first, **called.named, **rest)
                note_call(inputs, rest, result)
                return result
        except EngineError as error:
            names, kind = self._names_layers_inside, type(self).__name__
            error.happened_in(self.where, self.name, arriving_at(inputs), kind=kind, names=names)
            raise

    def _as_called(self, inputs: Any) -> Any:
        """What `call` gets of the inputs."""
        return inputs

    def _build_for(self, inputs: Tensors) -> None:
        shapes = [x.shape for x in as_list(inputs)]
        self.build(shapes if isinstance(inputs, (list, tuple)) else shapes[0])
        self.built = True
        if self._first_weights is not None:
            self.set_weights(self._first_weights)

    def _takes(self, argument: str) -> bool:
        """Whether `call` has an argument of this name."""
        return takes_argument(self.call, argument)

    def assert_input_compatibility(self, inputs: Tensors) -> None:
        """Raise ShapeError where the inputs do not fit `input_spec` (Keras's name for `check_inputs`)."""
        self.check_inputs(inputs)

    def check_inputs(self, inputs: Tensors) -> None:
        """Raise ShapeError where the inputs do not fit `input_spec`."""
        if self.input_spec is not None:
            check_specs(as_list(self.input_spec), as_list(inputs))

    def add_loss(self, losses: Tensors | None, inputs: Tensors | None = None) -> None:
        """Add scalars to the loss of every model that holds the layer; within `call`, of those with this call.

        Args:
            losses: tensors or numbers, one or a list.
            inputs: outside a call, the tensors that the losses belong to; `get_losses_for` finds them by these.
        """
        self._additions.add_losses([] if losses is None else as_list(losses), inputs)

    def add_metric(self, value: object, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Show a tensor's mean beside the loss from the next compile on (Keras 2.3), in the models of `add_loss`.

        Args:
            value: a scalar of each batch, or one for each sample.
            name: under which it is shown, the layer's own by default.
            aggregation: "mean" over the batches of an epoch.

        Raises:
            SettingTypeError: the value is no tensor.
            SettingError: another aggregation than "mean".
        """
        self._additions.add_metric(name or self.name, value, aggregation, f"{self.where}, add_metric")

    def add_update(self, updates: Update | list[Update], inputs: Tensors | None = None) -> None:
        """Assign tensors to weights after each training step.

        Args:
            updates: a pair (variable, tensor), or a list of them.
            inputs: outside a call, the tensors that the updates belong to; `get_updates_for` finds them by these.
        """
        pairs = updates if isinstance(updates, list) else [updates]
        self._additions.add_updates(self, pairs, inputs, self.stateful)

    def regularization_losses(self) -> list[Tensor]:
        """One scalar for each weight with a regularizer, recorded once."""
        return self._additions.penalties_on(self._trainable_weights)

    @property
    def losses(self) -> list[Tensor]:
        """Penalties on weights and outputs, over all calls; on a tape and in a step of the user's own, those of the last call."""
        if is_at_once():
            return losses_at_once(self._additions, self.regularization_losses(), self.sublayers)
        inside = [loss for layer in self.sublayers for loss in layer.losses]
        # A layer inside that was called within a call of this one is heard of twice.
        every = [*inside, *self.regularization_losses(), *self._additions.all_losses(self.inbound_nodes)]
        return every if is_own(type(self)) else list(dict.fromkeys(every))

    @property
    def updates(self) -> list[Update]:
        """Assignments after a training step, over all calls; none while the layer is frozen."""
        inside = [pair for layer in self.sublayers for pair in layer.updates]
        if not self.trainable and not self.stateful:
            return inside
        every = [*inside, *self._additions.all_updates(self.inbound_nodes)]
        return every if is_own(type(self)) else list(dict.fromkeys(every))

    def get_losses_for(self, inputs: Tensors | None) -> list[Tensor]:
        """Losses of the call on `inputs`, or, for None, those that depend on no input."""
        inside = [loss for layer in self.sublayers for loss in layer.get_losses_for(inputs)]
        if inputs is None:
            return [*inside, *self.regularization_losses(), *self._additions.losses]
        return [*inside, *self._additions.losses_for(inputs, self.inbound_nodes)]

    def get_updates_for(self, inputs: Tensors | None) -> list[Update]:
        """Updates of the call on `inputs`, or, for None, those that depend on no input; none while the layer is frozen."""
        inside = [pair for layer in self.sublayers for pair in layer.get_updates_for(inputs)]
        if not self.trainable and not self.stateful:
            return inside
        if inputs is None:
            return [*inside, *self._additions.updates]
        return [*inside, *self._additions.updates_for(inputs, self.inbound_nodes)]
