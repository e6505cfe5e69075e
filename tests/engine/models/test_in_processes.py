"""`fit(processes=2)`: other processes train, callbacks and listeners are here, and the numbers are those of one process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import layers
from engine._machine.random import seeded
from engine.callbacks import Callback, EarlyStopping, LearningRateScheduler
from engine.distributed import Cluster
from engine.errors import EngineError, TrainingError
from engine.events import BatchBegin, BatchEnd, EpochBegin, EpochEnd, Event, TrainBegin, TrainEnd
from engine.experiment import Control, run_experiment, write_experiment
from engine.models import Sequential, load_model
from engine.optimizers import SGD, Adam

ROOT = Path(__file__).parents[3]
X = np.random.default_rng(1).normal(size=(101, 4)).astype("float32")
Y = (X[:, 0] > 0).astype("float32")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Two processes, for all tests of this file."""
    with Cluster(2, oversubscribe=True) as two:
        yield two


def model_of(seed: int = 1, optimizer: object = None) -> Sequential:
    """A small model with first weights by a seed."""
    with seeded(seed):
        model = Sequential([layers.Dense(6, activation="tanh", input_dim=4), layers.Dense(1, activation="sigmoid")])
        model.compile(optimizer or Adam(0.01), "binary_crossentropy", metrics=["accuracy"])  # type: ignore[arg-type]
        model.build()
    return model


