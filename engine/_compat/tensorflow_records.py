"""Records and examples of TensorFlow's files: `tf.io.TFRecordWriter`, `tf.data.TFRecordDataset`, `tf.train.Example`."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import numpy as np

from .._files import examples, records
from ..errors import DataError, SettingTypeError
from ..types import DTypeLike
from .dataset import Dataset
from .tensorflow_ragged import SparseTensor
from .values import eager, value_of

__all__ = ["IO", "TRAIN", "TFRecordDataset"]


class BytesList:
    """Texts or other bytes of a feature."""

    kind = "bytes_list"

    def __init__(self, value: Any = ()) -> None:
        listed = [value_of(x) if not isinstance(x, (bytes, str)) else x for x in value]
        self.value = [_bytes(np.asarray(x, object)[()] if isinstance(x, np.ndarray) else x) for x in listed]


class FloatList:
    """Numbers with fractions of a feature, as float32."""

    kind = "float_list"

    def __init__(self, value: object = ()) -> None:
        self.value = np.asarray(value_of(value) if not isinstance(value, (list, tuple)) else value, "float32").tolist()


class Int64List:
    """Whole numbers of a feature."""

    kind = "int64_list"

    def __init__(self, value: object = ()) -> None:
        self.value = np.asarray(value_of(value) if not isinstance(value, (list, tuple)) else value, "int64").tolist()


class Feature:
    """The values of one name: texts, floats or whole numbers."""

    def __init__(self, bytes_list: Any = None, float_list: Any = None, int64_list: Any = None) -> None:
        self.bytes_list = bytes_list or BytesList()
        self.float_list = float_list or FloatList()
        self.int64_list = int64_list or Int64List()
        lists = (one for one in (bytes_list, float_list, int64_list) if one is not None)
        self._kind: str = next((one.kind for one in lists), "")

    def WhichOneof(self, oneof_group: str = "kind") -> str | None:
        """Which kind of values it has."""
        return self._kind or None

    def SerializeToString(self) -> bytes:
        """Its bytes."""
        return examples.written_feature(self._kind, getattr(self, self._kind).value) if self._kind else b""


class Features:
    """Features by name."""

    def __init__(self, feature: Mapping[str, Feature] | None = None) -> None:
        self.feature = dict(feature or {})


class Example:
    """Features of one sample, as records hold them.

    Args:
        features: the features; None, the default: none.

    Example:
        >>> written = Example(Features({"age": Feature(int64_list=Int64List([7]))})).SerializeToString()
        >>> Example.FromString(written).features.feature["age"].int64_list.value
        [7]
    """

    def __init__(self, features: Features | None = None) -> None:
        self.features = features or Features()

    def SerializeToString(self) -> bytes:
        """Its bytes."""
        return examples.written_example({k: v.SerializeToString() for k, v in self.features.feature.items()})

    @classmethod
    def FromString(cls, serialized: object) -> Example:
        """The example of some bytes. Raises FileError where they are none."""
        made = cls()
        made.ParseFromString(serialized)
        return made

    def ParseFromString(self, serialized: object) -> int:
        """Take the features of some bytes; gives their number. Raises FileError where they are no example."""
        data = _bytes(serialized)
        makers = {"bytes_list": BytesList, "float_list": FloatList, "int64_list": Int64List}
        features = examples.read_example(data).items()
        self.features.feature = {
            name: Feature(**{kind: makers[kind](values)}) if kind else Feature() for name, (kind, values) in features
        }
        return len(data)

    def __repr__(self) -> str:
        texts = (f"{k}: {getattr(v, v.WhichOneof() or 'bytes_list').value}" for k, v in self.features.feature.items())
        return f"Example({', '.join(texts)})"


def _bytes(value: object) -> bytes:
    """The bytes of a text, or of an array of one."""
    return _plain(np.asarray(value, object).item() if isinstance(value, np.ndarray) else value)


def _plain(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8")
    if not isinstance(value, (bytes, bytearray)):
        raise SettingTypeError(where="tf.train.Example", expected="bytes", actual=type(value).__name__)
    return bytes(value)


class TFRecordWriter:
    """Writes records of bytes into a file.

    Args:
        path: the file.
        options: "GZIP", "ZLIB", or `tf.io.TFRecordOptions`; None, the default: uncompressed.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        kind = records.check_compression(getattr(options, "compression_type", options))
        self._zipped = zlib.compressobj() if kind == "ZLIB" else None
        name = _name(path)
        # Closed by `close`, as TensorFlow's writers are.
        self._file = cast("BinaryIO", gzip.open(name, "wb") if kind == "GZIP" else open(name, "wb"))  # noqa: SIM115

    def write(self, record: object) -> None:
        """Write one record."""
        if self._zipped is None:
            records.write_record(self._file, _bytes(record))
            return
        buffer = _Held()
        records.write_record(cast("BinaryIO", buffer), _bytes(record))
        self._file.write(self._zipped.compress(buffer.content))

    def flush(self) -> None:
        """Hand over to the system what was written."""
        self._file.flush()

    def close(self) -> None:
        """End the file."""
        if self._zipped is not None and not self._file.closed:
            self._file.write(self._zipped.flush())
        self._file.close()

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class _Held:
    """What is written, kept."""

    content = b""

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.content += data


class TFRecordOptions(NamedTuple):
    """How records are compressed."""

    compression_type: str | None = None


