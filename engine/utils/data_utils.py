"""Files from the network, and batches made ahead.

`get_file` is the one place in the package that reaches the network, and only when it is called.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import urllib.parse
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import numpy as np

from .._files import files
from .._machine.console import say
from .._machine.random import draw_seed
from .._machine.room import bytes_in_words
from .._training.prefetch import Prefetch
from ..errors import FileError, SettingError, SettingTypeError, TrainingError, shorten
from .archives import ArchiveFormat, extract_archive

HashAlgorithm: TypeAlias = Literal["auto", "md5", "sha256"]
_SCHEMES = ("http", "https")
_WAIT_FOR_SERVER = 60.0


Source = TypeVar("Source")


class Sequence:
    """Batches by index: subclasses give `__getitem__(index)` and `__len__()`, and `on_epoch_end()` where needed.

    Example:
        >>> class Squares(Sequence):
        ...     def __len__(self):
        ...         return 2
        ...     def __getitem__(self, index):
        ...         return index**2
        >>> list(Squares())
        [0, 1]
    """

    def __getitem__(self, index: int) -> Any:
        """The batch with an index from 0 to `len(self) - 1`."""
        raise NotImplementedError(f"{type(self).__name__} needs __getitem__(index), which gives one batch.")

    def __len__(self) -> int:
        """Number of batches in an epoch."""
        raise NotImplementedError(f"{type(self).__name__} needs __len__(), the number of batches.")

    def on_epoch_end(self) -> None:
        """Called after each epoch; does nothing here."""

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))


class SequenceEnqueuer(Generic[Source]):
    """Runs a source ahead in threads: `start`, then `next` on what `get` gives, then `stop`.

    Args:
        sequence: the source.
        use_multiprocessing: taken for Keras's sake: NumPy frees the interpreter's lock in its loops, so threads serve.
    """

    def __init__(self, sequence: Source, use_multiprocessing: bool = False) -> None:
        self.sequence = sequence
        self.use_multiprocessing = use_multiprocessing
        self._prefetch: Prefetch[object] | None = None
        self._workers, self._size = 1, 10

    def is_running(self) -> bool:
        """Whether `start` was called and `stop` was not."""
        return self._prefetch is not None

    def start(self, workers: int = 1, max_queue_size: int = 10) -> None:
        """Begin to make batches.

        Args:
            workers: how many threads, 1 by default.
            max_queue_size: how many batches at most are ready and not taken, 10 by default.
        """
        self.stop()
        self._workers, self._size = max(1, workers), max_queue_size
        self._prefetch = self._begin()

    def stop(self, timeout: float | None = None) -> None:
        """End the threads.

        Args:
            timeout: taken for Keras's sake.
        """
        prefetch, self._prefetch = self._prefetch, None
        if prefetch is not None:
            prefetch.close()

    def get(self) -> Iterator[Any]:
        """Batches in the order of the source; what the source raises comes out here.

        Returns:
            An iterator.

        Raises:
            TrainingError: `start` has not been called.
        """
        if self._prefetch is None:
            raise TrainingError(f"{type(self).__name__}: call start() before get().")
        return self._batches()

    def _begin(self) -> Prefetch[object]:
        raise NotImplementedError("Use OrderedEnqueuer for a Sequence, GeneratorEnqueuer for a generator.")

    def _batches(self) -> Iterator[Any]:
        while (prefetch := self._prefetch) is not None:
            try:
                item = prefetch.get(self.is_running)
            except StopIteration:
                return
            yield item


class OrderedEnqueuer(SequenceEnqueuer[Sequence]):
    """Batches of a `Sequence` made ahead by threads, epoch after epoch without end.

    `on_epoch_end` of the Sequence is called between epochs, when no thread reads from it.

    Args:
        sequence: the `Sequence`.
        use_multiprocessing: taken for Keras's sake: NumPy frees the interpreter's lock in its loops, so threads serve.
        shuffle: whether each epoch has an order of its own, False by default.

    Example:
        >>> class Squares(Sequence):
        ...     def __len__(self):
        ...         return 2
        ...     def __getitem__(self, index):
        ...         return index**2
        >>> enqueuer = OrderedEnqueuer(Squares())
        >>> enqueuer.start(workers=2)
        >>> batches = enqueuer.get()
        >>> [next(batches) for _ in range(3)]
        [0, 1, 0]
        >>> enqueuer.stop()
    """

    def __init__(self, sequence: Sequence, use_multiprocessing: bool = False, shuffle: bool = False) -> None:
        super().__init__(sequence, use_multiprocessing)
        self.shuffle = shuffle

    def _begin(self) -> Prefetch[object]:
        order = np.arange(len(self.sequence))
        if self.shuffle:
            order = np.random.default_rng(draw_seed()).permutation(order)
        indices: Iterator[int] = iter(order.tolist())

        def take() -> Callable[[], object]:
            index = next(indices)
            return lambda: self.sequence[index]

        return Prefetch(take, self._workers, self._size)

    def _batches(self) -> Iterator[Any]:
        while self.is_running() and len(self.sequence):
            yield from super()._batches()
            # The source ended: all batches of this epoch were given out, unless `stop` came first.
            if self._prefetch is not None:
                self._prefetch.close()
                self.sequence.on_epoch_end()
                self._prefetch = self._begin()


class GeneratorEnqueuer(SequenceEnqueuer["Iterator[object]"]):
    """Batches of a generator made ahead in its order; one thread at a time runs it.

    Args:
        sequence: the generator.
        use_multiprocessing: taken for Keras's sake, like the next two.
        wait_time: no effect.
        random_seed: no effect.

    Example:
        >>> enqueuer = GeneratorEnqueuer(iter("ab"))
        >>> enqueuer.start()
        >>> list(enqueuer.get())
        ['a', 'b']
        >>> enqueuer.stop()
    """

    def __init__(
        self,
        sequence: Iterator[object],
        use_multiprocessing: bool = False,
        wait_time: float | None = None,
        random_seed: int | None = None,
    ) -> None:
        super().__init__(sequence, use_multiprocessing)
        self.wait_time, self.random_seed = wait_time, random_seed

    def _begin(self) -> Prefetch[object]:
        def take() -> Callable[[], object]:
            item = next(self.sequence)
            return lambda: item

        return Prefetch(take, self._workers, self._size)


def keras_home() -> Path:
    """Keras's folder.

    Returns:
        What the variable KERAS_HOME names, or ~/.keras.

    Example:
        >>> keras_home().is_absolute()
        True
    """
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")


def get_file(
    fname: str | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: HashAlgorithm = "auto",
    extract: bool = False,
    archive_format: ArchiveFormat = "auto",
    cache_dir: str | PathLike[str] | None = None,
) -> str:
    """The path of a file in Keras's cache, fetched where it is missing or its hash is another.

    A download takes the place of the old file only when it is whole and its hash is right.

    Args:
        fname: the file's name in the cache; None, the default: the last part of the address, as in Keras 3.
        origin: its address, http or https.
        untar: whether it is a tar archive (then .tar.gz is added to its name) to be unpacked beside itself.
        md5_hash: its MD5 hash; None (the default): it is not checked.
        file_hash: its hash by `hash_algorithm`; None (the default): it is not checked.
        cache_subdir: the folder in the cache, "datasets" by default.
        hash_algorithm: "md5", "sha256", or "auto" (the default) by the hash's length.
        extract: whether it is an archive to be unpacked beside itself. Only plain files are, and none outside the folder.
        archive_format: "auto" (the default), "tar", "zip", None, or a list of these.
        cache_dir: the cache; None (the default): KERAS_HOME or ~/.keras.

    Returns:
        The path of the file, with `untar` of what was unpacked.

    Raises:
        FileError: the hash is wrong, the address is another than http or https, or the name lies outside the cache.
        OSError: the download failed; the message has the address.

    Example:
        >>> get_file("../notes.txt", "https://example.com/notes.txt")
        Traceback (most recent call last):
        engine.errors.FileError: '../notes.txt': expected a name inside the cache, found a path that leads out of it.
    """
    folder = Path(cache_dir or keras_home()) / cache_subdir
    if origin is None:
        raise SettingTypeError(where="get_file, origin", expected="an http or https address", actual="None")
    fname = fname or os.path.basename(urllib.parse.urlsplit(origin).path)
    name = Path(fname)
    if name.is_absolute() or ".." in name.parts:
        raise FileError(file=shorten(fname), expected="a name inside the cache", actual="a path that leads out of it")
    expected = file_hash or md5_hash
    algorithm = "md5" if file_hash is None and md5_hash is not None else hash_algorithm
    target = folder / (f"{fname}.tar.gz" if untar else fname)
    if not (target.is_file() and (expected is None or validate_file(target, expected, algorithm))):
        _download(origin, target, expected, algorithm)
    if untar:
        if not (folder / fname).exists():
            extract_archive(target, folder, "tar")
        return str(folder / fname)
    if extract:
        extract_archive(target, folder, archive_format)
    return str(target)


def validate_file(
    fpath: str | PathLike[str], file_hash: str, algorithm: HashAlgorithm = "auto", chunk_size: int = 65535
) -> bool:
    """Whether a file has a hash.

    Args:
        fpath: the file.
        file_hash: the hash as hexadecimal digits.
        algorithm: "md5", "sha256", or "auto" (the default) by the hash's length.
        chunk_size: how many bytes are read at once, 65535 by default.

    Returns:
        Whether it is the file's hash.

    Raises:
        SettingError: another algorithm.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile() as file:
        ...     validate_file(file.name, "d41d8cd98f00b204e9800998ecf8427e")
        True
    """
    is_sha = algorithm == "auto" and len(file_hash) == 64
    named = algorithm if algorithm != "auto" else "sha256" if is_sha else "md5"
    return _hash_file(fpath, named, chunk_size) == file_hash.lower()


def _hash_file(fpath: str | PathLike[str], algorithm: HashAlgorithm = "sha256", chunk_size: int = 65535) -> str:
    """The hash of a file, in hexadecimal digits, under Keras's name for it; "auto" is md5. Raises SettingError."""
    if algorithm not in ("auto", "md5", "sha256"):
        raise SettingError(where="hash_algorithm", expected="'auto', 'md5' or 'sha256'", actual=shorten(algorithm))
    digest = hashlib.sha256() if algorithm == "sha256" else hashlib.md5(usedforsecurity=False)
    with files.open_regular(fpath) as file:
        while chunk := file.read(chunk_size):
            digest.update(chunk)
    return digest.hexdigest()


