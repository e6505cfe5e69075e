"""ResNet-RS: ResNets with gates, a deeper stem and pooled shortcuts, scaled in depth and images (Bello et al., 2021)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from .._graph.tensor import Tensor
from ..errors import SettingError, shorten
from ..layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
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
from .efficientnet import pooled
from .imagenet_utils import decode_predictions
from .net import describe
from .scaling import preprocess_within as preprocess_input

__all__ = [
    "ResNetRS50",
    "ResNetRS101",
    "ResNetRS152",
    "ResNetRS200",
    "ResNetRS270",
    "ResNetRS350",
    "ResNetRS420",
    "decode_predictions",
    "preprocess_input",
]

_ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/resnet_rs/"
_SIZE = 224
_FILTERS = (64, 128, 256, 512)
_WIDENING = 4  # of a block's last convolution
_MEAN, _VARIANCE = [0.485, 0.456, 0.406], [0.229**2, 0.224**2, 0.225**2]
_KERNEL: dict[str, Any] = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "normal", "seed": None},
}


class _Scale(NamedTuple):
    """A net of the family: blocks of its stages, shares of dropout, hashes of ImageNet's weights by their images' size."""

    depth: int
    blocks: tuple[int, int, int, int]
    dropped: float
    dropout: float
    hashes: dict[int, tuple[str, str]]


class _Application(Protocol):
    """A net's function with Keras's arguments."""

    def __call__(
        self,
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        classes: int = 1000,
        input_shape: Sequence[int | None] | None = None,
        input_tensor: Tensor | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
        include_preprocessing: bool = True,
    ) -> Model: ...


def _convolved(x: Tensor, filters: int, window: int, strides: int, name: str) -> Tensor:
    """Windows that begin at the border's zeros on both sides alike, whatever the size."""
    if strides > 1:
        x = ZeroPadding2D(window // 2)(x)
    padding = "same" if strides == 1 else "valid"
    return Conv2D(
        filters, window, strides=strides, padding=padding, use_bias=False, kernel_initializer=_KERNEL, name=name
    )(x)


def _normalised(x: Tensor, name: str) -> Tensor:
    # Keras's nets have a momentum of 0: moving moments are those of the last batch.
    return BatchNormalization(axis=shared.channel_axis(), momentum=0.0, epsilon=1e-5, name=name)(x)


def _stem(x: Tensor) -> Tensor:
    for number, (filters, strides) in enumerate(((32, 2), (32, 1), (64, 1), (64, 2)), 1):
        x = _convolved(x, filters, 3, strides, f"stem_1_stem_conv_{number}")
        x = Activation("relu", name=f"stem_1_stem_act_{number}")(_normalised(x, f"stem_1_stem_batch_norm_{number}"))
    return x


def _gated(x: Tensor, filters: int, name: str) -> Tensor:
    """x times a number from 0 to 1 for each channel, which follows from all channels' means."""
    channels = shared.channels_of(x)
    shape = (channels, 1, 1) if shared.channel_axis() == 1 else (1, 1, channels)
    gate = Reshape(shape, name=f"{name}_se_reshape")(GlobalAveragePooling2D(name=f"{name}_se_squeeze")(x))
    for count, activation, what in ((filters, "relu", "reduce"), (channels, "sigmoid", "expand")):
        gate = Conv2D(
            count, 1, padding="same", activation=activation, kernel_initializer=_KERNEL, name=f"{name}_se_{what}"
        )(gate)
    return Multiply(name=f"{name}_se_excite")([x, gate])


def _block(x: Tensor, filters: int, strides: int, is_first: bool, dropped: float, name: str) -> Tensor:
    """1 x 1, 3 x 3 and 1 x 1, gated and added to its input, which the first of a stage pools and widens."""
    shortcut = x
    if is_first:
        if strides == 2:
            shortcut = AveragePooling2D(2, strides=2, padding="same", name=f"{name}_projection_pooling")(shortcut)
        shortcut = _convolved(shortcut, _WIDENING * filters, 1, 1, f"{name}_projection_conv")
        shortcut = _normalised(shortcut, f"{name}_projection_batch_norm")
    y = _normalised(_convolved(x, filters, 1, 1, f"{name}_conv_1"), f"{name}batch_norm_1")
    y = _convolved(Activation("relu", name=f"{name}_act_1")(y), filters, 3, strides, f"{name}_conv_2")
    y = Activation("relu", name=f"{name}_act_2")(_normalised(y, f"{name}_batch_norm_2"))
    y = _convolved(y, _WIDENING * filters, 1, 1, f"{name}_conv_3")
    y = _gated(_normalised(y, f"{name}_batch_norm_3"), filters, f"{name}_se")
    if dropped:
        y = Dropout(dropped, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(y)
    return Activation("relu", name=f"{name}_output_act")(Add()([y, shortcut]))


def _features(x: Tensor, scale: _Scale) -> Tensor:
    x = _stem(x)
    for stage, (filters, blocks) in enumerate(zip(_FILTERS, scale.blocks, strict=True)):
        dropped = scale.dropped * (stage + 2) / (len(_FILTERS) + 1)
        for number in range(blocks):
            strides = 2 if stage and not number else 1
            x = _block(x, filters, strides, not number, dropped, f"BlockGroup{stage + 2}__block_{number}_")
    return x


def _scaled(image: Tensor) -> Tensor:
    x = Rescaling(1 / 255)(image)
    colours = shared.channels_of(image) == len(_MEAN)
    return Normalization(axis=shared.channel_axis(), mean=_MEAN, variance=_VARIANCE)(x) if colours else x


def _trained_size(weights: shared.Weights, scale: _Scale, where: str) -> int | None:
    """The size of the images of ImageNet's weights, the largest for "imagenet", 160 for "imagenet-i160"; None for others."""
    if weights == "imagenet":
        return max(scale.hashes)
    if not isinstance(weights, str) or not weights.startswith("imagenet-i") or Path(weights).is_file():
        return None
    sizes = {f"imagenet-i{size}": size for size in scale.hashes}
    if weights not in sizes:
        expected = f"None, 'imagenet', the path of a file, or one of {sorted(sizes)}"
        raise SettingError(where=f"{where}, weights", expected=expected, actual=shorten(weights))
    return sizes[weights]


def _net(scale: _Scale) -> _Application:
    """The function of a net of the family."""
    name, title = f"resnet-rs-{scale.depth}", f"ResNetRS{scale.depth}"

    def application(
        include_top: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        classes: int = 1000,
        input_shape: Sequence[int | None] | None = None,
        input_tensor: Tensor | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
        include_preprocessing: bool = True,
    ) -> Model:
        size = _trained_size(weights, scale, name)
        known = weights if size is None else "imagenet"
        images = shared.Images(name, _SIZE, any_size=input_shape is not None)
        image = images.begin(include_top, known, classes, input_tensor, input_shape)
        x = _features(_scaled(image) if include_preprocessing else image, scale)
        if include_top:
            x = Dropout(scale.dropout, name="top_dropout")(GlobalAveragePooling2D(name="avg_pool")(x))
            x = Dense(classes, activation=classifier_activation, name="predictions")(x)
        else:
            x = pooled(x, pooling, name)

        def ready() -> tuple[str, str, str]:
            file = f"{name}-i{size}{'' if include_top else '_notop'}.h5"
            return file, _ADDRESS + file, scale.hashes[size or 0][0 if include_top else 1]

        return shared.finish(image, x, name, known, ready)

    order = (
        "include_top",
        "weights",
        "classes",
        "input_shape",
        "input_tensor",
        "pooling",
        "classifier_activation",
        "include_preprocessing",
    )
    describe(application, title, order, _SIZE, _WIDENING * _FILTERS[-1])
    return application


ResNetRS50 = _net(
    _Scale(50, (3, 4, 6, 3), 0.0, 0.25, {160: ("69d9d925319f00a8bdd4af23c04e4102", "90daa68cd26c95aa6c5d25451e095529")})
)
ResNetRS101 = _net(
    _Scale(
        101,
        (3, 4, 23, 3),
        0.0,
        0.25,
        {
            160: ("544b3434d00efc199d66e9058c7f3379", "82d5b90c5ce9d710da639d6216d0f979"),
            192: ("eb285be29ab42cf4835ff20a5e3b5d23", "f9a0f6b85faa9c3db2b6e233c4eebb5b"),
        },
    )
)
ResNetRS152 = _net(
    _Scale(
        152,
        (3, 8, 36, 3),
        0.0,
        0.25,
        {
            192: ("8d72a301ed8a6f11a47c4ced4396e338", "5fbf7ac2155cb4d5a6180ee9e3aa8704"),
            224: ("31a46a92ab21b84193d0d71dd8c3d03b", "dc8b2cba2005552eafa3167f00dc2133"),
            256: ("ba6271b99bdeb4e7a9b15c05964ef4ad", "fa79794252dbe47c89130f65349d654a"),
        },
    )
)
ResNetRS200 = _net(
    _Scale(
        200, (3, 24, 36, 3), 0.1, 0.25, {256: ("a76930b741884e09ce90fa7450747d5f", "bbdb3994718dfc0d1cd45d7eff3f3d9c")}
    )
)
ResNetRS270 = _net(
    _Scale(
        270, (4, 29, 53, 4), 0.1, 0.25, {256: ("20d575825ba26176b03cb51012a367a8", "2c42ecb22e35f3e23d2f70babce0a2aa")}
    )
)
ResNetRS350 = _net(
    _Scale(
        350,
        (4, 36, 72, 4),
        0.1,
        0.4,
        {
            256: ("f4a039dc3c421321b7fc240494574a68", "6e44b55025bbdff8f51692a023143d66"),
            320: ("7ccb858cc738305e8ceb3c0140bee393", "ab0c1f9079d2f85a9facbd2c88aa6079"),
        },
    )
)
ResNetRS420 = _net(
    _Scale(
        420, (4, 44, 87, 4), 0.1, 0.4, {320: ("ae0eb9bed39e64fc8d7e0db4018dc7e8", "fe6217c32be8305b1889657172b98884")}
    )
)
