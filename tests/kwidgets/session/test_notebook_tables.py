"""Tables among the notebook's variables: told by their library, data sets of other libraries read as tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.datasets import load_diabetes, load_iris

from kwidgets.refused import Refused
from kwidgets.session.data_sources import DataSources
from kwidgets.session.notebook_tables import is_frame, is_set


class _HuggingFace:
    """As `datasets.Dataset` shows itself."""

    def __init__(self, **columns: list[Any]) -> None:
        self._columns = columns
        self.column_names, self.features = list(columns), dict.fromkeys(columns)

    def __getitem__(self, name: str) -> list[Any]:
        return self._columns[name]


_HuggingFace.__name__, _HuggingFace.__module__ = "Dataset", "datasets.arrow_dataset"


def test_a_table_is_told_by_its_library_and_not_by_its_look() -> None:
    class DataFrame:
        shape = (1, 1)

    assert is_frame(pd.DataFrame()) and is_frame(pa.table({"a": [1]})) and not is_frame(DataFrame())
    assert is_set(load_iris()) and is_set(_HuggingFace(a=[1])) and not is_set({"data": 1}) and not is_set(DataFrame())


@pytest.mark.parametrize("as_frame", [False, True])
def test_what_scikit_learn_loads_is_a_table_and_read_again_when_a_cell_changes_it(as_frame: bool) -> None:
    variables: dict[str, Any] = {"diabetes": load_diabetes(as_frame=as_frame)}
    sources = DataSources(lambda: variables)
    assert [one["name"] for one in sources.offered() if one["kind"] == "frame"] == ["diabetes"]
    source = sources.source({"kind": "frame", "name": "diabetes"})
    assert source is not None and dict(source)["target"] == "target"
    before = sources.arrays(source, ["x", "y"])
    assert before["x"].shape == (397, 10) and before["y"].shape == (397, 1)
    data = variables["diabetes"]["data"]
    if as_frame:
        data["age"] = np.arange(442.0)
    else:
        data[:, 0] = np.arange(442.0)
    assert not np.array_equal(before["x"], sources.arrays(source, ["x"])["x"])


def test_a_set_of_hugging_face_is_a_table() -> None:
    rows = _HuggingFace(
        size=[float(i) for i in range(40)], town=["Bonn", "Ulm"] * 20, rent=[3.0 * i for i in range(40)]
    )
    sources = DataSources(lambda: {"rows": rows, "none": _HuggingFace(a=[])})
    source = sources.source({"kind": "frame", "name": "rows"})
    assert source is not None and sources.arrays(source, ["x"])["x"].shape == (40, 3)
    with pytest.raises(Refused, match="has no rows"):
        sources.source({"kind": "frame", "name": "none"})
