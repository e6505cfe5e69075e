"""MobileNet: depthwise convolutions, each followed by a mix of the channels (Howard et al., 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Literal

from .. import _ops as ops
from .._graph.tensor import Tensor
from ..layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    DepthwiseConv2D,
    Dropout,
    GlobalAveragePooling2D,
    ReLU,
    Reshape,
    ZeroPadding2D,
)
from ..models import Model
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .scaling import preprocess_tf as preprocess_input

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.6/"
_ALPHAS = {0.25: "2_5", 0.50: "5_0", 0.75: "7_5", 1.0: "1_0"}
_SCALINGS = shared.Scalings("mobilenet", (128, 160, 192, 224), tuple(_ALPHAS))
# (filters, strides) of the thirteen depthwise blocks
_BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2), (1024, 1))


def _rectified(x: Tensor, name: str) -> Tensor:
    x = BatchNormalization(axis=shared.channel_axis(-1), name=f"{name}_bn")(x)
    return ReLU(6.0, name=f"{name}_relu")(x)


def _depthwise(x: Tensor, filters: int, multiplier: int, strides: int, block: int) -> Tensor:
    if strides > 1:
        x = ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{block}")(x)
    padding = "same" if strides == 1 else "valid"
    depthwise = DepthwiseConv2D(
        3, strides=strides, padding=padding, depth_multiplier=multiplier, use_bias=False, name=f"conv_dw_{block}"
    )
    x = depthwise(x)
    x = _rectified(x, f"conv_dw_{block}")
    x = Conv2D(filters, 1, padding="same", use_bias=False, name=f"conv_pw_{block}")(x)
    return _rectified(x, f"conv_pw_{block}")


def MobileNet(
    input_shape: Sequence[int | None] | None = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 1e-3,
    include_top: bool = True,
    weights: str | PathLike[str] | None = "imagenet",
    input_tensor: Tensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int = 1000,
) -> Model:
    """MobileNet for images of 224 rows and columns; without its dense layer for any size from 32.

    Args:
        input_shape: rows, columns and 3 channels without the batch; None (the default): 224 each. ImageNet's weights are
            for 128, 160, 192 and 224.
        alpha: the share of the channels, 1 by default. ImageNet's weights are for 0.25, 0.5, 0.75 and 1.
        depth_multiplier: how many kernels each channel has in depthwise convolutions, 1 by default.
        dropout: the share that is dropped before the last layer, 0.001 by default.
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
        >>> MobileNet(include_top=False, weights=None, input_shape=(32, 32, 3), alpha=0.25).output_shape
        (None, 1, 1, 256)
    """
    size = _SCALINGS.size(input_shape)
    images = shared.Images("mobilenet", size)
    image = images.begin(include_top, weights, classes, input_tensor, input_shape)
    _SCALINGS.check(weights, alpha, depth_multiplier)
    x = ZeroPadding2D(((0, 1), (0, 1)), name="conv1_pad")(image)
    x = Conv2D(int(32 * alpha), 3, strides=2, use_bias=False, name="conv1")(x)
    x = _rectified(x, "conv1")
    for block, (filters, strides) in enumerate(_BLOCKS, 1):
        x = _depthwise(x, int(filters * alpha), depth_multiplier, strides, block)
    if include_top:
        channels = int(1024 * alpha)
        x = GlobalAveragePooling2D()(x)
        first = shared.channel_axis() == 1
        x = Reshape((channels, 1, 1) if first else (1, 1, channels), name="reshape_1")(x)
        x = Dropout(dropout, name="dropout")(x)
        x = Conv2D(classes, 1, padding="same", name="conv_preds")(x)
        x = Activation("softmax", name="act_softmax")(x)
        x = Reshape((classes,), name="reshape_2")(x)
    else:
        x = shared.pooled(x, pooling, "mobilenet")

    def ready() -> tuple[str, str, str]:
        file = f"mobilenet_{_ALPHAS[alpha]}_{size}_tf{'' if include_top else '_no_top'}.h5"
        return file, _ADDRESS + file, ""

    return shared.finish(image, x, f"mobilenet_{alpha:0.2f}_{size}", weights, ready)


def relu6(x: Tensor) -> Tensor:
    """What its rectifiers do, under the name that saved models call it by (`custom_objects` of Keras 2.0 and 2.1).

    >>> from engine import backend as K
    >>> K.eval(relu6(K.constant([1.0, 7.0]))).tolist()
    [1.0, 6.0]
    """
    return ops.relu(x, max_value=6.0)
