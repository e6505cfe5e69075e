"""H5Dict keeps texts, lists and arrays alike in an HDF5 file and in a dict."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from engine.errors import SettingError
from engine.utils.io_utils import H5Dict, h5dict


@pytest.fixture(params=["file", "dict", "group"])
def place(request, tmp_path):
    if request.param == "file":
        yield str(tmp_path / "stored.h5")
    elif request.param == "dict":
        yield {}
    else:
        with h5py.File(tmp_path / "g.h5", "w") as file:
            yield file.create_group("inner")


def test_what_is_stored_comes_back(place):
    array = np.random.default_rng(0).normal(size=(4, 5, 64))
    stored = h5dict(place, mode="w")
    stored["text"] = "abcd"
    stored["texts"] = [b"efg", b"hij", b"klmn"]
    stored["array"] = array
    inner = stored["one"]["two"]
    inner["number"] = np.float32(3)
    assert len(stored) and set(stored.iter()) >= {"one", "array"}
    stored.close()

    found = H5Dict(place, mode="r")
    assert found["text"] == "abcd" and found["texts"] == [b"efg", b"hij", b"klmn"] and (found["array"] == array).all()
    assert "one" in found and b"two" in found["one"] and found["one"]["two"]["number"] == 3
    assert found.get("nothing", 7) == 7 and found.get("text") == "abcd"
    with pytest.raises(SettingError, match="mode 'r'"):
        found["new"] = 1
    with pytest.raises(SettingError, match="'nothing'"):
        found["one"]["nothing"]
    found.close()


def test_long_lists_of_texts_are_split(tmp_path):
    texts = [f"layer_{n:05d}".encode() * 10 for n in range(3000)]
    path = tmp_path / "long.h5"
    stored = H5Dict(path, "w")
    stored["names"] = texts
    stored.close()
    with h5py.File(path) as file:
        assert "names" not in file.attrs and "names1" in file.attrs
    assert H5Dict(path, "r")["names"] == texts
    with pytest.raises(RuntimeError, match="70000 bytes"):
        H5Dict(tmp_path / "x.h5", "w")["names"] = ["x" * 70000]


def test_wrong_places_and_names_are_refused(tmp_path):
    with pytest.raises(TypeError, match="an h5py group or a dict"):
        H5Dict(3)
    stored = H5Dict(tmp_path / "x.h5", "w")
    stored["group"]["a"] = 1
    with pytest.raises(KeyError, match="group"):
        stored["group"] = 2
    with pytest.raises(AttributeError):
        _ = stored.nothing


def test_a_dict_takes_a_mapping():
    plain = {}
    stored = H5Dict(plain)
    stored.update({"a": 1})
    assert plain == {"a": 1} and stored.keys() == {"a"}
