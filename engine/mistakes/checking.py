"""`check`: what is wrong between a model and its data, with mends that were tried on a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import isfinite
from typing import Any

import numpy as np

from .._graph.derived import is_text
from .._machine.random import seeded
from .._training.data import fits
from ..describe.trial import random_data, weight_bytes
from ..errors import EngineError
from ..layers import Embedding, Layer
from ..layers.base import layer_of
from ..layers.node import Node, arriving_at
from ..losses import usual_name
from ..models import Model
from ..models.graph import find_graph, node_of, source_of
from ..models.loading import model_from_config
from ..types import Array, Config, Data
from .changes import changed_array, changed_model, code_of
from .inputs import Input, input_mistakes, sample_mistakes
from .layers import LayerCall, graph_mistakes
from .records import Mend, Mistake, Mistakes, Output, Values, values_of
from .targets import output_mistakes, target_mistakes

MOST_MENDS = 3
_SAMPLES = 4
_LENGTH = 16
_MOST_WEIGHTS = 200_000_000
_PASSING = ("Dropout", "Flatten", "Reshape", "GaussianNoise")
_BY_STEPS = ("Dense", "Dropout", "Activation", "TimeDistributed", "BatchNormalization")
_MOST_READ = 2_000_000
_NOTHING = Mend("", ())
_LOSSES = {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}


def check(model: Model | Config, x: Data | None = None, y: Data | None = None) -> Mistakes:
    """What is wrong with a model and the data that it is to learn, before it is trained.

    Nothing is changed: mends are tried on copies with fresh weights, which are trained on a few samples. A mend that does
    not train is not in the list. A model of its own `call` has no copy, so for it there are no mends of layers.

    Args:
        model: the model, compiled or not; or its config as an experiment has it (`class_name` and `config`), also one that
            cannot be built.
        x: the inputs, as `fit` takes them; None (the default): only the model is looked at.
        y: the targets; None (the default): they are not looked at.

    Returns:
        The mistakes, errors first; an empty list where nothing is wrong. It prints as text.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(3, activation="softmax", input_dim=4, name="classes")])
        >>> model.compile("sgd", "categorical_crossentropy")
        >>> print(check(model, np.zeros((6, 4)), np.array([0, 1, 2, 0, 1, 2])))
        'classes' gives 3 numbers, but y holds one number a sample.
          - Use sparse_categorical_crossentropy: model.compile(model.optimizer, loss='sparse_categorical_crossentropy')
          - Make one-hot rows of y: y = to_categorical(y, 3)
    """
    if not isinstance(model, Model):
        return _of_config(model, x, y)
    arrays = _Arrays.of(model, x, y)
    mistakes = [*arrays.mistakes, *_of_order(x, y), *_mistakes(model, arrays)]
    trying = _Trying(model, arrays, mistakes)
    tried = [replace(mistake, mends=tuple(islice(trying.good(mistake), MOST_MENDS))) for mistake in mistakes]
    return Mistakes(sorted(tried, key=lambda mistake: mistake.severity != "error"))


@dataclass(frozen=True)
class _Arrays:
    """Arrays by the names of inputs and outputs, how a program calls each, and what is wrong with their number."""

    x: dict[str, Array]
    y: dict[str, Array]
    names: dict[str, str]
    mistakes: tuple[Mistake, ...] = ()

    @staticmethod
    def of(model: Model, x: Data | None, y: Data | None) -> _Arrays:
        inputs, wrong_x = _by_name(x, list(model.input_names), "x", "input")
        targets, wrong_y = _by_name(y, list(model.output_names), "y", "output")
        names = {f"x:{name}": text for name, (_, text) in inputs.items()}
        names |= {f"y:{name}": text for name, (_, text) in targets.items()}
        arrays = _Arrays({k: a for k, (a, _) in inputs.items()}, {k: a for k, (a, _) in targets.items()}, names)
        return replace(arrays, mistakes=(*wrong_x, *wrong_y, *_of_counts(arrays)))

    def values(self, kind: str, name: str) -> Values:
        array = (self.x if kind == "x" else self.y)[name]
        return values_of(self.names[f"{kind}:{name}"], array)


def _by_name(
    data: Data | None, names: Sequence[str], called: str, kind: str
) -> tuple[dict[str, tuple[Array, str]], list[Mistake]]:
    """Each array with the text that stands for it in a program; and the mistake of another number of arrays."""
    if data is None:
        return {}, []
    if isinstance(data, Mapping):
        named = {str(name): (np.asarray(one), f"{called}[{name!r}]") for name, one in data.items()}
    elif len(names) == 1 and not (isinstance(data, (list, tuple)) and data and hasattr(data[0], "shape")):
        named = {names[0]: (np.asarray(data), called)}
    else:
        several = data if isinstance(data, (list, tuple)) else [data]
        named = {
            name: (np.asarray(one), f"{called}[{i}]") for i, (name, one) in enumerate(zip(names, several, strict=False))
        }
        if len(several) == len(names) == 1:
            named = {names[0]: (np.asarray(several[0]), f"{called}[0]")}
        if len(several) != len(names):
            listed = f"{len(names)} {kind}{'s' if len(names) > 1 else ''} ({', '.join(names)})"
            sentence = f"The model has {listed}, but {called} holds {len(several)}."
            return named, [
                Mistake("count", None, sentence, hint=f"Give an array for each {kind}, by name or in a list.")
            ]
    missing, unknown = [name for name in names if name not in named], [name for name in named if name not in names]
    if missing or unknown:
        parts = [
            f"nothing for {', '.join(missing)}" if missing else "",
            f"{', '.join(unknown)} is no {kind}" if unknown else "",
        ]
        sentence = (
            f"The model's {kind}s are {', '.join(names)}, but in {called} there is {' and '.join(filter(None, parts))}."
        )
        known = {name: one for name, one in named.items() if name in names}
        return known, [Mistake("count", None, sentence, hint=f"Give an array for each {kind} under its name.")]
    return named, []


def _of_counts(arrays: _Arrays) -> Iterator[Mistake]:
    counts = {
        arrays.names[f"{kind}:{name}"]: len(array) if array.ndim else 0
        for kind, group in (("x", arrays.x), ("y", arrays.y))
        for name, array in group.items()
    }
    yield from sample_mistakes(counts)


def _of_order(x: Data | None, y: Data | None) -> Iterator[Mistake]:
    """Rows of one frame that stand in another order in y than in x, as their labels say: y was shuffled alone."""
    labels: list[Array] = []
    for one in (x, y):
        index: Any = getattr(one, "index", None)
        if hasattr(index, "to_numpy"):
            labels.append(index.to_numpy())
    if len(labels) != 2 or len(labels[0]) != len(labels[1]) or (labels[0] == labels[1]).all():
        return
    known = [{*one.tolist()} for one in labels]
    if known[0] == known[1] and len(known[0]) == len(labels[0]):
        shown = [", ".join(map(str, one[:3].tolist())) for one in labels]
        sentence = f"The rows of y are in another order than those of x: the labels of y begin {shown[1]}, those of x {shown[0]}."
        yield Mistake("order", None, sentence, hint="Put them in one order: y = y.loc[x.index]")


def _mistakes(model: Model, arrays: _Arrays) -> Iterator[Mistake]:
    outputs = {output.name: output for output in _outputs(model)}
    yield from _of_layers(model)
    for taken in _inputs(model):
        if taken.name in arrays.x:
            yield from input_mistakes(taken, arrays.values("x", taken.name))
    uncompiled = [name for name, output in outputs.items() if output.loss is None]
    for name, output in outputs.items():
        meant = output
        if name in uncompiled:
            loss = _loss_for(output, arrays.values("y", name) if name in arrays.y else None)
            meant = replace(output, loss=loss)
        else:
            yield from output_mistakes(output)
        if name in arrays.y:
            yield from target_mistakes(meant, arrays.values("y", name))
        outputs[name] = meant
    if uncompiled:
        losses: tuple[Config, ...] = tuple({"set": {"loss": outputs[name].loss, "output": name}} for name in uncompiled)
        label = f"Compile it with {' and '.join(dict.fromkeys(str(outputs[name].loss) for name in uncompiled))}"
        yield Mistake(
            "compile", None, "The model is not compiled: it has no loss and no optimizer.", (Mend(label, losses),)
        )


def _of_layers(model: Model) -> Iterator[Mistake]:
    if model.model_kind == "subclass":
        return
    nodes = find_graph(list(model.inputs), list(model.outputs), model.name).nodes
    yield from (mistake for _, mistake in graph_mistakes(map(_layer_call, nodes)))


def _layer_call(node: Node) -> LayerCall[Node]:
    layer = layer_of(node)
    arriving, results = arriving_at(node.input_tensors), [tuple(tensor.shape) for tensor in node.output_tensors]
    behind = [node_of(tensor) for tensor in node.input_tensors]
    return LayerCall(node, layer.name, type(layer).__name__, arriving, results, behind)


def _loss_for(output: Output, values: Values | None) -> str:
    """The usual loss of an activation; whole numbers beside softmax are numbers of classes."""
    if output.activation == "softmax" and values is not None and fits(values.shape, (*output.shape[:-1], 1), "output"):
        return "sparse_categorical_crossentropy"
    return _LOSSES.get(output.activation, "mean_squared_error")


def _inputs(model: Model) -> Iterator[Input]:
    for name, tensor in zip(model.input_names, model.inputs, strict=True):
        users = [layer_of(node) for node in source_of(tensor)[0].outbound_nodes]
        embedding = next((user for user in users if isinstance(user, Embedding)), None)
        first = users[0] if len({id(user) for user in users}) == 1 else None
        yield Input(
            name,
            tuple(tensor.shape),
            "" if first is None else first.name,
            "" if first is None else type(first).__name__,
            None if embedding is None else int(embedding.input_dim),
            "" if embedding is None else embedding.name,
            is_text(tensor.dtype),
        )


def _outputs(model: Model) -> Iterator[Output]:
    losses = model.loss_functions if model.optimizer is not None else []
    for index, (name, tensor) in enumerate(zip(model.output_names, model.outputs, strict=True)):
        layer = source_of(tensor)[0]
        while type(layer).__name__ in _PASSING and len(layer.inbound_nodes) == 1:
            layer = source_of(layer.inbound_nodes[0].input_tensors[0])[0]
        width = next((field for field in ("units", "filters") if hasattr(layer, field)), None)
        recurrent = _recurrent_before(layer)
        steps = bool(getattr(recurrent, "return_sequences", False))
        loss = usual_name(losses[index]) if index < len(losses) else None
        yield Output(
            name,
            tuple(tensor.shape),
            layer.name,
            _activation(layer),
            loss,
            width,
            recurrent.name if recurrent else "",
            steps,
        )


def _recurrent_before(layer: Layer) -> Layer | None:
    """The recurrent layer that a layer follows, with nothing between but what works step by step."""
    while not hasattr(layer, "return_sequences"):
        if len(layer.inbound_nodes) != 1 or type(layer).__name__ not in _BY_STEPS:
            return None
        layer = source_of(layer.inbound_nodes[0].input_tensors[0])[0]
    return layer


def _activation(layer: Layer) -> str:
    kind = type(layer).__name__
    if kind in ("Activation", "Dense"):
        return str(getattr(getattr(layer, "activation", None), "__name__", "linear"))
    return kind.lower() if kind in ("Softmax", "ReLU") else ""


class _Trying:
    """Carries mends out on a copy of the model and some rows of the data, and trains it on them.

    mistakes: all of them; arrays of layers that something is wrong with are made up while another mistake is mended.
    """

    def __init__(self, model: Model, arrays: _Arrays, mistakes: Sequence[Mistake]) -> None:
        self._arrays = arrays
        self._wrong = {mistake.layer for mistake in mistakes if mistake.severity == "error"}
        self._counts = Counter(mistake.kind for mistake in mistakes)
        self._model = model
        self._config = _config_of(model)
        self._large = weight_bytes(model) > _MOST_WEIGHTS
        self._compiled = model.optimizer is not None

    def good(self, mistake: Mistake) -> Iterator[Mend]:
        """The mends of a mistake that train and take it away, with their code."""
        for mend in mistake.mends:
            of_layers = any(
                "array" not in change and "loss" not in (change.get("set") or {}) for change in mend.changes
            )
            if self._config is None and of_layers:
                continue
            if self._large or self._config is None:
                trained = False
            elif self._helps(self._config, mistake, mend):
                trained = True
            else:
                continue
            layers = (
                {} if self._config is None else {one["config"]["name"]: one for one in self._config["config"]["layers"]}
            )
            yield replace(mend, code=code_of(mend.changes, layers, compiled=self._compiled), trained=trained)

    def _helps(self, config: Config, mistake: Mistake, mend: Mend) -> bool:
        """Whether a copy trains a batch and has that mistake no more. Whatever it raises, also a layer of the user's, says no."""
        try:
            with seeded(0), np.errstate(all="ignore"):
                copy = self._copy(config, mend)
                left = sum(one.kind == mistake.kind for one in _mistakes(copy, self._changed(copy, mend)))
                if left >= self._counts[mistake.kind]:
                    return False
                loss = self.train(copy, mend)
        except Exception:  # a user's own layer may raise anything: the mend does not train then
            return False
        return isfinite(loss)

    def train(self, copy: Model, mend: Mend = _NOTHING) -> float:
        """The loss of a step on a batch after a mend; a model that is not compiled gets a squared error."""
        if copy.optimizer is None:
            copy.compile("sgd", "mean_squared_error")
        x, y = self._batch(copy, mend)
        loss = copy.train_on_batch(x, y)
        return float(loss[0] if isinstance(loss, (list, tuple)) else loss)

    def _changed(self, copy: Model, mend: Mend) -> _Arrays:
        """The arrays after a mend, by the names that the copy has for them; of large ones the first rows."""
        x, y = self._arrays.x, self._arrays.y
        x = {
            new: self._after(f"x:{old}", array, mend)
            for new, (old, array) in zip(copy.input_names, x.items(), strict=False)
        }
        y = {
            new: self._after(f"y:{old}", array, mend)
            for new, (old, array) in zip(copy.output_names, y.items(), strict=False)
        }
        return _Arrays(x, y, {f"{kind}:{name}": name for kind, group in (("x", x), ("y", y)) for name in group})

    def _after(self, key: str, array: Array, mend: Mend) -> Array:
        rows = max(_SAMPLES, _MOST_READ * len(array) // max(1, array.size)) if array.ndim else 0
        part = array[:rows]
        for change in mend.changes:
            if change.get("array") == self._arrays.names[key]:
                part = changed_array(part, change)
        return part

    def _copy(self, config: Config, mend: Mend) -> Model:
        losses = {output.name: output.loss for output in _outputs(self._model)}
        for name, output in zip(losses, _outputs(self._model), strict=True):
            losses[name] = output.loss or _loss_for(output, None)
        for change in mend.changes:
            loss = (change.get("set") or {}).get("loss")
            if loss is not None:
                losses[change["set"].get("output") or next(iter(losses))] = loss
            elif "array" not in change:
                config = changed_model(config, change)
        copy = model_from_config(config)
        named = dict(zip(copy.output_names, losses.values(), strict=True))
        copy.compile("sgd", {name: loss or "mean_squared_error" for name, loss in named.items()})
        return copy

    def _batch(self, copy: Model, mend: Mend) -> tuple[dict[str, Array], dict[str, Array]]:
        """Rows of the data after the mend; made-up ones for what is not there, or wrong in another way."""
        lengths: dict[str, Sequence[int | None]] = {
            name: (_SAMPLES, *(_LENGTH if size is None else size for size in tensor.shape[1:]))
            for name, tensor in zip(copy.input_names, copy.inputs, strict=True)
        }
        given_x = self._rows("x", self._arrays.x, mend)
        given_y = self._rows("y", self._arrays.y, mend)
        x = dict(zip(copy.input_names, given_x.values(), strict=False)) if len(given_x) == len(copy.input_names) else {}
        y = (
            dict(zip(copy.output_names, given_y.values(), strict=False))
            if len(given_y) == len(copy.output_names)
            else {}
        )
        lengths |= {name: array.shape for name, array in x.items()}
        samples = len(next(iter([*x.values(), *y.values()]), np.zeros(_SAMPLES)))
        made_x, made_y = random_data(copy, samples, np.random.default_rng(0), lengths)
        if any(None in tensor.shape[1:] for tensor in copy.outputs):
            results = copy.predict_on_batch({**made_x, **x})
            listed = results if isinstance(results, list) else [results]
            lengths |= {name: one.shape for name, one in zip(copy.output_names, listed, strict=True)}
            _, made_y = random_data(copy, samples, np.random.default_rng(0), lengths)
        return {**made_x, **x}, {**made_y, **y}

    def _rows(self, kind: str, arrays: Mapping[str, Array], mend: Mend) -> dict[str, Array]:
        touched = {change["array"] for change in mend.changes if "array" in change}
        aims = {_aim(change) for change in mend.changes}
        rows: dict[str, Array] = {}
        for name, array in arrays.items():
            text = self._arrays.names[f"{kind}:{name}"]
            if name in self._wrong and text not in touched and not (aims & {name, None}) and not aims & self._wrong:
                continue
            part = array[: _SAMPLES * 2]
            for change in mend.changes:
                if change.get("array") == text:
                    part = changed_array(part, change)
            rows[name] = part[:_SAMPLES] if len(part) > _SAMPLES else part
        return rows


def _aim(change: Config) -> str | None:
    """The layer or output that a change is about; None for one of an array."""
    what = change.get("set") or {}
    aim = what.get("layer") or what.get("output") or change.get("before") or change.get("after")
    return None if aim is None else str(aim)


def _config_of(model: Model) -> Config | None:
    """The config of a model with its class; None for one of the user's own, which cannot be made from one."""
    if type(model).__name__ not in ("Sequential", "Model"):
        return None
    return {"class_name": type(model).__name__, "config": model.get_config()}


def _of_config(config: Config, x: Data | None, y: Data | None) -> Mistakes:
    """As `check` for a config: one that cannot be built has that one mistake, with the mends of its error."""
    whole = {"class_name": config["class_name"], "config": config["config"]}
    try:
        model = model_from_config(whole)
    except EngineError as error:
        mends = tuple(islice(_built(whole, error), MOST_MENDS))
        return Mistakes([Mistake("graph", error.layer or _layer_in(error), error.sentence, mends, error.hint)])
    return check(model, x, y)


def _layer_in(error: EngineError) -> str | None:
    """The layer that an error happened in: what stands between the first quotes of where it was."""
    parts = error.where.split("'")
    return parts[1] if len(parts) > 2 else None


def _built(config: Config, error: EngineError) -> Iterator[Mend]:
    """The mends of an error that make a model of it which trains on a batch that is made up."""
    for mend in error.mends:
        try:
            with seeded(0), np.errstate(all="ignore"):
                model = model_from_config(changed_model(config, mend["change"]))
                trained = weight_bytes(model) <= _MOST_WEIGHTS
                if trained:
                    _Trying(model, _Arrays({}, {}, {}), ()).train(model)
        except Exception:  # a user's own layer may raise anything: the change does not help then
            continue
        yield Mend(mend["label"], (mend["change"],), mend["code"], trained)


__all__ = ["check"]
