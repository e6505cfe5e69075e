"""What a reader of any format gives: a plain config in Keras 2's form, and arrays by layer that are not read yet.

One module a format makes it and knows nothing of layers; `engine.models.plain` builds the model of it, and sees that the sizes fit
before an array is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ..types import Array, Config


class PlainArray(NamedTuple):
    """An array that a file holds.

    Args:
        name: what the file calls it, for messages.
        shape: its shape, known before it is read.
        read: gives the array.

    Example:
        >>> import numpy as np
        >>> PlainArray("dense/kernel", (2, 3), lambda: np.zeros((2, 3))).read().shape
        (2, 3)
    """

    name: str
    shape: tuple[int, ...]
    read: Callable[[], Array]


class LeftOut(NamedTuple):
    """Something that a file says and a model here cannot, or the other way round.

    Args:
        layer: the name of the layer; "" for the model.
        what: what is left out and what happens in its place, as one sentence.

    Example:
        >>> LeftOut("drop1", "The seed is not kept.").layer
        'drop1'
    """

    layer: str
    what: str


@dataclass(frozen=True)
class PlainModel:
    """A model as its file holds it, in the terms of Keras 2.

    Args:
        source: how messages name the file.
        format: its format in words, such as "Keras 3 (.keras)".
        config: {class_name, config} as `model_from_config` takes it: "Sequential" or "Model", `inbound_nodes` as Keras 2
            writes them, settings under the names of the engine's layers.
        weights: for each layer with weights its name and arrays, in the order of `stored_weights` and in the layout of the
            engine's layers (kernels (height, width, in, out), dense kernels (in, out)); None for a file without weights.
        flat: all weights in the order of the layers, those of models inside layer by layer; in place of `weights` where a file
            does not say whose they are.
        training: `optimizer_config`, `loss`, `metrics`, `loss_weights` as Keras 2's files have them; None where there are none.
        slots: the optimizer's arrays in the order of its `set_weights`; None where the file has none.
        slots_by_weight: whether the slots are in Keras 3's order instead, weight by weight; False by default.
        left_out: what of the file is not in here.

    Example:
        >>> PlainModel("a.keras", "Keras 3", {"class_name": "Sequential", "config": {"layers": []}}).weights is None
        True
    """

    source: str
    format: str
    config: Config
    weights: Sequence[tuple[str, Sequence[PlainArray]]] | None = None
    training: Mapping[str, object] | None = None
    slots: Sequence[PlainArray] | None = None
    slots_by_weight: bool = False
    flat: Sequence[PlainArray] | None = None
    left_out: Sequence[LeftOut] = field(default_factory=tuple)
