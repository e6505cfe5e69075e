"""Programs that would take a machine's memory, time or files if they were run: they are read in bounded steps, and never run."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import FileError
from engine.experiment import build_model, read_python

MODEL = "model = Sequential([Dense(3, input_dim=4)])\n"
HOSTILE = {
    "an endless loop": "n = 0\nwhile True:\n    n += 1\n",
    "endless loops in loops": "for a in range(10**9):\n"
    + "".join(f"{'    ' * i}while True:\n" for i in range(1, 8))
    + "    " * 8
    + "x = 1\n",
    "a huge range": "sizes = list(range(10**18))\nfor i in range(10**18):\n    pass\n",
    "a huge power": "n = 10 ** 10 ** 10\nm = 2 << 10 ** 9\n",
    "a huge text": "s = 'a' * 10**12\nt = '%999999999d' % 3\nu = '{:>999999999}'.format(1)\nv = f'{1:999999999}'\n",
    "a huge list": "a = [0] * 10**12\n",
    "a list that doubles": "a = [1]\nfor i in range(100):\n    a = a + a\n",
    "lists in lists": "a = [1]\nfor i in range(100):\n    a = [a, a]\nb = str(a)\nc = a == [a, a]\nd = Dense(a)\n",
    "a list in itself": "a = []\na.append(a)\nb = repr(a)\nc = Dense(a, kernel_size=a)\n",
    "recursion": "def f(n):\n    return f(n + 1)\nx = f(0)\n",
    "recursion of two": "def f(n):\n    return g(n) + g(n)\ndef g(n):\n    return f(n) + f(n)\nx = f(0)\n",
    "a comprehension of comprehensions": "x = [[[i for i in range(99)] for i in range(99)] for i in range(99)]\n",
    "a deep expression": "x = " + "(" * 150 + "1" + ")" * 150 + "\ny = " + "-" * 3000 + "1\n",
    "a long sum": "x = " + " + ".join(["1"] * 20000) + "\n",
    "deep blocks": "".join(f"{' ' * i}if 1:\n" for i in range(90)) + " " * 90 + "x = 1\n",
    "a long number": "n = " + "9" * 100000 + "\n",
    "many lines": "x = 1\n" * 100000,
    "a class of itself": "class A(A):\n    pass\nclass B:\n    def __init__(self):\n        self.b = B()\nb = B()\n",
    "a model in itself": "m = Sequential([Dense(2, input_dim=2)])\nm.add(m)\nm(m.output)\n",
    "commands": "import os, shutil\nos.system('touch SENTINEL')\nshutil.rmtree('/')\nopen('SENTINEL', 'w').write('x')\n",
    "code in code": "exec('open(\"SENTINEL\", \"w\")')\n__import__('os').system('touch SENTINEL')\n",
    "attributes of types": "x = ().__class__.__bases__[0].__subclasses__()\ny = Dense.__init__.__globals__\n",
    "a format of attributes": "x = '{0.__class__.__mro__}'.format(3)\n",
}


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_program_is_read_and_its_model_too(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = read_python(MODEL + HOSTILE[source] + "after = Sequential([Dense(5, input_dim=4)])\n")
    assert build_model(program.models[0].experiment).output_shape[-1] in (2, 3)
    assert list(tmp_path.iterdir()) == []


def test_a_million_layers_are_refused_in_a_sentence() -> None:
    program = read_python(
        "model = Sequential()\nmodel.add(Dense(3, input_dim=4))\nfor i in range(10**6):\n    model.add(Dense(3))\n"
    )
    assert 1000 < program.models[0].layers <= 5000
    assert any("followed for" in note.sentence or "at most" in note.sentence for note in program.notes)


def test_endless_models_end_the_reading_and_are_said() -> None:
    program = read_python("while True:\n    model = Sequential([Dense(3, input_dim=4)])\n")
    assert len(program.models) <= 61
    assert "models" in program.notes[-1].sentence


def test_a_text_past_the_limit_is_refused_with_its_length() -> None:
    with pytest.raises(FileError, match=r"at most 1,048,576 letters, found 1,500,0"):
        read_python(MODEL + "#" * 1_500_000)


KEYWORDS = [
    "Sequential()",
    "model",
    "Dense(3)",
    ".add(",
    "(",
    ")",
    "[",
    "]",
    "for i in range(9):",
    "\n",
    "    ",
    "=",
    "if",
    "else:",
    "lambda x:",
    "x",
    "Input((4,))",
    "Model(x, y)",
    "*",
    "**",
    "10**9",
    "'a'",
    "f'{x}'",
    "%d",
    "print 3",
    "\t",
    "class A:",
    "def f(x):",
    "return",
    "yield",
    "{",
    "}",
    "while True:",
    "try:",
    "except:",
    "compile('sgd', 'mse')",
    "fit(x, y)",
    "None",
    "\ud800",
    "\x00",
    "é",
    ":=",
    "@",
    "...",
    "del x",
    "global x",
]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(KEYWORDS), max_size=60).map(" ".join) | st.text(max_size=200))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        program = read_python(MODEL + source)
    except FileError:
        return
    assert all(note.line >= 1 for note in program.notes)


def _broken(data: Any, source: str) -> str:
    at = data.draw(st.integers(0, len(source)))
    kind = data.draw(st.sampled_from(["cut", "insert", "drop", "double"]))
    if kind == "cut":
        return source[:at]
    if kind == "insert":
        return source[:at] + data.draw(st.sampled_from(KEYWORDS)) + source[at:]
    return source[:at] + source[at + 3 :] if kind == "drop" else source[:at] + source


WHOLE = """
import keras
from keras.layers import *
def block(x, filters=8, repeat=2):
    for i in range(repeat):
        y = Conv2D(filters * 2 ** i, (3, 3), padding="same", activation="relu")(x)
        x = Concatenate()([x, BatchNormalization()(y)])
    return x
inputs = Input(shape=(16, 16, 3), name="image")
x = MaxPooling2D()(block(inputs))
model = keras.models.Model(inputs, Dense(10, activation="softmax")(Flatten()(x)))
model.compile(optimizer=keras.optimizers.Adam(lr=1e-3), loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=5, batch_size=64, validation_split=0.1)
"""


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_program_that_is_half_typed_is_read_or_refused(data: Any) -> None:
    source = _broken(data, WHOLE)
    try:
        program = read_python(source)
    except FileError as error:
        assert "expected a model of Keras" in str(error)
        return
    assert program.models


def test_nothing_of_the_reader_runs_code() -> None:
    folder = Path(__file__).parents[3] / "engine" / "_code"
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__", "open"), (
                    f"{path.name}:{node.lineno}"
                )
