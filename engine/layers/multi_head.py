"""Attention of several heads: each compares queries and keys that a layer inside has projected."""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .. import _ops as ops
from .._declared import registry, rules
from .._declared.fields import REQUIRED, field
from .._graph.tensor import Tensor
from ..errors import SettingError, ShapeError
from .attention import FAR, earlier_steps
from .dropping import dropped
from .merge_base import MergeLayer
from .products import projected, resized
from .settings import dropout_field, initializer_field, limit_field, penalty_field, seed_field, switch_field
from .weights import add_by_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from dataclasses import KW_ONLY

    from .._declared.fields import Setting
    from .._graph.tensor import Variable
    from ..types import ArrayLike, Shape
    from .dropping import Phase
    from .node import Mask, Masks, Tensors
    from .settings import ConstraintSetting, InitializerSetting, RegularizerSetting

__all__ = ["GroupQueryAttention", "MultiHeadAttention"]

_INPUTS = ("query", "value", "key", "attention_mask")
_HINT = "Call it on a query, a value and, if it is another, a key: layer(x, x) for self-attention."


class Heads(MergeLayer):
    """Base of attention with several heads, called `layer(query, value, key=None, attention_mask=None)`."""

    least: ClassVar[int] = 1
    called_with: ClassVar[tuple[str, ...]] = _INPUTS

    _: KW_ONLY
    dropout: float = dropout_field(default=0.0, what="weights of the mean")
    use_bias: bool = switch_field(default=True, help="add a bias to what is projected")
    kernel_initializer: InitializerSetting = initializer_field(default="glorot_uniform", what="kernels")
    bias_initializer: InitializerSetting = initializer_field(default="zeros", what="biases")
    kernel_regularizer: RegularizerSetting = penalty_field(default=None, what="kernels")
    bias_regularizer: RegularizerSetting = penalty_field(default=None, what="biases")
    activity_regularizer: RegularizerSetting = penalty_field(default=None, what="output")
    kernel_constraint: ConstraintSetting = limit_field(default=None, what="kernels")
    bias_constraint: ConstraintSetting = limit_field(default=None, what="biases")
    seed: int | None = seed_field(default=None)
    causal: bool = switch_field(default=False, help="look at no later step")

    def __call__(
        self,
        inputs: Tensors | ArrayLike | Sequence[Tensor | ArrayLike] | None = None,
        value: Tensor | ArrayLike | None = None,
        key: Tensor | ArrayLike | None = None,
        attention_mask: Tensor | ArrayLike | None = None,
        **kwargs: Any,
    ) -> Any:
        """Apply the layer to a query, a value and, if it is another, a key; or to a list of these, as a graph does.

        Args:
            inputs: the query (N, T, D), a tensor or an array; by name `query`. Alone it is the value too.
            value: (N, S, V).
            key: (N, S, K), the value by default.
            attention_mask: (N, T, S) or what broadcasts to it: 1 where a step of the query looks at one of the value.
            **kwargs: further arguments of `call`: use_causal_mask, return_attention_scores, training, mask.
        """
        inputs = kwargs.pop("query", inputs)
        tensors: list[Any] = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        if isinstance(tensors[0], Tensor) and isinstance(attention_mask, (np.ndarray, list, tuple)):
            # A fixed mask is an argument of the call, so that the graph's config holds it.
            kwargs["attention_mask"], attention_mask = np.asarray(attention_mask).astype(int).tolist(), None
        tensors += [x for x in (value, key) if x is not None]
        if len(tensors) == 1:
            tensors *= 2
        if attention_mask is not None:
            tensors = [*tensors, tensors[1]][:3] + [attention_mask]
        return super().__call__(tensors, **kwargs)

    def check_shapes(self, shapes: list[Shape]) -> None:
        """As many axes in query, value and key; features are known, steps of value and key are equal."""
        if len(shapes) > len(_INPUTS):
            raise ShapeError(expected="at most 4 inputs", actual=str(len(shapes)), hint=_HINT)
        query, value, key = shapes[0], shapes[min(1, len(shapes) - 1)], shapes[2 if len(shapes) > 2 else -1]
        for shape in (query, value, key):
            if len(shape) < 3 or len(shape) != len(query):
                expected = "inputs of three axes or more (batch, steps, features), all of as many"
                raise ShapeError(expected=expected, actual=str(shape), hint=_HINT)
            if shape[-1] is None:
                raise ShapeError(expected="known features", actual=str(shape), hint="Give the Input its shape.")
        if any(None not in pair and pair[0] != pair[1] for pair in zip(value[1:-1], key[1:-1], strict=True)):
            raise ShapeError(expected="equal steps of value and key", actual=f"{value} and {key}", hint=_HINT)

    def compute_mask(self, inputs: Sequence[Tensor], mask: Masks = None) -> Mask:
        """That of the query."""
        return self.masks_of(inputs, mask)[0]

    def call(
        self,
        inputs: Sequence[Tensor],
        mask: Masks = None,
        training: Phase = None,
        use_causal_mask: bool = False,
        return_attention_scores: bool = False,
        attention_mask: Sequence[Any] | None = None,
    ) -> Tensor | list[Tensor]:
        """The output, and with `return_attention_scores` the weights of the means, (N, heads, T, S)."""
        query, value, key, pair_mask = _four(list(inputs))
        if attention_mask is not None:
            fixed = np.asarray(attention_mask)
            pair_mask = ops.full(fixed.shape, 1.0, "float32") * fixed.astype("float32")
        masks = _four(self.masks_of(inputs, mask))
        seen = self._seen(query, value, masks, pair_mask, causal=use_causal_mask or self.causal)
        query, key, value = ops.reals([query, key, value])
        result, scores = self._attend(query, key, value, seen, training)
        return [result, scores] if return_attention_scores else result

    def _seen(
        self, query: Tensor, value: Tensor, masks: list[Any], pair_mask: Tensor | None, *, causal: bool
    ) -> Tensor | None:
        """Where a step of the query looks at one of the value, with axes that broadcast to (N, T, S)."""
        of_query, of_value, of_key, _ = masks
        conditions = [] if of_query is None else [ops.expand_dims(of_query, -1)]
        conditions += [ops.expand_dims(m, 1) for m in dict.fromkeys((of_value, of_key)) if m is not None]
        conditions += [earlier_steps(query, value)] if causal else []
        conditions += [] if pair_mask is None else [ops.not_equal(pair_mask, 0)]
        return reduce(ops.logical_and, conditions) if conditions else None

    def _attend(
        self, query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None, training: Phase
    ) -> tuple[Tensor, Tensor]:
        raise NotImplementedError(f"{type(self).__name__}._attend")

    def _add_projection(self, what: str, sizes: tuple[int, ...], bias: tuple[int, ...]) -> tuple[Variable, Any]:
        kernel = add_by_settings(self, "kernel", sizes, f"{what}/kernel")
        return kernel, add_by_settings(self, "bias", bias, f"{what}/bias") if self.use_bias else None

    def _dropped(self, scores: Tensor, training: Phase) -> Tensor:
        return dropped(scores, self.dropout, training, None, self.seed)


