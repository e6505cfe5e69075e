"""Functions that `keras.layers.recurrent` had beside its layers, for layers that were copied from its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import _ops as ops
from .._graph.tensor import Tensor
from .dropping import Phase, dropped
from .node import as_list

if TYPE_CHECKING:
    from .node import Tensors


def time_distributed_dense(
    x: Tensor,
    w: Tensor,
    b: Tensor | None = None,
    dropout: float | None = None,
    input_dim: int | None = None,
    output_dim: int | None = None,
    timesteps: int | None = None,
    training: Phase = None,
) -> Tensor:
    """x @ w + b at each step (Keras 1; with a stroke before its name until Keras 2.1).

    Args:
        x: sequences (N, T, C).
        w: a kernel (C, U).
        b: a bias (U,), or None, the default.
        dropout: the share of the inputs that is dropped while training, the same ones at each step; None, the default: none.
        input_dim: has no effect; what x has counts.
        output_dim: has no effect; what w has counts.
        timesteps: has no effect; what x has counts.
        training: the phase, if the run does not decide.

    Returns:
        (N, T, U).

    Example:
        >>> import numpy as np
        >>> from engine import backend as K
        >>> x, w = K.variable(np.ones((1, 2, 3))), K.variable(np.ones((3, 1)))
        >>> K.eval(time_distributed_dense(x, w)).tolist()
        [[[3.0], [3.0]]]
    """
    if dropout is not None and 0.0 < dropout < 1.0:
        x = dropped(x, dropout, training, (None, 1, None))
    return ops.linear(x, w, b)


def generate_dropout_mask(ones: Tensor, rate: float, training: Phase = None, count: int = 1) -> Tensor | list[Tensor]:
    """Masks of dropout: 0 or 1 / (1 - rate) while training, else what `ones` has.

    Args:
        ones: ones in the shape of the mask.
        rate: the share of zeros.
        training: the phase, if the run does not decide.
        count: how many masks, 1 by default.

    Returns:
        One mask, or a list of several.
    """
    masks = [dropped(ones, rate, training) for _ in range(count)]
    return masks if count > 1 else masks[0]


def standardize_args(
    inputs: Tensors, initial_state: Tensors | None, constants: Tensors | None, num_constants: int | None
) -> tuple[Tensor, list[Tensor] | None, list[Tensor] | None]:
    """The sequence, the first states and the constants of a call whose inputs may hold all of them in one list.

    Args:
        inputs: the sequence, or a list of it, the states and the constants.
        initial_state: the states where they do not come in the list, or None.
        constants: the constants where they do not come in the list, or None.
        num_constants: how many constants the list ends with, or None.

    Returns:
        The sequence; the states and the constants as lists, None where there are none.
    """

    def listed(tensors: Tensors | None) -> list[Tensor] | None:
        return None if tensors is None else as_list(tensors)

    if not isinstance(inputs, list):
        return as_list(inputs)[0], listed(initial_state), listed(constants)
    count = len(inputs) - (num_constants or 0)
    states = inputs[1:count]
    return inputs[0], states or listed(initial_state), listed(constants) if num_constants is None else inputs[count:]
