"""ConvNeXt: a residual net in the proportions of a vision transformer, of convolutions alone (Liu et al., 2022)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Literal, NamedTuple, Protocol

from .._graph.tensor import Tensor
from .._machine import config
from ..errors import SettingError
from ..layers import (
    Activation,
    Add,
    Conv2D,
    Dense,
    GlobalAveragePooling2D,
    LayerNormalization,
    Normalization,
    Scale,
)
from ..models import Model, Sequential
from . import imagenet_utils as shared
from .efficientnet import ARGUMENTS
from .imagenet_utils import decode_predictions
from .net import describe
from .scaling import preprocess_within as preprocess_input

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "decode_predictions",
    "preprocess_input",
]

_ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/convnext/"
_SIZE = 224
_EPSILON = 1e-6  # of the normalisations
_FIRST_FACTOR = 1e-6  # of what a block adds: a net begins as if it had no blocks
# ImageNet's mean and deviation of red, green and blue, for values from 0 to 255.
_MEAN = [255 * mean for mean in (0.485, 0.456, 0.406)]
_VARIANCE = [(255 * deviation) ** 2 for deviation in (0.229, 0.224, 0.225)]


class _Scale(NamedTuple):
    """A net of the family: blocks and channels of its four stages, hashes of ImageNet's weights."""

    blocks: tuple[int, int, int, int]
    channels: tuple[int, int, int, int]
    hashes: tuple[str, str]


class _Application(Protocol):
    """A net's function with Keras's arguments."""

    def __call__(
        self,
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
        name: str | None = None,
    ) -> Model: ...


def _block(x: Tensor, name: str) -> Tensor:
    """A wide window for each channel by itself, two products at each place, and a learnt factor of what is added."""
    channels = shared.channels_of(x)
    y = Conv2D(channels, 7, padding="same", groups=channels, name=f"{name}_depthwise_conv")(x)
    y = LayerNormalization(epsilon=_EPSILON, name=f"{name}_layernorm")(y)
    y = Dense(4 * channels, name=f"{name}_pointwise_conv_1")(y)
    y = Activation("gelu", name=f"{name}_gelu")(y)
    y = Dense(channels, name=f"{name}_pointwise_conv_2")(y)
    factor = {"class_name": "Constant", "config": {"value": _FIRST_FACTOR}}
    y = Scale(center=False, gamma_initializer=factor, name=f"{name}_layer_scale")(y)
    return Add()([x, Activation("linear", name=f"{name}_identity")(y)])


def _smaller(stage: int, channels: int, name: str) -> Sequential:
    """The model inside that comes before a stage: windows side by side, normalised before, the first one's after."""
    window = 2 if stage else 4
    endings = (f"downsampling_layernorm_{stage - 1}", f"downsampling_conv_{stage - 1}")
    norm_name, conv_name = endings if stage else ("stem_layernorm", "stem_conv")
    conv = Conv2D(channels, window, strides=window, name=f"{name}_{conv_name}")
    norm = LayerNormalization(epsilon=_EPSILON, name=f"{name}_{norm_name}")
    inside = f"downsampling_block_{stage - 1}" if stage else "stem"
    return Sequential([norm, conv] if stage else [conv, norm], name=f"{name}_{inside}")


def _features(x: Tensor, scale: _Scale, name: str) -> Tensor:
    for stage, (blocks, channels) in enumerate(zip(scale.blocks, scale.channels, strict=True)):
        x = _smaller(stage, channels, name)(x)
        for number in range(blocks):
            x = _block(x, f"{name}_stage_{stage}_block_{number}")
    return x


def _check_layout(where: str) -> None:
    if config.image_data_format() == "channels_first":
        hint = "Its normalisations take the last axis for the channels; call K.set_image_data_format('channels_last')."
        raise SettingError(where=where, expected="images with channels last", actual="channels_first", hint=hint)


def _net(letters: str, scale: _Scale) -> _Application:
    """The function of a net of the family."""
    usual = f"convnext_{letters.lower()}"

    def application(
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
        name: str | None = None,
    ) -> Model:
        name = name or usual
        _check_layout(name)
        image = shared.Images(name, _SIZE).begin(include_top, weights, classes, input_tensor, input_shape)
        x = image
        if include_preprocessing and shared.channels_of(image) == len(_MEAN):
            x = Normalization(mean=_MEAN, variance=_VARIANCE, name=f"{name}_prestem_normalization")(x)
        x = _features(x, scale, name)
        if include_top:
            x = GlobalAveragePooling2D(name=f"{name}_head_gap")(x)
            x = LayerNormalization(epsilon=_EPSILON, name=f"{name}_head_layernorm")(x)
            x = Dense(classes, activation=classifier_activation, name=f"{name}_head_dense")(x)
        else:
            x = LayerNormalization(epsilon=_EPSILON)(shared.pooled(x, pooling, name))

        def ready() -> tuple[str, str, str]:
            file = f"{usual}{'' if include_top else '_notop'}.h5"
            return file, _ADDRESS + file, scale.hashes[0 if include_top else 1]

        return shared.finish(image, x, name, weights, ready)

    order = ("include_top", "include_preprocessing", *ARGUMENTS[1:], "name")
    describe(application, f"ConvNeXt{letters}", order, _SIZE, scale.channels[-1])
    return application


ConvNeXtTiny = _net(
    "Tiny",
    _Scale(
        (3, 3, 9, 3),
        (96, 192, 384, 768),
        (
            "8ae6e78ce2933352b1ef4008e6dd2f17bc40771563877d156bc6426c7cf503ff",
            "d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
        ),
    ),
)
ConvNeXtSmall = _net(
    "Small",
    _Scale(
        (3, 3, 27, 3),
        (96, 192, 384, 768),
        (
            "ce1277d8f1ee5a0ef0e171469089c18f5233860ceaf9b168049cb9263fd7483c",
            "6fc8009faa2f00c1c1dfce59feea9b0745eb260a7dd11bee65c8e20843da6eab",
        ),
    ),
)
ConvNeXtBase = _net(
    "Base",
    _Scale(
        (3, 3, 27, 3),
        (128, 256, 512, 1024),
        (
            "52cbb006d3dadd03f6e095a8ca1aca47aecdd75acb4bc74bce1f5c695d0086e6",
            "40a20c5548a5e9202f69735ecc06c990e6b7c9d2de39f0361e27baeb24cb7c45",
        ),
    ),
)
ConvNeXtLarge = _net(
    "Large",
    _Scale(
        (3, 3, 27, 3),
        (192, 384, 768, 1536),
        (
            "070c5ed9ed289581e477741d3b34beffa920db8cf590899d6d2c67fba2a198a6",
            "96f02b6f0753d4f543261bc9d09bed650f24dd6bc02ddde3066135b63d23a1cd",
        ),
    ),
)
ConvNeXtXLarge = _net(
    "XLarge",
    _Scale(
        (3, 3, 27, 3),
        (256, 512, 1024, 2048),
        (
            "c1f5ccab661354fc3a79a10fa99af82f0fbf10ec65cb894a3ae0815f17a889ee",
            "de3f8a54174130e0cecdc71583354753d557fcf1f4487331558e2a16ba0cfe05",
        ),
    ),
)
