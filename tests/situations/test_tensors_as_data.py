"""Models on tensors, tensors in place of arrays, and image iterators by number."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from engine import backend as K
from engine.applications import imagenet_utils
from engine.errors import DataError
from engine.layers import Dense, Input, InputLayer, Lambda, add
from engine.models import Model, Sequential
from engine.preprocessing.image import ImageDataGenerator

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = np.ones((8, 2), "float32")
NETS = ["vgg16", "vgg19", "resnet50", "inception_v3", "xception", "mobilenet", "mobilenet_v2", "densenet", "nasnet"]


def on_tensors() -> Model:
    x = Input(tensor=K.variable(X))
    model = Model(x, Dense(2)(x))
    model.compile("sgd", "mse", target_tensors=[K.variable(Y)])
    return model


def test_a_model_on_tensors_learns_and_is_measured_without_arrays():
    model = on_tensors()
    plain = Sequential([Dense(2, input_dim=3)])
    plain.compile("sgd", "mse")
    plain.set_weights(model.get_weights())
    first = model.fit(epochs=2, steps_per_epoch=3, verbose=0).history["loss"]
    expected = plain.fit(
        np.tile(X, (3, 1)), np.tile(Y, (3, 1)), batch_size=8, epochs=2, shuffle=False, verbose=0
    ).history["loss"]
    np.testing.assert_allclose(first, expected, rtol=1e-5)
    np.testing.assert_allclose(model.evaluate(steps=2), plain.evaluate(X, Y, verbose=0), rtol=1e-5)
    np.testing.assert_allclose(model.predict(None, steps=1), plain.predict(X), rtol=1e-5)
    with pytest.raises(DataError, match="expected the number of batches, as no array is fed"):
        model.fit(verbose=0)


def test_targets_alone_are_fed_where_the_inputs_are_tensors():
    x = Input(tensor=K.variable(X))
    model = Model(x, Dense(2)(x))
    model.compile("sgd", "mse")
    losses = model.fit(None, Y, batch_size=8, epochs=3, verbose=0).history["loss"]
    assert losses[2] < losses[0]


def test_arrays_and_tensors_go_in_beside_each_other():
    a, b = Input((3,)), Input(tensor=K.variable(X))
    model = Model([a, b], add([a, b]))
    np.testing.assert_array_equal(model.predict(X, batch_size=8), X + X)
    assert Sequential([InputLayer(input_tensor=K.variable(X)), Dense(2)]).output_shape == (8, 2)


@pytest.mark.parametrize("make", [K.constant, K.variable, np.asarray, lambda x: K.variable(x) * 1.0])
def test_a_layer_is_called_on_whatever_has_values(make):
    layer = Dense(2, kernel_initializer="ones")
    expected = X.sum(axis=1, keepdims=True).repeat(2, axis=1)
    for call in (layer, Sequential([layer]), Lambda(lambda t: layer(t))):
        given = call(make(X))
        values = K.eval(given) if K.is_tensor(given) else given
        np.testing.assert_allclose(values, expected, rtol=1e-5)


@pytest.mark.parametrize("net", [*NETS, "imagenet_utils"])
def test_images_are_scaled_alike_as_arrays_and_tensors(net):
    scale = importlib.import_module(f"engine.applications.{net}").preprocess_input
    images = np.random.default_rng(1).uniform(0, 255, (2, 4, 4, 3)).astype("float32")
    expected = scale(images)
    fed = K.placeholder((None, 4, 4, 3))
    np.testing.assert_allclose(K.function([fed], [scale(fed)])([images])[0], expected, rtol=1e-5, atol=1e-4)
    model = Sequential([Lambda(scale, input_shape=(4, 4, 3))])
    np.testing.assert_allclose(model.predict(images), expected, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(K.eval(scale(K.variable(images[0]))), scale(images[0]), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
@pytest.mark.parametrize("data_format", ["channels_first", "channels_last"])
@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_every_scaling_of_a_tensor_is_that_of_an_array(mode, data_format, dtype):
    shape = (2, 3, 4, 5) if data_format == "channels_first" else (2, 4, 5, 3)
    images = np.random.default_rng(2).integers(0, 255, shape).astype(dtype)
    given = imagenet_utils.preprocess_input(K.constant(images, dtype=dtype), data_format, mode)
    np.testing.assert_allclose(K.eval(given), imagenet_utils.preprocess_input(images, data_format, mode), atol=1e-4)


def test_a_tensor_without_three_channels_is_refused():
    with pytest.raises(DataError, match="3 channels"):
        imagenet_utils.preprocess_input(K.placeholder((None, 4, 4, 1)))


def test_batches_of_images_are_taken_by_number():
    images, labels = np.random.default_rng(3).uniform(size=(10, 6, 6, 3)), np.arange(10)
    batches = ImageDataGenerator().flow(images, labels, batch_size=4, shuffle=False)
    assert len(batches) == 3 and [len(batches[i][0]) for i in range(3)] == [4, 4, 2]
    np.testing.assert_allclose(batches[1][0], images[4:8], rtol=1e-6)
    assert batches[2][1].tolist() == [8, 9]
    with pytest.raises(ValueError, match="from 0 to 2, found 3"):
        batches[3]


def test_a_transform_is_drawn_and_applied_the_same_again():
    generator = ImageDataGenerator(rotation_range=30, width_shift_range=0.2, zoom_range=0.3, horizontal_flip=True)
    image = np.random.default_rng(4).uniform(size=(6, 6, 3))
    drawn = generator.get_random_transform((6, 6, 3), seed=5)
    assert drawn == generator.get_random_transform((6, 6, 3), seed=5)
    applied = generator.apply_transform(image, drawn)
    np.testing.assert_array_equal(applied, generator.random_transform(image, seed=5))
    turned = generator.apply_transform(image, {"flip_horizontal": True})
    np.testing.assert_array_equal(turned, image[:, ::-1])
    np.testing.assert_array_equal(generator.apply_transform(image, {}), image)
