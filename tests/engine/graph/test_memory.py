"""Blocks that plans of one model share when they take turns."""

import numpy as np
import pytest

from engine._graph.memory import Memory, aligned_zeros


def test_two_leases_hand_out_the_same_blocks_from_the_first():
    memory = Memory()
    first, second = memory.lease(), memory.lease()
    a, b = first.block((4, 5), "float32"), first.block((3,), "float64")
    assert np.shares_memory(a, second.block((2, 5), "float32"))
    assert np.shares_memory(b, second.block((3,), "int64"))
    assert not np.shares_memory(a, b)


def test_a_block_that_is_too_small_is_replaced_and_the_memory_does_not_grow_otherwise():
    memory = Memory()
    memory.lease().block((10,), "float32")
    memory.lease().block((1000,), "float32")
    assert memory.nbytes == 4000
    memory.lease().block((10,), "float64")
    assert memory.nbytes == 4000


def test_scratch_is_one_block_for_all_and_apart_from_the_others():
    lease = Memory().lease()
    block = lease.block((8,), "float32")
    scratch = lease.scratch(0, (8,), "float32")
    assert np.shares_memory(scratch, lease.scratch(0, (4,), "float64"))
    assert not np.shares_memory(scratch, block)


@pytest.mark.parametrize("shape", [(), (0, 3), (7,), (3, 5, 2)])
@pytest.mark.parametrize("dtype", ["bool", "float16", "float64", "complex128"])
def test_blocks_begin_at_a_cache_line_and_have_the_asked_shape(shape, dtype):
    block = Memory().lease().block(shape, dtype)
    assert (block.shape, block.dtype) == (shape, np.dtype(dtype))
    assert block.size == 0 or block.ctypes.data % 64 == 0


@pytest.mark.parametrize("shape", [(), (0, 3), (7,), (300, 5000)])
def test_zeros_of_their_own_begin_at_a_cache_line(shape):
    zeros = aligned_zeros(shape, "float32")
    assert (zeros.shape, zeros.dtype, np.count_nonzero(zeros)) == (shape, np.dtype("float32"), 0)
    assert zeros.size == 0 or zeros.ctypes.data % 64 == 0


def test_plans_of_growing_batches_share_most_of_their_memory():
    memory = Memory()
    arrays = [memory.lease().block((size, 1000), "float32") for size in range(100, 120)]
    owners = {id(owner): owner.nbytes for owner in map(_owner, arrays)}
    assert sum(owners.values()) < 2.5 * arrays[-1].nbytes


def _owner(array: np.ndarray) -> np.ndarray:
    return _owner(array.base) if isinstance(array.base, np.ndarray) else array
