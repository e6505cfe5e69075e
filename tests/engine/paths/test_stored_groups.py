"""Weights in an open HDF5 group, as code written for Keras's own files reads and writes them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from engine.errors import FileError
from engine.layers import Dense
from engine.models import Sequential


def _model(units: int = 3, name: str = "first") -> Sequential:
    return Sequential([Dense(units, input_shape=(2,), name=name), Dense(1, name="last")])


@pytest.mark.usefixtures("engine_as_keras")
class TestStoredGroups:
    def test_weights_of_layers_go_into_a_group_and_back(self, tmp_path: Path) -> None:
        from keras.engine import saving, topology

        source, target = _model(), _model()
        with h5py.File(tmp_path / "weights.h5", "w") as file:
            saving.save_weights_to_hdf5_group(file.create_group("inner"), source.layers)
        with h5py.File(tmp_path / "weights.h5", "r") as file:
            topology.load_weights_from_hdf5_group(file["inner"], target.layers)
        for ours, theirs in zip(target.get_weights(), source.get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)

    def test_a_chosen_list_of_layers_is_read_by_name_from_a_whole_models_file(self, tmp_path: Path) -> None:
        from keras.engine import saving

        source, target = _model(), _model()
        source.save(tmp_path / "model.h5")
        first, last = target.layers[0].get_weights(), target.layers[1].get_weights()
        with h5py.File(tmp_path / "model.h5", "r") as file:
            group = file["model_weights"] if "layer_names" not in file.attrs else file
            saving.load_weights_from_hdf5_group_by_name(
                group, [layer for layer in target.layers if layer.name == "last"]
            )
        np.testing.assert_array_equal(target.layers[0].get_weights()[0], first[0])
        np.testing.assert_array_equal(target.layers[1].get_weights()[0], source.layers[1].get_weights()[0])
        assert not np.array_equal(last[0], source.layers[1].get_weights()[0])

    def test_other_shapes_are_refused_or_passed_over_and_nothing_else_is_set(self, tmp_path: Path) -> None:
        from keras.engine import saving

        _model(4).save_weights(tmp_path / "weights.h5")
        target = _model(3)
        before = target.get_weights()
        with h5py.File(tmp_path / "weights.h5", "r") as file:
            with pytest.raises(FileError, match="shape"):
                saving.load_weights_from_hdf5_group_by_name(file, target.layers)
            for ours, theirs in zip(target.get_weights(), before, strict=True):
                np.testing.assert_array_equal(ours, theirs)
            with pytest.warns(UserWarning, match="keeps its weights"):
                saving.load_weights_from_hdf5_group_by_name(file, target.layers, skip_mismatch=True)

    @pytest.mark.parametrize("count", [0, 3, 5000])
    def test_lists_of_texts_come_back_also_in_pieces(self, tmp_path: Path, count: int) -> None:
        from keras.engine import saving

        names = [f"a rather long name of a layer, number {index}" for index in range(count)]
        with h5py.File(tmp_path / "names.h5", "w") as file:
            saving.save_attributes_to_hdf5_group(file, "names", [name.encode() for name in names])
            assert saving.load_attributes_from_hdf5_group(file, "names") == names
            assert ("names" in file.attrs) == (count < 5000)
            assert saving.load_attributes_from_hdf5_group(file, "others") == []
