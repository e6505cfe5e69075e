"""Trials: what is offered has trained a batch, trials hold nobody up, and what is known is not tried again."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np

from engine.layers import Conv2D, Flatten, Input
from engine.models import Model
from engine.types import Array
from kwidgets.document import Document
from kwidgets.document.checks import Checker, Checkup
from kwidgets.document.draft import Draft
from kwidgets.document.offers import Offers
from kwidgets.document.trying import Limits, Rows, Trials, right_part
from kwidgets.messages import ArrayEntry
from tests.kwidgets.wire import LONG

from .documents import document, pasted, template

NO_TIME = Limits(seconds=0)


def checked(made: Document) -> tuple[Draft, Checkup]:
    return made.draft, Checker().check(made.draft)


def clock() -> float:
    """Time stands still, so that there is always time for another trial."""
    return 0.0


def test_a_right_model_trains_and_one_without_an_end_leaves_nothing_to_train() -> None:
    trials = Trials(clock=clock)
    assert trials.of(*checked(document("Flatten", "Dense"))) == "trained"
    assert trials.of(*checked(document())) == "nothing"


def test_what_is_right_before_a_mistake_is_trained_with_ends_of_its_own() -> None:
    made = document("Conv2D", "Flatten", "LSTM", "Dense")
    part = right_part(*checked(made))
    assert [*part.layers] == ["input_1", "conv2d_1", "flatten_1"] and part.outputs == ["flatten_1@0"]
    assert Trials(clock=clock).of(*checked(made)) == "trained"


def test_sizes_that_stay_free_get_some_length() -> None:
    assert Trials(clock=clock).of(*checked(document("Conv1D", "LSTM", "Dense", shape=(None, 3)))) == "trained"
    assert Trials(clock=clock).of(*checked(document("Conv2D", shape=(None, None, 3)))) == "trained"


def test_large_models_are_judged_by_their_shapes() -> None:
    made = document("Flatten", "Dense")
    for limits in (Limits(parameters=10), Limits(work=10), Limits(layers=2)):
        assert Trials(limits, clock).of(*checked(made)) == "shapes"


def all_of(number: int) -> Rows:
    """Rows in which every number is this one."""
    return lambda keys, count: {key: np.full(count, number) for key in keys}


def test_what_infers_and_does_not_train_is_found_out() -> None:
    made = template("digits_perceptron")
    made.do({"do": "set_training", "loss": "sparse_categorical_crossentropy"})
    entry: ArrayEntry = {"key": "y", "shape": [30], "dtype": "int64"}
    made.offer([{"name": "notebook", "kind": "notebook", "arrays": [entry]}])
    made.do({"do": "set_data", "targets": {"dense_2": "y"}})
    for number, verdict in ((9, "trained"), (10, "failed")):
        trials = Trials(clock=clock)
        trials.rows = all_of(number)
        assert trials.of(*checked(made)) == verdict


def test_rows_of_the_chosen_arrays_are_used_where_they_fit() -> None:
    made = template("digits_perceptron")
    arrays: dict[str, Array] = {"x": np.zeros((30, 8, 8, 1), "float32"), "y": np.eye(10, dtype="float32")}
    entries: list[ArrayEntry] = [
        {"key": key, "shape": list(array.shape), "dtype": str(array.dtype)} for key, array in arrays.items()
    ]
    made.offer([{"name": "notebook", "kind": "notebook", "arrays": entries}])
    made.do({"do": "set_data", "inputs": {"input_1": "x"}, "targets": {"dense_2": "y"}})
    asked: list[str] = []

    def rows(keys: Sequence[str], count: int) -> dict[str, Array]:
        asked.extend(keys)
        return {key: arrays[key][:count] for key in keys}

    trials = Trials(clock=clock)
    trials.rows = rows
    assert trials.of(*checked(made)) == "trained" and sorted(asked) == ["x", "y"]
    asked.clear()
    assert trials.of(*checked(made)) == "trained" and asked == []


def test_what_there_is_no_time_for_is_tried_in_the_background_and_told() -> None:
    trials = Trials(NO_TIME, clock)
    told = threading.Event()
    trials.listeners.append(told.set)
    made = document("Flatten", "Dense")
    assert trials.of(*checked(made)) == "shapes"
    trials.go_on()
    assert told.wait(LONG)
    assert trials.of(*checked(made)) == "trained"


def test_a_document_tells_once_more_when_all_its_mends_have_been_tried() -> None:
    made = Document(template("residual").draft, trials=Trials(NO_TIME, clock))
    done = threading.Event()
    made.listeners.append(lambda change: done.set() if change.label == "tried" else None)
    made.do({"do": "set", "layers": ["conv2d_3"], "field": "strides", "value": [2, 2]})
    assert {mend["tried"] for mend in made.problems()[0]["mends"]} <= {"shapes", "trained"}
    assert done.wait(LONG)
    assert {mend["tried"] for mend in made.problems()[0]["mends"]} == {"trained"}


def three_heads() -> Document:
    """Three convolutions of one image, whose windows become too large for it by one command."""
    image = Input((6, 6, 1), name="image")
    heads = [Flatten(name=f"row_{i}")(Conv2D(2, 3, name=f"head_{i}")(image)) for i in range(3)]
    made = pasted(Model(image, heads).to_yaml())
    made.offers = Offers(made.offers.trials, seconds=-1.0)  # for one problem at a time
    return made


TOO_LARGE = {"do": "set", "layers": ["head_0", "head_1", "head_2"], "field": "kernel_size", "value": [9, 9]}


def test_mends_of_further_problems_come_later_and_are_told_of() -> None:
    made = three_heads()
    all_there = threading.Event()

    def look(_change: object) -> None:
        listed = made.state().head["problems"]
        if len(listed) == 3 and all(problem["mends"] for problem in listed):
            all_there.set()

    made.do(TOO_LARGE)
    first, *others = made.state().head["problems"]
    assert first["mends"] and len(others) == 2
    made.listeners.append(look)
    look(None)
    assert all_there.wait(LONG)
    assert all(problem["mends"] for problem in made.state().head["problems"])


def test_who_asks_for_the_problems_gets_all_their_mends() -> None:
    made = three_heads()
    made.do(TOO_LARGE)
    assert [bool(problem["mends"]) for problem in made.problems()] == [True] * 3


def test_five_mistakes_in_a_row_offer_mends_for_the_first_and_the_others_wait_for_it() -> None:
    made = document("LSTM", "Conv2D", "Flatten", "LSTM", "Conv2D")
    (problem,) = [one for one in made.problems() if one["severity"] == "error"]
    assert problem["layer"] == "lstm_1" and problem["mends"]
    says = {card["layer"]: card["says"] for card in made.graph()["cards"]}
    assert says["conv2d_1"] == "waits for LSTM"
    assert all("waits for" in str(says[name]) for name in ("flatten_1", "lstm_2", "conv2d_2"))
