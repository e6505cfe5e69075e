"""Large tables: what a few rows say at once, and what all of them say later, without waiting for it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import Places
from kwidgets.refused import Refused
from kwidgets.session.data_sources import DataSources
from kwidgets.session.read_tables import FewRows

rng = np.random.default_rng(0)


@pytest.fixture
def large() -> DataSources:
    """Of which a table with more than a thousand values is a large one."""
    rows = 6000
    frame = pd.DataFrame({"size": rng.normal(size=rows), "town": ["Bonn", "Ulm"] * (rows // 2), "same": np.ones(rows)})
    frame["rent"] = 3 * frame["size"] + rng.normal(size=rows) / 10
    # What a few rows do not show: a value at one row, a third town.
    frame.loc[17, "size"] = np.inf
    frame.loc[18, "town"] = "Kiel"
    few_rows = FewRows(of_values=1000, least=100, most=200)
    sources = DataSources(lambda: {"flats": frame}, few_rows=few_rows)
    sources.validation_share = lambda: 0.1
    return sources


def test_a_large_table_is_described_by_a_few_rows_and_then_by_all(large: DataSources) -> None:
    source = large.source({"kind": "frame", "name": "flats"})
    assert source is not None
    table = large.tables.table(source, 0.1)
    assert table.is_large and table.rows == 6000 and 100 <= len(table.few) <= 200
    first = large.tables.described(source, 0.1)
    assert first["table"] is not None and not first["table"]["whole"] and first["table"]["rows"] == 6000
    assert {one["key"]: one["shape"][0] for one in first["arrays"]} == {
        "x": 5400,
        "y": 5400,
        "x_test": 600,
        "y_test": 600,
    }
    # That a column has one value only is not said by a few rows.
    assert first["table"]["findings"] == []
    facts = large.facts(source, "x")
    assert facts["shape"] == [5400, 4] and not facts["whole"]
    look, news = large.tables.look(source, 0.1)
    assert look["rows"] == 6000 and look["looked_at"] == len(table.few) and not news
    assert table.wait(60)
    look, news = large.tables.look(source, 0.1)
    assert look["settled"] and look["looked_at"] == 6000 and news
    assert not large.tables.look(source, 0.1)[1]
    sizes = next(one for one in look["columns"] if one["name"] == "size")
    assert sizes["infinite"] == 1
    described = large.tables.described(source, 0.1)["table"]
    assert described is not None and described["whole"]
    sentences = " ".join(one["sentence"] for one in described["findings"])
    assert "'same' is 1.0 in each training row" in sentences and "infinite" in sentences


def test_a_mend_of_what_all_rows_say_is_carried_out(large: DataSources) -> None:
    source = large.source({"kind": "frame", "name": "flats"})
    assert source is not None
    large.tables.look(source, 0.1)
    assert large.tables.table(source, 0.1).wait(60)
    findings = large.tables.table(source, 0.1).known().findings
    number = next(i for i, one in enumerate(findings) if one.kind == "infinite values")
    mended = large.tables.mended(source, number, 0.1)
    assert mended["steps"][0]["step"] == "finite"
    large.tables.source(mended)
    table = large.tables.table(mended, 0.1)
    large.tables.look(mended, 0.1)
    assert table.wait(60) and "infinite values" not in [one.kind for one in table.known().findings]


def test_the_arrays_of_a_large_table_are_made_of_all_rows(large: DataSources) -> None:
    chosen = {"kind": "frame", "name": "flats", "target": "rent", "inputs": ["town"], "split": {"test": 0.1}}
    source = large.source(chosen)
    arrays = large.arrays(source, ["x", "y"])
    assert arrays["x"].shape == (5400, 3) and arrays["y"].shape == (5400, 1)
    assert large.small_arrays(source, ["x"]) is None


def test_what_all_rows_spoil_is_said_when_they_have_been_looked_through(large: DataSources) -> None:
    chosen = {"kind": "frame", "name": "flats", "target": "rent", "inputs": ["size"], "steps": []}
    source = large.source(chosen)
    assert source is not None
    large.tables.look(source, 0.1)
    assert large.tables.table(source, 0.1).wait(60)
    described = large.tables.described(source, 0.1)
    assert described["arrays"] == [] and described["table"] is not None
    assert "infinite" in str(described["table"]["trouble"])


def test_a_large_file_is_shown_by_a_few_places_of_it_and_then_as_it_is(tmp_path: Path) -> None:
    rows = 8000
    frame = pd.DataFrame({"size": rng.normal(size=rows).round(6), "code": [str(i % 20) for i in range(rows)]})
    frame["rent"] = 3 * frame["size"]
    # What no place may show: from here on codes are no numbers.
    frame.loc[4321, "code"] = "x9"
    path = tmp_path / "flats.csv"
    frame.to_csv(path, index=False)
    sources = _of_files()
    source = sources.open(str(path))
    assert dict(source)["target"] == "rent"
    table = sources.tables.table(source, 0.1)
    first = sources.tables.described(source, 0.1)["table"]
    assert first is not None and first["about"] and not first["whole"] and abs(first["rows"] - rows) < 200
    look, _ = sources.tables.look(source, 0.1)
    assert look["about"] and look["looked_at"] < 600 and {one["kind"] for one in first["columns"]} == {"number"}
    assert table.wait(60)
    look, news = sources.tables.look(source, 0.1)
    assert news and look["settled"] and not look["about"] and (look["rows"], look["looked_at"]) == (rows, rows)
    described = sources.tables.described(source, 0.1)
    exact = described["table"]
    assert exact is not None and exact["whole"] and not exact["about"] and exact["rows"] == rows
    assert [one["kind"] for one in exact["columns"]] == ["number", "text", "number"]
    assert {one["key"]: one["shape"][0] for one in described["arrays"]} == {
        "x": 7200, "y": 7200, "x_test": 800, "y_test": 800,
    }  # fmt: skip
    assert look["sample"] == [int(row) for row in look["sample"] if 0 <= row < rows]
    assert len(sources.arrays(source, ["x"])["x"]) == 7200


def test_a_broken_line_far_down_in_a_large_file_has_its_mend(tmp_path: Path) -> None:
    lines = [f"{number},{number % 7},{number / 3:.5f}" for number in range(8000)]
    lines[5011] = "1,2"
    path = tmp_path / "flats.csv"
    path.write_text("\n".join(["a,b,c", *lines]))
    sources = _of_files()
    source = sources.open(str(path))
    sources.tables.look(source, 0.1)
    assert sources.tables.table(source, 0.1).wait(60)
    described = sources.tables.described(source, 0.1)["table"]
    assert described is not None and "line 5013" in str(described["trouble"])
    said = [(one["sentence"], one["mend"]) for one in described["findings"]]
    assert said == [(described["trouble"], "Leave out what is broken")]
    mended = sources.source(sources.tables.mended(source, 0, 0.1))
    assert dict(mended or {})["broken"] == "skip"
    with pytest.warns(UserWarning, match="1 lines without 3 values"):
        assert len(sources.arrays(mended, ["x", "x_test"])["x"]) == 7199


def test_a_small_file_with_broken_lines_is_opened_without_them_where_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "flats.csv"
    path.write_text("a,b\n1,2\n3\n5,6\n7,8\n")
    sources = DataSources()
    with pytest.raises(Refused, match="line 3") as caught:
        sources.open(str(path))
    assert caught.value.message()["mend"] == "Leave out what is broken"
    source = sources.open(str(path), without_broken=True)
    assert "1 lines without 2 values" in sources.tables.table(dict(source), 0.0).read.said[0]
    assert len(sources.arrays(source, ["x"])["x"]) == 3


def _of_files() -> DataSources:
    few_rows = FewRows(of_values=1000, least=100, most=400, places=Places(small=1000, first=4000, least=500))
    sources = DataSources(few_rows=few_rows)
    sources.validation_share = lambda: 0.1
    return sources
