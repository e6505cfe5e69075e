"""Layers that every network uses: Dense, Activation, Dropout, and those that only change the shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, argument, field
from ..errors import GraphError, ShapeError
from .base import Layer
from .dropping import dropped
from .node import InputSpec, as_list
from .settings import (
    activation_field,
    data_format_field,
    initializer_field,
    limit_field,
    noise_shape_field,
    penalty_field,
    seed_field,
    sizes_field,
    switch_field,
)
from .weights import add_by_settings

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Config, Shape
    from .dropping import Phase
    from .node import Hint, Mask, Masks, Tensors
    from .settings import (
        ActivationSetting,
        ConstraintSetting,
        DataFormatSetting,
        InitializerSetting,
        RegularizerSetting,
        ShapeSetting,
        SizesSetting,
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


def _vector_hint(shape: Shape) -> Hint | None:
    return ("Put Flatten before it.", {"insert": "Flatten"}) if len(shape) > 2 else None


def _features_hint(shape: Shape) -> Hint | None:
    return "An input has a batch axis and at least one more: Input(shape=(n,)).", None


@registry.register("layer")
class Dense(Layer):
    """Fully connected layer: y = activation(x @ kernel + bias).

    Shapes: (N, ..., C) -> (N, ..., U), U = units. Weights: kernel (C, U), bias (U,).

    >>> Dense(3).compute_output_shape((None, 5))
    (None, 3)
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
        self.input_spec = InputSpec(min_ndim=2, hints=_features_hint)

    def build(self, input_shape: Shape) -> None:
        """Make kernel and bias."""
        channels = input_shape[-1]
        if channels is None:
            raise ShapeError(
                expected="a known size of the last axis", actual=str(input_shape), hint="Give the Input its shape."
            )
        self.kernel = add_by_settings(self, "kernel", (channels, self.units))
        self.bias = add_by_settings(self, "bias", (self.units,)) if self.use_bias else None
        self.input_spec = InputSpec(min_ndim=2, axes={-1: channels}, hints=_features_hint)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """activation(x @ kernel + bias)."""
        y = ops.linear(inputs, self.kernel, self.bias)
        return y if self.activation is None else self.activation(y)


@registry.register("layer")
class Activation(Layer):
    """y = activation(x), element by element (softmax: along the last axis). Any shape.

    >>> Activation("relu").compute_output_shape((None, 5))
    (None, 5)
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    activation: ActivationSetting = field(rules.activation, help="name of the function, such as relu or softmax")

    def call(self, inputs: Tensor) -> Tensor:
        """activation(x)."""
        return inputs if self.activation is None else self.activation(inputs)


@registry.register("layer")
class Dropout(Layer):
    """While training, sets a share `rate` of the inputs to 0 and scales the rest by 1 / (1 - rate) (Srivastava et al., 2014).

    Does nothing outside training. Any shape.

    >>> Dropout(0.5).compute_output_shape((None, 5))
    (None, 5)
    """

    group: ClassVar[str] = "core"
    supports_masking = True

    rate: float = field(rules.fraction, default=REQUIRED, help="share of the inputs set to 0")
    noise_shape: ShapeSetting = noise_shape_field(default=None)
    seed: int | None = seed_field(default=None)
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_p: float = argument(alias="p", kw_only=True, default=None)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Drop while training; `training` True or False: always or never."""
        return dropped(inputs, self.rate, training, self.noise_shape, self.seed)


class _SpatialDropout(Layer):
    """Base of dropouts of whole channels; a subclass says its `rank`, and where it has one declares `data_format`."""

    group: ClassVar[str] = "core"
    supports_masking = True
    rank: ClassVar[int] = 2
    data_format = "channels_last"

    rate: float = field(rules.fraction, default=REQUIRED, help="share of the channels set to 0")
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_p: float = argument(alias="p", kw_only=True, default=None)
        _old_dim_ordering: str = argument(alias="dim_ordering", kw_only=True, default=None)

    def prepare(self) -> None:
        """Take samples of this rank."""
        super().prepare()
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Tensor, training: Phase = None) -> Tensor:
        """Drop whole channels while training; `training` True or False: always or never."""
        ones = (1,) * self.rank
        shape = (None, *ones, None) if self.data_format == "channels_last" else (None, None, *ones)
        return dropped(inputs, self.rate, training, shape)


@registry.register("layer")
class SpatialDropout1D(_SpatialDropout):
    """Dropout of whole channels, over all steps (Tompson et al., 2015): (N, T, C) -> (N, T, C).

    >>> SpatialDropout1D(0.5).compute_output_shape((None, 6, 4))
    (None, 6, 4)
    """

    rank: ClassVar[int] = 1


@registry.register("layer")
class SpatialDropout2D(_SpatialDropout):
    """Dropout of whole feature maps (Tompson et al., 2015): (N, H, W, C) -> (N, H, W, C).

    >>> SpatialDropout2D(0.5).compute_output_shape((None, 8, 8, 4))
    (None, 8, 8, 4)
    """

    data_format: DataFormatSetting = data_format_field(default=None)


@registry.register("layer")
class SpatialDropout3D(_SpatialDropout):
    """Dropout of whole feature maps of volumes (Tompson et al., 2015): (N, D, H, W, C) -> (N, D, H, W, C).

    >>> SpatialDropout3D(0.5).compute_output_shape((None, 8, 8, 8, 4))
    (None, 8, 8, 8, 4)
    """

    rank: ClassVar[int] = 3

    data_format: DataFormatSetting = data_format_field(default=None)


