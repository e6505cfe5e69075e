"""Plain states for the browser, made from a draft and its checkup: canvas, form, data, training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import catalogue, settings
from .checks import Checkup, Shape, shape_text
from .draft import INPUT, Draft, Part, node_id, split_node, wire_id
from .mends import Mend
from .positions import HEIGHT, WIDTH
from .printing import copied
from .problems import Problem

BYTES_PER_PARAMETER = 4
MOST_MENDED = 12


def problem_list(found: Sequence[Problem], offers: Mapping[str, Sequence[Mend]]) -> list[dict[str, Any]]:
    return [
        {
            "id": problem.id,
            "node": problem.node,
            "sentence": problem.fault.sentence,
            "hint": problem.fault.hint,
            "severity": problem.severity,
            "mends": [{"id": mend.id, "label": mend.label} for mend in offers.get(problem.id, ())],
        }
        for problem in found
    ]


def graph(draft: Draft, checkup: Checkup, problems: list[dict[str, Any]]) -> dict[str, Any]:
    outputs = set(draft.outputs)
    wires = [
        {
            "id": wire_id(node, index),
            "source": source.node,
            "target": node,
            "index": index,
            "shape": _shape(checkup.nodes[source.node].shape),
        }
        for node in draft.nodes()
        for index, source in enumerate(draft.sources(node))
    ]
    weights = checkup.layers.values()
    parameters = sum(weight.parameters for weight in weights)
    return {
        "kind": draft.kind,
        "name": draft.name,
        "nodes": [_node(draft, checkup, node, node in outputs) for node in draft.nodes()],
        "wires": wires,
        "problems": problems,
        "totals": {
            "parameters": parameters,
            "trainable": sum(w.trainable for n, w in checkup.layers.items() if _is_trainable(draft.layers[n])),
            "bytes": parameters * BYTES_PER_PARAMETER,
            "layers": len(draft.layers),
        },
    }


def _shape(shape: Shape | None) -> list[int | None] | None:
    return None if shape is None else [None if n is None else int(n) for n in shape]


def _is_trainable(part: Part) -> bool:
    return part.config.get("trainable", True) is not False


def _node(draft: Draft, checkup: Checkup, node: str, output: bool) -> dict[str, Any]:
    layer, call = split_node(node)
    part, checked = draft.layers[layer], checkup.nodes[node]
    x, y = draft.layout[node]
    shape = checked.shape
    if part.class_name == INPUT:
        shape = part.config.get("batch_input_shape")
    return {
        "id": node,
        "layer": layer,
        "call": call,
        "class_name": part.class_name,
        "x": x,
        "y": y,
        "width": WIDTH,
        "height": HEIGHT,
        "shape": _shape(shape),
        "parameters": checkup.layers[layer].parameters,
        "inputs": settings.inputs_of(part.class_name),
        "trainable": _is_trainable(part),
        "setting": _setting(part),
        "state": checked.state,
        "output": output,
        "shared": len(part.calls) > 1,
    }


def _setting(part: Part) -> str:
    """The few settings that tell layers apart, such as '32 3x3 relu'."""
    config = part.config
    if part.class_name == INPUT:
        return str(config.get("dtype", ""))
    words = [
        str(config[key])
        for key in ("units", "filters", "input_dim", "output_dim", "rate", "alpha", "n")
        if key in config
    ]
    for key in ("kernel_size", "pool_size"):
        if isinstance(config.get(key), list):
            words.append("x".join(map(str, config[key])))
    if isinstance(config.get("target_shape"), list):
        words.append(shape_text(config["target_shape"]))
    if isinstance(config.get("strides"), list):
        words.append("step " + "x".join(map(str, config["strides"])))
    words += [config[key] for key in ("padding", "activation") if isinstance(config.get(key), str)]
    words += ["sequences"] if config.get("return_sequences") is True else []
    return " ".join(words)


def form(draft: Draft, checkup: Checkup, nodes: Sequence[str]) -> dict[str, Any]:
    """Form of one layer, or of what several have in common."""
    layers = list(dict.fromkeys(split_node(node)[0] for node in nodes))
    parts = [draft.layers[name] for name in layers]
    classes = {part.class_name for part in parts}
    class_name = parts[0].class_name if len(classes) == 1 else None
    fields = [_fields(part, checkup.layers[name].parameters > 0) for name, part in zip(layers, parts, strict=True)]
    common = [name for name in fields[0] if all(name in other for other in fields)]
    single = len(layers) == 1
    weights = checkup.layers[layers[0]].weights if single else ()
    about = catalogue.about(class_name) if class_name else {"title": f"{len(layers)} layers", "help": ""}
    return {
        "layers": layers,
        "class_name": class_name,
        "title": about["title"],
        "help": about["help"],
        "shape": _shape(checkup.nodes[nodes[0]].shape) if single else None,
        "name": layers[0] if single else None,
        "fields": [_common(name, fields) for name in common],
        "weights": [{"name": name, "shape": list(shape)} for name, shape in weights],
        "parameters": sum(checkup.layers[name].parameters for name in layers),
    }


def _fields(part: Part, has_weights: bool) -> dict[str, dict[str, Any]]:
    found = {}
    for field in catalogue.form_fields(part.class_name):
        if field["name"] != "trainable" or has_weights or "trainable" in part.config:
            found[field["name"]] = {**field, "value": _value(part, field)}
    return found


def _value(part: Part, field: Mapping[str, Any]) -> Any:
    shape = part.config.get("batch_input_shape")
    if part.class_name == INPUT and field["name"] in ("shape", "batch_size"):
        if shape is None:
            return None
        return list(shape[1:]) if field["name"] == "shape" else shape[0]
    return copied(part.config.get(field["name"], field["default"]))


def _common(name: str, fields: Sequence[Mapping[str, dict[str, Any]]]) -> dict[str, Any]:
    values = [other[name]["value"] for other in fields]
    mixed = any(value != values[0] for value in values)
    return {**fields[0][name], "value": None if mixed else values[0], "mixed": mixed}


def training(draft: Draft) -> dict[str, Any]:
    """Training settings; the loss per output, the optimizer's settings as form fields."""
    state = copied(draft.training)
    loss, optimizer = state["loss"], state["optimizer"]
    names = draft.output_names()
    state["loss"] = {name: loss.get(name) if isinstance(loss, dict) else loss for name in names}
    state["fields"] = [
        {**field, "value": optimizer["config"].get(field["name"], field["default"]), "mixed": False}
        for field in catalogue.form_fields(optimizer["class_name"], "optimizer")
    ]
    return state


