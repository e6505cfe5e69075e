"""One training step layer by layer, forward and then back, with every value to look at; nothing of the model changes.

The values are those of the step that `train_on_batch` would make next on the same samples: the same dropout, the same statistics of
the batch, the same gradients, the same new weights, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from .._graph.gradient import gradients
from .._graph.tensor import Tensor, Variable
from .._machine.devices import on_host
from .._training.user_data import Arrays
from ..types import Array, Data, SampleWeight
from .gradients import stepped, weight_name
from .places import Looked, Place
from .reading import Reader

Direction: TypeAlias = Literal["forward", "backward"]


@dataclass(frozen=True)
class LayerStep:
    """What one layer computes of one batch, forward or back.

    Attributes:
        direction: "forward": `values` are what the layer gives; "backward": the gradients of the loss with respect to that.
        name: of the layer.
        values: an array for each output; None for a gradient that does not exist.
        weights: backward, the gradients of its trained weights by name.
    """

    direction: Direction
    name: str
    values: list[Array | None]
    weights: dict[str, Array] = field(default_factory=dict[str, Array])


class BatchSteps:
    """A training step on one batch, to be gone through layer by layer: iterate over it, or ask by `forward` and `backward`.

    Args:
        model: a compiled model; nothing of it changes until `make` is called.
        x: the batch, as `train_on_batch` takes it.
        y: its targets.
        sample_weight: as in `fit`.
        reader: keeps plans from batch to batch; a new one by default.

    Attributes:
        loss: the loss on the batch.
        result: what `train_on_batch` would give, loss and metrics.
        forward: a step for each layer by name, the inputs first.
        backward: likewise, from the last layer to the first.
        weights: the weights before the update by "layer/weight".
        updated: the weights after it, likewise.
        inputs: inputs, targets and sample weights, in the order of the step.
        entries: names of the layers that the inputs go in at.

    Raises:
        NotCompiled: the model has no loss.
        DataError: batch or targets do not fit the model.
        TooLarge: the values would take more than half of the free memory.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(2, input_dim=3, name="hidden"), Dense(1, name="out")])
        >>> model.compile("sgd", "mse")
        >>> steps = BatchSteps(model, np.ones((4, 3)), np.ones(4))
        >>> [(step.direction, step.name) for step in steps][1:]
        [('forward', 'hidden'), ('forward', 'out'), ('backward', 'out'), ('backward', 'hidden'), ('backward', 'hidden_input')]
        >>> steps.make() == steps.result
        True
    """

    def __init__(
        self,
        model: Looked,
        x: Data,
        y: Data | None = None,
        sample_weight: SampleWeight | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._reader = reader = Reader(model) if reader is None else reader
        self._data = Arrays(x, y, sample_weight)
        fed, loss = reader.feed_labelled(x, y, sample_weight)
        self.inputs = [np.asarray(array) for array in fed.arrays]
        places = list(reader.places.values())
        self.entries = [place.name for place in places if place.is_input]
        trained = set(reader.trainer.ready().variables)
        weights = list(dict.fromkeys(w for place in places for w in place.layer.weights if w in trained))
        outputs = list(dict.fromkeys(t for place in places for t in place.outputs))
        wanted: list[Tensor] = [*weights, *outputs]
        gradient_tensors = reader.kept(("gradients", loss, *wanted), lambda: gradients(loss, wanted))
        present = [g for g in gradient_tensors if g is not None]
        with stepped(reader, self._data) as run:
            total, *values = reader.values(fed, [loss, *outputs, *present], fed.samples, training=True)
            self.weights = {name: np.array(on_host(w.array)) for name, w in _named(places, weights)}
            self.result = run()
            self.updated = {name: np.array(on_host(w.array)) for name, w in _named(places, weights)}
        self.loss = float(total)
        value_of = dict(zip([*outputs, *present], values, strict=True))
        gradient_of = {t: None if g is None else value_of[g] for t, g in zip(wanted, gradient_tensors, strict=True)}
        self.forward = {p.name: LayerStep("forward", p.name, [value_of[t] for t in p.outputs]) for p in places}
        self.backward = {p.name: _backward(p, gradient_of) for p in reversed(places)}

    @classmethod
    def of_arrays(
        cls, model: Looked, arrays: Sequence[Array], reader: Reader | None = None, weighted: Sequence[str] = ()
    ) -> BatchSteps:
        """The step on the arrays of a batch as a training has them: those of a `Hit` or a `BadBatch`.

        Args:
            model: a compiled model.
            arrays: inputs, targets and sample weights, in the order of the step.
            reader: keeps plans from batch to batch; a new one by default.
            weighted: names of the outputs that the sample weights are of; (), the default, means all of them.

        Returns:
            The step.

        Example:
            >>> import numpy as np
            >>> from engine.layers import Dense
            >>> from engine.models import Sequential
            >>> model = Sequential([Dense(1, input_dim=2)])
            >>> model.compile("sgd", "mse")
            >>> x, y = np.ones((3, 2)), np.ones((3, 1))
            >>> BatchSteps.of_arrays(model, [x, y]).loss == BatchSteps(model, x, y).loss
            True
        """
        reader = Reader(model) if reader is None else reader
        inputs, targets_of = len(model.fed_inputs), reader.trainer.ready().target_specs
        targets = inputs + len(targets_of)
        x, y, weights = ([*arrays[:inputs]], [*arrays[inputs:targets]], [*arrays[targets:]])
        by_output = dict(zip(weighted, weights, strict=True)) if len(targets_of) > 1 and weighted else None
        return cls(model, x if len(x) > 1 else x[0], _given(y), by_output or _given(weights), reader)

    def __iter__(self) -> Iterator[LayerStep]:
        return iter([*self.forward.values(), *self.backward.values()])

    def __len__(self) -> int:
        return len(self.forward) + len(self.backward)

    def make(self) -> list[float]:
        """Make the step: the weights change as `train_on_batch` changes them.

        Returns:
            Loss and metrics of the batch before the update.
        """
        return self._reader.trainer.train_on_batch(self._data)


def _given(arrays: list[Array]) -> list[Array] | Array | None:
    """Arrays as `fit` takes them: the only one by itself."""
    return arrays if len(arrays) > 1 else arrays[0] if arrays else None


def _named(places: Sequence[Place], weights: Sequence[Variable]) -> list[tuple[str, Variable]]:
    """Each weight once, by the first layer that has it."""
    named: dict[Variable, str] = {}
    for place in places:
        for weight in place.layer.weights:
            named.setdefault(weight, f"{place.name}/{weight_name(weight, place.layer.name)}")
    return [(named[weight], weight) for weight in weights]


def _backward(layer_call: Place, gradient_of: dict[Tensor, Array | None]) -> LayerStep:
    of_weights = {
        weight_name(w, layer_call.layer.name): g
        for w in layer_call.layer.weights
        if (g := gradient_of.get(w)) is not None
    }
    return LayerStep("backward", layer_call.name, [gradient_of[t] for t in layer_call.outputs], of_weights)
