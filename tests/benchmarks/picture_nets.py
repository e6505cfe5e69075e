"""More convolutional networks to measure beside those of `workloads`: other kinds, batches of 1, 8 and 64, sizes of 8 to 512.

`python -m tests.benchmarks compare --workloads mobile1,unet1,...`; they stand in no geometric mean.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from .workloads import Workload, cifar_cnn, optimizer

SIZES = (8, 16, 32, 64, 128, 256, 512)
# Filters and strides of MobileNet's blocks (Howard et al., 2017).
MOBILE_BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
    (1024, 2), (1024, 1),
)  # fmt: skip
UNET_FILTERS = (16, 32, 64)


def _compiled(keras: Any, inputs: Any, outputs: Any, loss: str = "categorical_crossentropy") -> Any:
    model = keras.models.Model(inputs, outputs)
    model.compile(optimizer=optimizer(keras, "Adam", 0.001), loss=loss)
    return model


def _normalised(keras: Any, x: Any) -> Any:
    return keras.layers.Activation("relu")(keras.layers.BatchNormalization()(x))


def mobile_net(keras: Any, size: int = 224) -> Any:
    """MobileNet, with ten classes."""
    k = keras.layers
    inputs = k.Input((size, size, 3))
    x = _normalised(keras, k.Conv2D(32, 3, strides=2, padding="same", use_bias=False)(inputs))
    for filters, strides in MOBILE_BLOCKS:
        x = _normalised(keras, k.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False)(x))
        x = _normalised(keras, k.Conv2D(filters, 1, padding="same", use_bias=False)(x))
    return _compiled(keras, inputs, k.Dense(10, activation="softmax")(k.GlobalAveragePooling2D()(x)))


def u_net(keras: Any, size: int = 128) -> Any:
    """A small U-Net (Ronneberger et al., 2015): two convolutions a level, transposed ones on the way up."""
    k = keras.layers

    def level(x: Any, filters: int) -> Any:
        for _ in range(2):
            x = k.Conv2D(filters, 3, padding="same", activation="relu")(x)
        return x

    inputs = x = k.Input((size, size, 3))
    across: list[Any] = []
    for filters in UNET_FILTERS:
        across.append(level(x, filters))
        x = k.MaxPooling2D(2)(across[-1])
    x = level(x, 128)
    for filters in reversed(UNET_FILTERS):
        x = k.concatenate([k.Conv2DTranspose(filters, 2, strides=2, padding="same")(x), across.pop()])
        x = level(x, filters)
    return _compiled(keras, inputs, k.Conv2D(1, 1, activation="sigmoid")(x), "binary_crossentropy")


def series_net(keras: Any) -> Any:
    """Convolutions over the steps of a series."""
    k = keras.layers
    inputs = x = k.Input((500, 8))
    for filters in (64, 64, 128):
        x = k.MaxPooling1D(2)(k.Conv1D(filters, 5, padding="same", activation="relu")(x))
    return _compiled(keras, inputs, k.Dense(10, activation="softmax")(k.GlobalAveragePooling1D()(x)))


def volume_net(keras: Any) -> Any:
    """Convolutions over volumes."""
    k = keras.layers
    inputs = x = k.Input((24, 32, 32, 1))
    for filters in (16, 32, 64):
        x = k.Conv3D(filters, 3, padding="same", activation="relu")(x)
        x = k.MaxPooling3D(2)(k.Conv3D(filters, 3, padding="same", activation="relu")(x))
    return _compiled(keras, inputs, k.Dense(10, activation="softmax")(k.GlobalAveragePooling3D()(x)))


def picture_net(keras: Any, size: int) -> Any:
    """Three levels of two convolutions, for pictures of any size."""
    k = keras.layers
    inputs = x = k.Input((size, size, 3))
    for filters in (16, 32, 64):
        x = k.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = k.MaxPooling2D(2)(k.Conv2D(filters, 3, padding="same", activation="relu")(x))
    return _compiled(keras, inputs, k.Dense(10, activation="softmax")(k.GlobalAveragePooling2D()(x)))


def _classified(*shape: int) -> Callable[[np.random.Generator], tuple[Any, Any]]:
    return lambda rng: (rng.random(shape, np.float32), np.eye(10, dtype=np.float32)[rng.integers(0, 10, shape[0])])


def _seen(*shape: int) -> Callable[[np.random.Generator], tuple[Any, Any]]:
    return lambda rng: (rng.random(shape, np.float32), None)


def _segmented(n: int, size: int) -> Callable[[np.random.Generator], tuple[Any, Any]]:
    return lambda rng: (
        rng.random((n, size, size, 3), np.float32),
        rng.integers(0, 2, (n, size, size, 1)).astype(np.float32),
    )


def _work(
    key: str, title: str, build: Callable[[Any], Any], data: Any, kind: str = "train", batch: int = 8
) -> Workload:
    return Workload(key, title, build, data, kind, batch, (3136, 288, 64))


PICTURES = {
    w.key: w
    for w in (
        _work("mobile1", "MobileNet predict, batch 1", mobile_net, _seen(1, 224, 224, 3), "predict", 1),
        _work("mobile8", "MobileNet predict, batch 8", mobile_net, _seen(8, 224, 224, 3), "predict"),
        _work("mobilet", "MobileNet on 96 x 96, Adam, batch 8", partial(mobile_net, size=96), _classified(8, 96, 96, 3)),
        _work("unet1", "U-Net on 128 x 128, Adam, batch 1", u_net, _segmented(1, 128), batch=1),
        _work("unet8", "U-Net on 128 x 128, Adam, batch 8", u_net, _segmented(8, 128)),
        _work("series", "Conv1D over 500 x 8, Adam, batch 64", series_net, _classified(64, 500, 8), batch=64),
        _work("volumes", "Conv3D over 24 x 32 x 32, Adam, batch 4", volume_net, _classified(4, 24, 32, 32, 1), batch=4),
        *(
            _work(f"cifar{n}", f"CIFAR CNN, batch {n}", cifar_cnn, _classified(n, 32, 32, 3), batch=n)
            for n in (1, 8, 64)
        ),
        *(
            _work(f"size{n}", f"predict, 8 of {n} x {n}", partial(picture_net, size=n), _seen(8, n, n, 3), kind="predict")
            for n in SIZES
        ),
    )
}  # fmt: skip
