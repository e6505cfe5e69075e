"""What the palette and the forms offer, read from the engine's registry and declared fields; nothing is listed twice."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from engine.describe import classes
from engine.experiment import TrainingSettings, json_able
from engine.types import Json

from .. import messages
from ..words import palette
from ..words import settings as say
from . import settings, templates
from .draft import INPUT
from .families import family
from .labels import label
from .printing import copied
from .templates import TEMPLATES
from .training import ACCURACY
from .usual import GROUP_OF, GROUPS, OFTEN, RESHAPING

# Made from code only: they hold a function or other layers, which a form cannot write.
NOT_IN_PALETTE = {"Layer", "Lambda", "Model", "Sequential", "Network", "Container"}


@cache
def _text() -> str:
    state: messages.Catalogue = {
        "often": list(OFTEN),
        "groups": layer_groups(),
        "templates": [templates.entry(template) for template in TEMPLATES.values()],
    }
    return json.dumps(state)


def catalogue() -> messages.Catalogue:
    """State of the palette: groups of layers, templates. Fresh plain data."""
    return json.loads(_text())


def layer_groups() -> list[messages.LayerGroup]:
    """All layers that can be added, each in one group; the usual ones first, then the engine's order."""
    listed = {name: group for group, usual in GROUPS.items() for name in usual}
    members: dict[str, list[str]] = {group: [] for group in GROUPS}
    classes = _layer_classes()
    for class_name, cls in classes.items():
        other = GROUP_OF.get(getattr(cls, "group", ""), "core")
        members[listed.get(class_name, "shape" if class_name.startswith(RESHAPING) else other)].append(class_name)
    for group, usual in GROUPS.items():
        members[group].sort(key=lambda name, usual=usual: usual.index(name) if name in usual else len(usual))
    return [
        {"name": group, "title": palette.GROUPS[group], "layers": [layer_entry(name) for name in members[group]]}
        for group in GROUPS
    ]


def layer_entry(class_name: str) -> messages.LayerEntry:
    """A layer class as the palette offers it."""
    about_it = about(class_name)
    return {
        "class_name": class_name,
        "title": about_it.title,
        "help": about_it.help,
        "family": family(class_name),
        "old_names": list(about_it.old_names),
        "words": list(palette.EVERYDAY.get(class_name, ())),
        "inputs": settings.inputs_of(class_name),
    }


def class_names(kind: str) -> list[str]:
    """Names of the classes of a kind, each once, in the engine's order."""
    names = {thing.__name__: None for thing in classes.find_all(kind).values() if inspect.isclass(thing)}
    return [name for name in names if not name.startswith("_")]


def _layer_classes() -> dict[str, type]:
    every = {name: classes.find("layer", name) for name in class_names("layer")}
    offered = {
        name: cls
        for name, cls in every.items()
        if name not in NOT_IN_PALETTE and (name == INPUT or getattr(cls, "group", "")) and not inspect.isabstract(cls)
    }
    first = {INPUT: offered.pop(INPUT)} if INPUT in offered else {}
    return {**first, **offered}


class About(NamedTuple):
    """What is said of a layer class. help: the first sentence of its docstring. old_names: those that Keras 1 had."""

    title: str
    help: str
    old_names: tuple[str, ...]


def about(class_name: str) -> About:
    """Title, help and old names of a layer class."""
    cls = settings.layer_class(class_name)
    title = "Input" if class_name == INPUT else class_name
    help_line = (inspect.getdoc(cls) or "").strip().split("\n\n")[0].replace("\n", " ")
    return About(title, help_line, tuple(classes.old_class_names(class_name)))


@cache
def _fields_text(class_name: str, kind: str) -> str:
    if kind == "layer" and class_name == INPUT:
        return json.dumps(_input_fields())
    old = classes.old_names(class_name)
    fields: list[messages.Field] = []
    for name, field in settings.fields_of(class_name, kind).items():
        fields.append(
            _field(
                name,
                field.help,
                json_able(dict(field.rule.control)),
                settings.default(class_name, name, kind),
                old,
            )
        )
    if kind == "layer":
        fields.append(_field("trainable", say.LEARN_THE_WEIGHTS, {"kind": "switch"}, True, {}))
    return json.dumps(fields)


