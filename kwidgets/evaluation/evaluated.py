"""A model on some samples: its predictions, made once in the background, and the figures of each of its outputs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from engine.errors import EngineError
from engine.inspection import Reader
from engine.models import Model, clone_model
from engine.types import Array

from ..refused import Refused
from ..words import results as say
from .output import OutputResults, Undo
from .predicted import MOST_BYTES, Predicted

_SERIALS = itertools.count(1)
# Above this the weights are not copied: the model is predicted with as it is.
MOST_COPIED = 1_000_000_000


@dataclass(frozen=True)
class Against:
    """Two models on the same samples. gained: numbers of those that only the first gets right; lost: only the second.

    Of amounts: those of which the first has the smaller, and the larger loss, the largest difference first.
    """

    gained: Array
    lost: Array
    both: int
    neither: int
    how: str


class Evaluated:
    """A model, samples, and what comes of both. serial: another one for each.

    Args:
        model: the model, of which a copy is predicted with, so that it may be trained on meanwhile.
        inputs: arrays (N, ...) by the names of its inputs.
        targets: arrays by the names of its outputs; an output without one is predicted and not judged.
        classes: names of classes by output.
        undo: brings amounts of an output back to the unit that people have them in, by output.
        most_bytes: predictions of more bytes are kept of evenly spread samples only.

    Raises:
        Refused: there are no samples, not as many targets, or no weights.
    """

    def __init__(
        self,
        model: Model,
        inputs: Mapping[str, Array],
        targets: Mapping[str, Array],
        classes: Mapping[str, Sequence[str]] | None = None,
        undo: Mapping[str, Undo] | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.inputs, self.targets, self.classes = dict(inputs), dict(targets), dict(classes or {})
        self._undo = dict(undo or {})
        # A model of a class of its own has names only once it has been called.
        self.names = [str(name) for name in model.output_names] or ["output_1"]
        _refuse_unfit(model, self.inputs, self.targets)
        copied, self._losses = _copy(model), dict(zip(self.names, _losses_of(model, len(self.names)), strict=True))
        self.model = copied or model
        self.predicted = Predicted(self.predict, self.inputs, self.names, most_bytes, _bytes_each(self.model))
        self.serial = next(_SERIALS)
        self._made: dict[tuple[str, int], OutputResults] = {}
        self.predicted.start()
        if copied is None:
            # What cannot be copied must not be trained on meanwhile.
            self.predicted.wait()

    @property
    def count(self) -> int:
        """How many samples there are."""
        return self.predicted.count

    @cached_property
    def reader(self) -> Reader:
        """Looks into the model; keeps its plans from sample to sample."""
        return Reader(self.model)

    def predict(self, inputs: Mapping[str, Array], at_once: int = 128) -> list[Array]:
        """The outputs for arrays by input, in the order of `names`.

        Args:
            inputs: (n, ...) each.
            at_once: how many samples are computed at a time, 128 by default.
        """
        arrays = list(inputs.values())
        made: Any = self.model.predict(arrays[0] if len(arrays) == 1 else arrays, batch_size=at_once)
        if isinstance(made, Mapping):
            return [np.asarray(one) for one in cast("Mapping[str, Array]", made).values()]
        return [np.asarray(one) for one in (made if isinstance(made, list) else [made])]

    def output(self, name: str | None = None, whole: bool = True) -> OutputResults:
        """The figures of an output.

        Args:
            name: the output; None (the default) the only one.
            whole: wait for all samples (the default), or take those that are there.

        Returns:
            Its figures.

        Raises:
            Refused: there is no such output, or its targets are missing or cannot be compared.
        """
        name = self.named(name)
        if name not in self.targets:
            raise Refused(say.NO_TARGETS)
        self.predicted.wait(whole=whole)
        part = self.predicted.part()
        slot = name, len(part.rows)
        if slot not in self._made:
            rows = part.rows
            targets = np.asarray(self.targets[name])
            targets = targets if len(rows) == len(targets) else targets[rows]
            made = OutputResults(
                name,
                self._losses[name],
                targets,
                part.by_name[name],
                rows,
                self.classes.get(name),
                self._undo.get(name),
            )
            # Figures of fewer samples are of no use any more.
            self._made = {key: one for key, one in self._made.items() if key[0] != name} | {slot: made}
        return self._made[slot]

    def named(self, name: object = None) -> str:
        """The name of an output; of the only one where none is given. Raises Refused."""
        if name is None and len(self.names) == 1:
            return self.names[0]
        if name is None:
            raise Refused(say.several_outputs(self.names), say.NAME_THE_OUTPUT)
        if name not in self.names:
            raise Refused(say.no_such_output(name), say.several_outputs(self.names))
        return str(name)

    def close(self) -> None:
        """Give up what is not predicted yet."""
        self.predicted.close()


def against(first: OutputResults, second: OutputResults) -> Against:
    """Which samples one model gets right and another wrong.

    Args:
        first: figures of the one.
        second: figures of the other, of the same samples.

    Returns:
        The numbers of the samples on which they differ.

    Raises:
        Refused: they are not of the same samples or kind.

    Example:
        >>> y = np.array([0, 1, 1])
        >>> one, two = (OutputResults("d", None, y, np.eye(2)[p]) for p in ([0, 1, 0], [1, 1, 1]))
        >>> both = against(one, two)
        >>> both.gained.tolist(), both.lost.tolist(), both.both, both.neither
        ([0], [2], 1, 0)
    """
    if first.kind != second.kind or not np.array_equal(first.rows, second.rows):
        raise Refused(say.NOT_THE_SAME)
    if first.kind == "amounts":
        less = np.nan_to_num(second.losses - first.losses)
        order = np.argsort(-np.abs(less), kind="stable")
        gained, lost = first.rows[order[less[order] > 0]], first.rows[order[less[order] < 0]]
        return Against(gained, lost, len(less) - len(gained) - len(lost), 0, say.HOW_AGAINST_AMOUNTS)
    now, then = first.right, second.right
    gained, lost = first.rows[now & ~then], first.rows[then & ~now]
    return Against(gained, lost, int((now & then).sum()), int((~now & ~then).sum()), say.HOW_AGAINST)


def _refuse_unfit(model: Model, inputs: Mapping[str, Array], targets: Mapping[str, Array]) -> None:
    counts = {len(array) for array in inputs.values()}
    if not counts or min(counts) == 0:
        raise Refused(say.NO_SAMPLES)
    for array in targets.values():
        if len(array) != min(counts):
            raise Refused(say.rows_differ(min(counts), len(array)))
    if not model.weights:
        raise Refused(say.NO_WEIGHTS)


def _copy(model: Model) -> Model | None:
    """A model of its own with the same weights; None where there is no room, or no way to make one."""
    if sum(int(np.prod(weight.shape)) * 4 for weight in model.weights) > MOST_COPIED:
        return None
    try:
        copy = clone_model(model)
        copy.set_weights(model.get_weights())
    except (EngineError, TypeError, ValueError, NotImplementedError):
        return None
    return copy


def _bytes_each(model: Model) -> int | None:
    """Bytes of what it gives for one sample; None where its outputs have no fixed shape, or are known once it was called."""
    outputs = list(model.outputs)
    if not outputs or any(size is None for y in outputs for size in y.shape[1:]):
        return None
    return sum(math.prod(cast("tuple[int, ...]", tuple(y.shape[1:]))) * y.dtype.itemsize for y in outputs)


def _losses_of(model: Model, count: int) -> list[object]:
    functions: list[object] = list(getattr(model, "loss_functions", None) or [])
    return functions if len(functions) == count else [None] * count
