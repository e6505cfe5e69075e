"""Written programs run, and build the model that the experiment describes."""

from __future__ import annotations

import contextlib
import re
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine._files.text import read_json, read_yaml, write_json
from engine.models import model_from_config
from kwidgets.document import Document, Refused
from kwidgets.document.python_code import literal, write, written_program
from kwidgets.document.templates import TEMPLATES

from ..document.strategies import message


def document(*commands: dict[str, Any]) -> Document:
    made = Document()
    for command in commands:
        made.do(command)
    return made


def program(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "program"}
    exec(compile(source, "<program>", "exec"), names)
    return names


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_program_of_a_template_builds_the_model_of_its_experiment(name: str) -> None:
    made = document({"do": "template", "name": name})
    model = program(made.text()["python"])["model"]
    assert model.get_config() == model_from_config(made.experiment()).get_config()


def test_the_program_trains() -> None:
    made = document(
        {"do": "template", "name": "linear_regression"},
        {"do": "set_training", "epochs": 2},
        {"do": "set_data", "inputs": {"input_1": "x"}, "targets": {"dense_1": "y"}},
    )
    x = np.linspace(0, 1, 40, dtype="float32")[:, None]
    history = program(made.text()["python"])["train"]({"x": x, "y": 3 * x})
    assert len(history.history["loss"]) == 2


def test_one_text_serves_engine_and_keras() -> None:
    experiment = document({"do": "template", "name": "news"}).experiment()
    ours, keras = write(experiment), write(experiment, "keras2")
    assert ours.replace("from engine.", "from keras.") == keras
    with pytest.raises(ValueError, match=r"engine, keras2, tf\.keras, keras3"):
        written_program(experiment, cast("Any", "torch"))


def test_an_unfinished_graph_is_written_as_comments() -> None:
    made = document(
        {"do": "new", "kind": "Model"},
        {"do": "add", "class_name": "Input", "settings": {"shape": [4]}},
        {"do": "add", "class_name": "Dense", "settings": {"name": "alone"}},
    )
    source = made.text()["python"]
    assert source.startswith("# Not finished: alone has no input yet.")
    assert "model" not in program(source)


@pytest.mark.parametrize("name", ['"""', "import os", "a\\", "class", "ü", "model", "Dense", "1", "x'); boom('"])
def test_names_stay_text(name: str) -> None:
    made = document(
        {"do": "new", "kind": "Model"},
        {"do": "add", "class_name": "Input", "settings": {"shape": [4], "name": name}},
        {"do": "add", "class_name": "Dense", "after": f"{name}@0"},
        {"do": "name_model", "name": name},
    )
    model = program(made.text()["python"])["model"]
    assert model.name == name
    assert model.input_names == [name]


@pytest.mark.parametrize("value", [(3,), (1, None), "a'b\"c", 1e-7, -2, True, None, {"a": [0.5, "x"]}, [], ["acc"]])
def test_a_literal_reads_back(value: Any) -> None:
    assert eval(literal(value)) == value  # our own output, in a test


@pytest.mark.parametrize(
    ("start", "layer", "wrapper", "written"),
    [
        (
            "residual",
            "batch_normalization_1",
            "TimeDistributed",
            'BatchNormalization(name="batch_normalization")',
        ),
        ("text_lstm", "lstm_1", "Bidirectional", 'Bidirectional(LSTM(32, name="lstm"), '),
    ],
)
def test_a_layer_inside_a_layer_is_an_object_with_a_name_of_its_own(
    start: str, layer: str, wrapper: str, written: str
) -> None:
    made = document({"do": "template", "name": start}, {"do": "wrap", "layers": [layer], "wrapper": wrapper})
    text = made.text()
    assert written in text["python"]
    model = program(text["python"])["model"]
    assert model_from_config(read_yaml(text["yaml"])).get_config() == model.get_config()


@pytest.mark.parametrize(
    "config",
    [
        {"class_name": "RNN", "config": {"cell": {"class_name": "LSTMCell", "config": {"units": 3}}}},
        {"class_name": "RNN", "config": {"cell": {"class_name": "StackedRNNCells", "config": {"cells": [
            {"class_name": "LSTMCell", "config": {"units": 3}}, {"class_name": "GRUCell", "config": {"units": 2}}]}}}},
        {"class_name": "TimeDistributed", "config": {"layer": {"class_name": "Sequential", "config": {
            "name": "each", "layers": [
                {"class_name": "Dense", "config": {"name": "inner", "units": 3, "batch_input_shape": [None, 6]}}]}}}},
        {"class_name": "Bidirectional", "config": {"layer": {"class_name": "RNN", "config": {
            "cell": {"class_name": "GRUCell", "config": {"units": 3}}}}}},
    ],
)  # fmt: skip
def test_cells_and_models_inside_layers_are_written_as_objects(config: dict[str, Any]) -> None:
    first = {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [None, 4, 6]}}
    source = {"class_name": "Sequential", "config": {"name": "m", "layers": [first, config]}}
    made = document({"do": "paste", "text": write_json(source), "format": "json"})
    text = made.text()
    assert not re.search(r"(layer|cells?)=\[?\{", text["python"])
    model = program(text["python"])["model"]
    assert model_from_config(read_json(text["json"])).get_config() == model.get_config()
    assert model.count_params() == model_from_config(source).count_params()


def first_shape(made: Document, node: str) -> Any:
    """The shape of a node's first result, which is the one that can be an output: a block may have several."""
    form = made.form([node])
    shape = form["shape"] if form is not None else None
    return shape[0] if shape and isinstance(shape[0], list) else shape


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(["residual", "siamese", "digits_cnn", "news"]), st.integers(1, 10))
def test_canvas_yaml_json_and_python_are_the_same_model(data: st.DataObject, start: str, steps: int) -> None:
    made = document({"do": "template", "name": start})
    for _ in range(steps):
        with contextlib.suppress(Refused):
            made.do(message(data, made))
    if any(problem["severity"] == "error" for problem in made.problems()):
        return
    text = made.text()
    model = program(text["python"])["model"]
    for written in (read_yaml(text["yaml"]), read_json(text["json"])):
        assert model_from_config(written).get_config() == model.get_config()
    made.open_all()
    assert [list(tensor.shape) for tensor in model.outputs] == [first_shape(made, node) for node in made.draft.outputs]
    assert model.count_params() == made.graph()["head"]["totals"]["parameters"]
