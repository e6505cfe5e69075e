"""What an output gives for one sample, as bars and as a line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.types import Array

from .. import messages
from ..evaluation.kinds import probabilities_of
from ..evaluation.output import HALF, OutputResults
from ..words import results as say

MOST_CHANCES = 10


def told(
    name: str,
    prediction: Array,
    results: OutputResults | None,
    undone: str | None,
    classes: Sequence[str] | None = None,
) -> messages.OutputTold:
    """What an output gives for one sample.

    Args:
        name: the output.
        prediction: (1, ...), as the model gave it.
        results: figures of the output, which say what it means; None where no target says it.
        undone: the prediction with the target's steps undone; None where there are none.
        classes: names of its classes, where `results` does not say them.

    Returns:
        The largest chances first, at most ten; of an amount its values.
    """
    flat = prediction.reshape(-1)
    if results is None or results.kind == "amounts":
        return _values(name, flat, undone, classes)
    probabilities = probabilities_of(results.meaning, prediction)
    # Of time steps and pixels the mean.
    means = probabilities.mean(0)
    order = np.argsort(-means, kind="stable")[:MOST_CHANCES]
    names = [str(results.classes[at]) for at in order.tolist()]
    chances: list[messages.ResultChance] = [
        {"name": one, "share": _plain(share), "text": say.share(float(share))}
        for one, share in zip(names, means[order], strict=True)
    ]
    if results.kind == "labels":
        return {
            "name": name,
            "value": say.labels([str(results.classes[at]) for at in np.flatnonzero(means >= HALF).tolist()]),
            "chances": chances,
        }
    return {"name": name, "value": undone or chances[0]["name"], "chances": chances}


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _values(name: str, flat: Array, undone: str | None, classes: Sequence[str] | None) -> messages.OutputTold:
    shown = flat[:MOST_CHANCES]
    value = undone or say.values([f"{float(one):.4g}" for one in shown], len(flat))
    if len(flat) == 1:
        return {"name": name, "value": value, "chances": []}
    names = classes if classes is not None and len(classes) == len(flat) else [str(at) for at in range(len(flat))]
    chances: list[messages.ResultChance] = [
        {"name": str(names[at]), "share": None, "text": f"{float(one):.4g}"} for at, one in enumerate(shown)
    ]
    return {"name": name, "value": value, "chances": chances}
