"""A second file, folder or frame on the Data page: its rows measure, whatever is looked at first, and what is wrong is refused."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from engine.__main__ import main
from engine.data import Places
from kwidgets import Builder
from kwidgets.refused import Refused
from kwidgets.session.data_sources import DataSources
from kwidgets.session.read_tables import FewRows
from tests.engine.data.pictures import make_folder
from tests.engine.data.tables import houses, write_csv
from tests.engine.data.test_file_contents import make
from tests.kwidgets.wire import Wire

ROWS, OWN = 150, 40
PLACES = Places(small=1000, least=2000, first=2**14)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    first = write_csv(tmp_path / "flats.csv", houses(ROWS))
    return str(first), str(write_csv(tmp_path / "later.csv", houses(OWN, seed=1), ";"))


def _builder(inputs: int) -> Builder:
    layers = [{"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, inputs], "name": "rent"}}]
    training = {"epochs": 2, "loss": "mean_squared_error", "seed": 1, "validation_split": 0.2}
    return Builder({"class_name": "Sequential", "config": layers, "training": training}, keep=False)


def test_its_rows_measure_and_the_text_trains_alike(files: tuple[str, str], tmp_path: Path) -> None:
    b = _builder(10)
    wire = Wire(b.view)
    wire.say("open_data", path=files[0])
    wire.say("set_data", inputs={"rent_input": "x"}, targets={"rent": "y"})
    table = next(one["table"] for one in b.document.data()["sources"] if one["kind"] == "table")
    assert b.document.data()["second"] is None and {"folds", "fold"} <= {field["name"] for field in table["split"]}
    version = b.document.version
    refused = wire.say("set_validation_source", name=str(tmp_path / "none.csv"))
    assert "none.csv" in refused["refused"] and b.document.version == version
    wire.say("set_validation_source", name=files[1])
    source = b.document.draft.data["source"]
    assert source["validation"] == files[1]
    table = next(one["table"] for one in b.document.data()["sources"] if one["kind"] == "table")
    assert b.document.data()["second"] == files[1] and table["rows"] == ROWS + OWN and table["trouble"] is None
    assert not {"folds", "fold"} & {field["name"] for field in table["split"]}
    assert wire.say("split")["validates"] == OWN
    b.start()
    assert b.session.wait(120) and b.session.state == "finished", b.session.error
    page = b.history.history
    # As the file of the text does, beside the same tables.
    data = {**b.document.draft.data, "source": {**source, "name": "flats.csv", "validation": "later.csv"}}
    text = {**json.loads(b.to_json()), "data": data}
    (tmp_path / "e.json").write_text(json.dumps(text), "utf-8")
    assert main(["train", str(tmp_path / "e.json"), "--keep", str(tmp_path / "out"), "--quiet"]) == 0
    kept = json.loads((tmp_path / "out" / "history.json").read_text())["history"]
    assert kept["val_loss"] == pytest.approx(page["val_loss"])
    assert f'validation="{files[1]}"' in b.to_python()
    wire.say("set_validation_source", name=None)
    assert "validation" not in b.document.draft.data["source"] and wire.say("split")["validates"] != OWN
    assert b.document.undo()["label"] == "validation by a share of the rows"
    assert b.document.draft.data["source"]["validation"] == files[1]
    b.close()


def test_of_a_large_table_it_is_known_by_a_few_rows_and_then_by_all(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name, rows in (("a", 30_000), ("b", 12_000)):
        frame = pd.DataFrame({"size": rng.normal(size=rows), "town": ["Bonn", "Ulm"] * (rows // 2)})
        frame.assign(rent=3 * frame["size"]).to_csv(tmp_path / f"{name}.csv", index=False)
    there = DataSources(few_rows=FewRows(of_values=1000, least=100, most=400, places=PLACES), room=lambda: 10**9)
    there.validation_share = lambda: 0.1
    source = dict(there.open(str(tmp_path / "a.csv")))
    source = dict(there.source({**source, "validation": str(tmp_path / "b.csv")}))
    first = there.tables.described(source, 0.1)["table"]
    assert first is not None and not first["whole"] and 25_000 < first["rows"] < 60_000
    there.tables.look(source, 0.1)
    table = there.tables.table(source, 0.1)
    assert table.wait(60)
    look, _ = there.tables.look(source, 0.1)
    assert look["rows"] == 42_000 and there.validates(source) == 12_000
    assert there.arrays(source, ["x"])["x"].shape[0] == 27_000 + 12_000
    small = DataSources(few_rows=FewRows(of_values=1000, least=100, most=400, places=PLACES), room=lambda: 100_000)
    blocks = dict(small.open(str(tmp_path / "a.csv")))
    blocks = dict(small.source({**blocks, "validation": str(tmp_path / "b.csv")}))
    assert small.tables.table(blocks, 0.1).in_blocks and small.validates(blocks) == 12_000
    assert abs(small.arrays(blocks, ["x"])["x"].shape[0] - 39_000) < 3


def test_another_frame_of_the_notebook_is_read_again_when_a_cell_changes_it() -> None:
    variables: dict[str, object] = {"df": pd.DataFrame(houses(ROWS)), "df_val": pd.DataFrame(houses(OWN, seed=1))}
    there = DataSources(lambda: variables)
    source = dict(there.source({"kind": "frame", "name": "df"}))
    source = dict(there.source({**source, "validation": "df_val"}))
    before = there.arrays(source, ["x"])["x"]
    assert there.validates(source) == OWN
    frame = variables["df_val"]
    assert isinstance(frame, pd.DataFrame)
    frame.loc[20, "size"] = 20_000.0
    there.tables.recheck(source)
    after = there.arrays(source, ["x"])["x"]
    assert np.array_equal(before[:-OWN], after[:-OWN]) and not np.array_equal(before[-OWN:], after[-OWN:])
    variables["df_val"] = pd.DataFrame(houses(OWN + 5, seed=1))
    assert there.validates(source) == OWN + 5


@pytest.mark.parametrize("kind", ["pictures", "texts"])
def test_a_second_folder(tmp_path: Path, kind: str) -> None:
    for name, each in (("train", 20), ("later", 4)):
        make_folder(tmp_path / name, each) if kind == "pictures" else make(kind, tmp_path / name, each)
    there = DataSources()
    there.validation_share = lambda: 0.25
    source = dict(there.open(str(tmp_path / "train")))
    assert there.validates(source) == 10
    source = dict(there.source({**source, "validation": str(tmp_path / "later")}))
    assert there.validates(source) == 8 and there.arrays(source, ["x"])["x"].shape[0] == 48
    offered = next(one["table"] for one in there.offered() if one["kind"] == source["kind"])
    assert offered is not None and offered["trouble"] is None and offered["rows"] == 48
    assert not {"folds", "fold"} & {field["name"] for field in offered["split"]}


def test_what_does_not_go_together_is_refused_and_changes_nothing(files: tuple[str, str], tmp_path: Path) -> None:
    there = DataSources()
    source = dict(there.open(files[0]))
    missing = {name: values for name, values in houses(OWN).items() if name != "town"}
    wrong = {
        str(write_csv(tmp_path / "missing.csv", missing)): "missing.csv.*column.*'town'",
        str(write_csv(tmp_path / "other.csv", {**houses(OWN), "size": ["x"] * OWN})): "other.csv, column 'size': expected numbers",
        str(tmp_path / "none"): "none",
    }  # fmt: skip
    for path, says in wrong.items():
        with pytest.raises(Refused, match=says):
            there.source({**source, "validation": path})
        assert there.source({"kind": "table", "name": files[0]}) == source and there.validates(source) == 0
    with pytest.raises(Refused, match="no folds where the validation rows"):
        there.source({**source, "split": {"folds": 5}, "validation": files[1]})


def test_a_folder_of_texts_that_is_larger_than_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make("texts", tmp_path / "texts", 80)
    monkeypatch.setattr("engine.data.folders.free_memory", lambda: 4000)
    there = DataSources()
    there.validation_share = lambda: 0.2
    source = dict(there.open(str(folder)))
    assert source["in_memory"] is False and source["target"] == "class"
    offered = next(one["table"] for one in there.offered() if one["kind"] == "table")
    assert offered is not None and offered["in_blocks"] and offered["trouble"] is None
    assert [step["kind"] for step in offered["steps"]] == ["tokens", "ordinal"]
    arrays = there.arrays(source, ["x", "y"])
    assert arrays["x"].shape == (144, 100) and len(np.asarray(arrays["y"])) == 144


@pytest.mark.parametrize("ending", ["npz", "h5"])
def test_arrays_of_a_second_file_are_measured_in_place_of_those_of_the_same_name(tmp_path: Path, ending: str) -> None:
    rng = np.random.default_rng(0)
    for name, rows in (("a", 60), ("b", 20)):
        x = rng.normal(size=(rows, 10)).astype("float32")
        arrays = {"x": x, "y": x[:, :1]} if name == "a" else {"x": x, "y": x[:, :1], "more": x[:, :3]}
        if ending == "npz":
            np.savez(tmp_path / f"{name}.npz", **arrays)
        else:
            with h5py.File(tmp_path / f"{name}.h5", "w") as file:
                for key, array in arrays.items():
                    file[key] = array
    np.savez(tmp_path / "other.npz", z=np.zeros((5, 2)))
    first, second = str(tmp_path / f"a.{ending}"), str(tmp_path / f"b.{ending}")
    b = _builder(10)
    wire = Wire(b.view)
    wire.say("open_data", path=first)
    before = b.document.draft.data
    refused = wire.say("set_validation_source", name=str(tmp_path / "other.npz"))
    assert "other.npz' has no array of the same form for each that is trained on (x, y)" in refused["refused"]
    assert b.document.draft.data == before and all("/" not in key for key in _keys(b))
    wire.say("set_validation_source", name=second)
    data = b.document.data()
    assert data["second"] == second and data["validation"] == {"x": "validation/x", "y": "validation/y"}
    assert data["inputs"] == {"rent_input": "x"} and "validation/more" in _keys(b) and data["problems"] == []
    assert wire.say("split")["own"] == {"key": "validation/x", "rows": 20}
    assert wire.say("array_facts", key="validation/y")["facts"]["shape"] == [20, 1]
    b.start()
    assert b.session.wait(120) and b.session.state == "finished", b.session.error
    # At the command line, from the text alone.
    text = json.loads(b.to_json())
    text["data"]["source"] |= {"name": f"a.{ending}", "validation": f"b.{ending}"}
    (tmp_path / "e.json").write_text(json.dumps(text), "utf-8")
    assert main(["train", str(tmp_path / "e.json"), "--keep", str(tmp_path / "out"), "--quiet"]) == 0
    kept = json.loads((tmp_path / "out" / "history.json").read_text())["history"]
    assert kept["val_loss"] == pytest.approx(b.history.history["val_loss"])
    if ending == "npz":
        assert "measured = numpy.load(" in b.to_python()
    wire.say("set_validation_source", name=None)
    assert b.document.data()["second"] is None and b.document.data()["validation"] is None
    assert all("/" not in key for key in _keys(b))
    assert b.document.undo()["label"].startswith("validation") and "validation/x" in _keys(b)
    b.close()


def _keys(b: Builder) -> list[str]:
    return [
        one["key"] for source in b.document.data()["sources"] if source["kind"] == "file" for one in source["arrays"]
    ]
