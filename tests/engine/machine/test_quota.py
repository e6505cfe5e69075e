"""Limits of a container's processor time, as files of both versions of control groups tell them."""

import pytest

from engine._machine import device
from engine._machine.quota import cores_of_quota


def _write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 0.5),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        ({"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/cpu.max": "250000 100000\n"}, 2.5),
        (
            {
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/cpu.max": "250000 100000",
                "sys/fs/cgroup/a/b/cpu.max": "9 6",
            },
            1.5,
        ),
        ({"proc/self/cgroup": "0::/docker/of/the/host\n", "sys/fs/cgroup/cpu.max": "400000 100000\n"}, 4.0),
        (
            {
                "proc/self/cgroup": "5:memory:/m\n4:cpu,cpuacct:/c\n",
                "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us": "150000\n",
                "sys/fs/cgroup/cpu/c/cpu.cfs_period_us": "100000\n",
            },
            1.5,
        ),
        (
            {
                "proc/self/cgroup": "4:cpu:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
        ({"proc/self/cgroup": "no line of that kind\n0::/\n", "sys/fs/cgroup/cpu.max": "half a core\n"}, None),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "0 0\n"}, None),
    ],
)
def test_the_smallest_limit_of_the_groups_around_a_process_counts(tmp_path, files, expected):
    assert cores_of_quota(_write(tmp_path, files)) == expected


def test_at_least_one_thread_works_and_no_more_than_the_quota_has_cores_for():
    quota = cores_of_quota()
    assert 1 <= device.threads() <= max(1, int(quota or 10**6))
