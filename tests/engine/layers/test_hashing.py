"""`Hashing`: Keras's places (tests/golden/tensorflow_functions.py holds more), its modes, inside of a model."""

import numpy as np
import pytest

from engine.errors import SettingError
from engine.layers import Hashing, Input
from engine.models import Model


def test_places_are_those_of_keras():
    # The examples of Keras's documentation.
    inputs = [["A"], ["B"], ["C"], ["D"], ["E"]]
    assert Hashing(num_bins=3)(inputs).tolist() == [[1], [0], [1], [1], [2]]
    assert Hashing(num_bins=3, mask_value="")([["A"], ["B"], [""], ["C"], ["D"]]).tolist() == [[1], [1], [0], [2], [2]]
    assert Hashing(num_bins=3, salt=[133, 137])(inputs).tolist() == [[1], [2], [1], [0], [2]]
    assert Hashing(num_bins=3, salt=133)(inputs).tolist() == [[0], [0], [2], [1], [0]]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("one_hot", [[0, 1, 0], [1, 0, 0]]), ("multi_hot", [[0, 1, 0], [1, 0, 0]]), ("count", [[0, 1, 0], [1, 0, 0]])],
)
def test_places_become_rows(mode, expected):
    layer = Hashing(3, output_mode=mode)
    assert layer([["A"], ["B"]]).tolist() == expected
    start = Input((1,), dtype="string")
    assert Model(start, layer(start)).predict(np.array(["A", "B"])).tolist() == expected


def test_a_model_takes_whole_numbers():
    start = Input((2,), dtype="int64")
    layer = Hashing(7)
    numbers = np.arange(6).reshape(3, 2)
    model = Model(start, layer(start))
    assert model.output_shape == (None, 2)
    np.testing.assert_array_equal(model.predict(numbers), layer(numbers.astype(str)))


def test_no_place_at_all_is_refused():
    with pytest.raises(SettingError, match="num_bins"):
        Hashing(0)
