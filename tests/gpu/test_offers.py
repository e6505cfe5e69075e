"""A session whose card has no memory for a batch: what it offers, and how it goes on."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest

import engine
from engine._machine import devices
from kwidgets.document.device_choice import device_choice
from kwidgets.refused import Refused
from kwidgets.session.session import Session

from .using import machine_of, stand_in

WIDE, SAMPLES, LONG = 1000, 20_000, 300


@pytest.fixture
def cupy() -> Generator[Any]:
    with stand_in() as module:
        yield module


def _experiment(batch_size: int, epochs: int) -> dict[str, Any]:
    layers = [
        {"class_name": "Dense", "config": {"units": WIDE, "batch_input_shape": [None, 10], "name": "a"}},
        {"class_name": "Dense", "config": {"units": 1, "name": "b"}},
    ]
    training = {"epochs": epochs, "batch_size": batch_size, "device": "gpu:0", "seed": 1}
    data = {"inputs": {"a": "x"}, "targets": {"b": "y"}}
    return {"class_name": "Sequential", "config": layers, "training": training, "data": data}


ARRAYS = {"x": np.full((SAMPLES, 10), 0.01, "float32"), "y": np.ones((SAMPLES, 1), "float32")}


def test_a_run_without_memory_offers_the_batch_that_fits_and_goes_on_with_it(cupy: Any) -> None:
    machine_of(cupy).memory = 80 << 20
    session = Session(store=None)
    told: list[int] = []
    session.on_batch_size = told.append
    session.start(_experiment(SAMPLES, 2), ARRAYS)
    assert session.wait(LONG)
    status = session.status()
    fitting = status["fitting"]
    assert status["state"] == "failed"
    assert fitting is not None
    assert 3000 < fitting < SAMPLES
    session.go_on_smaller()
    assert session.wait(LONG)
    status = session.status()
    assert (status["state"], status["fitting"], status["error"], status["epoch"]) == ("finished", None, None, 2)
    assert told == [fitting]
    assert session.history.epoch == [0, 1]
    with pytest.raises(Refused, match="No batch was too large"):
        session.go_on_smaller()


def test_a_run_that_went_on_keeps_its_weights_and_counts_on(cupy: Any) -> None:
    machine_of(cupy).memory = 80 << 20
    session = Session(store=None)
    session.start(_experiment(1000, 1), ARRAYS)
    assert session.wait(LONG)
    before = session.weights()
    session.start(_experiment(SAMPLES, 3), ARRAYS, mode="continue")
    assert session.wait(LONG)
    assert session.status()["state"] == "failed"
    for one, other in zip(session.weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    session.go_on_smaller()
    assert session.wait(LONG)
    assert session.status()["state"] == "finished"
    assert session.history.epoch == [0, 1, 2]


def test_the_choice_of_devices_shows_free_memory(cupy: Any) -> None:
    machine_of(cupy).memory = 8_000_000_000
    choice = device_choice()
    assert choice["options"] == ["auto", "cpu", "gpu:0", "gpu:1"]
    assert choice["labels"]["gpu:1"] == "gpu:1: Stand-in card, 8.0 GB of 8.0 GB free"
    engine.use("gpu:0")
    held = devices.named("gpu:0").array(np.zeros(1_000_000_000, "uint8"))
    assert device_choice()["labels"]["gpu:0"] == "gpu:0: Stand-in card, 7.0 GB of 8.0 GB free"
    del held


def test_a_card_that_has_gone_away_is_shown_as_such(cupy: Any) -> None:
    assert "gpu:0" in device_choice()["labels"]
    machine_of(cupy).count_error = 999, "cudaErrorUnknown: unknown error"
    assert device_choice() == {"options": ["auto", "cpu"], "labels": {}}


def test_without_cards_there_is_the_processor() -> None:
    assert device_choice()["options"][:2] == ["auto", "cpu"]
