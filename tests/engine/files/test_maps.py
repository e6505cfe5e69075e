"""Maps of files that are cut short: said before anybody reads behind their end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine._files.maps import map_of
from engine.errors import FileError
from engine.layers import Dense
from engine.models import Sequential


@pytest.fixture
def path(tmp_path: Path) -> Path:
    np.save(tmp_path / "x.npy", np.arange(400_000.0).reshape(-1, 4))
    return tmp_path / "x.npy"


def test_the_end_of_a_map_is_told_for_all_parts_of_it(path: Path) -> None:
    whole = np.load(path, mmap_mode="r")
    assert map_of(whole) == (str(path), path.stat().st_size)
    for part in (whole[5:], whole[:, 1], np.asarray(whole), whole[3:9].T, whole.reshape(-1, 2)):
        assert map_of(part) == map_of(whole)
    assert map_of(np.array(whole)) is map_of([1, 2]) is None
    raw = np.memmap(path, np.uint8, "r", 70_000, (1000,))
    assert map_of(raw) == (str(path), 71_000)


def test_a_file_that_was_removed_stays_while_one_that_was_cut_does_not(path: Path) -> None:
    mapped = map_of(np.load(path, mmap_mode="r"))
    assert mapped is not None and not mapped.is_cut
    mapped.check()
    with path.open("r+b") as file:
        file.truncate(500)
    assert mapped.is_cut
    with pytest.raises(FileError, match="expected the 3,200,128 bytes that were there when it was opened, found 500"):
        mapped.check()
    path.unlink()
    assert not mapped.is_cut


@pytest.mark.parametrize("shuffle", [True, False])
def test_a_training_on_a_map_that_is_cut_ends_with_an_error(path: Path, shuffle: bool) -> None:
    x = np.load(path, mmap_mode="r")
    model = Sequential([Dense(1, input_shape=(4,))])
    model.compile("sgd", "mse")
    with path.open("r+b") as file:
        file.truncate(20_000)
    with pytest.raises(FileError, match="Write it again, and open it anew"):
        model.fit(x, np.zeros(len(x)), shuffle=shuffle, verbose=0)
    with pytest.raises(FileError, match="it was opened"):
        model.predict(x)