def _four(inputs: list[Any]) -> list[Any]:
    """Query, value, key and mask: the key is the value where there is none."""
    query, value, *others = inputs if len(inputs) > 1 else inputs * 2
    return [query, value, others[0] if others else value, others[1] if len(others) > 1 else None]


def masked_softmax(scores: Tensor, seen: Tensor | None) -> Tensor:
    """Over the last axis; what is not seen has no weight."""
    if seen is None:
        return ops.softmax(scores)
    return ops.softmax(scores - (1.0 - ops.cast(seen, scores.dtype)) * FAR)


@registry.register("layer")
class MultiHeadAttention(Heads):
    """softmax(q @ k^T / sqrt(key_dim)) @ v in several heads, whose results are projected together (Vaswani et al., 2017).

    Called as `layer(query, value)`, `layer(x, x)` for self-attention. Weights: query/kernel (D, heads, key_dim), key/kernel,
    value/kernel (V, heads, value_dim), attention_output/kernel (heads, value_dim, D), each with its bias behind it.

    Args:
        num_heads: number of heads.
        key_dim: size of a head's queries and keys.
        value_dim: size of a head's values, key_dim by default.
        dropout: share of the weights of the mean that is set to 0 while training, from 0 to below 1; 0 by default.
        use_bias: whether a bias is added to what is projected, True by default.
        output_shape: size of the output's features, or several sizes; that of the query by default.
        attention_axes: axes of steps that are compared, not the batch's nor the last; all between these by default.
        kernel_initializer: first values of the kernels, "glorot_uniform" by default.
        bias_initializer: first values of the biases, "zeros" by default.
        kernel_regularizer: penalty on the kernels that is added to the loss, None by default.
        bias_regularizer: penalty on the biases, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernels, applied after each update, None by default.
        bias_constraint: limit on the biases, None by default.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        causal: whether no step of the query looks at later steps of the value, in each call; False by default.

    Input shape:
        Query (N, T, D), value (N, S, V) and, if it is another tensor, key (N, S, K).

    Output shape:
        (N, T, D), or (N, T, output_shape).

    Raises:
        ShapeError: inputs have other than three axes or more, their features are not known, or steps of value and key differ.
        SettingError: an axis of `attention_axes` is the batch's or the last.

    Example:
        >>> MultiHeadAttention(num_heads=2, key_dim=3).compute_output_shape([(None, 7, 8), (None, 5, 4)])
        (None, 7, 8)
    """

    _behind_properties: ClassVar[frozenset[str]] = frozenset({"output_shape"})

    num_heads: int = field(rules.positive_int, default=REQUIRED, help="number of heads", after="")
    key_dim: int = field(
        rules.positive_int, default=REQUIRED, help="size of a head's queries and keys", after="num_heads"
    )
    value_dim: int | None = field(
        rules.optional(rules.positive_int), default=None, help="size of a head's values", after="key_dim"
    )
    _: KW_ONLY
    output_shape: Setting[int | Sequence[int] | None, tuple[int, ...] | None] = field(  # pyright: ignore[reportIncompatibleVariableOverride] - layers tell their shape by this name
        rules.optional(rules.int_tuple()), default=None, help="features of the output", after="use_bias"
    )
    attention_axes: Setting[int | Sequence[int] | None, tuple[int, ...] | None] = field(
        rules.optional(rules.int_tuple(minimum=-16)), default=None, help="axes of steps", after="output_shape"
    )

    def build(self, input_shape: list[Shape]) -> None:
        """Make the kernels and biases of the four projections."""
        shapes = _four(list(input_shape))
        query, value, key = (int(shape[-1] or 0) for shape in shapes[:3])
        heads, size = self.num_heads, self.key_dim
        size_of_value = self.value_dim or size
        stated = self.setting("output_shape") or (query,)
        self._query = self._add_projection("query", (query, heads, size), (heads, size))
        self._key = self._add_projection("key", (key, heads, size), (heads, size))
        self._value = self._add_projection("value", (value, heads, size_of_value), (heads, size_of_value))
        self._output = self._add_projection("attention_output", (heads, size_of_value, *stated), stated)
        self.built = True

    def _attend(
        self, query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None, training: Phase
    ) -> tuple[Tensor, Tensor]:
        axes = self._axes(query.ndim)
        others = tuple(axis for axis in range(query.ndim - 1) if axis not in axes)
        order = (*others, query.ndim - 1, *axes, query.ndim)  # batch, heads, steps, size of a head
        scaled = projected(query, *self._query) * (1.0 / math.sqrt(self.key_dim))
        q, k, v = (
            ops.transpose(x, order) for x in (scaled, projected(key, *self._key), projected(value, *self._value))
        )
        of_query, of_key, of_value = (_with_one_axis_of_steps(x, len(axes)) for x in (q, k, v))
        turned = ops.transpose(of_key, (*range(of_key.ndim - 2), of_key.ndim - 1, of_key.ndim - 2))
        scores = masked_softmax(ops.matmul(of_query, turned), _with_heads(seen, len(others), len(axes)))
        means = ops.matmul(self._dropped(scores, training), of_value)
        if len(axes) > 1:
            means = resized(means, (*q.shape[:-1], v.shape[-1]))
            scores = resized(scores, (*q.shape[:-1], *k.shape[-1 - len(axes) : -1]))
        back = tuple(order.index(axis) for axis in range(query.ndim + 1))
        return projected(ops.transpose(means, back), *self._output, summed=2), scores

    def _axes(self, rank: int) -> tuple[int, ...]:
        """The axes of steps, counted from the first."""
        axes = self.attention_axes or tuple(range(1, rank - 1))
        counted = tuple(axis % rank if -rank <= axis < rank else 0 for axis in axes)
        if not set(counted) <= set(range(1, rank - 1)):
            where = f"{self.where}, attention_axes"
            raise SettingError(where=where, expected=f"axes from 1 to {rank - 2}", actual=str(list(axes)))
        return counted


