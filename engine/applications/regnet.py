"""RegNet: stages of grouped convolutions whose widths lie on a straight line (Radosavovic et al., 2020); Y has gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import Literal, NamedTuple, Protocol

from .._graph.tensor import Tensor
from ..layers import Add, BatchNormalization, Conv2D, Dense, GlobalAveragePooling2D, Multiply, ReLU, Rescaling
from ..models import Model
from . import imagenet_utils as shared
from .imagenet_utils import decode_predictions
from .net import describe
from .scaling import preprocess_within as preprocess_input

__all__ = [
    "RegNetX002",
    "RegNetX004",
    "RegNetX006",
    "RegNetX008",
    "RegNetX016",
    "RegNetX032",
    "RegNetX040",
    "RegNetX064",
    "RegNetX080",
    "RegNetX120",
    "RegNetX160",
    "RegNetX320",
    "RegNetY002",
    "RegNetY004",
    "RegNetY006",
    "RegNetY008",
    "RegNetY016",
    "RegNetY032",
    "RegNetY040",
    "RegNetY064",
    "RegNetY080",
    "RegNetY120",
    "RegNetY160",
    "RegNetY320",
    "decode_predictions",
    "preprocess_input",
]

_ADDRESS = "https://storage.googleapis.com/tensorflow/keras-applications/regnet/"
_SIZE = 224
_FIRST = 32  # filters of the first convolution
_GATE = 0.25  # channels of a gate's middle, as a share of those before the block


class _Scale(NamedTuple):
    """A net of the family: blocks and channels of its four stages, channels of a group, hashes of ImageNet's weights."""

    blocks: tuple[int, int, int, int]
    channels: tuple[int, int, int, int]
    group: int
    hashes: tuple[str, str]


class _Application(Protocol):
    """A net's function with Keras's arguments."""

    def __call__(
        self,
        model_name: str | None = None,
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
    ) -> Model: ...


def _convolved(x: Tensor, filters: int, window: int, strides: int, groups: int, name: str) -> Tensor:
    """Without bias."""
    return Conv2D(
        filters,
        window,
        strides=strides,
        padding="same",
        groups=groups,
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )(x)


def _normalised(x: Tensor, name: str, rectified: str | None = None) -> Tensor:
    x = BatchNormalization(axis=shared.channel_axis(-1), momentum=0.9, epsilon=1e-5, name=name)(x)
    return x if rectified is None else ReLU(name=rectified)(x)


def _gated(x: Tensor, filters: int, name: str) -> Tensor:
    """x times a number from 0 to 1 for each channel, which follows from all channels' means."""
    gate = GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze_and_excite_gap")(x)
    for count, activation, what in ((filters, "relu", "squeeze"), (shared.channels_of(x), "sigmoid", "excite")):
        gate = Conv2D(
            count, 1, activation=activation, kernel_initializer="he_normal", name=f"{name}_squeeze_and_excite_{what}"
        )(gate)
    return Multiply()([gate, x])


