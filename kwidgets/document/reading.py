"""YAML or JSON text -> draft, or a refusal that points at a line and column.

The text may be a whole experiment or the bare model document of Keras 1 or 2 (Sequential or Model/Functional); then
data and training stay as they were. Everything is checked before anything is kept: names, classes, settings, wires,
circles. Shapes are not: a wrong graph is shown on the canvas, where it can be mended.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Mapping
from typing import Any

from engine import keras1
from engine.core.errors import EngineError, FileError
from engine.saving.text import Places, read_json, read_yaml

from . import positions, settings
from .commands import MAX_NAME, a_place, is_clean
from .draft import INPUT, NO_ARGUMENTS, Draft, Part, Source, node_id, order, path, split_node
from .refused import Refused
from .settle import sort_layers
from .training import checked_training

Path = tuple[Any, ...]
FUNCTIONAL = ("Model", "Functional")
TOP_KEYS = ("class_name", "config", "keras_version", "backend", "layout", "data", "training")
# Keys that some Keras writes beside a layer's settings and that say nothing new here.
SILENT = {"name", "input_dtype", "sparse", "ragged", "optional", "batch_shape"}
PLACED = {"batch_input_shape", "input_shape", "input_dim", "input_length", "trainable", "dtype"}


class _Mistake(Exception):
    """Something wrong at a path of the document; becomes a Refused with line and column."""

    def __init__(self, where: Path, why: str, hint: str | None = None, field: str | None = None) -> None:
        super().__init__(why)
        self.where, self.why, self.hint, self.field = where, why, hint, field


def read(text: str, form: str, base: Draft) -> Draft:
    """Draft of a text in `form` "yaml" or "json".

    base: gives places to nodes of the same name, and data and training where the text has none.
    """
    if form not in ("yaml", "json"):
        raise Refused(f"A text is yaml or json, not {form!r}.")
    places: Places = {}
    try:
        document = (read_yaml if form == "yaml" else read_json)(text, form.upper(), places)
        return read_document(document, base)
    except FileError as error:
        raise Refused(_file_sentence(error), error.hint or None, line=error.line, column=error.column) from None
    except _Mistake as mistake:
        where = mistake.where
        while where and where not in places:
            where = where[:-1]
        line, column = places.get(where, (1, 1))
        raise Refused(mistake.why, mistake.hint, field=mistake.field, line=line, column=column) from None


def _file_sentence(error: FileError) -> str:
    return f"Expected {error.expected}, found {error.found}." if error.expected else str(error)


def read_document(document: Mapping[str, Any], base: Draft) -> Draft:
    for key in document:
        if key not in TOP_KEYS:
            raise _Mistake((key,), f"Unknown key '{key}'.", _nearest(key, TOP_KEYS))
    class_name = document.get("class_name")
    if class_name not in ("Sequential", *FUNCTIONAL):
        raise _Mistake(("class_name",), f"'class_name' must be Sequential or Model, not {class_name!r}.")
    config = document.get("config")
    if class_name == "Sequential" and isinstance(config, list):
        config, at = {"layers": config}, ()
    else:
        at = ("layers",)
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
        raise _Mistake(("config",), "'config' must hold a list 'layers'.")
    draft = Draft(kind="Sequential" if class_name == "Sequential" else "Model")
    draft.name = _name(config.get("name", base.name), ("config", "name"))
    where: Path = ("config", *at)
    stack = draft.kind == "Sequential" and not any(
        isinstance(entry, Mapping) and "inbound_nodes" in entry for entry in config["layers"]
    )
    if stack:
        _read_stack(draft, config, where)
    else:
        _read_graph(draft, config, where)
    sort_layers(draft)
    _read_layout(draft, document.get("layout"), base)
    _read_data(draft, document.get("data"), base)
    _read_training(draft, document.get("training"), base)
    return draft


def _nearest(word: object, words: Any) -> str | None:
    close = difflib.get_close_matches(str(word), [str(w) for w in words], 1)
    return f"Did you mean '{close[0]}'?" if close else None


def _name(value: object, where: Path) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_NAME or not is_clean(value):
        raise _Mistake(where, f"A name has 1 to {MAX_NAME} characters and no control characters, not {value!r:.90}.")
    return value


def _entry(draft: Draft, entry: object, where: Path) -> tuple[str, Part, list[int | None] | None]:
    """Name, part and, where the entry states one, the batch_input_shape of one item of `layers`."""
    if not isinstance(entry, Mapping):
        raise _Mistake(where, "A layer is a table with class_name and config.")
    config = entry.get("config", {})
    if not isinstance(config, Mapping):
        raise _Mistake((*where, "config"), "A layer's 'config' must be a table of settings.")
    written = entry.get("class_name")
    try:
        if not isinstance(written, str):
            raise _Mistake((*where, "class_name"), "A layer needs its class_name.")
        class_name = settings.class_name_of(written)
    except EngineError as error:
        raise _Mistake((*where, "class_name"), f"There is no layer class {written!r}.", error.hint or None) from None
    name_at = (*where, "name") if "name" in entry else (*where, "config", "name")
    name = entry.get("name", config.get("name"))
    name = draft.free_name(class_name) if name is None else _name(name, name_at)
    if name in draft.layers:
        raise _Mistake(name_at, f"There are two layers named '{name:.80}'.", "Give each layer its own name.")
    part_config, shape = _layer_config(class_name, name, config, (*where, "config"))
    return name, Part(class_name, part_config), shape


def _layer_config(
    class_name: str, name: str, config: Mapping[str, Any], where: Path
) -> tuple[dict[str, Any], list[int | None] | None]:
    if class_name == INPUT:
        if "batch_shape" in config and "batch_input_shape" not in config:
            config = {**config, "batch_input_shape": config["batch_shape"]}
        return _with_place(lambda: settings.canonical_input(config), (*where, "batch_input_shape")), None
    cls = settings.layer_class(class_name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, config = keras1.translate(cls, (), dict(config))
    known = settings.fields_of(class_name)
    given: dict[str, Any] = {}
    for key, value in config.items():
        if known and key not in known and key not in PLACED | SILENT:
            raise _Mistake((*where, key), f"{class_name} has no setting '{key}'.", _nearest(key, known), key)
        if key in known or key in ("trainable", "dtype") or (not known and key not in PLACED | SILENT):
            given[key] = value
            _with_place(lambda key=key, value=value: settings.checked(class_name, "", key, value), (*where, key))
    if not isinstance(given.get("trainable", True), bool):
        raise _Mistake((*where, "trainable"), "'trainable' must be true or false.", field="trainable")
    for key, field in known.items():
        if key not in given and settings.default_text(class_name, key) is None and field is not None:
            raise _Mistake(where, f"{class_name} '{name:.80}' needs a value for '{key}'.", field=key)
    shape = config.get("batch_input_shape")
    if shape is not None:
        shape = _with_place(lambda: settings.checked_shape(shape), (*where, "batch_input_shape"))
    return settings.canonical(class_name, name, given), shape


def _with_place(check: Any, where: Path) -> Any:
    """Result of a check; what it refuses gets its place in the text."""
    try:
        return check()
    except Refused as refusal:
        raise _Mistake(where, refusal.why, refusal.hint, refusal.field) from None
    except EngineError as error:
        why = f"'{where[-1]}' must be {error.expected}, not {error.found}." if error.expected else str(error)
        raise _Mistake(where, why, error.hint or None, str(where[-1])) from None


def _read_stack(draft: Draft, config: Mapping[str, Any], where: Path) -> None:
    before: str | None = None
    for index, entry in enumerate(config["layers"]):
        name, part, shape = _entry(draft, entry, (*where, index))
        if index == 0 and part.class_name != INPUT:
            shape = shape or config.get("build_input_shape")
            if shape is not None:
                before = f"{name}_input"
                checked = _with_place(
                    lambda shape=shape: settings.checked_shape(shape), ("config", "build_input_shape")
                )
                draft.layers[before] = Part(INPUT, {"batch_input_shape": checked})
        elif part.class_name == INPUT and before is not None:
            raise _Mistake((*where, index), "In a Sequential only the first layer can be an input.")
        if name in draft.layers:
            raise _Mistake((*where, index), f"There are two layers named '{name:.80}'.")
        draft.layers[name] = Part(part.class_name, part.config, ((Source(before),) if before is not None else (),))
        before = name
    if before is not None and draft.layers[before].class_name != INPUT:
        draft.outputs = [node_id(before, 0)]


def _read_graph(draft: Draft, config: Mapping[str, Any], where: Path) -> None:
    inbound: dict[str, tuple[Any, Path]] = {}
    for index, entry in enumerate(config["layers"]):
        name, part, _ = _entry(draft, entry, (*where, index))
        draft.layers[name] = part
        inbound[name] = (entry.get("inbound_nodes", []), (*where, index, "inbound_nodes"))
    counts = {n: max(len(calls), 1) if isinstance(calls, list) else 1 for n, (calls, _) in inbound.items()}
    for name, (calls, at) in inbound.items():
        part = draft.layers[name]
        if not isinstance(calls, list):
            raise _Mistake(at, "'inbound_nodes' must be a list with one item for each call of the layer.")
        if part.class_name == INPUT:
            if calls:
                raise _Mistake(at, f"'{name:.80}' is an input; nothing can be wired into it.")
            continue
        read = tuple(_read_call(call, (*at, i), counts) for i, call in enumerate(calls)) or ((),)
        if settings.inputs_of(part.class_name) == 1 and any(len(call) > 1 for call in read):
            raise _Mistake(at, f"'{name:.80}' ({part.class_name}) takes one input.", "Merge with Add or Concatenate.")
        draft.layers[name] = Part(part.class_name, part.config, read)
    if len(order(draft, calls_in_order=False)) < sum(counts.values()):
        raise _Mistake(_circle_place(draft, inbound), f"The wires close a circle: {_circle(draft)}.")
    _read_ends(draft, config)


def _read_call(call: Any, where: Path, counts: Mapping[str, int]) -> tuple[Source, ...]:
    if not isinstance(call, list):
        raise _Mistake(where, "A call is a list of [layer, call, output].")
    sources = []
    for index, item in enumerate(call):
        if not isinstance(item, list) or not 3 <= len(item) <= 4 or not isinstance(item[0], str):
            raise _Mistake(
                (*where, index), "An input is written as [layer, call, output] or with a table of arguments."
            )
        layer, number, tensor = item[:3]
        arguments = item[3] if len(item) == 4 else {}
        if layer not in counts:
            raise _Mistake((*where, index), f"There is no layer named '{layer:.80}'.", _nearest(layer, counts))
        if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in (number, tensor)):
            raise _Mistake((*where, index), "Call and output are whole numbers from 0.")
        if number >= counts[layer]:
            raise _Mistake(
                (*where, index), f"'{layer:.80}' is called {counts[layer]} times; there is no call {number}."
            )
        if arguments is not None and not isinstance(arguments, Mapping):
            raise _Mistake((*where, index), "The arguments of a call must be a table.")
        sources.append(Source(layer, number, tensor, dict(arguments) if arguments else NO_ARGUMENTS))
    return tuple(sources)


def _circle(draft: Draft) -> str:
    free = set(order(draft, calls_in_order=False))
    for node in draft.nodes():
        for source in draft.sources(node):
            if node not in free and (way := path(draft, node, source.node)):
                return " -> ".join(split_node(step)[0][:80] for step in [*way, node])
    return "?"


def _circle_place(draft: Draft, inbound: Mapping[str, tuple[Any, Path]]) -> Path:
    name = _circle(draft).split(" -> ")[0]
    return inbound[name][1] if name in inbound else ("config",)


def _read_ends(draft: Draft, config: Mapping[str, Any]) -> None:
    ends = config.get("output_layers")
    if ends is None:
        ends = [[*split_node(node), 0] for node in draft.leaves()]
    if isinstance(ends, list) and len(ends) == 3 and isinstance(ends[0], str):
        ends = [ends]
    if not isinstance(ends, list):
        raise _Mistake(("config", "output_layers"), "'output_layers' must be a list.")
    for index, end in enumerate(ends):
        counts = {name: len(part.calls) for name, part in draft.layers.items()}
        source = _read_call([end], ("config", "output_layers"), counts)[0]
        if draft.is_input(source.node):
            raise _Mistake(("config", "output_layers", index), f"'{source.layer:.80}' is an input, not an output.")
        if source.node not in draft.outputs:
            draft.outputs.append(source.node)
    inputs = draft.input_names()
    stated = [begin[0] for begin in config.get("input_layers") or [] if isinstance(begin, list) and begin]
    first = [name for name in stated if name in inputs]
    draft.layers = {name: draft.layers[name] for name in dict.fromkeys([*first, *inputs, *draft.layers])}


def _read_layout(draft: Draft, layout: Any, base: Draft) -> None:
    if layout is not None and not isinstance(layout, Mapping):
        raise _Mistake(("layout",), "'layout' must be a table of nodes and positions.")
    for node, place in (layout or {}).items():
        if not draft.has(str(node)):
            raise _Mistake(("layout", node), f"'layout' names a node '{node!s:.80}' that is not in the model.")
        draft.layout[str(node)] = _with_place(lambda place=place: a_place(place), ("layout", node))
    missing = [node for node in draft.nodes() if node not in draft.layout]
    for node in missing:
        if node in base.layout:
            draft.layout[node] = base.layout[node]
    if missing and not draft.layout:
        draft.layout = positions.arranged(draft)
    for node in order(draft, calls_in_order=False):
        if node not in draft.layout:
            sources = draft.sources(node)
            draft.layout[node] = positions.below(draft, sources[0].node if sources else None)
    draft.layout = {node: draft.layout[node] for node in draft.nodes()}


def _read_data(draft: Draft, data: Any, base: Draft) -> None:
    if data is None:
        known = set(draft.layers)
        kept = {p: {n: k for n, k in base.data.get(p, {}).items() if n in known} for p in ("inputs", "targets")}
        draft.data = {**base.data, **kept}
        return
    if not isinstance(data, Mapping):
        raise _Mistake(("data",), "'data' must be a table.")
    for key in data:
        if key not in ("inputs", "targets", "source"):
            raise _Mistake(("data", key), f"Unknown key '{key!s:.80}'.", "Data has: inputs, targets, source.")
    result: dict[str, Any] = {}
    for key, names in (("inputs", draft.input_names()), ("targets", draft.output_names())):
        table = data.get(key) or {}
        if not isinstance(table, Mapping):
            raise _Mistake(("data", key), f"'{key}' must be a table of layers and arrays.")
        for name, array in table.items():
            if name not in names:
                raise _Mistake(("data", key, name), f"The model has no such place for data: '{name!s:.80}'.")
            if not isinstance(array, str):
                raise _Mistake(("data", key, name), "An array is named by a text.")
        result[key] = {name: table[name] for name in names if name in table}
    if data.get("source") is not None:
        result["source"] = data["source"]
    draft.data = result


def _read_training(draft: Draft, training: Any, base: Draft) -> None:
    if training is None:
        draft.training = dict(base.training)
        return
    if not isinstance(training, Mapping):
        raise _Mistake(("training",), "'training' must be a table.")
    try:
        checked_training(draft, dict(training))
    except Refused as refusal:
        raise _Mistake(("training", refusal.field), refusal.why, refusal.hint, refusal.field) from None
