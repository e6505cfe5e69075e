"""The search box: what is found by which words, whether it fits, and what would make it fit."""

from __future__ import annotations

from typing import Any

import pytest

from kwidgets import messages
from kwidgets.document import Document
from kwidgets.document.catalogue import catalogue
from kwidgets.document.fitting import MOST_AXES
from tests.counting import calls_of

from .documents import document, template

POOL = "max_pooling2d_1@0"


def rows(made: Document, text: str, after: str | None = POOL, **more: Any) -> list[messages.SearchRow]:
    return made.search(text, after, **more)["rows"]


def first(made: Document, text: str, after: str | None = POOL) -> tuple[str, str, str, Any]:
    row = rows(made, text, after)[0]
    return row["section"], row["title"], row["line"], row["shape"]


@pytest.mark.parametrize(
    ("text", "section", "title", "line", "shape"),
    [
        ("conv 64 3 relu", "fits", "Conv2D", "64 · 3×3 · relu", [None, 2, 2, 64]),
        ("conv2", "fits", "Conv2D", "32 · 3×3", [None, 2, 2, 32]),
        ("CONV_2D 8 5x5 same", "fits", "Conv2D", "8 · 5×5 · same", [None, 4, 4, 8]),
        ("Convolution2D", "old", "Convolution2D", "is Conv2D 32 · 3×3", [None, 2, 2, 32]),
        ("dropout .3", "fits", "Dropout", "0.3", [None, 4, 4, 32]),
        ("pool 2", "fits", "MaxPooling2D", "2×2", [None, 2, 2, 32]),
        ("max pool", "fits", "MaxPooling2D", "2×2", [None, 2, 2, 32]),
        ("maxpool 3x3 stride 2", "fits", "MaxPooling2D", "3×3 · strides 2", [None, 1, 1, 32]),
        ("dense 10 softmax", "change", "Dense", "10 · softmax", [None, 10]),
        ("fully connected", "change", "Dense", "10", [None, 10]),
        ("linear", "change", "Dense", "10", [None, 10]),
        ("lstm 32 seq", "change", "LSTM", "32 · tanh · sequences", [None, 16, 32]),
        ("skip", "fits", "Add", "", None),
        ("normalise", "fits", "BatchNormalization", "momentum 0.99", [None, 4, 4, 32]),
        ("recurrent", "change", "LSTM", "32 · tanh", [None, 32]),
        ("image", "fits", "Conv2D", "32 · 3×3", [None, 2, 2, 32]),
        ("danse", "change", "Dense", "10", [None, 10]),
        ("batchnormalisation", "fits", "BatchNormalization", "momentum 0.99", [None, 4, 4, 32]),
        ("input 28x28x1", "fits", "Input", "28×28×1", [None, 28, 28, 1]),
        ("reshape 16 32", "fits", "Reshape", "16×32", [None, 16, 32]),
    ],
)
def test_a_layer_is_found_by_name_words_and_settings(
    text: str, section: str, title: str, line: str, shape: Any
) -> None:
    assert first(template("digits_cnn"), text) == (section, title, line, shape)


def test_the_number_of_axes_chooses_among_classes_and_the_others_need_a_change() -> None:
    made = template("digits_cnn")
    found = {row["class_name"]: row for row in rows(made, "conv 64 3 relu")}
    assert found["Conv1D"]["change"] == "with Reshape 16×32 before it"
    assert found["Conv1D"]["shape"] == [None, 14, 64]
    assert list(found).index("Conv2D") < list(found).index("SeparableConv2D") < list(found).index("Conv1D")
    text = document("Conv1D", shape=(20, 8))
    assert first(text, "conv", "input_1@0")[:2] == ("fits", "Conv1D")


@pytest.mark.parametrize(
    "text", ["conv 64 3 relu", "lstm 5", "dense 3", "dropout", "conv3d 2 1", "pool", "attention", "gru", "flatten"]
)
@pytest.mark.parametrize("after", [POOL, "flatten_1@0", "input_1@0"])
def test_every_row_can_be_added_and_gives_the_shape_it_promises(text: str, after: str) -> None:
    made = template("digits_cnn")
    errors = {problem["id"] for problem in made.problems()}
    for row in rows(made, text, after):
        if row["command"] is None:
            continue
        node = made.do(row["command"])["nodes"][0]
        shown = next(card["shape"] for card in made.graph()["cards"] if card["id"] == node)
        if row["shape"] is not None:
            assert shown == row["shape"]
            assert not {p["id"] for p in made.problems() if p["node"] == node and p["severity"] == "error"} - errors
        made.undo()


