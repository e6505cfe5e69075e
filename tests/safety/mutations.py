"""Honest files changed by chance: in their bytes, and in what they say, so that a change gets behind the first check."""

from __future__ import annotations

import copy
import io
import json
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from typing import TypeAlias

import h5py
import numpy as np
import yaml

from engine._files import picture_text

from .hostile.damaged import damaged

Json: TypeAlias = object
VALUES: tuple[Json, ...] = (
    None, True, False, 0, -1, 1, 2, 2**31, 2**63, -(2**63), 10**30, 0.5, -0.5, 1e308, "", "a", "x" * 300, "0", "relu",
    "__class__", "os.system", "../../etc/passwd", "<b>", "\u202e", "\x00", [], [None], [[]], [0, 0], [2**40] * 3, {}, {"a": 1},
    {"class_name": "Dense", "config": {"units": 2}}, {"class_name": "eval", "config": {}}, ["x", 0, 0], [["x", 0, 0, {}]],
)  # fmt: skip


def changed_json(document: Json, dice: random.Random) -> Json:
    """A copy with some parts replaced, taken out, doubled or moved."""
    document = copy.deepcopy(document)
    for _ in range(dice.randrange(1, 4)):
        parts = _parts(document)
        if not parts:
            return dice.choice(VALUES)
        holder, key = dice.choice(parts)
        match dice.randrange(5):
            case 0:
                del holder[key]
            case 1:
                other, at = dice.choice(parts)
                if _has(other, at):
                    holder[key] = copy.deepcopy(other[at])
            case 2 if isinstance(holder, list):
                holder.insert(key, copy.deepcopy(holder[key]))
            case 2:
                holder[dice.choice(("", "name", "a", "__class__", "units"))] = holder.pop(key)
            case _:
                holder[key] = copy.deepcopy(dice.choice(VALUES))
    return document


def _has(holder: dict | list, key: object) -> bool:
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)


def _parts(document: Json) -> list[tuple[dict | list, object]]:
    """Every place in a document: what holds it, and the key or index."""
    places: list[tuple[dict | list, object]] = []
    waiting = [document]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            places.append((one, key))
            waiting.append(one[key])
    return places


def _json(content: bytes, dice: random.Random) -> bytes:
    return json.dumps(changed_json(json.loads(content), dice)).encode()


def _yaml(content: bytes, dice: random.Random) -> bytes:
    return yaml.safe_dump(changed_json(yaml.safe_load(content), dice), sort_keys=False).encode()


def _hdf5(content: bytes, dice: random.Random) -> bytes:
    buffer = io.BytesIO(content)
    with h5py.File(buffer, "r+") as file:
        for _ in range(dice.randrange(1, 3)):
            groups: list[h5py.Group] = [file]
            file.visititems(lambda _, item, groups=groups: groups.append(item))
            tables = [one for one in groups if isinstance(one, h5py.Dataset) and one.dtype == np.uint8]
            _change_item(dice.choice(tables if tables and dice.random() < 0.5 else groups), dice)
        if dice.random() < 0.8 and "engine_checksum" in file.attrs:
            del file.attrs["engine_checksum"]
    return buffer.getvalue()


def _change_item(item: h5py.Group | h5py.Dataset, dice: random.Random) -> None:
    if isinstance(item, h5py.Dataset) and item.dtype == np.uint8 and item.ndim == 1:
        group, name, text = item.parent, item.name, _json(item[()].tobytes(), dice)  # a table kept as bytes
        del group[name]
        group[name] = np.frombuffer(text, np.uint8)
        return
    names = list(item.attrs)
    if names and dice.random() < 0.6:
        name = dice.choice(names)
        text = item.attrs[name]
        if isinstance(text, (str, bytes)) and text[:1] in ("{", b"{") and dice.random() < 0.8:
            item.attrs[name] = _json(text.encode() if isinstance(text, str) else text, dice)
        else:
            item.attrs[name] = dice.choice(
                (b"", b"x", 3, 0.5, [b"a"], [b"a", b"a"], np.zeros((2, 2)), [1, 2], b"\xff", b"[]")
            )
        return
    if isinstance(item, h5py.Group) and len(item):
        name = dice.choice(list(item))
        del item[name]
        if dice.random() < 0.7:
            links = (h5py.SoftLink("/"), h5py.SoftLink(name), h5py.ExternalLink("x.h5", "/"))
            arrays = (
                np.zeros(3),
                np.zeros((4, 3)),
                np.float32(1),
                np.array([b"x"]),
                np.zeros((4, 3), "i8"),
                np.zeros((0, 3)),
            )
            item[name] = dice.choice((*links, *arrays))


def _zip(content: bytes, dice: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that stands there twice
        for name in old.namelist():
            member = old.read(name)
            new.writestr(
                dice.choice((name, name, name, "../x", "a" * 300)),
                damaged(member, dice) if dice.random() < 0.6 else member,
            )
    return buffer.getvalue()


def _keras(content: bytes, dice: random.Random) -> bytes:
    """A `.keras` file whose parts say something else, with right check sums."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            change = _hdf5 if name.endswith(".h5") else _json
            new.writestr(name, change(old.read(name), dice) if dice.random() < 0.6 else old.read(name))
    return buffer.getvalue() if dice.random() < 0.8 else _zip(content, dice)


def _png(content: bytes, dice: random.Random) -> bytes:
    text = picture_text.text_in_picture(content)
    if text is None:
        return damaged(content, dice)
    changed = _yaml(text.encode(), dice).decode() if dice.random() < 0.5 else text
    return picture_text.png_with_text(_without_text(content), damaged(changed.encode(), dice).decode("latin-1"))


def _without_text(content: bytes) -> bytes:
    """The picture as it was before a text was put behind its header."""
    (length,) = struct.unpack_from(">I", content, 33)
    return content[:33] + content[33 + 12 + length :]


def _svg(content: bytes, dice: random.Random) -> bytes:
    text = picture_text.text_in_picture(content) or ""
    return picture_text.svg_with_text("<svg></svg>", _yaml(text.encode(), dice).decode()).encode()


_BY_ENDING: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "json": _json,
    "yaml": _yaml,
    "h5": _hdf5,
    "keras": _keras,
    "npz": _zip,
    "zip": _zip,
    "png": _png,
    "svg": _svg,
}


def mutated(reader: str, content: bytes, dice: random.Random) -> bytes:
    """An honest file of a reader, changed."""
    change = _BY_ENDING.get(reader.rpartition(".")[2])
    # What a page says always parses, so its bytes are left alone.
    if change is not None and (reader == "gestures.json" or dice.random() < 0.7):
        return change(content, dice)
    return damaged(content, dice)
