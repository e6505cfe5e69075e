"""Every figure above the results is what loops over the samples come to, and says how."""

import math
import re

import numpy as np
import pytest

from kwidgets.evaluation.output import OutputResults
from kwidgets.widgets import result_views
from kwidgets.words import results as say
from tests.kwidgets.evaluation.figures_of_sklearn import samples

NAMES = ["a", "b", "c", "d"]
KINDS = {
    "classes": OutputResults("digit", None, samples.TRUE, samples.PROBABILITIES, classes=NAMES),
    "labels": OutputResults("tags", None, samples.FLAGS, samples.GIVEN, classes=NAMES[:3]),
    "amounts": OutputResults("rent", None, samples.AMOUNTS, samples.ESTIMATED[:, None]),
}
LEAST = 1e-7
EDGES = np.linspace(0, 1, 11).tolist()


def off(stated, right):
    """Expected calibration error in ten bins, each with its upper edge."""
    total = 0.0
    for bin_ in range(10):
        low, high = EDGES[bin_], EDGES[bin_ + 1]
        inside = [i for i, p in enumerate(stated) if low < p <= high or (bin_ == 0 and p == 0)]
        if inside:
            said, was = (np.mean([values[i] for i in inside]) for values in (stated, right))
            total += len(inside) / len(stated) * abs(said - was)
    return total


def weakest(recalls):
    """The number of the class with the least recall."""
    return min((recall, number) for number, recall in enumerate(recalls) if recall is not None)[1]


def of_classes():
    true, given = samples.TRUE.tolist(), samples.PROBABILITIES.tolist()
    predicted = [row.index(max(row)) for row in given]
    right = [t == p for t, p in zip(true, predicted, strict=True)]
    of_class = [[r for t, r in zip(true, right, strict=True) if t == c] for c in range(4)]
    loss = [-math.log(min(max(row[t], LEAST), 1 - LEAST)) for t, row in zip(true, given, strict=True)]
    return {
        say.ACCURACY: 100 * np.mean(right),
        say.LOSS: np.mean(loss),
        say.WEAKEST_CLASS: NAMES[weakest([np.mean(one) if one else None for one in of_class])],
        say.CALIBRATION: 100 * off([max(row) for row in given], right),
    }


def of_labels():
    flags, given = samples.FLAGS, samples.GIVEN
    taken = given >= 0.5
    crossed = [
        -math.log(min(max(p if flag else 1 - p, LEAST), 1 - LEAST))
        for flag, p in zip(flags.reshape(-1), given.reshape(-1), strict=True)
    ]
    return {
        say.ACCURACY: 100 * np.mean(taken == flags),
        say.LOSS: np.mean(crossed),
        say.WEAKEST_LABEL: NAMES[weakest([np.mean(taken[flags[:, c] == 1, c]) for c in range(3)])],
        say.CALIBRATION: 100 * off(given.reshape(-1).tolist(), flags.reshape(-1).tolist()),
    }


def of_amounts():
    residuals = [t - p for t, p in zip(samples.AMOUNTS, samples.ESTIMATED, strict=True)]
    ordered = sorted(residuals)
    low, high = ordered[math.floor(301 * 0.05) - 1], ordered[math.ceil(301 * 0.95) - 1]
    spread = sum((t - np.mean(samples.AMOUNTS)) ** 2 for t in samples.AMOUNTS)
    return {
        say.LOSS: np.mean([r * r for r in residuals]),
        say.ABSOLUTE_ERROR: np.mean([abs(r) for r in residuals]),
        say.ROOT_ERROR: math.sqrt(np.mean([r * r for r in residuals])),
        say.EXPLAINED: 1 - sum(r * r for r in residuals) / spread,
        say.MEAN_RESIDUAL: np.mean(residuals),
        say.interval(0.9): f"{low:+.3g} … {high:+.3g}",
    }


REFERENCES = {"classes": of_classes, "labels": of_labels, "amounts": of_amounts}


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_figure_is_what_loops_come_to(kind):
    expected = {**REFERENCES[kind](), say.SECONDS: "2 ms"}
    made = result_views.figures(KINDS[kind], 0.002)
    assert {figure["label"] for figure in made} == set(expected)  # none without a reference
    for figure in made:
        value = expected[figure["label"]]
        assert figure["how"], figure
        if isinstance(value, str):
            assert figure["value"] == value, figure
        else:
            shown = float(re.match(r"[-+.\de]+", figure["value"]).group())
            assert shown == pytest.approx(value, rel=6e-4, abs=0.051 if "%" in figure["value"] else 0), figure
