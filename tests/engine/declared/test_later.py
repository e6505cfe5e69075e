"""Names and settings of Keras 2.3 and of tf.keras: what says nothing new is dropped, the rest is refused in words."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from engine import initializers, layers, losses, metrics, optimizers, regularizers
from engine._declared import registry
from engine._declared.later import CLASSES, MEANINGLESS, RENAMED, ByName
from engine.models import model_from_json
from tests.promises.every_layer_samples import SAMPLES

LAYERS = [
    (name, setting, values)
    for name in sorted(SAMPLES)
    for base in registry.find("layer", name).__mro__
    for setting, values in MEANINGLESS.get(base.__name__, {}).items()
    if setting not in registry.find("layer", name)._fields
]
SAID_ALL_ALONG = {"trainable": True, "dtype": "float32"}


@pytest.mark.parametrize(("name", "setting", "values"), LAYERS)
def test_a_later_setting_of_a_layer_that_says_nothing_new_is_dropped(name: str, setting: str, values: Any) -> None:
    cls, settings = registry.find("layer", name), SAMPLES[name][0]
    plain = cls(name="one", **settings).get_config().keys()
    for value in values if isinstance(values, tuple) else ("anything",):
        assert cls(name="one", **settings, **{setting: value}).get_config().keys() == plain


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.LSTM(2, time_major=True), "LSTM, time_major: expected False or None, found True"),
        (lambda: layers.Conv2DTranspose(4, 3, groups=2), "Conv2DTranspose, groups: expected 1 or None, found 2"),
        (lambda: optimizers.Adam(loss_scale_factor=2.0), "Adam, loss_scale_factor"),
        (lambda: layers.InputLayer((3,), ragged=True), "InputLayer, ragged"),
    ],
)
def test_a_later_setting_that_asks_for_more_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=rf"{message}.*came after Keras 2\.2\.4"):
        make()


def test_an_unknown_setting_stays_unknown() -> None:
    with pytest.raises(TypeError, match="Dense: expected a known setting, found 'groups'"):
        layers.Dense(2, groups=1)


@pytest.mark.parametrize("cls", [optimizers.SGD, optimizers.Adam, optimizers.RMSprop, optimizers.Nadam])
def test_the_rate_of_an_optimizer_goes_by_its_later_name_too(cls: Any) -> None:
    assert cls(learning_rate=0.25, name="mine").get_config() == cls(lr=0.25).get_config()
    with pytest.raises(TypeError, match="'lr' once"):
        cls(lr=0.1, learning_rate=0.1)


@pytest.mark.parametrize(("kind", "later"), [(kind, later) for kind, table in CLASSES.items() for later in table])
def test_a_later_class_is_what_it_was_before(kind: str, later: str) -> None:
    assert registry.find(kind, later) is registry.find(kind, CLASSES[kind][later])


def test_configs_of_later_classes_make_the_objects_of_before() -> None:
    he = initializers.deserialize({"class_name": "HeNormal", "config": {"seed": 3, "dtype": "float32"}})
    assert he.get_config() == initializers.he_normal(seed=3).get_config()
    assert initializers.deserialize({"class_name": "GlorotUniform", "config": {}})((2, 2)).shape == (2, 2)
    assert regularizers.deserialize({"class_name": "L2", "config": {"l2": 0.5}}).get_config()["l2"] == 0.5
    assert optimizers.deserialize({"class_name": "Custom>Adam", "config": {"learning_rate": 0.5}}).learning_rate == 0.5
    loss = {"class_name": "Hinge", "config": {"reduction": "sum_over_batch_size", "name": "hinge"}}
    assert losses.deserialize(loss).get_config() == losses.Hinge().get_config()
    metric = {"class_name": "CategoricalAccuracy", "config": {"name": "acc", "dtype": "float32"}}
    assert type(metrics.deserialize(metric)) is metrics.CategoricalAccuracy
    assert metrics.deserialize(metric).name == "acc"
    made = losses.deserialize({"class_name": "Hinge", "config": {"name": 1}}, {"Hinge": lambda name: name + 1})
    assert made == 2


def test_a_model_of_tf_keras_is_read() -> None:
    policy = {"class_name": "Policy", "config": {"name": "float32"}}
    glorot = {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": None}}
    written = {
        "class_name": "Sequential",
        "config": {
            "name": "sequential",
            "layers": [
                {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4, 4, 2], "ragged": False}},
                {
                    "class_name": "Conv2D",
                    "config": {"filters": 3, "kernel_size": [3, 3], "groups": 1, "kernel_initializer": glorot}
                    | SAID_ALL_ALONG,
                },
                {"class_name": "BatchNormalizationV1", "config": {"axis": [3], "trainable": True, "dtype": policy}},
                {"class_name": "GlobalAveragePooling2D", "config": {"keepdims": False}},
            ],
        },
        "keras_version": "2.2.4-tf",
        "backend": "tensorflow",
    }
    model = model_from_json(json.dumps(written))
    assert model.output_shape == (None, 3)
    assert model.layers[1].axis == 3
    assert [layer.dtype for layer in model.layers[:2]] == ["float32", "float32"]


def test_every_renamed_setting_belongs_to_a_known_class() -> None:
    assert set(RENAMED) <= {"Optimizer", *registry.names("optimizer"), *registry.names("layer")}


def test_values_are_found_by_the_names_of_keras_2_3():
    values = ByName({"loss": 1.0, "val_acc": 0.5, "out_mean_absolute_error": 2.0, "mse": 3.0})
    assert (values["val_accuracy"], values.get("out_mae"), values["mean_squared_error"]) == (0.5, 2.0, 3.0)
    assert "val_accuracy" in values and "accuracy" not in values and values.get("accuracy", 7) == 7
    assert list(values) == ["loss", "val_acc", "out_mean_absolute_error", "mse"]
    assert type(copy.copy(values)) is dict  # and so it is in a pickle, which has nothing of this library
    assert ByName(val_binary_accuracy=0.5)["val_acc"] == 0.5  # the metric "accuracy" is one of those with longer names
    with pytest.raises(KeyError, match="accuracy"):
        print(values["accuracy"])
