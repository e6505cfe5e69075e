"""Texts as people wrote them: a change on the canvas touches the lines that it is about, and nothing else."""

from __future__ import annotations

import contextlib
import difflib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwidgets.document import Document, Refused
from kwidgets.document.program_text import ProgramText
from kwidgets.document.steps import MOST_LETTERS_WRITTEN, Writer, read_steps
from kwidgets.document.templates import TEMPLATES

from .strategies import message
from .test_reading_code import drawn, model_and_settings, pasted

YAML = """\
# digits, as of March
class_name: 'Sequential'
config:
  layers:
  # 8 x 8, grey
  - config: {batch_input_shape: [null, 64], name: "in"}   # flat
    class_name: InputLayer

  - class_name: "Dense"
    config:
      units: 32   # tried 64: no better
      activation: 'relu'
      name: hidden
  - class_name: Dense
    config: {name: out, units: 10, activation: softmax}
  name: digits
training:
  epochs: 3   # enough
  loss: 'categorical_crossentropy'
# the end
"""
PROGRAM = """\
# digits, as of March
from keras.models import Sequential
from keras.layers import Dense, Dropout

model = Sequential()
model.add(Dense(32, input_dim=64, activation='relu'))  # tried 64: no better
model.add(Dropout(.25))
# ten digits
model.add(Dense(10, activation='softmax'))

model.compile(loss='categorical_crossentropy', optimizer='sgd', metrics=['accuracy'])
model.fit(x, y, nb_epoch=3,  # enough
          batch_size=64)
"""


def typed(text: str, form: str) -> Document:
    made = Document()
    made.do({"do": "paste", "format": form, "text": text, "typed": True})
    return made


