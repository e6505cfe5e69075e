"""The state of the canvas as the page gets it, and what changes between two of them."""

from __future__ import annotations

from kwidgets.document import Document
from kwidgets.document.canvas_state import changes, whole
from kwidgets.document.draft import Draft, Part, Source

from .documents import document


def thousand() -> Draft:
    """An input and 999 layers behind each other."""
    draft = Draft(layers={"layer_0": Part("InputLayer", {"batch_input_shape": [None, 8]})})
    for number in range(1, 1000):
        class_name, config = ("Dense", {"units": 8}) if number % 2 else ("Dropout", {"rate": 0.5})
        draft.layers[f"layer_{number}"] = Part(class_name, config, ((Source(f"layer_{number - 1}"),),))
    draft.outputs = ["layer_999@0"]
    return draft


def template(name: str) -> Document:
    made = Document()
    made.do({"do": "template", "name": name})
    return made


def test_a_card_says_what_a_person_looks_for() -> None:
    cards = {card["layer"]: card for card in template("digits_cnn").graph()["cards"]}
    first, last = cards["input_1"], cards["dense_2"]
    assert (first["title"], first["line"], first["family"], first["ports"]) == ("Input", "float32", "io", 0)
    assert (last["title"], last["line"], last["shape"]) == ("Dense", "10 · softmax · output", [None, 10])
    assert cards["conv2d_2"]["parameters"] == 4640
    assert cards["conv2d_2"]["work"] > cards["conv2d_1"]["work"] > 0


def test_a_fault_is_told_on_its_card_and_those_behind_it_wait() -> None:
    made = document("Conv2D", "Flatten", "Dense", shape=(20,))
    cards = made.graph()["cards"]
    assert [card["state"] for card in cards] == ["ok", "wrong", "waiting", "waiting"]
    assert (cards[1]["says"] or "").startswith("'conv2d_1' gets")
    assert cards[2]["says"] == "waits for Conv2D"
    assert [wire["wrong"] for wire in made.graph()["wires"]] == [True, False, False]
    (problem, *_) = made.state().head["problems"]
    assert (problem["layer"], problem["title"], problem["node"]) == ("conv2d_1", "Conv2D", "conv2d_1@0")


def test_a_wire_carries_no_shape_that_its_card_shows() -> None:
    assert all(wire["shape"] is None for wire in template("residual").graph()["wires"])


def test_the_whole_has_everything_and_nothing_before() -> None:
    made = template("residual")
    told = made.graph()
    assert told["before"] is None
    assert told["order"] == [card["id"] for card in told["cards"]] == list(told["places"])
    assert told["head"] is not None
    assert told["head"]["totals"]["layers"] == len(told["cards"])


def test_a_state_stays_the_same_object_while_nothing_changes() -> None:
    made = template("residual")
    first = made.state()
    made.resize(690, 556)
    assert made.state() is first
    made.do({"do": "set_training", "epochs": 77})
    assert made.state().serial == first.serial + 1


def test_a_changed_setting_is_a_small_message() -> None:
    made = template("digits_cnn")
    before = made.state()
    made.do({"do": "set", "layers": ["dropout_1"], "field": "rate", "value": 0.4})
    told = changes(before, made.state())
    assert [card["line"] for card in told["cards"]] == ["0.4"]
    assert (told["wires"], told["places"], told["order"], told["gone"]) == ([], {}, None, [])
    assert (told["before"], told["serial"]) == (before.serial, made.state().serial)


def test_what_is_gone_is_named() -> None:
    made = template("digits_cnn")
    before = made.state()
    made.do({"do": "remove", "nodes": ["dropout_1@0"]})
    told = changes(before, made.state())
    assert told["gone"] == ["dropout_1@0"]
    assert told["gone_wires"] == ["dropout_1@0#0"]
    assert "dropout_1@0" not in (told["order"] or [])


def test_changes_upon_changes_give_the_whole() -> None:
    made = template("news")
    held = whole(made.state())
    cards = {card["id"]: card for card in held["cards"]}
    wires = {wire["id"]: wire for wire in held["wires"]}
    places, order = dict(held["places"]), held["order"]
    for command in (
        {"do": "move", "positions": {"lstm_1@0": [700, 300]}},
        {"do": "add", "class_name": "Dropout", "after": "lstm_1@0"},
        {"do": "remove", "nodes": ["dense_1@0"]},
        {"do": "arrange"},
    ):
        before = made.state()
        made.do(command)
        told = changes(before, made.state())
        for name in told["gone"]:
            del cards[name], places[name]
        for name in told["gone_wires"]:
            del wires[name]
        cards.update({card["id"]: card for card in told["cards"]})
        wires.update({wire["id"]: wire for wire in told["wires"]})
        places.update(told["places"])
        order = told["order"] or order
    now = made.state()
    assert (cards, wires, places, order) == (now.cards, now.wires, now.places, now.order)


def test_moving_one_card_of_a_thousand_is_a_small_message() -> None:
    made = Document(thousand())
    made.open_all()
    before_state = made.state()
    made.do({"do": "move", "positions": {"layer_500@0": [-600, 40]}})
    after = made.state()
    told = changes(before_state, after)
    assert len(after.cards) == 1000
    assert list(told["places"]) == ["layer_500@0"]
    assert {wire["id"] for wire in told["wires"]} == {"layer_500@0#0", "layer_501@0#0"}
    assert told["cards"] == []
