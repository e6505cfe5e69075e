"""First values of weights: Caffe's fillers as initializers of Keras's."""

from __future__ import annotations

import math

import numpy as np

from ...types import Array, Config
from ..protobuf import Message, shown
from .graph import Graph
from .net import CaffeLayer

__all__ = ["bilinear", "initializer"]

_MODES = {"FAN_IN": "fan_in", "FAN_OUT": "fan_out", "AVERAGE": "fan_avg"}


def initializer(graph: Graph, layer: CaffeLayer, filler: Message, otherwise: str | Config) -> str | Config:
    """The initializer that draws like a filler; `otherwise` where none is written.

    Caffe fills with zeros where none is written, as in nets that wait for their weights; those would learn nothing. Its "msra" has
    a whole normal distribution, ours is cut off at two deviations as in Keras; the deviation is the same.
    """
    kind = filler.text("type", "constant")
    if not filler.values:
        return otherwise
    if kind == "constant":
        value = filler.number("value")
        return {"class_name": "Constant", "config": {"value": value}} if value else "zeros"
    if kind == "uniform":
        least, most = filler.number("min"), filler.number("max", 1.0)
        return {"class_name": "RandomUniform", "config": {"minval": least, "maxval": most, "seed": None}}
    if kind == "gaussian":
        mean, deviation = filler.number("mean"), filler.number("std", 1.0)
        return {"class_name": "RandomNormal", "config": {"mean": mean, "stddev": deviation, "seed": None}}
    if kind in ("xavier", "msra"):
        settings = {
            "scale": 1.0 if kind == "xavier" else 2.0,
            "mode": _MODES[filler.text("variance_norm", "FAN_IN")],
            "distribution": "uniform" if kind == "xavier" else "normal",
            "seed": None,
        }
        return {"class_name": "VarianceScaling", "config": settings}
    if kind != "bilinear" or not layer.blobs:
        graph.say(layer, f"Its weights are not first filled as {shown(kind)} says, but by {otherwise}.")
    return otherwise


def bilinear(size: int) -> Array:
    """The kernel (size, size) that enlarges by linear interpolation, as Caffe's filler of that name makes it."""
    factor = math.ceil(size / 2)
    centre = (size - 1) / (2 * factor)
    line = 1 - np.abs(np.arange(size) / factor - centre)
    return np.outer(line, line).astype(np.float32)
