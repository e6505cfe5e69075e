"""HDF5 files that lead outside, unfold to more than they hold, or are put together wrongly."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np

from ..readers import READERS
from .case import Case

KIND = "HDF5"
_ITEM = 16
# What Keras calls the first layer's kernel, and the group of its layer.
KERNEL, LAYER = "first/first/kernel:0", "first"
Change = Callable[[h5py.File, h5py.Group], None]


def _remade(group: h5py.Group, **settings: object) -> None:
    del group[KERNEL]
    group.create_dataset(KERNEL, **settings)


def _linked(link: object) -> Change:
    def change(file: h5py.File, group: h5py.Group) -> None:
        del group[KERNEL]
        group[KERNEL] = link

    return change


def _layer_linked(link: object) -> Change:
    def change(file: h5py.File, group: h5py.Group) -> None:
        del group[LAYER]
        group[LAYER] = link

    return change


def _made(**settings: object) -> Change:
    return lambda file, group: _remade(group, **settings)


def _names(value: object) -> Change:
    return lambda file, group: group.attrs.__setitem__("layer_names", value)


def _weight_names(value: object) -> Change:
    return lambda file, group: group[LAYER].attrs.__setitem__("weight_names", value)


def _raw_storage(file: h5py.File, group: h5py.Group) -> None:
    _remade(group, shape=(4, 3), dtype="f4", external=[("/etc/passwd", 0, 48)])


def _virtual(file: h5py.File, group: h5py.Group) -> None:
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4, 3))
    del group[KERNEL]
    group.create_virtual_dataset(KERNEL, layout)


def _virtual_in_itself(file: h5py.File, group: h5py.Group) -> None:
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource(".", f"{group.name}/{KERNEL}", (4, 3))
    del group[KERNEL]
    group.create_virtual_dataset(KERNEL, layout)


def _circle(file: h5py.File, group: h5py.Group) -> None:
    del group[KERNEL]
    group[KERNEL] = h5py.SoftLink(f"{group.name}/first/first/other")
    group["first/first/other"] = h5py.SoftLink(f"{group.name}/{KERNEL}")


def _zeros(file: h5py.File, group: h5py.Group) -> None:
    side, chunk = 2**13, 2**11
    _remade(group, shape=(side, side), dtype="f4", chunks=(chunk, chunk), compression="gzip")
    packed = zlib.compress(bytes(4 * chunk**2))  # once for all chunks
    for corner in np.ndindex(side // chunk, side // chunk):
        group[KERNEL].id.write_direct_chunk(tuple(chunk * place for place in corner), packed)


def _many(file: h5py.File, group: h5py.Group) -> None:
    names = [f"w{number}".encode() for number in range(60)]
    group[LAYER].attrs["weight_names"] = names
    for name in names:
        group[LAYER].create_dataset(name, (2**24,), "f4", chunks=(2**20,))


def _layer_is_array(file: h5py.File, group: h5py.Group) -> None:
    del group[LAYER]
    group[LAYER] = np.ones(3)


def _kernel_is_group(file: h5py.File, group: h5py.Group) -> None:
    del group[KERNEL]
    group.create_group(KERNEL)


def _no_names(file: h5py.File, group: h5py.Group) -> None:
    del group.attrs["layer_names"]


def _endless_names(file: h5py.File, group: h5py.Group) -> None:
    del group.attrs["layer_names"]
    for number in range(2000):
        group.attrs[f"layer_names{number}"] = [b"x"]


def _unknown_filter(file: h5py.File, group: h5py.Group) -> None:
    del group[KERNEL]
    settings = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    settings.set_chunk((4, 3))
    settings.set_filter(40000, h5py.h5z.FLAG_OPTIONAL)
    space = h5py.h5s.create_simple((4, 3))
    h5py.h5d.create(group.id, KERNEL.encode(), h5py.h5t.NATIVE_FLOAT, space, dcpl=settings, lcpl=_with_parents())


def _with_parents() -> h5py.h5p.PropLCID:
    settings = h5py.h5p.create(h5py.h5p.LINK_CREATE)
    settings.set_create_intermediate_group(True)
    return settings


CHANGES: dict[str, Change] = {
    "an external link": _linked(h5py.ExternalLink("/etc/passwd", "/x")),
    "an external link to a file of arrays": _linked(h5py.ExternalLink("other.h5", "/first/kernel")),
    "an external link to itself": _linked(h5py.ExternalLink(".", "/x")),
    "an external group": _layer_linked(h5py.ExternalLink("/tmp/other.h5", "/")),
    "a link that climbs": _linked(h5py.SoftLink("../../../x")),
    "a link to nothing": _linked(h5py.SoftLink("/nothing")),
    "a link to the root": _linked(h5py.SoftLink("/")),
    "a circle of links": _circle,
    "a layer that links to itself": _layer_linked(h5py.SoftLink("first")),
    "raw storage": _raw_storage,
    "a virtual array": _virtual,
    "a virtual array of itself": _virtual_in_itself,
    "an array never written": _made(shape=(2**40,), dtype="f4"),
    "an array of 2^62": _made(shape=(2**62,), dtype="f4", chunks=(2**10,)),
    "an array in chunks never written": _made(shape=(2**34,), dtype="f4", chunks=(1024,), compression="gzip"),
    "a chunk of 2 GB": _made(shape=(16,), maxshape=(None,), dtype="f4", chunks=(2**29,)),
    "zeros of 256 MB": _zeros,
    "sixty arrays of 64 MB": _many,
    "a filter that nobody knows": _unknown_filter,
    "texts": _made(data=np.array([b"x"])),
    "references": _made(shape=(1,), dtype=h5py.ref_dtype),
    "regions": _made(shape=(1,), dtype=h5py.regionref_dtype),
    "lists of any length": _made(shape=(1,), dtype=h5py.vlen_dtype(np.float32)),
    "texts of any length": _made(shape=(1,), dtype=h5py.string_dtype()),
    "records": _made(shape=(4, 3), dtype=[("a", "f4"), ("b", "i4")]),
    "complex numbers": _made(data=np.ones((4, 3), "c8")),
    "bytes without meaning": _made(data=np.ones((4, 3), "V4")),
    "no numbers at all": _made(data=h5py.Empty("f4")),
    "another shape": _made(data=np.ones((3, 4), "f4")),
    "another rank": _made(data=np.ones(12, "f4")),
    "one number": _made(data=np.float32(1)),
    "a layer that is an array": _layer_is_array,
    "an array that is a group": _kernel_is_group,
    "no names": _no_names,
    "names in 2000 pieces": _endless_names,
    "names that are numbers": _names(np.arange(3)),
    "names that are one text": _names(b"first"),
    "names in two axes": _names([[b"first", b"second"]]),
    "names of nobody": _names([b"first", b"nobody"]),
    "names twice": _names([b"first", b"first"]),
    "names that climb": _names([b"../first", b"second"]),
    "names of the root": _names([b"/", b"second"]),
    "names that are dots": _names([b".", b".."]),
    "names with an escape": _names([b"a\x1b[31m", b"second"]),
    "names of bad UTF-8": _names([b"\xff\xfe", b"second"]),
    "names that are empty": _names([b"", b"second"]),
    "weights of nobody": _weight_names([b"first/kernel:0", b"nobody:0"]),
    "weights that climb": _weight_names([b"../../second/second/kernel:0", b"first/bias:0"]),
    "weights that are numbers": _weight_names(np.arange(2.0)),
    "weights twice": _weight_names([b"first/kernel:0", b"first/kernel:0"]),
    "weights of one too few": _weight_names([b"first/kernel:0"]),
}
# Of the whole file: attributes of the root of a model's file.
ROOT_CHANGES: dict[str, Callable[[h5py.File], None]] = {
    "no config": lambda file: file.attrs.__delitem__("model_config"),
    "a config that is a number": lambda file: file.attrs.__setitem__("model_config", 3),
    "a config that is a list": lambda file: file.attrs.__setitem__("model_config", [b"a", b"b"]),
    "a config that is empty": lambda file: file.attrs.__setitem__("model_config", b""),
    "a config of bad UTF-8": lambda file: file.attrs.__setitem__("model_config", b"\xff\xfe"),
    "a config that is null": lambda file: file.attrs.__setitem__("model_config", b"null"),
    "a config of no table": lambda file: file.attrs.__setitem__("model_config", b"[]"),
    "a config without a space": lambda file: file.attrs.__setitem__("model_config", h5py.Empty("S1")),
    "a config that is a reference": lambda file: file.attrs.__setitem__("model_config", file.ref),
    "a config in brackets": lambda file: file.attrs.__setitem__("model_config", b"[" * 60000),
    "weights elsewhere": lambda file: _moved(file, h5py.ExternalLink("/tmp/other.h5", "/")),
    "weights that are missing": lambda file: file.__delitem__("model_weights"),
    "weights that are an array": lambda file: _moved(file, np.ones(3)),
    "a version that is a list": lambda file: file.attrs.__setitem__("keras_version", [1, 2]),
    "another checksum": lambda file: file.attrs.__setitem__("engine_checksum", b"0"),
    "slots elsewhere": lambda file: _moved(file, h5py.ExternalLink("/tmp/other.h5", "/"), "optimizer_weights"),
    "slots that are an array": lambda file: _moved(file, np.ones(3), "optimizer_weights"),
}


def _moved(file: h5py.File, to: object, name: str = "model_weights") -> None:
    del file[name]
    file[name] = to


def _changed(reader: str, change: Callable[[h5py.File], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, reader)
        path.write_bytes(READERS[reader].honest())
        with h5py.File(path, "a") as file:
            change(file)
            if "engine_checksum" in file.attrs and reader != "model.h5":
                del file.attrs["engine_checksum"]
        return path.read_bytes()


def cases() -> Iterator[Case]:
    """Every change of every file of weights, and of a file of arrays."""
    # Loading by name leaves alone what has no layer, and with skip_mismatch what does not fit.
    lenient = {"another shape", "another rank", "one number", "names of nobody", "weights of one too few"}
    for name, change in CHANGES.items():
        for reader in ("weights.h5", "by_name.h5", "model.h5", "builder.h5"):
            content = _changed(
                reader,
                lambda file, change=change: change(file, file.get("model_weights", file)),
            )
            expected = "either" if reader == "by_name.h5" and name in lenient else "refused"
            yield Case(name, KIND, reader, content, expected)
    for name, root_change in ROOT_CHANGES.items():
        yield Case(name, KIND, "model.h5", _changed("model.h5", root_change))
    for reader in ("weights.h5", "by_name.h5", "model.h5", "builder.h5", "dict.h5"):
        for number, length in ((0, 0), (7, 2**64 - _ITEM)):
            yield Case(f"a heap without an end, {number}", KIND, reader, _endless(reader, number, length))
    for reader in ("weights.h5", "model.h5", "builder.h5", "matrix.h5", "page_arrays.h5", "checkpoint.h5"):
        content = bytearray(READERS[reader].honest())
        content[13:17] = b"    "  # how wide addresses and lengths are
        yield Case("addresses of 32 bytes", KIND, reader, bytes(content))
    yield from _arrays()


def _endless(reader: str, number: int, length: int) -> bytes:
    """A file whose texts lie in a heap with an item that leads to itself; so the HDF5 library never comes back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, reader)
        path.write_bytes(READERS[reader].honest())
        with h5py.File(path, "a") as file:
            file.attrs["names" if reader == "dict.h5" else "keras_version"] = "2.2.4"
        content = bytearray(path.read_bytes())
    heap = content.rindex(b"GCOL")
    struct.pack_into("<HHIQ", content, heap + _ITEM, number, 1, 0, length)
    return bytes(content)


def _arrays() -> Iterator[Case]:
    """The same arrays as data: what may not be read is not offered, and asking for it by name is refused."""
    for name in (
        "an external link",
        "raw storage",
        "a virtual array",
        "an array of 2^62",
        "a chunk of 2 GB",
        "records",
        "references",
    ):

        def change(file: h5py.File, name: str = name) -> None:
            group = file.create_group("other")
            group[KERNEL] = np.ones(3)
            CHANGES[name](file, group)
            del file["train/x"]
            file["train/x"] = h5py.SoftLink(f"/other/{KERNEL}")

        yield Case(name, KIND, "page_arrays.h5", _changed("page_arrays.h5", change), "read")
        yield Case(name, KIND, "matrix.h5", _changed("matrix.h5", change))
