"""Layers of texts that learn their vocabulary from the data of a training."""

from __future__ import annotations

from collections.abc import Mapping

from ..layers.text_layers import TextLayer
from ..layers.texts import StringLookup, TextVectorization
from ..types import Array
from .network import Network


def learn_vocabularies(model: Network, inputs: Mapping[str, Array], held_out: float = 0.0) -> list[TextLayer]:
    """Give each layer of texts that has no vocabulary yet one of the words of its input.

    Args:
        model: a model with a graph.
        inputs: its inputs' arrays by name, as texts lie there.
        held_out: the share of the last samples that only measure, whose words are not learnt; 0.0 by default.

    Returns:
        The layers that learnt one.

    Raises:
        DataError: an input has no word.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Input
        >>> from engine.models import Model
        >>> layer = TextVectorization()
        >>> x = Input((1,), dtype="string", name="x")
        >>> learnt = learn_vocabularies(Model(x, layer(x)), {"x": np.array(["a b", "b"])})
        >>> layer.get_vocabulary()
        ['', '[UNK]', 'b', 'a']
    """
    names = dict(zip(model.inputs, model.input_names, strict=True))
    learnt: list[TextLayer] = []
    for layer in model.layers:
        if not isinstance(layer, (StringLookup, TextVectorization)) or layer.has_vocabulary:
            continue
        sources = (x for node in layer.inbound_nodes for x in node.input_tensors if x in names)
        source = next(sources, None)
        if source is not None:
            texts = inputs[names[source]]
            layer.adapt(texts[: int(len(texts) * (1 - held_out))])
            learnt.append(layer)
    return learnt
