"""K.ctc_*: labels without alignment."""

from __future__ import annotations

import numpy as np

from .. import _ops as ops
from .._graph.graph import sources
from .._graph.plan import evaluate
from .._graph.tensor import Constant, Operand, Placeholder, Tensor, Value
from .._machine.config import epsilon
from .._ops.ctc import beam_paths, greedy_paths
from ..errors import GraphError
from ..types import Array

__all__ = ["ctc_batch_cost", "ctc_decode", "ctc_label_dense_to_sparse"]


def ctc_batch_cost(y_true: Value, y_pred: Value, input_length: Value, label_length: Value) -> Value:
    """-log p(labels) for labels without alignment to the steps (Graves et al., 2006). The last class is the blank.

    Args:
        y_true: (N, L), the labels' classes from 0, filled up with anything.
        y_pred: (N, T, C), probabilities after softmax.
        input_length: (N, 1), how many of the T steps count.
        label_length: (N, 1), how many of the L labels count.

    Returns:
        (N, 1), the cost of each sample.

    Example:
        >>> lengths = np.array([[1]])
        >>> ctc_batch_cost(np.array([[0]]), np.array([[[0.5, 0.5]]]), lengths, lengths).round(3)
        array([[0.693]], dtype=float32)
    """
    return ops.ctc_loss(y_true, y_pred, input_length, label_length, epsilon())


def ctc_label_dense_to_sparse(labels: Operand, label_lengths: Operand) -> Constant:
    """The labels that count, sample after sample, in one vector. There are no sparse tensors here.

    Args:
        labels: (N, L), the labels' classes, as an array or a tensor that needs no feeding.
        label_lengths: (N,), how many of the L labels count.

    Returns:
        A constant (sum of the lengths,).

    Raises:
        GraphError: a tensor has no values yet, since it depends on a placeholder.

    Example:
        >>> ctc_label_dense_to_sparse([[1, 2], [3, 0]], [2, 1]).array.tolist()
        [1, 2, 3]
    """
    rows, lengths = _value(labels, "K.ctc_label_dense_to_sparse"), _value(label_lengths, "K.ctc_label_dense_to_sparse")
    return Constant(np.concatenate([row[: int(n)] for row, n in zip(rows, lengths.reshape(-1), strict=True)]))


def ctc_decode(
    y_pred: Operand, input_length: Operand, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Constant], Constant]:
    """The likeliest labels. Their number depends on the values, so decode what `predict` gave.

    Args:
        y_pred: (N, T, C), probabilities after softmax; the last class is the blank.
        input_length: (N,), how many of the T steps count.
        greedy: True (the default) takes the likeliest class of each step, False searches with a beam.
        beam_width: how many beginnings the search goes on with, 100 by default.
        top_paths: how many results the search gives, 1 by default.

    Returns:
        A list with an array (N, longest) for each path, -1 behind the end of a sample, and the log probabilities
        (N, paths); with `greedy` these are negated.

    Raises:
        GraphError: a tensor has no values yet, since it depends on a placeholder.

    Example:
        >>> paths, _ = ctc_decode(np.array([[[0.9, 0.1], [0.1, 0.9]]]), [2])
        >>> paths[0].array.tolist()
        [[0]]
    """
    outputs, steps = _value(y_pred, "K.ctc_decode"), _value(input_length, "K.ctc_decode").reshape(-1)
    if greedy:
        likeliest, logs = greedy_paths(outputs, steps, epsilon())
        paths = [likeliest]
    else:
        paths, logs = beam_paths(outputs, steps, beam_width, top_paths, epsilon())
    return [Constant(_dense(path)) for path in paths], Constant(logs)


def _dense(rows: list[list[int]]) -> Array:
    dense = np.full((len(rows), max(map(len, rows), default=0)), -1)
    for target, row in zip(dense, rows, strict=True):
        target[: len(row)] = row
    return dense


def _value(x: Operand, where: str) -> Array:
    if not isinstance(x, Tensor):
        return np.asarray(x)
    if any(isinstance(source, Placeholder) for source in sources([x])):
        hint = "The result's length depends on the values: call it on what model.predict gives."
        raise GraphError(where=where, expected="arrays, or tensors that need no feeding", actual=repr(x), hint=hint)
    return evaluate([x])[0]
