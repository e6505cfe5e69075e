"""What goes on in other threads ends before the interpreter does.

Python stops daemon threads wherever they are when it ends. One that is inside a compiled library then computes on while
memory is given back and libraries take themselves down: h5py forgets its conversions, OpenBLAS its threads and
buffers. The process dies of a damaged heap, or a file is not written. So a library's own threads are `BackgroundThread`s,
which are asked to end and waited for, and every run of a plan and every HDF5 file that is open, in whichever thread, is counted
(`in_library`, `in_hdf5`): the end waits for those and lets no daemon thread begin one.

All of that comes before the first function of `atexit`, since other libraries use those to take themselves down.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable

# Seconds that the process's end waits for what runs: a batch of a large model, the rest of a file, on a machine that is busy.
PATIENCE = 60.0
_LOOK_AGAIN = 0.002
# Seconds between looks whether the end need be waited for any more.
_WATCH_AGAIN = 0.05


class _State:
    """What runs in this process; a forked child begins with nothing, as it has none of the threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.threads: dict[BackgroundThread, None] = {}
        self.is_watched = False
        # One entry for each running call: to append to a list and to pop takes no lock.
        self.calls: list[None] = []
        self.ends = False
        # Whether daemon threads may begin no computation any more.
        self.closed = False


_state = _State()


class _Helping:
    """A call on behalf of one that is counted already: counted itself, as the other may be broken off, and let in always."""

    __slots__ = ()

    def __enter__(self) -> None:
        _state.calls.append(None)

    def __exit__(self, *_: object) -> None:
        # In a child that was forked inside of a call the count began anew.
        if _state.calls:
            _state.calls.pop()


class _InLibrary(_Helping):
    """A block that calls a compiled library. Entering raises SystemExit in a daemon thread at the process's end."""

    __slots__ = ()

    def __enter__(self) -> None:
        # First counted, then looked: the end does it the other way round, so one of the two sees the other.
        _state.calls.append(None)
        if _state.closed and threading.current_thread().daemon:
            _state.calls.pop()
            # Which ends a thread without a word; of a class derived from it Python would print a traceback.
            raise SystemExit("The process ends, and no thread may begin to compute any more.")


class _InHdf5(_InLibrary):
    """A block in which an HDF5 file is open: h5py takes itself down by `atexit`, before functions that were there earlier."""

    __slots__ = ()

    def __enter__(self) -> None:
        super().__enter__()
        # Only now: the thread that watches ends where it sees neither threads nor calls.
        if threading.current_thread().daemon:
            _watch()


in_library, in_hdf5, helping = _InLibrary(), _InHdf5(), _Helping()


class BackgroundThread(threading.Thread):
    """A daemon thread that ends in good order when the process does.

    Args:
        target: what it does.
        name: the thread's name.
        end: asks it to end soon; called once when the process ends, from another thread, and must not wait. None (the
            default): it ends at its next computation by a model, or by itself.
        patience: seconds that the process's end waits for it, 60 by default; less for a thread that may be held up in code of
            the user's.

    Example:
        >>> stop = threading.Event()
        >>> thread = BackgroundThread(stop.wait, "waits", end=stop.set)
        >>> thread.start()
        >>> stop.set()
    """

    def __init__(
        self,
        target: Callable[[], object],
        name: str,
        end: Callable[[], object] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(target=target, name=name, daemon=True)
        self._ask_to_end, self.patience = end, patience

    def start(self) -> None:
        """Begin; the thread is known from before it runs."""
        with _state.lock:
            _state.threads[self] = None
        try:
            _watch()
            super().start()
        except BaseException:
            self._forget()
            raise

    def run(self) -> None:
        """What the thread does."""
        try:
            super().run()
        finally:
            self._forget()

    def _forget(self) -> None:
        with _state.lock:
            _state.threads.pop(self, None)
        # Whoever keeps the thread shall not be kept alive by it.
        self._ask_to_end = None

    def ask_to_end(self) -> bool:
        """Have it end soon; whether it has been told, rather than left to its next computation."""
        ask = self._ask_to_end
        if ask is None:
            return False
        try:
            ask()
        except Exception:
            logging.getLogger(__name__).exception("The thread %s could not be told that the process ends.", self.name)
        return True


def process_ends() -> bool:
    """Whether the process is about to end, so that a thread leaves what it is about to another process.

    Returns:
        True once the end has begun.

    Example:
        >>> process_ends()
        False
    """
    return _state.ends


def end_all() -> None:
    """Ask all background threads to end and wait for them and for all computations, each as long as its patience lasts."""
    state, began = _state, time.monotonic()
    if state.closed:
        return
    state.ends = True
    asked: set[BackgroundThread] = set()

    def ended(those_told: bool) -> bool:
        """Threads that were told finish what they are about first; those that begin meanwhile are told too."""
        with state.lock:
            alive = list(state.threads)
        asked.update([thread for thread in alive if thread not in asked and thread.ask_to_end()])
        passed = time.monotonic() - began
        return not any(passed < thread.patience and (thread in asked or not those_told) for thread in alive)

    while not ended(those_told=True):
        time.sleep(_LOOK_AGAIN)
    state.closed = True
    while not ended(those_told=False) or (state.calls and time.monotonic() - began < PATIENCE):
        time.sleep(_LOOK_AGAIN)


def _watch() -> None:
    """Have a thread wait for the end, as long as there is something to end.

    Python waits for it, as it is no daemon, before it calls what `atexit` knows.
    """
    with _state.lock:
        if _state.is_watched or _state.ends:
            return
        _state.is_watched = True
    threading.Thread(target=_end_with_main_thread, name="engine-end", daemon=False).start()


def _end_with_main_thread() -> None:
    state, main, this = _state, threading.main_thread(), threading.current_thread()
    while main.is_alive():
        main.join(_WATCH_AGAIN)
        with state.lock:
            if not state.threads and not state.calls and main.is_alive():
                state.is_watched = False  # nothing is left behind by what a program has finished
                return
    # The program's own threads may train on; Python waits for them too.
    while others := [thread for thread in threading.enumerate() if not thread.daemon and thread not in (main, this)]:
        others[0].join()
    end_all()


# For computations in daemon threads of the program, where there is none of the library's.
atexit.register(end_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_state.__init__)
