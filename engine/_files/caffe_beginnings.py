"""By what a file of Caffe's weights is known: its first bytes, since protobuf's binary form has no mark of its own."""

from __future__ import annotations

__all__ = ["is_binary_net"]

# Fields of a net with which a file begins, as protobuf writes their numbers: a layer of today's, one of 2014, an input; and what
# such a layer begins with: its name, or what it reads and writes.
_LAYER, _LAYER_OF_2014, _INPUT = b"\xa2\x06", b"\x12", b"\x1a"
_IN_A_LAYER = {_LAYER: b"\x0a", _LAYER_OF_2014: b"\x0a\x12\x1a\x22"}
_LONGEST_LENGTH = 5  # bytes


def is_binary_net(start: bytes) -> bool:
    r"""Whether a file that begins so is a net in protobuf's binary form: its name, if it has one, then a layer or an input.

    Args:
        start: the first bytes, a hundred or more.

    Returns:
        Whether it is.

    Example:
        >>> is_binary_net(b"\x0a\x05LeNet\xa2\x06\x99\x01\x0a\x05mnist"), is_binary_net(b'name: "LeNet"\n')
        (True, False)
    """
    if start[:1] == b"\x0a" and len(start) > 2 and 0 < start[1] < 0x80:
        name, start = start[2 : 2 + start[1]], start[2 + start[1] :]
        if min(name) < 0x20:
            return False
    for key, first in _IN_A_LAYER.items():
        if start.startswith(key):
            rest = _behind_length(start[len(key) :])
            return bool(rest) and rest[:1] in (first[i : i + 1] for i in range(len(first)))
    if start.startswith(_INPUT) and len(start) > 2:
        name = start[2 : 2 + start[1]]
        return len(name) == start[1] > 0 and min(name) >= 0x20
    return False


def _behind_length(start: bytes) -> bytes:
    """What follows a length, which is written in seven bits a byte."""
    length = next((i for i, byte in enumerate(start[:_LONGEST_LENGTH]) if byte < 0x80), None)
    return b"" if length is None else start[length + 1 :]
