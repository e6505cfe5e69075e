"""The layers and wires of a model document of Keras 1 or 2 -> parts of a draft, with the path of each mistake."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from engine.describe import classes
from engine.describe.graphs import (
    GraphForm,
    GraphFormError,
    LayerForm,
    SourceForm,
    counted_from_zero,
    input_name,
    read_graph_form,
    read_layer_form,
)
from engine.errors import EngineError
from engine.types import Config

from ..refused import Refused
from ..words import settings as say
from . import settings
from .draft import INPUT, Draft, Part, Source, node_id
from .layer_names import MAX_NAME, is_clean

# Keys and indexes that lead to a part of a document.
Key = str | int | float | bool | None
Path = tuple[Key, ...]
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
    """The question whether a similar word was meant; None where there is none."""
    close = difflib.get_close_matches(str(word), [str(w) for w in words], 1)
    return say.did_you_mean(close[0]) if close else None


def read_name(value: object, where: Path) -> str:
    """A name as `commands.a_name` allows it. Raises Mistake with its place."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_NAME or not is_clean(value):
        raise Mistake(where, say.no_name_of_a_layer(MAX_NAME, value))
    return value


def from_form(read: Callable[[], Result]) -> Result:
    """What the engine's reader of graphs gives; what it refuses becomes a Mistake at the same path."""
    try:
        return read()
    except GraphFormError as error:
        raise Mistake(error.path, error.message or error.sentence, error.hint) from None


def read_part(draft: Draft, entry: object, where: Path) -> tuple[str, Part, list[int | None] | None]:
    """Name, part and, where the entry states one, the batch_input_shape of one item of `layers`."""
    return _part_of(draft, from_form(lambda: read_layer_form(entry, where, unfinished=True)))


def _part_of(draft: Draft, form: LayerForm) -> tuple[str, Part, list[int | None] | None]:
    try:
        class_name = settings.class_name_of(form.class_name)
    except EngineError as error:
        why = say.no_layer_class_named(form.class_name)
        raise Mistake((*form.path, "class_name"), why, error.hint or None) from None
    name = draft.free_name(class_name) if form.name is None else read_name(form.name, form.name_path)
    if name in draft.layers:
        raise Mistake(form.name_path, say.two_layers_named(name), say.GIVE_EACH_LAYER_ITS_OWN_NAME)
    config, shape = _layer_config(class_name, name, form.config, (*form.path, "config"))
    return name, Part(class_name, config), shape


