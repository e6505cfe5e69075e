"""Embedding: a vector for each whole number, such as the number of a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import argument, field
from ..errors import SettingError, ShapeError
from .base import Layer
from .node import arriving_at, as_list
from .settings import initializer_field, limit_field, penalty_field, switch_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from .._graph.tensor import Tensor
    from ..types import Config, Shape
    from .node import Mask
    from .settings import ConstraintSetting, InitializerSetting, RegularizerSetting

__all__ = ["Embedding"]


@registry.register("layer")
class Embedding(Layer):
    """A learnt vector for each whole number below input_dim: (N, T) -> (N, T, U), U = output_dim.

    Weights: embeddings (input_dim, output_dim).

    Args:
        input_dim: how many different numbers there are, the largest one plus 1.
        output_dim: size of each vector, 1 or more.
        embeddings_initializer: first values of the vectors, "uniform" by default.
        embeddings_regularizer: penalty on the vectors that is added to the loss, None by default.
        activity_regularizer: penalty on the output, None by default.
        embeddings_constraint: limit on the vectors, applied after each update, None by default.
        mask_zero: whether 0 stands for a missing time step, which later layers pass over; False by default.
        input_length: number of time steps, or the sizes of all axes behind the batch; None, the default: any.

    Input shape:
        (N, T) or (N, ...), whole numbers from 0 to input_dim - 1.

    Output shape:
        (N, T, output_dim): the input's axes and one more.

    Raises:
        ShapeError: the input has another number of time steps than `input_length`.
        SettingError: the inputs are floats of a type that rounds the largest numbers.

    Example:
        >>> Embedding(1000, 64).compute_output_shape((None, 10))
        (None, 10, 64)
    """

    group: ClassVar[str] = "embeddings"

    input_dim: int = field(rules.positive_int, help="number of different words, the largest number plus 1")
    output_dim: int = field(rules.positive_int, help="size of the vectors")
    embeddings_initializer: InitializerSetting = initializer_field(default="uniform", what="vectors")
    embeddings_regularizer: RegularizerSetting = penalty_field(default=None, what="vectors")
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output")
    embeddings_constraint: ConstraintSetting = limit_field(default=None, what="vectors")
    mask_zero: bool = switch_field(default=False, help="0 means a missing step")
    input_length: int | Sequence[int | None] | None = field(
        rules.anything, default=None, help="number of steps, when it is fixed"
    )
    if TYPE_CHECKING:  # for type checkers: here `input_dim` is a setting
        _input_dim: int | None = argument(default=None, init=False)
    if TYPE_CHECKING:  # Keras 1's names, which the constructor takes too
        _old_init: object = argument(alias="init", kw_only=True, default=None)
        _old_w_regularizer: object = argument(alias="W_regularizer", kw_only=True, default=None)
        _old_w_constraint: object = argument(alias="W_constraint", kw_only=True, default=None)

    def accept(self, kwargs: Config) -> Config:
        """Without an input shape, the input is (N, input_length), of any length where that is None."""
        batch = kwargs.get("batch_size")
        kwargs = super().accept(kwargs)
        if kwargs.get("batch_input_shape") is None:
            kwargs["batch_input_shape"] = (batch, *as_list(kwargs.get("input_length")))
        return kwargs

    @property
    def fed_dtype(self) -> str:
        """int64: floats would round the numbers of large tables (float32 above 2 ** 24, float16 above 2048)."""
        return "int64"

    def build(self, input_shape: Shape) -> None:
        """Make the table of vectors."""
        self.embeddings = add_by_settings(self, "embeddings", (self.input_dim, self.output_dim))
        self.built = True

    def compute_mask(self, inputs: Tensor, mask: Mask = None) -> Mask:
        """True where the number is not 0, with mask_zero."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def call(self, inputs: Tensor) -> Tensor:
        """The vectors of the numbers."""
        if isinstance(inputs, (list, tuple)):
            raise ShapeError(expected="one input", actual=f"{len(inputs)} inputs")
        if self.input_length is not None:
            self._check_length(inputs.shape)
        source = next((one.source for one in arriving_at(inputs)), None)
        if inputs.dtype.kind == "f":
            exact = 2 ** (np.finfo(inputs.dtype.name).nmant + 1)
            if self.input_dim > exact + 1:
                raise SettingError(
                    expected=f"whole numbers as inputs: {inputs.dtype} rounds those above {exact}, of {self.input_dim}",
                    actual=f"inputs of {inputs.dtype}",
                    hint="Write Input(shape, dtype='int64').",
                )
            inputs = ops.cast(inputs, "int64")
        return ops.embedding(inputs, self.embeddings, self.name, source or "")

    def _check_length(self, shape: Shape) -> None:
        """Raise ShapeError where the input has other steps than `input_length` says."""
        lengths = tuple(as_list(self.input_length))
        pairs = list(zip(shape[1:], lengths, strict=False))
        if len(shape) - 1 != len(lengths) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            steps = ", ".join(map(str, lengths))
            raise ShapeError(expected=f"inputs (N, {steps}), {steps} steps (input_length)", actual=str(shape))
