"""Mends: the usual mistakes and the buttons that take them away."""

from __future__ import annotations

from typing import Any

import pytest

from kwidgets.document import Document, Refused

from .documents import document

add, model = (lambda **k: {"do": "add", **k}), {"do": "new", "kind": "Model"}
IMAGE = add(class_name="Input", settings={"shape": [8, 8, 1], "name": "image"})
VECTOR = add(class_name="Input", settings={"shape": [64], "name": "vector"})
WORDS = add(class_name="Input", settings={"shape": [20, 8], "name": "words"})


def conv(name: str, **settings: Any) -> dict[str, Any]:
    return add(
        class_name="Conv2D", after="image@0", settings={"name": name, "filters": 4, "kernel_size": 3, **settings}
    )


def after(class_name: str, node: str, **settings: Any) -> dict[str, Any]:
    return add(class_name=class_name, after=node, settings=settings)


def wire(source: str, target: str, index: int = 9) -> dict[str, Any]:
    return {"do": "connect", "source": source, "target": target, "index": index}


BROKEN = {
    "dense on an image": ([IMAGE, after("Dense", "image@0")], "Insert Flatten"),
    "convolution on a vector": ([VECTOR, after("Conv2D", "vector@0")], "Insert Reshape 8×8×1"),
    "lstm on a vector": ([VECTOR, after("LSTM", "vector@0")], "Insert Reshape 64×1"),
    "lstm after lstm": (
        [WORDS, after("LSTM", "words@0", name="one"), after("LSTM", "one@0", name="two")],
        "Switch on return sequences of 'one'",
    ),
    "lstm on an image": ([IMAGE, after("LSTM", "image@0")], "Insert Reshape 8×8"),
    "kernel larger than the image": ([IMAGE, conv("c", kernel_size=9)], "Give 'c' padding same"),
    "sum of different filters": (
        [
            IMAGE,
            conv("a"),
            add(class_name="Conv2D", settings={"name": "b", "filters": 5, "kernel_size": 3}),
            wire("image@0", "b@0"),
            add(class_name="Add"),
            wire("a@0", "add_1@0"),
            wire("b@0", "add_1@0"),
        ],
        "Give 'a' filters 5",
    ),
    "sum of different units": (
        [
            VECTOR,
            after("Dense", "vector@0", name="a", units=3),
            add(class_name="Dense", settings={"name": "b", "units": 4}),
            wire("vector@0", "b@0"),
            add(class_name="Add"),
            wire("a@0", "add_1@0"),
            wire("b@0", "add_1@0"),
        ],
        "Give 'a' units 4",
    ),
    "concatenation of image and vector": (
        [
            IMAGE,
            VECTOR,
            add(class_name="Concatenate"),
            wire("image@0", "concatenate_1@0"),
            wire("vector@0", "concatenate_1@0"),
        ],
        "Insert Flatten after 'image'",
    ),
    "reshape of another size": (
        [VECTOR, after("Reshape", "vector@0", target_shape=[5, 5])],
        "Give 'reshape_1' target shape -1",
    ),
    "no input wired": ([VECTOR, add(class_name="Dense")], "Connect 'vector'"),
    "merge of one": (
        [VECTOR, after("Dense", "vector@0", units=64), after("Add", "dense_1@0")],
        "Connect 'vector'",
    ),
    "input without a shape": (
        [add(class_name="Input"), after("Dense", "input_1@0")],
        "Give 'input_1' shape 28×28×1",
    ),
    "no input at all": ([add(class_name="Dense"), {"do": "remove", "nodes": ["input_1@0"]}], "Add an Input"),
    "end that is no output": (
        [VECTOR, after("Dense", "vector@0"), {"do": "mark_output", "node": "dense_1@0", "output": False}],
        "Make 'dense_1' the output",
    ),
    "softmax with squared error": (
        [VECTOR, after("Dense", "vector@0", activation="softmax")],
        "Use categorical_crossentropy",
    ),
    "crossentropy without softmax": (
        [VECTOR, after("Dense", "vector@0"), {"do": "set_training", "loss": "categorical_crossentropy"}],
        "Give 'dense_1' activation softmax",
    ),
    "crossentropy of one unit": (
        [
            VECTOR,
            after("Dense", "vector@0", units=1, activation="softmax"),
            {"do": "set_training", "loss": "categorical_crossentropy"},
        ],
        "Give 'dense_1' activation sigmoid and binary_crossentropy",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_usual_mistake_is_mended_by_one_click(case: str) -> None:
    made = Document()
    commands, label = BROKEN[case]
    for command in [model, *commands]:
        made.do(command)
    offers = [(p["id"], m["id"], m["label"]) for p in made.problems() for m in p["mends"]]
    assert label in [offer[2] for offer in offers]
    for problem, mend, _ in offers:
        made.do({"do": "mend", "problem": problem, "mend": mend})
        assert problem not in [left["id"] for left in made.problems()]
        made.undo()


def test_a_mend_that_is_gone_is_refused() -> None:
    made = document("Dense")
    with pytest.raises(Refused, match="gone"):
        made.do({"do": "mend", "problem": "dense_1@0:shape", "mend": "Insert Flatten"})


def test_an_empty_model_asks_for_an_input() -> None:
    (mend,) = Document().problems()[0]["mends"]
    assert (mend["label"], mend["details"], mend["effect"]) == ("Add an Input", None, "adds Input")


def test_two_pictures_of_different_size_are_brought_together_by_their_strides() -> None:
    made = Document()
    for command in [
        model,
        add(class_name="Input", settings={"shape": [32, 32, 3], "name": "image"}),
        conv("main", strides=2, padding="same"),
        add(class_name="Conv2D", settings={"name": "shortcut", "filters": 4, "kernel_size": 1}),
        wire("image@0", "shortcut@0"),
        add(class_name="Add"),
        wire("main@0", "add_1@0"),
        wire("shortcut@0", "add_1@0"),
    ]:
        made.do(command)
    problem = made.problems()[0]
    assert problem["sentence"].startswith("'add_1' gets 16×16×4 from 'main' and 32×32×4 from 'shortcut'.")
    details = {mend["label"]: mend["details"] for mend in problem["mends"]}
    assert details["Give 'shortcut' strides 2×2"] == "4 · 1×1 · strides 2 → 16×16×4"
    assert details["Give 'main' strides 1×1"] == "4 · 3×3 · same → 32×32×4"


@pytest.mark.parametrize("case", [case for case in BROKEN if case not in ("no input at all", "end that is no output")])
def test_a_sentence_about_a_layer_names_it(case: str) -> None:
    made = Document()
    for command in [model, *BROKEN[case][0]]:
        made.do(command)
    for problem in made.problems():
        if problem["layer"] is not None:
            assert f"'{problem['layer']}'" in problem["sentence"]
            assert "None" not in problem["sentence"]


def test_a_residual_block_is_mended_through_its_normalisation_or_by_a_short_cut() -> None:
    made = Document()
    made.do({"do": "template", "name": "residual"})
    made.do({"do": "set", "layers": ["conv2d_3"], "field": "strides", "value": 2})
    labels = [mend["label"] for mend in made.problems()[0]["mends"]]
    assert labels[0] == "Give 'conv2d_3' strides 1×1" and "1×1, 2×2 after 'conv2d_1'" in labels[1]
    for label in labels[:2]:
        problem = made.problems()[0]
        made.do({"do": "mend", "problem": problem["id"], "mend": label})
        assert not made.problems()
        made.do({"do": "undo"})
