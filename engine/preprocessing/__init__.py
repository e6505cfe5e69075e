"""Text, sequences and images -> arrays, under Keras's paths."""

from __future__ import annotations

from . import image, sequence, text

__all__ = ["image", "sequence", "text"]
