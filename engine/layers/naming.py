"""Names for layers that were given none."""

from __future__ import annotations

from collections import Counter

from .._declared.naming import snake_case
from .._declared.rules import LONGEST_NAME
from .._machine.config import follows_later_keras

_counts: Counter[str] = Counter()


def automatic_name(class_name: str) -> str:
    """The next automatic name for a class: `dense_1`, `conv2d_1`, `lstm_1`; in programs for tf.keras `dense`, then `dense_1`."""
    snake = snake_case(class_name)
    _counts[snake] += 1
    if not follows_later_keras() or snake.startswith("input"):
        return f"{snake}_{_counts[snake]}"
    return snake if _counts[snake] == 1 else f"{snake}_{_counts[snake] - 1}"


def input_name(name: str, ending: str = "_input") -> str:
    """The name of the input that a stack makes for a layer: no longer than a name may be.

    >>> input_name("dense_1"), len(input_name("x" * 256))
    ('dense_1_input', 256)
    """
    return name[: LONGEST_NAME - len(ending)] + ending


def reset_names() -> None:
    """Count automatic names from 1 again (K.clear_session)."""
    _counts.clear()
