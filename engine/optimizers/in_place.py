"""Parts of the optimizers' formulas that change arrays in place; `t` is scratch memory of the caller's."""

from __future__ import annotations

from .._machine.devices import current
from ..types import Array


def follow(mean: Array, value: Array, share: float, rest: float, t: Array) -> None:
    """mean = share * mean + rest * value."""
    xp = current().xp
    xp.multiply(value, rest, out=t)
    xp.multiply(mean, share, out=mean)
    xp.add(mean, t, out=mean)


def follow_square(mean: Array, value: Array, share: float, rest: float, t: Array) -> None:
    """mean = share * mean + rest * value^2."""
    current().xp.multiply(value, value, out=t)
    follow(mean, t, share, rest, t)


def descend(w: Array, along: Array, over: Array, lr: float, t: Array) -> None:
    """w = w - lr * along / over; `over` is written over."""
    xp = current().xp
    xp.multiply(along, lr, out=t)
    xp.divide(t, over, out=over)
    xp.subtract(w, over, out=w)


def descend_by_root(w: Array, g: Array, squares: Array, lr: float, eps: float, t: Array) -> None:
    """w = w - lr * g / (sqrt(squares) + eps)."""
    xp = current().xp
    xp.sqrt(squares, out=t)
    xp.add(t, eps, out=t)
    xp.divide(g, t, out=t)
    xp.multiply(t, lr, out=t)
    xp.subtract(w, t, out=w)
