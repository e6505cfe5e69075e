"""EfficientNetV2: EfficientNet with whole convolutions in its first blocks, for faster training (Tan and Le, 2021)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from os import PathLike
from typing import Literal, NamedTuple, Protocol

from .._graph.tensor import Tensor
from ..layers import Activation, Add, BatchNormalization, Conv2D, DepthwiseConv2D, Dropout, Normalization, Rescaling
from ..models import Model
from . import imagenet_utils as shared
from .efficientnet import ARGUMENTS, KERNEL, classified, convolved, finished, gated, pooled
from .imagenet_utils import decode_predictions
from .net import describe
from .scaling import preprocess_within as preprocess_input

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]

_ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/efficientnet_v2/"
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_DROPPED, _DROPOUT, _LAST = 0.2, 0.2, 1280
_Stages = tuple[tuple[int, int, int, int, bool], ...]
# (blocks, filters, widening, strides of the first, whether its convolutions are whole ones) of each stage.
_B: _Stages = (
    (1, 16, 1, 1, True), (2, 32, 4, 2, True), (2, 48, 4, 2, True), (3, 96, 4, 2, False), (5, 112, 6, 1, False),
    (8, 192, 6, 2, False),
)  # fmt: skip
_S: _Stages = (
    (2, 24, 1, 1, True), (4, 48, 4, 2, True), (4, 64, 4, 2, True), (6, 128, 4, 2, False), (9, 160, 6, 1, False),
    (15, 256, 6, 2, False),
)  # fmt: skip
_M: _Stages = (
    (3, 24, 1, 1, True), (5, 48, 4, 2, True), (5, 80, 4, 2, True), (7, 160, 4, 2, False), (14, 176, 6, 1, False),
    (18, 304, 6, 2, False), (5, 512, 6, 1, False),
)  # fmt: skip
_L: _Stages = (
    (4, 32, 1, 1, True), (7, 64, 4, 2, True), (7, 96, 4, 2, True), (10, 192, 4, 2, False), (19, 224, 6, 1, False),
    (25, 384, 6, 2, False), (7, 640, 6, 1, False),
)  # fmt: skip


class _Scale(NamedTuple):
    """A net of the family: its stages, first filters, what width and depth are multiplied by, its images, hashes of weights."""

    stages: _Stages
    first: int
    width: float
    depth: float
    size: int
    hashes: tuple[str, str]

    def filters(self, filters: int) -> int:
        """The multiple of 8 nearest to the widened number.

        >>> _Scale(_B, 32, 1.1, 1.2, 260, ("", "")).filters(32)
        32
        """
        return max(8, int(filters * self.width + 4) // 8 * 8)


class _Application(Protocol):
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
        include_preprocessing: bool = True,
    ) -> Model: ...


def _normalised(x: Tensor, name: str, activation: str | None = None) -> Tensor:
    x = BatchNormalization(axis=shared.channel_axis(-1), momentum=0.9, name=name)(x)
    return x if activation is None else Activation("swish", name=activation)(x)


def _whole(x: Tensor, filters: int, strides: int, name: str) -> Tensor:
    return Conv2D(
        filters, 3, strides=strides, padding="same", use_bias=False, kernel_initializer=KERNEL, name=name
    )(x)  # fmt: skip


def _fused(x: Tensor, filters: int, widening: int, strides: int, name: str) -> Tensor:
    """A convolution of 3 x 3 that widens, and one that narrows; without widening a single one."""
    if widening == 1:
        x = _whole(x, filters, strides, f"{name}project_conv")
        return _normalised(x, f"{name}project_bn", f"{name}project_activation")
    x = _whole(x, widening * shared.channels_of(x), strides, f"{name}expand_conv")
    x = _normalised(x, f"{name}expand_bn", f"{name}expand_activation")
    return _normalised(convolved(x, filters, f"{name}project_conv", use_bias=False), f"{name}project_bn")


def _separate(x: Tensor, filters: int, widening: int, strides: int, name: str) -> Tensor:
    """Widened, convolved channel by channel, gated and narrowed."""
    channels = shared.channels_of(x)
    x = convolved(x, widening * channels, f"{name}expand_conv", use_bias=False)
    x = _normalised(x, f"{name}expand_bn", f"{name}expand_activation")
    x = DepthwiseConv2D(
        3, strides=strides, padding="same", use_bias=False, depthwise_initializer=KERNEL, name=f"{name}dwconv2"
    )(x)  # fmt: skip
    x = gated(_normalised(x, f"{name}bn", f"{name}activation"), channels, name)
    return _normalised(convolved(x, filters, f"{name}project_conv", use_bias=False), f"{name}project_bn")


def _block(x: Tensor, filters: int, widening: int, strides: int, is_whole: bool, dropped: float, name: str) -> Tensor:
    y = (_fused if is_whole else _separate)(x, filters, widening, strides, name)
    if strides == 2 or shared.channels_of(x) != filters:
        return y
    if dropped:
        y = Dropout(dropped, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(y)
    return Add(name=f"{name}add")([y, x])


def _scaled(image: Tensor, as_first_family: bool) -> Tensor:
    """Images with values from 0 to 255 as the net wants them."""
    if not as_first_family:
        return Rescaling(1 / 128, offset=-1)(image)
    variance = [deviation**2 for deviation in _DEVIATION]
    return Normalization(axis=shared.channel_axis(), mean=list(_MEAN), variance=variance)(Rescaling(1 / 255)(image))


def _features(x: Tensor, scale: _Scale) -> Tensor:
    x = _normalised(_whole(x, scale.filters(scale.first), 2, "stem_conv"), "stem_bn", "stem_activation")
    every, done = sum(blocks for blocks, *_ in scale.stages), 0
    for stage, (blocks, filters, widening, strides, is_whole) in enumerate(scale.stages):
        for number in range(math.ceil(scale.depth * blocks)):
            name = f"block{stage + 1}{chr(ord('a') + number)}_"
            along = 1 if number else strides
            x = _block(x, scale.filters(filters), widening, along, is_whole, _DROPPED * done / every, name)
            done += 1
    x = convolved(x, scale.filters(_LAST), "top_conv", use_bias=False)
    return _normalised(x, "top_bn", "top_activation")


def _net(letters: str, scale: _Scale) -> _Application:
    """The function of a net of the family."""
    name, title = f"efficientnetv2-{letters}", f"EfficientNetV2{letters.upper()}"

    def application(
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
        include_preprocessing: bool = True,
    ) -> Model:
        images = shared.Images(name, scale.size)
        image = images.begin(include_top, weights, classes, input_tensor, input_shape)
        colours = shared.channels_of(image) == len(_MEAN)
        scaled = _scaled(image, letters.startswith("b") and colours) if include_preprocessing else image
        x = _features(scaled, scale)
        x = classified(x, _DROPOUT, classes, classifier_activation) if include_top else pooled(x, pooling, name)
        return finished(image, x, name, weights, _ADDRESS, scale.hashes, include_top)

    describe(application, title, (*ARGUMENTS, "include_preprocessing"), scale.size, scale.filters(_LAST))
    return application


EfficientNetV2B0 = _net(
    "b0", _Scale(_B, 32, 1.0, 1.0, 224, ("21ecbf6da12460d5c40bb2f29ceb2188", "893217f2bb855e2983157299931e43ff"))
)
EfficientNetV2B1 = _net(
    "b1", _Scale(_B, 32, 1.0, 1.1, 240, ("069f0534ff22adf035c89e2d9547a9dc", "0e80663031ca32d657f9caa404b6ec37"))
)
EfficientNetV2B2 = _net(
    "b2", _Scale(_B, 32, 1.1, 1.2, 260, ("424e49f28180edbde1e94797771950a7", "1dfe2e7a5d45b6632553a8961ea609eb"))
)
EfficientNetV2B3 = _net(
    "b3", _Scale(_B, 32, 1.2, 1.4, 300, ("1f1fc43bd98a6e4fd8fdfd551e02c7a0", "f6abf7b5849ac99a89b50dd3fd532856"))
)
EfficientNetV2S = _net(
    "s", _Scale(_S, 24, 1.0, 1.0, 384, ("e1d88a8495beba45748fedd0cecbe016", "af0682fb74e8c54910f2d4393339c070"))
)
EfficientNetV2M = _net(
    "m", _Scale(_M, 24, 1.0, 1.0, 480, ("a3bf6aa3276309f4fc6a34aa114c95cd", "1b8dc055df72dde80d614482840fe342"))
)
EfficientNetV2L = _net(
    "l", _Scale(_L, 32, 1.0, 1.0, 480, ("27e6d408b53c7ebc868fefa357689935", "b0b66b5c863aef5b46e8608fe1711615"))
)
