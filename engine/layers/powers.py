"""Functions of each number that Keras has no layer for: powers, logarithms, absolute values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from ..errors import SettingError
from .base import Layer

if TYPE_CHECKING:
    from .._graph.tensor import Tensor

__all__ = ["Absolute", "Log", "Power"]


class _OfEachNumber(Layer):
    """Base of these layers."""

    group: ClassVar[str] = "activations"
    supports_masking = True


@registry.register("layer")
class Absolute(_OfEachNumber):
    """y = the absolute value of x.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input.

    Example:
        >>> import numpy as np
        >>> Absolute()(np.array([[-1.5, 2.0]])).tolist()
        [[1.5, 2.0]]
    """

    def call(self, inputs: Tensor) -> Tensor:
        """The absolute values."""
        return ops.absolute(inputs)


@registry.register("layer")
class Power(_OfEachNumber):
    """y = (shift + scale * x) ^ power, as Caffe's layer of that name.

    Args:
        power: the exponent. Numbers below 0 have no power that is not whole: the result is not a number there.
        scale: factor of x, 1 by default.
        shift: what is added then, 0 by default.

    Input shape:
        Any, with the batch first: (N, ...).

    Output shape:
        That of the input, floats.

    Example:
        >>> import numpy as np
        >>> Power(2.0, scale=2.0, shift=1.0)(np.array([[1.0, -1.0]])).tolist()
        [[9.0, 1.0]]
    """

    power: float = field(rules.number, default=REQUIRED, help="the exponent")
    scale: float = field(rules.number, default=1.0, help="factor of the input")
    shift: float = field(rules.number, default=0.0, help="what is added then")

    def call(self, inputs: Tensor) -> Tensor:
        """(shift + scale * x) ^ power."""
        (x,) = ops.reals([inputs])
        return ops.power(x * self.scale + self.shift, self.power)


@registry.register("layer")
class Log(_OfEachNumber):
    """y = the logarithm of shift + scale * x to a base, as Caffe's layer of that name.

    Args:
        base: the base, above 0 and not 1; None, the default: e.
        scale: factor of x, 1 by default.
        shift: what is added then, 0 by default.

    Input shape:
        Any, with the batch first: (N, ...). 0 has a logarithm of minus infinity, and numbers below 0 have none.

    Output shape:
        That of the input, floats.

    Raises:
        SettingError: the base is 1.

    Example:
        >>> import numpy as np
        >>> Log(base=2.0, shift=1.0)(np.array([[3.0, 7.0]])).tolist()
        [[2.0, 3.0]]
    """

    base: float | None = field(rules.optional(rules.positive), default=None, help="the base; None: e")
    scale: float = field(rules.number, default=1.0, help="factor of the input")
    shift: float = field(rules.number, default=0.0, help="what is added then")

    def prepare(self) -> None:
        """Raises SettingError for a base of 1."""
        super().prepare()
        if self.base == 1:
            raise SettingError(where="Log, base", expected="a number above 0 other than 1, or None", actual="1")

    def call(self, inputs: Tensor) -> Tensor:
        """log(shift + scale * x) / log(base)."""
        (x,) = ops.reals([inputs])
        y = ops.log(x * self.scale + self.shift)
        return y if self.base is None else y * (1 / math.log(self.base))
