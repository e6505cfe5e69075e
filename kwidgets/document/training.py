"""What training may be told: optimizer, loss, metrics, epochs ...; one check for each, used by commands and by pasted text."""

from __future__ import annotations

from typing import Any

from engine.core import registry
from engine.core.errors import EngineError

from . import settings
from .draft import Draft, default_training
from .refused import Refused
from .settle import one_loss

MAX_COUNT = 10**9


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
        registry.find(kind, value)
    except EngineError as error:
        raise Refused(str(error), error.hint, field=key) from None
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
    return [name if name in ("accuracy", "acc") else _known("metric", key, name) for name in value]


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
        name = registry.find("optimizer", name).__name__
        known = settings.fields_of(name, "optimizer")
        for setting in config:
            if known and setting not in known:
                raise Refused(
                    f"{name} has no setting '{setting}'.", f"Its settings are: {', '.join(known)}.", field=key
                )
        return {"class_name": name, "config": settings.canonical(name, name, config, "optimizer")}
    except EngineError as error:
        raise Refused(str(error), error.hint, field=key) from None


TRAINING: dict[str, Any] = {
    "optimizer": _optimizer,
    "loss": _loss,
    "metrics": _metrics,
    "epochs": _count,
    "batch_size": _count,
    "validation_split": _share,
    "shuffle": _switch,
    "seed": _seed,
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
