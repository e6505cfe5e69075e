"""A second file for validation: its rows measure, nothing is fitted on them, and an experiment names it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import pytest

import engine
from engine.__main__ import main
from engine.data import Dataset, LargeTable, Pictures, in_experiments, source_of
from engine.errors import EngineError
from engine.experiment import write_experiment
from engine.layers import Dense
from engine.models import Sequential

from .pictures import make_folder
from .tables import houses, write_csv

ROWS, OWN = 120, 30


def _frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.DataFrame(houses(ROWS)), pd.DataFrame(houses(OWN, seed=1))


def _csv(folder: Path) -> tuple[Any, Any]:
    return write_csv(folder / "a.csv", houses(ROWS)), write_csv(folder / "b.csv", houses(OWN, seed=1), ";", comma=True)


def _parquet(folder: Path) -> tuple[Any, Any]:
    for name, frame in zip(("a", "b"), _frames(), strict=True):
        frame.to_parquet(folder / f"{name}.parquet", row_group_size=50)
    return folder / "a.parquet", folder / "b.parquet"


def _arrays(folder: Path, rows: int, seed: int, write: Callable[[Path, dict[str, np.ndarray]], None]) -> Path:
    x = np.random.default_rng(seed).normal(size=(rows, 3))
    path = folder / str(seed)
    write(path, {"x": x, "rent": x[:, 0]})
    return path


def _npz(folder: Path) -> tuple[Any, Any]:
    def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
        np.savez(path.with_suffix(".npz"), **arrays)

    return tuple(_arrays(folder, n, i, write).with_suffix(".npz") for i, n in enumerate((ROWS, OWN)))


def _hdf5(folder: Path) -> tuple[Any, Any]:
    def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
        with h5py.File(path, "w") as file:
            for name, array in arrays.items():
                file[name] = array

    return tuple(_arrays(folder, n, i, write) for i, n in enumerate((ROWS, OWN)))


SOURCES = {
    "csv, written otherwise": _csv,
    "parquet": _parquet,
    "npz": _npz,
    "hdf5": _hdf5,
    "frames": lambda _: _frames(),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_rows_of_a_second_table_are_measured_and_not_one_of_the_first(tmp_path: Path, name: str) -> None:
    first, second = SOURCES[name](tmp_path)
    data = engine.data.open(first, target="rent", validation=second)
    assert isinstance(data, Dataset) and data.validation is not None
    assert len(data.x) == ROWS and len(data.validation.x) == OWN and data.split.validation == 0.0
    alone = engine.data.open(first, target="rent", split={"validation": 0.0})
    np.testing.assert_array_equal(data.x, alone.x)
    later = engine.data.open(second, target="rent", split={"validation": 0.0})
    assert isinstance(alone, Dataset) and isinstance(later, Dataset)
    np.testing.assert_allclose(data.validation.x, alone.labelled({**later.columns}, "later").x, rtol=1e-6, atol=1e-6)
    model = Sequential([Dense(1, input_shape=data.input_shape)])
    model.compile("sgd", "mse")
    assert "val_loss" in model.fit(data, verbose=0).history
    test = data.with_(split={"test": 0.25})
    assert [len(part) for part in test.parts] == [90, OWN, 30] and test.parts.validation.min() == ROWS


@pytest.mark.parametrize("in_memory", [True, False])
def test_nothing_is_fitted_on_them(tmp_path: Path, in_memory: bool) -> None:
    first, _ = _csv(tmp_path)
    poisoned = {**houses(OWN, seed=1), "size": [1e9] * OWN, "town": ["nowhere"] * OWN, "rent": [-1e9] * OWN}
    second = write_csv(tmp_path / "poisoned.csv", poisoned)
    steps = [
        {"step": "fill", "columns": ["size"]},
        {"step": "one_hot", "columns": ["town"]},
        {"step": "scale", "columns": ["size", "rent"]},
    ]
    how = {"inputs": ["size", "town"], "target": "rent", "steps": steps}
    data = engine.data.open(first, **how, validation=second, in_memory=in_memory)
    alone = engine.data.open(first, **how, split={"validation": 0.0}, in_memory=True)
    assert data.preparation.to_config() == alone.preparation.to_config()
    assert data.validation is not None
    x = np.asarray(data.validation.x)
    assert len(x) == OWN and (x[:, 0] > 1e6).all() and not x[:, 1:].any()


def test_larger_than_the_memory_both_are_read_in_blocks(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name, rows in (("a", 9000), ("b", 2000)):
        x = rng.normal(size=(rows, 300)).astype("float32")
        np.savez(tmp_path / f"{name}.npz", x=x, y=x[:, 0])
    how = {"target": "y", "steps": [], "split": {"test": 0.1}, "validation": tmp_path / "b.npz"}
    large = engine.data.open(tmp_path / "a.npz", in_memory=False, **how)
    whole = engine.data.open(tmp_path / "a.npz", in_memory=True, **how)
    assert isinstance(large, LargeTable) and isinstance(whole, Dataset)
    assert len(large) == 11_000 and abs(large.counts[2] - 900) < 2 and large.counts[1] == 2000
    assert large.validation is not None and whole.validation is not None
    np.testing.assert_array_equal(np.asarray(large.validation.x), whole.validation.x)
    np.testing.assert_array_equal(np.asarray(large.measured_last().y)[-2000:], whole.validation.y)
    assert large.with_(steps=[{"step": "finite", "columns": ["y"]}]).counts == large.counts


@pytest.mark.parametrize("with_table", [False, True])
def test_pictures_of_a_second_folder_or_of_a_second_table(tmp_path: Path, with_table: bool) -> None:
    folder = make_folder(tmp_path / "faces", each=12)
    if with_table:
        names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.png"))]
        frame = pd.DataFrame({"file": names, "age": np.arange(24.0)})
        data = engine.data.open(folder, ["file"], "age", table=frame[:20], validation=frame[20:])
        assert isinstance(data, Pictures) and [len(part) for part in data.parts] == [20, 4, 0]
        assert data.validation is not None and data.validation.y is not None
        assert data.preparation.undo(data.validation.y).tolist() == pytest.approx([20, 21, 22, 23])
        return
    make_folder(tmp_path / "later", each=3)
    data = engine.data.open(folder, validation=tmp_path / "later")
    assert isinstance(data, Pictures) and [len(part) for part in data.parts] == [24, 6, 0] and data.warnings
    assert data.validation is not None and np.asarray(data.validation.x).shape == (6, 12, 12, 3)
    assert data.validation.y is not None and data.validation.y.ravel().tolist() == [0, 0, 0, 1, 1, 1]
    # The same pictures: each of them is trained on, too.
    assert [one.kind for one in data.warnings][:1] == ["equal pictures"], data.warnings
    (tmp_path / "later" / "disc" / "00.png").write_bytes(b"none")
    whole = engine.data.open(folder, validation=tmp_path / "later", broken="skip")
    assert isinstance(whole, Pictures) and [len(part) for part in whole.parts] == [24, 5, 0]
    assert whole.skipped == ["../later/disc/00.png"]


def test_an_experiment_names_it_and_gives_the_same_numbers_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = _csv(tmp_path)
    data = engine.data.open(first, target="rent", validation=second)
    with pytest.raises(EngineError, match="expected the path of the validation rows, found None"):
        source_of(data, "a.csv")
    source = json.loads(json.dumps(source_of(data, "a.csv", validation="b.csv")))
    again = in_experiments.table_of({"data": {"source": source}, "training": {"validation_split": 0.3}}, tmp_path)
    assert again is not None and again.validation is not None and data.validation is not None
    np.testing.assert_array_equal(again.train["x"], data.x)
    np.testing.assert_array_equal(again.validation["x"], data.validation.x)
    layers = [
        {"class_name": "Dense", "config": {"name": "d", "units": 1, "batch_input_shape": [None, data.x.shape[1]]}}
    ]
    chosen = {"source": source, "inputs": {"d_input": "x"}, "targets": {"d": "y"}}
    training = {"epochs": 2, "seed": 1, "loss": "mean_squared_error"}
    text = write_experiment({"class_name": "Sequential", "config": layers, "data": chosen, "training": training})
    (tmp_path / "e.yaml").write_text(text, "utf-8")
    histories = []
    for out in ("one", "two"):
        assert main(["train", str(tmp_path / "e.yaml"), "--keep", str(tmp_path / out), "--quiet"]) == 0, (
            capsys.readouterr().err
        )
        histories.append((tmp_path / out / "history.json").read_text())
    assert histories[0] == histories[1] and "val_loss" in histories[0]
    shutil.move(second, tmp_path.parent / "outside.csv")
    source["validation"] = "../outside.csv"
    with pytest.raises(EngineError, match="a file in"):
        in_experiments.table_of({"data": {"source": source}}, tmp_path)


@pytest.mark.parametrize(
    ("change", "how", "says"),
    [
        (lambda t: t.pop("town"), {}, r"validation.*column.*'town'"),
        (lambda t: t.update(town=list(range(OWN))), {}, "column .town.: expected texts, as in training, found numbers"),
        (lambda t: None, {"split": {"folds": 5}}, "no folds where the validation rows are those of a second table"),
        (lambda t: t.update(rent=[None] * OWN), {"steps": [{"step": "drop", "columns": ["rent", "size"]}]}, "all 30 left out"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_said(change: Callable[[Any], object], how: dict[str, Any], says: str) -> None:
    table = houses(OWN, seed=1)
    change(table)
    with pytest.raises(EngineError, match=says):
        data = engine.data.open(houses(ROWS), target="rent", validation=table, **how)
        assert isinstance(data, Dataset)
        _ = data.parts


def test_a_column_that_only_the_first_has_may_be_left_out() -> None:
    table = {**houses(ROWS), "id": list(range(ROWS))}
    data = engine.data.open(table, ["size"], "rent", validation=houses(OWN, seed=1))
    assert isinstance(data, Dataset) and "id" not in data.columns and len(data.parts.validation) == OWN
