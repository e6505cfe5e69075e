"""Models whose inputs or targets are tensors with values: fit, evaluate and predict take what is left to feed."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.callbacks import Callback
from engine.errors import DataError
from engine.layers import Dense, Dropout, Input
from engine.models import Model, Sequential, clone_model

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(10, 3)).astype("float32"), RNG.normal(size=(10, 4)).astype("float32")


def _pair():
    """A model fed with X and one that holds it, with equal weights."""
    fed_input, held_input = Input(shape=(3,)), Input(tensor=K.variable(X))
    fed, held = (Model(x, Dense(4)(x)) for x in (fed_input, held_input))
    held.set_weights(fed.get_weights())
    for model in (fed, held):
        model.compile("sgd", "mse", metrics=["mae"])
    return fed, held


def test_an_input_that_holds_its_values_is_not_fed():
    fed, held = _pair()
    assert held.train_on_batch(None, Y) == pytest.approx(fed.train_on_batch(X, Y), rel=1e-6)
    assert held.test_on_batch([], Y) == pytest.approx(fed.test_on_batch(X, Y), rel=1e-6)
    first, second = (
        model.fit(x, Y, epochs=2, batch_size=10, verbose=0).history for model, x in ((fed, X), (held, None))
    )
    assert second["loss"] == pytest.approx(first["loss"], rel=1e-6)
    assert held.evaluate({}, Y, batch_size=10, verbose=0) == pytest.approx(fed.evaluate(X, Y, verbose=0), rel=1e-6)
    np.testing.assert_allclose(held.predict(None, steps=2), np.tile(fed.predict(X), (2, 1)), rtol=1e-5)
    np.testing.assert_allclose(held.predict_on_batch(None), fed.predict(X), rtol=1e-5)


def test_only_the_other_inputs_take_data():
    a, b = Input(tensor=K.variable(X)), Input(shape=(3,), name="b")
    model = Model([a, b], [Dense(4, name="of_a")(a), Dropout(0.5, name="of_b")(b)])
    model.compile("rmsprop", "mse", loss_weights=[1.0, 0.5])
    for x in (X, [X], {"b": X}):
        model.train_on_batch(x, [Y, X])
        model.fit(x, [Y, X], batch_size=10, verbose=0)
        assert len(model.predict(x, batch_size=10)) == 2
    with pytest.raises(DataError, match="1 array"):
        model.fit([X, X], [Y, X], verbose=0)


def test_targets_that_hold_their_values_are_left_out():
    model = Sequential([Dense(4, input_shape=(3,), name="dense")])
    plain = clone_model(model)
    plain.set_weights(model.get_weights())
    plain.compile("sgd", "mse")
    target = K.variable(Y)
    expected = plain.test_on_batch(X, Y)
    for given in ([target], target, {"dense": target}):
        model.compile("sgd", "mse", target_tensors=given)
        assert model.test_on_batch(X, None) == pytest.approx(expected, rel=1e-6)
    history = model.fit(X, None, batch_size=10, epochs=2, verbose=0, shuffle=False)
    assert history.history["loss"] == pytest.approx([plain.train_on_batch(X, Y), plain.train_on_batch(X, Y)], rel=1e-5)
    with pytest.raises(DataError, match="expected None"):
        model.train_on_batch(X, Y)
    with pytest.raises(DataError, match="targets that are fed"):
        model.train_on_batch(X, None, class_weight={0: 1})
    for wrong in ({1}, 3):
        with pytest.raises(TypeError, match="target_tensors"):
            model.compile("sgd", "mse", target_tensors=wrong)
    with pytest.raises(ValueError, match="dense2"):
        model.compile("sgd", "mse", target_tensors={"dense2": None})


def test_one_of_two_targets_may_be_fed():
    x = Input(shape=(3,))
    model = Model(x, [Dense(4, name="a")(x), Dense(4, name="b")(x)])
    model.compile("sgd", "mse", target_tensors={"a": K.variable(Y)})
    weights = np.arange(10.0)
    both = model.evaluate(X, Y, sample_weight={"a": weights}, batch_size=10, verbose=0)
    outputs = model.predict(X)
    a = (((outputs[0] - Y) ** 2).mean(1) * weights).mean() / 0.9
    assert both[1:] == pytest.approx([a, ((outputs[1] - Y) ** 2).mean()], rel=1e-5)


def test_samples_keep_their_order_beside_what_is_not_fed():
    x = Input(tensor=K.variable(np.eye(10)))
    model = Model(x, Dense(4, use_bias=False, kernel_initializer="zeros")(x))
    model.compile("sgd", "mse")
    model.fit(None, Y, batch_size=10, verbose=0)
    assert np.corrcoef(model.get_weights()[0].ravel(), Y.ravel())[0, 1] > 0.999


def test_without_any_array_the_steps_are_asked_for():
    x = Input(tensor=K.variable(X))
    model = Model(x, Dense(4)(x))
    model.compile("sgd", "mse", target_tensors=K.variable(Y))
    with pytest.raises(DataError, match=r"steps_per_epoch.*number of batches"):
        model.fit(verbose=0)
    first = model.evaluate(steps=1, verbose=0)
    history = model.fit(
        epochs=3, steps_per_epoch=5, verbose=0, validation_data=(None, None), validation_steps=1
    ).history
    assert history["val_loss"][-1] < history["val_loss"][0] < first
    assert model.predict(None, steps=3).shape == (30, 4)
    with pytest.raises(DataError, match="validation_split"):
        model.fit(steps_per_epoch=1, validation_split=0.5, verbose=0)


def test_a_clone_on_a_tensor_with_values_needs_no_data():
    model = Sequential([Dense(4, input_shape=(3,)), Dropout(0.5), Dense(4)])
    clone = clone_model(model, input_tensors=K.variable(X))
    clone.compile("rmsprop", "mse")
    clone.train_on_batch(None, Y)


class _Keeps(Callback):
    def on_train_end(self, logs=None):
        self.kept = self.validation_data


@pytest.mark.parametrize(("layers", "count"), [([], 3), ([Dropout(0.5)], 4)])
def test_callbacks_see_the_weights_of_validation_data(layers, count):
    """Inputs, targets, weights (1 where none are given), and the phase where it matters (Keras 2.2.4)."""
    model = Sequential([*layers, Dense(4)])
    model.compile("sgd", "mse")
    keeps = _Keeps()
    model.fit(X, Y, validation_data=(X[:5], Y[:5]), callbacks=[keeps], verbose=0)
    assert len(keeps.kept) == count
    assert keeps.kept[0].tolist() == X[:5].tolist() and keeps.kept[2].tolist() == [1] * 5
    model.fit(X, Y, validation_data=(X[:2], Y[:2], np.array([2, 3])), callbacks=[keeps], verbose=0)
    assert keeps.kept[2].tolist() == [2, 3]
