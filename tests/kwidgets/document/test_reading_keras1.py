"""Texts of Keras 1 are read as the engine reads them: merges, orders of axes that were not written, types by other names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kwidgets.document import Refused

from .documents import node, pasted, read_again, wires


def _layer(name: str, before: list[str], class_name: str, **config: Any) -> dict[str, Any]:
    calls = [[[one, 0, 0] for one in before]] if before else []
    return {"class_name": class_name, "name": name, "config": {"name": name, **config}, "inbound_nodes": calls}


def _text(*layers: dict[str, Any], version: str = "1.0.5") -> str:
    inputs = [[one["name"], 0, 0] for one in layers if one["class_name"] == "InputLayer"]
    config = {"name": "m", "layers": layers, "input_layers": inputs, "output_layers": [[layers[-1]["name"], 0, 0]]}
    return json.dumps({"class_name": "Model", "keras_version": version, "config": config})


MERGE = {
    "mode": "concat",
    "mode_type": "raw",
    "concat_axis": -1,
    "dot_axes": -1,
    "output_shape": None,
    "output_shape_type": "raw",
}


@pytest.mark.parametrize("version", ["1.0.5", "1.2.2", "2.0.2"])
def test_a_merge_of_keras_1_becomes_the_layer_that_does_the_same(version: str) -> None:
    a = _layer("a", [], "InputLayer", batch_input_shape=[None, 3], input_dtype="float32")
    b = _layer("b", [], "InputLayer", batch_input_shape=[None, 4], input_dtype="float32")
    made = pasted(_text(a, b, _layer("both", ["a", "b"], "Merge", **MERGE), version=version), "json")
    assert node(made, "both")["class_name"] == "Concatenate" and node(made, "both")["state"] == "ok"
    assert wires(made) == [("a@0", "both@0"), ("b@0", "both@0")]
    assert read_again(made).draft == made.draft


def test_an_order_of_axes_that_was_not_written_is_that_of_the_rest() -> None:
    image = _layer("image", [], "InputLayer", batch_input_shape=[None, 1, 8, 6], input_dtype="float32")
    settings = {"nb_filter": 2, "nb_row": 3, "nb_col": 3, "border_mode": "same", "dim_ordering": "th"}
    convolution = _layer("convolution", ["image"], "Convolution2D", **settings)
    made = pasted(_text(image, convolution, _layer("larger", ["convolution"], "UpSampling2D", size=[2, 2])), "json")
    assert made.draft.layers["larger"].config["data_format"] == "channels_first"


def test_a_mistake_in_such_a_text_is_said_where_it_stands() -> None:
    image = _layer("image", [], "InputLayer", batch_input_shape=[None, 3])
    with pytest.raises(Refused, match=r"no layer|No layer|not a layer|known") as refused:
        pasted(_text(image, _layer("one", ["image"], "Dens", output_dim=2)), "json")
    assert refused.value.line == 1
