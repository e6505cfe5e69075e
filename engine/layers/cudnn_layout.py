"""Weights of LSTM and GRU as CuDNN's layers order them, and back.

CuDNN transposes the kernel of each gate but leaves its shape as it was, and has two biases, one for the inputs and one
for the states. The shape of the bias tells which order the weights of a Keras 2 file have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from ..errors import ShapeError
from ..types import Array

Weights: TypeAlias = "list[Array]"


def lstm_weights(weights: Weights, cudnn: bool) -> Weights:
    """Kernel, recurrent kernel and bias of either layer, for CuDNNLSTM (`cudnn`) or LSTM."""
    if len(weights) != 3 or _comes_from_cudnn(weights, 4) in (None, cudnn):
        return weights
    if cudnn:
        # Only the sum of the two biases counts.
        return [*_kernels(weights, 4, "C"), np.tile(0.5 * weights[2], 2)]
    return [*_kernels(weights, 4, "F"), np.sum(np.split(weights[2], 2), axis=0)]


def gru_weights(weights: Weights, cudnn: bool, reset_after: bool = True) -> Weights:
    """Kernel, recurrent kernel and bias of either layer, for CuDNNGRU (`cudnn`) or GRU.

    Raises:
        ShapeError: one of them is of GRU(reset_after=False), which computes something else (a ValueError).
    """
    if len(weights) != 3:
        return weights
    columns = weights[1].shape[1]
    sources = {
        (2 * columns,): "CuDNNGRU",
        (2, columns): "GRU(reset_after=True)",
        (columns,): "GRU(reset_after=False)",
    }
    source = sources.get(weights[2].shape)
    target = "CuDNNGRU" if cudnn else f"GRU(reset_after={reset_after})"
    if source in (None, target):
        return weights
    if "GRU(reset_after=False)" in (source, target):
        raise ShapeError(expected=f"weights for {target}", actual=f"{source} is not compatible with {target}")
    return [*_kernels(weights, 3, "C" if cudnn else "F"), weights[2].reshape(-1 if cudnn else (2, -1))]


def _comes_from_cudnn(weights: Weights, gates: int) -> bool | None:
    """Whether the weights are CuDNN's, by the shape of the bias; None where it fits neither layer."""
    once = (gates * weights[1].shape[0],)
    return {once: False, (2 * once[0],): True}.get(weights[2].shape)


def _kernels(weights: Weights, gates: int, order: Literal["C", "F"]) -> Weights:
    def each(matrix: Array, change: Callable[[Array], Array]) -> Array:
        return np.hstack([change(part) for part in np.hsplit(matrix, gates)])

    def transposed(kernel: Array) -> Array:
        return kernel.T.reshape(kernel.shape, order=order)

    return [each(weights[0], transposed), each(weights[1], np.transpose)]
