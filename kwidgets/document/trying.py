"""Trains copies of a graph on one small batch, before a change of it is offered.

What of the graph is right is built by the engine and trained on two samples: rows of the chosen arrays where they fit,
made-up ones else. What came of it is remembered by the content of the graph. Trials that would hold up who asks are done in a
thread of their own, and who waits for them is told. A large model is judged by its shapes alone, and that is said.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from engine.describe.trial import random_data
from engine.experiment import BackgroundThread, build_model, fits, seeded
from engine.models import Model
from engine.types import Array

from ..messages import Tried
from . import printing
from .checks import Checkup
from .costs import cost_of
from .draft import Draft
from .problems import loss_of
from .settle import one_loss

Verdict = Tried | Literal["failed"]
Rows = Callable[[Sequence[str], int], Mapping[str, Array]]
"""Gives the first rows of arrays by their names; leaves out what cannot be had at once."""

SAMPLES = 2
SECONDS = 0.1
_LENGTH = 16
_REMEMBERED = 256
_UNKNOWN_LOSS = "mean_squared_error"


@dataclass(frozen=True)
class Limits:
    """What is trained: parameters, operations a sample and layers at most.

    seconds: how long one list of problems may wait for its trials; the others are done in the background.
    """

    parameters: int = 5_000_000
    work: int = 200_000_000
    layers: int = 150
    seconds: float = SECONDS


LIMITS = Limits()


class Trials:
    """Says whether drafts train. clock: seconds. rows: the first rows of chosen arrays; made-up ones where it is None.

    listeners: called in a thread of this one's own when more is known of drafts that were judged by their shapes.

    >>> Trials().of(Draft(), Checkup({}, {}, 0))
    'nothing'
    """

    def __init__(self, limits: Limits = LIMITS, clock: Callable[[], float] = time.perf_counter) -> None:
        self.rows: Rows | None = None
        self.listeners: list[Callable[[], None]] = []
        self._limits, self._clock = limits, clock
        self._spent = 0.0
        self._lock = threading.Lock()
        self._waiting: dict[str, Draft] = {}
        self._works = False
        self._known: OrderedDict[str, Verdict] = OrderedDict()

    def begin(self) -> None:
        """Another list of problems: there is time for trials again, and those of the list before are of no use."""
        self._spent = 0.0
        with self._lock:
            self._waiting.clear()

    def of(self, draft: Draft, checkup: Checkup) -> Verdict:
        """Whether what is right in a draft trains on a batch; "shapes" where that was not tried."""
        return self.look(draft, checkup)[0]

    def look(self, draft: Draft, checkup: Checkup) -> tuple[Verdict, str | None]:
        """As `of`, and under which key more may be known later; None where it stays as it is."""
        part = right_part(draft, checkup)
        if not part.outputs:
            return "nothing", None
        if self._is_large(part, checkup):
            return "shapes", None
        key = _key(part)
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known, key
            if self._spent >= self._limits.seconds:
                self._waiting[key] = part
                return "shapes", key
        began = self._clock()
        verdict = self._tried(key, part)
        self._spent += self._clock() - began
        return verdict, key

    def known(self, key: str | None) -> Verdict:
        """What is known by now of what was looked at."""
        with self._lock:
            return "shapes" if key is None else self._known.get(key, "shapes")

    def go_on(self, *, tell: bool = False) -> None:
        """Does in the background what there was no time for. tell: who waits is told even where that is nothing."""
        with self._lock:
            if self._works or not (self._waiting or tell):
                return
            self._works = True
        BackgroundThread(self._work, "trials", self.begin).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._works = False
                    break
                key = next(iter(self._waiting))
                part = self._waiting.pop(key)
            self._tried(key, part)
        for listener in list(self.listeners):
            listener()

    def _tried(self, key: str, part: Draft) -> Verdict:
        verdict: Verdict = "trained" if self._trains(part) else "failed"
        with self._lock:
            self._known[key] = verdict
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return verdict

    def _is_large(self, part: Draft, checkup: Checkup) -> bool:
        limits = self._limits
        if len(part.layers) > limits.layers:
            return True
        if sum(checkup.layers[name].parameters for name in part.layers if name in checkup.layers) > limits.parameters:
            return True
        return sum(cost_of(part, checkup, node).work for node in part.nodes()) > limits.work

    def _trains(self, part: Draft) -> bool:
        """One step of training. Whatever it raises, also a class of the user's, says no."""
        try:
            with seeded(0), np.errstate(all="ignore"):
                model: Model = build_model(printing.experiment(part))
                x, y, made_up = self._batch(model, part)
                loss = model.train_on_batch(x, y)
        except Exception:  # the user's own layers may raise anything: the change does not train then
            return False
        first = loss[0] if isinstance(loss, (list, tuple)) else loss
        return not made_up or isfinite(float(first))

    def _batch(self, model: Model, part: Draft) -> tuple[dict[str, Array], dict[str, Array], bool]:
        """Inputs and targets for a step, and whether all of them are made up."""
        rng = np.random.default_rng(0)
        lengths = {
            name: (SAMPLES, *(_LENGTH if size is None else size for size in tensor.shape[1:]))
            for name, tensor in zip(model.input_names, model.inputs, strict=True)
        }
        x, y = random_data(model, SAMPLES, rng, lengths)
        if any(None in tensor.shape[1:] for tensor in model.outputs):
            predicted = model.predict_on_batch(x)
            results = predicted if isinstance(predicted, list) else [predicted]
            lengths |= {name: array.shape for name, array in zip(model.output_names, results, strict=True)}
            x, y = random_data(model, SAMPLES, rng, lengths)
        chosen = [_rows_that_fit(arrays, keys, self.rows) for arrays, keys in self._choices(x, y, part)]
        return {**x, **chosen[0]}, {**y, **chosen[1]}, not any(chosen)

    def _choices(
        self, x: dict[str, Array], y: dict[str, Array], part: Draft
    ) -> tuple[tuple[dict[str, Array], Mapping[str, str]], tuple[dict[str, Array], Mapping[str, str]]]:
        return (x, part.data["inputs"]), (y, part.data["targets"])


