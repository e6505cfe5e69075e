"""The compiled kernels of oneDNN against the engine's own, on the same float32 numbers."""

import itertools
import subprocess
import sys
import threading

import numpy as np
import pytest

from engine._graph.op import Work
from engine._machine import onednn
from engine._ops.conv import Conv
from engine._ops.normalize import BatchNorm
from engine._ops.rectified import RectifiedConv

pytestmark = pytest.mark.skipif(
    onednn.library() is None, reason="oneDNN is not installed here (extra `fast`, Linux on x86-64 only)"
)
RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.normal(size=shape).astype("float32")


CASES = [
    (strides, padding, dilation, first, rectified, x, kernel)
    for (strides, dilation), padding, first, rectified in itertools.product(
        [((1, 1), (1, 1)), ((2, 1), (1, 1)), ((3, 2), (1, 1)), ((1, 1), (2, 3))], ["valid", "same"], [False, True], [False, True]
    )
    for x, kernel in [((4, 9, 8, 5), (3, 2, 5, 7)), ((2, 8, 11, 1), (4, 3, 1, 16))]
] + [
    # Steps of a kernel of one element leave out elements: its gradient takes another way.
    (strides, padding, (1, 1), first, False, x, (1, 1, 5, 7))
    for strides, padding, first, x in itertools.product(
        [(2, 2), (3, 1)], ["valid", "same"], [False, True], [(4, 9, 8, 5), (4, 8, 7, 5)]
    )
] + [
    ((1,), "causal", (2,), False, False, (3, 9, 4), (3, 4, 6)),
    ((1, 2, 1), "same", (1, 1, 1), False, True, (2, 5, 6, 4, 3), (2, 3, 2, 3, 5)),
    ((1, 1), "valid", (1, 1), False, True, (96, 20, 20, 16), (3, 3, 16, 32)),  # worked through in parts
]  # fmt: skip


def for_numpy(array):
    """The same numbers by columns, an order of memory that the compiled kernels do not take."""
    by_columns = np.asfortranarray(array)
    assert not onednn.usable(by_columns)
    return by_columns


def run(op, x, kernel, bias, dy_seed):
    """Result, gradients and whether a compiled kernel was used."""
    work = Work(True, (x.shape, kernel.shape, bias.shape), op.shape(x.shape, kernel.shape, bias.shape))
    y = np.empty(work.output_shape, "float32")
    op.forward(work, x, kernel, bias, out=y)
    dy = np.random.default_rng(dy_seed).normal(size=y.shape).astype("float32")
    outs = tuple(np.full(a.shape, 7, "float32") for a in (x, kernel, bias))
    op.backward(work, dy, x, kernel, *([y] if op.rectifies else []), outs=outs)
    return [y, *outs], work.saved["compiled"] is not None


@pytest.mark.parametrize(("strides", "padding", "dilation", "first", "rectified", "x", "kernel"), CASES)
def test_convolutions_agree(strides, padding, dilation, first, rectified, x, kernel):
    op = (RectifiedConv if rectified else Conv)(strides, padding, dilation, first)
    inputs, weights, bias = normal(*x), normal(*kernel), normal(kernel[-1])
    if first:
        inputs = np.ascontiguousarray(np.moveaxis(inputs, -1, 1))
    compiled, was_compiled = run(op, inputs, weights, bias, 3)
    expected, _ = run(op, inputs, for_numpy(weights), bias, 3)
    assert was_compiled
    for ours, theirs in zip(compiled, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4 * np.abs(theirs).max())


def test_a_kernel_made_in_one_thread_runs_in_others():
    op, x, kernel, bias = Conv((1, 1), "same"), normal(8, 24, 24, 16), normal(3, 3, 16, 32), normal(32)
    work = Work(True, (x.shape, kernel.shape, bias.shape), op.shape(x.shape, kernel.shape, bias.shape))
    results = []

    def forward_and_backward():
        y, outs = np.empty(work.output_shape, "float32"), tuple(np.empty_like(a) for a in (x, kernel, bias))
        op.forward(work, x, kernel, bias, out=y)
        op.backward(work, y, x, kernel, outs=outs)
        results.append([y, *outs])

    for _ in range(3):
        thread = threading.Thread(target=forward_and_backward)
        thread.start()
        thread.join()
    forward_and_backward()
    for one in results[1:]:
        for array, first in zip(one, results[0], strict=True):
            np.testing.assert_array_equal(array, first)


def test_batch_normalisation_agrees():
    whole, gamma, beta = normal(8, 16, 16, 12) * 3 + 5, normal(12), normal(12)
    dy, op = normal(*whole.shape), BatchNorm()
    results = []
    for x in (whole, for_numpy(whole)):
        work = Work(True, (x.shape,), (x.shape,))
        out = (np.empty(x.shape, "float32"), np.empty_like(gamma), np.empty_like(gamma))
        op.forward(work, x, gamma, beta, gamma, gamma, out=out)
        outs = (np.empty(x.shape, "float32"), np.empty_like(gamma), np.empty_like(gamma), None, None)
        op.backward(work, (dy, None, None), x, gamma, outs=outs)
        assert work.saved["compiled"] is not None
        results.append([*out, *outs[:3]])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4 * np.abs(theirs).max())


def test_the_environment_turns_it_off():
    code = "from engine._machine import onednn; print(onednn.library())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"ENGINE_ONEDNN": "0"},
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    assert done.stdout.strip() == "None"


def test_a_library_that_does_not_load_is_reported_once(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libdnnl.so.3").write_bytes(b"not a library")
    code = (
        f"import sys; sys.prefix = {str(tmp_path)!r}\n"
        "import warnings; warnings.simplefilter('always')\n"
        "from engine._machine import onednn; print(onednn.library(), onednn.library())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=240)
    assert done.stdout.strip() == "None None"
    assert done.stderr.count("does not load") == 1


def test_float64_and_other_memory_orders_are_computed_by_numpy():
    assert onednn.usable(normal(3, 4), None)
    assert not onednn.usable(normal(3, 4).T)
    assert not onednn.usable(normal(3, 4).astype("float64"))
