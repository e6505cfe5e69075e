"""Nets of later Keras: weights' names, shapes and numbers are those of Keras 3 and tf_keras (tests/golden/later_nets.py)."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import applications, layers
from engine import backend as K
from engine.applications import regnet, resnet_rs
from engine.errors import SettingError
from engine.models import Model, load_model

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("later_nets")
sys.path.remove(str(FOLDER))
KNOWN = json.loads((FOLDER / "later_nets.json").read_text())
GOLDEN = dict(np.load(FOLDER / "later_nets.npz", allow_pickle=False))
SMALL: dict[str, Any] = {"weights": None, "include_top": False, "input_shape": (32, 32, 3), "pooling": "avg"}


@pytest.mark.parametrize("key", KNOWN)
def test_a_net_has_the_weights_of_keras(key: str) -> None:
    name, _, without = key.partition(" ")
    settings: dict[str, Any] = {"include_top": False, "pooling": "max", "input_shape": (64, 64, 3)} if without else {}
    K.clear_session()
    model = getattr(applications, name)(weights=None, **settings)
    assert listed.structure(model) == KNOWN[key]
    assert not any(weight.materialised for weight in model.weights)


@pytest.mark.parametrize("case", listed.NUMBERS)
def test_a_net_gives_the_numbers_of_keras(case: str) -> None:
    shape, settings = listed.NUMBERS[case]
    make = getattr(applications, case.split()[0])
    model = make(weights=None, include_top=False, input_shape=shape, pooling="avg", **settings)
    found = listed.numbers(model, shape)
    np.testing.assert_allclose(found, GOLDEN[case], rtol=1e-3, atol=1e-3 * np.abs(GOLDEN[case]).max())


@pytest.mark.parametrize(
    ("name", "settings"),
    [("ConvNeXtTiny", {}), ("MobileNetV3Small", {"alpha": 0.35}), ("RegNetY002", {}), ("ResNetRS50", {})],
)
def test_a_net_under_a_new_top_takes_a_step_of_training(name: str, settings: dict[str, Any]) -> None:
    base = getattr(applications, name)(**SMALL, **settings)
    model = Model(base.input, layers.Dense(2, activation="softmax")(base.output))
    model.compile("sgd", "categorical_crossentropy")
    first = next(layer for layer in base.layers if layer.weights)
    before = first.get_weights()[0]
    assert np.isfinite(model.train_on_batch(listed.pictures((32, 32, 3)), np.eye(2)))
    assert not np.array_equal(before, first.get_weights()[0])


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_net_is_saved_and_read_again(tmp_path: Path, ending: str) -> None:
    model = applications.MobileNetV3Small(**SMALL, alpha=0.25)
    model.save(tmp_path / f"net{ending}")
    images = listed.pictures((32, 32, 3))
    np.testing.assert_array_equal(load_model(tmp_path / f"net{ending}").predict(images), model.predict(images))


def test_classes_and_their_activation_are_chosen() -> None:
    convnext = applications.ConvNeXtTiny(weights=None, classes=3, classifier_activation=None, name="mine")
    assert (convnext.name, convnext.output_shape) == ("mine", (None, 3))
    assert convnext.get_layer("mine_head_dense").activation is None
    mobile = applications.MobileNetV3Large(weights=None, classes=4, classifier_activation=None, dropout_rate=0.0)
    assert mobile.output_shape == (None, 4)
    assert not any(isinstance(layer, layers.Dropout) for layer in mobile.layers)


def test_regnet_gives_logits_whatever_is_asked_for() -> None:
    model = regnet.RegNetX002(weights=None, classes=5, classifier_activation="softmax", model_name="mine")
    assert model.get_layer("mine_head_dense").activation is None


def test_images_have_any_size_where_a_net_ends_with_convolutions() -> None:
    assert applications.MobileNetV3Small(weights=None).input_shape == (None, None, None, 3)
    assert applications.ResNetRS50(weights=None).input_shape == (None, 224, 224, 3)
    assert applications.ResNetRS50(weights=None, input_shape=(160, 160, 3)).input_shape == (None, 160, 160, 3)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("MobileNetV3Small", {"weights": "imagenet", "alpha": 0.5}, "alpha"),
        ("MobileNetV3Large", {"weights": "imagenet", "alpha": 0.75, "minimalistic": True}, "minimalistic"),
        ("ResNetRS50", {"weights": "imagenet-i224"}, "imagenet-i160"),
        ("ResNetRS101", {"weights": "imagenet", "classes": 3}, "1000"),
        ("RegNetX002", {"weights": "imagenet", "classes": 3}, "1000"),
        ("ConvNeXtTiny", {"weights": None, "input_shape": (16, 16, 3)}, "at least 32"),
    ],
)
def test_what_does_not_go_together_is_refused(name: str, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        getattr(applications, name)(**settings)


def test_convnext_refuses_channels_first() -> None:
    K.set_image_data_format("channels_first")
    try:
        with pytest.raises(SettingError, match="channels last"):
            applications.ConvNeXtTiny(weights=None)
        assert resnet_rs.ResNetRS50(weights=None, include_top=False).output_shape == (None, 2048, None, None)
    finally:
        K.set_image_data_format("channels_last")
