"""What K says of a tensor: shape, type, kind; and the layout of images."""

import numpy as np
import pytest

from engine import backend as K
from engine.errors import SettingError, ShapeError
from engine.layers import Dense, Input


def test_a_size_that_may_vary_is_none_and_its_value_follows_the_data():
    x = K.placeholder(shape=(None, 3))
    assert K.int_shape(x) == (None, 3)
    assert K.ndim(x) == 2
    (sizes,) = K.function([x], [K.shape(x)])([np.zeros((5, 3))])
    assert sizes.tolist() == [5, 3]
    with pytest.raises(ShapeError, match="known sizes"):
        K.count_params(x)


def test_each_kind_of_tensor_is_known_from_the_others():
    x = Input((2,))
    things = [x, Dense(1)(x), K.placeholder(ndim=2), K.zeros((2,)), K.constant([1.0])]
    assert [K.is_tensor(thing) for thing in [*things, np.zeros(2), [1.0]]] == [True] * 5 + [False] * 2
    assert [K.is_placeholder(thing) for thing in things] == [True, False, True, False, False]
    assert [K.is_keras_tensor(thing) for thing in things] == [True, True, False, False, False]
    with pytest.raises(ValueError, match="expected a tensor"):
        K.is_keras_tensor(np.zeros(2))


def test_a_layout_is_taken_in_any_case_and_the_default_where_none_is_named():
    assert K.normalize_data_format("Channels_First") == "channels_first"
    K.set_image_dim_ordering("th")
    try:
        assert (K.normalize_data_format(None), K.image_dim_ordering()) == ("channels_first", "th")
    finally:
        K.set_image_dim_ordering("tf")
    with pytest.raises(SettingError, match="channels_middle"):
        K.normalize_data_format("channels_middle")
