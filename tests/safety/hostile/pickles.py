"""Pickles: only numbers, texts, lists and arrays are read from one, and no name in it is called."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator

import numpy as np

from .case import Case

KIND = "data sets"


class _Call:
    """Pickled as a call."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> object:
        return self.call


def _named(module: str, name: str, *arguments: object, protocol: int = 2) -> bytes:
    """A pickle that calls a name; written by hand, so nothing of that name is needed here."""
    body = pickle.dumps(arguments, protocol)[2:-1]
    return b"\x80" + bytes([protocol]) + f"c{module}\n{name}\n".encode() + body + b"R."


CODE = {
    "os.system": _named("os", "system", "true"),
    "posix.system": _named("posix", "system", "true"),
    "subprocess.Popen": _named("subprocess", "Popen", "true"),
    "builtins.eval": _named("builtins", "eval", "1"),
    "builtins.exec": _named("builtins", "exec", "1"),
    "builtins.getattr": _named("builtins", "getattr", "a", "upper"),
    "builtins.__import__": _named("builtins", "__import__", "os"),
    "builtins.open": _named("builtins", "open", "/etc/passwd"),
    "importlib.import_module": _named("importlib", "import_module", "os"),
    "marshal.loads": _named("marshal", "loads", b"N"),
    "pickle.loads": _named("pickle", "loads", b"N."),
    "numpy.load": _named("numpy", "load", "/etc/passwd"),
    "numpy.fromfile": _named("numpy", "fromfile", "/etc/passwd"),
    "numpy.lib.npyio.DataSource": _named("numpy.lib.npyio", "DataSource"),
    "_codecs.encode with zlib": _named("_codecs", "encode", "x", "zlib"),
    "functools.partial": _named("functools", "partial", 1),
    "operator.attrgetter": _named("operator", "attrgetter", "x"),
    "a name of protocol 4": b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.",
    "a name with dots": b"\x80\x04\x8c\x05numpy\x8c\x0bcore.memmap\x93)R.",
    "an instance of protocol 0": b"(S'true'\nios\nsystem\n.",
    "an object of protocol 1": b"(cos\nsystem\nS'true'\no.",
    "a new object": b"\x80\x02cos\nsystem\n)\x81.",
    "a new object with names": b"\x80\x04cos\nsystem\n)}\x92.",
    "a persistent id": b"Pabc\n.",
    "a persistent id by binary": b"\x80\x02K\x01Q.",
    "an extension": b"\x80\x02\x82\x01.",
}
_DTYPE = b"cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R"
BROKEN = {
    "empty": b"",
    "no end": b"\x80\x02]",
    "two values": b"\x80\x02K\x01K\x02.",
    "no value": b"\x80\x02.",
    "a mark alone": b"\x80\x02(.",
    "an item of nothing": b"\x80\x02K\x01s.",
    "a tuple of nothing": b"\x80\x02\x87.",
    "a memo of nobody": b"\x80\x02h\x05.",
    "bytes of 2^63": b"\x80\x04\x8e" + struct.pack("<Q", 2**63) + b".",
    "a text of 4 GB": b"\x80\x02X" + struct.pack("<I", 2**32 - 1) + b".",
    "bytes below zero": b"\x80\x02T" + struct.pack("<i", -5) + b".",
    "a list in itself": b"\x80\x02]q\x00h\x00a.",
    "a list of doubled lists": b"\x80\x02]" + b"q\x00]h\x00ah\x00a" * 60 + b".",
    "a dict with a list as key": b"\x80\x02}]K\x01s.",
    "a hundred thousand lists": b"\x80\x02" + b"]" * 10**5 + b"a" * (10**5 - 1) + b".",
    "an array of 2^62": b"\x80\x02cnumpy.core.numeric\n_frombuffer\n(C\x01x"
    + _DTYPE
    + b"\x8a\x08"
    + struct.pack("<q", 2**62)
    + b"\x85U\x01CtR.",
    "a type of records": b"\x80\x02cnumpy\ndtype\n]K\x00K\x01\x87R.",
    "a type that is a path": b"\x80\x02cnumpy\ndtype\nU\x09os.systemK\x00K\x01\x87R.",
    "an array that is never filled": b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R.",
    "another opcode": b"\x80\x02\xff.",
    "a number of two lines": b"I1\n2\n.",
    "one number": pickle.dumps(3, 2),
    "no data": pickle.dumps({b"labels": [1]}, 2),
    "no labels": pickle.dumps({b"data": np.zeros((1, 3072), "uint8")}, 2),
    "data of another type": pickle.dumps({b"data": np.zeros((1, 3072), "float64"), b"labels": [1]}, 2),
    "data of another size": pickle.dumps({b"data": np.zeros((1, 7), "uint8"), b"labels": [1]}, 2),
    "labels of another length": pickle.dumps({b"data": np.zeros((2, 3072), "uint8"), b"labels": [1]}, 2),
    "labels that are texts": pickle.dumps({b"data": np.zeros((1, 3072), "uint8"), b"labels": ["a"]}, 2),
    "labels that are a number": pickle.dumps({b"data": np.zeros((1, 3072), "uint8"), b"labels": 1}, 2),
    "data that are a list": pickle.dumps({b"data": [1], b"labels": [1]}, 2),
}


def cases() -> Iterator[Case]:
    """Every pickle as a batch of pictures, honest ones of every protocol among them."""
    for name, content in {**CODE, **BROKEN}.items():
        yield Case(name, KIND, "cifar.pickle", content)
    for protocol in range(2, 6):
        batch = {b"data": np.zeros((2, 3072), "uint8"), b"labels": [3, 5]}
        yield Case(f"protocol {protocol}", KIND, "cifar.pickle", pickle.dumps(batch, protocol), "read")
        evil = {**batch, b"other": _Call(print, "ran")}
        yield Case(f"a call in protocol {protocol}", KIND, "cifar.pickle", pickle.dumps(evil, protocol))
