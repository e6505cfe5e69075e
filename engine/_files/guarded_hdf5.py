"""Reading an HDF5 file that may be hostile: links stay inside, sizes are bounded, names are text and never paths."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import numpy as np

from .._machine.background import in_hdf5
from .._machine.room import bytes_in_words, memory_limit
from ..errors import FileError
from ..types import Array
from .files import Path, open_regular
from .guards import cut
from .hdf5_blocks import endless_heap, file_has_endless_heap, has_wide_addresses
from .kinds import Kind, kind_of, kind_of_bytes

if TYPE_CHECKING:
    import h5py

# What is read or written: a path, an open file or group, or a binary file object.
Storage: TypeAlias = "Path | h5py.Group | BinaryIO"
# Names and shapes of the layers' weights; the function raises to refuse them.
StoredShapes: TypeAlias = list[tuple[str, list[tuple[str, tuple[int, ...]]]]]
Shapes: TypeAlias = Callable[[StoredShapes], None]

MAX_HOPS = 16
MAX_LAYERS = 100_000
MAX_NAME = 256
MAX_WEIGHT_NAME = 1024
MAX_ATTRIBUTE = 8 * 2**20
MAX_STREAM_START = 2**16
MAX_CHUNK = 64 * 2**20
MAX_RATIO = 200
# deflate, shuffle, fletcher32, szip, n-bit, scale-offset, LZF: those that h5py itself carries
KNOWN_FILTERS = {1, 2, 3, 4, 5, 6, 32000}


class Source:
    """An open file to read weights from; use as a context.

    Args:
        storage: a path, an open h5py file or group (it stays open), or a binary file object.

    Example:
        >>> with Source("weights.h5") as source:  # doctest: +SKIP
        ...     source.layers(source.weights_group(), None)
    """

    def __init__(self, storage: Storage) -> None:
        import h5py

        self._owned = not isinstance(storage, h5py.Group)
        self._heaps_are_sound = False
        if isinstance(storage, h5py.Group):
            self.name, self._file = str(storage.file.filename), storage
            return
        if isinstance(storage, (str, os.PathLike)):
            self.name = os.fspath(storage)
            if os.path.isdir(self.name):
                kind = kind_of(self.name)
                raise self.refuse("/", "an HDF5 file", kind.what, kind.use)
            with open_regular(self.name) as file:
                self._check_first_block(file)
        else:
            self.name = str(getattr(storage, "name", "binary file"))
            self._check_first_block(storage)
        try:
            if not isinstance(storage, (str, os.PathLike)):
                self._file: h5py.Group = h5py.File(storage, "r")
            elif h5py.is_hdf5(self.name):
                self._open_path()
            else:
                kind = kind_of(self.name)
                raise self.refuse("/", "an HDF5 file", kind.what, kind.use)
        except OSError as error:
            kind = None if isinstance(storage, (str, os.PathLike)) else _kind_of_stream(storage)
            if kind is None or kind.name == "hdf5":
                raise self.refuse("/", "a whole HDF5 file", cut(str(error))) from None
            raise self.refuse("/", "an HDF5 file", kind.what, kind.use) from None

    def _open_path(self) -> None:
        import h5py

        opened = _opened_elsewhere(self.name)
        self._owned = opened is None
        self._file = h5py.File(self.name, "r", locking=False) if opened is None else opened

    def _check_first_block(self, file: BinaryIO) -> None:
        if has_wide_addresses(file):
            raise self.refuse("/", "a whole HDF5 file", "addresses of another size than 4 or 8 bytes")

    def __enter__(self) -> Source:
        in_hdf5.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._owned:
            with contextlib.suppress(Exception):
                self._file.file.close()
        in_hdf5.__exit__()
        # A broken B-tree, a bad heap or a missing block reaches us as any of these.
        if (
            isinstance(error, (OSError, RuntimeError, KeyError, ValueError, TypeError))
            and not isinstance(error, FileError)
            and _from_h5py(trace)
        ):
            raise self.refuse("/", "a whole HDF5 file", cut(str(error))) from None

    def keep_open(self) -> None:
        """Leave the file open at the end of the block, for who reads an array later."""
        self._owned = False

    def refuse(self, part: str, expected: str, actual: str, hint: str | None = None) -> FileError:
        """The error for a part of this file."""
        where = self.name if part == "/" else f"{self.name}, {cut(part)}"
        return FileError(where=where, file=self.name, expected=expected, actual=cut(actual), hint=hint)

    def group(self, path: str) -> h5py.Group:
        """A group by its path from the root."""
        import h5py

        item = self._open(self._file, path)
        if not isinstance(item, h5py.Group):
            raise self.refuse(path, "a group", type(item).__name__.lower())
        return item

    def weights_group(self) -> h5py.Group:
        """The group that holds layers: the root of a weight file, `model_weights` of a whole model."""
        root = self._file
        if self._has_names(root, "layer_names") or "model_weights" not in root:
            return root
        return self.group("model_weights")

    def text_attribute(self, name: str, group: h5py.Group | None = None) -> str | None:
        """A text attribute of the root or of a group, or None."""
        group = self._file if group is None else group
        if name not in group.attrs:
            return None
        value = self._attribute(group, name)
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.reshape(-1)[0]
        if isinstance(value, (bytes, np.bytes_)):
            return self._decode(bytes(value), name)
        if isinstance(value, str):
            return str(value)
        raise self.refuse(f"attribute {name}", "text", type(value).__name__)

    def layers(
        self, group: h5py.Group, check: Shapes | None, limit: int | None = -1
    ) -> list[tuple[str, list[tuple[str, Array]]]]:
        """Names and arrays of all layers; nothing is read before everything has been checked.

        limit: most bytes to read in all; -1 for `memory_limit`, None for no bound.
        """
        names = self.layer_names(group)
        if names is None:
            raise self.refuse(str(group.name), "the attribute layer_names", "none", "This is no file of Keras weights.")
        layers = [(name, self._weights(group, name)) for name in names]
        self._check_total([dataset for _, weights in layers for _, dataset in weights], limit)
        if check is not None:
            check([(name, [(weight, dataset.shape or ()) for weight, dataset in weights]) for name, weights in layers])
        return [(name, [(weight, self._read(dataset)) for weight, dataset in weights]) for name, weights in layers]

    def layer_names(self, group: h5py.Group) -> list[str] | None:
        """Names of the layers whose weights a group holds, or None when it holds none."""
        return self._names(group, "layer_names", MAX_NAME)

    def listed_arrays(self, group: str, limit: int | None = -1) -> list[tuple[str, Array]] | None:
        """The arrays of a group beside the weights (the optimizer's slots ...) in order; None when the file has none."""
        if group not in self._file:
            return None
        arrays = self._datasets(self.group(group), MAX_LAYERS * 8)
        self._check_total([dataset for _, dataset in arrays], limit)
        return [(name, self._read(dataset)) for name, dataset in arrays]

    def arrays(self, whole: bool = True) -> dict[str, h5py.Dataset]:
        """Every array of numbers that lies in this file, by its path; each group is looked into once.

        whole: whether it may be read at once; else an array of holes may be larger than any memory, but not its chunks.
        """
        import h5py

        arrays: dict[str, h5py.Dataset] = {}
        waiting: list[tuple[str, h5py.Group]] = [("", self._file)]
        seen = {h5py.h5o.get_info(self._file.id).addr}
        while waiting:
            prefix, group = waiting.pop()
            for name in group:
                if len(seen) > MAX_LAYERS:
                    raise self.refuse("/", f"at most {MAX_LAYERS} groups and arrays", "more")
                address = self._new_address(group, name, seen)
                item = None if address is None else group[name]
                if isinstance(item, h5py.Group):
                    waiting.append((f"{prefix}{name}/", item))
                elif isinstance(item, h5py.Dataset) and self._fault(item, whole=whole) is None:
                    arrays[f"{prefix}{name}"] = item
        return arrays

    def _new_address(self, group: h5py.Group, name: str, seen: set[int]) -> int | None:
        """Where in the file an entry lies that has not been seen; None for one that has, and for links by name."""
        import h5py

        try:
            link = group.get(name, getlink=True)
        except TypeError:  # a link of an unknown kind
            return None
        if not isinstance(link, h5py.HardLink):
            return None
        address = h5py.h5o.get_info(group.id, name.encode("utf-8", "surrogateescape")).addr
        if address in seen:
            return None
        seen.add(address)
        return address

    def array(self, path: str) -> h5py.Dataset:
        """An array by its path from the root, unread."""
        return self._dataset(self._file, path)

    def item(self, name: str) -> object:
        """What lies under a name in an open group: an attribute's value, an array, a group, or None."""
        import h5py

        if name in self._file.attrs:
            return self._attribute(self._file, name)
        if name not in self._file:
            return None
        item = self._open(self._file, name)
        if isinstance(item, h5py.Group):
            return item
        fault = self._fault(item, "fiubcS")
        if fault is not None:
            raise self.refuse(name, *fault)
        self._check_total([item], -1)
        return self._read(item)

    def names(self) -> list[str]:
        """The names of groups and arrays."""
        return list(self._file)

    def read(self, paths: Iterable[str]) -> dict[str, Array]:
        """Arrays by their paths; nothing is read before everything has been checked."""
        arrays = {path: self.array(path) for path in paths}
        self._check_total(list(arrays.values()), -1)
        return {path: self._read(array) for path, array in arrays.items()}

    def _weights(self, group: h5py.Group, layer: str) -> list[tuple[str, h5py.Dataset]]:
        import h5py

        item = self._open(group, layer)
        if not isinstance(item, h5py.Group):
            raise self.refuse(f"layer {layer!r}", "a group", type(item).__name__.lower())
        return self._datasets(item, MAX_LAYERS)

    def _datasets(self, group: h5py.Group, most: int) -> list[tuple[str, h5py.Dataset]]:
        names = self._names(group, "weight_names", MAX_WEIGHT_NAME, most)
        return [(name, self._dataset(group, name)) for name in names or []]

    def _dataset(self, group: h5py.Group, name: str) -> h5py.Dataset:
        import h5py

        item = self._open(group, name)
        path = f"{group.name}/{name}"
        if not isinstance(item, h5py.Dataset):
            raise self.refuse(path, "an array", type(item).__name__.lower())
        fault = self._fault(item)
        if fault is not None:
            raise self.refuse(path, *fault)
        return item

    def _fault(self, item: h5py.Dataset, kinds: str = "fiub", whole: bool = True) -> tuple[str, str] | None:
        """What an array would have to be, and what it is; None where it may be read. kinds: of NumPy's types."""
        settings = item.id.get_create_plist()
        if settings.get_external_count():
            return "numbers in this file", "storage in another file"
        if item.is_virtual:
            return "numbers in this file", "a virtual data set"
        if item.dtype.kind not in kinds:
            return "numbers", f"type {item.dtype}"
        shape = item.shape
        if shape is None:
            return "an array", "an empty data space"
        filters = {settings.get_filter(index)[0] for index in range(settings.get_nfilters())}
        if filters - KNOWN_FILTERS:
            return "a known compression", f"filter {min(filters - KNOWN_FILTERS)}"
        size = math.prod(shape) * item.dtype.itemsize
        chunk = math.prod(item.chunks or (0,)) * item.dtype.itemsize
        largest = max(MAX_CHUNK, 4 * size) if whole else MAX_CHUNK
        if chunk > largest:
            return f"chunks of at most {largest} bytes", f"{chunk} bytes"
        if not whole:
            return None
        stored = item.id.get_storage_size()
        if size > max(MAX_CHUNK, MAX_RATIO * stored):
            most = f"at most {max(MAX_CHUNK, MAX_RATIO * stored)} bytes out of {stored} stored ones"
            return most, f"shape {shape}, {size} bytes"
        return None

    def _check_total(self, datasets: list[h5py.Dataset], limit: int | None) -> None:
        """Refuse more bytes than the limit, or more that few stored ones unfold to than a single array may."""
        if limit is None:
            return
        sizes = [math.prod(dataset.shape or ()) * dataset.dtype.itemsize for dataset in datasets]
        free = memory_limit() if limit < 0 else limit
        if free is not None and sum(sizes) > free:
            expected = f"at most {bytes_in_words(free)} of weights (K.set_memory_limit sets it)"
            raise self.refuse("/", expected, bytes_in_words(sum(sizes)))
        stored = [MAX_RATIO * dataset.id.get_storage_size() for dataset in datasets]
        unfolded = sum(max(size - most, 0) for size, most in zip(sizes, stored, strict=True))
        if unfolded > MAX_CHUNK:
            expected = f"at most {MAX_RATIO} bytes out of each stored one"
            raise self.refuse("/", expected, f"{bytes_in_words(sum(sizes))} out of {sum(stored) // MAX_RATIO} bytes")

    def _read(self, dataset: h5py.Dataset) -> Array:
        array = np.empty(dataset.shape or (), dataset.dtype.newbyteorder("="))
        if array.size:
            dataset.read_direct(array)
        return array

    def _open(self, group: h5py.Group, path: str) -> h5py.Group | h5py.Dataset:
        """Object at a path, one step at a time, so that no link can lead outside."""
        import h5py

        here: h5py.Group | h5py.Dataset = group
        steps = [step for step in path.split("/") if step]
        if not steps:
            raise self.refuse(path, "a path below the root", "the root itself")
        hops = 0
        while steps:
            step = steps.pop(0)
            if not isinstance(here, h5py.Group):
                raise self.refuse(path, "a group", "an array")
            try:
                link = here.get(step, getlink=True)
            except TypeError:
                raise self.refuse(path, "a link inside the file", "a link of an unknown kind") from None
            if link is None:
                raise self.refuse(f"{str(group.name).rstrip('/')}/{path}", "an entry", "none")
            if isinstance(link, h5py.ExternalLink):
                raise self.refuse(path, "a link inside the file", f"an external link to {cut(link.filename)!r}")
            if isinstance(link, h5py.SoftLink):
                hops += 1
                if hops > MAX_HOPS:
                    raise self.refuse(path, f"at most {MAX_HOPS} links in a row", "more")
                if link.path.startswith("/"):
                    here = self._file.file
                steps = [part for part in link.path.split("/") if part] + steps
                continue
            here = here[step]
        return here

    def _has_names(self, group: h5py.Group, attribute: str) -> bool:
        return attribute in group.attrs or f"{attribute}0" in group.attrs

    def _names(self, group: h5py.Group, attribute: str, longest: int, most: int = MAX_LAYERS) -> list[str] | None:
        """Names in an attribute or its numbered pieces; None when there is neither."""
        if attribute in group.attrs:
            pieces = [attribute]
        else:
            pieces = []
            while f"{attribute}{len(pieces)}" in group.attrs:
                pieces.append(f"{attribute}{len(pieces)}")
            if not pieces:
                return None
        names: list[str] = []
        for piece in pieces:
            value = np.asarray(self._attribute(group, piece))
            if value.ndim != 1 or (value.size and value.dtype.kind not in "SOU"):
                raise self.refuse(f"{group.name}, {piece}", "a list of names", f"{value.dtype} of shape {value.shape}")
            names.extend(self._name(item, piece, longest) for item in value.tolist())
            if len(names) > most:
                raise self.refuse(f"{group.name}, {attribute}", f"at most {most} names", "more")
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise self.refuse(f"{group.name}, {attribute}", "each name once", f"{name!r} a second time")
            seen.add(name)
        return names

    def _name(self, item: object, attribute: str, longest: int) -> str:
        name = self._decode(item, attribute) if isinstance(item, bytes) else item
        if not isinstance(name, str) or not name or len(name) > longest:
            raise self.refuse(attribute, f"a name of 1 to {longest} characters", repr(name)[:80])
        if any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in name):
            raise self.refuse(attribute, "a name without control characters", repr(name)[:80])
        return name

    def _attribute(self, group: h5py.Group, name: str) -> object:
        attribute = group.attrs.get_id(name)
        if attribute.dtype.kind == "O":
            self._check_heaps()
        count = math.prod(attribute.shape) if attribute.shape is not None else 0
        if count * attribute.dtype.itemsize > MAX_ATTRIBUTE:
            raise self.refuse(
                f"attribute {name}", f"at most {MAX_ATTRIBUTE} bytes", f"{count * attribute.dtype.itemsize}"
            )
        value = group.attrs[name]
        if isinstance(value, (str, bytes)) and len(value) > MAX_ATTRIBUTE:
            raise self.refuse(f"attribute {name}", f"at most {MAX_ATTRIBUTE} bytes", f"{len(value)}")
        return value

    def _check_heaps(self) -> None:
        """Refuse a file whose texts would hold the library up; looked at once, before the first of them is read."""
        if self._heaps_are_sound:
            return
        file = self._file.file
        if file.driver == "sec2":
            with open_regular(file.filename) as content:
                endless = file_has_endless_heap(content)
        else:  # a file object, or one in memory
            endless = endless_heap(file.id.get_file_image()) is not None
        if endless:
            raise self.refuse("/", "a whole HDF5 file", "a heap of texts without an end")
        self._heaps_are_sound = True

    def _decode(self, data: bytes, attribute: str) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            raise self.refuse(attribute, "text in UTF-8", repr(data[:40])) from None


def _kind_of_stream(file: BinaryIO) -> Kind:
    """What a binary file object holds, from its beginning."""
    file.seek(0)
    return kind_of_bytes(file.read(MAX_STREAM_START))


def _from_h5py(trace: TracebackType | None) -> bool:
    """Whether an error came out of h5py and not out of a caller's code."""
    last = None
    while trace is not None:
        last, trace = trace, trace.tb_next
    name = last.tb_frame.f_globals.get("__name__", "") if last else ""
    return name.startswith("h5py") or name == __name__


def _opened_elsewhere(name: str) -> h5py.File | None:
    """The file as this process has it open already, with what it has not written yet: HDF5 would refuse to open it anew."""
    import h5py

    known = os.stat(name)
    for opened in h5py.h5f.get_obj_ids(types=h5py.h5f.OBJ_FILE):
        # Only this driver has a descriptor; a path would not do, since another file may bear it by now.
        if opened.get_access_plist().get_driver() == h5py.h5fd.SEC2 and os.path.samestat(
            os.fstat(opened.get_vfd_handle()), known
        ):
            return h5py.File(opened)
    return None
