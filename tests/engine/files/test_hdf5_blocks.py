"""Blocks of HDF5 files: honest ones pass, a heap without an end and addresses of another size are found."""

import io
import struct

import h5py
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine._files.hdf5_blocks import endless_heap, file_has_endless_heap, has_wide_addresses

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


@pytest.mark.parametrize("settings", [{}, {"libver": "latest"}, {"userblock_size": 1024}])
def test_addresses_of_honest_files_are_of_a_usual_size(tmp_path, settings):
    with h5py.File(tmp_path / "a.h5", "w", **settings) as file:
        file["x"] = [1, 2]
    content = bytearray((tmp_path / "a.h5").read_bytes())
    assert not has_wide_addresses(io.BytesIO(content))
    first = content.index(b"\x89HDF")
    content[first + (9 if content[first + 8] >= 2 else 13)] = 32
    assert has_wide_addresses(io.BytesIO(content))


def test_what_is_no_hdf5_file_has_no_addresses():
    for content in (b"", b"words", bytes(5000)):
        assert not has_wide_addresses(io.BytesIO(content))
