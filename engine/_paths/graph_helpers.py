"""Small functions that `keras.engine.topology` and `training` had beside their classes, for code that imports them."""

from __future__ import annotations

from collections.abc import Sequence

from .._declared.naming import snake_case
from .._graph.tensor import Tensor, Variable
from ..layers import Layer
from ..models.network import Network
from ..types import Shape
from ..utils.generic_utils import to_list


def to_snake_case(name: str) -> str:
    """The name of a class as automatic names of layers have it.

    Args:
        name: such as "MaxPooling2D".

    Returns:
        Small letters with strokes between words; "private" before a name that begins with a stroke.

    Example:
        >>> to_snake_case("MaxPooling2D"), to_snake_case("_Own")
        ('max_pooling2d', 'private__own')
    """
    snake = snake_case(name)
    return f"private{snake}" if snake.startswith("_") else snake


def collect_previous_mask(input_tensors: Tensor | Sequence[Tensor]) -> Tensor | list[Tensor | None] | None:
    """The masks that layers gave with their outputs.

    Args:
        input_tensors: outputs of layers, one or a list.

    Returns:
        The mask of one tensor, or a list of masks; None where there is none.
    """
    masks: list[Tensor | None] = []
    for x in to_list(input_tensors):
        layer, call, index = getattr(x, "_keras_history", (None, 0, 0))
        masks.append(None if layer is None else layer.inbound_nodes[call].output_masks[index])
    return masks[0] if len(masks) == 1 else masks


def collect_input_shape(input_tensors: Tensor | Sequence[Tensor]) -> Shape | list[Shape]:
    """The shapes of tensors.

    Args:
        input_tensors: one tensor or a list.

    Returns:
        The shape of one tensor, or a list of shapes.
    """
    shapes = [x.shape for x in to_list(input_tensors)]
    return shapes[0] if len(shapes) == 1 else shapes


def collect_trainable_weights(layer: Layer) -> list[Variable]:
    """The trainable weights of a layer or model, without those of frozen layers inside it, ordered by name (Keras 1).

    Args:
        layer: a layer or a model.

    Returns:
        The weights, each once.
    """
    if not layer.trainable:
        return []
    if not isinstance(layer, Network):
        weights = layer.trainable_weights
    else:
        weights = [weight for inner in layer.layers for weight in collect_trainable_weights(inner)]
    return sorted(dict.fromkeys(weights), key=lambda weight: str(weight.name))
