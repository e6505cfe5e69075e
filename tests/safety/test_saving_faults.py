"""Kills and full disks while saving: the path always holds a whole old or a whole new file."""

import os
import subprocess
import sys

import numpy as np
import pytest

from engine._files import hdf5

from .killed_saves import SAVER, killed_saves

FULL_DISK = """
import resource, signal, sys
import numpy as np
from engine._files import hdf5
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    hdf5.write_weights(sys.argv[1], [("a", [("k", np.ones(10000, "f4"))])])
except OSError as error:
    sys.exit(0 if "bytes needed" in str(error) and error.filename == sys.argv[1] else 3)
sys.exit(4)
"""


def test_a_killed_save_leaves_a_whole_file_no_older_than_the_last_finished_one_and_nothing_that_stays(tmp_path):
    path = tmp_path / "w.h5"
    for killed in killed_saves(path, 6):
        assert killed.number is not None and killed.number >= killed.finished
        assert len(killed.others) <= 1
    hdf5.write_weights(path, [("a", [("k", np.zeros(3, "f4"))])])
    assert os.listdir(tmp_path) == ["w.h5"]


@pytest.mark.parametrize("room", [0, 100, 3000, 20000, 39000])
def test_a_full_disk_is_reported_and_the_old_file_stays(tmp_path, room):
    path = tmp_path / "w.h5"
    hdf5.write_weights(path, [("a", [("k", np.zeros(5, "f4"))])])
    before = path.read_bytes()
    assert subprocess.run([sys.executable, "-c", FULL_DISK, path, str(room)], check=False).returncode == 0
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["w.h5"]


def test_two_processes_may_save_to_one_path(tmp_path):
    path = tmp_path / "w.h5"
    writers = [subprocess.Popen([sys.executable, "-c", SAVER, path], stdout=subprocess.PIPE) for _ in range(2)]
    for writer in writers:
        writer.stdout.readline()
    for _ in range(30):
        ((_, ((_, array),)),) = hdf5.read_weights(path)
        assert np.all(array == array[0])
    for writer in writers:
        writer.kill()
        writer.communicate()
