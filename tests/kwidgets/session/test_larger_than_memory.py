"""What does not fit into the memory on the Data page: shown by some rows, trained on in blocks, and said."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from engine.__main__ import main
from engine.data import Places, ReadRows
from kwidgets import Builder
from kwidgets.refused import Refused
from kwidgets.session.data_sources import DataSources
from kwidgets.session.read_tables import FewRows

ROWS = 40_000
rng = np.random.default_rng(0)
FRAME = pd.DataFrame({"size": rng.normal(size=ROWS), "town": ["Bonn", "Ulm"] * (ROWS // 2), "same": np.ones(ROWS)})
FRAME["rent"] = 3 * FRAME["size"] + rng.normal(size=ROWS) / 10
PLACES = Places(small=1000, least=2000, first=2**14)


def sources(room: int = 100_000) -> DataSources:
    """Of which a file with more bytes than the room does not fit into the memory."""
    made = DataSources(few_rows=FewRows(of_values=1000, least=100, most=400, places=PLACES), room=lambda: room)
    made.validation_share = lambda: 0.1
    return made


@pytest.fixture(params=["a.csv", "a.parquet"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    path = tmp_path / request.param
    if path.suffix == ".csv":
        FRAME.to_csv(path, index=False)
    else:
        FRAME.to_parquet(path, row_group_size=3000)
    return str(path)


def test_a_table_is_shown_by_some_rows_and_trained_on_in_blocks(path: str) -> None:
    there = sources()
    source = there.open(path)
    assert dict(source)["in_memory"] is False and dict(source)["target"] == "rent"
    first = there.tables.described(source, 0.1)["table"]
    assert first is not None and first["in_blocks"] and not first["whole"]
    table = there.tables.table(source, 0.1)
    there.tables.look(source, 0.1)
    assert table.wait(60)
    look, news = there.tables.look(source, 0.1)
    assert news and look["settled"] and look["rows"] == ROWS and not look["about"] and look["looked_at"] < 1000
    known = there.tables.described(source, 0.1)
    assert known["table"] is not None and known["table"]["whole"] and known["table"]["rows"] == ROWS
    assert {one["key"]: one["shape"][0] for one in known["arrays"]} == {
        "x": 36000,
        "y": 36000,
        "x_test": 4000,
        "y_test": 4000,
    }
    # Found in the rows that its steps are fitted on, not only in those that are shown.
    assert any("'same' is 1.0" in one["sentence"] for one in known["table"]["findings"])
    offered = {one["kind"] for one in known["table"]["offers"]}
    assert "scale" in offered and not offered & {"drop", "unique", "leave_out", "balance", "windows"}
    fields = {field["name"]: field for field in known["table"]["split"]}
    assert set(fields) == {"test", "by", "seed"} and fields["by"]["control"]["options"] == ["chance", "order"]
    arrays = there.arrays(source, ["x", "y", "x_test"])
    assert all(isinstance(array, ReadRows) for array in arrays.values()) and arrays["x"].shape[0] == 36000
    assert there.validates(source) == 3600
    facts = there.facts(source, "x")
    assert facts["shape"][0] == 36000 and not facts["whole"]


def test_what_needs_all_rows_at_once_is_refused_and_a_mend_keeps_it_in_blocks(path: str) -> None:
    there = sources()
    source = dict(there.open(path))
    with pytest.raises(Refused, match="by='chance' or by='order'"):
        there.source({**source, "split": {"by": "group", "column": "town"}})
    with pytest.raises(Refused, match="keep all rows"):
        there.source({**source, "steps": [{"step": "unique", "columns": ["town"]}]})
    # Nothing was applied by half.
    assert there.source(path) == source
    there.tables.look(source, 0.1)
    assert there.tables.table(source, 0.1).wait(60)
    findings = there.tables.table(source, 0.1).known().findings
    number = next(i for i, one in enumerate(findings) if one.kind == "constant column")
    mended = there.tables.mended(source, number, 0.1)
    assert mended["in_memory"] is False and "same" not in mended["inputs"]
    assert there.source(mended) == mended


def test_a_builder_trains_on_it_and_the_command_line_repeats_the_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    FRAME.drop(columns=["same", "town"]).to_parquet("flats.parquet", row_group_size=3000)
    model = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 1], "name": "rent"}}
    b = Builder({"class_name": "Sequential", "config": [model]}, keep=False)
    b.document.do({"do": "set_training", "epochs": 2, "seed": 5, "validation_split": 0.1, "loss": "mean_squared_error"})
    b.set_data(source={"kind": "table", "name": "flats.parquet", "in_memory": False})  # type: ignore[dict-item]
    assert b.document.data()["problems"] == []
    b.start()
    assert b.session.wait(120)
    assert b.session.state == "finished", b.session.error
    history = b.history.history
    assert history["val_loss"][-1] < history["val_loss"][0]
    Path("e.yaml").write_text(b.to_yaml())
    assert main(["train", "e.yaml", "--out", "out", "--quiet"]) in (0, None)
    assert json.loads(Path("out/history.json").read_text())["history"] == {k: list(v) for k, v in history.items()}
    with pytest.raises(Refused, match="larger than the memory"):
        b.results.rows  # noqa: B018 - asking is what is refused
    b.close()


@pytest.mark.parametrize("name", ["a.h5", "a.npz"])
def test_arrays_of_a_file_are_shown_by_a_few_places_and_trained_on_in_blocks(tmp_path: Path, name: str) -> None:
    x, y = rng.normal(size=(5000, 30)).astype("float32"), np.arange(5000) % 3
    path = str(tmp_path / name)
    if name == "a.h5":
        with h5py.File(path, "w") as file:
            file["x_train"], file["y_train"] = x, y
    else:
        np.savez(path, x_train=x, y_train=y)
    there = DataSources(most_read=1000, room=lambda: 1000)
    source = there.open(path)
    facts = there.facts(source, "x_train")
    assert facts["in_blocks"] and not facts["whole"] and facts["shape"] == [5000, 30] and len(facts["samples"]) == 16
    assert facts["minimum"] is not None and facts["minimum"] < -2
    labels = there.facts(source, "y_train")
    assert labels["classes"] is not None and len(labels["classes"]) == 3 and labels["rows"] == facts["rows"]
    arrays = there.arrays(source, ["x_train", "y_train"])
    assert all(isinstance(array, ReadRows) for array in arrays.values())
    np.testing.assert_array_equal(np.asarray(arrays["x_train"]), x)


def test_a_compressed_file_that_cannot_be_read_from_the_middle_says_so(tmp_path: Path) -> None:
    path = str(tmp_path / "c.npz")
    np.savez_compressed(path, x=rng.normal(size=(5000, 30)))
    there = DataSources(most_read=1000, room=lambda: 1000)
    source = there.open(path)
    assert there.facts(source, "x")["minimum"] is None
    with pytest.raises(Refused, match="without compression"):
        there.arrays(source, ["x"])