def _layer_config(class_name: str, name: str, config: Config, where: Path) -> tuple[Config, list[int | None] | None]:
    if class_name == INPUT:
        if "batch_shape" in config and "batch_input_shape" not in config:
            config = {**config, "batch_input_shape": config["batch_shape"]}
        return with_place(lambda: settings.canonical_input(config), (*where, "batch_input_shape")), None
    config = counted_from_zero(dict(config))
    cls = settings.layer_class(class_name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, config = classes.translate(cls, (), dict(config))
    known = settings.fields_of(class_name)
    values: Config = {}
    config = {key: value for key, value in config.items() if key not in settings.written_besides(cls)}
    for key, value in config.items():
        if known and key not in known and key not in PLACED | SILENT:
            raise Mistake((*where, key), say.has_no_setting(class_name, key), nearest(key, known), key)
        if key in known or key in ("trainable", "dtype") or (not known and key not in PLACED | SILENT):
            values[key] = value
            with_place(lambda key=key, value=value: settings.checked(class_name, "", key, value), (*where, key))
    if not isinstance(values.get("trainable", True), bool):
        raise Mistake((*where, "trainable"), say.TRAINABLE_MUST_BE_TRUE_OR_FALSE, field="trainable")
    for key in known:
        if key not in values and settings.default_text(class_name, key) is None:
            raise Mistake(where, say.needs_a_value(class_name, name, key), field=key)
    key, shape = _input_shape(config, known)
    if shape is not None:
        shape = with_place(lambda: settings.checked_shape(shape), (*where, key))
    return settings.canonical(class_name, name, values), shape


def _input_shape(config: Config, known: Mapping[str, object]) -> tuple[str, object]:
    """The shape of the input that a first layer states, batch included, with the key that says it; None where it says none."""
    shape, width = config.get("input_shape"), config.get("input_dim")
    if config.get("batch_input_shape") is not None:
        return "batch_input_shape", config["batch_input_shape"]
    if isinstance(shape, (list, tuple)):
        return "input_shape", [config.get("batch_size"), *shape]
    if width is not None and "input_dim" not in known:
        steps = [config["input_length"]] if config.get("input_length") is not None else []
        return "input_dim", [None, *steps, width]
    return "batch_input_shape", None


def with_place(check: Callable[[], Result], where: Path) -> Result:
    """Result of a check; what it refuses gets its place in the text."""
    try:
        return check()
    except Refused as refusal:
        raise Mistake(where, refusal.why, refusal.hint, refusal.field) from None
    except EngineError as error:
        why = settings.sentence(error, str(where[-1]))
        raise Mistake(where, why, error.hint or None, str(where[-1])) from None


def read_stack(draft: Draft, config: Config, where: Path) -> None:
    """Layers of a stack, each wired to the one before it. where: the place of its layers in the text."""
    before: str | None = None
    for index, entry in enumerate(config["layers"]):
        name, part, shape = read_part(draft, entry, (*where, index))
        if index == 0 and part.class_name != INPUT:
            shape = shape or config.get("build_input_shape")
            if shape is not None:
                before = input_name(name)
                checked = with_place(lambda shape=shape: settings.checked_shape(shape), ("config", "build_input_shape"))
                draft.layers[before] = Part(INPUT, {"batch_input_shape": checked, **_fed(part)})
        elif part.class_name == INPUT and before is not None:
            raise Mistake((*where, index), say.ONLY_THE_FIRST_IS_AN_INPUT)
        if name in draft.layers:
            raise Mistake((*where, index), say.two_layers_named(name))
        draft.layers[name] = Part(part.class_name, part.config, ((Source(before),) if before is not None else (),))
        before = name
    if before is not None and draft.layers[before].class_name != INPUT:
        draft.outputs = [node_id(before, 0)]


def _fed(first: Part) -> Config:
    """The type of what a stack's first layer is fed, where it is texts."""
    takes_texts = getattr(settings.layer_class(first.class_name), "takes_texts", False)
    if first.config.get("dtype") == settings.TEXTS:
        del first.config["dtype"]
        return {"dtype": settings.TEXTS}
    return {"dtype": settings.TEXTS} if takes_texts else {}


def read_graph(draft: Draft, config: Config, where: Path) -> None:
    """Layers, wires and ends of a graph that need not be finished. where: the place of its layers in the text."""
    form = from_form(lambda: read_graph_form(config, at=("config",), layers_at=where, unfinished=True))
    for layer in form.layers:
        name, part, _ = _part_of(draft, layer)
        draft.layers[name] = Part(part.class_name, part.config, _calls_of(name, part, layer))
    _put_outputs(draft, form)
    inputs = draft.input_names()
    stated = dict.fromkeys(source.layer for source in form.inputs)
    first = [name for name in stated if name in inputs]
    draft.layers = {name: draft.layers[name] for name in dict.fromkeys([*first, *inputs, *draft.layers])}


def _calls_of(name: str, part: Part, form: LayerForm) -> tuple[tuple[Source, ...], ...]:
    at = (*form.path, "inbound_nodes")
    if part.class_name == INPUT:
        if form.calls:
            raise Mistake(at, say.input_takes_nothing(name))
        return ((),)
    calls = sources_of(form.calls)
    one = settings.inputs_of(part.class_name, part.config) == 1 and not settings.takes_states(part.class_name)
    if one and any(len(call) > 1 for call in calls):
        raise Mistake(at, say.takes_one_input(name, part.class_name), say.MERGE_WITH_ADD_OR_CONCATENATE)
    return calls


def sources_of(calls: Sequence[Sequence[SourceForm]]) -> tuple[tuple[Source, ...], ...]:
    """The calls of a part; one that takes nothing in yet where none is written."""
    return tuple(tuple(Source(*source) for source in call) for call in calls) or ((),)


def _put_outputs(draft: Draft, form: GraphForm) -> None:
    if form.outputs is None:
        draft.outputs = draft.leaves()
        return
    for index, source in enumerate(form.outputs):
        node = node_id(source.layer, source.call)
        if draft.is_input(node):
            where = ("config", "output_layers", index)
            raise Mistake(where, say.input_is_no_output(source.layer))
        if node not in draft.outputs:
            draft.outputs.append(node)
