"""An experiment that names its table trains the same without a notebook, and refuses what is not there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine
from engine.__main__ import main
from engine.data import Preparation, source_of
from engine.data.in_experiments import table_of
from engine.errors import EngineError
from engine.experiment import run_experiment, write_experiment

from .tables import houses, write_csv


def experiment(folder: Path) -> dict[str, Any]:
    path = write_csv(folder / "houses.csv", houses(80))
    data = engine.data.open(path, target="rent", split={"validation": 0.2, "seed": 3})
    layers = [
        {"class_name": "Dense", "config": {"name": "d", "units": 4, "batch_input_shape": [None, *data.input_shape]}},
        {"class_name": "Dense", "config": {"name": "out", "units": 1}},
    ]
    chosen = {"source": source_of(data, "houses.csv"), "inputs": {"d_input": "x"}, "targets": {"out": "y"}}
    return {"class_name": "Sequential", "config": layers, "data": chosen, "training": {"epochs": 2, "seed": 1}}


def test_the_command_line_gives_the_numbers_of_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = experiment(tmp_path)
    (tmp_path / "e.yaml").write_text(write_experiment(made), "utf-8")
    assert main(["train", str(tmp_path / "e.yaml"), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert "preparation.json" in capsys.readouterr().out
    written = json.loads((tmp_path / "out" / "history.json").read_text())["history"]
    table = table_of(made, tmp_path)
    assert table is not None and table.validation is not None
    history = run_experiment(made, table.train, held_out=table.validation)
    assert written == {name: list(map(float, column)) for name, column in history.history.items()}
    assert set(written) == {"loss", "val_loss"}
    # What a server needs besides the weights.
    kept = Preparation.from_config(json.loads((tmp_path / "out" / "preparation.json").read_text()))
    np.testing.assert_array_equal(
        kept.rows(table.dataset.sample(4)), table.dataset.preparation.rows(table.dataset.sample(4))
    )


def test_the_table_may_lie_elsewhere_if_the_user_says_so(tmp_path: Path) -> None:
    made = experiment(tmp_path)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "e.yaml").write_text(write_experiment(made), "utf-8")
    out = ["--out", str(tmp_path / "out"), "--quiet"]
    assert main(["train", str(tmp_path / "text" / "e.yaml"), *out]) == 2
    assert main(["train", str(tmp_path / "text" / "e.yaml"), "--data", str(tmp_path / "houses.csv"), *out]) == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"file": "../houses.csv"},
            r"data, source, file: expected a file in .*found '../houses.csv'. Give its path with --data",
        ),
        ({"file": "/etc/passwd"}, r"expected a file in"),
        ({"file": None}, r"the path of the table, found None"),
        ({"colour": "red"}, r"data, source: expected the name of a known key, found 'colour'"),
        ({"target": 3}, r"data, source, target: expected the name of a column, found 3"),
        ({"steps": "scale"}, r"data, source, steps: expected a list of steps, found 'scale'"),
        ({"steps": [3]}, r"a table for each step, found 3"),
        ({"split": []}, r"data, source, split: expected a table of settings"),
        ({"inputs": ["sise"]}, r"found 'sise'. Did you mean 'size'"),
    ],
)
def test_a_wrong_source_is_refused_in_words(tmp_path: Path, change: dict[str, object], says: str) -> None:
    made = experiment(tmp_path)
    made["data"]["source"].update(change)
    with pytest.raises(EngineError, match=says):
        table_of(made, tmp_path)


def test_without_a_table_the_arrays_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = experiment(tmp_path)
    del made["data"]["source"]
    (tmp_path / "e.yaml").write_text(write_experiment(made), "utf-8")
    assert main(["train", str(tmp_path / "e.yaml")]) == 2
    assert "--data: expected a file of arrays, as the experiment names no table" in capsys.readouterr().err
