"""What the layers of a model give for one sample, as small pictures, curves and bars."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from engine.errors import EngineError
from engine.inspection import Place
from engine.types import Array

from .. import messages
from ..evaluation.evaluated import Evaluated
from ..inside.panels import drawn_sample

MOST_LAYERS = 24
MOST_CHANNELS = 8
# Of a layer's output for one sample; larger ones are not looked at.
MOST_BYTES = 64 * 2**20


class Seen(NamedTuple):
    """What a model does with one sample.

    outputs: predictions (1, ...) in the order of the model's outputs. layers: what its layers give. buffers: the numbers of their
    panels, layer by layer. more: how many are not shown.
    """

    outputs: list[Array]
    layers: list[messages.LayerLook]
    buffers: list[bytes]
    more: int


def seen(evaluated: Evaluated, inputs: Mapping[str, Array]) -> Seen:
    """Predictions and what each layer gives for one sample, of one run through the model, the first layers first.

    Args:
        evaluated: the model with what it is judged by.
        inputs: (1, ...) by the names of its inputs.

    Returns:
        Looks of at most 24 layers with at most 8 channels each, the most active first.
    """
    try:
        reader = evaluated.reader
        arrays = list(inputs.values())
        fed = reader.feed(arrays[0] if len(arrays) == 1 else arrays)
        places = [place for place in reader.places.values() if _is_shown(place)]
        shown = [place for place in places if _bytes(place) <= MOST_BYTES][:MOST_LAYERS]
        wanted = list(dict.fromkeys([*reader.model.outputs, *(place.outputs[0] for place in shown)]))
        values = dict(zip(wanted, reader.values(fed, wanted), strict=True))
    except (EngineError, TypeError, ValueError, AttributeError):
        # A model of a class of its own may have no such graph.
        return Seen(evaluated.predict(inputs), [], [], 0)
    looks = [look_of(place.name, type(place.layer).__name__, values[place.outputs[0]][0]) for place in shown]
    buffers = [buffer for _, made in looks for buffer in made]
    outputs = [values[y] for y in reader.model.outputs]
    return Seen(outputs, [look for look, _ in looks], buffers, len(places) - len(shown))


def look_of(name: str, title: str, output: Array) -> tuple[messages.LayerLook, list[bytes]]:
    """One layer's output for a sample, as the inspector draws it; of maps the most active channels."""
    drawn = drawn_sample(output, name, by_activity=output.ndim > 2, most=MOST_CHANNELS)
    return {"layer": name, "title": title, "panels": drawn.panels, "total": drawn.total}, drawn.buffers


def _is_shown(place: Place) -> bool:
    """Layers of the model itself with one output; what is inside of them is not shown."""
    return not place.is_input and len(place.outputs) == 1 and "/" not in place.name


def _bytes(layer_call: Place) -> int:
    y = layer_call.outputs[0]
    return math.prod(size or 1 for size in y.shape[1:]) * y.dtype.itemsize
