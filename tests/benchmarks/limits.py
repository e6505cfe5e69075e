"""What the machine can do: matrix products through NumPy's BLAS, copies, calls. Measured in the run that it judges."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits


def median_seconds(function: Callable[[], Any], runs: int = 15) -> float:
    """Median time of a call after two that do not count."""
    times = []
    for _ in range(runs + 2):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times[2:])


def gemm(sizes: tuple[int, int, int], threads: int) -> float:
    """GFLOP/s of a float32 product (m, k) @ (k, n)."""
    m, k, n = sizes
    rng = np.random.default_rng(0)
    a, b, out = rng.random((m, k), np.float32), rng.random((k, n), np.float32), np.empty((m, n), np.float32)
    with threadpool_limits(threads, "blas"):
        return 2 * m * k * n / median_seconds(lambda: np.matmul(a, b, out=out)) / 1e9


def measure(sizes: dict[str, tuple[int, int, int]]) -> dict[str, Any]:
    """GFLOP/s on one and two threads for each workload's main product, copy bandwidth, cost of a call."""
    source, target = np.ones(50_000_000, np.float32), np.zeros(50_000_000, np.float32)
    few = np.zeros(8, np.float32)
    return {
        "gemm": {key: {"sizes": s, "one": gemm(s, 1), "two": gemm(s, 2)} for key, s in sizes.items()},
        "large_gemm": {"one": gemm((2000, 2000, 2000), 1), "two": gemm((2000, 2000, 2000), 2)},
        "copy_gb_s": 2 * source.nbytes / median_seconds(lambda: np.copyto(target, source), 5) / 1e9,
        "ufunc_us": median_seconds(lambda: [np.add(few, few, out=few) for _ in range(1000)]) * 1e3,
    }
