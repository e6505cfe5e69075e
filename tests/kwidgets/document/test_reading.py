"""Pasted text: what is read, what is refused and where."""

from __future__ import annotations

import pytest

from kwidgets.document import Refused

from .documents import document, pasted

KERAS_2 = """
class_name: Model
config:
  name: two
  layers:
  - {class_name: InputLayer, name: a, config: {batch_input_shape: !!python/tuple [null, 4], dtype: float32, sparse: false, name: a}, inbound_nodes: []}
  - class_name: Dense
    name: d
    config: {name: d, trainable: true, units: 3, activation: linear, use_bias: true, kernel_initializer: {class_name: VarianceScaling, config: {scale: 1.0, mode: fan_avg, distribution: uniform, seed: null}}}
    inbound_nodes: [[[a, 0, 0, {}]], [[d, 0, 0]]]
  input_layers: [[a, 0, 0]]
  output_layers: [[d, 1, 0]]
keras_version: 2.2.4
backend: tensorflow
"""

KERAS_1 = """
class_name: Sequential
config:
- class_name: Convolution2D
  config: {name: c, nb_filter: 4, nb_row: 3, nb_col: 3, border_mode: same, batch_input_shape: [null, 8, 8, 1], trainable: true}
- class_name: Flatten
  config: {name: f}
- class_name: Dense
  config: {name: d, output_dim: 2, init: glorot_uniform}
"""


def refusal(text: str, form: str = "yaml") -> Refused:
    made = document("Flatten", "Dense")
    before = made.draft
    with pytest.raises(Refused) as refused:
        made.do({"do": "paste", "format": form, "text": text})
    assert made.draft is before
    return refused.value


def test_a_bare_keras_2_graph_becomes_the_canvas_without_the_defaults() -> None:
    made = pasted(KERAS_2.replace("units: 3", "units: 4"))
    assert made.draft.layers["d"].config == {"units": 4}
    assert [node["id"] for node in made.graph()["cards"]] == ["a@0", "d@0", "d@1"]
    assert made.graph()["cards"][2]["output"]
    assert made.problems() == []


def test_keras_1_spelling_is_read() -> None:
    made = pasted(KERAS_1)
    assert [node["class_name"] for node in made.graph()["cards"]] == ["InputLayer", "Conv2D", "Flatten", "Dense"]
    assert made.draft.layers["c"].config["kernel_size"] == [3, 3]
    assert made.graph()["cards"][-1]["shape"] == [None, 2]


def test_the_first_layers_shape_stays_with_it_when_printed() -> None:
    assert "batch_input_shape: [null, 8, 8, 1]" in pasted(KERAS_1).text()["yaml"]
    assert "InputLayer" not in pasted(KERAS_1).text()["yaml"]


def test_layers_of_the_same_name_keep_their_place() -> None:
    made = document("Flatten", "Dense")
    made.do({"do": "move", "positions": {"dense_1@0": [700, 80]}})
    text = made.text()["yaml"]
    text = text[: text.index("layout:")].replace("units: 10", "units: 3").replace("flatten_1", "flat")
    made.do({"do": "paste", "format": "yaml", "text": text})
    assert made.draft.layout["dense_1@0"] == (700, 80)
    assert made.draft.training["loss"] == "mean_squared_error"


@pytest.mark.parametrize(
    ("old", "new", "why", "line"),
    [
        ("class_name: Dense", "class_name: Dence", "no layer class 'Dence'", 7),
        ("units: 3", "units: -3", "'units' must be a whole number above 0, not -3", 9),
        ("units: 3", "unit: 3", "has no setting 'unit'", 9),
        ("[a, 0, 0, {}]", "[b, 0, 0, {}]", "no layer named 'b'", 10),
        ("[a, 0, 0, {}]", "[a, 2, 0, {}]", "there is no call 2", 10),
        ("[a, 0, 0, {}]", "[d, 1, 0, {}]", "circle: d -> d -> d", 10),
        ("name: d\n", "name: a\n", "two layers named 'a'", 8),
        ("output_layers: [[d, 1, 0]]", "output_layers: [[x, 1, 0]]", "no layer named 'x'", 12),
        ("backend:", "backned:", "Unknown key 'backned'", 14),
        ("keras_version: 2.2.4", "layout: {q: [1, 2]}", "'q'", 13),
        ("keras_version: 2.2.4", "training: {epochs: 0}", "'epochs'", 13),
        ("keras_version: 2.2.4", "data: {inputs: {d: x}}", "no such place for data: 'd'", 13),
        ("class_name: Model", "class_name: Modle", "must be Sequential or Model", 2),
        ("config:\n  name", "config: &a\n  <<: *a\n  name", "", 4),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_changes_nothing(old: str, new: str, why: str, line: int) -> None:
    assert old in KERAS_2
    refused = refusal(KERAS_2.replace(old, new, 1))
    assert why in refused.why
    assert refused.line == line
    assert refused.column is not None


def test_json_mistakes_have_line_and_column_too() -> None:
    text = document("Dense").text()["json"]
    assert refusal(text.replace('"units": 10', '"units": 1.5'), "json").line == 1 + text[: text.index('"units"')].count(
        "\n"
    )
    assert refusal(text[:-5], "json").line is not None


def test_a_form_that_is_none_is_refused() -> None:
    assert "yaml, json or python" in refusal("{}", "xml").why
