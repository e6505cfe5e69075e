"""Where arrays come from: the notebook's variables, files, ready sets. Offered by shape; fetched at the start of a run."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict, cast

import numpy as np

from engine.data import FROM_SECOND, arrays_in_blocks, is_too_large, kind_of_folder, map_of
from engine.errors import EngineError
from engine.experiment import fits
from engine.training_folder import fingerprints
from engine.types import Array, ArrayLike, DTypeLike

from ..messages import ArrayEntry, ArrayFacts, Source
from ..refused import Refused
from ..words import data as say
from . import array_facts, array_files
from .array_facts import described
from .built_in import BUILT_IN, BuiltIn
from .fetching import Fetching
from .picture_folders import PICTURES, PictureFolders
from .read_tables import FRAME, TABLE, FewRows
from .table_classes import with_classes
from .tables import KINDS, Tables, is_table

Namespace = Callable[[], Mapping[str, object]]
Headers = Mapping[str, tuple[tuple[int, ...], DTypeLike]]
# When a file was written last and its size, and the same of its second one; None for what does not change.
Stamp = tuple[int, ...] | None
NOTEBOOK = "notebook"
MOST_VARIABLES = 500
# So many objects of a variable are looked at to see whether they are texts.
MOST_LOOKED_AT = 100
# Arrays of a file, or a whole ready set, of more bytes than this are not read only to be described.
MOST_READ = 256 * 2**20


class _Named(TypedDict):
    kind: str
    name: str


class Chosen(_Named, total=False):
    """A source as an experiment names it.

    kind: "notebook", "frame" (a variable of it), "file" (of arrays), "table", "pictures" (names are paths then) or "built_in".
    validation: a second file, whose rows are measured.
    """

    validation: str


class DataChoice(TypedDict, total=False):
    """What `Builder.set_data` takes.

    source: a name, a path, or {kind, name}. inputs, targets: names of arrays by layer. validation_split: a share below 1.
    validation: names of arrays that are measured in place of those trained on, by the names of these; None: the share is.
    """

    source: str | Mapping[str, str]
    inputs: Mapping[str, str | None]
    targets: Mapping[str, str | None]
    validation_split: float
    validation: Mapping[str, str] | None


class DataSources:
    """The sources that a builder offers.

    namespace: gives the notebook's variables, fresh each time. arrays: those handed over in code, which stand beside
    the notebook's variables and win over them. most_read: above so many bytes, an array of a file or a ready set is not
    read only to be looked at. ready: sets that come with kwidgets or lie in Keras's cache. few_rows: how many rows of a large
    table are looked at first. room: gives how many bytes of a file may be read at once; None: half of the free memory.

    >>> sources = DataSources(lambda: {"x": np.zeros((5, 3)), "_": np.zeros(3), "n": 7})
    >>> sources.offered()[0]["arrays"]
    [{'key': 'x', 'shape': [5, 3], 'dtype': 'float64'}]
    """

    def __init__(
        self,
        namespace: Namespace = dict,
        arrays: Mapping[str, ArrayLike] | None = None,
        most_read: int = MOST_READ,
        ready: Mapping[str, BuiltIn] = BUILT_IN,
        few_rows: FewRows | None = None,
        room: Callable[[], int] | None = None,
    ) -> None:
        self._ready, self._room = ready, room
        self.fetching = Fetching(ready)
        self.tables = Tables(lambda: dict(self._namespace()), few_rows, self._is_too_large)
        self.pictures = PictureFolders()
        # What share of its rows a table is to keep for validation; a builder's settings say it.
        self.validation_share: Callable[[], float] = lambda: 0.0
        self._namespace = namespace
        self._most_read = most_read
        self._own_arrays = dict(arrays or {})
        self._files: dict[str, array_files.Headers] = {}
        # Of a file of arrays, the second one whose arrays are measured, with what it holds.
        self._second: dict[str, tuple[str, array_files.Headers]] = {}
        self._facts: dict[tuple[str, str, str, Stamp], ArrayFacts] = {}

    def offered(self) -> list[Source]:
        """All sources with the shapes of their arrays."""
        arrays = {key: (array.shape, array.dtype) for key, array in self._variables().items()}
        sources: list[Source] = [{**_described(NOTEBOOK, "notebook", arrays), "trouble": self._cut_maps()}]
        sources += [_described(path, "file", self._headers(path)) for path in self._files]
        sources += [self._described_table(one) for one in self.tables]
        sources += [self._described_pictures(one) for one in self.pictures]
        frames = [name for name in self.tables.frames() if not self.tables.named(name, FRAME)]
        sources += [_described(name, FRAME, {}) for name in frames]
        for data in self._ready.values():
            absent = self.fetching.absent(data.name)
            if absent is not None:
                sources.append({**_described(data.name, "built_in", {}), "absent": absent})
            elif data.present():
                sources.append(_described(data.name, "built_in", data.shapes))
        return sources

    def _described_table(self, source: Mapping[str, Any]) -> Source:
        """What is offered of a table; only why it cannot be read where its file or its frame is gone."""
        try:
            return self.tables.described(source, self.validation_share())
        except Refused as error:
            return {**_described(str(source["name"]), str(source["kind"]), {}), "trouble": {"": str(error)}}

    def _described_pictures(self, source: Mapping[str, Any]) -> Source:
        """What is offered of a folder of pictures; only why it cannot be read where it is gone."""
        try:
            return self.pictures.described(source, self.validation_share())
        except Refused as error:
            return {**_described(str(source["name"]), PICTURES, {}), "trouble": {"": str(error)}}

    def _cut_maps(self) -> dict[str, str]:
        """Why variables that are maps of files cannot be read: these are shorter than they were."""
        made: dict[str, str] = {}
        for name, value in list(dict(self._namespace()).items()):
            mapped = map_of(value)
            if mapped is not None and mapped.is_cut:
                try:
                    mapped.check()
                except EngineError as error:
                    made[name] = say.cannot_be_read(name, error)
        return made

    def open(self, path: object, without_broken: bool = False) -> Chosen:
        """Look into a file of arrays (.npz, .npy, HDF5), a table (CSV, Parquet) or a folder of pictures, texts or sounds.

        Gives the experiment's source. without_broken: broken lines or files of it are left out.

        Raises Refused in words when there is no such file, or it holds none of these.
        """
        if not isinstance(path, str) or not path.strip() or "\0" in path:
            raise Refused(say.GIVE_THE_PATH, field="path")
        path = path.strip()
        full = os.path.expanduser(path)
        try:
            broken = {"broken": "skip"} if without_broken else {}
            if os.path.isdir(full) and kind_of_folder(full) == "pictures":
                return cast("Chosen", self.pictures.source({"kind": PICTURES, "name": path, **broken}, again=True))
            if os.path.isdir(full) or is_table(full):
                return cast("Chosen", self.tables.source({"kind": TABLE, "name": path, **broken}))
        except FileNotFoundError:
            raise Refused(say.no_file(path), say.paths_start_at(os.getcwd()), field="path") from None
        except (OSError, ValueError) as error:
            raise Refused(say.cannot_be_read(path, error), field="path") from None
        self._files[path] = _headers_of(path)
        return {"kind": "file", "name": path}

    def _headers(self, path: str) -> array_files.Headers:
        """What a file of arrays holds, and behind it what its second one does."""
        _, second = self._second.get(path, ("", {}))
        return {**self._files[path], **{FROM_SECOND + key: header for key, header in second.items()}}

    def _place(self, path: str, key: str) -> tuple[str, str]:
        """The file that an array lies in, and its name there."""
        if key.startswith(FROM_SECOND) and path in self._second and key not in self._files.get(path, {}):
            path, key = self._second[path][0], key.removeprefix(FROM_SECOND)
        return os.path.expanduser(path), key

    def source(self, chosen: object) -> Chosen | None:
        """The plain source {kind, name} for what a view or a text says: a name, or such a table. None: none."""
        if chosen is None:
            return None
        name = chosen.get("name") if isinstance(chosen, Mapping) else chosen
        kind = chosen.get("kind") if isinstance(chosen, Mapping) else None
        if not isinstance(name, str):
            raise Refused(say.no_source_named(name), field="source")
        if name == NOTEBOOK and kind in (None, "notebook"):
            return {"kind": "notebook", "name": NOTEBOOK}
        if kind in KINDS:
            return cast("Chosen", self.tables.source(chosen))
        if kind == PICTURES or (kind is None and name in self.pictures):
            return cast("Chosen", self.pictures.source(chosen if kind == PICTURES else name))
        if kind is None and self.tables.named(name, TABLE):
            return cast("Chosen", self.tables.source(name))
        if kind != "file" and name in self._ready:
            self.fetching.refuse_absent(name)
            return {"kind": "built_in", "name": name}
        made: Chosen = {"kind": "file", "name": name} if name in self._files else self.open(name)
        second = chosen.get("validation") if isinstance(chosen, Mapping) else None
        if made["kind"] == "file" and isinstance(second, str):
            self._second[name] = second, _headers_of(second)
            made["validation"] = second
        else:
            self._second.pop(name, None)
        return made

    def arrays(self, chosen: object, keys: Iterable[str]) -> dict[str, Array]:
        """The arrays of these names from the chosen source; from the notebook while none is chosen.

        Raises Refused naming what is missing.
        """
        keys = list(dict.fromkeys(keys))
        source = self.source(chosen) or {"kind": "notebook", "name": NOTEBOOK}
        if source["kind"] == "file":
            places = {key: self._place(source["name"], key) for key in keys}
            try:
                read = {
                    path: array_files.read(path, [there for at, there in places.values() if at == path], self._room)
                    for path in dict.fromkeys(path for path, _ in places.values())
                }
                return {key: read[path][there] for key, (path, there) in places.items()}
            except (OSError, ValueError) as error:
                raise Refused(str(error), say.CHOOSE_THE_ARRAYS_AGAIN, field="source") from None
        if source["kind"] in KINDS:
            known = self.tables.arrays(source, self.validation_share())
        elif source["kind"] == PICTURES:
            known = self.pictures.arrays(source, self.validation_share())
        else:
            known = self._variables() if source["kind"] == "notebook" else self._ready[source["name"]].load()
        for key in keys:
            if key not in known:
                where = say.THE_NOTEBOOK if source["kind"] == "notebook" else f"'{source['name']}'"
                raise Refused(say.has_no_array(where, key), say.RUN_ITS_CELL)
        return {key: known[key] for key in keys}

    def validates(self, chosen: object, exactly: bool = True) -> int | None:
        """How many of the last rows of a table or of pictures validate; None: the share that the settings say.

        exactly: of a large table by all its rows, as a training needs it. Raises Refused where they cannot be divided.
        """
        source, share = self.source(chosen), self.validation_share()
        if source is None or source["kind"] not in (*KINDS, PICTURES):
            return None
        if source["kind"] == PICTURES:
            return self.pictures.validates(source, share)
        return self.tables.validates(source, share, exactly)

    def named_by_content(self, wanted: Mapping[str, str], rows: int | None) -> dict[str, str]:
        """For names of arrays, which have these fingerprints, the notebook's names of arrays that hold the same.

        One that holds it under its own name keeps that. rows: how many they have; None: not known. What is nowhere is left out.
        """
        there = {name: array for name, array in self._variables().items() if rows is None or len(array) == rows}
        # Most often they are there under their names, and nothing else has to be looked through.
        unmoved = fingerprints({name: there[name] for name in wanted if name in there})
        same = {name: name for name, mark in unmoved.items() if mark == wanted[name]}
        if len(same) == len(wanted):
            return same
        others = {mark: name for name, mark in fingerprints(there).items()}
        return {name: same.get(name) or others[mark] for name, mark in wanted.items() if name in same or mark in others}

    def small_arrays(self, chosen: object, keys: Sequence[str]) -> dict[str, Array] | None:
        """As `arrays`; None where they are so large that they are not read only to be looked at."""
        source = self.source(chosen) or {"kind": "notebook", "name": NOTEBOOK}
        if source["kind"] == PICTURES:
            # Equal files are found by their marks, which the folder's findings say.
            return None
        if source["kind"] in KINDS:
            if self.tables.table(source, self.validation_share()).is_large:
                return None
        elif source["kind"] != "notebook":
            stored = self._stored(source)
            if any(key not in stored for key in keys):
                return None
            # A ready set is made or loaded as a whole.
            read = stored if source["kind"] == "built_in" else {key: stored[key] for key in keys}
            if self._are_large(read):
                return None
        arrays = self.arrays(source, keys)
        return None if self._are_large({key: (array.shape, array.dtype) for key, array in arrays.items()}) else arrays

    def facts(self, chosen: object, key: str) -> ArrayFacts:
        """What is in the array of this name: figures, classes, samples. `chosen` as for `arrays`.

        Arrays of files and ready sets above `most_read` bytes are not read: shape and dtype only. Raises Refused where
        there is no such array.
        """
        source = self.source(chosen) or {"kind": "notebook", "name": NOTEBOOK}
        if source["kind"] in KINDS:
            return self._facts_of_table(source, key)
        if source["kind"] == PICTURES:
            arrays = self.arrays(source, [key])
            classes = self.pictures.dataset(source, self.validation_share()).classes
            return with_classes(array_facts.of_rows(arrays[key]), classes)
        if source["kind"] == "notebook":
            return described(self.arrays(source, [key])[key])
        stored = self._stored(source)
        if key not in stored:
            raise Refused(say.source_has_no_array(source["name"], key), say.it_has(", ".join(stored)), field="key")
        # A ready set is made or loaded as a whole.
        read = stored if source["kind"] == "built_in" else {key: stored[key]}
        slot = (source["kind"], source["name"], key, _changed(source))
        if slot not in self._facts:
            # What was read before the file was written again is of no use.
            self._facts = {old: facts for old, facts in self._facts.items() if old[:2] != slot[:2] or old[3] == slot[3]}
            if self._are_large(read):
                self._facts[slot] = self._facts_of_large(source, key, stored[key])
                return self._facts[slot]
            for name, array in self.arrays(source, read).items():
                self._facts[(*slot[:2], name, slot[3])] = described(array)
        return self._facts[slot]

    def _facts_of_large(self, source: Chosen, key: str, header: tuple[tuple[int, ...], DTypeLike]) -> ArrayFacts:
        """Of an array that is not read as a whole: by a few places of its file, or by its shape alone."""
        facts = array_facts.headed(*header)
        if source["kind"] != "file":
            return facts
        try:
            path, there = self._place(source["name"], key)
            array = arrays_in_blocks(path, [there])[there]
            return array_facts.of_blocks(array, array_files.are_too_large([(array.shape, array.dtype)], self._room))
        except (EngineError, OSError):
            return facts  # a compressed one cannot be read from the middle

    def _is_too_large(self, path: str) -> bool:
        """Whether a table's file is read in blocks."""
        return is_too_large(path) if self._room is None else os.path.getsize(path) > self._room()

    def _facts_of_table(self, source: Chosen, key: str) -> ArrayFacts:
        """Of a large table those of a few rows, until all have been looked through."""
        share = self.validation_share()
        table = self.tables.table(source, share)
        few = self.tables.few_arrays(source, share)
        arrays = self.arrays(source, [key]) if few is None else few
        if key not in arrays:
            raise Refused(say.source_has_no_array(source["name"], key), say.it_has(", ".join(arrays)), field="key")
        facts = dict(described(arrays[key]))
        header = table.known().arrays.get(key)
        if few is not None and header is not None:
            whole = array_facts.headed(header[0], header[1])
            facts |= {"shape": whole["shape"], "bytes": whole["bytes"], "whole": False, "equal": None}
        return with_classes(cast("ArrayFacts", facts), table.few.classes)

    def _are_large(self, arrays: Headers) -> bool:
        """Whether arrays of these shapes and types hold more bytes than are read only to be looked at."""
        return sum(math.prod(shape) * np.dtype(kind).itemsize for shape, kind in arrays.values()) > self._most_read

    def _stored(self, source: Chosen) -> Headers:
        if source["kind"] == "built_in":
            return self._ready[source["name"]].shapes
        self.source(source)
        return self._headers(source["name"])

    def _variables(self) -> dict[str, Array]:
        """Arrays of numbers and of texts among the notebook's variables, by name; given ones first."""
        variables = {name: np.asarray(value) for name, value in self._own_arrays.items()}
        # A copy: a cell may add variables while we look.
        for name, value in list(dict(self._namespace()).items()):
            if not isinstance(value, np.ndarray) or name.startswith("_") or name in variables:
                continue
            mapped = map_of(value)
            if mapped is not None and mapped.is_cut:
                continue  # whoever reads in it is killed by the system
            if value.ndim > 0 and len(value) > 0 and (value.dtype.kind in "biuf" or _are_texts(value)):
                variables[name] = value
            if len(variables) >= MOST_VARIABLES:
                break
        return variables


