"""The first bad batch: where the NaN comes up is where brute force finds it, and the batch is kept with its weights."""

import warnings

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.callbacks import Callback, LearningRateScheduler, TerminateOnNaN
from engine.inspection import BatchSteps, FirstBadBatch, first_bad
from engine.models import Model, Sequential


def stack(last=None):
    model = Sequential(
        [
            layers.Dense(4, activation="relu", input_dim=3, name="first"),
            layers.Lambda(last or (lambda t: t), name="between"),
            layers.Dense(1, name="out"),
        ]
    )
    model.compile("sgd", "mse")
    return model


X, Y = np.random.default_rng(0).normal(size=(6, 3)), np.ones(6)


def test_a_sound_batch_has_none():
    assert first_bad(stack(), X, Y) is None


def test_nan_in_the_data_is_placed_by_sample():
    x, y = X.copy(), Y.copy()
    x[[1, 4], 2] = np.nan
    found = first_bad(stack(), x, Y)
    assert (found.layer, found.tensor, found.rows, found.kind) == ("first_input", "input", (1, 4), "nan")
    y[3] = np.inf
    found = first_bad(stack(), X, y)
    assert (found.layer, found.tensor, found.rows, found.kind) == ("", "target", (3,), "infinite")


def test_a_weight_that_is_none_comes_before_what_it_makes():
    model = stack()
    kernel, bias = model.get_layer("first").get_weights()
    kernel[0, 0] = np.nan
    model.get_layer("first").set_weights([kernel, bias])
    assert str(first_bad(model, X, Y)) == "NaN in the weight kernel of 'first'"


def test_an_output_that_is_none_is_placed_in_its_layer():
    model = stack(lambda t: K.log(t - 0.05))
    found = first_bad(model, X, Y)
    hidden = model.inspect(X, "first")["first"]
    rows = np.flatnonzero((hidden < 0.05).any(1))
    assert (found.layer, found.tensor) == ("between", "output") and found.rows == tuple(rows)


def test_a_gradient_that_is_none_though_all_outputs_are_numbers():
    model = stack(lambda t: K.pow(t, 0.5))
    kernel, bias = model.get_layer("first").get_weights()
    bias[1] = -100  # the root's slope at 0 is infinite
    model.get_layer("first").set_weights([kernel, bias])
    found = first_bad(model, X, Y)
    assert found.tensor.startswith("gradient") and found.layer in ("first", "between")


@pytest.mark.parametrize("bad", [0, 3, 11])
def test_the_guard_stops_at_the_batch_and_keeps_it(bad):
    x = np.random.default_rng(1).normal(size=(24, 3))
    y = np.ones(24)
    y[2 * bad] = np.nan
    model, guard = stack(), FirstBadBatch()
    twin = stack()
    twin.set_weights(model.get_weights())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, y, batch_size=2, shuffle=False, verbose=0, callbacks=[guard])
    for start in range(0, 2 * bad, 2):
        twin.train_on_batch(x[start : start + 2], y[start : start + 2])
    found = guard.found
    assert (found.epoch, found.batch, found.place.tensor, found.place.rows) == (0, bad, "target", (0,))
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), twin.get_weights(), strict=True))
    assert np.array_equal(found.arrays[0], x[2 * bad : 2 * bad + 2])
    replayed = BatchSteps(model, *found.arrays)
    assert not np.isfinite(replayed.loss)


