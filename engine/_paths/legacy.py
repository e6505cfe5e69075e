"""`keras.legacy`: layers and models of Keras 1, and the decorators for its arguments."""

from __future__ import annotations

from .. import layers, models
from . import interfaces

__all__ = ["interfaces", "layers", "models"]
__path__: list[str] = []  # a package to the import system: `engine.legacy.layers` is found by its path
