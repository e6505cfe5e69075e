"""How many threads work on arrays: the one file that names a BLAS thread limit.

On a graphics card there is one: work that is spread over threads here runs in the caller's.
"""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from .background import helping
from .device_base import on_card
from .quota import cores_of_quota

Item = TypeVar("Item")


def threads() -> int:
    """How many threads blocks are spread over: the cores this process may use, or OMP_NUM_THREADS when that is less."""
    return 1 if on_card() else _workers.count


@contextmanager
def spread_over(count: int) -> Generator[None]:
    """Have blocks spread over so many threads meanwhile, by whichever thread asks; to compare and to measure."""
    before, _workers.count = _workers.count, count
    try:
        yield
    finally:
        _workers.count = before


def blocks(n: int, size: int) -> list[slice]:
    """Cut range(n) into slices of at most `size`.

    >>> blocks(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


class _Worker:
    """A thread that sleeps on a lock until it is given something to call.

    Handing a call over takes 11 µs to and fro; an executor's queue and futures took 58.
    """

    def __init__(self, name: str) -> None:
        self._go = threading.Lock()
        self._go.acquire()
        self._function: Callable[[], object] | None = None
        self._done: threading.Lock | None = None  # released at the end of the call that nobody has waited for
        threading.Thread(target=self._serve, name=name, daemon=True).start()

    def _serve(self) -> None:
        while True:
            self._go.acquire()
            assert self._function is not None and self._done is not None
            function, done = self._function, self._done
            self._function = None
            try:
                with helping:
                    function()
            finally:
                # A thread that sleeps shall not keep the model alive that it computed for last.
                del function
                done.release()

    def start(self, function: Callable[[], object]) -> None:
        """Wake the thread up to make this call, after the last one where a signal's handler broke the wait for it."""
        self.wait()
        done = threading.Lock()
        done.acquire()
        self._function, self._done = function, done
        self._go.release()

    def wait(self) -> None:
        """Return when the call has been made."""
        if self._done is not None:
            self._done.acquire()
            self._done = None


def in_new_thread(function: Callable[..., int], name: str) -> Callable[..., int]:
    """The function, called in one thread of its own whoever calls it; it must not raise."""
    worker, turn = _Worker(name), threading.Lock()

    def call(*arguments: object) -> int:
        results: list[int] = []
        with turn:
            worker.start(lambda: results.append(function(*arguments)))
            worker.wait()
        return results[0]

    return call


class _SharedItems(Generic[Item]):
    """One call of `parallel`: items taken in turn by the caller and the workers, until all are done or one fails."""

    def __init__(self, function: Callable[[Item], object], items: Sequence[Item]) -> None:
        self._function = function
        self._items = iter(items)
        self.error: BaseException | None = None

    def work(self) -> None:
        """Take items until there are none; `next` on a list's iterator is safe between threads."""
        _inside.busy = True
        try:
            for item in self._items:
                if self.error is not None:
                    break
                self._function(item)
        except BaseException as error:  # raised again in the caller's thread
            self.error = self.error or error
        finally:
            _inside.busy = False


_inside = threading.local()


class BackgroundQueue:
    """Calls that another thread works through in turn while this one goes on; made by `background_queue`."""

    def __init__(self, worker: _Worker | None) -> None:
        self._worker = worker
        self._calls: SimpleQueue[tuple[Callable[[], object], threading.Lock] | None] = SimpleQueue()
        self._error: BaseException | None = None
        if worker is not None:
            worker.start(self._serve)

    def submit(self, function: Callable[[], object]) -> Callable[[], None]:
        """Queue a call; gives a function that waits for its end. Without another thread the call is made here."""
        if self._worker is None:
            function()
            return _nothing
        running = threading.Lock()
        running.acquire()
        self._calls.put((function, running))
        return lambda: self._wait(running)

    def _wait(self, running: threading.Lock) -> None:
        running.acquire()
        if self._error is not None:
            raise self._error

    def _serve(self) -> None:
        _inside.busy = True
        try:
            while (call := self._calls.get()) is not None:
                function, running = call
                try:
                    if self._error is None:
                        function()
                except BaseException as error:  # raised again in the thread that waits
                    self._error = error
                finally:
                    running.release()
        finally:
            _inside.busy = False

    def close(self) -> None:
        """Wait for all calls; raises the first exception of any."""
        if self._worker is not None:
            self._calls.put(None)
            self._worker.wait()
            if self._error is not None:
                raise self._error


def _nothing() -> None:
    """What is waited for where the call has been made already."""


class _BlasLibrary(Protocol):
    """What threadpoolctl gives for one library."""

    def get_num_threads(self) -> int:
        """How many threads the library uses now."""
        ...

    def set_num_threads(self, count: int, /) -> None:
        """Set how many threads the library uses from now on."""
        ...


