"""Compile settings of a file: Keras 2.2.4's names, and the classes that Keras 2.3 and tf.keras write in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._declared import registry
from .._files.keras3_config import plain_object
from ..types import Config

_WRAPPERS = {"MeanMetricWrapper", "SumOverBatchSizeMetricWrapper", "LossFunctionWrapper"}
_BY_OUTPUT = {"accuracy", "acc", "crossentropy", "ce"}


def compile_settings(
    stored: Mapping[str, object], output_names: Sequence[str], keras_version: str | None = None
) -> Config:
    """The arguments of `compile` by the training_config of a file, which has a table optimizer_config.

    keras_version: that of the file, where it tells.
    """
    modern = str(keras_version).startswith("3")
    return {
        "optimizer": registry.build(
            "optimizer", of_its_time(stored["optimizer_config"], modern), where="optimizer_config"
        ),
        "loss": _each(stored.get("loss"), "loss"),
        "metrics": _for_outputs(_each(stored.get("metrics"), "metric"), output_names),
        "loss_weights": stored.get("loss_weights"),
        "sample_weight_mode": stored.get("sample_weight_mode"),
    }


def of_its_time(optimizer: object, modern: bool = False) -> object:
    """The config of an optimizer with what Keras 3, and tf.keras since 2.11, mean by the same class without saying so.

    modern: whether the file is of Keras 3 anyway.

    >>> config = {"class_name": "RMSprop", "config": {"is_legacy_optimizer": False}}
    >>> of_its_time(config)["config"]["epsilon_in_root"]
    True
    """
    if not isinstance(optimizer, Mapping) or not isinstance(optimizer.get("config"), Mapping):
        return optimizer
    config, name = dict(optimizer["config"]), str(optimizer.get("class_name")).rpartition(">")[2]
    has_module = isinstance(optimizer.get("module"), str) and "legacy" not in optimizer["module"]
    modern = config.pop("is_legacy_optimizer", None) is False or has_module or modern
    if isinstance(config.get("inner_optimizer"), Mapping):
        config["inner_optimizer"] = of_its_time(config["inner_optimizer"], modern)
    if modern and name in ("RMSprop", "Adagrad"):
        config.setdefault("epsilon_in_root", True)
    if modern and name == "Nadam":
        config.setdefault("schedule_decay", 1.0)
    plain = plain_object(config) if "module" in optimizer else config
    return {**optimizer, "config": plain}


def _each(stored: object, kind: str) -> object:
    """What a file has for a loss or for metrics: names as they are, objects for configs, in lists and by output."""
    if isinstance(stored, Mapping) and isinstance(stored.get("class_name"), str):
        return _one(stored, kind)
    if isinstance(stored, Mapping):
        return {key: _each(one, kind) for key, one in stored.items()}
    if isinstance(stored, Sequence) and not isinstance(stored, str):
        return [_each(one, kind) for one in stored]
    return stored


def _one(stored: Mapping[str, object], kind: str) -> object:
    """The function that a config stands for; one that a class wraps goes by its own name."""
    config = stored.get("config")
    settings = config if isinstance(config, Mapping) else {}
    if stored["class_name"] not in _WRAPPERS or "fn" not in settings:
        return registry.build(kind, stored)
    name = settings.get("name")
    return name if kind == "metric" and name in _BY_OUTPUT else registry.build(kind, settings["fn"])


def _for_outputs(metrics: object, names: Sequence[str]) -> object:
    """Lists of metrics, one for each output, under the outputs' names."""
    if not isinstance(metrics, list) or not any(isinstance(one, list) for one in metrics):
        return metrics
    return dict(zip(names, metrics, strict=False))
