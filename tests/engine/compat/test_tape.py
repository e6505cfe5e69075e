"""`tf.GradientTape`: gradients by finite differences and by what `fit` does, gradients of gradients, what is refused."""

import numpy as np
import pytest

from engine._compat.assigned_variable import variable
from engine._compat.tape import GradientTape
from engine._compat.values import EagerArray, constant
from engine.layers import BatchNormalization, Dense, Dropout, Input, Layer
from engine.models import Sequential
from engine.optimizers import SGD, Adam

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(16, 3)).astype("float32"), rng.normal(size=(16, 1)).astype("float32")


def test_a_loop_of_ones_own_does_what_fit_does(compat):
    import tensorflow as tf

    models = [Sequential([Input((3,)), Dense(4, activation="tanh"), Dense(1)]) for _ in range(2)]
    models[1].set_weights(models[0].get_weights())
    models[0].compile(Adam(0.1), "mse")
    optimizer = Adam(learning_rate=0.1)
    for _ in range(5):
        expected = models[0].train_on_batch(X, Y)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(models[1](X, training=True) - Y))
        slopes = tape.gradient(loss, models[1].trainable_variables)
        optimizer.apply_gradients(zip(slopes, models[1].trainable_variables, strict=True))
        np.testing.assert_allclose(float(loss), expected, rtol=1e-4)
        assert loss.numpy() == np.float32(float(loss))
    for ours, theirs in zip(models[1].get_weights(), models[0].get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)
    assert models[1].inbound_nodes == [] and int(optimizer.iterations.array) == 5


def test_gradients_of_watched_arrays_and_of_gradients():
    x = constant([1.0, 2.0])
    with GradientTape() as outer:
        outer.watch(x)
        with GradientTape() as inner:
            inner.watch(x)
            y = x**3 + 2 * x
        slope = inner.gradient(y, x)
    assert outer.gradient(slope, x).tolist() == [6, 12]
    v = variable(3.0)
    with GradientTape(persistent=True) as tape:
        y, z = v * v, v * 2.0
    assert float(tape.gradient(y, v)) == 6 and float(tape.gradient(z, v)) == 2
    assert tape.gradient(y, {"v": v})["v"].numpy() == 6 and tape.gradient(y, [v], output_gradients=[2.0])[0] == 12


def test_a_gradient_penalty_agrees_with_finite_differences():
    critic = Sequential([Input((3,)), Dense(5, activation="tanh"), Dense(1)])

    def penalty(x):
        x = constant(x)
        with GradientTape() as inner:
            inner.watch(x)
            score = critic(x)
        slope = inner.gradient(score, x)
        return ((slope**2).sum(1) ** 0.5 - 1) ** 2 if isinstance(slope, EagerArray) else slope

    def mean(x):
        return float(np.mean(penalty(x)))

    from engine import _ops as ops

    with GradientTape() as outer:
        slope = penalty(X)
        loss = ops.mean(ops.square(ops.sqrt(ops.sum(ops.square(slope), axis=1)) - 1.0))
    found = outer.gradient(loss, critic.trainable_weights[0])
    kernel = critic.trainable_weights[0]
    before, step = np.array(kernel.array), 1e-2
    changes = []
    for sign in (1, -1):
        moved = before.copy()
        moved[1, 2] += sign * step
        kernel.assign(moved)
        changes.append(mean(X))
    kernel.assign(before)
    np.testing.assert_allclose(found[1, 2], (changes[0] - changes[1]) / (2 * step), rtol=2e-2, atol=1e-4)


def test_dropout_and_moving_means_follow_training():
    model = Sequential([Input((3,)), BatchNormalization(momentum=0.5), Dropout(0.5)])
    with GradientTape() as tape:
        y = model(X, training=True)
        loss = y * y
    tape.gradient(loss, model.trainable_weights)
    mean = model.layers[0].get_weights()[2]
    np.testing.assert_allclose(mean, 0.5 * X.mean(0), rtol=1e-4, atol=1e-6)
    assert (model(X, training=True) == 0).mean() > 0.2 and not (model(X, training=False) == 0).any()


def test_layers_of_ones_own_are_recorded_with_their_layers_inside():
    class Twice(Layer):
        def __init__(self):
            super().__init__()
            self.inner = Dense(3)

        def call(self, inputs):
            return self.inner(self.inner(inputs))

    layer = Twice()
    with GradientTape() as tape:
        loss = layer(X) ** 2
    slopes = tape.gradient(loss, layer.trainable_weights)
    assert [s.shape for s in slopes] == [(3, 3), (3,)]


def test_what_does_not_depend_is_none_or_zero_and_what_is_no_target_is_refused():
    v, w = variable(1.0), variable(2.0)
    with GradientTape() as tape:
        y = v * 2.0
    assert tape.gradient(y, [v, w])[1] is None
    assert tape.gradient(y, [v, w], unconnected_gradients="zero")[1] == 0
    with pytest.warns(UserWarning, match="a recorded target"):
        assert tape.gradient(constant(1.0), v) is None


