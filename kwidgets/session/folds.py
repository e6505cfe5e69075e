"""A cross-validation as runs: each fold is trained with new weights, and what they came to stands together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, stdev
from typing import Any, NamedTuple

from engine.data import Dataset, Pictures
from engine.experiment import Experiment
from engine.types import Array

from ..document.identity import GraphIdentity
from ..messages import FoldResult, Folds, RunState
from .conclusion import test_arrays
from .request import Request


class Part(NamedTuple):
    """The arrays of one fold by name, the rows that validate last, and how many these are."""

    arrays: Mapping[str, Array]
    validates: int


class FoldRuns:
    """The runs of a cross-validation, one after the other. Its methods are called under the session's lock.

    count: how many folds. request: gives what a fold trains; called in the thread that is to train it.
    """

    def __init__(self, count: int, request: Callable[[int], Request]) -> None:
        self._count, self._request = count, request
        self._now: int | None = None
        self._results: list[FoldResult] = []

    def begin(self) -> Request:
        """What the first fold trains. Raises Refused where its arrays are not there."""
        self._now = 0
        return self._request(0)

    def following(
        self, state: RunState, run: str | None, logs: Mapping[str, float | None], epochs: int
    ) -> Request | None:
        """Take in how the present fold has ended, and give what the next one trains; None where none follows.

        run: the id of its run. logs: its values after the last epoch.
        """
        if self._now is None:
            return None
        self._results.append({"fold": self._now, "run": run, "state": state, "epochs": epochs, "values": dict(logs)})
        self._now = self._now + 1 if state == "finished" and self._now + 1 < self._count else None
        return None if self._now is None else self._request(self._now)

    def stop(self) -> None:
        """No other fold follows: one could not be begun."""
        self._now = None

    def state(self) -> Folds:
        """What has come of it so far."""
        whole = [one["values"] for one in self._results if one["state"] == "finished"]
        names = [name for name in (whole[0] if whole else {}) if name.startswith("val_")]
        known = {name: values for name in names if (values := _finite([one.get(name) for one in whole]))}
        return {
            "of": self._count,
            "now": self._now,
            "results": list(self._results),
            "mean": {name: fmean(values) for name, values in known.items()},
            "spread": {name: stdev(values) for name, values in known.items() if len(values) > 1},
        }


def _finite(values: Sequence[float | None]) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def folds_of(
    experiment: Experiment,
    graph: GraphIdentity | None,
    data: Dataset | Pictures,
    part: Callable[[Dataset | Pictures], Part],
) -> FoldRuns:
    """The runs of all folds of an experiment.

    data: what it trains on, divided into folds. part: gives the arrays of such data.
    """
    config = data.split.get_config()

    def request(fold: int) -> Request:
        arrays, validates = part(data.with_(split={**config, "fold": fold}))
        chosen = experiment["data"]
        keys = [*chosen["inputs"].values(), *chosen["targets"].values()]
        tested = test_arrays(keys, arrays)
        return Request(_of_fold(experiment, fold), {key: arrays[key] for key in keys}, tested, graph, validates)

    return FoldRuns(int(config["folds"]), request)


def _of_fold(experiment: Experiment, fold: int) -> dict[str, Any]:
    """The experiment that trains with another fold for validation."""
    source = experiment["data"]["source"]
    divided = {**source, "split": {**source["split"], "fold": fold}}
    return {**experiment, "data": {**experiment["data"], "source": divided}}
