"""Settings that many layers declare, each with its rule, default and help in one place.

A layer writes `kernel_initializer: Any = kernel_field()` in its body: its constructor stays there for readers and type
checkers, the meaning stands here.
"""

from __future__ import annotations

from typing import Any

from .._declared import rules
from .._declared.fields import field


def switch_field(default: bool, help: str, after: str | None = None) -> Any:
    """Setting: on or off."""
    return field(rules.switch, default=default, help=help, after=after)


def activation_field(help: str = "function applied to the result", default: Any = None) -> Any:
    """Setting: a function of the result, or of what `help` says."""
    return field(rules.activation, default=default, help=help)


# Weights


def kernel_field(what: str = "kernel") -> Any:
    """Setting: first values of a kernel."""
    return field(rules.initializer, default="glorot_uniform", help=f"first values of the {what}")


def bias_field(what: str = "bias") -> Any:
    """Setting: first values of the bias."""
    return field(rules.initializer, default="zeros", help=f"first values of the {what}")


def penalty_field(what: str, after: str | None = None) -> Any:
    """Setting: a regularizer."""
    return field(rules.regularizer, default=None, help=f"penalty on the {what}", after=after)


def limit_field(what: str) -> Any:
    """Setting: a constraint."""
    return field(rules.constraint, default=None, help=f"limit on the {what}, kept after each update")


# Windows


def padding_field() -> Any:
    """Setting: what lies over the border of images, for windows that are slid over them."""
    return field(rules.padding, default="valid", help="'same' keeps the size by padding with zeros")


def data_format_field(default: str | None = None) -> Any:
    """Setting: the order of the axes."""
    return field(rules.data_format, default=default, help="where the channel axis is")


def multiplier_field() -> Any:
    """Setting: kernels that a depthwise convolution has."""
    return field(rules.positive_int, default=1, help="kernels for each input channel")


# Dropout


def noise_shape_field() -> Any:
    """Setting: along which axes a mask of dropout is the same."""
    return field(
        rules.optional(rules.shape),
        default=None,
        help="shape of the mask; 1 where an axis shares it, None: the input's size",
    )


def seed_field() -> Any:
    """Setting: a seed of the layer's own."""
    return field(rules.optional(rules.non_negative_int), default=None, help="seed of its own")


# Steps


def recurrent_field() -> Any:
    """Setting: first values of the recurrent kernel."""
    return field(rules.initializer, default="orthogonal", help="first values of the recurrent kernel")


def gate_activation_field() -> Any:
    """Setting: the gates' function."""
    return field(rules.activation, default="hard_sigmoid", help="function for the gates", after="activation")


def forget_bias_field() -> Any:
    """Setting: ones in the forget gate's bias."""
    return switch_field(True, "start the forget gate's bias at 1", after="bias_initializer")


def dropout_field(what: str) -> Any:
    """Setting: the share of something that dropout takes."""
    return field(rules.fraction, default=0.0, help=f"share of the {what} dropped while training")


def implementation_field() -> Any:
    """Setting: Keras's choice between ways to compute."""
    return field(
        rules.non_negative_int,
        default=1,
        help="kept for Keras's configs; changes nothing here",
        after="recurrent_dropout",
    )


def num_constants_field() -> Any:
    """Setting: how many inputs are the same for every step; a call with `constants` sets it."""
    return field(
        rules.optional(rules.non_negative_int),
        default=None,
        kw_only=True,
        config="if_set",
        help="tensors for every step",
    )
