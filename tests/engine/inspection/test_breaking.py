"""A training stops right before the batch for which brute force finds the condition to hold."""

import threading

import numpy as np
import pytest

from engine import layers
from engine.errors import SettingError
from engine.experiment import Control
from engine.inspection import BreakWhen, Reader
from engine.inspection.breaking import loss_and_norm
from engine.models import Sequential

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 4)).astype("float32")
Y = RNG.integers(0, 3, 60)
SIZE = 5


def stack():
    model = Sequential(
        [layers.Dense(6, activation="tanh", input_dim=4), layers.Dropout(0.2), layers.Dense(3, activation="softmax")]
    )
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def pair():
    first, second = stack(), stack()
    second.set_weights(first.get_weights())
    return first, second


def batches():
    for start in range(0, 60, SIZE):
        yield X[start : start + SIZE], Y[start : start + SIZE]


def brute_force(model, holds):
    """The number of the first batch for which something holds before it is trained on."""
    for number, (x, y) in enumerate(batches()):
        if holds(model, x, y):
            return number
        model.train_on_batch(x, y)
    return None


def norm_of(model, x, y):
    return loss_and_norm(Reader(model), [x, y[:, None]])


@pytest.mark.parametrize("quantile", [0.5, 0.8, 0.97])
def test_a_large_gradient_is_hit_where_brute_force_finds_it(quantile):
    np.random.seed(1)
    probe, _ = pair()
    norms = [norm_of(probe, x, y)[1] for x, y in batches()]
    limit = float(np.quantile(norms, quantile))
    model, twin = stack(), probe
    model.set_weights(twin.get_weights())
    for layer in (*model.layers, *twin.layers):
        if hasattr(layer, "rate"):
            layer.rate = 0.0
    model, twin = _without_dropout(), _without_dropout()
    twin.set_weights(model.get_weights())
    expected = brute_force(twin, lambda m, x, y: norm_of(m, x, y)[1] > limit)
    stop = BreakWhen(gradient_norm_above=limit)
    model.fit(X, Y, batch_size=SIZE, shuffle=False, verbose=0, callbacks=[stop])
    assert (None if stop.hit is None else stop.hit.batch) == expected
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), twin.get_weights(), strict=True))


def _without_dropout():
    np.random.seed(4)
    model = Sequential([layers.Dense(6, activation="tanh", input_dim=4), layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


def test_a_class_is_hit_in_numbers_and_in_columns_also_where_batches_are_shuffled():
    for targets, loss in ((Y, "sparse_categorical_crossentropy"), (np.eye(3)[Y], "categorical_crossentropy")):
        rare = np.zeros(60, int)
        rare[37] = 2
        labels = rare if targets.ndim == 1 else np.eye(3)[rare]
        model = stack()
        model.compile("sgd", loss)
        stop = BreakWhen(class_in_batch=2)
        model.fit(X, labels, batch_size=SIZE, shuffle=False, verbose=0, callbacks=[stop])
        assert stop.hit.batch == 37 // SIZE and stop.hit.epoch == 0
        shuffled = BreakWhen(class_in_batch=2)
        model.fit(X, labels, batch_size=SIZE, verbose=0, callbacks=[shuffled])
        assert any(np.array_equal(row, X[37]) for row in shuffled.hit.arrays[0])


def test_a_loss_that_will_be_nan_is_hit_before_it_does_harm():
    x = X.copy()
    x[22, 0] = np.nan
    model = stack()
    stop = BreakWhen(loss_is_nan=True)
    model.fit(x, Y, batch_size=SIZE, shuffle=False, verbose=0, callbacks=[stop])
    assert stop.hit.batch == 4 and all(np.isfinite(w).all() for w in model.get_weights())


def test_a_function_of_the_batch_and_a_loss_above():
    model = stack()
    stop = BreakWhen(when=lambda arrays: bool((arrays[0] > 2.4).any()))
    model.fit(X, Y, batch_size=SIZE, shuffle=False, verbose=0, callbacks=[stop])
    first = int(np.flatnonzero((X > 2.4).any(1))[0]) // SIZE if (X > 2.4).any() else None
    assert (None if stop.hit is None else stop.hit.batch) == first
    stop = BreakWhen(loss_above=0.0)
    model.fit(X, Y, batch_size=SIZE, shuffle=False, verbose=0, callbacks=[stop])
    assert stop.hit.batch == 0 and "above 0" in stop.hit.why


def test_looking_for_a_condition_changes_no_number():
    np.random.seed(6)
    model, twin = pair()
    stop = BreakWhen(loss_above=1e9, gradient_norm_above=1e9)
    np.random.seed(7)
    model.fit(X, Y, batch_size=SIZE, epochs=2, verbose=0, callbacks=[stop])
    np.random.seed(7)
    twin.fit(X, Y, batch_size=SIZE, epochs=2, verbose=0)
    assert stop.hit is None
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), twin.get_weights(), strict=True))


def test_a_pause_waits_before_the_batch_and_goes_on_with_it():
    model, twin = _without_dropout(), _without_dropout()
    twin.set_weights(model.get_weights())
    control, stop = Control(), BreakWhen(when=lambda arrays: np.array_equal(arrays[0], X[10:15]), then="pause")
    thread = threading.Thread(
        target=lambda: model.fit(X, Y, batch_size=SIZE, shuffle=False, verbose=0, callbacks=[stop], control=control),
        daemon=True,
    )
    thread.start()
    while stop.hit is None or not control.paused:
        thread.join(0.002)
    for x, y in list(batches())[:2]:
        twin.train_on_batch(x, y)
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), twin.get_weights(), strict=True))
    control.resume()
    thread.join()
    for x, y in list(batches())[2:]:
        twin.train_on_batch(x, y)
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), twin.get_weights(), strict=True))


def test_a_break_needs_a_condition():
    with pytest.raises(SettingError, match="a condition"):
        BreakWhen()
    with pytest.raises(SettingError, match="'stop' or 'pause'"):
        BreakWhen(loss_is_nan=True, then="halt")
