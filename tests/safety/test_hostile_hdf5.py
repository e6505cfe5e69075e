"""Hostile and broken HDF5 files: refused as FileError, nothing outside the file is read."""

import os
import random

import h5py
import numpy as np
import pytest

from engine._files import hdf5
from engine.errors import FileError


def honest(path):
    hdf5.write_weights(path, [("a", [("a/k:0", np.ones((4, 4), "f4"))]), ("b", [("b/k:0", np.ones(4, "f4"))])])
    with h5py.File(path, "r+") as file:
        del file.attrs[hdf5.CHECKSUM]
    return path


def replaced(path, make):
    with h5py.File(honest(path), "r+") as file:
        make(file)
    return path


def swap(file, place="a/a/k:0"):
    del file[place]
    return file


def external_link(file):
    with h5py.File(str(file.filename) + ".other", "w") as other:
        other["secret"] = np.full((4, 4), 7.0)
    swap(file)["a/a/k:0"] = h5py.ExternalLink(str(file.filename) + ".other", "/secret")


def external_group(file):
    with h5py.File(str(file.filename) + ".other", "w") as other:
        other["a/k:0"] = np.full((4, 4), 7.0)
    swap(file, "a/a")["a/a"] = h5py.ExternalLink(str(file.filename) + ".other", "/a")


def raw_storage(file):
    secret = str(file.filename) + ".secret"
    with open(secret, "wb") as other:
        other.write(b"s" * 64)
    swap(file).create_dataset("a/a/k:0", (4, 4), "f4", external=[(secret, 0, 64)])


def virtual(file):
    layout = h5py.VirtualLayout((4, 4), "f4")
    layout[:] = h5py.VirtualSource(str(file.filename) + ".other", "x", (4, 4))
    swap(file).create_virtual_dataset("a/a/k:0", layout)


def circle_of_links(file):
    swap(file)["a/a/k:0"] = h5py.SoftLink("/a/a/l")
    file["a/a/l"] = h5py.SoftLink("/a/a/k:0")


def soft_link_through_external(file):
    external_group(file)
    del file["b/b/k:0"]
    file["b/b/k:0"] = h5py.SoftLink("/a/a/k:0")
    file.attrs["layer_names"] = [b"b"]


def huge_unwritten(file):
    swap(file).create_dataset("a/a/k:0", (2**40,), "f4")


def huge_chunked(file):
    swap(file).create_dataset("a/a/k:0", (2**34,), "f4", chunks=(1024,), compression="gzip")


def huge_chunk(file):
    swap(file).create_dataset("a/a/k:0", (16,), "f4", maxshape=(None,), chunks=(2**29,))


def strings(file):
    swap(file)["a/a/k:0"] = np.array([b"x"])


def references(file):
    swap(file).create_dataset("a/a/k:0", (1,), h5py.ref_dtype)


def vlen(file):
    swap(file).create_dataset("a/a/k:0", (1,), h5py.vlen_dtype(np.float32))


def names_of_numbers(file):
    file.attrs["layer_names"] = np.arange(3)


def one_name(file):
    file.attrs["layer_names"] = b"a"


def missing_layer(file):
    file.attrs["layer_names"] = [b"a", b"nobody"]


def double_layer(file):
    file.attrs["layer_names"] = [b"a", b"a"]


def layer_is_array(file):
    del file["b"]
    file["b"] = np.ones(3)


def control_name(file):
    file.attrs["layer_names"] = [b"a\x1b[31m"]


def long_name(file):
    file.attrs["layer_names"] = [b"a" * 300]


def bad_utf8(file):
    file.attrs["layer_names"] = [b"\xff\xfe"]


def no_names(file):
    del file.attrs["layer_names"]


HOSTILE = [
    external_link,
    external_group,
    raw_storage,
    virtual,
    circle_of_links,
    soft_link_through_external,
    huge_unwritten,
    huge_chunked,
    huge_chunk,
    strings,
    references,
    vlen,
    names_of_numbers,
    one_name,
    missing_layer,
    double_layer,
    layer_is_array,
    control_name,
    long_name,
    bad_utf8,
    no_names,
]


@pytest.mark.timeout(30)  # a file that holds the reader up is the fault
@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_at_once(tmp_path, make):
    path = replaced(tmp_path / "w.h5", make)
    with pytest.raises(FileError) as refusal:
        hdf5.read_weights(path)
    assert len(str(refusal.value)) <= 500 and "w.h5" in str(refusal.value)


def test_links_inside_the_file_are_followed(tmp_path):
    def soft(file):
        swap(file)["a/a/k:0"] = h5py.SoftLink("/b/b/k:0")

    assert hdf5.read_weights(replaced(tmp_path / "w.h5", soft))[0][1][0][1].shape == (4,)


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + b"\x00" * 4000, b"PK\x03\x04"])
def test_what_is_no_hdf5_file_is_refused(tmp_path, content):
    (tmp_path / "w.h5").write_bytes(content)
    with pytest.raises(FileError):
        hdf5.read_weights(tmp_path / "w.h5")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "w.h5")
    with pytest.raises(FileError):
        hdf5.read_weights(tmp_path / "w.h5")


def test_every_damaged_file_is_read_or_refused(tmp_path):
    path = tmp_path / "w.h5"
    hdf5.write_weights(path, [("a", [("a/k:0", np.ones((4, 4), "f4"))])])
    whole, dice = path.read_bytes(), random.Random(0)
    for _ in range(150):
        data = bytearray(whole[: dice.randrange(len(whole))] if dice.random() < 0.3 else whole)
        for _ in range(dice.randrange(1, 6)):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        path.write_bytes(data)
        try:
            ((_, ((_, array),)),) = hdf5.read_weights(path)
            assert np.array_equal(array, np.ones((4, 4)))
        except (FileError, ValueError):
            pass
