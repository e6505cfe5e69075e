"""Classes that `keras.initializers` has today in place of functions: `HeNormal(seed=...)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import initializers
from .._declared.later import CLASSES

SHOWN: dict[str, Callable[..., Any]] = {
    name: getattr(initializers, old) for name, old in CLASSES["initializer"].items() if hasattr(initializers, old)
}
__all__: list[str] = sorted(SHOWN)  # pyright: ignore[reportUnsupportedDunderAll] - the table's


def __getattr__(name: str) -> Callable[..., Any]:
    if name in SHOWN:
        return SHOWN[name]
    raise AttributeError(name)
