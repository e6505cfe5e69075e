"""The vocabulary: operations on tensors and arrays, each with shape rule, gradient and cost in one place.

Every function takes tensors (and records the operation) or arrays (and computes at once). Importing this package also
gives tensors their Python operators: `x * 2 + y`, `x[:, 1:]`, `a @ b`.
"""

from __future__ import annotations

from collections.abc import Callable

from .._graph.tensor import Operand, Tensor

# Written by `python -m tests.exports` from the files of this folder: change their `__all__`.
from . import conv_fused as conv_fused  # makes its rules known
from . import native_comparisons as native_comparisons  # makes its rules known
from . import native_convolution as native_convolution  # makes its rules known
from . import native_convolution_kinds as native_convolution_kinds  # makes its rules known
from . import native_largest as native_largest  # makes its rules known
from . import native_layout as native_layout  # makes its rules known
from . import native_moves as native_moves  # makes its rules known
from . import native_normalisation as native_normalisation  # makes its rules known
from . import native_pooling as native_pooling  # makes its rules known
from . import native_products as native_products  # makes its rules known
from . import native_random as native_random  # makes its rules known
from . import native_recurrent as native_recurrent  # makes its rules known
from . import native_reductions as native_reductions  # makes its rules known
from . import native_rules as native_rules  # makes its rules known
from . import normalised as normalised  # makes its rules known
from . import rectified as rectified  # makes its rules known
from . import unrolled as unrolled  # makes its rules known
from .across_ranks import mean_of_all, mean_over_ranks, sum_over_ranks
from .activation import elu, hard_sigmoid, relu, selu, sigmoid, softplus, softsign, tanh
from .arithmetic import add, divide, floor_divide, maximum, minimum, multiply, power, remainder, subtract
from .casting import cast, is_whole, real_numbers, reals, wide_numbers
from .compare import (
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    not_equal,
    where,
)
from .control import identity, in_train_phase, is_phase, learning_phase, print_values, stop_gradient
from .conv import conv
from .conv_depthwise import depthwise_conv
from .conv_transposed import conv_transposed
from .cross_entropy import binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy
from .ctc import ctc_loss
from .cumulative import cumulative_product, cumulative_sum
from .elementwise import absolute, clip, cos, exp, log, negative, sin, sqrt, square
from .embedding import embedding, take
from .error_function import erf
from .gru import gru
from .later_activations import (
    celu,
    gelu,
    hard_shrink,
    hard_sigmoid_of_keras_3,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    mish,
    relu6,
    silu,
    soft_shrink,
    squareplus,
    tanh_shrink,
)
from .loop import loop
from .lstm import lstm
from .matmul import batch_dot, dot, linear, matmul
from .normalize import batch_norm
from .patches import local_conv
from .pool import average_pool, max_pool
from .positions import argmax, argmin
from .probabilities import log_softmax, softmax
from .random import blank, dropout, gaussian_noise, random_normal, random_uniform, truncated_normal
from .rearrange import concatenate, getitem, one_hot, pad, repeat, reverse, stack, tile, transpose
from .reduce import all, any, logsumexp, max, mean, min, prod, std, sum, var
from .resize import crop, pad_zeros, upsample
from .rounding import floor, round, sign
from .simple_rnn import simple_rnn
from .sizes import arange, full, is_open, is_size, reshape_to, shape_of, tile_to
from .values import array_of, as_number, formatted, known_value, truth, value_of, whole_number
from .views import expand_dims, flatten, reshape, squeeze
from .warp import warp

__all__ = [
    "absolute",
    "add",
    "all",
    "any",
    "arange",
    "argmax",
    "argmin",
    "array_of",
    "as_number",
    "average_pool",
    "batch_dot",
    "batch_norm",
    "binary_crossentropy",
    "blank",
    "cast",
    "categorical_crossentropy",
    "celu",
    "clip",
    "concatenate",
    "conv",
    "conv_transposed",
    "cos",
    "crop",
    "ctc_loss",
    "cumulative_product",
    "cumulative_sum",
    "depthwise_conv",
    "divide",
    "dot",
    "dropout",
    "elu",
    "embedding",
    "equal",
    "erf",
    "exp",
    "expand_dims",
    "flatten",
    "floor",
    "floor_divide",
    "formatted",
    "full",
    "gaussian_noise",
    "gelu",
    "getitem",
    "greater",
    "greater_equal",
    "gru",
    "hard_shrink",
    "hard_sigmoid",
    "hard_sigmoid_of_keras_3",
    "hard_silu",
    "hard_tanh",
    "identity",
    "in_train_phase",
    "is_open",
    "is_phase",
    "is_size",
    "is_whole",
    "known_value",
    "leaky_relu",
    "learning_phase",
    "less",
    "less_equal",
    "linear",
    "local_conv",
    "log",
    "log_sigmoid",
    "log_softmax",
    "logical_and",
    "logical_not",
    "logical_or",
    "logsumexp",
    "loop",
    "lstm",
    "matmul",
    "max",
    "max_pool",
    "maximum",
    "mean",
    "mean_of_all",
    "mean_over_ranks",
    "min",
    "minimum",
    "mish",
    "multiply",
    "negative",
    "not_equal",
    "one_hot",
    "pad",
    "pad_zeros",
    "power",
    "print_values",
    "prod",
    "random_normal",
    "random_uniform",
    "real_numbers",
    "reals",
    "relu",
    "relu6",
    "remainder",
    "repeat",
    "reshape",
    "reshape_to",
    "reverse",
    "round",
    "selu",
    "shape_of",
    "sigmoid",
    "sign",
    "silu",
    "simple_rnn",
    "sin",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_categorical_crossentropy",
    "sqrt",
    "square",
    "squareplus",
    "squeeze",
    "stack",
    "std",
    "stop_gradient",
    "subtract",
    "sum",
    "sum_over_ranks",
    "take",
    "tanh",
    "tanh_shrink",
    "tile",
    "tile_to",
    "transpose",
    "truncated_normal",
    "truth",
    "upsample",
    "value_of",
    "var",
    "warp",
    "where",
    "whole_number",
    "wide_numbers",
]
# End of what is written.


def _swapped(function: Callable[[Operand, Tensor], Tensor]) -> Callable[[Tensor, Operand], Tensor]:
    def swapped(tensor: Tensor, other: Operand) -> Tensor:
        return function(other, tensor)

    return swapped


Tensor.install_operators(
    stacked=staticmethod(stack),
    eval=value_of,
    numpy=known_value,
    __array__=array_of,
    __format__=formatted,
    __int__=whole_number,
    __bool__=truth,
    __float__=as_number,
    __add__=add,
    __radd__=add,
    __sub__=subtract,
    __rsub__=_swapped(subtract),
    __mul__=multiply,
    __rmul__=multiply,
    __truediv__=divide,
    __rtruediv__=_swapped(divide),
    __floordiv__=floor_divide,
    __rfloordiv__=_swapped(floor_divide),
    __mod__=remainder,
    __rmod__=_swapped(remainder),
    __pow__=power,
    __rpow__=_swapped(power),
    __matmul__=matmul,
    __rmatmul__=_swapped(matmul),
    __neg__=negative,
    __abs__=absolute,
    __lt__=less,
    __le__=less_equal,
    __gt__=greater,
    __ge__=greater_equal,
    __getitem__=getitem,
)
