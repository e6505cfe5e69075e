"""What the layers of a model give for one sample, as small pictures, curves and bars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.models import Model
from engine.types import Array

from .. import messages
from ..session.array_facts import described

MOST_LAYERS = 24
MOST_CHANNELS = 8
MOST_VALUES = 32
# Of a layer's output for one sample; larger ones are not looked at.
MOST_BYTES = 64 * 2**20


def layers_of(model: Model, inputs: Mapping[str, Array]) -> tuple[list[messages.LayerLook], int]:
    """What each layer gives for one sample, the first layers first; and how many layers are not shown.

    Args:
        model: the model.
        inputs: (1, ...) by the names of its inputs.

    Returns:
        Looks of at most 24 layers with at most 8 channels each, the most active first; the rest.
    """
    wanted = [layer for layer in model.layers if not _is_input(layer) and _has_one_output(layer)]
    shown = [layer for layer in wanted if _bytes(layer) <= MOST_BYTES][:MOST_LAYERS]
    if not shown:
        return [], len(wanted)
    try:
        tensors: Any = [layer.output for layer in shown]
        through = Model(model.inputs, tensors)
        arrays: Any = list(inputs.values())
        made: Any = through.predict(arrays[0] if len(arrays) == 1 else arrays)
    except (EngineError, TypeError, ValueError, AttributeError):
        # A model of a class of its own may have no such graph.
        return [], len(wanted)
    outputs = made if isinstance(made, list) else [made]
    looks = [
        look_of(str(layer.name), type(layer).__name__, np.asarray(one)[0])
        for layer, one in zip(shown, outputs, strict=True)
    ]
    return looks, len(wanted) - len(shown)


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


def _is_input(layer: object) -> bool:
    return type(layer).__name__ == "InputLayer"


def _has_one_output(layer: Any) -> bool:
    try:
        return not isinstance(layer.output, (list, tuple))
    except (EngineError, AttributeError):
        # It is called at several places, or has not been called.
        return False


def _bytes(layer: Any) -> int:
    sizes = [size or 1 for size in layer.output.shape[1:]]
    return int(np.prod(sizes, dtype=np.int64)) * 4
