"""How much the runs may take of the disk, and which checkpoints go first where they take more."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from engine.experiment import bytes_in_words, read_text

from ..refused import Refused
from ..words import workspace as say
from .records import StoredState

DEFAULT = 2 * 10**9
VARIABLE, SETTINGS = "KWIDGETS_QUOTA", "settings.json"
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def read_size(text: str) -> int:
    """Bytes of a size as people write it. Raises Refused.

    >>> read_size("500MB"), read_size("1.5 GiB"), read_size("0")
    (500000000, 1610612736, 0)
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise Refused(say.no_size(text), say.SIZES_ARE_WRITTEN)
    return int(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2].lower()])


def quota(home: Path) -> int:
    """The most bytes that runs take before old checkpoints are swept.

    `$KWIDGETS_QUOTA` says it, or `quota` in settings.json of the folder; 2 GB where neither does or can be read.
    """
    for written in (os.environ.get(VARIABLE), _setting(home)):
        if written:
            try:
                return read_size(written)
            except Refused:
                continue
    return DEFAULT


def quota_trouble(home: Path) -> str | None:
    """What is wrong with the quota that somebody has written, in words; None where nothing is."""
    for source, written in ((VARIABLE, os.environ.get(VARIABLE)), (home / SETTINGS, _setting(home))):
        if written:
            try:
                read_size(written)
            except Refused as refused:
                return say.quota_is_not_read(source, refused, bytes_in_words(quota(home)))
    return None


def _setting(home: Path) -> str | None:
    try:
        settings = json.loads(read_text(home / SETTINGS))
    except (OSError, ValueError, RecursionError):
        return None
    written = settings.get("quota") if isinstance(settings, dict) else None
    return None if written is None else str(written)


class Sweepable(NamedTuple):
    """A checkpoint of a run that has ended.

    began: when its run did. last: the newest of its run.
    """

    run: str
    state: StoredState
    began: float
    epoch: int
    batch: int
    path: Path
    bytes: int
    best: bool
    pinned: bool
    last: bool


def to_sweep(checkpoints: Iterable[Sweepable], surplus: int) -> Iterator[Sweepable]:
    """The checkpoints to remove so that `surplus` bytes become free, pinned ones never.

    First those between the others, then the best and last ones of runs that came to their end, at the very last those
    from which a run that was cut off or stopped could go on; of each kind the oldest first.
    """
    free = 0
    for checkpoint in sorted((one for one in checkpoints if not one.pinned), key=_order):
        if free >= surplus:
            return
        free += checkpoint.bytes
        yield checkpoint


def _order(checkpoint: Sweepable) -> tuple[int, float, int, int]:
    if checkpoint.last and checkpoint.state in ("interrupted", "stopped"):
        worth = 2
    else:
        worth = 1 if checkpoint.last or checkpoint.best else 0
    return worth, checkpoint.began, checkpoint.epoch, checkpoint.batch
