"""LossScaleOptimizer: which updates it leaves out, what it shows of the optimizer within, files."""

import numpy as np
import pytest

from engine import backend as K
from engine import optimizers
from engine.errors import SettingError
from engine.layers import Dense, Input
from engine.models import Sequential, load_model
from engine.optimizers import Adam, LossScaleOptimizer


def _model(optimizer):
    np.random.seed(3)
    model = Sequential([Input((3,)), Dense(4, activation="tanh"), Dense(1)])
    model.compile(optimizer, "mse")
    return model


X = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
Y = X.sum(axis=1, keepdims=True)


def test_training_gives_the_numbers_of_the_optimizer_within():
    wrapped, alone = _model(LossScaleOptimizer(Adam(0.01))), _model(Adam(0.01))

    for model in (wrapped, alone):
        model.fit(X, Y, epochs=3, batch_size=8, shuffle=False, verbose=0)

    for one, other in zip(wrapped.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)
    assert int(wrapped.optimizer.iterations.array) == 12


def test_an_update_with_an_infinite_gradient_is_left_out_and_halves_the_scale():
    model = _model(LossScaleOptimizer("sgd", initial_scale=2.0**127))
    before = model.get_weights()

    model.train_on_batch(X, 100 * Y)

    assert model.optimizer.loss_scale == 2.0**126
    assert int(model.optimizer.iterations.array) == 0
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_the_scale_doubles_behind_updates_in_a_row():
    model = _model(LossScaleOptimizer("sgd", initial_scale=4.0, dynamic_growth_steps=3))

    scales = []
    for _ in range(7):
        model.train_on_batch(X, Y)
        scales.append(model.optimizer.loss_scale)

    assert scales == [4.0, 4.0, 8.0, 8.0, 8.0, 16.0, 16.0]


def test_a_gradient_that_the_scale_makes_infinite_counts_as_infinite():
    optimizer = LossScaleOptimizer("sgd", initial_scale=2.0**100)

    assert not optimizer.admits([np.array([1e10], "float32")])
    assert optimizer.admits([np.array([1e-10], "float32")])
    assert not optimizer.admits([np.array([np.nan], "float32")])


def test_rate_and_steps_are_those_within():
    optimizer = LossScaleOptimizer(Adam(0.25))

    optimizer.learning_rate = 0.5
    optimizer.lr = float(optimizer.lr.array) / 2

    assert float(optimizer.learning_rate) == float(K.get_value(optimizer.inner_optimizer.lr)) == 0.25


def test_settings_of_the_optimizer_within_are_refused_here():
    with pytest.raises(SettingError, match=r"it at the optimizer within.*Adam\(clipnorm=...\)"):
        LossScaleOptimizer("adam", clipnorm=1.0)
    with pytest.raises(SettingError, match="scales no losses"):
        LossScaleOptimizer(LossScaleOptimizer("adam"))
    with pytest.raises(SettingError, match="dynamic"):
        LossScaleOptimizer("adam", dynamic=False, initial_scale=2)
    assert LossScaleOptimizer("adam", clipnorm=None, use_ema=False, dynamic=True).loss_scale == 32768.0


@pytest.mark.parametrize(("name", "form"), [("m.keras", None), ("m.h5", "keras2"), ("m.h5", "tf.keras")])
@pytest.mark.parametrize("inner", ["Adam", "RMSprop", "Adafactor"])
def test_files_keep_it_and_training_goes_on(name, form, inner, tmp_path):
    settings = {"epsilon_in_root": True} if inner == "RMSprop" else {}
    model = _model(LossScaleOptimizer(getattr(optimizers, inner)(0.01, **settings), dynamic_growth_steps=3))
    model.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0)
    model.save(str(tmp_path / name), **({"save_format": form} if form else {}))

    again = load_model(str(tmp_path / name))

    assert type(again.optimizer) is LossScaleOptimizer
    assert type(again.optimizer.inner_optimizer).__name__ == inner
    for one in (model, again):
        one.fit(X, Y, epochs=1, batch_size=8, shuffle=False, verbose=0)
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-7)
