"""Models written as subclasses of Model: trained, measured and kept like others, with the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.layers import BatchNormalization, Dense, Dropout, Embedding, Flatten, Input, Lambda
from engine.models import Model, Sequential
from engine.utils import plot_model

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(20, 5)).astype("float32"), RNG.normal(size=(20, 2)).astype("float32")


class Net(Model):
    """As in Keras's guide: layers as attributes, NumPy-like operators in between."""

    def __init__(self, use_bn=True, use_dp=False, blocks=0):
        super().__init__(name="net")
        self.use_bn, self.use_dp = use_bn, use_dp
        self.first = Dense(8, activation="relu", kernel_regularizer="l2")
        self.blocks = [Dense(8) for _ in range(blocks)]
        self.last = Dense(2, activity_regularizer="l1")
        if use_bn:
            self.norm = BatchNormalization()
        if use_dp:
            self.drop = Dropout(0.5)

    def call(self, inputs, training=None):
        x = self.first(inputs)
        x = self.drop(x) if self.use_dp else x
        x = self.norm(x) if self.use_bn else x
        for block in self.blocks:
            x = x + K.tanh(block(x))
        return self.last(x) * 2


def _twin():
    """The functional model that Net(use_bn=True) stands for."""
    x = Input((5,))
    h = BatchNormalization()(Dense(8, activation="relu", kernel_regularizer="l2")(x))
    return Model(x, Lambda(lambda y: y * 2)(Dense(2, activity_regularizer="l1")(h)))


def test_it_trains_as_the_wired_model():
    net, twin = Net(), _twin()
    for model in (net, twin):
        model.compile("adam", "mse", metrics=["mae"])
    net.evaluate(X, Y, verbose=0)  # builds
    by_layer = [net.first, net.norm, net.last]
    for mine, theirs in zip(by_layer, [layer for layer in twin.layers if layer.weights], strict=True):
        theirs.set_weights(mine.get_weights())
    assert len(net.updates) == len(twin.updates) == 2 and len(net.losses) == len(twin.losses) == 2
    for _ in range(5):
        assert net.train_on_batch(X, Y) == pytest.approx(twin.train_on_batch(X, Y), rel=1e-5)
    np.testing.assert_allclose(net.predict(X), twin.predict(X), rtol=1e-5)
    assert not np.allclose(net.norm.get_weights()[2], 0)  # the moving averages moved


def test_all_its_layers_learn_those_in_lists_too():
    net = Net(use_bn=False, use_dp=True, blocks=3)
    assert [layer.name for layer in net.layers] == [x.name for x in (net.first, *net.blocks, net.last, net.drop)]
    net.compile("sgd", "mse")
    history = net.fit(X, Y, epochs=3, batch_size=7, verbose=0, validation_split=0.3)
    assert len(history.history["val_loss"]) == 3
    before = net.get_weights()
    net.fit_generator(((X, Y) for _ in range(2)), steps_per_epoch=2, verbose=0)
    assert len(before) == 10 and all((a != b).any() for a, b in zip(before, net.get_weights(), strict=True))


def test_weights_are_kept_in_files(tmp_path):
    net, other = Net(), Net()
    for model in (net, other):
        model.build((None, 5))
    net.save_weights(tmp_path / "w.h5")
    other.load_weights(tmp_path / "w.h5")
    np.testing.assert_array_equal(net.predict(X), other.predict(X))


def test_what_needs_a_graph_is_refused_with_the_mend(tmp_path):
    net = Net()
    net.predict(X)
    for refused in (
        net.get_config,
        net.to_json,
        net.to_yaml,
        lambda: net.save(tmp_path / "m.h5"),
        lambda: plot_model(net),
    ):
        with pytest.raises(NotImplementedError, match="save_weights"):
            refused()
    assert not (tmp_path / "m.h5").exists()


def test_the_summary_lists_its_layers():
    net, lines = Net(), []
    net.summary(print_fn=lines.append)
    assert any("not built" in line for line in lines)
    net.build((None, 5))
    lines.clear()
    net.summary(print_fn=lines.append)
    assert "Total params: 98" in lines and any("dense" in line and "(None, 8)" in line for line in lines)


