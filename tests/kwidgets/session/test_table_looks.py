"""What the page draws of a table: its columns' values, a few rows as texts."""

from __future__ import annotations

import numpy as np

from engine.data import columns_of, profile_of
from kwidgets.session.table_looks import look_of


def test_a_look_has_a_line_for_each_column_and_sixteen_rows_of_them_all() -> None:
    table = {"size": [None, *map(float, range(1, 40))], "town": ["Bonn", "Ulm"] * 20, "rent": [*range(40)]}
    columns = columns_of(table)
    look = look_of(profile_of(columns, "rent"), columns, np.arange(100, 140))
    assert (look["rows"], look["looked_at"], look["settled"], len(look["sample"])) == (40, 40, True, 16)
    assert look["sample"][0] == 100 and look["sample"][-1] == 139
    size, town, rent = look["columns"]
    assert size["values"][0] is None and size["values"][-1] == "39" and (size["low"], size["missing"]) == ("1", 1)
    assert town["most"] == [{"name": "Bonn", "count": 20}, {"name": "Ulm", "count": 20}] and town["low"] is None
    assert rent["tells"] is None and size["tells"] is not None
    assert look["correlations"] == []
    small = columns_of({"a": [1], "b": ["x"]})
    assert len(look_of(profile_of(small), small, np.arange(1))["sample"]) == 1
