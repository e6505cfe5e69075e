"""Looking inside a builder's network: before, while and after it trains, from the page and from code; numbers are NumPy's."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest

from engine import layers
from engine.errors import UnknownName
from engine.models import Sequential
from kwidgets import Builder
from kwidgets.looking import LookingInside, name_of
from kwidgets.refused import Refused
from kwidgets.words.inside import share_text

from .wire import LONG, Wire, endless, until


def plain(builder, x):
    """What the builder's two layers give, by plain NumPy."""
    first, second = builder.model.layers[-2:]
    (w1, b1), (w2, b2) = first.get_weights(), second.get_weights()
    hidden = np.maximum(np.asarray(x, float) @ w1 + b1, 0)
    return {"dense_1": hidden, "dense_2": hidden @ w2 + b2}


def look(wire, node, what, **more):
    return wire.say_for_bytes("inside", node=node, what=what, **{"sample": 0, "epoch": None, **more})


def test_before_a_training_it_shows_the_first_weights(builder, wire):
    for name, values in plain(builder, builder.probe.x["input_1"]).items():
        assert np.abs(builder.inspect(name).output() - values).max() < 1e-6
    answer, buffers = look(wire, "dense_1@0", "output")
    assert answer["state"] == "fresh" and answer["code"] == 'b.inspect("dense_1").output(x)'
    shown = np.frombuffer(buffers[0], "<f4")
    assert np.allclose(shown, plain(builder, builder.probe.x["input_1"][:1])["dense_1"][0], atol=1e-6)
    figures = {figure["label"]: figure["value"] for figure in answer["figures"]}
    assert figures["Mean"] == f"{shown.mean():.3g}" and figures["Zero"] == share_text((shown == 0).mean())
    assert all("sample 0" in figure["how"] for figure in answer["figures"])


def test_after_a_training_it_shows_what_was_learnt_and_each_kept_epoch(builder, wire):
    builder.start()
    assert builder.session.wait(LONG)
    assert look(wire, "dense_2@0", "output")[0]["state"] == "trained"
    epochs = wire.say("probe")["epochs"]
    assert epochs and epochs[-1] <= 3
    last = look(wire, "dense_1@0", "weights", epoch=epochs[-1])
    assert last[0]["state"] == "checkpoint"
    now = look(wire, "dense_1@0", "weights")
    assert (last[1] == now[1]) == (epochs[-1] == 3)
    assert "99" in look(wire, "dense_1@0", "weights", epoch=99)[0]["refused"]
    values = builder.inspect("dense_2").output(builder.probe.x["input_1"])
    assert np.allclose(values, builder.model.predict(builder.probe.x["input_1"]), atol=1e-6)


def test_a_checkpoint_that_was_cut_off_is_refused_in_words(builder, wire):
    builder.start()
    assert builder.session.wait(LONG)
    (last, *_) = sorted(builder.session.store().checkpoints(builder.session.run_id), key=lambda c: -c.epoch)
    last.path.write_bytes(last.path.read_bytes()[:1000])
    answer = look(wire, "dense_1@0", "weights", epoch=last.epoch)[0]
    assert str(last.epoch) in answer["refused"] or "epoch" in answer["refused"]


def test_weights_of_the_model_before_it_was_changed_are_said_to_be_that(builder, wire):
    builder.start()
    assert builder.session.wait(LONG)
    last = wire.say("probe")["epochs"][-1]
    assert look(wire, "dense_1@0", "weights", epoch=last)[0]["panels"]
    assert wire.say("set", layers=["dense_1"], field="units", value=5)["ok"]
    assert "before it was changed" in look(wire, "dense_1@0", "weights", epoch=last)[0]["refused"]
    assert look(wire, "dense_1@0", "weights")[0]["state"] == "fresh"


def test_while_it_trains_weights_are_those_between_two_updates(builder, wire):
    endless(wire)
    builder.start()
    until(lambda: builder.session.status()["batch"] or builder.session.status()["epoch"])
    answer, _ = look(wire, "dense_1@0", "gradients")
    assert answer["state"] == "live" and [row["name"] for row in answer["rows"]] == ["kernel", "bias"]
    assert builder.inspect("dense_1").output().shape == (32, 8)
    until(lambda: wire.say("signals", gradient=True)["cards"])
    cards = wire.say("signals", gradient=True)["cards"]
    assert cards["dense_2@0"]["backward"] is not None
    wire.say("pause")
    until(lambda: builder.session.state == "paused")
    time.sleep(0.05)
    found = wire.say("signals", gradient=False)["cards"]
    expected = plain(builder, builder.probe.x["input_1"])
    for name, values in expected.items():
        assert found[f"{name}@0"]["forward"] == pytest.approx(np.sqrt((values**2).mean()), rel=1e-5)
    builder.session.stop()
    assert builder.session.wait(LONG)


