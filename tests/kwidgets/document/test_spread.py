"""Opened nested models: what stands in their place, and what is said of it."""

from __future__ import annotations

from .documents import TOWER, cards, inner, tower, wires


def test_an_opened_block_is_its_layers_in_a_frame_wired_to_what_is_around_it() -> None:
    made = tower()
    shown = cards(made)
    assert list(shown) == ["input_1@0", inner("conv2d_1@0"), inner("flatten_1@0"), inner("dense_1@0"), "dense_2@0"]
    assert [card["layer"] for card in shown.values()] == ["input_1", "conv2d_1", "flatten_1", "dense_1", "dense_2"]
    assert shown[inner("conv2d_1@0")]["shape"] == [None, 6, 6, 32]
    assert wires(made) == list(zip(list(shown), list(shown)[1:], strict=False))
    (frame,) = made.graph()["head"]["frames"]
    assert (frame["id"], frame["title"], frame["block"]) == (TOWER, "tower", True)
    assert {card["inside"] for card in shown.values()} == {None, TOWER}
    made.open_fold(TOWER, open=False)
    assert list(cards(made)) == ["input_1@0", TOWER, "dense_2@0"]
    assert cards(made)[TOWER]["opens"] and not cards(made)["dense_2@0"]["opens"]


def test_opening_is_no_step_and_changes_no_text() -> None:
    made = tower()
    version, text = made.version, made.text()["yaml"]
    made.open_fold(TOWER, open=False)
    made.open_all()
    assert (made.version, made.text()["yaml"]) == (version, text)
    assert made.graph()["head"]["opened"] == made.graph()["head"]["folds"] == 1


def test_a_fault_inside_is_said_with_the_way_and_mended_there() -> None:
    made = tower()
    made.do({"do": "remove", "nodes": [inner("flatten_1@0")]})
    made.do({"do": "add", "class_name": "LSTM", "after": inner("conv2d_1@0")})
    made.open_fold(TOWER, open=False)
    problem = next(one for one in made.problems() if one["severity"] == "error")
    assert problem["node"] == inner("lstm_1@0") and problem["layer"] == "lstm_1"
    assert problem["sentence"].startswith("In tower: 'lstm_1' gets 6×6×32 from 'conv2d_1'.")
    made.reveal(inner("lstm_1@0"))
    assert cards(made)[inner("lstm_1@0")]["state"] == "wrong"
    made.do({"do": "mend", "problem": problem["id"], "mend": problem["mends"][0]["id"]})
    assert cards(made)[inner("lstm_1@0")]["state"] == "ok"
    assert not [one for one in made.problems() if one["severity"] == "error"]
    made.undo()
    assert cards(made)[inner("lstm_1@0")]["state"] == "wrong"


def test_what_is_wrong_with_a_block_as_a_whole_is_said_where_it_begins() -> None:
    made = tower()
    made.do({"do": "disconnect", "wires": [inner("flatten_1@0#0")]})
    assert cards(made)[inner("flatten_1@0")]["says"] == "'flatten_1' has nothing wired into it."
    made.undo()
    made.open_fold(TOWER, open=False)
    made.do({"do": "disconnect", "wires": ["tower@0#0"]})
    made.open_fold(TOWER)
    stub = inner("from_input_1@0")
    assert cards(made)[stub]["says"] == "'tower' has nothing wired into it."
    made.do({"do": "connect", "source": "input_1@0", "target": stub})
    assert ("input_1@0", inner("conv2d_1@0")) in wires(made) and cards(made)["dense_2@0"]["state"] == "ok"
