"""What the page is told of one layer: its output for a sample, weights, gradients, units, and what the output depends on."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict

import numpy as np

from engine.errors import EngineError
from engine.inspection import LayerInspector, Reader, Summary, summary
from engine.types import Array

from ..messages import InsideAnswer, InsideFigure, InsideRow, InsideState, InsideWhat
from ..refused import Refused
from ..words import inside as say
from .panels import NOTHING, Drawn, bars_panel, drawn_sample, drawn_weight, histogram_panel, map_panel, steps_panel
from .probe import Probe
from .texts import figure_text

_MOST_HEADS = 16
_MOST_WORDS = 12
_MOST_NUMBERS = 24
# Numbers of a layer that gradients and units are computed of, for all samples together.
_MOST_LOOKED_AT = 1 << 23
_NEAREST = 5
# Windows along the longer side of a sample that occlusion covers, fewer where the model is slow; and the seconds for all of them.
_PARTS = (8, 6, 4, 3, 2)
_PATIENCE = 0.15


class Shown(TypedDict):
    """Which channels are wanted: from which on, the most active first, or one alone."""

    first: int
    sort: bool
    channel: int | None


@dataclass(frozen=True)
class Subject:
    """What is looked at. name: of the layer, as inspection has it. sample: its place in the probe. of: the class asked about."""

    reader: Reader
    name: str
    probe: Probe
    state: InsideState
    sample: int = 0
    of: int | None = None

    @property
    def layer(self) -> LayerInspector:
        """The layer, with the plans that are kept."""
        return LayerInspector(self.reader.model, self.name, self.reader)

    @property
    def x(self) -> dict[str, Array]:
        """The sample, as a batch of one."""
        return self.probe.sample(self.sample)

    @property
    def several(self) -> Probe:
        """The samples of the probe; of a layer of very many numbers as few as a page has time for."""
        layer_call = self.reader.places[self.name]
        each = sum(math.prod(size or 1 for size in y.shape[1:]) for y in layer_call.outputs)
        return self.probe.first(_MOST_LOOKED_AT // max(each, 1))

    @property
    def said(self) -> str:
        """The sample in words."""
        return say.sample(self.probe.rows[max(0, min(self.sample, len(self.probe.rows) - 1))])


@dataclass(frozen=True)
class Answered:
    """What is told; `why` in place of pictures where there is nothing to see."""

    drawn: Drawn = NOTHING
    figures: list[InsideFigure] = field(default_factory=list[InsideFigure])
    columns: list[str] = field(default_factory=list[str])
    rows: list[InsideRow] = field(default_factory=list[InsideRow])
    why: str | None = None
    code: str = ""

    def message(self, state: InsideState) -> tuple[InsideAnswer, list[bytes]]:
        """As plain data, and the bytes of the panels."""
        answer: InsideAnswer = {
            "busy": False,
            "why": self.why,
            "state": state,
            "rest": 0.0,
            "panels": self.drawn.panels,
            "total": self.drawn.total,
            "first": self.drawn.first,
            "figures": self.figures,
            "columns": self.columns,
            "rows": self.rows,
            "code": self.code,
        }
        return answer, self.drawn.buffers


def answer(subject: Subject, what: InsideWhat, shown: Shown) -> Answered:
    """What the page asked for. Raises Refused, and the engine's errors in words."""
    made = _ANSWERS[what](subject, shown)
    return replace(made, code=f"b.inspect({json.dumps(subject.name)}).{say.CALLS[what]}")


def _output(subject: Subject, shown: Shown) -> Answered:
    values = subject.layer.output(subject.x)
    arrays = values if isinstance(values, list) else [values]
    if subject.layer.gives_row_numbers:
        return _row_numbers(subject, arrays[0])
    drawn = NOTHING
    for number, array in enumerate(arrays):
        one = array[0] if array.ndim and len(array) else array
        title = subject.name if len(arrays) == 1 else f"{subject.name} {number}"
        part = drawn_sample(one, title, shown["first"], shown["sort"], shown["channel"])
        drawn = part if number == 0 else drawn.and_then(part)
    first = arrays[0][0] if arrays[0].ndim and len(arrays[0]) else arrays[0]
    how = say.how_of_output(subject.said, "×".join(map(str, first.shape)) or "1")
    rows = _words(subject, first)
    figures = figures_of(summary(first), how)
    return Answered(_with_details(subject, drawn), figures, say.NEAREST_COLUMNS if rows else [], rows)


