"""Files of Keras 3 and SavedModels that climb out, unfold, name code, or promise arrays that are not there."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np

from ..readers import READERS
from .case import Case

KIND = "Keras 3 and SavedModel"
_FEATURES = 4


def _dense(module: object = "keras.layers", kind: str = "Dense", **config: Any) -> dict[str, Any]:
    settings = {"units": 3, **config}
    return {"module": module, "class_name": kind, "config": settings, "registered_name": None}


def _stack(*layers: object) -> dict[str, Any]:
    start = {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, _FEATURES]}}
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [start, *layers]}}


def _graph(*calls: object, **config: Any) -> dict[str, Any]:
    start = {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 4]}, "name": "x"}
    dense = {**_dense(), "name": "d", "inbound_nodes": list(calls)}
    layers = [{**start, "inbound_nodes": []}, dense]
    ends = {"input_layers": ["x", 0, 0], "output_layers": ["d", 0, 0]}
    return {"module": "keras", "class_name": "Functional", "config": {"name": "m", "layers": layers, **ends, **config}}


def _tensor(history: object) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "keras_history": history}}


def _weights(kernel: Any = None) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        group = file.create_group("layers/dense/vars")
        group["0"] = np.zeros((_FEATURES, 3), "f4") if kernel is None else kernel
        group["1"] = np.zeros(3, "f4")
    return buffer.getvalue()


def _archive(config: object, weights: bytes | None = None, method: int = zipfile.ZIP_STORED, **more: bytes) -> bytes:
    buffer = io.BytesIO()
    text = config if isinstance(config, bytes) else json.dumps(config).encode()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("config.json", text)
        archive.writestr("model.weights.h5", _weights() if weights is None else weights)
        for name, content in more.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _with_member(name: str, attributes: int = 0, content: bytes = b"words") -> bytes:
    buffer = io.BytesIO(_archive(_stack(_dense())))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = attributes << 16
        archive.writestr(info, content)
    return buffer.getvalue()


def _twice() -> bytes:
    content = _with_member("config.jso_")
    return content.replace(b"config.jso_", b"config.json")


def _flagged(flag: int) -> bytes:
    content = bytearray(_archive(_stack(_dense())))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= flag
    return bytes(content)


def _wrong_sum() -> bytes:
    content = _archive(_stack(_dense()))
    return content.replace(b'"units": 3', b'"units": 4')


def _deep(levels: int) -> bytes:
    return b'{"class_name": "Sequential", "config": ' + b'{"layers": [' * levels + b"]}" * levels + b"}"


def _external() -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        group = file.create_group("layers/dense/vars")
        group["0"] = h5py.ExternalLink("/etc/passwd", "/")
        group["1"] = h5py.SoftLink("/layers/dense/vars/1")
    return buffer.getvalue()


def _holes() -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        group = file.create_group("layers/dense/vars")
        group.create_dataset("0", (2**20, 2**20), "f4", chunks=(1024, 1024))
        group["1"] = np.zeros(3, "f4")
    return buffer.getvalue()


def _optimizer(config: object) -> dict[str, Any]:
    stored = {"module": "keras.optimizers", "class_name": "Adam", "config": config, "registered_name": None}
    return {**_stack(_dense()), "compile_config": {"optimizer": stored, "loss": "mse"}}


_CODE = {"class_name": "__lambda__", "config": {"value": ["4wEAAAAAAAAA", None, None]}}
CONFIGS: dict[str, object] = {
    "a Lambda as code": _stack(_dense(kind="Lambda", function=_CODE)),
    "an activation as code": _stack(_dense(activation=_CODE)),
    "a function of os": _stack(
        _dense(activation={"module": "os", "class_name": "function", "config": "system", "registered_name": "system"})
    ),
    "a class of a module": _stack(_dense(module="subprocess", kind="Popen")),
    "a module that is no text": _stack(_dense(module=["os"], kind="system")),
    "a layer that does not exist": _stack(_dense(kind="__import__")),
    "units of 10^30": _stack(_dense(units=10**30)),
    "units of 2^40": _stack(_dense(units=2**40)),
    "units of a text": _stack(_dense(units="3")),
    "a table for units": _stack(_dense(units={"class_name": "__tensor__", "config": {"value": [2**40] * 3}})),
    "infinite units": json.dumps(_stack(_dense())).replace('"units": 3', '"units": 1e999').encode(),
    "units that are no number": json.dumps(_stack(_dense())).replace('"units": 3', '"units": NaN').encode(),
    "units of 5000 digits": json.dumps(_stack(_dense())).replace('"units": 3', f'"units": {"9" * 5000}').encode(),
    "2000 levels": _deep(2000),
    "60 levels of models": _deep(30),
    "a list": b"[]",
    "no layers": {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": {"a": 1}}},
    "a tensor of no layer": _graph({"args": [_tensor(["y", 0, 0])], "kwargs": {}}),
    "a tensor of itself": _graph({"args": [_tensor(["d", 0, 0])], "kwargs": {}}),
    "a call without tensors": _graph({"args": [], "kwargs": {}}),
    "arguments that are no list": _graph({"args": {"a": 1}, "kwargs": []}),
    "a history of texts": _graph({"args": [_tensor(["x", "0", "0"])], "kwargs": {}}),
    "an unknown tensor argument": _graph(
        {"args": [_tensor(["x", 0, 0])], "kwargs": {"gradient": _tensor(["x", 0, 0])}}
    ),
    "an end that is no layer": _graph({"args": [_tensor(["x", 0, 0])], "kwargs": {}}, output_layers=[["z", 0, 0]]),
    "an optimizer of another package": _optimizer([1, 2]),
    "a rate below zero": _optimizer({"learning_rate": -1}),
}
ARCHIVES: dict[str, bytes] = {
    "a path that climbs": _with_member("../canary"),
    "a path that climbs inside": _with_member("assets/../../canary"),
    "a path from the root": _with_member("/tmp/canary"),
    "a path of another system": _with_member("C:\\canary"),
    "a link": _with_member("assets/a", 0o120777, b"/etc/passwd"),
    "a device": _with_member("assets/a", 0o020666),
    "a name twice": _twice(),
    "encrypted": _flagged(1),
    "a wrong check sum": _wrong_sum(),
    "zeros of 300 MB": _archive(_stack(_dense()), method=zipfile.ZIP_DEFLATED, **{"assets/a": bytes(300 * 2**20)}),
    "a config of 100 MB": _archive(b" " * (100 * 2**20), method=zipfile.ZIP_DEFLATED),
    "weights of zeros": _archive(_stack(_dense()), bytes(200 * 2**20), zipfile.ZIP_DEFLATED),
    "weights that are no HDF5": _archive(_stack(_dense()), b"words"),
    "weights in another file": _archive(_stack(_dense()), _external()),
    "weights of 4 TB of holes": _archive(_stack(_dense()), _holes()),
    "weights of another shape": _archive(_stack(_dense()), _weights(np.zeros((3, 3), "f4"))),
    "weights of texts": _archive(_stack(_dense()), _weights(np.array([b"x"]))),
    "20000 members": _archive(_stack(_dense()), **{f"assets/{n}": b"" for n in range(20_000)}),
    "cut in half": READERS["model.keras"].honest()[:700],
    "an end only": b"PK\x05\x06" + bytes(18),
}


def _index(*parts: tuple[int, bytes]) -> bytes:
    """The honest index with bytes replaced from some places on."""
    content = bytearray(READERS["bundle.index"].honest())
    for at, replaced in parts:
        at = at % len(content)
        content[at : at + len(replaced)] = replaced
    return bytes(content)


INDEXES = {
    "no magic": _index((-8, bytes(8))),
    "blocks beyond the end": _index((-48, b"\xff\xff\xff\xff\x0f" * 4)),
    "numbers without an end": _index((-48, b"\xff" * 40)),
    "compressed blocks": _index((-53, b"\x01")),
    "restarts without number": _index((-57, struct.pack("<I", 2**31))),
    "entries beyond their block": _index((1, b"\xff\xff\xff\x7f")),
    "a hundred million zeros": bytes(100 * 2**20),
    "only an end": READERS["bundle.index"].honest()[-48:],
}
RECORDS = {
    "a length of 2^60": b"\x0a" + b"\xff" * 8 + b"\x0f",
    "a number without an end": b"\x08" + b"\xff" * 20,
    "a group": b"\x0b" * 100,
    "two million fields": b"\x08\x00" * 2_100_000,
    "records of another file": b"\x0a\x02\x08\x01",
    "records that are no JSON": b'\x0a\x0d\x1a\x04root\x2a\x05{"a":',
    "nothing": b"",
}


def cases() -> Iterator[Case]:
    """Every file; each config in an archive and as JSON."""
    for name, config in CONFIGS.items():
        expected = "either" if name == "a rate below zero" else "refused"
        yield Case(name, KIND, "model.keras", _archive(config), expected)
        if "optimizer" not in name and "rate" not in name:
            text = config if isinstance(config, bytes) else json.dumps(config).encode()
            yield Case(name, KIND, "keras3.json", text, "refused")
    for name, content in ARCHIVES.items():
        yield Case(name, KIND, "model.keras", content)
        yield Case(name, KIND, "builder.keras", content)
    for name, weights in (("in another file", _external()), ("of holes", _holes())):
        yield Case(f"weights {name}", KIND, "keras3_weights.h5", weights)
    for name, content in INDEXES.items():
        yield Case(name, KIND, "bundle.index", content)
    for name, content in RECORDS.items():
        yield Case(name, KIND, "records.pb", content)
    yield Case("honest", KIND, "model.keras", _archive(_stack(_dense())), "read")
