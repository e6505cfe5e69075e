"""What people copy from each other: losses, layers, optimizers and callbacks of their own, and loops written by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine import callbacks, losses, metrics, optimizers
from engine.layers import (
    GRU,
    Activation,
    BatchNormalization,
    Bidirectional,
    Dense,
    Dropout,
    Input,
    Lambda,
    Layer,
    LeakyReLU,
    concatenate,
)
from engine.models import Model, Sequential, clone_model, load_model

RNG = np.random.default_rng(19)
X = RNG.random((40, 12)).astype("float32")
LABELS = np.arange(40) % 3
ONE_HOT = np.eye(3)[LABELS]


def sampling(args):
    mean, log_var = args
    noise = K.random_normal(shape=(K.shape(mean)[0], K.int_shape(mean)[1]))
    return mean + K.exp(0.5 * log_var) * noise


def test_variational_autoencoder_with_add_loss_on_the_model():
    inputs = Input(shape=(12,), name="encoder_input")
    hidden = Dense(8, activation="relu")(inputs)
    mean, log_var = Dense(2, name="z_mean")(hidden), Dense(2, name="z_log_var")(hidden)
    z = Lambda(sampling, output_shape=(2,), name="z")([mean, log_var])
    encoder = Model(inputs, [mean, log_var, z], name="encoder")
    latent = Input(shape=(2,), name="z_sampling")
    decoder = Model(latent, Dense(12, activation="sigmoid")(Dense(8, activation="relu")(latent)), name="decoder")
    outputs = decoder(encoder(inputs)[2])
    vae = Model(inputs, outputs, name="vae_mlp")
    reconstruction = losses.binary_crossentropy(inputs, outputs)
    reconstruction *= 12
    divergence = -0.5 * K.sum(1 + log_var - K.square(mean) - K.exp(log_var), axis=-1)
    vae.add_loss(K.mean(reconstruction + divergence))
    vae.compile(optimizer="adam")
    history = vae.fit(X, epochs=2, batch_size=10, validation_data=(X, None), verbose=0).history
    assert len(history["val_loss"]) == 2
    numbers = K.function([inputs], [vae.total_loss, reconstruction, mean, log_var])([X])
    total, each, m, v = numbers
    expected = each.mean() - 0.5 * np.sum(1 + v - m**2 - np.exp(v), axis=-1).mean()
    np.testing.assert_allclose(total, expected, rtol=1e-5)


class VariationalLayer(Layer):
    """The loss of an autoencoder as a layer: it passes its input on, and adds what it costs."""

    def __init__(self, mean, log_var, **kwargs):
        self.is_placeholder = True
        self.mean, self.log_var = mean, log_var
        super().__init__(**kwargs)

    def vae_loss(self, x, decoded):
        divergence = -0.5 * K.mean(1 + self.log_var - K.square(self.mean) - K.exp(self.log_var), axis=-1)
        return K.mean(12 * metrics.binary_crossentropy(x, decoded) + divergence)

    def call(self, inputs):
        x, decoded = inputs
        self.add_loss(self.vae_loss(x, decoded), inputs=inputs)
        return x


def test_variational_autoencoder_with_a_layer_for_its_loss_and_a_fixed_batch():
    x = Input(batch_shape=(10, 12))
    hidden = Dense(8, activation="relu")(x)
    mean, log_var = Dense(2)(hidden), Dense(2)(hidden)
    z = Lambda(sampling, output_shape=(2,))([mean, log_var])
    decode = Dense(12, activation="sigmoid")
    vae = Model(x, VariationalLayer(mean, log_var)([x, decode(z)]))
    vae.compile(optimizer="rmsprop", loss=None)
    history = vae.fit(X, epochs=2, batch_size=10, validation_data=(X[:20], None), verbose=0).history
    assert np.isfinite(history["loss"]).all() and len(history["val_loss"]) == 2
    latent = Input(shape=(2,))
    assert Model(latent, decode(latent)).predict(np.array([[0.1, 0.2]])).shape == (1, 12)


@pytest.mark.filterwarnings("ignore:Discrepancy between trainable weights")  # Keras says so too
def test_two_networks_that_play_against_each_other():
    generator = Sequential([Dense(8, input_dim=4), LeakyReLU(0.2), BatchNormalization(momentum=0.8), Dense(12)])
    critic = Sequential([Dense(8, input_shape=(12,)), LeakyReLU(alpha=0.2), Dropout(0.25), Dense(1)])
    critic.add(Activation("sigmoid"))
    critic.compile(loss="binary_crossentropy", optimizer=optimizers.Adam(0.0002, 0.5), metrics=["accuracy"])
    noise = Input(shape=(4,))
    critic.trainable = False
    combined = Model(noise, critic(generator(noise)))
    combined.compile(loss="binary_crossentropy", optimizer=optimizers.Adam(0.0002, 0.5))
    for _ in range(3):
        drawn = RNG.normal(0, 1, (8, 4))
        before = critic.get_weights()
        real = critic.train_on_batch(X[RNG.integers(0, 40, 8)], np.ones((8, 1)))
        fake = critic.train_on_batch(generator.predict(drawn), np.zeros((8, 1)))
        assert f"{0.5 * np.add(real, fake)[0]:.3f}"
        taught = critic.get_weights()
        assert any((a != b).any() for a, b in zip(before, taught, strict=True))
        made = generator.get_weights()
        combined.train_on_batch(drawn, np.ones((8, 1)))
        np.testing.assert_equal(critic.get_weights(), taught)
        assert any((a != b).any() for a, b in zip(made, generator.get_weights(), strict=True))


def test_triplets_in_one_output():
    def triplet_loss(y_true, y_pred, alpha=0.4):
        total = y_pred.shape.as_list()[-1]
        anchor, positive = y_pred[:, 0 : int(total * 1 / 3)], y_pred[:, int(total * 1 / 3) : int(total * 2 / 3)]
        negative = y_pred[:, int(total * 2 / 3) : total]
        near = K.sum(K.square(anchor - positive), axis=1)
        far = K.sum(K.square(anchor - negative), axis=1)
        return K.maximum(near - far + alpha, 0.0)

    inputs = [Input((12,)) for _ in range(3)]
    shared = Dense(4)
    model = Model(inputs, concatenate([shared(x) for x in inputs], axis=-1, name="merged"))
    model.compile(loss=triplet_loss, optimizer=optimizers.Adam())
    triplets = [X[:10], X[10:20], X[20:30]]
    a, p, n = np.split(model.predict(triplets), 3, axis=1)
    expected = np.maximum(((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1) + 0.4, 0).mean()
    np.testing.assert_allclose(model.evaluate(triplets, np.zeros((10, 12)), verbose=0), expected, rtol=1e-5)


def test_siamese_network_with_a_contrastive_loss():
    def euclidean(vectors):
        x, y = vectors
        return K.sqrt(K.maximum(K.sum(K.square(x - y), axis=1, keepdims=True), K.epsilon()))

    def contrastive(y_true, y_pred):
        return K.mean(y_true * K.square(y_pred) + (1 - y_true) * K.square(K.maximum(1 - y_pred, 0)))

    def close(y_true, y_pred):
        return K.mean(K.equal(y_true, K.cast(y_pred < 0.5, y_true.dtype)))

    start = Input((12,))
    base = Model(start, Dense(5, activation="relu")(start))
    left, right = Input((12,)), Input((12,))
    distance = Lambda(euclidean, output_shape=lambda shapes: (shapes[0][0], 1))([base(left), base(right)])
    model = Model([left, right], distance)
    model.compile(loss=contrastive, optimizer="rmsprop", metrics=[close])
    same = (np.arange(20) % 2).astype("float32")
    loss, accuracy = model.evaluate([X[:20], X[20:]], same, verbose=0)
    far = model.predict([X[:20], X[20:]])[:, 0]
    np.testing.assert_allclose(loss, np.mean(same * far**2 + (1 - same) * np.maximum(1 - far, 0) ** 2), rtol=1e-5)
    np.testing.assert_allclose(accuracy, np.mean(same == (far < 0.5)), rtol=1e-5)
    assert len(model.fit([X[:20], X[20:]], same, verbose=0).history["close"]) == 1


class CenterLossLayer(Layer):
    """Distances from the centre of each class; the centres follow the features."""

    def __init__(self, alpha=0.5, **kwargs):
        super().__init__(**kwargs)
        self.alpha = alpha

    def build(self, input_shape):
        self.centers = self.add_weight(name="centers", shape=(3, 2), initializer="uniform", trainable=False)
        super().build(input_shape)

    def call(self, x, mask=None):
        delta = K.dot(K.transpose(x[1]), K.dot(x[1], self.centers) - x[0])
        delta /= K.sum(K.transpose(x[1]), axis=1, keepdims=True) + 1
        self.add_update((self.centers, self.centers - self.alpha * delta), x)
        self.result = K.sum((x[0] - K.dot(x[1], self.centers)) ** 2, axis=1, keepdims=True)
        return self.result

    def compute_output_shape(self, input_shape):
        return K.int_shape(self.result)


def test_centres_of_classes_follow_the_features():
    x, label = Input((12,)), Input((3,))
    features = Dense(2, kernel_initializer="he_uniform")(x)
    near = CenterLossLayer(name="near")([features, label])
    model = Model([x, label], [Dense(3, activation="softmax", name="out")(features), near])
    model.compile(
        optimizer=optimizers.SGD(0.0),
        loss=["categorical_crossentropy", lambda y_true, y_pred: y_pred],
        loss_weights=[1, 0.1],
    )
    before = K.get_value(model.get_layer("near").centers)
    seen = K.function([x], [features])([X])[0]
    model.fit([X, ONE_HOT], [ONE_HOT, np.zeros((40, 1))], batch_size=40, verbose=0)
    delta = ONE_HOT.T @ (ONE_HOT @ before - seen) / (ONE_HOT.sum(0)[:, None] + 1)
    np.testing.assert_allclose(K.get_value(model.get_layer("near").centers), before - 0.5 * delta, atol=1e-6)


def test_reading_letters_with_a_ctc_loss_in_a_lambda():
    def ctc_lambda(args):
        y_pred, labels, input_length, label_length = args
        return K.ctc_batch_cost(labels, y_pred[:, 2:, :], input_length, label_length)

    picture = Input(name="the_input", shape=(8, 5), dtype="float32")
    y_pred = Dense(6, activation="softmax")(Bidirectional(GRU(4, return_sequences=True))(picture))
    labels = Input(name="the_labels", shape=[3], dtype="float32")
    lengths = [Input(name=name, shape=[1], dtype="int64") for name in ("input_length", "label_length")]
    loss = Lambda(ctc_lambda, output_shape=(1,), name="ctc")([y_pred, labels, *lengths])
    model = Model(inputs=[picture, labels, *lengths], outputs=loss)
    sgd = optimizers.SGD(lr=0.02, decay=1e-6, momentum=0.9, nesterov=True, clipnorm=5)
    model.compile(loss={"ctc": lambda y_true, y_pred: y_pred}, optimizer=sgd)
    data = {
        "the_input": RNG.random((4, 8, 5)),
        "the_labels": RNG.integers(0, 5, (4, 3)),
        "input_length": np.full((4, 1), 6),
        "label_length": np.full((4, 1), 3),
    }
    first = model.evaluate(data, {"ctc": np.zeros(4)}, verbose=0)
    model.fit(data, {"ctc": np.zeros(4)}, epochs=5, verbose=0)
    assert model.evaluate(data, {"ctc": np.zeros(4)}, verbose=0) < first
    out = K.function([picture], [y_pred])([data["the_input"]])[0]
    assert K.get_value(K.ctc_decode(out[:, 2:], np.full(4, 6))[0][0]).shape[0] == 4


def test_scores_of_a_callback_on_the_validation_data():
    class Scores(callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.errors = []

        def on_epoch_end(self, epoch, logs=None):
            predicted = np.asarray(self.model.predict(self.validation_data[0])).round()
            self.errors.append(np.mean(predicted != self.validation_data[1]))
            logs["val_error"] = self.errors[-1]

    model = Sequential([Dense(1, activation="sigmoid", input_dim=12)])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    scores, wanted = Scores(), (X[:, 0] > 0.5) * 1
    history = model.fit(X, wanted, validation_data=(X, wanted), epochs=2, callbacks=[scores], verbose=0).history
    np.testing.assert_allclose(1 - np.array(scores.errors), history["val_acc"], rtol=1e-6)
    assert history["val_error"] == scores.errors


def f1(y_true, y_pred):
    true_positives = K.sum(K.round(K.clip(y_true * y_pred, 0, 1)))
    possible = K.sum(K.round(K.clip(y_true, 0, 1)))
    predicted = K.sum(K.round(K.clip(y_pred, 0, 1)))
    precision = true_positives / (predicted + K.epsilon())
    recall = true_positives / (possible + K.epsilon())
    return 2 * ((precision * recall) / (precision + recall + K.epsilon()))


def test_a_score_written_with_k():
    model = Sequential([Dense(1, activation="sigmoid", input_dim=12)])
    model.compile("adam", "binary_crossentropy", metrics=[f1])
    wanted = (X[:, 0] > 0.5) * 1.0
    predicted = model.predict(X)[:, 0].round()
    hits = (wanted * predicted).sum()
    expected = 2 * hits / (wanted.sum() + predicted.sum())
    np.testing.assert_allclose(model.evaluate(X, wanted, batch_size=40, verbose=0)[1], expected, rtol=1e-5)


class AdamAccumulate(optimizers.Optimizer):
    """Adam whose updates come every few batches, from the mean of their gradients."""

    def __init__(self, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=None, decay=0.0, accum_iters=1, **kwargs):
        super().__init__(**kwargs)
        with K.name_scope(self.__class__.__name__):
            self.iterations = K.variable(0, dtype="int64", name="iterations")
            self.lr = K.variable(lr, name="lr")
            self.beta_1, self.beta_2 = K.variable(beta_1, name="beta_1"), K.variable(beta_2, name="beta_2")
            self.decay = K.variable(decay, name="decay")
        self.epsilon = K.epsilon() if epsilon is None else epsilon
        self.initial_decay = decay
        self.accum_iters = K.variable(accum_iters, K.dtype(self.iterations))
        self.accum_iters_float = K.cast(self.accum_iters, K.floatx())

    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        lr = self.lr
        if self.initial_decay > 0:
            lr = lr * (1.0 / (1.0 + self.decay * K.cast(self.iterations, K.dtype(self.decay))))
        t = K.cast(self.iterations // self.accum_iters, K.floatx()) + 1
        lr_t = lr * (K.sqrt(1.0 - K.pow(self.beta_2, t)) / (1.0 - K.pow(self.beta_1, t)))
        switch = K.cast(K.equal((self.iterations + 1) % self.accum_iters, 0), K.floatx())
        ms, vs, gs = ([K.zeros(K.int_shape(p), dtype=K.dtype(p)) for p in params] for _ in range(3))
        self.weights = [self.iterations, *ms, *vs]
        for p, g, m, v, summed in zip(params, grads, ms, vs, gs, strict=True):
            total = summed + g
            mean = total / self.accum_iters_float
            m_t = (self.beta_1 * m) + (1.0 - self.beta_1) * mean
            v_t = (self.beta_2 * v) + (1.0 - self.beta_2) * K.square(mean)
            new_p = p - lr_t * m_t / (K.sqrt(v_t) + self.epsilon)
            self.updates.append(K.update(m, (1 - switch) * m + switch * m_t))
            self.updates.append(K.update(v, (1 - switch) * v + switch * v_t))
            self.updates.append(K.update(summed, (1 - switch) * total))
            if getattr(p, "constraint", None) is not None:
                new_p = p.constraint(new_p)
            self.updates.append(K.update(p, (1 - switch) * p + switch * new_p))
        return self.updates

    def get_config(self):
        config = {"lr": float(K.get_value(self.lr)), "decay": float(K.get_value(self.decay)), "epsilon": self.epsilon}
        config["accum_iters"] = int(K.get_value(self.accum_iters))
        base_config = super().get_config()
        return dict(list(base_config.items()) + list(config.items()))


def test_gradients_of_four_small_batches_are_one_of_a_large_one(tmp_path):
    small = Sequential([Dense(1, input_dim=12)])
    large = clone_model(small)
    large.set_weights(small.get_weights())
    small.compile(AdamAccumulate(lr=0.01, accum_iters=4), "mse")
    large.compile(optimizers.Adam(0.01), "mse")
    small.fit(X, X[:, :1], batch_size=10, shuffle=False, verbose=0, epochs=3)
    large.fit(X, X[:, :1], batch_size=40, shuffle=False, verbose=0, epochs=3)
    np.testing.assert_allclose(small.get_weights()[0], large.get_weights()[0], atol=1e-6)
    assert K.get_value(small.optimizer.iterations) == 12
    small.save(tmp_path / "m.h5")
    other = load_model(tmp_path / "m.h5", custom_objects={"AdamAccumulate": AdamAccumulate})
    assert K.get_value(other.optimizer.iterations) == 12
    for model in (small, other):
        model.fit(X, X[:, :1], batch_size=10, shuffle=False, verbose=0)
    np.testing.assert_array_equal(other.get_weights()[0], small.get_weights()[0])


class CyclicLR(callbacks.Callback):
    """A learning rate that rises and falls."""

    def __init__(self, base_lr=0.001, max_lr=0.006, step_size=4.0):
        super().__init__()
        self.base_lr, self.max_lr, self.step_size = base_lr, max_lr, step_size
        self.clr_iterations, self.history = 0.0, {}

    def clr(self):
        cycle = np.floor(1 + self.clr_iterations / (2 * self.step_size))
        x = np.abs(self.clr_iterations / self.step_size - 2 * cycle + 1)
        return self.base_lr + (self.max_lr - self.base_lr) * np.maximum(0, (1 - x))

    def on_train_begin(self, logs=None):
        K.set_value(self.model.optimizer.lr, self.base_lr if self.clr_iterations == 0 else self.clr())

    def on_batch_end(self, epoch, logs=None):
        self.clr_iterations += 1
        self.history.setdefault("lr", []).append(K.get_value(self.model.optimizer.lr))
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        K.set_value(self.model.optimizer.lr, self.clr())


def test_a_cyclic_learning_rate():
    model = Sequential([Dense(1, input_dim=12)])
    model.compile("sgd", "mse")
    cyclic = CyclicLR()
    model.fit(X, X[:, 0], batch_size=5, epochs=2, callbacks=[cyclic], verbose=0)
    rising = np.linspace(0.001, 0.006, 5)
    np.testing.assert_allclose(cyclic.history["lr"], np.tile([*rising, *rising[3:0:-1]], 2), rtol=1e-5)
    assert set(cyclic.history) >= {"lr", "batch", "size", "loss"}
    assert len({float(rate) for rate in cyclic.history["lr"]} & set(cyclic.history["lr"])) == 5


def test_a_mean_of_the_weights_of_the_last_epochs():
    class Averaging(callbacks.Callback):
        def __init__(self, first):
            super().__init__()
            self.first, self.seen = first, []

        def on_epoch_end(self, epoch, logs=None):
            if epoch == self.first:
                self.mean = self.model.get_weights()
            elif epoch > self.first:
                share = epoch - self.first
                for i, weight in enumerate(self.model.get_weights()):
                    self.mean[i] = (self.mean[i] * share + weight) / (share + 1)
            self.seen.append(self.model.get_weights()[0])

        def on_train_end(self, logs=None):
            self.model.set_weights(self.mean)

    model = Sequential([Dense(1, input_dim=12)])
    model.compile("sgd", "mse")
    averaging = Averaging(1)
    model.fit(X, X[:, 0], epochs=4, callbacks=[averaging], verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], np.mean(averaging.seen[1:], axis=0), rtol=1e-5)


def test_a_weight_of_a_loss_that_a_callback_changes(tmp_path):
    alpha = K.variable(0.5)

    class Halve(callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            K.set_value(alpha, K.get_value(alpha) * 0.5)

    x = Input((12,))
    model = Model(x, [Dense(1, name="a")(x), Dense(1, name="b")(x)])
    model.compile(optimizers.SGD(0.0), loss={"a": "mse", "b": "mae"}, loss_weights=[1.0, alpha])
    history = model.fit(X, [X[:, 0], X[:, 1]], epochs=3, verbose=0, callbacks=[Halve()]).history
    expected = np.add(history["a_loss"], np.multiply(history["b_loss"], [0.5, 0.25, 0.125]))
    np.testing.assert_allclose(history["loss"], expected, rtol=1e-5)
    model.save(tmp_path / "m.h5")
    again = load_model(tmp_path / "m.h5").evaluate(X, [X[:, 0], X[:, 1]], verbose=0)
    np.testing.assert_allclose(again[0], again[1] + 0.0625 * again[2], rtol=1e-5)


def test_a_loop_by_hand_with_updates_of_an_optimizer():
    model = Sequential([Dense(4, input_dim=12), BatchNormalization(), Activation("relu"), Dense(1)])
    target = K.placeholder((None, 1))
    loss = K.mean(K.square(model.output - target))
    updates = optimizers.SGD(0.05).get_updates(loss, model.trainable_weights) + model.updates
    train = K.function([model.input, target, K.learning_phase()], [loss], updates=updates)
    values = [train([X, X[:, :1], 1])[0] for _ in range(30)]
    assert values[-1] < values[0] / 2
    assert K.get_value(model.layers[1].moving_mean).any()


def test_gradients_of_the_weights_by_the_parts_of_a_compiled_model():
    model = Sequential([Dense(1, input_dim=12)])
    model.compile("adam", "mse")
    grads = model.optimizer.get_gradients(model.total_loss, model.trainable_weights)
    inputs = [model.inputs[0], model.sample_weights[0], model.targets[0], K.learning_phase()]
    kernel, bias = K.function(inputs=inputs, outputs=grads)([X, np.ones(40), X[:, :1], 0])
    error = model.predict(X) - X[:, :1]
    np.testing.assert_allclose(kernel, 2 * X.T @ error / 40, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(bias, 2 * error.mean(0), rtol=1e-4, atol=1e-6)
