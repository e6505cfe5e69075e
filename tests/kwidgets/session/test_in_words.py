import copy

import pytest

from engine.experiment import DEFAULTS
from kwidgets.session.in_words import difference, settings_in_words


def dense(name, **config):
    return {"class_name": "Dense", "config": {"name": name, "units": 8, **config}}


BASE = {
    "class_name": "Sequential",
    "config": {"name": "m", "layers": [dense("dense_1"), dense("dense_2", units=1)]},
    "data": {"inputs": {"dense_1_input": "x"}, "targets": {"dense_2": "y"}},
    "training": {
        "optimizer": {"class_name": "Adam", "config": {"lr": 0.001}},
        "loss": {"dense_2": "mean_squared_error"},
        "batch_size": 32,
        "epochs": 10,
    },
}


def changed(change):
    other = copy.deepcopy(BASE)
    change(other)
    return other


CHANGES = {
    "learning rate 0.003": lambda e: e["training"]["optimizer"]["config"].update(lr=0.003),
    "batch size 64": lambda e: e["training"].update(batch_size=64),
    "loss mean absolute error": lambda e: e["training"].update(loss={"dense_2": "mean_absolute_error"}),
    "dense_1 units 16": lambda e: e["config"]["layers"][0]["config"].update(units=16),
    "with dense_3": lambda e: e["config"]["layers"].append(dense("dense_3")),
    "without dense_2": lambda e: e["config"]["layers"].pop(),
    "dense_1_input from x_small": lambda e: e["data"]["inputs"].update(dense_1_input="x_small"),
    "the same again": lambda e: e["training"].update(epochs=50),
    "dense_1 use bias False": lambda e: e["config"]["layers"][0]["config"].update(use_bias=False),
}


@pytest.mark.parametrize("words", CHANGES)
def test_what_differs_is_said(words):
    assert difference(BASE, changed(CHANGES[words])) == words


def test_another_optimizer_is_named_first():
    other = changed(lambda e: e["training"].update(optimizer={"class_name": "SGD", "config": {"lr": 0.1}}))
    assert difference(BASE, other) == "SGD, learning rate 0.1"


def test_many_differences_are_counted():
    other = changed(lambda e: e["config"]["layers"].extend(dense(f"more_{i}") for i in range(7)))
    assert difference(BASE, other).endswith("3 more")


def test_the_first_run_and_one_begun_in_code_say_so():
    assert difference(None, BASE) == "first run" and difference(BASE, None) == "begun in code"


def test_settings_say_what_was_trained():
    other = changed(lambda e: e["training"].update(validation_split=0.2, seed=3))
    assert settings_in_words(other) == [
        "Adam, learning rate 0.001", "batches of 32", "mean squared error", "20 % for validation", "seed 3",
    ]  # fmt: skip


def another(value):
    """A value unlike a setting's default."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, dict):
        return {"class_name": "SGD", "config": {}}
    return {int: 77, float: 0.25, str: "mean_absolute_error", list: ["mae"]}.get(type(value), 77)


@pytest.mark.parametrize("name", [name for name in DEFAULTS if name != "epochs"])
def test_every_declared_setting_of_training_is_told_where_it_differs(name):
    plain = {**BASE, "training": {}}
    other = {**BASE, "training": {name: another(DEFAULTS[name])}}
    assert difference(plain, other) != "the same again"
    if name != "metrics":
        assert settings_in_words(other) != settings_in_words(plain)
