"""Names of `keras.regularizers` with today's arguments: `L2(l2=0.01)`, `l1(l1=0.01)`."""

from __future__ import annotations

from ..regularizers import L1L2

__all__ = ["L1", "L2", "l1", "l2"]


def l1(l1: float = 0.01, *, l: float | None = None) -> L1L2:  # noqa: E741 - Keras 2's name
    """A penalty on the sum of absolute values.

    Args:
        l1: its strength; `l` is its name in Keras 2.
        l: likewise.
    """
    return L1L2(l1=l1 if l is None else l)


def l2(l2: float = 0.01, *, l: float | None = None) -> L1L2:  # noqa: E741 - Keras 2's name
    """A penalty on the sum of squares.

    Args:
        l2: its strength; `l` is its name in Keras 2.
        l: likewise.
    """
    return L1L2(l2=l2 if l is None else l)


L1, L2 = l1, l2
