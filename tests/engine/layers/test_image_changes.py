"""Changes of images by chance: only while training, another one for each image, the same by a seed, what is refused."""

import numpy as np
import pytest

from engine.errors import SettingError, ShapeError
from engine.layers import (
    Input,
    RandomBrightness,
    RandomContrast,
    RandomCrop,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from engine.models import Model

X = np.random.default_rng(0).uniform(0, 255, (16, 6, 8, 3)).astype("float32")
LAYERS = [
    RandomBrightness(0.2, seed=3),
    RandomContrast(0.3, seed=3),
    RandomFlip(seed=3),
    RandomRotation(0.1, seed=3),
    RandomTranslation(0.2, 0.3, seed=3),
    RandomZoom(0.3, seed=3),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_images_change_only_while_training_each_in_its_own_way_and_again_by_the_seed(layer):
    same = np.repeat(X[:1], 16, axis=0)
    np.testing.assert_array_equal(layer(X), X)
    changed = layer(same, training=True)
    assert len(np.unique(changed.reshape(16, -1).round(3), axis=0)) > 1
    again = type(layer).from_config(layer.get_config())
    np.testing.assert_array_equal(again(same, training=True), changed)
    first = type(layer).from_config({**layer.get_config(), "data_format": "channels_first"})
    turned = first(same.transpose(0, 3, 1, 2), training=True).transpose(0, 2, 3, 1)
    np.testing.assert_allclose(turned, changed, rtol=1e-4, atol=1e-3)


def test_mirrored_images_are_mirrored():
    changed = RandomFlip("horizontal", seed=1)(X, training=True)
    ways = [np.array_equal(y, x) + 2 * np.array_equal(y, x[:, ::-1]) for x, y in zip(X, changed, strict=True)]
    assert set(ways) == {1, 2}
    assert np.array_equal(RandomFlip("vertical", seed=1)(X, training=True)[:, :, 0], X[:, :, 0]) is False


def test_a_whole_turn_and_no_move_leave_an_image_as_it_is():
    for layer in (RandomRotation((1.0, 1.0)), RandomZoom((0.0, 0.0)), RandomTranslation(0.0, 0.0)):
        np.testing.assert_allclose(layer(X, training=True), X, rtol=1e-3, atol=0.5)
    moved = RandomTranslation((0.5, 0.5), (0.0, 0.0), fill_mode="constant", fill_value=7.0)(X, training=True)
    assert (moved[:, :3] == 7).all() and np.allclose(moved[:, 3:], X[:, :3], rtol=1e-4)


def test_a_cut_is_a_part_of_the_image_and_lies_elsewhere_in_each():
    rows = np.broadcast_to(np.arange(48.0).reshape(6, 8, 1), (64, 6, 8, 1))
    parts = RandomCrop(2, 3)(rows, training=True)
    corners = parts[:, 0, 0, 0]
    for part, corner in zip(parts, corners, strict=True):
        assert np.array_equal(part[..., 0], corner + np.array([[0, 1, 2], [8, 9, 10]]))
    assert set(corners // 8) == set(range(5)) and set(corners % 8) == set(range(6))


def test_a_model_trains_with_them_and_predicts_without():
    inputs = Input((6, 8, 3))
    model = Model(inputs, RandomZoom(0.1)(RandomFlip()(inputs)))
    np.testing.assert_array_equal(model.predict(X), X)


def test_what_does_not_fit_is_refused():
    with pytest.raises(SettingError, match="f for -f"):
        RandomRotation("a")
    for factor in (1.5, (-0.1, 0.1)):
        with pytest.raises(SettingError, match="from 0 to 1"):
            RandomContrast(factor)
    with pytest.raises(ShapeError, match="known size"):
        RandomRotation(0.1)(Input((None, 8, 3)))
