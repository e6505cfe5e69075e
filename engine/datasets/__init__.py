"""Ready data sets; nothing is downloaded."""

from __future__ import annotations

from . import digits, mnist

__all__ = ["digits", "mnist"]