def _with_one_axis_of_steps(x: Tensor, axes: int) -> Tensor:
    """(..., several axes of steps, size) -> (..., all steps, size). Raises ShapeError where a size of several is not known."""
    if axes == 1:
        return x
    sizes = x.shape[-1 - axes : -1]
    if None in sizes:
        hint = "Give the Input its shape, or compare along one of attention_axes."
        raise ShapeError(expected="known sizes of all axes of steps", actual=str(sizes), hint=hint)
    return resized(x, (*x.shape[: -1 - axes], math.prod(size or 0 for size in sizes), x.shape[-1]))


def _with_heads(seen: Tensor | None, others: int, axes: int) -> Tensor | None:
    """A mask with an axis for heads before those of steps, and with one axis for all steps of a tensor."""
    if seen is None:
        return None
    if axes > 1:
        if seen.ndim < 2 * axes:
            expected = f"an attention_mask with {2 * axes} axes of steps; several axes have no other mask"
            raise ShapeError(expected=expected, actual=str(seen.shape))
        steps = [math.prod(size or 0 for size in seen.shape[i : i + axes]) for i in (-2 * axes, -axes)[:1]]
        steps.append(math.prod(size or 0 for size in seen.shape[-axes:]))
        seen = resized(seen, (*seen.shape[: -2 * axes], *steps))
    missing = max(others + 3 - seen.ndim, 0)  # batch and others, heads, steps of the query, steps of the value
    return reduce(lambda x, _: ops.expand_dims(x, max(x.ndim - 2, 0)), range(missing), seen)


