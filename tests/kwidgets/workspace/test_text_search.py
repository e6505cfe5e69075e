"""Runs are found by what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.workspace.stores import trained


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [3, 2, 1]),
        ("2", [2]),
        ("#3", [3]),
        ("HIGHER rate", [1]),
        ("baseline", [2]),
        ("Baseline digits", [2]),
        ("seed=1 3", [3]),
        ("d.units=2", [3, 2, 1]),
        ("stopped", [3]),
        ("faces", []),
    ],
)
def test_all_words_of_a_search_occur_somewhere(text: str, expected: list[int], tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    noted, tagged, _ = trained(store), trained(store), trained(store, state="stopped")
    store.set_note(noted.id, "higher rate, same SEED")
    store.set_tags(tagged.id, ["baseline"])
    assert [run.number for run in store.list(text=text)] == expected