def _changed(source: Chosen) -> Stamp:
    """What tells that a source, or its second file, was written again."""
    if source["kind"] != "file":
        return None
    made: list[int] = []
    for path in (source["name"], *([source["validation"]] if "validation" in source else [])):
        try:
            status = os.stat(os.path.expanduser(path))
        except OSError:
            return None
        made += [status.st_mtime_ns, status.st_size]
    return tuple(made)


def _headers_of(path: str) -> array_files.Headers:
    """What a file of arrays holds. Raises Refused in words where it is none."""
    try:
        headers = array_files.headers(os.path.expanduser(path))
    except FileNotFoundError:
        raise Refused(say.no_file(path), say.paths_start_at(os.getcwd()), field="path") from None
    except (OSError, ValueError) as error:
        raise Refused(say.cannot_be_read(path, error), field="path") from None
    if not headers:
        raise Refused(say.holds_no_arrays(path), field="path")
    return headers


def _described(name: str, kind: str, arrays: Headers) -> Source:
    listed: list[ArrayEntry] = [
        {"key": key, "shape": list(shape), "dtype": str(dtype)} for key, (shape, dtype) in arrays.items()
    ]
    return {"name": name, "kind": kind, "arrays": listed, "table": None, "absent": None, "trouble": {}}


@dataclass(frozen=True)
class Suggestion:
    """Arrays for inputs and targets that have none. labels: outputs whose target is a column of class numbers."""

    inputs: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether something was found for both sides."""
        return bool(self.inputs and self.targets)


def suggested(data: Mapping[str, Any], arrays: Iterable[ArrayEntry], of_table: bool = False) -> Suggestion:
    """What of `arrays` ({key, shape, dtype}) fits the places of `data` (the document's state) that have no array.

    By shape and number of samples first, then by the usual names: the place's own, x_train, y ... Class numbers fit an
    output of several classes too, but only if nothing else does. A table's x and y are meant for the only input and the
    only target even where their shape does not fit: what is chosen is told how, and mended.
    """
    known = {array["key"]: array for array in arrays}
    taken = {key for part in ("inputs", "targets") for key in data[part].values() if key in known}
    samples = {known[key]["shape"][0] for key in taken}
    suggestion: dict[str, dict[str, str]] = {"inputs": {}, "targets": {}}
    labels: list[str] = []
    kinds: tuple[tuple[Literal["inputs", "targets"], Literal["input", "output"], str], ...] = (
        ("inputs", "input", "x"),
        ("targets", "output", "y"),
    )
    for part, kind, usual in kinds:
        for name, now in data[part].items():
            expected = data["expected"].get(name)
            if now in known or expected is None:
                continue
            free = [key for key in known if key not in taken and (not samples or known[key]["shape"][0] in samples)]
            free = [key for key in free if holds_texts(known[key]) == (name in data.get("texts", ()))]
            free.sort(key=lambda key: (key != name, not key.lower().startswith(usual), "train" not in key.lower()))
            key = next((key for key in free if fits(known[key]["shape"], expected, kind)), None)
            if key is None and part == "targets" and (expected[-1] or 0) > 1:
                key = next((key for key in free if _is_labels(known[key])), None)
                labels += [name] if key is not None else []
            if key is None and of_table and len(data[part]) == 1 and usual in known:
                key = usual
            if key is not None:
                suggestion[part][name] = key
                taken.add(key)
                samples.add(known[key]["shape"][0])
    return Suggestion(suggestion["inputs"], suggestion["targets"], tuple(labels))


def holds_texts(array: ArrayEntry) -> bool:
    """Whether an array is one of texts, by its type."""
    return np.dtype(array["dtype"]).kind in "US" or array["dtype"] == "object"


def _are_texts(array: Array) -> bool:
    """Whether an array of the notebook's holds texts; of many objects the first ones tell."""
    return array.dtype.kind == "U" or (
        array.dtype.kind == "O" and all(isinstance(one, str) for one in array.reshape(-1)[:MOST_LOOKED_AT])
    )


def _is_labels(array: ArrayEntry) -> bool:
    is_column = len(array["shape"]) == 1 or (len(array["shape"]) == 2 and array["shape"][1] == 1)
    return is_column and np.dtype(array["dtype"]).kind in "iu"
