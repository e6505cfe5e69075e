"""How much memory there is: what a machine can address, what is free, and what of it the weights of a model may take."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import SettingError, ShapeError, TooLarge
from ..types import DTypeLike
from .device_base import chosen_inside

MOST_AXES = 32  # of NumPy 1; NumPy 2 has 64, but some of its functions add axes
MOST_BYTES = sys.maxsize
# Below this size nobody asks how much memory is free.
SMALL = 64 * 2**20

_UNKNOWN = 2**62
# Where a container's limit stands, what it has taken, and the part of that which files' copies could give back.
_CONTAINERS = (
    ("/sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "),
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
)


@dataclass
class _Limit:
    """share: of the free memory; most: bytes, in its place."""

    share: float | None = 0.5
    most: int | None = None


_limit = _Limit()


def set_memory_limit(limit: float | None) -> None:
    """Set how much memory the weights of a model may take that is read from a file or built from a config.

    Args:
        limit: bytes as a whole number, a share of the free memory as a fraction up to 1.0 (0.5 at the start), or None for
            no bound.

    Raises:
        SettingError: anything else.

    Example:
        >>> set_memory_limit(8 * 2**30)
        >>> memory_limit()
        8589934592
        >>> set_memory_limit(0.5)
    """
    wrong = isinstance(limit, bool) or not isinstance(limit, (int, float, np.number)) or not limit > 0
    if limit is not None and (wrong or (isinstance(limit, float) and limit > 1)):
        expected = "a whole number of bytes, a share of the free memory up to 1.0, or None"
        raise SettingError(where="set_memory_limit", expected=expected, actual=repr(limit))
    is_share = isinstance(limit, float)
    _limit.share = float(limit) if limit is not None and is_share else None
    _limit.most = None if limit is None or is_share else int(limit)


def memory_limit() -> int | None:
    """The memory that the weights of a model from a file may take now.

    Returns:
        Bytes; None for no bound.

    Example:
        >>> set_memory_limit(1000)
        >>> memory_limit()
        1000
        >>> set_memory_limit(0.5)
    """
    return _limit.most if _limit.share is None else int(free_memory() * _limit.share)


def free_memory() -> int:
    """Memory that can be taken without swapping.

    What a container or a limit of the process leaves counts where it is less than what the machine has.

    Returns:
        Bytes; a large number where the system does not tell.

    Example:
        >>> free_memory() > 0
        True
    """
    return min(_free_in_machine(), _free_in_container(), _free_in_process())


def size_of(shape: Sequence[int | None], dtype: DTypeLike) -> int:
    """Bytes of an array; an axis of unknown size counts as one.

    >>> size_of((None, 10**12), "float32")
    4000000000000
    """
    return math.prod(1 if size is None else size for size in shape) * np.dtype(dtype).itemsize


def check_addressable(shape: Sequence[int | None], dtype: DTypeLike, where: str = "") -> None:
    """Refuse a shape that no array can have, whatever the machine. Raises ShapeError, or TooLarge with the bytes."""
    if len(shape) > MOST_AXES:
        raise ShapeError(where=where, expected=f"at most {MOST_AXES} axes", actual=f"{len(shape)} axes")
    nbytes = size_of(shape, dtype)
    if nbytes > MOST_BYTES:
        raise TooLarge(
            where=where,
            expected=f"at most the {bytes_in_words(MOST_BYTES)} that a machine can address for shape {_shape_in_words(shape)}",
            actual=bytes_in_words(nbytes),
        )


def check_free(nbytes: int, where: str, what: str) -> None:
    """Refuse to take more memory than is free. Raises TooLarge with the bytes of both."""
    if nbytes <= SMALL:
        return
    inside = chosen_inside.get()
    card = None if inside is None or inside.on_host else inside
    free, on_device = (free_memory(), "") if card is None else (card.info().free, f" on {card.name}")
    if nbytes > free:
        raise TooLarge(
            where=where,
            expected=f"{what} in the {bytes_in_words(free)} of memory that are free{on_device}",
            actual=bytes_in_words(nbytes),
        )


def bytes_in_words(nbytes: int) -> str:
    """A number of bytes with its unit.

    Args:
        nbytes: the number.

    Returns:
        The text.

    Example:
        >>> bytes_in_words(4_000_000_000_000), bytes_in_words(512)
        ('4.0 TB', '512 bytes')
    """
    if nbytes < 1000:
        return f"{nbytes} bytes"
    if nbytes >= 10**27:
        return f"10^{math.floor(_digits(nbytes))} bytes"
    power = next(power for power in range(8, 0, -1) if nbytes >= 1000**power)
    return f"{nbytes / 1000**power:.1f} {' kMGTPEZY'[power]}B"


def _digits(value: int) -> float:
    """The decimal logarithm of a whole number, however large."""
    bits = max(value.bit_length() - 64, 0)
    return math.log10(value >> bits) + bits * math.log10(2)


def _shape_in_words(shape: Sequence[int | None]) -> str:
    sizes = [
        "None" if size is None else str(size) if size < 10**20 else f"10^{math.floor(_digits(size))}" for size in shape
    ]
    return f"({', '.join(sizes[:6])}{', ...' if len(sizes) > 6 else ''})"


def _free_in_machine() -> int:
    return _entry("/proc/meminfo", "MemAvailable:", _UNKNOWN // 1024) * 1024


def _free_in_container() -> int:
    for folder, limit, usage, cached in _CONTAINERS:
        most, used = _lines(f"{folder}/{limit}"), _lines(f"{folder}/{usage}")
        if most and used and most[0].isdigit() and used[0].isdigit():
            return max(int(most[0]) - int(used[0]) + _entry(f"{folder}/memory.stat", cached, 0), 0)
    return _UNKNOWN


def _free_in_process() -> int:
    for line in _lines("/proc/self/limits"):
        most = line.split()[3] if line.startswith("Max address space") else ""
        if most.isdigit():
            return max(int(most) - _entry("/proc/self/status", "VmSize:", 0) * 1024, 0)
    return _UNKNOWN


def _entry(path: str, name: str, otherwise: int) -> int:
    """The number behind a name in one of the system's tables."""
    return next((int(line.split()[1]) for line in _lines(path) if line.startswith(name)), otherwise)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []
