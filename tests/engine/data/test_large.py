"""Tables that are read in blocks: the numbers of the same table in memory, little memory, and an order that is nearly uniform."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest

import engine
from engine.__main__ import main
from engine.data import LargeTable, source_of
from engine.data.block_rows import BlockOrder
from engine.data.blocks import ArrayBlocks
from engine.errors import EngineError
from engine.experiment import write_experiment
from engine.layers import Dense
from engine.models import Sequential

from .tables import houses, write_csv

ROWS = 9000
# Of 200 columns a block has some 1300 rows.
X = np.random.default_rng(0).normal(3, 2, (ROWS, 200)).astype("float32")
Y = (X[:, 0] > 3).astype(int)


def _hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=X, chunks=(100, 200), compression="gzip", compression_opts=1)
        file["y"] = Y


FILES: dict[str, Callable[[Path], object]] = {
    "a.npz": lambda path: np.savez(path, x=X, y=Y),
    "a.h5": _hdf5,
    "a.parquet": lambda path: pd.DataFrame({**{f"c{i}": X[:, i] for i in range(5)}, "y": Y}).to_parquet(path, row_group_size=1000),
    "a.csv": lambda path: pd.DataFrame({"c": X[:, 0], "town": ["Bonn", "Ulm", None] * 3000, "y": Y}).to_csv(path, index=False),
}  # fmt: skip


def opened(path: Path, **how: Any) -> LargeTable:
    data = engine.data.open(path, target="y", in_memory=False, **how)
    assert isinstance(data, LargeTable)
    return data


def network(data: LargeTable) -> Sequential:
    model = Sequential([Dense(2, activation="softmax", input_shape=data.input_shape)])
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.mark.parametrize("name", FILES)
def test_a_file_in_blocks_is_trained_on_measured_and_predicted_as_its_arrays_are(tmp_path: Path, name: str) -> None:
    FILES[name](tmp_path / name)
    data = opened(tmp_path / name, split={"validation": 0.1, "test": 0.1, "seed": 5})
    assert len(data.blocks) > 4 or name == "a.csv"
    assert data.classes == ["0", "1"]
    arrays = data.arrays()
    assert sum(len(part.x) for part in arrays.values()) == ROWS and abs(len(arrays["test"].x) - 900) < 2
    histories = []
    for x, held_out in ((data, None), (data, None)):
        with engine.experiment.seeded(1):
            model = network(data)
            histories.append(
                model.fit(x, validation_data=held_out, batch_size=64, epochs=2, shuffle=True, verbose=0).history
            )
    assert histories[0] == histories[1] and "val_loss" in histories[0]
    assert model.evaluate(data, verbose=0) == model.evaluate(*arrays["test"], verbose=0)
    with engine.experiment.seeded(1):
        ahead = network(data).fit(data, shuffle=False, verbose=0).history["loss"]
    with engine.experiment.seeded(1):
        assert network(data).fit(*arrays["train"], shuffle=False, verbose=0).history["loss"] == ahead
    assert len(data.predict(model, data.sample(3))) == 3


def test_rows_that_measure_are_never_trained_on_nor_fitted_to(tmp_path: Path) -> None:
    for split in ({"validation": 0.3, "test": 0.2}, {"validation": 0.3, "test": 0.2, "by": "order"}):
        np.save(tmp_path / "n.npy", np.arange(70_000.0))
        data = engine.data.open(tmp_path / "n.npy", in_memory=False, steps=[], split=split)
        parts = [np.asarray(part.x)[:, 0] for part in data.arrays().values()]
        assert sorted(np.concatenate(parts).tolist()) == list(range(70_000))
        assert [round(len(part) / 70_000, 3) for part in parts] == [0.56, 0.24, 0.2]
    poisoned = np.arange(70_000.0)
    poisoned[parts[1].astype(int)] = 1e9
    np.save(tmp_path / "p.npy", poisoned)
    again = [
        engine.data.open(tmp_path / name, in_memory=False, steps=[{"step": "scale", "columns": ["x"]}], split=split)
        for name in ("n.npy", "p.npy")
    ]
    assert again[0].preparation.to_config() == again[1].preparation.to_config()


def test_a_class_that_stands_far_from_the_rows_that_are_looked_at_is_known() -> None:
    rows = np.arange(400_000)
    kinds = np.where((rows > 200_000) & (rows < 200_050), 2, rows % 2)
    blocks = ArrayBlocks({"x": np.ones((len(rows), 4), "float32"), "y": kinds})
    assert LargeTable(blocks, target="y").classes == ["0", "1", "2"]


def test_the_order_of_blocks_takes_each_row_once_and_is_nearly_uniform() -> None:
    rows, size = 64_000, 64
    starts = np.arange(0, rows + 1, 500)
    order = BlockOrder(starts, 16, [7, 0])
    taken = np.concatenate([order[first : first + size] for first in range(0, rows, size)])
    assert np.array_equal(np.sort(taken), np.arange(rows))
    # The place in the file says nothing about the place in the epoch.
    assert abs(np.corrcoef(taken, np.arange(rows))[0, 1]) < 0.1
    # A file that is sorted by two classes: by how much their share varies from batch to batch, over what chance alone gives.
    shares = (taken.reshape(-1, size) < rows // 2).mean(1)
    assert 1 < shares.std() / (0.5 / np.sqrt(size)) < 3
    assert not np.array_equal(taken, BlockOrder(starts, 16, [7, 1])[0:rows])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell how much memory was taken")
def test_a_file_is_trained_on_within_a_limit_of_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.h5"
    with h5py.File(path, "w") as file:
        # 1.6 GB of zeros, of which a file that knows holes stores next to nothing.
        file.create_dataset("x", shape=(2_000_000, 200), dtype="f4", chunks=(1000, 200))
        file.create_dataset("y", shape=(2_000_000,), dtype="f4", chunks=(100_000,))
    program = f"""
