"""Sweeps: runs on workers come home into the table of runs, and one or all can be stopped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.search import grid, train_point
from kwidgets.sweep import Sweep, as_workers, search_with
from kwidgets.workspace.run_store import store
from tests.engine.test_search import ARRAYS, EXPERIMENT


def test_runs_come_home_with_curves_weights_and_settings() -> None:
    with ThreadPoolExecutor(2) as pool:
        sweep = Sweep(EXPERIMENT, ARRAYS, grid(learning_rate=[0.1, 0.001]), on=pool)
        assert sweep.wait(60)
    values = sweep.values()
    assert None not in values and values[0] != values[1]
    expected = train_point(sweep.sessions[0].experiment or EXPERIMENT, ARRAYS)
    kept = [store().history(session.run_id or "")["epoch"] for session in sweep.sessions]
    assert kept == [[0, 1, 2], [0, 1, 2]]
    np.testing.assert_array_equal(sweep.sessions[0].model.get_weights()[0].shape, expected["weights"][0].shape)


def test_folds_make_a_run_each() -> None:
    sweep = Sweep(EXPERIMENT, ARRAYS, folds=4)
    assert sweep.wait(60)
    assert len(sweep.values()) == 4 and None not in sweep.values()


def test_a_stop_reaches_those_that_wait_and_those_that_train() -> None:
    endless = {**EXPERIMENT, "training": {**EXPERIMENT["training"], "epochs": 10**6}}
    sweep = Sweep(endless, ARRAYS, [{}, {}])
    assert not sweep.wait(0.5)
    sweep.stop()
    assert sweep.wait(60)
    assert [session.status()["state"] for session in sweep.sessions] == ["stopped", "stopped"]


def test_a_study_chooses_the_points() -> None:
    class Study:
        """As optuna's: asked for trials, told of their ends."""

        def __init__(self) -> None:
            self.rates, self.told = [0.1, 0.01, 0.001], list[tuple[float, float]]()

        def ask(self) -> float:
            return self.rates.pop()

        def tell(self, trial: float, value: float) -> None:
            self.told.append((trial, value))

    study, sweep = Study(), Sweep(EXPERIMENT, ARRAYS, [])
    search_with(study, lambda rate: {"learning_rate": rate}, sweep, 3)
    assert [rate for rate, _ in study.told] == [0.001, 0.01, 0.1]
    assert all(np.isfinite(value) for _, value in study.told)


def test_workers_of_ipyparallel_and_dask_are_known_by_what_they_have() -> None:
    class Submits:
        def submit(self, function: object, /, *arguments: object) -> None: ...

    class View:
        executor = Submits()

    class Client:
        def load_balanced_view(self) -> View:
            return View()

    dask = Submits()
    assert as_workers(Client()) is View.executor
    assert as_workers(View()) is View.executor
    assert as_workers(dask) is dask
    assert isinstance(as_workers(ThreadPoolExecutor(1)), ThreadPoolExecutor)
