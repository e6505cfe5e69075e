"""Where Keras 3 keeps each weight of a model in its HDF5 files: `layers/dense_1/vars/0` and the like.

A layer stands under its class in snake case, numbered within its model in the model's order; layers inside it stand under the
attributes that Keras's class keeps them in, and weights are numbered, those that training may change first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .._graph.tensor import Variable
from ..errors import FileError
from ..layers import RNN, Bidirectional, StackedRNNCells, StringLookup, TextVectorization
from ..layers.base import Layer
from ..layers.multi_head import Heads
from ..layers.recurrent_base import RecurrentLayer
from ..layers.wrappers import Wrapper
from ..types import Array
from .network import Network

_CLASSES = {"Model": "Functional", "Network": "Functional", "GroupQueryAttention": "GroupedQueryAttention"}
_PROJECTIONS = {"query": "query_dense", "key": "key_dense", "value": "value_dense", "attention_output": "output_dense"}
# Keras 3 before 3.3 and tf.keras name private attributes.
_OTHER_SPELLINGS = tuple((f"/{name}/", f"/_{name}/") for name in _PROJECTIONS.values())
# What tf.keras before 2.14 calls the layers of a model, of which it counts those with weights twice.
_COUNTED_TWICE = "_layer_checkpoint_dependencies"
_NUMBER = re.compile(r"_(\d+)\Z")


_VOCABULARY = "vocabulary.txt"
RARITY = "idf_weights"


class Place(NamedTuple):
    """A weight, its path in a file, and the layer of the model that it belongs to."""

    path: str
    variable: Variable
    layer: Layer


def snake_case(name: str) -> str:
    """The name of a class as Keras writes it in paths.

    >>> snake_case("BatchNormalization"), snake_case("Conv2DTranspose"), snake_case("PReLU"), snake_case("GRU")
    ('batch_normalization', 'conv2d_transpose', 'p_re_lu', 'gru')
    """
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


class Numbered:
    """Names that are given several times, told apart by numbers: `dense`, `dense_1`.

    >>> numbered = Numbered()
    >>> numbered("dense"), numbered("dense")
    ('dense', 'dense_1')
    """

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """The name, with its number from the second time on."""
        count = self._used[name] = self._used.get(name, -1) + 1
        return f"{name}_{count}" if count else name


def places(model: Network, order: Sequence[str] | None = None) -> list[Place]:
    """The places of all weights of a model.

    Args:
        model: a built model.
        order: the names of its layers in the order that a file has; None (the default): the model's own.

    Returns:
        One for each weight; a layer that stands in several models has its place in the first.
    """
    place_of: dict[Variable, Place] = {}
    for place in _of_network(model, "", order):
        place_of.setdefault(place.variable, place)
    return list(place_of.values())


def with_vocabularies(
    config: Any, assets: Mapping[str, bytes], rarities: Mapping[str, Array] | None = None, at: str = ""
) -> Any:
    """The config of a model of Keras 3 with the vocabularies that its layers learnt, which `.keras` files keep beside it.

    Args:
        config: {class_name, config}, plain data; it stays as it is.
        assets: files beside it by their paths, `assets/layers/string_lookup/vocabulary.txt`.
        rarities: how rare words are, by the paths that `rarity_paths` gives; None, the default, for none.
        at: where the model's layers stand.

    Returns:
        The same, where a layer without a vocabulary in its settings has one in its file.
    """
    settings = config.get("config") if isinstance(config, Mapping) else None
    if not isinstance(settings, Mapping):
        return config
    layers = settings.get("layers")
    if isinstance(layers, list):
        numbered, made = Numbered(), list[Any]()
        for layer in layers:
            name = layer.get("class_name") if isinstance(layer, Mapping) else None
            path = f"{at}layers/{numbered(snake_case(name))}/" if isinstance(name, str) else at
            made.append(with_vocabularies(layer, assets, rarities, path))
        return {**config, "config": {**settings, "layers": made}}
    path = next((one for one in assets if one.startswith(f"assets/{at}") and one.endswith(f"/{_VOCABULARY}")), None)
    if not at or path is None or settings.get("vocabulary") is not None:
        return config
    words: list[Any] = assets[path].decode("utf-8").split("\n")  # the last one may be an empty text
    if config["class_name"] == "IntegerLookup":
        words = [int(word) for word in words]
    rarity = next((rarities[one] for one in rarity_paths(at) if one in rarities), None) if rarities else None
    learnt: dict[str, Any] = {"vocabulary": words}
    if rarity is not None:
        learnt["idf_weights"] = rarity[max(len(rarity) - len(words), 0) :].tolist()
    return {**config, "config": {**settings, **learnt}}


def rarity_paths(at: str) -> tuple[str, ...]:
    """Where a layer of texts keeps how rare words are: in the looking layer that it has inside, and beside it.

    >>> rarity_paths("layers/text_vectorization/")[1]
    'layers/text_vectorization/vars/idf_weights'
    """
    return (f"{at}_lookup_layer/vars/{RARITY}", f"{at}vars/{RARITY}")


def rarities(model: Network, at: str = "") -> Iterator[tuple[str, Array]]:
    """How rare words are in each layer of texts that weighs them, by the paths of Keras's files."""
    numbered = Numbered()
    for layer in model.layers:
        kind = _CLASSES.get(type(layer).__name__, type(layer).__name__)
        path = f"{at}layers/{numbered(snake_case(kind))}/"
        if isinstance(layer, Network):
            yield from rarities(layer, path)
        elif isinstance(layer, (StringLookup, TextVectorization)) and layer.output_mode == "tf_idf":
            kept_at = rarity_paths(path) if isinstance(layer, TextVectorization) else rarity_paths(path)[1:]
            yield from ((one, layer.rarities()) for one in kept_at)