def _rows_that_fit(arrays: dict[str, Array], keys: Mapping[str, str], rows: Rows | None) -> dict[str, Array]:
    """Rows of the chosen arrays in place of made-up ones of the same shape."""
    wanted = {name: keys[name] for name in arrays if name in keys}
    if rows is None or not wanted:
        return {}
    had = rows(list(wanted.values()), SAMPLES)
    return {
        name: had[key]
        for name, key in wanted.items()
        if key in had and len(had[key]) == SAMPLES and fits(had[key].shape, arrays[name].shape, "output")
    }


def right_part(draft: Draft, checkup: Checkup) -> Draft:
    """What of a draft is right, as a model that can be trained: its ends are outputs, those without a loss get one."""
    part = draft.copy()
    part.drop_nodes({node for node in draft.nodes() if checkup.nodes[node].state != "ok"})
    targets = part.targets()
    part.drop_nodes({node for node in part.nodes() if part.is_input(node) and not targets[node]})
    outputs = dict.fromkeys(node for node in part.outputs if not part.is_input(node))
    part.outputs = list(outputs | dict.fromkeys(part.leaves()))
    losses = {name: loss_of(draft, name) or _UNKNOWN_LOSS for name in part.output_names()}
    part.training = {**part.training, "loss": one_loss(losses, {*losses}), "metrics": [], "validation_split": 0.0}
    return part


def _key(part: Draft) -> str:
    """What decides whether a draft trains, as text: its graph, its losses and the arrays that are chosen."""
    layers = [(name, layer.class_name, layer.config, layer.calls) for name, layer in part.layers.items()]
    return json.dumps([layers, part.outputs, part.training, part.data, sorted(part.bypassed)], default=repr)
