"""Distributions by their moments and limits, orthogonality, seeds."""

import math

import numpy as np
import pytest

from engine import backend as K
from engine import initializers, layers
from engine._paths import initializations
from engine.errors import ShapeError

SHAPE = (300, 400)
VARIANCE = {
    "lecun_normal": 1 / 300,
    "lecun_uniform": 1 / 300,
    "glorot_normal": 2 / 700,
    "glorot_uniform": 2 / 700,
    "he_normal": 2 / 300,
    "he_uniform": 2 / 300,
    "random_normal": 0.05**2,
    "random_uniform": 0.1**2 / 12,
}


@pytest.mark.parametrize("name", VARIANCE)
def test_mean_and_variance_are_as_published(name):
    values = initializers.get(name)(SHAPE, "float64", rng=np.random.default_rng(0))
    assert abs(values.mean()) < 4 * math.sqrt(VARIANCE[name] / values.size)
    assert values.var() == pytest.approx(VARIANCE[name], rel=0.02)
    if name.endswith("uniform"):
        assert abs(values).max() <= math.sqrt(3 * VARIANCE[name])
    elif name != "random_normal":
        assert abs(values).max() <= 2 * math.sqrt(VARIANCE[name]) / 0.87962566


@pytest.mark.parametrize("shape", [(20, 8), (8, 20), (3, 3, 4, 16)])
def test_orthogonal_matrices_are_orthogonal(shape):
    matrix = initializers.Orthogonal(gain=2.0, seed=1)(shape, "float64").reshape(-1, shape[-1])
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-12)


def test_constants_and_the_identity_are_what_they_say():
    assert initializers.get("ones")((2,)).tolist() == [1, 1]
    assert initializers.Constant(3)((2,)).tolist() == [3, 3]
    np.testing.assert_array_equal(initializers.Identity(2.0)((3, 3)), 2 * np.eye(3))
    np.testing.assert_array_equal(initializers.Identity()((2, 4)), np.hstack([np.eye(2)] * 2))
    with pytest.raises(ShapeError, match="multiple"):
        initializers.Identity()((2, 3))
    np.testing.assert_array_equal(initializers.Constant([1.0, 2.0])((3, 2)), [[1, 2]] * 3)
    with pytest.raises(ShapeError, match="matrix"):
        initializers.Identity()((2, 3, 4))
    with pytest.raises(ShapeError, match="values of shape"):
        initializers.Constant([1.0, 2.0])((3, 3))
    with pytest.raises(ShapeError, match="two axes"):
        initializers.Orthogonal()((3,))


def test_a_seed_repeats_and_no_seed_does_not():
    seeded = initializers.RandomNormal(seed=4)
    np.testing.assert_array_equal(seeded((5,)), seeded((5,)))
    free = initializers.RandomNormal()
    assert not np.array_equal(free((5,)), free((5,)))


def test_fans_count_the_window():
    assert initializers.fans((3, 3, 8, 16)) == (72, 144)
    assert initializers.fans((10, 20)) == (10, 20)


def test_fans_of_kernels_are_counted_with_the_channels_first_too():
    """Keras's private name, which published layers import."""
    assert initializers._compute_fans((16, 8, 3, 3), data_format="channels_first") == (72, 144)
    assert initializers._compute_fans((3, 3, 8, 16)) == (72, 144)
    assert initializers._compute_fans((16, 4), "channels_first") == (16, 4)


@pytest.mark.parametrize(
    "function",
    [
        lambda shape: np.full(shape, 0.5),
        lambda shape, dtype: np.full(shape, 0.5, dtype),
        lambda shape, dtype=None: K.constant(0.5, dtype=dtype, shape=shape),
        lambda shape, name=None: K.variable(np.full(shape, 0.5), name=name),
        lambda shape, name: initializations.one(shape, name=name) * 0.5,
        lambda shape, name=None: initializations.uniform(shape, scale=0.0, name=name) + 0.5,
        K.ones,
        np.ones,
    ],
)
@pytest.mark.parametrize("layer", [layers.Dense, layers.LSTM, layers.GRU])
def test_first_values_may_come_from_a_function_of_the_shape_in_every_style(function, layer):
    entry = layers.Input((5, 3))
    made = layer(4, kernel_initializer=function, bias_initializer=function)
    made(entry)
    kernel, bias = made.get_weights()[0], made.get_weights()[-1]
    value = 1.0 if function in (K.ones, np.ones) else 0.5
    assert set(kernel.ravel()) == {value} and value in set(bias.ravel())


def test_a_function_may_draw_with_k():
    made = layers.Dense(400, kernel_initializer=lambda shape: K.random_normal(shape, stddev=0.1), input_shape=(300,))
    made(layers.Input((300,)))
    assert made.get_weights()[0].std() == pytest.approx(0.1, rel=0.02)