def test_history_weights_and_slots_are_those_of_one_process(cluster: Cluster) -> None:
    alone, shared = model_of(), model_of()
    told: dict[str, object] = {"epochs": 4, "batch_size": 20, "validation_split": 0.2, "verbose": 0}
    with seeded(3):
        expected = alone.fit(X, Y, class_weight={0: 1.0, 1: 2.0}, **told)  # type: ignore[arg-type]
    with seeded(3):
        history = shared.fit(X, Y, class_weight={0: 1.0, 1: 2.0}, processes=cluster, **told)  # type: ignore[arg-type]
    assert history.history.keys() == expected.history.keys()
    for name, values in expected.history.items():
        np.testing.assert_allclose(history.history[name], values, atol=1e-5)
    for one, other in zip(shared.get_weights(), alone.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    for one, other in zip(shared.optimizer.get_weights(), alone.optimizer.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_listeners_hear_what_they_hear_of_one_process(cluster: Cluster) -> None:
    heard: list[Event] = []
    model_of().fit(X, Y, epochs=2, batch_size=20, verbose=0, processes=cluster, listeners=[heard.append])
    kinds = [
        type(event) for event in heard if isinstance(event, (TrainBegin, EpochBegin, BatchEnd, EpochEnd, TrainEnd))
    ]
    epoch = [EpochBegin, *[BatchEnd] * 6, EpochEnd]
    assert kinds == [TrainBegin, *epoch, *epoch, TrainEnd]
    assert sum(isinstance(event, BatchBegin) for event in heard) == 12
    assert heard[-1] == TrainEnd("finished")


def test_callbacks_see_the_weights_of_their_epoch_and_set_the_rate_of_the_next(cluster: Cluster) -> None:
    seen: list[np.ndarray] = []

    class Keeps(Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            seen.append(self.model.get_weights()[0])

    model = model_of(optimizer=SGD(0.5))
    rates = LearningRateScheduler(lambda epoch: 0.5 if epoch == 0 else 0.0)
    model.fit(X, Y, epochs=3, verbose=0, processes=cluster, callbacks=[Keeps(), rates])
    first = model_of().get_weights()[0]
    assert not np.allclose(seen[0], first)
    np.testing.assert_array_equal(seen[0], seen[2])
    np.testing.assert_array_equal(model.get_weights()[0], seen[2])


def test_a_callback_ends_the_training_with_the_best_weights(cluster: Cluster) -> None:
    model = model_of(optimizer=SGD(0.0))
    stopping = EarlyStopping(monitor="loss", patience=1, restore_best_weights=True)
    history = model.fit(X, Y, epochs=50, shuffle=False, verbose=0, processes=cluster, callbacks=[stopping])
    assert len(history.epoch) == 2


def test_a_control_stops_them_and_they_go_on_where_they_were(cluster: Cluster) -> None:
    whole, cut = model_of(optimizer=SGD(0.1)), model_of(optimizer=SGD(0.1))
    with seeded(3):
        whole.fit(X, Y, epochs=4, batch_size=20, verbose=0, processes=cluster)
    control = Control()

    def stop(event: Event) -> None:
        if isinstance(event, EpochEnd) and event.epoch == 1:
            control.stop()

    with seeded(3):
        cut.fit(X, Y, epochs=4, batch_size=20, verbose=0, processes=cluster, control=control, listeners=[stop])
    assert cut.stopped and control.snapshot is not None
    further = Control()
    further.begin_at = control.snapshot()
    further.begin_at["ended"] = False
    cut.fit(X, Y, epochs=4, batch_size=20, verbose=0, processes=cluster, control=further)
    for one, other in zip(cut.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_local_sgd_trains_all_processes_to_one_mean(cluster: Cluster) -> None:
    model = model_of(optimizer=SGD(0.3))
    history = model.fit(X, Y, epochs=10, batch_size=20, verbose=0, processes=cluster, average_every=4)
    assert history.history["loss"][-1] < 0.8 * history.history["loss"][0]


def test_an_exception_of_a_callback_comes_here_and_the_next_training_has_processes(cluster: Cluster) -> None:
    class Fails(Callback):
        def on_epoch_end(self, epoch: int, logs: object = None) -> None:
            raise RuntimeError("a fault of the callback")

    with pytest.raises(RuntimeError, match="a fault of the callback"):
        model_of().fit(X, Y, epochs=2, verbose=0, processes=cluster, callbacks=[Fails()])
    assert len(model_of().fit(X, Y, epochs=2, verbose=0, processes=cluster).epoch) == 2


def test_code_of_ones_own_is_never_sent(cluster: Cluster) -> None:
    def own(y_true: object, y_pred: object) -> object:
        return (y_true - y_pred) ** 2  # type: ignore[operator]

    model = Sequential([layers.Dense(1, input_dim=4)])
    model.compile("sgd", own)  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="own"):
        model.fit(X, Y, verbose=0, processes=cluster)


def test_a_generator_cannot_be_divided(cluster: Cluster) -> None:
    with pytest.raises(TrainingError, match="expected arrays, of which each process can take its rows"):
        model_of().fit(((X, Y) for _ in range(5)), steps_per_epoch=2, verbose=0, processes=cluster)


def test_the_command_line_trains_in_two_processes_and_goes_on_in_one(tmp_path: Path) -> None:
    layer = {"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 4], "name": "d"}}
    experiment = {"class_name": "Sequential", "config": [layer], "data": {"inputs": {"d": "x"}, "targets": {"d": "y"}}}
    experiment["training"] = {"epochs": 3, "seed": 1, "optimizer": "sgd", "validation_split": 0.2}
    (tmp_path / "e.yaml").write_text(write_experiment(experiment), "utf-8")
    np.savez(tmp_path / "d.npz", x=X, y=Y)
    _run(tmp_path, "--processes", "2", "--oversubscribe", "--keep", "kept")
    expected = run_experiment(experiment, {"x": X, "y": Y})
    record = json.loads((tmp_path / "kept" / "history.json").read_text("utf-8"))
    np.testing.assert_allclose(record["history"]["val_loss"], expected.history["val_loss"], atol=1e-5)
    _run(tmp_path, "--keep", "kept", "--resume", "--epochs", "5")
    further = run_experiment({**experiment, "training": {**experiment["training"], "epochs": 5}}, {"x": X, "y": Y})
    model = load_model(tmp_path / "kept" / "checkpoint.h5")
    np.testing.assert_allclose(model.get_weights()[0], further.model.get_weights()[0], atol=1e-5)  # type: ignore[union-attr]


def _run(folder: Path, *options: str) -> None:
    program = [sys.executable, "-m", "engine", "train", "e.yaml", "--data", "d.npz", "--quiet", *options]
    done = subprocess.run(
        program, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
