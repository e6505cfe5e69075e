"""Layers of Keras 1 that Keras 2 removed or replaced: Merge, TimeDistributedDense, MaxoutDense, Highway."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import GraphError, SettingError, ShapeError
from ..initializers import Constant
from .base import Layer
from .cells import channels_of
from .core import Dense
from .input import InputLayer
from .merge import Add, Average, Concatenate, Dot, Maximum, Multiply
from .merge_base import MergeLayer
from .naming import input_name
from .node import InputSpec, as_list, single
from .settings import activation_field, initializer_field, limit_field, penalty_field, switch_field

if TYPE_CHECKING:
    from dataclasses import KW_ONLY

    from .._declared.fields import Setting
    from .._graph.tensor import Tensor, Variable
    from ..types import Config, CustomObjects, Shape
    from .node import Mask, Masks, Tensors
    from .settings import ActivationSetting, ConstraintSetting, InitializerSetting, RegularizerSetting

    Axes: TypeAlias = int | Sequence[int]
    Joining: TypeAlias = Callable[..., Tensor]
    """A function of the list of inputs."""
    Mode: TypeAlias = Literal["sum", "mul", "ave", "max", "concat", "dot", "cos"] | Joining
    OutputMask: TypeAlias = Mask | Callable[[Tensors, Masks], Masks]

__all__ = ["Highway", "MaxoutDense", "Merge", "TimeDistributedDense", "merge"]

# Modes that give what their layers of Keras 2 give; 'dot' and 'cos' had other shapes.
_SAME_SHAPES = ("sum", "mul", "ave", "max", "concat")
_MODES: dict[str, Callable[[int, Axes], MergeLayer]] = {
    "sum": lambda axis, axes: Add(),
    "mul": lambda axis, axes: Multiply(),
    "ave": lambda axis, axes: Average(),
    "max": lambda axis, axes: Maximum(),
    "concat": lambda axis, axes: Concatenate(axis=axis),
    "dot": lambda axis, axes: Dot(axes=axes),
    "cos": lambda axis, axes: Dot(axes=axes, normalize=True),
}
_NOW = {
    "sum": "add([...])",
    "mul": "multiply([...])",
    "ave": "average([...])",
    "max": "maximum([...])",
    "concat": "concatenate([...], axis=...)",
    "dot": "dot([...], axes=...)",
    "cos": "dot([...], axes=..., normalize=True)",
}
_mode = rules.Rule(
    lambda v: v in _MODES or callable(v),
    "'sum', 'mul', 'concat', 'ave', 'cos', 'dot', 'max' or a function of the list of inputs",
    ("mean", 3, None),
    {"kind": "choice", "options": list(_MODES)},
    lambda v: v if isinstance(v, str) and v in _MODES else registry.function_of(v),
    lambda v: v if isinstance(v, str) else registry.own_name_for(v),
)


def joined(
    inputs: Sequence[Tensor],
    mode: Mode,
    concat_axis: int,
    dot_axes: Axes,
    arguments: Mapping[str, object] | None = None,
) -> Tensor:
    """The inputs joined in one of Keras 1's modes, or by a function."""
    if callable(mode):
        return mode(list(inputs), **(arguments or {}))
    layer = _MODES[mode](concat_axis, dot_axes)
    layer.check_inputs(list(inputs))
    y = layer.join(list(inputs))
    return ops.expand_dims(y, 1) if mode == "cos" else y


def layer_of_mode(mode: Mode, concat_axis: int = -1, dot_axes: Axes = -1) -> Layer:
    """The layer that does today what a mode of Keras 1's `merge` did; `Merge` itself where the shapes were others.

    Raises:
        SettingError: there is no such mode.

    Example:
        >>> layer_of_mode("concat").compute_output_shape([(None, 4), (None, 6)])
        (None, 10)
    """
    if callable(mode) or mode not in _SAME_SHAPES:
        return Merge(mode=mode, concat_axis=concat_axis, dot_axes=dot_axes)
    return _MODES[mode](concat_axis, dot_axes)


