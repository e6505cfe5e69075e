"""Settings of layers and optimizers as plain data: checked by the engine's own rules, kept only where they differ.

A draft holds for each layer the settings that differ from the defaults, in one spelling (short names instead of whole
configs, lists instead of tuples). So a text stays short, and equal models have equal texts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Literal, NamedTuple

from engine.describe import classes
from engine.describe.graphs import ends_of
from engine.errors import EngineError
from engine.experiment import json_able
from engine.layers import Layer
from engine.types import Config, Json, Shape

from ..refused import Refused
from ..words import settings as say
from .draft import INPUT

# Settings that hold one layer.
INNER = ("layer", "cell")
SHORTENED = ("initializer", "regularizer", "constraint")
# Settings of every layer that the document keeps as name, wires and inputs, or shows by itself.
OWN_PLACE = {"name", "batch_input_shape", "input_shape", "batch_size", "input_dtype", "weights", "trainable", "dtype"}
DTYPES = ("float32", "float64", "int32", "int64", "bool", "string")
TEXTS = "string"
FLOAT = "float32"
# What a beginner would expect where Keras has no default; by field, because families share their words.
STARTS: dict[str, Json] = {
    "units": 10,
    "filters": 32,
    "kernel_size": [3, 3],
    "rate": 0.5,
    "activation": "relu",
    "input_dim": 1000,
    "output_dim": 32,
    "target_shape": [-1],
    "dims": [1],
    "n": 2,
    "stddev": 0.1,
    "num_heads": 4,
    "key_dim": 16,
    "head_dim": 16,
    "num_query_heads": 4,
    "num_key_value_heads": 2,
    "equation": "...x,xy->...y",
    "output_shape": [32],
    "scale": 1 / 255,
    "num_tokens": 10,
    "num_bins": 100,
    "bin_boundaries": [0.0],
    "vocabulary": [1],
    "height": 64,
    "width": 64,
    "factor": 0.1,
    "height_factor": 0.1,
    "width_factor": 0.1,
}
# Of layers that want one of several settings, none of them required: the one to begin with.
ONE_OF_SEVERAL = {"Discretization": "bin_boundaries"}
RECURRENT_UNITS = 32
STARTING_LAYERS: dict[str, Config] = {
    "Bidirectional": {"class_name": "LSTM", "config": {"units": RECURRENT_UNITS}},
    "ConvRNN2D": {"class_name": "ConvLSTM2DCell", "config": {"filters": 16, "kernel_size": [3, 3]}},
    "RNN": {"class_name": "LSTMCell", "config": {"units": RECURRENT_UNITS}},
    "SpectralNormalization": {"class_name": "Dense", "config": {"units": 10}},
    "TimeDistributed": {"class_name": "Dense", "config": {"units": 10}},
}


def layer_class(class_name: str) -> type[Layer]:
    """The class of a layer by a present or Keras 1 name. Raises UnknownName."""
    return classes.find("layer", class_name)


def written_besides(cls: type[Layer]) -> frozenset[str]:
    """What a config of this class holds beside the settings, such as a Lambda's kind of function; the layer knows it anyway."""
    return getattr(cls, "config_only", frozenset[str]())


def class_name_of(name: str) -> str:
    """Present class name for a present or Keras 1 name; UnknownName with the nearest name otherwise."""
    return "InputLayer" if name in ("Input", INPUT) else layer_class(name).__name__


def chosen_class(name: str) -> str:
    """As `class_name_of`, for a name that a view sent."""
    try:
        return class_name_of(name)
    except EngineError as error:
        raise Refused(say.no_layer_class(name), error.hint) from None


def fields_of(class_name: str, kind: str = "layer") -> Mapping[str, classes.Field]:
    """Declared fields without those that the document holds elsewhere; empty for classes in plain Keras style."""
    cls = classes.find(kind, class_name)
    declared = classes.declared_fields(cls) if issubclass(cls, classes.Declared) else {}
    return {n: f for n, f in declared.items() if n not in OWN_PLACE and (f.config != "never" or not f.kw_only)}


