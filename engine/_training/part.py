"""The part of a batch that one of several processes has, as the loss takes it."""

from __future__ import annotations

import numpy as np

from .._graph.tensor import Variable
from ..types import DTypeLike


class Part:
    """The part of a batch that a process has, as tensors of the loss.

    Args:
        dtype: of the loss.

    Attributes:
        share: the part of the samples; what means are multiplied by.
        present: 1, or 0 where it has no sample; what sums are multiplied by.
    """

    def __init__(self, dtype: DTypeLike) -> None:
        self.share = Variable((), dtype, "share of the batch", np.ones(()), trainable=False)
        self.present = Variable((), dtype, "samples are here", np.ones(()), trainable=False)

    def set(self, share: float) -> None:
        """Take over what the present batch has."""
        self.share.array[...] = share
        self.present.array[...] = share > 0
