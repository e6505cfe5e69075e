"""The configs of Keras 3 as those of Keras 2: without modules and packages, calls as `inbound_nodes` of [layer, call, output].

Keras 3 writes every object as {module, class_name, config, registered_name}; modules are dropped, never imported. tf.keras since
2.12 writes its `.keras` files so too, with Keras 2's `inbound_nodes`. Knows nothing of what the layers are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..errors import GraphError, shorten
from ..types import Config
from .guards import MAX_DEPTH

_TENSOR = "__keras_tensor__"
_VALUES = ("__tensor__", "__numpy__")
_OPERATIONS = ("keras.src.ops", "keras.ops", "keras.src.backend")
# Operations between layers that a layer of Keras 2 does as well.
_MERGES = {"Add": "Add", "Multiply": "Multiply", "Subtract": "Subtract", "Maximum": "Maximum", "Minimum": "Minimum"}
# What gives masks, which go along with the tensors anyway.
_MASKS = ("NotEqual", "Any", "Equal", "LogicalAnd", "LogicalOr", "LogicalNot")
_NO_LAYERS: tuple[str, ...] = ()
_BEHIND = ("initial_state", "constants")
_HARD_SIGMOID, _OWN_HARD_SIGMOID = "hard_sigmoid", "hard_sigmoid_of_keras_3"


def is_of_keras3(config: object) -> bool:
    """Whether a config was written as Keras 3 does it.

    Args:
        config: {class_name, config, ...}, plain data.

    Returns:
        True where the model or one of its layers names a module, or calls have `args`.

    Example:
        >>> is_of_keras3({"module": "keras", "class_name": "Sequential", "config": {"layers": []}})
        True
    """
    if not isinstance(config, Mapping):
        return False
    if isinstance(config.get("module"), str):
        return True
    settings = config.get("config")
    layers = settings.get("layers") if isinstance(settings, Mapping) else settings
    if not isinstance(layers, (list, tuple)):
        return False
    return any(isinstance(one, Mapping) and (_has_arguments(one) or is_of_keras3(one)) for one in layers)


def _has_arguments(layer: Mapping[str, object]) -> bool:
    calls = layer.get("inbound_nodes")
    return isinstance(calls, (list, tuple)) and any(isinstance(call, Mapping) for call in calls)


def of_keras2(config: Mapping[str, object], version: object = None) -> Config:
    """The config of a model of Keras 3 (or of tf.keras since 2.12) as Keras 2 writes it.

    Args:
        config: {module, class_name, config, ...}; it stays as it is. One of Keras 2 is given back unchanged.
        version: that of the Keras that wrote it; None, the default: what the config says, else 3.

    Returns:
        {class_name, config}.

    Raises:
        GraphError: a call has another form, or an operation stands between layers that no layer does.

    Example:
        >>> dense = {"module": "keras.layers", "class_name": "Dense", "config": {"units": 2}, "registered_name": None}
        >>> of_keras2({"module": "keras", "class_name": "Sequential", "config": {"layers": [dense]}})
        {'class_name': 'Sequential', 'config': {'layers': [{'class_name': 'Dense', 'config': {'units': 2}}]}}
    """
    said = str(version if version is not None else config.get("keras_version", ""))
    if not is_of_keras3(config):
        return _meant(dict(config), sigmoid=False) if _is_later(said) else dict(config)
    return _meant(plain_object(config), sigmoid=not said.startswith("2"))


def _is_later(version: str) -> bool:
    """Whether a version is that of tf.keras 2 (2.2.4-tf, 2.4.0 and above) or of Keras 3."""
    numbers = version.partition("-")[0].split(".")
    known = len(numbers) > 1 and all(number.isdigit() for number in numbers[:2])
    return version.endswith("-tf") or (known and tuple(map(int, numbers[:2])) >= (2, 4))


def _meant(value: Any, *, sigmoid: bool) -> Any:
    """The same with what later Keras means by the same words under the names that it has here.

    sigmoid: whether hard_sigmoid is that of Keras 3, which is another line than Keras 2's.
    """
    if isinstance(value, list):
        return [_meant(one, sigmoid=sigmoid) for one in value]
    if not isinstance(value, Mapping):
        return value
    meant = {key: _meant(one, sigmoid=sigmoid) for key, one in value.items()}
    for key, one in meant.items():
        if sigmoid and one == _HARD_SIGMOID and isinstance(key, str) and key.endswith("activation"):
            meant[key] = _OWN_HARD_SIGMOID
    settings: Any = meant.get("config")
    if meant.get("class_name") == "Bidirectional" and isinstance(settings, dict):
        _lift_zeros(settings)
    is_for_images = meant.get("class_name") == "UpSampling2D" and isinstance(settings, dict)
    if is_for_images and settings.get("interpolation") == "bilinear":
        settings.setdefault("half_pixel_centers", True)
    return meant


def _lift_zeros(settings: dict[str, Any]) -> None:
    """Say of a layer in both directions what later Keras says of the two inside: that outputs of masked steps are 0."""
    inside: Any = settings.get("layer")
    if not isinstance(inside, Mapping) or not isinstance(inside.get("config"), Mapping):
        return
    config = dict(inside["config"])
    config.pop("zero_output_for_mask", None)  # which is set by return_sequences, whatever it was
    settings["layer"] = {**inside, "config": config}
    if config.get("return_sequences"):
        settings.setdefault("zero_output_for_mask", True)


def plain_object(value: Any, depth: int = 0) -> Any:
    """A value of a config of Keras 3 without modules: objects as {class_name, config}, functions and number types as names.

    Args:
        value: plain data.
        depth: how deep it lies.

    Returns:
        The same as Keras 2 has it.

    Example:
        >>> plain_object({"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"})
        'relu'
    """
    if depth > 4 * MAX_DEPTH:
        raise GraphError(where="config", expected=f"at most {MAX_DEPTH} levels", actual="deeper nesting")
    if isinstance(value, (list, tuple)):
        return [plain_object(one, depth + 1) for one in value]
    if not isinstance(value, Mapping):
        return value
    name, config = value.get("class_name"), value.get("config")
    if name == "__tuple__" and isinstance(value.get("items"), list):
        return [plain_object(one, depth + 1) for one in value["items"]]
    if name == "TensorShape" and isinstance(value.get("items"), list):
        return list(value["items"])
    if not isinstance(name, str) or "config" not in value:
        return {key: plain_object(one, depth + 1) for key, one in value.items()}
    if name in _VALUES and isinstance(config, Mapping):
        return config.get("value")
    if name == "function" and isinstance(config, str):
        return config
    if name == "DTypePolicy" and isinstance(config, Mapping):
        return config.get("name")
    return _object(value, name, config, depth)


def _object(value: Mapping[str, Any], name: str, config: Any, depth: int) -> Config:
    dropped = ("module", "registered_name", "build_config", "compile_config", "shared_object_id")
    entry = {key: one for key, one in value.items() if key not in dropped}
    if isinstance(config, Mapping) and isinstance(config.get("layers"), (list, tuple)):
        return {**entry, "class_name": _model_class(name), "config": _model(name, config, depth)}
    settings: Any = plain_object(config, depth + 1)
    if isinstance(settings, dict) and _runs_back(settings.get("layer"), settings.get("backward_layer")):
        del settings["backward_layer"]
    return {**entry, "config": settings}


def _runs_back(layer: object, backward: object) -> bool:
    """Whether one layer inside another is the other turned round, as Keras 2 makes it by itself."""
    if not isinstance(layer, Mapping) or not isinstance(backward, Mapping):
        return False
    one, other = (dict(entry.get("config") or {}) for entry in (layer, backward))
    for settings in (one, other):
        settings.pop("name", None)
    turned = one.pop("go_backwards", False) is not other.pop("go_backwards", False)
    return turned and one == other and layer.get("class_name") == backward.get("class_name")


def _model_class(name: str) -> str:
    return "Model" if name == "Functional" else name


def _model(name: str, config: Mapping[str, Any], depth: int) -> Config:
    """The config of a model inside: its layers, and of a graph the calls and ends."""
    layers = list(config["layers"])
    rest = {key: plain_object(one, depth + 1) for key, one in config.items() if key != "layers"}
    if not any(isinstance(one, Mapping) and "inbound_nodes" in one for one in layers):
        return {**rest, "layers": [plain_object(one, depth + 1) for one in layers]}
    if not any(isinstance(one, Mapping) and _has_arguments(one) for one in layers) and not _only_inputs(layers):
        return {**rest, "layers": [plain_object(one, depth + 1) for one in layers]}
    return _Graph(str(config.get("name", name)), layers, rest, depth).config()


def _only_inputs(layers: Sequence[Any]) -> bool:
    return all(isinstance(one, Mapping) and not one.get("inbound_nodes") for one in layers)


class _Call(NamedTuple):
    """A call: the tensors that it takes in, in the order of Keras 2, and its other arguments."""

    sources: list[Any]
    arguments: Config


class _Graph:
    """A graph of Keras 3: its layers, the operations between them, and its calls."""

    def __init__(self, name: str, layers: list[Any], rest: Config, depth: int) -> None:
        self.where, self.rest, self.depth = f"config of model {shorten(name)}", rest, depth
        self.layers = layers
        self.operations = {one["name"] for one in layers if isinstance(one, Mapping) and _is_operation(one)}
        self.of_masks = {one["name"] for one in layers if isinstance(one, Mapping) and _is_operation(one, _MASKS)}

    def config(self) -> Config:
        """As Keras 2 writes it."""
        layers = [one for one in self.layers if not (isinstance(one, Mapping) and _name(one) in self.of_masks)]
        written = [self._layer(one) for one in layers]
        # A graph inside counts its own for its first call where a model ends, not where layers take it in.
        graphs = {
            _name(one)
            for one in self.layers
            if isinstance(one, Mapping) and one.get("class_name") in ("Functional", "Model")
        }
        ends = {
            key: [_counted(end, graphs) for end in _ends(self.rest.get(key))]
            for key in ("input_layers", "output_layers")
        }
        return {**self.rest, "layers": written, **ends}

    def _layer(self, layer: Any) -> Any:
        if not isinstance(layer, Mapping):
            return layer
        calls, name = layer.get("inbound_nodes") or [], layer.get("name")
        where = f"{self.where}, layer {shorten(name)}"
        if not isinstance(calls, (list, tuple)) or not isinstance(name, str):
            raise GraphError(where=where, expected="a name and a list under 'inbound_nodes'", actual=shorten(calls))
        is_operation = name in self.operations
        read = [self._call(call, where) for call in calls]
        plain = plain_object({key: one for key, one in layer.items() if key != "inbound_nodes"}, self.depth + 1)
        if is_operation:
            plain = _as_layer(layer, plain, read, where)
        nodes = [_node(call) for call in read]
        return {**plain, "name": layer.get("name"), "inbound_nodes": nodes}

    def _call(self, call: object, where: str) -> _Call:
        if not isinstance(call, Mapping):
            return _Call(list(call) if isinstance(call, (list, tuple)) else [call], {})
        args, kwargs = call.get("args", []), call.get("kwargs") or {}
        if not isinstance(args, (list, tuple)) or not isinstance(kwargs, Mapping):
            raise GraphError(where=where, expected="a call with args and kwargs", actual=shorten(call))
        sources = list(_tensors(args))
        arguments: Config = {}
        if not sources:
            sources = list(_tensors([kwargs[key] for key in ("inputs", "query", "x1", "x") if key in kwargs]))
        for key, value in kwargs.items():
            self._take(key, value, sources, arguments, where)
        others = [one for one in args if not any(True for _ in _tensors([one]))]
        if others:
            arguments["args"] = plain_object(others)
        return _Call(sources, arguments)

    def _take(self, key: str, value: Any, sources: list[Any], arguments: Config, where: str) -> None:
        """An argument by its name: tensors behind the inputs, masks that go along anyway left out."""
        tensors = list(_tensors([value]))
        if not tensors:
            plain = plain_object(value)
            if plain is not None and key not in ("training", "mask"):  # the phase is that of the whole model in Keras 3
                arguments[key] = plain
            return
        if str(key).endswith("mask") and all(tensor[0] in self.of_masks for tensor in tensors):
            return
        if key in ("inputs", "x", "x1", "query"):
            return
        if key not in (*_BEHIND, "value", "key", "attention_mask", "x2"):
            raise GraphError(
                where=where,
                expected="tensors as inputs, initial states, keys and values",
                actual=f"one as the argument {shorten(key)}",
            )
        if key == "key" and len(sources) == 1:
            sources.append(sources[0])
        if key == "attention_mask":
            sources.extend([sources[-1]] * (3 - len(sources)))
        sources.extend(tensors)


def _name(layer: Mapping[str, Any]) -> str | None:
    name = layer.get("name")
    return name if isinstance(name, str) else None


def _is_operation(layer: Mapping[str, Any], names: Sequence[str] = _NO_LAYERS) -> bool:
    """Whether it is an operation between layers; in HDF5 files these have no module, as layers have none."""
    module = layer.get("module")
    of_operations = module.startswith(_OPERATIONS) if isinstance(module, str) else layer.get("class_name") in _MASKS
    return of_operations and isinstance(layer.get("name"), str) and (not names or layer.get("class_name") in names)


def _as_layer(layer: Mapping[str, Any], plain: Config, calls: Sequence[_Call], where: str) -> Config:
    """The layer that does what an operation does. Raises GraphError where there is none."""
    kind = layer.get("class_name")
    settings = layer.get("config")
    axis = settings.get("axis", -1) if isinstance(settings, Mapping) else -1
    of_tensors = all(len(call.sources) > 1 and not call.arguments for call in calls)
    if of_tensors and kind in _MERGES:
        return {**plain, "class_name": _MERGES[kind], "config": {"name": layer.get("name")}}
    if of_tensors and kind == "Concatenate":
        return {**plain, "class_name": "Concatenate", "config": {"name": layer.get("name"), "axis": axis}}
    raise GraphError(
        where=where,
        expected="layers, and between them sums, products, differences and joins of tensors",
        actual=f"the operation {shorten(kind)} of Keras 3",
        hint="Put it into a layer of your own, and give that in custom_objects; or build the model here and load its weights.",
    )


def _node(call: _Call) -> list[Any]:
    if not call.sources or not isinstance(call.sources[0], list):
        return call.sources
    first, *rest = call.sources
    return [[*first, call.arguments], *([*source, {}] for source in rest)]


def _tensors(values: Sequence[Any]) -> Iterator[list[Any]]:
    """[layer, call, output] of each tensor in arguments, in order."""
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        if isinstance(value, (list, tuple)):
            waiting.extend(reversed(value))
        elif isinstance(value, Mapping) and value.get("class_name") == _TENSOR:
            config = value.get("config")
            history = config.get("keras_history") if isinstance(config, Mapping) else None
            if isinstance(history, (list, tuple)) and len(history) == 3 and isinstance(history[0], str):
                yield list(history)
            else:
                raise GraphError(
                    where="config", expected="a keras_history [layer, call, output]", actual=shorten(history)
                )
        elif isinstance(value, Mapping) and "class_name" not in value:
            waiting.extend(reversed(list(value.values())))


def _ends(ends: Any) -> list[Any]:
    """Where a graph begins or ends as a list of [layer, call, output], whatever structure Keras 3 keeps them in."""
    if isinstance(ends, Mapping):
        return [end for one in ends.values() for end in _ends(one)]
    if not isinstance(ends, (list, tuple)):
        return []
    if len(ends) == 3 and isinstance(ends[0], str) and all(isinstance(one, int) for one in ends[1:]):
        return [list(ends)]
    return [end for one in ends for end in _ends(one)]


def _counted(end: list[Any], graphs: set[Any]) -> list[Any]:
    return [end[0], end[1] - 1, *end[2:]] if end[0] in graphs and end[1] > 0 else end
