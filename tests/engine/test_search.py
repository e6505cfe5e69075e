"""Points of a search: what differs in an experiment, rows of a cross-validation, one training as plain data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import SettingError, UnknownName
from engine.experiment import run_experiment
from engine.search import changed, folds, grid, train_point

LAYERS = [
    {"class_name": "Dense", "config": {"units": 3, "batch_input_shape": [None, 2], "name": "first"}},
    {"class_name": "Dense", "config": {"units": 1, "name": "last"}},
]
EXPERIMENT = {
    "class_name": "Sequential",
    "config": LAYERS,
    "data": {"inputs": {"first": "x"}, "targets": {"last": "y"}},
    "training": {"epochs": 3, "seed": 1, "validation_split": 0.25},
}
ARRAYS = {"x": np.random.default_rng(1).normal(size=(40, 2)), "y": np.ones((40, 1))}


def test_a_grid_has_every_combination() -> None:
    assert grid(a=[1, 2], b=["x", "y"]) == [
        {"a": 1, "b": "x"}, {"a": 1, "b": "y"}, {"a": 2, "b": "x"}, {"a": 2, "b": "y"}
    ]  # fmt: skip


def test_settings_of_training_optimizer_and_layers_change_and_the_experiment_stays() -> None:
    new = changed(EXPERIMENT, {"epochs": 7, "learning_rate": 0.5, "first.units": 9})
    assert new["training"]["epochs"] == 7
    assert new["training"]["optimizer"] == {"class_name": "Adam", "config": {"learning_rate": 0.5}}
    assert new["config"][0]["config"]["units"] == 9
    assert EXPERIMENT["training"] == {"epochs": 3, "seed": 1, "validation_split": 0.25}
    assert LAYERS[0]["config"]["units"] == 3  # type: ignore[index]


def test_an_unknown_layer_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'first'"):
        changed(EXPERIMENT, {"frist.units": 9})


@pytest.mark.parametrize(("rows", "count"), [(10, 2), (11, 3), (5, 5)])
def test_each_row_is_measured_once_and_never_trained_on_then(rows: int, count: int) -> None:
    parts = folds(rows, count)
    assert sorted(np.concatenate([measured for _, measured in parts])) == list(range(rows))
    assert all(not set(trained) & set(measured) for trained, measured in parts)
    assert all(len(trained) + len(measured) == rows for trained, measured in parts)


def test_more_parts_than_rows_are_refused() -> None:
    with pytest.raises(SettingError, match="expected 2 to 3 parts of 3 rows, found 4"):
        folds(3, 4)


def test_a_point_comes_to_what_the_experiment_comes_to(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", **ARRAYS)
    expected = run_experiment(EXPERIMENT, ARRAYS)
    for data in (ARRAYS, str(tmp_path / "data.npz")):
        outcome = train_point(EXPERIMENT, data)
        ends = [fields["logs"]["val_loss"] for kind, fields in outcome["events"] if kind == "EpochEnd"]
        assert ends == expected.history["val_loss"]
        for one, other in zip(outcome["weights"], expected.model.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


def test_rows_of_a_fold_are_measured() -> None:
    trained, measured = folds(40, 4)[0]
    outcome = train_point(EXPERIMENT, ARRAYS, (trained, measured))
    begins = next(fields for kind, fields in outcome["events"] if kind == "TrainBegin")
    assert begins["samples"] == 30 and begins["validates"]


def test_a_file_stops_it(tmp_path: Path) -> None:
    (tmp_path / "stop").touch()
    outcome = train_point(EXPERIMENT, ARRAYS, None, str(tmp_path / "stop"))
    assert outcome["events"][-1] == ("TrainEnd", {"reason": "stopped"})
