"""A variable that several calls assign to goes on from one to the next."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine import metrics
from engine.layers import Add, BatchNormalization, Dense, Input, Layer
from engine.models import Model, Sequential

RNG = np.random.default_rng(0)
X, Y = RNG.normal(2, 3, (6, 3)), RNG.normal(-1, 2, (6, 3))


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("momentum", [0.5, 0.9])
def test_batch_normalization_called_twice_keeps_both_batches_in_its_averages(nested, momentum):
    norm = BatchNormalization(momentum=momentum)
    shared = Sequential([norm]) if nested else norm
    a, b = Input((3,)), Input((3,))
    model = Model([a, b], Add()([shared(a), shared(b)]))
    model.compile("sgd", "mse")
    model.train_on_batch([X, Y], np.zeros((6, 3)))
    mean, variance = np.zeros(3), np.ones(3)
    for batch in (X, Y):
        mean = momentum * mean + (1 - momentum) * batch.mean(0)
        variance = momentum * variance + (1 - momentum) * batch.var(0)
    np.testing.assert_allclose(norm.get_weights()[2], mean, rtol=1e-5)
    np.testing.assert_allclose(norm.get_weights()[3], variance, rtol=1e-5)


class Counter(Layer):
    """Counts its samples."""

    def build(self, input_shape):
        self.count = self.add_weight("count", (), initializer="zeros", trainable=False)
        super().build(input_shape)

    def call(self, inputs):
        self.add_update([K.update_add(self.count, K.sum(K.ones_like(inputs)))], inputs)
        return inputs


def test_a_layer_of_the_users_counts_every_call():
    counter, x = Counter(), Input((3,))
    model = Model(x, Dense(1)(counter(counter(counter(x)))))
    model.compile("sgd", "mse")
    for _ in range(2):
        model.train_on_batch(X, np.zeros(6))
    assert K.get_value(counter.count) == 2 * 3 * X.size


def test_a_metric_that_counts_on_counts_both_outputs():
    class Rows(Layer):
        stateful = True

        def __init__(self):
            super().__init__(name="rows")
            self.rows = K.variable(0.0)

        def reset_states(self):
            K.set_value(self.rows, 0.0)

        def __call__(self, y_true, y_pred):
            self.add_update(K.update_add(self.rows, K.sum(K.ones_like(y_true))), [y_true, y_pred])
            return self.rows * 1.0

    x = Input((3,))
    metric = Rows()
    model = Model(x, [Dense(1, name="a")(x), Dense(1, name="b")(x)])
    model.compile("sgd", "mse", metrics=[metric])
    model.evaluate(X, [np.zeros(6)] * 2, verbose=0)
    assert K.get_value(metric.rows) == 12
    assert metrics is not None
