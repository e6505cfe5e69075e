"""Honest files of every kind, cut off, with bytes changed, or of another kind: read or refused, never anything else."""

from __future__ import annotations

import random
from collections.abc import Iterator

from ..readers import READERS
from .case import Case

KIND = "damaged"
EACH = 8


def damaged(content: bytes, dice: random.Random) -> bytes:
    """A file after an accident."""
    data = bytearray(content)
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(max(len(data), 1))
        match dice.randrange(5):
            case 0:
                del data[at:]
            case 1:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 2:
                del data[at : at + dice.randrange(1, 20)]
            case 3:
                data[at:at] = data[at : at + dice.randrange(1, 50)]
            case _:
                data[at : at + 4] = dice.choice(
                    (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f", b"    ")
                )
    return bytes(data)


def cases() -> Iterator[Case]:
    """Accidents of every honest file, and every honest file for every other reader."""
    dice = random.Random(14)
    honest = {name: reader.honest() for name, reader in READERS.items()}
    for name, content in honest.items():
        yield Case("honest", "honest", name, content, "read")
        for number in range(EACH):
            # What a page says is a list that always parses.
            if name != "gestures.json":
                yield Case(f"accident {number}", KIND, name, damaged(content, dice), "either")
    for name in honest:
        other = dice.choice([content for one, content in honest.items() if one != name])
        if name != "gestures.json":
            yield Case("another kind of file", KIND, name, other, "either")
