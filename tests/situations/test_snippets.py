"""What people copy from each other: pictures of what a network sees, made with K.gradients and K.function.

Each is written as it is met, with the same functions of K; its numbers are compared with differences or NumPy.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import fmin_l_bfgs_b

from engine import backend as K
from engine import losses
from engine._machine.random import set_seed
from engine.layers import (
    Activation,
    AveragePooling2D,
    Conv2D,
    Dense,
    Flatten,
    Input,
    Lambda,
    Permute,
    RepeatVector,
    multiply,
)
from engine.models import Model, Sequential

RNG = np.random.default_rng(7)
SIZE, CLASSES = 10, 4


@pytest.fixture
def model():
    set_seed(11)
    made = Sequential()
    made.add(Conv2D(4, (3, 3), activation="softplus", padding="same", input_shape=(SIZE, SIZE, 3), name="block1_conv1"))
    made.add(AveragePooling2D((2, 2)))
    made.add(Conv2D(6, (3, 3), activation="softplus", padding="same", name="block5_conv3"))
    made.add(Flatten())
    made.add(Dense(CLASSES, activation="softmax", name="predictions"))
    return made


def pictures(samples=1):
    return RNG.random((samples, SIZE, SIZE, 3))


def slope(value, x, direction, step=2e-3):
    """The change of `value(x)` along a direction, by central differences."""
    return (value(x + step * direction) - value(x - step * direction)) / (2 * step)


def assert_gradient(value, gradient, x):
    """A gradient of float32 functions, compared along a random direction."""
    direction = np.random.default_rng(3).normal(size=x.shape)
    np.testing.assert_allclose(np.sum(gradient * direction), slope(value, x, direction), rtol=2e-2, atol=1e-4)


def test_class_activation_map_of_the_last_convolution(model):
    x = pictures()
    index = int(np.argmax(model.predict(x)[0]))
    output = model.output[:, index]
    last = model.get_layer("block5_conv3")
    grads = K.gradients(output, last.output)[0]
    pooled = K.mean(grads, axis=(0, 1, 2))
    iterate = K.function([model.input], [pooled, last.output[0], grads])
    weights, features, all_grads = iterate([x])
    for i in range(6):
        features[:, :, i] *= weights[i]
    heatmap = np.maximum(np.mean(features, axis=-1), 0)
    heatmap /= np.max(heatmap) or 1
    assert heatmap.shape == (5, 5)
    np.testing.assert_allclose(weights, all_grads.mean((0, 1, 2)), rtol=1e-5)
    head = K.function([last.output], [output])
    assert_gradient(lambda a: head([a])[0][0], all_grads, K.function([model.input], [last.output])([x])[0])


def test_class_activation_map_by_a_lambda_on_the_softmax(model):
    category = 2
    target = Lambda(lambda t: t * K.one_hot([category], CLASSES), output_shape=lambda shape: shape)(
        model.layers[-1].output
    )
    masked = Model(inputs=model.layers[0].input, outputs=target)
    loss = K.sum(masked.layers[-1].output)
    conv = next(layer for layer in masked.layers if layer.name == "block5_conv3").output
    grads = K.gradients(loss, conv)[0]
    grads = grads / (K.sqrt(K.mean(K.square(grads))) + 1e-5)
    gradient_function = K.function([masked.layers[0].input], [conv, grads])
    output, normalized = gradient_function([pictures()])
    cam = np.ones(output.shape[1:3], dtype=np.float32)
    for i, w in enumerate(np.mean(normalized[0], axis=(0, 1))):
        cam += w * output[0, :, :, i]
    assert cam.shape == (5, 5)
    np.testing.assert_allclose(np.mean(normalized**2), 1, rtol=1e-2)


def test_weights_of_higher_powers_of_the_gradient(model):
    score, conv = model.output[0, 1], model.get_layer("block5_conv3").output
    grads = K.gradients(score, conv)[0]
    first, second, third = (K.exp(score) * grads, K.exp(score) * grads * grads, K.exp(score) * grads * grads * grads)
    get = K.function([model.input], [score, first, second, third, conv, grads])
    value, one, two, three, _, plain = get([pictures()])
    for power, weighted in enumerate((one, two, three), start=1):
        np.testing.assert_allclose(weighted, np.exp(value) * plain**power, rtol=1e-4, atol=1e-12)


def test_saliency_of_the_best_class_with_the_learning_phase_fed(model):
    x = pictures(3)
    best = K.max(model.output, axis=1)
    saliency = K.gradients(K.sum(best), model.input)[0]
    classes = K.argmax(model.layers[-1].output, axis=1)
    compute = K.function([model.layers[0].input, K.learning_phase()], [saliency, classes])
    values, labels = compute([x, 0])
    np.testing.assert_array_equal(labels, np.argmax(model.predict(x), axis=1))
    assert_gradient(lambda a: model.predict(a).max(axis=1).sum(), values, x)


def test_guided_backpropagation_by_a_rectifier_with_another_gradient():
    x = Input((5,))
    before = Dense(4, name="before")(x)
    # Only positive gradients pass, and only where the input was positive.
    after = Activation("relu", name="after")(before)
    guided_model = Model(x, Dense(1, use_bias=False, name="top")(after))
    upper = K.gradients(K.sum(guided_model.output), after)[0]
    guided = upper * K.cast(upper > 0, "float32") * K.cast(before > 0, "float32")
    get = K.function([guided_model.input], [guided, before])
    data = RNG.normal(size=(6, 5))
    values, inputs = get([data])
    top = guided_model.get_layer("top").get_weights()[0][:, 0]
    np.testing.assert_allclose(values, np.where((inputs > 0) & (top > 0), top, 0), rtol=1e-6)


def test_deep_dream_climbs_its_loss(model):
    K.set_learning_phase(0)
    layers_by_name = {layer.name: layer for layer in model.layers}
    loss = K.variable(0.0)
    for name, coefficient in {"block1_conv1": 0.2, "block5_conv3": 0.5}.items():
        activation = layers_by_name[name].output
        scaling = K.prod(K.cast(K.shape(activation), "float32"))
        loss = loss + coefficient * K.sum(K.square(activation[:, 2:-2, 2:-2, :])) / scaling
    dream = model.input
    grads = K.gradients(loss, dream)[0]
    raw = grads
    grads /= K.maximum(K.mean(K.abs(grads)), K.epsilon())
    fetch = K.function([dream], [loss, grads, raw])
    x, values = pictures(), []
    assert_gradient(lambda a: fetch([a])[0], fetch([x])[2], x)
    for _ in range(8):
        value, step, _ = fetch([x])
        x += 0.01 * step
        values.append(float(value))
    K.clear_session()
    assert values == sorted(values)


def test_pictures_that_please_a_filter(model):
    layer_output = model.get_layer("block1_conv1").output
    loss = K.mean(layer_output[:, :, :, 1])
    grads = K.l2_normalize(K.gradients(loss, model.input)[0])
    iterate = K.function([model.input], [loss, grads])
    x = pictures() * 0.2 + 0.4
    before = iterate([x])[0]
    for _ in range(10):
        _, step = iterate([x])
        x += step
    assert iterate([x])[0] > before
    np.testing.assert_allclose(np.sum(step**2), 1, rtol=1e-3)


def _gram(x):
    features = K.batch_flatten(K.permute_dimensions(x, (2, 0, 1)))
    return K.dot(features, K.transpose(features))


def _total_variation(x):
    down = K.square(x[:, : SIZE - 1, : SIZE - 1, :] - x[:, 1:, : SIZE - 1, :])
    right = K.square(x[:, : SIZE - 1, : SIZE - 1, :] - x[:, : SIZE - 1, 1:, :])
    return K.sum(K.pow(down + right + 1e-6, 1.25))


class Evaluator:
    """Loss and gradient of one pass, asked for one after the other by scipy."""

    def __init__(self, fetch):
        self.fetch, self.grads_of_the_loss = fetch, None

    def loss(self, x):
        value, grads = self.fetch([x.reshape((1, SIZE, SIZE, 3))])
        self.grads_of_the_loss = grads.flatten().astype("float64")
        return value

    def grads(self, x):
        return np.copy(self.grads_of_the_loss)


def test_style_transfer_by_scipy():
    base, style = K.variable(pictures()), K.variable(pictures())
    combination = K.placeholder((1, SIZE, SIZE, 3))
    start = Input(tensor=K.concatenate([base, style, combination], axis=0))
    first = Conv2D(4, (3, 3), activation="softplus", padding="same", name="block1_conv1")(start)
    second = Conv2D(4, (3, 3), activation="softplus", padding="same", name="block2_conv1")(first)
    outputs = {layer.name: layer.output for layer in Model(start, second).layers}
    loss = K.variable(0.0)
    features = outputs["block2_conv1"]
    loss = loss + 0.025 * K.sum(K.square(features[2, :, :, :] - features[0, :, :, :]))
    for name in ("block1_conv1", "block2_conv1"):
        parts = outputs[name]
        loss = loss + 0.5 * K.sum(K.square(_gram(parts[1]) - _gram(parts[2]))) / (4.0 * 9 * SIZE**4)
    loss += 0.1 * _total_variation(combination)
    everything = [loss]
    everything += K.gradients(loss, combination)
    evaluator = Evaluator(K.function([combination], everything))
    x = pictures().flatten()
    before = evaluator.loss(x)
    assert_gradient(lambda a: evaluator.fetch([a.reshape(1, SIZE, SIZE, 3)])[0], evaluator.grads(x), x)
    x, after, _ = fmin_l_bfgs_b(evaluator.loss, x, fprime=evaluator.grads, maxfun=20)
    assert after < before / 4


def test_adversarial_pictures_by_the_sign_of_the_gradient(model):
    target = K.placeholder(shape=(None, CLASSES))
    loss = losses.categorical_crossentropy(target, model.output)
    gradient = K.gradients(loss, model.input)
    attack = K.function([model.input, target], [K.sign(gradient[0]), loss])
    x, labels = pictures(2), np.eye(CLASSES)[[1, 3]]
    direction, before = attack([x, labels])
    assert set(np.unique(direction)) <= {-1, 0, 1}
    assert (attack([x + 0.05 * direction, labels])[1] > before).all()
    np.testing.assert_allclose(before, -np.log(model.predict(x)[[0, 1], [1, 3]]), rtol=1e-5)


def test_attention_is_read_from_the_middle_of_a_model():
    x = Input((7, 5))
    scores = Dense(7, activation="softmax")(Permute((2, 1))(x))
    scores = RepeatVector(5)(Lambda(lambda t: K.mean(t, axis=1), name="dim_reduction")(scores))
    attended = multiply([x, Permute((2, 1), name="attention_vec")(scores)])
    model = Model(x, Dense(1, activation="sigmoid")(Flatten()(attended)))

    def activations(inputs, layer_name=None):
        wanted = [layer.output for layer in model.layers if layer_name in (None, layer.name)]
        functions = [K.function([model.input, K.learning_phase()], [output]) for output in wanted]
        return [function([inputs, 1.0])[0] for function in functions]

    data = RNG.normal(size=(2, 7, 5))
    (vector,) = activations(data, layer_name="attention_vec")
    np.testing.assert_allclose(np.mean(vector, axis=2).sum(axis=1), 1, rtol=1e-6)
    assert len(activations(data)) == len(model.layers)


def test_boxes_of_a_grid_whose_size_comes_with_the_picture():
    anchors = np.array([[1.0, 2.0], [3.0, 4.0]])
    features = K.placeholder((None, None, None, 14))
    grid_shape = K.shape(features)[1:3]
    rows = K.tile(K.reshape(K.arange(0, stop=grid_shape[0]), [-1, 1, 1, 1]), [1, grid_shape[1], 1, 1])
    columns = K.tile(K.reshape(K.arange(0, stop=grid_shape[1]), [1, -1, 1, 1]), [grid_shape[0], 1, 1, 1])
    grid = K.cast(K.concatenate([columns, rows]), K.dtype(features))
    split = K.reshape(features, [-1, grid_shape[0], grid_shape[1], 2, 7])
    centres = (K.sigmoid(split[..., :2]) + grid) / K.cast(grid_shape[::-1], K.dtype(split))
    sizes = K.exp(split[..., 2:4]) * K.reshape(K.constant(anchors), [1, 1, 1, 2, 2])
    boxes = K.function([features], [centres, sizes])
    for height, width in ((3, 5), (4, 4), (6, 2)):
        data = RNG.normal(size=(2, height, width, 14))
        got_centres, got_sizes = boxes([data])
        parts = data.reshape(2, height, width, 2, 7)
        corners = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1)[:, :, None]
        expected = (1 / (1 + np.exp(-parts[..., :2])) + corners) / [width, height]
        np.testing.assert_allclose(got_centres, expected, rtol=1e-5)
        np.testing.assert_allclose(got_sizes, np.exp(parts[..., 2:4]) * anchors, rtol=1e-5)


def test_spread_of_predictions_with_dropout_left_on():
    x = Input((12,))
    hidden = Lambda(lambda t: K.in_train_phase(K.dropout(t, 0.5), t))(Dense(8)(x))
    model = Model(x, Dense(1)(hidden))
    sample = K.function([model.layers[0].input, K.learning_phase()], [model.layers[-1].output])
    data = RNG.normal(size=(20, 12))
    drawn = np.array([sample((data, 1))[0] for _ in range(8)])
    assert drawn.std(axis=0).min() > 0
    assert np.ptp([sample([data, 0])[0] for _ in range(3)], axis=0).max() == 0


def test_numbers_without_axes_are_numbers():
    rate = K.variable(0.25)
    mean = K.mean(K.constant([1.0, 2.0]))
    for value in (K.get_value(rate), K.eval(mean), K.function([], [mean])([])[0], K.get_session().run(mean)):
        assert isinstance(value, np.float32)
        assert value in {0.25, 1.5}


def test_shapes_are_asked_as_those_of_tensorflow():
    x = K.placeholder((None, 4, 6))
    assert x.shape.as_list() == x.get_shape().as_list() == [None, 4, 6]
    assert x.get_shape()[1:].as_list() == [4, 6]
    assert x.shape.ndims == len(x.shape) == K.ndim(x) == 3
    assert K.int_shape(x) == x.shape == (None, 4, 6)
    assert type(K.int_shape(x)) is tuple


def test_tensors_in_the_middle_are_fed_like_inputs(model):
    x = pictures(2)
    middle = model.get_layer("block5_conv3")
    features = K.function([model.input], [middle.output])([x])[0]
    upper = K.function([middle.output, K.learning_phase()], [model.output])
    np.testing.assert_allclose(upper([features, 0])[0], model.predict(x), rtol=1e-6)
    by_input = K.function([model.layers[2].input], [model.output])
    pooled = K.function([model.input], [model.layers[1].output])([x])[0]
    np.testing.assert_allclose(by_input([pooled])[0], model.predict(x), rtol=1e-6)
    # What is fed counts, whatever the input that it would be computed from.
    both = K.function([model.input, middle.output], [model.output, model.layers[0].output])
    np.testing.assert_allclose(both([0 * x, features])[0], model.predict(x), rtol=1e-6)
    weights = K.get_session().run(model.output, {middle.output: features})
    np.testing.assert_allclose(weights, model.predict(x), rtol=1e-6)
    gradient = K.function([middle.output], K.gradients(K.sum(K.square(model.output)), middle.output))
    assert_gradient(lambda a: (upper([a, 0])[0] ** 2).sum(), gradient([features])[0], features)


def test_a_variable_may_be_fed_and_assigned():
    weight = K.variable([2.0, 3.0])
    double = K.function([weight], [weight * 2], updates=[(weight, weight + 1)])
    assert double([[5.0, 6.0]])[0].tolist() == [10.0, 12.0]
    assert K.get_value(weight).tolist() == [6.0, 7.0]
