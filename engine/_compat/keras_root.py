"""The module `keras` itself, under any of its names."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType

import engine

from .facade import Facade

_PARTS = (
    "activations", "applications", "backend", "callbacks", "config", "constraints", "datasets", "initializers", "layers",
    "losses", "metrics", "models", "ops", "optimizers", "preprocessing", "random", "regularizers", "saving", "utils", "wrappers",
)  # fmt: skip


def make(fullname: str) -> ModuleType:
    """The module for `import keras`, or for `tensorflow.keras`."""
    parts: dict[str, object] = {f"lazy:{part}": _importing(f"{fullname}.{part}") for part in _PARTS}
    return Facade(fullname, {**parts, "__version__": "2.15.0", "version": lambda: "2.15.0"}, (engine,))


def _importing(name: str) -> Callable[[], ModuleType]:
    return lambda: importlib.import_module(name)
