"""What training may be told: optimizer, loss, metrics, epochs ...; one check for each, used by commands and by pasted text."""

from __future__ import annotations

import difflib
from math import inf
from typing import Any

from engine.describe import classes
from engine.errors import EngineError

from ..refused import Refused
from . import settings
from .draft import Draft, default_training
from .labels import change_text
from .settle import one_loss

MAX_COUNT = 10**9
LEARNING_RATE = "learning_rate"
RATE_FIELD = "lr"
# What may be written for accuracy, which the engine itself resolves by the loss.
ACCURACY = ("accuracy", "acc")


def put_training(draft: Draft, key: str, value: Any) -> None:
    draft.training = {**draft.training, key: TRAINING[key](draft, key, value)}


def _count(draft: Draft, key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_COUNT:
        raise Refused(f"'{key}' must be a whole number above 0, not {value!r}.", field=key)
    return value


def _share(draft: Draft, key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1:
        raise Refused(f"'{key}' must be a number from 0 to below 1, not {value!r}.", field=key)
    return float(value)


def _switch(draft: Draft, key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused(f"'{key}' must be true or false, not {value!r}.", field=key)
    return value


def _seed(draft: Draft, key: str, value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**32):
        raise Refused(f"'{key}' must be a whole number from 0 to 4294967295, not {value!r}.", field=key)
    return value


def _known(kind: str, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(f"A {kind} is chosen by its name, not by {value!r}.", field=key)
    try:
        classes.find(kind, value)
    except EngineError:
        known = [*(ACCURACY[:1] if kind == "metric" else ()), *classes.names(kind)]
        close = difflib.get_close_matches(value.lower(), known, 1)
        hint = f"Did you mean '{close[0]}'?" if close else None
        raise Refused(f"There is no {kind} named '{value:.80}'.", hint, field=key) from None
    return value


def _loss(draft: Draft, key: str, value: Any) -> str | dict[str, str]:
    if not isinstance(value, dict):
        return _known("loss", key, value)
    outputs = draft.output_names()
    for name in value:
        if name not in outputs:
            raise Refused(f"The model has no output named {name!r}.", field=key)
    if not value:
        return default_training()["loss"]
    now = draft.training.get("loss")
    full: dict[str, str] = dict(now) if isinstance(now, dict) else {name: now for name in outputs if now is not None}
    full.update({name: _known("loss", key, one) for name, one in value.items()})
    return one_loss({name: full[name] for name in outputs if name in full}, set(outputs))


def _metrics(draft: Draft, key: str, value: Any) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise Refused("'metrics' must be a list of names.", field=key)
    return [name if name in ACCURACY else _known("metric", key, name) for name in value]


def _optimizer(draft: Draft, key: str, value: Any) -> dict[str, Any]:
    now = draft.training.get("optimizer") or {}
    if isinstance(value, str):
        value = {"class_name": value, "config": {}}
    name = value.get("class_name", now.get("class_name")) if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(name, str):
        raise Refused(f"An optimizer is a name or a table with class_name and config, not {value!r}.", field=key)
    config = value.get("config") or {}
    if not isinstance(config, dict):
        raise Refused("An optimizer's 'config' must be a table of settings.", field=key)
    try:
        name = classes.find("optimizer", name).__name__
        known = settings.fields_of(name, "optimizer")
        for setting in config:
            if known and setting not in known:
                raise Refused(
                    f"{name} has no setting '{setting}'.", f"Its settings are: {', '.join(known)}.", field=key
                )
        return {"class_name": name, "config": settings.canonical(name, name, config, "optimizer")}
    except EngineError as error:
        raise Refused(str(error), error.hint, field=key) from None


def learning_rate(draft: Draft) -> float | None:
    """The optimizer's learning rate: the one written, else its default."""
    optimizer = draft.training.get("optimizer") or default_training()["optimizer"]
    name = optimizer["class_name"]
    if RATE_FIELD in optimizer["config"]:
        return float(optimizer["config"][RATE_FIELD])
    return (
        settings.default(name, RATE_FIELD, "optimizer") if RATE_FIELD in settings.fields_of(name, "optimizer") else None
    )


def put_learning_rate(draft: Draft, value: Any) -> None:
    """Writes the rate into the optimizer's settings. Errors: Refused for anything that is no number above 0."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < inf
    if not number:
        raise Refused(f"A learning rate is a number above 0, not {value!r:.80}.", field=LEARNING_RATE)
    optimizer = draft.training.get("optimizer") or default_training()["optimizer"]
    if RATE_FIELD not in settings.fields_of(optimizer["class_name"], "optimizer"):
        raise Refused(f"{optimizer['class_name']} has no learning rate.", field=LEARNING_RATE)
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
        return f"metrics {', '.join(names) or 'none'}"
    if key == "optimizer" and old and new and old["class_name"] == new["class_name"]:
        return _optimizer_change(new["class_name"], old["config"], new["config"])
    return change_text(key, [old], new)


def _loss_change(old: Any, new: Any) -> str:
    if not isinstance(new, dict):
        return change_text("loss", [] if isinstance(old, dict) else [old], new)
    before: dict[str, Any] = dict(old) if isinstance(old, dict) else dict.fromkeys(new, old)
    changed = {name: loss for name, loss in new.items() if before.get(name) != loss}
    return ", ".join(f"loss of '{name}' → {loss}" for name, loss in changed.items()) or "loss"


def _optimizer_change(class_name: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    def value(config: dict[str, Any], name: str) -> Any:
        return config[name] if name in config else settings.default(class_name, name, "optimizer")

    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return ", ".join(change_text(name, [value(old, name)], value(new, name)) for name in changed) or "optimizer"


TRAINING: dict[str, Any] = {
    "optimizer": _optimizer,
    "loss": _loss,
    "metrics": _metrics,
    "epochs": _count,
    "batch_size": _count,
    "validation_split": _share,
    "shuffle": _switch,
    "seed": _seed,
    "terminate_on_nan": _switch,
}


def checked_training(draft: Draft, given: dict[str, Any]) -> dict[str, Any]:
    """Training settings with defaults filled in; Refused names the field that is wrong."""
    draft.training = default_training()
    for key, value in given.items():
        if key not in TRAINING:
            raise Refused(f"Training has no setting '{key}'.", f"It has: {', '.join(TRAINING)}.", field=key)
        if value is None and key != "seed":
            continue
        if key == "loss" and isinstance(value, dict):
            draft.training = {**draft.training, "loss": None}  # outputs that the table leaves out have no loss
        put_training(draft, key, value)
    return draft.training