def _row_numbers(subject: Subject, values: Array) -> Answered:
    """Numbers of rows, such as words: each with its word, where it is known; a picture of their sizes would say nothing."""
    first = values[0] if values.ndim and len(values) else values
    how = say.how_of_output(subject.said, "×".join(map(str, first.shape)) or "1")
    entry = subject.name if subject.name in subject.probe.x else next(iter(subject.probe.x))
    rows: list[InsideRow] = [
        {"name": subject.probe.word(entry, number), "cells": [str(place), str(number)], "bad": False}
        for place, number in enumerate(map(int, first.reshape(-1)[:_MOST_NUMBERS].tolist()))
    ]
    return Answered(NOTHING, _names(first, how), say.ROW_NUMBER_COLUMNS, rows)


def _with_details(subject: Subject, drawn: Drawn) -> Drawn:
    """Gates and states over time, and attention scores, behind the output."""
    for name, values in subject.layer.gates(subject.x).items():
        # A gate is between closed and open: on one scale all of them can be compared.
        drawn = drawn.and_then(steps_panel(values[0], name, (0.0, 1.0) if name.endswith("gate") else None))
    try:
        scores = subject.layer.attention(subject.x)[0]
    except EngineError:
        return drawn
    heads = scores.reshape(-1, *scores.shape[-2:])[:_MOST_HEADS]
    for number, head in enumerate(heads):
        drawn = drawn.and_then(
            map_panel(head, say.head(number, len(heads)), (0.0, 1.0), note=say.of_scores(*head.shape))
        )
    return drawn


def _words(subject: Subject, values: Array) -> list[InsideRow]:
    """Of an embedding: the rows that the sample has, each with those that point the same way."""
    layer_call = subject.reader.places[subject.name]
    if type(layer_call.layer).__name__ != "Embedding" or values.ndim != 2:
        return []
    name = next(
        (name for name, p in subject.reader.places.items() if p.is_input and p.outputs[0] in layer_call.inputs), None
    )
    if name is None:
        return []
    words = np.asarray(LayerInspector(subject.reader.model, name, subject.reader).output(subject.x)).reshape(-1)
    rows = list(dict.fromkeys(int(one) for one in words))[:_MOST_WORDS]
    known = name in subject.probe.names.words
    # Rows without a word are as they were made: nothing is to be learnt from them.
    nearest = subject.layer.nearest_to_each(rows, _NEAREST, len(subject.probe.names.words.get(name, ())) or None)

    def said(near: Sequence[tuple[int, float]]) -> str:
        return ", ".join(f"{subject.probe.word(name, row) if known else row} ({cosine:.2f})" for row, cosine in near)

    return [
        {"name": subject.probe.word(name, row), "cells": [said(near)], "bad": False}
        for row, near in zip(rows, nearest, strict=True)
    ]


def _weights(subject: Subject, shown: Shown) -> Answered:
    weights = subject.layer.weights
    if not weights:
        return Answered(why=say.NO_WEIGHTS)
    drawn = NOTHING
    figures: list[InsideFigure] = []
    for number, (name, values) in enumerate(weights.items()):
        part = drawn_weight(values, name, shown["first"], shown["channel"])
        drawn = part if number == 0 else drawn.and_then(part)
        shape = "×".join(map(str, values.shape)) or "1"
        about = summary(values)
        how = say.how_of_weight(name, shape)
        figures.append({"label": f"{name}: {say.RMS}", "value": figure_text(about.rms), "how": how})
        most = max(abs(about.low), abs(about.high))
        figures.append({"label": f"{name}: {say.LARGEST}", "value": figure_text(most), "how": how})
        if about.bad:
            figures.append({"label": f"{name}: {say.BAD}", "value": str(about.bad), "how": how})
    return Answered(drawn, figures)


