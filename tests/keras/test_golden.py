"""The numbers of real Keras (tests/golden/*.npz, written by make_golden.py) against ours."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import activations, layers, losses, ops
from engine.core.gradient import gradients
from engine.core.plan import evaluate
from engine.core.tensor import Placeholder

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


def close(ours, key, rtol=1e-5, atol=1e-6):
    np.testing.assert_allclose(ours, GOLDEN[key], rtol=rtol, atol=atol, err_msg=key)


@pytest.mark.parametrize("case", LAYERS, ids=lambda case: case.key)
def test_a_layer_gives_keras_output_and_gradients(case):
    arrays = case.inputs()
    inputs = [Placeholder((None, *a.shape[1:]), dtype=a.dtype) for a in arrays]
    layer = getattr(layers, case.name)(**case.settings)
    output = layer(inputs if len(inputs) > 1 else inputs[0])
    layer.set_weights(cases.weights_like(layer.get_weights()))
    feed = dict(zip(inputs, arrays, strict=True))
    (shape,) = (value.shape for value in evaluate([output], feed, training=case.training))
    loss = ops.sum(output * cases.direction(shape))
    wrt = [x for x in inputs if x.dtype.kind == "f"] + list(layer.trainable_weights)
    recorded = gradients(loss, wrt)
    values = evaluate([output, *recorded], feed, training=case.training)
    close(values[0], f"layer/{case.key}/output", rtol=2e-5, atol=2e-6)
    for i, value in enumerate(values[1:]):
        close(value, f"layer/{case.key}/gradient{i}", rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", cases.LOSSES)
def test_a_loss_gives_keras_numbers(name):
    target, output = cases.loss_arguments(name)
    if name == "sparse_categorical_crossentropy":
        target = target[:, None]
    close(losses.get(name)(target, output).reshape(-1), f"loss/{name}")


@pytest.mark.parametrize("name", cases.ACTIVATIONS)
def test_an_activation_gives_keras_numbers(name):
    close(activations.get(name)(cases.array((5, 7), 3) * 2), f"activation/{name}", rtol=2e-5)


@pytest.mark.parametrize("key", TRAININGS)
def test_ten_updates_of_a_model_give_keras_weights(key):
    model, x, y, *settings = TRAININGS[key](engine)
    model.set_weights(cases.weights_like(model.get_weights()))
    settings = settings[0] if settings else {}
    found = [np.atleast_1d(model.train_on_batch(x, y, **settings))[0] for _ in range(10)]
    close(found, f"training/{key}/losses", rtol=1e-4, atol=1e-5)
    for i, weight in enumerate(model.get_weights()):
        close(weight, f"training/{key}/weight{i}", rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("key", cases.OPTIMIZERS)
def test_five_updates_of_an_optimizer_give_keras_weights(key):
    name, settings = cases.OPTIMIZERS[key]
    settings = {"lr" if k == "learning_rate" else k: v for k, v in settings.items()}
    x = layers.Input((12,))
    dense = layers.Dense(1, use_bias=False)
    model = engine.models.Model(x, dense(x))

    # The gradient of sum(y) with respect to a kernel is the input itself, so the given gradients are fed as inputs.
    model.compile(getattr(engine.optimizers, name)(**settings), loss=lambda target, output: output)
    dense.set_weights([cases.array((4, 3), 1).reshape(12, 1)])
    for step in range(5):
        model.train_on_batch(cases.array((4, 3), 10 + step).reshape(1, 12), np.zeros((1, 1), "float32"))
        close(dense.get_weights()[0].reshape(4, 3), f"optimizer/{key}/step{step}", rtol=2e-5)
