"""`tf.saved_model`: a model in a folder and back; what is code is refused with what keeps its variables."""

import numpy as np
import pytest

from engine.errors import GraphError


def test_a_model_comes_back(compat, tmp_path):
    import tensorflow as tf

    model = tf.keras.Sequential([tf.keras.layers.Input((3,)), tf.keras.layers.Dense(2, name="last")])
    x = np.ones((4, 3), "float32")
    assert not tf.saved_model.contains_saved_model(tmp_path / "saved")
    tf.saved_model.save(model, str(tmp_path / "saved"))
    assert tf.saved_model.contains_saved_model(tmp_path / "saved")
    loaded = tf.saved_model.load(str(tmp_path / "saved"))
    np.testing.assert_allclose(loaded(x), model(x), rtol=1e-6)
    served = loaded.signatures["serving_default"](tf.constant(x))
    assert list(served) == ["last"] and served["last"].shape == (4, 2)
    assert len(loaded.variables) == len(loaded.trainable_variables) == 2


def test_code_is_refused(compat, tmp_path):
    import tensorflow as tf

    class Doubled(tf.Module):
        def __call__(self, x):
            return 2 * x

    with pytest.raises(GraphError, match=r"Checkpoint"):
        tf.saved_model.save(Doubled(), str(tmp_path))
