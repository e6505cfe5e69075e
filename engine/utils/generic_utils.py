"""Custom objects and the progress bar, under Keras's path."""

from __future__ import annotations

from ..core.registry import custom_object_scope, get_custom_objects
from ..training.progress import Progbar

CustomObjectScope = custom_object_scope

__all__ = ["CustomObjectScope", "Progbar", "custom_object_scope", "get_custom_objects"]
