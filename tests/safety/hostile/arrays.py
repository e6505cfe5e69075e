"""Files of arrays: .npz archives that lie about their sizes, hold objects or are broken."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

import numpy as np

from ..readers import npz_bytes
from .case import Case
from .pickles import CODE

KIND = "data sets"


def npy(header: str, content: bytes = b"", version: tuple[int, int] = (1, 0)) -> bytes:
    """An array of this header."""
    text = header.encode("latin-1") + b"\n"
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text + content


def archive(compression: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    """A zip file of arrays."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def _header(shape: object, form: object = "'<f4'") -> str:
    return f"{{'descr': {form}, 'fortran_order': False, 'shape': {shape}, }}"


def _encrypted() -> bytes:
    content = bytearray(npz_bytes(x=np.eye(4)))
    for marker, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(marker) + offset] |= 1
    return bytes(content)


def _directory(size: int) -> bytes:
    content = bytearray(npz_bytes(x=np.eye(4)))
    struct.pack_into("<I", content, content.rindex(b"PK\x05\x06") + 12, size)
    return bytes(content)


def _many_members(count: int) -> bytes:
    """An archive whose table names one member again and again."""
    content = npz_bytes(x=np.eye(4))
    end = content.rindex(b"PK\x05\x06")
    start = content.index(b"PK\x01\x02")
    table = content[start:end] * count
    return content[:start] + table + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65535, 65535, len(table), start, 0)


def _objects(payload: bytes) -> bytes:
    return archive(x=npy(_header((1,), "'|O'"), payload), y=npy(_header((1,), "'<i8'"), bytes(8)))


HOSTILE = {
    "3.5 PiB declared": archive(x=npy(_header((1000, 10**12)), bytes(100))),
    "2^64 numbers declared": archive(x=npy(_header((2**64,)), bytes(100))),
    "a shape below zero": archive(x=npy(_header((-4,)), bytes(100))),
    "a shape of fractions": archive(x=npy(_header((2.5,)), bytes(100))),
    "a shape that is a text": archive(x=npy(_header("'a'"), bytes(100))),
    "a shape that is a call": archive(x=npy(_header("__import__('os').mkdir('canary')"), bytes(100))),
    "a type that is a call": archive(x=npy(_header((1,), "__import__('os').mkdir('canary')"), bytes(100))),
    "a type that nobody knows": archive(x=npy(_header((1,), "'<q77'"), bytes(100))),
    "a text of 2 GB": archive(x=npy(_header((1,), "'<U500000000'"), bytes(100))),
    "a header in brackets": archive(x=npy("[" * 9000)),
    "a header of a megabyte": archive(x=npy(" " * 2**20, version=(2, 0))),
    "a header that is cut off": archive(x=npy(_header((4,)))[:20]),
    "a header of 4 GB": archive(x=b"\x93NUMPY\x02\x00\xff\xff\xff\xff{"),
    "another version": archive(x=npy(_header((1,)), bytes(4), (9, 0))),
    "no array": archive(x=b"words"),
    "an array that ends early": archive(x=npy(_header((1000,)), bytes(100))),
    "zeros of 400 MB": archive(x=npy(_header((10**8,)), bytes(4 * 10**8))),
    "encrypted": _encrypted(),
    "a table of 4 GB": _directory(2**32 - 2),
    "no zip file": b"words",
    "empty": b"",
    "a beginning only": b"PK\x03\x04",
    "an end only": b"PK\x05\x06" + bytes(18),
    "cut in half": npz_bytes(x=np.eye(40))[:500],
}


def cases() -> Iterator[Case]:
    """Every archive for the readers of arrays; on the page an array that may not be read is not offered."""
    shown = {"an end only"}
    for name, content in HOSTILE.items():
        if name != "an end only":
            yield Case(name, KIND, "arrays.npz", content)
        yield Case(name, KIND, "page_arrays.npz", content, "either" if name not in shown else "read")
        yield Case(name, KIND, "texts.npz", content)
    yield Case("200 000 members", KIND, "arrays.npz", _many_members(200_000))
    for name, payload in CODE.items():
        content = _objects(payload)
        yield Case(f"an object: {name}", KIND, "arrays.npz", content)
        yield Case(f"an object: {name}", KIND, "page_arrays.npz", content, "either")
        yield Case(f"an object: {name}", KIND, "texts.npz", content)
    texts = npz_bytes(x=np.array(["a", "b"]), y=np.arange(2))
    yield Case("texts", KIND, "arrays.npz", texts, "read")
    for content in (npz_bytes(True, x=np.zeros((0, 3)), y=np.float64(3)), npz_bytes(x=np.asfortranarray(np.eye(3)))):
        yield Case("honest arrays", KIND, "arrays.npz", content, "read")
