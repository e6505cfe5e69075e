"""MobileNetV2: narrow blocks that widen, convolve depthwise and narrow again (Sandler et al., 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Literal

from .._graph.tensor import Tensor
from ..layers import Add, BatchNormalization, Conv2D, DepthwiseConv2D, ReLU, ZeroPadding2D
from ..models import Model
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .scaling import preprocess_tf as preprocess_input

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/JonathanCMitchell/mobilenet_v2_keras/releases/download/v1.1/"
_SCALINGS = shared.Scalings("mobilenetv2", (96, 128, 160, 192, 224), (0.35, 0.50, 0.75, 1.0, 1.3, 1.4))
# (widening, filters, blocks, strides of the first)
_STAGES = ((6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def by_eight(channels: float) -> int:
    """The multiple of 8 nearest to `channels`, but no more than a tenth below it.

    >>> by_eight(11.2), by_eight(32)
    (16, 32)
    """
    nearest = max(8, int(channels + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * channels else nearest


def _normalised(x: Tensor, name: str, rectified: str | None = None) -> Tensor:
    x = BatchNormalization(axis=shared.channel_axis(-1), epsilon=1e-3, momentum=0.999, name=name)(x)
    return x if rectified is None else ReLU(6.0, name=rectified)(x)


def _block(x: Tensor, widening: int, filters: int, strides: int, index: int) -> Tensor:
    channels = shared.channels_of(x)
    name = f"block_{index}_" if index else "expanded_conv_"
    y = x
    if index:
        y = Conv2D(widening * channels, 1, padding="same", use_bias=False, name=f"{name}expand")(y)
        y = _normalised(y, f"{name}expand_BN", f"{name}expand_relu")
    if strides == 2:
        y = ZeroPadding2D(shared.padding_for_strides(y), name=f"{name}pad")(y)
    y = DepthwiseConv2D(
        3, strides=strides, use_bias=False, padding="same" if strides == 1 else "valid", name=f"{name}depthwise"
    )(y)
    y = _normalised(y, f"{name}depthwise_BN", f"{name}depthwise_relu")
    y = Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}project")(y)
    y = _normalised(y, f"{name}project_BN")
    return Add(name=f"{name}add")([x, y]) if channels == filters and strides == 1 else y


def MobileNetV2(
    input_shape: Sequence[int | None] | None = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    include_top: bool = True,
    weights: str | PathLike[str] | None = "imagenet",
    input_tensor: Tensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int = 1000,
) -> Model:
    """MobileNetV2 for images of 224 rows and columns; without its dense layer for any size from 32.

    Args:
        input_shape: rows, columns and 3 channels without the batch; None (the default): 224 each. ImageNet's weights are
            for 96, 128, 160, 192 and 224.
        alpha: the share of the channels, 1 by default. ImageNet's weights are for 0.35, 0.5, 0.75, 1, 1.3 and 1.4.
        depth_multiplier: taken for Keras's sake; ImageNet's weights are for 1.
        include_top: whether the net ends with its dense layer, which is so by default; else with its features.
        weights: "imagenet" (the default; from Keras's cache, fetched at the first call), None for random ones, or the path
            of a file.
        input_tensor: a layer's output to begin with; None (the default) makes an input.
        pooling: "avg" or "max" over the image where there is no dense layer; None (the default): no pooling.
        classes: how many classes the dense layer has, 1000 by default; others go with weights of your own.

    Returns:
        The model, not compiled.

    Raises:
        SettingError: arguments that do not go together, or a size that the net does not take.

    Example:
        >>> MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3), alpha=0.35).output_shape
        (None, 1, 1, 1280)
    """
    size = _SCALINGS.size(input_shape)
    images = shared.Images("mobilenetv2", size)
    image = images.begin(include_top, weights, classes, input_tensor, input_shape)
    _SCALINGS.check(weights, alpha, depth_multiplier)
    x = ZeroPadding2D(shared.padding_for_strides(image), name="Conv1_pad")(image)
    x = Conv2D(by_eight(32 * alpha), 3, strides=2, use_bias=False, name="Conv1")(x)
    x = _normalised(x, "bn_Conv1", "Conv1_relu")
    x = _block(x, 1, by_eight(16 * alpha), 1, 0)
    index = 0
    for widening, filters, blocks, strides in _STAGES:
        for block in range(blocks):
            index += 1
            x = _block(x, widening, by_eight(int(filters * alpha)), strides if block == 0 else 1, index)
    x = Conv2D(by_eight(1280 * alpha) if alpha > 1 else 1280, 1, use_bias=False, name="Conv_1")(x)
    x = _normalised(x, "Conv_1_bn", "out_relu")
    x = (
        shared.classified(x, classes, "Logits", average=None)
        if include_top
        else shared.pooled(x, pooling, "mobilenetv2")
    )

    def ready() -> tuple[str, str, str]:
        ending = "" if include_top else "_no_top"
        file = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{alpha}_{size}{ending}.h5"
        return file, _ADDRESS + file, ""

    shape = images.shape(include_top, weights, input_shape)
    rows = shape[1] if shared.channel_axis() == 1 else shape[0]
    return shared.finish(image, x, f"mobilenetv2_{alpha:0.2f}_{rows or size}", weights, ready)
