"""Writes docs/mistakes.md."""

from .table import TARGET, text

TARGET.write_text(text(), encoding="utf-8")
