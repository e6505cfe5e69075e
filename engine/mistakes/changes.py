"""The changes of mends, carried out: on the config of a model, on arrays, and as lines of Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy

from .._declared import registry
from .._declared.fields import declared_fields
from .._training.array_changes import array_line, changed_array
from ..errors import GraphError, as_tuples
from ..layers.naming import snake_case
from ..types import Config

_OPTIMIZER = "model.optimizer"
# What a call need not say: the name stands in the comment, the input's shape where the layer stands.
_UNSAID = ("name", "dtype", "trainable", "batch_input_shape")


def changed_model(model: Config, change: Config) -> Config:
    """The config of a model, with its class, after a change of a layer or with another layer in it.

    Args:
        model: `{"class_name", "config"}`, which stays as it is.
        change: `{"set": {"layer", "field", "value"}}` or `{"insert", "settings", "before" or "after"}`.

    Returns:
        Another config of the same form.

    Raises:
        GraphError: it has no layer of that name.

    Example:
        >>> layer = {"class_name": "Dense", "config": {"name": "d", "units": 2}}
        >>> model = {"class_name": "Sequential", "config": {"name": "m", "layers": [layer]}}
        >>> changed = changed_model(model, {"set": {"layer": "d", "field": "units", "value": 5}})
        >>> changed["config"]["layers"][0]["config"]["units"]
        5
    """
    after = deepcopy(model)
    layers: list[Config] = after["config"]["layers"]
    if "set" in change:
        _set(layers, **change["set"])
    else:
        name = _free_name(layers, change["insert"])
        new = {"class_name": change["insert"], "config": {"name": name, **(change.get("settings") or {})}}
        beside = change.get("before") or change.get("after") or ""
        if after["class_name"] == "Sequential":
            _insert_in_stack(layers, new, beside)
        elif "after" in change:
            _insert_after(layers, new, beside)
        else:
            _insert_before(layers, new, beside, change.get("index", 0))
    return after


def _named(layers: Sequence[Config], name: str) -> int:
    """The position of a layer; an input that a stack does not name is its first layer."""
    for index, layer in enumerate(layers):
        if layer["config"]["name"] == name:
            return index
    if layers and name.endswith("_input"):
        return 0
    raise GraphError(expected=f"a layer named {name!r}", actual="none")


def _set(layers: list[Config], layer: str, field: str, value: object) -> None:
    config: Config = layers[_named(layers, layer)]["config"]
    if field == "shape" and isinstance(value, (list, tuple)):
        config["batch_input_shape"] = [None, *value]
        config.pop("input_length", None)
    else:
        config[field] = value


def _free_name(layers: Sequence[Config], class_name: str) -> str:
    taken = {layer["config"]["name"] for layer in layers}
    base = snake_case(class_name)
    return next(name for number in range(1, len(taken) + 2) if (name := f"{base}_{number}") not in taken)


def _insert_in_stack(layers: list[Config], new: Config, beside: str) -> None:
    """Before the layer; the first one hands its input's shape on to the new one."""
    index = _named(layers, beside)
    first: Config = layers[index]["config"]
    if index == 0 and "batch_input_shape" in first:
        new["config"]["batch_input_shape"] = first.pop("batch_input_shape")
    elif index == 0 and layers[0]["class_name"] == "InputLayer":
        index = 1
    layers.insert(index, new)


def _insert_before(layers: list[Config], new: Config, target: str, index: int) -> None:
    layer = layers[_named(layers, target)]
    inbound = layer["inbound_nodes"][0][index]
    new["name"] = new["config"]["name"]
    new["inbound_nodes"] = [[list(inbound)]]
    layer["inbound_nodes"][0][index] = [new["name"], 0, 0, {}]
    layers.insert(layers.index(layer), new)


def _insert_after(layers: list[Config], new: Config, source: str) -> None:
    position = _named(layers, source)
    new["name"] = new["config"]["name"]
    for layer in layers:
        for call in layer.get("inbound_nodes", ()):
            for inbound in call:
                if inbound[0] == source:
                    inbound[:3] = [new["name"], 0, 0]
    new["inbound_nodes"] = [[[source, 0, 0, {}]]]
    layers.insert(position + 1, new)


def code_of(changes: Sequence[Config], layers: Mapping[str, Config], *, compiled: bool = True) -> str:
    r"""Changes as lines of Python, one a change of a layer or an array.

    Args:
        changes: the changes.
        layers: `{"class_name", "config"}` of the layers by name, for lines that make one anew.
        compiled: whether the model has an optimizer.

    Returns:
        The lines; where a layer is made anew, a comment says which.

    Example:
        >>> code_of([{"array": "x", "divide": 255}, {"insert": "Flatten", "before": "dense_1"}], {})
        "x = x / 255\nFlatten()  # before 'dense_1'"
    """
    lines: list[str] = []
    settings: dict[str, Config] = {}
    losses: list[tuple[str | None, str]] = []
    for change in changes:
        what = change.get("set") or {}
        if "array" in change:
            lines.append(array_line(change))
        elif "insert" in change:
            where = "before" if "before" in change else "after"
            lines.append(f"{_call(change['insert'], change.get('settings') or {})}  # {where} {change.get(where)!r}")
        elif "loss" in what:
            losses.append((what.get("output"), what["loss"]))
        else:
            settings.setdefault(what.get("layer", ""), {})[what["field"]] = what["value"]
    lines.extend(_layer_line(name, changed, layers.get(name)) for name, changed in settings.items())
    if losses:
        only = losses[0][1] if len(losses) == 1 else dict(losses)
        lines.append(f"model.compile({_OPTIMIZER if compiled else repr('adam')}, loss={only!r})")
    return "\n".join(lines)


def _layer_line(name: str, changed: Config, layer: Config | None) -> str:
    """The call that makes a layer with other settings, where it is known how it was made; else the settings alone."""
    if layer is None or "shape" in changed:
        named = {("input_shape" if field == "shape" else field): value for field, value in changed.items()}
        return f"{', '.join(f'{field}={_text(value)}' for field, value in named.items())}  # {name!r}"
    class_name = layer["class_name"]
    fields = declared_fields(registry.find("layer", class_name))
    config: Config = {**layer["config"], **changed}
    settings = {
        field: config[field]
        for field, declared in fields.items()
        if field in config and field not in _UNSAID
        if field in changed or not _is_default(config[field], declared.default)
    }
    return f"{_call(class_name, settings)}  # {name!r}"


def _is_default(value: object, default: object) -> bool:
    """Whether a setting is as declared; what a config writes as an object is taken for the default of a name."""
    return value == default or (isinstance(value, Mapping) and isinstance(default, (str, Mapping)))


def _call(class_name: str, settings: Config) -> str:
    return f"{class_name}({', '.join(f'{name}={_text(value)}' for name, value in settings.items())})"


def _text(value: object) -> str:
    return repr(as_tuples(value))


__all__ = ["changed_array", "changed_model", "code_of"]
