"""Attention: each step of a query takes the mean of a value's steps, weighted by how well their keys fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import field
from .._graph.tensor import Constant
from ..errors import ShapeError
from .dropping import dropped
from .merge_base import MergeLayer
from .settings import dropout_field, seed_field, switch_field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._graph.tensor import Tensor
    from ..types import Shape
    from .dropping import Phase
    from .node import Mask, Masks

__all__ = ["AdditiveAttention", "Attention"]

# What a score of a missing step is lowered by, as in tf.keras 2.15: e to its power is 0.
FAR = 1e9
_HINT = "Connect a query, a value and, if it is another, a key."


class _Attention(MergeLayer):
    """Base of layers over a query, a value and a key: a subclass gives the scores."""

    def check_shapes(self, shapes: list[Shape]) -> None:
        """(N, T, D), (N, S, V) and (N, S, D): features of query and key are equal, steps of value and key too."""
        if len(shapes) > 3:
            raise ShapeError(expected="2 or 3 inputs", actual=str(len(shapes)), hint=_HINT)
        for shape in shapes:
            if len(shape) != 3:
                raise ShapeError(expected="inputs of three axes (batch, steps, features)", actual=str(shape))
        query, value, key = shapes[0], shapes[1], shapes[-1]
        for what, axis, pair in (
            ("features of query and key", 2, (query, key)),
            ("steps of value and key", 1, (value, key)),
        ):
            first, second = (shape[axis] for shape in pair)
            if None not in (first, second) and first != second:
                hint = "Put a Dense of the query's features before the key." if axis == 2 else _HINT
                raise ShapeError(expected=f"equal {what}", actual=f"{first} and {second} in {pair}", hint=hint)

    def compute_mask(self, inputs: Sequence[Tensor], mask: Masks = None) -> Mask:
        """That of the query."""
        return self.masks_of(inputs, mask)[0]

    def _means(
        self, inputs: Sequence[Tensor], mask: Masks, *, causal: bool, drop: Callable[[Tensor], Tensor]
    ) -> Tensor:
        """The weighted means; causal: no step of the query looks at later steps of the value."""
        query, value, *others = ops.reals(inputs)
        key = others[0] if others else value
        scores = self._scores(query, key)
        masks = [*self.masks_of(inputs, mask), None][:2]
        present = None if masks[1] is None else ops.expand_dims(masks[1], 1)
        if causal:
            earlier = earlier_steps(query, key)
            present = earlier if present is None else ops.logical_and(present, earlier)
        if present is not None:
            scores = scores - (1.0 - ops.cast(present, scores.dtype)) * FAR
        result = ops.matmul(drop(ops.softmax(scores)), value)
        return result if masks[0] is None else result * ops.cast(ops.expand_dims(masks[0], -1), result.dtype)

    def _scores(self, query: Tensor, key: Tensor) -> Tensor:
        """(N, T, S): how well each key fits each step of the query."""
        raise NotImplementedError(f"{type(self).__name__}._scores")


def earlier_steps(query: Tensor, key: Tensor) -> Tensor:
    """(1, T, S): whether a step of the key is no later than one of the query."""
    steps = query.shape[1], key.shape[1]
    if steps[0] is not None and steps[1] is not None:  # computed once, not in each step
        return Constant(np.tri(steps[0], steps[1], dtype=bool)[None])
    rows, columns = (ops.arange(0, _steps(x), 1, "int32") for x in (query, key))
    return ops.expand_dims(ops.greater_equal(ops.expand_dims(rows, 1), ops.expand_dims(columns, 0)), 0)


def _steps(x: Tensor) -> int | Tensor:
    known = x.shape[1]
    return ops.getitem(ops.shape_of(x), 1) if known is None else known


@registry.register("layer")
class Attention(_Attention):
    """softmax(query @ key^T) @ value, each step of the query with each of the value (Luong et al., 2015).

    Weights: scale, one number, with `use_scale`; concat_score_weight, one number, with score_mode "concat".

    Args:
        use_scale: whether the scores are multiplied by a learnt number that begins at 1; False by default.
        score_mode: "dot", the default: products; "concat": the sum over features of tanh(scale * (query + key)), times a
            learnt number.
        dropout: share of the weights of the mean that is set to 0 while training, from 0 to below 1; 0 by default.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        causal: whether no step of the query looks at later steps of the value; False by default.

    Input shape:
        A list of query (N, T, D), value (N, S, V) and, if it is another tensor, key (N, S, D); without one D = V.

    Output shape:
        (N, T, V).

    Raises:
        ShapeError: an input has not three axes, or features or steps do not fit together.

    Example:
        >>> import numpy as np
        >>> value = np.array([[[1.0], [3.0]]])
        >>> Attention()([np.zeros((1, 1, 1)), value]).tolist()
        [[[2.0]]]
    """

    use_scale: bool = switch_field(default=False, help="multiply the scores by a learnt number")
    score_mode: str = field(rules.choice("dot", "concat"), default="dot", help="products, or tanh of sums")
    dropout: float = dropout_field(default=0.0, what="weights of the mean")
    seed: int | None = seed_field(default=None)
    causal: bool = switch_field(default=False, help="look at no later step")

    def build(self, input_shape: Sequence[Shape]) -> None:
        """Make the numbers that are learnt."""
        self.scale = self.add_weight("scale", (), initializer="ones") if self.use_scale else None
        concatenates = self.score_mode == "concat"
        self.concat_score_weight = (
            self.add_weight("concat_score_weight", (), initializer="ones") if concatenates else None
        )
        self.built = True

    def call(
        self, inputs: Sequence[Tensor], mask: Masks = None, training: Phase = None, use_causal_mask: bool = False
    ) -> Tensor:
        """The weighted means; `use_causal_mask`: no step of the query looks at later steps of the value."""
        causal = use_causal_mask or self.causal
        return self._means(
            inputs, mask, causal=causal, drop=lambda weights: dropped(weights, self.dropout, training, None, self.seed)
        )

    def _scores(self, query: Tensor, key: Tensor) -> Tensor:
        if self.concat_score_weight is None:
            scores = ops.matmul(query, ops.transpose(key, (0, 2, 1)))
            return scores if self.scale is None else scores * self.scale
        sums = ops.expand_dims(query, 2) + ops.expand_dims(key, 1)
        sums = sums if self.scale is None else sums * self.scale
        return ops.sum(ops.tanh(sums), axis=-1) * self.concat_score_weight


@registry.register("layer")
class AdditiveAttention(_Attention):
    """softmax(sum(scale * tanh(query + key))) @ value, each step of the query with each of the value (Bahdanau et al., 2015).

    Weights: scale (D,), with `use_scale`.

    Args:
        use_scale: whether each feature has a learnt factor; True by default.
        dropout: share of the weights of the mean that is set to 0 while training, from 0 to below 1; 0 by default.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        causal: whether no step of the query looks at later steps of the value; False by default.

    Input shape:
        A list of query (N, T, D), value (N, S, V) and, if it is another tensor, key (N, S, D); without one D = V.

    Output shape:
        (N, T, V).

    Raises:
        ShapeError: an input has not three axes, or features or steps do not fit together.

    Example:
        >>> import numpy as np
        >>> value = np.array([[[1.0], [1.0]]])
        >>> AdditiveAttention()([np.zeros((1, 1, 1)), value]).tolist()
        [[[1.0]]]
    """

    use_scale: bool = switch_field(default=True, help="a learnt factor for each feature")
    dropout: float = dropout_field(default=0.0, what="weights of the mean")
    seed: int | None = seed_field(default=None)
    causal: bool = switch_field(default=False, help="look at no later step")

    def build(self, input_shape: Sequence[Shape]) -> None:
        """Make the factors."""
        self.scale = self._factors(input_shape[0]) if self.use_scale else None
        self.built = True

    def call(
        self, inputs: Sequence[Tensor], mask: Masks = None, training: Phase = None, use_causal_mask: bool = False
    ) -> Tensor:
        """The weighted means; `use_causal_mask`: no step of the query looks at later steps of the value."""
        causal = use_causal_mask or self.causal
        return self._means(
            inputs, mask, causal=causal, drop=lambda weights: dropped(weights, self.dropout, training, None, self.seed)
        )

    def _scores(self, query: Tensor, key: Tensor) -> Tensor:
        bent = ops.tanh(ops.expand_dims(query, 2) + ops.expand_dims(key, 1))
        return ops.sum(bent if self.scale is None else bent * self.scale, axis=-1)

    def _factors(self, query: Shape) -> Tensor:
        features = query[-1]
        if features is None:
            raise ShapeError(expected="a known number of features", actual=str(query), hint="Give the Input its shape.")
        return self.add_weight("scale", (features,), initializer="glorot_uniform")
