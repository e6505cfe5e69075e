"""An experiment in words: what was trained, and in what two of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized

from engine import experiment as experiments
from engine.experiment import Experiment
from engine.types import ArrayLike, Config

from ..words import conclusions as say
from .continuing import optimizer_of, rate_of

MOST_DIFFERENCES = 4
# Settings that are not among those of a run: a table of runs has a column for epochs and one for each metric.
IN_COLUMNS = ("epochs", "metrics")


def settings_in_words(experiment: Experiment) -> list[str]:
    """The settings that say what was trained, one text each.

    >>> settings_in_words({"training": {"optimizer": "SGD", "batch_size": 8, "loss": "mean_squared_error"}})
    ['SGD', 'batches of 8', 'mean squared error']
    >>> settings_in_words({"data": {"source": {"split": {"folds": 5, "fold": 1}}}})[-1]
    'fold 2 of 5 for validation'
    """
    training = {**experiments.DEFAULTS, **(experiment.get("training") or {})}
    rate, split, seed = rate_of(experiment), training["validation_split"], training["seed"]
    said = {
        "optimizer": say.optimizer(optimizer_of(experiment)["class_name"], rate),
        "batch_size": say.batches_of(training["batch_size"]),
        "loss": ", ".join(dict.fromkeys(_loss_names(training["loss"]))),
        "validation_split": _divided(experiment) or (say.for_validation(100 * split) if split else ""),
        "shuffle": "" if training["shuffle"] else say.NOT_SHUFFLED,
        "seed": "" if seed is None else say.seed(seed),
    }
    others = [name for name in experiments.DEFAULTS if name not in (*said, *IN_COLUMNS)]
    changed = [_said(name, training[name]) for name in others if training[name] != experiments.DEFAULTS[name]]
    return [text for text in (*said.values(), *changed) if text]


def _divided(experiment: Experiment) -> str:
    """What validates where it is more than a share of the rows; "" where it is not."""
    data = experiment.get("data") or {}
    if data.get("validation"):
        return say.own_arrays(list(dict.fromkeys(map(str, data["validation"].values()))))
    source = data.get("source")
    split = source.get("split") if isinstance(source, Mapping) else None
    if not isinstance(split, Mapping):
        return ""
    if split.get("folds") is not None:
        return say.fold(split.get("fold", 0), split["folds"])
    return say.divided_by(split["by"], split.get("column")) if split.get("by") in ("group", "time") else ""


def data_in_words(experiment: Experiment, arrays: Mapping[str, ArrayLike]) -> str:
    """Which data were trained on: the name of a set or file, else of the arrays, and how many samples.

    >>> data_in_words({"data": {"source": {"kind": "built_in", "name": "digits"}, "inputs": {"a": "x"}}}, {"x": [0] * 1437})
    'digits, 1,437 samples'
    """
    data = experiment.get("data") or {}
    source, inputs = data.get("source"), list(dict.fromkeys((data.get("inputs") or {}).values()))
    named = isinstance(source, Mapping) and source.get("kind") != "notebook" and source.get("name")
    name = str(named) if named else ", ".join(map(str, inputs))
    there = (arrays[key] for key in inputs if key in arrays)
    samples = next((len(array) for array in there if isinstance(array, Sized)), None)
    return ", ".join([*([name] if name else []), *([say.samples(samples)] if samples is not None else [])])


def difference(before: Experiment | None, now: Experiment | None) -> str:
    """What is not as in the run before, in words. Epochs are left out: a table has a column for them.

    None stands for no run before, or for one that was begun in code.
    """
    if now is None:
        return say.BEGUN_IN_CODE
    if before is None:
        return say.FIRST_RUN
    pieces = [*_training_differences(before, now), *_layer_differences(before, now), *_data_differences(before, now)]
    more = len(pieces) - MOST_DIFFERENCES
    if more > 0:
        pieces = [*pieces[:MOST_DIFFERENCES], say.and_more(more)]
    return ", ".join(pieces) or say.THE_SAME_AGAIN


def _training_differences(before: Experiment, now: Experiment) -> Iterator[str]:
    one, other = optimizer_of(before), optimizer_of(now)
    if one["class_name"] != other["class_name"]:
        yield other["class_name"]
    for name in dict.fromkeys([*one["config"], *other["config"]]):
        value = other["config"].get(name)
        if one["config"].get(name) != value:
            yield _said(say.LEARNING_RATE if name in ("lr", "learning_rate") else name, value)
    old, new = ({**experiments.DEFAULTS, **(part.get("training") or {})} for part in (before, now))
    for name in experiments.DEFAULTS:
        if name not in ("optimizer", "epochs") and old[name] != new[name]:
            yield _said(name, list(_loss_names(new[name])) if name == "loss" else new[name])


def _layer_differences(before: Experiment, now: Experiment) -> Iterator[str]:
    old, new = _layers(before), _layers(now)
    for name in old:
        if name not in new:
            yield say.without(name)
    for name, (kind, config) in new.items():
        if name not in old:
            yield say.with_layer(name)
        elif old[name][0] != kind:
            yield say.is_another_class(name, kind)
        else:
            was = old[name][1]
            for key in dict.fromkeys([*was, *config]):
                if was.get(key) != config.get(key):
                    yield say.of_layer(name, _said(key, config.get(key)))
    if list(old) == list(new) and _wires(before) != _wires(now):
        yield say.OTHER_WIRES


def _data_differences(before: Experiment, now: Experiment) -> Iterator[str]:
    for part in ("inputs", "targets"):
        old, new = (dict((one.get("data") or {}).get(part) or {}) for one in (before, now))
        for place, key in new.items():
            if place in old and old[place] != key:
                yield say.data_from(place, key)


def _layers(experiment: Experiment) -> dict[str, tuple[str, Config]]:
    """Class and settings of each layer by its name."""
    by_name: dict[str, tuple[str, Config]] = {}
    for layer in (experiment.get("config") or {}).get("layers") or []:
        config = {key: value for key, value in (layer.get("config") or {}).items() if key != "name"}
        name = layer.get("name") or (layer.get("config") or {}).get("name") or layer["class_name"]
        by_name[str(name)] = (str(layer["class_name"]), config)
    return by_name


def _wires(experiment: Experiment) -> list[object]:
    return [layer.get("inbound_nodes") for layer in (experiment.get("config") or {}).get("layers") or []]


def _loss_names(loss: object) -> Iterator[str]:
    values = loss.values() if isinstance(loss, Mapping) else loss if isinstance(loss, list) else [loss]
    return (str(value).replace("_", " ") for value in values if value is not None)


def _said(name: str, value: object) -> str:
    return say.setting(name.replace("_", " "), _shown(value))


def _shown(value: object) -> str:
    if value is None:
        return say.DEFAULT
    if isinstance(value, list):
        return ", ".join(map(str, value)) or say.NONE
    return f"{value:g}" if _is_number(value) else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