def _download(origin: str, target: Path, expected: str | None, algorithm: HashAlgorithm) -> None:
    if urllib.parse.urlsplit(origin).scheme not in _SCHEMES:
        raise FileError(file=target.name, expected="an http or https address", actual=shorten(origin))
    target.parent.mkdir(parents=True, exist_ok=True)

    def check(part: str) -> None:
        if expected is not None and not validate_file(part, expected, algorithm):
            wanted, hint = (
                f"a download with hash {expected}",
                "The file at the address was changed or cut; nothing was kept.",
            )
            raise FileError(file=target.name, expected=wanted, actual="another hash", hint=hint)

    # Loaded here: only what fetches needs it.
    from urllib.request import urlopen

    try:
        with (
            urlopen(origin, timeout=_WAIT_FOR_SERVER) as answer,
            files.atomic_write(target, check=check) as part,
        ):
            announced = answer.headers.get("Content-Length")
            size = f", {bytes_in_words(int(announced))}" if announced is not None and announced.isdigit() else ""
            say(f"Downloading data from {origin}{size}, to {target}")
            shutil.copyfileobj(answer, part)
            if announced is not None and part.tell() != int(announced):
                raise OSError(f"{part.tell()} of {announced} bytes came")
    except OSError as error:
        raise OSError(f"{origin} could not be fetched: {error}. Put the file into {target.parent} by hand.") from error
