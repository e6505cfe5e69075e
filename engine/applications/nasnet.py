"""NASNet-A: cells found by search, each fed by the two before it (Zoph et al., 2018)."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._machine import config
from ..errors import SettingError
from ..layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Cropping2D,
    MaxPooling2D,
    SeparableConv2D,
    ZeroPadding2D,
    add,
    concatenate,
)
from ..models import Model
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions

__all__ = ["NASNet", "NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/titu1994/Keras-NASNet/releases/download/v1.2/"
# By size of the images and whether the dense layer is there: the file's name there and its hash.
_FILES = {
    (224, True): ("mobile", "020fb642bf7360b370c678b08e0adf61"),
    (224, False): ("mobile-no-top", "1ed92395b5b598bdda52abe5c0dbfd63"),
    (331, True): ("large", "11577c9a518f0070763c2b964a382f17"),
    (331, False): ("large-no-top", "d81d89dc07e6e56530c4e77faddd61b5"),
}


def _normalised(x: Any, name: str) -> Any:
    return BatchNormalization(axis=shared.channel_axis(-1), momentum=0.9997, epsilon=1e-3, name=name)(x)


def _convolved(x: Any, filters: int, name: str) -> Any:
    return Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)


def _separable(x: Any, filters: int, size: int, name: str, halved: bool = False) -> Any:
    """Twice: rectify, convolve separably, normalise; `halved`: the first takes every second place."""
    for number in (1, 2):
        x = Activation("relu")(x)
        first = halved and number == 1
        if first:
            x = ZeroPadding2D(shared.padding_for_strides(x, size), name=f"separable_conv_1_pad_{name}")(x)
        x = SeparableConv2D(
            filters, size, strides=2 if first else 1, padding="valid" if first else "same", use_bias=False,
            name=f"separable_conv_{number}_{name}",
        )(x)  # fmt: skip
        x = _normalised(x, f"separable_conv_{number}_bn_{name}")
    return x


def _like(p: Any, x: Any, filters: int, name: str) -> Any:
    """The output of the cell before last, in the size of the last one's and with `filters` channels."""
    if p is None:
        return x
    rows = 2 if shared.channel_axis() == 1 else 1
    if p.shape[rows] != x.shape[rows]:
        p = Activation("relu", name=f"adjust_relu_1_{name}")(p)
        # Every second place, and those between them.
        shifted = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(p))
        halves = [
            _convolved(
                AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{number}_{name}")(part),
                filters // 2, f"adjust_conv_{number}_{name}",
            )
            for number, part in ((1, p), (2, shifted))
        ]  # fmt: skip
        return _normalised(concatenate(halves, axis=shared.channel_axis(-1)), f"adjust_bn_{name}")
    if p.shape[shared.channel_axis()] != filters:
        return _normalised(
            _convolved(Activation("relu")(p), filters, f"adjust_conv_projection_{name}"), f"adjust_bn_{name}"
        )
    return p


def _narrowed(x: Any, filters: int, kind: str, name: str) -> Any:
    return _normalised(_convolved(Activation("relu")(x), filters, f"{kind}_conv_1_{name}"), f"{kind}_bn_1_{name}")


def _mean_of_3(x: Any, name: str) -> Any:
    return AveragePooling2D(3, strides=1, padding="same", name=name)(x)


