"""The settings of chosen layers as a form: what matters first, the rest under names; and those of training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from .. import messages
from ..words import common
from ..words import settings as say
from . import catalogue, settings
from .bypassing import why_not
from .checks import Checkup
from .costs import Cost, cost_of
from .draft import INPUT, Draft, Part, bare, node_id, split_node
from .edit_blocks import WRAPPERS, unwrapped, wrappers_of
from .families import family
from .labels import shape_words, value_text
from .nested import block_of
from .printing import copied
from .training import LEARNING_RATE, RATE_FIELD, learning_rate

# Settings that stand first, in this order, in every class that has them and is not listed below.
MAIN = (
    "shape",
    "dtype",
    "units",
    "filters",
    "num_heads",
    "key_dim",
    "head_dim",
    "num_query_heads",
    "num_key_value_heads",
    "causal",
    "equation",
    "output_shape",
    "num_tokens",
    "num_bins",
    "vocabulary",
    "bin_boundaries",
    "output_mode",
    "height",
    "width",
    "mode",
    "factor",
    "height_factor",
    "width_factor",
    "scale",
    "offset",
    "input_dim",
    "output_dim",
    "kernel_size",
    "pool_size",
    "size",
    "padding",
    "activation",
    "strides",
    "dilation_rate",
    "return_sequences",
    "dropout",
    "rate",
    "target_shape",
    "dims",
    "n",
    "axis",
    "axes",
    "alpha",
    "theta",
    "stddev",
    "cropping",
    "merge_mode",
    "momentum",
    "max_value",
    "mask_value",
    "l1",
    "l2",
)
MAIN_OF = {
    "BatchNormalization": ("momentum", "epsilon"),
    "Embedding": ("input_dim", "output_dim", "mask_zero"),
    "LSTM": ("units", "return_sequences", "activation", "dropout"),
    "GRU": ("units", "return_sequences", "activation", "dropout"),
    "SimpleRNN": ("units", "return_sequences", "activation", "dropout"),
    "Dropout": ("rate",),
    "UpSampling2D": ("size", "interpolation"),
    "SeparableConv2D": ("filters", "kernel_size", "padding", "activation", "strides", "depth_multiplier"),
    "ReLU": ("max_value", "negative_slope"),
    "StringLookup": ("output_mode", "max_tokens", "num_oov_indices", "mask_token", "vocabulary"),
    "TextVectorization": (
        "max_tokens",
        "output_mode",
        "output_sequence_length",
        "standardize",
        "split",
        "ngrams",
        "vocabulary",
    ),
}
WEIGHT_ENDINGS = ("initializer", "regularizer", "constraint")
WEIGHTS = say.WEIGHTS
MORE = say.MORE
FIRST = ""
MOST_INNER = 12
MOST_VALUES = 4


def form(draft: Draft, checkup: Checkup, nodes: Sequence[str]) -> messages.Form:
    """The form of at least one node that exists; settings of several layers are those that two of them have at least."""
    layers = list(dict.fromkeys(split_node(node)[0] for node in nodes))
    parts = [draft.layers[name] for name in layers]
    single = len(layers) == 1
    classes = {part.class_name for part in parts}
    class_name = parts[0].class_name if len(classes) == 1 else None
    about = catalogue.about(class_name) if class_name else catalogue.About("", "", ())
    shape = shape_of(draft, checkup, nodes[0]) if single else None
    cost = sum((cost_of(draft, checkup, node) for node in nodes if node in checkup.nodes), Cost())
    weights = checkup.layers[layers[0]].weights if single else ()
    return {
        "layers": layers,
        "nodes": list(nodes),
        "class_name": class_name,
        "title": about.title if single else common.layers(len(layers)),
        "summary": _shapes_text(shape) if single else _counted(parts),
        "family": family(parts[0].class_name),
        "help": about.help,
        "name": bare(layers[0]) if single else None,
        "shape": shape,
        "sections": _sections(parts),
        "wrapper": _wrapper(parts[0]) if single else None,
        "wrappers": wrappers_of(unwrapped(parts[0])) if single else [],
        "inner": inner_form(parts[0]) if single else None,
        "weights": [{"name": name, "shape": list(sizes)} for name, sizes in weights],
        "uses": _uses(draft, layers[0]) if single else [],
        "parameters": sum(checkup.layers[name].parameters for name in layers),
        "work": cost.work,
        "memory": cost.memory,
        "frozen": _frozen(draft, checkup, layers),
        "bypassed": _bypassed(draft, layers),
        "output": nodes[0] in draft.outputs if single and _may_be_output(draft, nodes[0]) else None,
    }


def first_fields(part: Part) -> list[messages.Field]:
    """The settings of one layer that stand first in its form."""
    return _sections([part])[0]["fields"]


def shape_of(draft: Draft, checkup: Checkup, node: str) -> messages.Shape | list[messages.Shape] | None:
    """What comes out of a node: a shape, or one for each of several outputs; an input's is known before the check."""
    part, checked = draft.part(node), checkup.nodes.get(node)
    if part.class_name == INPUT:
        shape: messages.Shape | None = part.config.get("batch_input_shape")
        return None if shape is None else list(shape)
    shapes = [[None if n is None else int(n) for n in t.shape] for t in checked.tensors] if checked else []
    if not shapes:
        return None
    return shapes[0] if len(shapes) == 1 else shapes


