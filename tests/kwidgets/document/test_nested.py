"""Nested models: which open, and why others do not."""

from __future__ import annotations

import pytest

from kwidgets.document import Refused

from .documents import TOWER, cards, document, inner

# What does not open, and frames.


def test_a_model_in_a_wrapper_says_why_it_does_not_open_and_where_it_is_edited() -> None:
    made = document("Dense", "Dense", shape=[5, 4])
    made.do({"do": "group", "nodes": ["dense_1@0"], "name": "tower"})
    made.open_fold(TOWER)
    made.do({"do": "wrap", "layers": ["tower"], "wrapper": "TimeDistributed"})
    card = cards(made)[TOWER]
    assert not card["opens"] and "applies a whole model to each step" in card["closed"]
    assert cards(made)["dense_2@0"]["closed"] is None
    with pytest.raises(Refused, match="each step"):
        made.open_fold(TOWER)
    form = made.form([TOWER])
    assert form is not None and form["inner"] is not None
    assert "layer.layers.dense_1.units" in str(form["inner"]["sections"])
    made.do({"do": "wrap", "layers": ["tower"], "wrapper": None})
    made.open_fold(TOWER)
    assert cards(made)[inner("dense_1@0")]["closed"] is None
