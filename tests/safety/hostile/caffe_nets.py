"""Caffe nets that are too deep, too many, too large, cut off, wired wrongly, or ask for what a net may not have."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from tests.engine.files.caffe.nets import encoded, varint

from ..readers import READERS
from .case import Case

KIND = "Caffe nets"
_INPUT = 'input: "data" input_shape { dim: 1 dim: 4 dim: 8 dim: 8 }\n'
_PRODUCT = 'layer { name: "p" type: "InnerProduct" bottom: "data" top: "p" inner_product_param { num_output: %s } }'
_POOL = 'layer { name: "a" type: "Pooling" bottom: "data" top: "b" pooling_param { kernel_size: 2 stride: %d } }'


def _layer(kind: str, more: str = "", bottoms: str = 'bottom: "data"', tops: str = 'top: "b"', name: str = "a") -> str:
    return f'layer {{ name: "{name}" type: "{kind}" {bottoms} {tops} {more} }}\n'


def _chain(kind: str, count: int, more: str = "") -> str:
    tops = ["data", *(f"t{number}" for number in range(count))]
    lines = [
        _layer(kind, more, f'bottom: "{before}" bottom: "{before}"', f'top: "{top}"', top)
        for before, top in zip(tops, tops[1:], strict=False)
    ]
    return _INPUT + "".join(lines)


_CONVOLUTION = "convolution_param {{ num_output: {} kernel_size: {} pad: {} }}"
TEXTS = {
    "messages 2000 deep": "layer { " * 2000,
    "unknown messages 2000 deep": "x { " * 2000,
    "a million fields": "input_dim: 1 " * 1_000_000,
    "a million unknown fields": "x: 1 " * 1_000_000,
    "a list of two million numbers": f"input_dim: [{'1, ' * 2_000_000}1]",
    "a text that does not end": 'name: "' + "a" * 2**20,
    "a number of a million digits": f"input_dim: {'9' * 2**20}",
    "8 MB of comments": "#" + "a" * (2**23 - 10) + "\n",
    "8 MB of blanks": " " * (2**23 - 10),
    "100 MB of text": "#\n" * (50 * 2**20),
    "no layer": 'name: "a"',
    "a blob from nowhere": _INPUT + _layer("ReLU", bottoms='bottom: "x"'),
    "a layer that reads itself": _INPUT + _layer("ReLU", bottoms='bottom: "b"'),
    "no input": _layer("ReLU", bottoms=""),
    "an unknown type of a million letters": _INPUT + _layer("X" * 2**20),
    "a name with control characters": _INPUT + _layer("ReLU", name="\\033[2J\\000"),
    "a name of a million letters": _INPUT + _layer("ReLU", name="n" * 2**20),
    "weights of 4 TB": 'input: "data" input_shape { dim: 1 dim: 1000000 }' + _PRODUCT % 1_000_000,
    "2^31 units": _INPUT + _PRODUCT % (2**31 - 1),
    "units below 0": _INPUT + _PRODUCT % -3,
    "units that are no whole number": _INPUT + _PRODUCT % "1.5",
    "units that are not a number": _INPUT + _PRODUCT % "nan",
    "a kernel of 2^31": _INPUT + _layer("Convolution", _CONVOLUTION.format(1, 2**31 - 1, 2**31 - 1)),
    "a kernel below 0": _INPUT + _layer("Convolution", _CONVOLUTION.format(1, -1, 0)),
    "a stride of 0": _INPUT + _POOL % 0,
    "an input of 2^100 numbers": 'input: "data" input_shape { dim: [1, 1099511627776, 1099511627776] }' + _PRODUCT % 2,
    "an input of -1": 'input: "data" input_shape { dim: [1, -1, 3, 3] }' + _PRODUCT % 2,
    "channels doubled 70 times": _chain("Concat", 70),
    "a hundred thousand parts": _INPUT + _layer("Slice", tops='top: "b" ' * 100_000),
    "an axis that there is not": _INPUT + _layer("Softmax", "softmax_param { axis: 99 }"),
    "an infinite slope": _INPUT + _layer("ReLU", "relu_param { negative_slope: inf }"),
    "a slope beyond all numbers": _INPUT + _layer("ReLU", "relu_param { negative_slope: 1e999 }"),
    "a Python layer": _INPUT
    + _layer("Python", 'python_param { module: "os" layer: "system" param_str: "touch /tmp/canary" }'),
    "a data layer with a path": 'layer { name: "d" type: "HDF5Data" top: "data" hdf5_data_param { source: "/etc/passwd" } }',
    "a mean file": _layer("ImageData", 'image_data_param { source: "/etc/passwd" }', "", 'top: "data"'),
    "a hundred thousand layers": _INPUT + _layer("ReLU", tops='top: "data"') * 100_000,
}
READ = {
    "2^30 ways through a net": _chain("Eltwise", 30),
    "a thousand layers in place": _INPUT + _layer("ReLU", tops='top: "data"') * 1000,
    "a million channels with neighbours": 'input: "data" input_shape { dim: [1, 1000000, 2, 2] }' + _layer("LRN"),
    "markup in a name": _INPUT + _layer("ReLU", name="<img src=x onerror=alert(1)>"),
    "a name that climbs": _INPUT + _layer("ReLU", name="../../etc/passwd"),
}


def _part(number: int, content: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(content)) + content


def _with_blob(**blob: object) -> bytes:
    layer = {"name": "fc", "type": "InnerProduct", "blobs": [blob]}
    return READERS["net.caffemodel"].honest() + encoded("NetParameter", {"layer": [layer]})


def _nested() -> bytes:
    content = b""
    for _ in range(2000):
        content = _part(100, content)
    return content


def _binaries() -> Iterator[tuple[str, bytes]]:
    honest = READERS["net.caffemodel"].honest()
    for share in range(1, 8):
        yield f"cut off at {share} eighths", honest[: len(honest) * share // 8]
    yield "a length of 2^60", honest + varint(100 << 3 | 2) + varint(2**60)
    yield "a length that does not end", honest + varint(100 << 3 | 2) + b"\xff" * 100
    yield "two million fields", honest + b"\x28\x01" * 2_000_000
    yield "two million unknown fields", honest + b"\xd8\x01\x01" * 2_000_000
    yield "two million empty layers", honest + varint(100 << 3 | 2) * 1 + b"\x00" + b"\xa2\x06\x00" * 2_000_000
    yield "names of 100 MB", honest + _part(3, b"n" * 60_000) * 1700
    yield "a group", honest + b"\x0b\x0c"
    yield "nested 2000 deep", honest + _nested()
    yield "a blob of 2^62 numbers", _with_blob(shape={"dim": [2**31, 2**31]}, data=np.ones(1, "<f4"))
    yield "a blob of 2^120 numbers", _with_blob(shape={"dim": [2**60, 2**60]}, data=np.ones(1, "<f4"))
    yield "a blob of fewer numbers than its shape", _with_blob(shape={"dim": [2, 27]}, data=np.ones(3, "<f4"))
    yield "a blob of a length below 0", _with_blob(shape={"dim": [-1]}, data=np.ones(1, "<f4"))
    yield "a blob of five bytes", honest + _part(100, _part(1, b"x") + _part(2, b"Bias") + _part(7, _part(5, b"12345")))
    yield "25 million factors of a loss", _loss(25_000_000)


def _loss(count: int) -> bytes:
    factors = _part(5, struct.pack("<f", 1.0) * count)
    loss = _part(1, b"loss") + _part(2, b"SoftmaxWithLoss") + _part(3, b"fc") + _part(4, b"l") + factors
    return READERS["net.caffemodel"].honest() + _part(100, loss)


def cases() -> Iterator[Case]:
    """Every file."""
    for name, text in TEXTS.items():
        yield Case(name, KIND, "net.prototxt", text.encode())
    for name, text in READ.items():
        yield Case(name, KIND, "net.prototxt", text.encode(), "read")
    for name, content in _binaries():
        # Cut off between two layers a file is a whole one of fewer.
        expected = "either" if name.startswith("cut off") else "refused"
        yield Case(name, KIND, "net.caffemodel", content, expected)
        yield Case(name, KIND, "weights.caffemodel", content, "either")
    yield Case("no weights", KIND, "weights.caffemodel", READERS["net.prototxt"].honest())
