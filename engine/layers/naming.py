"""Names for layers that were given none."""

from __future__ import annotations

import re
from collections import Counter

from .._declared.rules import LONGEST_NAME

_counts: Counter[str] = Counter()


def snake_case(class_name: str) -> str:
    """The name that Keras makes of a class's name: small letters, with underscores between words.

    Example:
        >>> snake_case("Conv2D"), snake_case("MaxPooling2D")
        ('conv2d', 'max_pooling2d')
    """
    words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", class_name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def automatic_name(class_name: str) -> str:
    """The next automatic name for a class: `dense_1`, `conv2d_1`, `lstm_1`."""
    snake = snake_case(class_name)
    _counts[snake] += 1
    return f"{snake}_{_counts[snake]}"


def input_name(name: str, ending: str = "_input") -> str:
    """The name of the input that a stack makes for a layer: no longer than a name may be.

    >>> input_name("dense_1"), len(input_name("x" * 256))
    ('dense_1_input', 256)
    """
    return name[: LONGEST_NAME - len(ending)] + ending


def reset_names() -> None:
    """Count automatic names from 1 again (K.clear_session)."""
    _counts.clear()