@registry.register("layer")
class GroupQueryAttention(Heads):
    """Attention of several heads, where each group of heads shares its keys and values (Ainslie et al., 2023).

    Called as `layer(query, value)`, `layer(x, x)` for self-attention. Weights: query/kernel (D, query heads, head_dim),
    key/kernel, value/kernel (V, groups, head_dim), attention_output/kernel (query heads, head_dim, D), each with its bias.

    Args:
        head_dim: size of a head's queries, keys and values.
        num_query_heads: number of heads.
        num_key_value_heads: number of groups, which divides that of the heads; 1: all heads share keys and values.
        dropout: share of the weights of the mean that is set to 0 while training, from 0 to below 1; 0 by default.
        use_bias: whether a bias is added to what is projected, True by default.
        kernel_initializer: first values of the kernels, "glorot_uniform" by default.
        bias_initializer: first values of the biases, "zeros" by default.
        kernel_regularizer: penalty on the kernels that is added to the loss, None by default.
        bias_regularizer: penalty on the biases, None by default.
        activity_regularizer: penalty on the output, None by default.
        kernel_constraint: limit on the kernels, applied after each update, None by default.
        bias_constraint: limit on the biases, None by default.
        seed: whole number from 0 that fixes this layer's random numbers; None, the default: the engine's stream.
        causal: whether no step of the query looks at later steps of the value, in each call; False by default.

    Input shape:
        Query (N, T, D), value (N, S, V) and, if it is another tensor, key (N, S, K).

    Output shape:
        (N, T, D).

    Raises:
        SettingError: the groups do not divide the heads.
        ShapeError: inputs have other than three axes, their features are not known, or steps of value and key differ.

    Example:
        >>> GroupQueryAttention(3, 4, 2).compute_output_shape([(None, 7, 8), (None, 5, 8)])
        (None, 7, 8)
    """

    head_dim: int = field(rules.positive_int, default=REQUIRED, help="size of a head", after="")
    num_query_heads: int = field(rules.positive_int, default=REQUIRED, help="number of heads", after="head_dim")
    num_key_value_heads: int = field(
        rules.positive_int, default=REQUIRED, help="groups that share keys and values", after="num_query_heads"
    )

    def prepare(self) -> None:
        """Refuse groups that do not divide the heads."""
        super().prepare()
        if self.num_query_heads % self.num_key_value_heads:
            raise SettingError(
                where="GroupQueryAttention, num_key_value_heads",
                expected=f"a number that divides the {self.num_query_heads} query heads",
                actual=str(self.num_key_value_heads),
            )

    def check_shapes(self, shapes: list[Shape]) -> None:
        """Three axes each."""
        super().check_shapes(shapes)
        if len(shapes[0]) != 3:
            raise ShapeError(expected="inputs of three axes (batch, steps, features)", actual=str(shapes[0]))

    def build(self, input_shape: list[Shape]) -> None:
        """Make the kernels and biases of the four projections."""
        query, value, key = (int(shape[-1] or 0) for shape in _four(list(input_shape))[:3])
        of_heads, of_groups = (self.num_query_heads, self.head_dim), (self.num_key_value_heads, self.head_dim)
        self._query = self._add_projection("query", (query, *of_heads), of_heads)
        self._key = self._add_projection("key", (key, *of_groups), of_groups)
        self._value = self._add_projection("value", (value, *of_groups), of_groups)
        self._output = self._add_projection("attention_output", (*of_heads, query), (query,))
        self.built = True

    def _attend(
        self, query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None, training: Phase
    ) -> tuple[Tensor, Tensor]:
        groups, size = self.num_key_value_heads, self.head_dim
        each = self.num_query_heads // groups
        scaled = projected(query, *self._query) * (1.0 / math.sqrt(size))
        heads = ops.transpose(resized(scaled, (None, query.shape[1], groups, each, size)), (0, 2, 3, 1, 4))
        keys = ops.expand_dims(ops.transpose(projected(key, *self._key), (0, 2, 3, 1)), 2)
        values = ops.expand_dims(ops.transpose(projected(value, *self._value), (0, 2, 1, 3)), 2)
        products = ops.matmul(heads, keys)  # batch, groups, heads of each, steps of the query, steps of the key
        seen = None if seen is None else _with_heads(seen, 2, 1)
        scores = masked_softmax(products, seen)
        means = ops.transpose(ops.matmul(self._dropped(scores, training), values), (0, 3, 1, 2, 4))
        flat = resized(means, (None, query.shape[1], groups * each, size))
        steps = (query.shape[1], value.shape[1])
        return projected(flat, *self._output, summed=2), resized(scores, (None, groups * each, *steps))
