"""What a frame holds, as one number: another one for any other value, the same for the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from engine.data import content_mark

TABLE: dict[str, list[Any]] = {
    "size": [1.5, None, 3.0],
    "rooms": [1, 2, 3],
    "town": ["Bonn", "Ulm", None],
    "seen": [datetime.datetime(2020, 1, day) for day in (1, 2, 3)],
    "sold": [True, False, True],
}
OTHERS: list[tuple[str, int, Any]] = [
    ("size", 2, 3.0000001),
    ("size", 1, 0.0),
    ("rooms", 0, 2),
    ("town", 1, "Ulm "),
    ("town", 2, ""),
    ("seen", 0, datetime.datetime(2020, 1, 1, 0, 0, 1)),
    ("sold", 1, True),
]


@pytest.mark.parametrize("make", [pd.DataFrame, pa.table])
@pytest.mark.parametrize(("name", "row", "value"), OTHERS)
def test_one_other_value_is_another_mark(make: Callable[[Any], object], name: str, row: int, value: object) -> None:
    changed = {**TABLE, name: [value if place == row else one for place, one in enumerate(TABLE[name])]}
    assert content_mark(make(TABLE)) == content_mark(make(TABLE)) != content_mark(make(changed))


def test_names_and_their_order_count_and_how_a_frame_lies_in_memory_does_not() -> None:
    frame = pd.DataFrame(np.arange(12.0).reshape(3, 4), columns=list("abcd"))
    assert (
        content_mark(frame) == content_mark(frame.copy()) == content_mark(pd.DataFrame({n: frame[n] for n in "abcd"}))
    )
    assert len({content_mark(frame[list(order)]) for order in ("abcd", "bacd", "abc")}) == 3
    assert content_mark(frame.rename(columns={"a": "e"})) != content_mark(frame)
    assert content_mark(frame.iloc[::-1]) != content_mark(frame)