def _gradients(subject: Subject, shown: Shown) -> Answered:
    if not subject.probe.y:
        raise Refused(say.NO_LABELS, say.CHOOSE_DATA)
    probe = subject.several
    gradients = subject.layer.gradients(dict(probe.x), dict(probe.y))
    samples = say.probe(len(probe.rows))
    how = say.how_of_gradients(samples)
    rows: list[InsideRow] = [
        {
            "name": name,
            "cells": [figure_text(one.rms), figure_text(one.largest), figure_text(one.ratio)],
            "bad": not np.isfinite(one.rms) or one.rms == 0,
        }
        for name, one in gradients.weights.items()
    ]
    drawn = NOTHING
    for name, one in gradients.weights.items():
        drawn = drawn.and_then(histogram_panel(one.gradient, say.gradient_of(name)))
    output = gradients.output[0] if isinstance(gradients.output, list) else gradients.output
    if output is not None:
        drawn = drawn.and_then(histogram_panel(output, say.OUTPUT_GRADIENT))
    figures: list[InsideFigure] = [
        {"label": say.LOSS, "value": figure_text(gradients.loss), "how": how},
        {"label": f"{say.RMS} ({say.OUTPUT_GRADIENT})", "value": figure_text(gradients.output_rms), "how": how},
    ]
    return Answered(drawn, figures, say.WEIGHT_COLUMNS, rows, None if rows or output is not None else say.NOT_TRAINED)


def _units(subject: Subject, shown: Shown) -> Answered:
    if subject.layer.gives_row_numbers:
        return Answered(why=say.NUMBERS_OF_ROWS)
    probe = subject.several
    units = subject.layer.units(dict(probe.x))
    samples = say.probe(len(probe.rows))
    figures: list[InsideFigure] = [
        {
            "label": say.DEAD,
            "value": say.of(int(units.dead.sum()), units.dead.size),
            "how": say.how_of_units(samples),
        },
        {
            "label": say.SATURATED,
            "value": say.share_text(units.saturation),
            "how": say.how_of_saturation(samples),
        },
    ]
    if units.dead.any():
        numbers = np.flatnonzero(units.dead)
        text = ", ".join(map(str, numbers[:_MOST_NUMBERS].tolist())) + (" …" if len(numbers) > _MOST_NUMBERS else "")
        figures.insert(1, {"label": say.DEAD_ONES, "value": text, "how": say.how_of_units(samples)})
    drawn = bars_panel(units.zero, say.ZERO_SHARE, (0.0, 1.0)).and_then(bars_panel(units.mean, say.MEAN_BY_UNIT))
    if units.saturation:
        drawn = drawn.and_then(bars_panel(units.saturated, say.SATURATED_BY_UNIT, (0.0, 1.0)))
    return Answered(drawn, figures)


def _sample(subject: Subject, shown: Shown) -> Answered:
    """From the input to the layer: the sample, saliency, Grad-CAM and occlusion for a class."""
    layer, x = subject.layer, subject.x
    of = subject.of
    first = next(iter(x.values()))
    if subject.reader.model.outputs[0].ndim != 2:
        return _without_classes(subject, first)
    # The bars of row numbers would say nothing: they stand in the table.
    words = subject.reader.model.inputs[0] in subject.reader.row_numbers
    saliency = layer.saliency(x, of)[0]
    drawn = (NOTHING if words else _sheet(first[0], say.INPUT)).and_then(_sheet(saliency, say.SALIENCY))
    drawn = drawn.and_then(_further_inputs(subject))
    maps = subject.reader.places[subject.name].outputs[0]
    if maps.ndim > 3:
        drawn = drawn.and_then(_sheet(layer.grad_cam(x, of)[0], say.GRAD_CAM))
    classes, values = layer.scores(x, of)
    began = time.perf_counter()
    (likely,), _ = layer.scores(x)
    size = _window(first.shape[1:], time.perf_counter() - began) if first.dtype.kind == "f" else None
    if len(x) == 1 and size is not None and not words:
        drawn = drawn.and_then(_sheet(layer.occlusion(first, of, size)[0], say.occlusion(size)))
    units = subject.reader.model.outputs[0].shape[-1] or 1
    name = subject.probe.names.of_class(int(likely))
    figures: list[InsideFigure] = [
        {"label": say.SCORE, "value": figure_text(float(values[0])), "how": say.how_of_score(int(classes[0]))}
    ]
    if units > 1:  # of one number there is nothing to choose from
        figures.insert(0, {"label": say.PREDICTED, "value": name, "how": say.how_of_score(int(likely))})
    rows = _weighed(subject.probe, first[0], saliency) if words else []
    return Answered(replace(drawn, total=units), figures, say.SALIENCY_COLUMNS if rows else [], rows)


