"""The second line of a card: the settings that matter, as people say them ("32 · 3×3 · same · relu")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from engine.types import Json

from ..words import canvas as say
from ..words import common
from . import settings
from .draft import INPUT, Draft, Part
from .folding import Repeat
from .labels import value_text

DOT = " · "
LONGEST = 28
NESTED = ("Model", "Sequential")
# Settings shown by their value alone, in this order; then those that need a word before it.
PLAIN = ("filters", "units", "input_dim", "output_dim", "max_value", "rate", "n")
SIZES = ("kernel_size", "pool_size", "size", "cropping", "target_shape", "dims")
NAMED = {
    "strides": say.strides,
    "dilation_rate": say.dilation,
    "stddev": say.stddev,
    "alpha": say.alpha,
    "theta": say.theta,
}
BOTTLENECK = ["1×1", "3×3", "1×1"]
USUAL_ACTIVATIONS = (None, "linear")


def line(part: Part, *, output: bool = False) -> str:
    """The line of one layer; output: whether it is an output of the model.

    >>> line(Part("Dense", {"units": 10, "activation": "softmax"}), output=True)
    '10 · softmax · output'
    """
    words = _words(part)
    return DOT.join([*words, *([say.OUTPUT] if output else [])])


def _words(part: Part) -> list[str]:
    if part.class_name == INPUT:
        return [str(part.config.get("dtype", settings.FLOAT))]
    if part.class_name in NESTED:
        layers = part.config.get("layers")
        inside = sum(entry.get("class_name") != INPUT for entry in layers) if isinstance(layers, list) else 0
        return [common.layers(inside)] if inside else []
    value = _Values(part)
    inner = value("layer") if value("layer") is not None else value("cell")
    if isinstance(inner, Mapping):
        config = inner.get("config")
        wrapped = Part(str(inner.get("class_name")), dict(config) if isinstance(config, Mapping) else {})
        return [wrapped.class_name, *_words(wrapped)]
    return [*_numbers(value), *_names(value)]


class _Values:
    """Settings of a layer by name, the defaults included; None for one that it does not have."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._defaults = _defaults(part.class_name)

    def __call__(self, key: str) -> Json:
        if key in self._part.config:
            return self._part.config[key]
        return self._defaults.get(key)


@cache
def _defaults(class_name: str) -> dict[str, Json]:
    """Defaults of the settings of a class; only read."""
    return {key: settings.default(class_name, key) for key in settings.fields_of(class_name)}


def _numbers(value: _Values) -> list[str]:
    words = [f"{scalar:g}" for key in PLAIN if isinstance(scalar := value(key), (int, float)) and scalar is not True]
    if value("input_dim") is not None and len(words) > 1:
        words = [f"{words[0]} → {words[1]}"]
    words += [value_text(sizes) for key in SIZES if isinstance(sizes := value(key), list)]
    padding = value("padding")
    words += [value_text(padding)] if isinstance(padding, list) else []
    words += [padding] if isinstance(padding, str) and padding != "valid" else []
    for key, in_words in NAMED.items():
        said = _said(value(key))
        if said is not None and value(key) != value("pool_size"):
            words.append(in_words(said))
    return words


def _said(value: Json) -> str | None:
    """A number, or sizes other than 1: one number where they are equal."""
    if isinstance(value, list):
        equal = len(set(map(str, value))) == 1
        return None if all(size == 1 for size in value) else value_text(value[:1] if equal else value)
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _names(value: _Values) -> list[str]:
    words: list[str] = []
    activation = value("activation")
    if activation not in USUAL_ACTIVATIONS:
        words.append(str(activation.get("class_name", "")) if isinstance(activation, Mapping) else str(activation))
    momentum = value("momentum")
    if isinstance(momentum, (int, float)):
        words.append(say.momentum(momentum))
    axis = value("axis")
    if isinstance(axis, int) and axis != -1:
        words.append(say.axis(axis))
    switches = (("return_sequences", say.SEQUENCES), ("stateful", say.STATEFUL))
    words += [word for key, word in switches if value(key) is True]
    return words


def fold_line(draft: Draft, fold: Repeat, *, with_class: bool = False) -> str:
    """What tells most of a fold in at most 28 letters: "bottleneck 64", "64 · 3×3 · same · relu".

    with_class: begin with the class of its main layer, which its title does not say.
    """
    if not fold.block:
        return _chain_line(draft, fold, with_class)
    way = [draft.part(node) for node in _kernel_way(draft, fold.unit)]
    if not way:
        return common.layers(len(fold.unit))
    kernels = [value_text(part.config["kernel_size"]) for part in way]
    widths = [part.config["filters"] for part in way if "filters" in part.config]
    branches = _branches(draft, fold.unit)
    if draft.part(main_node(draft, fold)).class_name == "Add":
        inverted = bool(widths) and widths[0] > widths[-1]
        width = widths[-1 if inverted else 0] if widths else None
        head = say.with_a_way_round(kernels == BOTTLENECK, inverted, width)
    else:
        head = say.branches(branches) if branches > 2 else str(widths[0]) if widths else ""
    return _shortened([head, ", ".join(kernels)])


def _shortened(words: Sequence[str]) -> str:
    """As many of the words as the line holds."""
    chosen: list[str] = []
    for word in words:
        if word and len(DOT.join([*chosen, word])) <= LONGEST:
            chosen.append(word)
    return DOT.join(chosen)


def _chain_line(draft: Draft, fold: Repeat, with_class: bool) -> str:
    main = main_node(draft, fold)
    first = draft.part(main)
    last_of_units = [draft.part(node) for node in fold.nodes if draft.part(node).class_name == first.class_name]
    widths = list(dict.fromkeys(str(part.config["filters"]) for part in last_of_units if "filters" in part.config))
    words = _words(first)
    if len(widths) > 1:
        words[0] = say.from_to(widths[0], widths[-1])
    if with_class:
        words[:1] = [" ".join([first.class_name, *words[:1]])]
    after = [draft.part(node) for node in fold.unit[fold.unit.index(main) + 1 :]]
    words += [say.NORMALISED] if any(part.class_name == "BatchNormalization" for part in after) else []
    words += [str(part.config.get("activation", part.class_name)) for part in after if _is_activation(part)]
    return _shortened(words)


def _is_activation(part: Part) -> bool:
    return (
        getattr(settings.layer_class(part.class_name), "group", "") == "activations" or part.class_name == "Activation"
    )


def main_node(draft: Draft, fold: Repeat) -> str:
    """The node of a fold's first unit that gives it sign and name: its merge, or the first layer that is no padding."""
    if fold.block:
        merges = (node for node in reversed(fold.nodes) if settings.inputs_of(draft.part(node).class_name) == "many")
        return next(merges, fold.unit[0])
    return next((n for n in fold.unit if not draft.part(n).class_name.startswith("ZeroPadding")), fold.unit[0])


def _kernel_way(draft: Draft, unit: Sequence[str]) -> list[str]:
    """The layers with a kernel along the way through a unit that has the most of them."""
    ways: dict[str, list[str]] = {}
    for node in unit:
        before = [ways[source.node] for source in draft.sources(node) if source.node in ways]
        kernels = [node] if isinstance(draft.part(node).config.get("kernel_size"), list) else []
        ways[node] = [*max(before, key=len, default=[]), *kernels]
    return max(ways.values(), key=len, default=[])


def _branches(draft: Draft, unit: Sequence[str]) -> int:
    """The most wires that meet in one node of a unit."""
    return max(len(draft.sources(node)) for node in unit)
