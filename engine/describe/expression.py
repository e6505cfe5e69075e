"""Arithmetic that is shown and worked out at once: "floor((28 - 3) / 1) + 1" with the value 26."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

_SUM, _PRODUCT, _ATOM = 1, 2, 3


@dataclass(frozen=True)
class Expression:
    """Arithmetic that is shown and worked out at once.

    Args:
        text: whole numbers, + - * /, brackets, ceil(), floor() and max().
        value: what it comes to.
        rank: how strongly its last operation binds, for brackets.

    Example:
        >>> ceil(number(7) / number(2))
        ceil(7 / 2) = 4
        >>> (number(28) - number(3)) * number(2)
        (28 - 3) * 2 = 50
    """

    text: str
    value: Fraction
    rank: int = _ATOM

    def __repr__(self) -> str:
        """What is computed and what it comes to; a number alone stands for itself."""
        return self.text if self.text == str(self.value) else f"{self.text} = {self.value}"

    def __add__(self, other: Expression) -> Expression:
        return Expression(f"{self.text} + {other.text}", self.value + other.value, _SUM)

    def __sub__(self, other: Expression) -> Expression:
        return Expression(f"{self.text} - {other.at_least(_PRODUCT)}", self.value - other.value, _SUM)

    def __mul__(self, other: Expression) -> Expression:
        text = f"{self.at_least(_PRODUCT)} * {other.at_least(_ATOM)}"
        return Expression(text, self.value * other.value, _PRODUCT)

    def __truediv__(self, other: Expression) -> Expression:
        text = f"{self.at_least(_PRODUCT)} / {other.at_least(_ATOM)}"
        return Expression(text, self.value / other.value, _PRODUCT)

    def at_least(self, rank: int) -> str:
        """The text, in brackets where its last operation binds more weakly than another.

        Args:
            rank: how strongly the other one binds.

        Returns:
            The text.
        """
        return self.text if self.rank >= rank else f"({self.text})"


def number(value: int) -> Expression:
    """A whole number from 0."""
    return Expression(str(value), Fraction(value))


def ceil(x: Expression) -> Expression:
    """Rounded up to a whole number."""
    return Expression(f"ceil({x.text})", Fraction(math.ceil(x.value)))


def floor(x: Expression) -> Expression:
    """Rounded down to a whole number."""
    return Expression(f"floor({x.text})", Fraction(math.floor(x.value)))


def largest(*xs: Expression) -> Expression:
    """The largest of several expressions."""
    return Expression(f"max({', '.join(x.text for x in xs)})", max(x.value for x in xs))


__all__ = ["Expression", "ceil", "floor", "largest", "number"]
