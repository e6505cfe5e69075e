"""NASNet-A: cells found by search, each fed by the two before it (Zoph et al., 2018)."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Literal

from .._graph.tensor import Tensor
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
from .net import documented
from .scaling import preprocess_tf as preprocess_input

__all__ = ["NASNet", "NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

_ADDRESS = "https://github.com/titu1994/Keras-NASNet/releases/download/v1.2/"
# By the size of the images and whether there is a dense layer: the name of the file and its hash.
_FILES = {
    (224, True): ("mobile", "020fb642bf7360b370c678b08e0adf61"),
    (224, False): ("mobile-no-top", "1ed92395b5b598bdda52abe5c0dbfd63"),
    (331, True): ("large", "11577c9a518f0070763c2b964a382f17"),
    (331, False): ("large-no-top", "d81d89dc07e6e56530c4e77faddd61b5"),
}


def _normalised(x: Tensor, name: str) -> Tensor:
    return BatchNormalization(axis=shared.channel_axis(-1), momentum=0.9997, epsilon=1e-3, name=name)(x)


def _convolved(x: Tensor, filters: int, name: str) -> Tensor:
    return Conv2D(filters, 1, padding="same", use_bias=False, kernel_initializer="he_normal", name=name)(x)


def _separable(x: Tensor, filters: int, size: int, name: str, halved: bool = False) -> Tensor:
    """Twice: rectify, convolve separably, normalise. halved: the first takes every second row and column."""
    for index in (1, 2):
        prefix = f"separable_conv_{index}"
        x = Activation("relu")(x)
        strides, padding = 1, "same"
        if halved and index == 1:
            x = ZeroPadding2D(shared.padding_for_strides(x, size), name=f"{prefix}_pad_{name}")(x)
            strides, padding = 2, "valid"
        convolution = SeparableConv2D(
            filters, size, strides=strides, padding=padding, use_bias=False, name=f"{prefix}_{name}"
        )
        x = _normalised(convolution(x), f"{prefix}_bn_{name}")
    return x


def _like(p: Tensor | None, x: Tensor, filters: int, name: str) -> Tensor:
    """The output of the cell before last, in the size of the last one's and with `filters` channels."""
    if p is None:
        return x
    rows = 2 if shared.channel_axis() == 1 else 1
    if p.shape[rows] != x.shape[rows]:
        image: Tensor = Activation("relu", name=f"adjust_relu_1_{name}")(p)
        # Every second row and column, and by an image that is shifted by one the rows and columns between these.
        shifted = Cropping2D(((1, 0), (1, 0)))(ZeroPadding2D(((0, 1), (0, 1)))(image))
        halves: list[Tensor] = []
        for index, half in ((1, image), (2, shifted)):
            pooled = AveragePooling2D(1, strides=2, name=f"adjust_avg_pool_{index}_{name}")(half)
            halves.append(_convolved(pooled, filters // 2, f"adjust_conv_{index}_{name}"))
        return _normalised(concatenate(halves, axis=shared.channel_axis(-1)), f"adjust_bn_{name}")
    if p.shape[shared.channel_axis()] != filters:
        return _normalised(
            _convolved(Activation("relu")(p), filters, f"adjust_conv_projection_{name}"), f"adjust_bn_{name}"
        )
    return p


def _narrowed(x: Tensor, filters: int, kind: str, name: str) -> Tensor:
    return _normalised(_convolved(Activation("relu")(x), filters, f"{kind}_conv_1_{name}"), f"{kind}_bn_1_{name}")


def _mean_of_3(x: Tensor, name: str) -> Tensor:
    return AveragePooling2D(3, strides=1, padding="same", name=name)(x)


def _normal_cell(x: Tensor, before: Tensor | None, filters: int, name: str) -> Tensor:
    """A cell that keeps rows and columns; before: what the cell before last gave."""
    p = _like(before, x, filters, name)
    h = _narrowed(x, filters, "normal", name)

    def separable(image: Tensor, size: int, side: str) -> Tensor:
        return _separable(image, filters, size, f"normal_{side}_{name}")

    def mean(image: Tensor, side: str) -> Tensor:
        return _mean_of_3(image, f"normal_{side}_{name}")

    # In this order, since layers without a name are numbered as they are made.
    sums = [
        (separable(h, 5, "left1"), separable(p, 3, "right1")),
        (separable(p, 5, "left2"), separable(p, 3, "right2")),
        (mean(h, "left3"), p),
        (mean(p, "left4"), mean(p, "right4")),
        (separable(h, 3, "left5"), h),
    ]
    parts = [p, *(add(list(pair), name=f"normal_add_{index}_{name}") for index, pair in enumerate(sums, 1))]
    return concatenate(parts, axis=shared.channel_axis(-1), name=f"normal_concat_{name}")


def _reduction_cell(x: Tensor, before: Tensor | None, filters: int, name: str) -> Tensor:
    """A cell that halves rows and columns; before: what the cell before last gave."""
    p = _like(before, x, filters, name)
    h = _narrowed(x, filters, "reduction", name)
    padded = ZeroPadding2D(shared.padding_for_strides(h, 3), name=f"reduction_pad_1_{name}")(h)

    def halved(image: Tensor, size: int, side: str) -> Tensor:
        return _separable(image, filters, size, f"reduction_{side}_{name}", halved=True)

    first = add([halved(h, 5, "left1"), halved(p, 7, "right1")], name=f"reduction_add_1_{name}")
    largest = MaxPooling2D(3, strides=2, name=f"reduction_left2_{name}")(padded)
    second = add([largest, halved(p, 7, "right2")], name=f"reduction_add_2_{name}")
    mean = AveragePooling2D(3, strides=2, name=f"reduction_left3_{name}")(padded)
    third = add([mean, halved(p, 5, "right3")], name=f"reduction_add3_{name}")
    fourth = add([second, _mean_of_3(first, f"reduction_left4_{name}")])
    narrow = _separable(first, filters, 3, f"reduction_left4_{name}")
    largest = MaxPooling2D(3, strides=2, name=f"reduction_right5_{name}")(padded)
    fifth = add([narrow, largest], name=f"reduction_add4_{name}")
    return concatenate([second, third, fourth, fifth], axis=shared.channel_axis(-1), name=f"reduction_concat_{name}")


def NASNet(
    input_shape: Sequence[int | None] | None = None,
    penultimate_filters: int = 4032,
    num_blocks: int = 6,
    stem_block_filters: int = 96,
    skip_reduction: bool = True,
    filter_multiplier: int = 2,
    include_top: bool = True,
    weights: str | PathLike[str] | None = None,
    input_tensor: Tensor | None = None,
    pooling: Literal["avg", "max"] | None = None,
    classes: int = 1000,
    default_size: int | None = None,
) -> Model:
    """A net of three stages of normal cells, with a reduction cell before each stage but the first (Zoph et al., 2018).

    Args:
        input_shape: rows, columns and 3 channels without the batch; None (the default): `default_size` each.
        penultimate_filters: the channels at the end, a multiple of 24; 4032 by default.
        num_blocks: the cells of a stage, 6 by default.
        stem_block_filters: the channels of the first convolution, 96 by default.
        skip_reduction: whether the cells after a reduction take the output of the cell before it, not of the one before
            that; which is so by default.
        filter_multiplier: by which the channels grow at each reduction, 2 by default.
        include_top: whether the net ends with its dense layer, which is so by default; else with its features.
        weights: None (the default) for random ones, "imagenet" (from Keras's cache, fetched at the first call) or the path
            of a file.
        input_tensor: a layer's output to begin with; None (the default) makes an input.
        pooling: "avg" or "max" over the image where there is no dense layer; None (the default): no pooling.
        classes: how many classes the dense layer has, 1000 by default; others go with weights of your own.
        default_size: rows and columns where no `input_shape` says them; None (the default): 331.

    Returns:
        The model, not compiled.

    Raises:
        SettingError: arguments that do not go together, or a size that the net does not take, or channels_first.

    Example:
        >>> net = NASNet((32, 32, 3), penultimate_filters=192, num_blocks=1, stem_block_filters=8, include_top=False)
        >>> net.output_shape
        (None, 1, 1, 192)
    """
    where = "nasnet"
    shared.check_weights(weights, include_top, classes, where)
    if config.image_data_format() == "channels_first":
        hint = "K.set_image_data_format('channels_last')"
        raise SettingError(where=where, expected="channels_last", actual="channels_first", hint=hint)
    if penultimate_filters % 24:
        expected = "a multiple of 24"
        raise SettingError(where=f"{where}, penultimate_filters", expected=expected, actual=str(penultimate_filters))
    size = default_size or 331
    shape = shared.Images(where, size).shape(include_top, weights, input_shape)
    if weights == "imagenet" and ((size, include_top) not in _FILES or None in shape):
        expected = "images of a known size, and NASNetLarge or NASNetMobile, with weights='imagenet'"
        raise SettingError(where=where, expected=expected, actual=f"images {shape}, size {size}")
    filters, wider = penultimate_filters // 24, filter_multiplier
    image = shared.image_input(input_tensor, shape)
    stem = Conv2D(
        stem_block_filters, 3, strides=2, use_bias=False, kernel_initializer="he_normal", name="stem_conv1"
    )  # a cell takes the output of the one before it and, as `before`, of the one before that
    x = _normalised(stem(image), "stem_bn1")
    before, x = x, _reduction_cell(x, None, filters // wider**2, "stem_1")
    before, x = x, _reduction_cell(x, before, filters // wider, "stem_2")
    for stage in range(3):
        channels = filters * wider**stage
        if stage:
            reduced = _reduction_cell(x, before, channels, f"reduce_{stage * num_blocks}")
            before, x = before if skip_reduction else x, reduced
        for block in range(num_blocks):
            name = str(stage * (num_blocks + 1) - (stage > 1) + block)
            before, x = x, _normal_cell(x, before, channels, name)
    x = Activation("relu")(x)
    x = shared.classified(x, classes, average=None) if include_top else shared.pooled(x, pooling, where)

    def ready() -> tuple[str, str, str]:
        name, digest = _FILES[size, include_top]
        return f"nasnet_{name.replace('-', '_')}.h5", f"{_ADDRESS}NASNet-{name}.h5", digest

    return shared.finish(image, x, "NASNet", weights, ready)


# No annotation of the result: what is inferred tells type checkers the arguments.
def _of_the_paper(name: str, sizes: tuple[int, int, int, bool], default_size: int, docstring: str):
    """A net of the paper; sizes: penultimate_filters, num_blocks, stem_block_filters and skip_reduction."""

    def application(
        input_shape: Sequence[int | None] | None = None,
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
    ) -> Model:
        of_the_images = (include_top, weights, input_tensor, pooling, classes, default_size)
        return NASNet(input_shape, *sizes, 2, *of_the_images)

    application.__name__ = application.__qualname__ = name
    names = ("input_shape", "include_top", "weights", "input_tensor", "pooling", "classes")
    application.__doc__ = documented(docstring, names, default_size, 32)
    return application


NASNetLarge = _of_the_paper(
    "NASNetLarge",
    (4032, 6, 96, True),
    331,
    """The net for images (331, 331, 3), 88,949,818 parameters; without its dense layer, for any size from 32.

    Example:
        >>> NASNetLarge(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 4032)
    """,
)
NASNetMobile = _of_the_paper(
    "NASNetMobile",
    (1056, 4, 32, False),
    224,
    """The net for images (224, 224, 3), 5,326,716 parameters; without its dense layer, for any size from 32.

    Example:
        >>> NASNetMobile(include_top=False, weights=None, input_shape=(32, 32, 3)).output_shape
        (None, 1, 1, 1056)
    """,
)
