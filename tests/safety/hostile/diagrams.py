"""Pictures that carry a model: bombs, entities, broken chunks, texts of other kinds."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from engine._files.files import MAX_TEXT_BYTES
from engine._files.picture_text import KEYWORD, NAMESPACE, chunk, png_with_text, svg_with_text

from .case import Case
from .texts import BOMB, CODE

KIND = "pictures that carry a model"
PLAIN = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IEND", b"")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path/></svg>'
ZEROS = zlib.compress(bytes(2**27), 9)


def _carrying(kind: bytes, content: bytes) -> bytes:
    return PLAIN[:33] + chunk(kind, KEYWORD + b"\0" + content) + PLAIN[33:]


def _holding(text: str, before: str = "") -> bytes:
    return f'{before}<svg><experiment xmlns="{NAMESPACE}">{text}</experiment></svg>'.encode()


ENTITIES = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
PNG = {
    "no text": PLAIN,
    "128 MB of zeros": _carrying(b"iTXt", b"\1\0\0\0" + ZEROS),
    "128 MB of zeros in Latin letters": _carrying(b"zTXt", b"\0" + ZEROS),
    "many bombs": PLAIN[:33] + chunk(b"iTXt", b"other\0\1\0\0\0" + ZEROS) * 40 + PLAIN[33:],
    "a length of 2^32": PLAIN[:33] + b"\xff\xff\xff\xffiTXt" + KEYWORD + b"\0",
    "a length beyond the end": PLAIN[:33] + struct.pack(">I", 2**20) + b"tEXt" + KEYWORD + b"\0a: 1",
    "a wrong checksum": _carrying(b"tEXt", b"a: 1")[:-14] + b"0000" + PLAIN[-12:],
    "no zlib": _carrying(b"zTXt", b"\0words"),
    "no language": _carrying(b"iTXt", b"\1"),
    "not UTF-8": _carrying(b"iTXt", b"\0\0\0\0\xff\xfe"),
    "no keyword": PLAIN[:33] + chunk(b"tEXt", b"") + PLAIN[33:],
    "a million chunks": PLAIN[:33] + chunk(b"tEXt", b"") * 10**6 + PLAIN[33:],
    "an empty text": png_with_text(PLAIN, ""),
    "words": png_with_text(PLAIN, "words"),
    "a bomb of YAML": png_with_text(PLAIN, BOMB),
    "8 MB": png_with_text(PLAIN, "a" * (MAX_TEXT_BYTES + 1)),
}
DRAWINGS = {
    "no text": SVG.encode(),
    "entities that grow": _holding("&e9;", f'<!DOCTYPE svg [<!ENTITY e0 "aaaaaaaaaa">{ENTITIES}]>'),
    "a long entity": _holding("&a;" * 10**5, f'<!DOCTYPE svg [<!ENTITY a "{"a" * 10**5}">]>'),
    "a file as an entity": _holding("&a;", '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "a parameter entity": _holding("a", '<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://127.0.0.1:9/"> %a;]>'),
    "not closed": _holding("a: 1")[:-20],
    "a million deep": b"<a>" * 10**6 + f'<experiment xmlns="{NAMESPACE}"/>'.encode(),
    "a million attributes": b"<svg "
    + b"".join(b'a%d="" ' % i for i in range(10**5))
    + f'xmlns="{NAMESPACE}">'.encode(),
    "8 MB": _holding("a" * (MAX_TEXT_BYTES + 1)),
    "two texts in each other": _holding(f'<experiment xmlns="{NAMESPACE}">words</experiment>'),
    "no XML": f"<svg {NAMESPACE} < <".encode(),
    "zero bytes": _holding("\0"),
    "a bomb of YAML": svg_with_text(SVG, BOMB).encode(),
}


def cases() -> Iterator[Case]:
    """Every file."""
    for name, content in PNG.items():
        yield Case(name, KIND, "diagram.png", content)
    for name, content in DRAWINGS.items():
        yield Case(name, KIND, "diagram.svg", content)
    for name, text in CODE.items():
        yield Case(name, KIND, "diagram.png", png_with_text(PLAIN, text))
        yield Case(name, KIND, "diagram.svg", svg_with_text(SVG, text).encode())
