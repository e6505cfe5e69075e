"""What the name of a layer may be."""

from __future__ import annotations

MAX_NAME = 256


def is_clean(text: str) -> bool:
    r"""Whether a text holds no control characters and no halves of surrogate pairs.

    >>> is_clean("conv_1"), is_clean("conv\x1f1")
    (True, False)
    """
    return not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text)
