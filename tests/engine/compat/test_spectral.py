"""SpectralNormalization against Keras 3's training (tests/golden/spectral.npz), on a tape, in files."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import SettingTypeError

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("spectral")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "spectral.npz", allow_pickle=False))


def test_training_gives_the_numbers_of_keras_3(compat):
    import keras

    found = dict(listed.values(keras))
    assert found.keys() == GOLDEN.keys()
    for key, value in found.items():
        np.testing.assert_allclose(value, GOLDEN[key], rtol=1e-3, atol=1e-5, err_msg=key)


def test_a_step_of_ones_own_normalises_too_and_fit_does(compat):
    import keras
    import tensorflow as tf

    model, _ = listed.model_of(keras, 1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(listed.X, training=True) - listed.Y) ** 2)
    np.testing.assert_allclose(float(loss), GOLDEN["1/losses"][0], rtol=1e-4)
    slopes = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(slopes, model.trainable_variables, strict=True))
    with tf.GradientTape():
        loss = tf.reduce_mean((model(listed.X, training=True) - listed.Y) ** 2)
    np.testing.assert_allclose(float(loss), GOLDEN["1/losses"][1], rtol=1e-4)
    model, _ = listed.model_of(keras, 1)
    history = model.fit(listed.X, listed.Y, batch_size=16, epochs=3, shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(history, GOLDEN["1/losses"][:3], rtol=1e-3)
    assert len(model.trainable_weights) == 4 and len(model.non_trainable_weights) == 2


def test_files_keep_it_and_a_layer_without_a_kernel_is_refused(compat, tmp_path):
    import keras

    model, _ = listed.model_of(keras, 2)
    model.fit(listed.X, listed.Y, verbose=0)
    model.save(tmp_path / "model.h5")
    again = keras.models.load_model(tmp_path / "model.h5")
    np.testing.assert_allclose(again.predict(listed.X), model.predict(listed.X), rtol=1e-5)
    assert again.layers[1].power_iterations == 2
    with pytest.raises(SettingTypeError, match="a layer with a kernel"):
        keras.layers.SpectralNormalization(keras.layers.ReLU())(keras.Input((3,)))
