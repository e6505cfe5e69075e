"""Gradients of gradients as users ask for them: penalties, products with a Hessian, saliency, steps inside a loss."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine.errors import GraphError
from engine.layers import (
    GRU,
    LSTM,
    RNN,
    Activation,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalMaxPooling2D,
    Input,
    Lambda,
    Layer,
    LSTMCell,
    Masking,
    MaxPooling2D,
    TimeDistributed,
)
from engine.models import Model, Sequential, clone_model
from engine.optimizers import Adam

RNG = np.random.default_rng(12)


@pytest.fixture(autouse=True)
def _double():
    K.set_floatx("float64")
    yield
    K.set_floatx("float32")


def norms(gradient):
    return K.sqrt(K.sum(K.square(gradient), axis=list(range(1, K.ndim(gradient)))))


def penalty_of(score, x):
    return K.mean(K.square(norms(K.gradients(score, x)[0]) - 1))


def agrees_with_differences(value, weights, inputs, arrays, training=False):
    """The gradients of `value` with respect to the weights, along random directions, against how much it changes."""
    phase = [K.learning_phase()] if training else []
    feed = [*arrays, *[1 for _ in phase]]
    slopes = K.gradients(value, weights)
    present = [K.zeros_like(w) if g is None else g for w, g in zip(weights, slopes, strict=True)]
    slopes = K.function([*inputs, *phase], present)(feed)
    measure = K.function([*inputs, *phase], [value])
    for weight, slope in zip(weights, slopes, strict=True):
        start, direction, ends = K.get_value(weight), RNG.normal(size=weight.shape), []
        for sign in (1, -1):
            K.set_value(weight, start + sign * 1e-6 * direction)
            ends.append(float(measure(feed)[0]))
        K.set_value(weight, start)
        expected = (ends[0] - ends[1]) / 2e-6
        assert (slope * direction).sum() == pytest.approx(expected, rel=1e-5, abs=1e-7), weight.name


def dense_critic():
    return Sequential([Dense(6, activation="tanh", input_dim=5), Dense(4, activation="elu"), Dense(1)]), (8, 5)


def image_critic():
    layers = [Conv2D(4, 3, strides=2, padding="same", input_shape=(7, 6, 2)), Activation("softplus"), MaxPooling2D(2)]
    return Sequential([*layers, Conv2D(3, 1, activation="sigmoid"), Flatten(), Dense(1)]), (4, 7, 6, 2)


def series_critic():
    return Sequential([LSTM(4, return_sequences=True, input_shape=(None, 3)), GRU(3), Dense(1)]), (4, 5, 3)


def masked_critic():
    return Sequential([Masking(input_shape=(5, 3)), LSTM(4, return_sequences=True), GRU(3), Dense(1)]), (4, 5, 3)


def cell_critic():
    return Sequential([RNN(LSTMCell(3), input_shape=(5, 3)), Dense(1)]), (4, 5, 3)


def normalised_critic():
    return Sequential([Dense(6, input_dim=5), BatchNormalization(), Activation("tanh"), Dense(1)]), (8, 5)


CRITICS = [dense_critic, image_critic, series_critic, masked_critic, cell_critic, normalised_critic]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("make", CRITICS)
def test_the_gradient_of_a_penalty_is_that_of_differences(make, training):
    critic, shape = make()
    x = RNG.normal(size=shape)
    x[1, :2] = 0  # two masked steps, where there are steps
    value = penalty_of(critic.output, critic.input)
    agrees_with_differences(value, critic.trainable_weights, [critic.input], [x], training)


@pytest.mark.parametrize("make", CRITICS)
def test_a_hessian_is_symmetric(make):
    critic, shape = make()
    weights = critic.trainable_weights
    slopes = K.gradients(K.sum(K.sin(critic.output)), weights)
    first, second = ([RNG.normal(size=w.shape) for w in weights] for _ in range(2))

    def product_with(direction):
        along = sum(K.sum(g * K.constant(d)) for g, d in zip(slopes, direction, strict=True))
        return [K.zeros_like(w) if p is None else p for w, p in zip(weights, K.gradients(along, weights), strict=True)]

    tensors = [*product_with(first), *product_with(second)]
    values = K.function([critic.input], tensors)([RNG.normal(size=shape)])
    of_first, of_second = values[: len(weights)], values[len(weights) :]
    left = sum((p * d).sum() for p, d in zip(of_first, second, strict=True))
    assert left == pytest.approx(sum((p * d).sum() for p, d in zip(of_second, first, strict=True)), rel=1e-9)


def trains(model, x, y, steps=40):
    losses = [np.atleast_1d(model.train_on_batch(x, y))[0] for _ in range(steps)]
    assert np.isfinite(losses).all()
    return losses


def test_a_penalty_in_a_custom_loss_trains_by_train_on_batch_and_fit():
    critic, _ = dense_critic()
    real, fake, mixed = (Input((5,)) for _ in range(3))
    model = Model([real, fake, mixed], [critic(x) for x in (real, fake, mixed)])

    def distance(target, score):
        return K.mean(target * score)

    def penalty(target, score):
        return 10 * penalty_of(score, mixed)

    model.compile("adam", [distance, distance, penalty])
    true, made = RNG.normal(1, 1, (8, 5)), RNG.normal(size=(8, 5))
    batch, ones = [true, made, (true + made) / 2], np.ones((8, 1))
    before = model.evaluate(batch, [-ones, ones, ones], verbose=0)[3]
    trains(model, batch, [-ones, ones, ones], 150)
    model.fit(batch, [-ones, ones, ones], batch_size=4, epochs=5, verbose=0)
    assert model.evaluate(batch, [-ones, ones, ones], verbose=0)[3] < 0.5 * before


def test_the_step_of_a_model_with_a_penalty_goes_along_the_gradient_of_differences():
    critic, _ = dense_critic()
    x = critic.input
    model = Model(x, critic.output)
    model.add_loss(penalty_of(critic.output, x))
    model.compile("sgd", "mse")
    K.set_value(model.optimizer.lr, 1.0)
    data, target = RNG.normal(size=(8, 5)), RNG.normal(size=(8, 1))
    before = model.get_weights()

    def loss_at(weights):
        model.set_weights(weights)
        return float(np.atleast_1d(model.evaluate(data, target, verbose=0))[0])

    direction = [RNG.normal(size=w.shape) for w in before]
    ends = [loss_at([w + s * 1e-6 * d for w, d in zip(before, direction, strict=True)]) for s in (1, -1)]
    model.set_weights(before)
    model.train_on_batch(data, target)
    slopes = [b - a for b, a in zip(before, model.get_weights(), strict=True)]
    along = sum((g * d).sum() for g, d in zip(slopes, direction, strict=True))
    assert along == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5)


def test_a_layer_may_add_a_penalty_on_its_own_slopes():
    class Smooth(Layer):
        def build(self, input_shape):
            self.kernel = self.add_weight(name="kernel", shape=(input_shape[1], 3), initializer="uniform")
            super().build(input_shape)

        def call(self, x):
            y = K.tanh(K.dot(x, self.kernel))
            self.add_loss(K.sum(K.square(K.gradients(y, x)[0])), inputs=x)
            return y

    model = Sequential([Dense(4, input_dim=3), Smooth(), Dense(1)])
    model.compile("sgd", "mse")
    losses = trains(model, RNG.normal(size=(8, 3)), np.zeros((8, 1)))
    assert losses[-1] < losses[0]
    agrees_with_differences(model.losses[0], model.trainable_weights[:3], [model.input], [RNG.normal(size=(8, 3))])


def test_a_gradient_may_stand_in_a_lambda_layer_and_be_trained_through():
    x = Input((3,))
    energy = Sequential([Dense(8, activation="tanh", input_dim=3), Dense(1)])
    force = Lambda(lambda inputs: -K.gradients(inputs[0], inputs[1])[0], output_shape=(3,))([energy(x), x])
    model = Model(x, force)
    model.compile("adam", "mse")
    K.set_value(model.optimizer.lr, 0.02)
    points = RNG.normal(size=(64, 3))
    losses = trains(model, points, -points, 300)  # the force of a spring
    assert losses[-1] < 0.1 * losses[0]


def test_the_list_that_a_gradient_comes_in_may_be_squared_and_summed_as_it_is():
    critic, shape = dense_critic()
    x, data = critic.input, RNG.normal(size=shape)
    norm = K.sqrt(K.sum(K.square(K.gradients(K.sum(critic.output), x))))
    one = K.sqrt(K.sum(K.square(K.gradients(K.sum(critic.output), x)[0])))
    of_list, of_tensor = K.function([x], [norm, one])([data])
    assert of_list == pytest.approx(of_tensor)
    assert K.int_shape(K.square([x, x])) == (2, None, 5)
    agrees_with_differences(K.square(1 - norm), critic.trainable_weights, [x], [data])


def test_shared_layers_several_outputs_and_inputs_count_each_use():
    a, b = Input((4,)), Input((4,))
    shared = Dense(5, activation="tanh")
    joined = Concatenate()([shared(a), shared(b), shared(shared_sum(a, b))])
    outputs = [Dense(2, activation="softmax")(joined), Dense(1)(shared(b))]
    model = Model([a, b], outputs)
    score = K.sum(K.log(outputs[0])) + K.sum(K.square(outputs[1]))
    slopes = K.gradients(score, [a, b])
    value = K.sum(K.square(slopes[0])) + K.sum(slopes[0] * K.sin(slopes[1]))
    arrays = [RNG.normal(size=(3, 4)) for _ in range(2)]
    agrees_with_differences(value, model.trainable_weights, model.inputs, arrays)


def shared_sum(a, b):
    return Lambda(lambda pair: pair[0] * 0.5 + pair[1])([a, b])


def test_dropout_drops_the_same_in_the_loss_in_its_slopes_and_in_theirs():
    x = K.variable(np.ones((1, 400)))
    y = Dropout(0.5)(x)
    (slope,) = K.gradients(K.sum(K.pow(y, 3.0)), x)
    (curve,) = K.gradients(K.sum(slope), x)
    values = K.function([K.learning_phase()], [y, slope, curve])([1])
    np.testing.assert_allclose(values[1], 3 * values[0] ** 2 * 2 * (values[0] > 0))
    np.testing.assert_allclose(values[2], 6 * values[0] * 4 * (values[0] > 0))
    np.testing.assert_allclose(K.function([K.learning_phase()], [curve])([0])[0], 6.0)


def test_a_step_of_learning_inside_a_loss_is_learned_through():
    """As MAML (Finn et al., 2017): weights from which one step of gradient descent does well."""
    kernel, rate = K.variable(RNG.normal(size=(3, 1))), K.variable(0.1)
    x, y, x_test, y_test = (K.placeholder(shape=shape) for shape in [(None, 3), (None, 1)] * 2)
    inner = K.mean(K.square(K.tanh(K.dot(x, kernel)) - y))
    adapted = kernel - rate * K.gradients(inner, kernel)[0]
    outer = K.mean(K.square(K.tanh(K.dot(x_test, adapted)) - y_test))
    arrays = [RNG.normal(size=shape) for shape in [(6, 3), (6, 1)] * 2]
    agrees_with_differences(outer, [kernel, rate], [x, y, x_test, y_test], arrays)


def test_saliency_may_be_trained_away_from_what_should_not_count():
    model = Sequential([Conv2D(4, 3, activation="relu", input_shape=(6, 6, 1)), GlobalMaxPooling2D(), Dense(2)])
    right_reasons = K.mean(K.square(K.gradients(K.logsumexp(model.output, axis=-1), model.input)[0][:, :, :3]))
    x = RNG.normal(size=(4, 6, 6, 1))
    agrees_with_differences(right_reasons, model.trainable_weights, [model.input], [x])


def test_a_norm_of_zero_has_slope_zero_and_not_nan():
    x = Input((3,))
    model = Model(x, Dense(1, kernel_initializer="zeros")(x))
    (slope,) = K.function([x], K.gradients(penalty_of(model.output, x), model.layers[1].kernel))([np.ones((2, 3))])
    np.testing.assert_array_equal(slope, 0)


def test_a_third_and_a_fourth_derivative_of_a_network_are_those_of_differences():
    model = Sequential([Dense(4, activation="tanh", input_dim=2), Dense(1)])
    x = model.input
    value = K.sum(model.output)
    for _ in range(3):
        value = K.sum(K.sin(K.gradients(value, x)[0]))
        agrees_with_differences(value, model.trainable_weights, [x], [RNG.normal(size=(3, 2))])


def test_a_recorded_optimizer_step_takes_a_loss_with_a_gradient_in_it():
    critic, shape = dense_critic()
    loss = penalty_of(critic.output, critic.input)
    updates = Adam(0.01).get_updates(loss, critic.trainable_weights[:-1])  # slopes know nothing of the last bias
    step = K.function([critic.input], [loss], updates)
    x = RNG.normal(size=shape)
    losses = [float(step([x])[0]) for _ in range(60)]
    assert losses[-1] < 0.5 * losses[0]


def test_words_take_the_penalty_at_their_vectors():
    """As the gradient with respect to words is none, that with respect to their vectors is asked for."""
    words = Input((5,), dtype="int32")
    vectors = Embedding(9, 4)(words)
    score = Dense(1)(GRU(3)(vectors))
    model = Model(words, score)
    agrees_with_differences(penalty_of(score, vectors), model.trainable_weights, [words], [RNG.integers(0, 9, (4, 5))])
    assert K.gradients(score, words) == [None]


def test_a_copied_model_has_second_gradients_of_its_own():
    critic, shape = dense_critic()
    twin = clone_model(critic)
    value = penalty_of(twin.output, twin.input)
    assert K.gradients(value, critic.trainable_weights[0]) == [None]
    agrees_with_differences(value, twin.trainable_weights, [twin.input], [RNG.normal(size=shape)])


def test_layers_over_steps_have_second_gradients():
    inner = Sequential([Dense(3, activation="tanh", input_dim=4), Dense(2, activation="sigmoid")])
    model = Sequential([TimeDistributed(inner, input_shape=(5, 4)), Flatten(), Dense(1)])
    value = penalty_of(model.output, model.input)
    agrees_with_differences(value, model.trainable_weights, [model.input], [RNG.normal(size=(3, 5, 4))])


def test_what_has_no_second_gradient_is_refused_with_a_way_out():
    outputs = K.variable(RNG.dirichlet(np.ones(4), (2, 7)))
    labels, lengths = K.variable(np.array([[0, 1], [2, 0]])), K.variable(np.array([[2], [1]]))
    loss = K.ctc_batch_cost(labels, outputs, K.variable(np.array([[7], [7]])), lengths)
    (slope,) = K.gradients(loss, outputs)
    with pytest.raises(GraphError, match=r"gradient of CtcLoss.*K\.stop_gradient"):
        K.gradients(K.sum(K.square(slope)), outputs)
    (unchanged,) = K.gradients(K.sum(outputs * K.stop_gradient(slope)), outputs)
    assert K.eval(unchanged).shape == (2, 7, 4)