def inputs_of(class_name: str, config: Mapping[str, Json] | None = None) -> Literal[0, 1, "many"]:
    """0 for an input, "many" for a merge, 1 for the rest. config: tells how many inputs a nested model has."""
    if class_name == INPUT:
        return 0
    if config is not None and len(ends_of(config, "input_layers")) > 1:
        return "many"
    return "many" if getattr(layer_class(class_name), "group", "") == "merge" else 1


def called_with(class_name: str) -> tuple[str, ...]:
    """The names of the inputs of a layer that is called on them one by one, as attention is; none for all others."""
    return getattr(layer_class(class_name), "called_with", ())


def takes_states(class_name: str) -> bool:
    """Whether a layer may take its first states behind its input, as a decoder takes those of its encoder."""
    cls = layer_class(class_name)
    return getattr(cls, "group", "") == "recurrent" or cls.__name__ == "Bidirectional"


@cache
def _short_names(kind: str) -> dict[str, str]:
    """Whole config -> shortest registered name, for objects that a bare name builds."""
    shortest: dict[str, str] = {}
    for name in sorted(classes.names(kind), key=lambda n: (not n.islower(), len(n), n)):
        try:
            config = json_able(classes.serialize(kind, classes.build(kind, name)))
        except (EngineError, TypeError):
            continue
        shortest.setdefault(json.dumps(config, sort_keys=True), name)
    return shortest


def short_value(field: classes.Field, value: object) -> Json:
    """One spelling for a checked value: the plain form, by name where a name says it all."""
    written = json_able(field.rule.serialize(value))
    if field.name == "layer" or (field.name == "cell" and isinstance(written, dict)):
        return {"class_name": written["class_name"], "config": _short_layer(written["class_name"], written["config"])}
    if isinstance(written, dict) and set(written) == {"class_name", "config"}:
        text = json.dumps(written, sort_keys=True)
        return next((names[text] for names in map(_short_names, SHORTENED) if text in names), written)
    return written


def _short_layer(class_name: str, config: Config) -> Config:
    """The settings of a layer inside another one that differ from the defaults; all of them for a model."""
    if "layers" in config:
        return dict(config)
    return canonical(class_name, str(config.get("name", class_name)), config)


def checked(class_name: str, where: str, key: str, value: object, kind: str = "layer") -> Json:
    """Plain, checked value of one setting; EngineError says what is wrong with it."""
    field = fields_of(class_name, kind).get(key)
    if field is None:
        return json_able(value)
    if isinstance(value, list):
        value = tuple(value)
    return short_value(field, field.rule.check(value, where))


@cache
def default_text(class_name: str, key: str, kind: str = "layer") -> str | None:
    """Default of a setting as JSON text (hashable and never shared), None where a value is required."""
    field = fields_of(class_name, kind)[key]
    if field.default is classes.REQUIRED:
        return None
    default = field.default
    try:
        default = field.rule.check(default, class_name)
    except EngineError:
        return json.dumps(json_able(default))
    return json.dumps(short_value(field, default))


def default(class_name: str, key: str, kind: str = "layer") -> Json:
    """Default of a setting, fresh plain data; None where a value is required."""
    text = default_text(class_name, key, kind)
    return None if text is None else json.loads(text)


def canonical(class_name: str, name: str, config: Mapping[str, object], kind: str = "layer") -> Config:
    """The settings that differ from the defaults, in the order of the fields; EngineError for a bad one."""
    known = fields_of(class_name, kind)
    where = say.layer(name, class_name) if kind == "layer" else f"{kind} {class_name}"
    result: Config = {}
    for key in known:
        if key in config:
            value = checked(class_name, f"{where}, {key}", key, config[key], kind)
            if default_text(class_name, key, kind) != json.dumps(value):
                result[key] = value
    for key, value in config.items():
        if key not in known and not _is_usual(key, value):
            result[key] = json_able(value)
    return result


def _is_usual(key: str, value: object) -> bool:
    return (key == "trainable" and value is True) or (key == "dtype" and value == FLOAT) or key == "name"


