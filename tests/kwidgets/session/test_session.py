import threading

import numpy as np
import pytest

from engine._training.data import Batch
from engine._training.loop import Training, run_training
from engine.layers import Dense
from engine.optimizers import SGD
from engine.utils import custom_object_scope
from kwidgets.document import Refused
from kwidgets.session.session import Session
from tests.kwidgets.wire import LONG


class Counted:
    """Batches without data: `steps` an epoch."""

    def __init__(self, steps):
        self.steps, self.samples, self.batch_size = steps, steps * 4, 4

    def epoch(self, epoch, first=0):
        for _ in range(first, self.steps):
            yield Batch([], 4)


def loop(step, epochs=3, steps=5):
    """Work for a session: the engine's loop around `step`."""

    def work(control, listeners, callbacks):
        rates = []
        run_training(
            Training(
                lambda batch: [step()], Counted(steps), ["loss"], epochs, control=control, listeners=listeners,
                set_learning_rate=rates.append,
            )
        )  # fmt: skip
        return rates

    return work


class Turns:
    """A step that waits until the test lets it go on: no sleeping, no luck."""

    def __init__(self):
        self._go, self.arrived, self.count = threading.Semaphore(0), threading.Semaphore(0), 0

    def __call__(self):
        self.arrived.release()
        assert self._go.acquire(timeout=LONG)
        self.count += 1
        return 1.0

    def let(self, count):
        for _ in range(count):
            self._go.release()


@pytest.fixture
def session():
    return Session(store=None)


@pytest.fixture
def turns():
    return Turns()


def test_a_run_goes_from_idle_to_finished_and_says_so(session):
    states = []
    session.listeners.append(lambda what: states.append(session.state) if what == "state" else None)
    assert session.state == "idle"
    session.launch(loop(lambda: 1.0))
    assert session.wait(LONG)
    assert session.state == "finished" and states == ["running", "finished"]
    assert session.history.epoch == [0, 1, 2] and not session.history.partial


def test_a_stop_ends_after_the_current_batch_with_a_partial_epoch(session, turns):
    session.launch(loop(turns))
    turns.let(2)
    for _ in range(3):
        assert turns.arrived.acquire(timeout=LONG)
    session.stop()
    assert session.state == "stopping"
    session.stop()
    turns.let(1)
    assert session.wait(LONG)
    assert session.state == "stopped" and turns.count == 3
    assert session.history.epoch == [0] and session.history.partial


def test_a_paused_run_waits_steps_and_goes_on(session, turns):
    turns.let(100)
    session.launch(loop(turns), steps=1)
    assert session.state == "paused"
    assert turns.arrived.acquire(timeout=LONG)
    assert not turns.arrived.acquire(timeout=0.2)
    session.step()
    assert turns.arrived.acquire(timeout=LONG)
    assert not turns.arrived.acquire(timeout=0.2)
    assert turns.count == 2
    session.resume()
    assert session.wait(LONG)
    assert session.state == "finished" and turns.count == 15


def test_a_paused_run_can_be_stopped(session, turns):
    turns.let(100)
    session.launch(loop(turns), steps=1)
    assert turns.arrived.acquire(timeout=LONG)
    session.stop()
    assert session.wait(LONG)
    assert session.state == "stopped" and turns.count == 1


def test_a_second_start_is_refused_in_words(session, turns):
    session.launch(loop(turns))
    with pytest.raises(Refused, match="going on already"):
        session.launch(loop(turns))
    session.stop()
    turns.let(1)
    assert session.wait(LONG)


@pytest.mark.parametrize("button", ["pause", "resume", "step", "stop"])
def test_buttons_without_a_run_are_refused_in_words(session, button):
    with pytest.raises(Refused) as refused:
        getattr(session, button)()
    assert refused.value.hint == "Press Train."


def test_an_error_ends_in_failed_with_its_text_and_is_not_lost(session):
    def step():
        raise MemoryError("no room")

    session.launch(loop(step))
    assert session.wait(LONG)
    status = session.status()
    assert session.state == "failed" and isinstance(session.error, MemoryError)
    assert status["error"] == status["message"] == "MemoryError: no room"
    assert any("Traceback" in line for line in session.stream.log)
    session.launch(loop(lambda: 1.0))
    assert session.wait(LONG) and session.state == "finished" and session.status()["error"] is None


def test_even_an_exit_in_the_thread_is_kept(session):
    def step():
        raise SystemExit(3)

    session.launch(loop(step))
    assert session.wait(LONG) and session.state == "failed"


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "0.1", None, True])
def test_a_learning_rate_that_is_none_is_refused(session, turns, value):
    with pytest.raises(Refused) as refused:
        session.learning_rate = value
    assert refused.value.field == "learning_rate"


def test_a_learning_rate_reaches_the_loop_while_it_runs(session, turns):
    seen = []

    def work(control, listeners, callbacks):
        seen.extend(loop(turns)(control, listeners, callbacks))

    session.launch(work)
    assert turns.arrived.acquire(timeout=LONG)
    session.learning_rate = 0.25
    turns.let(100)
    assert session.wait(LONG) and seen == [0.25]


@pytest.mark.filterwarnings("ignore:The loss is")
def test_the_status_is_plain_in_every_state(session):
    import json

    json.dumps(session.status(), allow_nan=False)
    session.launch(loop(lambda: float("nan")))
    assert session.wait(LONG)
    json.dumps(session.status(), allow_nan=False)
    assert session.status()["id"] == "run-1"


def test_what_listeners_do_wrong_does_not_reach_the_numbers(session):
    session.launch(loop(lambda: 2.0))
    assert session.wait(LONG)
    assert np.allclose(session.history.history["loss"], 2.0)


def test_a_start_builds_and_compiles_the_model_once(session):
    built = []

    class Counted(Dense):
        def build(self, input_shape):
            built.append(self.name)
            super().build(input_shape)

    class Compiled(SGD):
        def __init__(self, **settings):
            built.append("optimizer")
            super().__init__(**settings)

    x = np.zeros((8, 3), "float32")
    layer = {"class_name": "Counted", "config": {"name": "counted", "units": 1, "batch_input_shape": [None, 3]}}
    experiment = {
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [layer]},
        "data": {"inputs": {"counted_input": "x"}, "targets": {"counted": "y"}},
        "training": {"optimizer": {"class_name": "Compiled", "config": {}}, "epochs": 1, "seed": 1},
    }

    with custom_object_scope({"Counted": Counted, "Compiled": Compiled}):
        session.start(experiment, {"x": x, "y": x[:, :1]})
        assert session.wait(LONG)

    assert session.state == "finished"
    assert sorted(built) == ["counted", "optimizer"]
