"""Vocabularies, windows, digits and pictures."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from ..readers import READERS
from .case import Case, Json

KIND = "data sets"
DEEP = "[" * 10**5
TEXTS = {
    "empty": "",
    "a list": "[1]",
    "null": "null",
    "a number": "3",
    "brackets": DEEP,
    "deep tables": '{"a":' * 10**5,
    "a long number": '{"a": ' + "9" * 5000 + "}",
    "cut off": '{"a": ',
    "a tail": '{"a": 1} x',
    "values that are texts": '{"a": "b"}',
    "values that are lists": '{"a": []}',
    "values that are truths": '{"a": true}',
    "values that are fractions": '{"a": 0.5}',
}


def _with(reader: str, **changes: Json) -> bytes:
    written = json.loads(READERS[reader].honest())
    for name, value in changes.items():
        if value is ...:
            del written["config"][name]
        else:
            written["config"][name] = value
    return json.dumps(written).encode()


TOKENIZERS: dict[str, dict[str, Json]] = {
    "a table that is missing": {"word_index": ...},
    "a table that is none": {"word_index": {}},
    "a table of texts": {"word_index": '{"a": "b"}'},
    "a table of brackets": {"word_counts": DEEP},
    "keys that are no numbers": {"index_word": '{"a": "b"}'},
    "keys that are code": {"index_docs": '{"__import__": 1}'},
    "a setting that nobody knows": {"__class__": 1},
}
WINDOWS: dict[str, dict[str, Json]] = {
    "data that are missing": {"data": ...},
    "data that are a number": {"data": 3},
    "data in steps": {"data": [[1], [2, 3]]},
    "targets of another length": {"targets": [1]},
    "a length that is a text": {"length": "two"},
    "a length of 2^70": {"length": 2**70},
    "a start that is none": {"start_index": None},
    "a setting that nobody knows": {"__class__": 1},
}


def _png(columns: int, rows: int, content: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">2I5B", columns, rows, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def _saved(form: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 3)).save(buffer, form)
    return buffer.getvalue()


PICTURES = {
    "10^9 pixels": _png(30000, 30000, zlib.compress(bytes(10**6))),
    "2^62 pixels": _png(2**31 - 1, 2**31 - 1, zlib.compress(bytes(100))),
    "no pixels": _png(0, 0),
    "pixels that are missing": _png(100, 100),
    "zeros of 100 MB": _png(6000, 6000, zlib.compress(bytes((6000 * 3 + 1) * 6000), 9)),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n(%pipe%touch canary) (w) file\nshowpage\n",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "a web page": b"<html><script>alert(1)</script></html>",
    "words": b"words",
    "empty": b"",
    "a GIF cut off": _saved("gif")[:20],
    "a TIFF of nothing": b"II*\x00\xff\xff\xff\xff",
    "a text of pixels": b"P3 99999 99999 255 0",
}


def cases() -> Iterator[Case]:
    """Every file."""
    for name, text in TEXTS.items():
        for reader in ("words.json", "tokenizer.json", "windows.json"):
            yield Case(name, KIND, reader, text.encode())
    for name, changes in TOKENIZERS.items():
        yield Case(name, KIND, "tokenizer.json", _with("tokenizer.json", **changes))
    for name, changes in WINDOWS.items():
        yield Case(name, KIND, "windows.json", _with("windows.json", **changes))
    digits = {"zeros of 1 GB": gzip.compress(bytes(2**20), 9) * 1024, "too short": gzip.compress(b"x"), "empty": b"",
              "words": b"words", "cut off": READERS["digits.idx"].honest()[:12]}  # fmt: skip
    for name, content in digits.items():
        yield Case(name, KIND, "digits.idx", content)
    for name, content in PICTURES.items():
        yield Case(name, KIND, "picture.png", content)
    for form in ("bmp", "gif", "jpeg", "png", "ppm", "tiff"):
        yield Case(f"honest {form}", KIND, "picture.png", _saved(form), "read")
