"""Which parts of a sample an output depends on: saliency, Grad-CAM and occlusion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from .. import _ops as ops
from .._graph.gradient import gradients
from .._graph.tensor import Placeholder, Tensor
from ..errors import DataError, SettingError
from ..layers.embeddings import Embedding
from ..types import Array, Data
from .places import Place
from .reading import Fed, Reader
from .units import unit_axis

Of: TypeAlias = "int | Sequence[int] | Array | None"
"""The unit of the output that is asked about, or one for each sample; None: the largest one of each sample."""

_MOST_WINDOWS = 4096


def scores(reader: Reader, fed: Fed, of: Of, output: int) -> tuple[Array, Array]:
    """The output unit that is asked about of each sample, (N,), and its values, (N,). Raises DataError."""
    (values,) = reader.values(fed, [_output(reader, output)])
    if values.ndim != 2:
        raise DataError(
            where=f"output {output} of model '{reader.model.name}'",
            expected="one number for each class, (N, classes)",
            actual=f"shape {values.shape}",
            hint="Saliency, Grad-CAM and occlusion ask about one number of the output.",
        )
    chosen = values.argmax(1) if of is None else np.broadcast_to(np.asarray(of, np.int64), (len(values),))
    wrong = chosen[(chosen < 0) | (chosen >= values.shape[1])]
    if wrong.size:
        raise DataError(where="of", expected=f"classes from 0 to {values.shape[1] - 1}", actual=str(int(wrong.flat[0])))
    return chosen, values[np.arange(len(values)), chosen]


def saliency(reader: Reader, x: Data, of: Of = None, output: int = 0, input_number: int = 0) -> Array:
    """|d score / d input| for each number of an input; (N, T) of words: the norm of the gradient of each word's row."""
    fed = reader.feed(x)
    chosen, _ = scores(reader, fed, of, output)
    source = reader.model.inputs[input_number]
    (gradient,) = _gradients(reader, fed, chosen, output, [source])
    if gradient is not None:
        return np.abs(gradient)
    rows = next((p for p in reader.places.values() if isinstance(p.layer, Embedding) and source in p.inputs), None)
    (gradient,) = _gradients(reader, fed, chosen, output, [rows.outputs[0]]) if rows is not None else (None,)
    if gradient is None:
        raise DataError(
            where=f"input '{source.name}'",
            expected="an input that the output has a gradient with respect to",
            actual="none",
            hint="occlusion(x) needs no gradient.",
        )
    return np.sqrt(np.square(gradient).sum(-1))


def grad_cam(reader: Reader, layer_call: Place, x: Data, of: Of = None, output: int = 0) -> Array:
    """max(0, sum over channels of mean(d score / d A_k) A_k), (N, H, W), of a layer's feature maps A (Selvaraju et al., 2017)."""
    maps = layer_call.outputs[0]
    if maps.ndim < 3:
        raise DataError(
            where=layer_call.layer.where,
            expected="feature maps, (N, H, W, C), or steps, (N, T, C)",
            actual=f"an output of shape {tuple(maps.shape)}",
            hint="Ask a layer of convolutions or pooling, or one that returns sequences.",
        )
    fed = reader.feed(x)
    chosen, _ = scores(reader, fed, of, output)
    (gradient,) = _gradients(reader, fed, chosen, output, [maps])
    (values,) = reader.values(fed, [maps])
    gradient = np.zeros_like(values) if gradient is None else gradient
    axis = unit_axis(layer_call)
    gradient, values = np.moveaxis(gradient, axis, -1), np.moveaxis(values, axis, -1)
    weights = gradient.mean(tuple(range(1, gradient.ndim - 1)), keepdims=True, dtype=np.float64)
    return np.maximum((weights * values).sum(-1), 0).astype(values.dtype)


def occlusion(
    reader: Reader,
    x: Array,
    of: Of = None,
    size: int | None = None,
    stride: int | None = None,
    value: float = 0.0,
    output: int = 0,
) -> Array:
    """How much the score falls where a window of the sample is covered, for each window, (N, rows, columns)."""
    x = np.asarray(x)
    chosen, whole = scores(reader, reader.feed(x), of, output)
    axes = x.shape[1:3] if x.ndim > 3 else x.shape[1:2]
    size = max(1, max(axes) // 8) if size is None else size
    stride = size if stride is None else stride
    if size < 1 or stride < 1:
        raise SettingError(where="occlusion", expected="a size and a stride of at least 1", actual=f"{size}, {stride}")
    starts = [range(0, max(length - size, 0) + 1, stride) for length in axes]
    counts = [len(s) for s in starts]
    if int(np.prod(counts)) > _MOST_WINDOWS:
        raise SettingError(
            where="occlusion",
            expected=f"at most {_MOST_WINDOWS} windows",
            actual=f"{' × '.join(map(str, counts))}",
            hint="Give a larger stride.",
        )
    falls = np.empty((len(x), *counts), np.float64)
    rows = np.arange(len(x))
    for index in np.ndindex(*counts):
        covered = x.copy()
        window = tuple(slice(s[i], s[i] + size) for s, i in zip(starts, index, strict=True))
        covered[(slice(None), *window)] = value
        (values,) = reader.values(reader.feed(covered), [_output(reader, output)])
        falls[(slice(None), *index)] = whole - values[rows, chosen]
    return falls


def _output(reader: Reader, output: int) -> Tensor:
    outputs = reader.model.outputs
    if not 0 <= output < len(outputs):
        raise DataError(where="output", expected=f"a number from 0 to {len(outputs) - 1}", actual=str(output))
    return outputs[output]


def _gradients(reader: Reader, fed: Fed, chosen: Array, output: int, wanted: Sequence[Tensor]) -> list[Array | None]:
    """The gradients of each sample's score with respect to some tensors, one sample not knowing of the others."""
    y = _output(reader, output)
    one_hot = np.zeros((fed.samples, y.shape[-1] or int(chosen.max()) + 1), y.dtype)
    one_hot[np.arange(fed.samples), chosen] = 1
    mask, gradient_tensors = reader.kept(("gradients", y, *wanted), lambda: _recorded(y, wanted))
    present = [g for g in gradient_tensors if g is not None]
    if not present:
        return [None] * len(gradient_tensors)
    more = Fed([*fed.inputs, mask], [*fed.arrays, one_hot], fed.samples, fed.batch)
    values = iter(reader.values(more, present))
    return [None if g is None else next(values) for g in gradient_tensors]


def _recorded(y: Tensor, wanted: Sequence[Tensor]) -> tuple[Placeholder, list[Tensor | None]]:
    mask = Placeholder(tuple(y.shape), y.dtype, "the unit that is asked about")
    return mask, gradients(ops.sum(ops.multiply(y, mask)), list(wanted))
