"""Models in files and in pickles."""

import copy
import pickle

import numpy as np
import pytest

from engine import losses
from engine.layers import Dense
from engine.models import Sequential, load_model


def test_a_model_may_be_pickled_and_copied(tmp_path):
    """Through the model's own file: what is read back is checked like any other file."""
    model = Sequential([Dense(4, activation="relu", input_dim=3), Dense(2)])
    model.compile("adam", "mse", metrics=["mae"])
    x, y = np.random.default_rng(0).normal(size=(8, 3)), np.zeros((8, 2))
    model.train_on_batch(x, y)
    for twin in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        np.testing.assert_array_equal(twin.predict(x), model.predict(x))
        assert twin.metrics_names == model.metrics_names
    twin.train_on_batch(x, y)
    model.train_on_batch(x, y)
    np.testing.assert_allclose(twin.predict(x), model.predict(x), rtol=1e-6)
    fresh = pickle.loads(pickle.dumps(Sequential([Dense(2)])))
    assert fresh.layers[0].units == 2


def test_a_compiled_model_that_was_never_trained_is_saved_and_learns(tmp_path):
    model = Sequential([Dense(2, input_dim=3)])
    model.compile("sgd", "mse")
    model.save(tmp_path / "model.h5")
    again = load_model(tmp_path / "model.h5")
    assert again.train_on_batch(np.ones((2, 3)), np.zeros((2, 2))) >= 0


def test_weights_that_are_skipped_are_named(tmp_path):
    Sequential([Dense(2, input_dim=3, name="one"), Dense(2, name="two")]).save_weights(tmp_path / "w.h5")
    other = Sequential([Dense(2, input_dim=3, name="one"), Dense(5, name="two")])
    with pytest.warns(UserWarning, match="'two'"):
        other.load_weights(tmp_path / "w.h5", by_name=True, skip_mismatch=True)


class MixedLoss:
    """A loss with a setting, in Keras's style."""

    def __init__(self, share):
        self.share = share

    def __call__(self, y_true, y_pred):
        return self.share * losses.mse(y_true, y_pred) + (1 - self.share) * losses.mae(y_true, y_pred)

    def get_config(self):
        return {"share": self.share}


@pytest.mark.parametrize("loss", [MixedLoss(0.3), {"out": MixedLoss(0.3)}, [MixedLoss(0.3)]])
def test_losses_with_settings_are_saved(loss, tmp_path):
    model = Sequential([Dense(1, input_shape=(2,), name="out")])
    model.compile("sgd", loss, metrics=[MixedLoss(0.5)])
    model.save(tmp_path / "m.h5")
    loaded = load_model(tmp_path / "m.h5", custom_objects={"MixedLoss": MixedLoss})
    x, y = np.eye(2), np.ones((2, 1))
    assert loaded.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)
    with pytest.raises(ValueError, match="MixedLoss"):
        load_model(tmp_path / "m.h5")
