"""Looking inside where something is wrong or huge: a sentence or a bounded picture, never an error or a page that waits."""

from __future__ import annotations

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.models import Model, Sequential
from kwidgets import Builder
from kwidgets.refused import Refused

from .wire import Wire

WHATS = ("output", "weights", "gradients", "units", "sample")
# Bytes of all pictures of one answer: tiles of at most 48 x 48, or few maps of at most 512 x 512.
MOST_BYTES = 4 * 512 * 512


@pytest.fixture
def built():
    """A builder of a model and arrays, and its page."""
    made = []

    def build(model, x, y=None, loss="mse"):
        model.compile("sgd", loss)
        arrays = {"x": np.asarray(x), **({} if y is None else {"y": np.asarray(y)})}
        made.append(Builder(model, arrays=arrays, keep=False))
        return made[-1], Wire(made[-1].view)

    yield build
    for builder in made:
        builder.close()


def look(wire, node, what, **more):
    reply, buffers = wire.say_for_bytes("inside", node=node, what=what, **{"sample": 0, "epoch": None, **more})
    assert reply.get("refused") or reply["panels"] or reply["rows"] or reply["figures"] or reply["why"]
    assert len(buffers) == len(reply.get("panels", ())) and sum(map(len, buffers)) <= MOST_BYTES
    return reply


def test_a_layer_with_a_million_channels_has_small_pictures(built):
    wide = layers.Dense(1_000_000, input_shape=(2,), use_bias=False, name="wide")
    _, wire = built(Sequential([wide, layers.Dense(1, name="out")]), np.ones((3, 2), "float32"), np.ones((3, 1)))
    for what in WHATS:
        assert look(wire, "wide@0", what).get("refused") is None
    assert look(wire, "wide@0", "output")["total"] == 1_000_000


def test_an_output_of_a_hundred_megabytes_is_bounded(built):
    x = layers.Input((4,), name="x")
    large = layers.Lambda(lambda t: K.reshape(K.tile(t, (1, 6_250_000)), (-1, 2500, 2500, 4)), name="large")(x)
    small = layers.Lambda(lambda t: K.mean(t, axis=(1, 2)), name="small")(large)
    _, wire = built(Model(x, layers.Dense(1, name="out")(small)), np.ones((3, 4), "float32"), np.ones((3, 1)))
    answer = look(wire, "large@0", "output")
    assert answer["panels"] and max(panel["width"] for panel in answer["panels"]) <= 512
    assert look(wire, "large@0", "units").get("refused") is None


def test_a_model_without_weights_says_that_it_has_none(built):
    _, wire = built(Sequential([layers.Flatten(input_shape=(2, 2), name="flat")]), np.ones((3, 2, 2)), np.ones((3, 4)))
    assert look(wire, "flat@0", "weights")["why"] and look(wire, "flat@0", "output")["panels"]
    answer = look(wire, "flat@0", "gradients")
    assert answer["rows"] == [] and [panel["title"] for panel in answer["panels"]] == ["gradient of the output"]


def test_without_labels_everything_but_the_gradients_is_there(built):
    model = Sequential([layers.Dense(2, input_shape=(4,), name="d")])
    builder, wire = built(model, np.ones((3, 4), "float32"))
    builder.set_data(source="notebook", inputs={model.input_names[0]: "x"}, targets={})
    assert "targets" in look(wire, "d@0", "gradients")["refused"]
    assert all(look(wire, "d@0", what).get("refused") is None for what in WHATS if what != "gradients")


def test_targets_of_one_class_alone_are_looked_at_as_others(built):
    model = Sequential([layers.Dense(3, activation="softmax", input_shape=(4,), name="d")])
    _, wire = built(model, np.ones((6, 4), "float32"), np.zeros(6, "int64"), "sparse_categorical_crossentropy")
    assert all(look(wire, "d@0", what).get("refused") is None for what in WHATS)
    assert {one["label"] for one in wire.say("probe")["samples"]} == {"0"}


def test_a_layer_that_is_deleted_while_it_is_looked_at_is_said_to_be_gone(built):
    model = Sequential(
        [layers.Dense(4, input_shape=(4,), name="a"), layers.Dense(4, name="b"), layers.Dense(1, name="c")]
    )
    _, wire = built(model, np.ones((3, 4), "float32"), np.ones((3, 1)))
    assert look(wire, "b@0", "output")["panels"]
    assert wire.say("remove", nodes=["b@0"])["ok"]
    assert look(wire, "b@0", "output")["refused"]
    assert look(wire, "a@0", "output")["panels"] and wire.say("undo")["ok"]
    assert look(wire, "b@0", "output")["panels"]


def test_a_probe_that_does_not_fit_is_refused_and_the_one_before_stays(built):
    builder, wire = built(Sequential([layers.Dense(1, input_shape=(4,), name="d")]), np.ones((3, 4)), np.ones((3, 1)))
    for rows in ([7], [-1], [], list(range(300))):
        with pytest.raises(Refused):
            builder.set_probe(rows)
        assert wire.say("probe", rows=rows)["refused"]
    assert builder.probe.rows == [0, 1, 2] and look(wire, "d@0", "output")["panels"]
    assert look(wire, "d@0", "output", sample=99)["panels"] and look(wire, "d@0", "output", channel=10**9)["panels"]
    other = Sequential([layers.Dense(1, input_shape=(5,), name="d")])
    _, wire = built(other, np.ones((3, 4)), np.ones((3, 1)))
    assert "(5,)" in str(look(wire, "d@0", "output")) or look(wire, "d@0", "output")["refused"]
