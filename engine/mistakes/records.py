"""What is wrong between a model and its data, and changes that mend it, as plain records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..types import Array, Config, Shape

_MOST_READ = 2_000_000
_MOST_CLASSES = 1000


@dataclass(frozen=True)
class Mend:
    """A change that mends a mistake.

    Args:
        label: what it does, in words.
        changes: the steps as plain data, each of one kind: `{"set": {"layer", "field", "value"}}`,
            `{"set": {"loss", "output"}}`, `{"insert", "settings", "before" or "after"}`, or `{"array", ...}` with what is
            done to an array: `first`, `divide`, `add`, `most`, `number_classes`, `one_hot`, `move_axis`, `add_axis`, `drop_axis`,
            `reshape`, `fill_missing`.
        code: the same as lines of Python; "" where it was not written yet.
        trained: whether a copy of the model was trained on a batch with it; False where that would take long.

    Example:
        >>> Mend("Use sparse_categorical_crossentropy", ({"set": {"loss": "sparse_categorical_crossentropy"}},)).trained
        False
    """

    label: str
    changes: tuple[Config, ...]
    code: str = ""
    trained: bool = False

    def __str__(self) -> str:
        return f"{self.label}: {self.code}" if self.code else self.label


@dataclass(frozen=True)
class Mistake:
    """What is wrong, in one sentence, and what mends it.

    Args:
        kind: a word for its kind: "shape", "channels", "target_shape", "samples", "missing", "scale", "integers",
            "embedding", "labels", "activation", "compile", "count", "order", "graph", or how loss and activation differ, such as
            "loss_wants_softmax".
        layer: the name of the layer that it is about; None for the whole model.
        sentence: what is wrong, with the layer as its subject.
        mends: changes that mend it, the best first.
        hint: what to do, where no mend says it.
        severity: "error" where training would be refused, "warning" where it would learn badly.

    Example:
        >>> print(Mistake("shape", "dense_1", "'dense_1' takes 4 numbers, but x holds 3 numbers a sample."))
        'dense_1' takes 4 numbers, but x holds 3 numbers a sample.
    """

    kind: str
    layer: str | None
    sentence: str
    mends: tuple[Mend, ...] = ()
    hint: str | None = None
    severity: str = "error"

    def __str__(self) -> str:
        lines = [f"  - {mend}".replace("\n", "\n    ") for mend in self.mends]
        if not lines and self.hint is not None:
            lines = [f"  {self.hint}"]
        return "\n".join([self.sentence, *lines])


class Mistakes(list[Mistake]):
    """A list of mistakes that prints as text, one after the other.

    Args:
        mistakes: what it holds.

    Example:
        >>> print(Mistakes([]))
        No mistake was seen.
    """

    def __init__(self, mistakes: Iterable[Mistake] = ()) -> None:
        super().__init__(mistakes)

    def __str__(self) -> str:
        return "\n".join(map(str, self)) if self else "No mistake was seen."

    __repr__ = __str__


@dataclass(frozen=True)
class Values:
    """What is known of an array.

    Args:
        name: how a program calls it, such as "x".
        shape: its shape, samples first.
        dtype: its kind of elements as text, such as "float32".
        minimum: its smallest number; None where it is not known.
        maximum: its largest.
        missing: how many elements are no finite number; None where it is not known.
        whole: whether all its numbers are whole; None where it is not known.
        distinct: how many different numbers it has, where they are few; None where they are many or not known.

    Example:
        >>> values_of("y", np.array([0, 2, 1])).distinct
        3
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    minimum: float | None = None
    maximum: float | None = None
    missing: int | None = None
    whole: bool | None = None
    distinct: int | None = None

    @property
    def numbers(self) -> bool:
        """Whether its elements are numbers."""
        return np.dtype(self.dtype).kind in "biuf"

    @property
    def largest(self) -> float | None:
        """The largest size of its numbers, whatever their sign."""
        return None if self.minimum is None or self.maximum is None else max(abs(self.minimum), abs(self.maximum))


def values_of(name: str, array: Array) -> Values:
    """What is in an array; of a large one a part is looked at.

    Args:
        name: how a program calls it.
        array: the array.

    Returns:
        Its figures.

    Example:
        >>> values_of("x", np.array([[1.0, float("nan")]])).missing
        1
    """
    about = Values(name, tuple(array.shape), str(array.dtype))
    if not about.numbers or not array.size:
        return about
    step = max(1, array.size // _MOST_READ)
    part = np.asarray(array.reshape(-1)[::step] if step > 1 else array).ravel()
    finite = part[np.isfinite(part)] if part.dtype.kind == "f" else part
    if not finite.size:
        return Values(name, about.shape, about.dtype, missing=part.size)
    kinds = np.unique(finite[: _MOST_CLASSES * 10])
    whole = part.dtype.kind != "f" or bool((finite == np.floor(finite)).all())
    return Values(
        name,
        about.shape,
        about.dtype,
        float(finite.min()),
        float(finite.max()),
        int(part.size - finite.size),
        whole,
        len(np.unique(finite)) if len(kinds) <= _MOST_CLASSES else None,
    )


@dataclass(frozen=True)
class Output:
    """What is known of an output of a model.

    Args:
        name: its name, that of its layer.
        shape: its shape, batch first.
        layer: the layer whose activation decides what its numbers mean.
        activation: the activation's name; "" where it is not known.
        loss: the name of its loss; None where there is none.
        width: the setting that says how many numbers the layer gives, "units" or "filters"; None where it has none.
        recurrent: the recurrent layer whose result leads to it step by step; "" where there is none.
        steps: whether that layer gives the results of all steps.

    Example:
        >>> Output("dense_1", (None, 1), "dense_1", "softmax", "mean_squared_error").loss
        'mean_squared_error'
    """

    name: str
    shape: Shape
    layer: str
    activation: str
    loss: str | None
    width: str | None = None
    recurrent: str = ""
    steps: bool = False


__all__ = ["Mend", "Mistake", "Mistakes", "Output", "Values", "values_of"]
