"""What is wrong between arrays and a model, in one sentence each: said by `fit`, by `check` and by builders alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._ops.embedding import needs
from ..errors import result_in_words
from ..types import Shape


def takes(name: str, expected: Shape, called: str, shape: Sequence[int], order: str | None = None) -> str:
    """An input gets samples of another shape. called: the array. order: "first" or "last", where its channels come there."""
    text = f"'{name}' takes {result_in_words(expected)}, but {_holds(called, shape)}"
    return f"{text}." if order is None else f"{text}: the channels come {order}."


def gives(name: str, output: Shape, called: str, shape: Sequence[int], *, class_numbers: bool = False) -> str:
    """An output is compared with samples of another shape. class_numbers: whether its loss takes numbers of classes."""
    result = result_in_words(output)
    if class_numbers:
        places = result_in_words(output[:-1]) if len(output) > 2 else ""
        result = f"class numbers of {places}" if places else "class numbers"
    return f"'{name}' gives {result}, but {_holds(called, shape)}."


def _holds(called: str, shape: Sequence[int]) -> str:
    return (
        f"{called} holds {result_in_words(shape)} a sample"
        if shape
        else f"{called} is a number without an axis of samples"
    )


def knows_classes(name: str, classes: int, called: str, low: float, high: float) -> str:
    """An output is compared with numbers of classes that it has no place for."""
    present = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"'{name}' knows classes 0 to {classes - 1}, but {called} holds {present}."


def knows_numbers(name: str, count: int, index: float, called: str) -> str:
    """An embedding gets a number that it has no row for. called: the array that holds it."""
    return f"'{name}' {needs(count, index)} from {called}."


def differ(counts: Mapping[str, int]) -> str:
    """Arrays have different numbers of samples."""
    listed = ", ".join(f"{called} has {count}" for called, count in counts.items())
    return f"Arrays differ in their number of samples: {listed}."
