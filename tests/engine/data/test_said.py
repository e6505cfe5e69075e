"""What is left out is a warning, or a sentence for whoever listens in that thread."""

from __future__ import annotations

import threading

import pytest

from engine.data import columns_of, heard


def test_a_column_that_is_left_out_is_warned_of_or_heard() -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table({"a": [1.0, 2.0], "l": [[1.0], [1.0, 2.0]]})
    with pytest.warns(UserWarning, match="column 'l' is left out"):
        columns_of(table)
    for _ in range(2):
        with heard() as sentences:
            assert list(columns_of(table)) == ["a"]
        assert len(sentences) == 1 and sentences[0].startswith("column 'l' is left out")


def test_what_another_thread_says_is_not_heard() -> None:
    from engine.data.said import tell

    caught: list[Warning | str] = []

    def other() -> None:
        with pytest.warns(UserWarning) as warned:
            tell("elsewhere", stacklevel=1)
        caught.extend(one.message for one in warned)

    with heard() as sentences:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        tell("here", stacklevel=1)
    assert sentences == ["here"] and [str(one) for one in caught] == ["elsewhere"]