import engine
from engine.layers import Dense
from engine.models import Sequential
data = engine.data.open({str(path)!r}, target="y", in_memory=False, steps=[])
model = Sequential([Dense(1, input_shape=data.input_shape)])
model.compile("sgd", "mse")
model.fit(data.x, data.y, batch_size=1000, steps_per_epoch=400, epochs=1, verbose=0)
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")][0])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 400 * 1024


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda d: opened(_written(d), split={"by": "group", "column": "town"}), "by='chance' or by='order' .* found by='group'"),
        (lambda d: opened(_written(d), inputs=["sise"]), "found 'sise'"),
        (lambda d: engine.data.open(_written(d), target="rent", in_memory=False, steps=[{"step": "drop", "columns": ["size"]}]).x,
         "step drop: expected steps that keep all rows"),
        (lambda d: opened(_compressed(d)), "without compression.*Save it by numpy.savez"),
        (lambda d: opened(_uneven(d)), "arrays of one length, with rows, found 'x' 3, 'y' 2"),
        (lambda d: opened(_cut(d)), "expected"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_in_blocks_is_refused_in_words(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    with pytest.raises(EngineError, match=says):
        make(tmp_path)


def _written(folder: Path) -> Path:
    return write_csv(folder / "houses.csv", houses(60))


def _compressed(folder: Path) -> Path:
    np.savez_compressed(folder / "c.npz", x=X[:9], y=Y[:9])
    return folder / "c.npz"


def _uneven(folder: Path) -> Path:
    np.savez(folder / "u.npz", x=X[:3], y=Y[:2])
    return folder / "u.npz"


def _cut(folder: Path) -> Path:
    _hdf5(folder / "cut.h5")
    (folder / "cut.h5").write_bytes((folder / "cut.h5").read_bytes()[:-100_000])
    return folder / "cut.h5"


def test_an_experiment_reads_its_table_in_blocks_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    FILES["a.npz"](tmp_path / "a.npz")
    data = opened(tmp_path / "a.npz", split={"validation": 0.2, "seed": 3})
    layers = [{"class_name": "Dense", "config": {"name": "d", "units": 4, "batch_input_shape": [None, 200]}}]
    chosen = {"source": source_of(data, "a.npz"), "inputs": {"d_input": "x"}, "targets": {"d": "y"}}
    training = {"epochs": 1, "seed": 1, "loss": "sparse_categorical_crossentropy"}
    made = {"class_name": "Sequential", "config": layers, "data": chosen, "training": training}
    (tmp_path / "e.yaml").write_text(write_experiment(made), "utf-8")
    written = []
    for out in ("a", "b"):
        assert main(["train", str(tmp_path / "e.yaml"), "--keep", str(tmp_path / out), "--quiet"]) == 0, (
            capsys.readouterr().err
        )
        written.append((tmp_path / out / "history.json").read_text())
    assert written[0] == written[1] and "val_loss" in written[0]
