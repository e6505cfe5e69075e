"""Every widget that people hold: Builder, Dashboard, LiveCurves and Results.

Each shows a page what the table of messages says, shows a second page the same, refuses what it cannot understand in
words, and is silent once it is closed.
"""

from __future__ import annotations

import base64
import json
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kwidgets
from engine.layers import Dense
from engine.models import Sequential
from kwidgets import Builder, Dashboard, LiveCurves, Results
from kwidgets.gestures import Gestures
from kwidgets.messages import States
from kwidgets.widgets.base import View
from tests.kwidgets.wire import Wire
from tests.records import misfit

LONG = 60
# Gesture -> (details, answer).
TABLE = {name: typing.get_args(pair) for name, pair in typing.get_type_hints(Gestures).items()}
WIDGET = "application/vnd.jupyter.widget-view+json"


@dataclass
class Held:
    """A widget that has shown a short training. close: as a person ends it."""

    view: View
    close: Callable[[], None]


def data() -> tuple[np.ndarray, np.ndarray]:
    x = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")
    return x, x.sum(1, keepdims=True)


def model() -> Sequential:
    made = Sequential([Dense(2, input_dim=3, name="first"), Dense(1, name="last")])
    made.compile("sgd", "mse", ["mae"])
    return made


def builder() -> Held:
    x, y = data()
    made = Builder(model(), arrays={"x": x, "y": y})
    made.document.do({"do": "set_training", "epochs": 2})
    made.start()
    assert made.session.wait(LONG) and made.session.state == "finished", made.session.error
    return Held(made.view, made.close)


def dashboard() -> Held:
    made = Dashboard()
    made.fit(model(), *data(), epochs=2)
    assert made.session.wait(LONG)
    return Held(made.view, made.close)


def results() -> Held:
    made = Results(model(), *data())
    assert len(made.losses) == 40
    return Held(made.view, made.close)


def live_curves() -> Held:
    made = LiveCurves()
    model().fit(*data(), epochs=2, verbose=0, callbacks=[made])
    assert made.view is not None
    return Held(made.view, made.view.close)


# What was shown beside the live view: data, metadata, details.
PUBLISHED: list[Any] = []
WIDGETS = {"Builder": builder, "Dashboard": dashboard, "LiveCurves": live_curves, "Results": results}


@pytest.fixture(autouse=True)
def _in_a_notebook(monkeypatch: pytest.MonkeyPatch, small_bundle: object, tmp_path_factory: Any) -> None:
    """A shell with a kernel around us, whose cells show nothing; blocks go to a folder of the test's."""
    shell = SimpleNamespace(
        user_ns={},
        kernel=SimpleNamespace(get_parent=dict),
        events=SimpleNamespace(register=lambda *_: None, callbacks={"post_run_cell": []}),
        display_pub=SimpleNamespace(publish=lambda *data, **details: PUBLISHED.append((*data, details))),
    )
    shown = SimpleNamespace(display=lambda thing: None)
    monkeypatch.setitem(
        sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell, display=shown, version_info=(9, 0))
    )
    monkeypatch.setitem(sys.modules, "IPython.display", shown)
    monkeypatch.setenv("KWIDGETS_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(params=WIDGETS)
def held(request: pytest.FixtureRequest) -> Iterator[Held]:
    made = WIDGETS[request.param]()
    assert made.view.settled()
    yield made
    made.close()


def states(view: View) -> dict[str, object]:
    """The traits that a page reads, as a page gets them."""
    state = view.get_state()
    return {name: state[name] for name in typing.get_type_hints(States) if name in state}


def test_every_widget_of_the_package_is_held_here() -> None:
    assert set(WIDGETS) == set(kwidgets.__all__) - {
        "Document",
        "Keep",
        "Run",
        "Runs",
        "Session",
        "Sweep",
        "documents",
        "run",
        "runs",
    }


def test_a_notebook_gets_a_live_view_a_picture_and_a_line_of_text(held: Held) -> None:
    shown, _ = held.view._repr_mimebundle_()
    assert shown[WIDGET]["model_id"] == held.view.model_id
    assert shown["text/plain"]
    held.view._still.bring()
    (picture, _, _), (sentence, _, _) = PUBLISHED[-2:]
    assert base64.b64decode(picture["image/png"]).startswith(b"\x89PNG") and picture["text/plain"]
    assert "Run this cell" in sentence["text/html"] and "Run this cell" in sentence["text/plain"]


def test_all_that_a_page_reads_is_as_the_table_of_messages_says(held: Held) -> None:
    table = typing.get_type_hints(States, include_extras=True)
    shown = states(held.view)
    assert shown["view"] == "results" or {"view", "run", "runs", "log"} <= set(shown)
    assert [fault for name, value in shown.items() if (fault := misfit(value, table[name], name))] == []


def test_what_a_page_reads_is_plain_data_without_nan(held: Held) -> None:
    assert json.loads(json.dumps(states(held.view), allow_nan=False)) == states(held.view)


def test_a_second_page_is_told_the_same_as_the_first(held: Held) -> None:
    first = Wire(held.view)
    seen = [first.say_for_bytes("points")[1], states(held.view)]
    graph = first.say("graph")
    second = Wire(held.view)
    assert [second.say_for_bytes("points")[1], states(held.view)] == seen
    assert {**second.say("graph"), "id": 0} == {**graph, "id": 0}
    assert all(len(buffer) > 0 for buffer in seen[0])


def test_every_question_that_needs_no_details_is_answered_as_the_table_says(held: Held) -> None:
    wire = Wire(held.view)
    for name, (details, answer) in TABLE.items():
        if name in held.view._gestures and name in ("graph", "texts", "yaml", "points") and not details.__annotations__:
            reply = wire.say(name)
            assert reply.pop("ok") is True
            del reply["id"]
            assert misfit(reply, answer, name) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=8) | st.sampled_from(["first@0", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("kind", WIDGETS)
def test_whatever_a_page_says_is_answered_or_refused_in_words(kind: str) -> None:
    """Also a gesture that there is not; never one that goes wrong inside, or leaves the page without an answer."""
    made = WIDGETS[kind]()
    wire = Wire(made.view)
    keys_of = {name: list(typing.get_type_hints(details)) for name, (details, _) in TABLE.items()}

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from([*sorted(TABLE), "no_such_gesture"]), st.data())
    def said(name: str, drawn: st.DataObject) -> None:
        keys = keys_of.get(name, [])
        message = {key: drawn.draw(values, key) for key in keys if drawn.draw(st.booleans(), f"with {key}")}
        message.pop("path", None)  # a file of this machine is opened by whoever names it
        reply = wire.say(name, **message)
        assert reply.get("ok") is True or isinstance(reply["refused"], str)
        assert "inside kwidgets" not in str(reply.get("refused")), reply
        if (name, kind) in (("start", "Builder"), ("step", "Builder")) and reply.get("ok"):
            wire.say("stop")

    try:
        said()
    finally:
        if "stop" in made.view._gestures:
            wire.say("stop")
        made.close()


def test_a_closed_widget_is_silent_and_may_be_closed_again(held: Held) -> None:
    wire = Wire(held.view)
    held.close()
    held.close()
    held.view.changed("run")
    held.view._handle_custom_msg({"do": "points", "id": 1}, [])
    assert held.view.settled()
    assert wire.sent == []
