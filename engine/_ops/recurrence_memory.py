"""The memory of recurrent ops: each thread's share of the batch as a record of arrays.

Shapes: T steps, C channels, U units, G gates; n the samples of a part, S the steps of the longest span.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

from .._graph.op import Work
from ..types import Array

Kept = TypeVar("Kept")
Slopes = TypeVar("Slopes")


@dataclass(frozen=True)
class PartLayout:
    """T, U, n and S of a part (`steps`, `units`, `size`, `longest`), and where the arrays of its records come from."""

    work: Work
    steps: int
    units: int
    size: int
    longest: int
    dtype: Any

    def block(self, *shape: int) -> Array:
        """Memory that forward writes and backward reads."""
        return self.work.block(shape, self.dtype)

    def scratch(self, *shape: int) -> Array:
        """Memory for one call."""
        return self.work.scratch_block(shape, self.dtype)


@dataclass(frozen=True)
class Part(Generic[Kept]):
    """One thread's share of the batch, the `rows` of it: what forward leaves for backward, and memory for a step.

    spans: the steps, cut for the large products. inputs (T, n, C + 1): times the dropout mask, and a one for the bias.
    gates (T, G U, n): before the steps the inputs' products, then the gates. states: (T + 1, U, n) each, the first one
    is the output. products: scratch (G U S n). cell: what its `steps` need beside these.
    """

    rows: slice
    spans: list[slice]
    inputs: Array
    gates: Array
    states: list[Array]
    products: Array
    cell: Kept

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.gates)

    @property
    def size(self) -> int:
        """Number of samples."""
        return self.gates.shape[2]


@dataclass
class BackwardPart(Generic[Kept, Slopes]):
    """What a part needs on the way back.

    dgates (T, G U, n), before activation; dstates, (U, n) each; dkernel (C + 1, G U) with the bias as last row,
    drecurrent (U, G U). Scratch: `flat` (G U S n) and `before` (U S n) for samples side by side, `product` for either
    gradient of weights. cell: what its `back_through` needs beside these. dinputs: where the inputs' gradient is asked
    for, scratch (G U S n) and (S n C) for each of two threads.
    """

    part: Part[Kept]
    dgates: Array
    dstates: list[Array]
    dkernel: Array
    drecurrent: Array
    flat: Array
    before: Array
    product: Array
    cell: Slopes
    dinputs: tuple[tuple[Array, Array], tuple[Array, Array]] | None = None


@dataclass
class Record(Generic[Kept, Slopes]):
    """The memory of one call: a part a thread, and what they need on the way back once a gradient is asked for."""

    parts: list[Part[Kept]]
    backward: list[BackwardPart[Kept, Slopes]] = field(default_factory=list)


class StepMasks:
    """The masks of one part of the batch, n samples.

    `skipped` (T, n) or None, in the order the steps run; `inputs` (n, C) and `states` (U, n): dropout masks or None.
    """

    def __init__(
        self, rows: slice, steps: Array | None, inputs: Array | None, states: Array | None, backwards: bool
    ) -> None:
        self.inputs = None if inputs is None else inputs[rows]
        self.states = None if states is None else states[rows].T
        self.skipped: Array | None = None
        if steps is not None:
            skipped = (steps[rows] == 0).T
            self.skipped = skipped[::-1] if backwards else skipped

    def skip(self, step: int) -> Array | None:
        """(n,): the samples whose step does not count, or None where all do; a card is not asked whether they do."""
        if self.skipped is None:
            return None
        skipped = self.skipped[step]
        return None if isinstance(skipped, np.ndarray) and not skipped.any() else skipped
