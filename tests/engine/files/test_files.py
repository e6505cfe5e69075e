import os
import stat

import pytest

from engine._files.files import atomic_write, open_regular, read_text, sweep_stale, write_text
from engine.errors import FileError


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(KeyError), atomic_write(path) as file:
        file.write(b"new")
        raise KeyError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_permissions_and_links_are_kept(tmp_path):
    path, link = tmp_path / "a.txt", tmp_path / "link.txt"
    write_text(path, "old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_text(link, "new")
    assert link.is_symlink() and path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_temporary_files_of_dead_processes_are_swept_and_those_of_living_ones_stay(tmp_path):
    dead = tmp_path / ".a.txt.999999999.0123456789ab.tmp"
    living = tmp_path / f".a.txt.{os.getppid()}.0123456789ab.tmp"
    dead.touch()
    living.touch()
    assert sweep_stale(tmp_path / "a.txt") == 1
    assert living.exists() and not dead.exists()


def test_more_than_the_disk_holds_is_refused_before_the_first_byte(tmp_path):
    with (
        pytest.raises(OSError, match=r"\d+ bytes needed, \d+ free") as full,
        atomic_write(tmp_path / "a", needed=2**62),
    ):
        pass
    assert full.value.filename == os.fspath(tmp_path / "a")


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_only_regular_files_are_opened_or_replaced(tmp_path, kind):
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path = "/dev/zero"
    with pytest.raises(FileError, match="regular file"):
        open_regular(path)
    with pytest.raises(FileError, match="regular file"):
        write_text(path, "")


def test_bytes_that_are_no_text_are_refused_with_their_place(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(FileError) as refusal:
        read_text(path)
    assert (refusal.value.line, refusal.value.column) == (2, 4)
