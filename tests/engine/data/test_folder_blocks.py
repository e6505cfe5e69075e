"""Blocks of a folder: small, in the folder's order, told from those of another folder."""

from __future__ import annotations

from pathlib import Path

import engine
from engine.data import LargeTable

from .test_file_contents import make, write_text


def test_they_hold_each_file_once_in_order_and_read_none_that_is_not_asked_for(tmp_path: Path) -> None:
    folder = make("texts", tmp_path / "texts", 70)
    data = engine.data.open(folder, in_memory=False)
    assert isinstance(data, LargeTable)
    blocks = data.blocks
    assert blocks.names == ["file", "class", "text"] and blocks.rows == 140 and len(blocks) == 3
    names = [name for block in range(3) for name in blocks.read(block, ["file"])["file"].values]
    assert names == sorted(names) and blocks.where(1) == f"{folder}, files from {names[64]} on"
    mark = blocks.mark
    write_text(folder / "good" / "000.txt", "another")
    again = engine.data.open(folder, in_memory=False)
    assert isinstance(again, LargeTable) and again.blocks.mark != mark
    assert set(blocks.read(0, ["class"])) == {"class"}
