"""Where the library lies, and whether it is whole.

Its name tells what it was built of, so that one of other sources is never loaded. A file beside it has its size and checksum: a
library that was cut off or changed would end the process that loads it.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

FOLDER = Path(__file__).parent


def library_path() -> Path:
    """The file of the library of the present sources, which may not be there."""
    sources = sorted([*FOLDER.glob("*.[ch]"), FOLDER / "build.py"])
    digest = zlib.crc32(b"".join(path.read_bytes() for path in sources))
    ending = {"win32": "dll", "darwin": "dylib"}.get(sys.platform, "so")
    return FOLDER / f"engine_native-{digest:08x}.{ending}"


def checksum_path(library: Path) -> Path:
    """The file beside a library that has its size and checksum."""
    return library.with_name(f"{library.name}.sum")


def checksum(library: Path) -> str:
    """Size and checksum of a file, as they are kept beside it."""
    content = library.read_bytes()
    return f"{len(content)} bytes, CRC {zlib.crc32(content):08x}"


def damage(library: Path) -> str | None:
    """What is wrong with a library that is there, in words; None where it is as it was built."""
    beside = checksum_path(library)
    if not beside.is_file():
        return f"there is no {beside.name} beside it"
    expected, actual = beside.read_text(errors="replace").strip(), checksum(library)
    return None if actual == expected else f"it has {actual}, was built with {expected[:60]!r}"
