"""Layers of Keras 1.0 whose configs lack the order of axes get that of their model."""

from __future__ import annotations

from typing import Any

import pytest

from engine._declared.keras1_layouts import with_layouts
from engine.models import model_from_config

pytestmark = pytest.mark.filterwarnings("ignore:.*Keras 1:UserWarning")


def _layer(name: str, **settings: Any) -> dict[str, Any]:
    return {"class_name": name, "config": settings}


def _convolution(order: str, **settings: Any) -> dict[str, Any]:
    return _layer("Convolution2D", nb_filter=3, nb_row=3, nb_col=3, dim_ordering=order, **settings)


FORGETFUL = [
    (_layer("ZeroPadding2D", padding=[1, 1]), (6, 8)),
    (_layer("UpSampling2D", size=[2, 2]), (8, 12)),
    (_layer("Cropping2D", cropping=[[1, 0], [1, 1]]), (3, 4)),
]


@pytest.mark.parametrize(("layer", "sizes"), FORGETFUL, ids=["padding", "upsampling", "cropping"])
@pytest.mark.parametrize("order", ["th", "tf"])
def test_a_layer_without_an_order_has_that_of_the_convolutions(
    layer: dict[str, Any], sizes: tuple[int, int], order: str
) -> None:
    shape = (None, 2, 6, 8) if order == "th" else (None, 6, 8, 2)
    config = {"class_name": "Sequential", "config": [_convolution(order, batch_input_shape=list(shape)), layer]}
    expected = (None, 3, *sizes) if order == "th" else (None, *sizes, 3)
    assert model_from_config(config).output_shape == expected
    assert "dim_ordering" not in layer["config"]


def test_models_inside_and_graphs_are_looked_through() -> None:
    inner = {"class_name": "Sequential", "config": [_convolution("th"), FORGETFUL[0][0]]}
    graph = {"class_name": "Model", "config": {"layers": [inner, FORGETFUL[1][0]], "name": "m"}}
    filled: Any = with_layouts(graph)
    padding, upsampling = filled["config"]["layers"][0]["config"][1], filled["config"]["layers"][1]
    assert padding["config"]["dim_ordering"] == upsampling["config"]["dim_ordering"] == "th"


def test_two_orders_and_none_leave_the_config_as_it_is() -> None:
    both = {"class_name": "Sequential", "config": [_convolution("th"), _convolution("tf"), FORGETFUL[0][0]]}
    none = {"class_name": "Sequential", "config": [FORGETFUL[0][0]]}
    named = {"class_name": "Sequential", "config": [_convolution("th"), _layer("ZeroPadding2D", dim_ordering="tf")]}
    assert with_layouts(both) is both and with_layouts(none) is none
    assert with_layouts({"class_name": "Sequential", "config": None})["config"] is None
    kept: Any = with_layouts({"class_name": "Sequential", "config": [_convolution("th"), {**FORGETFUL[0][0]}]})
    assert kept["config"][0] == _convolution("th")
    assert with_layouts(named) is named
