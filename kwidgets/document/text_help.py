"""What may be written at a place of a text, and what a word of it means: from the declared settings, in all three formats."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable

from engine.describe import classes
from engine.errors import EngineError

from .. import messages
from ..words import texts as say
from . import catalogue, settings
from .python_layout import literal
from .text_places import TextPlace, place_in, word_at

MOST_OFFERED = 60
LONGEST_TEXT = 1_000_000
_CALLS = ("compile", "fit", "training")
_KINDS = ("layer", "optimizer")


def completions(text: str, form: str, at: int) -> messages.Completions:
    """What may stand at the letter `at`. start: the letter at which the word under way begins."""
    context = place_in(text, form, at) if len(text) <= LONGEST_TEXT else None
    if context is None:
        return {"start": at, "offers": []}
    prefix = text[at - context.start : at].lower()
    is_quoted = text[at - context.start - 1 : at - context.start] in ('"', "'")
    offers = [offer for offer in _offers(context, form, is_quoted=is_quoted) if _fits(offer["name"], prefix)]
    # What begins as it was typed comes before what has it somewhere.
    offers.sort(key=lambda offer: not offer["name"].lower().startswith(prefix))
    return {"start": at - context.start, "offers": offers[:MOST_OFFERED]}


def _fits(name: str, prefix: str) -> bool:
    return prefix in name.lower() and name.lower() != prefix


def meaning(text: str, form: str, at: int) -> messages.Meaning | None:
    """What the word at the letter `at` is: a class, or a setting of the one around it."""
    if len(text) > LONGEST_TEXT:
        return None
    start, end = word_at(text, at)
    word = text[start:end]
    if not word:
        return None
    context = place_in(text, form, start)
    field = None if context is None else _field(context.around, word)
    if field is not None:
        return {"title": f"{word}: {field['label']}", "text": _about(field, form), "start": start, "end": end}
    try:
        about = catalogue.about(settings.class_name_of(word))
    except EngineError:
        return None
    return {"title": about.title, "text": about.help, "start": start, "end": end}


def _about(field: messages.Field, form: str) -> str:
    return f"{field['help']} {say.default_is(_written(field['default'], form))}".strip()


def _field(around: str, name: str) -> messages.Field | None:
    fields = _fields(around)
    return next((field for field in fields if field["name"] == name or name in field["old_names"]), None)


def _fields(around: str) -> list[messages.Field]:
    """The settings of a class, or of `compile` and `fit`."""
    if around in _CALLS:
        return catalogue.training_fields()
    for kind in _KINDS:
        try:
            cls = classes.find(kind, around)
        except EngineError:
            continue
        if inspect.isclass(cls):
            return catalogue.form_fields(cls.__name__, kind)
    return []


def _offers(context: TextPlace, form: str, *, is_quoted: bool) -> Iterable[messages.Offer]:
    if context.what == "class":
        return [
            {
                "name": entry["class_name"],
                "write": _class_written(entry["class_name"], form, is_quoted=is_quoted),
                "note": entry["help"],
            }
            for group in catalogue.layer_groups()
            for entry in group["layers"]
        ]
    if context.what == "setting":
        return [
            {
                "name": field["name"],
                "write": _setting_written(field["name"], form, is_quoted=is_quoted),
                "note": _about(field, form),
            }
            for field in _fields(context.around)
            if field["name"] not in context.present
        ]
    field = _field(context.around, context.key)
    if field is None:
        return []
    return [
        {"name": option, "write": option if is_quoted else written, "note": field["label"]}
        for option, written in _options(field, form)
    ]


def _options(field: messages.Field, form: str) -> list[tuple[str, str]]:
    """What a setting may be, as it is shown and as it is written."""
    control = field["control"]
    if control["kind"] == "switch":
        return [(_written(value, form), _written(value, form)) for value in (True, False)]
    return [(option, option if form == "yaml" else _written(option, form)) for option in control.get("options", [])]


def _class_written(name: str, form: str, *, is_quoted: bool) -> str:
    if form == "python":
        return name if is_quoted else f"{name}("
    return f'"{name}"' if form == "json" and not is_quoted else name


def _setting_written(name: str, form: str, *, is_quoted: bool) -> str:
    if form == "python":
        return f"{name}="
    if form == "json":
        return name if is_quoted else f'"{name}": '
    return f"{name}: "


def _written(value: object, form: str) -> str:
    return literal(value) if form == "python" else json.dumps(value)
