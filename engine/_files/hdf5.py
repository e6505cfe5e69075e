"""Keras 2 files: names and arrays to HDF5 and back.

Layout: root (or group `model_weights`) has the attribute `layer_names`; one group per layer has `weight_names`, and
each weight is a data set at that path inside the group. Attributes over 64512 bytes are split into numbered pieces.
Reading trusts nothing: no link leaves the file, sizes are known before bytes are read, all is read before any is used.
"""

from __future__ import annotations

import io
import os
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from .._machine.background import in_hdf5
from .._machine.room import memory_limit
from ..errors import SettingError
from ..types import Array, Config, DType, FilePath
from .files import atomic_write
from .guarded_hdf5 import MAX_WEIGHT_NAME, Shapes, Source, Storage
from .guards import cut
from .json_text import read_json, write_json

if TYPE_CHECKING:
    import h5py

Weights = Sequence[tuple[str, Sequence[tuple[str, Array]]]]


class Loaded(list[tuple[str, list[tuple[str, Array]]]]):
    """Layers and weights of a file: [(layer name, [(weight name, array), ...]), ...].

    keras_version, backend: who wrote it; None where the file does not tell, as those of Keras 1. former_order: it is one of
    ours from before layers had Keras's order.
    """

    keras_version: str | None = None
    backend: str | None = None
    former_order: bool = False


KERAS_VERSION = "2.2.4"
BACKEND = "tensorflow"
CHECKSUM = "engine_checksum"
# In our files since layers have the order of Keras's.
LAYER_ORDER = "engine_layer_order"
# Groups of arrays beside the weights, in the order of the checksum.
BESIDE = ("optimizer_weights", "training_state")
# HDF5 keeps an attribute in the object header, which ends at 64 KB (Keras's own limit and splitting).
MAX_ATTRIBUTE_BYTES = 64512
_SLACK = 65536
_FREE_SLOTS = 2**24


class Check(NamedTuple):
    """What a model allows its file to hold.

    shapes: as `check` of `read_weights`. slots: the most bytes of the optimizer's slots; -1 for what the memory allows.
    """

    shapes: Shapes | None
    slots: int


@dataclass
class ModelFile:
    """What a whole model file holds: texts as plain data, weights and optimizer slots as arrays.

    training_state: where a training stands (`models.checkpoints`); None in all but checkpoints.
    """

    config: Config
    training_config: Config | None
    layers: Loaded
    optimizer_weights: list[tuple[str, Array]] | None
    training_state: list[tuple[str, Array]] | None = None


def write_weights(storage: Storage, layers: Weights) -> None:
    """Write a Keras weight file, whole or not at all.

    storage: a path; or an open h5py file or group, or a binary file object, which are filled at once.
    layers: (layer name, [(weight name, array), ...]) in model order, also for layers without weights.
    Raises OSError naming path, needed and free bytes when the disk is full; RuntimeError for one name above 64 KB.
    """
    _check_names(layers)
    _write(storage, lambda file: _put_layers(file, layers), _arrays(layers))


def _check_names(layers: Weights) -> None:
    """Refuse names that could not be read again, before anything is written: HDF5 takes them for ways through the file."""
    seen: dict[str, str] = {}
    for layer, weights in layers:
        way = _way_of(layer)
        if seen.setdefault(way, layer) != layer:
            expected = "names that differ by more than the strokes in them"
            raise SettingError(where="save", expected=expected, actual=f"{cut(seen[way])!r} and {cut(layer)!r}")
        for name, _ in weights:
            _way_of(name)
            if not 0 < len(name) <= MAX_WEIGHT_NAME:
                expected = f"a name of 1 to {MAX_WEIGHT_NAME} characters for a weight"
                raise SettingError(where="save", expected=expected, actual=f"{cut(name)!r} ({len(name)} characters)")


def _way_of(name: str) -> str:
    """The way that HDF5 goes for a name, as `_inside` writes it. Raises SettingError for one that leads nowhere."""
    parts = name.split("/")
    way = "/".join(part for part in parts if part)
    if not way or "." in parts:
        expected = "a name that is more than strokes and has no '.' alone between them"
        raise SettingError(where="save", expected=expected, actual=repr(cut(name)))
    return way


