"""What an output of a model means, told by its loss, its values and the targets: a class, labels, or amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine import losses
from engine.types import Array

from ..refused import Refused
from ..words import results as say

Kind = Literal["classes", "labels", "amounts"]
# Beyond this, a column of whole numbers is an amount.
MOST_CLASSES = 10_000
_HINGES = ("hinge", "squared_hinge")


@dataclass(frozen=True)
class Meaning:
    """How an output is read.

    sparse: targets are numbers of classes. binary: one value a sample, the probability of the second class. logits: values become
    probabilities by softmax, or by the sigmoid function. signed: targets and values are of -1 and 1. classes: names.
    """

    kind: Kind
    sparse: bool = False
    binary: bool = False
    logits: bool = False
    signed: bool = False
    classes: Sequence[str] = ()


def meaning_of(
    loss: object, targets: Array, predictions: Array, classes: Sequence[str] | None = None, name: str = "y"
) -> Meaning:
    """How an output is read.

    Args:
        loss: the function or object that the output was compiled with; None where it was not.
        targets: some of its targets, (N, ...).
        predictions: the model's output for them, (N, ...).
        classes: names of its classes; None numbers them from 0.
        name: what messages call the targets.

    Returns:
        The reading.

    Raises:
        Refused: targets and predictions cannot be compared.

    Example:
        >>> meaning_of(losses.get("sparse_categorical_crossentropy"), np.array([1, 0]), np.array([[0.2, 0.8], [0.7, 0.3]])).kind
        'classes'
        >>> meaning_of(losses.get("mse"), np.array([[1.5]]), np.array([[1.0]])).kind
        'amounts'
    """
    function, logits = losses.name_behind(loss), bool(getattr(loss, "from_logits", False))
    if targets.dtype.kind not in "biuf":
        raise Refused(say.targets_are_no_numbers(name, str(targets.dtype)), say.TARGETS_HINT)
    width = predictions.shape[-1] if predictions.ndim > 1 else 1
    column = targets.shape == predictions.shape[:-1] or targets.shape == (*predictions.shape[:-1], 1)
    if width > 1 and column:
        if function != "sparse_categorical_crossentropy" and not _are_numbers_of_classes(targets, width):
            raise Refused(say.shapes_differ(name, targets.shape, predictions.shape), say.SHAPES_HINT)
        return Meaning("classes", sparse=True, logits=logits, classes=_names(classes, width))
    if targets.size != predictions.size or len(targets) != len(predictions):
        raise Refused(say.shapes_differ(name, targets.shape, predictions.shape), say.SHAPES_HINT)
    if width == 1:
        return _of_one_value(function, logits, targets, predictions, classes)
    flags = _are_flags(targets)
    if flags and function != "binary_crossentropy" and _single(targets, width):
        return Meaning("classes", logits=logits, classes=_names(classes, width))
    if (
        flags
        and function == "binary_crossentropy"
        and _single(targets, width)
        and not logits
        and _sum_to_one(predictions)
    ):
        return Meaning("classes", classes=_names(classes, width))
    if flags and (function == "binary_crossentropy" or (predictions.ndim == 2 and _are_probabilities(predictions))):
        return Meaning("labels", logits=logits, classes=_names(classes, width))
    return Meaning("amounts")


def _of_one_value(
    function: str, logits: bool, targets: Array, predictions: Array, classes: Sequence[str] | None
) -> Meaning:
    signed = function in _HINGES
    crossed = function.startswith("binary_")
    two = bool(np.isin(targets[np.isfinite(targets)], (-1, 1) if signed else (0, 1)).all())
    if two and (crossed or signed or (predictions.ndim == 2 and _are_probabilities(predictions) and len(targets) > 1)):
        return Meaning("classes", binary=True, logits=logits, signed=signed, classes=_names(classes, 2))
    return Meaning("amounts")


def numbers_of_classes(meaning: Meaning, targets: Array) -> Array:
    """The class of each place, as whole numbers; -1 where the target names none.

    Args:
        meaning: how the output is read: "classes".
        targets: (N, ...) as they were trained on.

    Returns:
        Whole numbers, flat: one for each sample, or for each time step or pixel of it.
    """
    if not meaning.sparse and not meaning.binary:
        there = np.isfinite(targets).all(-1) & (targets.max(-1) > 0)
        return np.where(there, targets.argmax(-1), -1).reshape(-1)
    flat = targets.reshape(-1)
    known = np.isfinite(flat) if flat.dtype.kind == "f" else np.ones(len(flat), bool)
    if meaning.signed:
        return np.where(known, flat > 0, -1).astype(np.int64)
    whole = np.where(known, flat, -1).astype(np.int64)
    return np.where((whole >= 0) & (whole < len(meaning.classes)), whole, -1)


def probabilities_of(meaning: Meaning, predictions: Array) -> Array:
    """What the model gives for each class or label, as float64 (places, C).

    Args:
        meaning: how the output is read: "classes" or "labels".
        predictions: (N, ...) as the model gave them.

    Returns:
        A row for each sample, or for each time step or pixel of it.
    """
    values = predictions.astype(np.float64)
    if meaning.binary:
        one = values.reshape(-1)
        one = _sigmoid(one) if meaning.logits else np.clip((one + 1) / 2, 0, 1) if meaning.signed else one
        return np.stack([1 - one, one], -1)
    values = values.reshape(-1, values.shape[-1])
    if not meaning.logits:
        return values
    if meaning.kind == "labels":
        return _sigmoid(values)
    raised = np.exp(values - values.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _sigmoid(values: Array) -> Array:
    # By the hyperbolic tangent, which does not overflow.
    return 0.5 * (1.0 + np.tanh(values / 2))


def _names(classes: Sequence[str] | None, count: int) -> Sequence[str]:
    if classes is not None and len(classes) == count:
        return [str(name) for name in classes]
    return [str(number) for number in range(count)]


def _are_numbers_of_classes(targets: Array, width: int) -> bool:
    good = targets[np.isfinite(targets)]
    return bool(
        width <= MOST_CLASSES
        and len(good)
        and (good == np.floor(good)).all()
        and good.min() >= 0
        and good.max() < width
    )


def _are_flags(targets: Array) -> bool:
    return bool(((targets == 0) | (targets == 1) | (targets != targets)).all())


def _single(targets: Array, width: int) -> bool:
    return bool((targets.reshape(-1, width).sum(-1) == 1).mean() > 0.5)


def _sum_to_one(predictions: Array) -> bool:
    return bool(np.abs(predictions.sum(-1) - 1).max() < 1e-3)


def _are_probabilities(predictions: Array) -> bool:
    good = predictions[np.isfinite(predictions)]
    return bool(len(good) and good.min() >= 0 and good.max() <= 1)
