"""Bypassed layers in a text: what was printed comes back, what is damaged is refused with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kwidgets.document import Document, Refused

from .documents import bypass, read_again, template
from .strategies import message, paths

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LAWS
@given(st.data(), st.integers(1, 12))
def test_reading_what_was_printed_gives_bypassed_layers_back(data: st.DataObject, steps: int) -> None:
    made = template(data.draw(st.sampled_from(["residual", "siamese", "news", "digits_cnn", "linear_regression"])))
    for _ in range(steps):
        nodes = [card["id"] for card in made.graph()["cards"] if "@" in card["id"]] or ["gone@0"]
        other = {"do": "bypass", "nodes": data.draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=2))}
        command = other if data.draw(st.booleans()) else message(data, made)
        if command["do"] == "template":
            continue
        try:
            made.do(command)
        except Refused:
            continue
    assert read_again(made).draft == made.draft
    assert read_again(made, "json").draft == made.draft
    assert made.draft.bypassed.isdisjoint(made.draft.output_names())


@LAWS
@given(st.data())
def test_a_bypass_with_one_value_changed_is_read_or_refused(data: st.DataObject) -> None:
    made = template("residual")
    bypass(made, "batch_normalization_1@0", "activation_1@0", "activation_2@0")
    made.do({"do": "note", "text": "a note", "position": [1, 2]})
    experiment = made.experiment()
    part = data.draw(st.sampled_from(["bypassed", "notes"]))
    path = data.draw(st.sampled_from(paths(experiment[part])))
    value = data.draw(
        st.sampled_from([None, 3, -1, "conv2d_1", "add_1", [], {}, [["add_1", 0, 0, 0, 0]], 10**30, True, 0.5])
    )
    place: Any = experiment
    for key in (part, *path)[:-1]:
        place = place[key]
    place[(part, *path)[-1]] = value
    other = Document()
    try:
        other.do({"do": "paste", "format": "json", "text": json.dumps(experiment)})
    except Refused as refused:
        assert refused.line is not None
        return
    other.graph()
    assert read_again(other).draft == other.draft


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"class_name": "InputLayer", "config": {}}, "input"),
        ({"place": -1}, "-1"),
        ({"place": "first"}, "first"),
        ({"class_name": "Danse"}, "Danse"),
        ({"name": "add_1"}, "add_1"),
        ({"inbound_nodes": [[["add_1", 0, 0, {}]]]}, "does not feed"),
        ({"feeds": [["gone", 0, 0, 0, 0, {}]]}, "gone"),
    ],
)
def test_a_damaged_entry_is_refused_with_its_line_and_changes_nothing(change: dict[str, Any], why: str) -> None:
    made = template("residual")
    bypass(made, "batch_normalization_1@0")
    experiment = made.experiment()
    experiment["bypassed"][0].update(change)
    before = made.draft
    with pytest.raises(Refused, match=why) as refused:
        made.do({"do": "paste", "format": "json", "text": json.dumps(experiment, indent=1)})
    assert refused.value.line is not None
    assert made.draft is before