@registry.register("layer")
class Merge(Layer):
    """Join several inputs as Keras 1 did: mode 'sum', 'mul', 'concat', 'ave', 'cos', 'dot', 'max' or a function.

    Today one writes add, multiply, concatenate, average, dot or maximum.

    Args:
        layers: models or layers with an input shape, whose outputs are joined: Sequential([Merge([left, right]), ...])
            has their inputs. None, the default: the layer is called on a list of tensors.
        mode: "sum", the default, "mul", "ave" and "max" join element by element; "concat" puts the inputs one behind
            the other; "dot" multiplies along axes, "cos" divides by the lengths first; a function takes the list of
            inputs.
        concat_axis: axis along which "concat" joins, -1 by default.
        dot_axes: axis of "dot" and "cos", or one for each of the two inputs; -1 by default.
        output_shape: accepted as in Keras and not used: shapes are computed.
        output_mask: the output's mask, or a function (inputs, mask) that returns it; no mask by default.
        arguments: further keyword arguments of a function, by name; none by default.
        node_indices: accepted as in Keras 1 and not used.
        tensor_indices: accepted as in Keras 1 and not used.

    Input shape:
        A list of shapes; what fits together depends on the mode, as in Add, Concatenate and Dot.

    Output shape:
        That of the joined inputs; "cos" of two vectors gives (N, 1, 1).

    Raises:
        ShapeError: the inputs do not fit together, or a layer of `layers` has no input shape.

    Example:
        >>> Merge(mode="concat").compute_output_shape([(None, 4), (None, 6)])
        (None, 10)
    """

    group: ClassVar[str] = ""
    supports_masking = True
    merges = True

    layers: Setting[Sequence[Layer] | None, list[Layer] | None] = field(
        rules.optional(rules.cells), default=None, help="models whose outputs are joined"
    )
    mode: Mode = field(_mode, default="sum", help="how the inputs are joined")
    concat_axis: int = field(rules.axis, default=-1, help="axis of 'concat'")
    dot_axes: Axes = field(rules.axis_or_two, default=-1, help="axes of 'dot' and 'cos'")
    output_mask: OutputMask = field(
        rules.mask, default=None, kw_only=True, config="never", help="mask of the output, or a function"
    )
    arguments: Mapping[str, object] | None = field(
        rules.anything, default=None, kw_only=True, config="if_set", help="keywords for a function"
    )

    def __init__(
        self,
        layers: Sequence[Layer] | None = None,
        mode: Mode = "sum",
        concat_axis: int = -1,
        dot_axes: Axes = -1,
        output_shape: object = None,
        output_mask: OutputMask = None,
        arguments: Mapping[str, object] | None = None,
        node_indices: object = None,
        tensor_indices: object = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        # output_shape and the indices have no effect: shapes are computed, and layers inside run on new inputs.
        settings: Config = {
            "layers": layers,
            "mode": mode,
            "concat_axis": concat_axis,
            "dot_axes": dot_axes,
            "output_mask": output_mask,
            "arguments": arguments,
            "name": name,
            **kwargs,
        }
        super().__init__(**settings)

    @classmethod
    def from_config(cls, config: Mapping[str, object], custom_objects: CustomObjects | None = None) -> Layer:
        """The layer of a config, where layers of one name are one layer.

        A config of Keras 1, which says what kind of thing `mode` is, may give an Add, Concatenate and so on.

        Args:
            config: the settings by name.
            custom_objects: functions of your own by name; None (the default): none.

        Returns:
            A Merge, or the layer of Keras 2 that does the same.

        Raises:
            GraphError: a setting is code.
            UnknownName: custom_objects lacks a function.
        """
        settings = {setting: value for setting, value in config.items() if not setting.endswith("_type")}
        with registry.custom_object_scope(custom_objects or {}):
            for setting in ("mode", "output_shape", "output_mask"):
                kind = config.get(f"{setting}_type", "raw")
                where = f"layer {config.get('name')!r} (Merge), {setting}"
                if kind == "lambda":
                    raise GraphError(where=where, expected="a name", actual="code", hint="Files hold no code here.")
                if kind == "function":
                    settings[setting] = registry.find_custom(str(config.get(setting)), where)
        mode, axis = settings.get("mode", "sum"), settings.get("concat_axis", -1)
        if "mode_type" in config and mode in _SAME_SHAPES and not settings.get("layers") and isinstance(axis, int):
            present = _MODES[mode](axis, -1)
            return type(present).from_config({**present.get_config(), "name": settings.get("name")})
        made = super().from_config(settings, custom_objects)
        by_name: dict[str, Layer] = {}
        if made.layers is not None:
            made.layers = [by_name.setdefault(layer.name, layer) for layer in made.layers]
        return made

    @property
    def sublayers(self) -> list[Layer]:
        """The layers whose outputs are joined, each once."""
        return list(dict.fromkeys(self.layers or ()))

    def entries(self) -> list[Tensor]:
        """New inputs for all layers inside, in order.

        Raises:
            ShapeError: one of them has no input shape.
        """
        entries: list[Tensor] = []
        for layer in self.sublayers:
            inputs: list[Tensor] = getattr(layer, "inputs", None) or []
            shapes = [(x.shape, x.dtype.name) for x in inputs] or [(layer.batch_input_shape, layer.dtype)]
            for i, (shape, dtype) in enumerate(shapes):
                if shape is None:
                    raise ShapeError(where=self.where, expected=f"an input shape for {layer.where}", actual="none")
                name = input_name(layer.name, f"_input_{i + 1}" if i else "_input")
                entry = InputLayer(batch_input_shape=shape, dtype=dtype, name=name)
                entries.append(entry.inbound_nodes[0].output_tensors[0])
        return entries

    def build(self, input_shape: Shape | list[Shape]) -> None:
        """Make no weights; the layers inside are built when they run."""
        self.built = True

    def call(self, inputs: Tensors, mask: Masks = None) -> Tensor:
        """Join the inputs, or what the layers inside give for them."""
        rest = as_list(inputs)
        outputs: dict[Layer, list[Tensor]] = {}
        for layer in self.sublayers:
            count = len(getattr(layer, "inputs", None) or [None])
            taken, rest = rest[:count], rest[count:]
            outputs[layer] = as_list(layer._record(single(taken), {}))
        several = [y for layer in self.layers or () for y in outputs[layer]]
        return joined([*several, *rest], self.mode, self.concat_axis, self.dot_axes, self.arguments)

    def compute_mask(self, inputs: Tensors, mask: Masks = None) -> Masks:
        """`output_mask`, where it is given."""
        return self.output_mask(inputs, mask) if callable(self.output_mask) else self.output_mask

    def get_config(self) -> Config:
        """The settings; functions by their names."""
        mask = self.output_mask
        return super().get_config() | ({} if mask is None else {"output_mask": registry.own_name_for(mask)})


def merge(
    inputs: Sequence[Tensor],
    mode: Mode = "sum",
    concat_axis: int = -1,
    dot_axes: Axes = -1,
    output_shape: object = None,
    output_mask: OutputMask = None,
    arguments: Mapping[str, object] | None = None,
    name: str | None = None,
) -> Tensor:
    """Join tensors as Keras 1's function did; a warning tells the present spelling.

    Args:
        inputs: two tensors or more.
        mode: as in `Merge`.
        concat_axis: axis along which "concat" joins, -1 by default.
        dot_axes: axis of "dot" and "cos", or one for each of the two inputs; -1 by default.
        output_shape: accepted as in Keras and not used: shapes are computed.
        output_mask: the output's mask, or a function (inputs, mask) that returns it; no mask by default.
        arguments: further keyword arguments of a function, by name; none by default.
        name: name of the layer, "merge_1" and so on by default.

    Returns:
        The joined tensor.

    Raises:
        SettingError: there are fewer than two tensors.
        ShapeError: the inputs do not fit together.

    Example:
        >>> from engine.layers import Input
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     merge([Input((4,)), Input((6,))], mode="concat").shape
        (None, 10)
    """
    if len(as_list(inputs)) < 2:
        raise SettingError(where="merge", expected="a list of two or more tensors", actual=repr(inputs))
    now = "Lambda(function)([...])" if callable(mode) else _NOW.get(mode, "add([...])")
    warnings.warn(f"merge: Keras 1 spelling; write {now}.", UserWarning, stacklevel=2)
    layer = Merge(None, mode, concat_axis, dot_axes, output_shape, output_mask, arguments, name=name)
    return layer(list(inputs))


class _Vectors(Layer):
    """Base of Keras 1's layers of vectors, with its names of settings."""

    group: ClassVar[str] = ""

    _: KW_ONLY
    init: InitializerSetting = initializer_field(default="glorot_uniform", what="weights")
    W_regularizer: RegularizerSetting = penalty_field(default=None, what="weights")
    b_regularizer: RegularizerSetting = penalty_field(default=None, what="bias")
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output")
    W_constraint: ConstraintSetting = limit_field(default=None, what="weights")
    b_constraint: ConstraintSetting = limit_field(default=None, what="bias")
    bias: bool = switch_field(default=True, help="add a learnt bias")

    def prepare(self) -> None:
        """Take vectors."""
        super().prepare()
        self.input_spec = InputSpec(ndim=2)

    def add_matrix(self, name: str, shape: tuple[int, ...]) -> Variable:
        """A weight with the settings of W."""
        return self.add_weight(
            name, shape, initializer=self.init, regularizer=self.W_regularizer, constraint=self.W_constraint
        )

    def add_bias(self, name: str, shape: tuple[int, ...], first: str | Constant = "zero") -> Variable | None:
        """A weight with the settings of b; None without bias."""
        if not self.bias:
            return None
        return self.add_weight(
            name, shape, initializer=first, regularizer=self.b_regularizer, constraint=self.b_constraint
        )


@registry.register("layer")
class TimeDistributedDense(Dense):
    """Dense on each step, as Keras 1 named it: (N, T, C) -> (N, T, units). Today Dense does it.

    Args:
        units: number of outputs, 1 or more; `output_dim` in Keras 1.
        activation: function of the result: a name such as "relu", a function, or None for y = x, the default.
        use_bias: whether a learnt bias is added, True by default.
        kernel_initializer: first values of the kernel, "glorot_uniform" by default.
        bias_initializer: first values of the bias, "zeros" by default.
        kernel_regularizer: penalty on the kernel that is added to the loss, such as "l2"; None by default.
        bias_regularizer: penalty on the bias, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernel, applied after each update, such as "max_norm"; None by default.
        bias_constraint: limit on the bias, None by default.

    Input shape:
        (N, T, C).

    Output shape:
        (N, T, units).

    Example:
        >>> TimeDistributedDense(4).compute_output_shape((None, 6, 3))
        (None, 6, 4)
    """

    group: ClassVar[str] = ""


@registry.register("layer")
class MaxoutDense(_Vectors):
    """The largest of several dense layers, output by output (Goodfellow et al., 2013): (N, C) -> (N, output_dim).

    y = max over k of x W[k] + b[k], as in Keras 1. Weights: W (nb_feature, C, output_dim), b (nb_feature, output_dim).

    Args:
        output_dim: number of outputs, 1 or more.
        nb_feature: number of dense layers, 4 by default.
        init: first values of W, "glorot_uniform" by default; b starts at 0.
        W_regularizer: penalty on W that is added to the loss, None by default.
        b_regularizer: penalty on b, None by default.
        activity_regularizer: penalty on the output, None by default.
        W_constraint: limit on W, applied after each update, None by default.
        b_constraint: limit on b, None by default.
        bias: whether b is added, True by default.

    Input shape:
        (N, C).

    Output shape:
        (N, output_dim).

    Example:
        >>> MaxoutDense(3).compute_output_shape((None, 5))
        (None, 3)
    """

    output_dim: int = field(rules.positive_int, help="number of outputs", after="")
    nb_feature: int = field(rules.positive_int, default=4, help="number of dense layers", after="output_dim")

    def build(self, input_shape: Shape) -> None:
        """Make W and b."""
        self.W = self.add_matrix("W", (self.nb_feature, channels_of(input_shape), self.output_dim))
        self.b = self.add_bias("b", (self.nb_feature, self.output_dim))
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """max over k of x W[k] + b[k]."""
        features = [
            ops.matmul(inputs, ops.getitem(self.W, k)) + (0.0 if self.b is None else ops.getitem(self.b, k))
            for k in range(self.nb_feature)
        ]
        return ops.max(ops.stack(features, axis=1), axis=1)


@registry.register("layer")
class Highway(_Vectors):
    """y = t * activation(x W + b) + (1 - t) * x, t = sigmoid(x W_carry + b_carry) (Srivastava et al., 2015).

    Weights: W and W_carry, each (C, C), b and b_carry, each (C,); b starts at 0, b_carry at `transform_bias`.

    Args:
        init: first values of W and W_carry, "glorot_uniform" by default.
        activation: function of the dense part, such as "relu"; None, the default, for y = x.
        W_regularizer: penalty on W and on W_carry that is added to the loss, None by default.
        b_regularizer: penalty on both biases, None by default.
        activity_regularizer: penalty on the output, None by default.
        W_constraint: limit on W and on W_carry, applied after each update, None by default.
        b_constraint: limit on both biases, None by default.
        bias: whether the biases are added, True by default.
        transform_bias: first value of b_carry, 1 by default, as in Keras 1.1; below 0 the layer first hands x through (-2 was
            the default of Keras 1.0).

    Input shape:
        (N, C).

    Output shape:
        (N, C).

    Example:
        >>> Highway().compute_output_shape((None, 5))
        (None, 5)
    """

    _: KW_ONLY
    activation: ActivationSetting = activation_field(default=None, help="function of the dense part", after="init")
    transform_bias: float = field(rules.number, default=1.0, help="first value of b_carry")

    def build(self, input_shape: Shape) -> None:
        """Make the weights."""
        size = channels_of(input_shape)
        self.W = self.add_matrix("W", (size, size))
        self.W_carry = self.add_matrix("W_carry", (size, size))
        self.b = self.add_bias("b", (size,))
        self.b_carry = self.add_bias("b_carry", (size,), Constant(self.transform_bias))
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """The dense part and the input, mixed."""
        y, carry = ops.matmul(inputs, self.W), ops.matmul(inputs, self.W_carry)
        if self.b is not None and self.b_carry is not None:
            y, carry = y + self.b, carry + self.b_carry
        share = ops.sigmoid(carry)
        return share * (y if self.activation is None else self.activation(y)) + (1.0 - share) * inputs
