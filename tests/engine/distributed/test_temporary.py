"""Folders of trainings: held while their process lives, removed by the next one where it was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.distributed.temporary import JOB, TRAINING, TemporaryFolder, remove_abandoned, remove_if_abandoned

ROOT = Path(__file__).parents[3]
_KEEPS = """
import time
from engine.distributed.temporary import TRAINING, TemporaryFolder
own = TemporaryFolder(TRAINING)
(own.path / "state.h5").write_bytes(b"x")
print(own.path, flush=True)
time.sleep(600)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_held_until_it_is_removed(temporary: Path) -> None:
    own = TemporaryFolder(TRAINING)
    assert own.path.parent == temporary
    assert not remove_if_abandoned(own.path)
    assert remove_abandoned(new=-1) == 0
    own.remove()
    own.remove()
    assert not own.path.exists()


def test_a_killed_process_leaves_a_folder_that_the_next_one_removes(temporary: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    process = subprocess.Popen([sys.executable, "-c", _KEEPS], env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    left = Path(process.stdout.readline().strip())
    assert (left / "state.h5").exists()
    assert not remove_if_abandoned(left), "its process lives"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert (left / "state.h5").exists()
    assert remove_abandoned() == 0, "what was just made may have no lock yet"
    hour_ago = time.time() - 3600
    os.utime(left, (hour_ago, hour_ago))
    TemporaryFolder(JOB).remove()
    assert not left.exists()


def test_what_no_process_of_ours_has_made_stays(temporary: Path) -> None:
    (temporary / f"{TRAINING}mine").mkdir()
    (temporary / "other").mkdir()
    (temporary / "other" / "held").touch()
    (temporary / f"{JOB}link").symlink_to(temporary / "other")
    assert remove_abandoned(new=-1) == 0
    assert (temporary / f"{TRAINING}mine").exists()
    assert (temporary / "other" / "held").exists()
    assert not remove_if_abandoned(temporary / "absent")