def _normal_cell(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    before = x
    p = _like(p, x, filters, name)
    h = _narrowed(x, filters, "normal", name)
    parts = [
        p,
        add([_separable(h, filters, 5, f"normal_left1_{name}"), _separable(p, filters, 3, f"normal_right1_{name}")],
            name=f"normal_add_1_{name}"),
        add([_separable(p, filters, 5, f"normal_left2_{name}"), _separable(p, filters, 3, f"normal_right2_{name}")],
            name=f"normal_add_2_{name}"),
        add([_mean_of_3(h, f"normal_left3_{name}"), p], name=f"normal_add_3_{name}"),
        add([_mean_of_3(p, f"normal_left4_{name}"), _mean_of_3(p, f"normal_right4_{name}")],
            name=f"normal_add_4_{name}"),
        add([_separable(h, filters, 3, f"normal_left5_{name}"), h], name=f"normal_add_5_{name}"),
    ]  # fmt: skip
    return concatenate(parts, axis=shared.channel_axis(-1), name=f"normal_concat_{name}"), before


def _reduction_cell(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    before = x
    p = _like(p, x, filters, name)
    h = _narrowed(x, filters, "reduction", name)
    padded = ZeroPadding2D(shared.padding_for_strides(h, 3), name=f"reduction_pad_1_{name}")(h)
    first = add(
        [_separable(h, filters, 5, f"reduction_left1_{name}", True), _separable(p, filters, 7, f"reduction_right1_{name}", True)],
        name=f"reduction_add_1_{name}",
    )  # fmt: skip
    largest = MaxPooling2D(3, strides=2, name=f"reduction_left2_{name}")(padded)
    second = add([largest, _separable(p, filters, 7, f"reduction_right2_{name}", True)], name=f"reduction_add_2_{name}")
    mean = AveragePooling2D(3, strides=2, name=f"reduction_left3_{name}")(padded)
    third = add([mean, _separable(p, filters, 5, f"reduction_right3_{name}", True)], name=f"reduction_add3_{name}")
    fourth = add([second, _mean_of_3(first, f"reduction_left4_{name}")])
    narrow = _separable(first, filters, 3, f"reduction_left4_{name}")
    largest = MaxPooling2D(3, strides=2, name=f"reduction_right5_{name}")(padded)
    fifth = add([narrow, largest], name=f"reduction_add4_{name}")
    parts = [second, third, fourth, fifth]
    return concatenate(parts, axis=shared.channel_axis(-1), name=f"reduction_concat_{name}"), before


def NASNet(
    input_shape: Any = None, penultimate_filters: int = 4032, num_blocks: int = 6, stem_block_filters: int = 96,
    skip_reduction: bool = True, filter_multiplier: int = 2, include_top: bool = True, weights: Any = None,
    input_tensor: Any = None, pooling: str | None = None, classes: int = 1000, default_size: int | None = None,
) -> Model:  # fmt: skip
    """A net of three stages of `num_blocks` normal cells, with a reduction cell before each stage but the first.

    penultimate_filters: channels at the end, a multiple of 24. stem_block_filters: of the first convolution. skip_reduction:
    the cells after a reduction take the output of the cell before it, not of two before. filter_multiplier: by which the
    channels grow at each reduction. default_size: rows and columns when no input_shape is given. The rest as in NASNetLarge.
    Raises SettingError; for the data format channels_first too.
    """
    where = "nasnet"
    shared.check_weights(weights, include_top, classes, where)
    if config.image_data_format() == "channels_first":
        hint = "K.set_image_data_format('channels_last')"
        raise SettingError(where=where, expected="channels_last", found="channels_first", hint=hint)
    if penultimate_filters % 24:
        expected = "a multiple of 24"
        raise SettingError(where=f"{where}, penultimate_filters", expected=expected, found=str(penultimate_filters))
    size = default_size or 331
    shape = shared.check_input_shape(
        input_shape, default_size=size, min_size=32, require_flatten=include_top, weights=weights, where=where
    )
    if weights == "imagenet" and ((size, include_top) not in _FILES or None in shape):
        expected = "images of a known size, and NASNetLarge or NASNetMobile, with weights='imagenet'"
        raise SettingError(where=where, expected=expected, found=f"images {shape}, size {size}")
    filters, wider = penultimate_filters // 24, filter_multiplier
    x = image = shared.image_input(input_tensor, shape)
    x = Conv2D(
        stem_block_filters, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1"
    )(x)  # fmt: skip
    x, p = _reduction_cell(_normalised(x, "stem_bn1"), None, filters // wider**2, "stem_1")
    x, p = _reduction_cell(x, p, filters // wider, "stem_2")
    for stage in range(3):
        channels = filters * wider**stage
        if stage:
            x, before = _reduction_cell(x, p, channels, f"reduce_{stage * num_blocks}")
            p = p if skip_reduction else before
        for number in range(num_blocks):
            x, p = _normal_cell(x, p, channels, str(stage * (num_blocks + 1) - (stage > 1) + number))
    x = Activation("relu")(x)
    x = shared.classified(x, classes, average=None) if include_top else shared.pooled(x, pooling, where)

    def ready() -> tuple[str, str, str]:
        name, digest = _FILES[size, include_top]
        return f"nasnet_{name.replace('-', '_')}.h5", f"{_ADDRESS}NASNet-{name}.h5", digest

    return shared.finish(image, x, "NASNet", weights, ready)


def NASNetLarge(
    input_shape: Any = None, include_top: bool = True, weights: Any = "imagenet", input_tensor: Any = None,
    pooling: str | None = None, classes: int = 1000,
) -> Model:  # fmt: skip
    """The net for images (331, 331, 3), 88,949,818 parameters; without its dense layer, for any size from 32.

    weights: "imagenet" (from Keras's cache, fetched at the first call), None, or the path of a file. input_tensor: a
    layer's output to begin with. pooling, without top: None, "avg" or "max" over the image. Raises SettingError.
    """
    return NASNet(
        input_shape, 4032, 6, 96, True, 2, include_top, weights, input_tensor, pooling, classes, default_size=331
    )


def NASNetMobile(
    input_shape: Any = None, include_top: bool = True, weights: Any = "imagenet", input_tensor: Any = None,
    pooling: str | None = None, classes: int = 1000,
) -> Model:  # fmt: skip
    """The net for images (224, 224, 3), 5,326,716 parameters; the arguments are those of NASNetLarge.

    >>> NASNetMobile(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
    (None, 1, 1, 1056)
    """
    return NASNet(
        input_shape, 1056, 4, 32, False, 2, include_top, weights, input_tensor, pooling, classes, default_size=224
    )


def preprocess_input(x: Any, data_format: str | None = None) -> np.ndarray:
    """Images from 0 to 255 as the net wants them: from -1 to 1."""
    return shared.preprocess_input(x, data_format, mode="tf")
