"""Categories: ranges, vocabularies, ones and counts, against tf.keras's definitions in plain NumPy."""

import numpy as np
import pytest

from engine.errors import SettingError, SettingTypeError, ShapeError
from engine.layers import CategoryEncoding, Dense, Discretization, Embedding, Input, IntegerLookup
from engine.models import Model, model_from_json


def test_each_mode_of_encoding():
    x = np.array([[0, 1], [2, 2]])
    assert CategoryEncoding(3)(x).tolist() == [[1, 1, 0], [0, 0, 1]]
    assert CategoryEncoding(3, "count")(x).tolist() == [[1, 1, 0], [0, 0, 2]]
    assert CategoryEncoding(3, "one_hot")(x).shape == (2, 2, 3)
    assert CategoryEncoding(3, "one_hot")(np.array([[1], [2]])).tolist() == [[0, 1, 0], [0, 0, 1]]
    assert CategoryEncoding(3)(np.array([1, 9])).tolist() == [[0, 1, 0], [0, 0, 0]]
    with pytest.raises(ShapeError, match="at most two axes"):
        CategoryEncoding(3)(np.zeros((2, 3, 4)))


def test_ranges_by_boundaries_and_by_data():
    x = np.array([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
    assert Discretization([0.0, 1.0, 2.0])(x).tolist() == [[0, 2, 3, 1], [1, 3, 2, 1]]
    layer = Discretization(num_bins=4, epsilon=0.01)
    layer.adapt(np.random.default_rng(0).permutation(1000) / 1000)
    counts = np.bincount(layer(np.arange(1000)[:, None] / 1000).ravel())
    assert len(counts) == 4 and abs(counts - 250).max() < 30
    with pytest.raises(SettingTypeError, match="bin_boundaries or num_bins"):
        Discretization()
    with pytest.raises(SettingError, match="rising"):
        Discretization([1.0, 0.0])
    with pytest.raises(SettingTypeError, match="adapt"):
        Discretization(num_bins=3)(x)


def test_whole_numbers_are_looked_up_and_brought_back():
    layer = IntegerLookup(vocabulary=[12, 36, 1138, 42])
    x = np.array([[12, 1138, 42], [42, 1000, 36]])
    assert layer(x).tolist() == [[1, 3, 4], [4, 0, 2]]
    assert IntegerLookup(vocabulary=[12, 36, 1138, 42], invert=True)(layer(x)).tolist() == [
        [12, 1138, 42],
        [42, -1, 36],
    ]
    assert IntegerLookup(vocabulary=[5], mask_token=0, num_oov_indices=2)(np.array([0, 5, 6, 7])).tolist() == [
        0,
        3,
        1,
        2,
    ]
    assert IntegerLookup(vocabulary=[12, 36], output_mode="count")(x[:1]).tolist() == [[2, 1, 0]]


def test_a_vocabulary_of_data_is_ordered_by_frequency_and_kept_by_the_config():
    layer = IntegerLookup(max_tokens=4)
    layer.adapt([[7, 7, 9], [9, 7, 3], [5, 3, 3]])
    assert layer.get_vocabulary() == [-1, 7, 3, 9] and layer.vocabulary_size() == 4
    inputs = Input((2,), dtype="int64")
    model = Model(inputs, Dense(1)(Embedding(4, 3)(layer(inputs))))
    again = model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    x = np.array([[7, 9], [3, 100]])
    np.testing.assert_array_equal(model.predict(x), again.predict(x))
    with pytest.raises(SettingTypeError, match="a vocabulary"):
        IntegerLookup()(x)
