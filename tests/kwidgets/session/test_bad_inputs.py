"""Bad data through the page: one sentence with file and row, nothing half-applied, and what is left out is said."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwidgets import Builder
from kwidgets.session.data_sources import DataSources
from tests.engine.data.pictures import make_folder
from tests.kwidgets.wire import Wire

ROWS = 60
NAMES = ("a", "b", "c", "d", "rent")


class Page:
    """A builder of one dense layer, its page, and the notebook's variables."""

    def __init__(self) -> None:
        layers = [{"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 3], "name": "rent"}}]
        training = {"epochs": 1, "loss": "mean_squared_error", "validation_split": 0.2}
        self.b = Builder({"class_name": "Sequential", "config": layers, "training": training}, keep=False)
        self.variables: dict[str, Any] = {}
        sources: DataSources = self.b._data.sources
        sources._namespace = lambda: self.variables
        self.wire = Wire(self.b.view)

    def refused(self, gesture: str, **message: Any) -> str:
        """The sentence of a gesture that changes nothing."""
        before = self.b.document.version, self.b.document.draft.data
        answer = self.wire.say(gesture, **message)
        assert (self.b.document.version, self.b.document.draft.data) == before
        return answer["refused"]

    def findings(self, name: str) -> list[str]:
        """What is said of a table."""
        tables = {one["name"]: one["table"] for one in self.b.document.data()["sources"]}
        assert tables[name]["trouble"] is None
        return [one["sentence"] for one in tables[name]["findings"]]

    def problems(self) -> list[str]:
        return [one["sentence"] for one in self.b.document.data()["problems"]]


@pytest.fixture
def page():
    made = Page()
    yield made
    made.b.close()


def frame() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(size=(ROWS, 5)), columns=list(NAMES))


def test_duplicate_names_other_letters_other_separators(page: Page, tmp_path: Path) -> None:
    page.variables["flats"] = pd.DataFrame([[1, 2, 3]] * 30, columns=["a", "a", "b"])
    assert "'a' more than once" in page.refused("set_data", source={"kind": "frame", "name": "flats"})
    for name, separator, letters in (("latin", ";", "cp1252"), ("wide", "|", "utf-16"), ("tabs", "\t", "utf-8")):
        path = tmp_path / f"{name}.csv"
        frame().rename(columns={"a": "größe"}).to_csv(path, index=False, sep=separator, encoding=letters)
        assert "refused" not in page.wire.say("open_data", path=str(path))
        columns = next(one["table"] for one in page.b.document.data()["sources"] if one["name"] == str(path))["columns"]
        assert [one["name"] for one in columns] == ["größe", "b", "c", "d", "rent"]


def test_broken_lines_are_named_and_left_out_where_that_is_asked(page: Page, tmp_path: Path) -> None:
    lines = [f"{i},{i % 7},{i % 5}" for i in range(1000)]
    lines[5::100] = ["1,2,3,4"] * 10
    (tmp_path / "broken.csv").write_text("\n".join(["a,b,rent", *lines]))
    path = str(tmp_path / "broken.csv")
    assert "broken.csv, line 7: expected 3 values in a line, found 4: '1,2,3,4'. 10 such" in page.refused(
        "open_data", path=path
    )
    assert "refused" not in page.wire.say("open_data", path=path, mend=True)
    assert any("10 lines without 3 values in a line are left out: 7, 107," in one for one in page.findings(path))


def test_lists_of_unlike_lengths_in_parquet_are_said_to_be_left_out_each_time(page: Page, tmp_path: Path) -> None:
    pairs = [{"a": i % 7, "b": i % 3} for i in range(ROWS)]
    lists = [[1.0] * (i % 3 + 1) for i in range(ROWS)]
    for name in ("one", "two"):
        pq.write_table(pa.table({"s": pairs, "l": lists, "rent": np.arange(ROWS) % 11}), tmp_path / f"{name}.parquet")
        page.wire.say("open_data", path=str(tmp_path / f"{name}.parquet"))
        assert any("column 'l' is left out" in one for one in page.findings(str(tmp_path / f"{name}.parquet")))
        data = page.b._data.sources.tables.dataset(page.b.document.draft.data["source"], 0.2)
        assert list(data.inputs) == ["s.a", "s.b"]


def test_a_column_that_vanishes_between_two_trainings_is_named(page: Page) -> None:
    page.variables["flats"] = frame()
    page.wire.say("set_data", source={"kind": "frame", "name": "flats"})
    page.wire.say("use_column", column="d", used=False)
    assert page.problems() == []
    page.b.start()
    assert page.b.session.wait(120) and page.b.session.state == "finished"
    page.variables["flats"] = frame().drop(columns="b")
    page.wire.say("refresh_data")
    says = (
        "'flats' cannot be read: flats: expected the name of a known column, found 'b'. Known: 'a', 'c', 'd', 'rent'."
    )
    assert page.problems() == [says] and says in page.refused("start")
    del page.variables["flats"]
    page.wire.say("refresh_data")
    assert len(page.problems()) == 1 and "no frame named 'flats'" in page.problems()[0]
    page.variables["flats"] = frame()
    page.wire.say("refresh_data")
    assert page.problems() == []


def test_a_map_of_a_file_that_was_cut_short_is_named(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "m.npy"
    np.save(path, np.ones((ROWS, 3), "float32"))
    page.variables |= {"x": np.load(path, mmap_mode="r"), "y": np.zeros((ROWS, 1), "float32")}
    page.wire.say("set_data", source="notebook", inputs={"rent_input": "x"}, targets={"rent": "y"})
    assert page.problems() == []
    os.truncate(path, 500)
    page.wire.say("refresh_data")
    assert len(page.problems()) == 1 and "m.npy: expected the 848 bytes that were there" in page.problems()[0]
    assert "m.npy" in page.refused("start")


def test_a_broken_picture_and_a_folder_that_changes_are_named(page: Page, tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "faces", each=20)
    (folder / "disc" / "05.png").write_bytes(b"no picture")
    page.wire.say("open_data", path=str(folder))
    assert any("disc/05.png" in one for one in page.findings(str(folder)))
    os.remove(folder / "square" / "07.png")
    page.wire.say("refresh_data")
    data = page.b._data.sources.pictures.dataset(page.b.document.draft.data["source"], 0.2)
    with pytest.raises(
        Exception, match=r"07.png, row 27: expected the picture that was there when the folder was opened"
    ):
        np.asarray(data.part(np.arange(20, 40)).x)
