"""Weights of TensorFlow's checkpoints and SavedModels for a model that is there: `model.load_weights("training/cp-0010.ckpt")`."""

from __future__ import annotations

from collections.abc import Sequence

from .._files.checkpoint_objects import CheckpointObjects
from .._files.plain_model import PlainArray
from .._graph.tensor import Variable
from ..errors import FileError, shorten
from ..layers.base import Layer
from .network import Network

_ATTRIBUTES = "/.ATTRIBUTES/"


def assign_checkpoint(model: Network, objects: CheckpointObjects) -> None:
    """Give a model the weights of a checkpoint that tf.keras wrote of the same layers; all or nothing.

    Args:
        model: a model with its weights.
        objects: the checkpoint.

    Raises:
        FileError: it holds the layers of another model, or names none.
    """
    source, layers = objects.bundle.prefix, _with_weights(model)
    stored = objects.of_layers()
    if stored:
        pairs = _by_layer(layers, stored, source)
    else:
        pairs = _in_order([w for layer in layers for w in layer.weights], objects.listed("variables"), source)
    for variable, array in pairs:
        if variable.shape != array.shape:
            expected = f"shape {variable.shape} for weight {shorten(variable.name)}"
            raise FileError(file=source, expected=expected, actual=f"shape {array.shape} of {shorten(array.name)}")
    values = [array.read() for _, array in pairs]
    for (variable, _), value in zip(pairs, values, strict=True):
        variable.assign(value.astype(variable.dtype, copy=False))


def _with_weights(model: Network) -> list[Layer]:
    """The layers that have weights, those of models inside in their place."""
    layers: list[Layer] = []
    for layer in model.layers:
        layers += _with_weights(layer) if isinstance(layer, Network) else [layer] if layer.weights else []
    return layers


def _in_order(
    variables: Sequence[Variable], arrays: Sequence[PlainArray], source: str
) -> list[tuple[Variable, PlainArray]]:
    if len(variables) != len(arrays):
        actual = f"{len(arrays)} of them" if arrays else "no list of variables, and no layers by their names"
        raise FileError(file=source, expected=f"{len(variables)} weights", actual=actual)
    return list(zip(variables, arrays, strict=True))


def _by_layer(
    layers: Sequence[Layer], stored: Sequence[Sequence[PlainArray]], source: str
) -> list[tuple[Variable, PlainArray]]:
    if len(layers) != len(stored):
        raise FileError(file=source, expected=f"{len(layers)} layers with weights", actual=str(len(stored)))
    pairs: list[tuple[Variable, PlainArray]] = []
    for layer, arrays in zip(layers, stored, strict=True):
        waiting = list(arrays)
        for variable in layer.weights:
            what = str(variable.name).rpartition("/")[2].partition(":")[0]
            stored_array = next((array for array in waiting if _attribute(array) == what), None)
            if stored_array is None:
                attributes = ", ".join(sorted({_attribute(array) for array in arrays})) or "nothing"
                raise FileError(file=source, expected=f"{what!r} of {layer.where}", actual=shorten(attributes))
            waiting.remove(stored_array)
            pairs.append((variable, stored_array))
    return pairs


def _attribute(array: PlainArray) -> str:
    """The attribute that an array is, of the layer or of what the layer holds: `kernel`."""
    return array.name.partition(_ATTRIBUTES)[0].rpartition("/")[2]
