"""Figures of an output as the page draws them: plain data of bounded size, with how each was computed."""

from __future__ import annotations

import math

import numpy as np

from engine.types import Array

from .. import messages
from ..evaluation.evaluated import Against
from ..evaluation.output import HALF, OutputResults
from ..refused import Refused
from ..words import results as say

VIEWS: dict[str, tuple[messages.ResultViewName, ...]] = {
    "classes": ("confusion", "worst", "curves", "calibration", "by_class", "against"),
    "labels": ("by_class", "worst", "curves", "calibration", "against"),
    "amounts": ("residuals", "worst", "against"),
}
# Of a confusion matrix so many classes are drawn, those that are confused most.
MOST_CLASSES = 32
# Classes that can be chosen for curves, and rows of the table by class.
MOST_CHOSEN = 1000
MOST_POINTS = 400
MOST_SCATTERED = 1500
BINS = 40


def figures(results: OutputResults, seconds: float) -> list[messages.ResultFigure]:
    """The figures that conclude."""
    made: list[messages.ResultFigure] = []
    if results.kind == "classes":
        right = int((results.true == results.predicted).sum())
        made.append(
            _figure(say.ACCURACY, say.share(results.accuracy), say.right_of(right, len(results.true)), say.HOW_ACCURACY)
        )
    elif results.kind == "labels":
        made.append(_figure(say.ACCURACY, say.share(results.accuracy), say.LABELS_RIGHT, say.HOW_LABEL_ACCURACY))
    known = results.losses[np.isfinite(results.losses)]
    loss = float(known.mean()) if len(known) else math.nan
    made.append(_figure(say.LOSS, say.number(loss), say.MEAN_OF_SAMPLES, f"{say.HOW_MEAN_LOSS} {results.how_losses}"))
    made += _of_amounts(results) if results.kind == "amounts" else _of_classes(results)
    if seconds > 0:
        made.append(_figure(say.SECONDS, say.time_of(seconds), say.THIS_MACHINE, say.HOW_SECONDS))
    return made


def _of_classes(results: OutputResults) -> list[messages.ResultFigure]:
    table = results.by_class
    weakest, made = table.weakest, list[messages.ResultFigure]()
    if weakest is not None and len(table.classes) > 1:
        label = say.WEAKEST_CLASS if results.kind == "classes" else say.WEAKEST_LABEL
        below = say.right_of(int(table.right[weakest]), int(table.support[weakest]))
        made.append(_figure(label, str(table.classes[weakest]), below, say.HOW_WEAKEST))
    calibration = results.calibration()
    made.append(_figure(say.CALIBRATION, say.off(calibration.error), say.CALIBRATION_BELOW, calibration.how))
    return made


def _of_amounts(results: OutputResults) -> list[messages.ResultFigure]:
    residuals = results.residuals
    made = [
        _figure(say.ABSOLUTE_ERROR, say.number(residuals.absolute_error), say.MEAN_OF_SAMPLES, say.HOW_ABSOLUTE),
        _figure(say.ROOT_ERROR, say.number(residuals.root_squared_error), say.MEAN_OF_SAMPLES, say.HOW_ROOT),
        _figure(say.EXPLAINED, say.number(residuals.explained), "", say.HOW_EXPLAINED),
        _figure(
            say.MEAN_RESIDUAL,
            say.number(residuals.mean),
            say.TOO_LITTLE if residuals.mean > 0 else say.TOO_MUCH,
            residuals.how,
        ),
    ]
    around = results.interval()
    if around is not None:
        value, below = say.interval_value(around.low, around.high), say.interval_covered(around.covered)
        made.append(_figure(say.interval(around.level), value, below, around.how))
    return made


def _figure(label: str, value: str, below: str, how: str) -> messages.ResultFigure:
    return {"label": label, "value": value, "below": below, "how": how}


def notes(results: OutputResults) -> list[str]:
    """What has to be known of the figures."""
    made = [say.missing_targets(results.missing)] if results.missing else []
    if results.kind == "classes" and len(results.true) and len(np.unique(results.true)) == 1:
        made.append(say.ONE_CLASS)
    return made


def views(results: OutputResults) -> list[messages.ResultViewName]:
    """The views that an output has."""
    return [name for name in VIEWS[results.kind] if name != "confusion" or results.has_matrix]


def view(results: OutputResults, name: object, one: object) -> messages.ResultView:
    """One view. one: the number of a class, for curves. Raises Refused where the output has no such view."""
    if name not in views(results):
        raise Refused(say.other_kind(results.name, results.kind), say.ITS_FIGURES[results.kind])
    if name == "confusion":
        return {**_nothing(results.confusion.how), "confusion": _confusion(results)}
    if name == "curves":
        index = one if isinstance(one, int) and 0 <= one < len(results.classes) else 0
        return {**_nothing(f"{say.HOW_ROC} {say.HOW_PRECISION_RECALL}"), "curves": _curves(results, index)}
    if name == "calibration":
        calibration = results.calibration()
        bins = zip(
            calibration.edges[:-1],
            calibration.edges[1:],
            calibration.counts,
            calibration.stated,
            calibration.right,
            strict=True,
        )
        listed: list[messages.CalibrationBin] = [
            {"low": float(low), "high": float(high), "count": int(n), "stated": _plain(stated), "right": _plain(right)}
            for low, high, n, stated, right in bins
        ]
        return {**_nothing(calibration.how), "calibration": {"bins": listed, "error": _plain(calibration.error)}}
    if name == "by_class":
        return {**_nothing(results.by_class.how), "by_class": _by_class(results)}
    if name == "residuals":
        return {**_nothing(results.residuals.how), "residuals": _residuals(results)}
    return _nothing(results.how_losses)


