"""A config of a graph of layers without the calls that feed none of its outputs, at every depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._graph.ordering import depth_first
from ..types import Config
from .call_numbers import counted_from_zero
from .graph_form import CallForm, GraphForm, GraphFormError, LayerForm, SourceForm, ends_of, read_graph_form

# A call of a layer: the layer's name and the index of the call.
_Call = tuple[str, int]


def without_unused_calls(config: Config) -> Config:
    """A config without calls that lead to none of the outputs, nor layers that have no other; results stay the same.

    Inputs stay. Layers that are models are treated alike.

    Args:
        config: the config of a graph.

    Returns:
        Another config, or the same one where there is nothing to remove, or where it describes no graph with named
        outputs: whoever builds the model says what is wrong with it.

    Example:
        >>> a = {"name": "a", "class_name": "InputLayer", "config": {}, "inbound_nodes": []}
        >>> b = {"name": "b", "class_name": "Dense", "config": {}, "inbound_nodes": [[["a", 0, 0, {}]]]}
        >>> ends = {"input_layers": [["a", 0, 0]], "output_layers": [["a", 0, 0]]}
        >>> [layer["name"] for layer in without_unused_calls({"layers": [a, b], **ends})["layers"]]
        ['a']
    """
    if not ends_of(config, "output_layers"):
        return config
    try:
        form = read_graph_form(config, unfinished=True)
    except GraphFormError:
        return config
    if not form.outputs:
        return config
    indices = _indices_of_used_calls(form, form.outputs)
    config = counted_from_zero(config)
    entries = config["layers"]
    pruned = [
        entry
        for layer, written in zip(form.layers, entries, strict=True)
        if (entry := _pruned_entry(layer, written, indices)) is not None
    ]
    if len(pruned) == len(entries) and all(new is old for new, old in zip(pruned, entries, strict=True)):
        return config
    outputs = [[end.layer, indices[end.layer, end.call], end.tensor] for end in form.outputs]
    return {**config, "layers": pruned, "output_layers": outputs}


def _indices_of_used_calls(form: GraphForm, outputs: Sequence[SourceForm]) -> dict[_Call, int]:
    """For each call that leads to an output, its index among those of its layer that do."""
    calls: dict[_Call, CallForm] = {
        (layer.name, index): call
        for layer in form.layers
        if layer.name is not None
        for index, call in enumerate(layer.calls or ((),))
    }
    ends = [(end.layer, end.call) for end in outputs]
    used = depth_first(ends, lambda call: [(source.layer, source.call) for source in calls[call]])
    indices: dict[_Call, int] = {}
    counts: dict[str, int] = {}
    for name, index in sorted(used):
        indices[name, index] = counts.get(name, 0)
        counts[name] = indices[name, index] + 1
    return indices


def _pruned_entry(layer: LayerForm, written: Config, indices: Mapping[_Call, int]) -> Config | None:
    """What is left of an entry of `layers`: the entry itself where all of it is used, None where nothing is."""
    if layer.name is None:
        return None
    used = [call for index, call in enumerate(layer.calls) if (layer.name, index) in indices]
    if not used and (layer.name, 0) not in indices and layer.class_name != "InputLayer":
        return None
    config = without_unused_calls(layer.config)
    moved = any(indices[source.layer, source.call] != source.call for call in used for source in call)
    if config is layer.config and len(used) == len(layer.calls) and not moved:
        return written
    calls = [
        [[source.layer, indices[source.layer, source.call], source.tensor, dict(source.arguments)] for source in call]
        for call in used
    ]
    return {**written, "config": config, "inbound_nodes": calls}
