import h5py
import numpy as np
import pytest

from engine._files import hdf5
from engine.errors import FileError

LAYERS = [
    ("dense_1", [("dense_1/kernel:0", np.arange(12, dtype="f4").reshape(3, 4)), ("dense_1/bias:0", np.ones(4, "f4"))]),
    ("flatten_1", []),
    ("block/conv é", [("kernel:0", np.float64(2.5))]),
]


def same(left, right):
    return all(
        a == b
        and all(m == n and x.dtype == y.dtype and np.array_equal(x, y) for (m, x), (n, y) in zip(p, q, strict=True))
        for (a, p), (b, q) in zip(left, right, strict=True)
    )


def test_weights_come_back(tmp_path):
    hdf5.write_weights(tmp_path / "w.h5", LAYERS)
    assert same(hdf5.read_weights(tmp_path / "w.h5"), LAYERS)


def test_the_layout_is_that_of_keras(tmp_path):
    hdf5.write_weights(tmp_path / "w.h5", LAYERS)
    with h5py.File(tmp_path / "w.h5") as file:
        assert [name.decode() for name in file.attrs["layer_names"]] == [name for name, _ in LAYERS]
        assert file["dense_1"].attrs["weight_names"][0] == b"dense_1/kernel:0"
        assert file["/dense_1/dense_1/kernel:0"].shape == (3, 4)
        assert file["flatten_1"].attrs["weight_names"].dtype == np.float64
        assert file.attrs["backend"] in (b"tensorflow", "tensorflow")


def test_a_whole_model_comes_back(tmp_path):
    config = {"class_name": "Sequential", "config": {"name": "é" * 70000, "layers": []}}
    slots = [("Adam/iterations:0", np.int64(7)), ("m", np.zeros((3, 4), "f4"))]
    hdf5.write_model(tmp_path / "m.h5", config, {"loss": "mse"}, LAYERS, slots)
    model = hdf5.read_model(tmp_path / "m.h5")
    assert (model.config, model.training_config) == (config, {"loss": "mse"})
    assert same(model.layers, LAYERS) and same([("o", model.optimizer_weights)], [("o", slots)])
    assert same(hdf5.read_weights(tmp_path / "m.h5"), LAYERS)


def test_a_file_of_weights_is_no_model(tmp_path):
    hdf5.write_weights(tmp_path / "w.h5", LAYERS)
    with pytest.raises(FileError, match="load_weights"):
        hdf5.read_model(tmp_path / "w.h5")


def test_long_lists_of_names_are_split_and_joined(tmp_path):
    layers = [(f"a_layer_with_a_rather_long_name_{index}", []) for index in range(3000)]
    hdf5.write_weights(tmp_path / "w.h5", layers)
    with h5py.File(tmp_path / "w.h5") as file:
        assert "layer_names" not in file.attrs and "layer_names1" in file.attrs
    assert hdf5.read_weights(tmp_path / "w.h5") == layers


def test_one_name_above_64_kilobytes_cannot_be_written(tmp_path):
    with pytest.raises(RuntimeError, match="64512"):
        hdf5.write_weights(tmp_path / "w.h5", [("x" * 70000, [])])


def test_shapes_are_shown_before_bytes_are_read(tmp_path):
    hdf5.write_weights(tmp_path / "w.h5", LAYERS)
    seen = []
    hdf5.read_weights(tmp_path / "w.h5", seen.extend)
    assert seen[0] == ("dense_1", [("dense_1/kernel:0", (3, 4)), ("dense_1/bias:0", (4,))])
    with pytest.raises(LookupError, match="mine"):
        hdf5.read_weights(tmp_path / "w.h5", lambda shapes: (_ for _ in ()).throw(LookupError("mine")))


def test_a_changed_number_is_noticed(tmp_path):
    hdf5.write_weights(tmp_path / "w.h5", LAYERS)
    with h5py.File(tmp_path / "w.h5", "r+") as file:
        file["/dense_1/dense_1/kernel:0"][0, 0] = 99
    with pytest.raises(FileError, match="damaged"):
        hdf5.read_weights(tmp_path / "w.h5")


@pytest.mark.parametrize("text", [str, bytes])
def test_files_of_keras_itself_are_read_whatever_kind_of_text_they_hold(tmp_path, text):
    with h5py.File(tmp_path / "k.h5", "w") as file:
        names = ["dense_1"] if text is str else [b"dense_1"]
        file.attrs["layer_names"] = names
        group = file.create_group("dense_1")
        group.attrs["weight_names"] = ["dense_1/kernel:0"] if text is str else np.array([b"dense_1/kernel:0"])
        group.create_dataset("dense_1/kernel:0", data=np.ones((2, 2), ">f4"), compression="gzip")
    ((name, ((weight, array),)),) = hdf5.read_weights(tmp_path / "k.h5")
    assert (name, weight, array.tolist()) == ("dense_1", "dense_1/kernel:0", [[1, 1], [1, 1]])
