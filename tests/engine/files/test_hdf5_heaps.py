"""Heaps of texts in HDF5 files: honest ones end, and one whose walk never does is found wherever it lies."""

import struct

import h5py
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine._files.hdf5_heaps import endless_heap, file_has_endless_heap

SIGNATURE = b"GCOL\x01\x00\x00\x00"


def heap(*items, size=256):
    """A heap of items (number, length); what follows the last is its room."""
    content = bytearray(SIGNATURE + struct.pack("<Q", size))
    for number, length in items:
        content += struct.pack("<HHIQ", number, 1, 0, length) + bytes((length + 7) // 8 * 8 if length < size else 0)
    room = size - len(content)
    content += struct.pack("<HHIQ", 0, 0, 0, room)
    return bytes(content[:size].ljust(size, b"\x01"))


def test_an_honest_heap_ends():
    assert endless_heap(heap((1, 5), (2, 40), (3, 0))) is None


@pytest.mark.parametrize("last", [(0, 0), (5, 2**64 - 16)])
def test_an_item_of_no_size_is_a_heap_without_an_end(last):
    assert endless_heap(bytes(40) + heap((1, 5), last)) == 40


def test_the_second_heap_is_looked_at_too():
    assert endless_heap(heap((1, 5)) + heap((0, 0)) + heap((2, 7))) == 256


@given(st.binary(max_size=400))
def test_whatever_follows_a_signature_is_walked_to_an_end(content):
    endless_heap(SIGNATURE + content)


def test_files_that_h5py_writes_have_none(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        for number in range(300):
            file.attrs[f"text {number}"] = "x" * number
            file.attrs[f"text {number // 2}"] = "again"
        for number in range(0, 300, 3):
            del file.attrs[f"text {number}"]
    with open(path, "rb") as file:
        assert not file_has_endless_heap(file)
    (tmp_path / "empty").write_bytes(b"")
    with open(tmp_path / "empty", "rb") as file:
        assert not file_has_endless_heap(file)
