"""Draft -> the experiment's plain dict -> YAML and JSON.

The model part is Keras 2's own dialect (keras-surface, section 12). An unbroken chain of kind Sequential is written as
Keras writes a Sequential. A Sequential that is in pieces has `inbound_nodes` beside each layer, so that nothing is lost
while a person works; Keras ignores that key.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import lru_cache
from typing import TypeVar, overload

from engine.describe import classes
from engine.describe.graphs import input_name
from engine.experiment import BACKEND, KERAS_VERSION, write_json, write_yaml
from engine.types import Config, Json

from . import layout
from .bypassing import described, without_bypassed, written
from .draft import INPUT, Draft, Part, is_chain, split_node
from .records import Experiment, GraphConfig, LayerEntry

Value = TypeVar("Value")
_LAYERS = "\n  layers:\n"
_NO_LAYERS = "\n  layers: []\n"


def experiment(draft: Draft) -> Experiment:
    """The whole experiment as fresh plain data, safe to change.

    The keys `bypassed` and `notes` are there only where the draft has such.
    """
    run = without_bypassed(draft)
    whole: Experiment = {
        "class_name": draft.kind,
        "config": chain(run) if run.kind == "Sequential" and is_chain(run) else graph_config(run),
        "keras_version": KERAS_VERSION,
        "backend": BACKEND,
        "layout": layout.written(draft),
        "data": deepcopy(draft.data),
        "training": copied(draft.training),
    }
    if draft.bypassed:
        whole["bypassed"] = described(draft)
    if draft.notes:
        whole["notes"] = [note.copy() for note in draft.notes]
    return whole


def yaml_text(draft: Draft) -> str:
    """The experiment as YAML. The text of each layer is remembered: an edit changes one of perhaps a thousand."""
    whole = experiment(draft)
    config = whole["config"]
    layers = config["layers"]
    frame = write_yaml({**whole, "config": {**config, "layers": []}})
    before, mark, after = frame.partition(_NO_LAYERS)
    if not layers or not mark:
        return write_yaml({**whole})
    return "".join([before, _LAYERS, *(_layer_text(json.dumps(layer)) for layer in layers), after])


@lru_cache(maxsize=4096)
def _layer_text(layer: str) -> str:
    """The lines of a layer, which is written as JSON, where they stand in the whole text."""
    return write_yaml({"config": {"name": "", "layers": [json.loads(layer)]}}).partition(_LAYERS)[2]


def json_text(draft: Draft) -> str:
    """The experiment as JSON."""
    return write_json(experiment(draft), indent=2)


@overload
def copied(value: dict[str, Value]) -> dict[str, Value]: ...
@overload
def copied(value: Json) -> Json: ...
def copied(value: object) -> object:
    """Deep copy of plain data; tuples become lists."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, (list, tuple)) else value


def implied_input(draft: Draft) -> str | None:
    """Name of the input that Keras leaves unwritten because the first layer's batch_input_shape says it all."""
    names = list(draft.layers)
    if len(names) < 2 or draft.layers[names[0]].class_name != INPUT or names[0] != input_name(names[1]):
        return None
    first = draft.layers[names[1]].config
    only_shape = list(draft.layers[names[0]].config) == ["batch_input_shape"]
    return names[0] if only_shape and not {"batch_input_shape", "dtype"} & set(first) else None


def chain(draft: Draft) -> GraphConfig:
    """The config of a Sequential as Keras writes it."""
    unwritten = implied_input(draft)
    layers: list[LayerEntry] = []
    for name, part in draft.layers.items():
        if name != unwritten:
            layers.append({"class_name": part.class_name, "config": _config(name, part)})
    if unwritten is not None:
        layers[0]["config"]["batch_input_shape"] = list(draft.layers[unwritten].config["batch_input_shape"])
    return {"name": draft.name, "layers": layers}


def graph_config(draft: Draft) -> GraphConfig:
    """The functional config of Keras 2, also for a graph that is not finished."""
    return {
        "name": draft.name,
        "layers": [
            {
                "name": name,
                "class_name": part.class_name,
                "config": _config(name, part),
                "inbound_nodes": []
                if part.class_name == INPUT
                else [[written(s) for s in call] for call in part.calls],
            }
            for name, part in draft.layers.items()
        ],
        "input_layers": [[name, 0, 0] for name in draft.input_names()],
        "output_layers": [[*split_node(node), 0] for node in draft.outputs],
    }


def _config(name: str, part: Part) -> Config:
    return {"name": name, **{key: _with_inner_names(value) for key, value in part.config.items()}}


def _with_inner_names(value: Json) -> Json:
    """A copy of plain data in which layers inside layers have names.

    Without them the engine counts names up, and one text would give a model with other names each time it is read.
    """
    if isinstance(value, (list, tuple)):
        return [_with_inner_names(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: _with_inner_names(item) for key, item in value.items()}
    class_name, config = result.get("class_name"), result.get("config")
    if isinstance(config, dict) and isinstance(class_name, str) and class_name in classes.find_all("layer"):
        result["config"] = {"name": classes.snake_case(class_name), **config}
    return result
