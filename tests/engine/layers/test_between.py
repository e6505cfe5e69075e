"""Computations between layers: layers of the graph where that is asked for, on other inputs too; refused otherwise."""

import numpy as np
import pytest

from engine import _ops as ops
from engine.errors import GraphError
from engine.layers import Dense, Embedding, GlobalAveragePooling1D, Input
from engine.layers.between import wrap_computations
from engine.models import Model

rng = np.random.default_rng(0)
A, B = (rng.normal(size=(8, 4, 3)).astype("float32") for _ in range(2))


@pytest.fixture
def wrapping():
    wrap_computations(True)
    yield
    wrap_computations(False)


def made():
    a, b = Input((4, 3)), Input((4, 3))
    x, y = Dense(5)(a), Dense(5)(b)
    z = Dense(2)((ops.relu(x - y) * 2.0)[:, -1, :])
    both = ops.concatenate([z, ops.mean(x, axis=1)], axis=-1)
    return Model([a, b], [Dense(1)(both), ops.square(z)])


def by_hand(model, a, b):
    kernels = model.get_weights()
    (k1, c1), (k2, c2), (k3, c3), (k4, c4) = zip(kernels[::2], kernels[1::2], strict=True)
    x, y = a @ k1 + c1, b @ k2 + c2
    z = (np.maximum(x - y, 0) * 2)[:, -1] @ k3 + c3
    return np.concatenate([z, x.mean(1)], -1) @ k4 + c4, z**2


def test_a_model_computes_trains_and_runs_on_other_inputs(wrapping):
    model = made()
    for found, expected in zip(model.predict([A, B]), by_hand(model, A, B), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    a, b = Input((4, 3)), Input((4, 3))
    turned = Model([a, b], model([b, a]))
    for found, expected in zip(turned.predict([A, B]), by_hand(model, B, A), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    before = model.get_weights()
    model.compile("sgd", "mse")
    model.fit([A, B], [np.ones((8, 1)), np.ones((8, 2))], verbose=0)
    assert all((x != y).any() for x, y in zip(before, model.get_weights(), strict=True))
    assert [type(layer).__name__ for layer in model.layers].count("Computation") == 3


def test_weights_are_kept_alone_and_a_config_is_refused(wrapping, tmp_path):
    model, other = made(), made()
    model.save_weights(str(tmp_path / "w.h5"))
    other.load_weights(str(tmp_path / "w.h5"))
    np.testing.assert_array_equal(model.predict([A, B])[0], other.predict([A, B])[0])
    with pytest.raises(GraphError, match="save_weights"):
        model.to_json()


def test_a_mask_goes_on_through_a_computation_of_as_many_steps(wrapping):
    words = Input((4,))
    x = Embedding(5, 3, mask_zero=True)(words) * 2.0
    model = Model(words, GlobalAveragePooling1D()(Dense(2)(x)))
    assert np.isfinite(model.predict(np.array([[1, 2, 0, 0]]))).all()


def test_they_are_refused_unless_asked_for_and_where_nothing_of_layers_is_in_them(wrapping):
    wrap_computations(False)
    with pytest.raises(GraphError, match="outputs that layers give"):
        made()
    wrap_computations(True)
    inputs = Input((3,))
    with pytest.raises(GraphError, match="outputs that layers give"):
        Model(inputs, ops.full([2, 3], 1.0, "float32"))
