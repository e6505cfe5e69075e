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
    """-log p(labels): y_true (N, U), y_pred (N, T, C) after softmax, lengths (N, 1) -> (N, 1). The last class is blank.

    >>> lengths = np.array([[1]])
    >>> ctc_batch_cost(np.array([[0]]), np.array([[[0.5, 0.5]]]), lengths, lengths).round(3)
    array([[0.693]], dtype=float32)
    """
    return ops.ctc_loss(y_true, y_pred, input_length, label_length, epsilon())


def ctc_label_dense_to_sparse(labels: Operand, label_lengths: Operand) -> Constant:
    """The labels that count, in one vector, sample after sample: (N, U), (N,) -> (sum of lengths,).

    There are no sparse tensors here. Needs values: raises GraphError for placeholders.

    >>> ctc_label_dense_to_sparse([[1, 2], [3, 0]], [2, 1]).array.tolist()
    [1, 2, 3]
    """
    rows, lengths = _value(labels, "K.ctc_label_dense_to_sparse"), _value(label_lengths, "K.ctc_label_dense_to_sparse")
    return Constant(np.concatenate([row[: int(n)] for row, n in zip(rows, lengths.reshape(-1), strict=True)]))


def ctc_decode(
    y_pred: Operand, input_length: Operand, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Constant], Constant]:
    """The likeliest labels: ([(N, longest), -1 behind the end] for each path, log probabilities (N, paths)).

    greedy: the likeliest class of each step; the second result is then the negative log of their probability. Otherwise
    a beam search. The lengths of the results depend on the values, so y_pred must have some: decode what `predict` gave.
    Raises GraphError for placeholders.

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