def _of_network(model: Network, at: str, order: Sequence[str] | None = None) -> Iterator[Place]:
    layers = list(model.layers)
    if order is not None:
        by_name = {layer.name: layer for layer in layers}
        first = [by_name[name] for name in dict.fromkeys(order) if name in by_name]
        layers = [*first, *(layer for layer in layers if layer not in first)]
    numbered = Numbered()
    for layer in layers:
        kind = _CLASSES.get(type(layer).__name__, type(layer).__name__)
        path = f"{at}layers/{numbered(snake_case(kind))}/"
        inside = _of_network(layer, path) if isinstance(layer, Network) else _of_layer(layer, path)
        for place in inside:
            yield place if isinstance(layer, Network) else place._replace(layer=layer)


def _of_layer(layer: Layer, at: str) -> Iterator[Place]:
    inside = list(_inside(layer))
    for name, one in inside:
        path = f"{at}{name}/"
        yield from _of_network(one, path) if isinstance(one, Network) else _of_layer(one, path)
    if isinstance(layer, Heads):
        yield from _of_projections(layer, at)
        return
    others = {weight for _, one in inside for weight in one.weights}
    own_weights = [weight for weight in layer.weights if weight not in others]
    steps_by_one_op = isinstance(layer, RecurrentLayer) and not isinstance(layer, RNN)
    group = f"{at}cell/vars" if steps_by_one_op else f"{at}vars"
    for number, variable in enumerate(own_weights):
        yield Place(f"{group}/{number}", variable, layer)


def _inside(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """Layers inside a layer under the attributes of Keras's class."""
    if isinstance(layer, Bidirectional):
        yield "forward_layer", layer.forward_layer
        yield "backward_layer", layer.backward_layer
    elif isinstance(layer, Wrapper):
        yield "layer", layer.layer
    elif isinstance(layer, StackedRNNCells):
        numbered = Numbered()
        for cell in (one for one in layer.cells if isinstance(one, Layer)):
            yield f"cells/{numbered(snake_case(type(cell).__name__))}", cell
    elif isinstance(layer, RNN) and isinstance(layer.cell, Layer):
        yield "cell", layer.cell


def _of_projections(layer: Layer, at: str) -> Iterator[Place]:
    numbers: dict[str, int] = {}
    private = "_" if type(layer).__name__ == "GroupQueryAttention" else ""
    for variable in layer.weights:
        what = str(variable.name).split("/")[-2]
        index = numbers[what] = numbers.get(what, -1) + 1
        yield Place(f"{at}{private}{_PROJECTIONS[what]}/vars/{index}", variable, layer)


def spellings(path: str) -> list[str]:
    """A path, and how other versions of Keras write it.

    >>> spellings("layers/attention/query_dense/vars/0")
    ['layers/attention/query_dense/vars/0', 'layers/attention/_query_dense/vars/0']
    """
    paths = [path, path.replace("/_", "/")] if "/_" in path else [path]
    for new, old in _OTHER_SPELLINGS:
        paths += [one.replace(new, old) for one in paths if new in one]
    return list(dict.fromkeys(paths))


def in_present_form(paths: Iterable[str]) -> dict[str, str]:
    """The paths of a file as Keras 3 writes them: tf.keras 2.12 and 2.13 had other names, and strokes of Windows.

    Args:
        paths: those of the arrays of a file.

    Returns:
        The path in the file by its present form.

    Example:
        >>> list(in_present_form([f"_layer_checkpoint_dependencies/{name}/vars/0" for name in ("dense", "dense_2")]))
        ['layers/dense/vars/0', 'layers/dense_1/vars/0']
    """
    split = {path: path.replace("\\", "/").split("/") for path in paths}
    names: dict[tuple[str, ...], set[str]] = {}
    for parts in split.values():
        for at, part in enumerate(parts[:-1]):
            if part == _COUNTED_TWICE:
                names.setdefault(tuple(parts[: at + 1]), set()).add(parts[at + 1])
    again = {container: _counted_once(found) for container, found in names.items()}
    present: dict[str, str] = {}
    for path, parts in split.items():
        written = [again.get(tuple(parts[:at]), {}).get(part, part) for at, part in enumerate(parts)]
        present["/".join("layers" if part == _COUNTED_TWICE else part for part in written)] = path
    return present


def _counted_once(names: Iterable[str]) -> dict[str, str]:
    """Names of the layers of a model, each with that which it would have if numbers followed each other."""
    numbered, once = Numbered(), dict[str, str]()

    def place(name: str) -> tuple[str, int]:
        match = _NUMBER.search(name)
        return (name, 0) if match is None else (name[: match.start()], int(match[1]))

    for name in sorted(names, key=place):
        once[name] = numbered(place(name)[0])
    return once


def refuse_left_over(paths: Sequence[str], file: str) -> None:
    """Raise FileError where a file holds weights that no layer of the model has."""
    if paths:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        raise FileError(file=file, expected="weights of the model's layers alone", actual=f"{paths[0]}{more}")
