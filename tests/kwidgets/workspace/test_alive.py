"""A run lives as long as its process, whichever way that ends; all who look agree."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kwidgets.workspace.alive import BEAT, Alive, is_alive

HOLD = """
import sys, time
from pathlib import Path
from kwidgets.workspace.alive import Alive
Alive(Path(sys.argv[1]), locks=sys.argv[2] == "locks", every=0.02)
print("ready", flush=True)
time.sleep(60)
"""


def holding(folder: Path, how: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder), how], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_a_killed_process_is_dead_at_once(tmp_path: Path) -> None:
    process = holding(tmp_path, "locks")
    assert [is_alive(tmp_path) for _ in range(20)] == [True] * 20
    with pytest.raises(BlockingIOError):
        Alive(tmp_path)
    ended(process)
    assert not is_alive(tmp_path)


def test_without_locks_a_process_lives_while_its_file_stays_young(tmp_path: Path) -> None:
    process = holding(tmp_path, "none")
    assert is_alive(tmp_path)
    ended(process)
    beat = (tmp_path / BEAT).stat().st_mtime
    os.utime(tmp_path / BEAT, (beat - 60, beat - 60))
    assert not is_alive(tmp_path)


def test_the_file_without_locks_is_kept_young_and_goes_at_the_end(tmp_path: Path) -> None:
    alive = Alive(tmp_path, locks=False, every=0.01)
    os.utime(tmp_path / BEAT, (0, 0))
    deadline = time.monotonic() + 20
    while not is_alive(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_alive(tmp_path)
    alive.end()
    assert not is_alive(tmp_path)


def test_a_child_made_by_fork_does_not_keep_a_dead_run_alive(tmp_path: Path) -> None:
    program = HOLD.replace("time.sleep(60)", "").replace(
        'print("ready", flush=True)', "import os\nif not os.fork():\n    print('ready', flush=True)\n    time.sleep(5)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path), "locks"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    process.wait(timeout=60)  # its child goes on
    assert not is_alive(tmp_path)
    process.stdout.close()


def test_what_has_ended_can_be_taken_up_again(tmp_path: Path) -> None:
    assert not is_alive(tmp_path)
    first = Alive(tmp_path)
    assert is_alive(tmp_path)
    first.end()
    first.end()
    assert not is_alive(tmp_path)
    second = Alive(tmp_path)
    assert is_alive(tmp_path)
    second.end()
