"""SpectralNormalization in steps of one's own: each call in training normalises, as in Keras 3 (tests/golden/spectral.npz)."""

import importlib
import sys
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("spectral")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "spectral.npz", allow_pickle=False))


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
