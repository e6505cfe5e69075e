"""How the engine computes on this machine: threads, compiled steps and convolutions, and the defaults of new models."""

from __future__ import annotations

import platform
from collections.abc import Callable

import numpy as np

from ._machine import device
from ._machine.config import (
    epsilon,
    exact,
    floatx,
    image_data_format,
    mixed_precision,
    precision,
    set_exact,
    set_mixed_precision,
    set_tf32,
    tf32,
)
from ._machine.devices import current
from ._machine.quota import cores_of_quota
from ._native import library

__all__ = ["exact", "mixed_precision", "precision", "set_exact", "set_mixed_precision", "set_tf32", "show", "tf32"]


def show(print_fn: Callable[[str], object] | None = None) -> None:
    """Print how the engine computes here: to see why it is slow, or to add to a report.

    Args:
        print_fn: called with each line, `print` by default.

    Example:
        >>> lines = []
        >>> show(lines.append)
        >>> lines[0].split()[0]
        'Python'
    """
    write = print if print_fn is None else print_fn
    write(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.system()} on {platform.machine()}")
    write(f"New models: {floatx()}, {image_data_format()}, epsilon {epsilon():g}.")
    quota = cores_of_quota()
    write(f"Threads: {device.threads()}{'' if quota is None else f' (the container may keep {quota:g} cores busy)'}.")
    if current().name != "cpu":
        write(f"Models compute on {current().name}{', products with factors rounded to TF32' if tf32() else ''}.")
        if mixed_precision() is not None:
            write(f"Models that are compiled now train with products in {mixed_precision()}.")
    write(library.state())
    if library.library() is not None:
        write(f"Compiled convolutions of 3 x 3: {'direct (exact)' if exact() else 'by Winograd where it pays'}.")
