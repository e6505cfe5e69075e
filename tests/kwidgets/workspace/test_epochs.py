"""A history knows which epochs each of its columns has, on the way into the store and out of it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.session.stream import EpochHistory
from kwidgets.workspace.epochs import behind, by_epoch, first, told_by_curves
from kwidgets.workspace.journal import Frame
from kwidgets.workspace.records import Epochs, Points
from kwidgets.workspace.run_files import record_of

NAMES = ("loss", "val_loss", "lr")
LOGS = st.fixed_dictionaries({"loss": st.floats(0, 9)}, optional={"val_loss": st.floats(0, 9), "lr": st.floats(0, 1)})
# Values after an epoch, whether it was cut short, and whether it goes on after all.
TOLD = st.lists(st.tuples(LOGS, st.booleans(), st.booleans()), min_size=1, max_size=12)


def grown(told: list[tuple[dict[str, float], bool, bool]]) -> list[tuple[Epochs, dict[int, dict[str, float]]]]:
    """A history after each epoch, and with it what each epoch was told."""
    history, known, states = EpochHistory(), dict[int, dict[str, float]](), []
    for logs, cut, goes_on in told:
        epoch = len(history.epoch)
        history.add(epoch, logs, cut)
        known[epoch] = logs
        states.append((history.copy().recorded(), dict(known)))
        if cut and goes_on:
            history.take_back(epoch)
            del known[epoch]
    return states


@given(TOLD)
def test_each_epoch_has_the_values_that_it_was_told(told: list[Any]) -> None:
    for history, known in grown(told):
        assert by_epoch(history) == list(known.values())


@given(TOLD, st.data())
def test_the_first_epochs_are_those_of_a_history_that_ended_there(told: list[Any], data: st.DataObject) -> None:
    history, known = grown(told)[-1]
    count = data.draw(st.integers(0, len(known)))
    assert by_epoch(first(history, count)) == list(known.values())[:count]


@given(TOLD, st.data())
def test_a_journal_gives_back_what_was_written_in_parts(told: list[Any], data: st.DataObject) -> None:
    states = grown(told)
    written = [state for state, _ in states if data.draw(st.booleans())] + [states[-1][0]]
    frames, before = list[Frame](), list[int]()
    for state in written:
        start = max(min(len(before), len(state["epoch"])) - 1, 0)
        frames.append(Frame({"epochs": json.loads(json.dumps({"from": start, **behind(state, start)}))}, []))
        before = state["epoch"]
    assert record_of(frames).history == states[-1][0]


@given(TOLD)
def test_the_gaps_of_an_earlier_release_are_told_by_the_curves(told: list[Any]) -> None:
    history, known = grown(told)[-1]
    ended = [epoch + (0.5 if epoch in history.get("cut", []) else 1.0) for epoch in known]
    if history["partial"]:
        ended[-1] -= 0.5
    points = [
        Points(
            name.removeprefix("val_"), "validation" if name.startswith("val_") else "train", *curve(name, known, ended)
        )
        for name in NAMES
        if name in history["history"]
    ]
    bare = Epochs(epoch=history["epoch"], history=history["history"], partial=history["partial"])
    assert by_epoch(told_by_curves(bare, points)) == list(known.values())
    assert told_by_curves(bare, points).get("cut", []) == history.get("cut", [])


def curve(name: str, known: dict[int, dict[str, float]], ended: list[float]) -> tuple[Any, Any]:
    there = [(x, logs[name]) for x, logs in zip(ended, known.values(), strict=True) if name in logs]
    xs, ys = np.array(there, np.float32).reshape(-1, 2).T
    return xs, ys
