"""Text under way: what is wrong is said with its line, nothing is run, and the document stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kwidgets.document import Document, Refused
from kwidgets.document.text_checks import check_text, models_of

from .test_reading_code import model_and_settings

PROGRAM = "from keras.models import Sequential\nmodel = Sequential([Dense(3, input_shape=(4,))])\n"
SEVERAL = PROGRAM + "other = Sequential()\nother.add(Dense(2, input_dim=3))\nother.add(Dense(1))\n"


def template() -> Document:
    made = Document()
    made.do({"do": "template", "name": "digits_cnn"})
    return made


@pytest.mark.parametrize("form", ["yaml", "json", "python"])
def test_what_the_document_wrote_has_no_fault(form: str) -> None:
    made = template()
    assert check_text(str(made.text()[form]), form, made.draft)["fault"] is None


FAULTS = [
    ("yaml", lambda text: text.replace("units: 64", "units: many"), "units: many"),
    (
        "yaml",
        lambda text: text.replace("      config:\n        name: dropout_1", "\t config:\n        name: dropout_1"),
        "\t config",
    ),
    (
        "yaml",
        lambda text: text.replace("class_name: Dropout", "<<<<<<< HEAD\n    - class_name: Dropout"),
        "<<<<<<< HEAD",
    ),
    ("yaml", lambda text: text.replace("units: 64", "units: !!python/object:os.system 64"), "!!python/object"),
    ("yaml", lambda text: text.replace("units: 64", "units: *nowhere"), "*nowhere"),
    ("json", lambda text: text.replace('"units": 64', '"units": '), '"units": '),
    ("json", lambda text: text[: len(text) // 2], None),
]


@pytest.mark.parametrize(("form", "broken", "place"), FAULTS)
def test_a_fault_names_its_line(form: str, broken: object, place: str | None) -> None:
    made = template()
    assert callable(broken)
    text = broken(str(made.text()[form]))
    fault = check_text(text, form, made.draft)["fault"]
    assert fault is not None and "line" in fault
    lines = text.split("\n")
    nearby = "\n".join(lines[max(0, fault["line"] - 2) : fault["line"] + 1])
    assert place is None or place in nearby


def test_half_a_program_is_marked_where_it_breaks_off() -> None:
    fault = check_text("from keras.models import Sequential\nmodel = Sequential([\n", "python", Document().draft)[
        "fault"
    ]
    assert fault is not None and fault.get("line") == 2


@pytest.mark.parametrize("change", [
    lambda text: "\ufeff" + text,
    lambda text: text.replace("\n", "\r\n"),
    lambda text: text.replace("\n", "\r"),
    lambda text: text + "\n\t\n   \n",
])  # fmt: skip
@pytest.mark.parametrize("form", ["yaml", "json", "python"])
def test_marks_and_line_ends_of_other_machines_change_nothing(form: str, change: object) -> None:
    made = template()
    assert callable(change)
    if form == "yaml" and "\t" in change(""):
        return
    before = model_and_settings(made)
    made.do({"do": "paste", "format": form, "text": change(str(made.text()[form])), "typed": True})
    assert model_and_settings(made) == before
    assert "\r" not in made.yaml() and "\ufeff" not in str(made.text()["python"])


def test_anchors_of_yaml_are_read_and_a_change_of_one_is_written_anew() -> None:
    text = "class_name: Sequential\nconfig:\n  name: m\n  layers:\n" + "".join(
        f"    - class_name: Dense\n      config: {{name: d{number}, units: {units}, batch_input_shape: [null, 3]}}\n"
        for number, units in enumerate(("&width 3", "*width"))
    )
    made = Document()
    made.do({"do": "paste", "format": "yaml", "text": text, "typed": True})
    assert made.yaml() == text
    made.do({"do": "set", "layers": ["d1"], "field": "units", "value": 4})
    assert made.text()["anew"] == ["yaml"] and "units: 4" in made.yaml()
    made.undo()
    assert made.yaml() == text


def test_a_program_that_would_do_harm_does_none(tmp_path: Path) -> None:
    harm = f"import os, shutil\nopen({str(tmp_path / 'ran')!r}, 'w')\nshutil.rmtree({str(tmp_path)!r})\n"
    check = check_text(harm + PROGRAM, "python", Document().draft)
    assert check["fault"] is None and list(tmp_path.iterdir()) == []


def test_a_text_of_a_megabyte_is_read_or_refused_in_a_sentence() -> None:
    comment = "# " + "x" * 98 + "\n"
    base = Document().draft
    assert check_text(PROGRAM + comment * 10_000, "python", base)["fault"] is None
    fault = check_text(PROGRAM + comment * 10_600, "python", base)["fault"]
    assert fault is not None and "at most" in fault["refused"]
    yaml = template().yaml()
    assert check_text(yaml + comment * 10_000, "yaml", base)["fault"] is None


def test_a_notebook_of_twenty_megabytes_is_read() -> None:
    cells = [{"cell_type": "code", "source": PROGRAM, "outputs": [{"data": {"image/png": "A" * 19_000_000}}]}]
    text = json.dumps({"nbformat": 4, "cells": cells})
    assert check_text(text, "python", Document().draft)["fault"] is None
    fault = check_text(text + " " * 3_000_000, "python", Document().draft)["fault"]
    assert fault is not None and "a notebook of at most" in fault["refused"]


def test_the_models_of_a_program_are_listed_and_one_is_chosen() -> None:
    made = Document()
    made.do({"do": "paste", "format": "python", "text": SEVERAL, "file": "two.py"})
    listed = models_of(made.draft)
    assert listed["file"] == "two.py"
    assert [(model["name"], model["layers"], model["place"], model["chosen"]) for model in listed["models"]] == [
        ("model", 1, "line 2", False),
        ("other", 2, "line 3", True),
    ]
    made.do({"do": "choose_model", "name": "model"})
    assert [model["chosen"] for model in models_of(made.draft)["models"]] == [True, False]
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 7})
    assert made.text()["python"] == SEVERAL.replace("Dense(3", "Dense(7")
    with pytest.raises(Refused, match="no model named"):
        made.do({"do": "choose_model", "name": "nobody"})
    with pytest.raises(Refused, match="No program was opened"):
        Document().do({"do": "choose_model", "name": "model"})


def test_a_notebooks_models_are_chosen_too() -> None:
    cells = [{"cell_type": "code", "source": part} for part in (PROGRAM, "small = Sequential([Dense(1, input_dim=2)])")]
    made = Document()
    made.do({"do": "paste", "format": "python", "text": json.dumps({"nbformat": 4, "cells": cells}), "file": "a.ipynb"})
    assert [model["place"] for model in models_of(made.draft)["models"]] == ["cell 1, line 2", "cell 2, line 1"]
    made.do({"do": "choose_model", "name": "model"})
    assert made.draft.layers["dense_1"].config["units"] == 3


def test_a_format_that_there_is_not_is_refused() -> None:
    with pytest.raises(Refused, match="yaml, json or python"):
        check_text("", "xml", Document().draft)
