"""Tables as sources of a builder: arrays by roles and steps, for any share of validation rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kwidgets.refused import Refused
from kwidgets.session.data_sources import DataSources
from kwidgets.session.tables import Tables
from tests.engine.data.tables import houses, write_csv


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(write_csv(tmp_path / "houses.csv", {"id": list(range(150)), **houses(150)}))


def test_a_csv_is_opened_with_its_last_column_as_the_target(path: str) -> None:
    sources = DataSources()
    source = sources.open(path)
    assert (source["kind"], source["name"]) == ("table", path) and dict(source)["target"] == "rent"
    offered = next(one for one in sources.offered() if one["kind"] == "table")
    assert {one["key"]: one["shape"] for one in offered["arrays"]} == {
        "x": [135, 11], "y": [135, 1], "x_test": [15, 11], "y_test": [15, 1],
    }  # fmt: skip
    table = offered["table"]
    assert table is not None and table["trouble"] is None
    assert [(one["name"], one["kind"], one["missing"]) for one in table["columns"]][1] == ("size", "number", 7)
    assert table["steps"][0]["text"] == "seen in parts"
    assert [(one["sentence"].partition(":")[0], one["mend"]) for one in table["findings"]] == [
        ("Column 'id' counts the rows", "Leave it out")
    ]
    arrays = sources.arrays(source, ["x", "y"])
    assert arrays["x"].shape == (135, 11) and np.isfinite(arrays["x"]).all()


def test_the_rows_for_validation_are_the_last_ones_and_nothing_is_learned_from_them(path: str) -> None:
    tables = Tables()
    source = tables.source(path)
    data = tables.dataset(source, 0.2)
    arrays = tables.arrays(source, 0.2)
    assert data.validation is not None
    kept = int(len(arrays["x"]) * 0.8)
    np.testing.assert_array_equal(arrays["x"][:kept], data.x)
    np.testing.assert_array_equal(arrays["y"][kept:], data.validation.y)


def test_a_mend_gives_the_source_with_it(path: str) -> None:
    tables = Tables()
    source = tables.source(path)
    mended = tables.mended(source, 0, 0.1)
    assert mended["inputs"] == ["size", "town", "seen", "balcony"] and {**source, **mended} == mended
    tables.source(mended)
    table = tables.described(source, 0.1)["table"]
    assert table is not None and table["findings"] == []
    with pytest.raises(Refused, match="no longer said"):
        tables.mended(source, 0, 0.1)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda t, p: t.source(p + ".gone"), "cannot be read"),
        (lambda t, p: t.source({"kind": "table", "name": p, "target": "rant"}), "found 'rant'. Did you mean 'rent'"),
        (lambda t, p: t.source({"kind": "table", "name": p, "target": "rent", "steps": [{"step": "x"}]}), "found 'x'"),
        (
            lambda t, p: t.arrays(t.source({"kind": "table", "name": p, "target": "town", "steps": []}), 0.1),
            "Add the step fill",
        ),
    ],
)
def test_what_is_no_table_is_refused_in_words(path: str, make: Callable[[Tables, str], object], says: str) -> None:
    with pytest.raises(Refused, match=says):
        make(Tables(), path)


def test_a_table_of_one_column_has_no_target(tmp_path: Path) -> None:
    tables = Tables()
    source = tables.source(str(write_csv(tmp_path / "one.csv", {"size": [1.0, 2.0, 3.0]})))
    assert source["target"] is None
    assert [one["key"] for one in tables.described(source, 0.0)["arrays"]] == ["x"]
