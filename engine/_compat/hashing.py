"""`tf.strings.to_hash_bucket_*`: numbers of texts by their hash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..layers.text_hashes import bucket
from .tensorflow_strings import texts
from .values import eager

__all__ = ["to_hash_bucket_fast", "to_hash_bucket_strong"]


def _buckets(input: Any, num_buckets: int, key: Sequence[int] | None = None) -> Any:
    array = texts(input)
    made = np.empty(array.shape, "int64")
    for i, x in enumerate(array.flat):
        made.flat[i] = bucket(x, num_buckets, key)
    return eager(made)


def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """A number from 0 to num_buckets - 1 of each text, by its fingerprint."""
    return _buckets(input, int(num_buckets))


def to_hash_bucket_strong(input: Any, num_buckets: int, key: Sequence[int], name: str | None = None) -> Any:
    """A number from 0 to num_buckets - 1 of each text, by its hash with a key."""
    return _buckets(input, int(num_buckets), list(key))
