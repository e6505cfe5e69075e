"""Activations with settings of their own."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import ShapeError
from .base import Layer
from .node import InputSpec
from .settings import limit_field, penalty_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Shape
    from .settings import ConstraintSetting, InitializerSetting, OptionalSizesSetting, RegularizerSetting

__all__ = ["ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax", "ThresholdedReLU"]
# Keras 1 kept these here too.
_LEGACY = ("ParametricSoftplus", "SReLU")


def __getattr__(name: str) -> object:
    """An activation of Keras 1 that is made in another file, which takes from this one."""
    if name in _LEGACY:
        return getattr(import_module(".legacy_activations", __package__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _AdvancedActivation(Layer):
    """Base of activations that are layers."""

    group: ClassVar[str] = "activations"
    supports_masking = True


def shape_with_shared(input_shape: Shape, shared: Sequence[int], hint: str) -> tuple[int, ...]:
    """The shape of one sample, with 1 on the shared axes, which are counted with the batch.

    Raises:
        ShapeError: a size on another axis is not known.
    """
    sizes = [1 if axis in shared else size for axis, size in enumerate(input_shape)][1:]
    known = tuple(size for size in sizes if size is not None)
    if len(known) < len(sizes):
        raise ShapeError(expected="known sizes on all axes that are not shared", actual=str(input_shape), hint=hint)
    return known


@registry.register("layer")
class LeakyReLU(_AdvancedActivation):
    """y = x for x >= 0, alpha * x otherwise (Maas et al., 2013). Any shape.

    Args:
        alpha: slope left of zero, 0.3 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> LeakyReLU(0.5)(np.array([[-2.0, 3.0]])).tolist()
        [[-1.0, 3.0]]
    """

    alpha: float = field(rules.number, default=0.3, help="slope left of zero")

    def call(self, inputs: Tensor) -> Tensor:
        """y = x for x >= 0, alpha * x otherwise."""
        return ops.relu(inputs, alpha=self.alpha)


@registry.register("layer")
class PReLU(_AdvancedActivation):
    """y = x for x >= 0, alpha * x otherwise, alpha learnt for each element or shared along axes (He et al., 2015).

    Weights: alpha, of the shape of one sample, with 1 on the shared axes.

    Args:
        alpha_initializer: first values of alpha, "zeros" by default.
        alpha_regularizer: penalty on alpha that is added to the loss, None by default.
        alpha_constraint: limit on alpha, applied after each update, None by default.
        shared_axes: axes along which alpha is one number, counted with the batch, such as [1, 2] for the rows and
            columns of images; None, the default: each element has its own.

    Input shape:
        (N, ...), with known sizes on all axes that are not shared.

    Output shape:
        That of the input.

    Raises:
        ShapeError: a size that alpha needs is not known, or the input has no such axis.

    Example:
        >>> PReLU(shared_axes=[1, 2]).compute_output_shape((None, 8, 8, 3))
        (None, 8, 8, 3)
    """

    alpha_initializer: InitializerSetting = field(rules.initializer, default="zeros", help="first values of alpha")
    alpha_regularizer: RegularizerSetting = penalty_field(default=None, what="alpha")
    alpha_constraint: ConstraintSetting = limit_field(default=None, what="alpha")
    shared_axes: OptionalSizesSetting = field(
        rules.optional(rules.int_tuple()),
        default=None,
        help="axes along which alpha is one number (1, 2 for rows and columns)",
    )

    def build(self, input_shape: Shape) -> None:
        """Make alpha."""
        shared = self.shared_axes or ()
        for axis in shared:
            if axis >= len(input_shape):
                raise ShapeError(expected=f"shared_axes below {len(input_shape)}", actual=str(axis))
        hint = "Name the open ones in shared_axes, or give the Input its shape."
        self.alpha = add_by_settings(self, "alpha", shape_with_shared(input_shape, shared, hint))
        fixed = {axis: size for axis, size in enumerate(input_shape) if axis and axis not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=fixed)
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        """max(x, 0) - alpha * max(-x, 0)."""
        return ops.relu(inputs) - self.alpha * ops.relu(-inputs)


@registry.register("layer")
class ThresholdedReLU(_AdvancedActivation):
    """y = x for x > theta, 0 otherwise (Konda et al., 2015). Any shape.

    Args:
        theta: inputs up to it give 0; 0 or above, 1.0 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> ThresholdedReLU()(np.array([[0.5, 1.5]])).tolist()
        [[0.0, 1.5]]
    """

    theta: float = field(rules.non_negative, default=1.0, help="inputs up to it give 0")

    def call(self, inputs: Tensor) -> Tensor:
        """x where it is above theta."""
        return inputs * ops.cast(ops.greater(inputs, self.theta), inputs.dtype)


@registry.register("layer")
class ELU(_AdvancedActivation):
    """y = x for x >= 0, alpha * (exp(x) - 1) otherwise (Clevert et al., 2015). Any shape.

    Args:
        alpha: the outputs fall towards -alpha for inputs far below zero; 1.0 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> ELU()(np.array([[-1.0, 3.0]])).round(2)
        array([[-0.63,  3.  ]], dtype=float32)
    """

    alpha: float = field(rules.number, default=1.0, help="how far below zero the values go")

    def call(self, inputs: Tensor) -> Tensor:
        """y = x for x >= 0, alpha * (exp(x) - 1) otherwise."""
        return ops.elu(inputs, self.alpha)


@registry.register("layer")
class ReLU(_AdvancedActivation):
    """y = x above the threshold, up to max_value; negative_slope * (x - threshold) below it. Any shape.

    Args:
        max_value: largest output, 0 or above; None, the default: no limit.
        negative_slope: slope below the threshold, 0 or above; 0.0 by default.
        threshold: input from which on y = x, 0.0 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> ReLU(max_value=6)(np.array([[1.0, 3.0, 9.0]])).tolist()
        [[1.0, 3.0, 6.0]]
    """

    max_value: float | None = field(
        rules.optional(rules.non_negative), default=None, help="largest output, None: no limit"
    )
    negative_slope: float = field(rules.non_negative, default=0.0, help="slope below the threshold")
    threshold: float = field(rules.number, default=0.0, help="where the slope changes")

    def call(self, inputs: Tensor) -> Tensor:
        """y = min(x, max_value) from the threshold on, negative_slope * (x - threshold) below it."""
        return ops.relu(inputs, self.negative_slope, self.max_value, self.threshold)


@registry.register("layer")
class Softmax(_AdvancedActivation):
    """Probabilities along axis: exp(x) / sum(exp(x)).

    Args:
        axis: the axis that sums to 1, -1 by default.

    Input shape:
        (N, ...), two axes or more.

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> Softmax()(np.zeros((1, 4))).tolist()
        [[0.25, 0.25, 0.25, 0.25]]
    """

    axis: int = field(rules.axis, default=-1, help="axis that sums to 1")

    def call(self, inputs: Tensor) -> Tensor:
        """exp(x) / sum(exp(x)) along `axis`."""
        return ops.softmax(inputs, axis=self.axis)
