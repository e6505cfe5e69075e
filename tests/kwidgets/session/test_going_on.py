"""Stop and Start again end as the undisturbed run, bit for bit; what was changed in between is said."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.layers import LSTM, BatchNormalization, Dense, Dropout, GaussianNoise
from engine.models import Sequential
from kwidgets.session.points import Curves
from kwidgets.session.session import Session
from tests.kwidgets.wire import LONG, until

RNG = np.random.default_rng(3)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = RNG.integers(0, 3, 50)
BATCHES = 5


def dense():
    return [
        Dense(6, input_shape=(4,), activation="relu"),
        Dropout(0.3),
        BatchNormalization(),
        Dense(3, activation="softmax"),
    ]


def recurrent():
    return [LSTM(5, input_shape=(2, 2), dropout=0.2, recurrent_dropout=0.2), Dense(3, activation="softmax")]


def noisy():
    return [Dropout(0.2, seed=3, input_shape=(4,)), GaussianNoise(0.1), Dense(3, activation="softmax")]


def experiment(layers=dense, **training):
    model = Sequential(layers(), name="model")
    return {
        "class_name": "Sequential",
        "config": model.get_config(),
        "data": {"inputs": {model.input_names[0]: "x"}, "targets": {model.output_names[0]: "y"}},
        "training": {
            "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "epochs": 4, "batch_size": 8,
            "validation_split": 0.2, "seed": 5, **training,
        },
    }  # fmt: skip


def with_epochs(asked, epochs):
    return {**asked, "training": {**asked["training"], "epochs": epochs}}


def arrays(layers=dense):
    return {"x": X.reshape(50, 2, 2) if layers is recurrent else X.copy(), "y": Y.copy()}


def trained(asked, data):
    session = Session()
    session.start(asked, data)
    assert session.wait(LONG) and session.state == "finished", session.error
    return session


def start_and_stop_after(session, asked, data, batches, mode=None):
    """Train on so many batches, then stop: the loop waits for a next turn when the stop comes."""
    before = total(session)
    session.start(asked, data, mode, steps=batches)
    until(lambda: total(session) == before + batches or not session.alive)
    if session.alive:
        session.stop()
    assert session.wait(LONG) and session.error is None


def total(session):
    return session.stream.batches_done


def points(session):
    pieces = session.stream.curves.pieces()
    return {(p.name, p.phase): (p.xs.tolist(), p.ys.tolist()) for p in pieces if len(p.xs)}


def assert_same(session, whole):
    assert session.history == whole.history
    assert points(session) == points(whole)
    assert session.status()["best"] == whole.status()["best"]
    for ours, theirs in zip(session.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    for ours, theirs in zip(session.model.optimizer.get_weights(), whole.model.optimizer.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("layers", [dense, recurrent, noisy])
@pytest.mark.parametrize("after", [1, 5, 7, 14, 19])
def test_a_run_that_is_stopped_and_started_again_ends_as_the_undisturbed_one(layers, after):
    asked, data = experiment(layers), arrays(layers)
    whole, session = trained(asked, data), Session()
    start_and_stop_after(session, asked, data, after)
    assert session.state == "stopped"
    session.start(asked, data)
    assert session.wait(LONG) and session.state == "finished"
    assert_same(session, whole)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_any_number_of_stops_leaves_no_trace(stops):
    asked, data = experiment(epochs=8), arrays()
    whole, session = trained(asked, data), Session()
    for batches in stops:
        start_and_stop_after(session, asked, data, batches)
    if session.state == "stopped":
        session.start(asked, data)
        assert session.wait(LONG)
    assert_same(session, whole)


def test_a_finished_run_with_more_epochs_ends_as_one_that_was_to_have_them_from_the_start():
    data = arrays()
    asked = experiment(epochs=6)
    whole, session = trained(asked, data), trained(with_epochs(asked, 4), data)
    session.start(asked, data)
    assert session.wait(LONG)
    assert_same(session, whole)


def test_a_stop_after_the_end_was_put_off_keeps_the_later_end():
    data, asked = arrays(), experiment(epochs=2)
    session = trained(asked, data)
    start_and_stop_after(session, asked, data, 7)
    assert session.stream.planned == 4
    session.start(asked, data)
    assert session.wait(LONG)
    assert session.history.epoch == [0, 1, 2, 3]
    assert_same(session, trained(with_epochs(asked, 4), data))


def test_while_it_is_stopped_the_page_is_told_the_epoch_that_goes_on():
    asked, data, session = experiment(), arrays(), Session()
    start_and_stop_after(session, asked, data, 7)
    assert session.history.epoch == [0, 1] and session.history.partial
    assert (session.status()["epoch"], session.status()["next_epoch"]) == (2, 2)
    session.start(asked, data, steps=1)
    until(lambda: total(session) == 8)
    assert session.history.epoch == [0] and not session.history.partial
    assert session.status()["batch"] == 3
    assert "Goes on in epoch 2 with batch 3." in session.stream.log
    session.stop()
    assert session.wait(LONG)


def test_another_rate_is_taken_up_at_the_very_batch():
    data, session = arrays(), Session()
    slow = experiment(optimizer={"class_name": "SGD", "config": {"lr": 0.01}})
    start_and_stop_after(session, slow, data, 7)
    session.learning_rate = 0.5
    session.start(slow, data)
    assert session.wait(LONG) and session.history.epoch == [0, 1, 2, 3]
    assert session.model.optimizer.learning_rate == pytest.approx(0.5)
    marks = [mark["x"] for mark in session.status()["marks"] if mark["kind"] == "rate"]
    assert marks == [pytest.approx(1 + 2 / BATCHES)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda asked, data: asked["training"].update(batch_size=16), "the batch size is 16 now, and was 8"),
        (lambda asked, data: asked["training"].update(validation_split=0.5), "the share for validation is 0.5 now, and was 0.2"),
        (lambda asked, data: asked["training"].update(shuffle=False), "shuffling is False now, and was True"),
        (lambda asked, data: asked["training"].update(metrics=[]), "loss, metrics or"),
        (lambda asked, data: data.update(y=data["y"][::-1].copy()), "y is not what it was"),
        (lambda asked, data: data["x"].__setitem__(0, 7.0), "x is not what it was"),
    ],
)  # fmt: skip
def test_what_makes_other_batches_begins_with_the_next_epoch_and_says_why(change, why):
    asked, data, session = experiment(), arrays(), Session()
    start_and_stop_after(session, asked, data, 7)
    weights = session.weights()
    asked = copy.deepcopy(asked)
    change(asked, data)
    session.start(asked, data, "continue", steps=1)
    assert any(
        line.startswith("Epoch 2 stays cut short after 2 batches") and why in line for line in session.stream.log
    )
    session.resume()
    assert session.wait(LONG) and session.state == "finished", session.error
    assert session.history.epoch == [0, 1, 2, 3]
    assert any(not np.array_equal(a, b) for a, b in zip(weights, session.weights(), strict=True))


def test_weights_that_were_set_meanwhile_are_gone_on_from():
    asked, data, session = experiment(), arrays(), Session()
    start_and_stop_after(session, asked, data, 7)
    session.model.set_weights([0 * weight for weight in session.model.get_weights()])
    session.start(asked, data, steps=1)
    assert any("the weights were changed since" in line for line in session.stream.log)
    until(lambda: total(session) == 8)
    assert session.status()["epoch"] == 3
    session.stop()
    assert session.wait(LONG)


def test_again_begins_anew_after_a_stop():
    asked, data, session = experiment(), arrays(), Session()
    start_and_stop_after(session, asked, data, 7)
    session.start(asked, data, "again")
    assert session.wait(LONG)
    assert_same(session, trained(asked, data))


@given(st.integers(4, 40), st.integers(0, 60), st.integers(0, 60))
def test_points_that_are_taken_back_reach_every_reader(most, before, after):
    curves = Curves(4 * most)
    reader, shown = curves.reader(), np.zeros((2, 0))

    def read():
        nonlocal shown
        for piece in reader.take():
            shown = np.concatenate([shown[:, : piece.start], [piece.xs, piece.ys]], axis=1)

    for x in range(before):
        curves.add("train", x, {"loss": -x})
    read()
    curves.add("train", before + 0.5, {"loss": 7}, whole=False)
    read()
    assert shown[:, -1].tolist() == [before + 0.5, 7]
    curves.cut("train", before)
    for x in range(before, before + after):
        curves.add("train", x, {"loss": -x})
    read()
    whole = Curves(4 * most)
    for x in range(before + after):
        whole.add("train", x, {"loss": -x})
    expected = [(p.xs.tolist(), p.ys.tolist()) for p in whole.pieces()] or [([], [])]
    assert shown.tolist() == list(expected[0])
