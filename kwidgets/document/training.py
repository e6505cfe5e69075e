"""What training may be told, for commands and for pasted text: the engine's declared settings, and what the graph adds."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from math import inf

from engine.describe import classes
from engine.errors import EngineError, shorten
from engine.experiment import DEFAULTS, TrainingSettings, json_able, training_of
from engine.types import Config, Json

from ..refused import Refused
from ..words import settings as say
from . import settings
from .draft import Draft
from .labels import change_text
from .settle import one_loss

TRAINING = classes.declared_fields(TrainingSettings)
LEARNING_RATE = "learning_rate"
RATE_FIELD = "lr"
# Names for accuracy; the engine chooses which accuracy by the loss.
ACCURACY = ("accuracy", "acc")


def put_training(draft: Draft, key: str, value: object) -> None:
    """Writes a setting, checked by its declared rule and by what the graph says. Raises Refused with the field."""
    checked = _by_rule(key, value)
    if key in _BY_GRAPH:
        checked = _BY_GRAPH[key](draft, key, checked)
    draft.training = {**draft.training, key: checked}


def _by_rule(key: str, value: object) -> Json:
    rule = TRAINING[key].rule
    try:
        checked = json_able(rule.check(value))
    except EngineError as error:
        raise Refused(settings.sentence(error, key), error.hint or None, field=key) from None
    # One spelling for equal numbers, so that equal experiments have equal texts.
    return float(checked) if rule.control["kind"] == "number" else checked


def _known(kind: str, key: str, value: object) -> str:
    """A name as it is; one with settings, as `Huber(delta=2.0)` or as a table, in its shortest form."""
    if isinstance(value, Mapping) and isinstance(value.get("class_name"), str):
        cls = classes.class_for(kind, value["class_name"])
        settings_of_it: Mapping[str, object] = value.get("config") or {}
        value = classes.written_call(cls.__name__, settings_of_it) if cls is not None else value["class_name"]
    if not isinstance(value, str):
        raise Refused(say.chosen_by_its_name(kind, value), field=key)
    if classes.is_call(value):
        try:
            return classes.call_text(kind, classes.build(kind, value)) or value
        except EngineError as error:
            raise Refused(str(error), error.hint or None, field=key) from None
    try:
        classes.find(kind, value)
    except EngineError:
        known = [*(ACCURACY[:1] if kind == "metric" else ()), *classes.names(kind)]
        close = difflib.get_close_matches(value.lower(), known, 1)
        hint = say.did_you_mean(close[0]) if close else None
        raise Refused(say.nothing_named(kind, value), hint, field=key) from None
    return value


def _loss(draft: Draft, key: str, value: Json) -> str | dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or set(value) == {"class_name", "config"}:
        return _known("loss", key, value)
    outputs = draft.output_names()
    for name in value:
        if name not in outputs:
            raise Refused(say.no_output_named(name), field=key)
    if not value:
        return DEFAULTS["loss"]
    now = draft.training["loss"]
    full: dict[str, str | None] = dict(now) if isinstance(now, dict) else dict.fromkeys(outputs, now)
    full.update({name: None if one is None else _known("loss", key, one) for name, one in value.items()})
    having = {name: loss for name in outputs if (loss := full.get(name)) is not None}
    return one_loss(having, set(outputs)) if having else None


def _metrics(draft: Draft, key: str, value: Json) -> list[str]:
    names = value if isinstance(value, list) else []
    return [str(name) if name in ACCURACY else _known("metric", key, name) for name in names]


def _optimizer(draft: Draft, key: str, value: Json) -> Config:
    spec = {"class_name": value} if isinstance(value, str) else value
    if not isinstance(spec, dict):
        raise Refused(say.optimizer_is_a_name_or_table(shorten(value)), field=key)
    entries: Config = {**spec}
    config: Config = entries.get("config") or {}
    try:
        name = classes.find("optimizer", entries["class_name"]).__name__
        known = settings.fields_of(name, "optimizer")
        for setting in config:
            if known and setting not in known:
                raise Refused(say.has_no_setting(name, setting), say.its_settings_are(", ".join(known)), field=key)
        return {"class_name": name, "config": settings.canonical(name, name, config, "optimizer")}
    except EngineError as error:
        raise Refused(str(error), error.hint, field=key) from None


# What the rules of single settings cannot check: registered names, and the outputs of the graph.
_BY_GRAPH: dict[str, Callable[[Draft, str, Json], object]] = {
    "optimizer": _optimizer,
    "loss": _loss,
    "metrics": _metrics,
}


def learning_rate(draft: Draft) -> float | None:
    """The optimizer's learning rate: the one written, else its default; None of one that follows a schedule."""
    optimizer = draft.training["optimizer"]
    name = optimizer["class_name"]
    if RATE_FIELD in optimizer["config"]:
        written = optimizer["config"][RATE_FIELD]
        return None if isinstance(written, Mapping) else float(written)
    if RATE_FIELD not in settings.fields_of(name, "optimizer"):
        return None
    rate = settings.default(name, RATE_FIELD, "optimizer")
    return float(rate) if isinstance(rate, (int, float)) else None


def put_learning_rate(draft: Draft, value: object) -> None:
    """Writes the rate into the optimizer's settings. Raises Refused for anything that is no number above 0."""
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < inf:
        raise Refused(say.no_learning_rate_of(value), field=LEARNING_RATE)
    optimizer = draft.training["optimizer"]
    if RATE_FIELD not in settings.fields_of(optimizer["class_name"], "optimizer"):
        raise Refused(say.has_no_learning_rate(optimizer["class_name"]), field=LEARNING_RATE)
    config = {**optimizer["config"], RATE_FIELD: float(value)}
    put_training(draft, "optimizer", {"class_name": optimizer["class_name"], "config": config})


def training_change(before: Draft, after: Draft, key: str) -> str:
    """What a command changed, for the undo list: "epochs 10 → 20"."""
    if key == LEARNING_RATE:
        return change_text(key, [learning_rate(before)], learning_rate(after))
    old, new = before.training.get(key), after.training.get(key)
    if key == "loss":
        return _loss_change(old, new)
    if key == "metrics":
        names: list[str] = list(new or [])
        return say.metrics(names)
    if key == "optimizer" and old and new and old["class_name"] == new["class_name"]:
        return _optimizer_change(new["class_name"], old["config"], new["config"])
    return change_text(key, [old], new)


def _loss_change(old: Json, new: Json) -> str:
    if not isinstance(new, dict):
        return change_text("loss", [] if isinstance(old, dict) else [old], new)
    before: dict[str, Json] = dict(old) if isinstance(old, dict) else dict.fromkeys(new, old)
    changed = {name: loss for name, loss in new.items() if before.get(name) != loss}
    return ", ".join(say.loss_of(name, str(loss)) for name, loss in changed.items()) or "loss"


def _optimizer_change(class_name: str, old: Config, new: Config) -> str:
    def value(config: Config, name: str) -> Json:
        return config[name] if name in config else settings.default(class_name, name, "optimizer")

    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(change_text(name, [value(old, name)], value(new, name)) for name in changed) or "optimizer"


def checked_training(draft: Draft, values: Mapping[str, object]) -> Config:
    """Training settings with defaults filled in; Refused names the field that is wrong."""
    draft.training = training_of({})
    for key, value in values.items():
        if key not in TRAINING:
            raise Refused(say.training_has_no_setting(key), say.it_has(", ".join(TRAINING)), field=key)
        if key == "loss" and isinstance(value, dict):
            draft.training = {**draft.training, "loss": None}  # outputs that the table leaves out have no loss
        put_training(draft, key, value)
    return draft.training
