"""How much memory there is, and what is said of more."""

import resource
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine._machine import room
from engine.errors import ShapeError, TooLarge

LIMITED = """
import resource, sys
from engine._machine.room import free_memory
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), resource.RLIM_INFINITY))
print(free_memory())
"""


def test_a_limit_of_the_process_counts_as_free_memory():
    most = 3 * 2**30
    done = subprocess.run([sys.executable, "-c", LIMITED, str(most)], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < most
    assert resource.getrlimit(resource.RLIMIT_AS)[0] != most


def test_the_bound_is_a_share_a_number_or_none():
    assert room.memory_limit() == pytest.approx(room.free_memory() / 2, rel=0.2)
    try:
        room.set_memory_limit(1.0)
        assert room.memory_limit() > 0
        room.set_memory_limit(10**9)
        assert room.memory_limit() == 10**9
        room.set_memory_limit(None)
        assert room.memory_limit() is None
    finally:
        room.set_memory_limit(0.5)


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "half", float("nan")])
def test_a_bound_that_is_none_is_refused(limit):
    with pytest.raises(ValueError, match="set_memory_limit"):
        room.set_memory_limit(limit)


@given(st.integers(0, 10**40))
def test_a_size_in_words_is_short_and_about_right(nbytes):
    words = room.bytes_in_words(nbytes)
    assert len(words) <= 12
    number, unit = words.split()
    if unit in ("kB", "MB", "GB", "TB"):
        assert float(number) * 1000 ** ("kMGT".index(unit[0]) + 1) == pytest.approx(nbytes, rel=0.06)


def test_a_shape_that_no_array_can_have_is_refused_with_its_size():
    room.check_addressable((None, 1000), "float32")
    with pytest.raises(TooLarge, match=r"shape \(None, 10\^400, 2\), found 10\^400 bytes|10\^401"):
        room.check_addressable((None, 10**400, 2), "float32")
    with pytest.raises(ShapeError, match="32 axes, found 33 axes"):
        room.check_addressable((1,) * 33, "float32")
