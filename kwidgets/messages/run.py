"""The run: its state, its curves, its trouble, what it came to."""

from __future__ import annotations

from typing import Literal, TypedDict

RunState = Literal["idle", "running", "paused", "stopping", "stopped", "finished", "failed"]
Phase = Literal["batch", "train", "validation"]


Starts = Literal["first", "continue", "changed"]


class RunSeries(TypedDict):
    name: str
    phase: Phase
    points: int


TroubleKind = Literal["nan", "infinite", "growing", "worse", "lost", "guess"]


class Mark(TypedDict):
    """Something that happened at `x` epochs: the rate or the model changed, the run stopped, the best epoch, or a trouble.

    text: as it stands on a chart, a word or two. says: the whole of it.
    """

    kind: Literal["rate", "change", "stop", "best"] | TroubleKind
    x: float
    text: str
    says: str


class Best(TypedDict):
    """Best value of a metric and the epoch (from 1) after which it stood."""

    metric: str
    value: float
    epoch: int


class Trouble(TypedDict):
    """A run that diverged: where, in words, and what to do.

    kind: "nan", "infinite" (what the loss has become), "growing" (without end), "worse" (than at the start), "lost" (what had been
    learnt), "guess" (no better than a constant guess).
    lower: the rate that a restart from the page would take, a tenth of the present one; None where it cannot be done.
    """

    kind: TroubleKind
    sentence: str
    hint: str
    epoch: int
    batch: int
    lower: float | None


class Conclusion(TypedDict):
    """What a run came to. settings: those that say what was trained, as text. test: the test set's values, if any."""

    best: list[Best]
    last: dict[str, float | None]
    test: dict[str, float | None] | None
    seconds: float
    epochs: int
    parameters: int
    settings: list[str]


class FoldResult(TypedDict):
    """What a fold of a cross-validation came to. fold: from 0. values: after its last epoch; None for no number."""

    fold: int
    run: str | None
    state: RunState
    epochs: int
    values: dict[str, float | None]


class Folds(TypedDict):
    """A cross-validation. of: how many folds. now: the one that is trained, None when all is over.

    mean, spread: of the validation values of the folds that are finished, and their standard deviation, by name.
    """

    of: int
    now: int | None
    results: list[FoldResult]
    mean: dict[str, float]
    spread: dict[str, float]


class RankFares(TypedDict):
    """One of the processes that train together: its own samples a second, and the share of the time, 0 to 1, that it waits."""

    rank: int
    samples_per_second: float
    waiting: float


class Run(TypedDict):
    """blocking: a `fit` in a cell, which cannot hear buttons. stale: the model was changed since, in words.

    starts: what Start would do now: "first" (new weights), "continue" (goes on at epoch `next_epoch`), "changed" (new
    weights, or on demand goes on with those that the changed model keeps). logs: None for a value that is no number.
    weights_from: the file whose weights the model has, or had when it began to train.
    fitting: the batch that a card has memory for, where the run failed on a larger one and can go on; else None.
    unrecorded: why the run is not recorded at present, in words. every: the curves have one of so many batches. folds: the
    cross-validation that it belongs to. ranks: the processes that train together, by number; empty where there is one.
    """

    id: str | None
    state: RunState
    epoch: int
    epochs: int
    batch: int
    batches: int | None
    samples_per_second: float | None
    ranks: list[RankFares]
    seconds: float
    seconds_left: float | None
    learning_rate: float | None
    message: str
    series: list[RunSeries]
    logs: dict[str, float | None]
    changes: dict[str, float]
    best: list[Best]
    marks: list[Mark]
    trouble: Trouble | None
    conclusion: Conclusion | None
    stale: str | None
    blocking: bool
    starts: Starts
    next_epoch: int
    cost: float | None
    every: int
    error: str | None
    fitting: int | None
    weights_from: str | None
    unrecorded: str | None
    folds: Folds | None


class RunRow(TypedDict):
    """A line of the table of runs. differs: what is not as in the run before, in words."""

    id: str
    number: int
    differs: str
    epochs: int
    planned: int
    values: dict[str, float | None]
    seconds: float
    state: RunState


class PiecesHead(TypedDict):
    name: str
    phase: Phase
    start: int
    count: int


class Points(TypedDict):
    """Pieces of curves; the xs and ys of each follow as float32 buffers. start 0 replaces what the page has."""

    kind: Literal["points"]
    run: str | None
    series: list[PiecesHead]
