"""The library in C, loaded at the first plan: its operations by name, and programs of them.

`ENGINE_NATIVE` in the environment turns it off ("0"), takes a lower level than the processor has ("baseline", "avx2") or names
another file. Where it was not built, is not as it was built or cannot be loaded, `library()` gives None, plans call NumPy op by
op, and `state()` says why.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from ctypes import c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..types import Array
from .location import checksum_path, damage, library_path

LEVELS = ("baseline", "avx2", "avx512")
# What programs compute with, in the order of native.h.
FLOATS = ("float32", "float64")
INSTRUCTION = np.dtype(
    [
        ("operation", "i8"),
        ("units", "i8"),
        ("at_once", "i8"),
        ("size", "i8", 8),
        ("number", "f8", 4),
        ("array", "u8", 9),
        ("of_unit", "i8", 9),
        ("owned", "i8"),
    ],
    align=True,
)


class _Program(ctypes.Structure):
    _fields_ = [
        ("instructions", c_void_p),
        ("chunks", c_void_p),
        ("phases", c_void_p),
        ("phase_count", c_int64),
        ("type", c_int64),
        ("own", c_void_p),
        ("of_thread", c_int64),
        ("failed", c_int64),
    ]


class Library:
    """The loaded library, set to one level.

    Attributes:
        level: the set of instructions that it uses.
        operations: the number of each operation.
        functions: what else it exports.
    """

    def __init__(self, functions: ctypes.CDLL, level: int) -> None:
        functions.native_operation.restype = c_char_p
        functions.native_operation.argtypes = [c_int64]
        for function in (functions.native_run, functions.native_time, functions.native_csv, functions.native_count):
            function.restype = c_int64
        functions.native_use(c_int(level))
        self.level, self.functions = LEVELS[level], functions
        self.operations: dict[str, int] = {}
        while name := functions.native_operation(len(self.operations)):
            self.operations[name.decode()] = len(self.operations)
        self._run = functions.native_run
        self._time = functions.native_time
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=functions.native_forked)

    def program(
        self,
        instructions: Array,
        chunks: Sequence[Sequence[int]],
        phases: Sequence[Sequence[int]],
        arrays: Sequence[Array],
        dtype: str = "float32",
        thread_memory: Array | None = None,
        of_thread: int = 0,
    ) -> Program:
        """A program that is ready to run, on numbers of a type of `FLOATS`; the layouts are those of native.h.

        `arrays` are those that it has the addresses of. Phases name chunks, and these instructions, by their numbers; what none
        names belongs to another program. Instructions may be changed between runs. `thread_memory` is that of as many threads as
        phases allow that use it, `of_thread` bytes each.
        """
        return Program(self._run, self._time, instructions, chunks, phases, arrays, dtype, thread_memory, of_thread)


class Program:
    """Instructions, how they are cut into chunks and phases, and the arrays that they work on."""

    def __init__(
        self,
        run: Callable[..., int],
        time: Callable[..., int],
        instructions: Array,
        chunks: Sequence[Sequence[int]],
        phases: Sequence[Sequence[int]],
        arrays: Sequence[Array],
        dtype: str,
        thread_memory: Array | None,
        of_thread: int,
    ) -> None:
        self.instructions = instructions
        self._thread_memory = thread_memory
        self._arrays = list(arrays)  # the instructions know only their addresses
        self._chunks = np.array(chunks, np.int64)
        self._phases = np.array(phases, np.int64)
        self._program = _Program(
            instructions.ctypes.data,
            self._chunks.ctypes.data,
            self._phases.ctypes.data,
            len(phases),
            FLOATS.index(dtype),
            None if thread_memory is None else thread_memory.ctypes.data,
            of_thread,
            0,
        )
        self._run_function, self._time_function = run, time
        self._reference = ctypes.byref(self._program)

    def run(self, threads: int) -> int | None:
        """Run it; gives the number of an instruction that found unusable numbers, after which nothing was computed."""
        failed = self._run_function(self._reference, threads)
        return failed - 1 if failed else None

    def seconds(self) -> Array:
        """Run it on one thread; gives what each instruction took."""
        times = np.zeros(len(self.instructions))
        self._time_function(self._reference, c_void_p(times.ctypes.data))
        return times


@contextmanager
def turned_off() -> Generator[None]:
    """Have plans and updates that are made meanwhile call NumPy; to compare and to measure."""
    global _off
    before, _off = _off, True
    try:
        yield
    finally:
        _off = before


_off = False


def library() -> Library | None:
    """The library, where it was built and is not turned off."""
    return None if _off else _loaded().library


def state() -> str:
    """Whether there is a library and how it computes, or why there is none; a sentence."""
    return _loaded().state


@dataclass(frozen=True)
class _Loaded:
    """What became of loading: the library or None, and a sentence about it."""

    library: Library | None
    state: str


@cache
def _loaded() -> _Loaded:
    wish = os.environ.get("ENGINE_NATIVE", "")
    if wish == "0":
        return _Loaded(None, "Steps run op by op on NumPy: ENGINE_NATIVE=0.")
    named = Path(wish).name != wish
    path = Path(wish) if named else library_path()
    if not path.is_file():
        mend = "" if named else "; python -m engine._native.build builds it, or says what keeps it from that"
        return _Loaded(None, f"Steps run op by op on NumPy: there is no {path}{mend}.")
    wrong = damage(path) if not named or checksum_path(path).is_file() else None
    if wrong:
        mend = "" if named else "; python -m engine._native.build builds it anew"
        return _Loaded(None, f"Steps run op by op on NumPy: {path} is not as it was built: {wrong}{mend}.")
    try:
        functions = ctypes.CDLL(str(path))
        best = int(functions.native_best_level())
        loaded = Library(functions, min(best, LEVELS.index(wish)) if wish in LEVELS else best)
    except (OSError, AttributeError) as error:  # for another processor or system, cut off, or another library
        return _Loaded(None, f"Steps run op by op on NumPy: {path} cannot be loaded ({error}).")
    unknown = wish and wish not in LEVELS and not named
    note = f"; ENGINE_NATIVE={wish} is none of 0, {', '.join(LEVELS)}, a path" if unknown else ""
    return _Loaded(
        loaded, f"Steps run compiled, as one call where each of their operations is known to it ({loaded.level}{note})."
    )
