"""Activation functions of tf.keras and Keras 3, as their formulas say them: other ops have their gradients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .activation import relu, sigmoid, softplus, tanh
from .arithmetic import add, divide, multiply, subtract
from .compare import greater, where
from .elementwise import absolute, clip, exp, negative, sqrt, square
from .error_function import erf

if TYPE_CHECKING:
    from .._graph.tensor import Value

__all__ = [
    "celu",
    "gelu",
    "hard_shrink",
    "hard_sigmoid_of_keras_3",
    "hard_silu",
    "hard_tanh",
    "leaky_relu",
    "log_sigmoid",
    "mish",
    "relu6",
    "silu",
    "soft_shrink",
    "squareplus",
    "tanh_shrink",
]


def celu(x: Value, alpha: float = 1.0) -> Value:
    """`max(x, 0) + min(0, alpha * (e^(x / alpha) - 1))`, element by element (Barron, 2017).

    Args:
        x: a tensor or an array of any shape.
        alpha: the limit below is -alpha; 1 by default.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> celu(np.array([-1e4, 0.0, 2.0])).tolist()
        [-1.0, 0.0, 2.0]
    """
    return add(relu(x), multiply(subtract(exp(divide(negative(relu(negative(x))), alpha)), 1.0), alpha))


def gelu(x: Value, approximate: bool = False) -> Value:
    """`x * P(X <= x)` of a standard normal X, element by element (Hendrycks and Gimpel, 2016).

    Args:
        x: a tensor or an array of any shape.
        approximate: by `0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`; by the error function by default, as in tf.keras.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> gelu(np.array([-1.0, 0.0, 1.0])).round(4).tolist()
        [-0.1587, 0.0, 0.8413]
    """
    if approximate:
        cubic = add(x, multiply(multiply(square(x), x), 0.044715))
        return multiply(multiply(x, 0.5), add(tanh(multiply(cubic, math.sqrt(2 / math.pi))), 1.0))
    return multiply(multiply(x, 0.5), add(erf(multiply(x, math.sqrt(0.5))), 1.0))


def hard_shrink(x: Value, threshold: float = 0.5) -> Value:
    """x where `|x| > threshold`, else 0, element by element.

    Args:
        x: a tensor or an array of any shape.
        threshold: what is no further from 0 becomes 0; 0.5 by default.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> hard_shrink(np.array([-1.0, 0.5, 2.0])).tolist()
        [-1.0, 0.0, 2.0]
    """
    return where(greater(absolute(x), threshold), x, multiply(x, 0.0))


def hard_sigmoid_of_keras_3(x: Value) -> Value:
    """`max(0, min(1, x / 6 + 1/2))`, element by element: what Keras 3 calls hard_sigmoid; Keras 2's is steeper.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x, from 0 to 1.

    Example:
        >>> import numpy as np
        >>> hard_sigmoid_of_keras_3(np.array([-3.0, 0.0, 6.0])).tolist()
        [0.0, 0.5, 1.0]
    """
    return clip(add(divide(x, 6.0), 0.5), 0.0, 1.0)


def hard_silu(x: Value) -> Value:
    """`x * max(0, min(1, x / 6 + 1/2))`, element by element (Howard et al., 2019); also hard_swish.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> hard_silu(np.array([0.0, 3.0])).tolist()
        [0.0, 3.0]
    """
    return multiply(x, hard_sigmoid_of_keras_3(x))


def hard_tanh(x: Value) -> Value:
    """x limited to -1 ... 1, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> hard_tanh(np.array([-2.0, 0.5, 3.0])).tolist()
        [-1.0, 0.5, 1.0]
    """
    return clip(x, -1.0, 1.0)


def leaky_relu(x: Value, negative_slope: float = 0.2) -> Value:
    """x for x >= 0, `negative_slope * x` below, element by element (Maas et al., 2013).

    Args:
        x: a tensor or an array of any shape.
        negative_slope: 0.2 by default, as in tf.keras and Keras 3; the layer LeakyReLU has 0.3.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> leaky_relu(np.array([-1.0, 2.0])).tolist()
        [-0.2, 2.0]
    """
    return relu(x, alpha=negative_slope)


def log_sigmoid(x: Value) -> Value:
    """`-log(1 + e^-x)`, element by element, without overflow.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> log_sigmoid(np.array([-1e4, 0.0])).round(4).tolist()
        [-10000.0, -0.6931]
    """
    return negative(softplus(negative(x)))


def mish(x: Value) -> Value:
    """`x * tanh(log(1 + e^x))`, element by element (Misra, 2019).

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> mish(np.array([0.0, 1.0])).round(4).tolist()
        [0.0, 0.8651]
    """
    return multiply(x, tanh(softplus(x)))


def relu6(x: Value) -> Value:
    """x limited to 0 ... 6, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> relu6(np.array([3.0, 9.0])).tolist()
        [3.0, 6.0]
    """
    return relu(x, max_value=6.0)


def silu(x: Value) -> Value:
    """`x * sigmoid(x)`, element by element (Ramachandran et al., 2017); also swish.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> silu(np.array([-100.0, 0.0, 1.0])).round(4).tolist()
        [-0.0, 0.0, 0.7311]
    """
    return multiply(x, sigmoid(x))


def soft_shrink(x: Value, threshold: float = 0.5) -> Value:
    """x moved towards 0 by the threshold, as far as 0, element by element.

    Args:
        x: a tensor or an array of any shape.
        threshold: 0.5 by default.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> soft_shrink(np.array([-2.0, 0.25, 1.0])).tolist()
        [-1.5, 0.0, 0.5]
    """
    return subtract(relu(subtract(x, threshold)), relu(subtract(negative(x), threshold)))


def squareplus(x: Value, b: float = 4.0) -> Value:
    """`(x + sqrt(x^2 + b)) / 2`, element by element (Barron, 2021).

    Args:
        x: a tensor or an array of any shape.
        b: how far it is from `max(x, 0)`; 4 by default.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> squareplus(np.array([0.0])).tolist()
        [1.0]
    """
    return multiply(add(x, sqrt(add(square(x), b))), 0.5)


def tanh_shrink(x: Value) -> Value:
    """`x - tanh(x)`, element by element.

    Args:
        x: a tensor or an array of any shape.

    Returns:
        Floats in the shape of x.

    Example:
        >>> import numpy as np
        >>> tanh_shrink(np.array([0.0, 1.0])).round(4).tolist()
        [0.0, 0.2384]
    """
    return subtract(x, tanh(x))
