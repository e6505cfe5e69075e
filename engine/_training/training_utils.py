"""The functions of Keras's `engine.training_utils` that published code imports, on the checks that `fit` itself makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .._graph.tensor import Tensor
from ..errors import DataError, SettingTypeError, shorten
from ..losses import LossFunction, LossLike, name_behind
from ..losses import get as get_loss
from ..metrics import MetricLike
from ..types import Array, ArrayLike, Data, Shape
from . import weights
from .data import ArraySpec, check_labels, fits, in_order
from .user_data import is_source

_SAME_SHAPE = ("mean_squared_error", "binary_crossentropy", "categorical_crossentropy")


def standardize_input_data(
    data: Data | None,
    names: Sequence[str],
    shapes: Sequence[Shape | None] | None = None,
    check_batch_axis: bool = True,
    exception_prefix: str = "",
) -> list[Array | Tensor | None]:
    """Data in the order of `names`: arrays from one array, a list or a dict by name; vectors become columns.

    Args:
        data: what a user gave.
        names: of the inputs or outputs.
        shapes: what is expected of each, batch included; None where it does not matter.
        check_batch_axis: whether the number of samples must be the one in `shapes`.
        exception_prefix: what messages call the data, as "input" or "target".

    Raises:
        DataError: there is none for a name, or one has another shape.

    >>> [x.shape for x in standardize_input_data({"a": np.zeros(3)}, ["a"], [(None, 1)])]
    [(3, 1)]
    """
    if data is None:
        return [None for _ in names]
    standard = [_as_columns(x) for x in in_order(data, [ArraySpec(name, None, "float32") for name in names])]
    for name, x, shape in zip(names, standard, shapes or [None] * len(names), strict=True):
        if x is None or isinstance(x, Tensor) or shape is None:
            continue
        batch_fits = not check_batch_axis or shape[0] in (None, x.shape[0])
        if not batch_fits or not fits(x.shape, (None, *shape[1:])):
            where = f"{exception_prefix} '{name}'".strip()
            raise DataError(where=where, expected=f"shape {tuple(shape)}", actual=f"shape {x.shape}")
    return standard


def _as_columns(x: object) -> Array | Tensor | None:
    if x is None or isinstance(x, Tensor):
        return x
    array = np.asarray(x)
    return array[:, None] if array.ndim == 1 else array


def standardize_class_weights(class_weight: object, output_names: Sequence[str]) -> list[object]:
    """One `class_weight` for each output, or None. Raises DataError, UnknownName."""
    return weights.per_output(class_weight, output_names, "class_weight")


def standardize_sample_weights(sample_weight: object, output_names: Sequence[str]) -> list[object]:
    """One `sample_weight` for each output, or None. Raises DataError, UnknownName."""
    return weights.per_output(sample_weight, output_names, "sample_weight")


def standardize_weights(
    y: ArrayLike,
    sample_weight: ArrayLike | None = None,
    class_weight: Mapping[int, float] | None = None,
    sample_weight_mode: str | None = None,
) -> Array:
    """The weights of an output's samples, or of their time steps in the mode "temporal"; ones where none are given.

    Raises DataError for another shape, and for a class without a weight.

    >>> standardize_weights(np.array([0, 1, 1]), class_weight={0: 1.0, 1: 3.0}).tolist()
    [1.0, 3.0, 3.0]
    """
    target, temporal = np.asarray(y), sample_weight_mode == "temporal"
    made = weights.sample_weights(target, sample_weight, class_weight, name="y", temporal=temporal)
    return np.ones(target.shape[: 2 if temporal else 1], "float32") if made is None else made


def check_array_length_consistency(
    inputs: Sequence[Array | None] | None,
    targets: Sequence[Array | None] | None,
    weights: Sequence[Array | None] | None = None,
) -> None:
    """Raise DataError where inputs, targets and weights have different numbers of samples; None has none, as in Keras 2.2.4.

    >>> check_array_length_consistency([np.zeros((3, 2))], [np.zeros(4)])
    Traceback (most recent call last):
    engine.errors.DataError: targets[0]: expected 3 samples, as in inputs[0], found 4 samples.
    """
    first: tuple[str, int] | None = None
    for kind, arrays in (("inputs", inputs), ("targets", targets), ("weights", weights)):
        for index, array in enumerate([None] if arrays is None else arrays):
            if isinstance(array, Tensor):
                continue
            where, count = f"{kind}[{index}]", 0 if array is None else int(array.shape[0])
            first = first or (where, count)
            if count != first[1]:
                expected = f"{first[1]} samples, as in {first[0]}"
                raise DataError(where=where, expected=expected, actual=f"{count} samples")


def check_loss_and_target_compatibility(
    targets: Sequence[Array | None], loss_fns: Sequence[LossFunction | None], output_shapes: Sequence[Shape]
) -> None:
    """Raise DataError for labels that cannot fit their loss, and targets of another shape than the output."""
    for index, (y, loss, shape) in enumerate(zip(targets, loss_fns, output_shapes, strict=True)):
        if y is None or loss is None:
            continue
        spec, name = ArraySpec(str(index), None, "float32", "output"), _loss_name(loss)
        check_labels(y, spec, shape, name)
        if name in _SAME_SHAPE and not fits(y.shape, (None, *shape[1:])):
            raise DataError(where=spec.where, expected=f"shape {(None, *shape[1:])}", actual=f"shape {y.shape}")


def _loss_name(loss: LossLike) -> str:
    return name_behind(get_loss(loss))


def collect_metrics(
    metrics: Sequence[MetricLike] | Mapping[str, MetricLike | Sequence[MetricLike]] | None, output_names: Sequence[str]
) -> list[list[MetricLike]]:
    """A list of metrics for each output: those of a list for all of them, those of a dict by the output's name.

    >>> collect_metrics({"b": "mae"}, ["a", "b"])
    [[], ['mae']]
    """
    if not metrics:
        return [[] for _ in output_names]
    if isinstance(metrics, Mapping):
        return [_listed(metrics.get(name, ())) for name in output_names]
    if not isinstance(metrics, (list, tuple)):
        expected = "a list of metrics or a dict by output name"
        raise SettingTypeError(where="metrics", expected=expected, actual=shorten(metrics))
    return [list(metrics) for _ in output_names]


def _listed(metrics: MetricLike | Sequence[MetricLike]) -> list[MetricLike]:
    return [metrics] if isinstance(metrics, str) or not isinstance(metrics, Sequence) else list(metrics)


def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """Begin and end of each batch.

    >>> make_batches(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return [(start, min(size, start + batch_size)) for start in range(0, size, batch_size)]


def batch_shuffle(index_array: Array, batch_size: int) -> Array:
    """The numbers of samples with whole batches in random order, those that fill no batch at the end; a new array."""
    whole = len(index_array) // batch_size * batch_size
    batches = np.array(index_array[:whole]).reshape(-1, batch_size)
    np.random.shuffle(batches)
    return np.append(batches.reshape(-1), index_array[whole:])


def check_num_samples(
    ins: Sequence[Array | Tensor] | None,
    batch_size: int | None = None,
    steps: int | None = None,
    steps_name: str = "steps",
) -> int | None:
    """The number of samples of the first array; None where steps are counted. Raises DataError where neither is known."""
    if steps is not None:
        if batch_size is not None:
            expected = "either batch_size or a number of steps"
            raise DataError(where=steps_name, expected=expected, actual=f"{batch_size} and {steps}")
        return None
    first = next(iter(ins or ()), None)
    if first is None or isinstance(first, Tensor):
        raise DataError(where=steps_name, expected="a number, as no array is fed", actual="None")
    return int(np.shape(first)[0])


def is_sequence(seq: object) -> bool:
    """Whether it gives batches by their number, as `keras.utils.Sequence` does."""
    return is_source(seq) and hasattr(seq, "__getitem__")