def test_a_condition_pauses_before_its_batch_and_stop_ends_there(builder, wire):
    endless(wire)
    seen = []

    def third(arrays):
        seen.append(arrays[0])
        return len(seen) == 3

    condition = builder.break_when(when=third)
    builder.start()
    until(lambda: builder.session.state == "paused" and condition.hit is not None)
    assert condition.hit.batch == 2 and np.array_equal(condition.hit.arrays[0], seen[2])
    assert any("Paused before batch 3 of epoch 1" in line for line in builder.session.stream.log)
    before = builder.session.weights()
    look(wire, "dense_1@0", "output")
    wire.say("resume")
    until(lambda: len(seen) > 5)
    assert not all(np.array_equal(a, b) for a, b in zip(before, builder.session.weights(), strict=True))
    seen.clear()
    until(lambda: builder.session.state == "paused")
    held = builder.session.weights()
    wire.say("stop")
    assert builder.session.wait(LONG)
    assert all(np.array_equal(a, b) for a, b in zip(held, builder.model.get_weights(), strict=True))
    assert builder.break_when() is None and builder.session.callbacks == []


def test_what_takes_long_is_said_to_be_computed_and_then_there_and_kept(builder):
    looking = LookingInside(builder, builder._data, patience=0.0)
    question = {"node": "dense_1@0", "what": "gradients", "sample": 0, "epoch": None}

    def asked(**more):
        """Whether it had to be computed, and the answer."""
        ask, answers = looking.gestures()["inside"], []
        with looking.turn:  # so nothing is computed before the page has heard of it
            answers.append(ask({**question, **more})[0])
        busy = answers[0]["busy"]
        assert not busy or answers[0]["panels"] == []
        until(lambda: not answers[-1]["busy"] or answers.append(ask({**question, **more})[0]))
        return busy, answers[-1]

    busy, first = asked()
    assert busy and len(first["panels"]) == 3
    # Another sample, other channels: the gradients of the probe are the same ones, and there at once.
    assert asked(sample=3, first=24, sort=True) == (False, first)
    # Computed again on demand, and of other weights.
    assert asked(take=1)[0]
    builder.model.set_weights([weight + 1 for weight in builder.model.get_weights()])
    busy, changed = asked()
    assert busy and changed["rows"] != first["rows"]


def test_a_training_that_begins_waits_for_a_look(builder, wire):
    endless(wire)
    with builder.inside.turn:
        builder.start()
        until(lambda: builder.session.state == "running")
        time.sleep(0.1)
        assert not builder.session.status()["batch"] and not builder.session.status()["epoch"]
    until(lambda: builder.session.status()["batch"] or builder.session.status()["epoch"])
    builder.session.stop()
    assert builder.session.wait(LONG)


def test_looking_changes_nothing_of_a_training(arrays):
    def trained(looks):
        model = Sequential(
            [
                layers.Dense(8, activation="relu", input_shape=(4,), name="a"),
                layers.Dropout(0.5),
                layers.Dense(2, name="b"),
            ]
        )
        model.set_weights([np.full(w.shape, 0.1) for w in model.get_weights()])
        builder = Builder(model, arrays=arrays, keep=False)
        wire = Wire(builder.view)
        wire.say("set_training", loss="mean_squared_error", epochs=20, batch_size=8, seed=5)
        builder.start("again")
        while not builder.session.wait(0.001):
            if looks:
                wire.say("signals", gradient=True)
                look(wire, "a@0", "gradients")
                look(wire, "b@0", "output")
        weights = builder.model.get_weights()
        builder.close()
        return weights

    for alone, looked in zip(trained(looks=False), trained(looks=True), strict=True):
        assert np.array_equal(alone, looked)


def test_the_probe_has_one_sample_of_each_class_first_and_stays(arrays):
    y = np.array([3, 3, 1, 0, 2] * 8)
    model = Sequential([layers.Dense(4, activation="softmax", input_shape=(4,), name="classes")])
    model.compile("adam", "sparse_categorical_crossentropy")
    builder = Builder(model, arrays={"x": arrays["x"][:40], "y": y}, keep=False)
    wire = Wire(builder.view)
    assert builder.probe.rows[:5] == [3, 2, 4, 0, 1]
    assert builder.probe.labels[:4] == ["0", "1", "2", "3"]
    builder.set_probe([7, 7, 1])
    assert builder.probe.rows == [7, 1] and len(wire.say("probe")["samples"]) == 2
    for wrong, why in (([40], "0 to 39"), ([], "at least one"), (list(range(257)), "0 to 39"), ([True], "0 to 39")):
        with pytest.raises(Refused, match=why):
            builder.set_probe(wrong)
    assert builder.probe.rows == [7, 1]
    builder.close()


