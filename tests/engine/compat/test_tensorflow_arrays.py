"""Functions of `tf` on arrays: numbers as TensorFlow gives them (tests/golden/tensorflow_arrays.py), loops and choices."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import DataError, SettingError

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("tensorflow_arrays")
sys.path.remove(str(FOLDER))
GOLDEN = dict(np.load(FOLDER / "tensorflow_arrays.npz", allow_pickle=False))


@pytest.mark.parametrize("case", listed.CASES)
def test_a_function_gives_the_numbers_of_tensorflow(compat, case):
    import tensorflow as tf

    name, arguments, by_name = listed.CASES[case]
    found = listed.leaves(listed.named(tf, name)(*arguments, **by_name))
    expected = [array for key, array in GOLDEN.items() if key.rpartition("/")[0] == case]
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-5)


def test_loops_and_choices(compat):
    import tensorflow as tf

    assert float(tf.foldl(lambda a, x: a + x, np.arange(4.0))) == 6
    assert float(tf.foldr(lambda a, x: a - x, np.arange(4.0), 10.0)) == 4
    assert tf.scan(lambda a, x: a * x, np.array([1.0, 2.0, 3.0])).tolist() == [1, 2, 6]
    assert tf.switch_case(1, {0: lambda: "a", 1: lambda: "b"}) == "b" and tf.switch_case(7, [lambda: 1, lambda: 2]) == 2
    assert tf.case([(tf.constant(False), lambda: 1), (tf.constant(True), lambda: 2)]) == 2
    assert tf.vectorized_map(lambda x: x * 2, np.arange(3.0)).tolist() == [0, 2, 4]
    assert tf.edit_distance([[1, 2, 3]], [[1, 3]], normalize=False).tolist() == [1]
    assert [x.tolist() for x in tf.identity_n([np.ones(1), np.zeros(2)])] == [[1], [0, 0]]


def test_what_does_not_fit_is_refused(compat):
    import tensorflow as tf

    assert tf.ensure_shape(np.ones((2, 3)), (None, 3)).shape == (2, 3)
    with pytest.raises(DataError, match="ensure_shape"):
        tf.ensure_shape(np.ones((2, 3)), (3, 3))
    with pytest.raises(SettingError, match="default"):
        tf.case([(tf.constant(False), lambda: 1)])


def test_random_numbers_follow_their_seeds(compat):
    import tensorflow as tf

    assert (
        tf.random.split([1, 2], 3).shape == (3, 2)
        and tf.random.split([1, 2]).tolist() == tf.random.split([1, 2]).tolist()
    )
    assert abs(float(tf.reduce_mean(tf.random.gamma([4000], 2.0, 4.0, seed=1))) - 0.5) < 0.05
    assert abs(float(tf.reduce_mean(tf.random.poisson([4000], 3.0, seed=1))) - 3) < 0.2
