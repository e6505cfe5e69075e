"""Text and sequences -> arrays, under Keras's paths."""

from __future__ import annotations

from . import sequence, text

__all__ = ["sequence", "text"]
