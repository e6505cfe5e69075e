"""Settings of layers as plain data: only those that differ from the defaults, checked by their rules."""

from __future__ import annotations

from typing import Any

import pytest

from engine.describe import classes
from engine.errors import EngineError
from kwidgets.document import Refused
from kwidgets.document import settings as layer_settings
from kwidgets.document.settings import canonical, checked_shape, has, inputs_of, starting_config, value_at, with_value

WRAPPED = {"layer": {"class_name": "LSTM", "config": {"units": 8}}}
NESTED = {"layers": [{"class_name": "Dense", "name": "dense_1", "config": {"name": "dense_1", "units": 8}}]}
PALETTE = [name for name in classes.names("layer") if not name.endswith(("Cell", "Cells"))]


def test_defaults_and_other_spellings_of_a_value_are_left_out() -> None:
    config = {
        "units": 10,
        "activation": "linear",
        "use_bias": True,
        "kernel_initializer": "glorot_uniform",
    }
    short = canonical("Dense", "dense_1", {**config, "trainable": True, "dtype": "float32", "name": "dense_1"})
    assert short["units"] == 10 and "use_bias" not in short and "trainable" not in short and "name" not in short
    assert canonical("Dense", "dense_1", short) == short


def test_a_key_that_no_rule_knows_is_carried_along() -> None:
    assert canonical("Dense", "d", {"units": 1, "mine": (1, 2)}) == {"units": 1, "mine": [1, 2]}


@pytest.mark.parametrize("class_name", ["Dense", "Conv2D", "LSTM", "Bidirectional", "Reshape", "Permute", "Dot", "RNN"])
def test_a_new_layer_has_a_value_for_every_setting_that_keras_wants(class_name: str) -> None:
    config = starting_config(class_name, (None, 8, 8, 4), None)
    assert canonical(class_name, class_name, config) == config
    classes.build("layer", {"class_name": class_name, "config": config})


@pytest.mark.parametrize(
    ("value", "sizes"), [("8, 8, 1", [8, 8, 1]), ("(None, 3)", [None, 3]), (5, [5]), ([None], [None]), ("", [])]
)
def test_a_shape_is_taken_as_people_write_it(value: object, sizes: list[int | None]) -> None:
    assert checked_shape(value) == sizes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b", "list of sizes"),
        (True, "list of sizes"),
        ({}, "list of sizes"),
        ([0], "above 0"),
        ([True], "above 0"),
        ([1] * 33, "32"),
    ],
)
def test_a_shape_that_is_none_is_refused_with_what_one_is(value: object, expected: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_shape(value)
    assert expected in (refused.value.expected or "")
    assert refused.value.why.startswith(refused.value.expected or "?") and refused.value.field == "shape"


@pytest.mark.parametrize(
    ("class_name", "config", "path", "value"),
    [
        ("Dense", {"units": 3}, "units", 3),
        ("Dense", {"units": 3}, "use_bias", True),
        ("Bidirectional", WRAPPED, "layer.units", 8),
        ("Bidirectional", WRAPPED, "layer.return_sequences", False),
        ("Model", NESTED, "layers.dense_1.units", 8),
    ],
)
def test_a_path_leads_to_a_value_and_to_another_one(
    class_name: str, config: dict[str, Any], path: str, value: object
) -> None:
    assert has(class_name, config, path)
    assert value_at(class_name, config, path) == value
    other = not value if isinstance(value, bool) else 5
    changed = with_value(class_name, "a", config, path, other)
    assert value_at(class_name, changed, path) == other
    assert value_at(class_name, config, path) == value


@pytest.mark.parametrize(
    ("class_name", "config", "path", "value", "expected"),
    [
        ("Dense", {"units": 3}, "units", -1, "'units' must be a whole number above 0"),
        ("Bidirectional", WRAPPED, "layer.units", "x", "a whole number above 0"),
        ("Dense", {"units": 3}, "unit", 3, None),
        ("Dense", {"units": 3}, "trainable", 3, None),
    ],
)
def test_a_bad_value_is_refused_with_its_field(
    class_name: str, config: dict[str, Any], path: str, value: object, expected: str | None
) -> None:
    with pytest.raises(Refused) as refused:
        with_value(class_name, "a", config, path, value)
    assert refused.value.field == path
    assert (expected or "") in (refused.value.expected or "")


@pytest.mark.parametrize(
    ("class_name", "config", "count"),
    [
        ("InputLayer", None, 0),
        ("Dense", None, 1),
        ("Add", None, "many"),
        ("Model", {"input_layers": [["a", 0, 0]] * 2}, "many"),
    ],
)
def test_a_layer_takes_one_tensor_a_merge_many(class_name: str, config: dict[str, Any] | None, count: object) -> None:
    assert inputs_of(class_name, config) == count


@pytest.mark.parametrize("name", ["Input", "InputLayer", "Convolution2D", "conv2d", "Danse"])
def test_a_class_is_known_by_every_name_that_the_engine_knows(name: str) -> None:
    try:
        known = layer_settings.class_name_of(name)
    except EngineError:
        with pytest.raises(Refused, match=name):
            layer_settings.chosen_class(name)
    else:
        assert known in PALETTE and layer_settings.chosen_class(name) == known