def test_it_is_a_layer_of_other_models():
    net = Net()
    x = Input((5,))
    model = Model(x, Dense(1)(net(x)))
    model.compile("sgd", "mse")
    before = net.get_weights()
    model.fit(X, Y[:, :1], verbose=0)
    assert any((a != b).any() for a, b in zip(before, net.get_weights(), strict=True))
    assert len(model.updates) == 2 and len(model.losses) == 2
    assert net(X[:3]).shape == (3, 2)
    stack = Sequential([Net(), Dense(1)])
    stack.compile("sgd", "mse")
    stack.fit(X, Y[:, :1], verbose=0)


class TwoInTwoOut(Model):
    def __init__(self):
        super().__init__()
        self.words = Embedding(10, 3)
        self.flat = Flatten()
        self.one, self.two = Dense(1), Dense(2)

    def call(self, inputs):
        words, numbers = inputs
        x = K.concatenate([self.flat(self.words(words)), numbers])
        return [self.one(x), self.two(x)]


def test_several_inputs_and_outputs_have_losses_of_their_own():
    words = RNG.integers(0, 10, (20, 4))
    net = TwoInTwoOut()
    net.compile("sgd", ["mse", "mae"], loss_weights={"output_1": 1.0, "output_2": 0.5}, metrics={"output_2": ["mse"]})
    found = net.train_on_batch([words, X], [Y[:, 0], Y])
    assert net.metrics_names == ["loss", "output_1_loss", "output_2_loss", "output_2_mean_squared_error"]
    assert found[0] == pytest.approx(found[1] + 0.5 * found[2], rel=1e-5)
    one, two = net.predict([words, X])
    assert one.shape == (20, 1) and two.shape == (20, 2)
    other = TwoInTwoOut()
    other.build([(None, 4), (None, 5)])
    assert other.count_params() == net.count_params()


def test_frozen_layers_stay():
    net = Net(use_bn=False)
    net.first.trainable = False
    net.compile("sgd", "mse")
    net.evaluate(X, Y, verbose=0)
    before = net.first.get_weights()
    net.fit(X, Y, verbose=0)
    assert all((a == b).all() for a, b in zip(before, net.first.get_weights(), strict=True))


def test_errors_say_where_they_come_from():
    class Wrong(Model):
        def __init__(self):
            super().__init__(name="wrong")
            self.dense = Dense(2)

        def call(self, inputs):
            return self.dense(inputs) @ K.ones((3, 1))

    model = Wrong()
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="wrong"):
        model.fit(X, Y, verbose=0)


def test_files_keep_the_weights_that_a_model_has_itself(tmp_path):
    class Scaled(Model):
        def __init__(self):
            super().__init__()
            self.dense = Dense(2)
            self.scale = self.add_weight("scale", (1,), initializer="ones")

        def call(self, x):
            return self.dense(x) * self.scale

    first, second, x = Scaled(), Scaled(), np.ones((2, 3))
    first(x), second(x)
    first.scale.assign([5.0])
    first.save_weights(tmp_path / "weights.h5")
    second.load_weights(tmp_path / "weights.h5")
    np.testing.assert_allclose(second(x), first(x), rtol=1e-6)
    assert float(second.scale.array[0]) == 5 and len(first.trainable_weights) == 3


def test_variables_without_a_name_are_kept_in_files(tmp_path):
    from engine._compat.installer import install_as_keras, undo

    install_as_keras()
    try:
        import tensorflow as tf

        class Line(Model):
            def __init__(self):
                super().__init__()
                self.slope, self.shift = tf.Variable(2.0), tf.Variable(1.0)

            def call(self, x):
                return x * self.slope + self.shift

        first, second = Line(), Line()
        first.slope.assign(7.0)
        first.shift.assign(5.0)
        first.save_weights(tmp_path / "line.h5")
        second.load_weights(tmp_path / "line.h5")
        assert [float(w.array) for w in second.weights] == [7, 5] and first.submodules == ()
    finally:
        undo()
