"""Small Caffe nets as data, and both of their files: the text, and the binary form with weights, which is made byte by byte."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine._files.caffe.schema import CAFFE

Settings = Mapping[str, object]


@dataclass
class Layer:
    """One layer: its type, what it reads and writes, the settings of each message, and its weights."""

    name: str
    type: str
    bottoms: Sequence[str]
    tops: Sequence[str]
    settings: Settings = field(default_factory=dict)
    blobs: Sequence[np.ndarray] = ()


@dataclass
class Net:
    """A net with one input `data` of a shape with the batch."""

    shape: tuple[int, ...]
    layers: list[Layer]
    name: str = "net"


def text_of(net: Net) -> str:
    """The net as .prototxt."""
    lengths = " ".join(f"dim: {n}" for n in net.shape)
    lines = [
        f'name: "{net.name}"',
        f'layer {{ name: "data" type: "Input" top: "data" input_param {{ shape {{ {lengths} }} }} }}',
    ]
    lines += [_written("layer", "LayerParameter", _table(layer)) for layer in net.layers]
    return "\n".join(lines) + "\n"


def bytes_of(net: Net) -> bytes:
    """The net as .caffemodel."""
    layers = [_table(layer) | {"blobs": [_blob(blob) for blob in layer.blobs]} for layer in net.layers]
    return encoded("NetParameter", {"name": net.name, "layer": layers})


def whole_bytes_of(net: Net) -> bytes:
    """The net as .caffemodel with its input, as Caffe writes it today."""
    first = Layer("data", "Input", [], ["data"], {"input_param": {"shape": [{"dim": list(net.shape)}]}})
    return bytes_of(Net(net.shape, [first, *net.layers], net.name))


def encoded(kind: str, table: Settings) -> bytes:
    """A message in protobuf's binary form."""
    fields = CAFFE.fields(kind)
    return b"".join(_field(fields[name].number, fields[name].kind, value) for name, value in table.items())


def _table(layer: Layer) -> dict[str, object]:
    return {
        "name": layer.name,
        "type": layer.type,
        "bottom": list(layer.bottoms),
        "top": list(layer.tops),
        **layer.settings,
    }


def _blob(array: np.ndarray) -> Settings:
    return {"shape": {"dim": list(array.shape)}, "data": np.asarray(array, "<f4")}


def _text(kind: str, table: Settings) -> str:
    fields = CAFFE.fields(kind)
    return " ".join(_written(name, fields[name].kind, value) for name, value in table.items())


def _written(name: str, kind: str, value: object) -> str:
    if isinstance(value, list):
        return " ".join(_written(name, kind, one) for one in value)
    if isinstance(value, Mapping):
        return f"{name} {{ {_text(kind, value)} }}"
    if isinstance(value, bool):
        return f"{name}: {str(value).lower()}"
    return f'{name}: "{value}"' if kind == "text" else f"{name}: {value}"


def _field(number: int, kind: str, value: object) -> bytes:
    if isinstance(value, np.ndarray):
        return _bytes(number, value.tobytes())
    if isinstance(value, list):
        return b"".join(_field(number, kind, one) for one in value)
    if isinstance(value, Mapping):
        return _bytes(number, encoded(kind, value))
    if kind == "float":
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if kind == "text":
        return _bytes(number, str(value).encode())
    whole = CAFFE.enumerations[kind][str(value)] if kind in CAFFE.enumerations else int(str(int(value)))
    return varint(number << 3) + varint(whole & (1 << 64) - 1)


def _bytes(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(number: int) -> bytes:
    """A whole number in seven bits a byte."""
    return bytes(_sevens(number))


def _sevens(number: int) -> Iterator[int]:
    while number > 0x7F:
        yield number & 0x7F | 0x80
        number >>= 7
    yield number