def test_what_is_watched_stopped_and_forgotten():
    v, w, x = variable(3.0), variable(2.0), constant(5.0)
    with GradientTape() as tape:
        y = v * v
        with tape.stop_recording():
            z = w * w
        total = y + z
    assert [float(one) if one is not None else None for one in tape.gradient(total, [v, w])] == [6.0, None]
    assert tape.watched_variables() == (v,)
    with GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v, x])
        y = v * w * x
    assert tape.watched_variables() == (v,)
    found = tape.gradient(y, [v, w, x])
    assert (float(found[0]), found[1], float(found[2])) == (10.0, None, 6.0)
    with GradientTape() as outer, GradientTape() as tape:
        y = v * 2.0
        tape.reset()
        y = w * v
    assert tape.watched_variables() == (w, v) and outer.watched_variables() == (v, w)


def test_given_gradients_are_clipped_decayed_and_checked():
    from engine.errors import ShapeError

    w = variable([3.0, 4.0])
    SGD(1.0, clipnorm=1.0).apply_gradients([(np.array([3.0, 4.0]), w), (None, w)])
    np.testing.assert_allclose(w.array, [2.4, 3.2], rtol=1e-6)
    SGD(0.5, weight_decay=0.1, clipvalue=0.1).apply_gradients([(np.ones(2), w)])
    np.testing.assert_allclose(w.array, np.array([2.4, 3.2]) * 0.95 - 0.05, rtol=1e-6)
    with pytest.raises(ShapeError, match="shape"):
        SGD(0.5).apply_gradients([(np.ones(3), w)])


def test_two_networks_against_each_other_as_the_tutorial_has_them(compat):
    import tensorflow as tf
    from tensorflow import keras

    generator = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.LeakyReLU(), Dense(3)])
    critic = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="relu"), Dense(1)])
    both = keras.optimizers.Adam(1e-2), keras.optimizers.Adam(learning_rate=1e-2, beta_1=0.5)

    def loss_of(labels, logits):
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))

    @tf.function
    def step(images):
        noise = tf.random.normal([16, 4])
        with tf.GradientTape() as of_generator, tf.GradientTape() as of_critic:
            fake = generator(noise, training=True)
            real_score, fake_score = critic(images, training=True), critic(fake, training=True)
            made = loss_of(tf.ones_like(fake_score), fake_score)
            told = loss_of(tf.ones_like(real_score), real_score) + loss_of(tf.zeros_like(fake_score), fake_score)
        for net, loss, tape, optimizer in zip(
            (generator, critic), (made, told), (of_generator, of_critic), both, strict=True
        ):
            slopes = tape.gradient(loss, net.trainable_variables)
            optimizer.apply_gradients(zip(slopes, net.trainable_variables, strict=True))
        return float(told)

    losses = [step(X + 5) for _ in range(30)]
    assert losses[-1] < losses[0]


def test_noise_within_a_layer_is_drawn_anew_in_each_run(compat):
    import tensorflow as tf
    from tensorflow import keras

    class Sampling(keras.layers.Layer):
        def call(self, inputs):
            mean, spread = inputs
            noise = tf.random.normal(shape=(tf.shape(mean)[0], tf.shape(mean)[1]))
            return mean + tf.exp(0.5 * spread) * noise + 0.0 * tf.random.uniform((2,))

    first, second = keras.Input((2,)), keras.Input((2,))
    model = keras.Model([first, second], Sampling()([first, second]))
    data = [np.zeros((3, 2)), np.zeros((3, 2))]
    assert model.predict(data).shape == (3, 2) and (model.predict(data) != model.predict(data)).all()


def test_what_a_program_holds_keeps_its_value_of_before_the_update():
    model = Sequential([Input((3,)), Dense(1), Dropout(0.5)])
    before = [np.array(w) for w in model.get_weights()]
    with GradientTape() as tape:
        y = model(X, training=True)
        parts = (y - Y) ** 2
        loss = parts * 2.0 + 1.0
    SGD(1.0).apply_gradients(zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights, strict=True))
    given = y.numpy()
    shown = X @ before[0] + before[1]
    np.testing.assert_allclose(given, np.where(given == 0, 0, 2 * shown), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(parts.numpy(), (given - Y) ** 2, rtol=1e-5)
    np.testing.assert_allclose((y + 1.0).numpy(), given + 1, rtol=1e-5)  # recorded later, of what is known


def test_minimize_takes_a_function_or_what_a_tape_has_recorded(compat):
    from engine.errors import SettingTypeError

    w = variable([3.0])
    assert int(SGD(0.5).minimize(lambda: w * w, [w]).array) == 1 and w.array.tolist() == [0]
    with GradientTape() as tape:
        loss = (w - 4.0) ** 2
    SGD(0.25).minimize(loss, [w], tape=tape)
    assert w.array.tolist() == [2]
    optimizer = SGD(1.0)
    optimizer.build([w])
    optimizer.apply([np.ones(1)])
    assert w.array.tolist() == [1]
    with pytest.raises(SettingTypeError, match="a tape that has recorded the loss"):
        SGD(0.5).minimize(loss, [w])


def test_masks_go_on_from_layer_to_layer_on_a_tape(compat):
    from tensorflow import keras

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.embed, self.read = keras.layers.Embedding(5, 3, mask_zero=True), keras.layers.LSTM(2)

        def call(self, x):
            return self.read(self.embed(x))

    model, short = Own(), np.array([[1, 2]])
    expected = model(short)
    with GradientTape():
        padded = model(np.array([[1, 2, 0, 0]]))
    np.testing.assert_allclose(padded.numpy(), expected, rtol=1e-5)
