"""Arrays are told by where they lie, and each process reads its own rows of them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from engine._files import npz
from engine._training.read_rows import ReadRows
from engine.distributed.array_references import opened, written
from engine.errors import DataError

NUMBERS = np.arange(24, dtype="float32").reshape(6, 4)


def test_an_array_in_memory_is_written_once_and_read_as_a_map(tmp_path: Path) -> None:
    (reference,) = written([NUMBERS], tmp_path, "train")
    assert isinstance(opened(reference), np.memmap)
    np.testing.assert_array_equal(opened(reference), NUMBERS)


def test_a_part_of_a_mapped_file_is_told_by_its_place(tmp_path: Path) -> None:
    file = tmp_path / "data.npz"
    np.savez(file, x=NUMBERS, y=NUMBERS + 1)
    mapped = npz.mapped(file)["y"]
    (reference,) = written([mapped[2:5]], tmp_path, "train")
    assert reference["file"] == str(file)
    np.testing.assert_array_equal(opened(reference), NUMBERS[2:5] + 1)


def test_a_data_set_of_an_hdf5_file_is_told_by_its_name(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["group/x"] = NUMBERS
    with h5py.File(tmp_path / "data.h5", "r") as file:
        (reference,) = written([file["group/x"]], tmp_path, "train")
    found = opened(reference)
    np.testing.assert_array_equal(found[1:3], NUMBERS[1:3])
    found.file.close()  # type: ignore[attr-defined]


def test_a_map_whose_rows_do_not_follow_each_other_is_copied(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", NUMBERS)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    (reference,) = written([mapped[::2]], tmp_path, "train")
    assert reference["file"] != str(tmp_path / "x.npy")
    np.testing.assert_array_equal(opened(reference), NUMBERS[::2])


def test_rows_that_this_process_makes_are_refused_with_another_way(tmp_path: Path) -> None:
    class Made(ReadRows):
        def read(self, rows: np.ndarray, epoch: int | None = None) -> np.ndarray:
            return NUMBERS[rows]

    with pytest.raises(DataError, match=r"rows that are read while training. Start the program itself by mpiexec"):
        written([Made((6, 4), np.dtype("float32"))], tmp_path, "train")
