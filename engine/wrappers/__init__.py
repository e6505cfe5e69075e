"""Models in the dress of other libraries, under Keras's path."""

from __future__ import annotations

from . import scikit_learn

__all__ = ["scikit_learn"]
