import numpy as np
import pytest

from engine.events import BatchEnd, EpochBegin, EpochEnd, TrainBegin
from kwidgets.document import Refused
from kwidgets.session.stream import Stream
from kwidgets.widgets.dashboard_view import RUN, DashboardView

from ..wire import LONG, Wire


class Run:
    """A run that only notes what it is told."""

    run_id = "run-1"

    def __init__(self):
        self.stream = Stream()
        self.told = []
        self.learning_rate = 0.1

    def status(self):
        return {"id": "run-1", "state": "running", **self.stream.status()}

    def set_learning_rate(self, value):
        self.learning_rate = value

    def pause(self):
        self.told.append("pause")

    def resume(self):
        self.told.append("resume")

    def step(self):
        self.told.append("step")

    def runs(self):
        return []

    def run_points(self, name):
        return self.stream.curves.pieces()

    def stop_best(self):
        self.told.append("stop_best")

    def restart_lower(self):
        self.told.append("restart_lower")

    def go_on_smaller(self):
        self.told.append("go_on_smaller")

    def stop(self):
        raise Refused("No training is going on.")


@pytest.fixture
def run():
    run = Run()
    run.stream(TrainBegin(2, 2, 16, ("loss",)))
    run.stream(EpochBegin(0))
    return run


def feed(run, *losses):
    for batch, loss in enumerate(losses):
        run.stream(BatchEnd(0, batch, 8, {"loss": loss}))


def test_points_travel_as_two_buffers_of_float32_for_each_series(run):
    view = DashboardView(run)
    wire = Wire(view)
    feed(run, 3.0, 2.0)
    view.changed(RUN)
    assert view.settled(LONG)
    content, buffers = wire.sent[-1]
    assert content == {
        "kind": "points", "run": "run-1", "series": [{"name": "loss", "phase": "batch", "start": 0, "count": 2}],
    }  # fmt: skip
    assert np.frombuffer(buffers[0], "float32").tolist() == [0.5, 1.0]
    assert np.frombuffer(buffers[1], "float32").tolist() == [3.0, 2.0]
    assert view.run["batch"] == 2


def test_a_page_that_asks_for_points_gets_all_of_them_and_later_ones_follow(run):
    view = DashboardView(run)
    wire = Wire(view)
    feed(run, 3.0, 2.0)
    view.changed(RUN)
    content, buffers = wire.say_for_bytes("points")
    assert content["series"][0]["start"] == 0 and content["series"][0]["count"] == 2 and len(buffers) == 2
    run.stream(EpochEnd(0, {"loss": 2.5}, 1.0))
    feed(run, 1.0)
    view.changed(RUN)
    assert view.settled(LONG)
    assert {s["name"]: s["start"] for s in wire.sent[-1][0]["series"] if s["phase"] == "batch"} == {"loss": 2}


def test_a_page_that_opens_takes_no_points_from_the_pages_that_are_there(run):
    view = DashboardView(run)
    wire = Wire(view)
    feed(run, 3.0, 2.0)
    view.changed(RUN)
    assert view.settled(LONG)
    feed(run, 1.0)
    wire.say("points")
    view.changed(RUN)
    assert view.settled(LONG)
    unasked = [content["series"][0] for content in wire.points() if "id" not in content]
    assert [(series["start"], series["count"]) for series in unasked] == [(0, 2), (2, 1)]


def test_points_of_an_earlier_run_come_on_demand_and_leave_the_present_ones_alone(run):
    view = DashboardView(run)
    wire = Wire(view)
    feed(run, 3.0, 2.0)
    content, buffers = wire.say_for_bytes("run_points", run="run-1")
    assert content["run"] == "run-1" and np.frombuffer(buffers[1], "float32").tolist() == [3.0, 2.0]
    view.changed(RUN)
    assert view.settled(LONG) and wire.sent[-1][0]["series"][0]["start"] == 0


def test_buttons_reach_the_run_and_refusals_come_back(run):
    wire = Wire(DashboardView(run))
    names = ["pause", "resume", "step", "stop_best", "restart_lower", "go_on_smaller"]
    for name in names:
        assert wire.say(name)["ok"]
    assert run.told == names
    assert wire.say("stop")["refused"] == "No training is going on."
    assert wire.say("learning_rate", value=0.5)["ok"] and run.learning_rate == 0.5


def test_the_picture_shows_the_curves(run):
    view = DashboardView(run)
    before = view.sheet()
    assert not before.pieces
    feed(run, 3.0, float("nan"), 2.0)
    (piece,) = view.sheet().pieces
    assert (piece.name, len(piece.xs)) == ("loss", 3)
    assert view.sheet() == view.sheet() != before


def test_every_page_state_is_plain(run):
    import json

    feed(run, 3.0)
    view = DashboardView(run)
    json.dumps([view.run, view.log], allow_nan=False)