def against_view(difference: Against, title: str, whole: bool) -> messages.ResultView:
    """Two runs on the same samples."""
    counts: messages.AgainstView = {
        "title": title,
        "gained": len(difference.gained),
        "lost": len(difference.lost),
        "both": difference.both,
        "neither": difference.neither,
        "whole": whole,
    }
    return {**_nothing(difference.how), "against": counts}


def _nothing(how: str) -> messages.ResultView:
    return {
        "confusion": None,
        "curves": None,
        "calibration": None,
        "by_class": None,
        "residuals": None,
        "against": None,
        "how": how,
    }


def _confusion(results: OutputResults) -> messages.ConfusionView:
    counts = results.confusion.counts
    total = len(counts)
    wrong = counts.sum(0) + counts.sum(1) - 2 * counts.diagonal()
    shown = np.sort(np.argsort(-wrong, kind="stable")[:MOST_CLASSES])
    return {
        "shown": shown.tolist(),
        "names": [str(results.classes[number]) for number in shown],
        "counts": counts[np.ix_(shown, shown)].tolist(),
        "more": total - len(shown),
    }


def _curves(results: OutputResults, index: int) -> messages.CurvesView:
    first, second = results.roc(index), results.precision_recall(index)
    return {
        "roc": None if first is None else _thinned(first.false_rate, first.true_rate),
        "area": None if first is None else first.area,
        "precision_recall": None if second is None else _thinned(second.recall, second.precision),
        "average": None if second is None else second.average,
        "says": say.no_curve(str(results.classes[index])) if first is None else None,
    }


def _thinned(xs: Array, ys: Array) -> list[messages.Point]:
    """At most so many points, the ends among them, spread evenly along the curve's way."""
    if len(xs) > MOST_POINTS:
        way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(xs)) + np.abs(np.diff(ys)))])
        indices = np.unique(np.searchsorted(way, np.linspace(0, way[-1], MOST_POINTS)).clip(0, len(xs) - 1))
        xs, ys = xs[indices], ys[indices]
    return [[float(x), float(y)] for x, y in zip(xs, ys, strict=True)]


def _by_class(results: OutputResults) -> list[messages.ClassRow]:
    table = results.by_class
    columns = zip(table.classes, table.support, table.predicted, table.precision, table.recall, table.f1, strict=True)
    rows: list[messages.ClassRow] = [
        {
            "number": number,
            "name": str(name),
            "support": int(support),
            "predicted": int(predicted),
            "precision": _plain(precision),
            "recall": _plain(recall),
            "f1": _plain(f1),
        }
        for number, (name, support, predicted, precision, recall, f1) in enumerate(columns)
    ]
    return rows[:MOST_CHOSEN]


def _residuals(results: OutputResults) -> messages.ResidualsView:
    residuals = results.residuals
    step = max(1, -(-len(residuals.true) // MOST_SCATTERED))
    each = max(1, results.predictions.size // max(len(results), 1))
    # Places are samples only where no pair was left out.
    places = np.arange(0, len(residuals.true), step)
    whole = len(residuals.true) == results.predictions.size
    values, around = residuals.values, results.interval()
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    counts = np.histogram(values, BINS, (low, high))[0].tolist() if high > low else []
    return {
        "points": [[float(residuals.true[place]), float(residuals.predicted[place])] for place in places],
        "rows": results.rows[places // each].tolist() if whole else [],
        "histogram": counts,
        "low": low,
        "high": high,
        "level": around.level if around is not None else 0.0,
        "interval": None if around is None else [around.low, around.high],
    }


def caption(results: OutputResults, row: int, group: object) -> str:
    """The line below a sample: what it is and what the model makes of it."""
    at = int(np.searchsorted(results.rows, row))
    if at >= len(results.rows) or results.rows[at] != row:
        return ""
    if results.kind == "amounts":
        return _amounts(results, at)
    each = len(results.probabilities) // len(results)
    if results.kind == "labels" or each > 1:
        return say.loss_of(float(results.losses[at]))
    probabilities = results.probabilities[at]
    best = int(probabilities.argmax())
    if group == "cell":
        return say.chance(float(probabilities[best]), str(results.classes[best]))
    return say.arrow(truth(results, row) or say.UNKNOWN_CLASS, str(results.classes[best]))


def truth(results: OutputResults, row: int) -> str | None:
    """What a sample is, in words; None where its target does not say it, or says more than a line can hold."""
    at = int(np.searchsorted(results.rows, row))
    if at >= len(results.rows) or results.rows[at] != row:
        return None
    target = results.targets[at : at + 1]
    if results.kind == "labels":
        return say.labels(
            [str(name) for name, flag in zip(results.classes, target.reshape(-1), strict=False) if flag > HALF]
        )
    if results.kind == "amounts":
        return f"{float(np.reshape(results.amounts[0][at], -1)[0]):.4g}" if target.size == 1 else None
    numbers = results.true_of(at)
    if len(numbers) != 1:
        return None
    return str(results.classes[int(numbers[0])]) if numbers[0] >= 0 else say.UNKNOWN_CLASS


def _amounts(results: OutputResults, at: int) -> str:
    true, predicted = (np.reshape(one[at], -1) for one in results.amounts)
    if len(true) == 1:
        return say.amount(float(true[0]), float(predicted[0]))
    return say.loss_of(float(results.losses[at]))


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
