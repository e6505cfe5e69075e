"""A card to check on: the stand-in, or a real one where there is one."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine._machine import devices, gpu

from . import cublas, cublas_lt

STAND_IN = Path(__file__).parent / "stand_in"


@contextmanager
def stand_in() -> Generator[Any]:
    """`import cupy` finds the stand-in inside the block; gives the module. Behind it the engine has forgotten its cards."""
    held = {name: module for name, module in sys.modules.items() if _is_cupy(name)}
    for name in held:
        del sys.modules[name]
    sys.path.insert(0, str(STAND_IN))
    try:
        import cupy  # pyright: ignore[reportMissingImports] - found on the path above

        libraries = {
            "libcublas.so.12": cublas.Library(cupy.cuda.done),
            "libcublasLt.so.12": cublas_lt.Library(cupy.cuda.done),
        }
        gpu.forget(lambda name: _loaded(libraries, name))
        yield cupy
    finally:
        devices.use("cpu")
        gpu.forget()
        sys.path.remove(str(STAND_IN))
        for name in [name for name in sys.modules if _is_cupy(name)]:
            del sys.modules[name]
        sys.modules.update(held)


def _loaded(libraries: Mapping[str, object], name: str) -> object:
    if name not in libraries:
        raise OSError(f"{name}: cannot open shared object file")
    return libraries[name]


def _is_cupy(name: str) -> bool:
    return name.partition(".")[0] == "cupy"


def counts_of(cupy: Any) -> Any:
    """What the stand-in counts; None on a real card."""
    module = sys.modules.get("cupy._counts")
    return getattr(module, "counts", None) if module is not None and cupy is not None else None


def machine_of(cupy: Any) -> Any:
    """What the stand-in pretends to be."""
    assert cupy is not None
    return sys.modules["cupy._counts"].machine  # type: ignore[attr-defined]
