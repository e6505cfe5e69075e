"""Blocks of an HDF5 file that the library (2.0 and before) believes without looking: looked at here before it does.

Its first block says how wide addresses are: for 32 bytes it takes gigabytes. Texts of any length lie in heaps, through which
it steps from item to item by their sizes: one of no size holds it up for ever.
"""

from __future__ import annotations

import mmap
import os
import struct
from typing import BinaryIO, TypeAlias

Content: TypeAlias = "bytes | mmap.mmap"

_FIRST = b"\x89HDF\r\n\x1a\n"
_SIGNATURE = b"GCOL\x01\x00\x00\x00"  # with the version, and three bytes that are always 0
_HEADER = 16
_ITEM = 16


def has_wide_addresses(file: BinaryIO) -> bool:
    """Whether the first block says that addresses or lengths take another number of bytes than 4 or 8; the place is kept.

    A file that begins otherwise is the library's business: it looks for the block at 512, 1024 and so on.
    """
    before = file.tell()
    try:
        start = 0
        while True:
            file.seek(start)
            block = file.read(16)
            if block.startswith(_FIRST) or len(block) < 16:
                break
            start = start * 2 or 512
    finally:
        file.seek(before)
    if len(block) < 16:
        return False
    sizes = block[13:15] if block[8] < 2 else block[9:11]
    return any(size not in (4, 8) for size in sizes)


def endless_heap(content: Content) -> int | None:
    r"""Where in a file a heap begins that no walk through its items leaves; None where there is none.

    >>> endless_heap(b"GCOL\x01" + bytes(3) + bytes([64]) + bytes(7) + bytes(48))
    0
    """
    at = content.rfind(_SIGNATURE)  # from the end: it is twice as fast as from the beginning
    while at >= 0:
        if _is_endless(content, at):
            return at
        at = content.rfind(_SIGNATURE, 0, at + len(_SIGNATURE) - 1)
    return None


def _is_endless(content: Content, start: int) -> bool:
    if start + _HEADER > len(content):
        return False
    (size,) = struct.unpack_from("<Q", content, start + 8)
    end = min(start + size, len(content))
    at = start + _HEADER
    while at + _ITEM <= end:
        (item,), (length,) = struct.unpack_from("<H", content, at), struct.unpack_from("<Q", content, at + 8)
        # Number 0 is the room that is left, its own head included; other items are padded to eight bytes.
        step = length if item == 0 else (_ITEM + (length + 7) // 8 * 8) % 2**64
        if step == 0:
            return True
        at += step
    return False


def file_has_endless_heap(file: BinaryIO) -> bool:
    """Whether a file on the disk has one."""
    if os.fstat(file.fileno()).st_size == 0:
        return False
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return endless_heap(content) is not None