@registry.register("layer")
class Flatten(Layer):
    """All axes but the batch made one: (N, H, W, C) -> (N, H*W*C).

    >>> Flatten().compute_output_shape((None, 4, 3, 2))
    (None, 24)
    """

    group: ClassVar[str] = "core"

    data_format: DataFormatSetting = field(
        rules.data_format, default=None, help="channels_first: the channels are moved to the end first"
    )

    def prepare(self) -> None:
        """Take any input of rank 2 or more."""
        super().prepare()
        self.input_spec = InputSpec(min_ndim=2, hints=_features_hint)

    def call(self, inputs: Tensor) -> Tensor:
        """A view of the input."""
        if any(n is None for n in inputs.shape[1:]):
            raise ShapeError(expected="known sizes of all axes but the batch", actual=str(inputs.shape))
        if self.data_format == "channels_first" and inputs.ndim > 2:
            inputs = ops.transpose(inputs, (0, *range(2, inputs.ndim), 1))
        return ops.flatten(inputs)


@registry.register("layer")
class Reshape(Layer):
    """Another shape for the same elements: (N, ...) -> (N, *target_shape); one size may be -1.

    >>> Reshape((2, -1)).compute_output_shape((None, 6))
    (None, 2, 3)
    """

    group: ClassVar[str] = "core"

    target_shape: SizesSetting = field(
        rules.target_shape, help="shape without the batch, such as 8, 8, 1; -1: the rest"
    )

    def call(self, inputs: Tensor) -> Tensor:
        """A view of the input; ShapeError when a sample's elements do not fill the target shape."""
        sizes, wanted = inputs.shape[1:], self.target_shape
        count = None if None in sizes else prod(n for n in sizes if n is not None)
        if count is not None and -1 not in wanted and count != prod(wanted):
            # The batch is free, so the op alone would take elements of other samples.
            raise ShapeError(
                expected=f"{prod(wanted)} elements a sample for the target shape {(None, *wanted)}",
                actual=f"{(None, *sizes)} ({count} elements)",
                hint="The product of the sizes must stay the same; one of them may be -1.",
            )
        return ops.reshape(inputs, (None, *wanted))


@registry.register("layer")
class Permute(Layer):
    """Axes in another order; `dims` counts from 1 and leaves the batch out.

    >>> Permute((2, 1)).compute_output_shape((None, 10, 64))
    (None, 64, 10)
    """

    group: ClassVar[str] = "core"

    dims: SizesSetting = sizes_field(None, help="new order of the axes, counted from 1, such as 2, 1")

    def call(self, inputs: Tensor) -> Tensor:
        """The transposed input."""
        if sorted(self.dims) != list(range(1, inputs.ndim)):
            raise ShapeError(
                expected=f"dims with each of 1 to {inputs.ndim - 1} once for an input {inputs.shape}",
                actual=str(self.dims),
            )
        return ops.transpose(inputs, (0, *self.dims))


@registry.register("layer")
class RepeatVector(Layer):
    """The input n times: (N, C) -> (N, n, C).

    >>> RepeatVector(3).compute_output_shape((None, 5))
    (None, 3, 5)
    """

    group: ClassVar[str] = "core"

    n: int = field(rules.positive_int, help="how often")

    def prepare(self) -> None:
        """Take vectors."""
        super().prepare()
        self.input_spec = InputSpec(ndim=2, hints=_vector_hint)

    def call(self, inputs: Tensor) -> Tensor:
        """Copies along a new axis."""
        return ops.repeat(ops.expand_dims(inputs, 1), self.n, axis=1)


@registry.register("layer")
class Masking(Layer):
    """Marks the steps whose features all equal `mask_value` as missing: (N, T, C) -> (N, T, C) with a mask (N, T).

    >>> Masking().compute_output_shape((None, 7, 3))
    (None, 7, 3)
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
    """y = function(x, **arguments) for a Python function written with K or Python's operators.

    A config names the function only when it is registered in `custom_objects`: code is never read from a file.

    >>> Lambda(lambda x: x * 2).compute_output_shape((None, 5))
    (None, 5)
    """

    group: ClassVar[str] = "core"

    function: Callable[..., Tensor] = field(rules.function, config="never", help="the function of the input")
    if TYPE_CHECKING:  # what `accept` takes
        _output_shape: object = argument(alias="output_shape", default=None, kw_only=True)
        _user_mask: Mask | Callable[[Tensors, Masks], Masks] = argument(alias="mask", default=None, kw_only=True)
    arguments: Mapping[str, object] | None = field(
        rules.anything, default=None, help="further keyword arguments of the function"
    )

    def accept(self, kwargs: Config) -> Config:
        """`mask` may be given; `output_shape` is not needed, the function tells it."""
        kwargs = super().accept(kwargs)
        kwargs.pop("output_shape", None)
        self._user_mask = kwargs.pop("mask", None)
        return kwargs

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
        """The function by its name."""
        return {**super().get_config(), "function": self.function.__name__, "function_type": "name"}

    @classmethod
    def from_config(cls, config: Config, custom_objects: Mapping[str, object] | None = None) -> Lambda:
        """A Lambda whose function is looked up by its name in custom_objects. Raises GraphError for code."""
        settings = {k: v for k, v in config.items() if k in cls._fields}
        function = config.get("function")
        where = f"layer {config.get('name')!r} (Lambda)"
        if not isinstance(function, str) or config.get("function_type", "name") == "lambda":
            raise GraphError(
                where=where,
                expected="the name of a function in custom_objects",
                actual="code or nothing",
                hint="Code from files is never run: define the function and pass custom_objects.",
            )
        with registry.custom_object_scope(custom_objects or {}):
            return cls(**{**settings, "function": registry.find_custom(function, where)})


@registry.register("layer")
class ActivityRegularization(Layer):
    """Hands its input on and adds l1 * sum |x| + l2 * sum x^2 to the loss.

    >>> ActivityRegularization(l1=0.1).compute_output_shape((None, 5))
    (None, 5)
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
