"""What a builder exports."""

from __future__ import annotations

import json

import pytest

from engine import experiment as experiments

from .wire import LONG

pytestmark = pytest.mark.usefixtures("small_bundle")


@pytest.mark.parametrize(
    ("what", "start"), [("yaml", b"class_name"), ("json", b"{"), ("python", b""), ("svg", b"<svg"),
     ("png", b"\x89PNG"), ("pdf", b"%PDF")],
)  # fmt: skip
def test_exports_travel_as_bytes(builder, wire, what, start):
    reply, buffers = wire.say_for_bytes("export", what=what)
    assert reply["ok"] and reply["mime"] and reply["filename"]
    assert buffers[0].startswith(start) and len(buffers[0]) > 50


def test_weights_and_history_are_exported_after_training_only(builder, wire, tmp_path):
    assert "trained" in wire.say("export", what="weights")["refused"]
    assert wire.say("export", what="history")["refused"]
    wire.say("start")
    assert builder.session.wait(LONG)
    _, buffers = wire.say_for_bytes("export", what="weights")
    (tmp_path / "w.h5").write_bytes(buffers[0])
    other = experiments.build_model(builder.experiment)
    other.load_weights(str(tmp_path / "w.h5"))
    for ours, theirs in zip(builder.model.get_weights(), other.get_weights(), strict=True):
        assert (ours == theirs).all()
    _, buffers = wire.say_for_bytes("export", what="history")
    assert json.loads(buffers[0])["history"] == builder.history.history
