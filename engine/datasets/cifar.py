"""The files of CIFAR-10 and CIFAR-100 (Krizhevsky, 2009): pickled batches of small pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .._files import files, pickled_data
from .._machine import config
from ..errors import FileError
from ..utils.data_utils import get_file, keras_home
from .mnist import Split

__all__ = ["load_batch"]

_PICTURE = (3, 32, 32)


def folder(name: str, address: str, digest: str) -> Path:
    """The folder of batches in Keras's cache; fetched and unpacked there when it is missing."""
    cached = keras_home() / "datasets" / name
    return cached if cached.is_dir() else Path(get_file(name, address, untar=True, file_hash=digest))


def load_batches(paths: list[Path], label_key: str = "labels") -> Split:
    """Pictures (N, 32, 32, 3) uint8, or (N, 3, 32, 32) where the image data format is channels_first; labels (N, 1)."""
    batches = [load_batch(path, label_key) for path in paths]
    pictures = np.concatenate([pictures for pictures, _ in batches])
    labels = np.concatenate([labels for _, labels in batches])
    if config.image_data_format() == "channels_last":
        pictures = np.ascontiguousarray(pictures.transpose(0, 2, 3, 1))
    return pictures, labels[:, None]


def load_batch(fpath: str | Path, label_key: str = "labels") -> Split:
    """The pictures and labels of one file.

    Args:
        fpath: the file.
        label_key: the key of the labels in it, "labels" by default.

    Returns:
        Pictures (N, 3, 32, 32) uint8 and labels (N,).

    Raises:
        FileError: any other content.

    Example:
        >>> import pickle, tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     _ = file.write(pickle.dumps({b"data": np.zeros((2, 3072), "uint8"), b"labels": [3, 5]}, protocol=2))
        ...     file.flush()
        ...     pictures, labels = load_batch(file.name)
        >>> pictures.shape, labels.tolist()
        ((2, 3, 32, 32), [3, 5])
    """
    with files.open_regular(fpath) as file:
        content = pickled_data.read(file.read(), str(fpath))
    parts = {_text(key): value for key, value in content.items()} if isinstance(content, dict) else {}
    data, labels = parts.get("data"), parts.get(label_key)
    if not isinstance(data, np.ndarray) or data.dtype != np.uint8 or data.size % np.prod(_PICTURE):
        raise FileError(file=str(fpath), expected="pictures as 'data'", actual="none of that kind")
    pictures = data.reshape(-1, *_PICTURE)
    if not isinstance(labels, list) or len(labels) != len(pictures) or not all(type(n) is int for n in labels):
        raise FileError(file=str(fpath), expected=f"{len(pictures)} whole numbers as {label_key!r}", actual="none such")
    return pictures, np.array(labels)


def _text(key: object) -> object:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else key
