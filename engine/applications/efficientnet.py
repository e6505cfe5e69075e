"""EfficientNet: MobileNetV2's blocks with a gate for each channel, scaled in width, depth and images at once (Tan and Le, 2019)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from os import PathLike
from typing import Any, Literal, NamedTuple, Protocol

from .._graph.tensor import Tensor
from ..layers import (
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    Multiply,
    Normalization,
    Rescaling,
    Reshape,
    ZeroPadding2D,
)
from ..models import Model
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import describe
from .scaling import preprocess_within as preprocess_input

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]

_ADDRESS = "https://storage.googleapis.com/keras-applications/"
# (size of the windows, blocks, filters, widening, strides of the first) of the net that is scaled.
_STAGES = (
    (3, 1, 16, 1, 1), (3, 2, 24, 6, 2), (5, 2, 40, 6, 2), (3, 3, 80, 6, 2), (5, 3, 112, 6, 1), (5, 4, 192, 6, 2),
    (3, 1, 320, 6, 1),
)  # fmt: skip
_FIRST, _LAST = 32, 1280
ARGUMENTS = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes", "classifier_activation")
_GATE = 0.25  # channels of a gate's middle, as a share of those before the block
_DROPPED = 0.2  # largest share of blocks that training leaves out
_DEVIATIONS = (0.229, 0.224, 0.225)
KERNEL: dict[str, Any] = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "normal", "seed": None},
}
DENSE_KERNEL: dict[str, Any] = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1 / 3, "mode": "fan_out", "distribution": "uniform", "seed": None},
}


class _Scale(NamedTuple):
    """A net of the family: what its width and depth are multiplied by, its images and its dropout; hashes of ImageNet's weights."""

    width: float
    depth: float
    size: int
    dropout: float
    hashes: tuple[str, str]

    def filters(self, filters: int) -> int:
        """The multiple of 8 nearest to the widened number, but no more than a tenth below it.

        >>> _Scale(1.2, 1.4, 300, 0.3, ("", "")).filters(32)
        40
        """
        wanted = filters * self.width
        nearest = max(8, int(wanted + 4) // 8 * 8)
        return nearest + 8 if nearest < 0.9 * wanted else nearest


class Application(Protocol):
    """A net's function with Keras's arguments."""

    def __call__(
        self,
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
    ) -> Model: ...


def _normalised(x: Tensor, name: str, activation: str | None = None) -> Tensor:
    x = BatchNormalization(axis=shared.channel_axis(-1), name=name)(x)
    return x if activation is None else Activation("swish", name=activation)(x)


def convolved(x: Tensor, filters: int, name: str, **settings: Any) -> Tensor:
    return Conv2D(filters, 1, padding="same", kernel_initializer=KERNEL, name=name, **settings)(x)


def gated(x: Tensor, inputs: int, name: str) -> Tensor:
    """x times a number from 0 to 1 for each channel, which follows from all channels' means."""
    channels = shared.channels_of(x)
    shape = (channels, 1, 1) if shared.channel_axis() == 1 else (1, 1, channels)
    gate = Reshape(shape, name=f"{name}se_reshape")(GlobalAveragePooling2D(name=f"{name}se_squeeze")(x))
    gate = convolved(gate, max(1, int(inputs * _GATE)), f"{name}se_reduce", activation="swish")
    gate = convolved(gate, channels, f"{name}se_expand", activation="sigmoid")
    return Multiply(name=f"{name}se_excite")([x, gate])


def _block(x: Tensor, window: int, filters: int, widening: int, strides: int, dropped: float, name: str) -> Tensor:
    """A block that widens, convolves depthwise, gates and narrows; dropped: share of samples that it leaves out in training."""
    channels, y = shared.channels_of(x), x
    if widening != 1:
        y = convolved(y, widening * channels, f"{name}expand_conv", use_bias=False)
        y = _normalised(y, f"{name}expand_bn", f"{name}expand_activation")
    if strides == 2:
        y = ZeroPadding2D(shared.padding_for_strides(y, window), name=f"{name}dwconv_pad")(y)
    y = DepthwiseConv2D(
        window, strides=strides, padding="valid" if strides == 2 else "same", use_bias=False,
        depthwise_initializer=KERNEL, name=f"{name}dwconv",
    )(y)  # fmt: skip
    y = gated(_normalised(y, f"{name}bn", f"{name}activation"), channels, name)
    y = _normalised(convolved(y, filters, f"{name}project_conv", use_bias=False), f"{name}project_bn")
    if strides == 2 or channels != filters:
        return y
    if dropped:
        y = Dropout(dropped, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(y)
    return Add(name=f"{name}add")([y, x])


def _features(image: Tensor, scale: _Scale, for_imagenet: bool) -> Tensor:
    """The last features of images with values from 0 to 255."""
    x = Normalization(axis=shared.channel_axis())(Rescaling(1 / 255)(image))
    if for_imagenet:  # Keras's weights were made by dividing by the variance; its nets multiply by the root once more
        roots = [1 / math.sqrt(deviation) for deviation in _DEVIATIONS]
        x = Rescaling([[[root]] for root in roots] if shared.channel_axis() == 1 else roots)(x)
    x = ZeroPadding2D(shared.padding_for_strides(x), name="stem_conv_pad")(x)
    x = Conv2D(
        scale.filters(_FIRST), 3, strides=2, use_bias=False, kernel_initializer=KERNEL, name="stem_conv"
    )(x)  # fmt: skip
    x = _normalised(x, "stem_bn", "stem_activation")
    repeats = [math.ceil(scale.depth * blocks) for _, blocks, _, _, _ in _STAGES]
    done = 0
    for stage, (window, _, filters, widening, strides) in enumerate(_STAGES):
        for number in range(repeats[stage]):
            name = f"block{stage + 1}{chr(ord('a') + number)}_"
            dropped = _DROPPED * done / sum(repeats)
            x = _block(x, window, scale.filters(filters), widening, 1 if number else strides, dropped, name)
            done += 1
    x = convolved(x, scale.filters(_LAST), "top_conv", use_bias=False)
    return _normalised(x, "top_bn", "top_activation")


def classified(x: Tensor, dropout: float, classes: int, activation: str | Callable[[Tensor], Tensor] | None) -> Tensor:
    """The end of a net with its dense layer."""
    x = Dropout(dropout, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
    return Dense(classes, activation=activation, kernel_initializer=DENSE_KERNEL, name="predictions")(x)


def pooled(x: Tensor, pooling: Literal["avg", "max"] | None, name: str) -> Tensor:
    """The end of a net without its dense layer."""
    return shared.pooled(x, pooling, name, None if pooling is None else f"{pooling}_pool")


def finished(
    image: Tensor,
    x: Tensor,
    name: str,
    weights: str | PathLike[str] | None,
    address: str,
    hashes: tuple[str, str],
    include_top: bool,
) -> Model:
    """The net with its weights; those for ImageNet lie at an address, in files with and without the dense layer's."""

    def ready() -> tuple[str, str, str]:
        file = f"{name}{'' if include_top else '_notop'}.h5"
        return file, address + file, hashes[0 if include_top else 1]

    return shared.finish(image, x, name, weights, ready)


def _net(letter: str, scale: _Scale) -> Application:
    """The function of a net of the family."""
    name = f"efficientnet{letter}"

    def application(
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
    ) -> Model:
        images = shared.Images(name, scale.size)
        image = images.begin(include_top, weights, classes, input_tensor, input_shape)
        x = _features(image, scale, weights == "imagenet")
        x = classified(x, scale.dropout, classes, classifier_activation) if include_top else pooled(x, pooling, name)
        return finished(image, x, name, weights, _ADDRESS, scale.hashes, include_top)

    describe(application, f"EfficientNetB{letter[1:]}", ARGUMENTS, scale.size, scale.filters(_LAST))
    return application


EfficientNetB0 = _net(
    "b0", _Scale(1.0, 1.0, 224, 0.2, ("902e53a9f72be733fc0bcb005b3ebbac", "50bc09e76180e00e4465e1a485ddc09d"))
)
EfficientNetB1 = _net(
    "b1", _Scale(1.0, 1.1, 240, 0.2, ("1d254153d4ab51201f1646940f018540", "74c4e6b3e1f6a1eea24c589628592432"))
)
EfficientNetB2 = _net(
    "b2", _Scale(1.1, 1.2, 260, 0.3, ("b15cce36ff4dcbd00b6dd88e7857a6ad", "111f8e2ac8aa800a7a99e3239f7bfb39"))
)
EfficientNetB3 = _net(
    "b3", _Scale(1.2, 1.4, 300, 0.3, ("ffd1fdc53d0ce67064dc6a9c7960ede0", "af6d107764bb5b1abb91932881670226"))
)
EfficientNetB4 = _net(
    "b4", _Scale(1.4, 1.8, 380, 0.4, ("18c95ad55216b8f92d7e70b3a046e2fc", "ebc24e6d6c33eaebbd558eafbeedf1ba"))
)
EfficientNetB5 = _net(
    "b5", _Scale(1.6, 2.2, 456, 0.4, ("ace28f2a6363774853a83a0b21b9421a", "38879255a25d3c92d5e44e04ae6cec6f"))
)
EfficientNetB6 = _net(
    "b6", _Scale(1.8, 2.6, 528, 0.5, ("165f6e37dce68623721b423839de8be5", "9ecce42647a20130c1f39a5d4cb75743"))
)
EfficientNetB7 = _net(
    "b7", _Scale(2.0, 3.1, 600, 0.5, ("8c03f828fec3ef71311cd463b6759d99", "cbcfe4450ddf6f3ad90b1b398090fe4a"))
)
