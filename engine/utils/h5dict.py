"""`H5Dict`: one way to put texts, lists of texts and arrays into an HDF5 group or a dict."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import h5py
import numpy as np

from .._files import files, hdf5
from .._files.guarded_hdf5 import Source
from ..errors import SettingError, SettingTypeError, shorten


class _Group(dict[str, Any]):
    """A group in a dict: a class of its own, so that a dict that the user stores is none."""


class H5Dict:
    """A mapping over an HDF5 file or group, or over a dict (Keras 2.2.4).

    Arrays become data sets; texts, numbers and lists of texts become attributes, split where HDF5 has no room for them in
    one piece; a name that is not there yet becomes a group.

    Args:
        path: a file's path, an open h5py group, or a dict.
        mode: "r" allows no changes, "w" begins empty, "a" (the default) adds to what is there.

    Raises:
        SettingTypeError: another path.
        KeyError: a name that is a group already is set.

    Example:
        >>> stored = H5Dict({}, mode="w")
        >>> stored["layer"]["kernel"] = np.ones(2)
        >>> "layer" in stored, stored["layer"]["kernel"].tolist()
        (True, [1.0, 1.0])
    """

    def __init__(
        self, path: str | os.PathLike[str] | h5py.Group | Mapping[str, Any], mode: Literal["r", "w", "a"] = "a"
    ) -> None:
        self._is_file = isinstance(path, (str, os.PathLike))
        self.read_only = mode == "r"
        self.data: h5py.Group | dict[str, Any]
        if isinstance(path, (str, os.PathLike)):
            if self.read_only:
                files.open_regular(path).close()
            self.data = h5py.File(os.fspath(path), mode)
        elif isinstance(path, h5py.Group):
            self.data = path
        elif isinstance(path, dict):
            self.data = path
            if mode == "w":
                path.clear()
        else:
            raise SettingTypeError(
                where="H5Dict", expected="a path, an h5py group or a dict", actual=type(path).__name__
            )

    def __setitem__(self, attr: str | bytes, val: object) -> None:
        if self.read_only:
            raise SettingError(
                where=f"H5Dict, {shorten(attr)}", expected="mode 'w' or 'a' for changes", actual="mode 'r'"
            )
        name = _text(attr)
        if isinstance(self.data, dict):
            self.data[name] = np.array(val) if isinstance(val, (np.ndarray, np.generic)) else val
            return
        if name in self.data:
            raise KeyError(f"H5Dict: expected a new name, found {shorten(name)}, which is a group or an array already")
        if isinstance(val, (np.ndarray, np.generic)):
            self.data.create_dataset(name, data=val)
        elif isinstance(val, list):
            hdf5.put_list(self.data, name, val)
        else:
            self.data.attrs[name] = val

    def __getitem__(self, attr: str | bytes) -> Any:
        name = _text(attr)
        if isinstance(self.data, dict):
            value = self.data.get(name)
            return self._inside(value) if isinstance(value, _Group) else value if name in self.data else self._new(name)
        with Source(self.data) as source:
            stored = source.item(name)
            pieces: list[Any] = []
            while stored is None and f"{name}{len(pieces)}" in self.data.attrs:
                pieces.append(np.ravel(np.array(source.item(f"{name}{len(pieces)}"))))
        if stored is not None:
            return self._inside(stored) if isinstance(stored, h5py.Group) else _plain(stored)
        return np.concatenate(pieces).tolist() if pieces else self._new(name)

    def _new(self, name: str) -> H5Dict:
        if self.read_only:
            raise SettingError(where="H5Dict", expected="a name that is there (mode 'r')", actual=shorten(name))
        if isinstance(self.data, dict):
            self.data[name] = _Group()
            return self._inside(self.data[name])
        return self._inside(self.data.create_group(name))

    def _inside(self, group: h5py.Group | dict[str, Any]) -> H5Dict:
        inner = H5Dict(group)
        inner.read_only = self.read_only
        return inner

    def __contains__(self, key: str | bytes) -> bool:
        name = _text(key)
        if isinstance(self.data, dict):
            return name in self.data
        with Source(self.data):  # what a broken file does wrong is said in words
            return name in self.data or name in self.data.attrs

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[str]:
        if isinstance(self.data, dict):
            return iter(self.data)
        with Source(self.data) as source:
            return iter(source.names())

    def iter(self) -> Iterator[str]:
        """The names of groups and arrays."""
        return iter(self)

    def get(self, key: str | bytes, default: object = None) -> Any:
        """What lies under a name.

        Args:
            key: the name.
            default: what is returned where there is nothing, None by default.

        Returns:
            A text, a list, an array, a group as another `H5Dict`, or the default.
        """
        if key not in self:  # __getitem__ would make a group
            return default
        return self[key]

    def update(self, *args: Mapping[str, object] | Iterable[tuple[str, object]]) -> None:
        """Set all items of a mapping, or of pairs.

        Args:
            *args: a mapping, or pairs of name and value.
        """
        for name, value in dict(*args).items():
            self[name] = value

    def close(self) -> None:
        """Write everything out; closes a file that was given as a path."""
        if isinstance(self.data, h5py.Group):
            self.data.file.flush()
            if self._is_file:
                self.data.file.close()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "data":
            raise AttributeError(name)
        return getattr(self.data, name)


def _text(name: str | bytes) -> str:
    return name.decode("utf-8") if isinstance(name, bytes) else str(name)


def _plain(value: object) -> object:
    """Texts as Keras gives them: a list of bytes, not an array."""
    return value.tolist() if isinstance(value, np.ndarray) and value.dtype.kind in "SO" else value


h5dict = H5Dict
