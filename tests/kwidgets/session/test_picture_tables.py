"""A table beside a folder of pictures: it names the files, and says what is learned of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import ReadRows
from engine.experiment import prepare
from kwidgets import Builder
from kwidgets.refused import Refused
from kwidgets.session.data_sources import DataSources
from tests.engine.data.pictures import make_folder
from tests.kwidgets.wire import Wire


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_folder(tmp_path / "faces", each=20)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))
    age = np.arange(len(files), dtype=float)
    pd.DataFrame({"file": files, "town": ["Bonn", "Ulm"] * 20, "age": age}).to_csv(tmp_path / "people.csv", index=False)
    return folder


def test_the_page_takes_it_and_another_of_its_columns_as_the_target(folder: Path) -> None:
    layers = [
        {"class_name": "Flatten", "config": {"batch_input_shape": [None, 12, 12, 3], "name": "flat"}},
        {"class_name": "Dense", "config": {"units": 1, "name": "age"}},
    ]
    training = {"epochs": 1, "loss": "mean_squared_error"}
    b = Builder({"class_name": "Sequential", "config": layers, "training": training}, keep=False)
    wire = Wire(b.view)
    wire.say("open_data", path=str(folder))
    table = next(one["table"] for one in b.document.data()["sources"] if one["kind"] == "pictures")
    assert table["target"] == "class" and table["targets"] == []
    wire.say("set_picture_table", path=str(folder.parent / "people.csv"))
    source = b.document.draft.data["source"]
    assert (source["table"], source["inputs"], source["target"]) == ("people.csv", ["file"], "age")
    table = next(one["table"] for one in b.document.data()["sources"] if one["kind"] == "pictures")
    assert table["targets"] == ["town", "age"] and table["target"] == "age" and table["trouble"] is None
    assert b.document.data()["problems"] == []
    b.start()
    assert b.session.wait(120) and b.session.state == "finished", b.session.error
    wire.say("set_target", column="town")
    source = b.document.draft.data["source"]
    assert source["target"] == "town" and source["table"] == "people.csv"
    b.close()


def test_what_names_no_pictures_is_refused_and_changes_nothing(folder: Path) -> None:
    sources = DataSources()
    source = sources.open(str(folder))
    parent = folder.parent
    pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}).to_csv(parent / "other.csv", index=False)
    pd.DataFrame({"file": ["disc/00.png", "disc/01.png"]}).to_csv(parent / "alone.csv", index=False)
    wrong = {
        "": "Give the path of a table",
        str(parent / "none.csv"): "There is no file",
        str(parent / "other.csv"): "No column of .* names pictures",
        str(parent / "alone.csv"): "has no column besides 'file'",
        str(folder / "disc" / "00.png"): "cannot be read",
    }
    for path, sentence in wrong.items():
        with pytest.raises(Refused, match=sentence):
            sources.pictures.with_table(source, path)
    assert sources.source(str(folder)) == source


def test_a_training_reads_pictures_from_their_folder_and_not_all_of_them_first(folder: Path) -> None:
    sources = DataSources()
    arrays = sources.arrays(sources.open(str(folder)), ["x", "y"])
    layers = [
        {"class_name": "Flatten", "config": {"batch_input_shape": [None, 12, 12, 3], "name": "flat"}},
        {"class_name": "Dense", "config": {"units": 2, "activation": "softmax", "name": "kind"}},
    ]
    experiment = {
        "class_name": "Sequential",
        "config": layers,
        "data": {"inputs": {"flat_input": "x"}, "targets": {"kind": "y"}},
        "training": {"loss": "sparse_categorical_crossentropy"},
    }
    assert all(isinstance(array, ReadRows) for array in prepare(experiment, arrays).x.values())
