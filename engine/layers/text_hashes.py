"""Numbers of texts by their hash, TensorFlow's numbers.

Without a key the hash is FarmHash's fingerprint of 64 bits (Pike and Alakuijala, 2014), with one SipHash-2-4 (Aumasson and
Bernstein, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence

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


def bucket(s: bytes, buckets: int, key: Sequence[int] | None = None) -> int:
    """A number from 0 to buckets - 1, by the fingerprint, or by the hash with a key.

    >>> bucket(b"A", 3), bucket(b"B", 3)
    (1, 0)
    """
    return (fingerprint(s) if key is None else keyed_hash(s, key)) % buckets
