"""Figures of an output as pictures to keep: PNG, SVG and PDF, drawn by matplotlib in a fixed style."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..refused import Refused
from ..words import results as say
from .output import OutputResults

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MIME = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
# Which picture stands for a view of the page.
OF_VIEWS = {"curves": "roc", "worst": "losses", "against": "losses"}
# The entries that would say when it was made, left out.
_MOMENTS: Mapping[str, dict[str, None]] = {"png": {}, "svg": dict.fromkeys(["Date"]), "pdf": {"CreationDate": None}}
DOTS_PER_INCH = 144
WIDTH, HEIGHT = 6.4, 5.2
# Of more classes no numbers are written into the cells, and of still more no names beside them.
MOST_WRITTEN, MOST_NAMED = 20, 40
MOST_BARS = 60
MOST_SCATTERED = 4000
BINS = 40
_BLUE, _RED, _INK, _QUIET, _RULE = "#2563eb", "#b91c1c", "#222222", "#666666", "#c4c8cf"


def picture(results: OutputResults, what: str, format: str, of: int | str = 0) -> bytes:
    """A figure as a file.

    Args:
        results: the output's figures.
        what: a name of `PICTURES`.
        format: "png", "svg" or "pdf".
        of: the class of a curve.

    Returns:
        The file's bytes; the same ones for the same figures.

    Raises:
        Refused: there is no such picture of this output, or no such format.
    """
    if format not in MIME:
        raise Refused(say.no_such_picture(format), say.FORMATS)
    figure = drawn(results, what, of)
    data = io.BytesIO()
    # Neither the moment nor chance, so that a picture of the same figures is the same file.
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": "kwidgets", "svg.fonttype": "none"}):
        figure.savefig(data, format=format, dpi=DOTS_PER_INCH, metadata=_MOMENTS[format])
    return data.getvalue()


def drawn(results: OutputResults, what: str, of: int | str = 0) -> Figure:
    """A figure of matplotlib's, which belongs to no window.

    Args:
        results: the output's figures.
        what: a name of `PICTURES`.
        of: the class of a curve.

    Raises:
        Refused: there is no such picture of this output.
    """
    from matplotlib.figure import Figure

    if what not in PICTURES:
        raise Refused(say.no_such_picture(what), say.there_are_pictures(list(PICTURES)))
    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor="white", layout="tight")
    paint(figure.add_subplot(), results, what, of)
    return figure


def paint(axes: Axes, results: OutputResults, what: str, of: int | str = 0) -> None:
    """Draw a figure on axes.

    Args:
        axes: where to draw.
        results: the output's figures.
        what: a name of `PICTURES`.
        of: the class of a curve.
    """
    PICTURES[what](axes, results, of)
    for spine in axes.spines.values():
        spine.set_color(_RULE)
    axes.tick_params(colors=_QUIET, labelsize=9)


def _confusion(axes: Axes, results: OutputResults, of: int | str) -> None:
    counts = results.confusion.counts
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    shades = np.ones((*counts.shape, 3))
    diagonal = np.eye(len(counts), dtype=bool)
    for mask, colour in ((diagonal, (0.15, 0.39, 0.92)), (~diagonal, (0.73, 0.11, 0.11))):
        part = shares[mask][:, None]
        # The square root lets rare mistakes be seen.
        shades[mask] = 1 - np.sqrt(part) * (1 - np.array(colour)) * 0.85
    axes.imshow(shades, interpolation="nearest")
    if len(counts) <= MOST_WRITTEN:
        for true, predicted in zip(*np.nonzero(counts), strict=True):
            dark = shares[true, predicted] > 0.5
            axes.text(
                predicted, true, str(counts[true, predicted]), ha="center", va="center", fontsize=9,
                color="white" if dark else _INK,
            )  # fmt: skip
    if len(counts) <= MOST_NAMED:
        names = [_short(name) for name in results.classes]
        axes.set_xticks(range(len(names)), names, rotation=90 if max(map(len, names)) > 3 else 0, parse_math=False)
        axes.set_yticks(range(len(names)), names, parse_math=False)
    _label(axes, say.AXIS_PREDICTED, say.AXIS_TRUE, results)


def _roc(axes: Axes, results: OutputResults, of: int | str) -> None:
    curve = results.roc(of)
    axes.plot([0, 1], [0, 1], color=_RULE, linewidth=1, linestyle="--")
    title = say.no_curve(_class_name(results, of))
    if curve is not None:
        axes.plot(curve.false_rate, curve.true_rate, color=_BLUE)
        title = say.area_of(_class_name(results, of), curve.area)
    _unit(axes)
    _label(axes, say.AXIS_FALSE_RATE, say.AXIS_TRUE_RATE, results, title)


def _precision_recall(axes: Axes, results: OutputResults, of: int | str) -> None:
    curve = results.precision_recall(of)
    title = say.no_curve(_class_name(results, of))
    if curve is not None:
        axes.plot(curve.recall, curve.precision, color=_BLUE)
        title = say.average_of(_class_name(results, of), curve.average)
    _unit(axes)
    _label(axes, say.AXIS_RECALL, say.AXIS_PRECISION, results, title)


def _calibration(axes: Axes, results: OutputResults, of: int | str) -> None:
    bins = results.calibration()
    axes.plot([0, 1], [0, 1], color=_RULE, linewidth=1, linestyle="--")
    width = np.diff(bins.edges)
    axes.bar(bins.edges[:-1], np.nan_to_num(bins.right), width * 0.94, align="edge", color=_BLUE, alpha=0.75)
    axes.plot(bins.stated, bins.right, color=_INK, marker="o", markersize=4, linewidth=0)
    _unit(axes)
    _label(axes, say.AXIS_STATED, say.AXIS_CAME_TRUE, results, say.calibration_of(bins.error))


def _by_class(axes: Axes, results: OutputResults, of: int | str) -> None:
    table = results.by_class
    order = np.argsort(np.nan_to_num(table.recall, nan=2.0), kind="stable")[:MOST_BARS]
    places = np.arange(len(order))
    axes.barh(places - 0.2, np.nan_to_num(table.precision)[order], 0.38, color=_RULE, label=say.AXIS_PRECISION)
    axes.barh(places + 0.2, np.nan_to_num(table.recall)[order], 0.38, color=_BLUE, label=say.AXIS_RECALL)
    axes.set_yticks(places, [_short(table.classes[at]) for at in order], parse_math=False)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.legend(frameon=False, fontsize=9)
    _label(axes, "", "", results)


def _residuals(axes: Axes, results: OutputResults, of: int | str) -> None:
    errors = results.residuals
    step = max(1, -(-len(errors.true) // MOST_SCATTERED))
    true, predicted = errors.true[::step], errors.predicted[::step]
    axes.scatter(true, predicted, s=6, color=_BLUE, alpha=0.5, linewidths=0)
    if len(true):
        ends = [min(true.min(), predicted.min()), max(true.max(), predicted.max())]
        axes.plot(ends, ends, color=_INK, linewidth=1)
        around = results.interval()
        if around is not None:
            axes.fill_between(
                ends,
                [end + around.low for end in ends],
                [end + around.high for end in ends],
                color=_BLUE,
                alpha=0.1,
                linewidth=0,
            )
    _label(axes, say.AXIS_TRUE_AMOUNT, say.AXIS_PREDICTED_AMOUNT, results, say.errors_of(errors.absolute_error))


def _losses(axes: Axes, results: OutputResults, of: int | str) -> None:
    values = results.losses[np.isfinite(results.losses)]
    axes.hist(values, BINS, color=_BLUE)
    axes.set_yscale("symlog")
    _label(axes, say.LOSS, say.AXIS_SAMPLES, results)


PICTURES: Mapping[str, Callable[[Axes, OutputResults, int | str], None]] = {
    "confusion": _confusion,
    "roc": _roc,
    "precision_recall": _precision_recall,
    "calibration": _calibration,
    "by_class": _by_class,
    "residuals": _residuals,
    "losses": _losses,
}


def first_picture(results: OutputResults) -> str:
    """The picture that stands for an output."""
    return {"classes": "confusion", "labels": "by_class", "amounts": "residuals"}[results.kind]


def _label(axes: Axes, across: str, up: str, results: OutputResults, title: str = "") -> None:
    axes.set_xlabel(across, color=_QUIET, fontsize=10)
    axes.set_ylabel(up, color=_QUIET, fontsize=10)
    said = f"{results.name} · {title}" if title else results.name
    axes.set_title(said, color=_INK, fontsize=11, parse_math=False)


def _unit(axes: Axes) -> None:
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.01)


def _class_name(results: OutputResults, of: int | str) -> str:
    return str(results.classes[of]) if isinstance(of, int) and 0 <= of < len(results.classes) else str(of)


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= 14 else f"{text[:13]}…"
