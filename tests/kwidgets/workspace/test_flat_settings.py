"""An experiment as columns."""

from __future__ import annotations

from kwidgets.workspace.flat_settings import flat_settings


def test_layers_of_nested_models_have_their_way_in_the_name() -> None:
    inner = {"class_name": "Dense", "config": {"name": "d", "units": 2, "kernel_initializer": {"class_name": "Zeros"}}}
    block = {"class_name": "Sequential", "config": {"name": "block", "layers": [inner]}}
    flat = flat_settings({"class_name": "Sequential", "config": {"name": "m", "layers": [block]}})
    assert {name: value for name, value in flat.items() if "." in name and not name.startswith("optimizer")} == {
        "block.d.units": 2
    }


def test_an_optimizer_says_its_rate_under_one_name_however_it_is_written() -> None:
    written = ({"class_name": "SGD", "config": {"lr": 0.1}}, {"class_name": "SGD", "config": {"learning_rate": 0.1}})
    for optimizer in written:
        flat = flat_settings({"training": {"optimizer": optimizer}})
        assert (flat["optimizer"], flat["learning_rate"]) == ("SGD", 0.1)
    for optimizer in ("SGD", "sgd", {"class_name": "SGD"}, {"class_name": "sgd", "config": {}}):
        flat = flat_settings({"training": {"optimizer": optimizer}})
        assert (flat["optimizer"], flat["learning_rate"]) == ("SGD", 0.01)


def test_short_lists_are_text_and_long_ones_are_left_out() -> None:
    layer = {"class_name": "Conv2D", "config": {"name": "c", "kernel_size": [3, 3], "weights": list(range(9))}}
    flat = flat_settings({"config": [layer]})
    assert flat["c.kernel_size"] == "3, 3" and "c.weights" not in flat


def test_what_is_no_experiment_has_what_can_be_read_of_it() -> None:
    assert flat_settings(None) == {}
    flat = flat_settings({"config": [7, {"class_name": "A"}], "training": {"no such": 1, "batch_size": 3}})
    assert flat["batch_size"] == 3 and flat["no such"] == 1
    assert "optimizer" in flat_settings({"training": {"optimizer": "mine"}})
