"""Names of `keras.utils` and `keras.saving`: seeds, and classes that files know by name."""

import random

import numpy as np

from engine._compat.keras_utils import register_keras_serializable, set_random_seed
from engine._declared.registry import get_custom_objects
from engine.layers import Dense, Layer
from engine.models import Sequential, model_from_json


def test_a_seed_fixes_all_random_numbers():
    drawn = []
    for _ in range(2):
        set_random_seed(4)
        drawn.append((random.random(), np.random.rand(), Dense(2)(np.ones((1, 3))).tolist()))
    assert drawn[0] == drawn[1]


def test_a_registered_class_is_found_by_files():
    try:

        @register_keras_serializable(package="mine")
        class Halved(Layer):
            def call(self, inputs):
                return inputs / 2

        model = Sequential([Halved(input_shape=(2,))])
        assert model_from_json(model.to_json()).predict(np.ones((1, 2))).tolist() == [[0.5, 0.5]]
        assert get_custom_objects()["mine>Halved"] is Halved
    finally:
        get_custom_objects().pop("Halved", None)
        get_custom_objects().pop("mine>Halved", None)


def test_initializers_and_penalties_have_todays_names(compat):
    from tensorflow import keras

    dense = keras.layers.Dense(
        3, kernel_initializer=keras.initializers.HeNormal(seed=1), kernel_regularizer=keras.regularizers.L2(l2=0.1)
    )
    assert dense.get_config()["kernel_regularizer"]["config"] == {"l1": 0.0, "l2": 0.1}
    assert dense(np.ones((1, 2))).shape == (1, 3) and keras.regularizers.l1(0.2).get_config()["l1"] == 0.2
    assert keras.initializers.GlorotUniform().get_config() == keras.initializers.glorot_uniform().get_config()