def read_weights(storage: Storage, check: Shapes | None = None) -> Loaded:
    """All weights of a weight file or of a whole model file: a path, an open h5py file or group, a binary file object.

    check: called with [(layer name, [(weight name, shape), ...]), ...] before any weight is read; raises to refuse.
    Raises FileError naming the file, the part of it, what was found and expected.
    """
    with Source(storage) as source:
        layers = _read_layers(source, source.weights_group(), check)
        _compare_checksum(source, layers, None)
        return layers


def array_headers(storage: Storage) -> dict[str, tuple[tuple[int, ...], DType]]:
    """The shape and type of every array of numbers in a file of any kind.

    Args:
        storage: a path, an open h5py file or group, or a binary file object.

    Returns:
        Shape and type by the array's path in the file.

    Raises:
        FileError: it is no HDF5 file, or a broken one.

    Example:
        >>> import h5py, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with h5py.File(f"{folder}/data.h5", "w") as file:
        ...         _ = file.create_dataset("x", data=[[1.0, 2.0]])
        ...     array_headers(f"{folder}/data.h5")["x"][0]
        (1, 2)
    """
    with Source(storage) as source:
        return {path: (tuple(array.shape or ()), array.dtype) for path, array in source.arrays().items() if array.shape}


def read_arrays(storage: Storage, paths: Iterable[str]) -> dict[str, Array]:
    """Arrays of numbers in a file of any kind, checked as weights are.

    Args:
        storage: a path, an open h5py file or group, or a binary file object.
        paths: the arrays' paths in the file.

    Returns:
        The arrays by their paths.

    Raises:
        FileError: it is no HDF5 file, a broken one, or lacks an array.

    Example:
        >>> import h5py, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with h5py.File(f"{folder}/data.h5", "w") as file:
        ...         _ = file.create_dataset("x", data=[[1.0, 2.0]])
        ...     read_arrays(f"{folder}/data.h5", ["x"])["x"].tolist()
        [[1.0, 2.0]]
    """
    with Source(storage) as source:
        return source.read(paths)


def write_arrays(path: FilePath, arrays: Mapping[str, Array]) -> None:
    """Write arrays of numbers to an HDF5 file of their own, packed, whole or not at all; `read_arrays` reads them.

    Args:
        path: the file; one that is there is replaced.
        arrays: arrays of numbers or truth values by their paths in the file.

    Raises:
        SettingError: a path leads nowhere in a file, or something is no array of numbers.
        OSError: there is no room or no right to write; the old file stays as it was.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_arrays(f"{folder}/data.h5", {"train/x": np.array([1.0, 2.0])})
        ...     read_arrays(f"{folder}/data.h5", ["train/x"])["train/x"].tolist()
        [1.0, 2.0]
    """
    stored = {_way_of(name): np.asarray(array) for name, array in arrays.items()}
    for name, array in stored.items():
        if array.dtype.kind not in "fiub":
            expected = f"an array of numbers for {cut(name)!r}"
            raise SettingError(where="write_arrays", expected=expected, actual=f"type {array.dtype}")

    def put(group: h5py.Group) -> None:
        for name, array in stored.items():
            # HDF5 packs nothing that has no axis or no elements.
            packing = "gzip" if array.size > 1 else None
            group.create_dataset(name, data=array, track_times=False, compression=packing, shuffle=packing is not None)

    _write_whole(path, put, sum(array.nbytes for array in stored.values()) + _SLACK, None)


def _write_whole(
    path: FilePath, put: Callable[[h5py.Group], None], needed: int, check: Callable[[str], None] | None
) -> None:
    """Fill an HDF5 file that replaces the one at a path. needed: bytes, at most; check: as for `atomic_write`."""
    import h5py

    with in_hdf5, atomic_write(os.fsdecode(path), needed=needed, check=check) as raw:
        recorder = _Recorder(raw)
        with h5py.File(recorder, "w") as file:
            put(file)
        if recorder.error is not None:
            raise recorder.error


def _read_layers(source: Source, group: h5py.Group, check: Shapes | None) -> Loaded:
    layers = Loaded(source.layers(group, check))
    for name in ("keras_version", "backend"):
        setattr(layers, name, source.text_attribute(name) or source.text_attribute(name, group))
    ours, ordered = (source.text_attribute(name) is not None for name in (CHECKSUM, LAYER_ORDER))
    layers.former_order = ours and not ordered
    return layers


