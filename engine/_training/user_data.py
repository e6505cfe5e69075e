"""What `fit`, `evaluate` and `predict` are passed, before it is checked and cut into batches."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

import numpy as np

from ..errors import DataError, SettingError
from ..types import (
    Batches,
    BatchSequence,
    ClassWeight,
    Data,
    DividedData,
    InputBatches,
    LabelledBatch,
    SampleWeight,
    Shuffle,
    ValidationData,
)
from . import prefetch
from .counts import batches, whole
from .fit_call import FitCall
from .handed_over import is_column_set, is_loader, is_sample_set, length_of, rows_of

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Item = TypeVar("Item")
Verbose: TypeAlias = int | Literal["auto"]


class Arrays(NamedTuple):
    """Data as the user has them in memory or in a file: arrays, frames, sparse matrices; lists or dicts of them.

    Args:
        x: the inputs.
        y: the targets.
        sample_weight: weights of the samples.
        class_weight: weights of the classes.
        batch_size: samples in a batch, by default that of the inputs, else 32.
        shuffle: whether samples come in another order each epoch, or "batch".
        steps: batches in a pass when it is not all data.
        steps_name: how messages call the argument `steps`.
    """

    x: Data | None
    y: Data | None = None
    sample_weight: SampleWeight | None = None
    class_weight: ClassWeight | None = None
    batch_size: int | None = None
    shuffle: Shuffle = False
    steps: int | None = None
    steps_name: str = "steps"


class Generated(NamedTuple):
    """Data that come batch by batch from a generator or a `Sequence`, made ahead by `workers` threads.

    The batches are labelled; those for `predict` may be inputs alone.
    """

    generator: Iterator[Any] | BatchSequence[Any]
    steps: int | None = None
    class_weight: ClassWeight | None = None
    shuffle: bool = False
    workers: int = 1
    queue: int = 10
    steps_name: str = "steps"


class Validation(NamedTuple):
    """What is measured after each epoch: data of its own (arrays, generator or Sequence), or a share of the training's.

    `every` says after which epochs: a number for each so many, or the numbers of the epochs, from 1.
    """

    data: ValidationData | None = None
    steps: int | None = None
    share: float = 0.0
    batch_size: int | None = None
    every: int | Sequence[int] = 1

    def is_due(self, epoch: int) -> bool:
        """Whether it is measured after this epoch, counted from 0."""
        return (epoch + 1) % self.every == 0 if isinstance(self.every, int) else epoch + 1 in self.every


def loudness(verbose: Verbose) -> int:
    """0, 1 or 2; "auto", which tf.keras writes for a progress bar, is 1."""
    return 1 if isinstance(verbose, str) else int(verbose)


def fit_call(
    data: Arrays | Generated,
    validation: Validation,
    sizes: tuple[int | None, int | None, int],
    callbacks: Sequence[object],
) -> FitCall:
    """What a `fit` asked for. sizes: samples in a batch, batches in an epoch, epochs."""
    arrays = data if isinstance(data, Arrays) else Arrays(None)
    besides = {
        "a generator": arrays is not data,
        "sample_weight": arrays.sample_weight is not None,
        "class_weight": data.class_weight is not None,
        "steps_per_epoch": arrays.steps is not None,
        "validation_data": validation.data is not None,
    }
    others = tuple(name for name, there in besides.items() if there)
    return FitCall(arrays.x, arrays.y, *sizes, data.shuffle, validation.share, others, callbacks)


def as_passed(
    x: Data | Batches | InputBatches | None,
    y: Data | None = None,
    sample_weight: SampleWeight | None = None,
    class_weight: ClassWeight | None = None,
    batch_size: int | None = None,
    shuffle: Shuffle = False,
    steps: int | None = None,
    steps_name: str = "steps",
) -> Arrays | Generated:
    """What `fit`, `evaluate` and `predict` were passed: arrays, or a generator or Sequence in the place of x.

    Raises:
        DataError: y or sample_weight stand beside a generator or Sequence, whose batches hold them.
        SettingError: the size of the batches is no whole number above 0.
    """
    batch_size = None if batch_size is None else whole(batch_size, "batch_size", 1)
    if isinstance(x, np.ndarray):  # asked first: the questions below cost a twentieth of a prediction of one sample
        return Arrays(x, y, sample_weight, class_weight, batch_size, shuffle, steps, steps_name)
    if is_divided(x):
        kind, hint = (
            type(x).__name__,
            "Give one part's inputs, such as data.test.x; data.predict(model, rows) takes new rows.",
        )
        raise DataError(where="x", expected="an array", actual=f"{kind}, which has several parts", hint=hint)
    if is_column_set(x):
        raise DataError(
            where="x",
            expected="an array",
            actual=f"a {type(x).__name__} with columns {', '.join(x.column_names[:5])}",
            hint="Say what is learned: fit(engine.data.open(x, target=...)).",
        )
    if is_sample_set(x):
        inputs, targets = rows_of(x)
        _refuse_beside(x, y=y)
        return Arrays(inputs, targets, sample_weight, class_weight, batch_size, shuffle, steps, steps_name)
    if not is_source(x):
        return Arrays(x, y, sample_weight, class_weight, batch_size, shuffle, steps, steps_name)
    kind = type(x).__name__
    _refuse_beside(x, y=y, sample_weight=sample_weight)
    if batch_size is not None:
        warnings.warn(f"batch_size={batch_size} is not used: a {kind} cuts its batches itself.", stacklevel=4)
    return Generated(x, steps, class_weight, bool(shuffle), steps_name=steps_name)


def _refuse_beside(source: object, **others: object) -> None:
    """Refuse targets and weights beside data that hold them. Raises DataError."""
    kind = type(source).__name__
    for name, value in others.items():
        if value is not None:
            raise DataError(
                where=name,
                expected=f"None, as the batches of the {kind} hold it",
                actual=type(value).__name__,
                hint="Let it give (x, y) or (x, y, sample_weight).",
            )


def is_divided(data: object) -> TypeIs[DividedData]:
    """Whether it knows its parts for training, validation and test."""
    if type(data) is np.ndarray or isinstance(data, Mapping) or hasattr(data, "shape"):
        return False  # a frame's columns may have these names
    return all(hasattr(data, part) for part in ("train", "validation", "test"))


def to_train(
    x: Data | Batches | DividedData | None, y: Data | None, validation: ValidationData | None, share: float
) -> tuple[Data | Batches | None, Data | None, ValidationData | None]:
    """Inputs, targets and validation data of what `fit` was passed, which may know its own.

    Raises:
        DataError: targets stand beside data that hold them.
    """
    if not is_divided(x):
        return x, y, validation
    part = _labelled_part(x, x.train, y)
    return (*part, x.validation if validation is None and not share else validation)


def to_measure(x: Data | Batches | DividedData | None, y: Data | None) -> tuple[Data | Batches | None, Data | None]:
    """Inputs and targets of what `evaluate` was passed: of divided data the test part, else the validation part.

    Raises:
        DataError: targets stand beside data that hold them, or no part is for measuring.
    """
    if not is_divided(x):
        return x, y
    held_out = x.validation if x.test is None else x.test
    if held_out is None:
        raise DataError(
            where="evaluate",
            expected="data with a test or validation part",
            actual="none",
            hint="Open them with a split.",
        )
    return _labelled_part(x, held_out, y)


def to_validate(data: Arrays | Generated, validation: Validation) -> Arrays | Generated:
    """Validation data that `fit` was passed, with those settings of the training data that hold for them too."""
    if is_sample_set(validation.data):
        size = data.batch_size if isinstance(data, Arrays) else None
        held_out, name = cast("Batches", validation.data), "validation_steps"
        return as_passed(held_out, batch_size=size, steps=validation.steps, steps_name=name)
    if is_source(validation.data):
        ahead = data if isinstance(data, Generated) else Generated(validation.data)
        return ahead._replace(
            generator=validation.data,
            steps=validation.steps,
            class_weight=None,
            shuffle=False,
            steps_name="validation_steps",
        )
    return measured_like(labelled(validation.data, "validation_data"), data, validation)


def measured_like(arrays: Arrays, data: Arrays | Generated, validation: Validation) -> Arrays:
    """Arrays that are measured while `data` are trained on: in batches of the same size, but for what `validation` says."""
    if isinstance(data, Arrays):  # else the validation data are measured as a whole
        arrays = arrays._replace(batch_size=data.batch_size, steps=validation.steps)
    if validation.batch_size is not None:
        arrays = arrays._replace(batch_size=validation.batch_size)
    return arrays._replace(steps_name="fit, validation_steps")


def _labelled_part(data: DividedData, part: LabelledBatch, y: Data | None) -> tuple[Data | None, Data | None]:
    if y is not None:
        raise DataError(where="y", expected=f"None, as the {type(data).__name__} holds it", actual=type(y).__name__)
    inputs, targets = part
    if targets is None:
        raise DataError(where="y", expected="data with a target", actual="none", hint="Open them with target=...")
    return inputs, targets


def labelled(item: object, where: str, class_weight: ClassWeight | None = None) -> Arrays:
    """The arrays of a batch or of validation data, (x, y) or (x, y, sample_weight).

    Raises:
        DataError: it is anything else; `where` names it.
    """
    if not isinstance(item, (tuple, list)) or len(item) not in (2, 3):
        kind = f"{len(item)} items" if isinstance(item, (tuple, list)) else type(item).__name__
        raise DataError(where=where, expected="(x, y) or (x, y, sample_weight)", actual=kind)
    x, y, *weights = item
    return Arrays(x, y, *weights, class_weight=class_weight)


def is_source(data: object) -> TypeIs[Iterator[Any] | BatchSequence[Any]]:
    """Whether it gives batches (a generator, Sequence or loader), and is no array or list of arrays."""
    if type(data) is np.ndarray:  # what nearly all calls pass, so it is tested first
        return False
    if hasattr(data, "__next__") or is_loader(data):
        return True
    as_arrays = (
        isinstance(data, (tuple, list, range, str, Mapping)) or hasattr(data, "shape") or hasattr(data, "__array__")
    )
    return prefetch.is_sequence(data) and not as_arrays


def count_steps(source: object, steps: int | None, name: str) -> int:
    """How many batches to take: `steps`, or all of a source that knows its length.

    Raises:
        DataError: it gives no batches.
        SettingError: neither is known, or `steps` is no number above 0.
    """
    _check_generator(source)
    if steps is None:
        steps = length_of(source)
    if steps is None:
        raise SettingError(
            where=name,
            expected=f"the number of batches to take from the {type(source).__name__}, which may be endless",
            actual="None",
            hint=f"Write {name.split(', ')[-1]}=..., or give a Sequence, which knows its length.",
        )
    return batches(steps, name)


def _check_generator(source: object) -> None:
    """Refuse what has neither next() nor batches by number. Raises DataError."""
    if (
        hasattr(source, "__next__")
        or is_loader(source)
        or (prefetch.is_sequence(source) and not hasattr(source, "dtype"))
    ):
        return
    hint = None
    if hasattr(source, "dtype"):
        hint = "Arrays go to fit, evaluate and predict."
    elif callable(source):
        hint = "Call it: what a function with yield returns is the generator."
    expected = "a generator, or a Sequence"
    raise DataError(where="generator", expected=expected, actual=type(source).__name__, hint=hint)


def with_first(
    generator: Iterator[Item] | BatchSequence[Item],
) -> tuple[Item, Iterator[Item] | BatchSequence[Item]]:
    """The first item of a generator or Sequence, and a source of all items, this one included.

    Raises:
        DataError: there is no item.
    """
    if prefetch.is_sequence(generator):
        return generator[0], generator
    try:
        first = next(generator)
    except StopIteration:
        raise DataError(where="generator", expected="at least one batch", actual="none") from None
    return first, _continued(first, generator)


def _continued(first: Item, generator: Iterator[Item]) -> Iterator[Item]:
    yield first
    while True:
        try:
            yield next(generator)
        except StopIteration:
            return
