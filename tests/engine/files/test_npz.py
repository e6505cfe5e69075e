"""Arrays of .npz files: the same as NumPy reads, known before they are read, and refused in words."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import engine.backend as K
from engine._files import npz
from engine.errors import FileError

NUMBERS = arrays_of.arrays(
    st.sampled_from(["f4", ">f8", "i8", "u1", "?", "<U3", "S2", "c8"]),
    arrays_of.array_shapes(min_dims=0, min_side=0, max_dims=3),
)


@given(NUMBERS, st.booleans(), st.booleans())
def test_an_array_is_what_numpy_reads(tmp_path_factory, array, in_columns, compressed):
    path = tmp_path_factory.mktemp("npz") / "a.npz"
    written = np.asfortranarray(array) if in_columns else array
    (np.savez_compressed if compressed else np.savez)(path, x=written)
    read = npz.read(path)["x"]
    with np.load(path) as stored:
        np.testing.assert_array_equal(read, stored["x"])
    assert npz.headers(path)["x"] == (read.shape, read.dtype)


def test_arrays_of_names_alone_are_read(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.arange(3), y=np.array([None]))
    assert npz.read(tmp_path / "a.npz", ["x"])["x"].tolist() == [0, 1, 2]
    assert set(npz.headers(tmp_path / "a.npz")) == {"x"}
    with pytest.raises(FileError, match=r"an array 'z', found only 'x', 'y'"):
        npz.read(tmp_path / "a.npz", ["z"])
    with pytest.raises(FileError, match="unpickled"):
        npz.read(tmp_path / "a.npz")


def test_arrays_beyond_the_bound_are_refused_with_their_size(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(10**6))
    K.set_memory_limit(10**6)
    try:
        with pytest.raises(FileError, match=r"at most 1.0 MB.*found 8.0 MB"):
            npz.read(tmp_path / "a.npz")
    finally:
        K.set_memory_limit(0.5)


def test_a_wrong_check_sum_is_noticed(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.arange(100))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[400] ^= 1
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(FileError, match="CRC"):
        npz.read(tmp_path / "a.npz")


def test_the_table_of_a_zip_file_is_bounded():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(100):
            archive.writestr(f"{number}.npy", b"")
    npz.check_directory(buffer, 10**4, "a zip file", "a.npz")
    with pytest.raises(FileError, match="at most 100 bytes of names"):
        npz.check_directory(buffer, 100, "a zip file", "a.npz")