def test_a_second_recurrent_layer_asks_the_first_for_all_steps() -> None:
    made = document("LSTM", shape=(20, 8))
    row = next(row for row in rows(made, "gru 4", "lstm_1@0") if row["title"] == "GRU")
    assert (row["section"], row["change"], row["shape"]) == ("change", "with all steps of 'lstm_1'", [None, 4])
    made.do(row["command"] or {})
    assert made.problems() == []
    assert made.undo()["label"] == "add GRU"
    assert made.draft.layers["lstm_1"].config == {"units": 32}


def test_no_more_than_eight_rows_to_add_and_four_of_the_model() -> None:
    made = document(*["Dense"] * 9, shape=(4,))
    for text in ("", "d", "de", "dense", "a", "conv", "1d"):
        found = [row["section"] for row in rows(made, text, "dense_5@0")]
        assert len([section for section in found if section != "model"]) <= 8
        assert len([section for section in found if section == "model"]) <= 4
        assert found == sorted(found, key=lambda section: section == "model")


def test_the_model_is_searched_by_name_class_and_shape() -> None:
    made = template("digits_cnn")
    assert [row["go"] for row in rows(made, "conv2d_2") if row["section"] == "model"] == ["conv2d_2@0"]
    assert [row["go"] for row in rows(made, "8x8x32")] == ["conv2d_2@0"]
    assert {row["go"] for row in rows(made, "conv") if row["section"] == "model"} == {"conv2d_1@0", "conv2d_2@0"}
    assert [row["go"] for row in rows(made, "") if row["section"] == "model"] == []


@pytest.mark.parametrize(
    ("layers", "shape", "expected"),
    [((), (8, 8, 1), "Conv2D"), (("Flatten",), (8, 8, 1), "Dense"), ((), (20, 8), "LSTM")],
)
def test_without_words_what_fits_best_comes_first(
    layers: tuple[str, ...], shape: tuple[int, ...], expected: str
) -> None:
    made = document(*layers, shape=shape)
    answer = made.search("")
    assert answer["rows"][0]["title"] == expected
    assert answer["after"] == list(made.draft.layers)[-1]
    assert Document().search("")["rows"][0]["title"] == "Input"


def test_a_row_for_a_wire_goes_onto_it_and_what_is_gone_is_no_place() -> None:
    made = template("digits_cnn")
    row = made.search("dropout", wire="conv2d_2@0#0")["rows"][0]
    made.do(row["command"] or {})
    assert [source.layer for source in made.draft.sources("conv2d_2@0")] == ["dropout_2"]
    assert made.search("dense", after="gone@0")["after"] == "dense_2"
    assert made.search("dense", wire="gone@0#0")["rows"]


def test_own_blocks_are_found_by_their_name() -> None:
    entry: messages.BlockEntry = {"name": "My conv block", "layers": 3, "help": ""}
    found = rows(template("digits_cnn"), "my conv", blocks=[entry])
    assert found[0]["section"] == "block"
    assert found[0]["command"] == {"do": "add_block", "name": "My conv block", "after": POOL}


@pytest.mark.parametrize(
    "text", ["9" * 300, "conv 99999999999999", "((((", "\0", "3", "x" * 5000, "dense -1", "conv 0", "3x3x3x3x3x3", "ü"]
)
def test_odd_texts_are_answered(text: str) -> None:
    assert isinstance(rows(template("digits_cnn"), text), list)


def test_every_word_of_the_palette_finds_its_layer() -> None:
    for group in catalogue()["groups"]:
        for layer in group["layers"]:
            for name in [layer["title"], *layer["old_names"]]:
                titles = [row["class_name"] for row in Document().search(name)["rows"]]
                assert layer["class_name"] in titles, name


@pytest.mark.parametrize("text", ["conv 64 3 relu", "recurrent", "dense", "", "xyzzy"])
def test_the_work_of_a_search_grows_with_the_layers_not_with_their_square(text: str) -> None:
    def calls(layers: int) -> int:
        made = document(*["Conv2D"] * 3, *["Dropout"] * layers, shape=(32, 32, 3))
        made.graph()
        made.search(text)
        return calls_of(lambda: made.search(text))

    assert calls(100) < 3 * calls(50)


def test_looking_in_the_model_finds_names_classes_and_shapes_and_offers_nothing_to_add() -> None:
    made = template("vgg16")
    found = made.search("block5_conv3", find=True)["rows"]
    assert [(row["section"], row["go"], row["command"]) for row in found] == [("model", "block5_conv3@0", None)]
    assert [row["title"] for row in made.search("7x7x512", find=True)["rows"]] == ["block5_pool"]
    assert len(made.search("conv", find=True)["rows"]) == 13
    assert made.search("", find=True)["rows"][0]["go"] == made.graph()["cards"][0]["id"]