def TFRecordDataset(
    filenames: object, compression_type: str | None = None, buffer_size: int | None = None, *_: object, **__: object
) -> Dataset:
    """The records of files, as bytes, one file behind the other.

    Args:
        filenames: a name, several, or a data set of them.
        compression_type: "", "GZIP" or "ZLIB"; None, the default: uncompressed.
        buffer_size: accepted as in TensorFlow.
        *_: likewise.
        **__: likewise.

    Returns:
        The data set. Going through it raises FileError for a file that is cut off or was changed.
    """
    kind = records.check_compression(compression_type)

    def names() -> Iterator[str]:
        listed = filenames if isinstance(filenames, Dataset) else np.ravel(np.asarray(value_of(filenames), object))
        return (_name(one) for one in listed)

    def found() -> Iterator[Any]:
        for name in names():
            for record in records.read_records(name, kind):
                yield eager(np.asarray(record, object))

    return Dataset(found)


def _name(path: object) -> str:
    text = np.asarray(value_of(path), object)[()] if isinstance(path, np.ndarray) else path
    return text.decode() if isinstance(text, bytes) else str(text)


class FixedLenFeature(NamedTuple):
    """A feature with so many values in each example."""

    shape: Any
    dtype: Any
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature with any number of values, read as a SparseTensor."""

    dtype: Any


class FixedLenSequenceFeature(NamedTuple):
    """A feature with any number of values of a shape, read as an array."""

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


def _array(values: Sequence[Any], dtype: DTypeLike) -> np.ndarray:
    if np.dtype(dtype).kind in "USO":
        made = np.empty(len(values), object)
        made[:] = list(values)
        return made
    return np.asarray(values, dtype)


def _one(name: str, spec: Any, features: Mapping[str, tuple[str, Any]]) -> Any:
    """The array of a feature in one example. Raises DataError where it is missing or has another length."""
    values = features.get(name, ("", []))[1]
    if isinstance(spec, VarLenFeature):
        return _array(values, spec.dtype)
    shape = tuple(np.atleast_1d(np.asarray(spec.shape, int)).tolist())
    if isinstance(spec, FixedLenSequenceFeature):
        return _array(values, spec.dtype).reshape(-1, *shape)
    if name not in features and spec.default_value is not None:
        default = _array(np.ravel(np.asarray(spec.default_value, object)).tolist(), spec.dtype)
        return np.broadcast_to(default.reshape(shape if default.size > 1 else ()), shape)
    count = int(np.prod(shape))
    if len(values) != count:
        where, expected = f"tf.io.parse_example, '{name}'", f"{count} values for shape {shape}"
        raise DataError(where=where, expected=expected, actual=str(len(values)) if name in features else "none")
    return _array(values, spec.dtype).reshape(shape)


def parse_single_example(serialized: Any, features: Mapping[str, Any], *_: object, **__: object) -> dict[str, Any]:
    """The features of an example by name, as arrays.

    Args:
        serialized: its bytes.
        features: what each is: `FixedLenFeature`, `VarLenFeature` or `FixedLenSequenceFeature`.
        *_: accepted as in TensorFlow.
        **__: likewise.

    Raises:
        FileError: the bytes are no example.
        DataError: a feature is missing or has another length.
    """
    example = examples.read_example(_bytes(serialized))
    made: dict[str, Any] = {}
    for name, spec in features.items():
        one = _one(name, spec, example)
        is_sparse = isinstance(spec, VarLenFeature)
        made[name] = SparseTensor(np.arange(len(one))[:, None], one, (len(one),)) if is_sparse else eager(one)
    return made


def parse_example(serialized: Any, features: Mapping[str, Any], *_: object, **__: object) -> dict[str, Any]:
    """The features of several examples by name, an array (N, ...) of each; as `parse_single_example`."""
    listed = np.asarray(value_of(serialized), object)
    if listed.ndim == 0:
        return parse_single_example(listed, features)
    read = [examples.read_example(_bytes(one)) for one in listed.tolist()]
    made: dict[str, Any] = {}
    for name, spec in features.items():
        rows = [_one(name, spec, one) for one in read]
        longest = max((len(row) for row in rows), default=0) if not isinstance(spec, FixedLenFeature) else 0
        if isinstance(spec, VarLenFeature):
            places = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
            values = np.concatenate(rows) if rows else np.zeros(0)
            made[name] = SparseTensor(np.asarray(places).reshape(-1, 2), values, (len(rows), longest))
            continue
        if isinstance(spec, FixedLenSequenceFeature):
            rows = [np.concatenate([row, np.zeros((longest - len(row), *row.shape[1:]), row.dtype)]) for row in rows]
        made[name] = eager(np.stack(rows))
    return made


def serialize_tensor(tensor: Any, name: str | None = None) -> Any:
    """An array as bytes."""
    return eager(np.asarray(examples.written_tensor(np.asarray(value_of(tensor))), object))


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Any:
    """The array of some bytes. Raises FileError where they are none."""
    return eager(examples.read_tensor(_bytes(serialized)))


def decode_raw(input_bytes: Any, out_type: Any, **_: object) -> Any:
    """Bytes as numbers of a type."""
    return eager(np.frombuffer(_bytes(input_bytes), np.dtype(out_type)).copy())


def write_file(filename: object, contents: object, name: str | None = None) -> None:
    """Write bytes into a file."""
    Path(_name(filename)).write_bytes(_bytes(contents))


TRAIN: dict[str, object] = {one.__name__: one for one in (BytesList, Example, Feature, Features, FloatList, Int64List)}
IO: dict[str, object] = {
    one.__name__: one
    for one in (
        FixedLenFeature,
        FixedLenSequenceFeature,
        TFRecordOptions,
        TFRecordWriter,
        VarLenFeature,
        decode_raw,
        parse_example,
        parse_single_example,
        parse_tensor,
        serialize_tensor,
        write_file,
    )
}
