"""Files beside a program that it imports its model from: read as text, bounded, and never from outside of its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.experiment import PythonProgram, neighbours_of, read_python
from kwidgets import Builder

NET = """
from keras.models import Sequential
from keras.layers import Dense
{extra}
def build_model(units=3):
    model = Sequential()
    model.add(Dense(units, input_shape=(4,)))
    model.add(Dense(1))
    return model
"""


def written(folder: Path, **files: str) -> Path:
    """The folder with files; "__" in a name stands for a folder."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def read(path: Path) -> PythonProgram:
    return read_python(path.read_text("utf-8"), path.name, neighbours_of(path))


def units(program: PythonProgram) -> list[int]:
    return [layer["config"].get("units") for layer in program.experiment["config"]["layers"]]


WAYS = [
    "from net import build_model\nmodel = build_model(7)",
    "from net import build_model as make\nmodel = make(units=7)",
    "from net import *\nmodel = build_model(7)",
    "import net\nmodel = net.build_model(7)",
    "import net as n\nmodel = n.build_model(7)",
    "def main():\n    from net import build_model\n    return build_model(7)\nmodel = main()",
]


@pytest.mark.parametrize("way", WAYS)
def test_a_model_is_made_by_a_file_beside_the_program(tmp_path: Path, way: str) -> None:
    written(tmp_path, net=NET.format(extra=""), train=f"{way}\nmodel.compile('sgd', 'mse')\n")
    program = read(tmp_path / "train.py")
    assert units(program) == [7, 1]
    model = program.models[program.chosen]
    assert model.name == "model" and model.places["dense_1"].file == "net.py"


def test_packages_relative_imports_and_files_that_import_each_other(tmp_path: Path) -> None:
    written(
        tmp_path,
        nets____init__="from .dense import build_model",
        nets__dense=NET.format(extra="from . import sizes\nfrom .sizes import WIDTH\n").replace(
            "units=3", "units=WIDTH"
        ),
        nets__sizes="import nets.dense\nWIDTH = 9\n",
        train="import nets\nmodel = nets.build_model()\n",
        train_other="import nets.dense\nmodel = nets.dense.build_model(5)\n",
    )
    (tmp_path / "nets" / "__init__.py").write_text("from .dense import build_model\n", "utf-8")
    assert units(read(tmp_path / "train.py")) == [9, 1]
    assert units(read(tmp_path / "train_other.py")) == [5, 1]


def test_notes_and_models_of_a_file_beside_name_it(tmp_path: Path) -> None:
    net = NET.format(extra="").replace("Dense(1)", "Dense(output_dim=1)")
    written(tmp_path, net=net, train="from net import build_model\nmodel = build_model()\n")
    program = read(tmp_path / "train.py")
    assert str(program.notes[0]).startswith("net.py, line 8: Dense: Keras 1 spelling")
    assert program.models[0].file == "net.py"


def test_a_notebook_reads_the_files_beside_it(tmp_path: Path) -> None:
    written(tmp_path, net=NET.format(extra=""))
    cells = [{"cell_type": "code", "source": "from net import build_model\nmodel = build_model(6)"}]
    notebook = tmp_path / "train.ipynb"
    notebook.write_text(json.dumps({"nbformat": 4, "cells": cells}), "utf-8")
    assert units(read(notebook)) == [6, 1]


def test_nothing_is_run_and_nothing_outside_of_the_folder_is_opened(tmp_path: Path) -> None:
    inside = tmp_path / "project"
    written(tmp_path, secret=NET.format(extra=""))
    written(
        inside,
        net=NET.format(extra=f"open({str(tmp_path / 'ran')!r}, 'w')"),
        train="from net import build_model\nm = build_model()\n",
    )
    written(inside, away="from ..secret import build_model\nimport secret\nm = build_model()\n")
    (inside / "linked.py").symlink_to(tmp_path / "secret.py")
    written(inside, link="from linked import build_model\nm = build_model()\n")
    assert units(read(inside / "train.py")) == [3, 1]
    assert not (tmp_path / "ran").exists()
    assert not neighbours_of(inside / "away.py").texts and not neighbours_of(inside / "link.py").texts


def test_many_and_large_files_are_left_out(tmp_path: Path) -> None:
    names = [f"part{number}" for number in range(60)]
    written(tmp_path, **dict.fromkeys(names, "X = 1\n"), large="#" * 2_000_000)
    written(tmp_path, train="import large\n" + "".join(f"import {name}\n" for name in names))
    found = neighbours_of(tmp_path / "train.py").texts
    assert len(found) == 20 and "large" not in found


def test_builder_and_command_line_read_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, net=NET.format(extra=""), train="from net import build_model\nmodel = build_model(8)\n")
    builder = Builder(tmp_path / "train.py")
    assert builder.document.draft.layers["dense_1"].config["units"] == 8
    assert builder.document.text()["python"].startswith("from net import build_model\n")
    assert main(["summary", str(tmp_path / "train.py")]) == 0
    assert "dense_1" in capsys.readouterr().out
