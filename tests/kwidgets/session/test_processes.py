"""A session whose experiment asks for two processes trains like any other, and tells how each fares."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest

from kwidgets.session.session import Session
from kwidgets.workspace.run_store import store

from .experiments import experiment

RNG = np.random.default_rng(0)
ARRAYS = {"x": RNG.normal(size=(64, 30)).astype("float32"), "y": RNG.normal(size=(64, 1)).astype("float32")}
DATA = {"inputs": {"first_input": "x"}, "targets": {"last": "y"}}
LONG = 120.0


@pytest.fixture(autouse=True)
def _one_core_is_enough(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ENGINE_OVERSUBSCRIBE", "1")
    return None


def test_it_comes_to_the_numbers_of_one_process_and_is_kept() -> None:
    ends: list[list[np.ndarray]] = []
    for processes in (1, 2):
        session = Session()
        session.start({**experiment(epochs=3, seed=1, processes=processes), "data": DATA}, ARRAYS)
        assert session.wait(LONG)
        assert session.status()["state"] == "finished", session.status()["message"]
        assert session.model is not None
        ends.append(session.model.get_weights())
        assert session.run_id is not None and store().history(session.run_id)["epoch"] == [0, 1, 2]
    for one, other in zip(*ends, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_it_tells_how_each_fares_and_stops_and_goes_on() -> None:
    session = Session()
    session.start({**experiment(epochs=10**6, seed=1, processes=2), "data": DATA}, ARRAYS)
    until = time.monotonic() + LONG
    while len(session.status()["ranks"]) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert [one["rank"] for one in session.status()["ranks"]] == [0, 1]
    session.stop()
    assert session.wait(LONG)
    assert session.status()["state"] == "stopped", session.status()["message"]
    done = session.status()["epoch"]
    session.start({**experiment(epochs=10**6, seed=1, processes=2), "data": DATA}, ARRAYS, "continue", steps=3)
    while session.status()["epoch"] < done and time.monotonic() < until:
        time.sleep(0.05)
    session.stop()
    assert session.wait(LONG)
