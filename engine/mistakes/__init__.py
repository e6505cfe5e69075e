"""Mistakes between a model and its data, each with mends that were tried: `check`, and the records that it gives.

>>> from engine.layers import Dense
>>> from engine.models import Sequential
>>> model = Sequential([Dense(1, input_dim=3, name="price")])
>>> model.compile("sgd", "mean_squared_error")
>>> import numpy as np
>>> [mistake.kind for mistake in check(model, np.zeros((5, 4)), np.zeros(5))]
['shape']
"""

from .changes import code_of
from .checking import check
from .inputs import Input, input_mistakes, sample_mistakes
from .layers import LayerCall, graph_mistakes, layer_mistakes
from .records import Mend, Mistake, Mistakes, Output, Values, values_of
from .targets import output_mistakes, target_mistakes

__all__ = [
    "Input",
    "LayerCall",
    "Mend",
    "Mistake",
    "Mistakes",
    "Output",
    "Values",
    "check",
    "code_of",
    "graph_mistakes",
    "input_mistakes",
    "layer_mistakes",
    "output_mistakes",
    "sample_mistakes",
    "target_mistakes",
    "values_of",
]
