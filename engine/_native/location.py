"""Where the library lies. Its name tells what it was built of, so that one of other sources is never loaded."""

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
