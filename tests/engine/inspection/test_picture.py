"""Pictures of arrays: one scale, colours of the same brightness steps, bounded size."""

import struct
import zlib

import numpy as np

from engine.inspection import Row, coloured, png, rows_as_svg, scale_of, shrunk


def brightness(colour):
    return colour @ np.array([0.2126, 0.7152, 0.0722])


def test_colours_get_brighter_all_the_way():
    rising = brightness(coloured(np.linspace(0, 1, 50), 0, 1).astype(float))
    assert np.all(np.diff(rising) > 0)


def test_values_on_both_sides_of_zero_have_a_scale_with_two_sides():
    low, high = scale_of(np.array([-1.0, 3.0, np.nan, np.inf]))
    assert (low, high) == (-3.0, 3.0)
    blue, white, orange = coloured(np.array([-3.0, 0.0, 3.0]), low, high).astype(int)
    assert blue[2] > blue[0] and orange[0] > orange[2] and white.min() > 240


def test_nan_is_told_apart_from_every_colour_of_the_scale():
    assert coloured(np.array([np.nan]), 0, 1).tolist() == [[200, 0, 120]]


def test_a_png_holds_the_pixels():
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    data = png(pixels)
    start = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[start - 4 : start])
    lines = np.frombuffer(zlib.decompress(data[start + 4 : start + 4 + length]), np.uint8).reshape(2, 10)
    assert np.array_equal(lines[:, 1:].reshape(2, 3, 3), pixels) and not lines[:, 0].any()


def test_means_of_blocks_keep_the_mean_and_bound_the_size():
    values = np.random.default_rng(0).normal(size=(512, 300))
    small = shrunk(values, 64, 50)
    assert small.shape == (64, 50)
    assert abs(small.mean() - values.mean()) < 1e-12
    assert shrunk(values, 512, 300) is values


def test_a_picture_of_large_things_stays_small():
    rows = [
        Row("maps", "Conv2D", np.ones((512, 512, 2048), np.float32)[:, :, :40]),
        Row("table", "Embedding", np.ones((100_000, 4), np.float32)),
        Row("wide", "Dense", np.full(1_000_000, np.nan)),
        Row("volume", "Conv3D", np.ones((4, 8, 8, 3))),
        Row("number", "", np.float32(3.0)),
    ]
    assert len(rows_as_svg(rows)) < 400_000
