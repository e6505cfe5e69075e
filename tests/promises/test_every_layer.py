"""Every registered layer: config, YAML, shape rule, weights, refusals, help, Keras's order."""

from __future__ import annotations

import doctest
import inspect
import json

import numpy as np
import pytest

from engine import _ops as ops
from engine import initializers
from engine._declared import registry
from engine._declared.fields import declared_fields
from engine._files import text
from engine._machine.random import set_seed
from engine.errors import SettingError, SettingTypeError, UnknownName
from engine.layers import Input, InputLayer, Layer
from engine.models import Model, Sequential

from .every_layer_samples import OF_TEXTS, SAMPLES

NAMES = sorted(SAMPLES)
CALLED = [name for name in NAMES if name != "InputLayer"]


@pytest.fixture(autouse=True)
def _known_function():
    set_seed(5)
    with registry.custom_object_scope({"negative": ops.negative}):
        yield


def layer_class(name):
    return registry.find("layer", name)


def make(name, /, **more):
    return layer_class(name)(**{**SAMPLES[name][0], **more})


def arrays(name):
    rng = np.random.default_rng(2)
    if name == "Embedding":
        return [rng.integers(0, 9, shape).astype("int32") for shape in SAMPLES[name][1]]
    if name in OF_TEXTS:
        return [rng.choice(["a", "a word", "word", "other words"], shape) for shape in SAMPLES[name][1]]
    return [rng.normal(size=shape).astype("float32") for shape in SAMPLES[name][1]]


def symbols(name):
    dtype = "string" if name in OF_TEXTS else None
    return [Input(shape=a.shape[1:], dtype=dtype or a.dtype.name) for a in arrays(name)]


def one_or_list(values):
    return values[0] if len(values) == 1 else values


def network(name, layer=None):
    inputs = symbols(name)
    return Model(inputs, (layer or make(name))(one_or_list(inputs)))


def test_every_layer_has_a_sample():
    # Cells are called with states, by RNN: tests/engine/layers/test_cells.py.
    found = registry.find_all("layer").values()
    cells = {c for c in found if hasattr(c, "state_size") and not hasattr(c, "return_sequences")}
    classes = {c for c in found if not issubclass(c, Model)} - cells
    assert set(NAMES) == {c.__name__ for c in classes}


@pytest.mark.parametrize("name", NAMES)
def test_settings_stand_in_the_order_of_keras(name):
    positional = [f.name for f in declared_fields(layer_class(name)).values() if not f.kw_only]
    if name == "Lambda":  # output_shape and mask are no settings, so its constructor is written out
        positional = [
            p.name for p in inspect.signature(layer_class(name)).parameters.values() if p.default is not p.empty
        ]
    assert positional == SAMPLES[name][2].split()


@pytest.mark.parametrize("name", NAMES)
def test_config_goes_through_yaml_and_json(name):
    layer = make(name, name="one", trainable=False) if name != "InputLayer" else make(name, name="one")
    config = layer.get_config()
    assert text.read_yaml(text.write_yaml(config)) == config
    assert json.loads(json.dumps(config)) == config
    again = layer_class(name).from_config(config)
    assert again.get_config() == config
    assert again.name == "one"
    assert again.trainable is layer.trainable
    assert type(registry.build("layer", registry.serialize("layer", layer))) is layer_class(name)


@pytest.mark.parametrize("name", CALLED)
def test_the_shape_rule_tells_the_computed_shape(name):
    xs = arrays(name)
    layer = make(name)
    told = layer.compute_output_shape(one_or_list([(None, *x.shape[1:]) for x in xs]))
    assert not layer.inbound_nodes
    assert not layer.weights
    output = layer(one_or_list(symbols(name)))
    computed = make(name)(one_or_list(xs))
    assert tuple(told) == output.shape == layer.output_shape
    assert told[1:] == computed.shape[1:]
    assert computed.shape[0] == 3
    assert np.isfinite(computed).all()


@pytest.mark.parametrize("name", CALLED)
def test_weights_go_out_and_in(name):
    model, other = network(name), network(name)
    arrays_out = model.layers[-1].get_weights()
    assert [w.shape for w in model.layers[-1].weights] == [a.shape for a in arrays_out]
    assert all(w.name.startswith(f"{model.layers[-1].name}/") for w in model.layers[-1].weights)
    other.set_weights(arrays_out)
    xs = arrays(name)
    np.testing.assert_array_equal(model.predict(xs), other.predict(xs))
    assert model.count_params() == sum(a.size for a in arrays_out)


@pytest.mark.parametrize("name", CALLED)
def test_a_model_of_the_layer_is_read_back_and_trains(name):
    model = network(name)
    again = Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    xs = arrays(name)
    outputs = model.predict(xs)
    np.testing.assert_array_equal(outputs, again.predict(xs))
    again.compile("sgd", "mse")
    if again.trainable_weights:
        assert np.isfinite(again.train_on_batch(xs, outputs + 1))


FIELDS = [
    (name, f.name, bad) for name in NAMES for f in declared_fields(layer_class(name)).values() for bad in f.rule.bad
]


@pytest.mark.parametrize(("name", "field", "bad"), FIELDS, ids=lambda value: repr(value)[:30])
def test_each_bad_value_is_refused_by_class_and_field(name, field, bad):
    with pytest.raises((SettingError, SettingTypeError, UnknownName)) as caught:
        make(name, **{field: bad})
    assert name in str(caught.value)
    assert field in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_and_missing_settings_are_refused(name):
    with pytest.raises(SettingTypeError, match="no_such_setting"):
        make(name, no_such_setting=1)
    for field in declared_fields(layer_class(name)).values():
        if field.required:
            rest = {key: value for key, value in SAMPLES[name][0].items() if key != field.name}
            with pytest.raises(SettingTypeError, match=field.name):
                layer_class(name)(**rest)


@pytest.mark.parametrize("name", NAMES)
def test_help_says_what_the_layer_and_each_setting_do(name):
    cls = layer_class(name)
    assert doctest.DocTestParser().get_examples(cls.__doc__)
    assert cls.group != Layer.group, (
        'say where the palette shows it: group: ClassVar[str] = "core" (or pooling, merge ...)'
    )
    assert all(field.help for field in declared_fields(cls).values())
    assert list(inspect.signature(cls).parameters)[: len(cls._positional)] == list(cls._positional)


def test_first_weights_are_taken_from_the_setting():
    kernel = initializers.Ones()((5, 4))
    model = Sequential([make("Dense", use_bias=False, weights=[kernel], input_shape=(5,))])
    np.testing.assert_array_equal(model.get_weights()[0], kernel)


def test_an_input_layer_gives_its_tensor():
    layer = InputLayer((8, 8), 4)
    assert layer.output_shape == layer.input_shape == (4, 8, 8)
    assert layer.get_config()["batch_input_shape"] == [4, 8, 8]
