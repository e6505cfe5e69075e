"""Models in HDF5 files that are open already, in groups of them, and in binary file objects."""

from __future__ import annotations

import io

import h5py
import numpy as np
import pytest

from engine.errors import FileError
from engine.layers import Dense
from engine.models import Sequential, load_model, save_model

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


def _trained(width=4):
    model = Sequential([Dense(width, input_shape=(3,), name="first"), Dense(2, name="second")])
    model.compile("adam", "mse")
    model.train_on_batch(X, X[:, :2])
    return model


def _same(model, loaded):
    np.testing.assert_array_equal(model.predict(X), loaded.predict(X))
    assert model.train_on_batch(X, X[:, :2]) == loaded.train_on_batch(X, X[:, :2])
    np.testing.assert_array_equal(model.predict(X), loaded.predict(X))


@pytest.mark.parametrize("settings", [{"driver": "core", "backing_store": False}, {}], ids=["memory", "disk"])
def test_an_open_file_holds_a_model_and_stays_open(settings, tmp_path):
    with h5py.File(tmp_path / "m.h5", "w", **settings) as file:
        file["mine"] = np.arange(3)
        save_model(_trained(8), file)
        model = _trained()
        model.save(file)
        _same(model, load_model(file))
        assert file["mine"][2] == 2 and "model_weights" in file


def test_groups_hold_a_model_each(tmp_path):
    models = {name: _trained() for name in ("a", "b/c")}
    with h5py.File(tmp_path / "m.h5", "w") as file:
        for name, model in models.items():
            save_model(model, file.create_group(name))
    with h5py.File(tmp_path / "m.h5") as file:
        for name, model in models.items():
            _same(model, load_model(file[name]))
        with pytest.raises(FileError, match="a whole model"):
            load_model(file)


def test_weights_go_into_a_group_and_over_older_ones(tmp_path):
    model = _trained()
    with h5py.File(tmp_path / "w.h5", "w") as file:
        group = file.create_group("run")
        _trained(8).save_weights(group)
        model.save_weights(group)
        other = _trained()
        other.load_weights(group)
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


def test_a_link_in_a_group_leads_nowhere_else(tmp_path):
    with h5py.File(tmp_path / "secret.h5", "w") as other:
        other["kernel"] = np.ones((3, 4))
    with h5py.File(tmp_path / "w.h5", "w") as file:
        model = _trained()
        model.save_weights(file)
        del file["first/first/kernel:0"]
        file["first/first/kernel:0"] = h5py.ExternalLink(tmp_path / "secret.h5", "kernel")
        with pytest.raises(FileError, match="external link"):
            model.load_weights(file)


def test_a_file_object_holds_a_model():
    model, buffer = _trained(), io.BytesIO()
    model.save(buffer)
    _same(model, load_model(buffer))
    with pytest.raises(FileError, match="HDF5"):
        load_model(io.BytesIO(b"not a model"))
    with pytest.raises(FileError, match="checksum"):
        content = bytearray(buffer.getvalue())
        kernel = load_model(buffer).get_weights()[0].tobytes()
        at = bytes(content).index(kernel)
        content[at : at + 4] = b"\0\0\0\0"
        load_model(io.BytesIO(bytes(content)))


@pytest.mark.parametrize("mode", ["r", "r+"])
def test_a_file_that_is_open_elsewhere_in_the_program_loads_by_its_path_and_stays_open(tmp_path, mode):
    model, path = _trained(), tmp_path / "m.h5"
    model.save(path)
    with h5py.File(path, mode) as file:
        if mode == "r+":
            file.attrs["not yet written"] = 1
        again = load_model(path)
        assert len(file.keys()) > 0
        # A save replaces the file: the path names another one than is open.
        model.set_weights([weight + 1 for weight in model.get_weights()])
        model.save(path)
        _same(model, load_model(path))
    assert all(old.tolist() != new.tolist() for old, new in zip(again.get_weights(), model.get_weights(), strict=True))
