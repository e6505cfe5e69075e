"""Commands that change settings: of layers, of their names, of the data."""

from __future__ import annotations

import pytest

from kwidgets.document import Refused

from .documents import document, node


def test_setting_a_bad_value_is_refused_beside_its_field() -> None:
    made = document("Dense")
    with pytest.raises(Refused) as refused:
        made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": -3})
    assert refused.value.field == "units"
    assert refused.value.why == "'units' must be a whole number above 0, not -3."
    with pytest.raises(Refused, match="has no setting 'unit'"):
        made.do({"do": "set", "layers": ["dense_1"], "field": "unit", "value": 3})


def test_a_tuple_can_be_one_number_or_a_text() -> None:
    made = document("Conv2D")
    for value in (2, "2", "2, 2", [2, 2]):
        made.do({"do": "set", "layers": ["conv2d_1"], "field": "kernel_size", "value": value})
        assert made.draft.layers["conv2d_1"].config["kernel_size"] == [2, 2]


def test_several_layers_take_a_value_together_or_not_at_all() -> None:
    made = document("Dense", "Dense", "Dropout")
    made.do({"do": "set", "layers": ["dense_1", "dense_2"], "field": "units", "value": 7})
    assert [node(made, name)["shape"][-1] for name in ("dense_1", "dense_2")] == [7, 7]
    version = made.version
    with pytest.raises(Refused):
        made.do({"do": "set", "layers": ["dense_1", "dense_2"], "field": "units", "value": -9})
    assert made.version == version
    assert node(made, "dense_1")["shape"][-1] == 7


def test_a_rename_carries_wires_data_and_loss_along() -> None:
    made = document("Dense", "Dense")
    made.do({"do": "mark_output", "node": "dense_1@0", "output": True})
    made.do({"do": "set_training", "loss": {"dense_2": "mean_absolute_error"}})
    made.do({"do": "set_data", "targets": {"dense_2": "y"}})
    made.do({"do": "rename", "layer": "dense_2", "name": "<b>end</b>"})
    assert made.data()["targets"] == {"<b>end</b>": "y", "dense_1": None}
    assert made.training()["loss"]["<b>end</b>"] == "mean_absolute_error"
    with pytest.raises(Refused, match="already a layer named 'dense_1'"):
        made.do({"do": "rename", "layer": "<b>end</b>", "name": "dense_1"})
