"""Checks of `keras.engine.training_utils` that Keras's code calls by themselves; `fit` makes its own."""

from __future__ import annotations

from collections.abc import Sequence

from .._training.data import ArraySpec, check_labels, fit_to_specs
from ..errors import DataError
from ..losses import Loss, binary_crossentropy, categorical_crossentropy, mean_squared_error
from ..types import Array, Shape

_SHAPED_AS_OUTPUT = (mean_squared_error, binary_crossentropy, categorical_crossentropy)


def make_batches(size: int, batch_size: int) -> list[tuple[int, int]]:
    """First row and row behind the last of each batch of `size` samples.

    >>> make_batches(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return [(first, min(first + batch_size, size)) for first in range(0, size, batch_size)]


def check_array_length_consistency(
    inputs: Sequence[Array | None] | None,
    targets: Sequence[Array | None] | None,
    weights: Sequence[Array | None] | None = None,
) -> None:
    """Raise DataError where inputs, targets or sample weights differ in their number of samples; None counts as none.

    >>> import numpy as np
    >>> check_array_length_consistency([np.ones((4, 2))], [np.ones((3, 1))])
    Traceback (most recent call last):
    engine.errors.DataError: targets: expected 4 samples, as in the inputs, found 3.
    """
    counts = {
        kind: [0 if array is None else len(array) for array in arrays] if arrays is not None else [0]
        for kind, arrays in (("inputs", inputs), ("targets", targets), ("sample weights", weights))
    }
    for kind, lengths in counts.items():
        if len(set(lengths)) > 1:
            raise DataError(where=kind, expected="one number of samples", actual=" and ".join(map(str, lengths)))
    for kind, other in (("targets", "inputs"), ("sample weights", "targets")):
        if counts[kind] and counts[other] and counts[kind][0] != counts[other][0]:
            expected, actual = f"{counts[other][0]} samples, as in the {other}", str(counts[kind][0])
            raise DataError(where=kind, expected=expected, actual=actual)


def check_loss_and_target_compatibility(
    targets: Sequence[Array | None], loss_fns: Sequence[Loss | None], output_shapes: Sequence[Shape]
) -> None:
    """Raise DataError where targets cannot be what a loss of Keras's compares with outputs of these shapes.

    >>> import numpy as np
    >>> from engine.losses import mean_squared_error
    >>> check_loss_and_target_compatibility([np.ones((4, 2))], [mean_squared_error], [(None, 3)])
    Traceback (most recent call last):
    engine.errors.DataError: output 'output_1': expected shape (None, 3), found shape (4, 2).
    """
    for position, (target, loss, shape) in enumerate(zip(targets, loss_fns, output_shapes, strict=False), 1):
        if target is None or loss is None:
            continue
        spec = ArraySpec(f"output_{position}", shape, target.dtype, "output")
        check_labels(target, spec, shape, loss.__name__)
        if loss in _SHAPED_AS_OUTPUT:
            fit_to_specs([target], [spec])
