"""Names of checkpoints: `epoch-00003.h5`, or `epoch-00003-batch-000120.h5` within an epoch."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

FOLDER = "checkpoints"
_NAME = re.compile(r"epoch-(\d{5,9})(?:-batch-(\d{6,12}))?\.h5")


class CheckpointFile(NamedTuple):
    """A file of the folder. Sorts by how far the training had come."""

    epoch: int
    batch: int
    path: Path
    bytes: int


def path_of(run: Path, epoch: int, batch: int) -> Path:
    """Where the checkpoint of a run's folder lies."""
    inside = f"-batch-{batch:06d}" if batch else ""
    return run / FOLDER / f"epoch-{epoch:05d}{inside}.h5"


def checkpoint_files(run: Path) -> list[CheckpointFile]:
    """The whole checkpoints of a run's folder, the oldest first."""
    try:
        with os.scandir(run / FOLDER) as entries:
            listed = [(match, entry) for entry in entries if (match := _NAME.fullmatch(entry.name))]
            return sorted(
                CheckpointFile(int(match[1]), int(match[2] or 0), Path(entry.path), entry.stat().st_size)
                for match, entry in listed
            )
    except OSError:
        return []


def bytes_of(run: Path) -> int:
    """What a run's folder takes on the disk."""
    total = 0
    for folder, _, names in os.walk(run):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_size
            except OSError:  # it has just gone
                continue
    return total