def test_what_cannot_be_looked_at_is_said(builder, wire):
    assert "fits" not in look(wire, "nothing@0", "output")[0]["refused"]
    assert "not at 'colour'" in look(wire, "dense_1@0", "colour")[0]["refused"]
    assert "open it" in look(wire, "fold:dense_1@0", "output")[0]["refused"]
    with pytest.raises(UnknownName, match="dense_1"):
        builder.inspect("dense_11")
    wire.say("remove", nodes=["dense_2@0"])
    assert "refused" in look(wire, "dense_2@0", "output")[0]


def test_without_data_and_without_labels_a_sentence():
    builder = Builder(Sequential([layers.Dense(2, input_shape=(4,), name="d")]), keep=False)
    wire = Wire(builder.view)
    assert "no sample" in wire.say("probe")["why"]
    assert "no sample" in look(wire, "d@0", "output")[0]["refused"]
    assert builder.inspect("d").weights["kernel"].shape == (4, 2)
    assert builder.inspect("d").output(np.ones((3, 4))).shape == (3, 2)
    builder.close()


def test_names_of_cards_are_those_of_layers_also_inside_and_of_second_calls():
    names = ("in", "tower/dense_1", "shared", "shared:2")
    reader = SimpleNamespace(places={name: SimpleNamespace(name=name, is_input=name == "in") for name in names})
    assert name_of("tower@0\x1fdense_1@0", [], reader) == "tower/dense_1"
    assert name_of("shared@1", [], reader) == "shared:2"
    assert name_of("input_1@0", ["input_1"], reader) == "in"
    assert name_of("gone@0", [], reader) is None and name_of("a@x", [], reader) is None


def test_an_embedding_of_a_text_column_is_told_by_its_words(tmp_path):
    words = ("splendid film with warm actors", "dull film with cold actors")
    lines = [f"{words[i % 2]},{('yes', 'no')[i % 2]}" for i in range(60)]
    (tmp_path / "reviews.csv").write_text("text,liked\n" + "\n".join(lines) + "\n")
    model = Sequential(
        [
            layers.Embedding(12, 4, input_length=20, name="words"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2, activation="softmax", name="kind"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    builder = Builder(model, keep=False)
    steps = [{"step": "tokens", "columns": ["text"], "length": 20}, {"step": "ordinal", "columns": ["liked"]}]
    source = {"kind": "table", "name": str(tmp_path / "reviews.csv"), "target": "liked", "inputs": ["text"]}
    builder.set_data(source={**source, "split": {"test": 0.1, "seed": 0}, "steps": steps})
    wire = Wire(builder.view)
    samples = wire.say("probe")["samples"]
    assert samples[0]["label"] == "no" and samples[0]["text"] == words[1] and samples[1]["text"] == words[0]
    answer, _ = look(wire, "words@0", "output")
    named = [row["name"] for row in answer["rows"]]
    assert named == ["(no word)", *words[1].split()]
    known = builder.probe.names.words["words_input"]
    assert set(known) == {"", "…", *" ".join(words).split()}
    last = int(builder.probe.x["words_input"][0][-1])
    (((row, cosine), *_),) = builder.inspect("words").nearest_to_each([last], 1, among=len(known))
    assert known[last] == "actors" and row < len(known)
    assert answer["rows"][-1]["cells"][0].startswith(f"{known[row] or '(no word)'} ({cosine:.2f})")
    sample, _ = look(wire, "kind@0", "sample")
    assert {figure["label"]: figure["value"] for figure in sample["figures"]}["Predicted"] in ("yes", "no")
    assert sample["total"] == 2 and sample["rows"][0]["name"] in {"(no word)", *words[1].split()}
    builder.close()


def test_of_one_number_no_class_is_said_to_be_predicted(builder, wire):
    model = Sequential([layers.Dense(1, activation="sigmoid", input_shape=(4,), name="yes")])
    model.compile("adam", "binary_crossentropy")
    alone = Builder(model, arrays={"x": np.ones((8, 4), "float32"), "y": np.array([0, 1] * 4)}, keep=False)
    answer, _ = look(Wire(alone.view), "yes@0", "sample")
    assert [figure["label"] for figure in answer["figures"]] == ["Score"] and answer["total"] == 1
    alone.close()