def write_model(
    storage: Storage,
    config: Config,
    training_config: Config | None,
    layers: Weights,
    optimizer_weights: Sequence[tuple[str, Array]] | None = None,
    training_state: Sequence[tuple[str, Array]] | None = None,
    read_back: bool = True,
) -> None:
    """Write a whole model: architecture, compile settings, weights and optimizer slots; for a checkpoint more.

    config: {"class_name", "config"} of the model. training_config: Keras's keys `optimizer_config`, `loss`,
    `metrics`, `sample_weight_mode`, `loss_weights`, or None for a model that was not compiled. storage: as for
    `write_weights`. read_back: whether a file is read again before it takes the place of an earlier one.
    """
    _check_names(layers)
    groups = {"optimizer_weights": list(optimizer_weights or []), "training_state": list(training_state or [])}

    def fill(file: h5py.Group) -> None:
        file.attrs["model_config"] = write_json(config).encode("utf-8")
        if training_config is not None:
            file.attrs["training_config"] = write_json(training_config).encode("utf-8")
        _put_layers(file.create_group("model_weights"), layers)
        for name, arrays in groups.items():
            if arrays:
                _put_arrays(file.create_group(name), arrays)

    arrays = [*_arrays(layers), *(array for arrays in groups.values() for _, array in arrays)]
    _write(storage, fill, arrays, read_back)


def most_slots(nbytes: int) -> int:
    """Most bytes that an optimizer may keep for weights of so many bytes: no optimizer keeps more than four numbers for one."""
    limit, most = memory_limit(), 8 * nbytes + _FREE_SLOTS
    return most if limit is None else min(limit, most)


def read_model(storage: Storage, prepare: Callable[[Config], Check] | None = None) -> ModelFile:
    """A whole model file, checked and read; storage as for `read_weights`.

    prepare: called with the config, and the file's keras_version in it, before any weight is read; gives the check of the
    weights' shapes, and how many bytes of optimizer slots may be read.
    """
    with Source(storage) as source:
        written = source.text_attribute("model_config")
        if written is None:
            raise source.refuse(
                "/",
                "a whole model (attribute model_config)",
                "a file of weights only",
                "Build the model and use load_weights.",
            )
        config = read_json(written, f"{source.name}: model_config")
        version = source.text_attribute("keras_version")
        dated = config if version is None else {"keras_version": version, **config}
        training = source.text_attribute("training_config")
        training_config = read_json(training, f"{source.name}: training_config") if training else None
        check = Check(None, -1) if prepare is None else prepare(dated)
        layers = _read_layers(source, source.group("model_weights"), check.shapes)
        slots = source.listed_arrays("optimizer_weights", check.slots)
        state = source.listed_arrays("training_state")
        _compare_checksum(source, layers, [*(slots or []), *(state or [])])
        return ModelFile(config, training_config, layers, slots, state)


Result = TypeVar("Result")


class _Recorder:
    """File that never fails towards the HDF5 library: it keeps the first error for later.

    The library cannot close a file whose writes fail; such a half-open file lives on inside the process and ends
    it at exit. So the failure is kept here and raised after the library has let go.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        """All of the data counts as written."""
        self._try(partial(self._file.write, data))
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; all that are left for -1."""
        return self._try(partial(self._file.read, size)) or b""

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill the buffer; gives the number of bytes."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a position, and return it."""
        return self._try(partial(self._file.seek, offset, whence)) or 0

    def tell(self) -> int:
        """The position in the file."""
        return self._try(self._file.tell) or 0

    def truncate(self, size: int | None = None) -> int:
        """Cut the file off; gives its length."""
        return self._try(partial(self._file.truncate, size)) or 0

    def flush(self) -> None:
        """Write out what is buffered."""
        self._try(self._file.flush)

    def _try(self, action: Callable[[], Result]) -> Result | None:
        if self.error is not None:
            return None
        try:
            return action()
        except OSError as error:
            self.error = error
            return None


def _write(storage: Storage, fill: Callable[[h5py.Group], None], arrays: list[Array], read_back: bool = True) -> None:
    import h5py

    checksum = _checksum(arrays)

    def put(group: h5py.Group) -> None:
        group.attrs["keras_version"] = KERAS_VERSION.encode()
        group.attrs["backend"] = BACKEND.encode()
        group.attrs[CHECKSUM] = checksum
        group.attrs[LAYER_ORDER] = "traversal"
        fill(group)

    if isinstance(storage, h5py.Group):
        _clear(storage)
        put(storage)
        storage.file.flush()
        return
    if not isinstance(storage, (str, os.PathLike)):
        buffer = io.BytesIO()
        with in_hdf5, h5py.File(buffer, "w") as file:
            put(file)
        storage.write(buffer.getvalue())
        return

    def reopen(temporary: str) -> None:
        # As an open file: one that has no name yet has no path that HDF5 accepts.
        with open(temporary, "rb") as unfinished, h5py.File(unfinished, "r") as file:
            if file.attrs.get(CHECKSUM) != checksum or _checksum(_stored(file)) != checksum:
                raise OSError(f"{temporary}: the file read back differs from what was written; the disk is at fault")

    _write_whole(storage, put, sum(array.nbytes for array in arrays) + _SLACK, reopen if read_back else None)


