"""Whether a folder belongs to another machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwidgets.workspace.file_system import is_on_network

MOUNTS = r"""
1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda rw
2 1 0:30 / /home rw - nfs4 server:/home rw
3 2 0:31 / /home/me/a\040disk rw - ext4 /dev/sdb rw
4 1 0:32 / /mnt/ssh rw - fuse.sshfs me@there: rw
5 1 0:33 / /mnt/over rw - nfs server:/x rw
6 5 0:34 / /mnt/over rw - tmpfs tmpfs rw
not a mount
"""


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/var/x", False),
        ("/home/me", True),
        ("/homes", False),
        ("/home/me/a disk/x", False),
        ("/mnt/ssh/deep/er", True),
        ("/mnt/over/x", False),
    ],
)
def test_the_nearest_mount_decides(folder: str, expected: bool, tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert is_on_network(Path(folder), tmp_path / "mounts") is expected


def test_where_the_system_tells_nothing_the_folder_counts_as_ours(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path, tmp_path / "none")
