"""`convert-code`: the line that a program needs, where it goes, and what is said of names that are not there."""

import json
import subprocess
import sys

import pytest

from engine.__main__ import main
from engine._compat.conversion import converted, lacking
from engine.errors import FileError

PROGRAM = '''#!/usr/bin/env python
"""A net."""
from __future__ import annotations

import tensorflow as tf
from tensorflow import keras
from tensorflow.keras.layers import Dens
import tensorflow_addons as tfa

x = tf.lite.Interpreter("a")
model = keras.Sequential([keras.layers.Dense(3)])
print(tf.reduce_meen(x), keras.utils.set_random_seed, tf.data.Dataset.from_tensor_slices)
'''


def test_the_line_goes_behind_the_docstring_and_all_else_stays():
    made = converted(PROGRAM, "net.py")
    lines = made.text.splitlines()
    assert lines[3] == "import engine.compat" and [*lines[:3], *lines[4:]] == PROGRAM.splitlines()
    assert [str(change) for change in made.changes] == ["line 4: added: import engine.compat"]
    assert converted(made.text, "net.py").text == made.text  # nothing is added twice
    plain = converted("# -*- coding: utf-8 -*-\nimport keras\nkeras.Model\n", "net.py").text
    assert plain.splitlines()[:2] == ["# -*- coding: utf-8 -*-", "import engine.compat"]


def test_names_that_are_not_there_are_told_by_line_with_the_nearest():
    told = [str(missing) for missing in converted(PROGRAM, "net.py").missing]
    assert [one.partition(":")[0] for one in told] == ["line 7", "line 8", "line 10", "line 12"]
    assert told[0] == "line 7: tensorflow.keras.layers.Dens is not there; nearest: Dense."
    assert "another package" in told[1] and "model.save" in told[2] and "reduce_mean" in told[3]


@pytest.mark.parametrize(
    "name",
    [
        "tensorflow.keras.layers.Dense",
        "keras.ops.linalg.norm",
        "tensorflow.__version__",
        "tensorflow.keras.optimizers.schedules.CosineDecay",
        "tensorflow.keras.layers.experimental.preprocessing.Rescaling",
        "tensorflow.keras.optimizers.legacy.Adam",
        "tensorflow.data.Dataset.window",
    ],
)
def test_names_that_are_there(name):
    assert lacking(name) == ""


def test_a_notebook_gets_a_cell_and_keeps_the_others():
    def cell(source, kind="code"):
        about = {"execution_count": None, "outputs": []} if kind == "code" else {}
        return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True), **about}

    cells = [
        cell("# Title", "markdown"),
        cell("!pip install -q tensorflow\nimport tensorflow as tf"),
        cell("x = 1\ntf.nothing(x)"),
    ]
    notebook = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 4}
    made = converted(json.dumps(notebook), "old.ipynb")
    written = json.loads(made.text)
    assert [c["cell_type"] for c in written["cells"]] == ["markdown", "code", "code", "code"]
    assert written["cells"][1]["source"] == ["import engine.compat"] and written["cells"][3] == cells[2]
    assert written["cells"][2]["source"][0] == "# !pip install -q tensorflow\n"
    assert len(made.changes) == 2 and str(made.missing[0]).startswith("cell 3, line 2: tensorflow.nothing")
    assert json.loads(converted(made.text, "new.ipynb").text) == written


def test_files_and_exit_codes(tmp_path, capsys):
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text("import tensorflow as tf\nprint(tf.reduce_sum([1.0, 2.0]).numpy())\n")
    assert main(["convert-code", str(old), str(new)]) == 0
    assert "1 change, 0 of 2 names are not there" in capsys.readouterr().out
    ran = subprocess.run([sys.executable, str(new)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "3.0"
    old.write_text("import tensorflow as tf\ntf.nothing\n")
    assert main(["convert-code", str(old), str(new)]) == 1 and "tensorflow.nothing" in capsys.readouterr().err
    assert main(["convert-code", str(old), str(tmp_path / "new.ipynb")]) == 2
    old.write_text("print(1)\n")
    assert main(["convert-code", str(old), str(new)]) == 2
    assert "neither" in capsys.readouterr().err


def test_hostile_texts_are_refused_and_nothing_is_run(tmp_path):
    for text in ("", "(" * 100_000, "\xef\xbb\xbfx = ="):
        with pytest.raises(FileError):
            converted(text, "net.py")
    for text in ("", "[]", '{"cells": 3}', '{"cells": [{"cell_type": "code", "source": {"a": 1}}]}', "[" * 100_000):
        with pytest.raises(FileError):
            converted(text, "net.ipynb")
    target = tmp_path / "made"
    made = converted(f"import keras\nopen({str(target)!r}, 'w')\nkeras.Model\n", "net.py")
    assert made.missing == [] and not target.exists()
    with pytest.raises(FileError, match="letters"):
        converted("import keras\n" + "#" * 3_000_000, "net.py")
