"""A nested model that was made for another shape is made for the one that arrives, as deep as it goes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwidgets.document import Document
from kwidgets.document.refitting import steps

from .test_commands import document
from .test_edit_selection import template


def two_deep() -> Document:
    """conv2d_1, then outer: inner (conv2d_2) and max_pooling2d_1, which make 4×4×32 of 8×8×16; then dropout_1 ..."""
    made = template("digits_cnn")
    made.do({"do": "group", "nodes": ["conv2d_2@0"], "name": "inner"})
    made.do({"do": "group", "nodes": ["inner@0", "max_pooling2d_1@0"], "name": "outer"})
    return made


def states(made: Document) -> dict[str, str]:
    return {card["id"]: card["state"] for card in made.state().cards.values()}


def paste(made: Document, text: str, **where: Any) -> dict[str, Any]:
    return made.do({"do": "paste_layers", "text": text, **where})


@pytest.mark.parametrize("where", [{"after": "dropout_1@0"}, {"wire": "flatten_1@0#0"}])
def test_a_pasted_nested_model_takes_what_arrives_and_says_so(where: dict[str, Any]) -> None:
    made = two_deep()
    done = paste(made, made.copy(["outer@0"])["text"], **where)
    (node,) = done["nodes"]
    assert set(states(made).values()) == {"ok"}
    assert f"'{node.removesuffix('@0')}' takes" in done["says"]
    assert [source.node for source in made.draft.sources("flatten_1@0")] == [node]


def test_where_it_fits_as_it_is_nothing_is_changed_or_said() -> None:
    made = two_deep()
    done = paste(made, made.copy(["outer@0"])["text"], after="conv2d_1@0")
    assert "says" not in done
    (node,) = done["nodes"]
    assert made.draft.part(node).config["layers"] == made.draft.part("outer@0").config["layers"]


def test_what_cannot_take_a_shape_stands_loose_and_says_why() -> None:
    made = two_deep()
    done = paste(made, made.copy(["outer@0"])["text"], after="flatten_1@0")
    assert done["says"].startswith("Not wired behind 'flatten_1': ")
    assert made.draft.sources(done["nodes"][0]) == ()


def test_a_wire_drawn_to_a_model_of_another_shape_has_a_mend() -> None:
    made = two_deep()
    (node,) = paste(made, made.copy(["outer@0"])["text"], position=[0, 0])["nodes"]
    made.do({"do": "connect", "source": "dropout_1@0", "target": node})
    (problem,) = [one for one in made.state().head["problems"] if one["node"] == node and one["id"].endswith(":shape")]
    assert problem["mends"][0]["label"] == f"Let '{node.removesuffix('@0')}' take 4×4×32"
    made.do({"do": "mend", "problem": problem["id"], "mend": problem["mends"][0]["id"]})
    assert states(made)[node] == "ok"


@given(
    st.lists(st.sampled_from(["Conv2D", "MaxPooling2D", "Dropout", "BatchNormalization"]), min_size=1, max_size=4),
    st.tuples(st.integers(12, 20), st.integers(12, 20), st.integers(1, 4)),
)
def test_steps_make_a_model_give_what_its_layers_would_give_there(classes: list[str], shape: tuple[int, ...]) -> None:
    """Whatever stands in the block: afterwards it gives what the same layers would give without a block."""
    plain = document(*classes, shape=shape)
    last = list(plain.draft.nodes())[-1]
    made = document(*classes, shape=(16, 16, 3))
    made.do({"do": "group", "nodes": list(made.draft.nodes())[1:], "name": "block"})
    part = made.draft.part("block@0")
    for field, wanted in steps("block", part, [(None, *shape)]) or []:
        made.do({"do": "set", "layers": ["block"], "field": field, "value": wanted})
    made.do({"do": "set", "layers": ["input_1"], "field": "shape", "value": list(shape)})
    assert made.state().cards["block@0"]["shape"] == plain.state().cards[last]["shape"]
