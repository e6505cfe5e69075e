"""Numbers of words -> vectors."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from ..errors import SettingError, ShapeError
from .base import Layer
from .settings import limit_field, penalty_field, switch_field

__all__ = ["Embedding"]


@registry.register("layer")
class Embedding(Layer):
    """A learnt vector for each whole number below input_dim: (N, T) -> (N, T, U), U = output_dim.

    Weights: embeddings (input_dim, U). With `mask_zero`, 0 stands for a missing step and later layers skip it.

    >>> Embedding(1000, 64).compute_output_shape((None, 10))
    (None, 10, 64)
    """

    group: ClassVar[str] = "embeddings"

    input_dim: int = field(rules.positive_int, help="number of different words, the largest number plus 1")
    output_dim: int = field(rules.positive_int, help="size of the vectors")
    embeddings_initializer: Any = field(rules.initializer, default="uniform", help="first values of the vectors")
    embeddings_regularizer: Any = penalty_field("vectors")
    activity_regularizer: Any = penalty_field("output")
    embeddings_constraint: Any = limit_field("vectors")
    mask_zero: bool = switch_field(False, "0 means a missing step")
    input_length: Any = field(rules.anything, default=None, help="number of steps, when it is fixed")

    def accept(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Without an input shape, the input is (N, input_length), of any length where that is None."""
        batch = kwargs.get("batch_size")
        kwargs = super().accept(kwargs)
        if kwargs.get("batch_input_shape") is None:
            length = kwargs.get("input_length")
            kwargs["batch_input_shape"] = (batch, *(length if isinstance(length, (list, tuple)) else (length,)))
        return kwargs

    @property
    def fed_dtype(self) -> str:
        """int64: floats would round the numbers of large tables (float32 above 2 ** 24, float16 above 2048)."""
        return "int64"

    def build(self, input_shape: Any) -> None:
        """Make the table of vectors."""
        self.embeddings = self.add_weight(
            "embeddings", (self.input_dim, self.output_dim), initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer, constraint=self.embeddings_constraint,
        )  # fmt: skip
        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """True where the number is not 0, with mask_zero."""
        return ops.not_equal(inputs, 0) if self.mask_zero else None

    def call(self, inputs: Any) -> Any:
        """The vectors of the numbers."""
        if self.input_length is not None:
            self._check_length(inputs.shape)
        if inputs.dtype.kind == "f":
            exact = 2 ** (np.finfo(inputs.dtype).nmant + 1)
            if self.input_dim > exact + 1:
                raise SettingError(
                    expected=f"whole numbers as inputs: {inputs.dtype} rounds those above {exact}, of {self.input_dim}",
                    found=f"inputs of {inputs.dtype}",
                    hint="Write Input(shape, dtype='int64').",
                )
            inputs = ops.cast(inputs, "int64")
        return ops.embedding(inputs, self.embeddings)

    def _check_length(self, shape: Any) -> None:
        """Raise ShapeError where the input has other steps than `input_length` says."""
        given = self.input_length
        lengths = tuple(given) if isinstance(given, (list, tuple)) else (given,)
        pairs = list(zip(shape[1:], lengths, strict=False))
        if len(shape) - 1 != len(lengths) or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            steps = ", ".join(map(str, lengths))
            raise ShapeError(expected=f"inputs (N, {steps}), {steps} steps (input_length)", found=str(shape))
