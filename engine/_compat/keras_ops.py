"""Names of `keras.ops`, Keras 3's functions of arrays and tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _ops as ops
from .. import activations, losses
from .. import backend as K
from .._graph.tensor import Tensor
from .._machine.config import float_dtype
from ..types import DTypeLike
from . import control_flow
from . import functions as f
from .array_functions import LINALG, ON_ARRAYS
from .more_array_functions import MORE
from .network_functions import NETWORK
from .signal_functions import SIGNALS
from .tensorflow_images import IMAGE
from .values import TensorLike, TensorValue, constant, eager, operand, value_of

_ACTIVATIONS = (
    "celu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "log_sigmoid",
    "soft_shrink",
    "squareplus",
    "tanh_shrink",
)


_OF_LINALG = (
    "cholesky_inverse",
    "eig",
    "lstsq",
    "lu_factor",
    "matrix_rank",
    "logdet",
    "slogdet",
    "solve_triangular",
)


def convert_to_numpy(x: Any) -> Any:
    """The values, a plain array."""
    return np.array(value_of(x))


def shape(x: TensorLike) -> tuple[Any, ...]:
    """The sizes of all axes: numbers where they are known, else symbols."""
    tensor = operand(x)
    if not isinstance(tensor, Tensor):
        return tuple(int(n) for n in tensor.shape)
    sizes: Any = ops.shape_of(tensor) if None in tensor.shape else None
    return tuple(sizes[i] if n is None else int(n) for i, n in enumerate(tensor.shape))


def get_item(x: TensorLike, key: TensorLike) -> TensorValue:
    """A part of x, as brackets give it."""
    return operand(x)[key] if isinstance(x, Tensor) else eager(operand(x)[key])


def take(x: TensorLike, indices: TensorLike, axis: int = 0) -> TensorValue:
    """The elements of these numbers along an axis."""
    return f.gather(x, indices, axis)


def dot(x1: TensorLike, x2: TensorLike) -> TensorValue:
    """The product of matrices."""
    return f.matmul(x1, x2)


def identity(n: int, dtype: DTypeLike | None = None) -> TensorValue:
    """1 on the diagonal, 0 elsewhere."""
    return eager(np.eye(n, dtype=dtype or float_dtype()))


def _blank_last(numbers: Any, mask_index: int) -> Any:
    """Classes along the last axis with the blank behind all others."""
    whole = slice(None)
    parts = [ops.getitem(numbers, (whole, whole, one)) for one in _around(mask_index)]
    return ops.concatenate([*parts[:1], *parts[2:], parts[1]], axis=-1)


def _around(index: int) -> tuple[slice, slice, slice]:
    return slice(0, index), slice(index, index + 1), slice(index + 1, None)


def ctc_loss(
    target: TensorLike, output: TensorLike, target_length: TensorLike, output_length: TensorLike, mask_index: int = 0
) -> TensorValue:
    """-log p(labels) for labels without alignment to the steps (Graves et al., 2006), a value for each sample, (N,).

    Args:
        target: (N, L), classes.
        output: (N, T, C), logits of the classes.
        target_length: (N,), how many of the labels count.
        output_length: (N,), how many of the steps count.
        mask_index: the class that is the blank, 0 by default.
    """
    labels, lengths, steps = (value_of(x).astype("int32") for x in (target, target_length, output_length))
    shares = _blank_last(ops.softmax(operand(output)), int(mask_index))
    moved = np.where(labels > mask_index, labels - 1, labels)
    return eager(ops.squeeze(K.ctc_batch_cost(moved, shares, steps.reshape(-1, 1), lengths.reshape(-1, 1)), 1))


def ctc_decode(
    inputs: TensorLike,
    sequence_lengths: TensorLike,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[TensorValue, TensorValue]:
    """The likeliest labels of logits (N, T, C): (paths, N, T), -1 behind the end, and their scores (N, paths).

    Args:
        inputs: (N, T, C), logits of the classes.
        sequence_lengths: (N,), how many of the steps count.
        strategy: "greedy", the default, takes the likeliest class of each step, "beam_search" searches.
        beam_width: how many beginnings the search goes on with, 100 by default.
        top_paths: how many results the search gives, 1 by default.
        merge_repeated: accepted as in Keras: a class at several steps in a row is one label.
        mask_index: the class that is the blank, 0 by default.
    """
    shares = _blank_last(ops.softmax(np.asarray(value_of(inputs))), int(mask_index))
    paths, scores = K.ctc_decode(shares, value_of(sequence_lengths), strategy == "greedy", beam_width, top_paths)
    longest = shares.shape[1]
    filled = [np.pad(p.array, ((0, 0), (0, longest - p.array.shape[1])), constant_values=-1) for p in paths]
    stacked = np.stack([np.where(one >= mask_index, one + 1, one) for one in filled])
    if strategy == "greedy":  # Keras's score: the largest logits of all steps that count, negated
        counted = np.arange(longest) < value_of(sequence_lengths).reshape(-1, 1)
        return eager(stacked.astype("int32")), eager(
            -(np.asarray(value_of(inputs)).max(-1) * counted).sum(-1, keepdims=True)
        )
    return eager(stacked.astype("int32")), eager(scores.array)


class _Module:
    """Functions as attributes, such as `keras.ops.linalg.norm`."""

    def __init__(self, functions: Mapping[str, Any]) -> None:
        vars(self).update(functions)


SHOWN: dict[str, Any] = {
    **ON_ARRAYS,
    **f.ELEMENTWISE,
    **f.BINARY,
    **f.REDUCED,
    **f.SHAPES,
    **f.NN,
    "absolute": f.ELEMENTWISE["abs"],
    "arange": f.range_,
    "clip": f.clip_by_value,
    "concatenate": f.concat,
    "convert_to_numpy": convert_to_numpy,
    "convert_to_tensor": constant,
    "full": f.fill,
    "norm": f.norm,
    "power": f.BINARY["pow"],
    "take": take,
    "var": f.REDUCED["variance"],
    "cond": control_flow.cond,
    "fori_loop": control_flow.fori_loop,
    "map": control_flow.map_of,
    "scan": control_flow.scan,
    "vectorized_map": control_flow.map_of,
    "while_loop": control_flow.while_loop,
    "get_item": get_item,
    "hard_swish": f.of_arrays(activations.hard_silu),
    "dot": dot,
    "shape": shape,
    "identity": identity,
    "binary_crossentropy": losses.binary_crossentropy,
    "categorical_crossentropy": losses.categorical_crossentropy,
    "sparse_categorical_crossentropy": losses.sparse_categorical_crossentropy,
    "is_tensor": f.is_tensor,
    "repeat": f.of_arrays(K.repeat_elements),
    "normalize": f.l2_normalize,
    **MORE,
    **NETWORK,
    **SIGNALS,
    "custom_gradient": control_flow.custom_gradient,
    "ctc_loss": ctc_loss,
    "ctc_decode": ctc_decode,
    "image": _Module({name.removeprefix("random_"): made for name, made in IMAGE.items()}),
    "linalg": _Module({**LINALG, **{name: MORE[name] for name in _OF_LINALG}, "norm": f.norm}),
    **{
        name: made
        for name, made in LINALG.items()
        if name in ("cholesky", "det", "eigh", "inv", "pinv", "qr", "svd", "solve")
    },
    **{name: f.of_arrays(getattr(activations, name)) for name in _ACTIVATIONS},
}
_LOSSES = ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy")
_OF_NN = (
    *f.NN,
    *_ACTIVATIONS,
    *_LOSSES,
    *NETWORK,
    "ctc_decode",
    "ctc_loss",
    "fold",
    "hard_swish",
    "multi_hot",
    "normalize",
    "one_hot",
    "polar",
    "psnr",
    "top_k",
    "unfold",
)
SHOWN["nn"] = _Module({name: SHOWN[name] for name in _OF_NN})
SHOWN["numpy"] = _Module({name: made for name, made in SHOWN.items() if callable(made)})
__all__: list[str] = sorted(SHOWN)  # pyright: ignore[reportUnsupportedDunderAll] - the table's


def __getattr__(name: str) -> TensorValue:
    if name in SHOWN:
        return SHOWN[name]
    raise AttributeError(name)
