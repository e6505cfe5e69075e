"""K's functions that are the engine's own: ops under the same names, and settings of the whole process."""

from __future__ import annotations

from .._machine.config import epsilon, floatx, image_data_format, set_epsilon, set_floatx, set_image_data_format
from .._ops import absolute as abs
from .._ops import (
    all,
    any,
    argmax,
    argmin,
    batch_dot,
    cast,
    cos,
    dot,
    elu,
    exp,
    expand_dims,
    hard_sigmoid,
    log,
    logsumexp,
    max,
    mean,
    min,
    prod,
    relu,
    reverse,
    round,
    sigmoid,
    sign,
    sin,
    softmax,
    softplus,
    softsign,
    sqrt,
    square,
    squeeze,
    std,
    sum,
    tanh,
    var,
)

__all__ = [
    "abs", "all", "any", "argmax", "argmin", "batch_dot", "cast", "cos", "dot", "elu", "epsilon", "exp", "expand_dims",
    "floatx", "hard_sigmoid", "image_data_format", "log", "logsumexp", "max", "mean", "min", "prod", "relu", "reverse",
    "round", "set_epsilon", "set_floatx", "set_image_data_format", "sigmoid", "sign", "sin", "softmax", "softplus",
    "softsign", "sqrt", "square", "squeeze", "std", "sum", "tanh", "var",
]  # fmt: skip
