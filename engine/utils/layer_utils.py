"""The summary table and parameter counts, under Keras's path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._graph.tensor import Tensor, Variable
from ..errors import GraphError
from ..models.summary import print_summary
from .conv_utils import convert_kernel

__all__ = [
    "convert_all_kernels_in_model", "convert_dense_weights_data_format", "count_params", "get_source_inputs",
    "print_summary",
]  # fmt: skip


def count_params(weights: Iterable[Variable]) -> int:
    """Number of elements in distinct weights."""
    return sum(w.size for w in dict.fromkeys(weights))


def get_source_inputs(tensor: Any, layer: Any = None, node_index: int | None = None) -> list[Tensor]:
    """The inputs of a model that a layer's tensor is computed from, in the order in which they are met.

    layer and node_index name another use of a layer to begin with. Raises GraphError for a tensor that no layer gave.
    """
    if layer is None or node_index is None:
        if not hasattr(tensor, "_keras_history"):
            raise GraphError(where="get_source_inputs", expected="a tensor that a layer gave", found=repr(tensor))
        layer, node_index, _ = tensor._keras_history
    if not layer.inbound_nodes:
        return [tensor]
    found: dict[Tensor, None] = {}
    stack, seen = [layer.inbound_nodes[node_index]], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not node.inbound_layers:
            found.update(dict.fromkeys(node.input_tensors))
        sources = list(zip(node.inbound_layers, node.node_indices, strict=True))
        stack += [source.inbound_nodes[index] for source, index in reversed(sources) if source is not None]
    return list(found)


def convert_all_kernels_in_model(model: Any) -> None:
    """Reverse the kernels of all convolutions in place: weights of Keras on Theano for TensorFlow's order, and back."""
    convolutions = {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose"}
    for layer in model.layers:
        if type(layer).__name__ in convolutions and layer.built:
            layer.kernel.assign(convert_kernel(layer.kernel.array))


def convert_dense_weights_data_format(
    dense: Any, previous_feature_map_shape: tuple[int, ...], target_data_format: str = "channels_first"
) -> None:
    """Reorder a Dense's kernel behind a Flatten in place, when the images before it change their format.

    previous_feature_map_shape: of the images before Flatten, without the batch, in the format that they have now.
    """
    kernel, *bias = dense.get_weights()
    if target_data_format == "channels_first":
        channels, *spatial = previous_feature_map_shape
        now, order = (*spatial, channels), (len(spatial), *range(len(spatial)))
    else:
        *spatial, channels = previous_feature_map_shape
        now, order = (channels, *spatial), (*range(1, len(spatial) + 1), 0)
    moved = kernel.reshape(*now, kernel.shape[1]).transpose(*order, len(order))
    dense.set_weights([moved.reshape(kernel.shape), *bias])
