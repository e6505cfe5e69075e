"""A training whose records lie on a real disk that is full for a while, or read-only: nothing whole is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# A file system of its own, in a name space of its own: nobody else sees it, and it goes with the process.
ALONE = ["unshare", "--user", "--map-root-user", "--mount"]
MOUNT = 'mount -t tmpfs -o size=16m none "$1" && exec "$2" -c "$3" "$1"'
PREPARE = """
import os, subprocess, sys
from pathlib import Path
import numpy as np
from kwidgets.session.session import Session
from kwidgets.workspace.run_store import RunStore
from tests.kwidgets.session.test_going_on import arrays, experiment, points
from tests.kwidgets.wire import ENDLESS, LONG, until

disk = Path(sys.argv[1])
store = RunStore(disk / "home")
session = Session(store=lambda: store)
trouble = lambda: session.status()["unrecorded"]
# Epochs long enough that what is kept of them stays far smaller than the disk, however fast the machine is.
many = {name: array.repeat(400, axis=0) for name, array in arrays().items()}
session.start(experiment(epochs=ENDLESS), many)
until(lambda: len(store.checkpoints(session.status()["id"])) >= 2)
before = session.stream.batches_done
assert trouble() is None, trouble()
"""
ENDS = """
session.stop()
assert session.wait(LONG) and session.error is None and session.state == "stopped"
[run] = store.list()
history = store.history(run.id)
assert run.state == "stopped" and history["history"] == session.history.history
recorded = {(p.name, p.phase): (p.xs.tolist(), p.ys.tolist()) for p in store.points(run.id) if len(p.xs)}
assert recorded == points(session)
store.close()
again = RunStore(disk / "home")
assert [one.id for one in again.list()] == [run.id]
"""
FULL = """
filler = disk / "filler"
with filler.open("wb", buffering=0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
until(lambda: trouble() is not None)
said = trouble()
assert "space" in said or "room" in said or "full" in said, said
assert "The training goes on" in said, said
reached = session.stream.batches_done
until(lambda: session.stream.batches_done > reached + 100)
filler.unlink()
until(lambda: trouble() is None)
"""
READ_ONLY = """
session.stop()
assert session.wait(LONG)
earlier = store.list()[0]
store.close()
subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
store = RunStore(disk / "home")
session.start(experiment(epochs=3), many, "again")
assert session.wait(LONG) and session.error is None and session.state == "finished"
said = session.status()["unrecorded"]
assert said is not None and "read" in said and "only" in said and "The training goes on" in said, said
assert [one.id for one in store.list()] == [earlier.id] and len(store.points(earlier.id)) > 0
"""


def may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*ALONE, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not may_mount(), reason="this system lets nobody mount a file system of his own")
@pytest.mark.parametrize("happens", [FULL + ENDS, READ_ONLY], ids=["full for a while", "read-only"])
def test_a_training_goes_on_beside_a_disk_that_takes_nothing_and_what_was_written_stays(
    happens: str, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    program = [*ALONE, "sh", "-c", MOUNT, "sh", str(disk), sys.executable, PREPARE + happens]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
