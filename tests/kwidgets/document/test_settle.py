"""What follows from a change of the graph by itself."""

from __future__ import annotations

from .documents import document


def test_a_layer_after_the_output_becomes_the_output_and_keeps_the_target() -> None:
    made = document("Dense")
    made.do({"do": "set_data", "targets": {"dense_1": "y"}, "inputs": {"input_1": "x"}})
    made.do({"do": "add", "class_name": "Activation", "after": "dense_1@0"})
    assert made.data()["targets"] == {"activation_1": "y"}
