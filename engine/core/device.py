"""Where arrays live and how many threads work on them: the one file that names CuPy or a BLAS thread limit.

NumPy is used unless a GPU is asked for with `use("cupy")`; CuPy is imported only then.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

from .errors import SettingError

Item = TypeVar("Item")

xp: Any = np


def use(name: str) -> None:
    """Choose the array module, 'numpy' (default) or 'cupy', for plans built from now on."""
    global xp
    if name == "numpy":
        xp = np
    elif name == "cupy":
        import cupy  # pyright: ignore[reportMissingImports] - an optional extra

        xp = cupy
    else:
        raise SettingError(where="device.use", expected="'numpy' or 'cupy'", found=repr(name))


def to_host(array: Any) -> np.ndarray:
    """The array as a NumPy array; copies only from a GPU."""
    return array if isinstance(array, np.ndarray) else array.get()


def threads() -> int:
    """How many threads blocks are spread over: the cores this process may use, or OMP_NUM_THREADS when that is less."""
    return _workers.count


def blocks(n: int, size: int) -> list[slice]:
    """Cut range(n) into slices of at most `size`.

    >>> blocks(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


class _Workers:
    """The thread pool and the BLAS limit around it, both made at first use."""

    def __init__(self) -> None:
        self.count = _usable_cores()
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._blas: Any = None
        self._limit: Any = None
        self._holders = 0
        self._inside = threading.local()

    def run(self, function: Callable[[Item], Any], items: Sequence[Item]) -> None:
        if self.count == 1 or len(items) == 1 or getattr(self._inside, "busy", False):
            for item in items:
                function(item)
            return
        pool = self._open()
        with self.one_blas_thread():
            futures = [pool.submit(self._call, function, item) for item in items]
            for future in futures:
                future.result()

    def _call(self, function: Callable[[Item], Any], item: Item) -> None:
        self._inside.busy = True
        function(item)

    def _open(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self.count, thread_name_prefix="engine")
            return self._pool

    @contextmanager
    def one_blas_thread(self) -> Iterator[None]:
        """BLAS held to one thread until the last of those who asked has left."""
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                if self._blas is None:
                    from threadpoolctl import ThreadpoolController

                    self._blas = ThreadpoolController()
                self._limit = self._blas.limit(limits=1, user_api="blas")
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if self._holders == 0:
                    self._limit.restore_original_limits()


def _usable_cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(asked)) if asked.isdigit() and int(asked) > 0 else cores


_workers = _Workers()
if hasattr(os, "register_at_fork"):
    # A forked child inherits the pool object but none of its threads: it would wait for ever.
    os.register_at_fork(after_in_child=lambda: _workers.__init__())


def one_blas_thread() -> Any:
    """Context in which BLAS uses one thread; for work that spreads its large products over the threads itself."""
    return _workers.one_blas_thread()


def parallel(function: Callable[[Item], Any], items: Iterable[Item]) -> None:
    """Call `function` on each item, spread over the threads, with BLAS held to one thread meanwhile.

    NumPy's loops, copies and BLAS release the interpreter lock, so blocks of a batch run side by side. The first
    exception is raised here. Called from inside a block it runs in place.
    """
    _workers.run(function, list(items))
