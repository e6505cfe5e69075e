r"""A text inside a picture: SVG in a `<metadata>` element, PNG in an iTXt chunk. So a diagram of a model is the model again.

Nothing of the picture itself is decoded. A PNG's chunks are walked by their lengths and the text's checksum is compared; a
compressed text is unpacked up to the limit of a text and no further. SVG is read by expat, which fetches nothing; a
declaration of entities, by which a small text may grow to any size, is refused.
"""

from __future__ import annotations

import codecs
import html
import os
import struct
import zlib
from xml.parsers import expat

from ..errors import FileError
from .files import MAX_TEXT_BYTES, open_regular

PNG = b"\x89PNG\r\n\x1a\n"
# The keyword of the chunk, and the namespace of the element, by which the text is known.
KEYWORD = b"engine.experiment"
NAMESPACE = "urn:engine:experiment"
MAX_DEPTH = 1000
MAX_PICTURE_BYTES = 32 * 2**20
_ELEMENT = f"{NAMESPACE} experiment"
# Length of the signature and of the first chunk, IHDR, which has to stay the first.
_AFTER_HEADER = 33
_SHORT = 512
_PIECE = 2**16
_TEXT_CHUNKS = (b"iTXt", b"zTXt", b"tEXt")
_HINT = "Take the picture as it was written: it has been cut off or changed since."


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG: length, kind, content, checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_with_text(png: bytes, text: str) -> bytes:
    r"""A PNG that carries a text, which `text_in_picture` reads.

    Args:
        png: the file's content.
        text: any text; a long one is packed.

    Returns:
        The new content.

    Example:
        >>> png = PNG + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b"")
        >>> text_in_picture(png_with_text(png, "class_name: Sequential\n"))
        'class_name: Sequential\n'
    """
    data = text.encode("utf-8")
    packed = len(data) > _SHORT
    head = KEYWORD + b"\0" + (b"\1" if packed else b"\0") + b"\0\0\0"
    return _after_header(png, chunk(b"iTXt", head + (zlib.compress(data, 9) if packed else data)))


def png_with_note(png: bytes, keyword: str, note: str) -> bytes:
    r"""A PNG with a short remark as its second chunk, which begins at byte 33.

    Args:
        png: the file's content.
        keyword: what the remark is about, of at most 79 Latin letters.
        note: the remark, in Latin letters.

    Returns:
        The new content.

    Example:
        >>> png = PNG + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b"")
        >>> png_with_note(png, "Author", "me")[33:50]
        b'\x00\x00\x00\ttEXtAuthor\x00me'
    """
    return _after_header(png, chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + note.encode("latin-1")))


def _after_header(png: bytes, made: bytes) -> bytes:
    return png[:_AFTER_HEADER] + made + png[_AFTER_HEADER:]


def svg_with_text(svg: str, text: str) -> str:
    """An SVG text that carries another one, as a `<metadata>` element that is its first child.

    Args:
        svg: the picture.
        text: any text; one with characters that XML cannot hold is left out.

    Returns:
        The new picture.

    Example:
        >>> svg_with_text("<svg><path/></svg>", "a < b")
        '<svg><metadata><experiment xmlns="urn:engine:experiment">a &lt; b</experiment></metadata><path/></svg>'
    """
    head, mark, rest = svg.partition(">")
    if any(not _is_xml(char) for char in text):
        return svg
    carried = html.escape(text, quote=False).replace("\r", "&#13;")
    return f'{head}{mark}<metadata><experiment xmlns="{NAMESPACE}">{carried}</experiment></metadata>{rest}'


def _is_xml(char: str) -> bool:
    return char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char >= "\U00010000"


def read_picture(path: str | os.PathLike[str]) -> str | None:
    """The text that a picture file carries.

    Args:
        path: of a PNG or SVG file.

    Returns:
        The text; None for a picture without one, and for other files.

    Raises:
        FileError: it is too large, or the text in it is damaged or too long.
        OSError: it cannot be opened.

    Example:
        >>> read_picture(__file__) is None
        True
    """
    with open_regular(path) as file:
        return text_in_picture(file.read(MAX_PICTURE_BYTES + 1), os.fspath(path))


