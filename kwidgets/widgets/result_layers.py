"""What the layers of a model give for one sample, as small pictures, curves and bars."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from engine.errors import EngineError
from engine.inspection import Place
from engine.types import Array

from .. import messages
from ..evaluation.evaluated import Evaluated
from ..session.array_facts import described

MOST_LAYERS = 24
MOST_CHANNELS = 8
MOST_VALUES = 32
# Of a layer's output for one sample; larger ones are not looked at.
MOST_BYTES = 64 * 2**20


class Seen(NamedTuple):
    """What a model does with one sample.

    outputs: predictions (1, ...) in the order of the model's outputs. layers: what its layers give. more: how many are not shown.
    """

    outputs: list[Array]
    layers: list[messages.LayerLook]
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
        return Seen(evaluated.predict(inputs), [], 0)
    looks = [look_of(place.name, type(place.layer).__name__, values[place.outputs[0]][0]) for place in shown]
    return Seen([values[y] for y in reader.model.outputs], looks, len(places) - len(shown))


def look_of(name: str, title: str, output: Array) -> messages.LayerLook:
    """One layer's output for a sample (H, W, C), (T, C) or (C,): of a map its channels as samples, the most active first."""
    more = 0
    facts: messages.ArrayFacts
    if output.ndim >= 3:
        flat = output.reshape(*output.shape[:2], -1)
        activity = np.square(flat.astype(np.float64)).mean((0, 1))
        order = np.argsort(-activity, kind="stable")[:MOST_CHANNELS]
        more = flat.shape[-1] - len(order)
        facts = {
            **described(np.ascontiguousarray(np.moveaxis(flat[..., order], -1, 0))[..., None]),
            "rows": order.tolist(),
        }
    else:
        facts = described(np.ascontiguousarray(output[None], np.float32))
        if facts["kind"] == "classes":
            # A single row of few whole numbers is no class here.
            values: list[messages.Json] = [float(one) for one in output.reshape(-1)[:MOST_VALUES]]
            facts = {**facts, "kind": "numbers", "classes": None, "samples": [values]}
    return {"layer": name, "title": title, "facts": facts, "more": more}


def _is_shown(place: Place) -> bool:
    """Layers of the model itself with one output; what is inside of them is not shown."""
    return not place.is_input and len(place.outputs) == 1 and "/" not in place.name


def _bytes(layer_call: Place) -> int:
    y = layer_call.outputs[0]
    return math.prod(size or 1 for size in y.shape[1:]) * y.dtype.itemsize
