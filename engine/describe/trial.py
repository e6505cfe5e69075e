"""What it takes to try a compiled model out before there are data: numbers that fit, and the memory that it holds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .._graph.derived import is_text
from .._native.library import library
from .._training.data import ArraySpec
from .._training.step import TrainStep
from ..layers import Embedding
from ..layers.base import Layer, layer_of
from ..losses import name_behind
from ..models import Model
from ..models.attributes import trainer_of
from ..models.graph import source_of
from ..models.network import Network

Arrays = dict[str, np.ndarray]
_CLASSES = "sparse_categorical_crossentropy"
# Random numbers made once and repeated: drawing each of millions of weights takes longer than a training step.
_REPEATED = 65_521
_FEW = 10_000


@dataclass(frozen=True)
class Held:
    """Bytes of a compiled model that has trained: weights, gradients and slots; buffers for one batch."""

    lasting: int
    buffers: int


def runs_compiled() -> bool:
    """Whether steps run in the library in C, where what one pass reads again lies in a thread's own memory."""
    return library() is not None


def free_sizes(model: Model, lengths: Mapping[str, Sequence[int | None]] | None = None) -> list[str]:
    """Names of inputs and targets with a free size besides the batch, for which `lengths` has no shape."""
    return [p.name for p in _places(model) if None in _sample_shape(p, lengths)]


def random_data(
    model: Model,
    samples: int,
    rng: np.random.Generator,
    lengths: Mapping[str, Sequence[int | None]] | None = None,
) -> tuple[Arrays, Arrays]:
    """Inputs and targets that the model can train on, by name.

    lengths: by name, whole shapes (batch included) of arrays, for sizes that the model leaves free; what is free there
    too counts as 1. Numbers of words are below those that the embeddings know.
    """
    words = _fewest_words(model)
    numbers = {x.name for x in _inputs_of_embeddings(model)}
    compiled = trainer_of(model).ready()
    x = {
        place.name: _whole(place, samples, words, rng, lengths)
        if place.name in numbers or np.dtype(place.dtype).kind in "iu"
        else _texts(place, samples, rng, lengths)
        if is_text(place.dtype)
        else rng.random(_shape(place, samples, lengths), np.float32)
        for place in compiled.input_specs
    }
    classes = {
        goal.name: goal.output.shape[-1] or 2 for goal in compiled.output_specs if name_behind(goal.loss) == _CLASSES
    }
    y = {
        place.name: _whole(place, samples, classes[place.name], rng, lengths)
        if place.name in classes
        else rng.random(_shape(place, samples, lengths), np.float32)
        for place in compiled.target_specs
    }
    return x, y


def sample_bytes(model: Model, lengths: Mapping[str, Sequence[int | None]] | None = None) -> int:
    """Bytes of one sample's inputs and targets."""
    return sum(
        int(np.prod([n or 1 for n in _sample_shape(place, lengths)], dtype=np.int64)) * np.dtype(place.dtype).itemsize
        for place in _places(model)
    )


def weight_bytes(model: Model) -> int:
    """Bytes of the weights, made or not."""
    return sum(weight.size * weight.dtype.itemsize for weight in model.weights)


def fill_weights(model: Model, rng: np.random.Generator) -> None:
    """Cheap first values of a usual size for large weights, in place of what their initializers would draw."""
    block = rng.uniform(-1, 1, _REPEATED)
    for weight in model.weights:
        if weight.size > _FEW and not weight.materialised:
            scale = np.sqrt(3 / max(1, weight.size // max(1, weight.shape[-1])))
            weight.assign(np.resize((block * scale).astype(weight.dtype), weight.shape))


def held_by(model: Model) -> Held:
    """The memory of a model that has trained on a batch."""
    compiled = trainer_of(model).ready()
    lasting = sum(weight.array.nbytes for weight in model.weights if weight.materialised)
    updater = next((step.updater for step in compiled.steps if isinstance(step, TrainStep)), None)
    if updater is not None:
        lasting += sum(segment.gradients.nbytes for segment in updater.segments)
        lasting += sum(array.nbytes for arrays in updater.slots.values() for array in arrays)
    return Held(lasting, sum(step.nbytes for step in compiled.steps))


def seconds_of_update(model: Model) -> float:
    """What updating the weights once more takes, with the gradients of the last batch; 0 for a model that learns nothing."""
    updater = trainer_of(model).ready().train_step().updater
    if updater is None:
        return 0.0
    began = time.perf_counter()
    updater.apply()
    return time.perf_counter() - began


def _places(model: Model) -> list[ArraySpec]:
    compiled = trainer_of(model).ready()
    return [*compiled.input_specs, *compiled.target_specs]


def _sample_shape(spec: ArraySpec, lengths: Mapping[str, Sequence[int | None]] | None) -> tuple[int | None, ...]:
    shape = tuple(spec.shape or (None,))[1:]
    lengths_of = tuple((lengths or {}).get(spec.name, ()))[1:]
    if len(lengths_of) != len(shape):
        return shape
    return tuple(m if n is None else n for n, m in zip(shape, lengths_of, strict=True))


def _shape(spec: ArraySpec, samples: int, lengths: Mapping[str, Sequence[int | None]] | None) -> tuple[int, ...]:
    return (samples, *(n or 1 for n in _sample_shape(spec, lengths)))


def _texts(
    spec: ArraySpec, samples: int, rng: np.random.Generator, lengths: Mapping[str, Sequence[int | None]] | None
) -> np.ndarray:
    """Texts of a few words, none of which a vocabulary knows."""
    return rng.choice(["one", "one two", "one two three"], _shape(spec, samples, lengths))


def _whole(
    spec: ArraySpec,
    samples: int,
    below: int,
    rng: np.random.Generator,
    lengths: Mapping[str, Sequence[int | None]] | None,
) -> np.ndarray:
    return rng.integers(0, below, _shape(spec, samples, lengths), np.int32).astype(spec.dtype, copy=False)


def _layers_in(layer: Layer) -> Iterator[Layer]:
    """The layer and all layers inside it."""
    yield layer
    for inner in layer.layers if isinstance(layer, Network) else layer.sublayers:
        yield from _layers_in(inner)


def _fewest_words(model: Model) -> int:
    return min((layer.input_dim for layer in _layers_in(model) if isinstance(layer, Embedding)), default=2)


def _inputs_of_embeddings(model: Model) -> list[Layer]:
    """The input layers that feed an embedding, or what holds one."""
    input_layers: list[Layer] = []
    for x in model.inputs:
        source = source_of(x)[0]
        users = [layer_of(node) for node in source.outbound_nodes]
        if any(isinstance(inner, Embedding) for user in users for inner in _layers_in(user)):
            input_layers.append(source)
    return input_layers


__all__ = [
    "Held",
    "fill_weights",
    "free_sizes",
    "held_by",
    "random_data",
    "sample_bytes",
    "weight_bytes",
]