def _clear(group: h5py.Group) -> None:
    """Take an older model out of an open file; what else lies there stays."""
    with Source(group) as source:
        layers = source.layer_names(group) or []
    for name in ("model_weights", *BESIDE, *map(_inside, layers)):
        if name in group:
            del group[name]
    for name in ("model_config", "training_config", *(n for n in group.attrs if n.startswith("layer_names"))):
        if name in group.attrs:
            del group.attrs[name]


def _put_layers(group: h5py.Group, layers: Weights) -> None:
    if group.name != "/":
        group.attrs["keras_version"] = KERAS_VERSION.encode()
        group.attrs["backend"] = BACKEND.encode()
    put_list(group, "layer_names", [name for name, _ in layers])
    for name, weights in layers:
        _put_arrays(group.require_group(_inside(name)), weights)


def _put_arrays(group: h5py.Group, arrays: Iterable[tuple[str, Array]]) -> None:
    weights = list(arrays)
    put_list(group, "weight_names", [name for name, _ in weights])
    for name, array in weights:
        group.create_dataset(_inside(name), data=np.asarray(array), track_times=False)


def _inside(name: str) -> str:
    """The path of a name below its group; one that begins with a slash would lead from the root of the file."""
    return name.lstrip("/") or name


def put_list(group: h5py.Group, attribute: str, items: Sequence[object]) -> None:
    """Keep texts or numbers as an attribute; as attribute0, attribute1, ... where HDF5 has no room for them in one (Keras 2).

    Raises RuntimeError for a text that no attribute has room for.
    """
    # No texts are an empty float64 array, as Keras writes it.
    whole = np.asarray([item.encode("utf-8") if isinstance(item, str) else item for item in items])
    if whole.itemsize > MAX_ATTRIBUTE_BYTES:
        raise RuntimeError(
            f"{attribute}: one text takes {whole.itemsize} bytes, HDF5 has room for {MAX_ATTRIBUTE_BYTES}"
        )
    if whole.nbytes <= MAX_ATTRIBUTE_BYTES:
        group.attrs[attribute] = whole
        return
    each = MAX_ATTRIBUTE_BYTES // whole.itemsize
    for index, start in enumerate(range(0, len(whole), each)):
        group.attrs[f"{attribute}{index}"] = whole[start : start + each]


def _arrays(layers: Weights) -> list[Array]:
    return [np.asarray(array) for _, weights in layers for _, array in weights]


def _checksum(arrays: Iterable[Array]) -> str:
    """CRC-32 over shapes, types and bytes in file order."""
    value = 0
    for array in arrays:
        array = np.asarray(array)
        value = zlib.crc32(f"{array.shape}{array.dtype.str}".encode(), value)
        value = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, value)
    return f"{value:08x}"


def _stored(file: h5py.File) -> Iterable[Array]:
    """Arrays of a file just written by us, in the order in which they were written."""
    with Source(file) as source:
        for _, weights in source.layers(source.weights_group(), None, limit=None):
            for _, array in weights:
                yield array
        for name in BESIDE:
            for _, array in source.listed_arrays(name, limit=None) or []:
                yield array


def _compare_checksum(source: Source, layers: Loaded, beside: list[tuple[str, Array]] | None) -> None:
    """beside: the arrays beside the weights; None: not read yet."""
    stored = source.text_attribute(CHECKSUM)
    if stored is None:
        return
    if beside is None:
        most = most_slots(sum(array.nbytes for array in _arrays(layers)))
        limits = {"optimizer_weights": most}
        beside = [pair for name in BESIDE for pair in source.listed_arrays(name, limits.get(name, -1)) or []]
    computed = _checksum([*_arrays(layers), *(array for _, array in beside)])
    if stored != computed:
        raise source.refuse(
            "/",
            f"weights with checksum {stored}",
            computed,
            f"The file is damaged; if you changed it yourself, delete its attribute {CHECKSUM}.",
        )
