"""The gradients of the loss on some samples: of each weight, of each layer's output, and how much an update would change.

They are those of the step that training would make next, with dropout and batch statistics as it would have them; nothing of the
model changes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .._graph.gradient import gradients
from .._graph.tensor import Variable
from .._machine.devices import on_host
from .._training.compiled import floats
from .._training.untouched import unchanged
from .._training.user_data import Arrays
from ..types import Array, Data, SampleWeight
from .figures import largest, rms
from .places import Place
from .reading import Reader


@dataclass(frozen=True)
class WeightGradient:
    """What training does with one weight.

    Attributes:
        gradient: that of the loss, in the weight's shape.
        rms: the root of the mean of its squares.
        largest: its largest size.
        weight_rms: the root of the mean of the weight's squares.
        update_rms: likewise of what the optimizer would add to the weight; 0 where training does not change it.
        ratio: update_rms / weight_rms; often about 0.001 where training goes well, NaN where the weight is 0 throughout.
    """

    gradient: Array
    rms: float
    largest: float
    weight_rms: float
    update_rms: float
    ratio: float


@dataclass(frozen=True)
class Gradients:
    """The gradients of one layer.

    Attributes:
        loss: the loss on the samples.
        output: the gradient of the loss with respect to the layer's output; a list for several outputs; None where the loss
            does not depend on it.
        output_rms: the root of the mean of its squares, over all outputs; 0 where there is none.
        weights: by the weight's name, such as "kernel".
    """

    loss: float
    output: Array | list[Array | None] | None
    output_rms: float
    weights: dict[str, WeightGradient]


def gradients_of(
    reader: Reader,
    places: Sequence[Place],
    x: Data,
    y: Data | None,
    sample_weight: SampleWeight | None = None,
) -> dict[str, Gradients]:
    """The gradients of some layers by name, for all samples as one batch. Raises NotCompiled, DataError and TooLarge."""
    fed, loss = reader.feed_labelled(x, y, sample_weight)
    trained = set(reader.trainer.ready().variables)
    weights = dict.fromkeys(w for place in places for w in place.layer.weights if w in trained)
    outputs = dict.fromkeys(t for place in places for t in place.outputs)
    wanted = [*weights, *outputs]
    computed = reader.kept(("gradients", loss, *wanted), lambda: gradients(loss, wanted))
    present = [g for g in computed if g is not None]
    with stepped(reader, Arrays(x, y, sample_weight)) as step:
        total, *arrays = reader.values(fed, [loss, *present], fed.samples, training=True)
        updates = _updates(list(weights), step)
    of_tensor = dict(zip(present, arrays, strict=True))
    gradient_of = {t: None if g is None else of_tensor[g] for t, g in zip(wanted, computed, strict=True)}
    by_layer: dict[str, Gradients] = {}
    for place in places:
        of_weights = {
            weight_name(w, place.layer.name): _of_weight(w, gradient_of[w], updates[w])
            for w in place.layer.weights
            if w in weights
        }
        made = [gradient_of[t] for t in place.outputs]
        there = [a for a in made if a is not None]
        output = made[0] if len(made) == 1 else made
        by_layer[place.name] = Gradients(float(total), output, rms(*there), of_weights)
    return by_layer


def weight_name(weight: Variable, layer_name: str) -> str:
    """A weight's name without that of its layer: "kernel" of "dense_1/kernel:0"."""
    name = (weight.name or "weight").rpartition(":")[0] or weight.name or "weight"
    return name.removeprefix(f"{layer_name}/")


def _of_weight(weight: Variable, gradient: Array | None, update: Array) -> WeightGradient:
    values = on_host(weight.array)
    gradient = np.zeros_like(values) if gradient is None else gradient
    size, change = rms(values), rms(update)
    return WeightGradient(gradient, rms(gradient), largest(gradient), size, change, change / size if size else np.nan)


def _updates(weights: Sequence[Variable], step: Callable[[], object]) -> dict[Variable, Array]:
    """What one training step adds to each weight."""
    before = [np.array(on_host(w.array)) for w in weights]
    if weights:
        step()
    return {w: on_host(w.array) - old for w, old in zip(weights, before, strict=True)}


@contextmanager
def stepped(reader: Reader, data: Arrays) -> Generator[Callable[[], list[float]]]:
    """Make a training step on some data inside the block, where what it gives is called; taken back behind it."""
    trainer = reader.trainer
    step, arrays, updater = trainer.step_on(data)
    compiled = trainer.ready()

    def run() -> list[float]:
        return floats(step.run(arrays))

    everything = [w for layer in reader.model.layers for w in layer.weights] if compiled.preparing else []
    plan = step.plan([array.shape for array in arrays])
    with trainer.still(), step.lock, unchanged(step, plan, updater, everything):
        for prepare in compiled.preparing:
            prepare()
        yield run
