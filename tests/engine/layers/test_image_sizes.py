"""Images of another size: known lines, either order of axes, what is refused. Keras's numbers: tests/keras/test_golden.py."""

import numpy as np
import pytest

from engine.errors import ShapeError
from engine.layers import CenterCrop, Input, Resizing, UpSampling2D
from engine.layers.image_sizes import shares

X = np.random.default_rng(0).normal(size=(2, 6, 8, 3)).astype("float32")


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest", "bicubic"])
@pytest.mark.parametrize(("size", "result"), [(5, 9), (9, 5), (1, 4), (4, 1), (3, 3)])
def test_what_each_point_counts_adds_up_to_one(size, result, interpolation):
    matrix = shares(size, result, interpolation)
    assert matrix.shape == (result, size)
    np.testing.assert_allclose(matrix.sum(1), 1)
    if size == result:
        np.testing.assert_allclose(matrix, np.eye(size), atol=1e-12)


def test_channels_may_come_first():
    for make in (Resizing, CenterCrop):
        last, first = make(4, 5), make(4, 5, data_format="channels_first")
        np.testing.assert_allclose(first(X.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1), last(X), rtol=1e-5, atol=1e-6)


def test_nothing_is_stretched_when_it_is_cut_first():
    np.testing.assert_allclose(Resizing(6, 6, crop_to_aspect_ratio=True)(X), X[:, :, 1:7], rtol=1e-6)
    assert CenterCrop(4, 4)(X).tolist() == X[:, 1:5, 2:6].tolist()


def test_images_of_open_size_are_refused():
    for layer in (Resizing(3, 3), CenterCrop(3, 3)):
        with pytest.raises(ShapeError, match="known size"):
            layer(Input((None, 8, 3)))


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_enlarging_with_half_pixel_centers_is_resizing(data_format):
    x = X if data_format == "channels_last" else X.transpose(0, 3, 1, 2)
    enlarged = UpSampling2D((2, 3), data_format, "bilinear", half_pixel_centers=True)
    np.testing.assert_allclose(enlarged(x), Resizing(12, 24, data_format=data_format)(x), rtol=1e-6)
    assert "half_pixel_centers" not in UpSampling2D((2, 3), interpolation="bilinear").get_config()
