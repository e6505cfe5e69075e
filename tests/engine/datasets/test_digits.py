"""The digits that come with the engine are the ones of scikit-learn."""

import numpy as np
from sklearn.datasets import load_digits

from engine.datasets import digits


def test_every_digit_of_the_source_is_there_once_in_its_order():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    source = load_digits()
    order = np.random.default_rng(0).permutation(1797)
    np.testing.assert_array_equal(np.concatenate([x_train, x_test])[..., 0] * 16, source.images[order])
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), source.target[order])
    assert (x_train.dtype, y_train.dtype, len(x_test)) == (np.float32, np.int64, 360)
