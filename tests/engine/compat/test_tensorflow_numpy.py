"""`tf.experimental.numpy`: NumPy's functions on arrays and on tapes."""

import numpy as np


def test_functions_of_numpy(compat):
    import tensorflow as tf
    import tensorflow.experimental.numpy as tnp

    tnp.experimental_enable_numpy_behavior()
    assert tf.experimental.numpy.sum(tnp.array([1.0, 2.0])).numpy() == 3
    assert tnp.random.randn(2, 3).shape == (2, 3) and tnp.pi == np.pi
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tnp.mean(tnp.square(v))
    np.testing.assert_allclose(tape.gradient(y, v), [1, 2])
