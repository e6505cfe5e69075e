"""Whatever comes from a browser or a clipboard, the answer is a changed document or a Refused, nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwidgets.document import Document, Refused
from kwidgets.document.commands import COMMANDS

from .documents import document
from .strategies import paths

FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 2**70),
    st.floats(),
    st.sampled_from(
        ["input_1@0", "dense_1@0", "dense_1@0#0", "dense_1", "Dense", "Input", "x", "", "@", "#", "a\x00", "units"]
    ),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["node", "nodes", "wires", "after", "source", "target", "index", "layers", "layer", "field", "value", "name", "positions",
     "position", "class_name", "settings", "wire", "kind", "text", "format", "problem", "mend", "loss", "optimizer", "metrics",
     "inputs", "targets", "epochs", "seed", "heal", "output", "frozen", "bypassed", "places", "side", "axis", "wrapper", "before",
     "set", "learning_rate", "note", "size", "beside"]
)  # fmt: skip


def survives(made: Document, message: Any) -> None:
    before, version = made.draft, made.version
    try:
        made.do(message)
    except Refused as refusal:
        assert refusal.why
        assert made.draft is before
        assert made.version == version
    made.graph()
    made.text()
    made.data()
    made.training()
    made.form(["dense_1@0", "input_1@0"])


@FUZZ
@given(st.sampled_from(sorted(COMMANDS)), st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_message_is_carried_out_or_refused(name: str, message: dict[str, Any]) -> None:
    survives(document("Flatten", "Dense"), {**message, "do": name})


@FUZZ
@given(st.data(), st.sampled_from(["residual", "siamese", "digits_cnn"]), VALUES)
def test_an_experiment_with_one_value_changed_is_read_or_refused(data: Any, name: str, value: Any) -> None:
    made = Document()
    made.do({"do": "template", "name": name})
    experiment = made.experiment()
    path = data.draw(st.sampled_from([path for path in paths(experiment) if path]))
    place: Any = experiment
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    survives(made, {"do": "paste", "format": "json", "text": json.dumps(experiment)})


@FUZZ
@given(st.data())
def test_a_text_with_a_piece_cut_out_is_read_or_refused(data: Any) -> None:
    made = document("Flatten", "Dense")
    text = made.text()["yaml"]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    survives(
        made, {"do": "paste", "format": "yaml", "text": text[:start] + data.draw(st.text(max_size=3)) + text[end:]}
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]",
        "!!python/object/apply:os.system [id]",
        "[" * 2000,
        "class_name: Sequential\nconfig: {layers: [{class_name: Lambda, config: {function: [a, b, c]}}]}",
        "class_name: Model\nconfig: {layers: [{class_name: os.system, config: {}}]}",
        "--- {}\n--- {}",
        "x: " + "y" * 9_000_000,
    ],
)
def test_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        Document().do({"do": "paste", "format": "yaml", "text": text})
    assert len(refused.value.why) < 600
