"""The graphs of graphs.yaml as documents and as models, what is told of them, and whether what is offered trains."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine import check
from engine.describe.trial import random_data
from engine.errors import EngineError
from engine.experiment import build_model, fits, read_yaml
from engine.mistakes import Mistake
from engine.types import Array
from kwidgets.document import Document, printing
from kwidgets.messages import ArrayEntry
from kwidgets.session.array_facts import described

SOURCE = Path(__file__).with_name("graphs.yaml")
_LENGTH = 8


@dataclass(frozen=True)
class Broken:
    """One graph with one mistake. model: as an experiment has it. x, y: the arrays that are made for it, by layer."""

    kind: str
    what: str
    asked: str | None
    model: dict[str, Any]
    loss: str | None
    x: Array | None
    y: Array | None

    @property
    def inputs(self) -> list[str]:
        """The names of its inputs."""
        return [name for name, _, _ in self.model["config"]["input_layers"]]

    @property
    def outputs(self) -> list[str]:
        """The names of its outputs."""
        return [name for name, _, _ in self.model["config"]["output_layers"]]


@dataclass(frozen=True)
class Offer:
    """A mend of the canvas. command: what its button sends."""

    label: str
    tried: str
    command: dict[str, str]


@dataclass(frozen=True)
class Told:
    """What is said of the first mistake: its sentence, and what is offered on the canvas and in code."""

    sentence: str
    offers: tuple[Offer, ...]
    in_code: tuple[str, ...]


@cache
def graphs() -> tuple[Broken, ...]:
    """All of graphs.yaml."""
    read: Any = read_yaml(SOURCE.read_text(encoding="utf-8"), str(SOURCE))
    return tuple(_broken(entry) for entry in read["graphs"])


def _broken(entry: Mapping[str, Any]) -> Broken:
    names = list(entry["layers"])
    layers: list[dict[str, Any]] = []
    for index, (name, (class_name, settings, *sources)) in enumerate(entry["layers"].items()):
        before = sources[0] if sources else names[index - 1 : index]
        calls = [] if class_name == "InputLayer" else [[[source, 0, 0, {}] for source in before]]
        config = {**settings, "name": name}
        if "shape" in config:
            config["batch_input_shape"] = [None, *config.pop("shape")]
        layers.append({"name": name, "class_name": class_name, "config": config, "inbound_nodes": calls})
    used = {source[0] for layer in layers for call in layer["inbound_nodes"] for source in call}
    ends = entry.get("outputs") or [name for name in names if name not in used]
    inputs = [layer["name"] for layer in layers if layer["class_name"] == "InputLayer"]
    config = {
        "name": "broken",
        "layers": layers,
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[name, 0, 0] for name in ends],
    }
    x, y = (_array(entry[key], index) if key in entry else None for index, key in enumerate("xy"))
    model = {"class_name": "Model", "config": config}
    return Broken(entry["kind"], entry["what"], entry.get("asked"), model, entry["loss"], x, y)


def _array(made: Mapping[str, Any], seed: int) -> Array:
    """Numbers as they are described; all that may come up is there."""
    rng = np.random.default_rng(seed)
    shape = tuple(made["shape"])
    if "one_hot" in made:
        return np.eye(made["one_hot"], dtype="float32")[np.arange(shape[0]) % made["one_hot"]]
    if "signs" in made:
        return np.where(np.arange(shape[0]) % 2, 1, -1)
    if "classes" in made:
        numbers = np.arange(int(np.prod(shape))) % made["classes"] + made.get("from", 0)
        return rng.permutation(numbers).reshape(shape)
    low, high = made.get("low", 0.0), made.get("high", 1.0)
    array = (low + (high - low) * rng.random(shape)).astype(made.get("dtype", "float32"))
    array.flat[0], array.flat[1] = low, high
    if "missing" in made:
        array.flat[2 : 2 + made["missing"]] = np.nan
    return array


def document_of(broken: Broken) -> Document:
    """The graph as a document that knows its arrays and what is in them."""
    training = {"loss": broken.loss} if broken.loss is not None else {}
    made = Document()
    made.do({"do": "paste", "format": "json", "text": json.dumps({**broken.model, "training": training})})
    arrays = _arrays(broken)
    entries: list[ArrayEntry] = [
        {"key": key, "shape": list(array.shape), "dtype": str(array.dtype)} for key, array in arrays.items()
    ]
    if entries:
        made.offer([{"name": "notebook", "kind": "notebook", "arrays": entries}])
        targets = {broken.outputs[0]: "y"} if broken.y is not None else {}
        made.do({"do": "set_data", "inputs": {broken.inputs[0]: "x"}, "targets": targets})
        made.know({key: described(array) for key, array in arrays.items()})
        made.offers.trials.rows = lambda keys, count: {key: arrays[key][:count] for key in keys}
    return made


def _arrays(broken: Broken) -> dict[str, Array]:
    return {key: array for key, array in (("x", broken.x), ("y", broken.y)) if array is not None}


def raised_in_code(broken: Broken) -> EngineError | None:
    """The error of a program that builds the model and fits it; None where nothing is refused."""
    try:
        model = build_model({**broken.model, "training": {"loss": broken.loss or "mean_squared_error"}})
        if broken.x is not None and broken.y is not None:
            model.fit(broken.x, broken.y, epochs=1, verbose=0)
    except EngineError as error:
        return error
    return None


def told(broken: Broken) -> Told:
    """What is said of the mistake, on the canvas or the Data page and by `check`; errors before warnings."""
    made = document_of(broken)
    problems = [*made.problems()]
    data = made.data()
    errors = [(problem, "mend") for problem in problems if problem["severity"] == "error"]
    errors += [(problem, "mend_data") for problem in data["problems"]]
    warnings = [(problem, "mend") for problem in problems if problem["severity"] == "warning"]
    warnings += [(problem, "mend_data") for problem in data["warnings"]]
    in_code = mistake_in_code(broken)
    code = tuple(mend.code for mend in in_code.mends) if in_code is not None else ()
    if not errors and not warnings:
        return Told("" if in_code is None else in_code.sentence, (), code)
    problem, command = (errors or warnings)[0]
    offers = tuple(
        Offer(mend["label"], mend["tried"], {"do": command, "problem": problem["id"], "mend": mend["id"]})
        for mend in problem["mends"]
    )
    return Told(problem["sentence"], offers, code)


def mistake_in_code(broken: Broken) -> Mistake | None:
    """What `engine.check` says first."""
    subject: Any = broken.model
    if all(
        "batch_input_shape" in one["config"]
        for one in broken.model["config"]["layers"]
        if one["class_name"] == "InputLayer"
    ):
        try:
            subject = build_model({**broken.model, "training": {"loss": broken.loss or "mean_squared_error"}})
        except ValueError:
            subject = broken.model
    mistakes = check(subject, broken.x, broken.y)
    return mistakes[0] if mistakes else None


def trains(broken: Broken, mended: Document) -> bool:
    """Whether a mended document trains a batch: on its arrays where they fit by now, else on made-up ones."""
    experiment = printing.experiment(mended.draft)
    model = build_model(experiment)
    shapes = {name: tensor.shape for name, tensor in zip(model.input_names, model.inputs, strict=True)}
    lengths = {name: (4, *(size or _LENGTH for size in shape[1:])) for name, shape in shapes.items()}
    x, y = random_data(model, 4, np.random.default_rng(0), lengths)
    chosen = mended.draft.data
    arrays = _arrays(broken)
    _replace(x, chosen["inputs"], arrays)
    _replace(y, chosen["targets"], arrays)
    loss: Any = model.train_on_batch(x, y)
    return bool(np.isfinite(np.ravel(loss)[0]))


def _replace(made: dict[str, Array], chosen: Mapping[str, str], arrays: Mapping[str, Array]) -> None:
    for name in made:
        given = arrays.get(chosen.get(name, ""))
        if given is not None and fits(given[:4].shape, made[name].shape, "output") and np.isfinite(given[:4]).all():
            made[name] = given[:4]


def kinds() -> list[str]:
    """The kinds of mistakes, each once, in their order."""
    return list(dict.fromkeys(one.kind for one in graphs()))


def names(broken: Sequence[Broken]) -> list[str]:
    """What each is called in a test."""
    return [one.what for one in broken]
