"""The numbers of real Keras (tests/golden/*.npz, written by make_golden.py in float64) against ours.

In float64 they agree to nine digits and more, in float32 to five, measured by the largest number of each array. Less is
asked for where TensorFlow itself computes in float32 (rates of optimizers, a few constants), and of ten updates in float32:
optimizers that divide by small numbers (Adam) make more of a rounding error there.
"""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import _ops as ops
from engine import activations, constraints, layers, losses, metrics, regularizers
from engine import backend as K
from engine._graph.gradient import gradients
from engine._graph.plan import evaluate
from engine._graph.tensor import Placeholder

FOLDER = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(FOLDER))
cases = importlib.import_module("cases")
LAYERS = list(cases.LAYERS)
GOLDEN = dict(np.load(FOLDER / "keras.npz", allow_pickle=False))
for path in sorted(FOLDER.glob("layers_*.py")):
    LAYERS += importlib.import_module(path.stem).LAYERS
    GOLDEN.update(np.load(path.with_suffix(".npz"), allow_pickle=False))
TRAININGS = {**cases.TRAININGS, **importlib.import_module("trainings").TRAININGS}
GOLDEN.update(np.load(FOLDER / "trainings.npz", allow_pickle=False))
sys.path.remove(str(FOLDER))
IMAGES = ("CenterCrop", "RandomCrop", "RandomRotation", "RandomTranslation", "RandomZoom", "Resizing")
CLOSE = {"float32": 1e-5, "float64": 1e-9}
# In float64: what TensorFlow computes in float32 there.
NARROW = {
    **{case.key: 1e-6 for case in LAYERS if "Pooling3D" in case.name},
    "leaky_relu": 1e-7,
    "logcosh": 1e-6,
    # tf_keras adds epsilon inside the logarithm, 2.2.4 clips the probability.
    "binary_crossentropy": 1e-5,
    # TensorFlow's root of 2 and slope of 0.2 are of float32 in float64 too.
    "dense_gelu": 1e-7,
    # TensorFlow resizes and moves images in float32, cubic lines by a table of 1024 places.
    **{case.key: 1e-5 for case in LAYERS if case.name in IMAGES},
    "resizing_bicubic": 2e-3,
    # Keras 3 scales the products of these by a number of float32.
    **{case.key: 1e-6 for case in LAYERS if case.name == "GroupQueryAttention"},
    "dense_leaky_relu": 1e-7,
}


@pytest.fixture(params=["float32", "float64"])
def floatx(request):
    """The number type to compute in."""
    K.set_floatx(request.param)
    yield request.param
    K.set_floatx("float32")


def wide(array):
    """Floats in the number type of the test."""
    return array.astype(K.floatx()) if array.dtype.kind == "f" else array


def close(ours, key, tolerance=None):
    name = key.split("/")[1]
    tolerance = tolerance or max(CLOSE[K.floatx()], NARROW.get(name, 0))
    expected = GOLDEN[key]
    largest = np.abs(expected).max(initial=0)
    if largest < 1e-12:  # it is 0 but for rounding, as the slope of a bias on all keys
        largest = 1.0
    np.testing.assert_allclose(ours, expected, rtol=tolerance, atol=tolerance * largest, err_msg=key)


@pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.key)
def test_a_layer_gives_keras_output_and_gradients(case, floatx):
    arrays = [wide(x) for x in case.inputs()]
    inputs = [Placeholder((None, *a.shape[1:]), dtype=a.dtype) for a in arrays]
    layer = getattr(layers, case.name)(**case.settings)
    output = layer(inputs if len(inputs) > 1 else inputs[0], **case.extra)
    layer.set_weights(cases.weights_like(layer.get_weights()))
    feed = dict(zip(inputs, arrays, strict=True))
    (shape,) = (value.shape for value in evaluate([output], feed, training=case.training))
    loss = ops.sum(output * wide(cases.direction(shape)))
    wrt = [x for x in inputs if x.dtype.kind == "f"] + list(layer.trainable_weights)
    recorded = gradients(loss, wrt)
    values = evaluate([output, *recorded], feed, training=case.training)
    assert all(value.dtype == floatx for value in values)
    close(values[0], f"layer/{case.key}/output")
    if case.name in ("RandomRotation", "RandomTranslation", "RandomZoom"):
        return  # TensorFlow's gradient moves back what came, which is not how the result depends on the image
    for i, value in enumerate(values[1:]):
        close(value, f"layer/{case.key}/gradient{i}")


