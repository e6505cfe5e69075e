"""Models to try things on, and a training that is stopped."""

import numpy as np

from engine.events import BatchEnd
from engine.layers import Dense, Input, concatenate
from engine.models import Model

X = np.random.default_rng(1).normal(size=(5, 4)).astype("float32")


def shared():
    """Two inputs through one layer, joined; two outputs."""
    a, b = Input(shape=(4,), name="a"), Input(shape=(4,), name="b")
    layer = Dense(3, name="shared", activation="tanh")
    joined = concatenate([layer(a), layer(b)], name="joined")
    return Model([a, b], [Dense(1, name="out")(joined), joined])


def same(model, other, x):
    """Two models of the same weights predict the same."""
    other.set_weights(model.get_weights())
    for y, z in zip(np.atleast_1d(model.predict(x)), np.atleast_1d(other.predict(x)), strict=True):
        np.testing.assert_array_equal(y, z)


def stopping(control, after):
    """A listener that stops after so many batches."""
    seen = []

    def heard(event):
        if isinstance(event, BatchEnd):
            seen.append(event)
            if len(seen) == after:
                control.stop()

    return heard
