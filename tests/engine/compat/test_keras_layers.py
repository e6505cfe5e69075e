"""Layers of later Keras that are no cards: `Pipeline`."""

import numpy as np

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
