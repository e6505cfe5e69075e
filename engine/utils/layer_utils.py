"""The summary table and parameter counts, under Keras's path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .._graph.tensor import Tensor, Variable
from ..errors import GraphError
from ..layers import Dense, deserialize
from ..layers.base import Layer
from ..models.network import Network
from ..models.summary import print_summary
from ..types import CustomObjects
from .conv_utils import convert_kernel

__all__ = [
    "convert_all_kernels_in_model",
    "convert_dense_weights_data_format",
    "count_params",
    "get_source_inputs",
    "layer_from_config",
    "print_summary",
]


def count_params(weights: Iterable[Variable]) -> int:
    """The number of elements in weights, each counted once.

    Args:
        weights: weights; one may occur several times.

    Returns:
        The number.

    Example:
        >>> dense = Dense(3)
        >>> dense.build((None, 2))
        >>> count_params(dense.weights)
        9
    """
    return sum(w.size for w in dict.fromkeys(weights))


def get_source_inputs(tensor: Tensor, layer: Layer | None = None, node_index: int | None = None) -> list[Tensor]:
    """The inputs of a model that a layer's tensor is computed from.

    Args:
        tensor: a layer's output.
        layer: with `node_index` another use of a layer to begin with; None (the default): the use that gave the tensor.
        node_index: the index of that use; None (the default): likewise.

    Returns:
        A list of inputs, in the order in which they are met.

    Raises:
        GraphError: no layer gave the tensor.

    Example:
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
    """Reverse the kernels of all convolutions in place. So weights of Keras on Theano get TensorFlow's order, and back.

    Args:
        model: the model.

    Example:
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
            kernel.assign(convert_kernel(kernel.host()))


def convert_dense_weights_data_format(
    dense: Dense, previous_feature_map_shape: tuple[int, ...], target_data_format: str = "channels_first"
) -> None:
    """Reorder the kernel of a Dense behind a Flatten in place, when the images before it change their format.

    Args:
        dense: the layer.
        previous_feature_map_shape: the shape of the images before Flatten without the batch, in the new format.
        target_data_format: the new format, "channels_first" by default.

    Example:
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


def layer_from_config(config: Mapping[str, object], custom_objects: CustomObjects | None = None) -> Layer:
    """The layer or model of a {"class_name", "config"} (Keras 1's name of `layers.deserialize`).

    >>> layer_from_config({"class_name": "Dense", "config": {"units": 3, "name": "last"}}).name
    'last'
    """
    return deserialize(config, custom_objects)
