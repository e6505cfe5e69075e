"""Checks: shapes at once, faults at the right node, only what lies downstream is computed."""

from __future__ import annotations

from kwidgets.document import Document
from kwidgets.document.checks import Checker
from kwidgets.document.commands import apply
from tests.counting import calls_of

from .test_commands import document


def states(made: Document) -> dict[str, str]:
    return {node["layer"]: node["state"] for node in made.graph()["cards"]}


def test_nodes_behind_a_fault_wait_and_other_branches_go_on() -> None:
    made = document("Conv2D", "Dense", shape=(20,))
    made.do({"do": "add", "class_name": "Dense", "after": "input_1@0", "wire": None})
    made.do({"do": "new", "kind": "Model"})
    made.do({"do": "add", "class_name": "Input", "settings": {"shape": [20]}})
    made.do({"do": "add", "class_name": "Conv2D", "after": "input_1@0"})
    made.do({"do": "add", "class_name": "Dropout", "after": "conv2d_1@0"})
    made.do({"do": "add", "class_name": "Dense"})
    made.do({"do": "connect", "source": "input_1@0", "target": "dense_1@0"})
    assert states(made) == {"input_1": "ok", "conv2d_1": "wrong", "dropout_1": "waiting", "dense_1": "ok"}
    problem = made.problems()[0]
    assert problem["node"] == "conv2d_1@0"
    assert "gets 20 numbers from 'input_1'" in problem["sentence"]


def test_only_what_lies_downstream_of_a_change_is_computed() -> None:
    made = document(*["Dense"] * 6, shape=(10,))
    checker = Checker()
    assert checker.check(made.draft).computed == 7
    changed, _ = apply(made.draft, {"do": "set", "layers": ["dense_5"], "field": "units", "value": 3}, made)
    assert checker.check(changed).computed == 2
    same_shape, _ = apply(changed, {"do": "set", "layers": ["dense_2"], "field": "activation", "value": "relu"}, made)
    assert checker.check(same_shape).computed == 1
    moved, _ = apply(same_shape, {"do": "move", "positions": {"dense_1@0": [1, 1]}}, made)
    assert checker.check(moved).computed == 0


def test_a_shared_layer_fed_with_two_sizes_is_wrong_at_the_second() -> None:
    made = document("Dense", shape=(5,))
    made.do({"do": "add", "class_name": "Input", "settings": {"shape": [7]}})
    made.do({"do": "use_again", "node": "dense_1@0"})
    made.do({"do": "connect", "source": "input_2@0", "target": "dense_1@1"})
    assert [n["state"] for n in made.graph()["cards"] if n["layer"] == "dense_1"] == ["ok", "wrong"]
    made.do({"do": "set", "layers": ["input_2"], "field": "shape", "value": [5]})
    assert made.problems() == []


def test_a_shared_layer_whose_first_use_fails_is_built_by_the_next_as_that_is_now() -> None:
    made = Document()
    made.do({"do": "template", "name": "siamese"})
    made.do({"do": "add", "class_name": "Flatten", "after": "left@0"})
    made.do({"do": "add", "class_name": "Dense", "after": "right@0"})
    assert states(made) == states(Document(made.draft))
    assert [n["state"] for n in made.graph()["cards"] if n["layer"] == "encoder"] == ["wrong", "ok"]
    assert made.problems() == Document(made.draft).problems()


def test_the_work_of_an_edit_that_gives_every_node_a_new_shape_grows_with_the_nodes() -> None:
    def edit(made: Document, size: int) -> None:
        made.do({"do": "set", "layers": ["input_1"], "field": "shape", "value": [size]})
        assert made.graph()["cards"][-1]["shape"] == [None, size]

    def calls(nodes: int) -> int:
        made = document(*["Dropout"] * nodes, shape=(10,))
        edit(made, 11)
        return calls_of(lambda: edit(made, 12))

    assert calls(100) < 3 * calls(50)


def test_a_layer_of_terabytes_is_only_counted() -> None:
    made = document("Dense", shape=(1000000,))
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 1000000})
    assert made.graph()["head"]["totals"]["parameters"] == 10**12 + 10**6
