"""1797 real handwritten digits of 8 x 8 pixels, which come with the engine.

Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, 1998,
https://doi.org/10.24432/C50P49: its test part, under CC BY 4.0 (digits-licence.txt); `tests.golden.digits.py` made
the file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .mnist import Split

__all__ = ["load_data"]

TRAINING = 1437
_FILE = Path(__file__).with_name("digits.npz")


def load_data() -> tuple[Split, Split]:
    """The digits, always in the same order.

    Returns:
        (x_train, y_train), (x_test, y_test); x float32 (1437, 8, 8, 1) and (360, 8, 8, 1) from 0 to 1, y classes (N,).

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()
        >>> x_train.shape, x_test.shape
        ((1437, 8, 8, 1), (360, 8, 8, 1))
    """
    with np.load(_FILE, allow_pickle=False) as stored:
        images = (stored["images"] / 16).astype("float32")[..., None]
        labels = stored["labels"].astype("int64")
    return (images[:TRAINING], labels[:TRAINING]), (images[TRAINING:], labels[TRAINING:])
