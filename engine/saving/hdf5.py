"""Keras 2 files: names and arrays to HDF5 and back.

Layout: root (or group `model_weights`) has the attribute `layer_names`; one group per layer has `weight_names`, and
each weight is a data set at that path inside the group. Attributes over 64512 bytes are split into numbered pieces.
Reading trusts nothing: no link leaves the file, sizes are known before bytes are read, all is read before any is used.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from .files import Path, atomic_write
from .guarded_hdf5 import Shapes, Source
from .json_text import read_json, write_json

if TYPE_CHECKING:
    import h5py

Weights = Sequence[tuple[str, Sequence[tuple[str, np.ndarray]]]]


class Loaded(list[tuple[str, list[tuple[str, np.ndarray]]]]):
    """Layers and weights of a file: [(layer name, [(weight name, array), ...]), ...].

    keras_version, backend: who wrote it; None where the file does not tell, as those of Keras 1.
    """

    keras_version: str | None = None
    backend: str | None = None


KERAS_VERSION = "2.2.4"
BACKEND = "tensorflow"
CHECKSUM = "engine_checksum"
# HDF5 keeps an attribute in the object header, which ends at 64 KB (Keras's own limit and splitting).
MAX_ATTRIBUTE_BYTES = 64512
_SLACK = 65536


@dataclass
class ModelFile:
    """What a whole model file holds: texts as plain data, weights and optimizer slots as arrays."""

    config: dict[str, Any]
    training_config: dict[str, Any] | None
    layers: Loaded
    optimizer_weights: list[tuple[str, np.ndarray]] | None


def write_weights(path: Path, layers: Weights) -> None:
    """Write a Keras weight file, whole or not at all.

    layers: (layer name, [(weight name, array), ...]) in model order, also for layers without weights.
    Errors: OSError naming path, needed and free bytes when the disk is full; RuntimeError for one name above 64 KB.
    """
    _write(path, lambda file: _put_layers(file, layers), _arrays(layers))


def read_weights(path: Path, check: Shapes | None = None) -> Loaded:
    """All weights of a weight file or of a whole model file.

    check: called with [(layer name, [(weight name, shape), ...]), ...] before any weight is read; raises to refuse.
    Errors: FileError naming the file, the place in it, what was found and expected.
    """
    with Source(path) as source:
        layers = _read_layers(source, source.weights_group(), check)
        _compare_checksum(source, layers, [])
        return layers


def _read_layers(source: Source, group: h5py.Group, check: Shapes | None) -> Loaded:
    layers = Loaded(source.layers(group, check))
    for name in ("keras_version", "backend"):
        setattr(layers, name, source.text_attribute(name) or source.text_attribute(name, group))
    return layers


def write_model(
    path: Path,
    config: dict[str, Any],
    training_config: dict[str, Any] | None,
    layers: Weights,
    optimizer_weights: Sequence[tuple[str, np.ndarray]] | None = None,
) -> None:
    """Write a whole model: architecture, compile settings, weights and optimizer slots.

    config: {"class_name", "config"} of the model. training_config: Keras's keys `optimizer_config`, `loss`,
    `metrics`, `sample_weight_mode`, `loss_weights`, or None for a model that was not compiled.
    """
    slots = list(optimizer_weights or [])

    def fill(file: h5py.File) -> None:
        file.attrs["model_config"] = write_json(config).encode("utf-8")
        if training_config is not None:
            file.attrs["training_config"] = write_json(training_config).encode("utf-8")
        _put_layers(file.create_group("model_weights"), layers)
        if slots:
            _put_arrays(file.create_group("optimizer_weights"), slots)

    _write(path, fill, [*_arrays(layers), *(array for _, array in slots)])


def read_model(path: Path, check: Shapes | None = None) -> ModelFile:
    """A whole model file, checked and read; `check` as for `read_weights`."""
    with Source(path) as source:
        config = source.text_attribute("model_config")
        if config is None:
            raise source.refuse(
                "/",
                "a whole model (attribute model_config)",
                "a file of weights only",
                "Build the model and use load_weights.",
            )
        training = source.text_attribute("training_config")
        layers = _read_layers(source, source.group("model_weights"), check)
        slots = source.optimizer_weights()
        _compare_checksum(source, layers, slots or [])
        return ModelFile(
            config=read_json(config, f"{source.name}: model_config"),
            training_config=read_json(training, f"{source.name}: training_config") if training else None,
            layers=layers,
            optimizer_weights=slots,
        )


def is_model_file(path: Path) -> bool:
    """Whether an HDF5 file holds a whole model and not weights only."""
    with Source(path) as source:
        return source.text_attribute("model_config") is not None


class _Recorder:
    """File that never fails towards the HDF5 library: it keeps the first error for later.

    The library cannot close a file whose writes fail; such a half-open file lives on inside the process and ends
    it at exit. So the failure is kept here and raised after the library has let go.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        self._try(self._file.write, data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        return self._try(self._file.read, size) or b""

    def readinto(self, buffer: Any) -> int:
        return self._try(self._file.readinto, buffer) or 0  # type: ignore[attr-defined]

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._try(self._file.seek, offset, whence) or 0

    def tell(self) -> int:
        return self._try(self._file.tell) or 0

    def truncate(self, size: int | None = None) -> int:
        return self._try(self._file.truncate, size) or 0

    def flush(self) -> None:
        self._try(self._file.flush)

    def _try(self, action: Any, *arguments: Any) -> Any:
        if self.error is not None:
            return None
        try:
            return action(*arguments)
        except OSError as error:
            self.error = error
            return None


def _write(path: Path, fill: Any, arrays: list[np.ndarray]) -> None:
    import h5py

    checksum = _checksum(arrays)

    def reopen(temporary: str) -> None:
        with h5py.File(temporary, "r") as file:
            if file.attrs.get(CHECKSUM) != checksum or _checksum(_stored(file)) != checksum:
                raise OSError(f"{temporary}: the file read back differs from what was written; the disk is at fault")

    needed = sum(array.nbytes for array in arrays) + _SLACK
    with atomic_write(path, needed=needed, check=reopen) as raw:
        recorder = _Recorder(raw)
        with h5py.File(recorder, "w") as file:
            file.attrs["keras_version"] = KERAS_VERSION.encode()
            file.attrs["backend"] = BACKEND.encode()
            file.attrs[CHECKSUM] = checksum
            fill(file)
        if recorder.error is not None:
            raise recorder.error


def _put_layers(group: h5py.Group, layers: Weights) -> None:
    if group.name != "/":
        group.attrs["keras_version"] = KERAS_VERSION.encode()
        group.attrs["backend"] = BACKEND.encode()
    _put_names(group, "layer_names", [name for name, _ in layers])
    for name, weights in layers:
        _put_arrays(group.require_group(name), weights)


def _put_arrays(group: h5py.Group, arrays: Iterable[tuple[str, np.ndarray]]) -> None:
    arrays = list(arrays)
    _put_names(group, "weight_names", [name for name, _ in arrays])
    for name, array in arrays:
        group.create_dataset(name, data=np.asarray(array), track_times=False)


def _put_names(group: h5py.Group, attribute: str, names: list[str]) -> None:
    encoded = [name.encode("utf-8") for name in names]
    longest = max(map(len, encoded), default=0)
    if longest > MAX_ATTRIBUTE_BYTES:
        raise RuntimeError(f"{attribute}: one name takes {longest} bytes, HDF5 has room for {MAX_ATTRIBUTE_BYTES}")
    if not encoded:
        group.attrs[attribute] = np.asarray(encoded)  # an empty float64 array, as Keras writes it
        return
    each = max(1, MAX_ATTRIBUTE_BYTES // max(longest, 1))
    pieces = [encoded[start : start + each] for start in range(0, len(encoded), each)]
    if len(pieces) == 1:
        group.attrs[attribute] = np.asarray(encoded)
        return
    for index, piece in enumerate(pieces):
        group.attrs[f"{attribute}{index}"] = np.asarray(piece)


def _arrays(layers: Weights) -> list[np.ndarray]:
    return [np.asarray(array) for _, weights in layers for _, array in weights]


def _checksum(arrays: Iterable[np.ndarray]) -> str:
    """CRC-32 over shapes, types and bytes in file order."""
    value = 0
    for array in arrays:
        array = np.asarray(array)
        value = zlib.crc32(f"{array.shape}{array.dtype.str}".encode(), value)
        value = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data, value)
    return f"{value:08x}"


def _stored(file: h5py.File) -> Iterable[np.ndarray]:
    """Arrays of a file just written by us, in the order in which they were written."""
    with Source.of(file) as source:
        for _, weights in source.layers(source.weights_group(), None, limit=None):
            for _, array in weights:
                yield array
        for _, array in source.optimizer_weights(limit=None) or []:
            yield array


def _compare_checksum(source: Source, layers: Loaded, slots: list[tuple[str, np.ndarray]]) -> None:
    stored = source.text_attribute(CHECKSUM)
    if stored is None:
        return
    if not slots:
        slots = source.optimizer_weights() or []
    found = _checksum([*_arrays(layers), *(array for _, array in slots)])
    if stored != found:
        raise source.refuse(
            "/",
            f"weights with checksum {stored}",
            found,
            f"The file is damaged; if you changed it yourself, delete its attribute {CHECKSUM}.",
        )
