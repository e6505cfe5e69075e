"""EfficientNets: layers, names, shapes and numbers are those of tf_keras (tests/golden/efficientnet.py), and they train."""

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
from engine.models import Model

FOLDER = Path(__file__).parents[2] / "golden"
sys.path.insert(0, str(FOLDER))
listed = importlib.import_module("efficientnet")
sys.path.remove(str(FOLDER))
KNOWN = json.loads((FOLDER / "efficientnet.json").read_text())
GOLDEN = dict(np.load(FOLDER / "efficientnet.npz", allow_pickle=False))


@pytest.mark.parametrize("key", KNOWN)
def test_a_net_has_the_layers_of_tf_keras(key: str) -> None:
    name, _, without = key.partition(" ")
    settings: dict[str, Any] = {"include_top": False, "pooling": "max"} if without else {}
    K.clear_session()
    model = getattr(applications, name)(weights=None, **settings)
    assert listed.structure(model) == KNOWN[key]
    assert not any(weight.materialised for weight in model.weights)


@pytest.mark.parametrize("name", listed.NUMBERS)
def test_a_net_gives_the_numbers_of_tf_keras(name: str) -> None:
    shape = listed.NUMBERS[name]
    model = getattr(applications, name)(weights=None, include_top=False, input_shape=shape, pooling="avg")
    found = listed.numbers(model, shape)
    np.testing.assert_allclose(found, GOLDEN[name], rtol=1e-3, atol=1e-3 * np.abs(GOLDEN[name]).max())


def test_a_net_under_a_new_top_takes_a_step_of_training() -> None:
    base = applications.EfficientNetB0(weights=None, include_top=False, input_shape=(32, 32, 3), pooling="avg")
    model = Model(base.input, layers.Dense(2, activation="softmax")(base.output))
    model.compile("sgd", "categorical_crossentropy")
    before = base.get_layer("top_conv").get_weights()[0]
    assert np.isfinite(model.train_on_batch(listed.pictures((32, 32, 3)), np.eye(2)))
    assert not np.array_equal(before, base.get_layer("top_conv").get_weights()[0])


def test_classes_and_their_activation_are_chosen() -> None:
    model = applications.EfficientNetB0(weights=None, classes=3, classifier_activation=None)
    assert model.output_shape == (None, 3)
    assert model.get_layer("predictions").activation is None