def arrays_of(sources: Sequence[Mapping[str, Any]], chosen: Any) -> list[dict[str, Any]]:
    """Arrays of the chosen source (by name, or a table with a name); while none is chosen, what the person brought."""
    name = chosen.get("name") if isinstance(chosen, Mapping) else chosen

    def meant(source: Mapping[str, Any]) -> bool:
        return source.get("name") == name if name is not None else source.get("kind") != "built_in"

    return [array for source in sources if meant(source) for array in source.get("arrays", ())]


def data(draft: Draft, checkup: Checkup, sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was chosen, what the model expects, and in words what does not fit."""
    inputs, targets = draft.data.get("inputs", {}), draft.data.get("targets", {})
    expected: dict[str, Any] = {}
    for name in draft.input_names():
        expected[name] = _shape(checkup.nodes[node_id(name, 0)].shape)
    for node in draft.outputs:
        name = split_node(node)[0]
        expected[name] = _target_shape(draft, name, _shape(checkup.nodes[node].shape))
    arrays = {array["key"]: array for array in arrays_of(sources, draft.data.get("source"))}
    return {
        "sources": copied(list(sources)),
        "source": copied(draft.data.get("source")),
        "inputs": {name: inputs.get(name) for name in draft.input_names()},
        "targets": {name: targets.get(name) for name in draft.output_names()},
        "validation_split": draft.training["validation_split"],
        "problems": _data_problems({**inputs, **targets}, expected, arrays) if sources else [],
        "expected": expected,
    }


def _target_shape(draft: Draft, name: str, shape: list[int | None] | None) -> list[int | None] | None:
    loss = draft.training.get("loss")
    chosen = loss.get(name) if isinstance(loss, dict) else loss
    return [*shape[:-1], 1] if shape and chosen == "sparse_categorical_crossentropy" else shape


def _data_problems(
    chosen: Mapping[str, str], expected: Mapping[str, Any], arrays: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    found, lengths = [], {}
    for name, shape in expected.items():
        key = chosen.get(name)
        if key is None:
            found.append(f"'{name}' has no array yet.")
        elif key not in arrays:
            found.append(f"'{name}' wants the array '{key}', which the source does not have.")
        else:
            actual = list(arrays[key]["shape"])
            lengths[key] = actual[:1]
            if shape is not None and not fits(actual, shape):
                found.append(f"'{name}' expects {shape_text(shape)}, but '{key}' is {shape_text(actual)}.")
    if len({tuple(length) for length in lengths.values()}) > 1:
        counts = ", ".join(f"'{key}' has {length[0] if length else 0}" for key, length in lengths.items())
        found.append(f"Arrays differ in their number of samples: {counts}.")
    return found


def fits(actual: Sequence[int], expected: Sequence[int | None]) -> bool:
    """True if an array can feed this shape; a last axis of one may be missing, as the engine allows."""
    if len(actual) + 1 == len(expected) and expected[-1] == 1:
        actual = [*actual, 1]
    return len(actual) == len(expected) and all(e in (None, a) for a, e in zip(actual[1:], expected[1:], strict=True))