def form_fields(class_name: str, kind: str = "layer") -> list[messages.Field]:
    """Fields with their defaults as values, of a layer or optimizer class, in the engine's order."""
    return json.loads(_fields_text(class_name, kind))


def declared_fields(cls: type[classes.Declared]) -> list[messages.Field]:
    """The declared settings of a class with their defaults as values; one that has none is None."""
    return [
        _field(
            name,
            setting.help,
            json_able(dict(setting.rule.control)),
            None if setting.default is classes.REQUIRED else json_able(setting.default),
            {},
        )
        for name, setting in classes.declared_fields(cls).items()
    ]


def measure_name(kind: str, written: str | None) -> str | None:
    """The name of a loss or a metric among the choices, whatever its settings are."""
    if written is None:
        return None
    cls = type(classes.build(kind, written)) if classes.is_call(written) else classes.class_for(kind, written)
    if cls is None or (not classes.is_call(written) and written != cls.__name__):
        return written
    # What needs a setting to be made has no shorter name than its class.
    needs = any(field.default is classes.REQUIRED for field in classes.declared_fields(cls).values())
    return cls.__name__ if needs else classes.call_text(kind, cls()) or written


def measure_settings(kind: str, written: str | None) -> messages.LossSettings:
    """What can be set of a loss or a metric, and what is."""
    cls = classes.class_for(kind, measure_name(kind, written))
    if written is None or cls is None:
        return {"config": {}, "fields": []}
    fields = [field for field in declared_fields(cls) if field["name"] not in ("name", "dtype")]
    config: dict[str, messages.Json] = {}
    if classes.is_call(written):
        said = json_able(classes.build(kind, written).get_config())
        config = {field["name"]: said[field["name"]] for field in fields if said.get(field["name"]) != field["default"]}
    for field in fields:
        field["value"] = copied(config.get(field["name"], field["default"]))
    return {"config": config, "fields": fields}


def metric_settings(written: str) -> messages.MetricSettings:
    """What can be set of a metric, with its name; nothing of accuracy, which the engine chooses by the loss."""
    if written in ACCURACY:
        return {"name": written, "config": {}, "fields": []}
    return {"name": measure_name("metric", written) or written, **measure_settings("metric", written)}


@cache
def _training_text() -> str:
    fields: list[messages.Field] = []
    for name, setting in classes.declared_fields(TrainingSettings).items():
        control: messages.Control = json_able(dict(setting.rule.control))
        default = json_able(setting.default)
        if name == "optimizer":
            control["options"], default = class_names(name), default["class_name"]
        fields.append(_field(name, setting.help, control, default, {}))
    return json.dumps(fields)


def training_fields() -> list[messages.Field]:
    """The declared settings of training with their defaults as values; an optimizer is shown as its class."""
    return json.loads(_training_text())


def _field(
    name: str, help_line: str, control: messages.Control, default: Json, old: Mapping[str, list[str]]
) -> messages.Field:
    return {
        "name": name,
        "label": label(name),
        "help": help_line,
        "control": control.copy(),
        "default": default,
        "value": default,
        "mixed": False,
        "old_names": old.get(name, []),
    }


def _input_fields() -> list[messages.Field]:
    sizes: messages.Control = {"kind": "integers", "length": None, "minimum": 1, "optional": True}
    return [
        _field("shape", say.SHAPE_OF_AN_INPUT, sizes, None, {}),
        _field(
            "batch_size",
            say.BATCH_SIZE_OF_AN_INPUT,
            {"kind": "integer", "minimum": 1, "optional": True},
            None,
            {},
        ),
        _field(
            "dtype", say.DTYPE_OF_AN_INPUT, {"kind": "choice", "options": list(settings.DTYPES)}, settings.FLOAT, {}
        ),
    ]