def _blas_libraries() -> list[_BlasLibrary]:
    controller = importlib.import_module("threadpoolctl").ThreadpoolController()
    return controller.select(user_api="blas").lib_controllers


class _Workers:
    """The threads that blocks are spread over, and the BLAS limit around them, both made at first use."""

    def __init__(self) -> None:
        self.count = _usable_cores()
        self._lock = threading.Lock()
        self._in_use = threading.Lock()
        self._helpers: list[_Worker] = []
        self._blas: list[_BlasLibrary] | None = None
        self._before: list[int] = []
        self._holders = 0

    def run(self, function: Callable[[Item], object], items: Sequence[Item]) -> None:
        """Do what `parallel` says, with these workers."""
        helpers = min(self.count, len(items)) - 1
        # A second caller at the same time, or a call from inside a block, works through its items alone.
        # A card's context and stream belong to the thread that asked for them.
        alone = helpers < 1 or getattr(_inside, "busy", False) or on_card()
        if alone or not self._in_use.acquire(blocking=False):
            for item in items:
                function(item)
            return
        try:
            self._start_helpers(helpers)
            shared = _SharedItems(function, items)
            with _ONE_BLAS_THREAD:
                for helper in self._helpers[:helpers]:
                    helper.start(shared.work)
                try:
                    shared.work()
                finally:
                    for helper in self._helpers[:helpers]:
                        helper.wait()
            if shared.error is not None:
                raise shared.error
        finally:
            self._in_use.release()

    def _start_helpers(self, count: int) -> None:
        while len(self._helpers) < count:
            self._helpers.append(_Worker(f"engine-{len(self._helpers) + 1}"))

    @contextmanager
    def background_queue(self) -> Generator[BackgroundQueue]:
        """Do what the function `background_queue` says, with these workers."""
        alone = self.count == 1 or getattr(_inside, "busy", False) or on_card()
        if alone or not self._in_use.acquire(blocking=False):
            yield BackgroundQueue(None)
            return
        try:
            self._start_helpers(1)
            with _ONE_BLAS_THREAD:
                other = BackgroundQueue(self._helpers[0])
                try:
                    yield other
                finally:
                    other.close()
        finally:
            self._in_use.release()

    def limit_blas(self) -> None:
        """BLAS takes one thread until all who asked have called `release_blas`."""
        with self._lock:
            self._holders += 1
            if self._holders == 1:
                # The libraries' own switches: threadpoolctl's context looks through all of them each time.
                if self._blas is None:
                    self._blas = _blas_libraries()
                self._before = [library.get_num_threads() for library in self._blas]
                for library in self._blas:
                    library.set_num_threads(1)

    def release_blas(self) -> None:
        """End one call of `limit_blas`."""
        with self._lock:
            self._holders -= 1
            if self._holders == 0:
                for library, threads_before in zip(self._blas or (), self._before, strict=True):
                    library.set_num_threads(threads_before)
                    # threadpoolctl (3.7) lets one thread alone set the number until it says that it is done.
                    getattr(library, "clear_controlling_thread", _nothing)()


def _usable_cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = cores_of_quota()
    if quota is not None:
        # A thread more than the quota has whole cores for is stopped for a part of each period, and the others wait for it.
        cores = min(cores, max(1, int(quota)))
    asked = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores, int(asked)) if asked.isdigit() and int(asked) > 0 else cores


_workers = _Workers()
if hasattr(os, "register_at_fork"):
    # A forked child inherits the pool object but none of its threads: it would wait for ever.
    os.register_at_fork(after_in_child=lambda: _workers.__init__())


class _OneBlasThread:
    """Context manager without a generator: entered for each step of a large plan."""

    def __enter__(self) -> None:
        _workers.limit_blas()

    def __exit__(self, *_: object) -> None:
        _workers.release_blas()


_ONE_BLAS_THREAD = _OneBlasThread()


def one_blas_thread() -> AbstractContextManager[None]:
    """Context in which BLAS uses one thread; for work that spreads its large products over the threads itself."""
    return _ONE_BLAS_THREAD


def background_queue() -> AbstractContextManager[BackgroundQueue]:
    """Context that gives an `BackgroundQueue`: large calls go to another thread while this one makes many small ones.

    Two threads that both make small calls wait for each other between any two of them; one with small and one with
    large calls do not. Inside a block of `parallel`, and on one core, the calls are made at once.
    """
    return _workers.background_queue()


def parallel(function: Callable[[Item], object], items: Iterable[Item]) -> None:
    """Call `function` on each item, spread over the threads, with BLAS held to one thread meanwhile.

    NumPy's loops, copies and BLAS release the interpreter lock, so blocks of a batch run side by side. The first
    exception is raised here. Called from inside a block it runs in place.
    """
    _workers.run(function, list(items))
