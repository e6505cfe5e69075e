"""Graphs without the calls that feed none of their outputs."""

from __future__ import annotations

from typing import Any

from engine.describe.graphs import without_unused_calls


def entry(name: str, *calls: list[Any], class_name: str = "Dense", config: Any = None) -> dict[str, Any]:
    settings = {"units": 2} if config is None else config
    return {"name": name, "class_name": class_name, "config": settings, "inbound_nodes": list(calls)}


def graph(*layers: dict[str, Any], outputs: list[Any]) -> dict[str, Any]:
    first = entry("i", class_name="InputLayer", config={"batch_input_shape": [None, 2]})
    return {"name": "g", "layers": [first, *layers], "input_layers": [["i", 0, 0]], "output_layers": outputs}


def test_an_unused_first_use_of_a_layer_does_not_stop_the_second() -> None:
    config = graph(entry("d", [], [["i", 0, 0, {}]]), entry("e", [["d", 1, 0, {}]]), outputs=[["e", 0, 0], ["d", 1, 0]])
    pruned = without_unused_calls(config)
    assert [layer["inbound_nodes"] for layer in pruned["layers"]] == [[], [[["i", 0, 0, {}]]], [[["d", 0, 0, {}]]]]
    assert pruned["output_layers"] == [["e", 0, 0], ["d", 0, 0]] and without_unused_calls(pruned) is pruned


def test_a_layer_that_feeds_no_output_goes_and_an_input_stays() -> None:
    used = entry("d", [["i", 0, 0]])
    config = graph(used, entry("e", [["d", 0, 0]]), entry("f", [["e", 0, 0]]), outputs=[["d", 0, 0]])
    config["layers"].append(entry("j", class_name="InputLayer", config={"batch_input_shape": [None, 3]}))
    pruned = without_unused_calls(config)
    assert [layer["name"] for layer in pruned["layers"]] == ["i", "d", "j"] and pruned["layers"][1] is used


def test_a_model_inside_loses_its_unused_calls_too() -> None:
    inside = graph(entry("d", [["i", 0, 0]]), entry("e", [["i", 0, 0]]), outputs=[["d", 0, 0]])
    config = graph(entry("m", [["i", 0, 0]], class_name="Model", config=inside), outputs=["m", 0, 0])
    pruned = without_unused_calls(config)
    assert [layer["name"] for layer in pruned["layers"][1]["config"]["layers"]] == ["i", "d"]
    assert [layer["name"] for layer in inside["layers"]] == ["i", "d", "e"]


def test_the_arguments_of_a_call_stay() -> None:
    config = graph(entry("d", [], [["i", 0, 0]]), entry("e", [["d", 1, 0, {"mask": None}]]), outputs=[["e", 0, 0]])
    assert without_unused_calls(config)["layers"][2]["inbound_nodes"] == [[["d", 0, 0, {"mask": None}]]]


def test_what_is_no_graph_is_left_to_whoever_builds_the_model() -> None:
    for config in (
        {"units": 3},
        {"layers": "no list", "output_layers": [["d", 0, 0]]},
        graph(entry("d", [["nowhere", 0, 0]]), outputs=[["d", 0, 0]]),
        graph(entry("d", [["i", 0, 0]]), outputs=[]),
    ):
        assert without_unused_calls(config) is config