def test_a_block_of_that_name_comes_before_what_is_only_spelt_alike() -> None:
    made = document("Conv2D")
    block: messages.BlockEntry = {"name": "conv and pool", "layers": 2, "help": ""}
    assert rows(made, "conv and", None, blocks=[block])[0]["section"] == "block"
    assert rows(made, "conv", None, blocks=[block])[0]["section"] != "block"


@pytest.mark.parametrize(
    ("text", "title", "line", "unused"),
    [
        ("conv -5", "Conv2D", "32 · 3×3", ["-5 ('filters' must be a whole number above 0)"]),
        ("dropout 2", "Dropout", "0.5", ["2 ('rate' must be a number from 0 to below 1)"]),
        ("dropout 30%", "Dropout", "0.3", []),
        ("conv 64 3 relu same strides 2", "Conv2D", "64 · 3×3 · same · strides 2 · relu", []),
        ("conv 64 please", "Conv2D", "64 · 3×3", ["please"]),
        ("conv 🧠 64", "Conv2D", "64 · 3×3", ["🧠"]),
        ("conv שכבה", "Conv2D", "32 · 3×3", ["שכבה"]),
        ("batch normalisation", "BatchNormalization", "momentum 0.99", []),
        ("danse layer 7", "Dense", "7", ["layer"]),
        ("pool relu", "MaxPooling2D", "2×2", ["relu"]),
        ("conv 64 3 1 7 9.5", "Conv2D", "64 · 3×3", ["7", "9.5"]),
        ("conv 1e99", "Conv2D", "32 · 3×3", ["1e99 (too large)"]),
        ("conv 1e2", "Conv2D", "100 · 3×3", []),
        ("reshape 4 -1", "Reshape", "4×-1", []),
        ("input 0x3", "Input", "float32", ["0×3 (Each size of a shape is a whole number above 0 (or free))"]),
    ],
)
def test_what_has_no_place_in_a_layer_is_said_and_the_layer_is_offered_all_the_same(
    text: str, title: str, line: str, unused: list[str]
) -> None:
    row = rows(template("digits_cnn"), text)[0]
    assert (row["title"], row["line"], row["unused"]) == (title, line, unused)


@pytest.mark.parametrize("text", ["🧠", "שלום", "-", "- - -", "()", "1e999", "x" * 5000, "9" * 50])
def test_a_text_that_names_nothing_finds_nothing(text: str) -> None:
    assert rows(template("digits_cnn"), text) == []


def every_way() -> list[tuple[Document, str]]:
    """Graphs and nodes with results of all numbers of axes, free sizes, and a node that waits."""
    made = [
        (template("digits_cnn"), POOL),
        (template("digits_cnn"), "flatten_1@0"),
        (document("Dense", shape=(7,)), "dense_1@0"),
        (document("LSTM", shape=(20, 8)), "input_1@0"),
        (document("LSTM", shape=(20, 8)), "lstm_1@0"),
        (document("Conv3D", shape=(4, 4, 4, 1)), "input_1@0"),
        (document("Conv2D", shape=(None, None, 3)), "conv2d_1@0"),
    ]
    wrong = document("LSTM", "Dense", shape=(8, 8, 1))
    return [*made, (wrong, "lstm_1@0"), (wrong, "dense_1@0")]


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("text", ["", "conv", "recurrent"])
def test_all_that_does_not_fit_is_listed_once_and_comes_out_as_promised_in_one_step(number: int, text: str) -> None:
    made, after = every_way()[number]
    short = made.search(text, after)
    whole = made.search(text, after, everything=True)
    if short["folded"] is None:
        assert whole["rows"] == short["rows"]
        return
    at, count = short["folded"]["at"], short["folded"]["count"]
    more = len(whole["rows"]) - len(short["rows"])
    assert whole["rows"][:at] == short["rows"][:at]
    assert whole["rows"][at + more :] == short["rows"][at:]
    changed = [row for row in whole["rows"] if row["section"] == "change"]
    assert len(changed) == count == len({row["class_name"] for row in changed})
    for row in whole["rows"][at : at + more]:
        assert row["change"]
        before = made.draft
        node = made.do(row["command"] or {})["nodes"][0]
        card = next(card for card in made.graph()["cards"] if card["id"] == node)
        if row["shape"] is not None:
            assert (card["state"], card["shape"]) == ("ok", row["shape"])
        else:  # these take such numbers, and do something else with them than people mean
            assert card["state"] == "wrong" or row["class_name"] in MOST_AXES
        made.undo()
        assert made.draft == before


def test_nothing_is_folded_where_everything_can_be_added() -> None:
    assert Document().search("", everything=True)["folded"] is None
    wrong = document("LSTM", "Dense", shape=(8, 8, 1))
    assert wrong.search("", "dense_1@0")["folded"] is None
    assert template("digits_cnn").search("conv", POOL, find=True)["folded"] is None
