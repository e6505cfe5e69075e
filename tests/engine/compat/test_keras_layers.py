"""Layers of later Keras that are no cards: `Pipeline`."""

import numpy as np
import pytest

from engine._compat.keras_layers import Pipeline
from engine.layers import Dense, Input
from engine.models import Model


def test_a_pipeline_is_its_layers_one_behind_the_other():
    first, second = Dense(3), Dense(2)
    pipeline = Pipeline([first, second])
    x = np.ones((4, 5), "float32")
    np.testing.assert_array_equal(pipeline(x), second(first(x)))
    start = Input((5,))
    model = Model(start, pipeline(start))
    assert len(model.trainable_weights) == 4


def test_random_features_are_near_to_a_kernel():
    from engine._compat.keras_layers import RandomFourierFeatures
    from engine.errors import SettingError

    x = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    features = np.asarray(RandomFourierFeatures(40000, scale=2.0)(x))
    distances = np.square(x[:, None] - x[None]).sum(-1)
    np.testing.assert_allclose(features @ features.T * 2 / 40000, np.exp(-distances / 8), atol=0.03)
    with pytest.raises(SettingError, match="laplacian"):
        RandomFourierFeatures(2, "round")
