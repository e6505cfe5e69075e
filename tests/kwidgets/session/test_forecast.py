"""Forecasts: at once what is known, better ones later, never in the way of an edit or a training."""

from __future__ import annotations

import threading
import time
import warnings
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine._declared.registry import get_custom_objects
from engine.layers import LSTM, Dense, Layer
from engine.models import Model, Sequential
from kwidgets.messages import Forecast
from kwidgets.session import trial_run
from kwidgets.session.forecast import Forecaster
from kwidgets.session.machine_speed import Speed
from tests.benchmarks import forecast as table


def experiment(*layers: Layer, **training: Any) -> dict[str, Any]:
    model = Sequential(
        list(layers) or [Dense(20, input_shape=(30,), name="first"), Dense(1, name="last")], name="model"
    )
    return {
        "class_name": "Sequential",
        "config": model.get_config(),
        "training": {"loss": "mean_squared_error", "batch_size": 8, **training},
    }


class Heard:
    """A forecaster and what its listeners were told."""

    def __init__(self, rest: float = 0.0) -> None:
        self.forecaster = Forecaster(rest)
        self.asked: tuple[Any, ...] = ()
        self.answers: list[Forecast] = []
        self.threads: set[str] = set()
        self._more = threading.Condition()
        self.forecaster.listeners.append(self._listen)

    def _listen(self) -> None:
        with self._more:
            self.threads.add(threading.current_thread().name)
            self.answers.append(self.forecaster.ask(*self.asked))
            self._more.notify_all()

    def ask(self, *asked: Any) -> Forecast:
        self.asked = asked
        return self.forecaster.ask(*asked)

    def wait(self, basis: str = "measured", seconds: float = 60) -> Forecast:
        with self._more:
            assert self._more.wait_for(lambda: any(a["basis"] == basis for a in self.answers), seconds)
            return next(a for a in self.answers if a["basis"] == basis)


@pytest.fixture
def heard() -> Iterator[Heard]:
    made = Heard()
    yield made
    made.forecaster.close()


def test_the_first_answer_comes_at_once_and_better_ones_are_told(heard: Heard) -> None:
    assert heard.ask(experiment(), 100) == {"seconds": None, "memory": None, "samples": 100, "basis": None}
    found = heard.wait()
    assert [answer["basis"] for answer in heard.answers][:2] == ["estimated", "measured"]
    assert found["seconds"] is not None
    assert 1e-5 < found["seconds"] < 5
    assert heard.ask(experiment(), 100) == found
    assert heard.threads == {"forecast"}


def test_time_and_data_grow_with_the_samples(heard: Heard) -> None:
    heard.ask(experiment(), 100)
    few = heard.wait()
    many = heard.ask(experiment(), 10_000)
    assert many["seconds"] == pytest.approx(100 * (few["seconds"] or 0))
    assert (many["memory"] or 0) - (few["memory"] or 0) == pytest.approx(9_900 * (30 + 1) * 4, abs=2)
    unknown = heard.ask(experiment(), None)
    assert unknown["seconds"] is None
    assert (unknown["memory"] or 0) < (few["memory"] or 0)


def test_memory_is_weights_gradients_accumulators_and_buffers(heard: Heard) -> None:
    heard.ask(experiment(Dense(1000, input_shape=(1000,))), None)
    weights = 4 * (1000 * 1000 + 1000)
    assert heard.wait()["memory"] == pytest.approx(4 * weights, rel=0.15)


def test_epochs_seed_and_layout_are_no_other_model(heard: Heard) -> None:
    heard.ask(experiment(), 100)
    found = heard.wait()
    assert heard.ask({**experiment(epochs=99, seed=5), "layout": {"dense_1@0": [0, 1]}}, 100)["basis"] == found["basis"]
    assert heard.ask(experiment(batch_size=16), 100)["basis"] is None
    assert heard.ask(experiment(optimizer="sgd"), 100)["basis"] is None


def test_nothing_is_tried_before_the_edits_have_rested() -> None:
    made = Heard(rest=0.5)
    first, second = (experiment(Dense(units, input_shape=(5,))) for units in (3, 4))
    made.ask(first, 10)
    time.sleep(0.2)
    made.ask(second, 10)
    made.wait()
    made.forecaster.close()
    assert made.forecaster.ask(first, 10)["basis"] is None


