"""Sample, class and temporal weights: what the user passes -> one array of weights for each output, or None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .._machine import config
from .._machine.arrays import as_array, refuse_masked
from ..errors import DataError, UnknownName, shorten
from ..types import Array
from .data import ArrayData

_BALANCED = "sklearn's compute_class_weight computes weights by name; write dict(enumerate(...)) of what it gives."


def per_output(value: object, names: Sequence[str], what: str) -> list[object]:
    """Spread an argument over the outputs: None, one for a single output, a list, or a dict by output name.

    Args:
        value: what the user passed.
        names: names of the outputs.
        what: names the argument in messages.

    Raises:
        DataError: the list has another length, or one value is passed for several outputs.
        UnknownName: there is no output of a name.
    """
    if value is None:
        return [None] * len(names)
    if isinstance(value, Mapping) and value and all(isinstance(key, str) for key in value):
        for name in value:
            if name not in names:
                raise UnknownName(name, names, kind="output", where=what, of_model=True)
        return [value.get(name) for name in names]
    if len(names) == 1:
        if isinstance(value, (list, tuple)) and len(value) == 1 and (value[0] is None or np.ndim(value[0]) > 0):
            return [value[0]]
        return [value]
    if isinstance(value, (list, tuple)) and len(value) == len(names):
        return list(value)
    raise DataError(
        where=what,
        expected=f"a list of {len(names)} or a dict by output name ({', '.join(names)})",
        actual=type(value).__name__ if not isinstance(value, (list, tuple)) else f"a list of {len(value)}",
    )


def sample_weights(
    target: ArrayData | None,
    sample_weight: object,
    class_weight: object,
    *,
    name: str,
    temporal: bool = False,
) -> Array | None:
    """The weights of one output's samples; None when all are 1.

    Args:
        target: the output's targets; None where they are not fed.
        sample_weight: weights (N,), or (N, T) when `temporal`; None for none.
        class_weight: the weight of each class, by its label or the index of a one-hot label's largest value. Where
            there are both, the two weights of a sample are multiplied.
        name: the output's name, for messages.
        temporal: whether there is a weight for each time step.

    Raises:
        DataError: a rank or a length is wrong, or a class has no weight.
    """
    of_samples = None if sample_weight is None else _checked(target, sample_weight, name, temporal)
    of_classes = None if class_weight is None else _of_classes(target, class_weight, name)
    if of_samples is None:
        return of_classes
    if of_classes is None:
        return of_samples
    return of_samples * (of_classes[:, None] if of_samples.ndim == 2 else of_classes)


def _checked(target: ArrayData | None, sample_weight: object, name: str, temporal: bool) -> Array:
    where = f"sample_weight of output '{name}'"
    weights = _numbers(sample_weight, where)
    rank, hint = (
        (2, None) if temporal else (1, "For a weight for each time step: compile(sample_weight_mode='temporal').")
    )
    if weights.ndim == rank + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    if weights.ndim != rank:
        raise DataError(where=where, expected=f"an array of rank {rank}", actual=f"shape {weights.shape}", hint=hint)
    if target is not None and weights.shape != tuple(target.shape[:rank]):
        raise DataError(where=where, expected=f"shape {tuple(target.shape[:rank])}", actual=f"shape {weights.shape}")
    return weights


def _of_classes(target: ArrayData | None, class_weight: object, name: str) -> Array:
    where = f"class_weight of output '{name}'"
    if target is None:
        raise DataError(where=where, expected="targets that are fed", actual="a tensor with values of its own")
    if not isinstance(class_weight, Mapping):
        raise DataError(
            where=where,
            expected="a dict of class and weight",
            actual=shorten(class_weight) if isinstance(class_weight, str) else type(class_weight).__name__,
            hint=_BALANCED if isinstance(class_weight, str) else "Write dict(enumerate(class_weight)).",
        )
    if len(target.shape) > 2:
        raise DataError(where=where, expected="targets of rank 1 or 2", actual=f"shape {tuple(target.shape)}")
    labels = np.asarray(target[:])
    classes = labels.argmax(axis=1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.reshape(-1)
    present, indices = np.unique(classes, return_inverse=True)
    missing = [int(c) for c in present if c not in class_weight]
    if missing:
        raise DataError(
            where=where, expected="a weight for each class in the targets", actual=f"none for {missing[:10]}"
        )
    table = _numbers([class_weight[c] for c in present.tolist()], where)
    return table[indices.reshape(-1)]


def _numbers(value: object, where: str) -> Array:
    """Weights as an array of floats. Raises DataError."""
    refuse_masked(value, where)
    try:
        return as_array(value, where, config.floatx())
    except (TypeError, ValueError):
        raise DataError(where=where, expected="numbers", actual=shorten(value)) from None
