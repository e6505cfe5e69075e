"""HDF5 data sets, read as arrays."""

import h5py
import numpy as np
import pytest

import engine as keras
from engine.utils.io_utils import HDF5Matrix

DATA = np.arange(40.0).reshape(20, 2)


@pytest.fixture
def path(tmp_path):
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"] = DATA
        file["out"] = h5py.ExternalLink("other.h5", "x")
    return tmp_path / "data.h5"


def test_rows_are_read_as_from_an_array(path):
    matrix, part = HDF5Matrix(path, "x", 5, 15), DATA[5:15]
    assert (matrix.shape, matrix.ndim, matrix.size, len(matrix)) == ((10, 2), 2, 20, 10)
    for key in (3, -1, slice(2, 7), slice(None), [4, 1, 4]):
        np.testing.assert_array_equal(matrix[key], part[key])
    np.testing.assert_array_equal(HDF5Matrix(path, "x", normalizer=lambda x: x / 2)[:], DATA / 2)
    with pytest.raises(IndexError, match="10"):
        matrix[10]


def test_a_model_learns_from_it(path):
    model = keras.Sequential([keras.layers.Dense(1, input_dim=2)])
    model.compile("adam", "mse")
    history = model.fit(HDF5Matrix(path, "x"), DATA[:, :1], shuffle="batch", epochs=1, verbose=0)
    np.testing.assert_array_equal(model.predict(HDF5Matrix(path, "x", 0, 4)), model.predict(DATA[:4]))
    assert np.isfinite(history.history["loss"]).all()


def test_what_is_not_in_the_file_is_refused(path):
    for name in ("none", "out"):
        with pytest.raises(ValueError, match=f"data.h5, /?{name}: expected an entry|a link inside the file"):
            HDF5Matrix(path, name)
    with pytest.raises(ValueError, match="within 0 to 20"):
        HDF5Matrix(path, "x", 5, 30)
