"""Frames round what is open: they hold no card that is not theirs."""

from __future__ import annotations

from .documents import faults_of_layout, inner, overlaps_of_frames, siamese, tower


def test_frames_beside_each_other_and_beside_other_cards_stay_apart() -> None:
    made = siamese()
    made.open_all()
    made.resize(1600, 1600)
    assert not overlaps_of_frames(made)
    for node in ("left@0", inner("first@0"), "joined@0"):
        made.do({"do": "add", "class_name": "Dense", "after": node, "beside": True})
        made.do({"do": "add", "class_name": "Dense", "after": made.state().order[-1]})
    made.do({"do": "group", "nodes": [inner("second@0"), inner("first@0")], "name": "pair"})
    made.open_all()
    assert not overlaps_of_frames(made) and not faults_of_layout(made)


def test_a_card_placed_among_those_of_a_block_parts_its_frame() -> None:
    made = tower()
    x, y = made.state().places[inner("flatten_1@0")]
    made.do({"do": "move", "positions": {inner("flatten_1@0"): [x + 400, y], "dense_2@0": [x, y]}})
    (frame,) = made.graph()["head"]["frames"]
    assert len(frame["more"]) == 1 and not overlaps_of_frames(made)
    left, top, width, height = frame["more"][0]
    made.do({"do": "add", "class_name": "Dropout", "position": [left + width - 20, top + height - 20]})
    assert any(entry["class_name"] == "Dropout" for entry in made.draft.layers["tower"].config["layers"])