def _may_be_output(draft: Draft, node: str) -> bool:
    """Not an input; and what is inside a block is an output of the block, not of the model."""
    return block_of(node) is None and not draft.is_input(node)


def _shapes_text(shape: messages.Shape | list[messages.Shape] | None) -> str:
    sizes = [size for size in shape or () if not isinstance(size, list)]
    shapes = [one for one in shape or () if isinstance(one, list)]
    return ", ".join(map(shape_words, shapes)) if shapes else shape_words(None if shape is None else sizes)


def _counted(parts: Sequence[Part]) -> str:
    counts = Counter(part.class_name for part in parts)
    return ", ".join(f"{count} {'Input' if name == INPUT else name}" for name, count in counts.items())


def _wrapper(part: Part) -> str | None:
    return part.class_name if part.class_name in WRAPPERS or part.class_name in settings.STARTING_LAYERS else None


def inner_form(part: Part, prefix: str = "") -> messages.Form | None:
    """The form of the layer inside a wrapper or a recurrent layer of cells; its fields are named by their path."""
    key = next((key for key in settings.INNER if isinstance(part.config.get(key), Mapping)), None)
    if key is None:
        return None
    inner = part.config[key]
    inside = Part(str(inner["class_name"]), dict(inner.get("config") or {}))
    path = f"{prefix}{key}."
    about = catalogue.about(inside.class_name)
    return {
        "layers": [],
        "nodes": [],
        "class_name": inside.class_name,
        "title": about.title,
        "summary": "",
        "family": family(inside.class_name),
        "help": about.help,
        "name": None,
        "shape": None,
        "sections": _sections([inside], path),
        "wrapper": None,
        "wrappers": [],
        "inner": inner_form(inside, path),
        "weights": [],
        "uses": [],
        "parameters": 0,
        "work": 0,
        "memory": 0,
        "frozen": None,
        "bypassed": None,
        "output": None,
    }


def _uses(draft: Draft, layer: str) -> list[messages.Use]:
    calls = draft.layers[layer].calls
    if len(calls) < 2:
        return []
    return [
        {"node": node_id(layer, index), "after": [bare(source.layer) for source in sources]}
        for index, sources in enumerate(calls)
    ]


def _frozen(draft: Draft, checkup: Checkup, layers: Sequence[str]) -> bool | None:
    """None where there is nothing to freeze; False while one of several still learns."""
    frozen_now = {name: draft.layers[name].config.get("trainable") is False for name in layers}
    if not any(frozen_now.values()) and not any(checkup.layers[name].parameters for name in layers):
        return None
    return all(frozen or not checkup.layers[name].parameters for name, frozen in frozen_now.items())


def _bypassed(draft: Draft, layers: Sequence[str]) -> bool | None:
    if any(block_of(name) is not None or why_not(draft, name) is not None for name in layers):
        return None
    return draft.bypassed.issuperset(layers)


# Fields.


