"""A cross-validation: each fold trained by itself with the numbers of a training of that fold alone, and the mean of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kwidgets import Builder
from kwidgets.refused import Refused
from tests.engine.data.pictures import make_folder
from tests.engine.data.tables import houses, write_csv

LONG = 120


@pytest.fixture
def builder(tmp_path: Path) -> Callable[..., Builder]:
    made: list[Builder] = []

    def opened(split: dict[str, Any], epochs: int = 2) -> Builder:
        path = str(
            write_csv(tmp_path / "houses.csv", {name: houses(120)[name] for name in ("size", "balcony", "rent")})
        )
        layer = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 2], "name": "rent"}}
        b = Builder({"class_name": "Sequential", "config": [layer]}, keep=False)
        made.append(b)
        b.document.do({"do": "set_training", "epochs": epochs, "seed": 5, "loss": "mean_squared_error"})
        steps = [{"step": "fill", "columns": ["size"]}, {"step": "scale", "columns": ["size", "rent"]}]
        source = {"kind": "table", "name": path, "target": "rent", "steps": steps, "split": split}
        b.set_data(source=source)
        assert b.document.data()["problems"] == []
        return b

    yield opened  # type: ignore[misc]
    for b in made:
        b.close()


def test_all_folds_are_trained_and_stand_together(builder: Callable[..., Builder]) -> None:
    b = builder({"folds": 3, "fold": 1, "seed": 0, "test": 0.1})
    before = b.to_yaml()
    b.train_folds()
    assert b.session.wait(LONG)
    folds = b.session.status()["folds"]
    assert folds is not None and folds["of"] == 3 and folds["now"] is None
    assert [one["fold"] for one in folds["results"]] == [0, 1, 2]
    assert all(one["state"] == "finished" and one["epochs"] == 2 for one in folds["results"])
    values = [one["values"]["val_loss"] for one in folds["results"]]
    assert folds["mean"]["val_loss"] == pytest.approx(np.mean(values))
    assert folds["spread"]["val_loss"] == pytest.approx(np.std(values, ddof=1))
    assert len(b.session.runs()) == 3 and b.to_yaml() == before
    # The fold that the document has chosen comes to the same by itself.
    b.start("again")
    assert b.session.wait(LONG)
    assert b.history.history["val_loss"][-1] == pytest.approx(values[1])
    assert b.session.status()["folds"] is None


def test_stop_ends_the_series(builder: Callable[..., Builder]) -> None:
    b = builder({"folds": 4, "fold": 0}, epochs=1_000_000)
    b.train_folds()
    with pytest.raises(Refused):
        b.train_folds()
    b.session.stop()
    assert b.session.wait(LONG)
    folds = b.session.status()["folds"]
    assert folds is not None and folds["now"] is None
    assert [one["state"] for one in folds["results"]] == ["stopped"] and folds["mean"] == {}


def test_rows_that_are_in_no_folds_are_refused(builder: Callable[..., Builder]) -> None:
    b = builder({"test": 0.1})
    with pytest.raises(Refused, match="not divided into folds"):
        b.train_folds()


def test_pictures_are_trained_by_folds_too(tmp_path: Path) -> None:
    folder = str(make_folder(tmp_path / "pictures"))
    layers = [
        {"class_name": "Flatten", "config": {"batch_input_shape": [None, 8, 8, 3], "name": "flat"}},
        {"class_name": "Dense", "config": {"units": 2, "activation": "softmax", "name": "kind"}},
    ]
    b = Builder({"class_name": "Sequential", "config": layers}, keep=False)
    b.document.do({"do": "set_training", "epochs": 1, "loss": "sparse_categorical_crossentropy"})
    steps = [{"step": "colors", "mode": "rgb"}, {"step": "resize", "size": [8, 8]}, {"step": "pixels"}]
    b.set_data(source={"kind": "pictures", "name": folder, "steps": steps, "split": {"folds": 2}})
    b.train_folds()
    assert b.session.wait(LONG) and b.session.state == "finished", b.session.error
    folds = b.session.status()["folds"]
    assert folds is not None and len(folds["results"]) == 2
    b.close()
