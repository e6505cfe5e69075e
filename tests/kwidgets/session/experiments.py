"""Small experiments, made by hand."""

from __future__ import annotations

from typing import Any

from engine.layers import Dense, Layer
from engine.models import Sequential


def experiment(*layers: Layer, **training: Any) -> dict[str, Any]:
    """A regression of two dense layers, or of other layers, in batches of eight."""
    model = Sequential(
        list(layers) or [Dense(20, input_shape=(30,), name="first"), Dense(1, name="last")], name="model"
    )
    return {
        "class_name": "Sequential",
        "config": model.get_config(),
        "training": {"loss": "mean_squared_error", "batch_size": 8, **training},
    }
