"""Plain values come out of pickles as they went in; everything else is refused and nothing is called."""

from __future__ import annotations

import os
import pickle
import random

import numpy as np
import pytest

from engine._files import pickled_data
from engine.errors import FileError

PLAIN = [
    0, -5, 255, 256, 65535, 65536, -(2**31), 2**31, -(2**40), 1.5, "äx", b"", b"abc", None, True, [], [1, 2, [3]], (),
    (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {"a": 1, 2: [3]}, {}, list(range(-3000, 3000)), ["long " * 100],
]  # fmt: skip
ARRAYS = [
    np.arange(4.0).astype(">f4"), np.arange(6, dtype="uint8").reshape(2, 3), np.asfortranarray(np.arange(6).reshape(2, 3)),
    np.zeros((0, 3)), np.array([True, False]), np.array([[1, 2], [3], []], dtype=object), np.array(3.5),
    np.fromiter([[1, 2], [3, 4]], object, 2),
]  # fmt: skip


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_values_are_those_that_were_pickled(protocol):
    for value in PLAIN:
        found = pickled_data.read(pickle.dumps(value, protocol), "file")
        assert found == value and type(found) is type(value)
    for value in ARRAYS:
        found = pickled_data.read(pickle.dumps(value, protocol), "file")
        assert found.dtype == value.dtype and found.shape == value.shape and found.tolist() == value.tolist()
    found = pickled_data.read(pickle.dumps({"x": ARRAYS[1], "n": np.float32(3)}, protocol), "file")
    assert found["x"].tolist() == ARRAYS[1].tolist() and found["n"] == 3


class _Calls:
    def __init__(self, *parts):
        self.parts = parts

    def __reduce__(self):
        return self.parts


@pytest.mark.parametrize("protocol", [0, 2, 4, 5])
@pytest.mark.parametrize(
    "value",
    [
        _Calls(os.system, ("exit 3",)), [_Calls(eval, ("1",))], np.array([_Calls(os.remove, ("x",))]), os.getcwd, object,
        1j, {1}, np.array(["text"]), np.array([1j]), _Calls(getattr, ([], "append")), random.Random(0),
    ],
)  # fmt: skip
def test_objects_are_refused_by_name(value, protocol, monkeypatch):
    data = pickle.dumps(value, protocol)
    for module, name in ((pickle, "loads"), (pickle, "load"), (os, "system"), (os, "remove")):
        monkeypatch.setattr(module, name, lambda *_: pytest.fail("was called"))
    with pytest.raises(FileError, match="file, byte"):
        pickled_data.read(data, "file")


def test_an_array_larger_than_its_bytes_is_refused():
    data = pickle.dumps(np.zeros((2, 3)), 2).replace(b"K\x02K\x03\x86", b"J\xff\xff\xff\x7fK\x03\x86")
    with pytest.raises(FileError, match="bytes for an array"):
        pickled_data.read(data, "file")


def test_damaged_files_are_refused():
    """Random changes give either another value or a FileError, never another exception."""
    rng = random.Random(0)
    wholes = [pickle.dumps(value, protocol) for value in PLAIN + ARRAYS for protocol in (2, 3, 5)]
    refused = 0
    for _ in range(5000):
        data = bytearray(rng.choice(wholes))
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            pickled_data.read(bytes(data[: rng.choice([len(data), rng.randrange(len(data))])]), "file")
        except FileError:
            refused += 1
    assert refused > 3000
