"""Forecasts: at once what is known, better ones later, never in the way of an edit or a training."""

from __future__ import annotations

import threading
import warnings
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import numpy as np
import pytest

from engine.layers import LSTM, Dense, Layer
from engine.utils import custom_object_scope
from kwidgets.messages import Forecast
from kwidgets.session.forecast import Forecaster
from kwidgets.session.trial_run import figures_of
from tests.benchmarks import forecast as table

from ..wire import LONG
from .experiments import experiment


class Trials:
    """Tries models as a forecaster does by itself, and notes which. meanwhile: done in each trial before it begins."""

    def __init__(self, meanwhile: Callable[[int], None] = lambda count: None) -> None:
        self.tried: list[Any] = []
        self.ended: Queue[Any] = Queue()
        self._meanwhile = meanwhile

    def __call__(self, experiment: Any, *rest: Any) -> None:
        self.tried.append(experiment)
        self._meanwhile(len(self.tried))
        try:
            figures_of(experiment, *rest)
        finally:
            self.ended.put(experiment)


class Heard:
    """A forecaster and what its listeners were told."""

    def __init__(self, rest: float = 0.0, **others: Any) -> None:
        self.forecaster = Forecaster(rest, **others)
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

    def wait(self, basis: str = "measured", seconds: float = LONG) -> Forecast:
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


def test_memory_is_weights_gradients_slots_and_buffers(heard: Heard) -> None:
    heard.ask(experiment(Dense(1000, input_shape=(1000,))), None)
    weights = 4 * (1000 * 1000 + 1000)
    assert heard.wait()["memory"] == pytest.approx(4 * weights, rel=0.15)


def test_epochs_seed_and_layout_are_no_other_model(heard: Heard) -> None:
    heard.ask(experiment(), 100)
    found = heard.wait()
    assert heard.ask({**experiment(epochs=99, seed=5), "layout": {"dense_1@0": [0, 1]}}, 100)["basis"] == found["basis"]
    assert heard.ask(experiment(batch_size=16), 100)["basis"] is None
    assert heard.ask(experiment(optimizer="sgd"), 100)["basis"] is None


def models(*units: int) -> list[dict[str, Any]]:
    return [experiment(Dense(count, input_shape=(5,))) for count in units]


def test_nothing_is_tried_before_the_edits_have_rested() -> None:
    now, trials = [0.0], Trials()
    made = Heard(rest=0.05, trial=trials, clock=lambda: now[0])
    first, second = models(3, 4)
    made.ask(first, 10)
    now[0] = 0.03
    made.ask(second, 10)
    now[0] = 1.0
    made.wait()
    made.forecaster.close()
    assert trials.tried == [second]


def test_a_new_edit_drops_the_trial_that_is_on() -> None:
    entered, go = threading.Event(), threading.Event()

    def held(count: int) -> None:
        entered.set()
        go.wait(LONG)

    made = Heard(trial=Trials(held))
    first, second = models(7, 8)
    made.ask(first, 10)
    assert entered.wait(LONG)
    made.ask(second, 10)
    go.set()
    made.wait()
    made.forecaster.close()
    assert made.forecaster.ask(first, 10)["basis"] is None


def test_nothing_is_tried_while_a_training_runs() -> None:
    trials = Trials()
    made = Heard(trial=trials)
    first, second = models(3, 4)
    made.forecaster.pause()
    made.ask(first, 10)
    made.ask(second, 10)
    made.forecaster.resume()
    made.wait()
    made.forecaster.close()
    assert trials.tried == [second]


def test_a_trial_that_a_training_interrupts_begins_anew_afterwards() -> None:
    def paused_at_first(count: int) -> None:
        if count == 1:
            made.forecaster.pause()

    trials = Trials(paused_at_first)
    made = Heard(trial=trials)
    (asked,) = models(9)
    made.ask(asked, 10)
    assert trials.ended.get(timeout=LONG) == asked
    assert made.answers == []
    made.forecaster.resume()
    made.wait()
    made.forecaster.close()
    assert trials.tried == [asked, asked]


def test_what_cannot_be_built_or_trained_is_unknown_and_stops_nothing() -> None:
    class Raising(Layer):
        def call(self, inputs: Any) -> Any:
            raise RuntimeError("not today")

    trials = Trials()
    made = Heard(trial=trials)
    unfinished = {"class_name": "Sequential", "config": {"name": "m", "layers": []}}
    broken = {**experiment(), "config": {"name": "m", "layers": [{"class_name": "Raising", "config": {}}]}}
    with custom_object_scope({"Raising": Raising}):
        for wrong in (unfinished, broken):
            made.ask(wrong, 10)
            assert trials.ended.get(timeout=LONG) == wrong
    assert made.answers == []
    made.ask(experiment(), 10)
    made.wait()
    made.forecaster.close()


def test_free_sizes_need_the_lengths_of_the_data() -> None:
    trials = Trials()
    made = Heard(trial=trials)
    free = experiment(LSTM(3, input_shape=(None, 2), name="lstm"))
    made.ask(free, 10)
    trials.ended.get(timeout=LONG)
    assert made.answers == []
    made.ask(free, 10, {"lstm_input": (10, 6, 2)})
    made.wait()
    made.forecaster.close()


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


def test_a_closed_forecaster_ends_its_thread() -> None:
    before = set(threading.enumerate())
    made = Heard()
    made.ask(experiment(), 10)
    made.wait()
    (thread,) = (one for one in threading.enumerate() if one not in before and one.name == "forecast")
    made.forecaster.close()
    thread.join(LONG)
    assert not thread.is_alive()
    assert made.ask(experiment(), 10)["basis"] == "measured"
    assert made.ask(experiment(batch_size=4), 10)["basis"] is None


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
