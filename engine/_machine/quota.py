"""How much of the processors a container may use (Linux's control groups): their time in each period, not which of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/")


def cores_of_quota(root: Path = _ROOT) -> float | None:
    """The cores that this process and those of its container may keep busy, such as 0.5; None without a limit.

    Args:
        root: where `proc` and `sys` are.
    """
    quotas = [quota for folder in _folders(root) if (quota := _quota(folder)) is not None]
    return min(quotas, default=None)


def _folders(root: Path) -> Iterator[Path]:
    """The process's group and those around it, each of which may have a limit.

    Inside a container the path of its group is often that of the host, where nothing lies: the container's own group is the root.
    """
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = (line.split(":", 2) + ["", ""])[:3]
        if controllers and "cpu" not in controllers.split(","):
            continue
        mounted = root / "sys/fs/cgroup" / ("cpu" if controllers else "")
        parts = [part for part in path.split("/") if part not in ("", "..")]
        for depth in range(len(parts), -1, -1):
            yield mounted.joinpath(*parts[:depth])


def _quota(folder: Path) -> float | None:
    """What one group is limited to: `cpu.max` of version 2, two files of version 1."""
    words = _read(folder / "cpu.max").split() or [
        *_read(folder / "cpu.cfs_quota_us").split(),
        *_read(folder / "cpu.cfs_period_us").split(),
    ]
    if len(words) != 2 or not all(word.isdigit() for word in words) or 0 in map(int, words):
        return None  # "max", -1: no limit
    return int(words[0]) / int(words[1])


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError):  # no such group, or not for this user
        return ""
