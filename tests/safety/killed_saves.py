"""Saves that are killed at moments by chance, and what they leave in their folder."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine._files import hdf5

SAVER = """
import sys
import numpy as np
from engine._files import hdf5
for number in range(1, 10**6):
    array = np.full(20000, number, "f4")
    hdf5.write_weights(sys.argv[1], [("a", [("k", array)])])
    print(number, flush=True)
"""


@dataclass(frozen=True)
class Killed:
    """finished: the number of the last save that was told to be done. number: that of the file, None where it is torn.

    others: what else lies in the folder.
    """

    finished: int
    number: float | None
    others: list[str]


def killed_saves(path: Path, count: int, seed: int = 0) -> Iterator[Killed]:
    """Kill so many processes that save one file after the other to `path`."""
    dice = random.Random(seed)
    for _ in range(count):
        process = subprocess.Popen([sys.executable, "-c", SAVER, path], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(dice.random() * 0.1)
        os.kill(process.pid, signal.SIGKILL)
        finished = int((b"1\n" + process.communicate()[0]).split()[-1])
        yield Killed(finished, _number(path), sorted(set(os.listdir(path.parent)) - {path.name}))


def _number(path: Path) -> float | None:
    try:
        ((_, ((_, array),)),) = hdf5.read_weights(path)
    except ValueError:
        return None
    return float(array[0]) if np.all(array == array[0]) else None
