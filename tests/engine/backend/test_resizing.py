"""Padding and resizing of K against NumPy, in both layouts."""

import numpy as np
import pytest

from engine import backend as K
from engine.errors import SettingError

rng = np.random.default_rng(0)


@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
def test_zeros_stand_around_images_and_volumes_and_nothing_else_changes(layout):
    first = layout == "channels_first"
    for pad, widths in ((K.spatial_2d_padding, ((1, 2), (0, 3))), (K.spatial_3d_padding, ((1, 0), (2, 1), (0, 1)))):
        x = rng.normal(size=(2, 3, *range(4, 4 + len(widths))) if first else (2, *range(4, 4 + len(widths)), 3))
        around = ((0, 0), (0, 0), *widths) if first else ((0, 0), *widths, (0, 0))
        assert np.array_equal(pad(x, widths, layout), np.pad(x, around))


def test_steps_are_padded_at_both_ends():
    x = rng.normal(size=(2, 4, 3))
    assert np.array_equal(K.temporal_padding(x, (2, 1)), np.pad(x, ((0, 0), (2, 1), (0, 0))))


def test_elements_are_repeated_along_each_axis():
    x = rng.normal(size=(2, 3, 2, 1))
    assert np.array_equal(K.resize_images(x, 2, 3, "channels_last"), x.repeat(2, axis=1).repeat(3, axis=2))
    volumes = rng.normal(size=(1, 2, 2, 3, 2))
    larger = volumes.repeat(3, axis=1).repeat(2, axis=2)
    assert np.array_equal(K.resize_volumes(volumes, 3, 2, 1, "channels_last"), larger)
    with pytest.raises(SettingError, match="cubic"):
        K.resize_images(x, 2, 2, "channels_last", interpolation="cubic")
