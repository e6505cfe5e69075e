import pytest

from engine.errors import SettingError
from kwidgets.document import Refused
from kwidgets.widgets.base import BundleMissing, View
from kwidgets.widgets.sheet import Sheet

from ..wire import LONG, Wire


class Doorbell(View):
    """A view with one trait's worth of state and some gestures."""

    def __init__(self):
        super().__init__("doorbell")
        self.rung = 0
        self._gestures = {
            "ring": self._ring,
            "refuse": lambda _: self._fail(Refused("No.", "Ask later.", field="x", line=3)),
            "engine": lambda _: self._fail(SettingError(where="w", expected="a", actual="b", hint="Mend it.")),
            "break": lambda _: self._fail(ZeroDivisionError("oh")),
            "bytes": lambda _: ({"filename": "f"}, [b"abc"]),
            "later": lambda _: lambda: ({"rung": self.rung}, []),
        }

    def _ring(self, message):
        self.rung += 1
        return {"rung": self.rung}

    def _fail(self, error):
        raise error

    def _send_state(self, names):
        self.send({"state": sorted(names)})

    def sheet(self):
        return Sheet("A doorbell", self.rung)


@pytest.fixture
def wire():
    return Wire(Doorbell())


def test_a_gesture_is_answered_by_its_number(wire):
    assert wire.say("ring") == {"id": "m1", "ok": True, "rung": 1}


def test_a_refusal_carries_its_place(wire):
    assert wire.say("refuse") == {"id": "m1", "refused": "No.", "hint": "Ask later.", "field": "x", "line": 3}


def test_an_error_of_the_engine_is_a_refusal_with_its_hint(wire):
    reply = wire.say("engine")
    assert "expected a, found b" in reply["refused"] and reply["hint"] == "Mend it."


def test_a_fault_inside_is_said_and_logged_and_the_view_lives_on(wire, caplog):
    assert "ZeroDivisionError" in wire.say("break")["refused"]
    assert "break" in caplog.text
    assert wire.say("ring")["ok"]


@pytest.mark.parametrize("message", [{"do": "unknown", "id": 1}, {"do": ["ring"], "id": 1}, {"id": 1}])
def test_what_is_no_gesture_is_refused(wire, message):
    wire.view._handle_custom_msg(message, [])
    assert wire.view.settled(LONG)
    assert "does not know" in wire.sent[-1][0]["refused"]


@pytest.mark.parametrize("message", [None, 3, "ring", [1]])
def test_what_is_no_message_is_ignored(wire, message):
    wire.view._handle_custom_msg(message, [])
    assert wire.view.settled(LONG) and wire.sent == []


def test_bytes_travel_as_buffers(wire):
    assert wire.say_for_bytes("bytes") == ({"id": "m1", "ok": True, "filename": "f"}, [b"abc"])


def test_a_late_reply_is_made_while_sending(wire):
    assert wire.say("later") == {"id": "m1", "ok": True, "rung": 0}


def test_a_reply_comes_after_the_state_it_speaks_of(wire):
    wire.view._gestures["ring"] = lambda _: wire.view.changed("bell")
    wire.say("ring")
    assert [content for content, _ in wire.sent] == [{"state": ["bell"]}, {"id": "m1", "ok": True}]


def test_a_missing_bundle_says_how_to_build_it(small_bundle):
    (small_bundle / "kwidgets.js").unlink()
    with pytest.raises(BundleMissing, match="npm run build"):
        Doorbell()


def test_a_closed_view_takes_marks_and_messages_in_silence(wire):
    wire.view.close()
    wire.view.changed("bell")
    wire.view._handle_custom_msg({"do": "ring", "id": 1}, [])
    assert wire.view.settled(LONG) and wire.sent == []


def test_messages_go_to_the_subshell_that_the_page_names(monkeypatch):
    """ipykernel 7.4 remembers the subshell of whatever was handled last; after a reload it is gone."""
    import comm
    from ipykernel.comm.comm import BaseComm

    if not hasattr(BaseComm, "_reply_subshell_for"):
        pytest.skip("this ipykernel does not route messages by itself")
    monkeypatch.setattr(comm, "create_comm", BaseComm)
    view = View("builder")
    view.comm._reply_subshell_id = "of the page that is gone"
    view.comm._reply_subshell_ids["1"] = "of the page that is gone"
    for content in ({"id": "1", "do": "stop"}, {"id": "2", "do": "stop"}):
        assert view.comm._reply_subshell_for({"method": "custom", "content": content}, "mine") == "mine"
    assert not view.comm._reply_subshell_ids
    view.close()


def test_the_program_is_sent_once_for_all_widgets_of_a_page(wire):
    content, buffers = wire.say_for_bytes("program")
    assert content["ok"] and buffers == [b"export default {}", b".kw-root {}"]
    assert "_script" in wire.view.keys and wire.view._script == ""
    assert Doorbell()._program == wire.view._program
