"""Metrics that count on from batch to batch: layers with `stateful` and `reset_states`, as in Keras 2.2.4."""

import numpy as np

from engine import backend as K
from engine.layers import Dense, Layer
from engine.models import Sequential

RNG = np.random.default_rng(5)
X = RNG.normal(size=(12, 4)).astype("float32")
Y = RNG.normal(size=(12, 2)).astype("float32")


class Positives(Layer):
    """Counts the targets above zero."""

    def __init__(self, name="positives", **kwargs):
        super().__init__(name=name, **kwargs)
        self.stateful = True
        self.count = K.variable(0.0)

    def reset_states(self):
        K.set_value(self.count, 0.0)

    def __call__(self, y_true, y_pred):
        found = K.sum(K.cast(y_true > 0, "float32"))
        self.add_update(K.update_add(self.count, found), inputs=[y_true, y_pred])
        return self.count + found


def model():
    found = Sequential([Dense(2, input_dim=4)])
    found.compile("sgd", "mse", metrics=["mae", Positives()])
    return found


def batches():
    while True:
        for start in range(0, 12, 4):
            yield X[start : start + 4], Y[start : start + 4]


def test_an_epoch_ends_with_the_count_over_all_its_batches():
    found = model()

    history = found.fit(X, Y, batch_size=5, epochs=3, verbose=0, validation_data=(X[:7], Y[:7])).history

    assert found.stateful_metric_names == ["positives"]
    assert history["positives"] == [(Y > 0).sum()] * 3
    assert history["val_positives"] == [(Y[:7] > 0).sum()] * 3


def test_evaluations_begin_anew():
    found = model()

    for _ in range(2):
        assert found.evaluate(X, Y, batch_size=5, verbose=0)[2] == (Y > 0).sum()
        assert found.evaluate_generator(batches(), steps=3)[2] == (Y > 0).sum()


def test_generators_count_as_arrays_do():
    history = model().fit_generator(
        batches(), steps_per_epoch=3, epochs=2, verbose=0, validation_data=batches(), validation_steps=2
    )

    assert history.history["positives"] == [(Y > 0).sum()] * 2
    # The validation's generator goes on where it was: the second epoch gets batches 3 and 1.
    assert history.history["val_positives"] == [(Y[:8] > 0).sum(), (Y[8:] > 0).sum() + (Y[:4] > 0).sum()]


def test_batches_of_ones_own_count_on_until_reset():
    found = model()

    found.train_on_batch(X[:4], Y[:4])
    assert found.train_on_batch(X[4:], Y[4:])[2] == (Y > 0).sum()
    assert found.test_on_batch(X, Y)[2] == 2 * (Y > 0).sum()
    # Sample weights use another graph; the count is the same.
    assert found.test_on_batch(X, Y, sample_weight=np.ones(12))[2] == 3 * (Y > 0).sum()
