"""The step of a batch, gone through layer by layer: all of its steps in short, and one of them with its values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.inspection import BadPlace, BatchSteps, LayerStep, first_bad_of, largest, rms, summary
from engine.types import Array

from ..messages import InsideFigure, InsideRow, StepEntry
from ..words import inside as say
from .answers import Answered, Shown, figures_of
from .panels import NOTHING, drawn_sample, histogram_panel
from .texts import figure_text


@dataclass(frozen=True)
class Walk:
    """A step that was computed, and what is told of all of it.

    steps: the step. order: its steps, forward and then back. entries: each in short. bad: where its first number that is none
    comes up, in words; bad_sample: in which sample. code: the line of Python that gives it.
    """

    steps: BatchSteps
    order: list[LayerStep]
    entries: list[StepEntry]
    bad: str | None
    code: str
    bad_sample: int | None = None

    @property
    def samples(self) -> int:
        """How many samples the batch has."""
        return len(self.steps.inputs[0]) if self.steps.inputs else 0

    def at(self, position: int, sample: int, shown: Shown) -> Answered:
        """One of its steps: what the layer gives for a sample, or the gradients with respect to it and to its weights."""
        one = self.order[max(0, min(position, len(self.order) - 1))]
        forward = one.direction == "forward"
        drawn = NOTHING
        for number, values in enumerate(one.values):
            if values is None:
                continue
            title = one.name if len(one.values) == 1 else f"{one.name} {number}"
            row = values[max(0, min(sample, len(values) - 1))] if values.ndim and len(values) else values
            part = drawn_sample(np.asarray(row), title, shown["first"], shown["sort"], shown["channel"])
            drawn = part if number == 0 else drawn.and_then(part)
        for name, gradient in one.weights.items():
            drawn = drawn.and_then(histogram_panel(gradient, say.gradient_of(name)))
        there = [values for values in one.values if values is not None]
        rows = [] if forward else self._weights(one)
        why = None if there or one.weights else say.NO_GRADIENT
        call = f"steps.{one.direction}[{json.dumps(one.name)}]"
        columns = say.STEP_COLUMNS if rows else []
        return Answered(drawn, _figures(there, forward, self.samples), columns, rows, why, f"{self.code}; {call}")

    def _weights(self, one: LayerStep) -> list[InsideRow]:
        """The gradient of each weight, and how much the step changes the weight."""
        rows: list[InsideRow] = []
        for name, gradient in one.weights.items():
            before, after = (of.get(f"{one.name}/{name}") for of in (self.steps.weights, self.steps.updated))
            change = "—" if before is None or after is None else figure_text(rms(after - before))
            size = rms(gradient)
            cells = [figure_text(size), figure_text(largest(gradient)), change]
            rows.append({"name": name, "cells": cells, "bad": not np.isfinite(size)})
        return rows


def walk_of(steps: BatchSteps, cards: Mapping[str, str], code: str, bad: BadPlace | None = None) -> Walk:
    """A step with all that is told of it. cards: the card of each layer by its name. bad: where it is known to be bad first."""
    with np.errstate(over="ignore", invalid="ignore"):
        order = [*steps]
        entries = [_entry(one, cards.get(one.name)) for one in order]
        bad = bad or first_bad_of(steps)
    said = None if bad is None else say.first_bad(str(bad))
    return Walk(steps, order, entries, said, code, bad.rows[0] if bad is not None and bad.rows else None)


def _entry(one: LayerStep, node: str | None) -> StepEntry:
    arrays = [values for values in (*one.values, *one.weights.values()) if values is not None]
    size = rms(*(values for values in one.values if values is not None)) if arrays else None
    bad = not all(bool(np.isfinite(values).all()) for values in arrays if values.dtype.kind in "fc")
    known = size is not None and bool(np.isfinite(size))
    return {"name": one.name, "node": node, "direction": one.direction, "size": size if known else None, "bad": bad}


def _figures(arrays: list[Array], forward: bool, samples: int) -> list[InsideFigure]:
    if not arrays:
        return []
    about = summary(np.concatenate([values.reshape(-1) for values in arrays]) if len(arrays) > 1 else arrays[0])
    how = say.how_of_step(about.size, samples, forward)
    return [{"label": say.RMS, "value": figure_text(about.rms), "how": how}, *figures_of(about, how)]