def _block(x: Tensor, filters: int, group: int, strides: int, has_gate: bool, name: str) -> Tensor:
    """1 x 1, 3 x 3 in groups and 1 x 1, added to its input, which the first of a stage widens."""
    shortcut, channels = x, shared.channels_of(x)
    if strides != 1:
        shortcut = _normalised(_convolved(x, filters, 1, strides, 1, f"{name}_skip_1x1"), f"{name}_skip_bn")
    y = _convolved(x, filters, 1, 1, 1, f"{name}_conv_1x1_1")
    y = _normalised(y, f"{name}_conv_1x1_1_bn", f"{name}_conv_1x1_1_relu")
    y = _convolved(y, filters, 3, strides, max(filters // group, 1), f"{name}_conv_3x3")
    y = _normalised(y, f"{name}_conv_3x3_bn", f"{name}_conv_3x3_relu")
    if has_gate:
        y = _gated(y, int(channels * _GATE), name)
    y = _normalised(_convolved(y, filters, 1, 1, 1, f"{name}_conv_1x1_2"), f"{name}_conv_1x1_2_bn")
    return ReLU(name=f"{name}_exit_relu")(Add()([y, shortcut]))


def _features(x: Tensor, scale: _Scale, letter: str, name: str) -> Tensor:
    x = _convolved(x, _FIRST, 3, 2, 1, f"{name}_stem_conv")
    x = _normalised(x, f"{name}_stem_bn", f"{name}_stem_relu")
    for stage, (blocks, channels) in enumerate(zip(scale.blocks, scale.channels, strict=True)):
        for number in range(blocks):
            inside = f"{name}_Stage_{stage}_{letter}Block_{number}"
            x = _block(x, channels, scale.group, 1 if number else 2, letter == "Y", inside)
    return x


# What tf.keras's nets are: the docstring's second paragraph.
_LOGITS = """Images have values from 0 to 255, which the net scales itself. The dense layer gives logits, as in tf.keras, whatever
    `classifier_activation` is. ImageNet's weights are those of tf.keras."""


def _net(letters: str, scale: _Scale) -> _Application:
    """The function of a net of the family."""
    usual, title = f"regnet{letters}", f"RegNet{letters.upper()}"

    def application(
        model_name: str | None = None,
        include_top: bool = True,
        include_preprocessing: bool = True,
        weights: str | PathLike[str] | None = "imagenet",
        input_tensor: Tensor | None = None,
        input_shape: Sequence[int | None] | None = None,
        pooling: Literal["avg", "max"] | None = None,
        classes: int = 1000,
        classifier_activation: str | Callable[[Tensor], Tensor] | None = "softmax",
    ) -> Model:
        name = model_name or usual
        image = shared.Images(name, _SIZE).begin(include_top, weights, classes, input_tensor, input_shape)
        x = Rescaling(1 / 255, name=f"{name}_prestem_rescaling")(image) if include_preprocessing else image
        x = _features(x, scale, letters[0].upper(), name)
        if include_top:  # tf.keras's nets end with the dense layer's numbers, whatever `classifier_activation` is
            x = Dense(classes, name=f"{name}_head_dense")(GlobalAveragePooling2D(name=f"{name}_head_gap")(x))
        else:
            x = shared.pooled(x, pooling, name)

        def ready() -> tuple[str, str, str]:
            file = f"{usual}{'' if include_top else '_notop'}.h5"
            return file, _ADDRESS + file, scale.hashes[0 if include_top else 1]

        return shared.finish(image, x, name, weights, ready)

    order = (
        "model_name",
        "include_top",
        "include_preprocessing",
        "weights",
        "input_tensor",
        "input_shape",
        "pooling",
        "classes",
        "classifier_activation",
    )
    describe(application, title, order, _SIZE, scale.channels[-1], _LOGITS)
    return application


RegNetX002 = _net(
    "x002",
    _Scale(
        (1, 1, 4, 7),
        (24, 56, 152, 368),
        8,
        (
            "49fb46e56cde07fdaf57bffd851461a86548f6a3a4baef234dd37290b826c0b8",
            "5445b66cd50445eb7ecab094c1e78d4d3d29375439d1a7798861c4af15ffff21",
        ),
    ),
)
RegNetX004 = _net(
    "x004",
    _Scale(
        (1, 2, 7, 12),
        (32, 64, 160, 384),
        16,
        (
            "3523c7f5ac0dbbcc2fd6d83b3570e7540f7449d3301cc22c29547302114e4088",
            "de139bf07a66c9256f2277bf5c1b6dd2d5a3a891a5f8a925a10c8a0a113fd6f3",
        ),
    ),
)
RegNetX006 = _net(
    "x006",
    _Scale(
        (1, 3, 5, 7),
        (48, 96, 240, 528),
        24,
        (
            "340216ef334a7bae30daac9f414e693c136fac9ab868704bbfcc9ce6a5ec74bb",
            "a43ec97ad62f86b2a96a783bfdc63a5a54de02eef54f26379ea05e1bf90a9505",
        ),
    ),
)
RegNetX008 = _net(
    "x008",
    _Scale(
        (1, 3, 7, 5),
        (64, 128, 288, 672),
        16,
        (
            "8f145d6a5fae6da62677bb8d26eb92d0b9dfe143ec1ebf68b24a57ae50a2763d",
            "3c7e4b0917359304dc18e644475c5c1f5e88d795542b676439c4a3acd63b7207",
        ),
    ),
)
RegNetX016 = _net(
    "x016",
    _Scale(
        (2, 4, 10, 2),
        (72, 168, 408, 912),
        24,
        (
            "31c386f4c7bfef4c021a583099aa79c1b3928057ba1b7d182f174674c5ef3510",
            "1b8e3d545d190271204a7b2165936a227d26b79bb7922bac5ee4d303091bf17a",
        ),
    ),
)
RegNetX032 = _net(
    "x032",
    _Scale(
        (2, 6, 15, 2),
        (96, 192, 432, 1008),
        48,
        (
            "6c025df1409e5ea846375bc9dfa240956cca87ef57384d93fef7d6fa90ca8c7f",
            "9cd4522806c0fcca01b37874188b2bd394d7c419956d77472a4e072b01d99041",
        ),
    ),
)
RegNetX040 = _net(
    "x040",
    _Scale(
        (2, 5, 14, 2),
        (80, 240, 560, 1360),
        40,
        (
            "ba128046c588a26dbd3b3a011b26cb7fa3cf8f269c184c132372cb20b6eb54c1",
            "b4ed0ca0b9a98e789e05000e830403a7ade4d8afa01c73491c44610195198afe",
        ),
    ),
)
RegNetX064 = _net(
    "x064",
    _Scale(
        (2, 4, 10, 1),
        (168, 392, 784, 1624),
        56,
        (
            "0f4489c3cd3ad979bd6b0324213998bcb36dc861d178f977997ebfe53c3ba564",
            "3e706fa416a18dfda14c713423eba8041ae2509db3e0a611d5f599b5268a46c4",
        ),
    ),
)
RegNetX080 = _net(
    "x080",
    _Scale(
        (2, 5, 15, 1),
        (80, 240, 720, 1920),
        120,
        (
            "76320e43272719df648db37271a247c22eb6e810fe469c37a5db7e2cb696d162",
            "7b1ce8e29ceefec10a6569640ee329dba7fbc98b5d0f6346aabade058b66cf29",
        ),
    ),
)
RegNetX120 = _net(
    "x120",
    _Scale(
        (2, 5, 11, 1),
        (224, 448, 896, 2240),
        112,
        (
            "5cafc461b78897d5e4f24e68cb406d18e75f31105ef620e7682b611bb355eb3a",
            "36174ddd0299db04a42631d028abcb1cc7afec2b705e42bd28fcd325e5d596bf",
        ),
    ),
)
RegNetX160 = _net(
    "x160",
    _Scale(
        (2, 6, 13, 1),
        (256, 512, 896, 2048),
        128,
        (
            "8093f57a5824b181fb734ea21ae34b1f7ee42c5298e63cf6d587c290973195d2",
            "9d1485050bdf19531ffa1ed7827c75850e0f2972118a996b91aa9264b088fd43",
        ),
    ),
)
RegNetX320 = _net(
    "x320",
    _Scale(
        (2, 7, 13, 1),
        (336, 672, 1344, 2520),
        168,
        (
            "91fb3e6f4e9e44b3687e80977f7f4412ee9937c0c704232664fc83e4322ea01e",
            "9db7eacc37b85c98184070e1a172e6104c00846f44bcd4e727da9e50d9692398",
        ),
    ),
)
RegNetY002 = _net(
    "y002",
    _Scale(
        (1, 1, 4, 7),
        (24, 56, 152, 368),
        8,
        (
            "1e8091c674532b1a61c04f6393a9c570113e0197f22bd1b98cc4c4fe800c6465",
            "f63221f63d625b8e201221499682587bfe29d33f50a4c4f4d53be00f66c0f12c",
        ),
    ),
)
RegNetY004 = _net(
    "y004",
    _Scale(
        (1, 3, 6, 6),
        (48, 104, 208, 440),
        8,
        (
            "752fdbad21c78911bf1dcb8c513e5a0e14697b068e5d9e73525dbaa416d18d8e",
            "45e6ba8309a17a77e67afc05228454b2e0ee6be0dae65edc0f31f1da10cc066b",
        ),
    ),
)
RegNetY006 = _net(
    "y006",
    _Scale(
        (1, 3, 7, 4),
        (48, 112, 256, 608),
        16,
        (
            "98942e07b273da500ff9699a1f88aca78dfad4375faabb0bab784bb0dace80a9",
            "b70261cba4e60013c99d130cc098d2fce629ff978a445663b6fa4f8fc099a2be",
        ),
    ),
)
RegNetY008 = _net(
    "y008",
    _Scale(
        (1, 3, 8, 2),
        (64, 128, 320, 768),
        16,
        (
            "1b099377cc9a4fb183159a6f9b24bc998e5659d25a449f40c90cbffcbcfdcae4",
            "b11f5432a216ee640fe9be6e32939defa8d08b8d136349bf3690715a98752ca1",
        ),
    ),
)
RegNetY016 = _net(
    "y016",
    _Scale(
        (2, 6, 17, 2),
        (48, 120, 336, 888),
        24,
        (
            "b7ce1f5e223f0941c960602de922bcf846288ce7a4c33b2a4f2e4ac4b480045b",
            "d7404f50205e82d793e219afb9eb2bfeb781b6b2d316a6128c6d7d7dacab7f57",
        ),
    ),
)
RegNetY032 = _net(
    "y032",
    _Scale(
        (2, 5, 13, 1),
        (72, 216, 576, 1512),
        24,
        (
            "6a6a545cf3549973554c9b94f0cd40e25f229fffb1e7f7ac779a59dcbee612bd",
            "eb3ac1c45ec60f4f031c3f5180573422b1cf7bebc26c004637517372f68f8937",
        ),
    ),
)
RegNetY040 = _net(
    "y040",
    _Scale(
        (2, 6, 12, 2),
        (128, 192, 512, 1088),
        64,
        (
            "98d00118b335162bbffe8f1329e54e5c8e75ee09b2a5414f97b0ddfc56e796f6",
            "b5be2a5e5f072ecdd9c0b8a437cd896df0efa1f6a1f77e41caa8719b7dfcb05d",
        ),
    ),
)
RegNetY064 = _net(
    "y064",
    _Scale(
        (2, 7, 14, 2),
        (144, 288, 576, 1296),
        72,
        (
            "65c948c7a18aaecaad2d1bd4fd978987425604ba6669ef55a1faa0069a2804b7",
            "885c4b7ed7ea339daca7dafa1a62cb7d41b1068897ef90a5a3d71b4a2e2db31a",
        ),
    ),
)
RegNetY080 = _net(
    "y080",
    _Scale(
        (2, 4, 10, 1),
        (168, 448, 896, 2016),
        56,
        (
            "7a2c62da2982e369a4984d3c7c3b32d6f8d3748a71cb37a31156c436c37f3e95",
            "3d119577e1e3bf8d153b895e8ea9e4ec150ff2d92abdca711b6e949c3fd7115d",
        ),
    ),
)
RegNetY120 = _net(
    "y120",
    _Scale(
        (2, 5, 11, 1),
        (224, 448, 896, 2240),
        112,
        (
            "a96ab0d27d3ae35a422ee7df0d789069b3e3217a99334e0ce861a96595bc5986",
            "4a6fa387108380b730b71feea2ad80b5224b5ea9dc21dc156c93fe3c6186485c",
        ),
    ),
)
RegNetY160 = _net(
    "y160",
    _Scale(
        (2, 4, 11, 1),
        (224, 448, 1232, 3024),
        112,
        (
            "45067240ffbc7ca2591313fee2f80dbdda6d66ec1a7451446f9a6d00d8f7ac6e",
            "ead1e6b568be8f34447ec8941299a9df4368736ba9a8205de5427fa20a1fb316",
        ),
    ),
)
RegNetY320 = _net(
    "y320",
    _Scale(
        (2, 5, 12, 1),
        (232, 696, 1392, 3712),
        232,
        (
            "b05e173e4ae635cfa22d06392ee3741284d17dadfee68f2aa6fd8cb2b7561112",
            "cad78f74a586e24c61d38be17f3ae53bb9674380174d2585da1a526b8c20e1fd",
        ),
    ),
)
