"""The JSON in which TensorFlow.js keeps a model of layers: the model's own document stands inside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..types import Config

_TRAINING = {"optimizer_config": "optimizer", "loss": "loss", "metrics": "metrics"}


def model_inside(document: Mapping[str, object]) -> Config:
    """The model's document that TensorFlow.js's JSON holds, with optimizer and loss at its top; every other document as it is.

    Args:
        document: what a JSON holds; "modelTopology" is the model, beside it stands where the weights are, which are files of
            their own.

    Returns:
        A copy.

    Example:
        >>> model_inside({"format": "layers-model", "modelTopology": {"class_name": "Sequential", "config": []}})
        {'class_name': 'Sequential', 'config': []}
    """
    topology: Any = document.get("modelTopology")
    if not isinstance(topology, Mapping) or "class_name" in document:
        return dict(document)
    model, training = topology.get("model_config", topology), topology.get("training_config")
    if not isinstance(model, Mapping):
        return dict(document)
    compiled = training if isinstance(training, Mapping) else {}
    return {**model, **{ours: compiled[theirs] for theirs, ours in _TRAINING.items() if theirs in compiled}}
