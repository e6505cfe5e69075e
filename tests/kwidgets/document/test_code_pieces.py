"""Lines out of a Keras program, pasted on the canvas, are the layers that they make; nothing of them runs."""

import ast

import pytest

from kwidgets.document.code_pieces import completed
from kwidgets.document.document import Document
from kwidgets.refused import Refused

ADDED = (
    "model.add(Conv2D(8, 3, activation='relu'))\nmodel.add(MaxPooling2D())\nmodel.add(Flatten())\nmodel.add(Dense(10))"
)
LISTED = "    Convolution2D(8, 3, 3),\n    MaxPooling2D(),\n    Flatten(), Dense(10),\n"
CALLED = "x = Conv2D(8, 3)(x)\nx = MaxPooling2D()(x)\nx = Flatten()(x)\nx = Dense(10)(x)"
NESTED = "out = Dense(10)(Flatten()(MaxPooling2D()(Conv2D(8, 3)(images))))"
LOOP = "for size in (8, 16):\n    model.add(Conv2D(size, 3))\nmodel.add(Flatten())"
BRANCHES = "a = Dense(3)(x)\nb = Dense(4)(x)\ny = Concatenate()([a, b])"
LAYERS = ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]


def classes(document: Document) -> list[str]:
    return [document.draft.part(node).class_name for node in document.draft.nodes()]


@pytest.mark.parametrize(
    ("text", "layers", "shape"),
    [
        (ADDED, LAYERS, (None, 10)),
        (LISTED, LAYERS, (None, 10)),
        (CALLED, LAYERS, (None, 10)),
        (NESTED, LAYERS, (None, 10)),
        ("Conv2D(4, 3)\nFlatten()", ["Conv2D", "Flatten"], (None, 2704)),
        (LOOP, ["Conv2D", "Conv2D", "Flatten"], (None, 9216)),
        ("layers.Dense(32)", ["Dense"], (None, 32)),
        (BRANCHES, ["Dense", "Dense", "Concatenate"], (None, 7)),
    ],
)
def test_lines_are_a_model_behind_an_input_that_fits_or_go_on_behind_what_is_there(text, layers, shape) -> None:
    empty = Document()
    empty.do({"do": "paste_layers", "text": text})
    assert classes(empty) == ["InputLayer", *layers]
    assert not [problem for problem in empty.problems() if problem["severity"] == "error"]
    assert empty.shape_of(empty.draft.leaves()[0]) == shape
    empty.undo()
    assert classes(empty) == []
    begun = Document()
    size = [28, 28, 1] if "Conv" in text else [64]
    begun.do({"do": "add", "class_name": "InputLayer", "settings": {"shape": size}})
    begun.do({"do": "paste_layers", "text": text, "after": "input_1@0"})
    assert classes(begun) == ["InputLayer", *layers]
    assert begun.shape_of(begun.draft.leaves()[-1]) == shape


@pytest.mark.parametrize(
    "text",
    [
        "hello(3)",
        "x = 3",
        "print('a')\nfoo.bar()",
        "def f(x): return x",
        "model.fit(x, y)",
        "Dense(",
        "y = f(x)",
        "a(" * 500,
    ],
)
def test_other_code_is_refused_as_before(text: str) -> None:
    document = Document()
    with pytest.raises(Refused):
        document.do({"do": "paste_layers", "text": text})
    assert classes(document) == []


@pytest.mark.parametrize("text", [ADDED, LISTED, CALLED, NESTED, LOOP, BRANCHES])
def test_the_program_around_them_is_python_and_keeps_the_numbers_of_the_lines(text: str) -> None:
    program = completed(text)
    assert program is not None
    ast.parse(program)
    if text in (ADDED, CALLED):
        assert [line.partition("; x = ")[2] or line for line in program.splitlines()][1] == text.splitlines()[1]