def _sections(parts: Sequence[Part], path: str = "") -> list[messages.Section]:
    """The first section has no title; those without a field are left out, the first is always there."""
    each = [_fields(part, path) for part in parts]
    least = min(2, len(parts))
    counts = Counter(name for fields in each for name in fields)
    names = [name for name in dict.fromkeys(name for fields in each for name in fields) if counts[name] >= least]
    by_title: dict[str, list[tuple[int, messages.Field]]] = {FIRST: [], WEIGHTS: [], MORE: []}
    for name in names:
        having = [(part, fields[name]) for part, fields in zip(parts, each, strict=True) if name in fields]
        field = _together([one for _, one in having], len(parts))
        title, rank = _place(having[0][0].class_name, name.removeprefix(path), field)
        by_title[title].append((rank, field))
    sections: list[messages.Section] = [
        {"title": title, "fields": [field for _, field in sorted(fields, key=lambda item: item[0])]}
        for title, fields in by_title.items()
        if fields or title == FIRST
    ]
    return sections + (_nested_sections(parts[0], path) if len(parts) == 1 else [])


def _place(class_name: str, name: str, field: messages.Field) -> tuple[str, int]:
    """Section and rank of a field: what is usual first, then what was changed, the rest by kind."""
    main = MAIN_OF.get(class_name, MAIN)
    if name in main:
        return FIRST, main.index(name)
    if name != "trainable" and (field["mixed"] or field["value"] != field["default"]):
        return FIRST, len(main)
    if name.endswith(WEIGHT_ENDINGS) or name in ("trainable", "use_bias", "unit_forget_bias"):
        return WEIGHTS, 0
    return MORE, 0


def _fields(part: Part, path: str = "") -> dict[str, messages.Field]:
    """The settings of a layer as fields, by their names with the path."""
    fields: dict[str, messages.Field] = {}
    for field in catalogue.form_fields(part.class_name):
        name = field["name"]
        if name in settings.INNER and isinstance(part.config.get(name), Mapping):
            continue
        value = copied(settings.value_at(part.class_name, part.config, name))
        fields[path + name] = {**field, "name": path + name, "value": value}
    return fields


def _together(fields: Sequence[messages.Field], layers: int) -> messages.Field:
    """One field for the same setting of several layers."""
    values = [field["value"] for field in fields]
    mixed = any(value != values[0] for value in values)
    merged: messages.Field = {**fields[0], "value": None if mixed else values[0], "mixed": mixed}
    if layers > 1:
        merged["shared"] = say.shared_by(len(fields), layers)
    if mixed:
        texts = list(dict.fromkeys(value_text(value) for value in values))
        merged["values"] = ", ".join(texts[:MOST_VALUES]) + (" …" if len(texts) > MOST_VALUES else "")
    return merged


def _nested_sections(part: Part, path: str) -> list[messages.Section]:
    """The usual settings of the layers in a nested model, one section a layer."""
    entries = part.config.get("layers")
    if not isinstance(entries, list):
        return []
    sections: list[messages.Section] = []
    for entry in entries:
        name = str(entry.get("name", entry["config"].get("name")))
        inside = Part(str(entry["class_name"]), dict(entry["config"]))
        fields = _sections([inside], f"{path}layers.{name}.")[0]["fields"] if inside.class_name != INPUT else []
        if fields:
            sections.append({"title": name, "fields": fields})
    return sections[:MOST_INNER]


# Training.


def training(draft: Draft) -> messages.Training:
    """How it trains: the declared settings and the learning rate as fields, the optimizer's other settings as fields."""
    state = draft.training
    optimizer: messages.Optimizer = state["optimizer"]
    loss: str | dict[str, str] | None = state["loss"]
    losses = {name: loss.get(name) if isinstance(loss, dict) else loss for name in draft.output_names()}
    of_optimizer = catalogue.form_fields(optimizer["class_name"], "optimizer")
    for field in of_optimizer:
        field["value"] = copied(optimizer["config"].get(field["name"], field["default"]))
    fields = catalogue.training_fields()
    for field in fields:
        field["value"] = optimizer["class_name"] if field["name"] == "optimizer" else copied(state[field["name"]])
    for field in of_optimizer:
        if field["name"] == RATE_FIELD:
            fields.append({**field, "name": LEARNING_RATE})
    return {
        "fields": fields,
        "optimizer": {"class_name": optimizer["class_name"], "config": copied(optimizer["config"])},
        "of_optimizer": [field for field in of_optimizer if field["name"] != RATE_FIELD],
        "loss": {name: catalogue.measure_name("loss", one) for name, one in losses.items()},
        "of_loss": {name: catalogue.measure_settings("loss", one) for name, one in losses.items()},
        "of_metrics": [catalogue.metric_settings(one) for one in state["metrics"]],
        "learning_rate": learning_rate(draft),
        "epochs": state["epochs"],
        "batch_size": state["batch_size"],
    }
