"""The two nets of Simonyan & Zisserman (2015): blocks of 3 x 3 convolutions, each ended by a pooling."""

from __future__ import annotations

from typing import Any

from ..layers import Conv2D, Dense, Flatten, MaxPooling2D
from ..models import Model
from . import imagenet_utils as shared

_FILTERS = (64, 128, 256, 512, 512)
_ADDRESS = "https://github.com/fchollet/deep-learning-models/releases/download/v0.1/"


def build(
    name: str,
    depths: tuple[int, ...],
    hashes: tuple[str, str],
    include_top: bool,
    weights: Any,
    input_tensor: Any,
    input_shape: Any,
    pooling: str | None,
    classes: int,
) -> Model:
    """A VGG net; depths: convolutions in each of the five blocks. hashes: of ImageNet's file with and without top."""
    x = image = shared.begin(
        input_tensor, input_shape, include_top=include_top, weights=weights, classes=classes, default_size=224,
        min_size=32, where=name,
    )  # fmt: skip
    for block, (filters, depth) in enumerate(zip(_FILTERS, depths, strict=True), 1):
        for number in range(1, depth + 1):
            x = Conv2D(filters, (3, 3), activation="relu", padding="same", name=f"block{block}_conv{number}")(x)
        x = MaxPooling2D((2, 2), strides=(2, 2), name=f"block{block}_pool")(x)
    if include_top:
        x = Flatten(name="flatten")(x)
        for number in (1, 2):
            x = Dense(4096, activation="relu", name=f"fc{number}")(x)
        x = Dense(classes, activation="softmax", name="predictions")(x)
    else:
        x = shared.pooled(x, pooling, name)
    return shared.finish(image, x, name, weights, lambda: shared.kernels_file(name, _ADDRESS, hashes, include_top))
