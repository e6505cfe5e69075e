"""Numbers of texts by their hash: `Hashing` and `tf.strings.to_hash_bucket_*`, with TensorFlow's numbers.

Without a key the hash is FarmHash's fingerprint of 64 bits (Pike and Alakuijala, 2014), with one SipHash-2-4 (Aumasson and
Bernstein, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._graph.tensor import Tensor
from ..errors import SettingError, SettingTypeError
from .tensorflow_strings import texts
from .values import EagerArray, eager, value_of

__all__ = ["Hashing", "fingerprint", "keyed_hash", "to_hash_bucket_fast", "to_hash_bucket_strong"]

_BITS = 0xFFFFFFFFFFFFFFFF
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def _word(s: bytes, at: int) -> int:
    return int.from_bytes(s[at : at + 8], "little")


def _half(s: bytes, at: int) -> int:
    return int.from_bytes(s[at : at + 4], "little")


def _right(x: int, by: int) -> int:
    """x with its bits moved round to the right."""
    return ((x >> by) | (x << (64 - by))) & _BITS


def _mixed(x: int) -> int:
    return x ^ (x >> 47)


def _of_two(u: int, v: int, factor: int) -> int:
    a = _mixed(((u ^ v) * factor) & _BITS)
    return (_mixed(((v ^ a) * factor) & _BITS) * factor) & _BITS


def _of_short(s: bytes) -> int:
    n = len(s)
    factor = (_K2 + n * 2) & _BITS
    if n >= 8:
        a, b = (_word(s, 0) + _K2) & _BITS, _word(s, n - 8)
        return _of_two((_right(b, 37) * factor + a) & _BITS, ((_right(a, 25) + b) * factor) & _BITS, factor)
    if n >= 4:
        return _of_two(n + (_half(s, 0) << 3), _half(s, n - 4), factor)
    if n:
        y, z = s[0] + (s[n >> 1] << 8), n + (s[n - 1] << 2)
        return (_mixed((y * _K2 ^ z * _K0) & _BITS) * _K2) & _BITS
    return _K2


def _of_medium(s: bytes) -> int:
    """17 to 64 bytes."""
    n = len(s)
    factor = (_K2 + n * 2) & _BITS
    a, b = _word(s, 0) * (_K1 if n <= 32 else _K2) & _BITS, _word(s, 8)
    c, d = _word(s, n - 8) * factor & _BITS, _word(s, n - 16) * _K2 & _BITS
    y = (_right((a + b) & _BITS, 43) + _right(c, 30) + d) & _BITS
    z = _of_two(y, (a + _right((b + _K2) & _BITS, 18) + c) & _BITS, factor)
    if n <= 32:
        return z
    e, f = _word(s, 16) * factor & _BITS, _word(s, 24)
    g, h = (y + _word(s, n - 32)) * factor & _BITS, (z + _word(s, n - 24)) * factor & _BITS
    first = (_right((e + f) & _BITS, 43) + _right(g, 30) + h) & _BITS
    return _of_two(first, (e + _right((f + a) & _BITS, 18) + g) & _BITS, factor)


def _weak(s: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    w, x, y, z = (_word(s, at + 8 * i) for i in range(4))
    a = (a + w) & _BITS
    b = _right((b + a + z) & _BITS, 21)
    c = a
    a = (a + x + y) & _BITS
    return (a + z) & _BITS, (b + _right(a, 44) + c) & _BITS


def _round(s: bytes, at: int, state: tuple[int, ...], factor: int, times: int) -> tuple[int, ...]:
    """One block of 64 bytes; x, y, z and the pairs v and w."""
    x, y, z, v1, v2, w1, w2 = state
    x = _right((x + y + v1 + _word(s, at + 8)) & _BITS, 37) * factor & _BITS
    y = _right((y + v2 + _word(s, at + 48)) & _BITS, 42) * factor & _BITS
    x ^= w2 * times & _BITS
    y = (y + v1 * times + _word(s, at + 40)) & _BITS
    z = _right((z + w1) & _BITS, 33) * factor & _BITS
    v1, v2 = _weak(s, at, v2 * factor & _BITS, (x + w1) & _BITS)
    w1, w2 = _weak(s, at + 32, (z + w2) & _BITS, (y + _word(s, at + 16)) & _BITS)
    return z, y, x, v1, v2, w1, w2


def fingerprint(s: bytes) -> int:
    """FarmHash's fingerprint of 64 bits.

    Args:
        s: the bytes.

    Returns:
        A number from 0 to 2^64 - 1.

    Example:
        >>> fingerprint(b"") == 0x9AE16A3B2F90404F
        True
    """
    n = len(s)
    if n <= 64:
        return _of_short(s) if n <= 16 else _of_medium(s)
    y = (81 * _K1 + 113) & _BITS
    z = _mixed((y * _K2 + 113) & _BITS) * _K2 & _BITS
    state: tuple[int, ...] = ((81 * _K2 + _word(s, 0)) & _BITS, y, z, 0, 0, 0, 0)
    end = ((n - 1) // 64) * 64
    for at in range(0, end, 64):
        state = _round(s, at, state, _K1, 1)
    x, y, z, v1, v2, w1, w2 = state
    factor = (_K1 + ((z & 0xFF) << 1)) & _BITS
    w1 = (w1 + ((n - 1) & 63)) & _BITS
    v1 = (v1 + w1) & _BITS
    w1 = (w1 + v1) & _BITS
    # The last block begins so that it ends with the bytes; here x and y are mixed with nine times what they were before.
    x, y, z, v1, v2, w1, w2 = _round(s, n - 64, (x, y, z, v1, v2, w1, w2), factor, 9)
    first = (_of_two(v1, w1, factor) + _mixed(y) * _K0 + z) & _BITS
    return _of_two(first, (_of_two(v2, w2, factor) + x) & _BITS, factor)


def keyed_hash(s: bytes, key: Sequence[int]) -> int:
    """SipHash-2-4.

    Args:
        s: the bytes.
        key: two numbers of 64 bits.

    Returns:
        A number from 0 to 2^64 - 1.
    """
    k0, k1 = (int(k) & _BITS for k in key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]
    whole = len(s) // 8 * 8
    last = int.from_bytes(s[whole:], "little") | (len(s) & 0xFF) << 56
    for word in (*(_word(s, at) for at in range(0, whole, 8)), last):
        v[3] ^= word
        _sip_rounds(v, 2)
        v[0] ^= word
    v[2] ^= 0xFF
    _sip_rounds(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _sip_rounds(v: list[int], count: int) -> None:
    for _ in range(count):
        for a, b, by, turned in ((0, 1, 13, True), (2, 3, 16, False), (0, 3, 21, False), (2, 1, 17, True)):
            v[a] = (v[a] + v[b]) & _BITS
            v[b] = _right(v[b], 64 - by) ^ v[a]
            if turned:
                v[a] = _right(v[a], 32)


def _buckets(input: Any, num_buckets: int, hashed: Any) -> Any:
    array = texts(input)
    made = np.empty(array.shape, "int64")
    for i, x in enumerate(array.flat):
        made.flat[i] = hashed(x) % num_buckets
    return eager(made)


def to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Any:
    """A number from 0 to num_buckets - 1 of each text, by its fingerprint."""
    return _buckets(input, int(num_buckets), fingerprint)


def to_hash_bucket_strong(input: Any, num_buckets: int, key: Sequence[int], name: str | None = None) -> Any:
    """A number from 0 to num_buckets - 1 of each text, by its hash with a key."""

    def hashed(x: bytes) -> int:
        return keyed_hash(x, key)

    return _buckets(input, int(num_buckets), hashed)


class Hashing:
    """A place from 0 to num_bins - 1 for each text or whole number, before the model, on arrays and in `Dataset.map`.

    Args:
        num_bins: how many places.
        mask_value: what has place 0, so that all else begins at 1; None, the default: nothing.
        salt: one number or two, which give other places; None, the default.
        output_mode: "int" (the default), or "one_hot", "multi_hot" or "count" (N, num_bins).
        sparse: refused where True, as arrays are dense.
        **_: accepted as in Keras: name and dtype.

    Raises:
        SettingError: a number of places below 1, another mode, or sparse.

    Example:
        >>> Hashing(num_bins=3)(["A", "B", "C", "D", "E"]).tolist()
        [1, 0, 1, 1, 2]
    """

    def __init__(
        self,
        num_bins: int,
        mask_value: Any = None,
        salt: int | Sequence[int] | None = None,
        output_mode: str = "int",
        sparse: bool = False,
        **_: object,
    ) -> None:
        if int(num_bins) < 1:
            raise SettingError(where="Hashing, num_bins", expected="1 or more", actual=repr(num_bins))
        if output_mode not in ("int", "one_hot", "multi_hot", "count"):
            expected = "'int', 'one_hot', 'multi_hot' or 'count'"
            raise SettingError(where="Hashing, output_mode", expected=expected, actual=repr(output_mode))
        if sparse:
            raise SettingError(where="Hashing, sparse", expected="False", actual="True", hint="Arrays are dense here.")
        self.num_bins, self.mask_value, self.output_mode = int(num_bins), mask_value, output_mode
        self.salt = None if salt is None else [salt, salt] if isinstance(salt, int) else list(salt)

    def __call__(self, inputs: Any) -> EagerArray:
        """The places of texts or whole numbers, in their shape."""
        if isinstance(inputs, Tensor):
            hint = "Call it before the model: dataset.map(lambda x, y: (layer(x), y))."
            raise SettingTypeError(where="Hashing", expected="an array", actual="a symbol of a model", hint=hint)
        values = np.asarray(value_of(inputs))
        written = texts(values if values.dtype.kind in "SUO" else values.astype(int).astype(str))
        bins = self.num_bins - (1 if self.mask_value is not None and self.num_bins > 1 else 0)
        salt = self.salt
        places = np.asarray(
            to_hash_bucket_fast(written, bins) if salt is None else to_hash_bucket_strong(written, bins, salt)
        )
        if self.mask_value is not None:
            masked = written == texts(np.asarray(self.mask_value))[()]
            places = np.where(masked, 0, places + 1)
        return eager(places if self.output_mode == "int" else self._encoded(places))

    def _encoded(self, places: np.ndarray) -> np.ndarray:
        if self.output_mode == "one_hot":
            flat = places[..., 0] if places.ndim > 1 and places.shape[-1] == 1 else places
            return np.eye(self.num_bins, dtype="float32")[flat]
        rows = places.reshape(1, -1) if places.ndim == 1 else places
        counts = np.stack([np.bincount(row.ravel(), minlength=self.num_bins) for row in rows]).astype("float32")
        made = counts if self.output_mode == "count" else np.minimum(counts, 1)
        return made[0] if places.ndim == 1 else made