def test_a_new_edit_drops_the_trial_that_is_on(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, go = threading.Event(), threading.Event()
    real = trial_run.random_data

    def held(*args: Any) -> Any:
        entered.set()
        go.wait(10)
        return real(*args)

    heard.ask(experiment(), 10)
    heard.wait()
    monkeypatch.setattr(trial_run, "random_data", held)
    first, second = (experiment(Dense(units, input_shape=(5,))) for units in (7, 8))
    heard.ask(first, 10)
    assert entered.wait(10)
    heard.answers.clear()
    heard.ask(second, 10)
    go.set()
    heard.wait()
    assert heard.forecaster.ask(first, 10)["basis"] == "estimated"


def test_nothing_is_tried_while_a_training_runs(heard: Heard) -> None:
    heard.forecaster.pause()
    heard.ask(experiment(), 10)
    time.sleep(0.3)
    assert heard.answers == []
    heard.forecaster.resume()
    heard.wait()


def test_a_trial_that_a_training_interrupts_begins_anew_afterwards(
    heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard.ask(experiment(), 10)
    heard.wait()
    real, seen = trial_run.fill_weights, []

    def paused_meanwhile(*args: Any) -> None:
        seen.append(args)
        if len(seen) == 1:
            heard.forecaster.pause()
        real(*args)

    monkeypatch.setattr(trial_run, "fill_weights", paused_meanwhile)
    heard.answers.clear()
    heard.ask(experiment(Dense(9, input_shape=(5,))), 10)
    heard.wait("estimated")
    time.sleep(0.3)
    assert len(seen) == 1
    assert all(answer["basis"] == "estimated" for answer in heard.answers)
    heard.forecaster.resume()
    heard.wait()


def test_what_cannot_be_built_or_trained_is_unknown_and_stops_nothing(heard: Heard) -> None:
    class Raising(Layer):
        def call(self, inputs: Any) -> Any:
            raise RuntimeError("not today")

    unfinished = {"class_name": "Sequential", "config": {"name": "m", "layers": []}}
    heard.ask(unfinished, 10)
    time.sleep(0.3)
    get_custom_objects()["Raising"] = Raising
    try:
        broken = {**experiment(), "config": {"name": "m", "layers": [{"class_name": "Raising", "config": {}}]}}
        heard.ask(broken, 10)
        time.sleep(0.3)
    finally:
        del get_custom_objects()["Raising"]
    assert heard.answers == []
    heard.ask(experiment(), 10)
    heard.wait()


def test_free_sizes_need_the_lengths_of_the_data(heard: Heard) -> None:
    free = experiment(LSTM(3, input_shape=(None, 2), name="lstm"))
    heard.ask(free, 10)
    time.sleep(0.5)
    assert heard.answers == []
    heard.ask(free, 10, {"lstm_input": (10, 6, 2)})
    heard.wait()


def test_large_models_are_only_estimated(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_run, "_MOST_WEIGHTS", 100)
    heard.ask(experiment(), 10)
    heard.wait("estimated")
    time.sleep(0.3)
    assert [answer["basis"] for answer in heard.answers] == ["estimated"]


@pytest.mark.parametrize("step", [1e-4, 1e-9])
def test_long_steps_are_tried_on_part_of_a_batch(heard: Heard, monkeypatch: pytest.MonkeyPatch, step: float) -> None:
    wide = experiment(Dense(600, input_shape=(600,)), batch_size=512)
    heard.ask(wide, 1000)
    whole = heard.wait()
    monkeypatch.setattr(trial_run, "_STEP", step)
    other = Heard()
    other.ask(wide, 1000)
    part = other.wait()
    other.forecaster.close()
    assert part["memory"] == pytest.approx(whole["memory"], rel=0.3)
    assert (part["seconds"] or 0) > 0


@pytest.mark.parametrize(("held_out", "share"), [(0.0, 1.0), (0.3, 0.8)])
def test_part_of_a_batch_is_drawn_out_along_a_straight_line(
    monkeypatch: pytest.MonkeyPatch, held_out: float, share: float
) -> None:
    clock = [0.0]

    def train(model: Model, x: dict[str, Any], y: Any) -> None:
        clock[0] += 0.05 + 0.001 * len(next(iter(x.values())))

    monkeypatch.setattr(trial_run, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    monkeypatch.setattr(Model, "train_on_batch", train)
    # So slow that by estimate only part of a batch of 128 takes less than a tenth of a second.
    slow = Speed(products=4e4, convolutions=1, depthwise=1, recurrent=1, moving=1e9)
    found: list[trial_run.Figures] = []
    asked = experiment(Dense(1, input_shape=(10,)), batch_size=128, validation_split=held_out)
    trial_run.figures_of(asked, None, lambda: slow, lambda: False, found.append)
    assert [figures.basis for figures in found] == ["estimated", "measured"]
    assert found[1].seconds == pytest.approx(share * (0.05 + 0.128) / 128)


def test_the_notebooks_random_numbers_and_warnings_are_left_alone(heard: Heard) -> None:
    asked = experiment(Dense(9, input_shape=(5,)), metrics=["accuracy"])
    np.random.seed(4)
    before = np.random.get_state()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        heard.ask(asked, 10)
        heard.wait()
    after = np.random.get_state()
    assert (after[1] == before[1]).all()
    assert after[2] == before[2]
    assert warned == []


def test_a_closed_forecaster_ends_its_thread(heard: Heard) -> None:
    heard.ask(experiment(), 10)
    heard.wait()
    thread = heard.forecaster._thread
    heard.forecaster.close()
    assert thread is not None
    thread.join(10)
    assert not thread.is_alive()
    assert heard.ask(experiment(), 10)["basis"] == "measured"
    assert heard.ask(experiment(batch_size=4), 10)["basis"] is None


def test_memory_is_near_the_growth_of_a_real_training(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "forecast.md"
    table.run(Namespace(models="autoencoder", out=out))
    row = next(line for line in out.read_text().splitlines() if line.startswith("| autoencoder"))
    assert row in capsys.readouterr().out
    error = float(row.split("|")[7].strip().removesuffix(" %"))
    assert abs(error) <= 30


def test_there_are_ten_small_models_to_compare_and_two_large_ones() -> None:
    assert len(table.MODELS) == 12
    assert all(table.experiment_of(name)["config"]["layers"] for name in table.MODELS)