def canonical_input(config: Config) -> Config:
    """Settings of an input: {"batch_input_shape": [None, 8, 8, 1]} and a dtype other than float32."""
    result: Config = {}
    shape = config.get("batch_input_shape")
    if shape is None and config.get("input_shape") is not None:
        shape = [config.get("batch_size"), *config["input_shape"]]
    if shape is not None:
        result["batch_input_shape"] = checked_shape(shape, "batch_input_shape")
        if not result["batch_input_shape"]:
            raise Refused(say.BATCH_INPUT_SHAPE, field="shape")
    dtype = config.get("dtype")
    if dtype not in (None, FLOAT):
        if dtype not in DTYPES:
            raise Refused(say.dtype_is_one_of(", ".join(DTYPES), dtype), field="dtype")
        result["dtype"] = dtype
    return result


def _bad_value(expected: str, value: str, field: str) -> Refused:
    return Refused(say.but_not(expected, value), expected=expected, field=field)


def checked_shape(value: object, field: str = "shape") -> list[int | None]:
    """Sizes above 0; None where a size is free. Accepts "8, 8, 1" and one number as well."""
    if isinstance(value, str):
        words = [word for word in value.strip(" ()[]").replace(",", " ").split() if word]
        try:
            value = [None if word.lower() in ("none", "null", "?") else int(word) for word in words]
        except ValueError:
            raise _bad_value(say.A_SHAPE_IS, repr(value), field) from None
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, (list, tuple)):
        raise _bad_value(say.A_SHAPE_IS, repr(value), field)
    for size in value:
        if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 1):
            raise _bad_value(say.A_SIZE_IS, repr(size), field)
    if len(value) > 32:
        raise _bad_value(say.A_SHAPE_HAS, str(len(value)), field)
    return list(value)


def with_value(class_name: str, name: str, config: Config, key: str, value: object) -> Config:
    """A copy of the settings with one changed; Refused with the field when the value is not allowed.

    key: a name, or a path to a layer inside: "layer.units", "cell.units", "layers.dense_1.units" (a nested model).
    """
    if "." in key:
        return _with_inner_value(class_name, name, config, key, value)
    if class_name == INPUT:
        return _with_input_value(config, key, value)
    known = fields_of(class_name)
    if key == "trainable" and not isinstance(value, bool):
        raise Refused(say.trainable_is_no_switch(value), field=key)
    if key not in known and key not in config and key not in ("trainable", "dtype"):
        names = ", ".join(known) or "none"
        raise Refused(say.has_no_setting(class_name, key), say.its_settings_are(names), field=key)
    try:
        return canonical(class_name, name, {**config, key: value})
    except EngineError as error:
        expected = say.must_be(key, error.expected) if error.expected else None
        raise Refused(sentence(error, key), error.hint or None, expected=expected, field=key) from None


class Inside(NamedTuple):
    """A setting of a layer inside another one. rest: its name from there on; put: the outer settings with new inner ones."""

    class_name: str
    config: Config
    rest: str
    put: Callable[[Config], Config]


def inside(config: Config, path: str) -> Inside | None:
    """Where a path with a dot leads; None where there is no such layer."""
    key, _, rest = path.partition(".")
    if key in INNER:
        inner = config.get(key)
        if not isinstance(inner, Mapping) or "class_name" not in inner:
            return None
        return Inside(
            str(inner["class_name"]),
            dict(inner.get("config") or {}),
            rest,
            partial(_with_inner_config, config, key, inner),
        )
    entries = config.get("layers")
    if key != "layers" or not isinstance(entries, list):
        return None
    for index, entry in enumerate(entries):
        named = str(entry.get("name", entry["config"].get("name")))
        if rest.startswith(f"{named}."):
            rest = rest[len(named) + 1 :]
            return Inside(
                str(entry["class_name"]), dict(entry["config"]), rest, partial(_with_config_at, config, index)
            )
    return None


def _with_inner_config(config: Config, key: str, inner: Mapping[str, Json], new: Config) -> Config:
    """The settings of a wrapper with others for the layer under `key`."""
    return {**config, key: {**inner, "config": new}}


def _with_config_at(config: Config, index: int, new: Config) -> Config:
    """The settings of a nested model with others for its layer at an index."""
    entries = config["layers"]
    return {**config, "layers": [*entries[:index], {**entries[index], "config": new}, *entries[index + 1 :]]}


