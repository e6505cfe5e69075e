"""Settings that many layers declare, each with its rule and help in one place, and the types of settings.

A layer writes `kernel_initializer: InitializerSetting = initializer_field(default="glorot_uniform", what="kernel")` in
its body: name, type and default stand there for readers, editors and type checkers, the meaning stands here. What stands
behind `_: KW_ONLY` editors show as keyword-only: at run time Keras's whole order of positional arguments holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from .._declared import rules
from .._declared.fields import REQUIRED, field

Value = TypeVar("Value")

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from .._declared.fields import Setting
    from ..activations import Activation, ActivationLike
    from ..constraints import ConstraintLike, Limit
    from ..initializers import Filling, InitializerLike
    from ..regularizers import Penalty, RegularizerLike
    from ..types import Config, Shape

    # Setting[what users may write, what the layer then has]
    ActivationSetting: TypeAlias = Setting[ActivationLike, Activation | None]
    InitializerSetting: TypeAlias = Setting[InitializerLike, Filling]
    RegularizerSetting: TypeAlias = Setting[RegularizerLike, Penalty | None]
    ConstraintSetting: TypeAlias = Setting[ConstraintLike, Limit | None]
    SizesSetting: TypeAlias = Setting[int | Sequence[int], tuple[int, ...]]
    OptionalSizesSetting: TypeAlias = Setting[int | Sequence[int] | None, tuple[int, ...] | None]
    ShapeSetting: TypeAlias = Setting[int | Sequence[int | None] | None, Shape | None]
    DataFormat: TypeAlias = Literal["channels_last", "channels_first"]
    DataFormatSetting: TypeAlias = Setting[DataFormat | None, DataFormat]
    Padding: TypeAlias = Literal["valid", "same"]
    CausalPadding: TypeAlias = Literal["valid", "same", "causal"]


def with_input_settings(kwargs: Config, declared: Container[str], class_name: str) -> Config:
    """A layer's arguments, with batch_input_shape for Keras's input_shape, input_dim and batch_size, dtype for input_dtype.

    Args:
        kwargs: what the constructor was given by name.
        declared: the settings of the layer's class, which may have these names themselves.
        class_name: how messages name the layer.
    """
    kwargs = dict(kwargs)
    size = kwargs.pop("batch_size", None) if "batch_size" not in declared else None
    shape = kwargs.pop("input_shape", None) if "input_shape" not in declared else None
    if shape is None and "input_dim" in kwargs and "input_dim" not in declared:
        size_or_shape = kwargs.pop("input_dim")  # Keras took a shape too, for a layer that is called on a tensor
        shape = size_or_shape if isinstance(size_or_shape, (list, tuple)) else (size_or_shape,)
    if shape is not None and kwargs.get("batch_input_shape") is None:
        kwargs["batch_input_shape"] = (size, *rules.shape.check(shape, f"{class_name}, input_shape"))
    if "input_dtype" in kwargs:
        kwargs["dtype"] = kwargs.pop("input_dtype")
    return kwargs


def switch_field(*, default: bool, help: str, kw_only: bool | None = None, after: str | None = None) -> bool:
    """Setting: on or off."""
    return field(rules.switch, default=default, help=help, kw_only=kw_only, after=after)


def activation_field(
    *, default: str | None, help: str = "function applied to the result", after: str | None = None
) -> ActivationSetting:
    """Setting: a function of the result, or of what `help` says."""
    return field(rules.activation, default=default, help=help, after=after)


# Weights


def initializer_field(*, default: str, what: str, after: str | None = None) -> InitializerSetting:
    """Setting: first values of weights."""
    return field(rules.initializer, default=default, help=f"first values of the {what}", after=after)


def penalty_field(*, default: None, what: str, after: str | None = None) -> RegularizerSetting:
    """Setting: a regularizer."""
    return field(rules.regularizer, default=default, help=f"penalty on the {what}", after=after)


def limit_field(*, default: None, what: str, after: str | None = None) -> ConstraintSetting:
    """Setting: a constraint."""
    help = f"limit on the {what}, kept after each update"
    return field(rules.constraint, default=default, help=help, after=after)


# Windows


DILATION = "distance of the points in the window"


def sizes_field(
    rank: int | None,
    *,
    default: tuple[int, ...] = REQUIRED,
    help: str = "steps of the window",
    after: str | None = None,
) -> SizesSetting:
    """Setting: a whole number above 0 for each spatial axis; one stands for all of them."""
    return field(rules.int_tuple(rank), default=default, help=help, after=after)


def padding_field(*, default: Padding) -> Padding:
    """Setting: whether images are padded with zeros, for windows that are slid over them."""
    return field(rules.padding, default=default, help="'same' keeps the size by padding with zeros")


def data_format_field(*, default: DataFormat | None) -> DataFormatSetting:
    """Setting: the order of the axes; None: that of the configuration (K.image_data_format)."""
    return field(rules.data_format, default=default, help="where the channel axis is")


# Dropout


def noise_shape_field(*, default: None) -> ShapeSetting:
    """Setting: the shape of a dropout mask, 1 for axes whose elements share one decision."""
    help = "shape of the mask; 1 where an axis shares it, None: the input's size"
    return field(rules.optional(rules.shape), default=default, help=help)


def seed_field(*, default: None) -> int | None:
    """Setting: a seed of the layer's own."""
    return field(rules.optional(rules.non_negative_int), default=default, help="seed of its own")


def dropout_field(*, default: float, what: str) -> float:
    """Setting: the share of something that dropout takes."""
    return field(rules.fraction, default=default, help=f"share of the {what} dropped while training")


# Time steps


def unused_field(
    rule: rules.Rule,
    *,
    default: Value,
    kw_only: bool | None = None,
    after: str | None = None,
    help: str = "changes nothing here",
) -> Value:
    """Setting without effect: Keras chose by it between ways to compute the same, and its configs name it."""
    return field(rule, default=default, kw_only=kw_only, help=f"kept for Keras's configs; {help}", after=after)


def num_constants_field(*, default: None, kw_only: Literal[True] = True) -> int | None:
    """Setting: how many inputs are the same for every step; a call with `constants` sets it."""
    return field(
        rules.optional(rules.non_negative_int),
        default=default,
        kw_only=kw_only,
        config="if_set",
        help="tensors for every step",
    )
