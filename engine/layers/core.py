"""Dense, Activation, Masking, Lambda and ActivityRegularization; dropout and reshaping under Keras's import path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from .._declared.remembered import Remembered
from ..errors import ShapeError
from .base import Layer
from .dropout import Dropout, SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from .lambda_config import arguments_from, function_from, plain_arguments
from .node import InputSpec, as_list, features_hint
from .reshaping import Flatten, Permute, RepeatVector, Reshape
from .settings import (
    activation_field,
    initializer_field,
    limit_field,
    penalty_field,
    switch_field,
)
from .weights import add_by_settings

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Config, Shape
    from .node import Mask, Masks, Tensors
    from .settings import (
        ActivationSetting,
        ConstraintSetting,
        InitializerSetting,
        RegularizerSetting,
    )

__all__ = [
    "Activation",
    "ActivityRegularization",
    "Dense",
    "Dropout",
    "Flatten",
    "Lambda",
    "Masking",
    "Permute",
    "RepeatVector",
    "Reshape",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
]
# Keras 1 kept these here too.
_LEGACY = ("Highway", "MaxoutDense", "Merge", "TimeDistributedDense")


def __getattr__(name: str) -> object:
    """A layer of Keras 1 that is made in another file, whose layers derive from this one's."""
    if name in _LEGACY:
        return getattr(import_module(".legacy", __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@registry.register("layer")
class Dense(Layer):
    """Fully connected layer: y = activation(x @ kernel + bias).

    Weights: kernel (C, units) and bias (units,), C being the size of the input's last axis.

    Args:
        units: number of outputs, 1 or more.
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
        (N, ..., C), two axes or more; C must be known.

    Output shape:
        (N, ..., units).

    Raises:
        ShapeError: the input has no axis besides the batch, or the size of its last axis is not known.

    Example:
        >>> Dense(3).compute_output_shape((None, 5))
        (None, 3)
        >>> import numpy as np
        >>> Dense(2, activation="relu", kernel_initializer="ones")(np.array([[1.0, 2.0, 3.0]])).tolist()
        [[6.0, 6.0]]
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    units: int = field(rules.positive_int, default=REQUIRED, help="number of outputs")
    activation: ActivationSetting = activation_field(default=None)
    use_bias: bool = switch_field(default=True, help="add a learnt bias")
    kernel_initializer: InitializerSetting = initializer_field(default="glorot_uniform", what="kernel")
    bias_initializer: InitializerSetting = initializer_field(default="zeros", what="bias")
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernel")
    bias_regularizer: RegularizerSetting = penalty_field(default=None, what="bias")
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernel")
    bias_constraint: ConstraintSetting = limit_field(default=None, what="bias")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_output_dim: int = argument(alias="output_dim", kw_only=True, default=None)
        _old_init: object = argument(alias="init", kw_only=True, default=None)
        _old_w_regularizer: object = argument(alias="W_regularizer", kw_only=True, default=None)
        _old_b_regularizer: object = argument(alias="b_regularizer", kw_only=True, default=None)
        _old_w_constraint: object = argument(alias="W_constraint", kw_only=True, default=None)
        _old_b_constraint: object = argument(alias="b_constraint", kw_only=True, default=None)
        _old_bias: bool = argument(alias="bias", kw_only=True, default=None)

    def prepare(self) -> None:
        """Take any input of rank 2 or more."""
        super().prepare()
        self.input_spec = InputSpec(min_ndim=2, hints=features_hint)

    def build(self, input_shape: Shape) -> None:
        """Make kernel and bias."""
        channels = input_shape[-1]
        if channels is None:
            raise ShapeError(
                expected="a known size of the last axis", actual=str(input_shape), hint="Give the Input its shape."
            )
        self.kernel = add_by_settings(self, "kernel", (channels, self.units))
        self.bias = add_by_settings(self, "bias", (self.units,)) if self.use_bias else None
        self.input_spec = InputSpec(min_ndim=2, axes={-1: channels}, hints=features_hint)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """activation(x @ kernel + bias)."""
        y = ops.linear(inputs, self.kernel, self.bias)
        return y if self.activation is None else self.activation(y)


@registry.register("layer")
class Activation(Layer):
    """y = activation(x), element by element (softmax: along the last axis). Any shape.

    Args:
        activation: name of a function of `engine.activations`, such as "relu", or a function; None for y = x.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Raises:
        UnknownName: there is no activation of this name; the message has the nearest one.

    Example:
        >>> import numpy as np
        >>> Activation("relu")(np.array([[-1.0, 2.0]])).tolist()
        [[0.0, 2.0]]
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    activation: ActivationSetting = field(rules.activation, help="name of the function, such as relu or softmax")

    def call(self, inputs: Tensor) -> Tensor:
        """activation(x)."""
        return inputs if self.activation is None else self.activation(inputs)


@registry.register("layer")
class Masking(Layer):
    """Marks the steps whose features all equal mask_value as missing: (N, T, C) -> (N, T, C) with a mask (N, T).

    Layers after it that know masks pass over these time steps; their features become 0.

    Args:
        mask_value: value that stands for a missing time step, 0.0 by default.

    Input shape:
        (N, T, C).

    Output shape:
        (N, T, C), with a mask (N, T) that is False at missing time steps.

    Example:
        >>> Masking().compute_output_shape((None, 7, 3))
        (None, 7, 3)
        >>> import numpy as np
        >>> Masking(mask_value=9.0)(np.array([[[9.0, 9.0], [9.0, 4.0]]])).tolist()
        [[[0.0, 0.0], [9.0, 4.0]]]
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    mask_value: float = field(rules.number, default=0.0, help="value that stands for a missing step")

    def compute_mask(self, inputs: Tensor, mask: Mask = None) -> Tensor:
        """True where a step is present."""
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Tensor) -> Tensor:
        """The input with missing steps set to 0."""
        present = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return inputs * ops.cast(present, inputs.dtype)


@registry.register("layer")
class Lambda(Layer):
    """A function as a layer: y = function(x, ...), written in Python with K or with Python's operators.

    A file has the function's name: code is never read from one, so it is loaded with `custom_objects`, which may have the
    function by its own name or by the layer's.

    Args:
        function: called with the input, a tensor or a list of tensors, and the keyword arguments; returns tensors.
        output_shape: accepted as in Keras and not used: the function shows which shape it returns.
        mask: the output's mask, or a function (inputs, mask) that returns it; no mask by default.
        arguments: further keyword arguments of the function, by name; none by default.

    Input shape:
        Any that the function takes.

    Output shape:
        That of what the function returns.

    Raises:
        GraphError: `from_config` reads a config that holds code instead of the name of a registered function.

    Example:
        >>> Lambda(lambda x: x * 2).compute_output_shape((None, 5))
        (None, 5)
        >>> import numpy as np
        >>> Lambda(lambda x, by: x * by, arguments={"by": 3})(np.array([[1.0, 2.0]])).tolist()
        [[3.0, 6.0]]
    """

    group: ClassVar[str] = "core"
    # What a config says of the function beside the settings.
    config_only: ClassVar[frozenset[str]] = frozenset({"function_type", "output_shape", "output_shape_type"})

    function: Callable[..., Tensor] = field(rules.function, help="the function of the input")
    arguments: Mapping[str, object] | None = field(
        rules.anything, default=None, kw_only=True, help="further keyword arguments of the function"
    )

    def __init__(
        self,
        function: Callable[..., Tensor] = REQUIRED,
        output_shape: object = None,
        mask: Mask | Callable[[Tensors, Masks], Masks] = None,
        arguments: Mapping[str, object] | None = None,
        **kwargs: Any,
    ) -> None:
        # The shape is not needed, as the function tells it; files keep it for Keras.
        self._output_shape, self._user_mask = output_shape, mask
        settings: Config = {"arguments": arguments, **kwargs}
        if function is not REQUIRED:
            settings["function"] = function
        super().__init__(**settings)

    def prepare(self) -> None:
        """There are no weights to build."""
        super().prepare()
        self.built = True

    def compute_mask(self, inputs: Tensors, mask: Masks = None) -> Masks:
        """The mask of the constructor, or what the constructor's function makes of the input's."""
        return self._user_mask(inputs, mask) if callable(self._user_mask) else self._user_mask

    def call(self, inputs: Tensors) -> Tensors:
        """function(x)."""
        return self.function(inputs, **(self.arguments or {}))

    def get_config(self) -> Config:
        """The functions by their names, which remember them; a file has the names alone."""
        shape, mask = self._output_shape, self._user_mask
        config: Config = {
            **super().get_config(),
            "function": registry.own_name_for(self.function),
            "function_type": "function",
            "output_shape": registry.own_name_for(shape) if callable(shape) else shape,
            "output_shape_type": "function" if callable(shape) else "raw",
            "arguments": plain_arguments(self.arguments),
        }
        return config if mask is None else {**config, "mask": registry.own_name_for(mask)}

    @classmethod
    def from_config(cls, config: Config, custom_objects: Mapping[str, object] | None = None) -> Lambda:
        """A Lambda whose functions its config remembers, or custom_objects has by their names or the layer's.

        Raises GraphError for code, UnknownName for a name that is not known.
        """
        settings = {k: v for k, v in config.items() if k in cls._fields}
        where = f"layer {config.get('name')!r} (Lambda)"
        with registry.custom_object_scope(custom_objects or {}):
            settings["function"] = function_from(config, where)
            settings["arguments"] = arguments_from(config.get("arguments"), where)
            if config.get("mask") is not None:
                settings["mask"] = registry.find_custom(config["mask"], where)
        shape = config.get("output_shape")
        if isinstance(shape, Remembered):
            settings["output_shape"] = shape.thing
        elif config.get("output_shape_type", "raw") == "raw":
            settings["output_shape"] = shape
        return cls(**settings)


@registry.register("layer")
class ActivityRegularization(Layer):
    """Hands its input on and adds l1 * sum abs(x) + l2 * sum x^2 to the loss.

    Args:
        l1: factor of the sum of absolute values, 0 or above; 0.0 by default.
        l2: factor of the sum of squares, 0 or above; 0.0 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> from engine.layers import Input
        >>> layer = ActivityRegularization(l1=0.1)
        >>> layer(Input((5,))).shape, len(layer.losses)
        ((None, 5), 1)
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    l1: float = field(rules.non_negative, default=0.0, help="factor of the absolute values")
    l2: float = field(rules.non_negative, default=0.0, help="factor of the squares")

    def call(self, inputs: Tensors) -> Tensors:
        """The input; the penalty goes to the loss."""
        for x in as_list(inputs):
            if self.l1:
                self.add_loss(ops.sum(ops.absolute(x)) * self.l1)
            if self.l2:
                self.add_loss(ops.sum(ops.square(x)) * self.l2)
        return inputs
