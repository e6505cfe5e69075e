"""Arrays as panels: every number is there that fits, what is too large is drawn in part, and nothing grows without bounds."""

import time

import numpy as np
import pytest

from kwidgets.inside.panels import (
    MOST_PANELS,
    bars_panel,
    drawn_sample,
    drawn_weight,
    histogram_panel,
    map_panel,
    tiles,
)

RNG = np.random.default_rng(0)


def shown(drawn, number=0):
    panel = drawn.panels[number]
    levels = np.frombuffer(drawn.buffers[number], np.uint8).reshape(panel["height"], panel["width"]).astype(float)
    return panel["low"] + levels / 254 * (panel["high"] - panel["low"])


def test_tiles_have_one_scale_and_hold_the_channels_values():
    values = np.maximum(RNG.normal(size=(8, 6, 5)), 0)
    drawn = tiles(values)
    assert [p["title"] for p in drawn.panels] == list("01234") and drawn.total == 5
    for k in range(5):
        assert np.abs(shown(drawn, k) - values[:, :, k]).max() <= values.max() / 254 / 2 + 1e-9
    assert {(p["low"], p["high"]) for p in drawn.panels} == {(0.0, values.max())}


def test_the_most_active_first_then_pages_then_one_alone():
    values = np.zeros((4, 4, 60))
    values[0, 0] = np.arange(60)
    drawn = tiles(values, by_activity=True)
    assert [p["channel"] for p in drawn.panels][:3] == [59, 58, 57] and len(drawn.panels) == MOST_PANELS
    assert tiles(values, first=48).panels[0]["channel"] == 48 and len(tiles(values, first=48).panels) == 12
    assert tiles(values, first=999).panels[0]["channel"] == 59
    alone = tiles(values, one=7)
    assert len(alone.panels) == 1 and alone.panels[0]["channel"] == 7 and alone.total == 60


def test_values_that_are_no_numbers_have_a_level_of_their_own():
    drawn = map_panel(np.array([[np.nan, 1.0, np.inf, -np.inf]]), "x", (0.0, 1.0))
    assert list(drawn.buffers[0]) == [255, 254, 254, 0]


@pytest.mark.parametrize(
    ("shape", "kinds"),
    [((7,), ["bars"]), ((20, 6), ["map"]), ((8, 8, 3), ["map"] * 3), ((4, 8, 8, 2), ["map"] * 2), ((), ["bars"])],
)
def test_each_kind_of_output_is_drawn_as_what_it_is(shape, kinds):
    assert [p["kind"] for p in drawn_sample(RNG.normal(size=shape), "layer").panels] == kinds


def test_a_sequence_has_its_steps_to_the_right_and_features_downwards():
    panel = drawn_sample(RNG.normal(size=(20, 6)), "layer").panels[0]
    assert (panel["width"], panel["height"]) == (20, 6)


@pytest.mark.parametrize("shape", [(4, 3), (7,), (3, 3, 1, 8), (3, 3, 16, 8), (5, 4, 2), (3, 3, 3, 2, 4), ()])
def test_every_weight_has_a_picture_and_a_histogram(shape):
    drawn = drawn_weight(RNG.normal(size=shape), "kernel")
    assert drawn.panels[-1]["kind"] == "histogram"
    assert np.frombuffer(drawn.buffers[-1], "<f4").sum() == max(1, np.prod(shape))


def test_large_things_are_drawn_in_pieces_soon_and_small():
    many = np.ones((14, 14, 2048), np.float32)
    large = np.ones((512, 512, 64), np.float32)
    table = np.ones((100_000, 64), np.float32)
    for make in (
        lambda: drawn_sample(many, "many", by_activity=True),
        lambda: drawn_sample(large, "large"),
        lambda: drawn_sample(large, "large", one=3),
        lambda: drawn_weight(table, "embeddings"),
        lambda: drawn_sample(np.ones(1_000_000, np.float32), "wide"),
    ):
        began = time.thread_time()
        drawn = make()
        assert sum(map(len, drawn.buffers)) < 600_000 and len(drawn.panels) <= MOST_PANELS + 1
        assert time.thread_time() - began < 60  # a frozen page; how quick it is, the benchmarks say
    assert drawn_sample(large, "large", one=3).panels[0]["width"] == 512


def test_bars_and_histograms_of_nothing_and_of_no_numbers():
    assert bars_panel(np.array([np.nan, np.inf, 1.0]), "x").panels[0]["width"] == 3
    assert histogram_panel(np.array([]), "x").panels[0]["width"] == 40
