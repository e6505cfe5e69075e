"""Functions of the small `tensorflow`, `keras.ops` and random numbers, against NumPy; on arrays, lists and symbols."""

import numpy as np
import pytest

from engine.layers import Input, Lambda
from engine.models import Model

X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
Y = np.random.default_rng(1).normal(size=(3, 4)).astype("float32")


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


CASES = {
    "reduce_sum": (lambda tf: tf.reduce_sum(X, axis=1), lambda: X.sum(1)),
    "reduce_mean": (lambda tf: tf.reduce_mean(X), lambda: X.mean()),
    "reduce_max": (lambda tf: tf.reduce_max(X, axis=[0, 1]), lambda: X.max()),
    "reduce_std": (lambda tf: tf.math.reduce_std(X, axis=0, keepdims=True), lambda: X.std(0, keepdims=True)),
    "cast": (lambda tf: tf.cast(X, tf.int32), lambda: X.astype("int32")),
    "matmul": (lambda tf: tf.matmul(X, Y, transpose_b=True), lambda: X @ Y.T),
    "reshape": (lambda tf: tf.reshape(X, [2, -1]), lambda: X.reshape(2, -1)),
    "transpose": (lambda tf: tf.transpose(X), lambda: X.T),
    "concat": (lambda tf: tf.concat([X, Y], axis=1), lambda: np.concatenate([X, Y], 1)),
    "stack": (lambda tf: tf.stack([X, Y], axis=1), lambda: np.stack([X, Y], 1)),
    "split": (lambda tf: tf.split(X, 2, axis=1)[1], lambda: X[:, 2:]),
    "split_sizes": (lambda tf: tf.split(X, [1, 3], axis=1)[1], lambda: X[:, 1:]),
    "where": (lambda tf: tf.where(X > 0, X, Y), lambda: np.where(X > 0, X, Y)),
    "one_hot": (lambda tf: tf.one_hot([0, 2], 3), lambda: np.eye(3)[[0, 2]]),
    "argmax": (lambda tf: tf.argmax(X, axis=1), lambda: X.argmax(1)),
    "argmax_of_columns": (lambda tf: tf.argmax(X), lambda: X.argmax(0)),
    "gather": (lambda tf: tf.gather(X, [2, 0]), lambda: X[[2, 0]]),
    "norm": (lambda tf: tf.norm(X, axis=1), lambda: np.linalg.norm(X, axis=1)),
    "clip": (lambda tf: tf.clip_by_value(X, -0.5, 0.5), lambda: X.clip(-0.5, 0.5)),
    "softmax": (lambda tf: tf.nn.softmax(X), lambda: softmax(X)),
    "relu": (lambda tf: tf.nn.relu(X), lambda: X.clip(0)),
    "entropy": (
        lambda tf: tf.nn.sparse_softmax_cross_entropy_with_logits([0, 1, 3], X),
        lambda: -np.log(softmax(X))[np.arange(3), [0, 1, 3]],
    ),
    "binary_entropy": (
        lambda tf: tf.nn.sigmoid_cross_entropy_with_logits(labels=np.ones_like(X), logits=X),
        lambda: np.log1p(np.exp(-X)),
    ),
    "squeeze": (lambda tf: tf.squeeze(X[None, :, None]), lambda: X),
    "expand_dims": (lambda tf: tf.expand_dims(X, 1), lambda: X[:, None]),
    "tile": (lambda tf: tf.tile(X, [2, 1]), lambda: np.tile(X, (2, 1))),
    "pad": (lambda tf: tf.pad(X, [[1, 0], [0, 2]]), lambda: np.pad(X, ((1, 0), (0, 2)))),
    "zeros": (lambda tf: tf.zeros((2, 3)) + tf.ones_like(np.ones((2, 3))), lambda: np.ones((2, 3))),
    "range": (lambda tf: tf.range(1, 7, 2), lambda: np.arange(1, 7, 2)),
    "add": (lambda tf: tf.add(X, 1), lambda: X + 1),
    "pow": (lambda tf: tf.pow(X, 2.0), lambda: X**2),
    "cumsum": (lambda tf: tf.cumsum(X, axis=1), lambda: X.cumsum(1)),
    "moments": (lambda tf: tf.stack(tf.nn.moments(X, axes=[0])), lambda: np.stack([X.mean(0), X.var(0)])),
    "fill": (lambda tf: tf.fill([2, 2], 7), lambda: np.full((2, 2), 7)),
    "linspace": (lambda tf: tf.linspace(0.0, 1.0, 5), lambda: np.linspace(0, 1, 5)),
    "unstack": (lambda tf: tf.unstack(X, axis=1)[2], lambda: X[:, 2]),
    "resize": (lambda tf: tf.image.resize(X[..., None], (3, 4)), lambda: X[..., None]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_function_gives_what_numpy_gives(name, compat):
    import tensorflow as tf

    made, expected = CASES[name]
    found = made(tf)
    np.testing.assert_allclose(found.numpy(), expected(), rtol=1e-5, atol=1e-6)


def test_constants_have_tensorflows_types_and_show_themselves(compat):
    import tensorflow as tf

    x = tf.constant([[1.0, 2.0]])
    assert (
        x.dtype == tf.float32
        and tf.constant([1, 2]).dtype == tf.int32
        and tf.constant(1, tf.float64).dtype == tf.float64
    )
    assert x.shape == (1, 2) and tf.shape(x).numpy().tolist() == [1, 2] and x[0, 1].numpy() == 2
    assert f"{tf.reduce_sum(x):.1f}" == "3.0" and float(tf.reduce_sum(x)) == 3 and (x + 1).numpy().tolist() == [[2, 3]]
    assert isinstance(x, tf.Tensor) and tf.is_tensor(x) and tf.constant(0.5, shape=(2,)).numpy().tolist() == [0.5, 0.5]
    v = tf.Variable([1.0, 2.0])
    v.assign([3.0, 4.0])
    assert isinstance(v, tf.Variable) and v.numpy().tolist() == [3, 4]

    @tf.function
    def twice(x):
        return x * 2

    assert twice(x).numpy().tolist() == [[2, 4]] and tf.config.list_physical_devices("GPU") == []
    clipped, length = tf.clip_by_global_norm([np.array([3.0]), None, np.array([4.0])], 1.0)
    assert clipped[1] is None and length == 5 and np.allclose([clipped[0], clipped[2]], [[0.6], [0.8]])


def test_the_same_functions_are_recorded_in_a_model(compat):
    import tensorflow as tf

    inputs = Input((4,))
    model = Model(inputs, Lambda(lambda x: tf.reduce_sum(tf.nn.relu(x) * 2.0, axis=1, keepdims=True))(inputs))
    np.testing.assert_allclose(model.predict(X), X.clip(0).sum(1, keepdims=True) * 2, rtol=1e-5)


def test_keras_ops_and_random_numbers(compat):
    import tensorflow as tf
    from keras import ops, random

    np.testing.assert_allclose(ops.mean(X, axis=0), X.mean(0), rtol=1e-5)
    np.testing.assert_allclose(ops.take(ops.convert_to_tensor(X), [1], axis=1), X[:, 1:2])
    assert ops.arange(3).tolist() == [0, 1, 2] and ops.identity(2).tolist() == [[1, 0], [0, 1]]
    assert isinstance(ops.convert_to_numpy(ops.zeros((1,))), np.ndarray) and ops.dot(X, Y.T).shape == (3, 3)
    tf.random.set_seed(3)
    first = random.normal((4,))
    tf.random.set_seed(3)
    assert random.normal((4,)).tolist() == first.tolist()
    assert np.abs(tf.random.truncated_normal((500,))).max() <= 2
    assert (
        set(random.randint((50,), 2, 4).tolist()) == {2, 3}
        and tf.random.uniform((3,), maxval=5, dtype=tf.int32).max() < 5
    )
    seeds = random.SeedGenerator(1)
    assert random.uniform((2,), seed=seeds).tolist() != random.uniform((2,), seed=seeds).tolist()
    assert sorted(tf.random.shuffle(np.arange(5)).tolist()) == [0, 1, 2, 3, 4]


def test_what_layers_and_models_compute_has_numpy_too_while_the_names_are_there(compat):
    import tensorflow as tf
    from tensorflow import keras

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    assert model(tf.constant(X)).numpy().shape == (3, 2) and keras.layers.Dense(1)(X).numpy().shape == (3, 1)
    assert type(model.predict(X)) is np.ndarray
    v = tf.Variable([1.0, 2.0])
    v.assign_add([1.0, 1.0])
    v.assign_sub(tf.constant([0.5, 0.5]))
    v.assign(v * 2.0)
    assert v.numpy().tolist() == [3, 5]


def test_results_are_plain_arrays_without_them():
    from engine.layers import Dense

    assert type(Dense(1)(X)) is np.ndarray


def test_sizes_of_symbols_are_numbers_where_they_are_known(compat):
    import keras

    x = keras.Input((3, 4))
    batch, rows, columns = keras.ops.shape(x)
    assert (rows, columns) == (3, 4) and type(rows) is int and keras.ops.shape(np.ones((2, 3))) == (2, 3)
    import tensorflow as tf

    assert int(tf.shape(x)[2]) == 4 and tf.one_hot(np.array([1]), depth=tf.shape(x)[1]).shape == (1, 3)
    with pytest.raises(TypeError, match="symbol without a value"):
        int(tf.shape(x)[0])
    outputs = keras.ops.reshape(x, (batch, rows * columns))
    assert keras.Model(x, outputs).predict(np.ones((5, 3, 4))).shape == (5, 12)


def test_loops_and_choices_of_arrays_and_tapes(compat):
    import keras
    import tensorflow as tf

    ops = keras.ops
    assert ops.cond(np.asarray(3) > 2, lambda: 1, lambda: 2) == 1
    assert [int(x) for x in tf.while_loop(lambda i, s: i < 4, lambda i, s: (i + 1, s + i), (0, 0))] == [4, 6]
    assert tf.while_loop(lambda i: True, lambda i: i + 1, 0, maximum_iterations=3) == 3
    assert ops.fori_loop(0, 4, lambda i, x: x * 2, 1) == 16
    np.testing.assert_array_equal(tf.map_fn(lambda x: x * 2, X), 2 * X)
    both = tf.map_fn(lambda pair: (pair[0] + pair[1], pair[0]), (X, Y))
    np.testing.assert_allclose(both[0], X + Y, rtol=1e-6)
    carried, sums = ops.scan(lambda c, x: (c + x, c + x), np.float32(0), np.arange(4.0, dtype="float32"))
    assert float(carried) == 6 and sums.tolist() == [0, 1, 3, 6]
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.cond(tf.reduce_sum(v) > 2.0, lambda: tf.reduce_sum(v * v), lambda: tf.reduce_sum(v))
    assert tape.gradient(y, v).tolist() == [2, 4]


def test_chance_by_keras_3s_names(compat):
    import keras

    drawn = keras.random.categorical(np.log([[0.9, 0.1, 1e-9]]), 500, seed=1).numpy()
    assert drawn.shape == (1, 500) and 0.8 < (drawn == 0).mean() < 0.97 and (drawn < 2).all()
    kept = keras.random.dropout(np.ones((1000,), "float32"), 0.25, seed=2).numpy()
    assert set(np.unique(kept.round(4)).tolist()) == {0.0, np.float32(4 / 3).round(4)} and 0.7 < (kept > 0).mean() < 0.8
    assert abs(keras.random.gamma((4000,), 3.0, seed=3).numpy().mean() - 3) < 0.2
    assert keras.losses.kl_divergence is keras.losses.kullback_leibler_divergence
