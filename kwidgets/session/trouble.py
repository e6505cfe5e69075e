"""A loss that is no number or only gets worse: where, what the data have to do with it, and what helps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.data import ReadRows
from engine.types import Array, ArrayLike

from ..messages import Trouble, TroubleKind
from ..words import trouble as say
from .divergence import Finding

# Inputs beyond this make the first steps of most networks too large.
_LARGE = 30.0
_BLOCK = 1 << 20
# Kinds of a loss that is no finite number.
NOT_FINITE: tuple[TroubleKind, ...] = ("nan", "infinite")


@dataclass(frozen=True)
class Where:
    """Epoch and batch, both from 1, and the value of the loss there. finding: None for a loss that is no number."""

    epoch: int
    batch: int
    value: float
    finding: Finding | None = None


def describe(
    where: Where,
    arrays: Mapping[str, ArrayLike] | None = None,
    rate: float | None = None,
    restarts: bool = False,
    half: bool = False,
) -> Trouble:
    """Sentence and hint for a divergence.

    arrays: the data of the run by name, looked through for NaN and for large values. rate: the learning rate in use.
    restarts: whether the run can be begun again from here with a tenth of the rate. half: whether it computes in float16.
    """
    sentence, kind = _sentence(where), kind_of(where)
    by_rate = where.finding is None or where.finding.jumped
    lower = _tenth(rate) if restarts and by_rate and rate is not None else None
    # What lies in a file is not read through for a sentence.
    arrays = {name: array for name, array in (arrays or {}).items() if not isinstance(array, ReadRows)}
    faults = [_no_number(name, np.asarray(array)) for name, array in arrays.items()]
    spoilt = [fault for fault in faults if fault is not None]
    if spoilt and where.finding is None:
        hint = say.TAKE_SAMPLES_OUT
        sentence = " ".join([sentence, *spoilt])
    else:
        of_type = [say.FLOAT16_ENDS] if half and where.finding is None else []
        hint = " ".join([*of_type, _rate_hint(rate, by_rate), _scale_hint(arrays)])
    return Trouble(kind=kind, sentence=sentence, hint=hint, epoch=where.epoch, batch=where.batch, lower=lower)


def kind_of(where: Where) -> TroubleKind:
    """What was noticed in the course of the run; otherwise what the loss has become."""
    if where.finding is not None:
        return where.finding.kind
    return "infinite" if math.isinf(where.value) else "nan"


def _sentence(where: Where) -> str:
    finding = where.finding
    if finding is None:
        became = say.is_infinite if kind_of(where) == "infinite" else say.is_no_number
        return became(where.epoch, where.batch)
    value, against = f"{finding.value:.4g}", f"{finding.against:.4g}"
    if finding.kind == "growing":
        return say.has_grown(where.epoch, where.batch, value, against)
    if finding.kind == "worse":
        return say.stayed_worse(finding.epochs, value, against)
    if finding.kind == "lost":
        best = f"{finding.best:.4g}" if finding.best is not None else say.LOWER
        return say.lost_what_was_learnt(finding.epochs, value, best)
    return say.no_better_than_a_guess(finding.epochs, value, against)


def _tenth(rate: float) -> float:
    return float(f"{rate / 10:.6g}")


def _rate_hint(rate: float | None, too_high: bool) -> str:
    if not too_high:
        return say.try_another_rate(rate)
    if rate is None:
        return say.LOWER_THE_LEARNING_RATE
    return say.rate_may_be_too_high(rate, _tenth(rate))


def _scale_hint(arrays: Mapping[str, ArrayLike]) -> str:
    for name, array in arrays.items():
        largest = _largest(np.asarray(array))
        if largest > _LARGE:
            return say.divide_it(name, largest)
    return say.SCALE_THE_INPUTS


def _no_number(name: str, array: Array) -> str | None:
    """A sentence on the first NaN or infinite value of an array, None where there is none."""
    if array.dtype.kind != "f" or not array.size or not array.ndim:
        return None
    rows = max(1, _BLOCK // max(1, array[0].size))
    for start in range(0, len(array), rows):
        wrong = ~np.isfinite(array[start : start + rows])
        if wrong.any():
            sample = start + int(wrong.reshape(len(wrong), -1).any(1).argmax())
            return say.holds_no_numbers(name, sample)
    return None


def _largest(array: Array) -> float:
    """The largest absolute value of an array of fractional numbers; 0 for others, which may be class numbers."""
    if array.dtype.kind != "f" or not array.size:
        return 0.0
    return float(max(abs(array.min()), abs(array.max())))
