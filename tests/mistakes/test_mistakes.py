"""Every mend that is offered for a broken graph trains a batch, almost every graph has one, and the page says so truly."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from engine import check
from engine.experiment import build_model
from engine.layers import Dense
from engine.models import Sequential

from .broken import Broken, document_of, graphs, kinds, mistake_in_code, names, raised_in_code, trains
from .table import TARGET, all_told, text

ENOUGH = 0.9
# A program cannot make these: a model holds what lies between its inputs and outputs.
ONLY_ON_THE_CANVAS = ("an end that is no output", "an input that leads nowhere")
# Keras trains these as well, and so do we; `check` says what comes of it.
TRAINS = (
    "yes and no as 1 and -1",
    "five classes with binary_crossentropy",
    "numbers that are missing",
    "cropped away",
)


def test_there_are_sixty_graphs_of_twelve_kinds_and_some_were_asked_about_in_public() -> None:
    assert len(graphs()) >= 60
    assert len(kinds()) >= 12
    assert sum(broken.asked is not None for broken in graphs()) >= 10


def test_nine_of_ten_graphs_have_a_mend() -> None:
    with_mends = [one for one in all_told() if one.offers or one.in_code]
    assert len(with_mends) >= ENOUGH * len(graphs())


@pytest.mark.parametrize("index", range(len(graphs())), ids=names(graphs()))
def test_every_offered_mend_trains_a_batch_and_is_one_step_of_undo(index: int) -> None:
    broken, one = graphs()[index], all_told()[index]
    assert one.sentence
    for offer in one.offers:
        mended = document_of(broken)
        mended.problems()
        mended.data()
        before = mended.yaml()
        mended.do(offer.command)
        head = mended.graph()["head"]
        assert head is not None and head["undo"] == offer.label
        if offer.tried != "nothing":
            assert trains(broken, mended)
        mended.undo()
        assert mended.yaml() == before


@pytest.mark.parametrize("broken", graphs(), ids=names(graphs()))
def test_the_sentence_names_the_layer(broken: Broken) -> None:
    one = all_told()[graphs().index(broken)]
    layers = [layer["name"] for layer in broken.model["config"]["layers"]]
    assert any(f"'{name}'" in one.sentence for name in layers) or "Arrays" in one.sentence


@pytest.mark.filterwarnings("ignore:The loss is nan")
@pytest.mark.parametrize("index", range(len(graphs())), ids=names(graphs()))
def test_card_inspector_dock_check_and_the_error_of_a_program_say_one_sentence(index: int) -> None:
    broken, sentence = graphs()[index], all_told()[index].sentence
    cards = [card["says"] for card in document_of(broken).graph()["cards"] if card["state"] == "wrong"]
    assert cards in ([], [sentence])
    mistake, error = mistake_in_code(broken), raised_in_code(broken)
    assert (sentence if mistake is None else mistake.sentence) == sentence
    assert mistake is not None or broken.what in ONLY_ON_THE_CANVAS
    refused = mistake is not None and mistake.severity == "error" and broken.what not in TRAINS
    assert (error is not None) == refused
    if error is not None and broken.kind == "embedding range" and not cards:  # it has seen one batch, not the array
        told, said = sentence.partition(", but"), error.sentence.partition(", but")
        assert said[:2] == told[:2]
    elif error is not None:
        assert str(error).startswith(sentence)
        assert error.sentence == sentence


@pytest.mark.parametrize("broken", [one for one in graphs() if one.x is not None], ids=lambda one: one.what)
def test_in_code_a_mend_that_changes_arrays_takes_the_mistake_away(broken: Broken) -> None:
    mistake = mistake_in_code(broken)
    assert mistake is not None
    for mend in mistake.mends:
        assert mend.code
        compile(mend.code, "mend", "exec")


@pytest.mark.parametrize(
    "broken",
    [one for one in graphs() if one.kind == "merges" and one.what != "a merge with one wire"],
    ids=lambda one: one.what,
)
def test_in_code_a_merge_has_mends_that_were_trained_and_its_error_names_them(broken: Broken) -> None:
    mistake, error = mistake_in_code(broken), raised_in_code(broken)
    assert mistake is not None and error is not None
    assert mistake.mends and all(mend.trained for mend in mistake.mends)
    assert {mend.code for mend in mistake.mends} <= {mend["code"] for mend in error.mends}


@pytest.mark.parametrize("one_hot", [False, True])
@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_an_image_into_dense_is_made_a_row_whatever_the_labels_are(loss: str, one_hot: bool) -> None:
    model = Sequential([Dense(3, activation="softmax", input_shape=(4, 4, 1), name="out")])
    model.compile("sgd", loss)
    labels = np.arange(6) % 3
    mistakes = check(model, np.zeros((6, 4, 4, 1)), np.eye(3)[labels] if one_hot else labels)
    of_shape = next(mistake for mistake in mistakes if mistake.kind == "target_shape")
    codes = [mend.code for mend in of_shape.mends]
    assert any(code.startswith("Flatten()") for code in codes)
    assert all(mend.trained for mend in of_shape.mends)


@pytest.mark.parametrize("broken", [one for one in graphs() if one.kind == "last activation"], ids=lambda one: one.what)
def test_looking_changes_nothing(broken: Broken) -> None:
    model = build_model({**broken.model, "training": {"loss": broken.loss}})
    before = [weight.tolist() for weight in model.get_weights()]
    check(model, broken.x, broken.y)
    assert [weight.tolist() for weight in model.get_weights()] == before


def test_the_examples_of_the_page_run() -> None:
    assert doctest.testfile(str(TARGET), module_relative=False).failed == 0


def test_the_page_is_written_from_the_graphs() -> None:
    assert TARGET.read_text(encoding="utf-8") == text(), "run python -m tests.mistakes"