def test_weights_that_overflow_are_noticed_where_the_loss_is_still_a_number():
    model, guard = stack(), FirstBadBatch()
    model.compile(model.optimizer.__class__(lr=1e38), "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X * 10, Y, batch_size=6, epochs=5, verbose=0, callbacks=[guard])
    assert guard.found is not None and guard.found.epoch <= 1
    assert all(np.isfinite(w).all() for w in model.get_weights())


def test_the_optimizer_goes_back_with_the_weights_so_that_training_goes_on():
    for callback in (FirstBadBatch(), TerminateOnNaN()):
        model, y = stack(), np.ones(24)
        model.compile("adam", "mse")
        x = np.random.default_rng(1).normal(size=(24, 3))
        y[7] = np.nan
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(x, y, batch_size=2, shuffle=False, verbose=0, callbacks=[callback])
        assert all(np.isfinite(slot).all() for slot in model.optimizer.get_weights())
        assert np.isfinite(model.fit(x[:6], y[:6], verbose=0).history["loss"]).all()


def dropping(optimizer):
    model = Sequential(
        [
            layers.Dense(5, activation="relu", input_dim=3, name="first"),
            layers.Dropout(0.5, name="drop"),
            layers.BatchNormalization(name="norm"),
            layers.Dense(1, name="out"),
        ]
    )
    model.compile(optimizer, "mse", metrics=["mae"])
    return model


def remembering(optimizer):
    model = Sequential(
        [
            layers.LSTM(4, stateful=True, recurrent_dropout=0.3, batch_input_shape=(2, 3, 1), name="first"),
            layers.Dense(1, name="out"),
        ]
    )
    model.compile(optimizer, "mse")
    return model


def two_ends(optimizer):
    x = layers.Input((3,), name="x")
    hidden = layers.Dense(4, activation="tanh", name="first")(x)
    model = Model(x, [layers.Dense(1, name="a")(hidden), layers.Dense(1, name="out")(hidden)])
    model.compile(optimizer, "mse")
    return model


class Recording(Callback):
    """The step of the bad batch as it was right before it, and the weights behind it."""

    def __init__(self, batch):
        super().__init__()
        self.batch = batch

    def before_training(self, control):
        self.control = control

    def on_batch_begin(self, batch, logs=None):
        if batch == self.batch:
            now = self.control.batch
            self.steps = BatchSteps.of_arrays(self.model, [np.asarray(a) for a in now.arrays], weighted=now.weighted)

    def on_batch_end(self, batch, logs=None):
        if batch == self.batch:
            self.after = self.model.get_weights()


def same(one, other):
    return (one is None and other is None) or np.array_equal(one, other, equal_nan=True)


@pytest.mark.parametrize("optimizer", ["adam", "nadam", "rmsprop"])
@pytest.mark.parametrize("make", [dropping, remembering, two_ends])
def test_the_replay_is_the_batch_bit_for_bit_also_in_a_model_of_its_own(make, optimizer):
    rng, several = np.random.default_rng(3), make is two_ends
    x = rng.normal(size=(20, 3, 1) if make is remembering else (20, 3)).astype("float32")
    y = rng.normal(size=(20, 1)).astype("float32")
    # A target that makes the update overflow while all values before it are numbers, so that they can be told apart.
    y[13] = 1e30
    targets = {"a": rng.normal(size=(20, 1)), "out": y} if several else y
    weights = {"out": np.linspace(0.5, 1.5, 20)} if several else None
    model, guard, recording = make(optimizer), FirstBadBatch(), Recording(6)
    rates = LearningRateScheduler(lambda epoch: 0.005)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, targets, sample_weight=weights, batch_size=2, shuffle=False, verbose=0,
                  callbacks=[rates, recording, guard])  # fmt: skip
        assert guard.found is not None and guard.found.batch == 6
        copy = make(optimizer)
        for replayed in (guard.found.replay(copy), guard.found.replay(model)):
            assert replayed.result == recording.steps.result or not np.isfinite(replayed.loss)
            for name, step in recording.steps.backward.items():
                for was, now in (
                    (step, replayed.backward[name]),
                    (recording.steps.forward[name], replayed.forward[name]),
                ):
                    assert all(same(a, b) for a, b in zip(was.values, now.values, strict=True))
                    assert all(same(was.weights[w], now.weights[w]) for w in was.weights)
            assert all(same(values, replayed.updated[name]) for name, values in recording.steps.updated.items())
        replayed = guard.found.replay(copy)
        replayed.make()
    assert all(same(a, b) for a, b in zip(recording.after, copy.get_weights(), strict=True))


def test_a_replay_in_a_model_of_other_layers_is_refused():
    y = np.ones(6)
    y[3] = np.nan
    model, guard = stack(), FirstBadBatch()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y, batch_size=2, verbose=0, callbacks=[guard])
    with pytest.raises(ValueError, match="weights and slots of shapes"):
        guard.found.replay(dropping("sgd"))
