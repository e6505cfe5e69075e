"""Arrays of a file that are larger than the memory: the same rows, read in blocks, and shuffled by blocks in their parts too."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

import engine
from engine.data import arrays_in_blocks, spread_rows
from engine.errors import EngineError, FileError
from engine.experiment import run_experiment
from engine.layers import Dense
from engine.models import Sequential
from engine.training_folder import fingerprints

ROWS = 6000
X = np.random.default_rng(0).normal(size=(ROWS, 300)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def written(folder: Path, name: str) -> str:
    path = str(folder / name)
    if name.endswith(".h5"):
        with h5py.File(path, "w") as file:
            file["x"], file["y"], file["x_test"] = X, Y, X[:50]
    else:
        np.savez(path, x=X, y=Y, x_test=X[:50])
    return path


@pytest.mark.parametrize("name", ["a.h5", "a.npz"])
def test_arrays_of_several_lengths_are_read_as_they_are(tmp_path: Path, name: str) -> None:
    made = arrays_in_blocks(written(tmp_path, name), ["x", "y", "x_test"])
    for key, array in (("x", X), ("y", Y), ("x_test", X[:50])):
        assert made[key].dtype == array.dtype and np.array_equal(np.asarray(made[key]), array)
        assert np.array_equal(made[key][[5, 2, 40]], array[[5, 2, 40]])


def test_training_on_them_gives_what_the_arrays_give(tmp_path: Path) -> None:
    made = arrays_in_blocks(written(tmp_path, "a.npz"), ["x", "y"])
    losses = []
    for x, y in ((X, Y), (made["x"], made["y"])):
        with engine.experiment.seeded(3):
            model = Sequential([Dense(1, activation="sigmoid", input_shape=(300,))])
            model.compile("sgd", "binary_crossentropy")
            losses.append(model.fit(x, y, validation_split=0.2, shuffle=False, epochs=2, verbose=0).history)
    assert losses[0] == losses[1]


def test_a_part_of_the_rows_is_shuffled_by_blocks_too(tmp_path: Path) -> None:
    x = arrays_in_blocks(written(tmp_path, "a.npz"), ["x"])["x"]
    part = x.part(100, 5000)
    order = part.order(1, 0)
    taken = np.concatenate([order[first : first + 64] for first in range(0, 4900, 64)])
    assert np.array_equal(np.sort(taken), np.arange(4900)) and not np.array_equal(taken, np.arange(4900))
    assert np.array_equal(part[taken[:20]], X[100 + taken[:20]])
    assert np.array_equal(part.part(10, 20)[3:5], X[113:115])


def test_an_experiment_leaves_them_in_their_file(tmp_path: Path) -> None:
    made = arrays_in_blocks(written(tmp_path, "a.h5"), ["x", "y"])
    read: list[int] = []
    for array in made.values():
        whole = array.read
        array.read = lambda rows, epoch=None, whole=whole: read.append(len(rows)) or whole(rows, epoch)  # type: ignore[method-assign]
    layer = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 300], "name": "d"}}
    experiment = {
        "class_name": "Sequential",
        "config": [layer],
        "data": {"inputs": {"d": "x"}, "targets": {"d": "y"}},
        "training": {"epochs": 1},
    }
    run_experiment(experiment, made)
    assert read and max(read) < ROWS


def test_they_are_told_from_others_without_being_read(tmp_path: Path) -> None:
    path = written(tmp_path, "a.npz")
    marks = fingerprints(arrays_in_blocks(path, ["x", "y"]))  # type: ignore[arg-type]
    assert marks["x"] != marks["y"] and marks == fingerprints(arrays_in_blocks(path, ["x", "y"]))  # type: ignore[arg-type]
    np.savez(path, x=X + 1, y=Y)
    assert marks["x"] != fingerprints(arrays_in_blocks(path, ["x"]))["x"]  # type: ignore[arg-type]


def test_what_cannot_be_read_in_blocks_is_refused_in_words(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "c.npz", x=X)
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(FileError, match="without compression"):
        arrays_in_blocks(tmp_path / "c.npz", ["x"])
    with pytest.raises(EngineError, match="a file of arrays"):
        arrays_in_blocks(tmp_path / "t.csv", ["a"])
    with pytest.raises(EngineError, match="'z'"):
        arrays_in_blocks(written(tmp_path, "a.npz"), ["z"])


def test_some_rows_from_all_over_the_array_are_looked_at(tmp_path: Path) -> None:
    x = arrays_in_blocks(written(tmp_path, "a.npz"), ["x"])["x"]
    rows = spread_rows(x, 160)
    assert len(rows) == 160 and rows[0] == 0 and rows[-1] == ROWS - 1
    assert spread_rows(x, 10**9).tolist() == list(range(ROWS)) or len(spread_rows(x, 10**9)) >= ROWS - 16
