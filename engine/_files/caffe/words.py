"""Layers of Caffe's for texts: a table of vectors for words; and what to do in place of layers that there are not."""

from __future__ import annotations

import numpy as np

from ...types import Array, Config
from ..plain_model import PlainArray
from .fillers import initializer
from .graph import Converter, Graph, Port
from .net import CaffeLayer
from .windows import arrays_of, frozen

__all__ = ["INSTEAD", "WORDS"]

_STEPS_FIRST = "time steps stand first there and samples second: build it here with LSTM(units, return_sequences=True)"
# Types that are refused: what to do in their place, by the layers and functions of this library.
INSTEAD = {
    "ArgMax": "take numpy.argmax of the predictions",
    "Im2col": "extract patches before the model",
    "LSTM": f"{_STEPS_FIRST}; its kernels are Caffe's turned, gates i, f, o, g in place of i, f, g, o",
    "LSTMUnit": _STEPS_FIRST,
    "MVN": "write a Lambda of x - mean(x) over its standard deviation, or BatchNormalization",
    "Python": "cut the net before it and do what its program does before or behind the model",
    "RNN": "time steps stand first there and samples second: build it here with SimpleRNN(units, return_sequences=True)",
    "Recurrent": _STEPS_FIRST,
    "Reduction": "write GlobalAveragePooling2D, or a Lambda of K.sum",
    "SPP": "write a pooling layer for each level of the pyramid and Concatenate",
    "Threshold": "compare the predictions with the threshold",
    "Tile": "write RepeatVector or Concatenate of the same tensor",
}


def _embedded(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    """A row of a table for each whole number; Caffe adds one bias to all rows, which is taken into them."""
    source, settings = graph.settled(sources[0]), layer.settings("embed_param")
    words, units = settings.whole("input_dim"), settings.whole("num_output")
    if words < 1 or units < 1:
        raise layer.refusal("an input_dim and a num_output of 1 or above", f"{words} and {units}")
    if len(source.shape) != 1:
        raise layer.refusal("a row of whole numbers for each sample (N, T)", f"a blob of shape {('N', *source.shape)}")
    bias = settings.flag("bias_term", True)
    flat = [("bias", (units,), (units,), np.asarray)] if bias else []
    arrays = arrays_of(layer, [("embeddings", (words, units), (words, units), np.asarray), *flat])
    config: Config = {
        "input_dim": words,
        "output_dim": units,
        "embeddings_initializer": initializer(graph, layer, settings.message("weight_filler"), "uniform"),
    }
    if arrays is not None and bias:
        table, added = arrays
        arrays = [PlainArray(table.name, table.shape, lambda: _sum(table, added))]
    shape = (*source.shape, units)
    return [graph.add(layer.name, "Embedding", config, [source], shape, weights=arrays, trainable=not frozen(layer))]


def _sum(table: PlainArray, added: PlainArray) -> Array:
    return table.read() + added.read()


WORDS: dict[str, Converter] = {"Embed": _embedded}
