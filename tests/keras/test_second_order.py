"""Gradients of gradients against those of real Keras (tests/golden/second_order.npz, written by make_golden.py).

A critic's gradient penalty and its gradients, products of a Hessian with a direction, and ten updates of a critic.
"""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import backend as K
from engine.layers import Input
from engine.models import Model
from engine.optimizers import Adam

FOLDER = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(FOLDER))
module = importlib.import_module("second_order")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "second_order.npz", allow_pickle=False))
LEAKY = {"dense", "convolutions", "critic"}  # TensorFlow keeps LeakyReLU's slope in float32


@pytest.fixture(autouse=True)
def _double():
    K.set_floatx("float64")
    yield
    K.set_floatx("float32")


def close(ours, key):
    expected, tolerance = GOLDEN[key], 3e-7 if key.split("/")[0] in LEAKY else 1e-9
    np.testing.assert_allclose(ours, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max(), err_msg=key)


def norms(gradient):
    return K.sqrt(K.sum(K.square(gradient), axis=list(range(1, K.ndim(gradient)))))


@pytest.mark.parametrize("key", module.NETWORKS)
def test_penalties_of_gradients_and_products_with_a_hessian_are_those_of_keras(key):
    model, x = module.network(engine, key)
    weights = model.trainable_weights
    score = K.sum(K.sin(model.output))
    penalty = K.mean(K.square(norms(K.gradients(score, model.input)[0]) - 1))
    along = sum(
        K.sum(slope * K.constant(direction))
        for slope, direction in zip(K.gradients(score, weights), module.directions(weights), strict=True)
    )
    slopes = K.gradients(penalty, [model.input, *weights])
    products = K.gradients(along, weights)
    present = [y for y in (penalty, *slopes, *products) if y is not None]
    values = iter(K.function([model.input], present)([x]))
    close(next(values), f"{key}/penalty")
    for name, tensors in (("gradient", slopes), ("product", products)):
        for i, tensor in enumerate(tensors):
            name_of_array = f"{key}/{name}{i}"
            if tensor is None:  # Keras's are zeros there
                assert not GOLDEN[name_of_array].any()
            else:
                close(next(values), name_of_array)


def test_ten_updates_of_a_critic_with_a_gradient_penalty_give_keras_weights():
    critic, _ = module.network(engine, "dense")
    real, fake, mixed = Input((5,)), Input((5,)), Input((5,))
    outputs = [critic(x) for x in (real, fake, mixed)]

    def penalty(target, score):
        return 10 * K.mean(K.square(norms(K.gradients(score, mixed)[0]) - 1))

    def distance(target, score):
        return K.mean(target * score)

    model = Model([real, fake, mixed], outputs)
    model.compile(Adam(lr=0.01, epsilon=1e-7), [distance, distance, penalty])
    ones, losses = np.ones((8, 1)), []
    for true, made, share in module.critic_batches():
        batch = [true, made, share * true + (1 - share) * made]
        losses.append(model.train_on_batch(batch, [-ones, ones, ones])[0])
    close(losses, "critic/losses")
    for i, weight in enumerate(critic.get_weights()):
        close(weight, f"critic/weight{i}")
