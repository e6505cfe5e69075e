"""Names of checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.workspace.checkpoint_files import FOLDER, bytes_of, checkpoint_files, path_of


@given(positions=st.sets(st.tuples(st.integers(0, 10**6), st.integers(0, 10**7)), max_size=8))
def test_checkpoints_are_listed_in_the_order_of_the_training(
    positions: set[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = tmp_path_factory.mktemp("run")
    (run / FOLDER).mkdir()
    for epoch, batch in positions:
        path_of(run, epoch, batch).write_bytes(b"12345")
    assert [(file.epoch, file.batch) for file in checkpoint_files(run)] == sorted(positions)
    assert bytes_of(run) == 5 * len(positions)


def test_other_files_are_no_checkpoints(tmp_path: Path) -> None:
    assert checkpoint_files(tmp_path) == []
    (tmp_path / FOLDER).mkdir()
    for name in (".epoch-00001.h5.12.0123456789ab.tmp", "epoch-1.h5", "epoch-00001.h5.bak", "notes.txt"):
        (tmp_path / FOLDER / name).write_text("x")
    assert checkpoint_files(tmp_path) == []
