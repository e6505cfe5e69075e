"""What kind of file system a folder lies on: sqlite3's shared memory does not reach from one machine to another."""

from __future__ import annotations

import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = {
    "9p",
    "afs",
    "ceph",
    "cifs",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
    "beegfs",
}


def is_on_network(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Whether a folder belongs to another machine, as far as the system tells; False where it does not."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    folder = Path(os.path.realpath(folder))
    nearest, kind = -1, ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(), after.split()
        if len(fields) < 5 or not kinds:
            continue
        mounted = Path(fields[4].encode("latin-1", "surrogateescape").decode("unicode_escape"))
        # Of two file systems on one folder the later hides the earlier.
        if folder.is_relative_to(mounted) and len(mounted.parts) >= nearest:
            nearest, kind = len(mounted.parts), kinds[0]
    return kind in NETWORK or kind.startswith("fuse.")
