"""Tables that are read in blocks: the numbers of the same table in memory, little memory, and an order that is nearly uniform."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest
from PIL import Image

import engine
from engine.__main__ import main
from engine._machine.device import threads
from engine.data import Labelled, LargeTable, Pictures, block_rows, blocks, folder_blocks, source_of
from engine.data.block_rows import BlockOrder, BlockRows, PreparedBlocks
from engine.data.blocks import ArrayBlocks
from engine.errors import DataError, EngineError
from engine.experiment import write_experiment
from engine.layers import Dense
from engine.models import Sequential

from .tables import houses, write_csv
from .test_file_contents import write_sound

ROWS = 9000
_PIXEL = io.BytesIO()
Image.new("RGB", (1, 1)).save(_PIXEL, "png")
PIXEL = _PIXEL.getvalue()
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


SORTED = 4096


def _sorted_rows() -> pd.DataFrame:
    """Rows in the order of two classes."""
    return pd.DataFrame({"x": np.arange(SORTED, dtype="float64"), "y": np.arange(SORTED) // (SORTED // 2)})


def _sorted_arrays(path: Path) -> None:
    table = _sorted_rows()
    arrays = {"x": table["x"].to_numpy()[:, None], "y": table["y"].to_numpy()}
    if path.suffix == ".npz":
        np.savez(path, **arrays)  # type: ignore[arg-type]
        return
    with h5py.File(path, "w") as file:
        file.update(arrays)  # type: ignore[attr-defined]


def _sorted_folder(path: Path) -> None:
    for number in range(SORTED):
        folder = path / "ab"[number // (SORTED // 2)]
        folder.mkdir(parents=True, exist_ok=True)
        if path.name == "texts":
            (folder / f"{number}.txt").write_text("a word")
        elif path.name == "sounds":
            write_sound(folder / f"{number}.wav", np.full(300, 0.25))
        else:
            (folder / f"{number}.png").write_bytes(PIXEL)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.npz", _sorted_arrays),
        ("a.h5", _sorted_arrays),
        ("a.csv", lambda path: _sorted_rows().to_csv(path, index=False)),
        ("a.parquet", lambda path: _sorted_rows().to_parquet(path, row_group_size=32)),
        ("texts", _sorted_folder),
        ("sounds", _sorted_folder),
        ("pictures", _sorted_folder),
    ],
)
def test_of_every_source_that_is_sorted_by_classes_batches_are_nearly_as_uniform_as_by_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[Path], object]
) -> None:
    # As many blocks and windows as larger sources have, of whatever width.
    monkeypatch.setattr(block_rows, "_WINDOW_BYTES", 0)
    monkeypatch.setattr(block_rows, "_FEWEST_BLOCKS", 16)
    monkeypatch.setattr(blocks, "_VALUES", 2**6)
    monkeypatch.setattr(folder_blocks, "_MOST_ROWS", 16)
    make(tmp_path / name)
    how = {} if (tmp_path / name).is_dir() else {"target": "y", "steps": []}
    data: Any = engine.data.open(tmp_path / name, split={"validation": 0.0}, **how)
    if not isinstance(data, Pictures):
        data = engine.data.open(tmp_path / name, split={"validation": 0.0}, in_memory=False, **how)
    classes, size = np.asarray(data.y).reshape(-1).astype(int), 64
    rows = np.arange(SORTED) if isinstance(data, Pictures) else np.argsort(classes, kind="stable")
    for epoch in range(3):
        order = data.x.order(5, epoch)
        taken = np.concatenate([order[first : first + size] for first in range(0, SORTED, size)])
        assert np.array_equal(np.sort(taken), np.arange(SORTED))
        assert abs(np.corrcoef(taken, rows)[0, 1]) < 0.25  # of 256 blocks
        assert classes[taken].reshape(-1, size).mean(1).std() / (0.5 / np.sqrt(size)) < 3


@pytest.mark.parametrize("readers", [1, 3])
def test_threads_that_ask_for_the_same_blocks_divide_them_and_an_error_is_that_of_its_block(readers: int) -> None:
    prepared: list[int] = []
    meet = threading.Barrier(readers)

    def prepare(block: int) -> Labelled:
        if len(prepared) < readers:
            prepared.append(block)
            meet.wait(5)  # each of them works on a block of its own
        else:
            prepared.append(block)
        if block == 8:
            raise DataError(where="block 8", expected="whole rows", actual="a broken one")
        return Labelled(np.full(4, block, "float32"), None)

    made = PreparedBlocks(np.full(9, 4), prepare, 4, readers)
    rows = BlockRows(made, "", (), np.dtype("float32"))
    assert rows.readers == readers
    with ThreadPoolExecutor(readers) as pool:
        parts = list(pool.map(lambda _: rows.read(np.arange(32)), range(readers)))
    assert all(np.array_equal(part, np.arange(32) // 4) for part in parts)
    assert sorted(prepared) == list(range(8))
    for _ in range(2):
        with pytest.raises(DataError, match="block 8"):
            rows.read(np.arange(30, 34))


def test_a_step_that_runs_a_layer_is_applied_by_one_thread_at_a_time(tmp_path: Path) -> None:
    pd.DataFrame({"x": np.arange(40.0), "y": np.arange(40.0)}).to_csv(tmp_path / "a.csv", index=False)
    steps = [engine.data.PreparingLayer(["x"], layer=engine.layers.Rescaling(0.1))]
    assert opened(tmp_path / "a.csv", steps=steps).x.readers == 1
    assert opened(tmp_path / "a.csv", steps=[]).x.readers == max(threads(), 1)


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
