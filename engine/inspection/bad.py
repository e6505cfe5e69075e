"""The first batch that gives NaN or infinity: in which layer and tensor it comes up, from which samples; kept to be replayed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, cast

import numpy as np

from .._machine.console import say
from .._training.callback import Callback
from .._training.control import Control
from .._training.untouched import Kept, Learner
from ..types import Array, Data, Logs, SampleWeight
from .places import Looked
from .reading import Reader
from .stepping import BatchSteps

Kind: TypeAlias = Literal["nan", "infinite"]


@dataclass(frozen=True)
class BadPlace:
    """Where the first number that is none comes up in a step.

    Attributes:
        layer: the layer's name; "" for the loss and the targets.
        tensor: "input", "target", "weight kernel", "output", "loss", "gradient of the output", "gradient of kernel" or
            "kernel after the update".
        rows: the samples of the batch in whose part it is; empty for what is of no sample.
        kind: "nan", or "infinite" where there is no NaN.
    """

    layer: str
    tensor: str
    rows: tuple[int, ...]
    kind: Kind

    def __str__(self) -> str:
        what = "NaN" if self.kind == "nan" else "infinity"
        where = f"{self.tensor} of '{self.layer}'" if self.layer else self.tensor
        listed = ", ".join(map(str, self.rows[:8])) + (" ..." if len(self.rows) > 8 else "")
        samples = "sample" if len(self.rows) == 1 else "samples"
        return f"{what} in the {where}" + (f", {samples} {listed} of the batch" if self.rows else "")


def first_bad(
    model: Looked,
    x: Data,
    y: Data | None = None,
    sample_weight: SampleWeight | None = None,
    reader: Reader | None = None,
) -> BadPlace | None:
    """Where a training step on a batch first meets a number that is none, in the order in which the step computes.

    Args:
        model: a compiled model, which stays as it is.
        x: the batch.
        y: its targets.
        sample_weight: as in `fit`.
        reader: keeps plans from batch to batch; a new one by default.

    Returns:
        The place; None where all numbers of the step are finite.

    Raises:
        NotCompiled: the model has no loss.
        DataError: batch or targets do not fit the model.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(1, input_dim=2, name="out")])
        >>> model.compile("sgd", "mse")
        >>> print(first_bad(model, np.array([[1.0, 2.0], [np.nan, 1.0]]), np.ones(2)))
        NaN in the input of 'out_input', sample 1 of the batch
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        steps = BatchSteps(model, x, y, sample_weight, reader)
    return first_bad_of(steps)


def first_bad_of(steps: BatchSteps) -> BadPlace | None:
    """Where a step that is there already first meets a number that is none.

    Args:
        steps: the step.

    Returns:
        The place; None where all numbers of the step are finite.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(1, input_dim=2)])
        >>> model.compile("sgd", "mse")
        >>> first_bad_of(BatchSteps(model, np.ones((3, 2)), np.ones((3, 1)))) is None
        True
    """
    return next((found for found in _found(steps) if found is not None), None)


def _found(steps: BatchSteps) -> Iterator[BadPlace | None]:
    entries = steps.entries
    samples = len(steps.inputs[0]) if steps.inputs else None
    for name in entries:
        yield _bad(name, "input", steps.forward[name].values[0], samples)
    for array in steps.inputs[len(entries) :]:
        yield _bad("", "target", array, samples)
    for name, step in steps.forward.items():
        for weight, values in steps.weights.items():
            if weight.rpartition("/")[0] == name:
                yield _bad(name, f"weight {weight.rpartition('/')[2]}", values, None)
        for values in step.values:
            yield _bad(name, "output", values, samples)
    yield _bad("", "loss", np.asarray(steps.loss), None)
    for name, step in steps.backward.items():
        for values in step.values:
            yield _bad(name, "gradient of the output", values, samples)
        for weight, values in step.weights.items():
            yield _bad(name, f"gradient of {weight}", values, None)
    for weight, values in steps.updated.items():
        name, _, kind = weight.rpartition("/")
        yield _bad(name, f"{kind} after the update", values, None)


def _bad(layer: str, tensor: str, values: Array | None, samples: int | None) -> BadPlace | None:
    if values is None or values.dtype.kind not in "fc":
        return None
    wrong = ~np.isfinite(values)
    if not wrong.any():
        return None
    of_samples = samples is not None and values.ndim > 0 and len(values) == samples
    rows = np.flatnonzero(wrong.reshape(len(values), -1).any(1)) if of_samples else np.arange(0)
    return BadPlace(layer, tensor, tuple(int(row) for row in rows), "nan" if np.isnan(values).any() else "infinite")


