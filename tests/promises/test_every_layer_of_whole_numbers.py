"""Every layer on inputs of whole numbers and truth values: pictures of 8 bits, counts, switches."""

from __future__ import annotations

import numpy as np
import pytest

from engine import _ops as ops
from engine._declared import registry
from engine._machine.random import set_seed
from engine.layers import Input
from engine.models import Model

from .every_layer_samples import SAMPLES

# Hashing takes both; the other layers of texts take no numbers.
CALLED = sorted(set(SAMPLES) - {"InputLayer", "Lambda", "StringLookup", "TextVectorization"})
DTYPES = ("uint8", "int8", "int32", "int64", "bool")


@pytest.fixture(autouse=True)
def _known_function():
    with registry.custom_object_scope({"negative": ops.negative}):
        yield
    set_seed(None)


def _network(name, dtype):
    set_seed(5)
    settings, shapes, _ = SAMPLES[name]
    inputs = [Input(shape=shape[1:], dtype=dtype) for shape in shapes]
    layer = registry.find("layer", name)(**settings)
    model = Model(inputs, layer(inputs if len(inputs) > 1 else inputs[0]))
    model.compile("sgd", "mse")
    return model


def _arrays(name, dtype):
    rng = np.random.default_rng(2)
    top = 2 if dtype == "bool" else 9 if name == "Embedding" else 120
    return [rng.integers(0, top, shape).astype(dtype) for shape in SAMPLES[name][1]]


def _listed(values):
    return list(values) if isinstance(values, list) else [values]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CALLED)
def test_a_layer_gives_for_whole_numbers_what_it_gives_for_the_same_floats(name, dtype):
    arrays = _arrays(name, dtype)
    model, reference = _network(name, dtype), _network(name, "float32")
    reference.set_weights(model.get_weights())

    results = _listed(model.predict(arrays))
    expected = _listed(reference.predict([a.astype("float32") for a in arrays]))

    for one, other in zip(results, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", ["uint8", "bool"])
@pytest.mark.parametrize("name", CALLED)
def test_a_layer_learns_from_whole_numbers_as_from_the_same_floats(name, dtype):
    arrays = _arrays(name, dtype)
    model, reference = _network(name, dtype), _network(name, "float32")
    reference.set_weights(model.get_weights())
    targets = [np.zeros_like(y, "float32") for y in _listed(reference.predict([a.astype("float32") for a in arrays]))]

    set_seed(6)
    loss = model.train_on_batch(arrays, targets)
    set_seed(6)
    expected = reference.train_on_batch([a.astype("float32") for a in arrays], targets)

    np.testing.assert_allclose(loss, expected, rtol=1e-3)
    for weights, others in zip(model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(weights, others, rtol=1e-3, atol=1e-4)
