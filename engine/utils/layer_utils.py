"""The summary table and parameter counts, under Keras's path."""

from __future__ import annotations

from collections.abc import Iterable

from .._graph.tensor import Tensor, Variable
from ..errors import GraphError
from ..layers import Dense
from ..layers.base import Layer
from ..models.network import Network
from ..models.summary import print_summary
from .conv_utils import convert_kernel

__all__ = [
    "convert_all_kernels_in_model",
    "convert_dense_weights_data_format",
    "count_params",
    "get_source_inputs",
    "print_summary",
]


def count_params(weights: Iterable[Variable]) -> int:
    """Number of elements in distinct weights.

    >>> dense = Dense(3)
    >>> dense.build((None, 2))
    >>> count_params(dense.weights)
    9
    """
    return sum(w.size for w in dict.fromkeys(weights))


def get_source_inputs(tensor: Tensor, layer: Layer | None = None, node_index: int | None = None) -> list[Tensor]:
    """The inputs of a model that a layer's tensor is computed from, in the order in which they are met.

    layer and node_index name another use of a layer to begin with. Raises GraphError for a tensor that no layer gave.

    >>> from engine.layers import Input
    >>> x = Input(shape=(2,))
    >>> get_source_inputs(Dense(3)(x)) == [x]
    True
    """
    origin, index = (layer, node_index) if layer is not None and node_index is not None else _origin(tensor)
    if not origin.inbound_nodes:
        return [tensor]
    inputs: dict[Tensor, None] = {}
    stack, seen = [origin.inbound_nodes[index]], set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if not node.inbound_layers:
            inputs.update(dict.fromkeys(node.input_tensors))
        sources = list(zip(node.inbound_layers, node.node_indices, strict=True))
        stack += [source.inbound_nodes[index] for source, index in reversed(sources) if source is not None]
    return list(inputs)


def _origin(tensor: Tensor) -> tuple[Layer, int]:
    """The layer that gave a tensor, and the index of the call."""
    history: tuple[Layer, int, int] | None = getattr(tensor, "_keras_history", None)
    if history is None:
        raise GraphError(where="get_source_inputs", expected="a tensor that a layer gave", actual=repr(tensor))
    return history[:2]


def convert_all_kernels_in_model(model: Network) -> None:
    """Reverse the kernels of all convolutions in place: weights of Keras on Theano for TensorFlow's order, and back.

    >>> from engine.layers import Conv1D
    >>> from engine.models import Sequential
    >>> model = Sequential([Conv1D(1, 3, use_bias=False, input_shape=(4, 1))])
    >>> model.set_weights([[[[1]], [[2]], [[3]]]])
    >>> convert_all_kernels_in_model(model)
    >>> model.get_weights()[0].ravel().tolist()
    [3.0, 2.0, 1.0]
    """
    convolutions = {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose"}
    for layer in model.layers:
        if type(layer).__name__ in convolutions and layer.built:
            kernel = layer.weights[0]
            kernel.assign(convert_kernel(kernel.array))


def convert_dense_weights_data_format(
    dense: Dense, previous_feature_map_shape: tuple[int, ...], target_data_format: str = "channels_first"
) -> None:
    """Reorder a Dense's kernel behind a Flatten in place, when the images before it change their format.

    previous_feature_map_shape: of the images before Flatten, without the batch, in the format that they shall have.

    >>> dense = Dense(1, use_bias=False)
    >>> dense.build((None, 4))
    >>> dense.set_weights([[[0], [1], [2], [3]]])
    >>> convert_dense_weights_data_format(dense, (2, 1, 2))
    >>> dense.get_weights()[0].ravel().tolist()
    [0.0, 2.0, 1.0, 3.0]
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
