"""The layers and wires of a model document of Keras 1 or 2 -> parts of a draft, with the path of each mistake."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from engine.describe import classes
from engine.errors import EngineError

from ..refused import Refused
from . import settings
from .commands import MAX_NAME, is_clean
from .draft import INPUT, NO_ARGUMENTS, Draft, Part, Source, node_id, order, path, split_node

Path = tuple[Any, ...]
Result = TypeVar("Result")
# Keys that some Keras writes beside a layer's settings and that say nothing new here.
SILENT = {"name", "input_dtype", "sparse", "ragged", "optional", "batch_shape"}
PLACED = {"batch_input_shape", "input_shape", "input_dim", "input_length", "trainable", "dtype"}


class Mistake(Exception):
    """Something wrong at a path of the document; becomes a Refused with line and column."""

    def __init__(self, where: Path, why: str, hint: str | None = None, field: str | None = None) -> None:
        super().__init__(why)
        self.where, self.why, self.hint, self.field = where, why, hint, field


def nearest(word: object, words: Iterable[object]) -> str | None:
    close = difflib.get_close_matches(str(word), [str(w) for w in words], 1)
    return f"Did you mean '{close[0]}'?" if close else None


def read_name(value: object, where: Path) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_NAME or not is_clean(value):
        raise Mistake(where, f"A name has 1 to {MAX_NAME} characters and no control characters, not {value!r:.90}.")
    return value


def read_part(draft: Draft, entry: object, where: Path) -> tuple[str, Part, list[int | None] | None]:
    """Name, part and, where the entry states one, the batch_input_shape of one item of `layers`."""
    if not isinstance(entry, Mapping):
        raise Mistake(where, "A layer is a table with class_name and config.")
    config = entry.get("config", {})
    if not isinstance(config, Mapping):
        raise Mistake((*where, "config"), "A layer's 'config' must be a table of settings.")
    written = entry.get("class_name")
    try:
        if not isinstance(written, str):
            raise Mistake((*where, "class_name"), "A layer needs its class_name.")
        class_name = settings.class_name_of(written)
    except EngineError as error:
        raise Mistake((*where, "class_name"), f"There is no layer class {written!r}.", error.hint or None) from None
    name_at = (*where, "name") if "name" in entry else (*where, "config", "name")
    name = entry.get("name", config.get("name"))
    name = draft.free_name(class_name) if name is None else read_name(name, name_at)
    if name in draft.layers:
        raise Mistake(name_at, f"There are two layers named '{name:.80}'.", "Give each layer its own name.")
    part_config, shape = _layer_config(class_name, name, config, (*where, "config"))
    return name, Part(class_name, part_config), shape


def _layer_config(
    class_name: str, name: str, config: Mapping[str, Any], where: Path
) -> tuple[dict[str, Any], list[int | None] | None]:
    if class_name == INPUT:
        if "batch_shape" in config and "batch_input_shape" not in config:
            config = {**config, "batch_input_shape": config["batch_shape"]}
        return with_place(lambda: settings.canonical_input(config), (*where, "batch_input_shape")), None
    cls = settings.layer_class(class_name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, config = classes.translate(cls, (), dict(config))
    known = settings.fields_of(class_name)
    given: dict[str, Any] = {}
    for key, value in config.items():
        if known and key not in known and key not in PLACED | SILENT:
            raise Mistake((*where, key), f"{class_name} has no setting '{key}'.", nearest(key, known), key)
        if key in known or key in ("trainable", "dtype") or (not known and key not in PLACED | SILENT):
            given[key] = value
            with_place(lambda key=key, value=value: settings.checked(class_name, "", key, value), (*where, key))
    if not isinstance(given.get("trainable", True), bool):
        raise Mistake((*where, "trainable"), "'trainable' must be true or false.", field="trainable")
    for key, field in known.items():
        if key not in given and settings.default_text(class_name, key) is None and field is not None:
            raise Mistake(where, f"{class_name} '{name:.80}' needs a value for '{key}'.", field=key)
    shape = config.get("batch_input_shape")
    if shape is not None:
        shape = with_place(lambda: settings.checked_shape(shape), (*where, "batch_input_shape"))
    return settings.canonical(class_name, name, given), shape


def with_place(check: Callable[[], Result], where: Path) -> Result:
    """Result of a check; what it refuses gets its place in the text."""
    try:
        return check()
    except Refused as refusal:
        raise Mistake(where, refusal.why, refusal.hint, refusal.field) from None
    except EngineError as error:
        why = f"'{where[-1]}' must be {error.expected}, not {error.found}." if error.expected else str(error)
        raise Mistake(where, why, error.hint or None, str(where[-1])) from None


def read_stack(draft: Draft, config: Mapping[str, Any], where: Path) -> None:
    before: str | None = None
    for index, entry in enumerate(config["layers"]):
        name, part, shape = read_part(draft, entry, (*where, index))
        if index == 0 and part.class_name != INPUT:
            shape = shape or config.get("build_input_shape")
            if shape is not None:
                before = f"{name}_input"
                checked = with_place(lambda shape=shape: settings.checked_shape(shape), ("config", "build_input_shape"))
                draft.layers[before] = Part(INPUT, {"batch_input_shape": checked})
        elif part.class_name == INPUT and before is not None:
            raise Mistake((*where, index), "In a Sequential only the first layer can be an input.")
        if name in draft.layers:
            raise Mistake((*where, index), f"There are two layers named '{name:.80}'.")
        draft.layers[name] = Part(part.class_name, part.config, ((Source(before),) if before is not None else (),))
        before = name
    if before is not None and draft.layers[before].class_name != INPUT:
        draft.outputs = [node_id(before, 0)]


def read_graph(draft: Draft, config: Mapping[str, Any], where: Path) -> None:
    inbound: dict[str, tuple[Any, Path]] = {}
    for index, entry in enumerate(config["layers"]):
        name, part, _ = read_part(draft, entry, (*where, index))
        draft.layers[name] = part
        inbound[name] = (entry.get("inbound_nodes", []), (*where, index, "inbound_nodes"))
    counts = {n: max(len(calls), 1) if isinstance(calls, list) else 1 for n, (calls, _) in inbound.items()}
    for name, (calls, at) in inbound.items():
        part = draft.layers[name]
        if not isinstance(calls, list):
            raise Mistake(at, "'inbound_nodes' must be a list with one item for each call of the layer.")
        if part.class_name == INPUT:
            if calls:
                raise Mistake(at, f"'{name:.80}' is an input; nothing can be wired into it.")
            continue
        read = tuple(read_call(call, (*at, i), counts) for i, call in enumerate(calls)) or ((),)
        if settings.inputs_of(part.class_name, part.config) == 1 and any(len(call) > 1 for call in read):
            raise Mistake(at, f"'{name:.80}' ({part.class_name}) takes one input.", "Merge with Add or Concatenate.")
        draft.layers[name] = Part(part.class_name, part.config, read)
    if len(order(draft, calls_in_order=False)) < sum(counts.values()):
        raise Mistake(_circle_place(draft, inbound), f"The wires close a circle: {_circle(draft)}.")
    _read_ends(draft, config)


def read_call(call: Any, where: Path, counts: Mapping[str, int]) -> tuple[Source, ...]:
    """The sources of one call as Keras writes them. counts: how many calls each layer has, by name."""
    if not isinstance(call, list):
        raise Mistake(where, "A call is a list of [layer, call, output].")
    sources = []
    for index, item in enumerate(call):
        if not isinstance(item, list) or not 3 <= len(item) <= 4 or not isinstance(item[0], str):
            raise Mistake((*where, index), "An input is written as [layer, call, output] or with a table of arguments.")
        layer, number, tensor = item[:3]
        arguments = item[3] if len(item) == 4 else {}
        if layer not in counts:
            raise Mistake((*where, index), f"There is no layer named '{layer:.80}'.", nearest(layer, counts))
        if not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in (number, tensor)):
            raise Mistake((*where, index), "Call and output are whole numbers from 0.")
        if number >= counts[layer]:
            raise Mistake((*where, index), f"'{layer:.80}' is called {counts[layer]} times; there is no call {number}.")
        if arguments is not None and not isinstance(arguments, Mapping):
            raise Mistake((*where, index), "The arguments of a call must be a table.")
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
        raise Mistake(("config", "output_layers"), "'output_layers' must be a list.")
    for index, end in enumerate(ends):
        counts = {name: len(part.calls) for name, part in draft.layers.items()}
        source = read_call([end], ("config", "output_layers"), counts)[0]
        if draft.is_input(source.node):
            raise Mistake(("config", "output_layers", index), f"'{source.layer:.80}' is an input, not an output.")
        if source.node not in draft.outputs:
            draft.outputs.append(source.node)
    inputs = draft.input_names()
    begins = config.get("input_layers") or []
    if not isinstance(begins, list):
        raise Mistake(("config", "input_layers"), "'input_layers' must be a list.")
    stated = [begin[0] if isinstance(begin, list) and begin else begin for begin in begins]
    first = [name for name in inputs if name in stated]
    first.sort(key=stated.index)
    draft.layers = {name: draft.layers[name] for name in dict.fromkeys([*first, *inputs, *draft.layers])}
