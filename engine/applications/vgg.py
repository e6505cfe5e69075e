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
    shared.check_weights(weights, include_top, classes, name)
    shape = shared.check_input_shape(
        input_shape, default_size=224, min_size=32, require_flatten=include_top, weights=weights, where=name
    )
    x = image = shared.image_input(input_tensor, shape)
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

    def ready() -> tuple[str, str, str]:
        ending = "" if include_top else "_notop"
        file = f"{name}_weights_tf_dim_ordering_tf_kernels{ending}.h5"
        return file, _ADDRESS + file, hashes[0 if include_top else 1]

    return shared.finish(image, x, name, weights, ready)
