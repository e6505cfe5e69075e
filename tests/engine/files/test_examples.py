"""Examples and tensors as TensorFlow's bytes."""

import numpy as np
import pytest

from engine._files.examples import read_example, read_tensor, varint, written_example, written_feature, written_tensor
from engine.errors import FileError


def test_features_are_written_as_tensorflow_writes_them():
    # What tensorflow.org/tutorials/load_data/tfrecord prints.
    assert written_feature("bytes_list", [b"test_string"]) == b"\n\r\n\x0btest_string"
    assert written_feature("float_list", [np.float32(np.exp(1))]) == b"\x12\x06\n\x04T\xf8-@"
    assert written_feature("int64_list", [True]) == b"\x1a\x03\n\x01\x01"
    assert written_feature("bytes_list", [b"\xe5\xb7\x9d"]) == b"\n\x05\n\x03\xe5\xb7\x9d"


def test_examples_come_back():
    features = {
        "words": written_feature("bytes_list", [b"a\0", b""]),
        "numbers": written_feature("float_list", [0.5, -1.0]),
        "counts": written_feature("int64_list", [-1, 2**40]),
        "nothing": b"",
    }
    assert read_example(written_example(features)) == {
        "counts": ("int64_list", [-1, 2**40]),
        "nothing": ("", []),
        "numbers": ("float_list", [0.5, -1.0]),
        "words": ("bytes_list", [b"a\0", b""]),
    }


def test_numbers_may_be_written_one_by_one():
    floats = b"\x12\x0a\x0d\x00\x00\x80?\x0d\x00\x00\x00@"
    whole = b"\x1a\x04\x08\x05\x08\x07"
    assert read_example(written_example({"f": floats, "i": whole})) == {
        "f": ("float_list", [1.0, 2.0]),
        "i": ("int64_list", [5, 7]),
    }


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0, dtype="float32").reshape(2, 3),
        np.array([[True, False]]),
        np.array(7, "int64"),
        np.array([[b"a"], [b"\0"]], object),
    ],
)
def test_tensors_come_back(array):
    again = read_tensor(written_tensor(array))
    assert again.dtype == array.dtype and again.shape == array.shape and again.tolist() == array.tolist()


def test_what_is_no_example_or_tensor_is_refused():
    for data in (b"\x0a\xff", b"\x0a\x02\x0a", b"\x0a\x02\x08\x01"):
        with pytest.raises(FileError):
            read_example(data)
    huge = varint(1 << 3) + varint(1) + b"\x12\x0c\x12\x0a\x08" + varint(2**62)[:9]
    for data in (b"", huge, written_tensor(np.ones(3))[:-2]):
        with pytest.raises(FileError):
            read_tensor(data)
    with pytest.raises(FileError, match="dtype complex"):
        written_tensor(np.ones(1, complex))
