"""Training on one thread and on several: the same numbers but for rounding, and bit-equal when repeated."""

import numpy as np
import pytest

from engine import layers
from engine._machine import device
from engine._machine.random import seeded
from engine.models import Model, Sequential


def images(rng):
    model = Sequential(
        [
            layers.Conv2D(16, 3, activation="relu", input_shape=(20, 20, 3)),
            layers.BatchNormalization(),
            layers.Conv2D(32, 3, strides=2, padding="same"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy")
    return model, rng.normal(size=(48, 20, 20, 3)).astype("float32"), np.eye(10, dtype="float32")[np.arange(48) % 10]


def texts(rng, layer, units):
    words = layers.Input((30,), dtype="int32")
    x = layer(units, dropout=0.2, return_sequences=True)(layers.Embedding(3000, 256, mask_zero=True)(words))
    model = Model(words, layers.Dense(1, activation="sigmoid")(layer(units)(x)))
    model.compile("rmsprop", "binary_crossentropy")
    return model, rng.integers(0, 3000, (32, 30)), (np.arange(32) % 2).astype("float32")[:, None]


CASES = {
    "images": images,
    "lstm": lambda rng: texts(rng, layers.LSTM, 48),
    "gru": lambda rng: texts(rng, layers.GRU, 48),
    "large steps": lambda rng: texts(rng, layers.LSTM, 256),
}


def trained(case, threads):
    with device.spread_over(threads), seeded(7):
        model, x, y = CASES[case](np.random.default_rng(0))
        losses = [float(np.atleast_1d(model.train_on_batch(x, y))[0]) for _ in range(4)]
        return losses, model.get_weights()


@pytest.mark.parametrize("case", CASES)
def test_the_number_of_threads_changes_only_rounding(case):
    (one, weights_of_one), (two, weights_of_two) = (trained(case, threads) for threads in (1, 2))
    np.testing.assert_allclose(one, two, rtol=1e-4)
    for a, b in zip(weights_of_one, weights_of_two, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-3 * max(1.0, np.abs(a).max()))


@pytest.mark.parametrize("case", CASES)
def test_a_seed_repeats_bit_for_bit(case):
    first, again = (trained(case, 2) for _ in range(2))
    assert first[0] == again[0]
    for a, b in zip(first[1], again[1], strict=True):
        np.testing.assert_array_equal(a, b)
