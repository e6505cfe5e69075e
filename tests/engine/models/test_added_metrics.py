"""`add_metric`: tensors of layers and models shown beside the loss."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.layers import Dense, Input, Layer, Masking, add
from engine.models import Model, Sequential, load_model

X = np.random.default_rng(0).normal(size=(10, 3)).astype("float32")
Y = X[:, :1] * 2


class Watched(Layer):
    def call(self, inputs):
        self.add_metric(K.square(inputs), name="mean_square")
        return inputs


def test_a_layer_shows_a_value_of_its_call():
    model = Sequential([Watched(input_shape=(3,)), Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    assert model.metrics_names == ["loss", "mean_absolute_error", "mean_square"]
    assert model.evaluate(X, Y, batch_size=3, verbose=0)[2] == pytest.approx((X**2).mean(), rel=1e-5)
    history = model.fit(X, Y, validation_data=(X[:4], Y[:4]), epochs=2, verbose=0).history
    assert history["mean_square"] == pytest.approx([(X**2).mean()] * 2, rel=1e-5)
    assert history["val_mean_square"] == pytest.approx([(X[:4] ** 2).mean()] * 2, rel=1e-5)


def test_each_use_of_a_layer_shows_its_own_value():
    a, b = Input((3,)), Input((3,))
    watched = Watched()
    model = Model([a, b], Dense(1)(add([watched(a), watched(b)])))
    model.compile("sgd", "mse")
    found = dict(zip(model.metrics_names, model.evaluate([X, 2 * X], Y, verbose=0), strict=True))
    assert found["mean_square"] == pytest.approx((X**2).mean(), rel=1e-5)
    assert found["mean_square_1"] == pytest.approx((4 * X**2).mean(), rel=1e-5)


def test_a_model_shows_a_tensor_of_its_graph():
    x = Input((3,))
    hidden = Dense(4, name="hidden")(x)
    model = Model(x, Dense(1)(hidden))
    model.add_metric(K.mean(hidden), name="mean_hidden")
    model.add_metric(K.max(x), aggregation="mean")
    model.compile("sgd", "mse")
    hidden_model = Model(x, hidden)
    found = dict(zip(model.metrics_names, model.train_on_batch(X, Y), strict=True))
    assert found[model.name] == pytest.approx(X.max())
    model.compile("sgd", "mse")
    found = dict(zip(model.metrics_names, model.test_on_batch(X, Y), strict=True))
    assert found["mean_hidden"] == pytest.approx(hidden_model.predict(X).mean(), rel=1e-4, abs=1e-6)


def test_nested_and_subclassed_models_hand_it_on(tmp_path):
    inner = Sequential([Watched(input_shape=(3,)), Dense(2)])
    outer = Sequential([inner, Dense(1)])
    outer.compile("sgd", "mse")
    assert outer.metrics_names == ["loss", "mean_square"]

    class Net(Model):
        def __init__(self):
            super().__init__()
            self.watched, self.dense = Watched(), Dense(1)

        def call(self, inputs):
            return self.dense(self.watched(inputs))

    net = Net()
    net.compile("sgd", "mse")
    assert net.evaluate(X, Y, verbose=0)[1] == pytest.approx((X**2).mean(), rel=1e-5)
    outer.save(tmp_path / "m.h5")
    loaded = load_model(tmp_path / "m.h5", custom_objects={"Watched": Watched})
    assert loaded.metrics_names == ["loss", "mean_square"]


def test_masks_do_not_count_it_twice():
    inner = Sequential([Masking(input_shape=(4, 3)), MaskedWatched(), Dense(1)])
    model = Sequential([inner])
    model.compile("sgd", "mse")
    assert model.metrics_names == ["loss", "mean_square"]


class MaskedWatched(Watched):
    supports_masking = True


def test_what_is_no_tensor_is_refused():
    model = Sequential([Dense(1, input_shape=(3,))])
    with pytest.raises(TypeError, match="a tensor"):
        model.add_metric(3.0, name="three")
    with pytest.raises(ValueError, match="aggregation 'mean'"):
        model.add_metric(model.output, aggregation="sum")
