"""A stand-in for cuBLAS beside that for CuPy: the functions that the engine calls, as cuBLAS's manual describes them.

Its pointers are addresses of this machine's memory, where the stand-in's arrays lie.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np

_KINDS = {0: np.float32, 1: np.float64, 2: np.float16}
_COMPUTE = {68: (np.float16, np.float32), 70: (np.float64,), 77: (np.float32,)}
_CHECKED = 15  # CUBLAS_STATUS_NOT_SUPPORTED
_INVALID = 7


def matrices_at(pointer: int, kind: Any, rows: int, columns: int, lead: int, batch: int, between: int) -> np.ndarray:
    """Matrices by columns in memory: (batch, rows, columns)."""
    if not batch or not rows or not columns:
        return np.empty((batch, rows, columns), kind)
    size = np.dtype(kind).itemsize
    last = (batch - 1) * between + (columns - 1) * lead + rows
    raw = np.frombuffer((ctypes.c_char * (last * size)).from_address(pointer), kind)
    return np.lib.stride_tricks.as_strided(raw, (batch, rows, columns), (between * size, size, lead * size))


class Library:
    """What `ctypes.CDLL` gives for cuBLAS."""

    def __init__(self, run: Callable[[Callable[[], object]], None]) -> None:
        self._run = run
        self.calls = 0
        self.computed_as = 0
        self.streams: list[int] = []
        self.cublasCreate_v2 = self._function(self._create)
        self.cublasSetStream_v2 = self._function(self._set_stream)
        self.cublasSetWorkspace_v2 = self._function(lambda handle, pointer, size: 0 if size and pointer else _INVALID)
        self.cublasGemmEx = self._function(self._gemm)
        self.cublasGemmStridedBatchedEx = self._function(self._strided)

    @staticmethod
    def _function(method: Callable[..., int]) -> Callable[..., int]:
        # A function that takes `argtypes`, which bound methods do not.
        return lambda *arguments: method(*arguments)

    @staticmethod
    def _create(handle: Any) -> int:
        handle._obj.value = 1
        return 0

    def _set_stream(self, handle: Any, stream: int) -> int:
        self.streams.append(stream)
        return 0

    def _gemm(self, handle: Any, ta: int, tb: int, m: int, n: int, k: int, alpha: Any, *rest: Any) -> int:
        a, a_kind, lda, b, b_kind, ldb, beta, c, c_kind, ldc, compute, algorithm = rest
        return self._multiply(
            (ta, tb, m, n, k, alpha, beta, 1, compute, algorithm),
            (a, a_kind, lda, 0),
            (b, b_kind, ldb, 0),
            (c, c_kind, ldc, 0),
        )

    def _strided(self, handle: Any, ta: int, tb: int, m: int, n: int, k: int, alpha: Any, *rest: Any) -> int:
        a, a_kind, lda, a_step, b, b_kind, ldb, b_step, beta, c, c_kind, ldc, c_step, batch, compute, algorithm = rest
        settings = (ta, tb, m, n, k, alpha, beta, batch, compute, algorithm)
        return self._multiply(settings, (a, a_kind, lda, a_step), (b, b_kind, ldb, b_step), (c, c_kind, ldc, c_step))

    def _multiply(self, settings: Any, a: Any, b: Any, c: Any) -> int:
        ta, tb, m, n, k, alpha, beta, batch, compute, algorithm = settings
        if algorithm != -1 or ta not in (0, 1) or tb not in (0, 1) or min(m, n, k, batch) < 0:
            return _INVALID
        kinds = {_KINDS[one[1]] for one in (a, b, c)}
        if len(kinds) != 1 or next(iter(kinds)) not in _COMPUTE.get(compute, ()):
            return _CHECKED
        if a[2] < (k if ta else m) or b[2] < (n if tb else k) or c[2] < m:
            return _INVALID
        self.calls += 1
        self.computed_as = compute
        kind = next(iter(kinds))
        left = matrices_at(a[0], kind, *((k, m) if ta else (m, k)), a[2], batch, a[3])
        right = matrices_at(b[0], kind, *((n, k) if tb else (k, n)), b[2], batch, b[3])
        target = matrices_at(c[0], kind, m, n, c[2], batch, c[3])
        one, zero = alpha._obj.value, beta._obj.value

        def work() -> None:
            # Sums of float16 are float32; NumPy's own products of float16 take a hundred times as long.
            summed = np.float32 if kind is np.float16 else kind
            with np.errstate(all="ignore"):
                product = np.matmul(
                    (left.swapaxes(1, 2) if ta else left).astype(summed, copy=False),
                    (right.swapaxes(1, 2) if tb else right).astype(summed, copy=False),
                )
            target[...] = one * product if not zero else one * product + zero * target

        self._run(work)
        return 0