def _without_classes(subject: Subject, first: Array) -> Answered:
    """The sample and the model's output for it, where that is no number for each class: nothing can be asked about one of them."""
    y = subject.reader.model.outputs[0]
    (given,) = subject.reader.values(subject.reader.feed(subject.x), [y])
    drawn = _sheet(first[0], say.INPUT).and_then(_sheet(given[0], say.MODEL_OUTPUT))
    return Answered(drawn, why=say.no_number_for_each_class("×".join(map(str, given.shape[1:]))))


def _further_inputs(subject: Subject) -> Drawn:
    """Of a model with several inputs, the others with their saliency."""
    drawn = NOTHING
    for number, (name, values) in enumerate(subject.x.items()):
        if number == 0 or subject.reader.model.inputs[number] in subject.reader.row_numbers:
            continue
        saliency = subject.layer.saliency(subject.x, subject.of, input=number)[0]
        drawn = drawn.and_then(_sheet(values[0], f"{say.INPUT}: {name}"))
        drawn = drawn.and_then(_sheet(saliency, f"{say.SALIENCY}: {name}"))
    return drawn


def _window(shape: Sequence[int], seconds: float) -> int | None:
    """The side of the windows that are covered, so that all of them together take no longer than a page waits; None: any would."""
    sides = shape[:2] if len(shape) > 2 else shape[:1]
    longest = max(sides, default=1)
    for parts in _PARTS:
        size = max(1, longest // parts)
        if math.prod(len(range(0, max(side - size, 0) + 1, size)) for side in sides) * seconds <= _PATIENCE:
            return size
    return None


def _weighed(probe: Probe, numbers: Array, saliency: Array) -> list[InsideRow]:
    """The words, or rows, that the score depends on most, each with its place in the sample."""
    entry = next(iter(probe.x))
    flat, sizes = numbers.reshape(-1), saliency.reshape(-1)
    most = np.argsort(-np.nan_to_num(sizes), kind="stable")[:_MOST_WORDS]
    return [
        {
            "name": probe.word(entry, int(flat[place])),
            "cells": [str(int(place)), figure_text(float(sizes[place]))],
            "bad": False,
        }
        for place in most
    ]


def _sheet(values: Array, title: str) -> Drawn:
    """A picture by its largest channel, a sequence as a heat map, a vector as bars."""
    values = np.asarray(values, np.float32)
    while values.ndim > 3:
        values = values[len(values) // 2]
    if values.ndim == 3:
        return map_panel(values.mean(-1) if values.shape[-1] > 1 else values[..., 0], title)
    return (
        map_panel(values.T if values.shape[0] > 4 * values.shape[1] else values, title)
        if values.ndim == 2
        else bars_panel(values.reshape(-1), title)
    )


def _names(values: Array, how: str) -> list[InsideFigure]:
    """Of numbers of rows: how many different ones there are, and which; their mean would say nothing."""
    shown: list[tuple[str, str]] = [(say.DIFFERENT, str(len(np.unique(values))))]
    if values.size:
        shown += [(say.SMALLEST, f"{values.min():g}"), (say.LARGEST, f"{values.max():g}")]
        shown.append((say.ZERO, say.share_text(float((values == 0).mean()))))
    return [{"label": label, "value": value, "how": how} for label, value in shown]


def figures_of(about: Summary, how: str) -> list[InsideFigure]:
    """What is told of values: their mean, range, share of zeros, and how many are none."""
    shown: list[tuple[str, str]] = [
        (say.MEAN, figure_text(about.mean)),
        (say.SMALLEST, figure_text(about.low)),
        (say.LARGEST, figure_text(about.high)),
        (say.ZERO, say.share_text(about.zero)),
    ]
    if about.bad:
        shown.append((say.BAD, str(about.bad)))
    return [{"label": label, "value": value, "how": how} for label, value in shown]


_ANSWERS: dict[InsideWhat, Callable[[Subject, Shown], Answered]] = {
    "output": _output,
    "weights": _weights,
    "gradients": _gradients,
    "units": _units,
    "sample": _sample,
}
