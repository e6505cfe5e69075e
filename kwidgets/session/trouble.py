"""A loss that is no number or only gets worse: where, what the data have to do with it, and what helps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..messages import Trouble, TroubleKind
from .divergence import Finding

# Inputs beyond this make the first steps of most networks too large.
_LARGE = 30.0
_BLOCK = 1 << 20
# Kinds of a loss that is no finite number.
NOT_FINITE: tuple[TroubleKind, ...] = ("nan", "infinite")
# The beginning of a sentence that ends with epoch and batch.
ENDED_ON_NAN = "The loss is no finite number any more, so the training ended by itself in"


@dataclass(frozen=True)
class Where:
    """Epoch and batch, both from 1, and the value of the loss there. finding: None for a loss that is no number."""

    epoch: int
    batch: int
    value: float
    finding: Finding | None = None


def describe(
    where: Where, arrays: Mapping[str, Any] | None = None, rate: float | None = None, restarts: bool = False
) -> Trouble:
    """Sentence and hint for a divergence.

    arrays: the data of the run by name, looked through for NaN and for large values. rate: the learning rate in use.
    restarts: whether the run can be begun again from here with a tenth of the rate.
    """
    sentence, kind = _sentence(where), kind_of(where)
    by_rate = where.finding is None or where.finding.jumped
    lower = _tenth(rate) if restarts and by_rate and rate is not None else None
    faults = [_no_number(name, np.asarray(array)) for name, array in (arrays or {}).items()]
    found = [fault for fault in faults if fault is not None]
    if found and where.finding is None:
        hint = "Take these samples out of the data or replace the values; a lower learning rate cannot help here."
        sentence = " ".join([sentence, *found])
    else:
        hint = " ".join([_rate_hint(rate, by_rate), _scale_hint(arrays or {})])
    return Trouble(kind=kind, sentence=sentence, hint=hint, epoch=where.epoch, batch=where.batch, lower=lower)


def kind_of(where: Where) -> TroubleKind:
    if where.finding is not None:
        return where.finding.kind
    return "infinite" if math.isinf(where.value) else "nan"


def _sentence(where: Where) -> str:
    found = where.finding
    if found is None:
        became = "is infinite" if kind_of(where) == "infinite" else "is not a number any more (NaN)"
        return f"In epoch {where.epoch}, batch {where.batch} the loss {became}."
    value, against = f"{found.value:.4g}", f"{found.against:.4g}"
    if found.kind == "growing":
        return (
            f"In epoch {where.epoch}, batch {where.batch} the loss has grown to {value}; at the start it was {against}."
        )
    if found.kind == "worse":
        return f"For {found.epochs} epochs the loss has stayed near {value}; at the start it was {against}."
    if found.kind == "lost":
        best = f"{found.best:.4g}" if found.best is not None else "lower"
        return f"For {found.epochs} epochs the loss has been {value} as at the start, after it had been {best}."
    return (
        f"For {found.epochs} epochs the loss has been {value}, and the same answer for every sample gives {against}: "
        "nothing has been learnt from the inputs so far."
    )


def _tenth(rate: float) -> float:
    return float(f"{rate / 10:.6g}")


def _rate_hint(rate: float | None, too_high: bool) -> str:
    if not too_high:
        tried = "" if rate is None else f" ({rate:g} now)"
        return f"Try a learning rate ten times larger{tried}, or a tenth, and look whether the inputs tell the targets."
    if rate is None:
        return "Lower the learning rate."
    return f"The learning rate {rate:g} may be too high: try {_tenth(rate):g}, a tenth of it."


def _scale_hint(arrays: Mapping[str, Any]) -> str:
    for name, array in arrays.items():
        largest = _largest(np.asarray(array))
        if largest > _LARGE:
            return f"'{name}' reaches {largest:.4g}: divide it so that its values lie around 1."
    return "If that does not help, scale the inputs so that their values lie around 1."


def _no_number(name: str, array: NDArray[Any]) -> str | None:
    """A sentence on the first NaN or infinite value of an array, None where there is none."""
    if array.dtype.kind != "f" or not array.size or not array.ndim:
        return None
    rows = max(1, _BLOCK // max(1, array[0].size))
    for start in range(0, len(array), rows):
        wrong = ~np.isfinite(array[start : start + rows])
        if wrong.any():
            sample = start + int(wrong.reshape(len(wrong), -1).any(1).argmax())
            return f"'{name}' itself holds values that are no numbers, the first in sample {sample}."
    return None


def _largest(array: NDArray[Any]) -> float:
    """The largest absolute value of an array of fractional numbers; 0 for others, which may be class numbers."""
    if array.dtype.kind != "f" or not array.size:
        return 0.0
    return float(max(abs(array.min()), abs(array.max())))
