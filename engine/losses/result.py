"""Numbers that a loss or metric gives at once, for arrays: NumPy's, read as tf.keras's tensors are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..types import Array

if TYPE_CHECKING:
    _Numbers = Array
else:
    _Numbers = np.ndarray


class Result(_Numbers):
    """An array, with or without axes, that also has the `numpy` of tf.keras's tensors.

    Example:
        >>> float(Result.of(np.array(0.5))), Result.of(0.5).numpy()
        (0.5, array(0.5))
    """

    @classmethod
    def of(cls, values: object) -> Result:
        """The values as a Result, without a copy."""
        return np.asarray(values).view(cls)

    def numpy(self) -> Array:
        """The numbers as a plain array.

        Returns:
            An array of the same shape.
        """
        return np.asarray(self)