def text_in_picture(data: bytes, where: str = "<picture>") -> str | None:
    """The text that a picture carries.

    Args:
        data: the content of a PNG or SVG file.
        where: how messages name it, "<picture>" by default.

    Returns:
        The text; None for a picture without one, and for other files.

    Raises:
        FileError: it is too large, or the text in it is damaged or too long.

    Example:
        >>> text_in_picture(b"<svg/>") is None
        True
    """
    if len(data) > MAX_PICTURE_BYTES:
        expected = f"a picture of at most {MAX_PICTURE_BYTES // 2**20} MB"
        raise FileError(file=where, expected=expected, actual="a larger file", hint="Give the model's own file.")
    if data.startswith(PNG):
        return _in_png(data, where)
    is_svg = data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<") and NAMESPACE.encode() in data
    return _in_svg(data, where) if is_svg else None


def _in_png(data: bytes, where: str) -> str | None:
    offset = len(PNG)
    while offset + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, offset)
        kind, end = data[offset + 4 : offset + 8], offset + 8 + length
        if kind in _TEXT_CHUNKS and data.startswith(KEYWORD + b"\0", offset + 8):
            content = data[offset + 8 : end]
            if data[end : end + 4] != struct.pack(">I", zlib.crc32(kind + content)):
                raise _damaged(where, "a checksum that fits the text", "another one, or none")
            return _decoded(_unpacked(kind, content[len(KEYWORD) + 1 :], where), where)
        if kind == b"IEND":
            return None
        offset = end + 4
    return None


def _unpacked(kind: bytes, content: bytes, where: str) -> bytes:
    """The bytes of the text behind its keyword, in each of the three ways in which a PNG may hold it."""
    if kind == b"tEXt":
        return content
    packed, rest = kind == b"zTXt", content[1:]
    if kind == b"iTXt":
        packed = content[:1] == b"\1"
        # Language and translated keyword end with a zero each.
        parts = content[2:].split(b"\0", 2)
        if len(parts) < 3:
            raise _damaged(where, "a language and a keyword before the text", "no such")
        rest = parts[2]
    if not packed:
        return rest
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(rest, MAX_TEXT_BYTES + 1)
    except zlib.error as error:
        raise _damaged(where, "a text that can be unpacked", str(error)) from None
    if not unpacking.eof and len(data) <= MAX_TEXT_BYTES:
        raise _damaged(where, "a text that is packed to its end", "a part of one")
    return data


def _decoded(data: bytes, where: str) -> str:
    if len(data) > MAX_TEXT_BYTES:
        raise _damaged(where, f"a text of at most {MAX_TEXT_BYTES} bytes", "a longer one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _damaged(where, "a text in UTF-8", f"byte 0x{data[error.start]:02x}") from None


def _in_svg(data: bytes, where: str) -> str | None:
    reading = _Reading(where)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.add
    parser.EntityDeclHandler = reading.refuse
    try:
        for start in range(0, len(data), _PIECE):
            parser.Parse(data[start : start + _PIECE], start + _PIECE >= len(data))
            if reading.whole:
                return "".join(reading.parts)
    except expat.ExpatError as error:
        if reading.whole:
            return "".join(reading.parts)
        why = expat.ErrorString(error.code)
        line, column = error.lineno, error.offset + 1
        raise FileError(
            file=where, line=line, column=column, expected="XML of a picture", actual=why, hint=_HINT
        ) from None
    return None


class _Reading:
    """Gathers the text of the first element of our namespace."""

    def __init__(self, where: str) -> None:
        self.parts: list[str] = []
        self.whole = False
        self._where = where
        self._inside = False
        self._length = 0
        self._depth = 0

    def begin(self, name: str, attributes: object) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _damaged(self._where, f"at most {MAX_DEPTH} elements in each other", "more")
        self._inside = self._inside or (name == _ELEMENT and not self.whole)

    def end(self, name: str) -> None:
        """An element ends."""
        self._depth -= 1
        if self._inside and name == _ELEMENT:
            self._inside, self.whole = False, True

    def add(self, text: str) -> None:
        """A piece of text."""
        if self._inside:
            self.parts.append(text)
            self._length += len(text)
            if self._length > MAX_TEXT_BYTES:
                raise _damaged(self._where, f"a text of at most {MAX_TEXT_BYTES} bytes", "a longer one")

    def refuse(self, *declaration: object) -> None:
        """An entity is declared, which may stand for a text of any length."""
        raise FileError(
            file=self._where,
            expected="a picture without entities of its own",
            actual="a declaration of an entity",
            hint="Save the picture as plain SVG.",
        )


def _damaged(where: str, expected: str, actual: str) -> FileError:
    return FileError(file=where, expected=expected, actual=actual, hint=_HINT)