def touched(before: str, after: str) -> list[str]:
    """Lines that went or came."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


SETTINGS = [
    ({"do": "set", "layers": ["hidden"], "field": "units", "value": 48}, "      units: 48   # tried 64: no better"),
    ({"do": "set", "layers": ["hidden"], "field": "activation", "value": "tanh"}, "      activation: 'tanh'"),
    ({"do": "set", "layers": ["out"], "field": "units", "value": 11}, "    config: {name: out, units: 11, activation: softmax}"),
    ({"do": "set", "layers": ["hidden"], "field": "use_bias", "value": False}, "      use_bias: false"),
    ({"do": "rename", "layer": "hidden", "name": "first"}, "      name: first"),
    ({"do": "set_training", "epochs": 7}, "  epochs: 7   # enough"),
    ({"do": "name_model", "name": "other"}, "  name: other"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "line"), SETTINGS)
def test_one_changed_setting_touches_one_line_of_yaml(command: dict[str, Any], line: str) -> None:
    made = typed(YAML, "yaml")
    assert made.yaml() == YAML
    made.do(command)
    changed = touched(YAML, made.yaml())
    assert f"+{line}" in changed and len(changed) <= 2
    made.undo()
    assert made.yaml() == YAML


PROGRAM_SETTINGS = [
    ({"do": "set", "layers": ["dense_1"], "field": "units", "value": 48},
     "model.add(Dense(48, input_dim=64, activation='relu'))  # tried 64: no better"),
    ({"do": "set", "layers": ["dense_1"], "field": "activation", "value": "tanh"},
     "model.add(Dense(32, input_dim=64, activation='tanh'))  # tried 64: no better"),
    ({"do": "set", "layers": ["dropout_1"], "field": "rate", "value": 0.5}, "model.add(Dropout(0.5))"),
    ({"do": "set", "layers": ["dense_2"], "field": "use_bias", "value": False},
     "model.add(Dense(10, activation='softmax', use_bias=False))"),
    ({"do": "rename", "layer": "dense_2", "name": "out"}, "model.add(Dense(10, activation='softmax', name=\"out\"))"),
    ({"do": "set_training", "epochs": 7}, "model.fit(x, y, nb_epoch=7,  # enough"),
    ({"do": "set_training", "batch_size": 16}, "          batch_size=16)"),
    ({"do": "set_training", "loss": "mse"},
     "model.compile(loss='mse', optimizer='sgd', metrics=['accuracy'])"),
    ({"do": "set_training", "optimizer": {"class_name": "Adam", "config": {}}},
     "model.compile(loss='categorical_crossentropy', optimizer='adam', metrics=['accuracy'])"),
    ({"do": "remove", "nodes": ["dropout_1@0"]}, None),
    ({"do": "add", "class_name": "Dropout", "after": "dense_1@0", "settings": {"rate": 0.1}},
     'model.add(Dropout(0.1, name="dropout_2"))'),
    ({"do": "set", "layers": ["dense_1_input"], "field": "batch_input_shape", "value": [None, 20]},
     "model.add(Dense(32, input_dim=20, activation='relu'))  # tried 64: no better"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "line"), PROGRAM_SETTINGS)
def test_one_change_touches_two_lines_of_a_program_at_most(command: dict[str, Any], line: str | None) -> None:
    made = typed(PROGRAM, "python")
    assert made.text()["python"] == PROGRAM
    made.do(command)
    texts = made.text()
    changed = touched(PROGRAM, texts["python"])
    assert texts["anew"] == [] and len(changed) <= 2, changed
    assert line is None or f"+{line}" in changed
    assert model_and_settings(pasted(texts["python"])) == model_and_settings(made)
    made.undo()
    assert made.text()["python"] == PROGRAM


def test_an_edit_in_one_language_goes_into_the_text_of_the_other() -> None:
    made = typed(PROGRAM, "python")
    yaml = made.yaml().replace("      units: 10", "      units: 12  # one more")
    made.do({"do": "paste", "format": "yaml", "text": "# mine\n" + yaml, "typed": True})
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 48})
    texts = made.text()
    assert texts["python"] == PROGRAM.replace("Dense(10", "Dense(12").replace("Dense(32", "Dense(48")
    assert texts["yaml"].startswith("# mine\n") and "units: 12  # one more" in texts["yaml"]
    assert texts["typed"] == ["python", "yaml"] and texts["anew"] == [] and texts["unkept"] == []


def test_a_file_begins_with_no_text_of_another_one() -> None:
    made = typed(PROGRAM, "python")
    made.do({"do": "paste", "format": "yaml", "text": YAML})
    assert made.text()["typed"] == ["yaml"]
    made.do({"do": "new"})
    assert made.text()["typed"] == []


def test_a_program_that_cannot_say_a_change_is_written_anew_and_comes_back_with_undo() -> None:
    loop = "model = Sequential()\nfor n in (3, 4):\n    model.add(Dense(n, input_shape=(2,)))  # both\n"
    made = typed(loop, "python")
    made.do({"do": "set", "layers": ["dense_1"], "field": "use_bias", "value": False})
    texts = made.text()
    assert texts["anew"] == ["python"] and texts["dialect"] == "engine" and "use_bias=False" in texts["python"]
    made.undo()
    assert made.text()["python"] == loop


def test_comments_in_a_graph_that_the_builder_wrote_outlive_new_wires() -> None:
    made = Document()
    made.do({"do": "template", "name": "siamese"})
    program = made.text("keras2")["python"].replace("\nmodel.compile", "\n# trained in March\nmodel.compile")
    again = typed(program, "python")
    again.do({"do": "add", "class_name": "Dropout", "after": [*again.draft.nodes()][-2]})
    text = again.text()
    assert "# trained in March" in text["python"] and text["anew"] == []
    assert model_and_settings(pasted(text["python"])) == model_and_settings(again)


def commented(text: str, mark: str) -> str:
    """Every tenth line with a comment behind it."""
    lines = text.split("\n")
    return "\n".join(
        f"{line}  {mark} {number}" if line and not number % 10 else line for number, line in enumerate(lines)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), st.sampled_from(["residual", "siamese", "digits_cnn", "news"]), st.integers(1, 6))
def test_whatever_is_done_every_text_says_the_model(data: st.DataObject, start: str, steps: int) -> None:
    made = Document()
    made.do({"do": "template", "name": start})
    for form, mark in (("python", "#"), ("yaml", "#")):
        made.do({"do": "paste", "format": form, "text": commented(str(made.text()[form]), mark), "typed": True})
    assert made.text()["anew"] == []
    for _ in range(steps):
        with contextlib.suppress(Refused):
            made.do(message(data, made))
    texts = made.text()
    read, whole = (pasted(text, form).experiment() for text, form in ((texts["yaml"], "yaml"), (texts["json"], "json")))
    assert json.dumps(read) == json.dumps(whole)
    if "yaml" in made.draft.written:
        assert "# " in texts["yaml"] and "yaml" not in texts["anew"]


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_a_setting_of_a_random_model_changes_two_lines_of_each_text(seed: int) -> None:
    plain = drawn(seed)
    for form in ("python", "yaml"):
        made = typed(str(plain.text()[form]), form)
        before = str(made.text()[form])
        made.do({"do": "set_training", "batch_size": 77})
        after = made.text()
        assert after["anew"] == [] and len(touched(before, str(after[form]))) <= 2


def test_templates_can_be_typed_and_go_on_as_they_were_typed() -> None:
    for name in [name for name in TEMPLATES if TEMPLATES[name].size is None]:
        made = Document()
        made.do({"do": "template", "name": name})
        program = made.text()["python"] + "# mine\n"
        made.do({"do": "paste", "format": "python", "text": program, "typed": True})
        assert made.text()["python"] == program


def test_a_text_that_is_too_long_to_outlive_the_kernel_is_told() -> None:
    made = pasted(YAML, "yaml", typed=True)
    assert made.text()["unkept"] == []
    made.do({"do": "paste", "format": "yaml", "text": f"{YAML}# {'x' * MOST_LETTERS_WRITTEN}\n", "typed": True})
    assert made.text()["unkept"] == ["yaml"]
    back = read_steps(json.loads(Writer().text(made.steps())))
    assert "yaml" not in back.draft.written and set(back.draft.layers) == set(made.draft.layers)


def test_no_file_of_the_working_directory_is_looked_into(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "<unknown>").write_text("a secret\n")
    with pytest.raises(SyntaxError) as raised:
        ProgramText("x = = 1\n")
    assert raised.value.text == "x = = 1\n"
