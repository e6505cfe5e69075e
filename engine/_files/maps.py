"""Arrays that are maps of files: whoever reads behind the end of a file that was cut short is killed by the system."""

from __future__ import annotations

import mmap
import os
from typing import NamedTuple

import numpy as np

from ..errors import FileError


class FileMap(NamedTuple):
    """A file that an array is a map of.

    Args:
        file: its path.
        end: how many bytes of it are mapped, from its beginning.
    """

    file: str
    end: int

    @property
    def size(self) -> int:
        """Bytes that the file has now; of one that was removed, whose content stays while it is mapped, those that it had."""
        try:
            return os.path.getsize(self.file)
        except OSError:
            return self.end

    @property
    def is_cut(self) -> bool:
        """Whether the file is shorter than when it was opened."""
        return self.size < self.end

    def check(self) -> None:
        """Refuse to read behind the end of the file.

        Raises:
            FileError: it is shorter than when it was opened.
        """
        if (size := self.size) < self.end:
            raise FileError(
                file=self.file,
                expected=f"the {self.end:,} bytes that were there when it was opened",
                actual=f"{size:,}",
                hint="Write it again, and open it anew.",
            )


def map_of(array: object) -> FileMap | None:
    """The file that an array is a map of.

    Args:
        array: any array, also a part of a map.

    Returns:
        The file; None where the array lies in memory.

    Example:
        >>> map_of(np.zeros(3)) is None
        True
    """
    while isinstance(array, np.ndarray):
        if isinstance(array, np.memmap):
            content = getattr(array, "_mmap", None)
            if isinstance(content, mmap.mmap) and array.filename is not None:
                begin = array.offset - array.offset % mmap.ALLOCATIONGRANULARITY
                return FileMap(os.fspath(array.filename), begin + len(content))
        array = array.base
    return None
