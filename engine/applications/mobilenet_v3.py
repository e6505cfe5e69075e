"""MobileNetV3: MobileNetV2's blocks, with gates and hard_swish, in an order that was searched for (Howard et al., 2019)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Literal, NamedTuple, Protocol

from .._graph.tensor import Tensor
from ..errors import SettingError
from ..layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Multiply,
    ReLU,
    Rescaling,
    ZeroPadding2D,
)
from ..models import Model
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .mobilenet_v2 import by_eight
from .net import documented
from .scaling import preprocess_within as preprocess_input

__all__ = ["MobileNetV3Large", "MobileNetV3Small", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v3/"
_SIZE = 224
_GATE = 0.25  # channels of a gate's middle, as a share of the block's
_ALPHAS = (0.75, 1.0)  # that ImageNet's weights are for
# Of the weights' file with and without top, by what stands between `weights_mobilenet_v3_` and `_float`.
_HASHES = {
    "large_224_0.75": ("765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"),
    "large_224_1.0": ("59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"),
    "large_minimalistic_224_1.0": ("675e7b876c45c57e9e63e6d90a36599c", "ec5221f64a2f6d1ef965a614bdae7973"),
    "small_224_0.75": ("cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"),
    "small_224_1.0": ("8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"),
    "small_minimalistic_224_1.0": ("99cd97fb2fcdad2bf028eb838de69e37", "cde8136e733e811080d9fcd8a252f7e4"),
}


class _Block(NamedTuple):
    """Widening, filters, strides, and whether its windows are wide, it has a gate, and hard_swish in place of a rectifier."""

    widening: float
    filters: int
    strides: int
    is_wide: bool = False
    has_gate: bool = False
    is_hard_swish: bool = False


_SMALL = (
    _Block(1, 16, 2, has_gate=True),
    _Block(72 / 16, 24, 2),
    _Block(88 / 24, 24, 1),
    _Block(4, 40, 2, True, True, True),
    _Block(6, 40, 1, True, True, True),
    _Block(6, 40, 1, True, True, True),
    _Block(3, 48, 1, True, True, True),
    _Block(3, 48, 1, True, True, True),
    _Block(6, 96, 2, True, True, True),
    _Block(6, 96, 1, True, True, True),
    _Block(6, 96, 1, True, True, True),
)
_LARGE = (
    _Block(1, 16, 1),
    _Block(4, 24, 2),
    _Block(3, 24, 1),
    _Block(3, 40, 2, True, True),
    _Block(3, 40, 1, True, True),
    _Block(3, 40, 1, True, True),
    _Block(6, 80, 2, is_hard_swish=True),
    _Block(2.5, 80, 1, is_hard_swish=True),
    _Block(2.3, 80, 1, is_hard_swish=True),
    _Block(2.3, 80, 1, is_hard_swish=True),
    _Block(6, 112, 1, False, True, True),
    _Block(6, 112, 1, False, True, True),
    _Block(6, 160, 2, True, True, True),
    _Block(6, 160, 1, True, True, True),
    _Block(6, 160, 1, True, True, True),
)


class _Application(Protocol):
    """A net's function with Keras's arguments."""

    def __call__(
        self,
        input_shape: Sequence[int | None] | None = None,
        alpha: float = 1.0,
        minimalistic: bool = False,
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        classes: int = 1000,
        pooling: Literal["avg", "max"] | None = None,
        dropout_rate: float = 0.2,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
        include_preprocessing: bool = True,
        name: str | None = None,
    ) -> Model: ...


def _normalised(x: Tensor, name: str) -> Tensor:
    return BatchNormalization(axis=shared.channel_axis(-1), epsilon=1e-3, momentum=0.999, name=name)(x)


def _bent(x: Tensor, is_hard_swish: bool) -> Tensor:
    return Activation("hard_swish")(x) if is_hard_swish else ReLU()(x)


def _gated(x: Tensor, name: str) -> Tensor:
    """x times a number from 0 to 1 for each channel: relu6(y + 3) / 6 of what follows from all channels' means."""
    channels = shared.channels_of(x)
    y = GlobalAveragePooling2D(keepdims=True, name=f"{name}squeeze_excite_avg_pool")(x)
    y = Conv2D(by_eight(channels * _GATE), 1, padding="same", name=f"{name}squeeze_excite_conv")(y)
    y = ReLU(name=f"{name}squeeze_excite_relu")(y)
    y = Conv2D(channels, 1, padding="same", name=f"{name}squeeze_excite_conv_1")(y)
    y = Rescaling(1 / 6)(ReLU(6.0)(Rescaling(1.0, offset=3.0)(y)))
    return Multiply(name=f"{name}squeeze_excite_mul")([x, y])


