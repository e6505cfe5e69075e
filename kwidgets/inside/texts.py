"""Figures as the page shows them."""

from __future__ import annotations


def figure_text(value: float) -> str:
    """A figure with three digits; a dash for what is no number.

    >>> figure_text(0.12345), figure_text(float("nan"))
    ('0.123', '—')
    """
    return "—" if value != value else f"{value:.3g}"