@dataclass(frozen=True, eq=False)
class BadBatch:
    """The first bad batch of a training, with all that its step was computed from.

    Attributes:
        epoch: its epoch, from 0.
        batch: its number in the epoch, from 0.
        place: where the first number that is none came up; None where the replayed step has none.
        arrays: inputs, targets and sample weights, in the order of the step.
        weights: the model's weights before the batch.
        weighted: names of the outputs that have sample weights.
        before: what the step was computed from beside the batch: weights, the optimizer's slots and settings, states, and the
            places in the random streams.
    """

    epoch: int
    batch: int
    place: BadPlace | None
    arrays: list[Array]
    weights: list[Array]
    weighted: tuple[str, ...]
    before: Kept = field(repr=False)

    def replay(self, model: Looked) -> BatchSteps:
        """The step of the batch again, bit for bit; the model then stands where the training stood before the batch.

        Args:
            model: the one that was trained, or another of the same layers, compiled with the same optimizer.

        Returns:
            The step, to be gone through layer by layer.

        Raises:
            NotCompiled: the model has no loss.
            ValueError: its weights, or its optimizer's slots, have other shapes.

        Example:
            >>> import warnings
            >>> from engine.layers import Dense
            >>> from engine.models import Sequential, clone_model
            >>> model = Sequential([Dense(1, input_dim=1, name="out")])
            >>> model.compile("adam", "mse")
            >>> x, guard = np.array([[1.0], [np.nan]]), FirstBadBatch()
            >>> with warnings.catch_warnings():
            ...     warnings.simplefilter("ignore")
            ...     history = model.fit(x, np.ones(2), batch_size=1, shuffle=False, verbose=0, callbacks=[guard])
            NaN in the input of 'out_input', sample 0 of the batch: training ends in epoch 1 at batch 2
            >>> copy = clone_model(model)
            >>> copy.compile("adam", "mse")
            >>> bool(np.isnan(guard.found.replay(copy).loss))
            True
        """
        reader = Reader(model)
        reader.trainer.ready().train_step(self.weighted)  # the optimizer gets its slots
        self.before.put_into(cast("Learner", model))
        return BatchSteps.of_arrays(model, self.arrays, reader, self.weighted)


class FirstBadBatch(Callback):
    """Ends the training before its first bad batch has done harm: its loss, or a weight after it, is NaN or infinite.

    Weights and optimizer are then as before the batch, and `found` holds the batch, the weights and where the number came up,
    so that the step can be gone through again, bit for bit, by `found.replay(model)`. Both are copied before each batch, which
    costs a pass over them.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(1, input_dim=1, name="out")])
        >>> model.compile("sgd", "mse")
        >>> x, guard = np.array([[1.0], [2.0], [np.inf], [1.0]]), FirstBadBatch()
        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     history = model.fit(x, x, batch_size=1, epochs=1, shuffle=False, verbose=0, callbacks=[guard])
        infinity in the input of 'out_input', sample 0 of the batch: training ends in epoch 1 at batch 3
        >>> guard.found.batch, bool(np.isfinite(model.get_weights()[0]).all())
        (2, True)
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: BadBatch | None = None
        self._control: Control | None = None
        self._epoch = 0
        self._kept = Kept()

    def before_training(self, control: Control) -> None:
        """Take note of the control, which has the batch."""
        self._control, self.found = control, None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Take note of the epoch."""
        self._epoch = epoch

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Keep weights and optimizer."""
        self._kept.take(self.model)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Look at the loss and at the weights."""
        loss = (logs or {}).get("loss", 0.0)
        if self.found is not None or (math.isfinite(loss) and _are_finite(self.model.weights)):
            return
        control = self._control
        if control is None or control.batch is None:
            return
        # What was copied last goes with the batch: nothing is copied twice.
        before, self._kept = self._kept, Kept()
        before.put_back()
        arrays, weighted = [np.array(array) for array in control.batch.arrays], control.batch.weighted
        bad_place = _replayed(self.model, arrays, weighted)
        self.found = BadBatch(self._epoch, batch, bad_place, arrays, before.weights, weighted, before)
        said = str(bad_place) if bad_place is not None else "a number that is none"
        self.tell(f"{said}: training ends in epoch {self._epoch + 1} at batch {batch + 1}")
        self.model.stop_training = True

    def tell(self, said: str) -> None:
        """Say where the first number that is none came up; printed, unless who derives from it says it elsewhere.

        Args:
            said: the place, the epoch and the batch in words.
        """
        say(said)


def _are_finite(weights: Sequence[object]) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        return all(math.isfinite(float(np.sum(w.host(), dtype=np.float64))) for w in weights)  # type: ignore[attr-defined]


def _replayed(model: Looked, arrays: Sequence[Array], weighted: tuple[str, ...]) -> BadPlace | None:
    """The place in a step on arrays in the order in which a step takes them."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return first_bad_of(BatchSteps.of_arrays(model, arrays, weighted=weighted))
