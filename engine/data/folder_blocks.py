"""A folder of texts or sounds that is larger than the memory: its files are read a few at a time, while training goes on."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext

import numpy as np

from .blocks import Blocks
from .columns import Columns
from .file_contents import Contents

# Files can be read in any order, so that blocks are small: rows of many places of the folder are shuffled among each other.
_MOST_ROWS = 64
_BLOCK_BYTES = 4 * 2**20


class FolderBlocks(Blocks):
    """Files that follow each other, with what a table knows of each.

    Args:
        table: what is known of each file, in memory.
        contents: what the files hold.
    """

    def __init__(self, table: Columns, contents: Contents) -> None:
        count = len(contents.files)
        rows = min(max(_BLOCK_BYTES // max(contents.row_bytes(), 1), 1), _MOST_ROWS)
        sizes = np.full(-(-count // rows), rows)
        sizes[-1] = count - rows * (len(sizes) - 1)
        super().__init__(str(contents.folder), [*table, contents.content_name], sizes)
        self._table, self._contents = table, contents
        # Each file is opened by itself, whatever other threads read.
        self._lock = nullcontext()
        self.mark = hashlib.sha256(repr(contents.files).encode()).hexdigest()

    def where(self, block: int) -> str:
        """The first file of a block."""
        return f"{self.source}, files from {self._contents.files[int(self.starts[block])].name} on"

    def _read(self, block: int, names: list[str]) -> Columns:
        rows = np.arange(*self.starts[block : block + 2].tolist())
        content_name = self._contents.content_name
        return {
            name: self._contents.column(rows) if name == content_name else self._table[name].take(rows)
            for name in names
        }