def has(class_name: str, config: Config, path: str) -> bool:
    """Whether a layer has a setting of this name, or a layer inside at this path."""
    if "." in path:
        inner = inside(config, path)
        return inner is not None and has(inner.class_name, inner.config, inner.rest)
    if class_name == INPUT:
        return path in ("shape", "batch_size", "batch_input_shape", "input_shape", "dtype")
    return path in fields_of(class_name) or path in config or path in ("trainable", "dtype")


def value_at(class_name: str, config: Config, path: str) -> Json:
    """The value of a setting, default where it is not written; None where there is none."""
    inner = inside(config, path) if "." in path else None
    if inner is not None:
        return value_at(inner.class_name, inner.config, inner.rest)
    shape = config.get("batch_input_shape")
    if class_name == INPUT and path in ("shape", "batch_size"):
        return None if shape is None else shape[0] if path == "batch_size" else list(shape[1:])
    if path in config:
        return config[path]
    if path == "trainable":
        return True
    if path == "dtype":
        return FLOAT
    return default(class_name, path) if path in fields_of(class_name) else None


def _with_inner_value(class_name: str, name: str, config: Config, path: str, value: object) -> Config:
    target = inside(config, path)
    if target is None:
        raise Refused(say.holds_no_layer_with(name, path), field=path)
    try:
        inner = with_value(target.class_name, say.inside(name), target.config, target.rest, value)
        named = {"name": target.config["name"]} if "name" in target.config else {}
        return canonical(class_name, name, target.put({**named, **inner}))
    except EngineError as error:
        raise Refused(sentence(error, path), error.hint or None, field=path) from None
    except Refused as refusal:
        raise Refused(refusal.why, refusal.hint, expected=refusal.expected, field=path) from None


def sentence(error: EngineError, key: str) -> str:
    """What a rule says of a value, in words: "'units' must be a whole number above 0, not -3."."""
    return say.but_not(say.must_be(key, error.expected), error.actual) if error.expected else str(error)


def _with_input_value(config: Config, key: str, value: object) -> Config:
    shape = config.get("batch_input_shape")
    batch = shape[0] if shape else None
    if key in ("shape", "input_shape"):
        changed = None if value is None or value == "" else [batch, *checked_shape(value)]
    elif key == "batch_input_shape":
        changed = value
    elif key == "batch_size":
        sizes = checked_shape([value], "batch_size")
        changed = None if shape is None else [*sizes, *shape[1:]]
        if shape is None and value is not None:
            raise Refused(say.SHAPE_BEFORE_BATCH_SIZE, field=key)
    elif key == "dtype":
        return canonical_input({**config, "dtype": value})
    else:
        raise Refused(say.input_has_no_setting(key), say.SETTINGS_OF_AN_INPUT, field=key)
    return canonical_input({**config, "batch_input_shape": changed})


def starting_config(class_name: str, arriving: Shape | None, array_shape: tuple[int, ...] | None) -> Config:
    """Settings of a new layer: Keras's defaults, a usual value where Keras wants one, an input's shape from the data."""
    if class_name == INPUT:
        return canonical_input({"batch_input_shape": [None, *array_shape[1:]]} if array_shape else {})
    config: Config = {}
    for key, field in fields_of(class_name).items():
        if field.default is classes.REQUIRED or ONE_OF_SEVERAL.get(class_name) == key:
            config[key] = _start(class_name, key, field, arriving)
    return canonical(class_name, class_name, config)


def _start(class_name: str, key: str, field: classes.Field, arriving: Shape | None) -> Json:
    inside = list((arriving or ())[1:])
    if key == "target_shape" and inside and all(inside):
        return [*inside]
    if key == "dims" and inside:
        return list(range(1, len(inside) + 1))
    if key in ("layer", "cell"):
        return STARTING_LAYERS[class_name]
    if key == "units" and getattr(layer_class(class_name), "group", "") == "recurrent":
        return RECURRENT_UNITS
    control = field.rule.control
    if key in STARTS:
        value = STARTS[key]
        return [value[0]] * control["length"] if control.get("length") and isinstance(value, list) else value
    usual: dict[str, Json] = {
        "integer": control.get("minimum", 1),
        "number": 0.5,
        "switch": False,
        "integers": [1],
        "text": "",
    }
    return control["options"][0] if control.get("kind") == "choice" else usual.get(str(control.get("kind")))