@pytest.mark.parametrize("name", cases.LOSSES)
def test_a_loss_gives_keras_numbers(name, floatx):
    target, output = (wide(x) for x in cases.loss_arguments(name))
    if name == "sparse_categorical_crossentropy":
        target = target[:, None]
    close(losses.get(name)(target, output).reshape(-1), f"loss/{name}")


@pytest.mark.parametrize("name", cases.METRICS)
def test_a_metric_gives_keras_numbers(name, floatx):
    target, output = (wide(x) for x in cases.loss_arguments(name))
    if name.startswith("sparse"):
        target = target[:, None]
    found = getattr(metrics, name)(K.constant(target), K.constant(output), **cases.METRICS[name])
    close(np.mean(K.eval(found)), f"metric/{name}")


@pytest.mark.parametrize("name", cases.ACTIVATIONS)
def test_an_activation_gives_keras_numbers(name, floatx):
    close(activations.get(name)(wide(cases.array((5, 7), 3) * 2)), f"activation/{name}")


@pytest.mark.parametrize("name", cases.REGULARIZERS)
def test_a_regularizer_gives_keras_penalty(name, floatx):
    penalty = getattr(regularizers, name)(**cases.REGULARIZERS[name])
    close(K.eval(penalty(K.variable(cases.array((4, 3), 11)))), f"regularizer/{name}")


@pytest.mark.parametrize("key", cases.CONSTRAINTS)
def test_a_constraint_gives_keras_weight(key, floatx):
    name, settings = cases.CONSTRAINTS[key]
    constraint = getattr(constraints, name)(**settings)
    close(K.eval(constraint(K.variable(cases.constrained_weight(key)))), f"constraint/{key}")


@pytest.mark.parametrize("key", TRAININGS)
def test_ten_updates_of_a_model_give_keras_weights(key, floatx):
    model, x, y, *settings = TRAININGS[key](engine)
    model.set_weights(cases.weights_like(model.get_weights()))
    settings = settings[0] if settings else {}
    found = [np.atleast_1d(model.train_on_batch(x, y, **settings))[0] for _ in range(10)]
    tolerance = 2e-6 if floatx == "float64" else 1e-3
    close(found, f"training/{key}/losses", tolerance)
    for i, weight in enumerate(model.get_weights()):
        close(weight, f"training/{key}/weight{i}", tolerance)


@pytest.mark.parametrize("key", cases.OPTIMIZERS)
def test_five_updates_of_an_optimizer_give_keras_weights(key, floatx):
    name, settings = cases.OPTIMIZERS[key]
    settings = {"lr" if k == "learning_rate" else k: v for k, v in settings.items()}
    x = layers.Input((12,))
    dense = layers.Dense(1, use_bias=False)
    model = engine.models.Model(x, dense(x))

    # The gradient of sum(y) with respect to a kernel is the input itself, so the given gradients are fed as inputs.
    model.compile(getattr(engine.optimizers, name)(**settings), loss=lambda target, output: output)
    dense.set_weights([cases.array((4, 3), 1).reshape(12, 1)])
    for step in range(5):
        model.train_on_batch(wide(cases.array((4, 3), 10 + step).reshape(1, 12)), np.zeros((1, 1)))
        close(dense.get_weights()[0].reshape(4, 3), f"optimizer/{key}/step{step}", max(CLOSE[floatx], 2e-8))
