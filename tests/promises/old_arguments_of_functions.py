"""Old arguments of functions beside what one writes now, for `test_every_old_spelling.py`: those of K, images, test data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine import backend as K
from engine._machine.random import seeded
from engine.applications.imagenet_utils import preprocess_input
from engine.preprocessing.image import ImageDataGenerator, array_to_img, img_to_array
from engine.utils.test_utils import get_test_data

Arguments = dict[str, tuple[dict[str, Any], dict[str, Any]]]
_FORMAT: Arguments = {"dim_ordering": ({"dim_ordering": "th"}, {"data_format": "channels_first"})}
_PADDING: Arguments = {"border_mode": ({"border_mode": "same"}, {"padding": "same"}), **_FORMAT}
_SHAPES: Arguments = {name: ({name: (1, 2, 3)}, {}) for name in ("filter_shape", "image_shape", "volume_shape")}


def _ones(*shape: int) -> np.ndarray:
    return np.arange(1.0, np.prod(shape) + 1).reshape(shape)


def _valued(function: Callable[..., Any], *inputs: Any) -> Callable[..., Any]:
    def call(**settings: Any) -> Any:
        with seeded(3):
            return K.eval(function(*inputs, **settings)).tolist()

    return call


def _convolution(function: Callable[..., Any], rank: int, *kernels: np.ndarray) -> tuple[Callable[..., Any], Arguments]:
    rates: Arguments = {"filter_dilation": ({"filter_dilation": (1,) * rank}, {"dilation_rate": (1,) * rank})}
    return _valued(function, _ones(1, *(4,) * (rank + 1)), *kernels), {**_PADDING, **_SHAPES, **rates}


def _transposed(x: np.ndarray, kernel: np.ndarray, **settings: Any) -> Any:
    """To the shape that the settings leave: 4 + 2 rows and columns, or 4."""
    size = 4 if "same" in settings.values() else 6
    first = {"th", "channels_first"} & set(map(str, settings.values()))
    return K.conv2d_transpose(x, kernel, (1, 4, size, size) if first else (1, size, size, 4), **settings)


_TRANSPOSED = _convolution(_transposed, 2, _ones(3, 3, 4, 4))
_CONV1D = _convolution(K.conv1d, 1, _ones(2, 4, 3))

CALLS: dict[str, tuple[Callable[..., Any], Arguments]] = {
    "get_test_data": (
        lambda **settings: [part.shape for pair in get_test_data(**settings) for part in pair],
        {
            "nb_train": ({"nb_train": 4}, {"num_train": 4}),
            "nb_test": ({"nb_test": 4}, {"num_test": 4}),
            "nb_class": ({"nb_class": 1}, {"num_classes": 1}),
        },
    ),
    "ImageDataGenerator": (lambda **settings: ImageDataGenerator(**settings).data_format, _FORMAT),
    "array_to_img": (lambda **settings: array_to_img(_ones(3, 2, 4), **settings).size, _FORMAT),
    "img_to_array": (lambda **settings: img_to_array(_ones(3, 2, 4), **settings).tolist(), _FORMAT),
    "preprocess_input": (lambda **settings: preprocess_input(_ones(3, 2, 4), **settings).tolist(), _FORMAT),
    "K.expand_dims": (_valued(K.expand_dims, _ones(2, 3)), {"dim": ({"dim": 1}, {"axis": 1})}),
    "K.random_normal": (_valued(K.random_normal, (2, 3)), {"std": ({"std": 0.1}, {"stddev": 0.1})}),
    "K.random_uniform": (
        _valued(K.random_uniform, (2, 3)),
        {"low": ({"low": -1.0}, {"minval": -1.0}), "high": ({"high": 3.0}, {"maxval": 3.0})},
    ),
    "K.conv1d": (_CONV1D[0], {**_CONV1D[1], "stride": ({"stride": 2}, {"strides": 2})}),
    "K.conv2d": _convolution(K.conv2d, 2, _ones(2, 2, 4, 3)),
    "K.conv3d": _convolution(K.conv3d, 3, _ones(2, 2, 2, 4, 3)),
    "K.conv2d_transpose": _TRANSPOSED,
    "K.separable_conv2d": _convolution(K.separable_conv2d, 2, _ones(2, 2, 4, 1), _ones(1, 1, 4, 3)),
    "K.pool2d": (_valued(K.pool2d, _ones(1, 4, 4, 4), (2, 2)), _PADDING),
    "K.pool3d": (_valued(K.pool3d, _ones(1, 4, 4, 4, 4), (2, 2, 2)), _PADDING),
    "K.resize_images": (_valued(K.resize_images, _ones(1, 2, 3, 4), 2, 2), _FORMAT),
    "K.resize_volumes": (_valued(K.resize_volumes, _ones(1, 2, 3, 4, 1), 2, 2, 2), _FORMAT),
    "K.spatial_2d_padding": (_valued(K.spatial_2d_padding, _ones(1, 2, 3, 4)), _FORMAT),
    "K.spatial_3d_padding": (_valued(K.spatial_3d_padding, _ones(1, 2, 3, 4, 1)), _FORMAT),
}
