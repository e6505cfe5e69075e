"""What a model is read from or written to: a path, an open HDF5 file or group, a binary file object; all else in words."""

from __future__ import annotations

import io
import os
from typing import cast

from ..errors import FileError, SettingTypeError, shorten
from .guarded_hdf5 import Storage

_EXPECTED = "a path, an open h5py file or group, or a binary file object such as io.BytesIO"
_HDF5 = b"\x89HDF\r\n\x1a\n"


def storage_of(filepath: object, writing: bool = False) -> Storage:
    r"""The storage that a user means: bytes are a path, as the system has them, or the content of an HDF5 file.

    Raises:
        SettingTypeError: it is none.
        FileError: it is closed, a data set, opened for text, or, for writing, opened for reading alone.

    >>> storage_of(b"model.h5"), type(storage_of(b"\x89HDF\r\n\x1a\n...")).__name__
    ('model.h5', 'BytesIO')
    """
    if isinstance(filepath, (str, os.PathLike)):
        return filepath
    if isinstance(filepath, (bytes, bytearray, memoryview)):
        content = bytes(filepath)
        return io.BytesIO(content) if content.startswith(_HDF5) and not writing else os.fsdecode(content)
    if isinstance(filepath, io.TextIOBase):
        mode = "wb" if writing else "rb"
        raise FileError(
            file=str(getattr(filepath, "name", "file object")),
            expected="a file opened for bytes",
            actual="one opened for text",
            hint=f"Write open(path, {mode!r}), or give the path itself.",
        )
    import h5py

    if isinstance(filepath, h5py.Group):
        if not filepath:
            raise FileError(file="HDF5 file", expected="an open file or group", actual="a closed one")
        if writing and filepath.file.mode == "r":
            name, hint = str(filepath.file.filename), "Open it with h5py.File(path, 'a')."
            raise FileError(file=name, expected="a file opened for writing", actual="mode 'r'", hint=hint)
        return filepath
    if isinstance(filepath, h5py.Dataset):
        name = filepath.name if filepath else "closed"
        raise FileError(file=str(name), expected="an HDF5 file or group", actual="a data set, which holds one array")
    method = "write" if writing else "read"
    if not all(callable(getattr(filepath, name, None)) for name in (method, "seek", "tell")):
        what = "save" if writing else "load"
        raise SettingTypeError(where=f"{what}, filepath", expected=_EXPECTED, actual=shorten(filepath))
    if getattr(filepath, "closed", False):
        raise FileError(file="file object", expected="an open file", actual="a closed one")
    if not getattr(filepath, "seekable", lambda: True)():
        hint = "Read it whole, and give io.BytesIO of its bytes." if not writing else "Write into io.BytesIO first."
        actual = "one that runs on, such as a pipe"
        raise FileError(file="file object", expected="a file with positions", actual=actual, hint=hint)
    return cast("Storage", filepath)
