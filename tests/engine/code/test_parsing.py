"""Texts that are no Python of today are read as far as they go, and what is left out is said with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine._code import parsing
from engine._code.notes import Lines, Notes
from engine._code.parsing import parse
from engine.errors import FileError
from engine.experiment import read_python

MODEL = "model = Sequential()\nmodel.add(Dense(3, input_dim=4))\nmodel.add(Dense(2))\n"
HARMLESS = {
    "tabs": "def make():\n\t" + MODEL.strip().replace("\n", "\n\t") + "\n\treturn model\nmake()\n",
    "CRLF": MODEL.replace("\n", "\r\n"),
    "old Macintosh": MODEL.replace("\n", "\r"),
    "a byte order mark": "\ufeff" + MODEL,
    "a page break": "\x0c\n" + MODEL,
    "NUL": MODEL + "# \x00\n",
    "magics": "%matplotlib inline\n!pip install keras\n%load_ext autoreload\n"
    + MODEL
    + "model.summary?\nfiles = !ls\n",
    "a timed line": "%time " + MODEL,
    "strange escapes": "pattern = '\\d+\\w'\n" + MODEL,
    "except with a comma": "try:\n    import h5py\nexcept ImportError, error:\n    h5py = None\n" + MODEL,
}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_says_nothing_of_a_model_is_passed_over_in_silence(text: str) -> None:
    program = read_python(HARMLESS[text])
    assert len(program.experiment["config"]["layers"]) == 2
    assert [note for note in program.notes if note.kind != "changed"] == []


SAID = {
    "print of Python 2": ("import sys\nprint 'Build model...'\nprint '%d' % 3\n" + MODEL, 2, "Python 2"),
    "half typed at the end": (MODEL + "model.compile(loss='mse', optim", 4, "never closed"),
    "half typed in between": ("x = (1,\n" + MODEL, 1, "never closed"),
    "no block": ("if ready:\n" + MODEL, 1, "indented block"),
    "backticks": ("name = `3`\n" + MODEL, 1, "invalid syntax"),
    "an octal number of Python 2": ("os.chmod('a', 0777)\n" + MODEL, 1, "octal"),
    "a merge conflict": ("<<<<<<< HEAD\n" + MODEL + "=======\nmodel = None\n>>>>>>> other\n", 1, "merge conflict"),
}


@pytest.mark.parametrize("text", SAID)
def test_what_is_no_python_is_said_with_its_line_and_the_rest_is_read(text: str) -> None:
    source, line, word = SAID[text]
    program = read_python(source)
    assert len(program.experiment["config"]["layers"]) == 2
    note = next(note for note in program.notes if note.kind != "changed")
    assert (note.line, word in note.sentence) == (line, True), note


def test_a_text_that_cannot_be_mended_is_read_up_to_there() -> None:
    program = read_python(MODEL + "(" * 300 + "\n" + "x = [\n" * 500)
    assert len(program.experiment["config"]["layers"]) == 2


def test_lines_of_statements_count_those_of_the_cells_before() -> None:
    lines = Lines()
    notes = Notes(lines)
    first, second = "a = 1\nb = 2", "c = 3\n\nd = 4"
    body = [*parse(first, notes, lines.add(first, 1)), *parse(second, notes, lines.add(second, 4))]
    assert [lines.position(statement.lineno) for statement in body] == [
        ("", 1, 1),
        ("", 1, 2),
        ("", 4, 1),
        ("", 4, 3),
    ]
    assert lines.text(5) == "d = 4"


def notebook(*cells: str, **metadata: Any) -> str:
    code = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps(
        {"nbformat": 4, "metadata": metadata, "cells": [{"cell_type": "markdown", "source": "# Net"}, *code]}
    )


def test_the_cells_of_a_notebook_are_one_program() -> None:
    program = read_python(
        notebook("%matplotlib inline\nunits = 3", "%%bash\nls", MODEL.replace("Dense(3", "Convolution1D(3, 2"))
    )
    assert program.models[0].cell == 4
    assert str(program.notes[0]) == "cell 4, line 2: Convolution1D is Conv1D today."


def test_a_cell_that_is_no_python_does_not_hide_the_others() -> None:
    program = read_python(notebook("print 'a'\nfor x in\n", MODEL))
    assert len(program.experiment["config"]["layers"]) == 2
    assert {note.cell for note in program.notes} == {2}


def test_a_notebook_of_the_third_format_is_read() -> None:
    cells = [{"cell_type": "code", "language": "python", "input": MODEL}]
    assert read_python(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]})).models[0].layers == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (notebook("x <- 1", kernelspec={"language": "R"}), "one of r"),
        ('{"nbformat": 4, "cells": [', "breaks off"),
        ('{"a": 3}', "a Jupyter notebook without one"),
        ('{"nbformat": 4, "cells": 3}', "a Jupyter notebook without one"),
    ],
)
def test_what_is_no_notebook_of_python_is_refused(text: str, message: str) -> None:
    with pytest.raises(FileError, match=message):
        read_python(text, "a.ipynb")


def test_no_file_of_the_working_directory_is_looked_into(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "<unknown>").write_text("a secret\n")
    wrong = parsing._try("x = = 1\n")
    assert isinstance(wrong, SyntaxError) and wrong.text == "x = = 1\n"