def _block(x: Tensor, block: _Block, filters: int, index: int, is_minimalistic: bool) -> Tensor:
    name = f"expanded_conv_{index}_" if index else "expanded_conv_"
    channels, y = shared.channels_of(x), x
    is_hard_swish = block.is_hard_swish and not is_minimalistic
    if index:
        y = Conv2D(by_eight(channels * block.widening), 1, padding="same", use_bias=False, name=f"{name}expand")(y)
        y = _bent(_normalised(y, f"{name}expand_bn"), is_hard_swish)
    window = 5 if block.is_wide and not is_minimalistic else 3
    if block.strides == 2:
        y = ZeroPadding2D(shared.padding_for_strides(y, window), name=f"{name}depthwise_pad")(y)
    y = DepthwiseConv2D(
        window,
        strides=block.strides,
        padding="same" if block.strides == 1 else "valid",
        use_bias=False,
        name=f"{name}depthwise",
    )(y)
    y = _bent(_normalised(y, f"{name}depthwise_bn"), is_hard_swish)
    if block.has_gate and not is_minimalistic:
        y = _gated(y, name)
    y = _normalised(Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project")(y), f"{name}project_bn")
    return Add(name=f"{name}add")([x, y]) if block.strides == 1 and channels == filters else y


def _features(x: Tensor, blocks: Sequence[_Block], alpha: float, is_minimalistic: bool) -> Tensor:
    x = Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="conv")(x)
    x = _bent(_normalised(x, "conv_bn"), not is_minimalistic)
    for index, block in enumerate(blocks):
        x = _block(x, block, by_eight(block.filters * alpha), index, is_minimalistic)
    last = by_eight(6 * shared.channels_of(x))
    x = Conv2D(last, 1, padding="same", use_bias=False, name="conv_1")(x)
    return _bent(_normalised(x, "conv_1_bn"), not is_minimalistic)


def _check_width(where: str, alpha: float, is_minimalistic: bool) -> None:
    if alpha not in ((1.0,) if is_minimalistic else _ALPHAS):
        expected = "alpha 1.0 with minimalistic and weights='imagenet'" if is_minimalistic else f"alpha among {_ALPHAS}"
        raise SettingError(where=f"{where}, alpha", expected=expected, actual=str(alpha))


def _net(size: str, blocks: Sequence[_Block], last: int) -> _Application:
    """The function of a net of the family; last: filters before the classes."""
    title = f"MobileNetV3{size}"

    def application(
        input_shape: Sequence[int | None] | None = None,
        alpha: float = 1.0,
        minimalistic: bool = False,
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        classes: int = 1000,
        pooling: Literal["avg", "max"] | None = None,
        dropout_rate: float = 0.2,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
        include_preprocessing: bool = True,
        name: str | None = None,
    ) -> Model:
        if weights == "imagenet":
            _check_width(title, alpha, minimalistic)
        # Its end is convolutions, so that it takes images of any size with its classes too.
        images = shared.Images(title, _SIZE, any_size=True)
        image = images.begin(include_top, weights, classes, input_tensor, input_shape)
        x = Rescaling(1 / 127.5, offset=-1.0)(image) if include_preprocessing else image
        x = _features(x, blocks, alpha, minimalistic)
        if include_top:
            x = GlobalAveragePooling2D(keepdims=True)(x)
            x = Conv2D(by_eight(last * max(alpha, 1.0)), 1, padding="same", name="conv_2")(x)
            x = _bent(x, not minimalistic)
            x = Dropout(dropout_rate)(x) if dropout_rate > 0 else x
            x = Flatten()(Conv2D(classes, 1, padding="same", name="logits")(x))
            x = Activation(classifier_activation, name="predictions")(x)
        else:
            x = shared.pooled(x, pooling, title, f"{pooling}_pool" if pooling else None)

        def ready() -> tuple[str, str, str]:
            variant = f"{size.lower()}{'_minimalistic' if minimalistic else ''}_{_SIZE}_{float(alpha)}"
            file = f"weights_mobilenet_v3_{variant}_float{'' if include_top else '_no_top_v2'}.h5"
            return file, _ADDRESS + file, _HASHES[variant][0 if include_top else 1]

        return shared.finish(image, x, name or title, weights, ready)

    about = f"""{title} for images of any size from 32, {_SIZE} rows and columns for ImageNet's weights.

    Images have values from 0 to 255, which the net scales itself. ImageNet's weights are those of tf.keras.

    Example:
        >>> {title}(include_top=False, weights=None, input_shape=(32, 32, 3), alpha=0.75).output_shape
        (None, 1, 1, {by_eight(6 * by_eight(0.75 * blocks[-1].filters))})
    """
    order = (
        "input_shape",
        "alpha",
        "minimalistic",
        "include_top",
        "weights",
        "input_tensor",
        "classes",
        "pooling",
        "dropout_rate",
        "classifier_activation",
        "include_preprocessing",
        "name",
    )
    application.__doc__ = documented(about, order, _SIZE, 32)
    application.__name__ = application.__qualname__ = title
    return application


MobileNetV3Small = _net("Small", _SMALL, 1024)
MobileNetV3Large = _net("Large", _LARGE, 1280)
